"""How long it takes to say why there is no roster: local and capacity conflicts.

Run as ``python benchmarks/explain.py [people ...]``; by default 10, 42 and 120. Each conflict
is planted in a month of 31 days. Printed are seconds until the first conflict is proven and
made small, and until it is proven what else there is (wall clock and processor); ways out come
on top and take what time is given.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import date

from constraints import REGISTRY
from roster.calendar import Calendar
from roster.explain import explain
from roster.problem import (
    Days,
    Demand,
    Employee,
    FixedDuty,
    Grade,
    Leave,
    LeaveKind,
    Problem,
    Shift,
    ShiftKind,
)
from roster.rule import RuleSet

SHIFTS = (
    Shift(code="D", segments=((480, 1020),), paid_minutes=480),
    Shift(code="E", segments=((960, 1440),), kind=ShiftKind.EVENING),
    Shift(code="N", segments=((1320, 1860),), paid_minutes=480, kind=ShiftKind.NIGHT),
)
START, END = date(2026, 12, 1), date(2026, 12, 31)


def rules() -> RuleSet:
    """Return the rules of a team without weekly lead and committees, nights covered."""
    return REGISTRY.rule_set(REGISTRY.defaults(REGISTRY.rulebook("wallet")), "wallet")


def team(size: int) -> Problem:
    """Return a month that can be kept, a third of the people on duty each day."""
    people = tuple(
        Employee(
            id=f"E{i:03d}", grade=Grade.SENIOR if i % 3 == 0 else Grade.JUNIOR, rotation=False
        )
        for i in range(size)
    )
    third = max(1, size // 10)
    demand = tuple(
        Demand(shifts=frozenset(code), min=n)
        for code, n in (("D", third), ("E", third), ("N", max(1, third // 2)))
    )
    leaves = tuple(
        Leave(
            staff=p.id,
            first=date(2026, 12, 1 + i % 25),
            last=date(2026, 12, 4 + i % 25),
            kind=LeaveKind.ANNUAL,
        )
        for i, p in enumerate(people)
        if i % 5 == 1
    )
    return Problem(
        start=START,
        end=END,
        employees=people,
        shifts=SHIFTS,
        demand=demand,
        leaves=leaves,
        weekly_lead=False,
        calendar=Calendar(country=None),
    )


def person(problem: Problem) -> Problem:
    """One person fixed on eight days in a row."""
    fixed = tuple(
        FixedDuty(staff=problem.employees[0].id, day=date(2026, 12, d), shift="D")
        for d in range(10, 18)
    )
    return replace(problem, fixed=fixed)


def day(problem: Problem) -> Problem:
    """All seniors on leave on the day on which nights want one."""
    away = tuple(
        Leave(staff=p.id, first=date(2026, 12, 24), last=date(2026, 12, 24))
        for p in problem.employees
        if p.grade is Grade.SENIOR
    )
    row = Demand(
        shifts=frozenset("N"),
        min_grade=Grade.SENIOR,
        min=1,
        days=Days.DATE,
        first=date(2026, 12, 24),
    )
    return replace(problem, leaves=(*problem.leaves, *away), demand=(*problem.demand, row))


def seats(problem: Problem) -> Problem:
    """More seats than heads on one day."""
    row = Demand(
        shifts=frozenset("D"),
        min=len(problem.employees),
        days=Days.DATE,
        first=date(2026, 12, 15),
    )
    return replace(problem, demand=(*problem.demand, row))


def hours(problem: Problem) -> Problem:
    """More hours asked than the caps allow, over the month: a tenth too many."""
    asked = 8 * 60 * 31 * sum(r.min for r in problem.demand)
    cap = asked * 9 // 10 // len(problem.employees)
    people = tuple(replace(p, max_minutes=cap) for p in problem.employees)
    return replace(problem, employees=people)


def nights(problem: Problem) -> Problem:
    """Every night wants more people than their limits of nights allow in all."""
    least = problem.demand[2].min
    limit = 31 * least * 9 // 10 // len(problem.employees)
    people = tuple(replace(p, shift_limits={"N": limit}) for p in problem.employees)
    return replace(problem, employees=people)


def main() -> None:
    """Print a line a conflict and size."""
    sizes = [int(x) for x in sys.argv[1:]] or [10, 42, 120]
    print("conflict  people  first s  wall s   cpu s   planted: rules  minimal by")
    for kind, make in (
        ("local", person),
        ("local", day),
        ("capacity", seats),
        ("capacity", hours),
        ("capacity", nights),
    ):
        for size in sizes:
            problem = make(team(size))
            wall, cpu = time.monotonic(), time.process_time()
            why = explain(problem, rules(), seconds=60, ways=False)
            wall, cpu = time.monotonic() - wall, time.process_time() - cpu
            found = why.conflicts[0] if why.conflicts else None
            names = (
                "none" if found is None else "+".join(sorted({c.rule for c in found.clauses}))
            )
            grain = "" if found is None else found.grain.value
            first = why.first_seconds or float("nan")
            print(
                f"{kind:9} {size:6} {first:8.2f} {wall:7.2f} {cpu:7.2f}   "
                f"{make.__name__}: {names}  {grain}"
            )


if __name__ == "__main__":
    main()
