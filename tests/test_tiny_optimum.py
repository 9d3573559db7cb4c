"""On problems small enough to try every roster, the model's optimum is the best of all."""

from __future__ import annotations

import dataclasses
import itertools
import random
from datetime import date, timedelta

import pytest
from ortools.sat.python import cp_model

from constraints import RULES
from roster.audit import audit
from roster.calendar import Calendar, DayKind, NamedDay
from roster.model import build
from roster.plan import Roster
from roster.problem import (
    CarryOver,
    Demand,
    Employee,
    Grade,
    Leave,
    LeaveKind,
    Problem,
    Protection,
    Request,
    Shift,
    ShiftKind,
    Want,
)
from roster.rule import Level, Rule, RuleSet

SHORT = 1_000_000_000
SHIFTS = (
    Shift(code="D", segments=((480, 1020),), paid_minutes=480, counts_as=frozenset("M")),
    Shift(code="N", segments=((1320, 1800),), kind=ShiftKind.NIGHT, not_before=frozenset("DE")),
    Shift(code="E", segments=((960, 1440),), kind=ShiftKind.EVENING),
)
SHAPES = ((2, 4, "DN"), (3, 2, "DNE"), (2, 3, "DNE"), (1, 6, "DNE"), (2, 4, "DE"))
Cost = tuple[int, int] | None


def tiny(seed: int) -> Problem:
    """Return a random problem with something of everything."""
    rng = random.Random(seed)
    n_people, n_days, codes = SHAPES[seed % len(SHAPES)]
    start = date(2026, 12, 7) + timedelta(days=rng.randrange(7))

    def some_day(low: int = 0) -> date:
        return start + timedelta(days=rng.randrange(low, n_days))

    staff = tuple(
        Employee(
            id=f"E{i}",
            grade=rng.choice((Grade.JUNIOR, Grade.SENIOR, Grade.SENIOR)),
            leader=rng.random() < 0.3,
            rotation=rng.random() < 0.4,
            min_minutes=rng.choice((None, None, 480)),
            max_minutes=rng.choice((None, None, 960)),
            max_weekends=rng.choice((None, None, 0)),
            shift_limits=rng.choice(({}, {}, {"N": 1})),
            protection=rng.choice((None, None, None, Protection.NURSING)),
            protected_from=some_day(),
            end_date=rng.choice((None, None, None, some_day(1))),
            mentor="E0" if i and seed % 3 == 0 else None,
        )
        for i in range(n_people)
    )
    demand = tuple(
        Demand(
            shifts=frozenset(code),
            min=rng.choice((0, 1, 1, 2)),
            target=rng.choice((None, 1, 2)),
            max=rng.choice((None, 1)),
            min_grade=rng.choice((None, None, Grade.SENIOR)),
            under_weight=rng.choice((None, 3)),
        )
        for code in codes
    )
    return Problem(
        start=start,
        end=start + timedelta(days=n_days - 1),
        employees=staff,
        shifts=tuple(s for s in SHIFTS if s.code in codes),
        demand=demand,
        leaves=tuple(
            Leave(staff=p.id, first=day, last=day, kind=rng.choice(list(LeaveKind)))
            for p in staff
            if rng.random() < 0.3 and (day := some_day())
        ),
        requests=tuple(
            Request(
                staff=p.id, day=some_day(), want=want, shift=shift, weight=rng.choice((None, 9))
            )
            for p in staff
            for want, shift in ((Want.OFF, None), (Want.SHIFT, codes[0]))
        ),
        history={
            (p.id, start - timedelta(days=k)): rng.choice((None, None, "D", codes[-1]))
            for p in staff
            for k in range(1, 8)
        },
        carry_over={
            p.id: CarryOver(nights=rng.randrange(4), minutes=4800, days_in_lieu=seed % 2)
            for p in staff
        },
        calendar=Calendar(country=None, overrides={some_day(): NamedDay(DayKind.HOLIDAY)}),
    )


def rules(seed: int) -> RuleSet:
    """Return every rule; some parameters are such that a few days can break them."""
    changes: dict[str, dict[str, object]] = {
        "night_cover": {"people": 0, "senior": seed % 3 == 0},
        "max_consecutive_days": {"days": 2 + seed % 3},
        "max_consecutive_nights": {"nights": 1 + seed % 2},
        "rest_after_nights": {"days_off": 1 + seed % 2},
        "weekly_rest": {"window": ("any7", "week")[seed % 2]},
        "lead_presence": {"min_days": seed % 3},
        "fair_hours": {"tolerance": 1},
        "time_off_in_lieu": {"within_days": 1 + seed % 3, "level": Level.SOFT},
        "meetings": {"weekly": ("Mon", "Wed", "Fri")[seed % 3], "level": Level.SOFT},
        "hours_system": {"system": ("standard", "comprehensive")[seed % 2]},
    }
    return RuleSet(tuple(r(**changes.get(r.id, {})) for r in RULES if not r.judges))


