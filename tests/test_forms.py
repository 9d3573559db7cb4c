"""The forms to be printed: what stands on them, one page each, nothing lost or made up."""

from __future__ import annotations

import dataclasses
import random
import re
import shutil
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from test_cli import add, answer, put, run

from constraints import REGISTRY
from roster.audit import audit
from roster.errors import InputError, OutputError
from roster.plan import Roster
from roster.problem import Employee
from roster.rotation import turns
from roster.swaps.desk import CHECKED, Desk
from roster.swaps.exchange import misfits
from roster.workbook import forms
from roster.workbook.forms import find_leave, write_leave_form, write_swap_form
from roster.workbook.read import read
from roster.workbook.template import BLANK_TABLES, write_template
from roster.workbook.write import write_result

sys.path.insert(0, str(Path(__file__).parent / "swaps"))
import teams

FIRST = date(2026, 12, 7)
GRID = (  # E01 … E08 over two weeks; E01 leads group B, group A has no permanent leader
    "D D D D D - - D D D D D - -",
    "E E E - - D D E E E - - W -",
    "D D - - E E - D D - - E - W",
    "- E E E D - - - E E E D - -",
    "D - - E E - W D - - E E - -",
    "- D D D - - - - - - D D W -",
    "E E - - D D - E E - - D D -",
    "D D E E - - - D D E E - - W",
)


def at(n: int) -> datetime:
    return datetime.combine(FIRST, datetime.min.time()) + timedelta(days=n)


def fill(book) -> None:
    """Type a register and leave into a workbook with English headers."""
    swap = {"asked_at": datetime(2026, 12, 1, 9, 30)}
    add(
        book,
        "Swaps",
        id="1",
        applicant="E03",
        date=at(0),
        partner="E04",
        return_date=at(1),
        applicant_agrees="yes",
        reason="=SUM(A1) school",
        **swap,
    )
    put(book, "Swaps", 2, "partner agrees", "no")
    add(book, "Swaps", id="2", applicant="E05", date=at(3), partner="E06", **swap)
    ring = {"ring": "9", "manager": "yes", **swap}
    add(
        book,
        "Swaps",
        id="3",
        applicant="E02",
        date=at(0),
        partner="E04",
        applicant_agrees="yes",
        **ring,
    )
    add(
        book,
        "Swaps",
        id="4",
        applicant="E04",
        date=at(1),
        partner="E06",
        applicant_agrees="yes",
        partner_agrees="yes",
        **ring,
    )
    add(
        book,
        "Swaps",
        id="5",
        applicant="E06",
        date=at(3),
        partner="E02",
        partner_agrees="no",
        override_by="Boss",
        override_reason="=the peak",
        **ring,
    )
    add(
        book,
        "Swaps",
        id="6",
        applicant="E08",
        date=at(0),
        partner="E07",
        return_date=at(0),
        status="approved",
        decision="every rule holds",
        manager="yes",
        **swap,
    )
    add(book, "Swaps", id="7", applicant="E03", date=at(2), partner="E04", **swap)
    add(
        book,
        "Leave",
        staff="E07",
        **{"from": at(0)},
        to=at(1),
        kind="personal",
        asked_at=at(-3),
        asked_by="E08",
        exceptional="yes",
        **{"stand-in": "E06"},
    )
    add(
        book,
        "Leave",
        staff="E08",
        **{"from": at(3)},
        to=at(3),
        kind="special",
        certificate="no",
        status="rejected",
        approved_by="department head",
    )
    add(
        book,
        "Leave",
        staff="E02",
        **{"from": at(7)},
        to=at(20),
        kind="sick",
        asked_by="=mother",
    )
    add(book, "Leave", staff="E01", **{"from": at(4)}, to=at(4), kind="official")


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """A file in each language with a roster, a register and leave."""
    folder = tmp_path_factory.mktemp("books")
    out = {}
    for lang in ("en", "zh"):
        tables = BLANK_TABLES("en")
        tables["leave"] = tables["requests"] = []
        tables["settings"] = [
            {"item": "start date", "value": FIRST},
            {"item": "end date", "value": FIRST + timedelta(days=13)},
            {"item": "team", "value": "=Hotline & more"},
            {"item": "language", "value": lang},
        ]
        tables["shifts"][1]["hours"] = "13:00-16:30,17:30-21:30"
        write_template(folder / "in.xlsx", tables, "en", force=True)
        book = openpyxl.load_workbook(folder / "in.xlsx")
        fill(book)
        book.save(folder / "in.xlsx")
        problem = read(folder / "in.xlsx", REGISTRY).problem
        rows = tuple(tuple(c if c != "-" else None for c in r.split()) for r in GRID)
        rules = read(folder / "in.xlsx", REGISTRY).rules
        checked = audit(Roster(problem, rows), rules)
        path = folder / f"{lang}.xlsx"
        write_result(path, folder / "in.xlsx", checked, leads=turns(problem))
        out[lang] = path
    return out


