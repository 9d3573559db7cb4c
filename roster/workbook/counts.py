"""Counting a roster: cover day by day and duties person by person.

Every number of the result sheets comes from here or from the audit.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from roster.audit import Audit
from roster.calendar import DayKind
from roster.plan import Roster
from roster.problem import CarryOver, Demand, Problem, Status
from roster.rule import Level, RuleSet


@dataclass(frozen=True)
class CoverLine:
    """One Demand row in force on one day, with who is on duty for it.

    Attributes
    ----------
    d : int
    row : Demand
    on_duty, short, under, over : int
        People on duty; below the min; below the target; above the max.
    """

    d: int
    row: Demand
    on_duty: int

    @property
    def short(self) -> int:
        """People below the min."""
        return max(0, self.row.min - self.on_duty)

    @property
    def under(self) -> int:
        """People between min and target that lack."""
        return max(0, (self.row.target or 0) - max(self.on_duty, self.row.min))

    @property
    def over(self) -> int:
        """People above the max."""
        return 0 if self.row.max is None else max(0, self.on_duty - self.row.max)


def coverage(audit: Audit) -> tuple[CoverLine, ...]:
    """Count who is on duty for each Demand row in force on each day."""
    days = range(audit.roster.problem.n_days)
    return tuple(line for d in days for line in cover_on(audit.roster, d))


def cover_on(roster: Roster, d: int) -> tuple[CoverLine, ...]:
    """Count who is on duty for each Demand row in force on one day."""
    problem = roster.problem
    lines = []
    for row in problem.demand_on[d]:
        counting = problem.counting(row)
        count = sum(
            code in counting[e] for code, people in roster.on_duty[d].items() for e in people
        )
        lines.append(CoverLine(d, row, count))
    return tuple(lines)


def duty_counts(audit: Audit) -> list[dict[str, int | float]]:
    """Count the roster person by person; see `tally`."""
    return tally(audit.rules, audit.roster)


def tally(
    rules: RuleSet, roster: Roster, days: Iterable[int] | None = None
) -> list[dict[str, int | float]]:
    """Count the duties that start on some days, all by default, person by person.

    Returns
    -------
    list of dict
        Per person: minutes, hours, duties, nights, weekends (those that begin on the days),
        holidays, of them spring_festivals and other_holidays, the minutes of each pay class,
        wishes met and missed, and swaps. A duty belongs to the day on which it starts.
    """
    problem = roster.problem
    kind = [problem.calendar.kind(day) for day in problem.days]
    normal = _normal(rules)
    days = range(problem.n_days) if days is None else sorted(set(days))
    within = frozenset(days)
    wished, missed = _wishes(rules, roster, within)
    swapped = swaps_of(problem, {problem.days[d] for d in days})
    out = []
    for e, person in enumerate(problem.employees):
        row = dict.fromkeys(
            (
                "minutes",
                "duties",
                "nights",
                "holidays",
                "spring_festivals",
                "other_holidays",
                "m150",
                "m200",
                "m300",
            ),
            0,
        )
        for d in days:
            shift = roster.shift(e, d)
            if shift is None:
                continue
            row["minutes"] += shift.paid_minutes
            row["duties"] += 1
            row["nights"] += shift.is_night
            row["holidays"] += kind[d] is DayKind.HOLIDAY
            row["spring_festivals"] += d in problem.spring_festival
            row["other_holidays"] = row["holidays"] - row["spring_festivals"]
            match kind[d]:
                case DayKind.HOLIDAY:
                    row["m300"] += shift.paid_minutes
                case DayKind.REST:
                    row["m200"] += shift.paid_minutes
                case _:
                    row["m150"] += max(0, shift.paid_minutes - normal)
        row["hours"] = in_hours(row["minutes"])
        row["weekends"] = sum(
            any(roster.on(e, d) for d in weekend)
            for weekend in problem.weekends_of(e)
            if weekend[0] in within
        )
        row["wishes_met"] = wished[person.id] - missed[person.id]
        row["wishes_missed"] = missed[person.id]
        row["swaps"] = swapped[person.id]
        out.append(row)
    return out


def _wishes(
    rules: RuleSet, roster: Roster, days: frozenset[int]
) -> tuple[Counter[str], Counter[str]]:
    """Return how many wishes each person has on the days, and how many are missed."""
    problem = roster.problem
    wished = Counter(w.staff for w in problem.requests if problem.index_of(w.day) in days)
    missed: Counter[str] = Counter()
    if "wishes" in rules:
        for v in rules["wishes"].check(roster):
            missed[v.who[0]] += problem.index_of(v.when[0]) in days
    return wished, missed


def swaps_of(problem: Problem, days: Iterable[date]) -> Mapping[str, int]:
    """Return how many swaps in force on the days each person has; a ring counts once."""
    days = frozenset(days)
    swaps: dict[str, set[str]] = {}
    for swap in problem.swaps:
        if swap.day in days and swap.status in (Status.APPROVED, Status.APPLIED):
            for staff in (swap.applicant, swap.partner):
                swaps.setdefault(staff, set()).add(swap.ring or swap.id)
    return Counter({staff: len(found) for staff, found in swaps.items()})


_FAIR = ("fair_nights", "fair_weekends", "fair_holidays", "fair_hours")
"""Rules that say what is shared over the months and what each person's part is."""


