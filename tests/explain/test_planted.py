"""Every pair of hard rules that can collide is found, proven, and proven minimal."""

from __future__ import annotations

import pytest
from ortools.sat.python import cp_model
from planted import HARD, PAIRS, never, plant

from roster.explain import Conflict, Grain, explain
from roster.explain.clauses import model_of
from roster.explain.conflict import by_clause, by_place, by_rule
from roster.model import build
from roster.problem import Problem
from roster.rule import RuleSet

COLLIDING = tuple(pair for pair in PAIRS if not never(*pair))
# Nobody in the whole team may be the officer: as many clauses as people, a day at a time.
QUICK = tuple(pair for pair in COLLIDING if "duty_officer" not in pair)
_PIECES = {Grain.CLAUSE: by_clause, Grain.PLACE: by_place, Grain.RULE: by_rule}
_SECONDS = 60.0


def solved(model: cp_model.CpModel, seconds: float = _SECONDS) -> int:
    """Solve a model the ordinary way."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 4
    solver.parameters.max_time_in_seconds = seconds
    return solver.solve(model)


def feasible(problem: Problem, rules: RuleSet, clauses: list) -> bool:
    """Tell by the solver, on a plain model of the clauses, whether they go together."""
    builder = model_of(problem, rules, clauses).builder
    status = cp_model.INFEASIBLE if builder.refusals else solved(builder.model)
    assert status != cp_model.UNKNOWN
    return status != cp_model.INFEASIBLE


def check_minimal(problem: Problem, rules: RuleSet, conflict: Conflict) -> None:
    """Prove that the clauses are infeasible, and feasible without any one piece of them."""
    for core in conflict.cores[:1]:
        assert not feasible(problem, rules, list(core.clauses))
        pieces: dict = {}
        for c in core.clauses:
            pieces.setdefault(_PIECES[core.grain](c), []).append(c)
        for piece in pieces.values():
            rest = [c for c in core.clauses if c not in set(piece)]
            assert feasible(problem, rules, rest), piece


def check_pair(size: int, a: str, b: str) -> None:
    """Plant a pair, ask why there is no roster, and prove the answer."""
    problem, rules = plant(size, a, b)
    why = explain(problem, rules, seconds=_SECONDS, ways=False)
    # Where people are absent that may stand in for what the rules say of these people.
    found = [
        c
        for c in why.conflicts
        if {a, b} <= {x.rule for x in c.clauses} <= {a, b, "availability"}
    ]
    assert found, [sorted({x.rule for x in c.clauses}) for c in why.conflicts]
    assert found[0].grain is not Grain.NONE
    check_minimal(problem, rules, found[0])
    # The ordinary model, without any of this: the two rules are infeasible, each alone is not.
    both = RuleSet(tuple(rules[i] for i in (a, b)), rules.rulebook)
    builder = build(problem, both, all_or_nothing=True)
    assert builder.refusals or solved(builder.model) == cp_model.INFEASIBLE
    for one in (a, b):
        builder = build(problem, RuleSet((rules[one],)), all_or_nothing=True)
        assert not builder.refusals
        assert solved(builder.model) in (cp_model.OPTIMAL, cp_model.FEASIBLE), one


def test_every_pair_is_planted_or_has_its_reason():
    """A new hard rule makes this fail until somebody has thought about it."""
    from planted import BARS, FORCES, SPECIAL

    known = {*FORCES, *BARS, *(r for pair in SPECIAL for r in pair), "lead_rotation"}
    assert set(HARD) <= known, set(HARD) - known
    assert len(COLLIDING) > 200
    for a, b in PAIRS:
        planned = frozenset((a, b)) in SPECIAL or a in FORCES or b in FORCES
        assert bool(never(a, b)) or planned, (a, b)


@pytest.mark.parametrize(("a", "b"), QUICK[::12], ids="+".join)
def test_a_planted_pair_is_found_at_10(a: str, b: str):
    check_pair(10, a, b)


@pytest.mark.parametrize(("a", "b"), QUICK[5::60], ids="+".join)
def test_a_planted_pair_is_found_at_42(a: str, b: str):
    check_pair(42, a, b)


@pytest.mark.slow
@pytest.mark.parametrize("size", [10, 42, 120])
@pytest.mark.parametrize(("a", "b"), COLLIDING, ids="+".join)
def test_every_planted_pair_is_found(size: int, a: str, b: str):
    check_pair(size, a, b)
