"""The model taken apart says what the whole says: blocks, neighbourhoods, columns, bounds."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest
from ortools.sat.python import cp_model
from searching import searched
from test_solve import rules, team, wishes
from test_tiny_optimum import rules as some_rules
from test_tiny_optimum import tiny

from examples import tables
from roster import dive as dives
from roster.audit import audit
from roster.blocks import SHORTAGE, Blocks
from roster.columns import FULL, HASTY, QUICK, Effort, Pricing
from roster.decompose import Decomposition
from roster.dive import dive
from roster.improve import Improver
from roster.model import Builder, build
from roster.part import Part
from roster.plan import Roster
from roster.problem import Problem
from roster.rows import kept, relaxed
from roster.rule import RuleSet
from roster.target import reach

_FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)


def after(seconds: float) -> Callable[[], bool]:
    """Return what tells that so much time is up."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def least(model: object) -> int | None:
    """Return the optimum of a model, None when it has no solution."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(getattr(model, "model", model))
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return round(solver.objective_value) if status == cp_model.OPTIMAL else None


def months() -> list[tuple[Problem, RuleSet]]:
    """Return months small enough to be solved to the end."""
    return [
        (team(4, 7, {"D": 1, "E": 1}, requests=wishes(4)), rules()),
        (team(4, 9, {"D": 1, "N": 1}, requests=wishes(2)), rules("wallet")),
        (team(4, 8, {"D": 2, "E": 1}, requests=wishes(3)), rules("telecom")),
        *((tiny(seed), some_rules(seed)) for seed in range(24)),
    ]


MONTHS = months()


def whole(problem: Problem, under: RuleSet) -> tuple[Blocks, int | None]:
    """Return the blocks of a month, and the optimum of the model they were read from."""
    builder = build(problem, under)
    builder.model.minimize(SHORTAGE * builder.shortage_expr() + builder.points_expr())
    return Blocks(builder), least(builder.model)


@pytest.mark.parametrize("n", range(len(MONTHS)))
def test_all_rows_together_are_the_model(n):
    blocks, optimum = whole(*MONTHS[n])
    everything = Part(blocks, list(range(len(blocks.low))), blocks.rows)
    found = least(everything)
    if found is not None:
        found += blocks.constant + SHORTAGE * sum(
            t.amount * t.weight for t in blocks.builder.shortage if isinstance(t.var, int)
        )
    assert found == optimum


def some_roster(problem: Problem, under: RuleSet) -> tuple[Blocks, Roster] | None:
    """Return a month's blocks with a roster that keeps the hard rules, not a good one."""
    builder = build(problem, under)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(builder.model) not in _FOUND:
        return None
    return Blocks(builder), builder.read(solver.boolean_value)


@pytest.mark.parametrize("n", range(len(MONTHS)))
def test_a_neighbourhood_is_the_model_around_the_roster(n):
    problem, under = MONTHS[n]
    made = some_roster(problem, under)
    if made is None:
        pytest.skip("nothing keeps the hard rules")
    blocks, roster = made
    values = blocks.values_of(roster)
    checked = audit(roster, under)
    assert blocks.points(values) == checked.points
    assert blocks.roster(values) == roster
    solution = blocks.solution(values)
    rng = random.Random(n)
    people = range(len(problem.employees))
    for _ in range(4):
        chosen = rng.sample(people, min(len(people), rng.randint(1, 3)))
        first = rng.randrange(problem.n_days)
        cells = [(e, d) for e in chosen for d in range(first, problem.n_days)]
        part = blocks.neighbourhood(cells, solution)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(part.model) == cp_model.OPTIMAL
        after = list(values)
        for v, x in part.values(solver):
            after[v] = x
        assert blocks.changed(solution, part.values(solver)) == blocks.solution(after)
        found = audit(blocks.roster(after), under)
        around = build(problem, under, around=roster, free=frozenset(cells))
        around.model.minimize(SHORTAGE * around.shortage_expr() + around.points_expr())
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(around.model) == cp_model.OPTIMAL
        other = audit(around.read(solver.boolean_value), under)
        assert found.broken == ()
        assert blocks.points(after) == found.points
        if not problem.posts:  # posts are open to more people here than around a roster
            assert (found.shortage, found.points) == (other.shortage, other.points)


