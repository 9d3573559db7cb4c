"""Verdicts, parameters, who stands in and who could."""

from __future__ import annotations

import random
from datetime import datetime

import pytest
from leave_teams import HARD, asked, day, rules, team, world

from constraints import REGISTRY, RULES
from roster.audit import audit, diff
from roster.calendar import Calendar, DayKind, NamedDay
from roster.leave.desk import LeaveDesk, Verdict
from roster.leave.report import decision_dict, duty_text, heading, rule_lines
from roster.leave.review import review
from roster.plan import Roster
from roster.problem import Demand, Grade, Leave, LeaveKind, Status, Swap
from roster.rule import Level, RuleSet, Scope
from roster.swaps.desk import Answer
from roster.words import same

SICK, PERSONAL = LeaveKind.SICK, LeaveKind.PERSONAL


def verdict(roster: Roster, made: RuleSet | None = None) -> Verdict:
    """Return the verdict on the last request, the earlier ones granted."""
    desk = LeaveDesk(roster, made or rules())
    *earlier, last = desk.open
    return desk.verdict(last, earlier)


def said(found: Verdict) -> dict[str, str]:
    """Return what each rule says."""
    return {f.rule.id: f.outcome.value for f in found.findings}


def with_holiday(roster: Roster, *days: int) -> Roster:
    """Return the roster with statutory holidays."""
    from dataclasses import replace

    named = {day(d): NamedDay(DayKind.HOLIDAY, same("x")) for d in days}
    problem = replace(roster.problem, calendar=Calendar(country=None, overrides=named))
    return Roster(problem, roster.cells)


# --- verdicts ---------------------------------------------------------------------------


def test_every_rule_is_among_the_findings_of_an_approval():
    found = verdict(world({"E1": "D..", "E2": "..."}, asked("E1", 0)))
    assert found.answer is Answer.APPROVED and found.status is Status.APPROVED
    assert set(said(found)) == {r.id for r in RULES if r.judges == "leave"}
    assert set(said(found).values()) == {"held"} and not found.against


def test_what_is_awaited_stands_beside_the_answer():
    found = verdict(world({"E1": "D.."}, asked("E1", 0, kind=SICK, approved_by="")))
    assert found.answer is Answer.APPROVED and found.status is Status.REQUESTED
    assert found.awaiting == ("certificate", "approver")


def test_a_broken_rule_outweighs_the_manager():
    late = datetime(2026, 12, 7, 9)
    row = asked("E1", 0, kind=PERSONAL, asked_at=late)
    found = verdict(world({"E1": "D..", "E2": "..."}, row))
    assert found.answer is Answer.REFERRED and found.status is Status.REQUESTED
    assert [f.rule.id for f in found.against] == ["leave_notice"]
    row = asked("E1", 0, kind=PERSONAL, asked_at=late, asked_by="E2")
    found = verdict(world({"E1": "D..", "E2": "..."}, row))
    assert found.answer is Answer.REJECTED and found.status is Status.REJECTED


def test_a_soft_rule_is_shown_and_decides_nothing():
    roster = world({"E1": "DD.", "E2": "..."}, asked("E1", 0, 1))
    found = verdict(roster)
    assert said(found)["leave_stand_in"] == "broken" and found.answer is Answer.APPROVED
    assert [f.rule.id for f in found.remarks] == ["leave_stand_in"]
    assert verdict(roster, rules(**HARD)).answer is Answer.REJECTED


def test_a_rule_that_is_off_says_and_awaits_nothing():
    roster = world({"E1": "N.."}, asked("E1", 0, approved_by=""))
    made = rules(leave_night={"level": Level.OFF}, leave_approver={"level": Level.OFF})
    found = verdict(roster, made)
    assert found.answer is Answer.APPROVED and not found.awaiting
    assert not {"leave_night", "leave_approver"} & set(said(found))


def test_in_the_web_centre_any_superior_approves():
    book = REGISTRY.rulebook("web-centre")
    made = REGISTRY.rule_set(REGISTRY.defaults(book), book.id)
    row = asked("E1", 0, 2, approved_by="主任")
    desk = LeaveDesk(world({"E1": "D.."}, row), made)
    assert not desk.verdict(desk.open[0]).awaiting
    assert desk.approver(desk.open[0]) == "superior"
    assert verdict(world({"E1": "D.."}, row)).awaiting == ("approver",)


