"""Ctrl-C while the solver runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ortools.sat.python import cp_model

from roster.solver import run_solver

REPO = Path(__file__).parents[1]


def hard() -> cp_model.CpModel:
    """Return a model that takes longer than any test: a dense knapsack of many rows."""
    model = cp_model.CpModel()
    some = [model.new_bool_var("") for _ in range(300)]
    for row in range(40):
        weights = [(37 * i * i + 101 * row * i) % 97 + 3 for i in range(300)]
        model.add(sum(w * x for w, x in zip(weights, some)) <= sum(weights) // 3)
    model.maximize(sum(((53 * i) % 89 + 5) * x for i, x in enumerate(some)))
    return model


def test_what_is_raised_on_the_way_stops_the_search():
    def tick():
        if time.monotonic() - began > 1:
            raise KeyboardInterrupt

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_solver(solver, hard(), tick=tick)
    assert time.monotonic() - began < 30


def test_a_search_is_stopped_by_its_tick_with_what_it_has():
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    began = time.monotonic()
    status = run_solver(solver, hard(), tick=lambda: time.monotonic() - began > 1)
    assert status == cp_model.FEASIBLE and solver.objective_value > 0


@pytest.mark.skipif(os.name != "posix", reason="signals of a terminal")
def test_after_a_search_an_interrupt_is_still_heard():
    """The solver would leave the signal with its default: the process ends, nothing is kept."""
    script = """
import os, signal
from test_decompose import Blocks, start
builder, roster = start(8, 8, D=3, E=2)
signal.signal(signal.SIGINT, signal.default_int_handler)  # which `start` has lost
assert Blocks(builder).values_of(roster) is not None
try:
    os.kill(os.getpid(), signal.SIGINT)
    while True:
        pass
except KeyboardInterrupt:
    print("heard")
"""
    path = os.pathsep.join((str(REPO), str(REPO / "tests")))
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": path}, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (0, "heard"), done.stderr


def test_no_solver_takes_the_signal_for_itself():
    for path in (REPO / "roster").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        made = len(re.findall(r"cp_model\.CpSolver\(\)(?! \|)", text))
        if made:
            kept = ("catch_sigint_signal = False", "run_solver(", "Running(")
            assert sum(map(text.count, kept)) >= 1, path