def month_with_optimum(n: int) -> tuple[Blocks, Roster, int]:
    """Return blocks that admit no more shortage than some roster, it, and the fewest points."""
    problem, under = MONTHS[n]
    made = some_roster(problem, under)
    if made is None:
        pytest.skip("nothing keeps the hard rules")
    builder = build(problem, under)
    builder.model.add(builder.shortage_expr() <= audit(made[1], under).shortage)
    builder.model.minimize(builder.points_expr())
    return Blocks(builder), made[1], least(builder.model)


@pytest.mark.parametrize("n", range(len(MONTHS)))
def test_the_bound_of_the_prices_holds(n):
    blocks, roster, optimum = month_with_optimum(n)
    pricing = Pricing(blocks, threads=2)
    try:
        pricing.start_from(blocks.values_of(roster))
        pricing.round(pricing.relaxation())
        assert pricing.bound <= optimum + 1e-6
        done = pricing.run(after(20))
        assert pricing.bound <= optimum + 1e-6
        if done:
            assert pricing.value <= optimum + 1e-6
            assert pricing.value >= pricing.bound - 1e-6
    finally:
        pricing.close()


@pytest.mark.parametrize("n", range(len(MONTHS)))
def test_what_is_near_the_bound_holds_every_solution_so_cheap(n):
    """At the optimum there is a solution, below it none; sums made whole do not cut it off."""
    blocks, roster, optimum = month_with_optimum(n)
    pricing = Pricing(blocks, threads=2)
    try:
        pricing.start_from(blocks.values_of(roster))
        pricing.round(pricing.relaxation())
        pricing.run(lambda: pricing.rounds > 4 + n % 3)  # also far from the end
        pricing.tighten(optimum, after(10))
        assert pricing.proven <= optimum + 1e-6
        found = reach(pricing, optimum, after(30))
        assert found.values is not None and found.bound == optimum
        assert audit(blocks.roster(found.values), blocks.builder.rules).points == optimum
        below = reach(pricing, optimum - 1, after(30))
        assert below.values is None and below.bound == optimum
        assert blocks.holds(found.values)
        close = reach(pricing, optimum + 3, after(30), distance=0.3)
        assert close.values is None or blocks.points(close.values) >= optimum
        assert close.bound == -math.inf or close.bound <= optimum
    finally:
        pricing.close()


@pytest.mark.parametrize("n", range(len(MONTHS)))
def test_sums_made_whole_for_cheap_rosters_are_free_again_for_others(n):
    """Limits hold of rosters that cost so much at most; the proven bound of all."""
    blocks, roster, optimum = month_with_optimum(n)
    pricing = Pricing(blocks, threads=2)
    try:
        pricing.start_from(blocks.values_of(roster))
        pricing.round(pricing.relaxation())
        pricing.run(after(10))
        free, bound = dict(pricing.master.free), pricing.bound
        for most in (optimum - 2, optimum - 1, optimum, optimum + 5):
            pricing.tighten(most, after(5))
            assert pricing.proven <= optimum + 1e-6
            assert pricing.bound <= optimum + 1e-6 or pricing.within < optimum
        assert pricing.within >= optimum
        pricing.loosen()
        assert pricing.master.free == free and pricing.within == math.inf
        assert pricing.bound == bound <= pricing.value + 0.01
    finally:
        pricing.close()


def start(people: int = 14, days: int = 14, book: str = "web-centre", **cover: int):
    """Return the blocks and values of some roster of a team with full cover."""
    problem = team(people, days, cover or {"D": 5, "E": 3}, requests=wishes(6))
    builder = build(problem, rules(book), all_or_nothing=True)
    solver = cp_model.CpSolver()
    assert solver.solve(builder.model) in _FOUND
    return builder, builder.read(solver.boolean_value)


def search(builder: Builder, roster: Roster, seed: int = 0) -> Decomposition:
    """Return the search by parts from a roster."""
    blocks = Blocks(builder)
    return Decomposition(blocks, blocks.values_of(roster), seed=seed, threads=2, workers=8)