def loaded_of(books, lang="en"):
    return read(books[lang], REGISTRY, want_roster=True)


def words(path) -> list[str]:
    sheet = openpyxl.load_workbook(path).active
    return [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None]


def lines(path) -> list[list[str]]:
    """Return the filled cells of each row."""
    sheet = openpyxl.load_workbook(path).active
    rows = ([str(c.value) for c in row if c.value is not None] for row in sheet.iter_rows())
    return [r for r in rows if r]


def line(path, start: str, nth: int = 0) -> list[str]:
    """Return the row whose first cell begins with some words."""
    return [r for r in lines(path) if r[0].startswith(start)][nth]


def swap_form(books, tmp_path, swap_id, lang="en", *, judged=True):
    loaded = loaded_of(books, lang)
    desk = Desk(loaded.roster, loaded.rules)
    exchange = None if swap_id is None else desk.exchange(swap_id)
    verdict = None
    if judged and exchange is not None and all(r.status in CHECKED for r in exchange.rows):
        verdict = None if misfits(desk.published, exchange) else desk.verdict(exchange)
    path = tmp_path / f"swap-{swap_id}-{lang}.xlsx"
    write_swap_form(path, loaded, exchange, verdict, lang=lang)
    return path


def leave_form(books, tmp_path, staff, n, lang="en", **changes):
    loaded = dataclasses.replace(loaded_of(books, lang), **changes)
    leave = None if staff is None else find_leave(loaded.problem, staff, at(n).date())
    path = tmp_path / f"leave-{staff}-{lang}.xlsx"
    write_leave_form(path, loaded, leave, lang=lang)
    return path


YES, NO, OPEN = ("☑", "☐"), ("☐", "☑"), ("☐", "☐")


def boxes(row: list[str]) -> tuple[str, ...]:
    """Return the boxes of a row, ticked or not."""
    return tuple(re.findall("[☐☑]", " ".join(row)))


# --- swaps ---------------------------------------------------------------------------------


def test_an_ordinary_swap(books, tmp_path):
    path = swap_form(books, tmp_path, "1")
    assert lines(path)[0] == ["Swap request 换班申请单"]
    assert lines(path)[1] == [
        "Team 班组",
        "=Hotline & more",
        "Month 月份",
        "2026-12-07 – 2026-12-20",
    ]
    assert lines(path)[2] == ["Number 编号", "1", "Asked at 申请时间", "2026-12-01 09:30"]
    assert line(path, "Applicant")[1:] == ["E03", "Zhang Wei", "B", "senior"]
    assert line(path, "Partner")[1:] == ["E04", "Liu Yang", "A", "senior"]
    assert line(path, "Duty given")[1:] == [
        "2026-12-07 Mon",
        "D",
        "early",
        "08:30-17:00",
        "E04 Liu Yang",
    ]
    assert line(path, "Duty returned")[1:] == [
        "2026-12-08 Tue",
        "E",
        "late",
        "13:00-16:30\n17:30-21:30",
        "E03 Zhang Wei",
    ]
    assert line(path, "Reason") == ["Reason 原因", "=SUM(A1) school"]
    assert boxes(line(path, "Applicant", 1)) == YES
    assert boxes(line(path, "Partner", 1)) == NO
    assert boxes(line(path, "Applicant's lead")) == OPEN
    assert line(path, "Applicant's lead")[1] == "E01 Wang Fang"  # permanent leader of B
    lead = turns(loaded_of(books).problem)[0].lead  # A has none: the lead of the week
    name = loaded_of(books).problem.employees[lead]
    assert line(path, "Partner's lead")[1] == f"{name.id} {name.name}"
    assert boxes(line(path, "Manager")) == OPEN
    assert line(path, "Status")[1] == "requested 申请"
    assert boxes(line(path, "Status")) == OPEN


