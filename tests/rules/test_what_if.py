"""What if a cell were different: the answer is the difference of two whole audits."""

from __future__ import annotations

import random

import pytest
from test_penalty import draws, small_month, softened
from worlds import World, all_worlds, at_level

from constraints import REGISTRY, RULEBOOKS
from roster.audit import Audit, audit, diff
from roster.rule import Level, Rulebook, RuleSet, Violation
from roster.what_if import WhatIf, points_between


def shown(found: tuple[Violation, ...]) -> list[str]:
    """Return violations without their order."""
    return sorted(map(repr, found))


def agrees(before: Audit, what_if: WhatIf, cells: dict) -> None:
    """Compare an answer with two audits of the whole roster."""
    after = audit(before.roster.with_changes(cells), before.rules)
    news, got = diff(before, after), what_if.of(cells)
    assert shown(got.news.new) == shown(news.new), cells
    assert shown(got.news.resolved) == shown(news.resolved), cells
    assert got.cost == after.points - before.points
    assert got.points_by == points_between(before.violations, after.violations)
    part = what_if.at_once(cells)
    assert set(shown(part.breaks)) <= set(shown(got.breaks))


@pytest.mark.parametrize("world", all_worlds(), ids=lambda w: w.id)
def test_every_rule_is_looked_at_where_it_can_change(world: World) -> None:
    rng = random.Random(world.id)
    problem = world.problem
    codes = (None, *problem.shift_by_code)
    for level in (Level.HARD, Level.SOFT):
        rules = RuleSet((at_level(world, level),))
        (roster,) = rng.sample(draws(problem, 9, 5)[1:], 1)
        before, what_if = audit(roster, rules), WhatIf(roster, rules)
        for e in range(len(problem.employees)):
            for d in range(problem.n_days):
                agrees(before, what_if, {(e, d): rng.choice(codes)})


def test_every_cell_with_all_rules() -> None:
    problem = small_month()
    rng = random.Random(7)
    roster = draws(problem, 12, 3)[-1]
    rules = softened()
    before, what_if = audit(roster, rules), WhatIf(roster, rules)
    for e in range(len(problem.employees)):
        for d in range(problem.n_days):
            for code in rng.sample((None, *problem.shift_by_code), 2):
                agrees(before, what_if, {(e, d): code})


@pytest.mark.parametrize("book", RULEBOOKS, ids=lambda b: b.id)
def test_several_cells_under_every_rulebook(book: Rulebook) -> None:
    rules = REGISTRY.rule_set(REGISTRY.defaults(book), book.id)
    problem = small_month()
    rng = random.Random(book.id)
    roster = draws(problem, 12, 4)[rng.randrange(6, 12)]
    before, what_if = audit(roster, rules), WhatIf(roster, rules)
    codes = (None, *problem.shift_by_code)
    for _ in range(20):
        cells = {
            (rng.randrange(len(problem.employees)), rng.randrange(problem.n_days)): rng.choice(
                codes
            )
            for _ in range(rng.randint(1, 4))
        }
        agrees(before, what_if, cells)
