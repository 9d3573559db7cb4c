"""What is said before any search: warnings that are right, and settings that are faults."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from worlds import SHIFTS, day, leave, need, past, people, rule, world, worlds_of

from roster.audit import audit, diff
from roster.errors import Issue, together
from roster.model import build
from roster.plan import Roster
from roster.problem import FixedDuty, Shift, ShiftKind
from roster.rule import RuleSet
from roster.solve import refusal_text, warnings
from roster.words import Text

TWO = people({"group": "A"}, {"group": "B"})
BY_DAY = Shift(code="D", segments=((480, 1200),), kind=ShiftKind.DUTY)
BY_NIGHT = Shift(code="N", segments=((1200, 1920),), kind=ShiftKind.DUTY)


def said(made, problem) -> list[str]:
    """Return the warnings in English; both languages must be there."""
    issues = list(made.bound(problem))
    assert all(i.line("zh") for i in issues)
    return [i.line("en") for i in issues]


# --- warnings ---------------------------------------------------------------------------


@pytest.mark.parametrize("rule_id", ["duty_officer", "handover_overlap"])
def test_a_warning_means_that_no_roster_keeps_the_rule(rule_id):
    warned = [w for w in worlds_of(rule_id) if list(w.rule.bound(w.problem))]
    assert warned
    for w in warned:
        assert all(list(w.rule.check(cells)) for cells in w.rosters())


def test_officers_that_cannot_meet():
    clock = rule("duty_officer", shifts=("D", "N"))
    assert said(clock, world((BY_DAY, BY_NIGHT), 7, TWO)) == []
    early = dataclasses.replace(BY_NIGHT, segments=((1140, 1920),))
    (line,) = said(clock, world((BY_DAY, early), 7, TWO))
    assert "up to Mon 7 Dec no combination of D,N" in line
    late = dataclasses.replace(BY_NIGHT, segments=((1260, 1920),))
    (line,) = said(clock, world((BY_DAY, late), 7, TWO))
    assert "Mon 7 Dec and on 6 more days: no shift of D,N covers 20:00-21:00" in line
    # At the weekend nobody covers the office hours; on workdays nobody need.
    office = rule("duty_officer", shifts=("V",), office=((480, 1050),))
    evening = Shift(code="V", segments=((1050, 1920),))
    (line,) = said(office, world((evening,), 7, TWO))
    assert "Sat 12 Dec and on 1 more day: no shift of V covers 08:00-17:30" in line


def test_gaps_of_the_catalogue_and_of_last_month():
    made = rule("handover_overlap", hours=((480, 1260),))
    (line,) = said(made, world("A", 2, TWO))
    assert "Mon 7 Dec and on 1 more day: no shift covers 16:00-21:00" in line
    morning = rule("handover_overlap", hours=((0, 360),))
    (line,) = said(morning, world("N", 2, TWO, history=past(E1=".")))
    assert "Mon 7 Dec 00:00-06:00: only last month's duties could cover it" in line
    assert said(morning, world("N", 2, TWO, history=past(E1="N"))) == []


def test_what_is_alike_on_several_days_is_one_warning():
    night = Shift(code="N", segments=((1200, 1920),), kind=ShiftKind.NIGHT)
    away = (leave("E1", 2, 2), leave("E2", 2, 2))
    made = rule("night_cover", people=2, senior=1)
    found = list(warnings(world((night,), 7, TWO, leaves=away), RuleSet((made,))))
    assert [i.what.en for i in found] == [
        "night of Mon 7 Dec and on 6 more days: 1 senior needed, 0 could work it",
        "night of Wed 9 Dec: 2 people needed, 0 could work it",
    ]
    assert found[0].what.zh.startswith("12月7日周一等 7 天夜间需要 1 名高级工")
    assert len(found[0].days) == 7


def test_weeks_that_are_alike_are_named_one_by_one():
    mondays = [date(2026, 12, 7), date(2026, 12, 14)]
    said = Text("week of {weeks}: nobody {x}", "{weeks}当周：无人 {x}")
    alike = [Issue.on_days(said, [day], sheet="Staff") for day in (*mondays, mondays[0])]
    (one,) = together(alike)
    assert one.what == (
        "week of Mon 7 Dec, Mon 14 Dec: nobody {x}",
        "12月7日周一、12月14日周一当周：无人 {x}",
    )
    assert one.sheet == "Staff" and one.days == tuple(mondays)
    other = Issue(what=Text("another", "另一个"))
    assert together([other, *alike, other]) == [other, one]


def test_pairs_that_are_absent_together():
    made = rule("at_least_one_of", pairs=(("E1", "E2"),))
    away = (leave("E1", 0, 2), leave("E2", 1, 2))
    (line,) = said(made, world("D", 4, TWO, leaves=away))
    assert line.startswith("Tue 8 Dec and on 1 more day: nobody of E1+E2 can be on duty")
    fixed = (FixedDuty(staff="E1", day=day(0), shift=None),)
    (line,) = said(made, world("D", 4, TWO, leaves=(leave("E2", 0, 0),), fixed=fixed))
    assert line.startswith("Mon 7 Dec: nobody of E1+E2")
    assert said(made, world("D", 4, TWO, leaves=away[:1])) == []


def test_fixed_duties_against_the_days_off():
    fixed = tuple(FixedDuty(staff="E1", day=day(d), shift="D") for d in range(8))
    (line,) = said(rule("rest_days", days=10), world("D", 10, TWO, fixed=fixed))
    assert "E1: fixed duties leave 2 days in Dec 2026, at least 3 must be off" in line
    fixed = tuple(FixedDuty(staff="E1", day=day(d), shift=None) for d in range(5))
    (line,) = said(rule("rest_days", days=10), world("D", 10, TWO, fixed=fixed))
    assert "E1: 5 days off are fixed in Dec 2026, at most 4 allowed" in line


def test_patterns_that_a_crew_may_not_work():
    skilled = (SHIFTS["D"], dataclasses.replace(SHIFTS["N"], skills=frozenset({"x"})))
    made = rule("crew_pattern", pattern=("D", "N", None, None))
    lines = said(made, world(skilled, 4, TWO))
    assert [line.split(", try")[0] for line in lines] == [
        f"crew_pattern: nobody of group {g} may work N" for g in "AB"
    ]


# --- faults -----------------------------------------------------------------------------

FLAWS = [
    ("rest_days", {"days": 31}, {"start": date(2026, 11, 25)}, "Nov 2026 has 30 days only"),
    ("rest_days", {"days": 31}, {}, None),
    ("crew_pattern", {"pattern": ("D",) * 8}, {}, "the pattern has 8 days, the horizon 7"),
    ("crew_pattern", {"pattern": (None, None)}, {}, "the pattern has days off only"),
    ("crew_pattern", {"pattern": ("D",)}, {}, "1 elements for 2 groups"),
    ("crew_pattern", {"pattern": ("D", None)}, {"people": people({})}, "has a group"),
    ("crew_pattern", {"pattern": ("D", None)}, {}, None),
    ("crew_pattern", {}, {"people": people({})}, None),
    ("duty_officer", {"shifts": ("D",), "office": ((480, 1920),)}, {}, "the whole day"),
    ("duty_officer", {"shifts": ("D",), "office": ((480, 1919),)}, {}, None),
]


@pytest.mark.parametrize("rule_id, parameters, more, expected", FLAWS)
def test_settings_that_contradict_the_team(rule_id, parameters, more, expected):
    made = rule(rule_id, **parameters)
    flaws = list(made.flaws(world("DN", 7, **{"people": TWO, **more})))
    assert len(flaws) == (expected is not None)
    for flaw in flaws:
        assert expected in flaw.what.en and flaw.what.zh
        assert flaw.parameter in made.shown() and flaw.found


# --- a focused audit --------------------------------------------------------------------


@pytest.mark.parametrize(
    "made",
    [
        rule("duty_officer", shifts=("D", "N")),
        rule("handover_overlap", hours=((480, 1920),)),
        rule("at_least_one_of", pairs=(("E1", "E2"),)),
    ],
    ids=lambda r: r.id,
)
def test_an_audit_around_a_change_finds_what_changed(made):
    """A duty reaches into the next day, so its loss is found there too."""
    problem = world((BY_DAY, BY_NIGHT), 4, TWO, demand=(need("DN", min=1),))
    before = Roster(problem, (("D",) * 4, ("N",) * 4))
    after = before.with_changes({(1, 1): None, (0, 1): None})
    rules = RuleSet((made,))
    whole = diff(audit(before, rules), audit(after, rules))
    near = diff(*(audit(r.focused([0, 1], [1]), rules) for r in (before, after)))
    assert whole.new and near.new == whole.new


def test_a_clause_about_nobody_names_the_day_alone():
    problem = world((BY_DAY, SHIFTS["H"]), 1, TWO)
    builder = build(problem, RuleSet((rule("duty_officer", shifts=("D",)),)))
    sentences = [refusal_text(r, problem) for r in builder.refusals]
    assert {s.en for s in sentences} == {
        "duty_officer: Duty officer cannot be kept (Mon 7 Dec)"
    }
    assert {s.zh for s in sentences} == {"duty_officer：无法满足“总值班”（12月7日周一）"}
