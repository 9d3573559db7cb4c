"""What a workbook means: both languages, odd cells, defaults, last month."""

from __future__ import annotations

import time as clock
from datetime import date, datetime, time, timedelta

import pytest
from openpyxl import Workbook, load_workbook

from constraints import REGISTRY
from roster.calendar import DayKind
from roster.errors import InputError
from roster.problem import (
    Days,
    Grade,
    LeaveKind,
    Protection,
    ShiftKind,
    Status,
    Want,
)
from roster.rule import Level
from roster.workbook.cells import parse_segments
from roster.workbook.layout import INPUT_SHEETS, SHEETS, find_sheet
from roster.workbook.read import read

TABLES = {
    "settings": [
        {"item": "month", "value": "2026-12"},
        {"item": "team", "value": "Hotline"},
        {"item": "language", "value": "en"},
        {"item": "holidays", "value": "CN"},
        {"item": "rulebook", "value": "standard"},
        {"item": "published until", "value": None},
    ],
    "staff": [
        {"id": "E01", "name": "Ann", "grade": "intermediate"},
        {"id": "E02", "name": "Bob", "grade": "senior"},
        {"id": "E03", "name": "Cyd", "grade": "senior"},
        {"id": "E04", "name": "Dan", "grade": "junior"},
    ],
    "shifts": [
        {"code": "D", "name": "day", "hours": "08:00-16:00", "kind": "day"},
        {"code": "E", "name": "late", "hours": "16:00-24:00", "kind": "evening"},
        {"code": "N", "name": "night", "hours": "22:00-06:00", "kind": "night"},
    ],
    "demand": [
        {"days": "every day", "shift": "D", "min": 1},
        {"days": "workday", "shift": "E", "min": 0},
        {"days": "every day", "shift": "N", "min": 0},
    ],
    "leave": [
        {
            "staff": "E03", "from": date(2026, 12, 7), "to": date(2026, 12, 9),
            "kind": "annual", "status": "approved",
        }
    ],
    "requests": [{"staff": "E02", "dates": date(2026, 12, 12), "want": "off"}],
    "fixed": [{"staff": "E01", "dates": date(2026, 12, 8), "shift": "D"}],
}  # fmt: skip


class Book(Workbook):
    """A workbook that makes an input sheet, headers and all, when it is first asked for."""

    def __getitem__(self, name):
        known = find_sheet(name)
        if name not in self.sheetnames and known is not None and not known.computed:
            lang = "zh" if name == known.zh else "en"
            self.create_sheet(name).append(list(known.headers(lang)))
        return super().__getitem__(name)


def base(lang: str = "en", tables=None) -> Workbook:
    """Return a good workbook."""
    book = Book()
    book.remove(book.active)
    tables = tables or TABLES
    for layout in INPUT_SHEETS:
        for row in tables.get(layout.key, ()):
            book[layout.name(lang)].append([row.get(c.key) for c in layout.columns])
    return book


def sheet_of(book, name):
    return book[name]


def write(book, folder, name="team.xlsx"):
    """Save a workbook in a folder and return its path."""
    path = folder / name
    book.save(path)
    return path


def faults(path, **options):
    """Return the issues of a workbook that cannot be read."""
    with pytest.raises(InputError) as caught:
        read(path, REGISTRY, **options)
    return caught.value.issues


def load(book, folder, **options):
    return read(write(book, folder), REGISTRY, **options)


def notes(loaded):
    return [i.line("en") for i in loaded.notes]


@pytest.fixture
def book():
    return base()


def test_a_good_workbook(book, tmp_path):
    loaded = load(book, tmp_path)
    p = loaded.problem
    assert (p.start, p.end, p.team, p.language) == (
        date(2026, 12, 1), date(2026, 12, 31), "Hotline", "en",
    )  # fmt: skip
    assert [e.id for e in p.employees] == ["E01", "E02", "E03", "E04"]
    assert p.shift_by_code["N"].segments == ((1320, 1800),)
    assert p.shift_by_code["E"].segments == ((960, 1440),)
    assert p.shift_by_code["N"].kind is ShiftKind.NIGHT
    assert p.leaves[0].kind is LeaveKind.ANNUAL and p.leaves[0].status is Status.APPROVED
    assert p.requests[0].want is Want.OFF
    assert p.fixed[0].shift == "D" and p.fixed[0].cell == "Fixed!B2"
    assert loaded.addresses["staff"]["E02"] == "Staff!A3"
    assert loaded.addresses["shifts"]["N"] == "Shifts!A4"
    assert p.leave_minutes == 480
    assert loaded.roster is None
    assert len(loaded.rules.rules) == len(REGISTRY.rules)


