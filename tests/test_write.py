"""The result workbook: the contract of every sheet, and that nothing is ever lost."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import time
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from constraints import REGISTRY
from roster.audit import Audit, audit
from roster.errors import OutputError
from roster.outcome import Outcome, SolveStatus
from roster.plan import Roster
from roster.problem import (
    CarryOver,
    Demand,
    DeskSpell,
    Employee,
    FixedDuty,
    Grade,
    Leave,
    LeaveKind,
    Problem,
    Request,
    Shift,
    ShiftKind,
    Status,
    Swap,
    Want,
)
from roster.rotation import turns
from roster.rule import Level
from roster.under import under
from roster.workbook import style
from roster.workbook.counts import duty_counts
from roster.workbook.layout import INPUT_SHEETS, NO_VIOLATIONS, RESULT_SHEETS, SHEETS
from roster.workbook.save import untouched
from roster.workbook.style import ink_on
from roster.workbook.write import write_result

START = date(2026, 10, 1)
DAY = timedelta(days=1)


def rule_set(*overrides: str, **levels: Level):
    rules = REGISTRY.defaults(REGISTRY.rulebook("standard"))
    for rule_id, level in levels.items():
        rules[rule_id] = dataclasses.replace(rules[rule_id], level=level)
    return REGISTRY.rule_set(rules, "standard", overrides)


def make_problem(lang: str = "zh", people: int = 6, days: int = 31) -> Problem:
    shifts = (
        Shift(code="D", segments=((480, 960),), name="早班"),
        Shift(code="d", segments=((540, 1110),), name="小早", paid_minutes=510),
        Shift(code="N", segments=((1380, 1860),), name="夜班", kind=ShiftKind.NIGHT),
        Shift(code="*", segments=((600, 840), (960, 1200)), name="=两头", colour="112233"),
    )
    staff = tuple(
        Employee(
            id=f"{i:03d}",
            name=("=王" if i == 1 else f"员工{i}"),
            group="甲" if i <= people // 2 else "乙",
            grade=Grade.SENIOR if i % 2 else Grade.JUNIOR,
            end_date=START + 20 * DAY if i == people else None,
        )
        for i in range(1, people + 1)
    )
    return Problem(
        start=START,
        end=START + (days - 1) * DAY,
        employees=staff,
        shifts=shifts,
        demand=(
            Demand(shifts=frozenset("D"), min=1, target=2, max=3),
            Demand(shifts=frozenset({"D", "d"}), min_grade=Grade.SENIOR, min=1),
            Demand(shifts=frozenset("N"), min=1),
        ),
        leaves=(
            Leave(staff="002", first=START + 9 * DAY, last=START + 12 * DAY),
            Leave(staff="003", first=START, last=START + DAY, kind=LeaveKind.ANNUAL),
        ),
        requests=(
            Request(staff="001", day=START + 4 * DAY, want=Want.OFF),
            Request(staff="001", day=START + 5 * DAY, want=Want.SHIFT, shift="N"),
            Request(staff="004", day=START + 5 * DAY, want=Want.NOT, shift="N"),
        ),
        fixed=(FixedDuty(staff="004", day=START + 3 * DAY, shift="D"),),
        swaps=(
            Swap(id="1", applicant="001", partner="002", day=START + DAY,
                 status=Status.APPLIED),
            Swap(id="2", applicant="001", partner="003", day=START, status=Status.REJECTED),
        ),
        carry_over={"001": CarryOver(nights=7, weekends=3, holidays=2, minutes=600)},
        language=lang,
        team="热线&服务" if lang == "zh" else "Hotline & more",
    )


def make_roster(problem: Problem) -> Roster:
    pattern = ("D", "d", "N", None, None, "*", "D")
    return Roster(
        problem,
        tuple(
            tuple(
                pattern[(d + 2 * e) % 7] if problem.available(e, d) else None
                for d in range(problem.n_days)
            )
            for e in range(len(problem.employees))
        ),
    )


def audited(lang: str = "zh", *overrides: str, **size: int) -> Audit:
    return audit(make_roster(make_problem(lang, **size)), rule_set(*overrides))


def make_source(path: Path, lang: str = "zh", staff: int = 6) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in INPUT_SHEETS:
        made = book.create_sheet(sheet.name(lang))
        made.append(list(sheet.headers(lang)))
    people = book[SHEETS["staff"].name(lang)]
    for i in range(1, staff + 1):
        people.append([f"{i:03d}", f"员工{i}"])
    book.save(path)
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return make_source(tmp_path / "in.xlsx")


def rows_of(book, key: str, lang: str) -> list[dict]:
    sheet = book[SHEETS[key].name(lang)]
    head, *rows = sheet.iter_rows(values_only=True)
    assert head == SHEETS[key].headers(lang)
    keys = [c.key for c in SHEETS[key].columns]
    return [dict(zip(keys, row)) for row in rows]


def header_row(sheet) -> int:
    return next(r for r in range(1, 20) if sheet.cell(r, 1).value in ("id", "工号"))


def write(tmp_path: Path, source: Path, found: Audit, **options) -> Path:
    leads = turns(found.roster.problem)
    done = write_result(tmp_path / "out.xlsx", source, found, leads=leads, **options)
    assert done.notes == ()
    return done.path


# --- the contract -------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_roster_sheet(tmp_path, lang):
    found = audited(lang)
    problem, roster = found.roster.problem, found.roster
    path = write(tmp_path, make_source(tmp_path / "in.xlsx", lang), found)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert sheet.title == SHEETS["roster"].name(lang) and book.active is sheet
    top = header_row(sheet)
    assert sheet.cell(top, 2).value == SHEETS["roster"].column("name").header(lang)
    for d, day in enumerate(problem.days):
        cell = sheet.cell(top, 3 + d)
        assert cell.value == datetime.combine(day, datetime.min.time()) and cell.is_date
    weekday = "四" if lang == "zh" else "Thu"
    assert sheet.cell(top - 1, 3).value == weekday
    assert sheet.freeze_panes == f"C{top + 1}"
    words = {"zh": ("事假", "年假"), "en": ("personal", "annual")}[lang]
    for e, person in enumerate(problem.employees):
        row = top + 1 + e
        assert sheet.cell(row, 1).value == person.id
        assert sheet.cell(row, 2).value == person.name
        for d in range(problem.n_days):
            leave = problem.leave_on(e, d)
            expected = roster.cells[e][d]
            if expected is None and leave is not None:
                expected = words[leave.kind is LeaveKind.ANNUAL]
            assert sheet.cell(row, 3 + d).value == expected
    assert sheet.cell(top + 1 + len(problem.employees), 1).value is None
    assert not sheet.merged_cells.ranges
    assert sheet.print_title_cols == "$A:$B" and sheet.page_setup.fitToWidth == 1
    assert sheet.page_setup.orientation == "landscape"
    assert "热线&服务" in sheet["A1"].value or "Hotline & more" in sheet["A1"].value
    assert sheet.oddFooter.left.text == "roster"


def test_marks_in_the_grid(tmp_path, source):
    found = audited()
    problem = found.roster.problem
    sheet = openpyxl.load_workbook(write(tmp_path, source, found)).worksheets[0]
    top = header_row(sheet)
    for v in found.hard:
        if v.who and v.when and v.rule != "cover":
            e, d = problem.employee_index[v.who[0]], problem.index_of(v.when[0])
            if 0 <= d < problem.n_days:
                cell = sheet.cell(top + 1 + e, 3 + d)
                assert cell.border.left.color.rgb == "FFC8102E"
                assert found.say(v, "zh") in cell.comment.text
    short = [v for v in found.hard if v.rule == "cover"]
    assert short
    last = top + len(problem.employees) + 2 + len(problem.shifts) + 1
    assert sheet.cell(last, 2).value == "缺员"
    for v in short:
        cell = sheet.cell(last, 3 + problem.index_of(v.when[0]))
        assert found.say(v, "zh") in cell.comment.text
    assert sum(sheet.cell(last, 3 + d).value or 0 for d in range(31)) == found.shortage
    assert "国庆节" in sheet.cell(top, 3).comment.text
    assert sheet.cell(top, 3).fill.fgColor.rgb != sheet.cell(top, 10).fill.fgColor.rgb
    star = next(
        c for row in sheet.iter_rows(min_row=top + 1, max_row=top + 6) for c in row
        if c.value == "*"
    )
    assert star.fill.fgColor.rgb == "FF112233" and star.font.color.rgb == "FFFFFFFF"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables(tmp_path, lang):
    found = audited(lang)
    problem, roster = found.roster.problem, found.roster
    outcome = Outcome(
        status=SolveStatus.FEASIBLE, roster=roster, audit=found, bound=found.points / 2,
        seconds=1.5, seed=3,
    )
    path = write(
        tmp_path, make_source(tmp_path / "in.xlsx", lang), found, outcome=outcome,
        program="roster 9.9",
    )
    book = openpyxl.load_workbook(path)
    missing = [s.key for s in RESULT_SHEETS if s.name(lang) not in book.sheetnames]
    assert missing == ["desk_plan"]  # nobody changes desks here

    leads = rows_of(book, "leads", lang)
    weeks = turns(problem)
    assert [r["week_of"].date() for r in leads] == [w.monday for w in weeks]
    assert [r["lead_id"] for r in leads] == [problem.employees[w.lead].id for w in weeks]
    assert leads[1]["handover"].hour == 16
    assert rows_of(book, "duties", lang)[0]["who"]

    cover = rows_of(book, "coverage", lang)
    assert len(cover) == sum(map(len, problem.demand_on))
    assert sum(r["short"] for r in cover) == found.shortage
    for r in cover:
        d = problem.index_of(r["date"].date())
        codes = r["shift"].split(",")
        people = [
            e for e in range(len(problem.employees)) if roster.cells[e][d] in codes
            and (r["min_grade"] is None or problem.employees[e].grade is Grade.SENIOR)
        ]
        assert r["on_duty"] == len(people)
        assert r["under_target"] == max(0, (r["target"] or 0) - max(len(people), r["min"]))
        assert r["over"] == (0 if r["max"] is None else max(0, len(people) - r["max"]))

    rows = rows_of(book, "audit", lang)
    assert len(rows) == len(found.violations)
    order = {"hard": 0, "硬": 0, "advisory": 1, "提示": 1, "soft": 2, "软": 2}
    assert [order[r["level"]] for r in rows] == sorted(order[r["level"]] for r in rows)
    assert all(isinstance(r["amount"], int) and r["what"] and r["source"] for r in rows)

    ledger = rows_of(book, "ledger", lang)
    assert sum(r["points"] for r in ledger) == found.points
    assert all(r["points"] == r["amount"] * r["weight"] for r in ledger)

    summary = {r["item"]: r["value"] for r in rows_of(book, "summary", lang)}
    zh = lang == "zh"
    assert summary["目标值（扣分）" if zh else "objective"] == found.points
    assert summary["差距" if zh else "gap"] == pytest.approx(0.5)
    assert summary["程序版本" if zh else "program version"] == "roster 9.9"
    assert "min_minutes=660" in summary["rest_between_shifts"]
    assert summary["开始日期" if zh else "first day"] == datetime(2026, 10, 1)
    for key in ("coverage", "fairness", "audit", "summary"):
        sheet = book[SHEETS[key].name(lang)]
        assert sheet.auto_filter.ref and sheet.freeze_panes and sheet.print_title_rows
    year = book[SHEETS["year"].name(lang)]
    assert year.title in year.oddHeader.left.text and "2026" in year.oddHeader.left.text


@pytest.mark.parametrize("days, breaks", [(31, []), (92, [33, 63])])
def test_a_quarter_prints_a_page_a_month(tmp_path, source, days, breaks):
    """October's 31 days stand in columns 3 to 33."""
    sheet = openpyxl.load_workbook(write(tmp_path, source, audited(days=days)))["排班表"]
    assert [b.id for b in sheet.col_breaks.brk] == breaks
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is (not breaks)
    assert sheet.print_title_cols == "$A:$B"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_desk_plan(tmp_path, lang):
    """The plan's cells, the counts below it, and colours for learning and moving."""
    months = [date(2026, 10 + i, 1) for i in range(3)]
    rows = {"001": "qqc", "002": "cbb"}
    plan = tuple(
        DeskSpell(
            staff=staff, month=month, desk=f"desk {desk}",
            training="desk c" if (staff, i) == ("001", 1) else "",
        )
        for staff, desks in rows.items()
        for i, (month, desk) in enumerate(zip(months, desks))
    )
    people = make_problem(lang).employees
    people = (
        dataclasses.replace(people[0], job="Desk Q", desk_since=date(2024, 12, 1)),
        dataclasses.replace(people[1], job="desk c", desk_since=date(2024, 11, 1)),
        *people[2:],
    )
    problem = dataclasses.replace(make_problem(lang), employees=people, desk_plan=plan)
    found = audit(make_roster(problem), rule_set())
    path = write(tmp_path, make_source(tmp_path / "in.xlsx", lang), found)
    sheet = openpyxl.load_workbook(path)[SHEETS["desk_plan"].name(lang)]
    assert [c.value for c in sheet[1]][:3] == list(SHEETS["desk_plan"].headers(lang))
    assert [c.value.date() for c in sheet[1][3:]] == months
    shown = [[c.value for c in sheet[r]] for r in (2, 3)]
    assert [row[0] for row in shown] == ["001", "002"]
    assert shown[0][3:] == ["desk q", "desk q + desk c", "→ desk c"]
    assert shown[1][3:] == ["desk c", "→ desk b", "desk b"]
    fills = [[c.fill.start_color.rgb[2:] for c in sheet[r][3:]] for r in (2, 3)]
    assert fills[0][1:] == [style.CAUTION_FILL, style.MOVED]
    assert fills[1][1] == style.MOVED
    counts = {sheet.cell(r, 1).value: [c.value for c in sheet[r][3:]] for r in (5, 6, 7)}
    word = "people at {}" if lang == "en" else "{}人数"
    assert counts == {
        word.format("desk q"): [1, 1, 0],
        word.format("desk c"): [1, 0, 1],
        word.format("desk b"): [0, 1, 1],
    }


