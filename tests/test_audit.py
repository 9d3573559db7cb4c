"""The audit: order of findings, shortage apart from other hard rules, ledger, differences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from constraints import REGISTRY
from roster.audit import audit, diff
from roster.calendar import Calendar
from roster.plan import Roster
from roster.problem import Demand, Employee, Grade, Problem, Shift
from roster.rule import Level

DAY = Shift(code="D", segments=((480, 960),))
LATE = Shift(code="E", segments=((960, 1440),))
PROBLEM = Problem(
    start=date(2026, 12, 7),
    end=date(2026, 12, 13),
    employees=(Employee(id="E1", grade=Grade.SENIOR), Employee(id="E2", grade=Grade.SENIOR)),
    shifts=(DAY, LATE),
    demand=(Demand(shifts=frozenset({"D"}), min=1, target=2),),
    calendar=Calendar(country=None),
)


def rules(overrides=()):
    book = REGISTRY.rulebook("web-centre")
    return REGISTRY.rule_set(REGISTRY.defaults(book), book.id, overrides)


def roster(*rows: str) -> Roster:
    return Roster(PROBLEM, tuple(tuple(None if c == "." else c for c in r) for r in rows))


def test_hard_before_soft_and_shortage_apart():
    # E1 has eight hours between E on Tuesday and D on Wednesday; Sunday has nobody.
    found = audit(roster("DEDD...", "D..DDD."), rules())
    levels = [v.level for v in found.violations]
    assert levels == sorted(levels, key=[Level.HARD, Level.ADVISORY, Level.SOFT].index)
    assert found.shortage == 2, "Tuesday (only E) and Sunday"
    assert {v.rule for v in found.broken} == {"rest_between_shifts"}
    assert found.points == sum(line.amount * line.weight for line in found.ledger)
    assert all(v.weight == 0 for v in found.hard)


def test_a_rule_of_law_taken_out_is_still_reported():
    seven = roster("DDDDDDD", ".......")
    assert "weekly_rest" in {v.rule for v in audit(seven, rules()).broken}
    taken = audit(seven, rules(overrides=("weekly_rest",)))
    assert "weekly_rest" not in {v.rule for v in taken.hard}
    assert [v.rule for v in taken.at(Level.ADVISORY)] == ["weekly_rest"]
    assert "weekly_rest" in rules(overrides=("weekly_rest",)).overrides


def test_diff_names_what_came_and_what_went():
    before = audit(roster("DEDD...", "D..DDD."), rules())
    after = audit(roster("D.DD..D", "DD.DD.."), rules())
    change = diff(before, after)
    assert "rest_between_shifts" in {v.rule for v in change.resolved}
    assert "rest_between_shifts" not in {v.rule for v in change.new}
    same = diff(before, before)
    assert not same.new and not same.resolved


def test_sentences_in_both_languages_name_person_and_day():
    found = audit(roster("DEDD...", "D..DDD."), rules())
    (item,) = found.broken
    for lang, day in (("en", "Wed 9 Dec"), ("zh", "12月9日周三")):
        assert "E1" in found.say(item, lang) and day in found.say(item, lang)


def test_a_roster_of_another_shape_is_refused():
    wider = replace(PROBLEM, end=date(2026, 12, 20))
    try:
        Roster(wider, roster(".......", ".......").cells)
    except ValueError as error:
        assert "one column a day" in str(error)
    else:
        raise AssertionError("the shape was not checked")