def test_the_same_in_chinese(books, tmp_path):
    path = swap_form(books, tmp_path, "1", "zh")
    assert lines(path)[0] == ["换班申请单 Swap request"]
    assert openpyxl.load_workbook(path).active.title == "换班申请单"
    assert line(path, "申请人")[1:] == ["E03", "Zhang Wei", "B", "高级"]
    assert line(path, "换出的班")[1] == "2026-12-07 周一"
    assert line(path, "还班")[1] == "2026-12-08 周二"
    assert boxes(line(path, "对方", 1)) == NO
    assert line(path, "状态")[1] == "申请 requested"
    assert "程序核查 Check by the program" in words(path)
    assert any(w.startswith("结论：驳回") for w in words(path))
    assert any(w.startswith("✗ 双方同意（违反）：") for w in words(path))


def test_the_verdict_in_short(books, tmp_path):
    path = swap_form(books, tmp_path, "1")
    loaded = loaded_of(books)
    desk = Desk(loaded.roster, loaded.rules)
    verdict = desk.verdict(desk.exchange("1"))
    shown = words(path)
    assert "Verdict: rejected 驳回" in shown
    for finding in verdict.findings:
        title = finding.rule.title.en
        if finding in verdict.against:
            said = [w for w in shown if w.startswith((f"✗ {title} (", f"? {title} ("))]
            assert len(said) == 1
            assert finding.evidence[0].en in said[0]
        else:
            awaited = any(finding.rule.awaits(verdict.case, verdict.exchange))
            assert (f"☐ {title} (awaited)" if awaited else f"✓ {title}") in shown
    assert "☐ Manager's signature (awaited)" in shown
    assert not any("Check by" in w for w in words(swap_form(books, tmp_path, "6")))


def test_a_duty_given_away(books, tmp_path):
    path = swap_form(books, tmp_path, "2")
    assert line(path, "Duty returned")[1:] == [
        "☑\u00a0given away, nothing in return\u00a0单方代班，不还班"
    ]


def test_a_ring_has_a_line_for_each_duty(books, tmp_path):
    path = swap_form(books, tmp_path, "4")
    assert line(path, "Number")[1] == "3, 4, 5 (ring 9)"
    members = [r for r in lines(path) if r[0].startswith("Member")]
    assert [r[1] for r in members[:3]] == ["E02", "E04", "E06"]
    assert line(path, "3: E02 Li Na")[1:3] == ["2026-12-07 Mon", "E"]
    assert line(path, "4: E04 Liu Yang")[-1] == "E06 Zhao Lei"
    assert line(path, "5: E06 Zhao Lei")[-1] == "E02 Li Na"
    assert not any("given away" in w for w in words(path))
    signed = {r[1]: r for r in members[3:]}  # everybody signs once
    assert list(signed) == ["E02 Li Na", "E04 Liu Yang", "E06 Zhao Lei"]
    assert boxes(signed["E02 Li Na"]) == NO  # gives: yes, takes: no
    assert "No. 3: yes; No. 5: no" in signed["E02 Li Na"][2]
    assert boxes(signed["E04 Liu Yang"]) == OPEN  # the other cell is still awaited
    assert "No. 4: yes" in signed["E04 Liu Yang"][2]
    assert boxes(signed["E06 Zhao Lei"]) == OPEN
    assert boxes(line(path, "Manager")) == YES
    assert line(path, "Override by")[1::2] == ["Boss", "=the peak"]


def test_one_that_is_decided(books, tmp_path):
    path = swap_form(books, tmp_path, "6")
    assert line(path, "Status")[1] == "approved 批准"
    assert boxes(line(path, "Status")) == YES
    assert line(path, "Remarks")[1] == "every rule holds"
    assert boxes(line(path, "Manager")) == YES


