"""Small random teams with a roster and requests for leave, for the proofs of the leave desk."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from constraints import REGISTRY, RULES
from roster.calendar import Calendar, DayKind, NamedDay
from roster.plan import Roster
from roster.problem import (
    Employee,
    FixedDuty,
    Grade,
    Leave,
    LeaveKind,
    Problem,
    Shift,
    ShiftKind,
    Status,
    Swap,
)
from roster.rule import Level, RuleSet
from roster.words import same

START = date(2026, 12, 7)
SHIFTS = (
    Shift(code="D", segments=((480, 1020),), paid_minutes=480),
    Shift(code="E", segments=((960, 1440),), kind=ShiftKind.EVENING),
    Shift(code="N", segments=((1320, 1800),), kind=ShiftKind.NIGHT, skills=frozenset({"n"})),
)


def rules(**changes: dict) -> RuleSet:
    """Return every rule as the standard has it, some with other parameters."""
    made = {r.id: r(**changes.get(r.id, {})) for r in RULES}
    return REGISTRY.rule_set(made, "standard")


HARD = {"leave_stand_in": {"level": Level.HARD}}


def day(d: int) -> date:
    """Return a date of the horizon."""
    return START + timedelta(days=d)


def team(rng: random.Random, people: int, days: int) -> Roster:
    """Return a team with a roster in short blocks; it breaks rules here and there.

    In a calm one most requests could be granted, were it not for the stand-ins.
    """
    calm = rng.random() < 0.6
    employees = tuple(
        Employee(
            id=f"E{i + 1}",
            group=rng.choice(["A", "B", ""]),
            grade=Grade(rng.choice([0, 1, 2])),
            skills=frozenset({"n"}) if rng.random() < 0.9 else frozenset(),
            rotation=rng.random() < 0.3,
            max_minutes=rng.choice([None, None, 480 * (days * 6 // 10)]),
            min_minutes=rng.choice([None, None, 480 * (days // 3)]),
        )
        for i in range(people)
    )
    cells = []
    for e in range(people):
        row: list[str | None] = []
        while len(row) < days:
            code = rng.choice("DDDE" if calm else "DDDEN")
            row += [code] * rng.randint(1, 3) + [None] * rng.randint(1, 6 if calm else 4)
        if calm and e == 0:
            row = [rng.choice([None, None, None, "D"]) for _ in range(days)]
        cells.append(tuple(row[:days]))
    history = {
        (p.id, day(-k)): rng.choice(["D", "E", "N", None]) for p in employees for k in (1, 2)
    }
    fixed = []
    if rng.random() < 0.3:
        p = rng.choice(employees)
        fixed.append(FixedDuty(staff=p.id, day=day(rng.randrange(days)), shift=None))
    holiday = {}
    if not calm and rng.random() < 0.3:
        holiday[day(rng.randrange(days))] = NamedDay(DayKind.HOLIDAY, same("x"))
    problem = Problem(
        start=START,
        end=day(days - 1),
        employees=employees,
        shifts=SHIFTS,
        leaves=tuple(_leave(rng, employees, days, calm) for _ in range(rng.randint(3, 7))),
        swaps=_swaps(rng, employees, cells) if rng.random() < 0.4 else (),
        fixed=tuple(fixed),
        history=history,
        calendar=Calendar(country=None, overrides=holiday),
    )
    return Roster(problem, tuple(cells))


def _leave(rng: random.Random, employees: tuple[Employee, ...], days: int, calm: bool) -> Leave:
    # Few stand-ins, so that requests compete.
    stand_ins = [employees[0].id, employees[-1].id]
    first = rng.randrange(-1, days)
    asked = None
    if rng.random() < 0.8:
        hours = rng.choice([-30, 0, 7, 11, 20, 50, 100])
        asked = datetime.combine(day(first), time(12)) - timedelta(hours=hours)
    return Leave(
        staff=rng.choice(employees[1:] if calm else employees).id,
        first=day(first),
        last=day(first + rng.choice([0, 1, 1, 2, 3])),
        kind=LeaveKind.SICK if calm else rng.choice([*LeaveKind, LeaveKind.PERSONAL]),
        status=rng.choice([*[Status.REQUESTED] * 8, Status.APPROVED, Status.REJECTED]),
        asked_at=asked,
        asked_by=rng.choice(["", "", "", "E1"]),
        exceptional=rng.random() < 0.5,
        stand_in=rng.choice([*stand_ins * 4, rng.choice(employees).id, None]),
        certificate=rng.random() < 0.7,
        approved_by=rng.choice(["", "centre head", "主任"]),
    )


def _swaps(
    rng: random.Random, employees: tuple[Employee, ...], cells: list[tuple[str | None, ...]]
) -> tuple[Swap, ...]:
    a, b = rng.sample(range(len(employees)), 2)
    own = [d for d, c in enumerate(cells[a]) if c is not None and cells[b][d] is None]
    if not own:
        return ()
    row = Swap(
        id="1",
        applicant=employees[a].id,
        partner=employees[b].id,
        day=day(rng.choice(own)),
        status=rng.choice([Status.APPROVED, Status.REQUESTED]),
    )
    return (row,)


def asked(staff: str, first: int, last: int | None = None, **more: object) -> Leave:
    """Return a request for leave that nothing is awaited for."""
    fields = {"kind": LeaveKind.ANNUAL, "status": Status.REQUESTED, "approved_by": "centre"}
    span = {"first": day(first), "last": day(first if last is None else last)}
    return Leave(staff=staff, **span, **(fields | more))


def world(rows: dict[str, str], *leaves: Leave, **people: dict) -> Roster:
    """Return a roster typed as one line a person, ``.`` a day off, and what is asked."""
    attributes = {"skills": frozenset({"n"})}
    problem = Problem(
        start=START,
        end=day(len(next(iter(rows.values()))) - 1),
        employees=tuple(Employee(id=i, **(attributes | people.get(i, {}))) for i in rows),
        shifts=SHIFTS,
        leaves=leaves,
        calendar=Calendar(country=None),
    )
    return Roster(
        problem, tuple(tuple(None if c == "." else c for c in row) for row in rows.values())
    )
