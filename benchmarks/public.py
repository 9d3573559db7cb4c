"""How near the best known the search comes on the public shift-scheduling instances.

    python benchmarks/public.py FOLDER [--time 600] [--only 1,2,5] [--workers N] [--seed S]
                                [-o OUTDIR] [--json] [--build]

FOLDER holds ``Instance1.txt`` and so on and, if it is there, ``best_known.csv`` with what is
proven, best known and published. Each instance is read as a problem under the project's own
rules (`instances`), solved by the search that ``roster solve`` uses, in a process of its own,
and its roster written and scored by a referee that shares no line with the program
(`score_public`). The program ends with code 70 when referee and audit do not agree to the
point, or when a bound or a cost contradicts what is published.

With OUTDIR rosters and figures stay there: an instance whose figures are there already is
not run again (marked * in the table), so that a long run can go on where it was stopped.
Ctrl-C ends the instance at hand with its best roster so far and prints what is done.

``--build`` measures, in place of the search, how long reading, building the model of the
whole horizon and one audit take.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from instances import read_instance, rules_in_force
from score_public import OFF, NotARoster, score

from roster.audit import audit
from roster.errors import ExitCode, InputError, OwnCheckError
from roster.model import build
from roster.plan import Roster
from roster.problem import Problem
from roster.solve import WORKERS, Progress, solve

GRADED = range(1, 20)
"""Instances that the means and sums are taken over; later ones have no published columns."""

_EVERY = 10.0
"""Seconds between two lines of progress."""


# --- one instance, in a process of its own ----------------------------------------------------


def write_roster(path: Path, roster: Roster, comment: str) -> None:
    """Write a roster as the referee reads it."""
    lines = [f"# {comment}"]
    for person, row in zip(roster.problem.employees, roster.cells):
        lines.append("\t".join((person.id, *(OFF if code is None else code for code in row))))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def solve_one(number: int, options: argparse.Namespace) -> dict[str, Any]:
    """Solve an instance, write its roster, have it scored, and return the figures."""
    heard: list[int] = []
    signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    began = shown = time.monotonic()
    path = _instance(options.folder, number)
    problem, rules = read_instance(path), rules_in_force()
    out = _size(number, problem)

    def show(now: Progress) -> None:
        nonlocal shown
        if time.monotonic() - shown >= _EVERY:
            shown = time.monotonic()
            best = "-" if now.best is None else now.best.points
            bound = "-" if now.bound is None else f"{now.bound:.0f}"
            print(f"{path.stem}: {now.elapsed:.0f} s, {best}, bound {bound}", file=sys.stderr)
        if heard:
            heard.clear()
            raise KeyboardInterrupt

    faults: list[str] = []
    try:
        outcome, _ = solve(
            problem,
            rules,
            seconds=options.time,
            seed=options.seed,
            workers=options.workers,
            on_progress=show,
        )
    except OwnCheckError as error:
        return {**out, "faults": [f"own check: {error}"]}
    out |= {
        "status": outcome.status.value,
        "cost": outcome.objective,
        "bound": outcome.bound,
        "seconds": round(time.monotonic() - began, 1),
        "processor_seconds": round(time.process_time(), 1),
        "memory_mb": _memory(),
        "time_limit": options.time,
        "workers": options.workers,
        "seed": options.seed,
        "interrupted": outcome.interrupted,
    }
    if outcome.roster is not None:
        file = options.output / f"{path.stem}.roster.txt"
        write_roster(file, outcome.roster, f"{path.stem}, cost {outcome.objective}")
        faults += disagreements(
            path.read_text(encoding="utf-8-sig"),
            file.read_text(encoding="utf-8"),
            outcome.objective,
            [outcome.audit.say(v, "en") for v in outcome.audit.hard],
        )
    return {**out, "faults": faults}


def disagreements(
    instance: str, roster: str, points: int, broken: Sequence[str] = ()
) -> list[str]:
    """Return in what the referee and the audit disagree, nothing when they agree.

    Parameters
    ----------
    instance, roster : str
        Both texts.
    points : int
        Of the audit.
    broken : sequence of str
        The audit's hard findings; there should be none.
    """
    out = [f"audit: {what}" for what in broken]
    try:
        found = score(instance, roster)
    except NotARoster as error:
        return [*out, f"referee: {error}"]
    out += [f"referee: {what}" for what in found.broken]
    if found.cost != points:
        out.append(f"referee {found.cost} points, audit {points} points")
    return out


def build_one(number: int, options: argparse.Namespace) -> dict[str, Any]:
    """Measure reading, building and an audit."""
    clock = [time.process_time()]
    problem, rules = read_instance(_instance(options.folder, number)), rules_in_force()
    clock.append(time.process_time())
    model = build(problem, rules, all_or_nothing=True).model.proto
    clock.append(time.process_time())
    # Five days on and two off, in shifts that the person may have.
    cells = []
    for e, person in enumerate(problem.employees):
        codes = [code for code, most in person.shift_limits.items() if most]
        row = [
            codes[(d + e) % len(codes)] if codes and (d + e) % 7 < 5 else None
            for d in range(problem.n_days)
        ]
        cells.append(tuple(row))
    roster = Roster(problem, tuple(cells))
    clock.append(time.process_time())
    audit(roster, rules)
    clock.append(time.process_time())
    return {
        **_size(number, problem),
        "read_seconds": round(clock[1] - clock[0], 2),
        "build_seconds": round(clock[2] - clock[1], 2),
        "audit_seconds": round(clock[4] - clock[3], 2),
        "variables": len(model.variables),
        "constraints": len(model.constraints),
        "memory_mb": _memory(),
    }


def _size(number: int, problem: Problem) -> dict[str, Any]:
    return {
        "instance": number,
        "people": len(problem.employees),
        "days": problem.n_days,
        "shifts": len(problem.shifts),
    }


def _memory() -> int:
    """Return the peak of the process in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 if sys.platform != "darwin" else 1024**2))


