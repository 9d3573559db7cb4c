"""The rosters that an encoder admits are exactly those that the checker passes."""

from __future__ import annotations

import pytest
from engine import admitted
from worlds import ROSTER_RULES, World, all_worlds, at_level, worlds_of

from roster.rule import Level

FROM_INPUT_ALONE = {"lead_rotation"}
"""Rules that no roster can keep or break: each world admits everything or nothing."""

_counts: dict[str, tuple[int, int]] = {}


def compare(world: World) -> tuple[int, int]:
    """Compare model and checker on every roster; return (admitted, all)."""
    hard = at_level(world, Level.HARD)
    rosters = list(world.rosters())
    by_model = admitted(world, hard, rosters)
    passed = 0
    for roster, ok in zip(rosters, by_model):
        found = [v for v in hard.check(roster) if v.level is Level.HARD]
        passed += not found
        if ok == bool(found):
            grid = " / ".join("".join(c or "." for c in row) for row in roster.cells)
            grid += " " + "; ".join(f"{m} {p} E{e + 1}" for m, p, e in roster.posts)
            says = "admits" if ok else "bars"
            pytest.fail(f"{world.id}: the model {says} {grid}, the checker finds {found}")
    return passed, len(rosters)


@pytest.mark.parametrize("world", all_worlds(), ids=lambda w: w.id)
def test_model_admits_what_the_checker_passes(world):
    assert world.size <= 65_536
    _counts[world.id] = compare(world)


@pytest.mark.parametrize("rule", ROSTER_RULES, ids=lambda r: r.id)
def test_every_rule_has_a_world_that_can_fail(rule):
    worlds = worlds_of(rule.id)
    assert worlds, f"{rule.id} has no world"
    if rule.id not in FROM_INPUT_ALONE:
        # One is enough, so the small ones first.
        small_first = sorted(worlds, key=lambda w: (w.id not in _counts, w.size))
        counts = (_counts.get(w.id) or compare(w) for w in small_first)
        assert any(0 < passed < size for passed, size in counts)
        return
    counts = [_counts.get(w.id) or compare(w) for w in worlds]
    assert any(passed == size for passed, size in counts)
    assert any(passed == 0 for passed, _ in counts)
