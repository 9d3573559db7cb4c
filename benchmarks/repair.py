"""How fast a repair is: the telecom team of 42, and the power hotline at 200 people.

    python benchmarks/repair.py [--seconds 40]

Each team is solved once; then people fall ill, and the whole command is timed as a user starts
it, start-up, reading and writing included. Beside it stands the obvious way in the same run:
one CP-SAT model of the whole month with every rule, in which a person short costs more than
all changes and these more than all points, the solver's defaults, no roster handed over. It
gets the same seconds as the search of the command. Both are judged by the same audit.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from ortools.sat.python import cp_model
from rich.console import Console
from rich.table import Table

from constraints import REGISTRY
from examples import script, tables
from roster.model import build
from roster.plan import Roster
from roster.problem import LeaveKind
from roster.repair import RULE, Absence, open_cells, with_absences
from roster.rule import Level, RuleSet
from roster.workbook.read import read
from roster.workbook.template import write_template

SHORT, CHANGE = 10**11, 10**5


def telecom(path: Path) -> None:
    """Write the telecom month."""
    write_template(path, tables("telecom", "en"), "en", registry=REGISTRY)


def hotline(path: Path) -> None:
    """Write the power hotline with 40 people a crew instead of 24, its demand in proportion."""
    made = script("power-hotline")
    strength, made.STRENGTH = made.STRENGTH, 40
    made.IDS = tuple(f"P{crew}{i:02d}" for crew in range(1, 6) for i in range(1, 41))
    made._DEMAND = tuple(
        (days, code, grade, counts)
        if grade
        else (days, code, grade, tuple(n * made.STRENGTH // strength for n in counts))
        for days, code, grade, counts in made._DEMAND
    )
    write_template(path, made.tables(lang="en"), "en", registry=REGISTRY)


def on_duty(roster: Roster, day: date, code: str, count: int) -> list[str]:
    """Return the first people on a shift."""
    d = roster.problem.index_of(day)
    people = roster.on_duty[d].get(code, ())
    return [roster.problem.employees[e].id for e in people[:count]]


def ours(path: Path, absent: list[str], folder: Path) -> tuple[dict, float, float]:
    """Run the command; return its answer, wall and processor seconds."""
    out = folder / "repaired.xlsx"
    words = [w for x in absent for w in ("--absent", x)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "cli", "repair", path, *words, "-o", out, "--force", "--json"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        check=False,
    )
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = sum(getattr(after, k) - getattr(before, k) for k in ("ru_utime", "ru_stime"))
    if done.returncode not in (0, 6):
        raise SystemExit(done.stderr)
    return json.loads(done.stdout), wall, cpu


def plainly(path: Path, absent: list[str], seconds: float) -> str:
    """Return what one model with one weighted objective reaches in the same time."""
    loaded = read(path, REGISTRY, want_roster=True, hold_published=False)
    absences = []
    for x in absent:
        staff, _, span = x.partition(":")
        first, _, last = span.partition("..")
        ends = date.fromisoformat(first), date.fromisoformat(last or first)
        absences.append(Absence(staff=staff, first=ends[0], last=ends[1], kind=LeaveKind.SICK))
    since = min(x.first for x in absences)
    problem, _ = with_absences(loaded.roster, absences, since)
    base = Roster(problem, loaded.roster.cells, loaded.roster.posts)
    gone = {
        (e, d): None
        for e in range(len(problem.employees))
        for d in range(problem.n_days)
        if problem.leave_on(e, d) is not None
    }
    base = base.with_changes(gone)
    rules = RuleSet(
        tuple(replace(r, level=Level.SOFT) if r.id == RULE else r for r in loaded.rules)
    )
    began = time.perf_counter()
    builder = build(
        problem, rules, around=base, free=open_cells(base, since, problem.end), known=base
    )
    stable = builder.points_expr(only={RULE})
    builder.model.minimize(
        SHORT * builder.shortage_expr() + CHANGE * stable + builder.points_expr()
    )
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.5, seconds - (time.perf_counter() - began))
    status = solver.solve(builder.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return "nothing"
    found = builder.read(solver.boolean_value)
    people = {e for e, d, _, _ in base.diff(found)}
    short = round(solver.value(builder.shortage_expr())) if builder.shortage else 0
    proof = "proven" if status == cp_model.OPTIMAL else "not proven"
    return f"{len(people)} people, {short} short, {proof}"


def cases(roster: Roster) -> dict[str, list[str]]:
    """Return absences: two for three days, all of a night, a third of a shift for two days."""
    day = date(2026, 12, 14)
    late = day + timedelta(days=2)
    nights = on_duty(roster, day, "N", 99)
    early = on_duty(roster, day, "D", 99)
    return {
        "two people, three days": [f"{x}:{day}..{late}" for x in (early[0], nights[0])],
        "a third of a day's nights": [f"{x}:{day}" for x in nights[::3]],
        "a third of a shift, two days": [
            f"{x}:{day}..{day + timedelta(days=1)}" for x in early[::3]
        ],
    }


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=40, help="for each first roster")
    options = parser.parse_args()
    table = Table(title="repair: the whole command, start-up and files included")
    for name in ("team", "absent", "wall s", "processor s", "found", "one plain model"):
        table.add_column(name)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        limit = ("--time", str(options.seconds), "--json")
        for label, make in (("telecom, 42", telecom), ("power hotline, 200", hotline)):
            team, month = folder / "team.xlsx", folder / "month.xlsx"
            make(team)
            subprocess.run(
                [sys.executable, "-m", "cli", "solve", team, "-o", month, "--force", *limit],
                capture_output=True,
                cwd=Path(__file__).parents[1],
                check=False,
            )
            roster = read(month, REGISTRY, want_roster=True).roster
            for what, absent in cases(roster).items():
                answer, wall, cpu = ours(month, absent, folder)
                proof = "proven" if answer["proven"] else "not proven"
                table.add_row(
                    label,
                    what,
                    f"{wall:.1f}",
                    f"{cpu:.1f}",
                    f"{answer['affected']} people, {answer['shortage']} short, {proof}",
                    plainly(month, absent, answer["seconds"]),
                )
            team.unlink(), month.unlink()
    Console().print(table)


if __name__ == "__main__":
    main()
