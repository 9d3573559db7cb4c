"""How time and gap grow with people and weeks: the telecom month, all its rules on.

    python benchmarks/scale.py [--people 20,50,100,200,500,1000] [--weeks 4,8,13]
                               [--time 180,900] [--seed S] [--markdown FILE]

Each size is solved in a process of its own, as `roster solve` does it: teams of up to 200
people for the first of the times, in seconds, larger ones for the second; the weeks are those
of 42 people. A row says when the first roster without shortage stood, how far points and bound
were apart after some seconds and at the end, how many seconds it took until the gap was 5 %
and 2 %, and the peak of memory. The gap is (points - bound) / points; every roster is audited
by the search itself. Reading the workbook is not in the seconds; building the models is.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from big_team import telecom
from rich.console import Console
from rich.table import Table

from roster.solve import Progress, solve

_MARKS = (30, 60, 180)
_SMALL = 200
"""People up to which the first of the times is given."""

_FIGURES = (
    "first, s", *(f"gap at {s} s, %" for s in _MARKS), "gap, %", "5 % at, s", "2 % at, s",
    "points", "bound", "s", "MB",
)  # fmt: skip


class Moment(NamedTuple):
    """Where a search stood: seconds, points (None with a shortage), and the bound."""

    at: float
    points: int | None
    bound: float | None

    @property
    def gap(self) -> float | None:
        """Gap in percent of the points."""
        if self.points is None or not self.bound:
            return None
        return 100 * max(0.0, self.points - self.bound) / max(1, self.points)


class Run(NamedTuple):
    """What was measured of one size, in the order of time."""

    moments: list[Moment]
    seconds: float
    memory: float

    def row(self) -> list[str]:
        """Return the figures of the table."""
        last = self.moments[-1] if self.moments else Moment(0, None, None)
        first = next((m.at for m in self.moments if m.points is not None), None)
        return [
            _said(first, 1),
            *(_said(self._gap_at(s), 1) if s <= self.seconds + 5 else "" for s in _MARKS),
            _said(last.gap, 2),
            *(_said(self._when(gap), 0) for gap in (5, 2)),
            _said(last.points, 0),
            _said(last.bound, 0),
            _said(self.seconds, 0),
            _said(self.memory, 0),
        ]

    def _gap_at(self, second: float) -> float | None:
        return next((m.gap for m in reversed(self.moments) if m.at <= second), None)

    def _when(self, gap: float) -> float | None:
        return next((m.at for m in self.moments if m.gap is not None and m.gap <= gap), None)


def _said(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def search(people: int, weeks: int | None, seconds: float, seed: int) -> None:
    """Solve one size; print a line of JSON whenever points or bound changed, and at the end."""
    problem, rules = telecom(people, weeks)
    told: list[tuple[int | None, float | None]] = []

    def watch(now: Progress) -> None:
        points = None if now.best is None or now.best.hard else now.best.points
        if not told or told[-1] != (points, now.bound):
            told.append((points, now.bound))
            print(json.dumps([now.elapsed, points, now.bound]), flush=True)

    began = time.monotonic()
    outcome, _ = solve(problem, rules, seconds=seconds, seed=seed, on_progress=watch)
    took = time.monotonic() - began
    points = None if outcome.audit is None or outcome.audit.hard else outcome.audit.points
    print(json.dumps([took, points, outcome.bound]))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "memory": memory}))


def measure(people: int, weeks: int | None, seconds: float, seed: int) -> Run:
    """Solve one size in a process of its own."""
    command = [sys.executable, __file__, "--one", json.dumps([people, weeks, seconds, seed])]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    *lines, end = map(json.loads, done.stdout.splitlines())
    return Run([Moment(*line) for line in lines], **end)


def main() -> None:
    """Parse the command line, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", default="20,50,100,200,500,1000")
    parser.add_argument("--weeks", default="4,8,13")
    parser.add_argument("--time", default="180,900")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--markdown", type=Path, help="write the table here as well")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        search(*json.loads(options.one))
        return
    times = [float(x) for x in options.time.split(",")]
    sizes: list[tuple[int, int | None]] = [
        *((int(n), None) for n in options.people.split(",") if n),
        *((42, int(n)) for n in options.weeks.split(",") if n),
    ]
    title = f"telecom month, all rules on; {os.cpu_count()} cores, {platform.machine()}"
    table = Table(title=title)
    head = ("people", "horizon", *_FIGURES)
    for name in head:
        table.add_column(name, justify="right")
    written = [f"| {' | '.join(head)} |", "|" + "--:|" * len(head)]
    for people, weeks in sizes:
        seconds = times[0] if people <= _SMALL else times[-1]
        run = measure(people, weeks, seconds, options.seed)
        row = [str(people), "month" if weeks is None else f"{weeks} weeks", *run.row()]
        print(*row, sep="  ", file=sys.stderr, flush=True)
        table.add_row(*row)
        written.append(f"| {' | '.join(row)} |")
        if options.markdown:
            options.markdown.write_text("\n".join(written) + "\n", encoding="utf-8")
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