def parts(
    rules: RuleSet, roster: Roster, days: Iterable[int] | None = None
) -> dict[str, list[float]]:
    """Return each person's fair part of what was worked on the days, all by default.

    By name: nights, weekends, other_holidays (without the Spring Festival), spring_festivals
    and minutes.
    """
    days = tuple(range(roster.problem.n_days) if days is None else days)
    return {name: list(x.part(roster, days)) for name, x in _shared(rules).items()}


def owed(rules: RuleSet, problem: Problem) -> dict[str, list[float]]:
    """Return by how much each person is behind their part when the horizon begins."""
    return {name: x.owed(problem) for name, x in _shared(rules).items()}


def _shared(rules: RuleSet) -> dict:
    return {k: x for i in _FAIR if i in rules for k, x in rules[i].shared.items()}


_CARRIED = {"minutes_150": "m150", "minutes_200": "m200", "minutes_300": "m300"} | {
    name: name
    for name in (
        "nights",
        "weekends",
        "holidays",
        "spring_festivals",
        "minutes",
        "duties",
        "wishes_met",
        "wishes_missed",
        "swaps",
    )
}


def carried_on(rules: RuleSet, roster: Roster) -> list[CarryOver]:
    """Return each person's carry-over with what the roster adds to the counts.

    Who led, who held which post and the days in lieu are as they were.
    """
    problem = roster.problem
    part, behind = parts(rules, roster), owed(rules, problem)
    festival = [problem.days[d].year for d in problem.spring_festival]
    out = []
    for e, (person, counted) in enumerate(zip(problem.employees, tally(rules, roster))):
        own = problem.carry_over.get(person.id, CarryOver())
        more: dict[str, object] = {
            name: getattr(own, name) + counted[key] for name, key in _CARRIED.items()
        }
        for name in part:
            due = getattr(own, f"{name}_due")
            if due is None:
                due = getattr(own, name) + behind[name][e]
            due += part[name][e]
            more[f"{name}_due"] = round(due) if name == "minutes" else round(due, 2)
        if counted["spring_festivals"]:
            more["last_spring_festival"] = festival[-1]
        out.append(dataclasses.replace(own, **more))
    return out


def until(roster: Roster, last: date) -> Roster:
    """Return the roster up to a day of its horizon, as if it had ended there."""
    problem = roster.problem
    if last >= problem.end:
        return roster
    n = problem.index_of(last) + 1
    cut = dataclasses.replace(
        problem, end=last, requests=tuple(w for w in problem.requests if w.day <= last)
    )
    return Roster(cut, tuple(row[:n] for row in roster.cells))


def days_in_lieu(
    rules: RuleSet, roster: Roster, e: int, days: Iterable[int] | None = None
) -> int:
    """Return the days off owed to a person at the end of the days, all by default.

    What was brought forward, while ``time_off_in_lieu`` is off.
    """
    if "time_off_in_lieu" in rules and rules["time_off_in_lieu"].level is not Level.OFF:
        return rules["time_off_in_lieu"].balance(roster, e, days)
    person = roster.problem.employees[e].id
    return roster.problem.carry_over.get(person, CarryOver()).days_in_lieu


def normal_minutes(audit: Audit) -> int:
    """Return the minutes of a duty on a workday beyond which it is overtime."""
    return _normal(audit.rules)


def _normal(rules: RuleSet) -> int:
    if "daily_hours" in rules:
        return 60 * getattr(rules["daily_hours"], "normal", 8)
    return 480


def in_hours(minutes: int) -> int | float:
    """Return minutes as hours, whole where they are."""
    return minutes // 60 if minutes % 60 == 0 else round(minutes / 60, 2)
