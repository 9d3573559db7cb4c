"""A folder of teams: one that fails or dies stops no other, and nothing is done twice."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook
from test_cli import (  # noqa: F401
    REPO,
    answer,
    nine_needed,
    put,
    run,
    team,
    templates,
)

from commands import alone
from roster.batch.records import Line, Records, key_of
from roster.batch.run import TRIES, What
from roster.batch.run import run as hand_out
from roster.batch.teams import RECORDS, SUMMARY, Team, find_teams
from roster.workbook.save import deliver, untouched

QUICK = ("--time", 1, "--no-explain")


def faulty(book):
    put(book, "Staff", 3, "id", "E01")
    put(book, "Demand", 2, "min", "many")


@pytest.fixture
def folder(team, tmp_path):  # noqa: F811
    """Make a folder with a workbook of the same name in two subfolders, and what to add."""
    place = tmp_path / "december"
    for part in ("north", "south"):
        (place / part).mkdir(parents=True)
        shutil.copy(team(), place / part / "team.xlsx")
    return place


def by_team(body):
    return {line["team"]: line for line in body["teams"]}


# --- which workbooks ------------------------------------------------------------------------


def test_which_workbooks_are_teams(tmp_path):
    for name in (
        "team 10.xlsx", "team 2.xlsx", "a/b/team 2.XLSX", "old.xls", "macro.xlsm",
        "~$team 2.xlsx", ".hidden.xlsx", ".git/x.xlsx", ".~lock.team 2.xlsx#",
        "readme.txt", "results/team 2.xlsx", "earlier/team 2.xlsx", f"earlier/{RECORDS}/x.json",
        SUMMARY, "roster-batch (2).xlsx", "roster-batch-centre.xlsx",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    teams, notes = find_teams(tmp_path, (tmp_path / "results", None))
    assert [t.name for t in teams] == [
        "a/b/team 2.XLSX", "macro.xlsm", "old.xls", "roster-batch-centre.xlsx",
        "team 2.xlsx", "team 10.xlsx",
    ]  # fmt: skip
    results = [t.result for t in teams]
    assert results[:3] == ["a/b/team 2.XLSX", "macro.xlsm.xlsx", "old.xls.xlsx"]
    said = " ".join(n.en for n in notes)
    assert "earlier" in said and "readme.txt" in said and "hidden" not in said


@pytest.mark.parametrize(
    "words, code, said",
    [
        (["nowhere"], 3, "no such folder"),
        (["file.xlsx"], 3, "this is a file"),
        (["empty"], 3, "no workbook"),
        (["one", "-o", "one"], 3, "replace the input"),
        (["one", "--previous", "last"], 3, "no such folder"),
        (["one", "--scheduler", "127.0.0.1:1", "--jobs", "2"], 2, "--jobs"),
    ],
)
def test_folders_that_cannot_be_used(tmp_path, monkeypatch, words, code, said):
    monkeypatch.chdir(tmp_path)
    Path("file.xlsx").touch()
    Path("empty").mkdir()
    Path("one").mkdir()
    Path("one/team.xlsx").write_bytes(b"nothing")
    got, _, err = run("batch", *words)
    assert got == code and said in err
    assert not list(tmp_path.rglob(RECORDS))


# --- a run, and another ---------------------------------------------------------------------


def test_faults_stop_nobody_and_a_second_run_solves_what_changed(folder, team):  # noqa: F811
    shutil.copy(team(faulty), folder / "faulty.xlsx")
    shutil.copy(team(nine_needed), folder / "south" / "team.xlsx")
    (folder / "~$faulty.xlsx").write_bytes(b"x")
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    code, body, err = answer("batch", folder, *QUICK)
    assert code == 3 and body["solved"] == 3
    lines = by_team(body)
    codes = {"faulty.xlsx": 3, "north/team.xlsx": 0, "south/team.xlsx": 6}
    assert {n: x["code"] for n, x in lines.items()} == codes
    assert len(lines["faulty.xlsx"]["issues"]) == 2
    assert lines["faulty.xlsx"]["wrong"].startswith("Staff!A3: ")
    assert "at least 9 needed" in lines["south/team.xlsx"]["wrong"]
    assert lines["south/team.xlsx"]["shortage"] > 0
    assert "[3/3]" in err
    assert all(p.read_bytes() == data for p, data in before.items())

    north, south = (Path(lines[f"{x}/team.xlsx"]["result"]) for x in ("north", "south"))
    good = lines["north/team.xlsx"]
    assert good["people"] == 8 and good["processor"] > 0 and good["hard"] == 0
    code, audited, _ = answer("audit", north)
    assert code == 0 and audited["points"] == good["points"]
    assert untouched(north)

    book = load_workbook(body["output"])
    sheet = book["Batch"]
    head = [c.value for c in sheet[5]]
    rows = {r[0].value: r for r in sheet.iter_rows(min_row=6)}
    assert rows.keys() == lines.keys()
    row = rows["south/team.xlsx"]
    link = row[head.index("result")].hyperlink.target
    assert (Path(body["output"]).parent / link).samefile(south)
    assert row[head.index("points")].value == lines["south/team.xlsx"]["points"]
    assert rows["faulty.xlsx"][head.index("exit code")].value == 3
    assert [c.value for c in book["Faults"]["A"]].count("faulty.xlsx") == 2

    marks = [p.stat().st_mtime_ns for p in (north, south)]
    code, body, _ = answer("batch", folder, *QUICK)
    assert code == 3 and body["solved"] == 0 and body["unchanged"] == 3
    assert marks == [p.stat().st_mtime_ns for p in (north, south)]
    assert all(x["points"] == lines[n]["points"] for n, x in by_team(body).items())

    # One result is gone, one was typed in.
    north.unlink()
    typed = load_workbook(south)
    typed["Staff"]["B2"] = "changed"
    typed.save(south)
    code, body, _ = answer("batch", folder, *QUICK)
    again = by_team(body)
    assert [n for n, x in again.items() if x["fresh"]] == ["north/team.xlsx"]
    assert north.exists() and "changed by hand" in again["south/team.xlsx"]["notes"][0]

    # The workbook of the typed result changes: it is not replaced unless told so.
    shutil.copy(team(faulty), folder / "south" / "team.xlsx")
    code, body, _ = answer("batch", folder, *QUICK)
    line = by_team(body)["south/team.xlsx"]
    assert line["code"] == 3 and "changed by hand" in line["wrong"] and body["solved"] == 1
    code, body, _ = answer("batch", folder, *QUICK, "--force")
    line = by_team(body)["south/team.xlsx"]
    assert len(line["issues"]) == 2 and "earlier run" in line["notes"][0]
    assert load_workbook(south)["Staff"]["B2"].value == "changed"


def test_last_month_comes_from_a_folder_of_results(folder, tmp_path):
    last = tmp_path / "november"
    (last / "north").mkdir(parents=True)
    (last / "north/team.xlsx").write_bytes(b"no workbook")
    words = ("batch", folder, "-o", tmp_path / "out", "--previous", last, *QUICK)
    code, body, _ = answer(*words, lang="zh")
    lines = by_team(body)
    assert code == 3 and lines["south/team.xlsx"]["code"] == 0
    assert "没有上月结果" in lines["south/team.xlsx"]["notes"][0]
    assert lines["north/team.xlsx"]["code"] == 3 and lines["north/team.xlsx"]["issues"]
    assert load_workbook(body["output"]).sheetnames[0] == "批量求解"

    (last / "north/team.xlsx").write_bytes(b"another")
    lines = by_team(answer(*words)[1])
    assert lines["north/team.xlsx"]["fresh"] and not lines["south/team.xlsx"]["fresh"]


def test_a_summary_that_somebody_wrote_on_is_kept(folder):
    out = folder / "results"
    out.mkdir()
    (out / SUMMARY).write_bytes(b"mine")
    (folder / "north/team.xlsx").write_bytes(b"x")
    (folder / "south/team.xlsx").write_bytes(b"x")
    code, body, _ = answer("batch", folder, *QUICK)
    assert code == 3 and Path(body["output"]).name == "roster-batch (2).xlsx"
    assert (out / SUMMARY).read_bytes() == b"mine"
    assert answer("batch", folder, *QUICK)[1]["output"] == body["output"]


def test_records_tell_input_from_options_and_survive_damage(tmp_path):
    assert key_of(b"a", None) != key_of(b"a", b"") != key_of(b"", b"a")
    records, of = Records(tmp_path), Team("a/t.xlsx", tmp_path)
    assert records.get(of) is None
    records.put(of, "key", Line(team=of.name, code=0))
    assert records.get(of).lasting and not records.get(of).line.fresh
    records.put(of, "key", Line(team=of.name, code=5))
    assert not records.get(of).lasting
    path = next(tmp_path.rglob("*.json"))
    for damaged in ("", "{", "[]", '{"format": 2}', path.read_text()[:-2]):
        path.write_text(damaged)
        assert records.get(of) is None


def test_bytes_are_delivered_whole_under_the_rules_of_every_result(team, tmp_path):  # noqa: F811
    target = tmp_path / "out.xlsx"
    data = team().read_bytes()
    assert deliver(data, target).path == target and target.read_bytes() == data
    (tmp_path / ".~lock.out.xlsx#").touch()
    assert deliver(data, target, force=True).path.name == "out (2).xlsx"
    assert not list(tmp_path.glob(".roster-*"))


# --- what dies ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ended:
    died: bool


class Pool:
    """A pool of which one piece dies so many times."""

    def __init__(self, deaths):
        self.deaths = dict(deaths)

    def room(self):
        return 2

    def submit(self, job):
        future: Future = Future()
        self.deaths[job] = left = self.deaths.get(job, 0) - 1
        future.set_result(Ended(left >= 0))
        return future

    def news(self):
        return []


@pytest.mark.parametrize("deaths", [0, 1, TRIES - 1, TRIES, 99])
def test_what_dies_is_tried_again_so_often_and_costs_no_other_a_try(deaths):
    events = list(hand_out({x: x for x in "abcd"}, Pool({"b": deaths})))
    ended = {e.name: e for e in events if e.what is What.ENDED}
    assert ended.keys() == set("abcd")
    assert ended["b"].tries == min(deaths + 1, TRIES)
    assert ended["b"].answer.died is (deaths >= TRIES)
    assert all(ended[x].tries == 1 and not ended[x].answer.died for x in "acd")


def children(pid):
    """Return the processes that a process has begun."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return found