def test_one_that_fits_the_roster_no_more_says_so(books, tmp_path):
    path = swap_form(books, tmp_path, "7")
    assert "does not fit the roster: E03 has no duty on Wed 9 Dec" in words(path)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_blank_swap_form(books, tmp_path, lang):
    path = swap_form(books, tmp_path, None, lang)
    shown = words(path)
    assert not any("☑" in w or "E0" in w for w in shown)
    assert sum(w.count("☐") for w in shown) == 13  # given away; five yes/no; the decision
    for text in ("Applicant", "申请人", "Partner's lead", "经理", "Override reason", "说明"):
        assert any(text in w for w in shown), text
    catalogue = next(w for w in shown if w.startswith("D "))
    assert "08:30-17:00" in catalogue and "13:00-16:30, 17:30-21:30" in catalogue
    assert "=Hotline & more" in shown


def test_who_is_not_asked_is_not_waited_for(books, tmp_path):
    loaded = loaded_of(books)
    rules = {r.id: r for r in loaded.rules}
    rules["swap_consent"] = dataclasses.replace(rules["swap_consent"], leads="no")
    loaded = dataclasses.replace(loaded, rules=REGISTRY.rule_set(rules, "standard"))
    exchange = Desk(loaded.roster, loaded.rules).exchange("1")
    write_swap_form(tmp_path / "f.xlsx", loaded, exchange, lang="en")
    assert line(tmp_path / "f.xlsx", "Partner's lead")[1] == "not asked for here"
    assert line(tmp_path / "f.xlsx", "Applicant", 1)[1] == "E03 Zhang Wei"


def test_the_leads_are_those_whom_consent_asks(books):
    loaded = loaded_of(books)
    rng = random.Random(5)
    seen = 0
    for n in range(60):
        problem = teams.problem(rng, 5, 7)
        employees = tuple(
            dataclasses.replace(p, leader=rng.random() < 0.2, rotation=rng.random() < 0.7)
            for p in problem.employees
        )
        roster = teams.roster(rng, dataclasses.replace(problem, employees=employees))
        row = teams.random_row(rng, roster, n, signatures={})
        if row is None:
            continue
        desk = Desk(teams.with_swaps(roster, [row]), loaded.rules)
        x = desk.exchange(row.id)
        case = desk.case([x])
        rule = loaded.rules["swap_consent"]
        mine = dataclasses.replace(loaded, problem=desk.problem, roster=desk.published)
        (cells,) = forms._cells_to_sign(mine, x)
        for column in ("applicants_lead", "partners_lead"):
            assert cells[column][0] == rule._asked(case, row, column)
            seen += bool(cells[column][0])
    assert seen > 40


# --- leave -----------------------------------------------------------------------------------


def test_a_leave(books, tmp_path):
    path = leave_form(books, tmp_path, "E07", 0)
    assert lines(path)[0] == ["Leave request 请假申请单"]
    assert lines(path)[2] == [
        "Asked at 申请时间",
        "2026-12-04 00:00",
        "Asked by 申请人",
        "E08 Zhou Min",
    ]
    assert line(path, "Person")[1:] == ["E07", "Sun Li", "B", "junior"]
    (kinds,) = line(path, "Kind")[1:]
    assert kinds.startswith("☑\u00a0personal\u00a0事假") and kinds.count("☑") == 1
    assert kinds.count("☐") == 4
    assert line(path, "From")[1::2] == ["2026-12-07 Mon", "2026-12-08 Tue", "2"]
    assert boxes(line(path, "Exceptional")) == (*YES, *OPEN)  # the certificate is not there yet
    assert line(path, "Stand-in")[1] == "E06 Zhao Lei"
    assert "2026-12-07 Mon D early 08:30-17:00" in words(path)  # swap 6 is approved
    assert "2026-12-08 Tue E late 13:00-16:30, 17:30-21:30" in words(path)
    assert boxes(line(path, "To be approved by")) == ("☐", "☑")  # more than a day
    assert line(path, "Lead")[1] == "E01 Wang Fang"
    assert boxes(line(path, "Approved by")) == OPEN
    assert boxes(line(path, "Status")) == OPEN


