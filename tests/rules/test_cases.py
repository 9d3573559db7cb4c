"""The cases under ``cases/``, written from the reading of each rule, never from its code."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import pytest
from cases_format import FOLDER, Case, Expected, files, of_roster, read
from engine import cheapest
from worlds import ROSTER_RULES

from constraints import RULES
from roster.rule import Level, RuleSet, Violation

CASES = [pytest.param(p, id=f"{p.parent.name}/{p.stem}") for p in of_roster()]
WEIGHT = 7


def unmatched(
    found: Iterable[Violation], expected: Iterable[Expected]
) -> tuple[list[Violation], list[Expected]]:
    """Return the violations and the expectations that have no counterpart."""
    left, missing = list(found), []
    for want in sorted(expected, key=lambda w: -len(w.days)):
        for v in left:
            if (
                frozenset(v.who) == want.who
                and want.days <= frozenset(v.when)
                and v.amount == want.amount
                and want.case in (None, v.case)
            ):
                left.remove(v)
                break
        else:
            missing.append(want)
    return left, missing


def at(case: Case, level: Level) -> RuleSet:
    """Return the case's rule alone, at a level."""
    return RuleSet((dataclasses.replace(case.rule, level=level, weight=WEIGHT),))


@pytest.mark.parametrize("path", CASES)
def test_checker_finds_what_the_case_says(path):
    case = read(path)
    found = list(case.rule.check(case.roster))
    assert unmatched(found, case.expected) == ([], [])
    for v in found:
        for lang in ("en", "zh"):
            sentence = case.rule.say(v, lang)
            assert sentence and "{" not in sentence


@pytest.mark.parametrize("path", CASES)
def test_model_agrees_with_the_case(path):
    case = read(path)
    hard, soft = at(case, Level.HARD), at(case, Level.SOFT)
    found = [v for v in hard.rules[0].check(case.roster) if v.level is Level.HARD]
    cost = cheapest(case.problem, hard, case.roster)
    if case.rule.id == "cover":
        assert cost[0] == sum(v.amount for v in found)
    else:
        assert (cost is None) == bool(found)
        # All of a hard rule's departures cost its weight once the rule is soft.
        points = WEIGHT * sum(w.amount for w in case.expected)
        if case.rule.id != "wishes":
            assert cheapest(case.problem, soft, case.roster) == (0, points)


@pytest.mark.parametrize("path", CASES)
def test_arithmetic_before_the_search_is_right(path):
    case = read(path)
    issues = list(case.rule.bound(case.problem))
    for issue in issues:
        assert issue.line("en") and issue.line("zh")


@pytest.mark.parametrize("rule", ROSTER_RULES, ids=lambda r: r.id)
def test_every_rule_has_its_cases(rule):
    cases = {p.stem: read(p) for p in files() if p.parent.name == rule.id}
    assert any(not c.expected for c in cases.values()), "none that passes"
    assert any(c.expected for c in cases.values()), "none that fails"
    across = [c for name, c in cases.items() if name.startswith("edge")]
    assert any(c.problem.history for c in across), "none across the month's edge"


def test_every_folder_is_a_rule():
    assert {p.name for p in FOLDER.iterdir() if p.is_dir()} == {r.id for r in RULES}
