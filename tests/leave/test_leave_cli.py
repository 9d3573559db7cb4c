"""`roster leave review` as people meet it: the answer, the exit code, what the file says."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

import cli
from roster.workbook.template import write_template

START = date(2026, 12, 7)
ROWS = {"E1": "DDDDD..", "E2": "DDDDD..", "E3": "......D", "E4": "...NN.."}
SHIFTS = [
    {"code": "D", "hours": "08:00-17:00", "paid_hours": 8, "kind": "day"},
    {"code": "N", "hours": "22:00-06:00", "kind": "night"},
]
DECISION_KEYS = {
    "id", "staff", "from", "to", "kind", "verdict", "status", "because", "rules", "approver",
    "awaiting", "collides", "duties",
}  # fmt: skip


def run(*args, lang="en"):
    """Call the program; returns exit code, stdout and stderr."""
    try:
        runner = CliRunner(mix_stderr=False)  # click before 8.2
    except TypeError:
        runner = CliRunner()
    words = ["leave", "review", *map(str, args)] + (["--lang", lang] if lang else [])
    result = runner.invoke(cli.main, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def answer(*args, **options):
    """Call the program with --json; stdout must hold one object and nothing else."""
    code, out, _ = run(*args, "--json", **options)
    assert out.count("\n") == 1, out
    return code, json.loads(out)


def day(d):
    return START + timedelta(days=d)


def ask(staff, first, last=None, **more):
    """Return a row of the Leave sheet."""
    span = {"from": day(first), "to": day(first if last is None else last)}
    return {"staff": staff, **span, "kind": "annual", "approved_by": "centre head"} | more


@pytest.fixture
def file(tmp_path):
    """Make a workbook with a roster of a week and requests for leave."""

    def make(*leaves, lang="en", rules=(), roster=True, without=()):
        staff = [{"id": i, "name": f"Name {i}", "group": "A", "grade": "senior"} for i in ROWS]
        settings = {
            "start date": START, "end date": day(6), "language": lang, "holidays": "none",
            "rulebook": "web-centre",
        }  # fmt: skip
        tables = {
            "settings": [{"item": k, "value": v} for k, v in settings.items()],
            "staff": staff,
            "shifts": SHIFTS,
            "demand": [{"days": "every day", "shift": "D", "min": 0}],
            "leave": list(leaves),
            "rules": [{"rule": r, "level": level} for r, level in rules],
        }
        path = tmp_path / "week.xlsx"
        write_template(path, tables, lang, force=True)
        book = load_workbook(path)
        for name, header in without:
            sheet = book[name]
            sheet.delete_cols(next(c.column for c in sheet[1] if c.value == header))
        if roster:
            sheet = book.create_sheet("Roster" if lang == "en" else "排班表")
            sheet.append(["id", "name", *(day(d) for d in range(7))])
            for i, row in ROWS.items():
                sheet.append([i, None, *(None if c == "." else c for c in row)])
        book.save(path)
        return path

    return make


def leave_sheet(path, name="Leave"):
    """Return the rows of the Leave sheet by header."""
    sheet = load_workbook(path)[name]
    header = [c.value for c in sheet[1]]
    return [
        dict(zip(header, row))
        for row in sheet.iter_rows(min_row=2, values_only=True)
        if row[0] is not None
    ]


def test_the_answer_says_everything(file):
    path = file(
        ask("E1", 0, 1, stand_in="E3"),
        ask("E4", 3),
        ask("E2", 6, kind="sick", approved_by=None),
        ask("E2", 2, kind="personal", asked_at=datetime(2026, 12, 9, 9)),
    )
    code, body = answer(path)
    assert code == 6 and set(body) == {"decisions", "proven", "new_violations", "output"}
    assert body["proven"] and body["output"] is None
    first, second, third, fourth = body["decisions"]
    assert all(set(d) == DECISION_KEYS for d in body["decisions"])
    assert [d["id"] for d in body["decisions"]] == ["2", "3", "4", "5"]
    assert first["verdict"] == first["status"] == "approved" and first["kind"] == "annual"
    assert (first["from"], first["to"]) == ("2026-12-07", "2026-12-08")
    duty = {"date": "2026-12-07", "shift": "D", "stand_in": "E3", "suggestions": []}
    assert first["duties"][0] == duty and first["approver"] == "superior"
    assert second["verdict"] == "rejected" and "leave_night" in second["because"]
    assert second["duties"] == []
    assert third["verdict"] == "approved" and third["status"] == "requested"
    assert third["awaiting"] == ["certificate", "approver"]
    assert fourth["verdict"] == "referred" and fourth["duties"][0]["stand_in"] is None
    assert [s["staff"] for s in fourth["duties"][0]["suggestions"]] == ["E4", "E3"]
    assert all(s["reasons"] for s in fourth["duties"][0]["suggestions"])
    outcomes = {r["rule"]: r["outcome"] for r in fourth["rules"]}
    assert outcomes["leave_notice"] == "manager" and len(outcomes) == 9


def test_nothing_rejected_is_exit_0_and_nothing_asked_too(file):
    assert answer(file(ask("E1", 0)))[0] == 0
    code, out, _ = run(file())
    assert code == 0 and "no leave to decide" in out


def test_the_output_has_status_decision_roster_and_results(file, tmp_path):
    path = file(
        ask("E1", 0, 1, stand_in="E3", status="requested"),
        ask("E4", 3),
        ask("E2", 6, kind="sick"),
        ask("E2", 2),
        ask("E2", 3, status="approved"),
    )
    out = tmp_path / "out.xlsx"
    code, body = answer(path, "-o", out)
    assert code == 6 and body["output"] == str(out)
    before, after = leave_sheet(path), leave_sheet(out)
    states = [r["status"] for r in after]
    assert states == ["approved", "rejected", None, "approved", "approved"]
    assert [bool(r["decision"]) for r in after] == [True] * 4 + [False]
    assert after[0]["decision"].startswith("approved: ")
    assert after[2]["decision"].startswith("approved, not in force yet: ")
    for a, b in zip(before, after):
        same = set(a) - {"status", "decision"}
        assert {k: a[k] for k in same} == {k: b[k] for k in same}
    code, _ = answer(out)
    assert code == 0  # what is left is the sick leave
    sheet = load_workbook(out)["Roster"]
    rows = {r[0]: r[2:9] for r in sheet.iter_rows(values_only=True) if r[0] in ROWS}
    assert rows["E1"] == ("annual", "annual", "D", "D", "D", None, None)
    assert rows["E3"] == ("D", "D", None, None, None, None, "D")
    assert rows["E2"][2] == "annual" and rows["E4"] == (None,) * 3 + ("N", "N", None, None)
    assert {"Audit", "Fairness", "Summary"} <= set(load_workbook(out).sheetnames)


def test_a_file_of_old_gets_the_column_and_its_language(file, tmp_path):
    path = file(ask("E1", 0, kind="年假"), lang="zh", without=[("请假", "结论")])
    out = tmp_path / "out.xlsx"
    code, printed, _ = run(path, "-o", out, lang=None)
    (row,) = leave_sheet(out, "请假")
    assert code == 0 and row["状态"] == "批准" and row["结论"].startswith("批准：")
    assert "第 2 行：E1 Name E1" in printed and "待定；可由 E3" in printed


def test_what_the_approvals_break_is_named(file):
    path = file(ask("E1", 0, kind="personal"), ask("E2", 0, kind="annual"))
    book = load_workbook(path)
    sheet = book["Demand"]
    column = next(c.column for c in sheet[1] if c.value == "min")
    sheet.cell(2, column).value = 1
    book.save(path)
    _, body = answer(path)
    new = [v for v in body["new_violations"] if v["rule"] == "cover" and v["level"] == "hard"]
    assert [v["date"] for v in new] == ["2026-12-07"]
    _, printed, _ = run(path)
    assert "new with the approved leave [hard] cover" in printed


def test_the_output_for_people_shows_every_rule(file):
    path = file(ask("E1", 0, 1), ask("E4", 3), ask("E2", 0, kind="sick"))
    code, out, err = run(path)
    assert code == 6
    assert "row 2: E1 Name E1, Mon 7 Dec to Tue 8 Dec, annual: approved" in out
    assert "✓ leave_holiday: no statutory holiday" in out
    assert "! leave_stand_in (soft): 2 days with duties" in out
    assert "✗ leave_night: night duty N on Thu 10 Dec" in out
    assert "… leave_certificate: certificate awaited" in out
    assert "nobody yet; could be E3 Name E3 (" in out
    assert "approved 2, rejected 1" in out
    assert "not yet approved" not in err


def test_the_rules_sheet_makes_a_stand_in_binding(file):
    path = file(ask("E1", 0, 1), rules=[("leave_stand_in", "hard")])
    code, body = answer(path)
    assert code == 6 and "no stand-in is named" in body["decisions"][0]["because"]


def test_faults(file, tmp_path):
    code, body = answer(file(ask("E9", 0)))
    assert code == 3
    assert (body["issues"][0]["sheet"], body["issues"][0]["cell"]) == ("Leave", "A2")
    code, body = answer(file(ask("E1", 0), roster=False))
    assert code == 3 and "no sheet Roster" in body["issues"][0]["what"]
    assert answer(tmp_path / "none.xlsx")[0] == 3
    path = file(ask("E1", 0))
    code, body = answer(path, "-o", path)
    assert code == 3 and "replace the input" in body["issues"][0]["what"]
    assert answer(path, "-o", tmp_path / "out.csv")[0] == 3
    assert run(path, "--override", "nonsense")[0] == 2
    assert run()[0] == 2


def test_help_has_an_example():
    for words in (["leave", "--help"], ["leave", "review", "--help"]):
        result = CliRunner().invoke(cli.main, words)
        assert result.exit_code == 0 and "Example: roster leave review" in result.output