def test_only_leave_asked_for_that_touches_the_roster_is_decided():
    made = [
        asked("E1", 0, status=Status.APPROVED),
        asked("E1", 0, status=Status.REJECTED),
        asked("E1", -3, -1),
        asked("E1", 3, 9),
        asked("E1", -3, 0),
        asked("E1", 2, 9),
    ]
    desk = LeaveDesk(world({"E1": "..."}, *made), rules())
    assert [x.id for x in desk.open] == ["5", "6"]


def test_the_number_of_a_request_is_its_row_on_the_sheet():
    desk = LeaveDesk(world({"E1": "..."}, asked("E1", 0, cell="Leave 2!A17")), rules())
    assert desk.open[0].id == "17"


# --- parameters -------------------------------------------------------------------------

_AT = datetime(2026, 12, 7, 9)
_NIGHT = asked("E1", 0, exceptional=True, asked_at=_AT)
_CROSS = asked("E2", 0, kind=PERSONAL, status=Status.APPROVED)
PARAMETERS = {
    ("leave_holiday", "days_ahead"): (
        with_holiday(world({"E1": "..."}, asked("E1", 2, exceptional=True, asked_at=_AT)), 2),
        "3",
    ),
    ("leave_night", "before"): (world({"E1": "N.."}, _NIGHT), "08:00"),
    ("leave_notice", "personal"): (
        world({"E1": "..."}, asked("E1", 1, kind=PERSONAL, asked_at=_AT)), "2",
    ),
    ("leave_notice", "special"): (
        world({"E1": ".D."}, asked("E1", 1, kind=LeaveKind.SPECIAL, asked_at=_AT)), "24",
    ),
    ("leave_stand_in", "from_days"): (world({"E1": "DD."}, asked("E1", 0, 1)), "3"),
    ("leave_overlap", "max"): (
        world(
            {"E1": "...", "E2": "..."}, _CROSS, asked("E1", 0, kind=PERSONAL),
            E1={"group": "A"}, E2={"group": "A"},
        ),
        "2",
    ),
    ("leave_approver", "levels"): (world({"E1": "..."}, asked("E1", 0, 1)), "1"),
}  # fmt: skip


@pytest.mark.parametrize("key", PARAMETERS, ids=".".join)
def test_parameter_matters(key):
    roster, raw = PARAMETERS[key]
    rule_id, name = key
    before = REGISTRY.rule(rule_id)(level=Level.HARD)
    after = before.with_parameter(name, raw)
    said = []
    for rule in (before, after):
        desk = LeaveDesk(roster, RuleSet((rule,)))
        found = desk.verdict(desk.open[0])
        said.append((found.answer, found.awaiting, desk.approver(desk.open[0])))
    assert said[0] != said[1]


def test_every_parameter_has_an_entry():
    of_leave = [r for r in RULES if r.judges == "leave"]
    assert set(PARAMETERS) == {(r.id, p.name) for r in of_leave for p in r.parameters()}
    for rule in of_leave:
        made = rule()
        for name, text in made.shown().items():
            assert made.with_parameter(name, text) == made


# --- competing --------------------------------------------------------------------------


def test_the_earlier_asked_has_the_stand_in():
    rows = {"E1": "DD.....", "E2": ".DD....", "E3": "......."}
    leaves = (
        asked("E1", 0, 1, stand_in="E3", asked_at=datetime(2026, 12, 2)),
        asked("E2", 1, 2, stand_in="E3", asked_at=datetime(2026, 12, 1)),
    )
    found = review(LeaveDesk(world(rows, *leaves), rules(**HARD)))
    first, second = found.decisions
    assert (first.answer, second.answer) == ("rejected", "approved")
    assert [x.id for x in first.collides] == ["2"]
    assert "cannot go together with row 2" in first.because.en
    assert "stands in for another" in first.because.en
    assert all(d.stand_in == 2 for d in second.duties)


