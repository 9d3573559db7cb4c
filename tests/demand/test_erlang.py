"""Erlang C and A against published figures and against chains solved in other ways."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from roster.demand.erlang import inverse_b, least_agents, performance, waiting_probability

# Erlangs, agents, probability of waiting; exact fractions worked out by hand.
SMALL = [(1, 2, Fraction(1, 3)), (2, 3, Fraction(4, 9)), (0.5, 1, Fraction(1, 2))]


@pytest.mark.parametrize(("load", "agents", "share"), SMALL)
def test_small_queues_by_hand(load, agents, share):
    assert waiting_probability(load, agents) == pytest.approx(float(share), rel=1e-14)


def exact_c(load: Fraction, agents: int) -> Fraction:
    """The textbook's formula with powers and factorials, in fractions."""
    top = load**agents / math.factorial(agents) * Fraction(agents) / (agents - load)
    return top / (sum(load**k / math.factorial(k) for k in range(agents)) + top)


@pytest.mark.parametrize(
    ("load", "agents"), [(3, 5), (10, 11), (48, 55), (99, 100), (170, 190)]
)
def test_the_recursion_equals_the_textbook_formula(load, agents):
    exact = float(exact_c(Fraction(load), agents))
    assert waiting_probability(load, agents) == pytest.approx(exact, rel=1e-12)


def test_the_worked_example_of_call_centre_helper():
    """100 calls a half hour of 180 s: 14 agents, 17.4 % wait, 88.8 % within 20 s, 7.8 s."""
    found = performance(100, 1800, 180, 14, 20)
    assert round(found.waiting, 4) == 0.1741
    assert round(found.level, 3) == 0.888
    assert round(found.wait, 1) == 7.8
    assert round(found.occupancy, 3) == 0.714
    assert least_agents(100, 1800, 180, level=0.8, within=20) == 14


def test_the_example_of_360_calls_in_a_half_hour():
    """360 calls of 240 s, 55 agents: E_C(55, 48) = 0.239, and 87 % busy."""
    found = performance(360, 1800, 240, 55, 15)
    assert round(found.waiting, 3) == 0.239
    assert round(found.wait, 1) == 8.2
    assert round(found.level, 3) == 0.846
    assert round(found.occupancy, 3) == 0.873


def test_the_table_of_garnett_mandelbaum_and_reiman():
    """50 agents, 48 calls a minute of 1 minute, patience 2 minutes (2002)."""
    patient = performance(48, 60, 60, 50, 20)
    assert round(patient.wait, 1) == 20.8
    assert round(patient.occupancy, 2) == 0.96
    leaving = performance(48, 60, 60, 50, 20, patience=120)
    assert round(leaving.abandoned, 3) == 0.031
    assert round(leaving.wait, 1) == 3.7
    assert round(leaving.occupancy, 2) == 0.93


def chain(rate, handling, agents, patience, states):
    """Solve the birth-and-death chain of Erlang A as linear equations."""
    down = [
        min(k, agents) / handling + max(0, k - agents) / patience for k in range(states + 1)
    ]
    q = np.zeros((states + 1, states + 1))
    for k in range(states):
        q[k, k + 1], q[k + 1, k] = rate, down[k + 1]
    q -= np.diag(q.sum(axis=1))
    a = np.vstack([q.T, np.ones(states + 1)])
    b = np.zeros(states + 2)
    b[-1] = 1
    return np.linalg.lstsq(a, b, rcond=None)[0]


def answered_within(p, handling, agents, patience, within):
    """Follow a caller from each place in the queue, step by small step (Runge-Kutta).

    Ahead of the caller are k others; each service or each of them giving up moves the
    caller on, the last service answers, and the caller's own patience ends it.
    """
    queue = len(p) - agents
    ahead = np.arange(queue)
    on = agents / handling + ahead / patience
    reached, at = 0.0, p[agents:].astype(float).copy()

    def flow(at):
        move = on * at
        change = -move - at / patience
        change[:-1] += move[1:]
        return change, move[0]

    steps = 1000
    h = within / steps
    for _ in range(steps):
        k1, r1 = flow(at)
        k2, r2 = flow(at + h / 2 * k1)
        k3, r3 = flow(at + h / 2 * k2)
        k4, r4 = flow(at + h * k3)
        at = at + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        reached += h / 6 * (r1 + 2 * r2 + 2 * r3 + r4)
    return p[:agents].sum() + reached


