"""Hidden sheets with a grid of duties, a row a person and a column a day.

*As solved* keeps the roster as it was last solved, so that what was changed since is known;
*Days before* the duties before the first day, so that a result can be looked at, changed and
solved again without last month's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from openpyxl.workbook import Workbook

from roster.plan import Roster
from roster.workbook import layout
from roster.workbook.book import Table, grid, raw_of
from roster.workbook.cells import Bad, Quiet
from roster.workbook.names import Names
from roster.workbook.read_roster import header_date
from roster.workbook.style import HEADER, Look, Stylist


def write_solved(book: Workbook, stylist: Stylist, roster: Roster, lang: str) -> None:
    """Write the roster as solved; an empty cell is a day off."""
    problem = roster.problem
    cells = {
        (person.id, day): roster.cells[e][d]
        for e, person in enumerate(problem.employees)
        for d, day in enumerate(problem.days)
    }
    _write(book, stylist, layout.SHEETS["solved"], cells, lang)


def write_before(book: Workbook, stylist: Stylist, roster: Roster, lang: str) -> None:
    """Write the duties before the first day; an empty cell is not known."""
    off = layout.OFF.text.to(lang)
    history = roster.problem.history
    cells = {cell: off if code is None else code for cell, code in history.items()}
    _write(book, stylist, layout.SHEETS["days_before"], cells, lang)


def _write(
    book: Workbook,
    stylist: Stylist,
    sheet: layout.Sheet,
    cells: Mapping[tuple[str, date], str | None],
    lang: str,
) -> None:
    """Write a grid in place of an older one; none without cells."""
    for old in list(book.worksheets):
        if layout.find_sheet(old.title) is sheet:
            book.remove(old)
    if not cells:
        return
    made = book.create_sheet(sheet.name(lang))
    made.sheet_state = "hidden"
    stylist.put(made.cell(1, 1), sheet.column("id").header(lang), HEADER)
    columns = {day: 2 + i for i, day in enumerate(sorted({day for _, day in cells}))}
    rows = {staff: 2 + i for i, staff in enumerate(dict.fromkeys(s for s, _ in cells))}
    for day, column in columns.items():
        stylist.put(made.cell(1, column), day, HEADER.but(form="yyyy-mm-dd"))
    plain = Look()
    for staff, row in rows.items():
        stylist.put(made.cell(row, 1), staff, plain)
    for (staff, day), code in cells.items():
        if code is not None:
            stylist.put(made.cell(rows[staff], columns[day]), code, plain)


def read_grid(table: Table, names: Names) -> dict[tuple[str, date], str | None]:
    """Return the duties of a grid by staff id and date; people who are gone are left out."""
    rows = dict(grid(table.sheet))
    days = {c: day for c, cell in rows.get(1, {}).items() if (day := header_date(cell))}
    out: dict[tuple[str, date], str | None] = {}
    for number, cells in rows.items():
        first = raw_of(table, number, 1, cells.get(1))
        if number == 1 or first.value is None:
            continue
        try:
            person = names.person(first.text)
        except (Bad, Quiet):
            continue
        for column, day in days.items():
            text = raw_of(table, number, column, cells.get(column)).text
            if text:
                try:
                    out[person, day] = names.duty_or_leave(text)
                except (Bad, Quiet):
                    out[person, day] = text  # a code that is no longer there: changed
    return out
