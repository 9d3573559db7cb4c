"""Side by side: `roster solve` and what a user would take instead, on the telecom month.

    python benchmarks/peers.py [--time 60] [--people 42,200,1000] [--peer cp-sat,highs]
                               [--envs FOLDER] [--markdown FILE]

Each search runs in a process of its own, one after the other, on the same two cores, and all
its time counts: start-up, reading and building the model are in the `--time` seconds. What it
answers is turned into a roster and scored by the project's own checkers, twice: under the rules
that it was given, and under all rules of the month. Beside a peer that was not given every rule
stands the product's search under the peer's rules at the same time, so that points compare.

    cp-sat        one CP-SAT model in the idiom of OR-Tools' shift-scheduling example
    highs         the same model as a mixed-integer program, solved by HiGHS in OR-Tools
    timefold      the same rules as constraint streams, Timefold 1.24 with its Python (Java 17)
    pyworkforce   `MinHoursRoster`, as far as it can say the month

The last two are installed from the package index into environments of their own, in FOLDER
(where they are found again) or in a folder that is removed afterwards. A peer that cannot run
here stands in the table with the reason.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from big_team import telecom
from peer_data import SAID, given, left_out, roster_of, typed
from rich.console import Console
from rich.table import Table

from roster.audit import audit
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import RuleSet

HERE = Path(__file__).parent
CORES = 2
WORKFORCE = frozenset(
    {
        "cover",
        "night_cover",
        "shift_lead",
        "duties",
        "eligibility",
        "availability",
        "daily_hours",
        "one_duty",
        "successions",
        "rest_after_nights",
        "max_consecutive_nights",
    }
)
"""Rules that pyworkforce can be given; see `peer_workforce`."""


@dataclass(frozen=True)
class Peer:
    """What a user would take instead.

    Attributes
    ----------
    said : frozenset of str
        Rules that it can be given.
    partly : frozenset of str
        Rules of which it can be given a part: it is not scored by them.
    script : str
        Takes a month and answers a roster.
    package : str
        What to install for it; empty when it runs beside the project.
    java : bool
        Needs Java 17.
    """

    said: frozenset[str]
    script: str
    options: tuple[str, ...] = ()
    partly: frozenset[str] = frozenset()
    package: str = ""
    java: bool = False


PEERS = {
    "cp-sat": Peer(SAID, "peer_idiom.py"),
    "highs": Peer(SAID, "peer_idiom.py", ("--with", "highs")),
    "timefold": Peer(SAID, "peer_timefold.py", package="timefold==1.24.0b0", java=True),
    "pyworkforce": Peer(
        WORKFORCE, "peer_workforce.py", partly=frozenset({"protection"}), package="pyworkforce"
    ),
}


class Score(NamedTuple):
    """What the checkers say of a roster; the smaller the better, in this order."""

    broken: int
    short: int
    points: int


@dataclass
class Run:
    """How one search went.

    Attributes
    ----------
    people : int
    search, rules : str
        Who searched, and under how many of the rules.
    why : str
        Why there is no roster; else the search's own word for how it ended.
    own, full : Score or None
        Under the rules that it was given, and under all.
    bound : float or None
        Lower bound on the points, under the rules that it was given.
    seconds, processor, memory : float
        Wall clock and processor time, and peak memory in MB, of its process.
    beside : str
        Who is ahead under these rules at equal time: ours, it, or nobody.
    """

    people: int
    search: str
    rules: str
    why: str = ""
    own: Score | None = None
    full: Score | None = None
    bound: float | None = None
    seconds: float = 0.0
    processor: float = 0.0
    memory: float = 0.0
    beside: str = ""


class NotRun(Exception):
    """A peer cannot run on this machine."""


# --- processes --------------------------------------------------------------------------------


def timed(command: list[str], seconds: float, log: Path) -> tuple[int | None, Any, float]:
    """Run a search in a process of its own, on some cores only.

    Returns
    -------
    int or None
        Its exit code; None when it was ended because it did not end by itself.
    struct_rusage
    float
        Wall-clock seconds.
    """
    cores = sorted(os.sched_getaffinity(0))[:CORES]
    began = time.time()
    late = began + 2 * seconds + 60
    until = ["--until", str(began + seconds)]
    with log.open("wb") as out:
        child = subprocess.Popen(
            [*command, *until],
            stdout=out,
            stderr=out,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )
        ended = False
        try:
            while True:
                pid, status, usage = os.wait4(child.pid, os.WNOHANG)
                if pid:
                    break
                if time.time() > late and not ended:
                    child.kill()
                    ended = True
                time.sleep(0.05)
        except BaseException:
            child.kill()
            raise
    child.returncode = os.waitstatus_to_exitcode(status)
    return None if ended else child.returncode, usage, time.time() - began


def environment(name: str, peer: Peer, folder: Path) -> str:
    """Return the Python that can run a peer, installed where it is not there yet."""
    if peer.java:
        java = shutil.which("java")
        if java is None:
            raise NotRun("no Java on this machine, 17 is needed")
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
        version = said.stderr.partition('"')[2].partition(".")[0]
        if not version.isdigit() or int(version) < 17:
            raise NotRun(f"Java {version or 'of no known version'}, 17 is needed")
    if not peer.package:
        return sys.executable
    home = folder / name
    python = home / "bin" / "python"
    if (home / "ready").exists():
        return str(python)
    for what, command in (
        ("no environment can be made", [sys.executable, "-m", "venv", "--clear", str(home)]),
        (
            f"pip could not install {peer.package}",
            [str(python), "-m", "pip", "install", "--quiet", peer.package],
        ),
    ):
        if subprocess.run(command, capture_output=True, check=False).returncode:
            raise NotRun(what)
    (home / "ready").touch()
    return str(python)


def solve_here(month: Path, out: Path, until: float) -> None:
    """Search as `roster solve` does; in a process of its own."""
    from roster.solve import solve

    problem, rules = pickle.loads(month.read_bytes())
    outcome, _ = solve(problem, rules, seconds=max(0.1, until - time.time()))
    answer: dict[str, Any] = {"status": outcome.status.value, "bound": outcome.bound}
    if outcome.roster is not None:
        answer["rows"] = [[c or "-" for c in row] for row in outcome.roster.cells]
    out.write_text(json.dumps(answer))


# --- measuring --------------------------------------------------------------------------------


@dataclass
class Stand:
    """One team size: what is asked, and what has been measured."""

    people: int
    problem: Problem
    rules: RuleSet
    seconds: float
    scratch: Path
    envs: Path

    def ours(self, said: frozenset[str] | None = None) -> Run:
        """Run the product's search under the rules that can be said, or under all."""
        rules = self.rules if said is None else given(self.problem, self.rules, said)
        run = Run(self.people, "roster solve", self._count(said))
        month = self.scratch / "month.pickle"
        month.write_bytes(pickle.dumps((self.problem, rules)))
        return self._run(run, [sys.executable, str(HERE / "peers.py"), "--one"], month, rules)

    def peer(self, name: str) -> Run:
        """Run a peer under the rules that it can be given."""
        peer = PEERS[name]
        run = Run(self.people, name, self._count(peer.said))
        try:
            python = environment(name, peer, self.envs)
        except NotRun as why:
            run.why = f"not run: {why}"
            return run
        told = given(self.problem, self.rules, peer.said | peer.partly)
        month = self.scratch / "month.json"
        month.write_text(json.dumps(typed(self.problem, told)))
        command = [python, str(HERE / peer.script), *peer.options]
        return self._run(run, command, month, given(self.problem, self.rules, peer.said))

    def _count(self, said: frozenset[str] | None) -> str:
        if said is None:
            return "all"
        asked = len(left_out(self.problem, self.rules, frozenset()))
        return f"{asked - len(left_out(self.problem, self.rules, said))} of {asked}"

    def _run(self, run: Run, command: list[str], month: Path, rules: RuleSet) -> Run:
        out, log = self.scratch / "answer.json", self.scratch / "log"
        out.unlink(missing_ok=True)
        code, usage, run.seconds = timed([*command, str(month), str(out)], self.seconds, log)
        run.processor = usage.ru_utime + usage.ru_stime
        run.memory = usage.ru_maxrss / 1024
        if code != 0 or not out.exists():
            words = log.read_text(errors="replace").strip().splitlines()
            run.why = f"failed: {words[-1] if words else code}"
            if code is None:
                run.why = "ended from outside: it did not stop in twice the time"
            return run
        answer = json.loads(out.read_text())
        run.why, run.bound = answer["status"], answer.get("bound")
        if "rows" in answer:
            roster = roster_of(self.problem, answer["rows"])
            run.own, run.full = scored(roster, rules), scored(roster, self.rules)
        else:
            run.why = f"nothing found: {answer['status']}"
        return run