def test_no_weekly_leads_where_the_rule_is_off(tmp_path, source):
    rules = rule_set(lead_rotation=Level.OFF)
    found = audit(make_roster(under(make_problem(), rules)), rules)
    book = openpyxl.load_workbook(write(tmp_path, source, found))
    assert SHEETS["handover"].name("zh") not in book.sheetnames
    assert rows_of(book, "leads", "zh") == []
    assert not any("轮值" in str(c.value) for row in book["排班表"].iter_rows() for c in row)


def test_fairness(tmp_path, source):
    found = audited()
    problem, roster = found.roster.problem, found.roster
    book = openpyxl.load_workbook(write(tmp_path, source, found))
    rows = rows_of(book, "fairness", "zh")
    assert [r["id"] for r in rows] == [p.id for p in problem.employees]
    for e, row in enumerate(rows):
        codes = Counter(c for c in roster.cells[e] if c)
        assert row["duties"] == codes.total()
        assert row["nights"] == codes["N"]
        assert row["hours"] == roster.minutes(e) / 60
        assert row["holidays"] == sum(roster.cells[e][d] is not None for d in (0, 1, 2))
    first = rows[0]
    assert first["total_nights"] == first["nights"] + 7
    assert first["total_weekends"] == first["weekends"] + 3
    assert first["total_holidays"] == first["holidays"] + 2
    assert first["total_hours"] == first["hours"] + 10
    assert first["wishes_met"] + first["wishes_missed"] == 2
    assert (first["swaps"], rows[2]["swaps"]) == (1, 0)
    headers = [c.value for c in book["公平"][1]]
    assert {"150%工时", "200%工时", "300%工时", "累计夜班", "累计工时"} <= set(headers)


