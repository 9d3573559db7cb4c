"""Last month's result: what this month takes from it.

History from its Roster sheet, leads and committee posts from its Leads sheet, and the
carry-over: its own plus the counts of its roster. What is typed in this month's History and
Carry-over sheets wins, cell by cell and field by field. All of it can be typed: what comes
from a result and the same typed in make the same problem.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from roster.calendar import monday_of
from roster.problem import CarryOver, Employee, LeadTurn, Status, Swap, YearLine
from roster.rotation import turn_after
from roster.words import Text, days_text, same
from roster.workbook import layout
from roster.workbook.counts import carried_on, days_in_lieu, until
from roster.workbook.year import lines_after, year_of

if TYPE_CHECKING:
    from roster.workbook.book import Log
    from roster.workbook.read import Loaded


@dataclass(frozen=True)
class Past:
    """What last month's result says about the days before this month.

    Attributes
    ----------
    name : str
        Of the file.
    start, end : date
        Its period.
    history : dict of (str, date) to (str or None)
        Codes and days off before this month.
    addresses : mapping
        Where each of them stands.
    carry_over : dict of str to CarryOver
    leads : tuple of (date, str)
        Monday and id of each week's lead.
    lead_turn : LeadTurn or None
        Where the rotation of the weekly lead stood.
    swaps : tuple of Swap
        Swaps that were carried out.
    posts : tuple of (date, str, str)
        Monday, post and staff id of the committee terms of its weeks.
    year : tuple of YearLine
        The calendar year up to this month, empty when it begins with it.
    stands : str
        Cell that names its first day, as ``[nov.xlsx]Settings!B2``.
    """

    name: str
    start: date
    end: date
    history: Mapping[tuple[str, date], str | None] = field(default_factory=dict)
    addresses: Mapping[tuple[str, date], str] = field(default_factory=dict)
    carry_over: Mapping[str, CarryOver] = field(default_factory=dict)
    leads: tuple[tuple[date, str], ...] = ()
    lead_turn: LeadTurn | None = None
    swaps: tuple[Swap, ...] = ()
    posts: tuple[tuple[date, str, str], ...] = ()
    year: tuple[YearLine, ...] = ()
    stands: str = ""


def past_of(before: Loaded, start: date, end: date) -> Past:
    """Return what a month that begins on `start` takes from last month's result."""
    problem, roster = before.problem, before.roster
    days = [d for d, day in enumerate(problem.days) if day < start]
    history: dict[tuple[str, date], str | None] = {
        (p.id, problem.days[d]): roster.cells[e][d]
        for e, p in enumerate(problem.employees)
        for d in days
        if p.employed_on(problem.days[d])
    }
    told = before.addresses.get("settings", {})
    carried = [problem.carry_over.get(p.id, CarryOver()) for p in problem.employees]
    year = problem.year if year_of(problem) == end.year else ()
    if days:
        known = until(roster, problem.days[days[-1]])
        carried = carried_on(before.rules, known)
        if year_of(known.problem) == end.year:
            year = lines_after(before.rules, known)
    leads = tuple(
        sorted((monday, staff) for monday, staff, _ in before.weeks if staff and monday < start)
    )
    turn = turn_after(problem, leads)
    return Past(
        name=before.path.name,
        start=problem.start,
        end=problem.end,
        history=history,
        addresses=before.addresses.get("roster", {}),
        carry_over={
            p.id: _carried(before, e, days, start, carried[e], turn)
            for e, p in enumerate(problem.employees)
        },
        leads=leads,
        lead_turn=turn,
        swaps=tuple(
            s
            for s in problem.swaps
            if s.day < start
            and (
                s.status is Status.APPLIED
                or (s.status is Status.APPROVED and (s.return_day or s.day) >= start)
            )
        ),
        posts=posts_of(before.weeks, lambda monday: monday < start),
        year=year,
        stands=next((told[k] for k in ("start_date", "month") if k in told), ""),
    )


def posts_of(
    weeks: Iterable[tuple[date, str, tuple[tuple[str, str], ...]]],
    wanted: Callable[[date], bool],
) -> tuple[tuple[date, str, str], ...]:
    """Return Monday, post and staff id of the committee terms of the wanted weeks."""
    return tuple(
        (monday, post, staff)
        for monday, _, held in weeks
        if wanted(monday)
        for post, staff in held
    )