def _instance(folder: Path, number: int) -> Path:
    return folder / f"Instance{number}.txt"


# --- all of them ------------------------------------------------------------------------------


class _Runs:
    """Runs instances one after the other, until it is interrupted."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self.interrupted = False

    def run(self, number: int) -> dict[str, Any] | None:
        """Return an instance's figures, None when it was stopped without any."""
        options = self._options
        kept = options.output / f"Instance{number}.json"
        if not options.build and kept.exists():
            return {**json.loads(kept.read_text(encoding="utf-8")), "kept": True}
        command = [
            sys.executable,
            __file__,
            str(options.folder),
            *("--one", str(number), "--time", str(options.time), "--seed", str(options.seed)),
            *("--workers", str(options.workers), "-o", str(options.output)),
            *(["--build"] if options.build else []),
        ]
        # In a session of its own, so that Ctrl-C reaches it once, through us.
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            text = self._wait(child)
        except KeyboardInterrupt:
            child.kill()
            child.wait()
            return None
        if not text.strip():
            if self.interrupted:
                return None
            return {"instance": number, "faults": [f"ended with code {child.returncode}"]}
        found = json.loads(text)
        if not options.build and not found["faults"] and not found["interrupted"]:
            kept.write_text(json.dumps(found), encoding="utf-8")
        return found

    def _wait(self, child: subprocess.Popen) -> str:
        """Return what a process printed; the first Ctrl-C is passed on, the second raised."""
        try:
            return child.communicate()[0]
        except KeyboardInterrupt:
            self.interrupted = True
            print("interrupted; once more gives up the instance at hand", file=sys.stderr)
            child.send_signal(signal.SIGINT)
            return child.communicate()[0]


def contradictions(found: dict[str, Any], published: dict[str, int | None]) -> list[str]:
    """Return in what an instance's figures contradict what is proven."""
    out = []
    best, least = published.get("best_known"), published.get("lower_bound")
    cost, bound = found.get("cost"), found.get("bound")
    if None not in (best, bound) and bound > best:
        out.append(f"bound {bound} above the best known cost {best}")
    if None not in (least, cost) and cost < least:
        out.append(f"cost {cost} below the proven bound {least}")
    return out


