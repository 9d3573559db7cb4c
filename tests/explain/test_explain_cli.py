"""The command, what solve adds, and the sheet with its links."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

import cli
from commands import explain, month
from commands.screen import Screen


def run(*args: object):
    """Call the program; returns exit code, stdout and stderr."""
    try:
        runner = CliRunner(mix_stderr=False)  # click before 8.2
    except TypeError:
        runner = CliRunner()
    result = runner.invoke(cli.main, [str(a) for a in args])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def add(path: Path, sheet: str, **cells: object) -> None:
    """Add a row to an input sheet."""
    book = load_workbook(path)
    made = book[sheet]
    heads = {str(c.value): c.column for c in made[1]}
    row = next(r for r in range(2, made.max_row + 2) if made.cell(r, 1).value is None)
    for key, value in cells.items():
        made.cell(row, heads[key.replace("_", " ")]).value = value
    book.save(path)


@pytest.fixture(scope="module")
def short(tmp_path_factory) -> Path:
    """The wallet team with eight of its people on leave for three days."""
    path = tmp_path_factory.mktemp("why") / "w.xlsx"
    run("template", path, "--example", "wallet", "--lang", "en")
    for who in ("W03", "W04", "W05", "W07", "W08", "W09", "W10", "W11"):
        add(
            path,
            "Leave",
            staff=who,
            **{"from": datetime(2026, 10, 14)},
            to=datetime(2026, 10, 16),
            kind="annual",
            status="approved",
        )
    return path


def test_explain_writes_conflicts_ways_out_and_links(short: Path, tmp_path: Path):
    out = tmp_path / "why.xlsx"
    code, said, _ = run("explain", short, "-o", out, "--time", 8, "--lang", "en")
    assert code == 6, said
    assert "cannot go together" in said and "ways out" in said and "no leave for" in said
    before, after = load_workbook(short), load_workbook(out)
    assert after.sheetnames == ["Why", *before.sheetnames]
    for name in before.sheetnames:
        assert [[c.value for c in r] for r in before[name]] == [
            [c.value for c in r] for r in after[name]
        ]
    sheet = after["Why"]
    kinds = [c.value for c in sheet["B"][1:]]
    assert "conflict" in kinds and "way out" in kinds
    links = [c.hyperlink.location for c in sheet["H"] if c.hyperlink]
    assert any(x.startswith("'Leave'!") for x in links)
    assert any(x.startswith("'Demand'!") for x in links)
    for link in links:
        name, _, cell = link.rpartition("!")
        assert after[name.strip("'")][cell].value is not None
    # It is never read, and a new run takes its place.
    code, said, noise = run("check", out, "--lang", "en")
    assert code == 0 and "Why" not in said + noise
    run("explain", out, "-o", out, "--time", 5, "--lang", "zh", "--all-or-nothing")
    assert load_workbook(out).sheetnames[0] == "原因"
    assert "Why" not in load_workbook(out).sheetnames


def test_conflicts_stand_before_the_verdict_and_only_once(short: Path, monkeypatch):
    said = []
    monkeypatch.setattr(Screen, "say", lambda self, line, style="": said.append(line))
    found = explain.look_for

    def looked(*args: object, **kwargs: object):
        assert kwargs["seconds"] <= 8.0
        why = found(*args, **kwargs, ways=False)
        assert len([x for x in said if "cannot go together" in x]) == len(why.conflicts)
        assert not any("no roster" in x for x in said)
        return why

    monkeypatch.setattr(explain, "look_for", looked)
    code, _, noise = run("explain", short, "--time", 8, "--lang", "en")
    assert code in (5, 6) and "looking for" in noise  # what is short is not decided in time
    titles = [x for x in said if "cannot go together" in x]
    assert titles[0].startswith("1. ") and len(titles) == len(set(titles))
    assert said.index(titles[-1]) < next(i for i, x in enumerate(said) if "no roster has" in x)


def test_explain_as_json(short: Path):
    code, said, _ = run("explain", short, "--json", "--time", 8, "--all-or-nothing")
    body = json.loads(said)
    assert code == 4 and body["verdict"] == "infeasible"
    assert body["conflicts"][0]["minimal"] is True
    clause = body["conflicts"][0]["clauses"][0]
    assert {"rule", "who", "date", "message", "source", "sheet", "cell"} <= set(clause)
    way = body["ways_out"][0]
    assert {"change", "sheet", "cell", "resolves", "whole_month"} <= set(way)


def test_solve_explains_a_shortage_unless_told_not_to(short: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(month, "_EXPLAIN_SECONDS", 4.0)
    out = tmp_path / "r.xlsx"
    code, said, _ = run("solve", short, "-o", out, "--time", 4, "--json")
    body = json.loads(said)
    assert code == 6 and body["shortage"] > 0
    assert body["conflicts"] and "ways_out" in body
    names = load_workbook(out).sheetnames
    assert "Why" in names and names[0] == "Roster"
    # The result goes in again; a run that needs no explanation drops the sheet.
    code, said, _ = run("solve", out, "-o", out, "--time", 4, "--json", "--no-explain")
    assert "conflicts" not in json.loads(said)
    assert "Why" not in load_workbook(out).sheetnames


def test_a_month_that_works_costs_nothing_and_says_so(tmp_path: Path):
    path = tmp_path / "t.xlsx"
    run("template", path, "--example", "wallet", "--lang", "en")
    code, said, _ = run("explain", path, "--lang", "en")
    assert code == 0 and "full cover" in said
    code, said, _ = run("solve", path, "-o", tmp_path / "o.xlsx", "--time", 4, "--json")
    assert code == 0 and "conflicts" not in json.loads(said)
    assert "Why" not in load_workbook(tmp_path / "o.xlsx").sheetnames