def _carried(
    before: Loaded,
    e: int,
    days: list[int],
    start: date,
    own: CarryOver,
    turn: LeadTurn | None,
) -> CarryOver:
    """Return a person's carry-over, its counts brought on, with lead, post and days owed."""
    problem, roster = before.problem, before.roster
    person = problem.employees[e].id
    led = [monday for monday, staff, _ in before.weeks if staff == person and monday < start]
    posts = [
        (monday, post)
        for monday, _, held in before.weeks
        for post, holder in held
        if holder == person and monday < start
    ]
    last_week, last_post = max(posts, default=(own.last_committee_week, own.last_post))
    return dataclasses.replace(
        own,
        last_lead_week=max([*led, *filter(None, [own.last_lead_week])], default=None),
        passed_over=own.passed_over and not led if turn is None else person in turn.waiting,
        last_post=last_post,
        last_committee_week=last_week,
        days_in_lieu=days_in_lieu(before.rules, roster, e, days),
        weekend_begun=start.weekday() == 6
        and problem.end >= start - timedelta(days=1)
        and bool(days)
        and problem.calendar.is_weekend(problem.days[days[-1]])
        and roster.on(e, days[-1]),
    )


def check(
    past: Past,
    log: Log,
    employees: Mapping[str, Employee],
    codes: Collection[str],
    start: date,
    look_back: int,
    *,
    leads_asked: bool,
) -> None:
    """Note gaps and overlaps; report codes of last month that the catalogue lacks."""
    name = past.name
    day_before = start - timedelta(days=1)
    if past.start > start:
        sheet, _, cell = past.stands.partition("!")
        log.fault(
            Text(
                f"{name} begins after this month does: it is no result of the month before",
                f"{name} 的开始日期晚于本期，不是上期的结果",
            ),
            place=(sheet, cell),
            found=str(past.start),
            expected=Text(f"a period that ends on {day_before}", f"结束于 {day_before}"),
            hint=Text("give the result of the month before", "请给出上期的结果文件"),
        )
    elif past.end < day_before:
        gap = days_text((past.end + timedelta(days=1), day_before))
        log.fault(
            Text(
                f"{name} ends before this month begins: {gap.en} are not known",
                f"{name} 与本期之间有空缺：{gap.zh}未知",
            ),
            found=str(past.end),
            expected=same(day_before),
            note=True,
        )
    elif past.end > day_before:
        log.fault(
            Text(
                f"{name} overlaps this month; only its days before it are taken",
                f"{name} 与本期重叠，只取本期之前的日子",
            ),
            found=f"{past.start}..{past.end}",
            expected=Text(f"a period that ends on {day_before}", f"结束于 {day_before}"),
            note=True,
        )
    reported: set[str] = set()
    for (person, day), code in sorted(past.history.items(), key=lambda x: x[0][1]):
        recent = (start - day).days <= max(look_back, 7)
        if code is None or code in codes or code in reported or person not in employees:
            continue
        if not recent:
            continue
        reported.add(code)
        sheet, _, cell = past.addresses.get((person, day), "!").partition("!")
        log.fault(
            Text("a shift of last month is not on the Shifts sheet", "上月的班次不在班次表中"),
            place=(sheet, cell),
            found=code,
            expected=Text("a code of the Shifts sheet", "班次表中的代码"),
            hint=Text(
                "add it to the Shifts sheet, without demand", "在《班次》表补上，不设需求"
            ),
        )
    if leads_asked and not past.leads:
        log.fault(
            Text(
                f"{name} names no weekly leads: whose turn it is begins anew",
                f"{name} 没有轮值班长记录：轮值次序从头开始",
            ),
            hint=Text(
                "give the result as it was written, or fill in Carry-over, last lead week",
                "请使用原样的结果文件，或填写《结转》的上次轮值周",
            ),
            note=True,
            warning=True,
        )
    if past.history and not set(employees) & {person for person, _ in past.history}:
        log.fault(
            Text(
                f"{name} is of another team: nobody in it is on the list",
                f"{name} 是其他班组的文件：其中的人都不在名单上",
            ),
            hint=Text("give this team's last result", "请给出本班组上期的结果文件"),
            note=True,
            warning=True,
        )
    gone = [
        staff
        for monday, staff in past.leads
        if staff not in employees and monday == monday_of(start)
    ]
    if gone:
        log.fault(
            Text(
                "the lead of the week in which the month begins is no longer on the list",
                "月初所在周的轮值班长已不在名单上",
            ),
            found=gone[-1],
            note=True,
        )


def merge_history(
    past: Past | None,
    typed: Mapping[tuple[str, date], str | None],
    employees: Collection[str],
    codes: Collection[str],
) -> dict[tuple[str, date], str | None]:
    """Return the history; what is typed wins cell by cell."""
    taken = {
        (person, day): code
        for (person, day), code in (past.history if past else {}).items()
        if person in employees and (code is None or code in codes)
    }
    return {**taken, **typed}