def test_only_the_four_sheets_are_needed(book, tmp_path):
    for name in book.sheetnames:
        if name not in ("Settings", "Staff", "Shifts", "Demand"):
            book.remove(book[name])
    assert len(load(book, tmp_path).problem.employees) == 4


def test_either_language_any_order_any_case(tmp_path):
    book = Workbook()
    book.remove(book.active)
    for title, rows in {
        "设置": [["值", "ITEM"], ["2026-12", "Month"], ["一班", "班组"]],
        "staff ": [["级别", "Name", "工号"], ["高级", "王芳", "001"], ["SENIOR", "Li", "002"]],
        "班次": [
            ["类别", "ｈｏｕｒｓ", "代码"],
            ["夜班", "２２：００－０６：００", "夜"],
            ["day", "08：00～12：00，13：00～17：00", "白"],
        ],
        "Demand": [["最少", "班次", "days"], ["２", "白，夜", "每天"], [1, "白", "星期一"]],
    }.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    loaded = load(book, tmp_path)
    p = loaded.problem
    assert p.team == "一班" and p.language == "zh"
    assert [e.grade for e in p.employees] == [Grade.SENIOR, Grade.SENIOR]
    assert p.shift_by_code["白"].segments == ((480, 720), (780, 1020))
    assert p.demand[0].shifts == {"白", "夜"} and p.demand[0].min == 2
    assert p.demand[1].days is Days.WEEKDAY and p.demand[1].weekday == 0


@pytest.mark.parametrize(
    ("cell", "number_format", "wanted"),
    [
        ("007", "General", "007"), (7, "000", "007"), (7, "General", "7"),
        (1001.0, "General", "1001"), (" 12 ", "General", "12"), ("None", "General", "None"),
        ("NA", "General", "NA"), ("1e5", "General", "1e5"), (5, '"E"00', "E05"),
        ("TRUE", "General", "TRUE"), (True, "General", "TRUE"), ("nan", "General", "nan"),
    ],
)  # fmt: skip
def test_ids_stay_as_they_are(cell, number_format, wanted, book, tmp_path):
    book["Staff"]["A2"] = cell
    book["Staff"]["A2"].number_format = number_format
    book["Fixed"].delete_rows(2)
    assert load(book, tmp_path).problem.employees[0].id == wanted


def test_a_code_na_and_a_person_none(book, tmp_path):
    book["Shifts"]["A4"] = "NA"
    book["Demand"]["B4"] = "NA"
    book["Staff"]["B4"] = "None"
    book["Requests"]["A2"] = "None"
    book["Requests"]["C2"] = "not NA"
    p = load(book, tmp_path).problem
    assert p.requests[0].staff == "E03"
    assert (p.requests[0].want, p.requests[0].shift) == (Want.NOT, "NA")
    assert p.shift_by_code["NA"].is_night


def test_numeric_codes(book, tmp_path):
    book["Shifts"]["A4"] = 1
    book["Demand"]["B4"] = "1"
    book["Fixed"]["C2"] = 1.0
    p = load(book, tmp_path).problem
    assert p.fixed[0].shift == "1"


def test_text_like_a_formula_stays_text(book, tmp_path):
    cell = book["Staff"]["B2"]
    cell.value, cell.data_type = "=1+1", "s"
    assert load(book, tmp_path).problem.employees[0].name == "=1+1"


def test_a_name_stands_for_a_person(book, tmp_path):
    book["Requests"]["A2"] = " bob "
    assert load(book, tmp_path).problem.requests[0].staff == "E02"


def test_an_id_wins_over_a_name(book, tmp_path):
    book["Staff"]["B2"] = "E02"
    book["Requests"]["A2"] = "E02"
    assert load(book, tmp_path).problem.requests[0].staff == "E02"