def cost_of(roster: Roster, hard: list[Rule], in_force: RuleSet) -> Cost:
    """Return (shortage, points), None when a hard rule other than cover is broken."""
    if any(next(r.check(roster), None) is not None for r in hard):
        return None
    found = audit(roster, in_force)
    return found.shortage, found.points


def best_of_all(problem: Problem, in_force: RuleSet) -> dict[tuple, Cost]:
    """Return the cost of every roster."""
    hard = [r for r in in_force if r.level is Level.HARD and r.id != "cover"]
    codes = (None, *problem.shift_by_code)
    n = problem.n_days
    costs = {}
    for flat in itertools.product(codes, repeat=n * len(problem.employees)):
        cells = tuple(flat[i : i + n] for i in range(0, len(flat), n))
        costs[cells] = cost_of(Roster(problem, cells), hard, in_force)
    return costs


def solved(
    problem: Problem, in_force: RuleSet, *, all_or_nothing: bool = False
) -> tuple[Cost, Roster | None]:
    """Return the model's optimum, shortage first, and a roster that has it."""
    builder = build(problem, in_force, all_or_nothing=all_or_nothing)
    builder.model.minimize(SHORT * builder.shortage_expr() + builder.points_expr())
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = 20
    status = solver.solve(builder.model)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE), solver.status_name()
    if status == cp_model.INFEASIBLE:
        return None, None
    total = round(solver.objective_value)
    return (total // SHORT, total % SHORT), builder.read(solver.boolean_value)


@pytest.mark.parametrize("seed", range(15))
def test_optimum_is_the_best_of_all_rosters(seed):
    problem, in_force = tiny(seed), rules(seed)
    costs = best_of_all(problem, in_force)
    kept = [c for c in costs.values() if c is not None]
    cost, roster = solved(problem, in_force)
    assert cost == min(kept, default=None)
    if roster is not None:
        assert costs[roster.cells] == cost
    whole = [c for c in kept if c[0] == 0]
    cost, roster = solved(problem, in_force, all_or_nothing=True)
    assert cost == min(whole, default=None)
    if roster is not None:
        assert costs[roster.cells] == cost


def test_the_seeds_are_worth_their_time():
    """Some are feasible, some not, some short, and most cost something."""
    found = [solved(tiny(seed), rules(seed))[0] for seed in range(15)]
    assert None in found
    kept = [c for c in found if c is not None]
    assert any(short for short, _ in kept) and any(not short for short, _ in kept)
    assert sum(points > 0 for _, points in kept) >= 5


@pytest.mark.parametrize("seed", range(4))
def test_adding_a_rule_never_improves_the_objective(seed):
    problem, in_force = tiny(seed), list(rules(seed))
    random.Random(seed).shuffle(in_force)
    before: Cost = (0, 0)
    for k in range(1, len(in_force) + 1):
        after, _ = solved(problem, RuleSet(tuple(in_force[:k])))
        assert after is None or (before is not None and after >= before), in_force[k - 1].id
        before = after


@pytest.mark.parametrize("seed", range(20))
def test_arithmetic_before_the_search_is_never_wrong(seed):
    """What a rule says cannot work does not work; what it says is short, is short."""
    problem = tiny(seed)
    if seed % 4 == 0:
        greedy = dataclasses.replace(problem.employees[0], min_minutes=480 * problem.n_days)
        problem = dataclasses.replace(problem, employees=(greedy, *problem.employees[1:]))
    in_force = RuleSet(
        tuple(
            dataclasses.replace(r, people=1) if r.id == "night_cover" else r
            for r in rules(seed)
        )
    )
    issues = {r.id: [i.what.en for i in r.bound(problem)] for r in in_force}
    cost, _ = solved(problem, in_force)
    if issues["night_cover"] or issues["lead_rotation"]:
        assert cost is None
    if any("demand asks" not in text for text in issues["monthly_hours"]):
        assert cost is None
    if issues["cover"] or issues["monthly_hours"]:
        assert cost is None or cost[0] > 0
