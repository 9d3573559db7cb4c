"""The commands as a user meets them: exit codes, the one JSON object, nothing lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

import cli
from commands import month, screen
from roster.errors import OwnCheckError
from roster.outcome import Outcome, SolveStatus
from roster.workbook.template import BLANK_TABLES, write_template

REPO = Path(cli.__file__).parent
FIRST, LAST = date(2026, 12, 7), date(2026, 12, 13)
SOLVE_KEYS = {
    "status", "objective", "bound", "gap", "seconds", "shortage", "violations", "output"
}  # fmt: skip
VIOLATION_KEYS = {"rule", "level", "who", "date", "amount", "unit", "message", "source"}
ISSUE_KEYS = {"sheet", "cell", "what", "found", "expected", "hint"}


def run(*args, lang="en"):
    """Call the program; returns exit code, stdout and stderr."""
    try:
        runner = CliRunner(mix_stderr=False)  # click before 8.2
    except TypeError:
        runner = CliRunner()
    words = [str(a) for a in args] + (["--lang", lang] if lang else [])
    result = runner.invoke(cli.main, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def answer(*args, **options):
    """Call the program with --json; stdout must hold one object and nothing else."""
    code, out, err = run(*args, "--json", **options)
    assert out.count("\n") == 1, out
    return code, json.loads(out), err


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    for lang in ("en", "zh"):
        write_template(folder / f"{lang}.xlsx", BLANK_TABLES(lang), lang)
    return folder


def column(sheet, header):
    return next(c.column for c in sheet[1] if c.value == header)


def put(book, name, row, header, value):
    """Write a cell of an input sheet; text stays text."""
    sheet = book[name]
    cell = sheet.cell(row, column(sheet, header))
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def add(book, name, **values):
    """Fill the first empty row of an input sheet."""
    sheet = book[name]
    row = 2
    while any(c.value is not None for c in sheet[row]):
        row += 1
    for header, value in values.items():
        put(book, name, row, header.replace("_", " ").strip(), value)


@pytest.fixture
def team(templates, tmp_path):
    """Make a workbook of a week for eight people from the template, edited."""

    def make(*edits, name="team.xlsx", month=False):
        book = load_workbook(templates / "en.xlsx")
        if month:
            put(book, "Settings", 2, "value", "2026-12")
            shown = date(2026, 12, 10)
        else:
            put(book, "Settings", 2, "value", None)
            put(book, "Settings", 3, "value", FIRST)
            put(book, "Settings", 4, "value", LAST)
            shown = LAST
        put(book, "Requests", 2, "dates", shown.isoformat())
        put(book, "Leave", 2, "from", shown)
        put(book, "Leave", 2, "to", shown)
        for edit in edits:
            edit(book)
        book.save(tmp_path / name)
        return tmp_path / name

    return make


def nine_needed(book):
    put(book, "Demand", 2, "min", 9)
    put(book, "Demand", 2, "target", 9)


def law_off(book):
    add(book, "Rules", rule="weekly_rest", level="off")


def nobody_at_night(book):
    put(book, "Shifts", 3, "kind", "night")
    for number in range(1, 9):
        add(book, "Leave", staff=f"E0{number}", **{"from": date(2026, 12, 9)},
            to=date(2026, 12, 9), kind="sick", status="approved")


def rows(path, sheet):
    """Return the rows of a sheet as dicts."""
    book = load_workbook(path, data_only=True)
    head, *body = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, r)) for r in body if any(x is not None for x in r)]


# --- solve and audit --------------------------------------------------------------------


def test_solve_then_audit(team, tmp_path):
    out = tmp_path / "out.xlsx"
    code, body, err = answer("solve", team(), "-o", out, "--time", 20)
    assert code == 0 and body["status"] == "optimal"
    assert body.keys() >= SOLVE_KEYS
    assert body["output"] == str(out) and out.exists()
    assert body["gap"] == 0 and body["bound"] == body["objective"]
    assert "rosters found" in err

    code, checked, _ = answer("audit", out)
    assert code == 0
    assert checked["points"] == body["objective"]
    assert sum(x["points"] for x in checked["ledger"]) == checked["points"]
    assert all(v.keys() == VIOLATION_KEYS for v in checked["violations"])
    assert {v["level"] for v in checked["violations"]} <= {"soft"}

    code, text, _ = run("audit", out, lang="zh")
    assert code == 0 and text.startswith("硬性规则违反 0 处")


def test_a_result_is_solved_again_in_place(team, tmp_path):
    source, out = team(), tmp_path / "out.xlsx"
    assert run("solve", source, "-o", out, "--time", 20)[0] == 0
    before = rows(out, "Staff"), rows(out, "Demand"), rows(out, "Leave")
    assert run("solve", out, "-o", out, "--time", 20, "--seed", 3)[0] == 0
    assert (rows(out, "Staff"), rows(out, "Demand"), rows(out, "Leave")) == before
    assert load_workbook(out).sheetnames.count("Roster") == 1


def test_last_month_is_taken_in(team, tmp_path):
    out = tmp_path / "first.xlsx"
    assert run("solve", team(), "-o", out, "--time", 20)[0] == 0

    def next_week(book):
        put(book, "Settings", 3, "value", date(2026, 12, 14))
        put(book, "Settings", 4, "value", date(2026, 12, 20))
        put(book, "Requests", 2, "dates", "2026-12-18")

    following = team(next_week, name="next.xlsx")
    code, body, _ = answer("check", following)
    assert code == 0 and any("count as off" in n["what"] for n in body["notes"])
    code, body, _ = answer("check", following, "--previous", out)
    assert code == 0 and not any("count as off" in n["what"] for n in body["notes"])
    code, body, _ = answer("check", following, "--previous", team(name="plain.xlsx"))
    assert code == 3 and body["issues"][0]["sheet"] == "[plain.xlsx]Roster"


def test_shortage_is_written_and_named(team, tmp_path):
    out = tmp_path / "out.xlsx"
    one_day = {"days": "2026-12-09", "shift": "D", "min": 9, "target": 9}
    source = team(lambda b: add(b, "Demand", **one_day))
    code, body, err = answer("solve", source, "-o", out, "--time", 5)
    assert code == 6 and body["shortage"] >= 1
    assert {v["rule"] for v in body["violations"]} == {"cover"}
    assert {v["date"] for v in body["violations"]} == {"2026-12-09"}
    assert "Demand!A5" in err  # the arithmetic said so before
    short = [r for r in rows(out, "Coverage") if r["short"]]
    assert {r["date"] for r in short} == {datetime(2026, 12, 9)}
    assert sum(r["short"] for r in short) == body["shortage"]
    assert run("audit", out)[0] == 6


def test_all_or_nothing_writes_nothing(team, tmp_path):
    out = tmp_path / "out.xlsx"
    command = ("solve", team(nine_needed), "-o", out, "--time", 5, "--all-or-nothing")
    code, body, _ = answer(*command)
    assert code == 4 and body["status"] == "infeasible" and body["output"] is None
    assert "needed 9, possible 8" in body["reasons"][0]
    assert not out.exists()
    code, text, _ = run(*command, lang="zh")
    assert code == 4 and "未写文件" in text and "需要 9，最多可能 8" in text


def test_infeasible_names_rule_and_day(team, tmp_path):
    out = tmp_path / "out.xlsx"
    code, text, err = run("solve", team(nobody_at_night), "-o", out, "--time", 5)
    assert code == 4 and not out.exists()
    assert "night_cover: Night cover cannot be kept (8 people; Wed 9 Dec" in text
    assert "night of Wed 9 Dec" in err


def test_nothing_found(team, tmp_path, monkeypatch):
    nothing = Outcome(status=SolveStatus.NOTHING_FOUND, seconds=5.0)
    monkeypatch.setattr(month, "solve", lambda *_, **__: (nothing, ()))
    out = tmp_path / "out.xlsx"
    code, text, _ = run("solve", team(), "-o", out)
    assert code == 5 and "--time" in text and not out.exists()


def test_own_check_keeps_the_case(team, tmp_path, monkeypatch):
    def disagree(*_, **__):
        raise OwnCheckError("audit 3 points, solver 2 points")

    monkeypatch.setattr(month, "solve", disagree)
    out = tmp_path / "out.xlsx"
    code, _, err = run("solve", team(), "-o", out)
    assert code == 70 and "solver 2 points" in err and not out.exists()
    (case,) = tmp_path.glob("out-case-*")
    assert {p.name for p in case.iterdir()} == {"team.xlsx", "case.json"}


# --- law --------------------------------------------------------------------------------


def test_a_rule_of_law_goes_only_with_an_override(team, tmp_path):
    source, out = team(law_off), tmp_path / "out.xlsx"
    code, body, _ = answer("solve", source, "-o", out, "--time", 5)
    assert code == 3 and body["issues"][0]["cell"] == "B3"
    assert "--override weekly_rest" in body["issues"][0]["hint"]

    code, _, err = run(
        "solve", source, "-o", out, "--time", 5, "--override", "weekly_rest"
    )
    assert code == 0 and "weekly_rest is not enforced" in err
    summary = {str(r["item"]): str(r["value"]) for r in rows(out, "Summary")}
    assert "weekly_rest" in summary["overrides"]


@pytest.mark.parametrize("rule, hint", [("weekly_rst", "weekly_rest"), ("cover", "Rules")])
@pytest.mark.parametrize("command", ["check", "audit", "solve"])
def test_an_override_that_is_none(command, rule, hint, team, tmp_path):
    more = ("-o", tmp_path / "out.xlsx") if command == "solve" else ()
    code, body, _ = answer(command, team(), *more, "--override", rule)
    assert code == 2 and hint in body["issues"][0]["hint"]


def test_an_overridden_law_is_still_reported(team, tmp_path):
    def every_day(book):
        hand_typed(book)
        for col in range(3, 10):
            book["Roster"].cell(2, col).value = "D"

    source = team(every_day)
    of_law = [v["level"] for v in answer("audit", source)[1]["violations"]
              if v["rule"] == "weekly_rest"]
    assert of_law == ["hard"]
    body = answer("audit", source, "--override", "weekly_rest")[1]
    assert [v["level"] for v in body["violations"] if v["rule"] == "weekly_rest"] == [
        "advisory"
    ]


# --- a roster typed by hand -------------------------------------------------------------

_WEEK = {  # two early, one late on workdays, one on the weekend; a lead on each shift
    "E01": "DDD....", "E02": "...DDWW", "E03": "EEE....", "E04": "...EE..",
    "E05": "DDD....", "E06": "...DD..", "E07": ".......", "E08": ".......",
}  # fmt: skip


def hand_typed(book):
    """Type a roster: a header row with dates, one row a person."""
    sheet = book.create_sheet("Roster")
    sheet.append(["id", "name", *(date(2026, 12, d) for d in range(7, 14))])
    for staff, days in _WEEK.items():
        sheet.append([staff, None, *(None if c == "." else c for c in days)])
    for rule in ("lead_presence", "lead_handover", "lead_rotation"):
        add(book, "Rules", rule=rule, level="off")


def test_a_hand_typed_roster(team):
    code, body, _ = answer("audit", team(hand_typed))
    assert code == 0 and body["shortage"] == 0, body["violations"]
    assert {v["level"] for v in body["violations"]} <= {"soft"}


@pytest.mark.parametrize(
    "staff, day, shift, rule, message",
    [
        ("E01", 7, None, "cover", "Mon 7 Dec: 1 on duty for D, at least 2 needed"),
        ("E03", 9, "D", "successions", "E03: D may not follow E (Tue 8 Dec to Wed 9 Dec)"),
        ("E06", 13, "W", "availability", "E06"),  # is on leave that day
    ],
)
def test_a_hand_typed_roster_that_breaks_a_rule(staff, day, shift, rule, message, team):
    def edit(book):
        hand_typed(book)
        book["Roster"].cell(2 + list(_WEEK).index(staff), day - 4).value = shift

    code, body, _ = answer("audit", team(edit))
    assert code == 6
    broken = {v["rule"]: v["message"] for v in body["violations"] if v["level"] == "hard"}
    assert message in broken[rule]


def test_an_audit_can_write_the_marks(team, tmp_path):
    out = tmp_path / "out.xlsx"
    code, body, _ = answer("audit", team(hand_typed), "-o", out)
    assert code == 0 and body["output"] == str(out)
    assert answer("audit", out)[1]["points"] == body["points"]


def test_a_typed_code_that_is_unknown(team):
    def edit(book):
        hand_typed(book)
        book["Roster"]["C2"].value = "Q"

    code, body, _ = answer("audit", team(edit))
    assert code == 3
    assert body["issues"] == [
        {"sheet": "Roster", "cell": "C2", "what": "unknown shift", "found": "Q",
         "expected": "D, E, W, off, empty", "hint": ""}
    ]


def test_an_audit_without_a_roster(team):
    code, _, err = run("audit", team())
    assert code == 3 and "there is no sheet Roster" in err and "try:" in err


# --- bad input --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit, line",
    [
        (lambda b: b.remove(b["Demand"]), "Demand: the sheet is missing"),
        (lambda b: put(b, "Staff", 3, "id", "E01"), "Staff!A3: the id is there twice"),
        (
            lambda b: add(b, "Fixed", staff="Wang Fan", dates="2026-12-08", shift="D"),
            "Fixed!A2: unknown staff, found Wang Fan, expected an id or name of the Staff "
            "sheet, try: Wang Fang",
        ),
        (
            lambda b: add(b, "Requests", staff="E01", dates="2027-12-08", want="D"),
            "Requests!B3: a date outside the period, found 2027-12-08, expected "
            "2026-12-07..2026-12-13",
        ),
        (lambda b: put(b, "Demand", 2, "min", -1), "Demand!F2: a negative number, found -1"),
    ],
)
def test_faults(edit, line, team, tmp_path):
    source, out = team(edit), tmp_path / "out.xlsx"
    for command in (("check", source), ("solve", source, "-o", out)):
        code, text, err = run(*command)
        # Faults are what check prints; for solve they are errors.
        said, other = (text, err) if command[0] == "check" else (err, text)
        assert code == 3 and other == "" and any(x.startswith(line) for x in said.splitlines())
        code, body, _ = answer(*command)
        assert code == 3 and all(i.keys() == ISSUE_KEYS for i in body["issues"])
    assert not out.exists()


def test_faults_in_chinese(team):
    source = team(lambda b: put(b, "Staff", 3, "id", "E01"))
    code, text, _ = run("check", source, lang="zh")
    assert code == 3 and text.startswith("Staff!A3: 工号重复")


def test_no_workbook(tmp_path):
    (tmp_path / "x.xlsx").write_text("hello")
    for name in ("x.xlsx", "none.xlsx", "."):
        code, body, _ = answer("check", tmp_path / name)
        assert code == 3 and "Excel workbook" in body["issues"][0]["expected"]


def test_hostile_text_stays_text(team, tmp_path):
    hostile = ["=1+1", "+1", "-1", "@SUM(A1)"]

    def edit(book):
        for row, text in enumerate(hostile, 2):
            put(book, "Staff", row, "name", text)
        put(book, "Staff", 5, "id", "=2+2")
        put(book, "Staff", 6, "id", "007")
        put(book, "Staff", 6, "name", "None")
        put(book, "Settings", 5, "value", "=cmd|'/c calc'!A1")
        put(book, "Shifts", 4, "code", "NA")
        put(book, "Demand", 4, "shift", "NA")

    out = tmp_path / "out.xlsx"
    code, body, _ = answer("solve", team(edit), "-o", out, "--time", 10)
    assert code == 0, body
    book = load_workbook(out)
    texts = {"=2+2", "007", "None", "NA", *hostile}
    seen = set()
    for sheet in book:
        for cells in sheet.iter_rows():
            for cell in cells:
                if cell.data_type == "f":  # only the program's own totals
                    assert cell.value not in texts and "cmd" not in str(cell.value)
                elif cell.value in texts:
                    seen.add((sheet.title, cell.value))
    assert {(s, t) for s in ("Roster", "Staff") for t in (*hostile, "007", "None")} <= seen
    assert run("audit", out)[0] == 0


# --- output -----------------------------------------------------------------------------


def test_a_file_of_somebody_else_is_kept(team, tmp_path):
    source, out = team(), tmp_path / "out.xlsx"
    out.write_text("mine")
    code, body, _ = answer("solve", source, "-o", out, "--time", 5)
    assert code == 3 and "--force" in body["issues"][0]["hint"]
    assert out.read_text() == "mine"
    before = source.read_bytes()
    code, _, err = run("solve", source, "-o", source, "--time", 5)
    assert code == 3 and "would replace the input" in err and source.read_bytes() == before
    assert run("solve", source, "-o", out, "--time", 5, "--force")[0] == 0
    assert "Roster" in load_workbook(out).sheetnames


def test_a_result_that_is_open_or_read_only(team, tmp_path):
    source, out = team(), tmp_path / "out.xlsx"
    assert run("solve", source, "-o", out, "--time", 5)[0] == 0
    before = out.read_bytes()
    (tmp_path / "~$out.xlsx").touch()
    code, body, err = answer("solve", source, "-o", out, "--time", 5)
    assert code == 0 and body["output"] == str(tmp_path / "out (2).xlsx")
    assert "open in another program" in err
    (tmp_path / "~$out.xlsx").unlink()
    out.chmod(0o444)
    code, text, err = run("solve", source, "-o", out, "--time", 5)
    assert code == 0 and "out (3).xlsx" in text and "read-only" in err
    assert out.read_bytes() == before


@pytest.mark.parametrize("place", ["none/out.xlsx", "out.xls", "out", "."])
def test_no_place_to_write(place, team, tmp_path):
    source = team()
    before = set(tmp_path.iterdir())
    code, text, err = run("solve", source, "-o", tmp_path / place)
    assert code == 3 and text == "" and "try:" in err
    assert set(tmp_path.iterdir()) == before


# --- template, rules, usage -------------------------------------------------------------


def test_template(tmp_path):
    out = tmp_path / "new.xlsx"
    assert answer("template", out, lang="zh")[:2] == (0, {"output": str(out)})
    assert "人员" in load_workbook(out).sheetnames
    assert run("check", out)[0] == 0


def test_template_list():
    code, text, _ = run("template", "--list")
    assert code == 0 and {"telecom", "web-centre"} <= set(text.split())
    assert answer("template", "--list")[1]["examples"] == [
        line.split()[0] for line in text.splitlines()
    ]


def test_template_of_an_unknown_example(tmp_path):
    out = tmp_path / "new.xlsx"
    code, text, err = run("template", out, "--example", "telecon")
    assert code == 2 and text == "" and "telecom" in err and not out.exists()


@pytest.mark.parametrize("lang", ["en", "zh", None])
def test_rules(lang):
    code, text, _ = run("rules", lang=lang)
    assert code == 0
    body = answer("rules", "--rulebook", "telecom", lang=lang)[1]
    assert body["rulebook"] == "telecom"
    for rule in body["rules"]:
        assert rule["id"] in text and rule["source"]["en"] and rule["text"]["zh"]


@pytest.mark.parametrize(
    "args",
    [
        (), ("bogus",), ("template",), ("check",), ("solve", "x.xlsx"),
        ("rules", "--rulebook", "none"), ("check", "x.xlsx", "--lang", "de"),
        *(("solve", "x.xlsx", "-o", "y.xlsx", *more) for more in (
            ("--time", "nan"), ("--time", "inf"), ("--time", "0"), ("--time", "soon"),
            ("--workers", "0"), ("--seed", "-1"),
        )),
    ],
)  # fmt: skip
def test_usage(args):
    assert run(*args, lang=None)[0] == 2


# --- signals and terminals --------------------------------------------------------------


def process(*args, **env):
    """Start the program as its own process."""
    return subprocess.Popen(
        [sys.executable, str(REPO / "cli.py"), *map(str, args)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **env},
    )  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="signals of a terminal")
@pytest.mark.parametrize("sent", [[signal.SIGINT], [signal.SIGINT] * 2, [signal.SIGTERM]])
def test_an_interrupted_search_writes_the_best(sent, team, tmp_path):
    out = tmp_path / "out.xlsx"
    command = ("solve", team(month=True), "-o", out, "--time", 300, "--json", "--lang", "en")
    search = process(*command)
    try:
        seen = ""
        for line in search.stderr:
            seen += line
            if "rosters found" in line and "rosters found 0" not in line:
                break
        assert search.poll() is None, seen
        for one in sent:
            search.send_signal(one)
        text, rest = search.communicate(timeout=120)
    finally:
        search.kill()
        search.wait()
    assert search.returncode == 130, seen + rest
    body = json.loads(text)
    assert body["interrupted"] is True and body["objective"] > 0
    assert body["output"] == str(out)
    code, checked, _ = answer("audit", out)
    assert code == 0 and checked["points"] == body["objective"]
    assert not list(tmp_path.glob("*-case-*")) and not list(tmp_path.glob(".roster-*"))


def test_interrupted_while_reading(team, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(screen, "read", interrupted)
    out = tmp_path / "out.xlsx"
    for command in (("check", team()), ("solve", team(), "-o", out), ("audit", team())):
        code, body, err = answer(*command)
        assert code == 130 and body["interrupted"] and "nothing written" in err
    assert not out.exists()


def test_interrupted_before_the_first_roster(team, tmp_path, monkeypatch):
    ended = Outcome(status=SolveStatus.NOTHING_FOUND, seconds=1.0, interrupted=True)
    monkeypatch.setattr(month, "solve", lambda *_, **__: (ended, ()))
    out = tmp_path / "out.xlsx"
    code, text, _ = run("solve", team(), "-o", out)
    assert code == 130 and "interrupted before a roster was found" in text
    assert not out.exists()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_without_chinese(encoding, templates):
    for command in (("check", templates / "zh.xlsx"), ("rules", "--json")):
        ended = process(*command, PYTHONIOENCODING=encoding)
        text, err = ended.communicate(timeout=120)
        assert ended.returncode == 0, err
        if command[0] == "check":
            assert text.startswith("no fault: 8 people")
        else:
            assert json.loads(text)["rules"][0]["title"]["zh"] == "在岗人数"