def test_a_leave_that_is_decided_in_chinese(books, tmp_path):
    path = leave_form(books, tmp_path, "E08", 3, "zh")
    assert lines(path)[0] == ["请假申请单 Leave request"]
    assert boxes(line(path, "批准权限")) == ("☑", "☐")  # one day: the department head
    assert boxes(line(path, "特殊")) == (*OPEN, *NO)
    assert line(path, "批准人")[1] == "主任"
    assert boxes(line(path, "批准人")) == NO
    assert line(path, "状态")[1] == "驳回 rejected"
    assert "2026-12-10 周四 E late 13:00-16:30, 17:30-21:30" in words(path)


def test_official_leave_goes_to_the_centre_head(books, tmp_path):
    path = leave_form(books, tmp_path, "E01", 4)
    assert boxes(line(path, "To be approved by")) == ("☐", "☑")


def test_any_superior_where_the_rules_say_so(books, tmp_path):
    rules = {r.id: r for r in loaded_of(books).rules}
    rules["leave_approver"] = dataclasses.replace(rules["leave_approver"], levels=1)
    rules = REGISTRY.rule_set(rules, "standard")
    path = leave_form(books, tmp_path, "E01", 4, rules=rules)
    assert line(path, "To be approved by")[1:] == ["☑\u00a0superior\u00a0上级"]


def test_the_decision_on_a_leave(books, tmp_path):
    loaded = loaded_of(books)
    loaded.records["leave"][0].set("decision", "no stand-in")
    write_leave_form(tmp_path / "f.xlsx", loaded, loaded.problem.leaves[0], lang="en")
    assert line(tmp_path / "f.xlsx", "Remarks")[1] == "no stand-in"


def test_a_leave_beyond_the_roster(books, tmp_path):
    path = leave_form(books, tmp_path, "E02", 7)
    assert "Only Mon 7 Dec to Sun 20 Dec are on this roster." in words(path)
    assert line(path, "From")[-1] == "14"
    assert lines(path)[2][-1] == "=mother"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_blank_leave_form(books, tmp_path, lang):
    path = leave_form(books, tmp_path, None, 0, lang, roster=None)
    shown = words(path)
    assert not any("☑" in w or "E0" in w for w in shown)
    assert sum(w.count("☐") for w in shown) == 19
    for word in ("personal", "特殊事假", "sick", "年假", "公假", "centre head", "主任"):
        assert any(word in w for w in shown), word


def test_without_a_roster_there_is_room_for_the_duties(books, tmp_path):
    path = leave_form(books, tmp_path, "E07", 0, roster=None)
    assert not any("2026-12-07 Mon D" in w for w in words(path))
    assert any(w.startswith("D early") for w in words(path))


def test_which_leave_is_meant(books):
    problem = loaded_of(books).problem
    assert find_leave(problem, "Sun Li", at(0).date()).staff == "E07"
    both = (
        dataclasses.replace(problem.leaves[0], status=problem.leaves[1].status),
        *problem.leaves,
    )
    assert (
        find_leave(dataclasses.replace(problem, leaves=both), "E07", at(0).date())
        is problem.leaves[0]
    )
    for staff, n in (("E99", 0), ("E07", 1), ("E03", 0)):
        with pytest.raises(InputError) as caught:
            find_leave(problem, staff, at(n).date())
        (issue,) = caught.value.issues
        assert issue.what.en != issue.what.zh and issue.found


# --- the page ------------------------------------------------------------------------------


def every_form(books, tmp_path):
    for lang in ("en", "zh"):
        yield from (swap_form(books, tmp_path, i, lang) for i in (None, *"12467"))
        asked = ((None, 0), ("E07", 0), ("E08", 3), ("E02", 7))
        yield from (leave_form(books, tmp_path, *one, lang) for one in asked)


def test_one_page_is_set_up(books, tmp_path):
    for path in every_form(books, tmp_path):
        book = openpyxl.load_workbook(path)
        (sheet,) = book.worksheets
        setup = sheet.page_setup
        assert (setup.paperSize, setup.orientation) == (9, "portrait")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (setup.fitToWidth, setup.fitToHeight) == (1, 1)
        assert sheet.print_area == f"'{sheet.title}'!$A$1:$X${sheet.max_row}"
        heights = [sheet.row_dimensions[r].height for r in range(1, sheet.max_row + 1)]
        assert all(h and h <= 400 for h in heights)
        assert sum(heights) <= 770 / 0.85  # never less than 85 % of its size
        assert not any(c.data_type == "f" for row in sheet.iter_rows() for c in row)
        names = {c.font.name for row in sheet.iter_rows() for c in row if c.value}
        assert names == {"Microsoft YaHei"}
        signed = row_of(sheet, "Manager", "经理", "Lead", "班长")
        assert sheet.row_dimensions[signed].height >= 26  # points: room for a pen