def test_a_dive_ends_in_a_roster_that_keeps_every_rule():
    builder, roster = start()
    blocks = Blocks(builder)
    values = blocks.values_of(roster)
    pricing = Pricing(blocks, threads=2)
    try:
        pricing.start_from(values)
        pricing.round(pricing.relaxation())
        pricing.run(after(6))
        found = dive(pricing)
        left = [1.0]

        def little_left() -> float:
            left[0] *= 0.9
            return left[0]

        hurried = dive(pricing, little_left)
        assert dive(pricing, lambda: 0.0) is None
    finally:
        pricing.close()
    for some in (found, hurried):
        checked = audit(blocks.roster(some), builder.rules)
        assert checked.broken == ()
        assert pricing.bound <= checked.points + 1e-6
        assert checked.points <= blocks.points(some) < blocks.points(values)


def test_the_dear_alone_is_as_little_as_can_be():
    problem = team(4, 7, {"D": 3, "E": 2}, requests=wishes(4))
    builder = build(problem, rules("web-centre"))
    builder.model.minimize(builder.shortage_expr())
    fewest = least(builder)
    blocks = Blocks(builder)
    dear = dives._dear(blocks)
    seats = {v for v, c in enumerate(blocks.goal) if c >= SHORTAGE}
    assert seats == set(dear) and not any(blocks.owner[v] >= 0 for v in seats)
    pricing = Pricing(blocks)
    try:
        nobody = [0] * len(blocks.low)
        everybody = list(pricing.parts)
        found = dives._complete(pricing, lambda: 1.0, nobody, everybody, costs=dear)
        assert blocks.holds(found)
        assert 0 < fewest * SHORTAGE <= dives._sum(dear, found) < (fewest + 1) * SHORTAGE
    finally:
        pricing.close()


@pytest.mark.parametrize("days, asked", [(500, True), (0, False)])
def test_many_last_people_of_a_dive_are_asked_for_the_dear_first(monkeypatch, days, asked):
    monkeypatch.setattr(dives, "_RISE", -1.0)  # everybody is refused
    monkeypatch.setattr(dives, "_REFUSALS", 1)
    monkeypatch.setattr(dives, "_DAYS", days)
    complete, stages = dives._complete, []

    def noted(pricing, left, values, people, *near, **limits):
        found = complete(pricing, left, values, people, *near, **limits)
        costs = limits.get("costs")
        stages.append((len(people) > dives.LEAVE, costs is not None, found))
        return found

    monkeypatch.setattr(dives, "_complete", noted)
    builder = build(team(10, 8, {"D": 6, "E": 3}, requests=wishes(6)), rules("web-centre"))
    blocks = Blocks(builder)
    solver = cp_model.CpSolver()
    assert solver.solve(builder.model) in _FOUND
    pricing = Pricing(blocks, threads=2)
    try:
        pricing.start_from(blocks.values_of(builder.read(solver.boolean_value)))
        pricing.run(after(4))
        found = dive(pricing, work=3.0)
    finally:
        pricing.close()
    assert any(many and dear for many, dear, _ in stages) == asked
    assert not any(dear and not many for many, dear, _ in stages)
    # What the dear cost then is never lost again.
    dear = dives._dear(blocks)
    first = [dives._sum(dear, v) for _, alone, v in stages if alone and v is not None]
    assert not first or dives._sum(dear, found) <= first[0]


def test_a_dive_whose_last_people_are_not_done_ends_in_a_roster_too(monkeypatch):
    complete = dives._complete

    def unknown(pricing, left, values, people, *near, **limits):
        return None if people else complete(pricing, left, values, people, *near, **limits)

    monkeypatch.setattr(dives, "_complete", unknown)
    monkeypatch.setattr(dives, "_DAYS", 0)  # months of many more need not go together
    builder, roster = start()
    blocks = Blocks(builder)
    pricing = Pricing(blocks, threads=2, seed=0)
    try:
        pricing.start_from(blocks.values_of(roster))
        pricing.run(after(30))
        values = dive(pricing)
        assert values is not None and blocks.holds(values)
        checked = audit(blocks.roster(values), builder.rules)
        assert checked.broken == () and checked.points <= blocks.points(values)
    finally:
        pricing.close()


def test_a_master_program_trimmed_finds_the_value_again():
    builder, roster = start(10, 10, D=4, E=2)
    pricing = Pricing(Blocks(builder), threads=2)
    try:
        pricing.start_from(pricing.blocks.values_of(roster))
        pricing.round(pricing.relaxation())
        pricing.run(after(15))
        columns = sum(map(len, pricing.master.columns.values()))
        value, bound = pricing.value, pricing.bound
        pricing.trim()
        assert sum(map(len, pricing.master.columns.values())) < columns
        pricing.run(after(15))
        assert pricing.value == pytest.approx(value, abs=0.05)
        assert bound <= pricing.bound <= pricing.value + 0.01
    finally:
        pricing.close()