def scored(roster: Roster, rules: RuleSet) -> Score:
    """Score a roster with the checkers."""
    found = audit(roster, rules)
    return Score(len(found.broken), found.shortage, found.points)


def measured(stand: Stand, names: list[str], tell: Callable[[Run], None]) -> Iterator[Run]:
    """Yield every run of one team size, the product's first under each set of rules."""
    tell(full := stand.ours())
    yield full
    done: dict[frozenset[str], Run] = {}
    for name in names:
        said = PEERS[name].said
        if said not in done:
            tell(run := stand.ours(said))
            done[said] = run
            yield run
        tell(run := stand.peer(name))
        run.beside = ahead(done[said], run)
        yield run


def ahead(ours: Run, theirs: Run) -> str:
    """Return who is ahead under the same rules at equal time."""
    if theirs.why.startswith("not run"):
        return "–"
    if ours.own is None or theirs.own is None:
        return "ours" if ours.own else "peer" if theirs.own else "nobody"
    if ours.own == theirs.own:
        return "nobody"
    return "ours" if ours.own < theirs.own else "peer"


# --- tables -----------------------------------------------------------------------------------

HEAD = (
    "people", "search", "rules", "broken", "short", "points", "bound",
    "all rules: broken", "short", "points", "s", "processor s", "MB", "ahead",
)  # fmt: skip


