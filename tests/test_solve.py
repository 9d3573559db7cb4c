"""The search: what leaves it is audited, its bound holds, and it says how it ended."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest

from constraints import REGISTRY
from roster.calendar import Calendar
from roster.errors import OwnCheckError
from roster.explain import explain
from roster.outcome import SolveStatus
from roster.plan import Roster
from roster.problem import Demand, Employee, Grade, Problem, Request, Shift, ShiftKind, Want
from roster.rule import RuleSet
from roster.solve import refusal_text, solve, warnings

DAY = Shift(code="D", segments=((480, 1020),), paid_minutes=480)
EVENING = Shift(code="E", segments=((960, 1440),), kind=ShiftKind.EVENING)
NIGHT = Shift(code="N", segments=((1320, 1800),), kind=ShiftKind.NIGHT)


def rules(rulebook: str = "web-centre") -> RuleSet:
    """Return a rulebook's rules."""
    book = REGISTRY.rulebook(rulebook)
    return REGISTRY.rule_set(REGISTRY.defaults(book), rulebook)


def team(people: int, days: int, demand: dict[str, int], **more: object) -> Problem:
    """Return a team, every fourth one junior, with the same least cover every day."""
    shifts = tuple(s for s in (DAY, EVENING, NIGHT) if s.code in demand)
    start = date(2026, 12, 7)
    return Problem(
        start=start,
        end=date.fromordinal(start.toordinal() + days - 1),
        employees=tuple(
            Employee(id=f"E{i}", grade=Grade.SENIOR if i % 4 else Grade.JUNIOR)
            for i in range(people)
        ),
        shifts=shifts,
        demand=tuple(
            Demand(shifts=frozenset({c}), min=n, target=n + 1) for c, n in demand.items()
        ),
        calendar=Calendar(country=None),
        **more,
    )


def wishes(people: int) -> tuple[Request, ...]:
    """Return wishes of so many people for the same day off."""
    return tuple(
        Request(staff=f"E{e}", day=date(2026, 12, 9), want=Want.OFF, weight=7)
        for e in range(people)
    )


def test_a_small_team_is_solved_to_the_optimum_and_the_ledger_is_the_objective():
    problem = team(4, 8, {"D": 1, "E": 1}, requests=wishes(2))
    outcome, refusals = solve(problem, rules(), seconds=30)
    assert outcome.status is SolveStatus.OPTIMAL
    assert not refusals and not outcome.audit.hard
    assert outcome.objective == outcome.bound == outcome.audit.points
    assert outcome.gap == 0
    assert outcome.seconds < 30, "it stops by itself"


def test_a_shortage_is_the_least_possible_and_named():
    # Three people, six days in seven at most: 3 a day are asked for, 7 x 3 - 3 x 6 lack.
    problem = replace(
        team(3, 7, {"D": 3}), demand=(Demand(shifts=frozenset({"D"}), min=3),)
    )
    outcome, _ = solve(problem, rules(), seconds=20)
    assert outcome.shortage == 3 and outcome.shortage_proven
    assert sum(v.amount for v in outcome.audit.hard) == 3
    assert {v.rule for v in outcome.audit.hard} == {"cover"}
    nothing, _ = solve(problem, rules(), seconds=20, all_or_nothing=True)
    assert nothing.status is SolveStatus.INFEASIBLE and nothing.roster is None


def test_what_cannot_be_is_refused_with_a_sentence():
    problem = team(3, 7, {"D": 1, "N": 1})
    problem = replace(
        problem,
        shifts=tuple(replace(s, skills=frozenset({"night"})) if s.is_night else s
                     for s in problem.shifts),
    )
    outcome, refusals = solve(problem, rules(), seconds=20)
    assert outcome.status is SolveStatus.INFEASIBLE
    said = [refusal_text(r, problem).en for r in refusals]
    assert any("night_cover" in s and "Mon 7 Dec" in s for s in said)
    assert any("night of Mon 7 Dec" in w.what.en for w in warnings(problem, rules()))


