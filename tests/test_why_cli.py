"""Why, replace and wishes as a supervisor meets them: answers, exit codes, what is written."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from cli import main
from roster.workbook.layout import SHEETS

DEC = [date(2026, 12, d) for d in range(1, 15)]
GRID = {
    "E1": "DD..DD..DD..DD",
    "E2": "..DD..DD..DD..",
    "E3": "EE..EE..EE..EE",
    "E4": "..EE..EE..EE..",
    "E5": "..............",
}


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A team of five with a roster, leave and wishes; E5 has nothing and is free."""
    path = tmp_path_factory.mktemp("team") / "dec.xlsx"
    book = openpyxl.Workbook()
    book.remove(book.active)

    def sheet(name: str, *rows: tuple) -> None:
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)

    sheet(
        "Settings",
        ("item", "value"),
        ("start date", DEC[0]),
        ("end date", DEC[-1]),
        ("language", "en"),
        ("rulebook", "web-centre"),
    )
    people = [(i, f"Name {i}", "A", "senior", "yes") for i in GRID]
    sheet("Staff", ("id", "name", "group", "grade", "leader"), *people)
    sheet(
        "Shifts",
        ("code", "name", "hours", "kind"),
        ("D", "early", "08:00-16:00", "day"),
        ("E", "late", "14:00-22:00", "evening"),
    )
    sheet("Demand", ("days", "shift", "min"), ("every day", "D", 1), ("every day", "E", 1))
    sheet(
        "Leave",
        ("staff", "from", "to", "kind", "status"),
        ("E4", DEC[1], DEC[1], "annual", "approved"),
    )
    sheet(
        "Requests",
        ("staff", "dates", "want"),
        ("E1", DEC[0], "off"),
        ("E5", DEC[0], "D"),
        ("E2", DEC[0], "off"),
    )
    page = book.create_sheet("Roster")
    page.append(["id", "name", *DEC])
    for who, days in GRID.items():
        page.append([who, f"Name {who}", *(None if c == "." else c for c in days)])
    book.save(path)
    return path


def run(*args: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(a) for a in args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.exit_code, result.stdout


def asked(*args: object) -> tuple[int, dict]:
    code, out = run(*args, "--json")
    return code, json.loads(out)


def test_why_in_json(month: Path) -> None:
    code, body = asked("why", month, "--staff", "E1", "--date", "2026-12-02", "--time", 2)
    assert code == 0
    assert (body["staff"], body["date"], body["shift"]) == ("E1", "2026-12-02", "D")
    assert [(s["row"], s["min"], s["on_duty"]) for s in body["seats"]] == [("D", 1, 1)]
    assert "cover" in {v["rule"] for v in body["speaks_for"]["new_violations"]}
    assert {a["shift"] for a in body["alternatives"]} == {None, "E"}
    (price,) = body["prices"]
    assert (
        price["found"]
        and {"staff": "E1", "date": "2026-12-02", "from": "D", "to": None} in (price["changes"])
    )
    assert "E5" in {c["staff"] for c in body["others"]["candidates"]}
    kinds = {r["staff"]: r["kind"] for r in body["others"]["refused"]}
    assert kinds["E4"] == "leave"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("What speaks for it", "cover: Wed 2 Dec", "If others may change too")),
        ("zh", ("为什么要上", "在岗人数：12月2日", "若他人也可调整")),
    ],
)
def test_why_in_words(month: Path, lang: str, words: tuple[str, ...]) -> None:
    code, out = run(
        "why", month, "--staff", "Name E1", "--date", "2026-12-02", "--time", 2, "--lang", lang
    )
    assert code == 0
    for word in words:
        assert word in out


def test_why_of_a_day_off(month: Path) -> None:
    code, body = asked("why", month, "--staff", "E4", "--date", "2026-12-02")
    assert (code, body["shift"], body["leave"], body["prices"]) == (0, None, "annual", [])
    assert {v["rule"] for v in body["speaks_for"]["new_violations"]} == {"availability"}