def test_staff_columns(book, tmp_path):
    values = {
        "group": "A", "second group": "B", "committee group": "b", "job": "Quality",
        "skills": "Oracle，SQL、chat", "leader": "是", "min hours": "120", "max hours": 180.5,
        "shift limits": "N=4；E=10", "max consecutive days": 5, "min consecutive days": 2,
        "min consecutive days off": 1, "max weekends": 2, "start date": "2026-12-02",
        "end date": datetime(2026, 12, 30), "protection": "哺乳期",
        "protected from": date(2026, 1, 1), "protected to": "2026年12月9日", "mentor": "Bob",
        "mentored until": "2026/12/20",
    }  # fmt: skip
    for header, value in values.items():
        column = 1 + SHEETS["staff"].headers("en").index(header)
        book["Staff"].cell(2, column, value)
    loaded = load(book, tmp_path)
    e = loaded.problem.employees[0]
    assert (e.group, e.second_group, e.committee_group, e.job) == ("A", "B", "B", "Quality")
    assert e.skills == {"oracle", "sql", "chat"}
    assert e.leader and not e.rotation
    assert (e.min_minutes, e.max_minutes) == (7200, 10830)
    assert e.shift_limits == {"N": 4, "E": 10}
    assert (e.max_consecutive_days, e.min_consecutive_days) == (5, 2)
    assert (e.min_consecutive_days_off, e.max_weekends) == (1, 2)
    assert (e.start_date, e.end_date) == (date(2026, 12, 2), date(2026, 12, 30))
    assert e.protection is Protection.NURSING
    assert (e.protected_from, e.protected_to) == (date(2026, 1, 1), date(2026, 12, 9))
    assert (e.mentor, e.mentored_until) == ("E02", date(2026, 12, 20))
    assert any("typed as text" in n and "Staff!K2" in n for n in notes(loaded))


def test_a_leader_takes_turns_only_when_asked(book, tmp_path):
    for row, (leader, rotation) in enumerate(
        [("y", None), ("y", "y"), (None, None), (0, "否")], 2
    ):
        book["Staff"].cell(row, 9, leader)
        book["Staff"].cell(row, 10, rotation)
    turns = [e.rotation for e in load(book, tmp_path).problem.employees]
    assert turns == [False, True, True, False]


@pytest.mark.parametrize(
    ("typed", "segments"),
    [
        ("08:00-16:00", ((480, 960),)),
        ("8:00-16:00", ((480, 960),)),
        ("16:00-01:00", ((960, 1500),)),
        ("16:00-24:00", ((960, 1440),)),
        ("00:00-08:00", ((0, 480),)),
        ("08:00-12:00,14:00-18:00", ((480, 720), (840, 1080))),
        ("08:00-12:00,12:00-16:00", ((480, 720), (720, 960))),
        ("20:00-24:00,01:00-05:00", ((1200, 1440), (1500, 1740))),
        ("20:00-00:00,00:00-05:00", ((1200, 1440), (1440, 1740))),
        ("20:00-02:00,04:00-08:00", ((1200, 1560), (1680, 1920))),
        ("08：00～12：00，14：00—18：00", ((480, 720), (840, 1080))),
        ("08:00-24:00, 00:00-08:00", ((480, 1440), (1440, 1920))),
    ],
)
def test_hours_of_a_shift(typed, segments):
    assert parse_segments(typed) == segments


def test_shift_columns(book, tmp_path):
    book["Shifts"]["D2"] = "7.5"
    book["Shifts"]["F2"] = "Quality"
    book["Staff"]["F2"] = "quality"
    book["Shifts"]["G2"] = "SQL,chat"
    book["Staff"]["H2"] = "sql，CHAT"
    book["Shifts"]["H2"] = "intermediate"
    book["Shifts"]["I4"] = "D、e"
    book["Shifts"]["J4"] = "E"
    book["Shifts"]["K2"] = "#ffd966"
    book["Shifts"]["K3"] = "reddish"
    book["Shifts"]["D3"] = time(7, 30)
    loaded = load(book, tmp_path)
    d, e, n = loaded.problem.shifts
    assert (d.paid_minutes, e.paid_minutes, n.paid_minutes) == (450, 450, 480)
    assert d.skills == {"sql", "chat"} and d.min_grade is Grade.INTERMEDIATE
    assert n.not_before == {"D", "E"} and n.counts_as == {"E"}
    assert (d.colour, e.colour) == ("FFD966", "")
    assert any("no colour" in n for n in notes(loaded))


