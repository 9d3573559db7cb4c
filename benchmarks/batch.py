"""Many teams on a cluster: throughput against the number of workers, one of them killed.

    python benchmarks/batch.py [--teams 200] [--people 50] [--time 10] [--runs 1,2,4,2k]

Writes so many workbooks, each the telecom month at so many people with leave, wishes and
demand of its own, starts a Dask scheduler and separate worker processes of one thread on this
machine, and runs `roster batch --scheduler` on them. A run is a number of workers; with a k,
one of them is killed, with all that it has begun, when a third of the teams are done, and
another comes ten seconds later. After each run every team must have a result that reads, that
keeps every hard rule but the least cover, and that the audit gives the points that the batch
told, or the search's own word that it found none in time. It needs the package `distributed`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from constraints import REGISTRY
from examples import tables
from roster.audit import audit
from roster.batch.teams import RECORDS
from roster.errors import ExitCode
from roster.workbook.read import read
from roster.workbook.template import write_template

REPO = Path(__file__).resolve().parents[1]
_ENV = os.environ | {"PYTHONPATH": str(REPO)}
_AFTER = 10.0


def team(people: int, seed: int, lang: str = "zh") -> dict[str, list[dict[str, Any]]]:
    """Return the telecom month as tables, with `people` people and a chance of its own."""
    chance = random.Random(seed)
    made = tables("telecom", lang)
    staff = made["staff"]
    plain = [p for p in staff if not set(p) - {"shift_limits", "max_weekends"} - _PLAIN]
    while len(staff) < people:
        like, k = chance.choice(plain), len(staff) + 1
        more = {"id": f"U{k:03d}", "name": f"{like['name']}{k}", "rotation": "no"}
        staff = [*staff, like | more]
    factor = people / len(made["staff"])
    made["demand"] = [
        row
        if "min_grade" in row or "skill" in row
        else row | {k: int(row[k] * factor) for k in ("min", "target", "max") if row.get(k)}
        for row in made["demand"]
    ]
    made["staff"] = staff
    made["leave"] = [row for row in made["leave"] if chance.random() < 0.75]
    wishes = {(chance.choice(staff)["id"], w["dates"]): w for w in made["requests"]}
    made["requests"] = [w | {"staff": who} for (who, _), w in wishes.items()]
    for row in made["settings"]:
        if row["item"] == "team":
            row["value"] = f"{row['value']} {seed + 1}"
    return made


_PLAIN = {"id", "name", "group", "job", "grade", "skills", "min_hours", "max_hours"}


def write_teams(folder: Path, teams: int, people: int) -> None:
    """Write the workbooks that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(teams):
        path = folder / f"team-{seed + 1:03d}.xlsx"
        if not path.exists():
            write_template(path, team(people, seed), "zh", registry=REGISTRY)


def _begun(command: list[str], log: Path) -> subprocess.Popen:
    with log.open("ab") as file:
        return subprocess.Popen(
            command, env=_ENV, cwd=REPO, stdout=file, stderr=file, start_new_session=True
        )


def _killed(process: subprocess.Popen, how: int = signal.SIGKILL) -> None:
    """End a process with the processes of its group, whatever is left of them."""
    try:
        os.killpg(process.pid, how)
    except ProcessLookupError:
        pass
    process.wait()