def test_blocks_that_are_not_solved_without_cuts_are_solved_with_them():
    builder, roster = start(10, 10, D=4, E=2)
    ends = []
    for effort in (FULL, FULL._replace(work=1e-9)):
        pricing = Pricing(Blocks(builder), threads=2)
        pricing.most = effort
        try:
            pricing.start_from(pricing.blocks.values_of(roster))
            pricing.round(pricing.master.nothing())
            assert pricing.run(after(60))
            ends.append((pricing.value, pricing.bound, len(pricing._cut)))
        finally:
            pricing.close()
    (value, bound, none), (_, again, all_of_them) = ends
    assert none == 0 and all_of_them == 10
    assert bound == pytest.approx(value, abs=0.02) == again


def test_with_less_effort_a_bound_still_holds_and_months_keep_their_rules():
    builder, roster = start(10, 10, D=4, E=2)
    blocks = Blocks(builder)
    values = blocks.values_of(roster)
    with closing(Pricing(blocks, threads=2)) as pricing:
        pricing.start_from(values)
        pricing.round(pricing.master.nothing())
        assert pricing.run(after(60))
        least, prices = pricing.value, pricing.prices
    bounds = []
    for effort in (HASTY, QUICK, FULL):
        with closing(Pricing(blocks, threads=2)) as pricing:
            assert pricing.round(prices, effort=effort) > 0
            bounds.append(pricing.bound)
            for e, columns in pricing.master.columns.items():
                for column in columns:
                    months = list(values)
                    for v in pricing.parts[e].variables:
                        months[v] = 0
                    for v, x in column.ones:
                        months[v] = x
                    sums = blocks.solution(months).sums
                    assert all(kept(blocks.rows[r], sums[r], months) for r in blocks.own[e])
    assert 0 < bounds[0] <= bounds[1] <= bounds[2] == pytest.approx(least, abs=0.02)
    with closing(Pricing(blocks, threads=2)) as pricing:
        # Ended before the solver has a bound, which then is a weak one, and not 0.
        worth = pricing.master.worth(prices)
        least = [pricing.price(e, worth[e], FULL)[0] for e in worth]
        bare = [pricing.price(e, worth[e], Effort(1e-9))[0] for e in worth]
        assert all(-math.inf < a < b < 0 for a, b in zip(bare, least))


def test_columns_that_need_not_be_the_best_give_a_bound_and_a_dive(monkeypatch):
    dived = []
    monkeypatch.setattr(
        "roster.decompose.dive", lambda *a, **k: dived.append(dive(*a, **k)) or dived[-1]
    )
    monkeypatch.setattr("roster.decompose._ROUNDS", math.inf)
    builder, roster = start()
    ends = []
    for _ in range(2):
        parts = search(builder, roster)
        before = parts.points
        parts.run(60, lambda: None, work=12.0)
        assert parts._pricing.most is QUICK
        checked = audit(parts.blocks.roster(parts.best), builder.rules)
        assert checked.broken == () and checked.points <= parts.points < before
        assert 0 < parts.bound <= checked.points
        ends.append((parts.best, parts.bound))
    assert ends[0] == ends[1] and dived


def test_two_rows_of_one_sum_are_one_in_the_master_program(monkeypatch):
    def apart(blocks: Blocks) -> list:
        return [
            (r, low, high, list(terms))
            for r in blocks.links
            for low, high, terms in relaxed(blocks.rows[r], blocks.low, blocks.high)
        ]

    problem = team(8, 8, {"D": 3, "E": 2}, requests=wishes(4))
    seats = tuple(replace(row, min=0, max=row.target) for row in problem.demand)
    problem = replace(problem, demand=seats)

    def converged() -> Pricing:
        builder = build(problem, rules(), all_or_nothing=True)
        pricing = Pricing(Blocks(builder), threads=2)
        try:
            pricing.round(pricing.relaxation())
            assert pricing.run(after(60))
        finally:
            pricing.close()
        return pricing

    together = converged()
    monkeypatch.setattr("roster.columns._linking", apart)
    plain = converged()
    assert len(together.master.rows) < len(plain.master.rows)
    assert together.value == pytest.approx(plain.value, abs=0.02)
    assert together.bound == pytest.approx(plain.bound, abs=0.02)


