"""The workbook to be filled in: complete, validated, and read back without a fault."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from constraints import REGISTRY
from roster.errors import OutputError
from roster.workbook.layout import INPUT_SHEETS, SETTINGS, SHEETS
from roster.workbook.read import read
from roster.workbook.template import BLANK_TABLES, build_template, write_template

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module", params=["en", "zh"])
def sample(request, tmp_path_factory):
    """Return the sample's language and path."""
    path = tmp_path_factory.mktemp(request.param) / "team.xlsx"
    write_template(path, BLANK_TABLES(request.param, TODAY), request.param, registry=REGISTRY)
    return request.param, path


@pytest.fixture(scope="module")
def book(sample):
    return load_workbook(sample[1])


def test_the_sample_reads_back_without_a_fault(sample):
    lang, path = sample
    loaded = read(path, REGISTRY)
    problem = loaded.problem
    assert (problem.start, problem.end) == (date(2026, 12, 1), date(2026, 12, 31))
    assert problem.language == lang and problem.team
    assert len(problem.employees) == 8 and len(problem.shifts) == 3
    assert len(problem.leaves) == len(problem.requests) == 1
    assert [n.what.en for n in loaded.notes if "count as off" not in n.what.en] == []


def test_the_sample_can_be_solved_in_principle(sample):
    loaded = read(sample[1], REGISTRY)
    warnings = [w for rule in loaded.rules.enforced for w in rule.bound(loaded.problem)]
    assert [w.what.en for w in warnings] == []


@pytest.mark.parametrize("today", [date(2026, 12, 5), date(2027, 1, 31), date(2026, 1, 1)])
def test_the_sample_is_for_next_month(today, tmp_path):
    path = tmp_path / "team.xlsx"
    write_template(path, BLANK_TABLES("en", today), "en")
    start = read(path, REGISTRY).problem.start
    assert (start.year * 12 + start.month) - (today.year * 12 + today.month) == 1


def test_every_sheet_and_column_is_there(sample, book):
    lang, _ = sample
    for sheet in INPUT_SHEETS:
        page = book[sheet.name(lang)]
        assert tuple(c.value for c in page[1]) == sheet.headers(lang)
        assert page.freeze_panes in ("A2", "C2")
        assert page.auto_filter.ref


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_header_explains_itself_in_both_languages(lang):
    book = build_template(BLANK_TABLES(lang, TODAY), lang)
    for sheet in INPUT_SHEETS:
        for cell, column in zip(book[sheet.name(lang)][1], sheet.columns):
            text = cell.comment.text
            assert column.help.en in text and column.help.zh in text
            assert cell.comment.height > 17 * text.count("\n") and cell.comment.width >= 200


def test_required_columns_stand_out(sample, book):
    lang, _ = sample
    for sheet in INPUT_SHEETS:
        page = book[sheet.name(lang)]
        fills = {True: set(), False: set()}
        for cell, column in zip(page[1], sheet.columns):
            fills[column.required or column.needed].add(cell.fill.fgColor.rgb)
        assert fills[True].isdisjoint(fills[False])


def test_every_setting_has_its_line(sample, book):
    lang, _ = sample
    items = [row[0].value for row in book[SHEETS["settings"].name(lang)].iter_rows(min_row=2)]
    assert items == [c.header(lang) for c in SETTINGS]


def _validation(page, cell):
    return [v for v in page.data_validations.dataValidation if cell in v.sqref]


@pytest.mark.parametrize("sheet", INPUT_SHEETS[1:], ids=lambda s: s.key)
def test_cells_are_validated(sheet, sample, book):
    lang, _ = sample
    page = book[sheet.name(lang)]
    kinds = {
        "date": "date", "moment": "date", "int": "whole", "hours": "decimal",
        "choice": "list", "yesno": "list", "consent": "list", "staff": "list",
        "code": "list", "codes": "list", "duty": "list", "want": "list", "days": "list",
        "rule": "list", "parameter": "list",
    }  # fmt: skip
    for cell, column in zip(page[1], sheet.columns):
        found = _validation(page, f"{cell.column_letter}50")
        if column.type not in kinds:
            continue
        (validation,) = found
        assert validation.type == kinds[column.type], column.key
        assert len(validation.formula1) <= 255
        if validation.type in ("date", "whole", "decimal"):
            assert validation.showErrorMessage
            assert len(validation.error) <= 225 and "\n" in validation.error
        if column.type == "choice":
            words = [w.to(lang) for w in column.options]
            assert validation.formula1 == '"' + ",".join(words) + '"'