def test_pay_classes():
    problem = make_problem()
    # 1 Oct is statutory, 5 Oct a moved day off, 8 Oct a workday, 10 Oct a moved workday
    cells = [[None] * 31 for _ in problem.employees]
    for d in (0, 4, 7, 9):
        cells[0][d] = "d"
    found = audit(Roster(problem, tuple(map(tuple, cells))), rule_set())
    counted = duty_counts(found)[0]
    assert (counted["m300"], counted["m200"], counted["m150"]) == (510, 510, 60)
    assert counted["weekends"] == 0 and counted["holidays"] == 1


def test_no_violations(tmp_path, source):
    problem = dataclasses.replace(make_problem(), demand=(), requests=(), fixed=())
    rules = rule_set()
    off = {r.id: Level.OFF for r in rules}
    found = audit(Roster.empty(problem), rule_set(**off))
    for lang in ("zh", "en"):
        path = write(tmp_path, source, found, lang=lang)
        sheet = openpyxl.load_workbook(path)[SHEETS["audit"].name(lang)]
        assert [c.value for c in sheet[2]] == [NO_VIOLATIONS.to(lang)] + [None] * 7
        assert sheet.max_row == 2


def test_overrides_come_first(tmp_path, source):
    path = write(tmp_path, source, audited("zh", "weekly_rest"))
    book = openpyxl.load_workbook(path)
    summary = book["概要"]
    assert "weekly_rest" in summary["B2"].value and "劳动法" in summary["B2"].value
    roster = book["排班表"]
    above = [roster.cell(r, 1).value for r in range(1, header_row(roster))]
    assert any(text and "weekly_rest" in text for text in above)