def test_two_go_before_one_asked_earlier():
    rows = {"E1": "DDDD...", "E2": "DD.....", "E3": "..DD...", "E4": "......."}
    leaves = (
        asked("E1", 0, 3, stand_in="E4", asked_at=datetime(2026, 12, 1)),
        asked("E2", 0, 1, stand_in="E4", asked_at=datetime(2026, 12, 2)),
        asked("E3", 2, 3, stand_in="E4", asked_at=datetime(2026, 12, 3)),
    )
    found = review(LeaveDesk(world(rows, *leaves), rules(**HARD)))
    assert [d.answer for d in found.decisions] == ["rejected", "approved", "approved"]


def test_who_must_have_a_stand_in_goes_before_who_named_one_for_a_day():
    rows = {"E1": "D......", "E2": "DD.....", "E3": "......."}
    leaves = (
        asked("E1", 0, stand_in="E3", asked_at=datetime(2026, 12, 1)),
        asked("E2", 0, 1, stand_in="E3", asked_at=datetime(2026, 12, 2)),
    )
    found = review(LeaveDesk(world(rows, *leaves), rules(**HARD)))
    assert [d.answer for d in found.decisions] == ["approved", "approved"]
    assert [[x.stand_in for x in d.duties] for d in found.decisions] == [[None], [2, 2]]
    # Where nobody must, the earlier asked has them.
    found = review(LeaveDesk(world(rows, *leaves), rules()))
    assert [[x.stand_in for x in d.duties] for d in found.decisions] == [[2], [None, None]]


def test_who_waits_for_the_manager_counts_as_granted():
    people = {"E1": {"group": "A"}, "E2": {"group": "A"}}
    late = datetime(2026, 12, 7, 8)
    rows = (
        asked("E2", 0, kind=PERSONAL, asked_at=datetime(2026, 12, 7, 9)),
        asked("E1", 0, kind=PERSONAL, asked_at=late),
    )
    found = review(LeaveDesk(world({"E1": "...", "E2": "..."}, *rows, **people), rules()))
    crossing = [
        next(f for f in d.verdict.findings if f.rule.id == "leave_overlap").outcome.value
        for d in found.decisions
    ]
    assert crossing == ["manager", "held"]


# --- the roster after -------------------------------------------------------------------


def test_only_what_is_approved_reaches_the_roster():
    rows = {"E1": "DD.....", "E2": "...D...", "E3": "D......", "E4": "......."}
    leaves = (
        asked("E1", 0, 1, stand_in="E4"),
        asked("E2", 3, approved_by=""),
        asked("E3", 0, kind=PERSONAL, asked_by="E1"),
    )
    found = review(LeaveDesk(world(rows, *leaves), rules()))
    states = [x.status.value for x in found.roster.problem.leaves]
    assert states == ["approved", "requested", "rejected"]
    lines = ["".join(c or "." for c in row) for row in found.roster.cells]
    assert lines == [".......", "...D...", "D......", "DD....."]


def test_a_duty_that_an_approved_swap_is_about_to_move_stays():
    from dataclasses import replace

    roster = world({"E1": "DD.....", "E2": "......."}, asked("E1", 0, 1))
    swap = Swap(id="1", applicant="E1", partner="E2", day=day(0), status=Status.APPROVED)
    problem = replace(roster.problem, swaps=(swap,))
    found = review(LeaveDesk(Roster(problem, roster.cells), rules()))
    (decision,) = found.decisions
    assert decision.answer == "approved" and [x.d for x in decision.duties] == [1]
    assert found.roster.cells[0][:2] == ("D", None)


@pytest.mark.parametrize("seed", range(100, 130))
def test_approved_leave_is_free_of_duties_and_stand_ins_keep_their_rules(seed):
    rng = random.Random(seed)
    desk = LeaveDesk(team(rng, 5, 9), rules(**(HARD if seed % 2 else {})))
    found = review(desk)
    moved = set()
    for d in found.decisions:
        if d.status is Status.APPROVED:
            for duty in d.duties:
                if desk.published.code(d.request.e, duty.d) == duty.shift.code:
                    assert not found.roster.on(d.request.e, duty.d)
                if duty.stand_in is not None:
                    moved.add((duty.stand_in, duty.d))
    for e, d, before, after in desk.published.diff(found.roster):
        assert (before is None) == ((e, d) in moved)
        assert after is None or (e, d) in moved