def test_long_lists_stand_on_a_hidden_sheet(sample, book):
    lang, _ = sample
    assert book["Lists"].sheet_state == "hidden"
    page = book[SHEETS["rules"].name(lang)]
    (validation,) = _validation(page, "A9")
    assert validation.formula1.startswith("Lists!$")
    column = [c.value for c in book["Lists"]["A"]]
    assert column[: len(REGISTRY.rules)] == [r.id for r in REGISTRY.rules]
    assert [s.title for s in book if s.sheet_state != "visible"] == ["Lists"]


def test_shift_colours_are_shown(sample, book):
    lang, _ = sample
    page = book[SHEETS["shifts"].name(lang)]
    for row in (2, 3, 4):
        assert page.cell(row, 11).fill.fgColor.rgb == "FF" + page.cell(row, 11).value


def test_new_rows_get_the_columns_format(sample, book):
    lang, _ = sample
    page = book[SHEETS["staff"].name(lang)]
    assert page.column_dimensions["A"].number_format == "@"
    assert page.column_dimensions["R"].number_format == "yyyy-mm-dd"


def test_text_never_becomes_a_formula(tmp_path):
    tables = BLANK_TABLES("en", TODAY)
    names = ["=1+1", "+86 10", "-x", "@home", "=HYPERLINK(1)", "007", "None", "NA"]
    for person, name in zip(tables["staff"], names):
        person["name"] = name
    path = tmp_path / "team.xlsx"
    write_template(path, tables, "en")
    page = load_workbook(path)["Staff"]
    assert [page.cell(r, 2).data_type for r in range(2, 10)] == ["s"] * 8
    assert [e.name for e in read(path, REGISTRY).problem.employees] == names


def test_values_are_written_in_the_language():
    tables = {
        "settings": [{"item": "month", "value": "2026-12"}, {"item": "值班电话", "value": 1}],
        "staff": [
            {"id": "007", "leader": False, "grade": "senior", "skills": ["sql", "chat"],
             "start_date": date(2026, 1, 5), "protection": None, "min_hours": 120.5},
        ],
        "demand": [{"days": "rest day", "shift": ("D", "E"), "min": 1}],
        "requests": [
            {"staff": "007", "want": "not N"}, {"staff": "007", "want": "off"},
            {"staff": "007", "want": "N"},
        ],
        "fixed": [{"staff": "007", "shift": "off"}],
        "leave": [{"kind": "sick", "approved_by": "department head", "status": "requested",
                   "asked_at": datetime(2026, 11, 1, 9, 30)}],
    }  # fmt: skip
    book = build_template(tables, "zh")
    staff = {h: c.value for h, c in zip(SHEETS["staff"].headers("en"), book["人员"][2])}
    assert staff["leader"] == "否" and staff["grade"] == "高级"
    assert staff["skills"] == "sql,chat" and staff["min hours"] == 120.5
    assert book["需求"]["A2"].value == "休息日" and book["需求"]["B2"].value == "D,E"
    assert [book["意愿"][f"C{r}"].value for r in (2, 3, 4)] == ["不上N", "休", "N"]
    assert book["固定"]["C2"].value == "休"
    assert book["请假"]["D2"].value == "病假" and book["请假"]["J2"].value == "主任"
    assert book["请假"]["E2"].number_format == "yyyy-mm-dd hh:mm"
    assert book["设置"]["A10"].value == "值班电话"


def test_a_file_of_somebody_else_is_not_replaced(tmp_path):
    path = tmp_path / "team.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(OutputError):
        write_template(path, BLANK_TABLES("en", TODAY), "en")
    assert path.read_bytes() == b"mine"
    write_template(path, BLANK_TABLES("en", TODAY), "en", force=True)
    assert read(path, REGISTRY).problem.employees
    assert [p.name for p in tmp_path.iterdir()] == ["team.xlsx"]