def test_colours_are_readable():
    assert ink_on("2F3D66") == "FFFFFF" and ink_on("FFF0C2") == "1F2933"


# --- formulas -----------------------------------------------------------------------------


def test_stored_totals_and_formulas(tmp_path, source):
    found = audited()
    roster = found.roster
    path = write(tmp_path, source, found)
    live = openpyxl.load_workbook(path)
    stored = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    for sheet in live.worksheets[1:]:
        assert all(c.data_type != "f" for row in sheet.iter_rows() for c in row)
    sheet, top = live.worksheets[0], header_row(live.worksheets[0])
    totals = {sheet.cell(top, c).value: c for c in range(34, 39)}
    assert list(totals) == ["班数", "工时", "夜班", "周末班", "节假日班"]
    for e, counted in enumerate(duty_counts(found)):
        keys = ("duties", "hours", "nights", "weekends", "holidays")
        for key, column in zip(keys, totals.values()):
            assert sheet.cell(top + 1 + e, column).data_type == "f"
            assert stored.cell(top + 1 + e, column).value == counted[key]
    first = top + len(roster.problem.employees) + 2
    for i, shift in enumerate(roster.problem.shifts):
        assert sheet.cell(first + i, 1).value == shift.code
        for d in range(31):
            assert sheet.cell(first + i, 3 + d).data_type == "f"
            here = len(roster.on_duty[d].get(shift.code, ()))
            assert stored.cell(first + i, 3 + d).value == here


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_formulas_evaluate(tmp_path, source):
    path = write(tmp_path, source, audited())
    # openpyxl drops the stored values, so that LibreOffice must calculate
    bare = openpyxl.load_workbook(path)
    for title in bare.sheetnames[1:]:
        del bare[title]
    bare.save(tmp_path / "bare.xlsx")
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation={(tmp_path / 'office').as_uri()}",
            "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "calc"),
            str(tmp_path / "bare.xlsx"),
        ],
        check=True, capture_output=True, timeout=120,
    )
    ours = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    done = openpyxl.load_workbook(tmp_path / "calc/bare.xlsx", data_only=True).worksheets[0]
    formulas = [
        c.coordinate for row in bare.worksheets[0].iter_rows() for c in row
        if c.data_type == "f"
    ]
    assert len(formulas) > 150
    assert {c: done[c].value for c in formulas} == {c: ours[c].value for c in formulas}