def test_codes_may_differ_in_case_only(book, tmp_path):
    book["Shifts"]["A3"] = "d"
    book["Demand"]["B3"] = "d"
    p = load(book, tmp_path).problem
    assert p.demand[1].shifts == {"d"} and p.demand[0].shifts == {"D"}


@pytest.mark.parametrize(
    ("typed", "days", "more"),
    [
        ("每天", Days.EVERY, {}),
        ("Workday", Days.KIND, {"kind": DayKind.WORKDAY}),
        ("rest day", Days.KIND, {"kind": DayKind.REST}),
        ("节假日", Days.HOLIDAY, {}),
        ("Sun", Days.WEEKDAY, {"weekday": 6}),
        ("周天", Days.WEEKDAY, {"weekday": 6}),
        ("2026-12-24", Days.DATE, {"first": date(2026, 12, 24)}),
        (date(2026, 12, 24), Days.DATE, {"first": date(2026, 12, 24)}),
        (
            "2026-12-24 .. 2026-12-26", Days.SPAN,
            {"first": date(2026, 12, 24), "last": date(2026, 12, 26)},
        ),
        ("2026-12-24～2026-12-26", Days.SPAN, {"last": date(2026, 12, 26)}),
    ],
)  # fmt: skip
def test_days_of_demand(typed, days, more, book, tmp_path):
    book["Demand"]["A3"] = typed
    row = load(book, tmp_path).problem.demand[1]
    assert row.days is days
    assert {k: getattr(row, k) for k in more} == more


def test_rows_of_demand_that_do_not_clash(book, tmp_path):
    spans = [
        ("2026-12-24", "D"), ("2026-12-24..2026-12-24", "D"), ("2026-12-25..2026-12-26", "D"),
        ("2026-12-27..2027-01-03", "D"), ("2027-01-01..2027-01-02", "D"), ("Mon", "D"),
        ("Tue", "D"), ("rest day", "D"), ("workday", "D"), ("holiday", "D"),
        ("every day", "D,E"),
    ]  # fmt: skip
    for days, codes in spans:
        book["Demand"].append([days, codes, None, None, None, 1])
    book["Demand"].append(["every day", "D", None, None, "senior", 1])
    book["Demand"].append(["every day", "D", None, "sql", None, None])
    assert len(load(book, tmp_path).problem.demand) == 3 + len(spans) + 2


def test_a_target_of_nobody_is_no_target(book, tmp_path):
    book["Demand"]["G2"] = 0
    row = load(book, tmp_path).problem.demand[0]
    assert row.target is None and row.min == 1


def test_months_and_periods(book, tmp_path):
    for typed in ("2026-12", "2026/12", "2026年12月", "２０２６－１２", date(2026, 12, 1)):
        book["Settings"]["B2"] = typed
        assert load(book, tmp_path).problem.end == date(2026, 12, 31)
    book["Settings"].append(["开始日期", date(2026, 12, 1)])
    book["Settings"].append(["end date", "2026-12-31"])
    assert load(book, tmp_path).problem.n_days == 31
    book["Settings"]["B2"] = None
    book["Settings"]["B9"] = date(2027, 1, 10)
    assert load(book, tmp_path).problem.n_days == 41


def test_countries(book, tmp_path):
    for typed, wanted in (
        ("cn", "CN"),
        (None, "CN"),
        ("none", None),
        ("无", None),
        ("DE", "DE"),
    ):
        book["Settings"]["B5"] = typed
        assert load(book, tmp_path).problem.calendar.country == wanted


def test_leave_outside_is_cut_without_a_word(book, tmp_path):
    book["Leave"].append(
        ["E04", date(2026, 11, 1), date(2026, 11, 20), "sick", *[None] * 6, "批准"]
    )
    book["Leave"].append(["E04", "2026-12-30", "2027-02-01", "病假", *[None] * 6, "approved"])
    loaded = load(book, tmp_path)
    p = loaded.problem
    assert p.leave_on(3, 30).kind is LeaveKind.SICK and p.leave_on(3, 28) is None
    assert not any("Leave" in n for n in notes(loaded))


def test_requested_leave_is_a_note(book, tmp_path):
    book["Leave"]["K2"] = None
    loaded = load(book, tmp_path)
    assert loaded.problem.leave_on(2, 6) is None
    assert any("E03 Cyd" in n and "not yet approved" in n for n in notes(loaded))
    book["Fixed"]["A2"] = "E03"
    load(book, tmp_path)


