"""Small random teams with a roster and a register, for the proofs of the swap desk."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from constraints import REGISTRY, RULES
from roster.calendar import Calendar, DayKind, NamedDay
from roster.plan import Roster
from roster.problem import (
    SIGNATURES,
    Demand,
    Employee,
    Grade,
    Leave,
    LeaveKind,
    Problem,
    Protection,
    Shift,
    ShiftKind,
    Status,
    Swap,
)
from roster.rule import Level, RuleSet
from roster.swaps.desk import Answer, Desk
from roster.swaps.exchange import exchange_of
from roster.words import same

START = date(2026, 12, 21)

_HOLIDAY = NamedDay(DayKind.HOLIDAY, same("x"))

SHIFTS = (
    Shift(code="D", segments=((480, 1020),), paid_minutes=480, kind=ShiftKind.DAY),
    Shift(code="E", segments=((960, 1440),), kind=ShiftKind.EVENING, min_grade=Grade.JUNIOR),
    Shift(code="N", segments=((1320, 1800),), kind=ShiftKind.NIGHT, skills=frozenset({"n"})),
)


def rules(**changes: dict) -> RuleSet:
    """Return every rule as the standard has it, some with other parameters."""
    made = {r.id: r(**changes.get(r.id, {})) for r in RULES}
    return REGISTRY.rule_set(made, "standard")


def without(*ids: str) -> dict[str, dict]:
    """Return the change that turns some rules off."""
    return {i: {"level": Level.OFF} for i in ids}


def problem(rng: random.Random, people: int, days: int) -> Problem:
    """Return a team with jobs, grades, leave, a holiday and cover here and there."""
    employees = []
    for i in range(people):
        pregnant = rng.random() < 0.05
        employees.append(
            Employee(
                id=f"E{i + 1}",
                group=rng.choice("AB"),
                job="b" if rng.random() < 0.1 else "a",
                grade=Grade(rng.choice([0, 1, 1, 2])),
                skills=frozenset({"n"}) if rng.random() < 0.9 else frozenset(),
                rotation=rng.random() < 0.2,
                max_minutes=rng.choice([None, None, None, 480 * (days * 7 // 10)]),
                protection=Protection.PREGNANT if pregnant else None,
                mentor="E1" if i == people - 1 and days % 3 == 0 else None,
            )
        )
    leaves = [
        Leave(
            staff=rng.choice(employees).id,
            first=START + timedelta(days=rng.randrange(days)),
            last=START + timedelta(days=days - 1),
            kind=rng.choice(list(LeaveKind)),
            status=rng.choice([Status.REQUESTED, Status.APPROVED, Status.REJECTED]),
        )
        for _ in range(rng.randrange(2))
    ]
    history = {
        (p.id, START - timedelta(days=k)): rng.choice(["D", "E", "N", None])
        for p in employees
        for k in (1, 2, 3)
    }
    holiday = {START + timedelta(days=rng.randrange(days)): _HOLIDAY}
    return Problem(
        start=START,
        end=START + timedelta(days=days - 1),
        employees=tuple(employees),
        shifts=SHIFTS,
        demand=tuple(
            Demand(shifts=frozenset({c}), min=rng.choice([0, 0, 0, 1]), target=1) for c in "DEN"
        ),
        leaves=tuple(leaves),
        history=history,
        calendar=Calendar(country=None, overrides=holiday if rng.random() < 0.5 else {}),
    )


def roster(rng: random.Random, made: Problem) -> Roster:
    """Return a roster in short blocks; it breaks rules here and there."""
    cells = []
    for _ in made.employees:
        row: list[str | None] = []
        while len(row) < made.n_days:
            row += [rng.choice("DDDEN")] * rng.randint(1, 3) + [None] * rng.randint(1, 3)
        cells.append(tuple(row[: made.n_days]))
    newcomer = made.employees[-1]
    if newcomer.mentor is not None:
        # With the mentor, or off.
        cells[-1] = tuple(m if own else None for m, own in zip(cells[0], cells[-1]))
    return Roster(made, tuple(cells))


def random_row(rng: random.Random, made: Roster, number: int, **more: object) -> Swap | None:
    """Return a row that fits the roster, or None when the dice say so."""
    p = made.problem
    a, b = rng.sample(range(len(p.employees)), 2)
    own = [d for d, _ in made.duties_of(a)]
    theirs = [d for d, _ in made.duties_of(b)]
    if not own or not theirs:
        return None
    # Rather swaps that have a chance: days on which the other is off.
    free = [d for d in own if not made.on(b, d)] if rng.random() < 0.8 else own
    d = rng.choice(free or own)
    kind = rng.random()
    back = None
    if kind < 0.7:
        good = [x for x in theirs if not made.on(a, x)] if rng.random() < 0.8 else theirs
        back = p.date_of(rng.choice(good or theirs))
    elif kind < 0.8:
        back = p.end + timedelta(days=rng.randint(1, 3))
    signatures = {s: rng.random() < 0.98 for s in SIGNATURES if rng.random() < 0.5}
    asked = None
    if rng.random() < 0.7:
        asked = datetime.combine(p.date_of(d), datetime.min.time())
        asked -= timedelta(hours=rng.choice([-9, 10, 30, 50, 100, 200]))
    fields = {
        "id": str(number),
        "applicant": p.employees[a].id,
        "partner": p.employees[b].id,
        "day": p.date_of(d),
        "return_day": back,
        "asked_at": asked,
        "signatures": signatures,
        "override_by": rng.choice(["", "", "", "Boss"]),
    }
    return Swap(**(fields | more))


def likely_rows(
    rng: random.Random,
    made: Roster,
    in_force: RuleSet,
    count: int,
    statuses: Sequence[Status] = (Status.REQUESTED,),
    also_bad: int = 0,
) -> list[Swap]:
    """Return rows most of which no rule rejects by itself; fewer when none is found."""
    desk = Desk(made, in_force)
    rows: list[Swap] = []
    for number in range(60):
        row = random_row(rng, made, number + 1, status=rng.choice(statuses))
        if row is None:
            continue
        if (
            row.status is not Status.APPLIED
            and desk.verdict(exchange_of(made, [row])).answer is Answer.REJECTED
        ):
            also_bad -= 1
            if also_bad < 0:
                continue
        rows.append(row)
        if len(rows) == count:
            break
    return rows


def with_swaps(made: Roster, swaps: Sequence[Swap], **more: object) -> Roster:
    """Return the roster with a register."""
    problem = dataclasses.replace(made.problem, swaps=tuple(swaps), **more)
    return Roster(problem, made.cells)