@pytest.mark.parametrize(
    ("args", "faults"),
    [
        (
            ("why", "--staff", "X9", "--date", "2026-11-30"),
            ("unknown staff", "outside the period"),
        ),
        (("why", "--staff", "E1", "--date", "2027-01-01"), ("outside the period",)),
        (("replace", "--duty", "X9:2026-11-30"), ("unknown staff", "outside the period")),
        (("replace", "--duty", "E5:2026-12-03"), ("no duty",)),
        (
            ("replace", "--duty", "E1:2026-12-01", "--take", "X", "-o", "x.xlsx"),
            ("unknown staff",),
        ),
    ],
)
def test_faults_are_all_named(month: Path, args: tuple, faults: tuple[str, ...]) -> None:
    command, *rest = args
    code, body = asked(command, month, *rest, "--lang", "en")
    assert code == 3
    said = [issue["what"] for issue in body["issues"]]
    assert len(said) == len(faults)
    for fault, line in zip(faults, said):
        assert fault in line


@pytest.mark.parametrize(
    "args",
    [
        ("--duty", "E1"),
        ("--duty", "E1:never"),
        ("--duty", "E1:2026-12-01", "--take", "E5"),
    ],
)
def test_usage(month: Path, args: tuple[str, ...]) -> None:
    assert run("replace", month, *args)[0] == 2


def test_replace_ranks_and_writes(month: Path, tmp_path: Path) -> None:
    code, body = asked("replace", month, "--duty", "E1:2026-12-01")
    assert code == 0
    first = body["candidates"][0]
    assert first["staff"] == "E5" and "has wished for it" in first["reasons"]
    assert not [v for v in first["new_violations"] if v["level"] == "hard"]
    out = tmp_path / "out.xlsx"
    code, body = asked("replace", month, "--duty", "E1:2026-12-01", "--take", "E5", "-o", out)
    assert code == 0 and body["output"] == str(out)
    page = openpyxl.load_workbook(out)["Roster"]
    rows = {row[0].value: row for row in page.iter_rows()}
    assert rows["E1"][2].value is None and rows["E5"][2].value == "D"
    assert asked("audit", out)[1]["shortage"] == 0


def test_who_cannot_is_not_written(month: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    code, text = run(
        "replace", month, "--duty", "E1:2026-12-02", "--take", "E4", "-o", out, "--lang", "en"
    )
    assert code == 6 and "which is approved leave" in text and not out.exists()


def test_wishes_in_words_and_json(month: Path) -> None:
    code, body = asked("wishes", month)
    assert (code, body["met"], body["missed"]) == (0, 1, 2)
    refused = next(w for w in body["wishes"] if w["staff"] == "E1")
    assert refused["would_break"][0]["rule"] == "cover" and "cover: " in refused["because"]
    code, text = run("wishes", month, "--lang", "zh")
    assert code == 0 and "E1 Name E1：0/1" in text and "在岗人数：" in text


def test_the_result_has_the_wishes_with_what_they_collided_with(
    month: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.xlsx"
    run("audit", month, "-o", out)
    book = openpyxl.load_workbook(out)
    rows = list(book[SHEETS["wishes"].name("en")].iter_rows(values_only=True))
    assert [c.en for c in SHEETS["wishes"].columns] == list(rows[0])
    met = {row[0]: (row[3], row[5], row[6]) for row in rows[1:]}
    assert met["E1"] == ("off", "D", "no") and met["E2"] == ("off", "off", "yes")
    against = next(row[7] for row in rows if row[0] == "E1")
    cell = next(r[2] for r in book["Roster"].iter_rows() if r[0].value == "E1")
    assert against in cell.comment.text
    # The computed sheet is not read back and comes out once.
    again = tmp_path / "again.xlsx"
    assert run("audit", out, "-o", again)[0] == 0
    assert openpyxl.load_workbook(again).sheetnames.count("Wishes") == 1