def test_spans_become_days(book, tmp_path):
    book["Requests"].append(["E01", "2026-12-24..2026-12-26", "不上N", 5])
    book["Requests"].append(["E01", "2026-12-01，2026-12-03", "e"])
    book["Fixed"].append(["E04", "2026-12-30..2026-12-31", "休"])
    book["Fixed"].append(["E04", "2026-12-31", "off"])
    p = load(book, tmp_path).problem
    assert [(r.day.day, r.want, r.shift, r.weight) for r in p.requests[1:4]] == [
        (d, Want.NOT, "N", 5) for d in (24, 25, 26)
    ]
    assert [(r.day.day, r.shift) for r in p.requests[4:]] == [(1, "E"), (3, "E")]
    assert [(f.day.day, f.shift) for f in p.fixed] == [(8, "D"), (30, None), (31, None)]


def test_the_calendar_wins(book, tmp_path):
    book["Calendar"].append([date(2026, 12, 12), "工作日", "调休"])
    book["Calendar"].append(["2026-12-25", "Holiday"])
    calendar = load(book, tmp_path).problem.calendar
    assert calendar.kind(date(2026, 12, 12)) is DayKind.WORKDAY
    assert calendar.is_holiday(date(2026, 12, 25))


def test_history_and_carry_over(book, tmp_path):
    book["History"].append(["E01", date(2026, 11, 30), "N"])
    book["History"].append(["Bob", "2026-11-30", "休"])
    book["History"].append(["E03", "2026-11-30", "年假"])
    book["Carry-over"].append(
        ["E01", 3, None, 1, 7.5, date(2026, 11, 23), "yes", "士气", date(2026, 11, 16), 2]
    )
    p = load(book, tmp_path).problem
    assert p.history == {
        ("E01", date(2026, 11, 30)): "N",
        ("E02", date(2026, 11, 30)): None,
        ("E03", date(2026, 11, 30)): None,
    }
    c = p.carry_over["E01"]
    assert (c.nights, c.weekends, c.holidays, c.minutes, c.days_in_lieu) == (3, 0, 1, 450, 2)
    assert c.last_lead_week == date(2026, 11, 23) and c.passed_over
    assert (c.last_post, c.last_committee_week) == ("morale", date(2026, 11, 16))


# --- rules -------------------------------------------------------------------------------


def test_rules(book, tmp_path):
    for row in (
        ["night_cover", "软", 50, "people", "2"],
        ["night_cover", "soft", None, "senior", 1.0],
        ["max_weekends", None, None, "weekends", 3],
        ["wishes", "off"],
        ["lead_handover", None, None, "time", time(15, 30)],
        ["lead_presence", None, None, "instants", "09：00；17：00"],
        ["Hours System", None, None, "system", "Standard"],
        ["min_consecutive_days", None, None, "weight", 7],
        ["fair_shifts", None, None, "shifts", "n，E"],
    ):
        book["Rules"].append(row)
    rules = load(book, tmp_path).rules
    assert rules["night_cover"].level is Level.SOFT and rules["night_cover"].weight == 50
    assert (rules["night_cover"].people, rules["night_cover"].senior) == (2, 1)
    assert rules["max_weekends"].weekends == 3
    assert rules["wishes"].level is Level.OFF
    assert rules["lead_handover"].time == (930,)
    assert rules["lead_presence"].instants == (540, 1020)
    assert rules["hours_system"].system == "standard"
    assert rules["min_consecutive_days"].weight == 7
    assert rules["fair_shifts"].shifts == ("N", "E")


def test_a_rulebook(book, tmp_path):
    book["Settings"]["B6"] = "Telecom"
    book["Rules"].append(["night_cover", None, None, "senior", 0])
    rules = load(book, tmp_path).rules
    assert rules.rulebook == "telecom"
    assert (rules["night_cover"].people, rules["night_cover"].senior) == (2, 0)


def test_no_limit(book, tmp_path):
    book["Rules"].append(["max_weekends", None, None, "weekends", "无"])
    assert load(book, tmp_path).rules["max_weekends"].weekends is None


