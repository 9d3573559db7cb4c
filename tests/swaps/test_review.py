"""The review is brute force over all subsets, and its model is the checkers."""

from __future__ import annotations

import dataclasses
import itertools
import random

import pytest
from ortools.sat.python import cp_model
from teams import likely_rows, problem, roster, rules, with_swaps, without

from constraints import RULES
from roster.model import build_exchanges
from roster.plan import Roster
from roster.problem import Status, Swap
from roster.rule import Level, RuleSet
from roster.swaps.desk import OPEN, Desk
from roster.swaps.exchange import Exchange, exchanges, misfits
from roster.swaps.review import priority, review

MIXED = (*[Status.REQUESTED] * 6, Status.APPLIED, Status.APPROVED, Status.REFERRED)
ROSTER_RULES = [r.id for r in RULES if not r.judges and r().level is Level.HARD]
SWAP_RULES = [r.id for r in RULES if r.judges == "swap"]


def world(seed: int) -> Desk:
    """Return a desk with a register of up to seven rows."""
    rng = random.Random(seed)
    made = roster(rng, problem(rng, rng.randint(3, 6), rng.randint(6, 14)))
    rows = likely_rows(rng, made, rules(), 7, MIXED, rng.randint(0, 2))
    off = {}
    if rng.random() < 0.7:
        off = without(*rng.sample(ROSTER_RULES, 8), *rng.sample(SWAP_RULES, 2))
    off.setdefault("swap_limit", {"per_month": rng.choice([1, 2])})
    return Desk(with_swaps(made, rows), rules(**off))


def open_ones(desk: Desk) -> list[Exchange]:
    """Return what the review decides."""
    found = exchanges(desk.rosters, OPEN)
    return [x for x in found if not misfits(desk.rosters, x)]


def best(desk: Desk, asked: list[Exchange]) -> set[str]:
    """Return the numbers of the best subset that the checkers allow."""
    order = sorted((r for x in asked for r in x.rows), key=priority)
    found: tuple = (-1, [])
    for k in range(len(asked) + 1):
        for some in itertools.combinations(asked, k):
            have = {r.id for x in some for r in x.rows}
            key = (len(have), [r.id in have for r in order])
            if key > found and desk.allowed(some):
                found, ids = key, have
    return ids


def accepted(desk: Desk) -> set[str]:
    """Return the numbers that the review accepts."""
    return {
        d.row.id
        for d in review(desk).decisions
        if d.status not in (Status.REJECTED, Status.STALE)
    }


@pytest.mark.parametrize("seed", range(120))
def test_review_is_brute_force_over_all_subsets(seed):
    desk = world(seed)
    asked = open_ones(desk)
    reviewed = review(desk)
    assert reviewed.proven
    assert accepted(desk) == best(desk, asked)
    for d in reviewed.decisions:
        assert d.because.en and d.because.zh
        if d.status is Status.REJECTED:
            assert d.verdict.against or d.collides or d.verdict.case.clashes
        for x in d.collides:
            assert {r.id for r in x.rows} <= accepted(desk)
            assert any(r.id in d.because.en for r in x.rows)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_review_is_brute_force_on_many(part):
    for seed in range(1000 + 60 * part, 1060 + 60 * part):
        desk = world(seed)
        assert accepted(desk) == best(desk, open_ones(desk)), seed


@pytest.mark.parametrize("rule_id", SWAP_RULES)
def test_the_model_of_a_rule_alone_admits_what_its_checker_passes(rule_id):
    both = set()
    for seed in range(40):
        rng = random.Random(seed)
        made = roster(rng, problem(rng, rng.randint(3, 5), rng.randint(6, 12)))
        rows = likely_rows(rng, made, rules(**without(*SWAP_RULES)), 5, MIXED)
        alone = [r for r in rules() if not r.judges or r.id == rule_id]
        # No hard violation to begin with: there the model is exact.
        beside = [dataclasses.replace(r, level=Level.OFF) if not r.judges else r for r in alone]
        if rule_id in ("swap_keeps_roster", "swap_lead_week"):
            kept = {r.id for r in alone if not r.judges and not list(r.check(made))}
            beside = [r for r in alone if r.judges or r.id in kept]
        desk = Desk(with_swaps(made, rows), RuleSet(tuple(beside)))
        days = made.problem.n_days
        asked = [x for x in open_ones(desk) if all(leg.d < days for leg in x.legs)]
        if not asked:
            continue
        builder = build_exchanges(
            desk.rules,
            desk.roster,
            [(x, side) for x in asked for side in x.sides],
            desk.in_force,
        )
        literal = {o.key: o.taken.var.index for o in builder.offers}
        for k in range(len(asked) + 1):
            for some in itertools.combinations(asked, k):
                allowed = desk.allowed(some)
                both.add(allowed)
                assert _admits(builder.model, literal, some) == allowed, (seed, rule_id)
    assert both == {True, False}


def _admits(model: cp_model.CpModel, literal: dict, some: tuple) -> bool:
    fixed = model.clone()
    for x, index in literal.items():
        fixed.add(fixed.get_bool_var_from_proto_index(index) == int(x in some))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    return solver.solve(fixed) in (cp_model.OPTIMAL, cp_model.FEASIBLE)


@pytest.mark.parametrize("seed", range(15))
def test_the_order_of_the_rows_changes_nothing(seed):
    desk = world(seed)
    rows = list(desk.problem.swaps)
    rng = random.Random(seed)
    rng.shuffle(rows)
    other = Desk(with_swaps(desk.published, rows), desk.rules)
    assert accepted(desk) == accepted(other)


def ring(made: Roster, status: Status = Status.REQUESTED, **more: str) -> list[Swap]:
    """Return a ring of three: each gives a day's duty to the next."""
    days, people = made.problem.days, ("E1", "E2", "E3")
    return [
        Swap(
            id=str(i + 1),
            applicant=people[i],
            partner=people[(i + 1) % 3],
            day=days[2 * i],
            ring="1",
            status=status,
            **more,
        )
        for i in range(3)
    ]


def test_a_ring_is_taken_as_a_whole_or_not_at_all():
    rng = random.Random(1)
    p = dataclasses.replace(problem(rng, 3, 8), demand=(), leaves=(), history={})
    people = tuple(
        dataclasses.replace(e, job="a", grade=1, protection=None, rotation=False, leader=True)
        for e in p.employees
    )
    p = dataclasses.replace(p, employees=people)
    cells = [["D" if d == 2 * e else None for d in range(8)] for e in range(3)]
    made = Roster(p, tuple(map(tuple, cells)))
    desk = Desk(with_swaps(made, ring(made)), rules())
    assert accepted(desk) == {"1", "2", "3"}
    rows = ring(made)
    rows[1] = dataclasses.replace(rows[1], signatures={"manager": False})
    desk = Desk(with_swaps(made, rows), rules())
    assert accepted(desk) == set()
    limited = Desk(with_swaps(made, ring(made)), rules(swap_limit={"per_month": 0}))
    assert accepted(limited) == set()
    broken = with_swaps(made, ring(made)[:2])
    (half,) = exchanges(broken, OPEN)
    assert [m.column for m in misfits(broken, half)] == ["ring"]
