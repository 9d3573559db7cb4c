"""A roster typed by hand, on a file that this program never wrote, is scored like any other."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from test_cli import answer, run

from constraints import REGISTRY
from roster.audit import audit
from roster.errors import InputError
from roster.workbook.read import read

PEOPLE = ("Wang", "Li", "Zhang", "Liu", "Chen", "Zhao")
PATTERN = ("D", "D", "E", "E", None, "off", "D")
DAYS = [date(2026, 12, 1) + timedelta(days=d) for d in range(31)]
HEADERS = {
    "excel": lambda day: datetime(day.year, day.month, day.day),
    "iso": lambda day: day.isoformat(),
    "slashes": lambda day: f"{day.year}/{day.month}/{day.day}",
    "number": lambda day: day.day,
    "chinese": lambda day: f"{day.month}月{day.day}日",
    "weekday": lambda day: f"{day.day}日（{'一二三四五六日'[day.weekday()]}）",
    "short": lambda day: f"{day.month}/{day.day} {day:%a}",
}
ZH = {
    "Settings": "设置", "Staff": "人员", "Shifts": "班次", "Demand": "需求", "Leave": "请假",
    "Roster": "排班表", "item": "项目", "value": "值", "month": "月份", "id": "工号",
    "name": "姓名", "grade": "级别", "senior": "高级", "code": "代码", "hours": "时间",
    "days": "日期", "every day": "每天", "shift": "班次", "min": "最少", "staff": "工号",
    "from": "开始", "to": "结束", "kind": "类型", "status": "状态", "annual": "年假",
    "approved": "批准", "off": "休",
}  # fmt: skip


def handmade(path, *, lang="en", header="excel", columns=("id", "name"), above=0, below=False):
    """Write a month for six people the way a person would, and return the path."""
    book = Workbook()
    book.remove(book.active)

    def say(word):
        return ZH.get(word, word) if lang == "zh" else word

    def sheet(title, *rows):
        page = book.create_sheet(say(title))
        for row in rows:
            page.append([say(x) if isinstance(x, str) else x for x in row])
        return page

    sheet("Settings", ("item", "value"), ("month", "2026-12"))
    people = [(n, f"{i:03}", "senior" if i < 4 else None) for i, n in enumerate(PEOPLE, 1)]
    sheet("Staff", ("name", "id", "grade"), *people)
    sheet("Shifts", ("code", "hours"), ("D", "08:30-17:00"), ("E", "13:00-21:30"))
    sheet("Demand", ("days", "shift", "min"), ("every day", "D", 2), ("every day", "E", 1))
    leave = ("Wang", "2026-12-10", datetime(2026, 12, 11), "annual", "approved")
    sheet("Leave", ("staff", "from", "to", "kind", "status"), leave)
    page = sheet("Roster", *([["December 2026"]] * above))
    page.append([*map(say, columns), *map(HEADERS[header], DAYS)])
    if below:
        page.append([None] * len(columns) + ["一二三四五六日"[day.weekday()] for day in DAYS])
    for e, (name, staff, _) in enumerate(people):
        codes = [say(PATTERN[(d + 2 * e) % 7] or "") or None for d in range(31)]
        if e == 0:
            codes[9:11] = [say("annual")] * 2
        page.append([{"id": staff, "name": name}[c] for c in columns] + codes)
    page.append([])
    page.append(["sum"])
    book.save(path)
    return path


def score(path):
    loaded = read(path, REGISTRY, want_roster=True)
    found = audit(loaded.roster, loaded.rules)
    return len(found.hard), found.shortage, found.points, loaded.roster.cells


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return score(handmade(tmp_path_factory.mktemp("plain") / "plain.xlsx"))


@pytest.mark.parametrize(
    "how",
    [
        *({"header": h} for h in HEADERS if h != "excel"),
        {"lang": "zh", "header": "chinese"},
        {"columns": ("name", "id"), "above": 2},
        {"columns": ("name",), "header": "number", "above": 1, "below": True},
        {"lang": "zh", "columns": ("name",), "header": "weekday"},
    ],
    ids=lambda how: "-".join(map(str, how.values())),
)
def test_however_it_is_typed(how, plain, tmp_path):
    assert score(handmade(tmp_path / "hand.xlsx", **how)) == plain


def test_a_day_that_could_be_two_is_none(tmp_path):
    path = handmade(tmp_path / "hand.xlsx", header="number")
    book = load_workbook(path)
    book["Settings"]["A2"], book["Settings"]["B2"] = "start date", date(2026, 12, 1)
    book["Settings"].append(["end date", date(2027, 1, 2)])
    book.save(path)
    with pytest.raises(InputError) as caught:
        read(path, REGISTRY, want_roster=True)
    assert "days have no column" in caught.value.issues[0].what.en
    assert "2026-12-01" in caught.value.issues[0].found


def test_a_person_left_out_is_told_where_reading_ended(tmp_path):
    path = handmade(tmp_path / "hand.xlsx")
    book = load_workbook(path)
    book["Roster"].insert_rows(5)
    book.save(path)
    with pytest.raises(InputError) as caught:
        read(path, REGISTRY, want_roster=True)
    assert len(caught.value.issues) == 3
    assert "read up to row 4" in caught.value.issues[0].hint.en


def test_audit_writes_its_sheets_and_keeps_remarks(tmp_path, plain):
    path = handmade(
        tmp_path / "hand.xlsx", lang="zh", columns=("name",), header="number", above=1
    )
    book = load_workbook(path)
    book["排班表"]["C4"].comment = Comment("与小王说好", "经理")  # Li, 2 December
    book.save(path)
    out = tmp_path / "scored.xlsx"
    code, body, _ = answer("audit", path, "-o", out)
    assert code == 6 and body["points"] == plain[2]
    assert score(out) == plain
    book = load_workbook(out)
    assert {"检查", "扣分", "公平", "在岗", "概要"} <= set(book.sheetnames)
    notes = [c.comment.text for r in book["排班表"].iter_rows() for c in r if c.comment]
    assert any(text.startswith("与小王说好") for text in notes)


def test_it_is_compared_with_the_roster_of_the_program(tmp_path):
    path = handmade(tmp_path / "hand.xlsx", columns=("name", "id"), header="number")
    out = tmp_path / "solved.xlsx"
    assert run("solve", path, "-o", out, "--time", 2)[0] == 0
    code, body, _ = answer("compare", path, out)
    assert code == 0 and (body["better"], body["because"]) == ("b", "hard")
    assert not body["rules_differ"] and not body["input_differs"]
