"""The registry is complete: files, ids, sentences in both languages, rulebooks."""

from __future__ import annotations

import dataclasses
import importlib
import re
import string
from pathlib import Path

import pytest

import constraints
from constraints import REGISTRY, RULEBOOKS, RULES
from roster.rule import UNITS, Level, Rule, Scope

ROOT = Path(constraints.__file__).parent
RULE_IDS = [r.id for r in RULES]
HAN = re.compile(r"[\u4e00-\u9fff]")
by_id = pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)


def rule_files() -> list[Path]:
    """Return the files of the package that hold a rule each."""
    return sorted(
        p
        for p in ROOT.rglob("*.py")
        if not p.name.startswith("_") and p.name != "rulebooks.py"
    )


def test_every_file_is_a_rule_and_every_rule_a_file():
    assert sorted(p.stem for p in rule_files()) == sorted(RULE_IDS)
    assert len(set(RULE_IDS)) == len(RULE_IDS)


@by_id
def test_file_name_is_the_id(rule):
    module = importlib.import_module(rule.__module__)
    assert Path(module.__file__).stem == rule.id
    rules_here = [
        x for x in vars(module).values()
        if isinstance(x, type) and issubclass(x, Rule) and x.__module__ == module.__name__
    ]
    assert rules_here == [rule]
    assert module.__doc__


@by_id
def test_texts_in_both_languages(rule):
    texts = [rule.title, rule.text, *rule.messages.values()]
    texts += [p.what for p in rule.parameters()]
    for text in texts:
        assert text.en.strip() and text.zh.strip()
        assert HAN.search(text.zh) and not HAN.search(text.en)
    for text in rule.messages.values():
        fields = [
            sorted({name for _, name, _, _ in string.Formatter().parse(t) if name})
            for t in text
        ]
        assert fields[0] == fields[1]


@by_id
def test_contract(rule):
    assert rule.cite and all(c.source and c.zh for c in rule.cite)
    assert isinstance(rule.scope, Scope) and rule.unit in UNITS
    assert rule().level in (Level.HARD, Level.SOFT, Level.OFF)
    for method in ("add_to", "check"):
        assert getattr(rule, method) is not getattr(Rule, method)
    assert dataclasses.is_dataclass(rule) and rule.__dataclass_params__.frozen
    if rule().level is not Level.HARD:
        assert rule().weight > 0
    assert not rule.law or rule().level is Level.HARD


def test_fairness_and_comfort_are_soft_and_the_rest_as_in_the_table():
    soft = {r.id for r in RULES if r().level is Level.SOFT}
    rooms = {p.stem: p.parent.name for p in rule_files()}
    comfort = {i for i, room in rooms.items() if room == "fairness"} - {"stability"}
    assert soft == comfort | {
        "min_consecutive_days", "min_consecutive_days_off", "leave_stand_in",
        "committee_presence", "helping_out",
        "crew_pattern",
    }
    off = {r.id for r in RULES if r().level is Level.OFF}
    assert off == {"time_off_in_lieu", "meetings", "stability"}  # a repair turns the last on
    law = {r.id for r in RULES if r.law}
    assert law == {"weekly_rest", "daily_hours", "hours_system", "protection"}


def test_rulebooks_name_what_exists():
    assert len({b.id for b in RULEBOOKS}) == len(RULEBOOKS)
    assert REGISTRY.rulebook("standard").changes == {}
    for book in RULEBOOKS:
        assert book.title.en and HAN.search(book.title.zh)
        for rule_id, changes in book.changes.items():
            rule = REGISTRY.rule(rule_id)
            assert rule is not None, f"{book.id}: {rule_id}"
            names = {f.name for f in dataclasses.fields(rule)}
            assert set(changes) <= names, f"{book.id}: {rule_id}"
            assert not rule.law or changes.get("level") is not Level.OFF
            rule(**changes)
        assert all(REGISTRY.rule(o).law for o in book.overrides)
        made = REGISTRY.rule_set(REGISTRY.defaults(book), book.id)
        assert [r.id for r in made] == RULE_IDS
        for rule_id in book.overrides:
            assert made[rule_id].level is Level.ADVISORY


def test_an_override_makes_a_rule_of_law_advisory():
    standard = REGISTRY.rulebook("standard")
    made = REGISTRY.rule_set(REGISTRY.defaults(standard), "standard", ["weekly_rest"])
    assert made["weekly_rest"].level is Level.ADVISORY
    assert made["weekly_rest"] in made.checked and made["weekly_rest"] not in made.enforced
    assert made.overrides == ("weekly_rest",)