def cells(run: Run) -> list[str]:
    """Return a row of the table."""
    own = [f"{n:,}" for n in run.own] if run.own else [run.why, "", ""]
    full = [f"{n:,}" for n in run.full] if run.full else ["", "", ""]
    bound = "" if run.bound is None or not run.own else f"{run.bound:,.0f}"
    spent = [f"{x:,.0f}" for x in (run.seconds, run.processor, run.memory)]
    if not run.seconds:
        spent = ["", "", ""]
    return [f"{run.people:,}", run.search, run.rules, *own, bound, *full, *spent, run.beside]


def notes(problem: Problem, rules: RuleSet, names: list[str]) -> Iterator[str]:
    """Yield what each peer was given and what not."""
    in_force = len(left_out(problem, rules, frozenset()))
    for name in names:
        peer = PEERS[name]
        missing = left_out(problem, rules, peer.said)
        partly = [rule for rule in missing if rule in peer.partly]
        line = f"{name}: {in_force - len(missing)} of {in_force} rules; not "
        line += ", ".join(rule for rule in missing if rule not in partly) or "one is missing"
        if partly:
            line += f"; in part, so not scored by: {', '.join(partly)}"
        yield line


def as_markdown(runs: list[Run], words: list[str]) -> str:
    """Return the table and the notes as markdown."""
    lines = [
        "| " + " | ".join(HEAD) + " |",
        "|--:|---|---|" + "--:|" * (len(HEAD) - 4) + "---|",
        *("| " + " | ".join(cells(run)) + " |" for run in runs),
        "",
        *(f"- {word}" for word in words),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--time", type=float, default=60, help="seconds for each search")
    parser.add_argument("--people", default="42,200,1000")
    parser.add_argument("--peer", default=",".join(PEERS), help="of " + ", ".join(PEERS))
    parser.add_argument("--envs", type=Path, help="folder for the peers' environments")
    parser.add_argument("--markdown", type=Path, help="write the table here too")
    parser.add_argument("--one", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--until", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        solve_here(*options.one, options.until)
        return
    names = [name for name in options.peer.split(",") if name]
    if unknown := set(names) - set(PEERS):
        parser.error(f"no peer {', '.join(sorted(unknown))}; there are {', '.join(PEERS)}")
    console, runs, words = Console(width=150), [], []
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        envs = (options.envs or scratch / "envs").resolve()
        envs.mkdir(parents=True, exist_ok=True)
        for people in map(int, options.people.split(",")):
            problem, rules = telecom(people)
            stand = Stand(people, problem, rules, options.time, scratch, envs)
            words = list(notes(problem, rules, names))

            def tell(run: Run) -> None:
                what = tuple(run.own) if run.own else run.why
                console.print(f"{run.people} people, {run.search} ({run.rules} rules): {what}")

            runs.extend(measured(stand, names, tell))
    table = Table(title=f"telecom month, {options.time:.0f} s each on {CORES} cores")
    for name in HEAD:
        table.add_column(name, justify="left" if name in HEAD[1:3] else "right")
    for run in runs:
        table.add_row(*cells(run))
    console.print(table)
    console.print("\n".join(words), highlight=False)
    if options.markdown:
        options.markdown.write_text(as_markdown(runs, words))


if __name__ == "__main__":
    main()