def read_published(folder: Path) -> dict[int, dict[str, int | None]]:
    """Return, for each instance, the columns of ``best_known.csv``; nothing without it."""
    path = folder / "best_known.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [{k: int(v) if v else None for k, v in r.items()} for r in csv.DictReader(file)]
    return {row["instance"]: row for row in rows}


def totals(
    results: Iterable[dict[str, Any]], published: dict[int, dict[str, int | None]]
) -> dict[str, Any]:
    """Return mean and worst gap, proofs, and the sums against each published column.

    Taken over instances 1 to 19, those that have a cost; of a published column, over those
    for which it has one too.
    """
    graded = {r["instance"]: r for r in results if r["instance"] in GRADED}
    solved = {n: r for n, r in graded.items() if r.get("cost") is not None}
    gaps = {n: g for n, r in solved.items() if (g := _gap(r, published)) is not None}
    columns = {}
    for name in _columns(published):
        both = {n: t for n in solved if (t := published.get(n, {}).get(name)) is not None}
        if both:
            pairs = [(solved[n]["cost"], theirs) for n, theirs in both.items()]
            columns[name] = {
                "instances": len(both),
                "ours": sum(a for a, _ in pairs),
                "theirs": sum(b for _, b in pairs),
                "better": sum(a < b for a, b in pairs),
                "equal": sum(a == b for a, b in pairs),
                "worse": sum(a > b for a, b in pairs),
            }
    return {
        "instances": len(graded),
        "solved": len(solved),
        "mean_gap": sum(gaps.values()) / len(gaps) if gaps else None,
        "worst_gap": max(gaps.values(), default=None),
        "worst_instance": max(gaps, key=gaps.get, default=None),
        "proven": sum(r.get("status") == "optimal" for r in solved.values()),
        "against": columns,
    }


def _columns(published: dict[int, dict[str, int | None]]) -> list[str]:
    known = ("instance", "days", "staff", "shifts", "lower_bound", "best_known")
    return [k for k in next(iter(published.values()), {}) if k not in known]


def _gap(found: dict[str, Any], published: dict[int, dict[str, int | None]]) -> float | None:
    """Return how far above the best known the cost is, in percent."""
    best = published.get(found["instance"], {}).get("best_known")
    if not best or found.get("cost") is None:
        return None
    return 100 * (found["cost"] - best) / best


def _machine() -> dict[str, Any]:
    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    return {"cores": os.cpu_count(), "python": platform.python_version(), "load_before": load}


# --- what is printed --------------------------------------------------------------------------