def solving(pid, within=30.0):
    """Wait for a process of a team under another, at any depth; return its id."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        for child in children(pid):
            if b"commands.alone" in Path(f"/proc/{child}/cmdline").read_bytes():
                return child
            try:
                below = solving(child, 0.01)
            except (TimeoutError, OSError):
                continue
            return below
        time.sleep(0.05)
    raise TimeoutError


def started(*words):
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "batch", *map(str, words), "--lang", "en"],
        cwd=REPO, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip


proc = pytest.mark.skipif(
    not Path(f"/proc/{os.getpid()}/task").exists(), reason="looks into /proc"
)


@proc
def test_a_process_that_is_killed_is_tried_again(folder):
    shutil.rmtree(folder / "south")
    with started(folder, *QUICK, "--jobs", 1, "--json") as batch:
        os.kill(solving(batch.pid), signal.SIGKILL)
        out, err = batch.communicate(timeout=60)
    body = json.loads(out)
    assert batch.returncode == 0, err
    assert [x["tries"] for x in body["teams"]] == [2]
    assert "north/team.xlsx: killed by signal 9" in err and "tried again" in err


@proc
def test_an_interrupt_keeps_what_is_done_and_leaves_no_process(team, tmp_path):  # noqa: F811
    place = tmp_path / "teams"
    place.mkdir()
    (place / "a.xlsx").write_bytes(b"no workbook")
    shutil.copy(team(month=True), place / "b.xlsx")
    with started(place, "--time", 60, "--jobs", 1) as batch:
        while "[1/2]" not in batch.stdout.readline():
            assert batch.poll() is None
        child = solving(batch.pid)
        began = time.monotonic()
        batch.send_signal(signal.SIGINT)
        out, _ = batch.communicate(timeout=30)
    assert batch.returncode == 130 and time.monotonic() - began < 20
    assert "interrupted" in out and "1 not solved" in out
    assert not Path(f"/proc/{child}").exists()
    assert (place / "results" / SUMMARY).exists()
    assert not (place / "results" / "b.xlsx").exists()
    assert Records(place / "results").get(Team("a.xlsx", place)).lasting


@proc
def test_a_team_ends_with_the_batch_that_began_it(team, tmp_path):  # noqa: F811
    place = tmp_path / "teams"
    place.mkdir()
    shutil.copy(team(month=True), place / "b.xlsx")
    with started(place, "--time", 60) as batch:
        child = solving(batch.pid)
        time.sleep(1)
        batch.kill()
    end = time.monotonic() + 10
    while Path(f"/proc/{child}").exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert not Path(f"/proc/{child}").exists()


@pytest.mark.parametrize(
    "line, tries, said",
    [
        ("raise RuntimeError('boom')", 1, "boom"),
        ("import os; os.kill(os.getpid(), 9)", TRIES, "killed by signal 9"),
    ],
)
def test_a_crash_is_told_and_a_death_is_tried_again(
    folder, tmp_path, monkeypatch, line, tries, said
):
    (tmp_path / "commands").mkdir()
    (tmp_path / "commands/__init__.py").touch()
    (tmp_path / "commands/alone.py").write_text(line)
    monkeypatch.setattr(alone, "_ROOT", tmp_path)
    code, body, _ = answer("batch", folder, *QUICK)
    assert code == 1 and len(body["teams"]) == 2
    for found in body["teams"]:
        assert (found["code"], found["tries"]) == (1, tries)
        assert said in found["wrong"] and not found["result"]
    monkeypatch.undo()
    (folder / "north/team.xlsx").write_bytes(b"x")
    (folder / "south/team.xlsx").write_bytes(b"x")
    assert answer("batch", folder, *QUICK)[1]["solved"] == 2


# --- a cluster ------------------------------------------------------------------------------


@proc
def test_a_cluster_solves_what_a_killed_worker_had(folder, tmp_path):
    distributed = pytest.importorskip("distributed")
    shutil.rmtree(folder / "south")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as cluster:
        workers = [w.process.pid for w in cluster.workers.values()]

        def kill():
            for worker in itertools.cycle(workers):
                with suppress(TimeoutError):
                    solving(worker, 0.1)
                    return os.kill(worker, signal.SIGKILL)

        killing = threading.Thread(target=kill, daemon=True)
        killing.start()
        code, body, err = answer(
            "batch", folder, "-o", tmp_path / "out", "--scheduler", cluster.scheduler_address,
            *QUICK,
        )  # fmt: skip
        killing.join(10)
    assert code == 0 and "is gone" in err
    (line,) = body["teams"]
    assert answer("audit", line["result"])[0] == 0


def test_a_scheduler_that_is_not_there(folder, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("roster.batch.cluster._CONNECT", 1.0)
    code, body, _ = answer("batch", folder, "--scheduler", "127.0.0.1:1")
    assert code == 2 and "scheduler" in body["issues"][0]["what"]


def test_a_worker_of_another_version_is_refused_in_a_sentence(folder, monkeypatch):
    job = alone.Job(name="t.xlsx", workbook=b"", seconds=1, program="roster 0.0.1")
    with pytest.raises(alone.OtherProgram) as caught:
        alone.solve_alone(job)
    assert caught.value.args[1] == alone.program()
    monkeypatch.setattr("commands.batch.program", lambda: "roster 0.0.1")
    code, body, _ = answer("batch", folder)
    assert code == 2 and len(body["issues"]) == 1
    assert "another version" in body["issues"][0]["what"]
