"""The clauses of a rule, recorded and stated again, are the rule."""

from __future__ import annotations

import dataclasses
import itertools
import random

import pytest
from ortools.sat.python import cp_model
from worlds import World, all_worlds

from roster.explain.clauses import model_of, record
from roster.explain.linear import Linear
from roster.model import Builder, build
from roster.rule import Level, RuleSet

_SAMPLE = 40


def admits(builder: Builder, roster) -> bool:
    """Tell whether a model has a solution with this roster."""
    if builder.refusals:
        return False
    builder.fix(roster)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    return solver.solve(builder.model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)


@pytest.mark.parametrize("world", all_worlds()[::2], ids=lambda w: w.id)
def test_recorded_clauses_admit_what_the_model_admits(world: World):
    rule = dataclasses.replace(world.rule, level=Level.HARD)
    rules = RuleSet((rule,))
    clauses = list(record(world.problem, [rule]))
    rosters = list(itertools.islice(world.rosters(), 20_000))
    for roster in random.Random(7).sample(rosters, min(_SAMPLE, len(rosters))):
        plain = build(world.problem, rules, all_or_nothing=True)
        said = admits(plain, roster)
        again = model_of(world.problem, rules, clauses).builder
        assert admits(again, roster) == said
        if said:  # what a roster meets, counting cannot refute
            cells = Linear(world.problem, clauses)
            assert not cells.refuted(cells.clauses)
            break


@pytest.mark.parametrize("world", all_worlds()[::6], ids=lambda w: w.id)
def test_guards_switch_clauses_on_and_off(world: World):
    rule = dataclasses.replace(world.rule, level=Level.HARD)
    rules = RuleSet((rule,))
    clauses = list(record(world.problem, [rule]))
    stated = model_of(world.problem, rules, clauses, guarded=True)
    assert len(stated.guards) <= len(clauses)
    # Without its assumptions the guarded model forbids nothing at all.
    stated.builder.model.clear_assumptions()
    roster = next(world.rosters())
    assert stated.broken is not None or admits(stated.builder, roster)