def test_hours_of_leave_come_from_the_rule(book, tmp_path):
    book["Rules"].append(["availability", None, None, "leave_hours", 7])
    assert load(book, tmp_path).problem.leave_minutes == 420


# --- notes -------------------------------------------------------------------------------


def test_notes(book, tmp_path):
    sheet = book["Staff"]
    sheet["Z1"] = "phone"
    sheet["Z2"] = "=1+1"
    sheet["AB3"] = "remark"
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["G"].hidden = True
    book["Shifts"].sheet_state = "hidden"
    book["Settings"].append(["colour scheme", "blue"])
    book.create_sheet("My notes")["A1"] = "=1/0"
    found = notes(load(book, tmp_path))
    for fragment in (
        "Staff!Z1: an unknown column", "Staff!AB1: a column without a header",
        "Staff!A3: hidden rows", "Staff!G1: hidden columns", "Shifts!A1: a hidden sheet",
        "Settings!A8: an unknown item", "unknown days count as off",
    ):  # fmt: skip
        assert any(n.startswith(fragment) or fragment in n for n in found), fragment
    assert not any("My notes" in n for n in found)


def test_computed_sheets_and_totals_may_hold_formulas(book, tmp_path):
    book.create_sheet("Coverage")["A1"] = "=1/0"
    book.create_sheet("公平")["B7"] = "#REF!"
    book["Staff"]["B7"] = "合计"
    book["Staff"]["K7"] = "=SUM(K2:K5)"
    book["Demand"]["A6"] = "total"
    book["Demand"]["F6"] = "=SUM(F2:F4)"
    assert len(load(book, tmp_path).problem.employees) == 4


def test_blank_rows_are_skipped(book, tmp_path):
    book["Staff"].insert_rows(3, 2)
    book["Staff"]["A40"] = "   "
    book["Staff"].cell(500, 1).number_format = "@"
    assert len(load(book, tmp_path).problem.employees) == 4


def test_the_years_notice(book, tmp_path):
    book["Settings"]["B2"] = "2031-02"
    for name in ("Fixed", "Requests", "Leave"):
        book[name].delete_rows(2, 5)
    assert any("notice of 2031" in n for n in notes(load(book, tmp_path)))
    book["Calendar"].append(["2031-01-20", "holiday"])
    assert not any("notice of 2031" in n for n in notes(load(book, tmp_path)))


def test_history_that_reaches_back_needs_no_note(book, tmp_path):
    back = load(book, tmp_path).rules.look_back
    assert back > 0
    for person in ("E01", "E02", "E03", "E04"):
        book["History"].append([person, date(2026, 12, 1) - timedelta(days=back), "off"])
    assert not any("count as off" in n for n in notes(load(book, tmp_path)))


# --- the register of swaps ---------------------------------------------------------------


def test_swaps(book, tmp_path):
    book["Swaps"].append(
        [7, "2026-12-01 08:30", "Ann", date(2026, 12, 3), "D", "E02", "2026-12-10", "n",
         "√", None, "否"]
    )  # fmt: skip
    book["Swaps"].append(
        [8, None, "E01", date(2026, 11, 28), "D", "E02", date(2026, 12, 9), "D", *[None] * 6,
         "applied"]
    )  # fmt: skip
    book["Swap wishes"].append(["E01", date(2026, 12, 8), "2026-12-09，2026-12-10：N"])
    loaded = load(book, tmp_path)
    first, owed = loaded.problem.swaps
    assert (first.id, first.applicant, first.partner) == ("7", "E01", "E02")
    assert (first.shift, first.return_day, first.return_shift) == ("D", date(2026, 12, 10), "N")
    assert first.status is Status.REQUESTED
    assert owed.status is Status.APPLIED
    record = loaded.records["swaps"][0]
    assert record["asked_at"] == datetime(2026, 12, 1, 8, 30)
    assert (record["applicant_agrees"], record["partner_agrees"]) == (True, None)
    assert record["applicants_lead"] is False
    assert loaded.records["swap_wishes"][0]["can_take"] == (
        (date(2026, 12, 9), date(2026, 12, 9), None),
        (date(2026, 12, 10), date(2026, 12, 10), "N"),
    )


# --- the roster read back, and last month ------------------------------------------------


