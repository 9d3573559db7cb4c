"""Every parameter of every rule matters: it changes what is allowed or what it costs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

import pytest
from engine import Judge, admitted
from worlds import (
    FESTIVAL,
    HOLIDAY,
    ROSTER_RULES,
    SENIOR,
    SHIFTS,
    World,
    at_level,
    day,
    leave,
    need,
    people,
    rule,
    told,
    world,
)

from roster.audit import audit
from roster.model import build
from roster.problem import CarryOver, DeskSpell, LeaveKind, Problem, Shift
from roster.rule import Level, Rule, RuleSet
from roster.under import under


def _two(**more: object) -> Callable[[], Problem]:
    return lambda: world("DEN", 2, people({}, SENIOR), demand=(need("D", min=1),), **more)


def _one(codes: str | tuple[Shift, ...], days: int, **more: object) -> Callable[[], Problem]:
    return lambda: world(codes, days, **more)


def _shared(codes: str, days: int, what: str, **more: object) -> Callable[[], Problem]:
    carried = {"E1": CarryOver(**{what: 8}), "E2": CarryOver()}
    rows = (need(codes[-1], min=1),)
    return lambda: world(
        codes, days, people({}, {}), demand=rows, carry_over=carried, **more
    )


_WANTED = (need("D", target=2, max=0),)
_COVER = _one("D", 1, people=people({}, {}), demand=_WANTED)
_FRIDAY = day(4)
_MEETING = _one("DN", 3, people=people({}, SENIOR), start=day(16), demand=(need("D", min=1),))
_HOLIDAYS = dict.fromkeys(range(4), HOLIDAY)

_COMMITTEE = _one((), 15, posts=("study",), people=people({}, {}, {}))
_LEARNS = (DeskSpell(staff="E1", month=day(0).replace(day=1), desk="x", training="y"),)
_DESKS = _one(
    tuple(dataclasses.replace(SHIFTS[c], job=j) for c, j in zip("DE", "xy")), 3,
    people=people({"job": "x", "desk_since": date(2026, 2, 1)}, {"job": "y"}, {"job": "z"})[:1],
    desk_plan=_LEARNS,
)
_CREWS = _one("DN", 3, people=people({"group": "A"}, {"group": "B"}))
_CLOCK = (
    Shift(code="D", segments=((480, 1200),)),
    Shift(code="N", segments=((1200, 1920),)),
)

_TOLD = _one("DN", 4, published=told(E1="D.NN"), notice_from=day(1))

TABLE: dict[tuple[str, str], tuple[Callable[[], Problem], str]] = {
    ("cover", "under_weight"): (_COVER, "50"),
    ("cover", "over_weight"): (_COVER, "2"),
    ("night_cover", "people"): (_two(), "2"),
    ("night_cover", "senior"): (_two(), "1"),
    ("shift_lead", "kinds"): (_two(), "night, evening"),
    ("shift_lead", "people"): (_two(), "2"),
    ("availability", "leave_hours"): (
        _one(
            "D", 4, people=people({"min_minutes": 1440}),
            leaves=(leave("E1", 0, 1, kind=LeaveKind.SICK),),
        ),
        "6",
    ),
    ("rest_between_shifts", "min_minutes"): (_one("DEN", 3), "420"),
    ("max_consecutive_days", "days"): (_one("D", 7), "5"),
    ("min_consecutive_days", "days"): (_one("D", 6), "3"),
    ("min_consecutive_days_off", "days"): (_one("D", 6), "3"),
    ("max_consecutive_nights", "nights"): (_one("DN", 4), "2"),
    ("rest_after_nights", "days_off"): (_one("DN", 4), "2"),
    ("weekly_rest", "window"): (_one("D", 8), "any7"),
    ("weekly_rest", "days_off"): (_one("D", 7), "2"),
    ("daily_hours", "normal"): (_one("DL", 2), "9"),
    ("daily_hours", "overtime"): (_one("DL", 2), "4"),
    ("hours_system", "system"): (_one("DL", 7, start=day(5)), "standard"),
    ("hours_system", "weekly"): (_one("DL", 7), "20"),
    ("hours_system", "overtime_month"): (_one("DL", 7), "10"),
    ("max_weekends", "weekends"): (_one("D", 9, start=_FRIDAY), "1"),
    ("time_off_in_lieu", "within_days"): (_one("D", 4, calendar={0: HOLIDAY}), "2"),
    ("lead_presence", "instants"): (_one("DA", 5), "08:00;16:00"),
    ("lead_presence", "min_days"): (_one("DA", 5), "3"),
    ("lead_handover", "time"): (_one("DE", 5), "08:30"),
    ("committee_rotation", "posts"): (_COMMITTEE, "study"),
    ("committee_rotation", "same_post_gap"): (_COMMITTEE, "0"),
    ("committee_groups", "by"): (_COMMITTEE, "rows"),
    ("committee_presence", "time"): (
        _one("DE", 1, posts=("study",)), "16:30",
    ),
    ("desk_rotation", "months"): (_DESKS, "12"),
    ("desk_rotation", "overlap_months"): (_DESKS, "1"),
    ("desk_rotation", "training"): (_DESKS, "1"),
    ("desk_rotation", "related"): (_DESKS, "x+z;z+y"),
    ("at_least_one_of", "pairs"): (_two(), "E1+E2"),
    ("at_least_one_of", "shifts"): (_two(), "D"),
    ("duty_officer", "shifts"): (_one(_CLOCK, 2), "D,N"),
    ("duty_officer", "office"): (_one(_CLOCK, 2), "08:00-20:00"),
    ("handover_overlap", "desk"): (
        _one("DE", 1, people=people({"job": "a"}, {"job": "b"})), "a",
    ),
    ("handover_overlap", "hours"): (_one("DE", 2), "08:00-12:00"),
    ("rest_days", "days"): (_one("D", 5), "7"),
    ("crew_pattern", "pattern"): (_CREWS, "D,N,off"),
    ("crew_pattern", "start"): (_CREWS, "2026-12-09"),
    ("meetings", "weekly"): (_MEETING, "Thu"),
    ("meetings", "monthly_before"): (_MEETING, "11"),
    ("meetings", "inclusive"): (_MEETING, "no"),
    ("meetings", "time"): (_MEETING, "17:01"),
    ("fair_nights", "catch_up"): (_shared("DN", 3, "nights"), "0"),
    ("fair_weekends", "catch_up"): (_shared("D", 3, "weekends", start=day(5)), "0"),
    ("fair_holidays", "catch_up"): (_shared("D", 4, "holidays", calendar=_HOLIDAYS), "0"),
    ("fair_holidays", "festival_catch_up"): (
        _shared("D", 4, "spring_festivals", calendar=dict.fromkeys(range(4), FESTIVAL)), "0",
    ),
    ("fair_hours", "tolerance"): (_one("DL", 3, demand=(need("D", min=1),)), "2"),
    ("fair_shifts", "shifts"): (
        _one("DE", 3, people=people({}, {}), demand=(need("D", min=1),)), "D",
    ),
    ("stability", "person"): (_TOLD, "7"),
    ("stability", "change"): (_TOLD, "11"),
    ("stability", "urgent"): (_TOLD, "40"),
    ("stability", "days"): (_TOLD, "3"),
}

BESIDE: dict[str, dict[str, str]] = {
    "at_least_one_of": {"pairs": "E1+E2"},
    "duty_officer": {"shifts": "N"},
    "handover_overlap": {"hours": "09:00-10:00"},
    "crew_pattern": {"pattern": "N,D"},
}
"""What else is set while a parameter is looked at, where the rule is void without it."""


_NEEDED = ("committee_rotation", "committee_groups", "desk_rotation")
_ROWS = {"committee_groups": {"by": "rows"}}
_EVERY_YEAR = {"desk_rotation": {"months": 12, "related": (("x", "y"),)}}
_IN_THE_PROBLEM: dict[tuple[str, str], dict[str, dict]] = {
    ("committee_rotation", "posts"): _ROWS,
    ("committee_groups", "by"): {},
    ("desk_rotation", "months"): _EVERY_YEAR,
    ("desk_rotation", "overlap_months"): _EVERY_YEAR,
    ("desk_rotation", "related"): _EVERY_YEAR,
}
"""Parameters that shape the problem, with what else must be set for it."""


_POINTS = ("stability",)
"""Rules whose parameters are points: hard, they bar every change alike."""


def _answers(made: Rule, problem: Problem) -> list[object]:
    """Return what the model says to each roster: admitted or not, or its cost."""
    here = World("", made, problem)
    rosters = list(here.rosters())
    hard = at_level(here, Level.HARD)
    if made.id in _POINTS:
        hard = at_level(here, Level.SOFT)
    elif made.id != "cover":
        return list(admitted(here, hard, rosters))
    judge = Judge(build(problem, RuleSet((hard,))))
    return [judge.solve(roster) for roster in rosters]


def _found(made: Rule, problem: Problem) -> list[object]:
    """Return what the checker says to each roster."""
    here = World("", made, problem)
    level = Level.SOFT if made.id in _POINTS else Level.HARD
    rules = RuleSet((at_level(here, level),))
    audits = [audit(roster, rules) for roster in here.rosters()]
    return [(bool(a.hard), a.points) for a in audits]


@pytest.mark.parametrize("key", TABLE, ids=".".join)
def test_parameter_matters(key):
    rule_id, name = key
    make, raw = TABLE[key]
    problem = make()
    before = rule(rule_id)
    for other, value in BESIDE.get(rule_id, {}).items():
        if other != name:
            before = before.with_parameter(other, value)
    after = before.with_parameter(name, raw)
    assert after != before
    if key in _IN_THE_PROBLEM:
        # What the roster is held to then is proved with the worlds.
        others = [dataclasses.replace(r, **_IN_THE_PROBLEM[key].get(r.id, {}))
                  for r in (rule(i) for i in _NEEDED)]
        one, two = (
            under(problem, RuleSet(tuple(made if r.id == rule_id else r for r in others)))
            for made in (
                dataclasses.replace(r, **{name: getattr(r2, name)})
                for r2 in (before, after)
                for r in others
                if r.id == rule_id
            )
        )
        assert (one.posts, one.desk_plan) != (two.posts, two.desk_plan)
        return
    if key == ("availability", "leave_hours"):
        # The reader hands it to the problem; the least hours are where it shows.
        hours = rule("monthly_hours")
        changed = dataclasses.replace(problem, leave_minutes=60 * after.leave_hours)
        assert _answers(hours, problem) != _answers(hours, changed)
        assert _found(hours, problem) != _found(hours, changed)
        return
    assert _answers(before, problem) != _answers(after, problem)
    assert _found(before, problem) != _found(after, problem)


def test_every_parameter_has_an_entry():
    assert set(TABLE) == {(r.id, p.name) for r in ROSTER_RULES for p in r.parameters()}


@pytest.mark.parametrize("made", [r() for r in ROSTER_RULES], ids=lambda r: r.id)
def test_parameters_survive_being_typed(made):
    again = made
    for name, text in made.shown().items():
        again = again.with_parameter(name, text)
    assert again == made
    for p in made.parameters():
        assert p.default == made.shown()[p.name]
        for text in (*p.expected, *p.what):
            assert text