# --- what goes in comes out ---------------------------------------------------------------


def test_round_trip(tmp_path, source):
    book = openpyxl.load_workbook(source)
    staff = book["人员"]
    staff["A2"].comment = Comment("老员工", "boss")
    staff["B2"].font = Font(name="SimSun", bold=True, color="FF00AA00")
    staff.row_dimensions[3].hidden = True
    staff.column_dimensions["D"].width = 33
    check = DataValidation(type="list", formula1='"是,否"')
    check.add("I2:I50")
    staff.add_data_validation(check)
    staff.cell(1, 40, "我的列")
    staff.cell(2, 40, "=1+1").data_type = "s"
    staff.cell(3, 40, "-备注")
    own = book.create_sheet("我的表")
    own["A1"], own["B1"], own["C1"] = 5, "=A1*2", "'=x"
    own.sheet_state = "hidden"
    book.create_sheet("Roster").append(["old"])
    book.create_sheet("检查").append(["old"])
    book.save(source)

    path = write(tmp_path, source, audited())
    after = openpyxl.load_workbook(path)
    assert after.sheetnames.count("排班表") == 1
    assert "Roster" not in after.sheetnames
    assert after["检查"]["A1"].value == "规则"
    staff = after["人员"]
    assert staff["A2"].comment.text == "老员工" and staff["A2"].comment.author == "boss"
    assert staff["B2"].font.name == "SimSun" and staff["B2"].font.bold
    assert staff.row_dimensions[3].hidden and staff.column_dimensions["D"].width == 33
    assert [str(v.sqref) for v in staff.data_validations.dataValidation] == ["I2:I50"]
    assert staff.cell(1, 40).value == "我的列"
    text = staff.cell(2, 40)
    assert (text.value, text.data_type, text.quotePrefix) == ("=1+1", "s", True)
    assert staff.cell(3, 40).value == "-备注"
    own = after["我的表"]
    assert own.sheet_state == "hidden" and own["A1"].value == 5
    # a formula that never had a value cannot come out as one
    assert own["B1"].value == "=A1*2"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_input_formula_comes_out_as_its_value(tmp_path, source):
    book = openpyxl.load_workbook(source)
    book["人员"]["K2"] = "=80*2"
    book.save(source)
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation={(tmp_path / 'office').as_uri()}",
            "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "calc"),
            str(source),
        ],
        check=True, capture_output=True, timeout=120,
    )
    path = write(tmp_path, tmp_path / "calc/in.xlsx", audited())
    cell = openpyxl.load_workbook(path)["人员"]["K2"]
    assert (cell.value, cell.data_type) == (160, "n")