def test_rules_that_collide_are_found():
    # Two people a night and two people in all: both would work every night.
    night = RuleSet(
        tuple(replace(r, people=2) if r.id == "night_cover" else r for r in rules())
    )
    problem = team(2, 14, {"N": 0})
    outcome, refusals = solve(problem, night, seconds=20)
    assert outcome.status is SolveStatus.INFEASIBLE and not refusals
    found = explain(problem, night, seconds=20)
    rules_of = {c.rule for conflict in found.conflicts for c in conflict.clauses}
    assert "night_cover" in rules_of and "cover" not in rules_of


@pytest.mark.parametrize("counts_as", [frozenset(), frozenset({"D"})])
def test_more_hours_asked_than_there_are_is_warned_of(counts_as):
    """Also when shifts count as one another: each seat is then counted once."""
    problem = team(4, 7, {"D": 3, "E": 2})
    problem = replace(
        problem,
        shifts=(DAY, replace(EVENING, counts_as=counts_as)),
        employees=tuple(replace(p, max_minutes=40 * 60) for p in problem.employees),
    )
    said = [w.what.en for w in warnings(problem, rules()) if "asks for" in w.what.en]
    hours = 7 * 3 * 8 if counts_as else 7 * 5 * 8
    assert [f"asks for {hours} h" in s and "has 160 h" in s for s in said] == [True]


def test_the_same_problem_costs_no_more_with_a_rule_less():
    problem = team(5, 8, {"D": 2, "E": 1})
    whole = solve(problem, rules(), seconds=90)[0]  # ends at the optimum, in a few seconds
    for gone in ("shift_blocks", "weekly_rest", "cover"):
        fewer = RuleSet(tuple(r for r in rules() if r.id != gone))
        less = solve(problem, fewer, seconds=90)[0]
        assert less.status is whole.status is SolveStatus.OPTIMAL
        assert less.objective <= whole.objective


def test_progress_is_told_and_a_stop_keeps_the_best():
    problem = team(30, 28, {"D": 8, "E": 5, "N": 2})
    seen = []

    def stop_after_two_seconds(now):
        seen.append(now)
        if now.elapsed > 2 and now.best is not None:
            raise KeyboardInterrupt

    began = time.monotonic()
    outcome, _ = solve(problem, rules(), seconds=600, on_progress=stop_after_two_seconds)
    assert time.monotonic() - began < 120
    assert outcome.interrupted and outcome.roster is not None and not outcome.audit.broken
    assert seen[-1].elapsed >= seen[0].elapsed


def test_every_stage_keeps_to_the_time_and_its_bound_holds():
    problem = team(30, 28, {"D": 8, "E": 5, "N": 2})
    outcome, _ = solve(problem, rules(), seconds=12)
    assert outcome.status in (SolveStatus.FEASIBLE, SolveStatus.OPTIMAL)
    assert not outcome.audit.broken
    assert outcome.bound is not None and outcome.bound <= outcome.objective


def test_the_same_work_gives_the_same_roster():
    problem = team(30, 28, {"D": 8, "E": 5, "N": 2})
    first, again = (solve(problem, rules(), work=1.6, seed=7, workers=4)[0] for _ in range(2))
    assert first.roster == again.roster
    assert (first.objective, first.bound) == (again.objective, again.bound)


def test_a_checker_that_disagrees_stops_the_program(monkeypatch):
    from constraints.fairness.shift_blocks import ShiftBlocks

    def three_too_many(self, roster: Roster):
        for _ in range(3):
            yield self.violation(roster.problem, 1000)

    monkeypatch.setattr(ShiftBlocks, "check", three_too_many)
    with pytest.raises(OwnCheckError):
        solve(team(4, 7, {"D": 1, "E": 1}), rules(), seconds=10)