def row_of(sheet, *starts):
    return next(
        row[0].row for row in sheet.iter_rows() if str(row[0].value or "").startswith(starts)
    )


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_it_prints_on_one_page(books, tmp_path):
    paths = list(every_form(books, tmp_path))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(tmp_path / 'office').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            *map(str, paths),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    for path in paths:
        pdf = path.with_suffix(".pdf").read_bytes()
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1, path.name


def test_text_never_becomes_a_formula(books, tmp_path):
    path = swap_form(books, tmp_path, "1")
    cells = [c for row in openpyxl.load_workbook(path).active.iter_rows() for c in row]
    typed = [c for c in cells if str(c.value or "").startswith("=")]
    assert [c.value for c in typed] == ["=Hotline & more", "=SUM(A1) school"]
    assert all(c.data_type == "s" and c.quotePrefix for c in typed)


def test_a_long_text_is_cut_and_says_so(books, tmp_path):
    loaded = loaded_of(books)
    long_one = "a very long reason, " * 200
    for record in loaded.records["swaps"]:
        record.set("reason", long_one)
        record.set("decision", long_one)
    names = tuple(
        dataclasses.replace(p, name="Maximiliane Alexandra Featherstonehaugh")
        for p in loaded.problem.employees
    )
    problem = dataclasses.replace(loaded.problem, employees=names)
    loaded = dataclasses.replace(loaded, problem=problem, roster=None)
    desk = Desk(Roster(problem, loaded_of(books).roster.cells), loaded.rules)
    for swap_id in "14":
        exchange = desk.exchange(swap_id)
        path = tmp_path / f"{swap_id}.xlsx"
        write_swap_form(path, loaded, exchange, desk.verdict(exchange), lang="en")
        sheet = openpyxl.load_workbook(path).active
        for label in ("Reason", "Remarks"):
            (said,) = line(path, label)[1:]
            assert said.endswith(" … (in full in the register)") and len(said) < 1200
        heights = [sheet.row_dimensions[r].height for r in range(1, sheet.max_row + 1)]
        assert sum(heights) < 770 / 0.6


def test_an_employee_without_anything_is_no_trouble(books, tmp_path):
    loaded = loaded_of(books)
    bare = tuple(Employee(id=p.id) for p in loaded.problem.employees)
    loaded = dataclasses.replace(
        loaded, problem=dataclasses.replace(loaded.problem, employees=bare)
    )
    exchange = Desk(loaded.roster, loaded.rules).exchange("1")
    write_swap_form(tmp_path / "f.xlsx", loaded, exchange, lang="zh")
    assert line(tmp_path / "f.xlsx", "申请人")[1:] == ["E03", "初级"]


# --- files and commands -----------------------------------------------------------------------


def test_a_file_of_somebody_else_stays(books, tmp_path):
    loaded = loaded_of(books)
    target = tmp_path / "form.xlsx"
    openpyxl.Workbook().save(target)
    before = target.read_bytes()
    for write, one in ((write_swap_form, None), (write_leave_form, None)):
        with pytest.raises(OutputError):
            write(target, loaded, one, lang="en")
        assert target.read_bytes() == before
    with pytest.raises(OutputError):
        write_leave_form(tmp_path / "form.pdf", loaded, None, lang="en")
    write_swap_form(target, loaded, None, lang="en", force=True)
    write_leave_form(target, loaded, None, lang="en")  # its own file it replaces