# --- suggestions ------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(200, 212))
def test_suggested_are_exactly_those_who_break_nothing(seed):
    from dataclasses import replace

    rng = random.Random(seed)
    roster = team(rng, 6, 9)
    demand = (
        Demand(shifts=frozenset("D"), min=1),
        Demand(shifts=frozenset("DE"), min=1, min_grade=Grade.SENIOR),
    )
    desk = LeaveDesk(Roster(replace(roster.problem, demand=demand), roster.cells), rules())
    found = review(desk)
    scopes = (Scope.PERSON, Scope.DAY)
    hard = RuleSet(tuple(r for r in desk.rules.hard.rules if r.scope in scopes))
    for d in found.decisions:
        for duty in d.duties:
            if duty.stand_in is not None:
                assert not duty.suggestions
                continue
            able = []
            there = found.case.after.with_changes({(d.request.e, duty.d): duty.shift.code})
            for p in range(6):
                if p == d.request.e or found.case.after.on(p, duty.d):
                    continue
                if found.case.away(p, duty.d) or desk.published.on(p, duty.d):
                    continue
                swapped = {(d.request.e, duty.d): None, (p, duty.d): duty.shift.code}
                after = audit(there.with_changes(swapped), hard)
                who = desk.problem.employees[p].id
                if not any(
                    v.level is Level.HARD and (who in v.who or hard[v.rule].scope is Scope.DAY)
                    for v in diff(audit(there, hard), after).new
                ):
                    able.append(p)
            assert sorted(s.e for s in duty.suggestions) == able[:5] or len(able) > 5


def test_suggestions_are_ranked():
    rows = {
        "E1": "...D...",
        "E2": "D.D....",  # was on duty the day before
        "E3": "D.....D",
        "E4": "DD....D",
        "E5": "......D",  # senior
        "E6": "...E...",  # on duty
        "E7": ".......",  # on leave
        "E8": ".......",  # asks for leave, and gets it
    }
    leaves = (
        asked("E1", 3),
        Leave(staff="E7", first=day(3), last=day(3)),
        asked("E8", 2, 3),
    )
    roster = world(rows, *leaves, E5={"grade": Grade.SENIOR})
    found = review(LeaveDesk(roster, rules()))
    ((duty,), _) = [d.duties for d in found.decisions]
    names = [roster.problem.employees[s.e].id for s in duty.suggestions]
    assert names == ["E3", "E4", "E5", "E2"]
    assert [r.en for r in duty.suggestions[0].reasons] == [
        "off on the day before and after too", "same grade", "16 h and 0 night(s) so far",
    ]  # fmt: skip
    assert duty.suggestions[3].reasons[0].en == "free that day"
    assert duty.suggestions[2].reasons[1].en == "two grades apart"


def test_for_a_night_the_fewest_nights_come_first():
    rows = {"E1": "...N...", "E2": "N......", "E3": "DD....D"}
    found = review(
        LeaveDesk(
            world(rows, asked("E1", 3, exceptional=True)), rules(leave_night={"before": (0,)})
        )
    )
    ((duty,),) = [d.duties for d in found.decisions]
    assert [s.e for s in duty.suggestions] == [2, 1]


def test_what_is_said_is_said_in_both_languages():
    rng = random.Random(5)
    for seed in range(12):
        found = review(LeaveDesk(team(rng, 5, 9), rules(**(HARD if seed % 2 else {}))))
        for d in found.decisions:
            lines = [heading(d), d.remark, *(line for _, line in rule_lines(d))]
            lines += [duty_text(d, duty) for duty in d.duties]
            for line in lines:
                assert not any("一" <= c <= "鿿" for c in line.en), line.en
                assert any("一" <= c <= "鿿" for c in line.zh)
            for lang in ("en", "zh"):
                body = decision_dict(d, lang)
                assert body["verdict"] in ("approved", "referred", "rejected")
                assert len(body["rules"]) == 9
