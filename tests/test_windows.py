"""Some weeks of everybody: what they say is what the whole says, and what is won by them."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from ortools.sat.python import cp_model
from test_solve import rules, team, wishes

from roster import windows as module
from roster.audit import audit
from roster.blocks import Blocks
from roster.budget import Budget
from roster.columns import Pricing
from roster.construct import construct
from roster.decompose import Decomposition
from roster.improve import Improver
from roster.model import build
from roster.part import Part
from roster.windows import Window, Windows


def long_team(people: int, days: int) -> Blocks:
    """Return a team of many days that is asked for people, but for none without fail."""
    problem = team(people, days, {"D": people // 3, "E": people // 4}, requests=wishes(people))
    problem = replace(problem, demand=tuple(replace(d, min=0) for d in problem.demand))
    return Blocks(build(problem, rules(), all_or_nothing=True))


def begun(people: int = 8, days: int = 42) -> tuple[Blocks, list[int]]:
    """Return such a team and a solution of it."""
    blocks = long_team(people, days)
    values, _ = construct(blocks, lambda: False, seed=1, workers=1)
    assert values is not None
    return blocks, values


def least(part: Part) -> tuple[float, list[tuple[int, int]]]:
    """Return what a small model costs at the least, and its solution."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = 60
    assert solver.solve(part.model) == cp_model.OPTIMAL
    return solver.objective_value, part.values(solver)


def seconds(total: float) -> Budget:
    """Return so many seconds from now on, as the search has them."""
    began = time.monotonic()
    return Budget(total, lambda: time.monotonic() - began)


@pytest.mark.parametrize(
    "people, days",
    (
        (range(8), range(7)),
        (range(8), (0, 1, 2, 20, 21, 40, 41)),
        (range(8), range(36, 42)),
        ([1, 4, 6], range(10, 21)),
        ([5], range(42)),
    ),
    ids=str,
)
def test_a_window_is_the_whole_with_everything_else_as_it_is(people, days):
    blocks, values = begun()
    window = Window(blocks, people, days, blocks.solution(values))
    inside = [values[v] for v in window.outer]
    assert window.holds(inside)
    assert window.people == len(people) and window.n_days == len(days)
    assert {e for e, _ in window.cell.values()} == set(range(len(people)))
    assert {d for _, d in window.cell.values()} == set(range(len(days)))
    everything = Part(window, list(range(len(window.low))), window.rows)
    everything.hint(inside)
    cost, found = least(everything)
    # The same from the whole, without taking anything apart.
    cells = [(e, d) for e in people for d in days]
    known = blocks.neighbourhood(cells, blocks.solution(values))
    known.hint(values)
    assert cost == least(known)[0]
    changed = blocks.changed(blocks.solution(values), [(window.outer[v], x) for v, x in found])
    assert blocks.holds(changed.values)
    won = blocks.points(values) - blocks.points(changed.values)
    assert won == window.points(inside) - cost > 0
    checked = audit(blocks.roster(changed.values), rules())
    assert not checked.broken and checked.points <= blocks.points(changed.values)


def test_a_window_is_taken_apart_like_a_month_and_names_the_rows_of_the_whole():
    blocks, values = begun()
    window = Window(blocks, range(8), [7, 8, 9, 21, 22, 23], blocks.solution(values))
    assert all(window.of[e] and window.own[e] for e in range(blocks.people))
    for row, r in zip(window.rows, window.outer_rows):
        assert {window.outer[v] for v in row.variables} <= set(blocks.rows[r].variables)
    assert {window.outer_rows[r] for r in window.links} <= set(blocks.links)
    pricing = Pricing(window, threads=2)
    try:
        pricing.start_from([values[v] for v in window.outer])
        pricing.round(pricing.master.nothing())
        assert pricing.run(lambda: False)
        cost, _ = least(Part(window, list(range(len(window.low))), window.rows))
        assert pricing.bound <= cost + 1e-6
        assert pricing.bound > 0.9 * cost
        assert set(pricing.master.links) <= set(window.links)
    finally:
        pricing.close()


