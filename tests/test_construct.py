"""A first roster person by person: where it is tried, and what it must hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_solve import rules, team, wishes

from roster.audit import audit
from roster.blocks import Blocks
from roster.construct import _charges as charges
from roster.construct import construct
from roster.model import build
from roster.outcome import SolveStatus
from roster.plan import Roster
from roster.problem import Problem
from roster.solve import solve


def wanted(people: int = 14, days: int = 14) -> Problem:
    """Return a team that is asked for people, but for none without fail."""
    problem = team(people, days, {"D": 5, "E": 3}, requests=wishes(6))
    return replace(problem, demand=tuple(replace(d, min=0) for d in problem.demand))


def blocks_of(problem: Problem) -> Blocks:
    """Return the month taken apart, cover without fail."""
    return Blocks(build(problem, rules(), all_or_nothing=True))


@pytest.mark.parametrize("workers", (1, 2))
def test_people_one_after_another_make_a_roster_that_keeps_every_rule(workers):
    blocks = blocks_of(wanted())
    values, work = construct(blocks, lambda: False, seed=3, workers=workers)
    assert values is not None and blocks.holds(values) and work > 0
    checked = audit(blocks.roster(values), rules())
    assert not checked.hard and checked.points <= blocks.points(values)
    nobody = audit(Roster.empty(blocks.problem), rules())
    assert checked.points < nobody.points, "whoever comes next sees which seats are empty"
    if workers == 1:
        assert construct(blocks, lambda: False, seed=3, workers=1) == (values, work)


def test_a_seat_counts_for_more_the_emptier_it_is():
    blocks = blocks_of(wanted())
    values, _ = construct(blocks, lambda: False, seed=3, workers=1)
    empty = [v for v, c in enumerate(blocks.goal) if c and blocks.owner[v] == -1]
    empty = [v for v in empty if blocks.high[v] > 1]
    nobody = [blocks.high[v] if v in empty else x for v, x in enumerate(values)]
    full = [0 if v in empty else x for v, x in enumerate(values)]
    half = [blocks.high[v] // 2 if v in empty else x for v, x in enumerate(values)]
    some = [charges(blocks, empty, x) for x in (full, half, nobody)]
    goals = [blocks.goal[v] for v in empty]
    assert goals and some[0] == [10 * c for c in goals] and some[2] == [20 * c for c in goals]
    assert all(a < b < c for a, b, c in zip(*some))
    own = [v for v, c in enumerate(blocks.goal) if c and blocks.owner[v] >= 0]
    assert own and charges(blocks, own, values) == [10 * blocks.goal[v] for v in own]


def test_nothing_comes_of_it_where_a_rule_binds_several_people_or_there_is_no_time():
    bound = team(14, 14, {"D": 5, "E": 3})
    assert construct(blocks_of(bound), lambda: False, seed=0, workers=1)[0] is None
    assert construct(blocks_of(wanted()), lambda: True, seed=0, workers=1)[0] is None


def test_the_search_begins_with_it_where_much_is_open_and_no_number_a_must(
    monkeypatch,
):
    asked = []

    def made(*args, **kwargs):
        asked.append(args)
        return construct(*args, **kwargs)

    monkeypatch.setattr("roster.solve.construct", made)
    assert solve(wanted(), rules(), seconds=2)[0].roster is not None and not asked, "too small"
    monkeypatch.setattr("roster.solve._DESCENT_CELLS", 14 * 14 - 1)
    solve(team(14, 14, {"D": 5, "E": 3}), rules(), seconds=2)
    assert not asked, "a least number is a must"

    monkeypatch.setattr("roster.solve._Search.stage", None)  # the whole model is not solved
    outcome, refusals = solve(wanted(), rules(), seconds=6)
    assert asked and not refusals
    assert outcome.status in (SolveStatus.FEASIBLE, SolveStatus.OPTIMAL)
    assert not outcome.audit.hard and outcome.shortage == 0 and outcome.shortage_proven
    assert 0 < outcome.bound <= outcome.audit.points


def test_the_search_can_be_stopped_while_it_is_made(monkeypatch):
    monkeypatch.setattr("roster.solve._DESCENT_CELLS", 0)

    def stop(_now):
        raise KeyboardInterrupt

    outcome, _ = solve(wanted(30, 28), rules(), seconds=60, on_progress=stop)
    assert outcome.interrupted and outcome.seconds < 30


def test_where_nothing_comes_of_it_the_whole_model_is_solved(monkeypatch):
    monkeypatch.setattr("roster.solve._DESCENT_CELLS", 0)
    monkeypatch.setattr("roster.solve.construct", lambda *_, **__: (None, 1.5))
    outcome, _ = solve(wanted(), rules(), seconds=4)
    assert outcome.roster is not None and not outcome.audit.hard