def with_roster(book, month=12, cells=None, people=("E01", "E02", "E03", "E04"), leads=()):
    """Add a Roster sheet as the program writes it, and a Leads sheet."""
    first = date(2026, month, 1)
    days = [first + timedelta(days=i) for i in range(30 if month == 11 else 31)]
    sheet = book.create_sheet("排班表")
    sheet.append(["Hotline"])
    sheet.append([None, None, *["x" for _ in days]])
    sheet.append(["工号", "姓名", *days, "工时"])
    for person in people:
        row = [(cells or {}).get((person, d.day), "休") for d in days]
        sheet.append([person, person, *row, "=SUM(1)"])
    sheet.append([])
    sheet.append([None, "在岗", *["=COUNTA(C4:C7)" for _ in days]])
    sheet.append(["D", "legend"])
    if leads:
        page = book.create_sheet("Leads")
        page.append(list(SHEETS["leads"].headers("en")))
        for row in leads:
            page.append(list(row))
    return book


def test_the_roster_is_read_back(book, tmp_path):
    cells = {("E01", 1): "D", ("E02", 2): "n", ("E03", 7): "年假", ("E03", 8): "annual",
             ("E04", 3): None, ("E04", 4): "事假"}  # fmt: skip
    loaded = load(with_roster(book, cells=cells), tmp_path, want_roster=True)
    roster = loaded.roster
    assert (roster.code(0, 0), roster.code(1, 1)) == ("D", "N")
    assert sum(c is not None for row in roster.cells for c in row) == 2
    assert loaded.addresses["roster"]["E02", date(2026, 12, 2)] == "排班表!D5"
    wrong = [n for n in notes(loaded) if "no approved leave" in n]
    assert len(wrong) == 1 and "排班表!F7" in wrong[0]


def test_published_days_are_fixed(book, tmp_path):
    book["Settings"]["B7"] = date(2026, 12, 8)
    book["Leave"]["B2"] = date(2026, 12, 5)
    cells = {("E01", 1): "D", ("E02", 2): "N", ("E03", 5): "D", ("E01", 9): "E"}
    loaded = load(with_roster(book, cells=cells), tmp_path)
    fixed = loaded.problem.fixed_by_cell
    assert len(fixed) == 4 * 8
    assert fixed[0, 0].shift == "D" and fixed[1, 1].shift == "N"
    assert fixed[2, 4].shift is None  # on leave by now
    assert fixed[0, 7].shift is None  # published as off, although fixed as D
    assert (0, 8) not in fixed
    assert loaded.roster is None
    assert sum("published" in n for n in notes(loaded)) == 2


def november(tmp_path, **more):
    tables = {k: v for k, v in TABLES.items() if k in ("settings", "staff", "shifts", "demand")}
    book = base(tables=tables)
    book["Settings"]["B2"] = "2026-11"
    book["Carry-over"].append(["E01", 2, 1, 0, 10])
    book["Carry-over"].append(["E02", 1, None, None, None, date(2026, 10, 5), "yes"])
    book["Rules"].append(["weekly_rest", "off"])
    cells = {("E01", 30): "N", ("E01", 7): "D", ("E01", 8): "D", ("E02", 29): "D"}
    leads = [
        (date(2026, 11, 16), "E03", "Cyd", None, "E02"),
        (date(2026, 11, 23), "E02", "Bob", None, "E01", "E01", "E04"),
        (date(2026, 11, 30), "E01", "Ann", None, "E03", None, "E01"),
    ]
    with_roster(book, 11, cells=cells, leads=leads, **more)
    path = tmp_path / "nov.xlsx"
    book.save(path)
    return path


def test_last_month(book, tmp_path):
    loaded = load(book, tmp_path, previous=november(tmp_path))
    p = loaded.problem
    assert p.history_by_cell[0, -1] == "N" and p.history_by_cell[0, -2] is None
    assert len(p.history) == 4 * 30
    assert p.leads == (
        (date(2026, 11, 16), "E03"), (date(2026, 11, 23), "E02"), (date(2026, 11, 30), "E01"),
    )  # fmt: skip
    one, two = p.carry_over["E01"], p.carry_over["E02"]
    assert (one.nights, one.weekends, one.minutes) == (3, 2, 600 + 3 * 480)
    assert one.last_lead_week == date(2026, 11, 30)
    assert (one.last_post, one.last_committee_week) == ("vitality", date(2026, 11, 30))
    assert (two.nights, two.weekends, two.minutes) == (1, 1, 480)
    assert two.last_lead_week == date(2026, 11, 23) and not two.passed_over
    assert p.carry_over["E04"].last_post == "vitality"
    assert not any("count as off" in n for n in notes(loaded))
    assert loaded.past.name == "nov.xlsx"