def test_whose_month_is_fixed_keeps_it_in_a_trimmed_master_program():
    builder, roster = start(8, 8, D=3, E=2)
    pricing = Pricing(Blocks(builder), threads=2)
    try:
        pricing.start_from(pricing.blocks.values_of(roster))
        first = {e: columns[0] for e, columns in pricing.master.columns.items() if e < 3}
        pricing.run(after(15))
        for e, column in first.items():
            pricing.master.allow(e, column)
        before, duals, _ = pricing.master.solve()
        pricing.trim(pricing.master.grid(duals), first)
        value, _, _ = pricing.master.solve()
        assert value >= before - 1e-6  # a subset of the columns
        assert [c.part for c in first.values()] == pytest.approx([1.0] * 3)
        most = max(len(pricing.master.columns[e]) for e in first)
        assert most < max(map(len, pricing.master.columns.values()))
    finally:
        pricing.close()


@pytest.mark.parametrize(
    "rise, refusals, days, workers",
    [
        (0.0, 1, 0, None),
        (-1.0, 2, 0, 2),
        (-1.0, 1, 500, 8),
        (0.0, 1, 64, None),
        (1e9, 5, 500, 2),
    ],
)
def test_a_dive_ends_whatever_a_step_may_cost(monkeypatch, rise, refusals, days, workers):
    monkeypatch.setattr(dives, "_RISE", rise)
    monkeypatch.setattr(dives, "_REFUSALS", refusals)
    monkeypatch.setattr(dives, "_DAYS", days)
    few = []
    complete = dives._complete

    def noted(pricing, left, values, people, *near, **limits):
        few.append(len(people))
        return complete(pricing, left, values, people, *near, **limits)

    monkeypatch.setattr(dives, "_complete", noted)
    builder, roster = start(10, 8, D=4, E=2)
    pricing = Pricing(Blocks(builder), threads=2)
    try:
        pricing.start_from(pricing.blocks.values_of(roster))
        pricing.run(after(4))
        value, _, _ = pricing.master.solve()
        over = after(20)
        limits = {} if workers is None else {"work": None, "workers": workers}
        values = dive(pricing, lambda: 0.0 if over() else 1.0, **limits)
        checked = audit(pricing.blocks.roster(values), builder.rules)
        assert checked.broken == () and checked.points <= pricing.blocks.points(values)
        assert few[0] == 0
        if (rise, days) == (-1.0, 500):  # everybody is refused, and everybody is few
            assert few[-1] == 10
        assert dives.LEAVE <= few[-1] <= max(dives.LEAVE, days // 8)
        # What was forgotten on the way is back: the next dive begins where this one began.
        assert pricing.master.solve()[0] <= value + 1e-6
    finally:
        pricing.close()


def test_the_slope_of_the_bound_is_that_of_a_step():
    """The bound is concave: no step rises more than its slope says, from either end."""
    builder, roster = start()
    blocks = Blocks(builder)
    pricing = Pricing(blocks, threads=2)
    lot = random.Random(5)

    def bound_at(prices: list[int]) -> tuple[float, list]:
        pricing.bound = -math.inf
        pricing.round(prices)
        return pricing.bound, list(pricing._cheapest)

    try:
        pricing.start_from(blocks.values_of(roster))
        here = pricing.relaxation()
        for _ in range(6):
            there = pricing.master.grid(
                [p / 1000 + lot.choice((-1, 0, 1)) * lot.random() for p in here]
            )
            low, cheapest = bound_at(here)
            ahead = [b - a for a, b in zip(here, there)]
            high, others = bound_at(there)
            rise = 1000 * (high - low)
            assert rise <= pricing.master.slope(here, ahead, cheapest) + 1
            assert rise >= pricing.master.slope(there, ahead, others) - 1
            here = there
    finally:
        pricing.close()


def test_the_improver_never_makes_a_roster_worse_and_repeats_itself():
    builder, roster = start()
    blocks = Blocks(builder)
    values = blocks.values_of(roster)
    ends = []
    for _ in range(2):
        improver = Improver(blocks, values, seed=3, threads=2)
        improver.run(after(60), most=12)
        checked = audit(blocks.roster(improver.best), builder.rules)
        assert checked.broken == () and checked.points <= improver.goal
        assert improver.goal < blocks.points(values) and improver.tasks == 12
        ends.append(improver.best)
    assert ends[0] == ends[1]


def test_answers_taken_as_they_come_lose_nothing():
    builder, roster = start()
    blocks = Blocks(builder)
    improver = Improver(blocks, blocks.values_of(roster), seed=3, threads=3)
    improver.ordered = False
    before = improver.goal
    improver.run(after(60), most=15)
    checked = audit(blocks.roster(improver.best), builder.rules)
    assert checked.broken == () and checked.points <= improver.goal < before
    assert blocks.holds(improver.best) and improver.tasks == 15


def test_no_neighbourhood_is_larger_than_the_month_and_none_is_there_twice():
    blocks = Blocks(build(team(5, 12, {"D": 1, "E": 1}), rules()))
    values = blocks.values_of(Roster.empty(blocks.problem)) or [0] * len(blocks.low)
    improver = Improver(blocks, values, seed=0, threads=1)
    sizes = [(s.people, s.days) for s in improver._shapes]
    assert len(sizes) == len(set(sizes)) and max(sizes) == (5, 12)
    assert {1, 2, 3} <= {n for n, _ in sizes}


def test_over_a_long_horizon_prices_give_a_bound_and_nothing_is_dived_for(monkeypatch):
    def never(*_, **__):
        raise AssertionError("columns of a horizon this long are not done in time")

    monkeypatch.setattr("roster.decompose._ROUNDS", 0)
    monkeypatch.setattr("roster.decompose.dive", never)
    monkeypatch.setattr(Pricing, "run", never)
    builder, roster = start()
    monkeypatch.setattr("roster.decompose._LONG", builder.problem.n_days - 1)
    monkeypatch.setattr("roster.decompose._LATE", 0.3)
    parts = search(builder, roster)
    before = parts.points
    parts.run(12, lambda: None)
    assert 0 < parts.bound <= parts.points < before
    monkeypatch.setattr("roster.decompose._LONG", builder.problem.n_days)
    with pytest.raises(AssertionError, match="columns"):
        search(builder, roster).run(60, lambda: None)


def test_a_shortage_is_mended_where_it_can_be():
    """The first roster may lack people that a better one need not."""
    problem = team(12, 14, {"D": 4, "E": 3})
    builder = build(problem, rules())
    blocks = Blocks(builder)
    lazy = Roster.empty(problem)
    values = blocks.values_of(lazy)
    if values is None:
        pytest.skip("an empty month breaks a hard rule")
    improver = Improver(blocks, values, seed=0, threads=2)
    improver.run(after(4))
    assert audit(blocks.roster(improver.best), rules()).shortage < audit(lazy, rules()).shortage


def test_the_search_by_blocks_tells_its_bound_and_can_be_stopped():
    builder, roster = start()
    parts = search(builder, roster)
    before = parts.points
    parts.run(10, lambda: None)
    checked = audit(parts.blocks.roster(parts.best), builder.rules)
    assert checked.broken == () and 0 < parts.bound <= checked.points <= parts.points < before

    def interrupted() -> None:
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        search(builder, roster).run(60, interrupted)
    assert time.monotonic() - began < 30


def test_so_much_work_gives_the_same_roster_again():
    builder, roster = start()
    ends = []
    for _ in range(2):
        parts = search(builder, roster, seed=5)
        parts.run(60, lambda: None, work=1.0)
        ends.append((parts.blocks.roster(parts.best), parts.bound, parts.work))
    assert ends[0] == ends[1]
    assert ends[0][1] > 0 and ends[0][2] < 3


def test_the_example_of_forty_two_people_is_read_back(tmp_path):
    from constraints import REGISTRY
    from roster.workbook.read import read
    from roster.workbook.template import write_template

    path = tmp_path / "telecom.xlsx"
    write_template(path, tables("telecom", "en"), "en", registry=REGISTRY)
    loaded = read(path, REGISTRY)
    outcome = searched(loaded.problem, loaded.rules, 3, most=60)
    builder = build(loaded.problem, loaded.rules, all_or_nothing=not outcome.shortage)
    blocks = Blocks(builder)
    values = blocks.values_of(outcome.roster)
    assert blocks.points(values) == outcome.audit.points
    owned = sum(owner >= 0 for owner in blocks.owner)
    assert owned > 0.85 * len(blocks.owner), "most of the model binds one person"
