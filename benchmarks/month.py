"""How fast a month is: the telecom team at its own size and at 200 people.

    python benchmarks/month.py [--seconds 60] [--people 42,200]

Prints a table. Every figure stands beside the same figure of a plain search of the same
problem in the same run: one CP-SAT model with every rule, shortage and points in one
objective, the solver's defaults, no first roster handed over. The ratio is ours to plain;
below 1 we are ahead. Both searches see the same rules through the same encoders, and every
roster is scored by the same audit.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from big_team import telecom
from ortools.sat.python import cp_model
from rich.console import Console
from rich.table import Table

from roster.audit import audit
from roster.model import build
from roster.problem import Problem
from roster.rule import RuleSet
from roster.solve import WORKERS, Progress, solve

SHORTAGE = 1_000_000


@dataclass
class Figures:
    """What one search reached.

    Attributes
    ----------
    build, first : float or None
        Seconds to the built model and to the first roster without shortage.
    points, bound : float or None
        At the end.
    memory : float
        Peak of the process in MB.
    """

    build: float = 0.0
    first: float | None = None
    points: float | None = None
    bound: float | None = None
    memory: float = 0.0

    @property
    def gap(self) -> float | None:
        """Gap to the bound, as a part of the points."""
        if self.points is None or self.bound is None:
            return None
        return max(0.0, self.points - self.bound) / max(1.0, self.points)


def ours(problem: Problem, rules: RuleSet, seconds: float) -> Figures:
    """Run the product's search."""
    out = Figures()
    began = time.monotonic()
    build(problem, rules, all_or_nothing=True)
    out.build = time.monotonic() - began

    def watch(now: Progress) -> None:
        if out.first is None and now.best is not None and not now.best.hard:
            out.first = now.elapsed

    outcome, _ = solve(problem, rules, seconds=seconds, on_progress=watch)
    out.points, out.bound = outcome.objective, outcome.bound
    return out


def plain(problem: Problem, rules: RuleSet, seconds: float) -> Figures:
    """Run one model with the solver's defaults."""
    out = Figures()
    began = time.monotonic()
    builder = build(problem, rules)
    out.build = time.monotonic() - began
    builder.model.minimize(SHORTAGE * builder.shortage_expr() + builder.points_expr())
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.max_time_in_seconds = max(1.0, seconds - out.build)

    class Watch(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            if out.first is None and self.objective_value < SHORTAGE:
                out.first = time.monotonic() - began

    status = solver.solve(builder.model, Watch())
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        checked = audit(builder.read(solver.boolean_value), rules)
        out.points = checked.points + SHORTAGE * checked.shortage
        out.bound = solver.best_objective_bound
    return out


SEARCHES: dict[str, Callable[[Problem, RuleSet, float], Figures]] = {
    "ours": ours,
    "plain": plain,
}


def measure(which: str, people: int, seconds: float) -> Figures:
    """Run one search in a process of its own, so that memory is its own too."""
    command = [
        sys.executable,
        __file__,
        "--one",
        which,
        "--people",
        str(people),
        "--seconds",
        str(seconds),
    ]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    values = [None if w == "None" else float(w) for w in words[-5:]]
    return Figures(*values)


def main() -> None:
    """Parse the command line, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--people", default="42,200")
    parser.add_argument("--one", choices=sorted(SEARCHES), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        out = SEARCHES[options.one](*telecom(int(options.people)), options.seconds)
        out.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(out.build, out.first, out.points, out.bound, out.memory)
        return
    table = Table(title=f"telecom month, all rules on, {options.seconds:.0f} s")
    for name in ("people", "figure", "ours", "plain", "ratio"):
        table.add_column(name, justify="right")
    for people in map(int, options.people.split(",")):
        a, b = (measure(which, people, options.seconds) for which in ("ours", "plain"))
        rows = (
            ("model built, s", a.build, b.build),
            ("first roster without shortage, s", a.first, b.first),
            ("points", a.points, b.points),
            ("bound", a.bound, b.bound),
            (
                "gap, %",
                None if a.gap is None else 100 * a.gap,
                None if b.gap is None else 100 * b.gap,
            ),
            ("peak memory, MB", a.memory, b.memory),
        )
        for figure, x, y in rows:
            ratio = "–" if not x or not y else f"{x / y:.2f}"
            table.add_row(
                str(people),
                figure,
                *("none" if v is None else f"{v:.1f}" for v in (x, y)),
                ratio,
            )
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
