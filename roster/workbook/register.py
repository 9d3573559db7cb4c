"""Changing single cells of an input sheet: the register of swaps, leave, new rows.

What people typed stays: a cell is changed only where the program has something to say, rows
are added below the last one, a column that is missing is added on the right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy

from openpyxl.cell import Cell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from roster.swaps.register import Entry
from roster.words import Text
from roster.workbook import layout, style
from roster.workbook.book import Record
from roster.workbook.template import add_sheet

_LONG, _WIDE = ("decision",), 64


def write_entries(
    book: Workbook, records: Iterable[Record], entries: Mapping[str, Entry], lang: str
) -> None:
    """Write status and decision of rows of the register."""
    rows = Rows(book, "swaps", lang)
    for record in records:
        entry = entries.get(record["id"])
        if entry is None:
            continue
        number = record.row.number
        rows.set(number, "status", entry.status.value)
        rows.set(number, "decision", entry.decision)
        for key in ("shift", "return_shift"):
            code = getattr(entry, key)
            if code and not record[key]:
                rows.set(number, key, code)


class Rows:
    """The rows of one input sheet of an open workbook.

    Parameters
    ----------
    book : Workbook
    key : str
        Of the sheet in the layout; the sheet is made where the workbook has none.
    lang : str
        For words, and for headers that have to be added.
    """

    def __init__(self, book: Workbook, key: str, lang: str) -> None:
        self.layout, self.lang = layout.SHEETS[key], lang
        found = [s for s in book.worksheets if layout.find_sheet(s.title) is self.layout]
        self.sheet: Worksheet = found[0] if found else add_sheet(book, self.layout, lang)
        self.columns: dict[str, int] = {}
        for cell in self.sheet[1]:
            column = None if cell.value is None else self.layout.find_column(cell.value)
            if column is not None:
                self.columns.setdefault(column.key, cell.column)

    def set(self, row: int, key: str, value: object) -> None:
        """Set a cell; words are written in the workbook's language.

        Parameters
        ----------
        row : int
            Number of the row in the sheet.
        key : str
            Of the column.
        value : object
            A `Text` is written in one language; the key of a word as the word.
        """
        column = self.columns.get(key) or self._add_column(key)
        cell = self.sheet.cell(row, column)
        if isinstance(value, Text):
            value = value.to(self.lang)
        options = self.layout.column(key).options
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if isinstance(value, str) and any(w.key == value for w in options):
            value = layout.word_text(options, value).to(self.lang)
        cell.value = value
        if isinstance(value, str) and cell.data_type == "f":
            cell.data_type = "s"
        style.guard_text(cell)
        if isinstance(value, str) and key in _LONG:
            self._fit(cell, value)

    def _fit(self, cell: Cell, text: str) -> None:
        """Give a long text a column and a row that it can be read in."""
        column = self.sheet.column_dimensions[get_column_letter(cell.column)]
        column.width = max(column.width or 0, _WIDE)
        lines = -(-style.text_width(text) // (_WIDE - 4))
        row = self.sheet.row_dimensions[cell.row]
        row.height = max(row.height or 0, 3 + 13 * lines)
        cell.alignment = Alignment(wrap_text=True, vertical="top")

    def add(self, values: Mapping[str, object]) -> int:
        """Add a row below the last one; return its number."""
        last = max(
            (
                cell.row
                for row in self.sheet.iter_rows(min_row=2)
                for cell in row
                if cell.value is not None
            ),
            default=1,
        )
        number = last + 1
        for key, value in values.items():
            self.set(number, key, value)
        for key, column in self.columns.items():
            cell = self.sheet.cell(number, column)
            if last > 1:
                _look_like(cell, self.sheet.cell(last, column))
            elif self.layout.column(key).type in ("date", "moment"):
                moment = self.layout.column(key).type == "moment"
                cell.number_format = "yyyy-mm-dd hh:mm" if moment else "yyyy-mm-dd"
        return number

    def _add_column(self, key: str) -> int:
        position = self.sheet.max_column + 1
        header = self.sheet.cell(1, position)
        header.value = self.layout.column(key).header(self.lang)
        _look_like(header, self.sheet.cell(1, max(1, position - 1)))
        self.columns[key] = position
        return position


def _look_like(cell: Cell, other: Cell) -> None:
    if other.has_style:
        cell._style = copy(other._style)
