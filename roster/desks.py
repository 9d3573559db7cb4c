"""The plan of the desk rotation: who works at which desk in which month.

A desk is a job. Who has been at one for the set number of months moves to a related desk on
the first of the month in which the time is up; in the months before, they learn it beside
their own work. Where several desks are related, people go, in list order, to the one that
has fewest people for what the Demand sheet asks of it in an ordinary week. The plan follows
from the input alone: Staff (job, desk since), Demand and the rule's parameters; each move
depends on who is where that month and on no dates of the month, so that next month's plan
goes on where this one was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from roster.calendar import DayKind
from roster.problem import Days, DeskSpell, Employee, Problem

MONTHS = 12


def month_after(day: date, months: int) -> date:
    """Return the first of the month that lies `months` months after the day's month."""
    whole = day.year * 12 + day.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


def related_desks(groups: Iterable[Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    """Return for each desk, casefolded, those related to it, as spelled, in order."""
    out: dict[str, dict[str, None]] = {}
    for group in groups:
        for desk in group:
            others = out.setdefault(desk.casefold(), {})
            others |= dict.fromkeys(x for x in group if x.casefold() != desk.casefold())
    return {desk: tuple(others) for desk, others in out.items()}


_DAYS_A_WEEK = {Days.EVERY: 7, Days.WEEKDAY: 1}


def sizes(problem: Problem) -> Mapping[str, float]:
    """Return what the Demand sheet asks of each desk in an ordinary week, casefolded.

    Rows of a desk name it as their job, or by shifts that all have it; dated rows and those
    of holidays say nothing of an ordinary week.
    """
    out: Counter[str] = Counter()
    for row in problem.demand:
        jobs = {problem.shift_by_code[c].job.casefold() for c in row.shifts}
        job = row.job.casefold() or (jobs.pop() if len(jobs) == 1 else "")
        days = _DAYS_A_WEEK.get(row.days, 0)
        if row.days is Days.KIND:
            days = 5 if row.kind is DayKind.WORKDAY else 2
        if job:
            out[job] += row.wanted * days
    return out


def takes_part(person: Employee) -> bool:
    """Tell whether a person changes desks: job and desk since are filled in."""
    return bool(person.job) and person.desk_since is not None


def plan(
    people: Sequence[Employee],
    start: date,
    *,
    months: int,
    overlap: int,
    related: Iterable[Sequence[str]],
    wanted: Mapping[str, float],
    length: int = MONTHS,
) -> tuple[DeskSpell, ...]:
    """Return where everybody who takes part works, month by month.

    Parameters
    ----------
    people : sequence of Employee
    start : date
        In the first month of the plan.
    months : int
        After which a move is due.
    overlap : int
        Months before the move in which the next desk is learnt.
    related : iterable of sequences of str
        Desks that are related with one another.
    wanted : mapping of str to float
        What is asked of each desk, casefolded; see `sizes`. Desks that it lacks are alike.
    length : int
        Months that the plan covers; moves shortly after it are planned too, for the months
        in which they are prepared.

    Returns
    -------
    tuple of DeskSpell
        Person by person in list order, `length` months each.
    """
    others = related_desks(related)

    def size(desk: str) -> float:
        return wanted.get(desk.casefold(), 0) or 1

    now = {p.id: p.job for p in people if takes_part(p)}
    since = {p.id: month_after(p.desk_since, 0) for p in people if takes_part(p)}
    count = Counter(p.job.casefold() for p in people)
    at: dict[tuple[str, int], str] = {}
    for k in range(length + overlap):
        month = month_after(start, k)
        due = [
            p.id
            for p in people
            if takes_part(p)
            and month_after(since[p.id], months) <= month
            and others.get(now[p.id].casefold())
            and p.employed_on(month)
        ]
        count.subtract(now[i].casefold() for i in due)
        for i in due:
            open_to = others[now[i].casefold()]
            desk = min(open_to, key=lambda x: count[x.casefold()] / size(x))
            now[i], since[i] = desk, month
            count[desk.casefold()] += 1
        at |= {(i, k): desk for i, desk in now.items()}
    out = []
    for p in people:
        for k in range(length) if takes_part(p) else ():
            desk = at[p.id, k]
            ahead = (at[p.id, j] for j in range(k + 1, k + overlap + 1))
            training = next((x for x in ahead if x.casefold() != desk.casefold()), "")
            spell = DeskSpell(
                staff=p.id, month=month_after(start, k), desk=desk, training=training
            )
            out.append(spell)
    return tuple(out)
