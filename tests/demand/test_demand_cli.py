"""`roster demand` as a user meets it: the file it writes is read, solved and kept whole."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

import cli
from constraints import REGISTRY
from examples import script, tables
from roster.audit import audit
from roster.demand.calls import read_calls
from roster.demand.curve import month_of
from roster.demand.plan import Service, plan_of, usable
from roster.plan import Roster
from roster.workbook.read import read
from roster.workbook.template import write_template
from roster.workbook.write import write_result

CALLS = script("call-load").CALLS


def run(*args, lang="en"):
    try:
        runner = CliRunner(mix_stderr=False)  # click before 8.2
    except TypeError:
        runner = CliRunner()
    words = ["demand", *map(str, args), *(["--lang", lang] if lang else [])]
    result = runner.invoke(cli.main, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def team(tmp_path_factory):
    """A hotline with two jobs, whose agents answer the calls round the clock."""
    path = tmp_path_factory.mktemp("team") / "team.xlsx"
    write_template(path, tables("telecom", "en"), "en")
    return path


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    path = tmp_path_factory.mktemp("example") / "example.xlsx"
    write_template(path, tables("call-load", "en"), "en")
    return path


def test_the_example_is_what_the_command_writes(tmp_path, example):
    """The template's Demand sheet and the command's come from the same file."""
    out = tmp_path / "in.xlsx"
    code, shown, _ = run(CALLS, "-o", out)
    assert code == 0
    assert "Erlang C, 80 % within 20 s, shrinkage 15 %" in shown
    assert "busiest: Mon" in shown and "10:30 ███" in shown
    mine, theirs = (read(p, REGISTRY).problem for p in (out, example))
    facts = [
        sorted((tuple(d.shifts), d.weekday, d.min, d.target, d.max) for d in p.demand)
        for p in (mine, theirs)
    ]
    assert facts[0] == facts[1]
    assert mine.employees == theirs.employees


def test_the_load_sheet_has_its_charts_and_a_result_keeps_it(tmp_path):
    out, result = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    assert run(CALLS, "-o", out, lang="zh")[0] == 0
    loaded = read(out, REGISTRY)
    assert {n.sheet for n in loaded.notes} == {"请假"}
    empty = Roster(loaded.problem, tuple((None,) * 31 for _ in loaded.problem.employees))
    write_result(result, out, audit(empty, loaded.rules))
    for path in (out, result):
        sheet = load_workbook(path)["话务"]
        assert len(sheet._charts) == 2
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        assert len(rows) == 7 * 32
        assert all(row[8] >= row[6] >= row[5] and row[9] >= 80 for row in rows)


def test_one_object_and_nothing_else(tmp_path):
    code, shown, _ = run(CALLS, "-o", tmp_path / "in.xlsx", "--json", "--patience", "90")
    assert code == 0 and shown.count("\n") == 1
    body = json.loads(shown)
    assert body["busiest"] == "Mon" and body["proven"] and body["interval"] == 30
    assert [d["days"] for d in body["days"]] == [
        "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"
    ]  # fmt: skip
    assert sum(len(d["dates"]) for d in body["days"]) == 31
    for day in body["days"]:
        for x in day["intervals"]:
            assert x["cover"] >= x["seats"] >= x["agents"]
            assert x["service_level"] >= 0.8 and 0 <= x["abandoned"] < 0.2
    assert max(x["abandoned"] for d in body["days"] for x in d["intervals"]) > 0
    assert body["hours"]["min"] < body["hours"]["target"] < body["hours"]["on_hand"]


def test_more_calls_and_better_service_need_more_people(example):
    made = script("call-load").plan()

    def minutes(growth=0.0, **service):
        month = month_of(
            read_calls(CALLS), loaded.problem.days, loaded.problem.calendar, growth
        )
        plan = plan_of(month, usable(loaded.problem.shifts), Service(**service))
        return plan.minutes(plan.target)

    loaded = read(example, REGISTRY)
    plain = minutes()
    assert plain == made.minutes(made.target)
    assert minutes(growth=20) > plain
    assert minutes(level=90, within=10) > plain
    assert minutes(shrinkage=30) > plain
    assert minutes(occupancy=50) > plain
    assert minutes(patience=90) < plain


def test_a_team_keeps_its_sheets_and_the_rows_of_other_jobs(tmp_path, team):
    out = tmp_path / "in.xlsx"
    jobs = {p.job for p in read(team, REGISTRY).problem.employees}
    job = "agent" if "agent" in jobs else sorted(jobs)[0]
    code, _, said = run(CALLS, "-o", out, "--team", team, "--job", job, "--shifts", "D,E,N")
    assert code == 0, said
    before, after = load_workbook(team), load_workbook(out)
    for sheet in before.sheetnames:
        if sheet == "Demand":
            continue
        assert [[c.value for c in r] for r in before[sheet]] == [
            [c.value for c in r] for r in after[sheet]
        ]
    old, new = (read(p, REGISTRY).problem.demand for p in (team, out))
    assert [d.key for d in old if d.job != job] == [d.key for d in new if d.job != job]
    mine = [d for d in new if d.job == job]
    assert {c for d in mine for c in d.shifts} == {"D", "E", "N"}
    assert mine and all(d.target is None or d.target >= d.min for d in mine)


def test_faults_of_both_files_come_together(tmp_path):
    calls = tmp_path / "calls.csv"
    calls.write_text("date,time,calls\n2026-12-01,8,1\n", encoding="utf-8")
    code, shown, _ = run(
        calls, "-o", tmp_path / "a.xlsx", "--team", tmp_path / "no.xlsx", "--json"
    )
    assert code == 3
    assert len(json.loads(shown)["issues"]) >= 2
    assert not (tmp_path / "a.xlsx").exists()


def test_what_is_refused(tmp_path, example):
    out = tmp_path / "in.xlsx"
    assert run(CALLS)[0] == 2
    for wrong in (
        ["--service", "100"], ["--within", "-1"], ["--shrinkage", "100"], ["--patience", "0"],
        ["--handling", "nan"], ["--occupancy", "0"], ["--growth", "-100"], ["--service", "nan"],
    ):  # fmt: skip
        assert run(CALLS, "-o", out, "--team", example, *wrong)[0] == 2, wrong
    for wrong in (["--job", "pilot"], ["--shifts", "A,Z"]):
        assert run(CALLS, "-o", out, "--team", example, *wrong)[0] == 3, wrong
    code, _, said = run(CALLS, "-o", out, "--team", example, "--shifts", "B", lang="zh")
    assert code == 3 and "没有班次覆盖" in said and "07:00-08:30" in said
    assert not out.exists()
    assert run(CALLS, "-o", out, "--team", example, "--shifts", "B", "--allow-gaps")[0] == 0
    load_workbook(out).save(out)  # changed by hand since
    assert run(CALLS, "-o", out, "--team", example)[0] == 3
    assert run(CALLS, "-o", out, "--team", example, "--force")[0] == 0


def test_the_calls_of_the_example_are_what_its_script_makes():
    example = script("call-load")
    assert CALLS.read_text(encoding="utf-8") == example.calls_csv()


def test_calls_that_no_team_can_answer_are_refused_at_once(tmp_path):
    path = tmp_path / "big.csv"
    lines = [f"2026-11-{d:02d},{h}:00,1000000,36000" for d in range(2, 16) for h in (9, 10)]
    path.write_text("\n".join(["date,time,calls,handling", *lines]))
    code, _, err = run(path, "-o", tmp_path / "in.xlsx")
    assert code == 3
    assert "more calls at a time" in err and "at most 5000" in err
    assert not (tmp_path / "in.xlsx").exists()