def test_text_never_becomes_a_formula(tmp_path, source):
    path = write(tmp_path, source, audited())
    book = openpyxl.load_workbook(path)
    names = [
        c for sheet in book.worksheets for row in sheet.iter_rows() for c in row
        if c.value in ("=王", "=两头")
    ]
    assert len(names) >= 4
    assert all(c.data_type == "s" and c.quotePrefix for c in names)


def test_result_goes_in_again(tmp_path, source):
    found = audited()
    path = write(tmp_path, source, found)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.cell(header_row(sheet) + 3, 8).comment = Comment("请勿改动", "王经理")
    book.save(tmp_path / "again.xlsx")
    done = write_result(
        tmp_path / "out2.xlsx", tmp_path / "again.xlsx", found,
        leads=turns(found.roster.problem), lang="en",
    )
    after = openpyxl.load_workbook(done.path)
    assert len(after.sheetnames) == len(INPUT_SHEETS) + len(RESULT_SHEETS) - 1
    sheet = after["Roster"]
    assert "请勿改动" in sheet.cell(header_row(sheet) + 3, 8).comment.text


# --- saving -------------------------------------------------------------------------------


def left_behind(folder: Path) -> list[str]:
    return [p.name for p in folder.iterdir() if p.name.startswith(".roster-")]