@pytest.mark.parametrize("level, owed", [("off", (3, 40)), ("soft", (0, 19))])
def test_days_in_lieu_of_last_month(book, tmp_path, level, owed):
    """November had 21 workdays, and E02 was off on all of them."""
    path = november(tmp_path)
    earlier = load_workbook(path)
    sheet = earlier["Carry-over"]
    column = [c.value for c in sheet[1]].index("days in lieu") + 1
    sheet.cell(2, column, 3)
    sheet.cell(3, column, 40)
    earlier["Rules"].append(["time_off_in_lieu", level])
    earlier.save(path)
    carried = load(book, tmp_path, previous=path).problem.carry_over
    assert (carried["E01"].days_in_lieu, carried["E02"].days_in_lieu) == owed


def test_what_is_typed_wins_over_last_month(book, tmp_path):
    book["History"].append(["E01", date(2026, 11, 30), "D"])
    book["Carry-over"].append(["E01", 9])
    p = load(book, tmp_path, previous=november(tmp_path)).problem
    assert p.history_by_cell[0, -1] == "D"
    assert (p.carry_over["E01"].nights, p.carry_over["E01"].weekends) == (9, 2)


def test_somebody_new_and_somebody_gone(book, tmp_path):
    previous = november(tmp_path)
    book["Staff"]["A5"] = "E09"
    p = load(book, tmp_path, previous=previous).problem
    assert "E04" not in {i for i, _ in p.history} and "E09" not in {i for i, _ in p.history}
    assert "E04" not in p.carry_over


def test_a_gap_and_an_overlap_are_noted(book, tmp_path):
    previous = november(tmp_path)
    book["Settings"]["A2"], book["Settings"]["B2"] = "start date", date(2026, 12, 3)
    book["Settings"].append(["end date", date(2026, 12, 31)])
    assert any(
        "ends before this month" in n for n in notes(load(book, tmp_path, previous=previous))
    )
    book["Settings"]["B2"] = date(2026, 11, 25)
    loaded = load(book, tmp_path, previous=previous)
    assert any("overlaps" in n for n in notes(loaded))
    assert max(day for _, day in loaded.problem.history) == date(2026, 11, 24)
    assert loaded.problem.carry_over["E01"].nights == 2
    assert loaded.problem.leads[-1][0] == date(2026, 11, 23)


def test_a_shift_that_is_gone_is_named(book, tmp_path):
    previous = november(tmp_path)
    book["Shifts"].delete_rows(4)
    book["Demand"].delete_rows(4)
    (issue,) = faults(write(book, tmp_path), previous=previous)
    assert (issue.sheet, issue.cell, issue.found) == ("[nov.xlsx]排班表", "AF4", "N")


# --- size --------------------------------------------------------------------------------


def test_two_hundred_people_are_read_in_two_seconds(tmp_path):
    tables = dict(TABLES)
    tables["staff"] = [
        {"id": f"P{i:03d}", "name": f"Name {i}", "grade": "senior", "group": "A",
         "skills": "sql,chat", "min_hours": 100, "max_hours": 190, "shift_limits": "N=9;E=9"}
        for i in range(200)
    ]  # fmt: skip
    tables["leave"] = tables["requests"] = tables["fixed"] = ()
    tables["requests"] = [
        {"staff": f"P{i:03d}", "dates": f"2026-12-{1 + i % 30:02d}", "want": "off"}
        for i in range(200)
    ]
    book = base(tables=tables)
    people = [f"P{i:03d}" for i in range(200)]
    cells = {(p, d): "DEN"[(i + d) % 3] for i, p in enumerate(people) for d in range(1, 32)}
    with_roster(book, cells=cells, people=people)
    page = book.create_sheet("Coverage")
    for i in range(3000):
        page.append([i] * 12)
    path = write(book, tmp_path)
    began = clock.perf_counter()
    loaded = read(path, REGISTRY, want_roster=True)
    assert clock.perf_counter() - began < 2
    assert len(loaded.problem.employees) == 200