_OF_CARRY_OVER = frozenset(CarryOver.__dataclass_fields__)


def merge_carry_over(
    past: Past | None,
    carried_in: Mapping[str, Mapping[str, Any]],
    typed: Mapping[str, Mapping[str, Any]],
    employees: Collection[str],
) -> dict[str, CarryOver]:
    """Return the carry-over; what is typed wins field by field."""
    carried = {p: c for p, c in (past.carry_over if past else {}).items() if p in employees}
    for person, fields in (*carried_in.items(), *typed.items()):
        own = {k: v for k, v in fields.items() if k in _OF_CARRY_OVER}
        carried[person] = dataclasses.replace(carried.get(person, CarryOver()), **own)
    return carried


def merge_swaps(
    past: Past | None, typed: list[Swap], employees: Collection[str]
) -> tuple[Swap, ...]:
    """Return this month's swaps, and those of last month that are in force."""
    # Numbers may begin anew each month, so a number alone does not tell.
    here = {(s.id, s.day) for s in typed}
    earlier = [
        dataclasses.replace(s, past=True)
        for s in (past.swaps if past else ())
        if (s.id, s.day) not in here and s.applicant in employees and s.partner in employees
    ]
    return (*earlier, *typed)


def leads(past: Past | None, employees: Collection[str]) -> tuple[tuple[date, str], ...]:
    """Return the leads of earlier weeks who are still on the list."""
    return tuple(x for x in (past.leads if past else ()) if x[1] in employees)


def lead_turn(
    past: Past | None,
    carried_in: Mapping[str, Mapping[str, Any]],
    typed: Mapping[str, Mapping[str, Any]],
    employees: Mapping[str, Employee],
) -> LeadTurn | None:
    """Return where last month's rotation stood, unless the carry-over typed here says so.

    Typed, it is known where somebody is marked under *lead turn*; without a mark the last
    weeks led tell.
    """
    told = {"last_lead_week", "passed_over", "lead_turn", "waiting"}
    takes_part = [i for i, p in employees.items() if p.rotation]
    for fields in (typed, carried_in):
        if any(told & set(row) for row in fields.values()):
            return _typed_turn(fields, takes_part)
    if past is None or past.lead_turn is None:
        return None
    turn = past.lead_turn
    return LeadTurn(
        latest=turn.latest if turn.latest in takes_part else None,
        at=tuple(i for i in turn.at if i in takes_part)[:1],
        waiting=tuple(i for i in turn.waiting if i in takes_part),
    )


def _typed_turn(
    fields: Mapping[str, Mapping[str, Any]], takes_part: list[str]
) -> LeadTurn | None:
    """Return where the rotation stood as the carry-over marks it, None without a mark."""
    marks = {
        i: fields[i]["lead_turn"] for i in takes_part if fields.get(i, {}).get("lead_turn")
    }
    if not marks:
        return None
    at = [i for i, mark in marks.items() if mark in ("both", "list")]
    first = takes_part.index(at[0]) + 1 if at else 0
    order = takes_part[first:] + takes_part[:first]
    waiting = [
        i
        for i in order
        if fields.get(i, {}).get("passed_over") or "waiting" in fields.get(i, {})
    ]
    waiting.sort(key=lambda i: fields[i].get("waiting", len(order)))
    latest = [i for i, mark in marks.items() if mark in ("both", "latest")]
    return LeadTurn(latest=next(iter(latest), None), at=tuple(at[:1]), waiting=tuple(waiting))


def year(past: Past | None, read: tuple[YearLine, ...], employees: Collection[str]) -> tuple:
    """Return the year so far; nothing from the file of a team of which nobody is here."""
    lines = read if past is None else past.year
    return lines if any(line.staff in employees for line in lines) else ()


def read_weeks(load: Any) -> tuple[tuple[date, str, tuple[tuple[str, str], ...]], ...]:
    """Read the Leads sheet: Monday, lead (or "") and (post, id) of each week."""
    table = load.book.tables.get("leads")
    if table is None:
        return ()
    for key in ("week_of", "lead_id"):
        if key not in table.columns:
            column = layout.SHEETS["leads"].column(key)
            load.log.fault(
                Text(f"the column {column.en} is missing", f"缺少列 {column.zh}"), table=table
            )
            return ()
    weeks = []
    for record in load.records("leads", id=load.names.read_staff):
        day, lead = record["week_of"], record["lead_id"]
        if day is None:
            continue
        held = tuple((w.key, record[w.key]) for w in layout.POSTS if record[w.key] is not None)
        if lead is not None or held:
            weeks.append((monday_of(day), lead or "", held))
    return tuple(weeks)