def test_a_form_never_replaces_a_workbook_unasked(books, tmp_path):
    one, other = tmp_path / "dec.xlsx", tmp_path / "other.xlsx"
    for path in (one, other):  # as the program wrote them, so that a result would replace them
        shutil.copy(books["en"], path)
    before = one.read_bytes()
    for more in ((), ("--force",)):
        code, _, said = run("swap", "form", one, "-o", one, "--id", "1", *more)
        assert (code, one.read_bytes()) == (3, before)
        assert "a form would replace its own workbook" in said
        assert run("leave", "form", one, "-o", one, "--blank", *more)[0] == 3
    code, _, said = run("swap", "form", one, "-o", other, "--id", "1")
    assert (code, other.read_bytes()) == (3, before) and "a roster workbook" in said
    assert run("swap", "form", one, "-o", other, "--id", "1", "--force")[0] == 0
    assert run("leave", "form", one, "-o", other, "--blank")[0] == 0  # a form is replaced


def test_swap_form_command(books, tmp_path):
    out = tmp_path / "form.xlsx"
    code, said, _ = run("swap", "form", books["en"], "-o", out, "--id", "1")
    assert code == 0 and str(out) in said
    assert any("Verdict: rejected" in w for w in words(out))
    code, body, _ = answer("swap", "form", books["zh"], "-o", out, "--id", "7", lang=None)
    assert (code, body) == (0, {"output": str(out)})
    assert lines(out)[0] == ["换班申请单 Swap request"]  # the file's language
    code, _, _ = run("swap", "form", books["zh"], "-o", out, "--blank", lang="en")
    assert code == 0 and lines(out)[0] == ["Swap request 换班申请单"]


def test_a_blank_form_needs_no_roster(books, tmp_path):
    bare = books["en"].with_name("in.xlsx")
    for desk in ("swap", "leave"):
        out = tmp_path / f"{desk}.xlsx"
        assert run(desk, "form", bare, "-o", out, "--blank")[0] == 0
        assert out.exists()


def test_swap_form_refuses(books, tmp_path):
    out = tmp_path / "form.xlsx"
    code, body, _ = answer("swap", "form", books["en"], "-o", out, "--id", "99")
    assert code == 3 and body["issues"][0]["found"] == "99"
    assert run("swap", "form", books["en"], "-o", out)[0] == 2
    assert run("swap", "form", books["en"], "-o", out, "--id", "1", "--blank")[0] == 2
    assert run("swap", "form", books["en"], "--blank")[0] == 2
    assert run("swap", "form", tmp_path / "none.xlsx", "-o", out, "--blank")[0] == 3
    assert not out.exists()
    openpyxl.Workbook().save(out)
    before = out.read_bytes()
    assert run("swap", "form", books["en"], "-o", out, "--id", "1")[0] == 3
    assert out.read_bytes() == before
    assert run("swap", "form", books["en"], "-o", out, "--id", "1", "--force")[0] == 0
    kept = books["en"].read_bytes()
    assert run("swap", "form", books["en"], "-o", books["en"].with_suffix(".pdf"))[0] == 2
    assert books["en"].read_bytes() == kept


def test_leave_form_command(books, tmp_path):
    out = tmp_path / "form.xlsx"
    args = ("leave", "form", books["en"], "-o", out)
    assert run(*args, "--staff", "E07", "--from", "2026-12-07")[0] == 0
    assert "2026-12-07 Mon D early 08:30-17:00" in words(out)
    code, body, _ = answer(*args, "--staff", "Sun Li", "--from", "2026/12/7")
    assert (code, body) == (0, {"output": str(out)})
    bare = books["en"].with_name("in.xlsx")  # no roster yet
    code, _, _ = run("leave", "form", bare, "-o", out, "--staff", "E07", "--from", "2026-12-07")
    assert code == 0


def test_leave_form_refuses(books, tmp_path):
    out = tmp_path / "form.xlsx"
    args = ("leave", "form", books["en"], "-o", out)
    code, body, _ = answer(*args, "--staff", "E99", "--from", "2026-12-07")
    assert code == 3 and body["issues"][0]["found"] == "E99"
    code, body, _ = answer(*args, "--staff", "E07", "--from", "2026-12-08")
    assert code == 3 and "2026-12-07" in body["issues"][0]["expected"]
    for wrong in (
        (),
        ("--staff", "E07"),
        ("--from", "2026-12-07"),
        ("--blank", "--staff", "E07"),
        ("--staff", "E07", "--from", "soon"),
    ):
        assert run(*args, *wrong)[0] == 2
    assert not out.exists()
