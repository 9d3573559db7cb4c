"""Every fault of a workbook is named at its cell, all of them at once, never a traceback."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula
from test_read import base, faults, sheet_of, write

from constraints import REGISTRY
from roster.errors import InputError, UsageError
from roster.workbook.read import read


def put(address, value, **more):
    """Return an edit that writes one cell."""

    def edit(book):
        sheet, cell = address.split("!")
        book[sheet][cell] = value
        for name, what in more.items():
            setattr(book[sheet][cell], name, what)

    return edit


def row(sheet, *values):
    """Return an edit that adds a row of values."""

    def edit(book):
        book[sheet].append(list(values))

    return edit


def both(*edits):
    """Return an edit that does several."""

    def edit(book):
        for one in edits:
            one(book)

    return edit


def drop_sheet(name):
    return lambda book: book.remove(book[name])


def drop_column(sheet, header):
    def edit(book):
        for cell in book[sheet][1]:
            if cell.value == header:
                book[sheet].delete_cols(cell.column)
                return
        raise KeyError(header)

    return edit


def merge(sheet, area):
    return lambda book: book[sheet].merge_cells(area)


def copy_of(sheet, name):
    def edit(book):
        book.copy_worksheet(book[sheet]).title = name

    return edit


D1, D31 = date(2026, 12, 1), date(2026, 12, 31)

# What is done to a good workbook, where the fault is reported, what it says, what it offers.
CASES = {
    # sheets and columns
    "missing sheet": (drop_sheet("Demand"), "Demand!", "missing", ""),
    "missing staff": (drop_sheet("Staff"), "Staff!", "missing", ""),
    "sheet misspelled": (
        lambda b: setattr(b["Shifts"], "title", "Shiftz"),
        "Shifts!",
        "missing",
        "Shiftz",
    ),
    "missing column": (drop_column("Shifts", "hours"), "Shifts!A1", "hours is missing", ""),
    "missing id column": (drop_column("Staff", "id"), "Staff!A1", "id is missing", ""),
    "missing min": (drop_column("Demand", "min"), "Demand!A1", "min is missing", ""),
    "column misspelled": (put("Demand!B1", "shfit"), "Demand!A1", "shift is missing", "shfit"),
    "both languages": (copy_of("Staff", "人员"), "人员!A1", "twice", ""),
    "duplicate header": (put("Staff!Z1", "姓名"), "Staff!Z1", "column is there twice", ""),
    "empty staff": (lambda b: b["Staff"].delete_rows(2, 50), "Staff!A2", "nobody", ""),
    "empty shifts": (lambda b: b["Shifts"].delete_rows(2, 50), "Shifts!A2", "no shifts", ""),
    # settings
    "no month": (put("Settings!B2", None), "Settings!B2", "no month", ""),
    "bad month": (put("Settings!B2", "December"), "Settings!B2", "no month", ""),
    "month 13": (put("Settings!B2", "2026-13"), "Settings!B2", "no such month", ""),
    "day as month": (
        put("Settings!B2", date(2026, 12, 5)),
        "Settings!B2",
        "day where",
        "2026-12",
    ),
    "contradicting dates": (
        both(row("Settings", "start date", date(2026, 12, 2))),
        "Settings!B2",
        "contradict",
        "",
    ),
    "start after end": (
        both(
            put("Settings!A2", "start date"),
            put("Settings!B2", D31),
            row("Settings", "end date", D1),
        ),
        "Settings!B2",
        "after",
        "",
    ),
    "start alone": (
        both(put("Settings!A2", "start date"), put("Settings!B2", D1)),
        "Settings!B2",
        "together",
        "",
    ),
    "endless": (
        both(
            put("Settings!A2", "start date"),
            put("Settings!B2", D1),
            row("Settings", "end date", date(2031, 1, 1)),
        ),
        "Settings!B2",
        "longer than",
        "",
    ),
    "twice": (row("Settings", "月份", "2026-12"), "Settings!A8", "twice", ""),
    "language": (put("Settings!B4", "englisch"), "Settings!B4", "unknown language", "en"),
    "country": (put("Settings!B5", "Chinaa"), "Settings!B5", "unknown country", ""),
    "rulebook": (put("Settings!B6", "telekom"), "Settings!B6", "unknown rulebook", "telecom"),
    "published without roster": (
        put("Settings!B7", date(2026, 12, 4)),
        "Settings!B7",
        "no sheet Roster",
        "",
    ),
    # staff
    "duplicate id": (put("Staff!A5", "E01"), "Staff!A5", "twice", ""),
    "duplicate id in other width": (put("Staff!A4", "ｅ01"), "Staff!A4", "twice", ""),
    "empty id": (put("Staff!A4", None), "Staff!A4", "id is empty", ""),
    "id became a date": (put("Staff!A4", date(2026, 3, 1)), "Staff!A4", "turned this", ""),
    "grade": (put("Staff!G2", "seniour"), "Staff!G2", "unknown grade", "senior"),
    "yes or no": (put("Staff!I2", "maybe"), "Staff!I2", "neither yes nor no", ""),
    "committee": (put("Staff!E2", "C"), "Staff!E2", "committee group", ""),
    "word for number": (put("Staff!K2", "many"), "Staff!K2", "word where a number", ""),
    "nan": (put("Staff!K2", "nan"), "Staff!K2", "word where a number", ""),
    "inf": (put("Staff!K2", "inf"), "Staff!K2", "word where a number", ""),
    "huge digits": (put("Staff!L2", "9" * 400), "Staff!L2", "too large", ""),
    "negative": (put("Staff!K2", -8), "Staff!K2", "negative", ""),
    "negative text": (put("Staff!K2", "－8"), "Staff!K2", "negative", ""),
    "too large": (put("Staff!L2", 10**9), "Staff!L2", "too large", ""),
    "fraction": (put("Staff!N2", 5.5), "Staff!N2", "whole number", ""),
    "truth for number": (put("Staff!N2", True), "Staff!N2", "no number", ""),
    "date for number": (put("Staff!N2", D1), "Staff!N2", "no number", ""),
    "zero days": (put("Staff!N2", 0), "Staff!N2", "too small", ""),
    "min over max hours": (
        both(put("Staff!K2", 180), put("Staff!L2", 160)),
        "Staff!K2",
        "min is over max",
        "",
    ),
    "min over max days": (
        both(put("Staff!N2", 3), put("Staff!O2", 4)),
        "Staff!N2",
        "min is over max",
        "",
    ),
    "limits unreadable": (put("Staff!M2", "N four"), "Staff!M2", "no shift limits", ""),
    "limits negative": (put("Staff!M2", "N=-1"), "Staff!M2", "negative", ""),
    "limits unknown": (put("Staff!M2", "N=4;Q=1"), "Staff!M2", "unknown shift", ""),
    "limits twice": (put("Staff!M2", "N=4;N=5"), "Staff!M2", "two limits", ""),
    "leaves before joining": (
        both(put("Staff!R2", date(2026, 12, 9)), put("Staff!S2", date(2026, 12, 8))),
        "Staff!R2",
        "end date before",
        "",
    ),
    "protection backwards": (
        both(put("Staff!T2", "minor"), put("Staff!U2", D31), put("Staff!V2", D1)),
        "Staff!U2",
        "protected to before",
        "",
    ),
    "mentor unknown": (put("Staff!W3", "E99"), "Staff!W3", "unknown staff", ""),
    "mentor self": (put("Staff!W3", "E02"), "Staff!W3", "own mentor", ""),
    "impossible date": (put("Staff!R2", "2026-02-30"), "Staff!R2", "no such day", ""),
    "day first": (put("Staff!R2", "31/12/2026"), "Staff!R2", "no date", ""),
    "serial": (put("Staff!R2", 46357), "Staff!R2", "no date", "2026-12-01"),
    "time in a date": (
        put("Staff!R2", datetime(2026, 12, 1, 8, 0)),
        "Staff!R2",
        "time of day",
        "2026-12-01",
    ),
    "year": (put("Staff!R2", "9999-01-01"), "Staff!R2", "year", ""),
    # shifts
    "duplicate code": (put("Shifts!A3", "D"), "Shifts!A3", "twice", ""),
    "code 休": (put("Shifts!A3", "休"), "Shifts!A3", "no shift code", ""),
    "code off": (put("Shifts!A3", "OFF"), "Shifts!A3", "no shift code", ""),
    "code leave": (put("Shifts!A3", "病假"), "Shifts!A3", "no shift code", ""),
    "code leave en": (put("Shifts!A3", "annual"), "Shifts!A3", "no shift code", ""),
    "code with comma": (put("Shifts!A3", "D，E"), "Shifts!A3", "no comma", ""),
    "no hours": (put("Shifts!C3", None), "Shifts!C3", "hours is empty", ""),
    "hours unreadable": (put("Shifts!C3", "late"), "Shifts!C3", "cannot be read", ""),
    "hours a number": (put("Shifts!C3", 8), "Shifts!C3", "cannot be read", ""),
    "hours a time": (put("Shifts!C3", time(8, 0)), "Shifts!C3", "cannot be read", ""),
    "hours beyond": (put("Shifts!C3", "08:00-25:00"), "Shifts!C3", "no such time", ""),
    "hours from 24": (put("Shifts!C3", "24:00-08:00"), "Shifts!C3", "no such time", ""),
    "end equals start": (put("Shifts!C3", "08:00-08:00"), "Shifts!C3", "ends when", ""),
    "overlap": (put("Shifts!C3", "08:00-12:00,11:00-15:00"), "Shifts!C3", "overlap", ""),
    "backwards": (put("Shifts!C3", "14:00-18:00,08:00-12:00"), "Shifts!C3", "backwards", ""),
    "after midnight": (put("Shifts!C3", "20:00-02:00,01:00-03:00"), "Shifts!C3", "overlap", ""),
    "too long": (put("Shifts!C3", "08:00-24:00,08:00-24:00"), "Shifts!C3", "36 hours", ""),
    "paid hours": (put("Shifts!D3", -1), "Shifts!D3", "negative", ""),
    "kind": (put("Shifts!E3", "evning"), "Shifts!E3", "unknown kind", "evening"),
    "not before": (put("Shifts!I3", "D,X"), "Shifts!I3", "unknown shift", ""),
    "counts as": (put("Shifts!J3", "Nn"), "Shifts!J3", "unknown shift", "N"),
    # demand
    "days": (put("Demand!A2", "workdy"), "Demand!A2", "unknown days", "workday"),
    "days empty": (put("Demand!A2", None), "Demand!A2", "days is empty", ""),
    "span backwards": (
        put("Demand!A2", "2026-12-05..2026-12-01"),
        "Demand!A2",
        "backwards",
        "2026-12-01",
    ),
    "span endless": (put("Demand!A2", "2000-12-05..2199-12-01"), "Demand!A2", "too long", ""),
    "shift": (put("Demand!B2", "D,NN"), "Demand!B2", "unknown shift", "N"),
    "min negative": (put("Demand!F2", -2), "Demand!F2", "negative", ""),
    "min over max": (
        both(put("Demand!F2", 4), put("Demand!H2", 3)),
        "Demand!F2",
        "min is over max",
        "",
    ),
    "target below min": (
        both(put("Demand!F2", 4), put("Demand!G2", 3)),
        "Demand!F2",
        "target is below",
        "",
    ),
    "target over max": (
        both(put("Demand!G2", 4), put("Demand!H2", 3)),
        "Demand!G2",
        "target is over",
        "",
    ),
    "equally exact": (row("Demand", "每天", "D", *[None] * 3, 1), "Demand!A5", "equally", ""),
    "equal spans": (
        both(
            row("Demand", "2026-12-01..2026-12-05", "D", *[None] * 3, 1),
            row("Demand", "2026-12-05..2026-12-09", "D", *[None] * 3, 1),
        ),
        "Demand!A6",
        "equally",
        "",
    ),
    # leave
    "leave staff": (put("Leave!A2", "E77"), "Leave!A2", "unknown staff", ""),
    "leave backwards": (
        both(put("Leave!B2", date(2026, 12, 9)), put("Leave!C2", date(2026, 12, 8))),
        "Leave!B2",
        "ends before",
        "",
    ),
    "leave kind": (put("Leave!D2", "sik"), "Leave!D2", "unknown kind", "sick"),
    "leave status": (put("Leave!K2", "aproved"), "Leave!K2", "unknown status", "approved"),
    "leave to": (put("Leave!C2", None), "Leave!C2", "to is empty", ""),
    "asked at": (put("Leave!E2", "2026-12-01 25:00"), "Leave!E2", "no such time", ""),
    "stand-in": (put("Leave!H2", "E0x"), "Leave!H2", "unknown staff", "E0"),
    # wishes and fixed duties
    "wish outside": (
        put("Requests!B2", date(2027, 1, 1)),
        "Requests!B2",
        "outside the period",
        "",
    ),
    "wish half outside": (
        put("Requests!B2", "2026-12-30..2027-01-02"),
        "Requests!B2",
        "outside",
        "",
    ),
    "wish unknown": (put("Requests!C2", "free"), "Requests!C2", "unknown wish", ""),
    "wish not unknown": (put("Requests!C2", "不上X"), "Requests!C2", "unknown wish", ""),
    "wish weight": (put("Requests!D2", -1), "Requests!D2", "negative", ""),
    "fixed outside": (put("Fixed!B2", "2026-11-30"), "Fixed!B2", "outside the period", ""),
    "fixed shift": (put("Fixed!C2", "DD"), "Fixed!C2", "unknown shift", "D"),
    "fixed empty": (put("Fixed!C2", None), "Fixed!C2", "shift is empty", ""),
    "fixed on leave": (put("Fixed!A2", "E03"), "Fixed!B2", "approved leave", ""),
    "fixed twice": (
        row("Fixed", "E01", date(2026, 12, 8), "N"),
        "Fixed!B3",
        "another duty",
        "",
    ),
    "fixed and off": (row("Fixed", "E01", date(2026, 12, 8), "休"), "Fixed!B3", "another", ""),
    "fixed before joining": (
        put("Staff!R2", date(2026, 12, 9)),
        "Fixed!B2",
        "not employed",
        "",
    ),
    "fixed unfit": (put("Shifts!H2", "senior"), "Fixed!C2", "does not fit", ""),
    # calendar, history, carry-over
    "calendar twice": (
        both(row("Calendar", D31, "holiday"), row("Calendar", D31, "workday")),
        "Calendar!A3",
        "twice",
        "",
    ),
    "calendar kind": (row("Calendar", D31, "feast"), "Calendar!B2", "unknown kind", ""),
    "history in month": (row("History", "E01", D1, "D"), "History!B2", "before the first", ""),
    "history shift": (
        row("History", "E01", date(2026, 11, 30), "Z"),
        "History!C2",
        "unknown shift",
        "",
    ),
    "history differs": (
        both(
            row("History", "E01", date(2026, 11, 30), "D"),
            row("History", "E01", date(2026, 11, 30), "N"),
        ),
        "History!C3",
        "two different",
        "",
    ),
    "carry twice": (
        both(row("Carry-over", "E01", 1), row("Carry-over", "E01", 2)),
        "Carry-over!A3",
        "twice",
        "",
    ),
    "carry negative": (row("Carry-over", "E01", -1), "Carry-over!B2", "negative", ""),
    "carry monday": (
        row("Carry-over", "E01", None, None, None, None, date(2026, 11, 24)),
        "Carry-over!F2",
        "no Monday",
        "2026-11-23",
    ),
    # rules
    "rule": (
        row("Rules", "max_consecutive_day"),
        "Rules!A2",
        "unknown rule",
        "max_consecutive_days",
    ),
    "parameter": (
        row("Rules", "max_consecutive_days", None, None, "day", 5),
        "Rules!D2",
        "unknown parameter",
        "days",
    ),
    "parameter value": (
        row("Rules", "max_consecutive_days", None, None, "days", "six"),
        "Rules!E2",
        "cannot be this",
        "",
    ),
    "parameter range": (
        row("Rules", "max_consecutive_days", None, None, "days", 99),
        "Rules!E2",
        "cannot be this",
        "",
    ),
    "parameter empty": (
        row("Rules", "max_consecutive_days", None, None, "days"),
        "Rules!E2",
        "no value",
        "",
    ),
    "value alone": (
        row("Rules", "max_consecutive_days", None, None, None, 5),
        "Rules!E2",
        "without a parameter",
        "",
    ),
    "level": (row("Rules", "wishes", "softt"), "Rules!B2", "unknown level", "soft"),
    "level differs": (
        both(
            row("Rules", "night_cover", "soft", None, "people", 2),
            row("Rules", "night_cover", "hard", None, "senior", 1),
        ),
        "Rules!B3",
        "two different",
        "",
    ),
    "parameter differs": (
        both(
            row("Rules", "night_cover", None, None, "people", 2),
            row("Rules", "night_cover", None, None, "people", 3),
        ),
        "Rules!E3",
        "two different",
        "",
    ),
    "law": (
        row("Rules", "weekly_rest", "off"),
        "Rules!B2",
        "rule of law",
        "--override weekly_rest",
    ),
    "law soft": (row("Rules", "weekly_rest", "软"), "Rules!B2", "rule of law", "--override"),
    "weight": (row("Rules", "wishes", None, -1), "Rules!C2", "negative", ""),
    "weight fraction": (row("Rules", "wishes", None, 1.5), "Rules!C2", "whole number", ""),
    "shifts of a rule": (
        row("Rules", "fair_shifts", None, None, "shifts", "D,ZZ"),
        "Rules!E2",
        "unknown shift",
        "",
    ),
    "pattern without groups": (
        row("Rules", "crew_pattern", None, None, "pattern", "D,N,off"),
        "Rules!E2",
        "nobody on the Staff sheet has a group",
        "fill in the groups",
    ),
    "office all day": (
        both(
            row("Rules", "duty_officer", None, None, "shifts", "D,N"),
            row("Rules", "duty_officer", None, None, "office", "08:00-08:00"),
        ),
        "Rules!E3",
        "the whole day",
        "",
    ),
    "pair unknown": (
        row("Rules", "at_least_one_of", None, None, "pairs", "E01+E99"),
        "Rules!E2",
        "unknown staff",
        "",
    ),
    # swaps
    "swap outside": (
        row("Swaps", "1", None, "E01", date(2027, 1, 3), "D", "E02"),
        "Swaps!D2",
        "outside",
        "",
    ),
    "swap partner": (row("Swaps", "1", None, "E01", D1, "D", "E9"), "Swaps!F2", "unknown", ""),
    "swap self": (
        row("Swaps", "1", None, "E01", D1, "D", "E01"),
        "Swaps!C2",
        "same person",
        "",
    ),
    "swap twice": (
        both(
            row("Swaps", "1", None, "E01", D1, "D", "E02"),
            row("Swaps", 1, None, "E02", D1, "D", "E03"),
        ),
        "Swaps!A3",
        "twice",
        "",
    ),
    "swap consent": (
        row("Swaps", "1", None, "E01", D1, "D", "E02", None, None, "sure"),
        "Swaps!I2",
        "neither yes nor no",
        "",
    ),
    "swap wish": (
        row("Swap wishes", "E01", D1, "2026-12-05:Q"),
        "Swap wishes!C2",
        "unknown shift",
        "",
    ),
    # cells
    "formula without value": (put("Staff!K2", "=8*20"), "Staff!K2", "formula without", ""),
    "formula id": (put("Staff!A2", '="E"&"01"'), "Staff!A2", "formula without", ""),
    "array formula": (
        put("Staff!K2", ArrayFormula("K2", "=SUM(L2:L3)")),
        "Staff!K2",
        "formula without",
        "",
    ),
    "formula in settings": (put("Settings!B3", "=A3"), "Settings!B3", "formula without", ""),
    "error value": (put("Staff!K2", "#REF!"), "Staff!K2", "error value", ""),
    "n/a error": (put("Demand!B2", "#N/A"), "Demand!B2", "error value", ""),
    "merged": (merge("Demand", "A2:A3"), "Demand!A2", "merged", ""),
    "merged across": (merge("Staff", "B2:C3"), "Staff!B2", "merged", ""),
    "ambiguous name": (
        both(put("Staff!B3", "Ann"), put("Requests!A2", "ann")),
        "Requests!A2",
        "several people",
        "",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_fault(case, tmp_path):
    edit, where, what, offered = CASES[case]
    book = base()
    edit(book)
    found = faults(write(book, tmp_path))
    places = [f"{i.sheet}!{i.cell}" for i in found]
    at = [i for i in found if f"{i.sheet}!{i.cell}" == where]
    assert at, f"{places}"
    issue = at[0]
    assert what in issue.what.en
    assert offered in issue.hint.en
    assert issue.what.zh and issue.what.zh != issue.what.en
    assert len(found) <= 2, [i.line("en") for i in found]


def test_twenty_faults_of_one_file_are_all_named(tmp_path):
    names = (
        "language",
        "rulebook",
        "duplicate id",
        "grade",
        "word for number",
        "mentor unknown",
        "hours beyond",
        "days",
        "shift",
        "min negative",
        "leave kind",
        "leave status",
        "wish outside",
        "wish unknown",
        "fixed shift",
        "calendar kind",
        "history in month",
        "carry negative",
        "rule",
        "swap partner",
    )
    book = base()
    for name in names:
        CASES[name][0](book)
    found = {f"{i.sheet}!{i.cell}": i.what.en for i in faults(write(book, tmp_path))}
    wanted = {CASES[name][1]: CASES[name][2] for name in names}
    assert len(wanted) == 20
    for where, what in wanted.items():
        assert what in found.get(where, ""), where
    assert len(found) == 20


def test_faults_come_in_the_order_of_sheets_and_rows(tmp_path):
    book = base()
    for name in ("fixed shift", "min negative", "grade", "language", "hours beyond"):
        CASES[name][0](book)
    assert [i.sheet for i in faults(write(book, tmp_path))] == [
        "Settings",
        "Staff",
        "Shifts",
        "Demand",
        "Fixed",
    ]


def test_somebody_who_is_gone_is_one_fault_with_the_number_of_cells(tmp_path):
    path = tmp_path / "team.xlsx"
    book = base()
    days = [date(2026, 12, d) for d in (3, 4, 5)]
    for r, day in enumerate(days, 2):
        for column, value in zip("ABC", ("E77", day, "D")):
            book["Fixed"][f"{column}{r}"] = value
    book["Leave"]["A2"] = "e77"
    for column, value in zip("ABC", ("E78", days[1], "D")):
        book["Fixed"][f"{column}5"] = value
    book.save(path)
    one, other = faults(path)
    assert (one.sheet, one.cell, one.found) == ("Leave", "A2", "e77")
    assert one.hint.en.endswith("clear the 4 cells with e77: Leave 1, Fixed 3")
    assert one.hint.zh.endswith("4 个单元格：Leave 1、Fixed 3")
    assert (other.sheet, other.cell) == ("Fixed", "A5") and "cells" not in other.hint.en


def test_a_line_says_what_found_expected_try(tmp_path):
    book = base()
    put("Demand!B2", "NN")(book)
    (issue,) = faults(write(book, tmp_path))
    assert issue.line("en") == "Demand!B2: unknown shift, found NN, expected D, E, N, try: N"
    assert issue.line("zh") == "Demand!B2: 未知的班次；实际：NN；应为：D、E、N；建议：N"


def test_a_sheet_in_chinese_is_named_as_it_is_in_the_file(tmp_path):
    book = base("zh")
    book["人员"]["G2"] = "超级"
    (issue,) = faults(write(book, tmp_path))
    assert (issue.sheet, issue.cell) == ("人员", "G2")


# --- files that are no workbooks ---------------------------------------------------------


def _csv(path):
    path.write_text("id,name\n1,A\n")


def _xls(path):
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def _encrypted(path):
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 600
        + "EncryptedPackage".encode("utf-16-le")
    )


def _zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")


def _truncated(path):
    book = base()
    book.save(path)
    path.write_bytes(path.read_bytes()[:2000])


def _broken_sheet(path):
    base().save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, b"<worksheet" if name.endswith("sheet2.xml") else data)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (_csv, "not an Excel workbook"),
        (_xls, "old .xls"),
        (_encrypted, "password"),
        (_zip, "not an Excel workbook"),
        (_truncated, "damaged"),
        (_broken_sheet, "cannot be opened"),
        (lambda p: p.write_bytes(b""), "empty"),
        (lambda p: p.mkdir(), "folder"),
        (lambda p: None, "no such file"),
    ],
)
def test_no_workbook(make, what, tmp_path):
    path = tmp_path / "team.xlsx"
    make(path)
    (issue,) = faults(path)
    assert what in issue.what.en and issue.found == "team.xlsx"


def test_a_workbook_without_any_known_sheet_names_the_four(tmp_path):
    book = Workbook()
    found = faults(write(book, tmp_path))
    assert {i.sheet for i in found} == {"设置", "人员", "班次", "需求"}


def test_a_stray_cell_in_the_last_corner_does_no_harm(tmp_path):
    book = base()
    book["Staff"]["XFD1048576"] = "x"
    read(write(book, tmp_path), REGISTRY)


# --- overrides ---------------------------------------------------------------------------


@pytest.mark.parametrize(("rule", "what"), [("weekly_rst", "unknown"), ("wishes", "of law")])
def test_an_override_that_is_none(rule, what, tmp_path):
    with pytest.raises(UsageError) as caught:
        read(write(base(), tmp_path), REGISTRY, overrides=[rule])
    assert what in caught.value.issues[0].what.en


def test_a_law_that_is_overridden_may_be_off(tmp_path):
    book = base()
    row("Rules", "weekly_rest", "off")(book)
    loaded = read(write(book, tmp_path), REGISTRY, overrides=["weekly_rest"])
    assert loaded.rules["weekly_rest"].level.value == "advisory"
    assert loaded.rules.overrides == ("weekly_rest",)


# --- the roster read back ----------------------------------------------------------------


def _roster(book, edit=lambda sheet: None):
    sheet = book.create_sheet("Roster")
    sheet.append(["Team, December"])
    sheet.append([None, None, "Tue"])
    sheet.append(["id", "name", *[date(2026, 12, d) for d in range(1, 32)], "hours"])
    for person in ("E01", "E02", "E03", "E04"):
        sheet.append([person, "x", *["D"] * 31, "=SUM(1)"])
    sheet.append([None, "total", *["=COUNTA(C4:C7)"] * 31])
    edit(sheet)
    return book


ROSTER = {
    "unknown code": (lambda s: s.cell(4, 3, "Q"), "C4", "unknown shift"),
    "error": (lambda s: s.cell(4, 3, "#REF!"), "C4", "error"),
    "formula": (lambda s: s.cell(4, 3, "=C5"), "C4", "formula"),
    "unknown id": (lambda s: s.cell(5, 1, "X9"), "A5", "unknown staff"),
    "twice": (lambda s: s.cell(5, 1, "E01"), "A5", "twice"),
    "outside": (lambda s: s.cell(3, 33, date(2027, 1, 1)), "AG3", "outside"),
    "missing day": (lambda s: s.delete_cols(10), "A3", "no column"),
    "day twice": (lambda s: s.cell(3, 34, date(2026, 12, 5)), "AH3", "twice"),
    "missing row": (lambda s: s.delete_rows(7), "A3", "no row"),
    "no header": (lambda s: s.delete_rows(3), "A1", "no header"),
    "merged": (lambda s: s.merge_cells("D4:E4"), "D4", "merged"),
}


@pytest.mark.parametrize("case", ROSTER)
def test_roster_fault(case, tmp_path):
    edit, cell, what = ROSTER[case]
    path = write(_roster(base(), edit), tmp_path)
    found = faults(path, want_roster=True)
    assert any(i.sheet == "Roster" and i.cell == cell and what in i.what.en for i in found), [
        i.line("en") for i in found
    ]
    read(path, REGISTRY)  # nobody asked for the roster


def test_a_roster_that_is_asked_for_must_be_there(tmp_path):
    (issue,) = faults(write(base(), tmp_path), want_roster=True)
    assert "no sheet Roster" in issue.what.en


def test_faults_of_last_month_carry_its_name(tmp_path):
    book = base()
    book["Settings"]["B2"] = "2026-11"
    for name in ("Fixed", "Requests", "Leave"):
        sheet_of(book, name).delete_rows(2, 9)
    last = tmp_path / "nov.xlsx"
    book.save(last)
    this = write(base(), tmp_path)
    (issue,) = faults(this, previous=last)
    assert issue.sheet == "[nov.xlsx]Roster" and "no sheet" in issue.what.en
    wb = load_workbook(this)
    wb["Staff"]["G2"] = "boss"
    wb.save(this)
    found = faults(this, previous=last)
    assert [i.sheet for i in found] == ["Staff", "[nov.xlsx]Roster"]


def test_input_errors_have_the_exit_code(tmp_path):
    with pytest.raises(InputError) as caught:
        read(tmp_path / "none.xlsx", REGISTRY)
    assert caught.value.exit_code == 3
