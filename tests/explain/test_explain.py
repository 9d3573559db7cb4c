"""What an explanation says: conflicts that are there, ways out that work, nothing else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from ortools.sat.python import cp_model
from planted import day, month, plant

from roster.explain import (
    Change,
    Conflict,
    Core,
    Explanation,
    Grain,
    Verdict,
    WayOut,
    _least_short,
    _Teller,
    explain,
)
from roster.explain.clauses import Clause, record
from roster.explain.conflict import Prover
from roster.explain.linear import Linear, Totals
from roster.explain.report import explanation_dict, lines, outcome_text, title, verdict_text
from roster.explain.say import Speaker
from roster.model import Fact, build
from roster.outcome import SolveStatus
from roster.problem import Days, Demand, Employee, FixedDuty, Grade, Leave, LeaveKind, ShiftKind
from roster.rule import Level
from roster.solve import solve
from roster.words import Text


def seniors_away(size: int = 10):
    """A month in which X asks for a senior on day 3, when all seniors are on leave."""
    m = month(size)
    m.leaves = [
        Leave(staff=p.id, first=day(2), last=day(4), kind=LeaveKind.ANNUAL, cell=f"Leave!A{i}")
        for i, p in enumerate(m.people, 2)
        if p.grade is Grade.SENIOR
    ]
    m.demand.append(
        Demand(
            shifts=frozenset("X"),
            min_grade=Grade.SENIOR,
            min=1,
            days=Days.DATE,
            first=day(3),
            cell="Demand!A9",
        )
    )
    return m.problem()


def test_a_conflict_names_leave_demand_cells_and_numbers():
    problem, rules = seniors_away()
    why = explain(problem, rules, seconds=20)
    assert why.verdict is Verdict.SHORT and why.complete
    (conflict,) = why.conflicts
    assert conflict.minimal and conflict.grain is Grain.CLAUSE
    said = {line.cell: line.message.en for line in conflict.lines}
    assert "at least 1" in said["Demand!A9"] and "senior" in said["Demand!A9"]
    away = [p.id for p in problem.employees if p.grade is Grade.SENIOR]
    for i in away:
        assert any(i in text and "annual leave" in text for text in said.values())
    assert len(said) == 1 + len(away)


def test_every_way_out_works_when_the_changed_month_is_solved():
    problem, rules = seniors_away()
    why = explain(problem, rules, seconds=25)
    whole = [w for w in why.ways_out if w.whole_month]
    assert len(whole) >= 4, [w.change.text.en for w in why.ways_out]
    texts = " | ".join(w.change.text.en for w in whole)
    for kind in ("no leave for", "qualify", "at least 0 instead of 1"):
        assert kind in texts
    before, _ = solve(problem, rules.hard, seconds=5)
    assert before.shortage == 1
    for way in whole:
        outcome, _ = solve(way.change.problem, way.change.rules.hard, seconds=10)
        assert outcome.status in (SolveStatus.OPTIMAL, SolveStatus.FEASIBLE)
        assert outcome.shortage == 0, way.change.text.en


def test_a_month_that_works_has_nothing_in_its_way():
    problem, rules = month(10).problem()
    why = explain(problem, rules, seconds=10)
    assert why.verdict is Verdict.FULL and why.complete
    assert not why.conflicts and not why.ways_out
    assert "full cover" in next(lines(why, "en"))[0]


def test_what_is_not_decided_is_not_called_infeasible():
    problem, rules = plant(42, "cover", "max_consecutive_days")
    why = explain(problem, rules, seconds=0.0)
    assert why.verdict is Verdict.UNDECIDED and not why.conflicts and not why.complete
    assert "not decided" in next(lines(why, "en"))[0]


def test_two_conflicts_are_listed_one_after_the_other():
    problem, rules = seniors_away()
    person = next(p for p in problem.employees if p.grade is not Grade.SENIOR)
    problem = replace(
        problem,
        employees=tuple(
            replace(p, min_minutes=80 * 60, shift_limits={"X": 2, "Y": 2}) if p is person else p
            for p in problem.employees
        ),
    )
    why = explain(problem, rules, seconds=25)
    assert why.verdict is Verdict.INFEASIBLE
    named = [{line.rule for line in c.lines} for c in why.conflicts]
    assert {"monthly_hours", "shift_limits"} in named
    assert {"cover", "availability"} in named
    assert all(not w.whole_month for w in why.ways_out if len(w.resolves) < 2)
    body = explanation_dict(why, "zh")
    assert {"conflicts", "ways_out"} <= set(body)
    for conflict in body["conflicts"]:
        assert isinstance(conflict["minimal"], bool)
        for clause in conflict["clauses"]:
            assert {"rule", "who", "date", "message"} <= set(clause)


@pytest.mark.parametrize("size", [10, 42])
def test_more_hours_asked_than_there_are_is_refuted_by_counting(size: int):
    m = month(size)
    m.leaves.clear()
    m.everybody(max_minutes=40 * 60)
    m.demand = [Demand(shifts=frozenset("X"), min=size // 2)]
    problem, rules = m.problem()
    tape = record(problem, rules.hard)
    sums = [c for c in tape if c.is_cell or c.verb != "forbid"]
    linear = Linear(problem, sums)
    assert linear.refuted(sums)
    without = [c for c in sums if c.rule != "monthly_hours"]
    assert not linear.refuted(without)
    assert linear.refuted(sums), "switched on again"
    why = explain(problem, rules, seconds=25, ways=size == 10)
    named = {line.rule for line in why.conflicts[0].lines}
    assert named == {"cover", "monthly_hours"}
    assert why.conflicts[0].grain is not Grain.NONE
    # 14 days x half the team at 8 h, 40 h each: the whole month needs more than the conflict.
    if size == 10:
        raised = [w for w in why.ways_out if w.change.text.en.startswith("max hours")]
        assert any(w.whole_month for w in raised)


def test_a_limit_is_raised_for_the_fewest_people():
    # Two people alone can do X; with 40 h each they have 10 of the 14 duties.
    m = month(10)
    m.leaves.clear()
    for e in (0, 1):
        m.person(e, skills=frozenset({"x"}), max_minutes=40 * 60)
    m.shift("X", skills=frozenset({"x"}))
    m.demand = [Demand(shifts=frozenset("X"), min=1)]
    problem, rules = m.problem()
    why = explain(problem, rules, seconds=25)
    texts = [w.change.text.en for w in why.ways_out if w.whole_month]
    assert any(t.startswith("max hours") for t in texts), texts
    assert any(t.startswith("qualify") for t in texts), texts


def test_rules_of_law_are_told_apart():
    problem, rules = plant(10, "availability", "weekly_rest")
    problem = replace(problem, leaves=())
    why = explain(problem, rules, seconds=25)
    assert why.conflicts
    texts = [w.change.text.en for w in why.ways_out]
    assert any("not fixed" in t for t in texts)
    for text in texts:
        if "weekly_rest" in text:
            assert "law" in text


def test_a_rule_that_is_soft_takes_part_in_no_conflict():
    problem, rules = plant(10, "cover", "max_consecutive_days")
    made = tuple(
        replace(r, level=Level.SOFT) if r.id == "max_consecutive_days" else r for r in rules
    )
    why = explain(problem, replace(rules, rules=made), seconds=10)
    assert why.verdict is Verdict.FULL


def test_time_is_kept():
    problem, rules = plant(42, "cover", "monthly_hours")
    prover = Prover(problem, rules, 0.0)
    assert prover.collide(record(problem, rules.hard)) is None
    assert build(problem, rules.hard, all_or_nothing=True) is not None
    assert Employee(id="x").shift_limits == {}


def way(**known: object) -> WayOut:
    """Return what was found out about some change."""
    problem, rules = month(2).problem()
    change = Change(Text("a change", "改"), problem, rules, "rules")
    return WayOut(**{"change": change, "resolves": (1,), "whole_month": False, **known})


def outcome(
    verdict: Verdict = Verdict.INFEASIBLE, short: tuple = (None, False), **known: object
):
    """Return the words for a change."""
    why = Explanation(verdict=verdict, shortage=short[0], shortage_proven=short[1])
    return outcome_text(why, way(**known)).en


def test_what_is_not_decided_after_a_change_is_not_called_no_roster(monkeypatch):
    assert "not decided" in outcome(possible=None)
    assert "still has no roster" not in outcome(possible=None)
    assert "still has no roster" in outcome(possible=False)
    problem, rules = month(4).problem()
    assert _least_short(problem, rules, 5.0) == (True, 0, True)
    monkeypatch.setattr(cp_model.CpSolver, "solve", lambda *_: cp_model.UNKNOWN)
    assert _least_short(problem, rules, 5.0) == (None, None, False)


def test_a_number_short_that_is_not_proven_is_the_most():
    short = {"possible": True, "shortage": 3}
    assert "at most 3 people short" in outcome(**short)
    assert "at most" not in outcome(**short, shortage_proven=True)
    for proven in ((11, False), (11, True)):
        said = outcome(Verdict.SHORT, proven, **short, shortage_proven=True)
        assert ("instead of 11" in said) == proven[1]
        assert "instead of" not in outcome(Verdict.SHORT, proven, **short)
    for proven in (False, True):
        why = Explanation(
            verdict=Verdict.SHORT, ways_out=(way(**short, shortage_proven=proven),)
        )
        (body,) = explanation_dict(why, "en")["ways_out"]
        assert body["shortage"] == (3 if proven else None)
        assert body["shortage_at_most"] == (None if proven else 3)


def test_of_other_conflicts_only_what_is_proven_is_said():
    assert outcome().startswith("resolves conflict 1;")
    assert outcome(stays=(2,)).startswith("resolves conflict 1, but conflict 2 remains;")
    many = outcome(resolves=(1, 2, 3, 7), stays=(4, 5))
    assert many.startswith("resolves conflicts 1 to 3, 7, but conflicts 4, 5 remain;")


def test_a_conflict_without_time_for_the_verdict_is_still_proven():
    problem, rules = seniors_away()
    why = explain(problem, rules, seconds=20, ways=False)
    said = verdict_text(replace(why, verdict=Verdict.UNDECIDED)).en
    assert "no roster has full cover (proven)" in said and "was not decided" in said


def test_what_forbids_a_roster_with_people_short_is_found_first():
    # Day 3: both who can work the night are away; both rules ask for one of them.
    m = month(6, "night_cover")
    m.shift("X", kind=ShiftKind.NIGHT, skills=frozenset({"x"}))
    m.person(1, skills=frozenset({"calls", "x"}))
    m.rule("night_cover", people=1, senior=0)
    m.leaves = [Leave(staff="E001", first=day(3), last=day(3), kind=LeaveKind.ANNUAL)]
    m.demand = [Demand(shifts=frozenset("X"), min=1)]
    m.person(2, skills=frozenset({"calls", "x"}))
    m.leaves.append(Leave(staff="E002", first=day(3), last=day(3), kind=LeaveKind.ANNUAL))
    problem, rules = m.problem()
    m.demand.append(Demand(shifts=frozenset("Y"), min=6, days=Days.DATE, first=day(3)))
    problem, rules = m.problem()
    why = explain(problem, rules, seconds=15)
    for found in why.ways_out:  # a conflict that forbids any roster stays in none
        assert not (found.possible and 1 in found.stays), found.change.text.en
    assert any(found.possible for found in why.ways_out)
    assert why.verdict is Verdict.INFEASIBLE
    assert any({x.rule for x in c.lines} >= {"night_cover"} for c in why.conflicts)
    assert "cover" not in {x.rule for x in why.conflicts[0].lines}


def test_a_newcomer_whose_mentor_is_away_is_seen_with_the_mentor_alone():
    m = month(10, "mentoring")
    m.leaves = [
        Leave(staff="E001", first=day(0), last=day(13), kind=LeaveKind.ANNUAL, cell="Leave!A2")
    ]
    m.rule("mentoring")
    m.person(0, mentor="E001", mentored_until=day(13), min_minutes=40 * 60)
    problem, rules = m.problem()
    why = explain(problem, rules, seconds=15, ways=False)
    (conflict,) = why.conflicts
    assert conflict.minimal and not conflict.counted
    assert {x.rule for x in conflict.lines} >= {"mentoring", "monthly_hours", "availability"}
    assert {i for x in conflict.lines for i in x.who} == {"E000", "E001"}
    assert len(conflict.lines) == len({x.message.en for x in conflict.lines}) < 7
    assert "counting" not in title(conflict).en


def test_alike_conflicts_take_one_place(monkeypatch):
    monkeypatch.setattr("roster.explain._MOST", 2)
    m = month(6)
    m.demand = [Demand(shifts=frozenset("X"), min=7)]
    m.person(0, min_minutes=200 * 60)
    problem, rules = m.problem()
    why = explain(problem, rules, seconds=15, ways=False)
    assert sorted(len(c.cores) for c in why.conflicts) == [1, 14]


def test_a_change_resolves_nothing_that_another_rule_forbids_too():
    # Y after X is too little rest, and is on the list of what may not follow.
    m = month(4)
    m.leaves.clear()
    m.shift("X", segments=((840, 1440),), not_before=frozenset("Y"))
    m.shift("Y", segments=((360, 840),))
    m.fixed = [FixedDuty(staff="E000", day=day(i), shift=c) for i, c in ((3, "X"), (4, "Y"))]
    problem, rules = m.problem()
    why = explain(problem, rules, seconds=15)
    (conflict,) = why.conflicts
    assert {x.rule for x in conflict.lines} & {"rest_between_shifts", "successions"}
    texts = [w.change.text.en for w in why.ways_out]
    assert any("not fixed" in t for t in texts)
    assert not any("rest_between_shifts" in t or "may follow" in t for t in texts), texts
    # Where it is the only rule, taking it out does it.
    m.shift("X", not_before=frozenset())
    problem, rules = m.problem()
    why = explain(problem, rules, seconds=15)
    assert any("rule rest_between_shifts" in w.change.text.en for w in why.ways_out)


def test_a_limit_of_nought_is_a_limit_with_its_cell():
    # Only E000 can work X, which is wanted on one Saturday.
    m = month(4, "max_weekends")
    m.leaves.clear()
    m.rule("max_weekends", weekends=4)
    m.shift("X", skills=frozenset({"x"}))
    m.person(0, skills=frozenset({"x"}), max_weekends=0)
    m.demand = [Demand(shifts=frozenset("X"), min=1, days=Days.DATE, first=day(5))]
    problem, rules = m.problem()
    why = explain(problem, rules, seconds=15, where={"staff": {"E000": "Staff!A2"}})
    (conflict,) = why.conflicts
    assert "Staff!A2" in {x.cell for x in conflict.lines if x.rule == "max_weekends"}
    ways = {w.change.text.en: w.change.cell for w in why.ways_out}
    assert ways.get("max weekends from 0 to 1 for E000") == "Staff!A2", ways


def test_a_night_that_asks_for_seniors_says_so_and_enough_are_qualified():
    # The two seniors work 10 nights at most, of 14; nobody else is senior.
    m = month(6, "night_cover")
    m.leaves.clear()
    m.shift("X", kind=ShiftKind.NIGHT)
    m.rule("night_cover", people=0, senior=1)
    m.people = [
        replace(p, max_minutes=40 * 60, grade=(Grade.JUNIOR, Grade.SENIOR)[i < 2])
        for i, p in enumerate(m.people)
    ]
    problem, rules = m.problem()
    why = explain(problem, rules, seconds=20)
    said = [x.message for c in why.conflicts for x in c.lines if x.rule == "night_cover"]
    assert said and all("2 senior" in x.en and "高级" in x.zh for x in said), said
    assert any(w.change.text.en.startswith("qualify") for w in why.ways_out)


def test_a_week_that_nobody_can_lead_names_the_leaves():
    m = month(5, "lead_rotation")
    m.rule("lead_rotation")
    m.leaves = [
        Leave(staff="E000", first=day(7), last=day(13), kind=LeaveKind.ANNUAL, cell="Leave!A2"),
        Leave(staff="E001", first=day(7), last=day(13), kind=LeaveKind.ANNUAL, cell="Leave!A3"),
    ]
    problem, rules = m.problem()
    why = explain(problem, rules, seconds=10, ways=False)
    cells = {x.cell for c in why.conflicts for x in c.lines if x.rule == "availability"}
    assert cells == {"Leave!A2"}  # E001 does not take the lead


def test_poor_ways_out_give_way_to_better_ones():
    problem, rules = plant(10, "availability", "weekly_rest")
    why = explain(problem, rules, seconds=15)
    fixed = [x for c in why.conflicts for x in c.lines if "fixed" in x.message.en]
    assert fixed and all(x.source.en == "sheet Fixed" for x in fixed)
    texts = [w.change.text.en for w in why.ways_out]
    assert texts and not any("leave_hours" in t for t in texts)
    m = month(4)
    m.shift("X", segments=((1080, 1440),))
    m.shift("Y", segments=((0, 360),))
    m.fixed = [FixedDuty(staff="E000", day=day(i), shift=c) for i, c in ((3, "X"), (4, "Y"))]
    problem, rules = m.problem()
    why = explain(problem, rules, seconds=15)
    texts = [w.change.text.en for w in why.ways_out]
    assert any("not fixed" in t for t in texts)
    assert not any("min_minutes" in t for t in texts), texts


@pytest.mark.parametrize("least", [5, 3])
def test_a_conflict_by_counting_begins_with_what_it_adds_up_to(least: int):
    # 14 days of X for so many, 8 h each, and ten people who have 40 h or 24 h.
    m = month(10)
    m.leaves.clear()
    m.everybody(max_minutes=(40 if least == 5 else 24) * 60)
    m.demand = [Demand(shifts=frozenset("X"), min=least)]
    problem, rules = m.problem()
    why = explain(problem, rules, seconds=15, ways=False)
    first = why.conflicts[0].lines[0].message.en
    found = re.fullmatch(
        r"in all: (\d+) h needed of these (\d+) people, at most \d+ × (\d+) = (\d+) h possible",
        first,
    )
    assert found, first
    needed, people, each, possible = map(int, found.groups())
    assert people * each == possible < needed <= 14 * least * 8


def test_the_least_that_suffices_is_found_by_arithmetic_and_proven():
    # 14 days of X for four, 8 h each: 56 duties; ten people with 40 h have 50.
    m = month(10)
    m.leaves.clear()
    m.everybody(max_minutes=40 * 60)
    m.demand = [Demand(shifts=frozenset("X"), min=4)]
    problem, rules = m.problem()
    why = explain(problem, rules, seconds=30)
    assert why.conflicts[0].lines[0].message.en == (
        "in all: 448 h needed of these 10 people, at most 10 × 40 = 400 h possible"
    )
    whole = {w.change.text.en for w in why.ways_out if w.whole_month}
    six = ", ".join(f"E{i:03d}" for i in range(6))
    assert {
        "max hours from 40 to 48 for 10 people (E000, E001, E002, …)",
        f"max hours from 40 to 48 for {six}",
        "X: at least 3 instead of 4 on all days of the row",
        "2 more people like E000, with no leave",
    } <= whole, whole


def test_limits_allow_whole_duties_only():
    # With 44 h nobody has more than five duties of 8 h.
    m = month(10)
    m.leaves.clear()
    m.shifts["Y"] = replace(m.shifts["X"], code="Y")
    m.everybody(max_minutes=44 * 60)
    m.demand = [Demand(shifts=frozenset("X"), min=4)]
    problem, rules = m.problem()
    why = explain(problem, rules, seconds=30)
    said = why.conflicts[0].lines[0].message
    assert said.en.endswith("at most 10 × 40 = 400 h possible in whole duties"), said.en
    assert "按整班计" in said.zh
    texts = [w.change.text.en for w in why.ways_out if w.whole_month]
    assert any(t.startswith("max hours from 44 to 48 for 10 people") for t in texts), texts


def test_limits_of_two_shifts_add_up_shift_by_shift():
    # X on 14 days, by four people who may have two of them each; four of Y each are enough.
    m = month(4)
    m.leaves.clear()
    m.everybody(shift_limits={"X": 2, "Y": 4})
    m.demand = [Demand(shifts=frozenset("X"), min=1), Demand(shifts=frozenset("Y"), min=1)]
    problem, rules = m.problem()
    why = explain(problem, rules, seconds=15, ways=False)
    (conflict,) = why.conflicts
    assert conflict.lines[0].message.en == (
        "in all: 14 duties of X needed of these 4 people, at most 4 × 2 = 8 duties possible"
    )


def test_what_is_alike_is_added_up_once():
    problem, rules = month(4).problem()
    limits = tuple(
        Clause("max_weekends", "at_most", ((1, Fact(e, 5, frozenset("XY"))),), 1)
        for e in range(4)
    )
    speaker = Speaker(problem, rules, {})
    found = [Totals(limits, (1,) * 4, needed, 4) for needed in (8, 5, 8)]
    (line,) = speaker.totals(found)
    assert line.message.en == (
        "each time: 5 to 8 weekends needed of these 4 people, at most 4 × 1 = 4 weekends "
        "possible"
    )
    (line,) = speaker.totals([Totals(limits[:1], (1,), 2, 1)])
    assert line.message.en.endswith("at most 1 × 1 = 1 weekend possible")
    assert "of E000" in line.message.en and "这 1 人" not in line.message.zh


def test_conflicts_are_told_as_they_are_found():
    problem, rules = seniors_away()
    person = next(p for p in problem.employees if p.grade is not Grade.SENIOR)
    problem = replace(
        problem,
        employees=tuple(
            replace(p, min_minutes=80 * 60, shift_limits={"X": 2, "Y": 2}) if p is person else p
            for p in problem.employees
        ),
    )
    told = []
    why = explain(
        problem,
        rules,
        seconds=20,
        on_conflict=lambda n, conflict, _: told.append((n, conflict)),
    )
    assert len(why.conflicts) == 2
    assert [n for n, _ in told] == [1, 2]
    for n, conflict in told:  # what was said is what the answer says
        assert conflict.lines == why.conflicts[n - 1].lines
        assert conflict.grain is why.conflicts[n - 1].grain


def test_more_of_a_conflict_that_was_told_is_told_as_such():
    problem, rules = month(4).problem()
    first, second, other = (
        Core((Clause("cover", verb, ((1, Fact(e, d, frozenset("X"))),), 1),), Grain.CLAUSE)
        for e, d, verb in ((0, 1, "at_most"), (0, 5, "at_most"), (1, 1, "at_least"))
    )
    told: list = []
    teller = _Teller(Speaker(problem, rules, {}), lambda n, c, again: told.append((n, again)))
    for core in (first, other, second):
        teller.found(core)
    teller.tell()
    assert told == [(1, False), (2, False), (1, True)]
    said = [title(Conflict((first,), ()), again=again) for again in (False, True)]
    assert said[0].en.startswith("these cannot") and said[1].en.startswith("nor can")