def _markdown(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    cells = [[("-" if x is None else str(x)) for x in row] for row in (header, *rows)]
    wide = [max(map(len, column)) for column in zip(*cells)]
    lines = ["| " + " | ".join(x.rjust(w) for x, w in zip(row, wide)) + " |" for row in cells]
    lines.insert(1, "|" + "|".join("-" * (w + 1) + ":" for w in wide) + "|")
    return "\n".join(lines)


def _report(
    results: list[dict[str, Any]],
    published: dict[int, dict[str, int | None]],
    total: dict[str, Any],
) -> str:
    columns = _columns(published)
    rows = []
    for r in results:
        known, gap = published.get(r["instance"], {}), _gap(r, published)
        seconds = r.get("seconds")
        rows.append(
            [
                r["instance"],
                *(r.get(k) for k in ("people", "days", "shifts", "cost", "bound")),
                known.get("best_known"),
                None if gap is None else f"{gap:.1f}",
                None if seconds is None else f"{seconds:.0f}{'*' if r.get('kept') else ''}",
                r.get("memory_mb"),
                *(known.get(k) for k in columns),
            ]
        )
    header = ("instance", "people", "days", "shifts", "cost", "bound", "best", "gap %", "s")
    out = [_markdown([*header, "MB", *(c.replace("_", " ") for c in columns)], rows)]
    if total["mean_gap"] is not None:
        out.append(
            f"\nof {GRADED[0]} to {GRADED[-1]}: {total['solved']} with a roster, mean gap "
            f"{total['mean_gap']:.2f} %, worst {total['worst_gap']:.2f} % (instance "
            f"{total['worst_instance']}), {total['proven']} proven optimal\n"
        )
        out.append(
            _markdown(
                ("published", "instances", "ours", "theirs", "better", "equal", "worse"),
                [(k.replace("_", " "), *v.values()) for k, v in total["against"].items()],
            )
        )
    return "\n".join(out)


def _build_report(results: list[dict[str, Any]]) -> str:
    names = ("instance", "people", "days", "shifts", "variables", "constraints")
    seconds = ("read_seconds", "build_seconds", "audit_seconds")
    return _markdown(
        [*names, "read, s", "build, s", "audit, s", "MB"],
        [[r.get(k) for k in (*names, *seconds, "memory_mb")] for r in results],
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--time", type=float, default=600, help="seconds for each instance")
    parser.add_argument("--only", default="", help="instances, as 1,2,5")
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output", type=Path, metavar="OUTDIR")
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--build", action="store_true", help="measure building alone")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    there = sorted(
        int(p.stem.removeprefix("Instance"))
        for p in options.folder.glob("Instance*.txt")
        if p.stem.removeprefix("Instance").isdigit()
    )
    words = [w.strip() for w in options.only.split(",") if w.strip()]
    unknown = [w for w in words if not (w.isdigit() and int(w) in there)]
    if not there:
        parser.error(f"no Instance*.txt in {options.folder}")
    if unknown:
        parser.error(f"--only: no instance {', '.join(unknown)} in {options.folder}")
    options.numbers = list(dict.fromkeys(map(int, words))) or there
    return options


def main() -> int:
    """Run what was asked for, print it, and return the exit code."""
    options = _options()
    if options.one is not None:
        run = build_one if options.build else solve_one
        print(json.dumps(run(options.one, options)))
        return ExitCode.DONE
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    issues = []
    for number in options.numbers:
        try:
            read_instance(_instance(options.folder, number))
        except InputError as error:
            issues += [issue.line("en") for issue in error.issues]
    if issues:
        print("\n".join(issues), file=sys.stderr)
        return ExitCode.INPUT
    machine, published = _machine(), read_published(options.folder)
    results: list[dict[str, Any]] = []
    runs = _Runs(options)
    with tempfile.TemporaryDirectory() as scratch:
        options.output = options.output or Path(scratch)
        options.output.mkdir(parents=True, exist_ok=True)
        for number in options.numbers:
            found = runs.run(number)
            if found is not None:
                if not options.build:
                    found["faults"] += contradictions(found, published.get(number, {}))
                results.append(found)
                _say(found)
            if runs.interrupted:
                break
    faults = [f"instance {r['instance']}: {f}" for r in results for f in r.get("faults", ())]
    if options.build:
        body: dict[str, Any] = {"machine": machine, "instances": results}
    else:
        total = totals(results, published)
        body = {"machine": machine, "instances": results, "totals": total}
    if options.as_json:
        print(json.dumps(body))
    else:
        print(", ".join(f"{k.replace('_', ' ')} {v}" for k, v in machine.items()) + "\n")
        print(_build_report(results) if options.build else _report(results, published, total))
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return ExitCode.OWN_CHECK
    if runs.interrupted:
        return ExitCode.INTERRUPTED
    empty = not options.build and any(r.get("cost") is None for r in results)
    return ExitCode.NOTHING_FOUND if empty else ExitCode.DONE


def _say(found: dict[str, Any]) -> None:
    """Print an instance's figures as they come."""
    shown = {k: v for k, v in found.items() if k not in ("faults", "instance")}
    print(
        f"instance {found['instance']}: " + ", ".join(f"{k} {v}" for k, v in shown.items()),
        file=sys.stderr,
    )


if __name__ == "__main__":
    sys.exit(main())