def test_own_result_is_replaced(tmp_path, source):
    path = write(tmp_path, source, audited())
    assert untouched(path)
    assert write(tmp_path, source, audited()) == path
    # its own input too, as long as nobody saved it since
    write_result(path, path, audited())
    assert untouched(path) and not left_behind(tmp_path)


def test_foreign_file_is_refused(tmp_path, source):
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"precious")
    with pytest.raises(OutputError) as caught:
        write_result(target, source, audited())
    assert "--force" in caught.value.issues[0].line("en")
    assert target.read_bytes() == b"precious"
    write_result(target, source, audited(), force=True)
    assert untouched(target)


def test_input_is_not_overwritten(tmp_path, source):
    before = source.read_bytes()
    with pytest.raises(OutputError):
        write_result(source, source, audited())
    assert source.read_bytes() == before


def test_file_saved_by_a_person_is_refused(tmp_path, source):
    path = write(tmp_path, source, audited())
    book = openpyxl.load_workbook(path)  # keeps every property of the file
    book.worksheets[0]["C9"] = "N"
    book.save(path)
    assert not untouched(path)
    with pytest.raises(OutputError) as caught:
        write_result(path, source, audited())
    assert "by hand" in caught.value.issues[0].what.en


@pytest.mark.parametrize("lock", ["~$out.xlsx", ".~lock.out.xlsx#"])
def test_open_elsewhere(tmp_path, source, lock):
    path = write(tmp_path, source, audited())
    before = path.read_bytes()
    (tmp_path / lock).write_bytes(b"")
    for number in (2, 3):
        done = write_result(path, source, audited())
        assert done.path.name == f"out ({number}).xlsx" and done.path.exists()
        assert "open" in done.notes[0].en and done.path.name in done.notes[0].zh
    assert path.read_bytes() == before


def test_read_only_file(tmp_path, source):
    path = write(tmp_path, source, audited())
    path.chmod(0o444)
    done = write_result(path, source, audited(), force=True)
    assert done.path.name == "out (2).xlsx" and "read-only" in done.notes[0].en


def test_replace_refused_by_the_system(tmp_path, source, monkeypatch):
    path = write(tmp_path, source, audited())
    real, calls = os.replace, []

    def replace(a, b):
        calls.append(b)
        if len(calls) == 1:
            raise PermissionError(13, "in use")
        real(a, b)

    monkeypatch.setattr(os, "replace", replace)
    done = write_result(path, source, audited())
    assert done.path.name == "out (2).xlsx" and not left_behind(tmp_path)


def test_bad_places(tmp_path, source):
    (tmp_path / "folder.xlsx").mkdir()
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    for target in (
        tmp_path / "folder.xlsx", tmp_path / "none" / "out.xlsx", tmp_path / "out.txt",
        locked / "out.xlsx",
    ):
        with pytest.raises(OutputError) as caught:
            write_result(target, source, audited())
        assert caught.value.issues[0].hint.zh
    locked.chmod(0o755)


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "no space left")])
def test_nothing_is_left_behind(tmp_path, source, monkeypatch, error):
    path = write(tmp_path, source, audited())
    before = path.read_bytes()

    def fail(*_):
        raise error

    monkeypatch.setattr("roster.workbook.save.ExcelWriter.write_data", fail)
    with pytest.raises((KeyboardInterrupt, OutputError)):
        write_result(path, source, audited())
    assert path.read_bytes() == before and not left_behind(tmp_path)


def test_others_may_read_the_result(tmp_path, source):
    path = write(tmp_path, source, audited())
    mask = os.umask(0)
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask


def test_two_hundred_people_in_time(tmp_path):
    found = audited(people=200)
    source = make_source(tmp_path / "in.xlsx", staff=200)
    begin = time.process_time()
    path = write(tmp_path, source, found)
    # generous, for a busy machine; the benchmark shows the real figure
    assert time.process_time() - begin < 4
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.page_setup.fitToHeight == 0 and sheet.print_title_rows.startswith("$1:")