class Cluster:
    """A scheduler and its workers, each a process group of its own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        place = folder / "scheduler.json"
        words = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        self._start([*words, "--scheduler-file", str(place)], "scheduler.log")
        end = time.monotonic() + 60
        while not place.exists():
            if time.monotonic() > end:
                raise TimeoutError(f"no scheduler; see {folder}/scheduler.log")
            time.sleep(0.1)
        self.address = json.loads(place.read_text())["address"]
        self.workers: list[subprocess.Popen] = []

    def _start(self, words: list[str], log: str) -> subprocess.Popen:
        process = _begun([sys.executable, "-m", "dask", *words], self.folder / log)
        self.stack.callback(_killed, process, signal.SIGTERM)
        return process

    def add(self) -> None:
        """Start a worker."""
        words = ["worker", self.address, "--nthreads", "1", "--no-dashboard"]
        words += ["--local-directory", str(self.folder)]
        self.workers.append(self._start(words, f"worker-{len(self.workers) + 1}.log"))

    def kill_one(self) -> None:
        """Kill the first worker and the nanny that would start it again."""
        _killed(self.workers[0])


@contextmanager
def killing(cluster: Cluster, output: Path, after: int, told: list[str]):
    """Kill a worker once so many teams are done; another comes later."""
    ended = threading.Event()

    def work() -> None:
        while len(list((output / RECORDS).glob("*.json"))) < after:
            if ended.wait(0.2):
                return
        cluster.kill_one()
        told.append(f"killed after {after} teams")
        if not ended.wait(_AFTER):
            cluster.add()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def measure(
    folder: Path, output: Path, teams: int, seconds: float, workers: int, kill: bool
) -> tuple[dict[str, Any], list[str]]:
    """Run the batch on a cluster of its own; return what it said."""
    told: list[str] = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        cluster = Cluster(Path(name), stack)
        for _ in range(workers):
            cluster.add()
        _await(cluster.address, workers)
        if kill:
            stack.enter_context(killing(cluster, output, max(1, teams // 3), told))
        ran = subprocess.run(
            [sys.executable, "-m", "cli", "batch", str(folder), "-o", str(output),
             "--scheduler", cluster.address, "--time", str(seconds), "--no-explain",
             "--json", "--lang", "en"],
            env=_ENV, cwd=REPO, capture_output=True, encoding="utf-8", start_new_session=True,
        )  # fmt: skip
    told += [x for x in ran.stderr.splitlines() if " is gone" in x or "tried again" in x]
    if not ran.stdout:
        sys.exit(f"the batch ended with code {ran.returncode}: {ran.stderr[-2000:]}")
    return json.loads(ran.stdout), told


def _await(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address, timeout=60) as client:
        client.wait_for_workers(workers, timeout=120)


def faults(body: dict[str, Any], teams: int) -> list[str]:
    """Read and audit every result; return what is wrong."""
    found = []
    if len(body["teams"]) != teams:
        found.append(f"{len(body['teams'])} teams came back of {teams}")
    for line in body["teams"]:
        name = line["team"]
        if line["code"] == ExitCode.NOTHING_FOUND:
            continue  # the search's own answer, shown in a column of its own
        if not line["result"]:
            found.append(f"{name}: no result; {line['wrong']}")
            continue
        loaded = read(line["result"], REGISTRY, want_roster=True)
        checked = audit(loaded.roster, loaded.rules)
        if (checked.points, checked.shortage) != (line["points"], line["shortage"]):
            found.append(
                f"{name}: audit {checked.points} points, {checked.shortage} short; "
                f"told {line['points']}, {line['shortage']}"
            )
        if checked.broken:
            found.append(f"{name}: {checked.say(checked.broken[0], 'en')}")
    return found


def main() -> None:
    """Parse the command line, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--teams", type=int, default=200)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--time", type=float, default=10, help="seconds a team")
    parser.add_argument("--runs", default="1,2,4,2k")
    parser.add_argument("-o", "--output", type=Path, help="keep workbooks and results here")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    runs = [(int(r.removesuffix("k")), r.endswith("k")) for r in options.runs.split(",")]
    rows, wrong = [], []
    with ExitStack() as stack:
        place = options.output or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder = place / f"teams-{options.people}-{options.teams}"
        write_teams(folder, options.teams, options.people)
        for number, (workers, kill) in enumerate(runs, 1):
            output = place / f"run-{time.strftime('%Y%m%d-%H%M%S')}-{number}"
            body, told = measure(folder, output, options.teams, options.time, workers, kill)
            bad = faults(body, options.teams)
            wrong += bad
            lines = body["teams"]

            def middle(key: str, lines: list[dict[str, Any]] = lines) -> float:
                return statistics.median([x[key] for x in lines if x[key] is not None] or [0])

            rows.append(
                {
                    "workers": f"{workers}{', one killed' if kill else ''}",
                    "teams": len(lines),
                    "wall s": round(body["seconds"], 1),
                    "teams a minute": round(60 * len(lines) / body["seconds"], 2),
                    "s a team": round(middle("seconds"), 1),
                    "processor s a team": round(middle("processor"), 1),
                    "processors busy": round(
                        sum(x["processor"] or 0 for x in lines) / body["seconds"], 2
                    ),
                    "MB": max((x["memory"] or 0 for x in lines), default=0),
                    "points": round(middle("points")),
                    "short": sum(x["shortage"] or 0 for x in lines),
                    "none in time": sum(x["code"] == ExitCode.NOTHING_FOUND for x in lines),
                    "faults": len(bad),
                }
            )
            for line in [*told, *bad]:
                print(line, file=sys.stderr, flush=True)
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    if options.json:
        print(json.dumps({"cores": os.cpu_count(), "runs": rows, "faults": wrong}))
    else:
        table = Table(
            title=f"{options.teams} teams of {options.people}, {options.time:g} s a team, "
            f"{os.cpu_count()} cores"
        )
        for name in rows[0]:
            table.add_column(name, justify="right")
        for row in rows:
            table.add_row(*map(str, row.values()))
        Console(width=130).print(table)
    if wrong:
        sys.exit(ExitCode.OWN_CHECK)
    sys.exit(ExitCode.NOTHING_FOUND if any(r["none in time"] for r in rows) else 0)


if __name__ == "__main__":
    main()