@pytest.mark.parametrize(
    ("calls", "handling", "agents", "patience", "within"),
    [
        (100, 180, 12, 60, 20),
        (100, 180, 10, 300, 20),
        (100, 180, 6, 120, 30),  # far too few: a third gives up
        (5, 300, 1, 90, 20),
        (200, 60, 12, 20, 10),
    ],
)
def test_erlang_a_equals_the_chain_solved_directly(calls, handling, agents, patience, within):
    rate = calls / 1800
    p = chain(rate, handling, agents, patience, agents + 120)
    found = performance(calls, 1800, handling, agents, within, patience)
    queue = sum(max(0, k - agents) * x for k, x in enumerate(p))
    assert found.waiting == pytest.approx(p[agents:].sum(), abs=1e-8)
    assert found.abandoned == pytest.approx(queue / patience / rate, abs=1e-8)
    assert found.wait == pytest.approx(queue / rate, abs=1e-6)
    busy = sum(min(k, agents) * x for k, x in enumerate(p)) / agents
    assert found.occupancy == pytest.approx(busy, abs=1e-8)
    level = answered_within(p, handling, agents, patience, within)
    assert found.level == pytest.approx(level, abs=1e-6)


def test_long_patience_is_erlang_c():
    for agents in (11, 14, 20):
        patient = performance(100, 1800, 180, agents, 20)
        endless = performance(100, 1800, 180, agents, 20, patience=1e9)
        assert endless.level == pytest.approx(patient.level, abs=1e-5)
        assert endless.waiting == pytest.approx(patient.waiting, abs=1e-5)
        assert endless.abandoned == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("patience", [None, 30, 600])
def test_more_agents_serve_better(patience):
    found = [performance(150, 1800, 200, n, 20, patience) for n in range(1, 40)]
    for less, more in pairwise(found):
        assert more.level >= less.level - 1e-12
        assert more.waiting <= less.waiting + 1e-12
        assert more.wait <= less.wait
        assert more.abandoned <= less.abandoned + 1e-12
    assert all(0 <= x.level <= 1 and 0 <= x.occupancy <= 1 for x in found)


@pytest.mark.parametrize("patience", [None, 60, 1e6])
@pytest.mark.parametrize("calls", [1e-9, 0.3, 20, 2000, 60000])
def test_the_least_agents_are_least_at_any_load(calls, patience):
    goal = {"within": 20, "patience": patience}
    n = least_agents(calls, 1800, 240, level=0.8, **goal)
    assert n >= 1
    assert performance(calls, 1800, 240, n, **goal).level >= 0.8
    assert performance(calls, 1800, 240, n - 1, **goal).level < 0.8
    for agents in (1, n // 2 + 1, 2 * n, 20 * n):  # hopeless and idle alike
        found = performance(calls, 1800, 240, agents, **goal)
        assert all(map(math.isfinite, (found.level, found.waiting, found.abandoned)))


def test_patience_spares_agents_and_occupancy_asks_for_more():
    calls = (400, 1800, 200)
    plain = least_agents(*calls, level=0.8, within=20)
    assert least_agents(*calls, level=0.8, within=20, patience=60) < plain
    capped = least_agents(*calls, level=0.8, within=20, occupancy=0.8)
    assert capped == math.ceil(400 * 200 / 1800 / 0.8) > plain


def test_no_calls_need_nobody():
    assert least_agents(0, 1800, 180, level=0.8, within=20) == 0
    idle = performance(0, 1800, 180, 3, 20, patience=60)
    assert (idle.level, idle.waiting, idle.occupancy) == (1, 0, 0)
    assert performance(9, 1800, 180, 0, 20).level == 0
    assert performance(9, 1800, 180, 0, 20, patience=60).abandoned == 1
    assert inverse_b(2, 0) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"calls": -1}, {"interval": 0}, {"handling": 0}, {"within": -1}, {"patience": 0},
        {"level": 1}, {"level": -0.1}, {"occupancy": 0}, {"occupancy": 1.1},
    ],
)  # fmt: skip
def test_numbers_out_of_range_are_refused(wrong):
    good = {"calls": 9, "interval": 1800, "handling": 180, "level": 0.8, "within": 20}
    with pytest.raises(ValueError):
        least_agents(**{**good, **wrong})