def test_windows_improve_what_neighbourhoods_alone_may_not_touch(monkeypatch):
    """With neighbourhoods that do nothing all is won by windows, in a row and apart."""
    blocks, values = begun()
    improver = Improver(blocks, values, seed=0, threads=2)
    monkeypatch.setattr(improver, "run", lambda over: None)
    windows = Windows(blocks, improver, seconds(30), seed=0, threads=2, workers=2)
    opened: list[tuple[int, ...]] = []

    class Seen(Window):
        def __init__(self, whole, people, days, solution):
            opened.append(tuple(days))
            super().__init__(whole, people, days, solution)

    monkeypatch.setattr(module, "Window", Seen)
    monkeypatch.setattr(module, "_LARGER", 1.0)  # larger ones soon
    ended = time.monotonic() + 60
    windows.run(lambda: len(opened) >= 9 or time.monotonic() > ended)
    assert improver.goal < 0.8 * sum(c * x for c, x in zip(blocks.goal, values))
    assert blocks.holds(improver.best) and windows.work > 0
    assert not audit(blocks.roster(improver.best), rules()).broken
    lengths = [len(days) // 7 for days in opened]
    assert set(lengths) == {1, 2, 4}
    for i, n in enumerate(lengths):
        assert n <= 2 * max([1, *lengths[:i]]), "twice as large as what was tried at most"
    assert any(days[-1] - days[0] >= len(days) for days in opened), "weeks apart"
    assert any(days[-1] - days[0] < len(days) for days in opened), "weeks in a row"


def test_dear_weeks_are_opened_with_cheap_ones():
    blocks, values = begun(days=70)
    improver = Improver(blocks, values, seed=0, threads=2)
    windows = Windows(blocks, improver, seconds(30), seed=4, threads=2)
    paid = [0] * 10
    for v, c, week in windows._costs:
        paid[week] += c * values[v]
    assert sum(paid) > 0.9 * sum(c * x for c, x in zip(blocks.goal, values)), "nearly all"
    two = next(w for w in windows._ways if w.weeks == 2 and not w.in_row)
    pairs = [
        sorted({d // 7 for d in windows._days(two)}, key=paid.__getitem__) for _ in range(300)
    ]
    assert all(len(pair) == 2 for pair in pairs)
    cheap, dear = (sum(paid[pair[i]] for pair in pairs) / 300 for i in (0, 1))
    mean = sum(paid) / 10
    assert cheap < mean < dear


def shapes_of_windows(monkeypatch) -> list[tuple[int, int]]:
    """Return a list that people and days of every window are added to."""
    asked = []

    class Seen(Window):
        def __init__(self, *args):
            asked.append((len(args[1]), len(args[2])))
            super().__init__(*args)

    monkeypatch.setattr(module, "Window", Seen)
    return asked


def test_a_long_horizon_is_searched_by_windows_and_so_much_work_gives_the_same(monkeypatch):
    blocks, values = begun(6, 35)
    asked = shapes_of_windows(monkeypatch)
    monkeypatch.setattr("roster.decompose._LONG", 30)
    monkeypatch.setattr("roster.decompose._MANY", 20)
    ends = []
    for _ in range(2):
        parts = Decomposition(blocks, values, seed=2, threads=2, workers=2)
        parts.run(300, lambda: None, work=3.0)
        ends.append((parts.best, parts.bound, parts.work))
    assert ends[0] == ends[1] and ends[0][2] < 3 * 3.0
    assert asked and all(people == 6 for people, _ in asked)
    assert blocks.holds(ends[0][0]) and ends[0][1] <= blocks.points(ends[0][0])
    assert blocks.points(ends[0][0]) < blocks.points(values)


def test_where_columns_are_done_windows_follow_and_there_is_a_bound(monkeypatch):
    blocks, values = begun(6, 14)
    asked = shapes_of_windows(monkeypatch)
    monkeypatch.setattr("roster.decompose._ROUNDS", 0)
    monkeypatch.setattr("roster.decompose._MANY", 13)
    monkeypatch.setattr("roster.decompose._SOLVED", 0)
    monkeypatch.setattr("roster.decompose.dive", lambda *_, **__: None)
    ends = []
    for _ in range(2):
        parts = Decomposition(blocks, values, seed=2, threads=2, workers=2)
        parts.run(300, lambda: None, work=3.0)
        ends.append((parts.best, parts.bound, parts.work))
    assert ends[0] == ends[1]
    assert asked
    assert blocks.holds(ends[0][0])
    assert 0 < ends[0][1] <= blocks.points(ends[0][0]) < blocks.points(values)


def test_prices_of_the_whole_let_half_of_the_people_have_all_their_weeks_anew(monkeypatch):
    blocks, values = begun(6, 21)
    asked = shapes_of_windows(monkeypatch)
    improver = Improver(blocks, values, seed=0, threads=2)
    monkeypatch.setattr(improver, "run", lambda over: None)
    windows = Windows(blocks, improver, seconds(30), seed=0, threads=2, workers=2)
    pricing = Pricing(blocks, threads=2)
    try:
        pricing.start_from(values)
        pricing.round(pricing.master.nothing())
        windows.know(pricing)
        windows.know(pricing)
    finally:
        pricing.close()
    ended = time.monotonic() + 60
    windows.run(lambda: (3, 21) in asked or time.monotonic() > ended)
    assert (3, 21) in asked and {(6, 7), (6, 14)} & set(asked)
    assert sum(way.part < 1 for way in windows._ways) == 1
    assert blocks.holds(improver.best)


def test_windows_are_stuck_when_several_in_a_row_win_nothing(monkeypatch):
    blocks, values = begun()
    improver = Improver(blocks, values, seed=0, threads=2)
    windows = Windows(blocks, improver, seconds(30), seed=0, threads=2)
    monkeypatch.setattr(windows, "_solve", lambda way, over: None)
    monkeypatch.setattr(improver, "run", lambda over: None)
    windows.run(lambda: windows.stuck)
    assert windows.stuck
    windows.forget()
    assert not windows.stuck


def test_an_interrupt_or_the_end_of_the_time_stops_pricing_and_no_block_runs_on():
    blocks, values = begun()
    pricing = Pricing(blocks, threads=2)
    try:
        pricing.start_from(values)
        before = pricing.solvers
        asked = iter((False, False, True))
        pricing.round(pricing.master.nothing(), over=lambda: next(asked, True))
        assert pricing.prices is None and before.stopped and not pricing.solvers.stopped
        assert not before._running
        pricing.round(pricing.master.nothing())
        assert pricing.prices is not None
    finally:
        pricing.close()
