"""The commands of the swap desk as HR meets them: answers, exit codes, what the file says."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from cli import main
from roster.workbook.layout import SHEETS

YES = dict.fromkeys(
    ("applicant_agrees", "partner_agrees", "applicants_lead", "partners_lead", "manager"), "是"
)
DEC = [date(2026, 12, d) for d in range(1, 15)]


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Path:
    """A team of eight with a roster that keeps every hard rule, and no register."""
    path = tmp_path_factory.mktemp("team") / "team.xlsx"
    book = openpyxl.Workbook()
    book.remove(book.active)

    def sheet(name: str, *rows: tuple) -> None:
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)

    sheet(
        "设置",
        ("项目", "值"),
        ("开始日期", DEC[0]),
        ("结束日期", DEC[-1]),
        ("语言", "zh"),
        ("制度", "web-centre"),
    )
    people = [(f"E{i}", f"员工{i}", "A", "高级", "是" if i == 1 else "否") for i in range(1, 9)]
    sheet("人员", ("工号", "姓名", "组", "级别", "班组长"), *people)
    sheet(
        "班次",
        ("代码", "名称", "时间", "类别"),
        ("D", "白", "08:00-16:00", "白班"),
        ("E", "晚", "14:00-22:00", "晚班"),
    )
    sheet("需求", ("日期", "班次", "最少"), ("每天", "D", 1))
    page = book.create_sheet("排班表")
    page.append(["工号", "姓名", *DEC])
    grid = {
        "E1": "DD..DD..DD..DD",
        "E2": "..DD..DD..DD..",
        "E3": "EE..EE..EE..EE",
        "E4": "..EE..EE..EE..",
        "E5": "D...D...D...D.",
        "E6": ".D...D...D...D",
        "E7": "..D...D...D...",
        "E8": "...D...D...D..",
    }
    for who, days in grid.items():
        page.append([who, "", *(None if c == "." else c for c in days)])
    book.save(path)
    return path


def register(plain: Path, target: Path, *rows: dict) -> Path:
    """Return a copy of the team with rows in its register."""
    book = openpyxl.load_workbook(plain)
    page = book.create_sheet("换班登记表")
    layout = SHEETS["swaps"]
    page.append([c.zh for c in layout.columns])
    for row in rows:
        page.append([row.get(c.key) for c in layout.columns])
    book.save(target)
    return target


def row(number: str, a: str, d: int, b: str, back: int | None = None, **more: object) -> dict:
    """Return a row of the register; days are those of December."""
    return {
        "id": number,
        "applicant": a,
        "date": date(2026, 12, d),
        "partner": b,
        "return_date": None if back is None else date(2026, 12, back),
        **more,
    }


def run(*words: object, lang: str = "en") -> tuple[int, dict]:
    """Run a swap command with --json; return exit code and the object."""
    result = CliRunner().invoke(main, ["swap", *map(str, words), "--json", "--lang", lang])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.exit_code, json.loads(result.stdout)


def table(path: Path, title: str = "换班登记表") -> dict[str, dict[str, object]]:
    """Return a sheet by its first column."""
    page = openpyxl.load_workbook(path)[title]
    head, *rows = page.iter_rows(values_only=True)
    return {str(r[0]): dict(zip(head, r)) for r in rows if r[0] is not None}


def duty(path: Path, who: str, d: int) -> str | None:
    """Return what the Roster sheet has."""
    page = openpyxl.load_workbook(path)["排班表"]
    head = None
    for cells in page.iter_rows(values_only=True):
        if cells[0] == "工号":
            head = [c.date() if hasattr(c, "date") else c for c in cells]
        elif head and cells[0] == who:
            found = cells[head.index(date(2026, 12, d))]
            return None if found in (None, "", "休") else found
    raise AssertionError(who)


# --- check ---------------------------------------------------------------------------------


def test_check_by_flags(plain):
    code, body = run(
        "check",
        plain,
        "--applicant",
        "E5",
        "--date",
        "2026-12-01",
        "--partner",
        "E7",
        "--return-date",
        "2026-12-03",
    )
    assert (code, body["verdict"]) == (0, "approved")
    assert {"verdict", "rules", "awaiting", "new_violations", "resolved_violations"} <= set(
        body
    )
    assert body["awaiting"] == ["applicant agrees", "partner agrees", "manager"]
    assert {r["outcome"] for r in body["rules"]} == {"held"}
    assert all(r["evidence"] and r["source"] for r in body["rules"])
    assert not any(v["level"] == "hard" for v in body["new_violations"])


def test_check_names_people_by_name_and_without_a_partner(plain):
    code, body = run("check", plain, "--applicant", "员工5", "--date", "2026-12-01")
    assert (code, body["verdict"]) == (0, "approved")


def test_check_rejects_and_says_why(plain):
    code, body = run(
        "check", plain, "--applicant", "E5", "--date", "2026-12-01", "--partner", "E1"
    )
    assert (code, body["verdict"]) == (6, "rejected")
    broken = {r["rule"]: r["evidence"] for r in body["rules"] if r["outcome"] == "broken"}
    assert "already" in broken["swap_double_shift"] and "swap_keeps_roster" in broken


def test_check_in_words(plain):
    words = ["--applicant", "E5", "--date", "2026-12-01", "--partner", "E7"]
    for lang, verdict in (("en", "verdict: approved"), ("zh", "结论：批准")):
        result = CliRunner().invoke(main, ["swap", "check", str(plain), *words, "--lang", lang])
        assert result.exit_code == 0 and verdict in result.stdout
        assert result.stdout.count("✓") == 10


def test_the_third_swap_of_the_month_is_named(plain, tmp_path):
    file = register(
        plain,
        tmp_path / "f.xlsx",
        row("1", "E5", 1, "E7", status="已执行", shift="D"),
        row("2", "E5", 5, "E7", status="已执行", shift="D"),
        row("3", "E5", 9, "E8", status="批准"),
        row("4", "E5", 13, "E7"),
    )
    code, body = run("check", file, "--id", "4")
    (limit,) = [r for r in body["rules"] if r["rule"] == "swap_limit"]
    assert code == 6 and limit["outcome"] == "broken"
    assert "no. 4" in limit["evidence"] and "Tue 1 Dec with E7" in limit["evidence"]
    assert "limit 3" in limit["evidence"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--applicant", "E9", "--date", "2026-12-01"), "unknown staff"),
        (("--applicant", "E5", "--date", "2027-01-01"), "outside the period"),
        (("--applicant", "E5", "--date", "2026-12-02"), "no duty on Wed 2 Dec"),
        (("--applicant", "E5", "--date", "2026-12-01", "--partner", "E5"), "same person"),
        (
            (
                "--applicant",
                "E5",
                "--date",
                "2026-12-01",
                "--partner",
                "E7",
                "--return-date",
                "2026-12-02",
            ),
            "E7 has no duty",
        ),
        (
            (
                "--applicant",
                "E5",
                "--date",
                "2026-12-01",
                "--partner",
                "E7",
                "--return-date",
                "2026-11-30",
            ),
            "outside the period",
        ),
        (("--applicant", "E5", "--date", "2026-12-01", "--return-date", "2026-12-03"), "whose"),
        (("--id", "99"), "no such number"),
    ],
)
def test_what_cannot_be_asked(plain, words, said):
    before = plain.read_bytes()
    code, body = run("check", plain, *words)
    assert code == 3 and said in " ".join(i["what"] for i in body["issues"])
    assert plain.read_bytes() == before


def test_every_fault_of_a_request_at_once(plain):
    code, body = run(
        "check", plain, "--applicant", "X1", "--date", "2027-12-02", "--partner", "X2"
    )
    assert code == 3 and len(body["issues"]) == 3


def test_usage(plain):
    for words in (
        ("check", plain),
        ("check", plain, "--id", "1", "--applicant", "E1"),
        ("check", plain, "--applicant", "E5", "--date", "soon"),
        ("check", plain, "--applicant", "E5", "--date", "2026-12-01", "--asked-at", "x"),
        ("apply", plain, "--id", "1"),
    ):
        result = CliRunner().invoke(main, ["swap", *map(str, words)])
        assert result.exit_code == 2, words


@pytest.mark.parametrize("status", ["已执行", "驳回", "撤回", "批准"])
def test_a_row_decided_already_is_not_checked(plain, tmp_path, status):
    file = register(plain, tmp_path / "f.xlsx", row("1", "E5", 1, "E7", status=status))
    code, body = run("check", file, "--id", "1")
    assert code == 3 and body["issues"][0]["cell"] == "O2"


@pytest.mark.parametrize("status", [None, "申请", "待经理", "失效"])
def test_an_open_row_can_be_checked(plain, tmp_path, status):
    file = register(plain, tmp_path / "f.xlsx", row("1", "E5", 1, "E7", status=status))
    assert run("check", file, "--id", "1")[0] == 0


def test_published_days_can_be_swapped(plain, tmp_path):
    book = openpyxl.load_workbook(plain)
    book["设置"].append(("已发布至", DEC[-1]))
    book.save(tmp_path / "f.xlsx")
    code, body = run(
        "check",
        tmp_path / "f.xlsx",
        "--applicant",
        "E5",
        "--date",
        "2026-12-01",
        "--partner",
        "E7",
    )
    assert (code, body["verdict"]) == (0, "approved")


def test_a_duty_typed_as_fixed_cannot_be_swapped_away(plain, tmp_path):
    book = openpyxl.load_workbook(plain)
    page = book.create_sheet("固定")
    page.append(("工号", "日期", "班次"))
    page.append(("E5", DEC[0], "D"))
    book.save(tmp_path / "f.xlsx")
    code, body = run(
        "check",
        tmp_path / "f.xlsx",
        "--applicant",
        "E5",
        "--date",
        "2026-12-01",
        "--partner",
        "E7",
    )
    assert code == 6 and body["new_violations"][0]["rule"] == "availability"


# --- suggest -------------------------------------------------------------------------------


def test_suggest(plain):
    code, body = run("suggest", plain, "--applicant", "E5", "--date", "2026-12-01", "--top", 3)
    assert code == 0 and len(body["candidates"]) == 3
    first = body["candidates"][0]
    assert {"staff", "return_date", "score", "reasons"} <= set(first)
    assert "rested that day" in first["reasons"]
    refused = {r["staff"]: r for r in body["refused"]}
    assert {"staff", "rule", "evidence"} <= set(refused["E1"])
    assert body["way_out"] is None
    code, _ = run("suggest", plain, "--applicant", "E5", "--date", "2026-12-02")
    assert code == 3


def test_suggest_when_nobody_can(plain, tmp_path):
    book = openpyxl.load_workbook(plain)
    page = book.create_sheet("规则")
    page.append(("规则", "级别", "权重", "参数", "值"))
    page.append(("swap_limit", None, None, "per_month", 0))
    book.save(tmp_path / "f.xlsx")
    words = ("suggest", tmp_path / "f.xlsx", "--applicant", "E5", "--date", "2026-12-01")
    code, body = run(*words)
    assert code == 6 and not body["candidates"] and len(body["refused"]) == 7
    assert body["way_out"]["rules"] == ["swap_limit"] and "office" in body["way_out"]["message"]
    result = CliRunner().invoke(main, ["swap", *map(str, words), "--lang", "zh"])
    assert "没有人可以接班" in result.stdout and "改动最小" in result.stdout


# --- review, apply, withdraw ------------------------------------------------------------------


@pytest.fixture
def asked(plain, tmp_path) -> Path:
    """A register with rows that can and cannot be, and that compete."""
    return register(
        plain,
        tmp_path / "asked.xlsx",
        row("1", "E5", 1, "E7", 3, shift="D", **YES, reason="家事"),
        row("2", "E5", 1, "E8", shift="D", **YES),
        row("3", "E6", 10, "E8", 12),
        row("4", "E6", 2, "E1", **YES),
        row("5", "E8", 4, "E5", shift="E", **YES),
    )


def test_review_writes_status_and_decision_and_keeps_the_rest(asked, tmp_path):
    out = tmp_path / "out.xlsx"
    code, body = run("review", asked, "-o", out)
    assert code == 6 and body["proven"]
    said = {d["id"]: (d["verdict"], d["status"]) for d in body["decisions"]}
    assert said == {
        "1": ("approved", "approved"),
        "2": ("rejected", "rejected"),
        "3": ("approved", "referred"),
        "4": ("rejected", "rejected"),
        "5": ("stale", "stale"),
    }
    (two,) = [d for d in body["decisions"] if d["id"] == "2"]
    assert two["collides"] == ["1"] and "swap 1" in two["because"]
    rows = table(out)
    assert [rows[i]["状态"] for i in "12345"] == ["批准", "驳回", "待经理", "驳回", "失效"]
    assert all(rows[i]["结论"] for i in "12345")
    assert rows["1"]["原因"] == "家事" and rows["3"]["班次"] == "D"
    # The roster is as it was; the totals count what is approved.
    assert (duty(out, "E5", 1), duty(out, "E7", 1)) == ("D", None)
    assert table(out, "公平")["E5"]["本月换班"] == 1
    assert table(asked)["1"]["状态"] is None


def test_apply_changes_roster_register_and_totals_together(asked, tmp_path):
    reviewed, out = tmp_path / "r.xlsx", tmp_path / "out.xlsx"
    run("review", asked, "-o", reviewed)
    code, body = run("apply", reviewed, "--id", "1", "-o", out)
    assert code == 0 and not body["refused"]
    assert [duty(out, *x) for x in (("E5", 1), ("E7", 1), ("E5", 3), ("E7", 3))] == [
        None,
        "D",
        "D",
        None,
    ]
    assert table(out)["1"]["状态"] == "已执行"
    assert table(out, "公平")["E7"]["本月换班"] == 1
    audit = CliRunner().invoke(main, ["audit", str(out)])
    assert audit.exit_code == 0
    code, body = run("apply", out, "--id", "1", "-o", tmp_path / "again.xlsx")
    assert code == 3 and not (tmp_path / "again.xlsx").exists()
    back = tmp_path / "back.xlsx"
    code, body = run("withdraw", out, "--id", "1", "-o", back)
    assert code == 0 and table(back)["1"]["状态"] == "撤回"
    assert [duty(back, *x) for x in (("E5", 1), ("E7", 1), ("E5", 3), ("E7", 3))] == [
        "D",
        None,
        None,
        "D",
    ]


@pytest.mark.parametrize("number", ["3", "4"])
def test_apply_refuses_what_is_not_signed_or_not_allowed(asked, tmp_path, number):
    out = tmp_path / "out.xlsx"
    code, body = run("apply", asked, "--id", number, "-o", out)
    assert code == 6 and body["refused"] and body["output"] is None
    assert not out.exists()


def test_pending_requests_become_stale(plain, tmp_path):
    file = register(
        plain,
        tmp_path / "f.xlsx",
        row("1", "E5", 1, "E7", 3, **YES),
        row("2", "E7", 3, "E6"),
        row("3", "E6", 6, "E7"),
        row("4", "E3", 1, "E7", status="驳回"),
    )
    out = tmp_path / "out.xlsx"
    code, body = run("apply", file, "--id", "1", "-o", out)
    rows = table(out)
    assert code == 0
    assert [rows[i]["状态"] for i in "1234"] == ["已执行", "失效", None, "驳回"]
    assert "E7" in rows["2"]["结论"]
    assert {d["id"]: d["status"] for d in body["decisions"]} == {"1": "applied", "2": "stale"}


def test_a_ring_is_applied_whole_and_counts_once_for_each(plain, tmp_path):
    ring = {"ring": "7", **YES}
    file = register(
        plain,
        tmp_path / "f.xlsx",
        row("1", "E5", 1, "E7", **ring),
        row("2", "E7", 7, "E6", **ring),
        row("3", "E6", 6, "E5", **ring),
    )
    out = tmp_path / "out.xlsx"
    code, body = run("apply", file, "--id", "2", "-o", out)
    assert code == 0, body
    assert [table(out)[i]["状态"] for i in "123"] == ["已执行"] * 3
    assert (duty(out, "E7", 1), duty(out, "E6", 7), duty(out, "E5", 6)) == ("D", "D", "D")
    fair = table(out, "公平")
    assert [fair[e]["本月换班"] for e in ("E5", "E6", "E7", "E8")] == [1, 1, 1, 0]


def test_a_ring_that_does_not_close_is_a_fault(plain, tmp_path):
    file = register(
        plain,
        tmp_path / "f.xlsx",
        row("1", "E5", 1, "E7", ring="7"),
        row("2", "E7", 7, "E6", ring="7"),
    )
    for words in (("check", file, "--id", "1"), ("review", file, "-o", tmp_path / "o.xlsx")):
        code, body = run(*words)
        assert code == 3 and body["issues"][0]["cell"] == "Q2"
    assert not (tmp_path / "o.xlsx").exists()


def test_a_return_in_the_next_file_is_recorded_as_owed(plain, tmp_path):
    file = register(
        plain,
        tmp_path / "f.xlsx",
        row("1", "E5", 1, "E7", **YES) | {"return_date": date(2026, 12, 20)},
    )
    out = tmp_path / "out.xlsx"
    code, body = run("apply", file, "--id", "1", "-o", out)
    assert code == 0 and "owed" in body["decisions"][0]["because"]
    assert duty(out, "E7", 1) == "D"


def test_withdraw_an_open_row_changes_the_register_only(asked, tmp_path):
    out = tmp_path / "out.xlsx"
    code, _ = run("withdraw", asked, "--id", "3", "-o", out)
    assert code == 0 and table(out)["3"]["状态"] == "撤回"
    assert duty(out, "E6", 10) == "D"


def test_nothing_is_overwritten(asked, tmp_path):
    mine = tmp_path / "mine.xlsx"
    mine.write_bytes(asked.read_bytes())
    for words in (
        ("review", asked, "-o", mine),
        ("apply", asked, "--id", "1", "-o", asked),
        ("clear", asked, "-o", mine),
    ):
        before = asked.read_bytes()
        code, body = run(*words)
        assert code == 3 and body["issues"]
        assert asked.read_bytes() == before == mine.read_bytes()


# --- clear ---------------------------------------------------------------------------------


def test_clear_adds_rows_to_the_register(plain, tmp_path):
    book = openpyxl.load_workbook(plain)
    page = book.create_sheet("换班意向")
    page.append(("工号", "日期", "可接"))
    page.append(("E5", DEC[0], "2026-12-03"))
    page.append(("E7", DEC[2], "2026-12-01"))
    page.append(("E8", DEC[3], "2026-12-09"))
    page.append(("E6", DEC[0], None))
    book.save(tmp_path / "f.xlsx")
    out = tmp_path / "out.xlsx"
    code, body = run("clear", tmp_path / "f.xlsx", "-o", out)
    assert code == 0 and (body["granted"], body["bound"]) == (2, 2)
    assert [d["id"] for d in body["decisions"]] == ["1", "1", None, None]
    assert "no duty" in body["decisions"][3]["because"]
    (made,) = table(out).values()
    assert (made["申请人"], made["对方"], made["状态"]) == ("E5", "E7", "待经理")
    assert made["换班日期"].date() == DEC[0] and made["还班日期"].date() == DEC[2]
    assert made["申请人同意"] is None
    code, body = run("check", out, "--id", "1")
    assert code == 0
    # Signed by everybody, a review approves it and it can be carried out.
    book = openpyxl.load_workbook(out)
    page = book["换班登记表"]
    head = [c.value for c in page[1]]
    for name in ("申请人同意", "对方同意", "经理批准"):
        page.cell(2, head.index(name) + 1).value = "是"
    book.save(tmp_path / "signed.xlsx")
    code, body = run("review", tmp_path / "signed.xlsx", "-o", tmp_path / "ok.xlsx")
    assert [d["status"] for d in body["decisions"]] == ["approved"]
    code, _ = run("apply", tmp_path / "ok.xlsx", "--id", "1", "-o", tmp_path / "done.xlsx")
    assert code == 0 and duty(tmp_path / "done.xlsx", "E7", 1) == "D"


def test_clear_without_wishes(plain, tmp_path):
    code, body = run("clear", plain, "-o", tmp_path / "out.xlsx")
    assert code == 0 and body["decisions"] == [] and body["gap"] == 0
