"""Opening a workbook: its sheets, headers and rows, each cell with its address.

Read with openpyxl so that "NA", "None" and 007 stay what they are. Only the sheets that are
needed are parsed, and formulas without a stored value are found in the sheet's XML, so that
the file is read once.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree import ElementTree

from openpyxl.cell.cell import MergedCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from roster.errors import InputError, Issue
from roster.words import Text, joined, nearest, same
from roster.workbook import layout
from roster.workbook.cells import UNKNOWN_STAFF, Bad, Quiet, Raw, as_text, strip
from roster.workbook.layout import Column, Sheet

_OLE = b"\xd0\xcf\x11\xe0"
_MAX_BYTES = 400_000_000
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_TOTALS = {"total", "totals", "sum", "合计", "总计", "小计"}

SAVE_AS = Text(
    "open it in Excel or WPS and save it as .xlsx", "用 Excel 或 WPS 打开后另存为 .xlsx"
)


class Log:
    """Faults and notes of one file, each with its place.

    Parameters
    ----------
    prefix : str
        Stands before every sheet name: the file, when there are several.
    """

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self._faults: list[tuple[tuple, Issue]] = []
        self._notes: list[tuple[tuple, Issue]] = []

    def fault(
        self,
        what: Text,
        *,
        table: Table | None = None,
        row: int = 1,
        column: int = 1,
        found: str = "",
        expected: Text | None = None,
        hint: Text | None = None,
        note: bool = False,
        warning: bool = False,
        place: tuple[str, str] | None = None,
    ) -> None:
        """Add a fault, or a note, at a cell of a table or at a named place."""
        if place is None and table is not None:
            place = (table.title, f"{get_column_letter(column)}{row}")
        sheet, cell = place or ("", "")
        issue = Issue(
            what=what,
            found=found,
            expected=expected or same(""),
            hint=hint or same(""),
            sheet=self.prefix + sheet,
            cell=cell,
            warning=warning,
        )
        # What has no sheet stands first among the faults and last among the notes.
        order = (table.order if table is not None else 99 if note else -1, row, column)
        (self._notes if note else self._faults).append((order, issue))

    @property
    def faults(self) -> tuple[Issue, ...]:
        """The faults in the order of sheets, rows and columns.

        Somebody who is not on the list is one fault, however many cells name them.
        """
        found: dict[object, list[Issue]] = {}
        for n, (_, issue) in enumerate(sorted(self._faults, key=lambda x: x[0])):
            key = issue.found.casefold() if issue.what == UNKNOWN_STAFF else n
            found.setdefault(key, []).append(issue)
        return tuple(_one(group) for group in found.values())

    @property
    def notes(self) -> tuple[Issue, ...]:
        """The notes, likewise."""
        return tuple(i for _, i in sorted(self._notes, key=lambda x: x[0]))


def _one(group: list[Issue]) -> Issue:
    """Return the first of some faults about one person, with the number of the others."""
    first, n = group[0], len(group)
    if n == 1:
        return first
    sheets = Counter(issue.sheet for issue in group)
    where = joined([same(f"{sheet} {k}") for sheet, k in sheets.items()], ", ", "、")
    who = first.found
    return replace(
        first,
        hint=Text(
            f"put {who} back on the Staff sheet, or clear the {n} cells with {who}: {where.en}",
            f"在《人员》表补上 {who}，或清除写有 {who} 的 {n} 个单元格：{where.zh}",
        ),
    )


@dataclass(frozen=True)
class Row:
    """A row with values."""

    table: Table
    number: int
    cells: Mapping[str, Raw]

    def raw(self, key: str) -> Raw:
        """Return the cell of a column; an empty one when the column is missing."""
        return self.cells.get(key) or Raw(None)


@dataclass
class Table:
    """A sheet of the file.

    Attributes
    ----------
    layout : Sheet
    title : str
        The name it has in the file.
    order : int
        Position of the sheet in the layout, for sorting.
    columns : dict of str to int
        Position of each known column.
    rows : list of Row
        Rows with a value in a known column.
    """

    layout: Sheet
    title: str
    sheet: Worksheet
    order: int
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    complete: bool = True
    valueless: frozenset[tuple[int, int]] = frozenset()
    formulas: frozenset[tuple[int, int]] = frozenset()

    def address(self, row: int, key: str) -> str:
        """Return ``Sheet!B7`` of a column's cell."""
        return f"{self.title}!{get_column_letter(self.columns.get(key, 1))}{row}"


class Book:
    """The sheets of a workbook.

    Parameters
    ----------
    path : Path
    log : Log
    want : iterable of str
        Keys of the sheets to be read.

    Raises
    ------
    InputError
        When the file is no workbook that can be opened.
    """

    def __init__(self, path: Path, log: Log, want: Iterable[str]) -> None:
        self.path, self.log = path, log
        self.want = tuple(want)
        self.tables: dict[str, Table] = {}
        self.unknown: list[str] = []
        data = _bytes(path, log.prefix)
        reader = _open(path, data, self._wanted, log.prefix)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for sheet in reader.wb.worksheets:
                self._add(sheet, archive.read(reader.paths[sheet.title]))

    def _wanted(self, name: str) -> bool:
        sheet = layout.find_sheet(name)
        if sheet is None:
            self.unknown.append(name)
        return sheet is not None and sheet.key in self.want

    def _add(self, sheet: Worksheet, xml: bytes) -> None:
        known = layout.find_sheet(sheet.title)
        order = list(layout.SHEETS).index(known.key)
        table = Table(known, sheet.title, sheet, order)
        if known.key in self.tables:
            self.log.fault(
                Text("the sheet is there twice", "同一工作表出现两次"),
                table=table,
                found=f"{self.tables[known.key].title}, {sheet.title}",
                hint=Text("keep one of them", "只保留一个"),
            )
            return
        self.tables[known.key] = table
        if _FORMULA.search(xml):
            table.formulas, table.valueless = _formulas(xml)
        if known.key not in ("roster", "solved", "days_before"):
            _read_table(table, self.log)

    def missing(self, sheet: Sheet, lang: str) -> None:
        """Report a required sheet that is not there."""
        near = nearest(sheet.name(lang), self.unknown) or nearest(sheet.en, self.unknown)
        self.log.fault(
            Text("the sheet is missing", "缺少该工作表"),
            place=(sheet.name(lang), ""),
            expected=Text(
                f"a sheet named {sheet.en} or {sheet.zh}",
                f"名为 {sheet.zh} 或 {sheet.en} 的工作表",
            ),
            hint=Text(f"rename {near}", f"将 {near} 改名") if near else None,
        )


# --- opening -------------------------------------------------------------------------------


def _refuse(path: Path, prefix: str, what: Text, hint: Text | None = None) -> InputError:
    return InputError(
        Issue(
            what=what,
            found=prefix or path.name,
            expected=Text("an Excel workbook (.xlsx)", "Excel 工作簿（.xlsx）"),
            hint=hint or same(""),
        )
    )


def _bytes(path: Path, prefix: str) -> bytes:
    no_workbook = Text("this is not an Excel workbook", "这不是 Excel 工作簿")
    if path.is_dir():
        raise _refuse(path, prefix, Text("this is a folder", "这是文件夹"))
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise _refuse(
            path,
            prefix,
            Text("there is no such file", "文件不存在"),
            Text("look at the name and the folder", "请检查文件名和文件夹"),
        ) from None
    except (OSError, ValueError):
        raise _refuse(
            path,
            prefix,
            Text("the file cannot be read", "文件无法读取"),
            Text("close it in Excel, or look at its rights", "请在 Excel 中关闭，或检查权限"),
        ) from None
    if not data:
        raise _refuse(path, prefix, Text("the file is empty", "文件是空的"))
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise _refuse(
                path,
                prefix,
                Text("the workbook is protected by a password", "工作簿有打开密码"),
                Text("save it without a password", "去掉密码后保存"),
            )
        raise _refuse(
            path, prefix, Text("this is the old .xls format", "这是旧的 .xls 格式"), SAVE_AS
        )
    if not data.startswith(b"PK"):
        raise _refuse(path, prefix, no_workbook, SAVE_AS)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {i.filename for i in archive.infolist()}
            size = sum(i.file_size for i in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise _refuse(
            path, prefix, Text("the workbook is damaged", "工作簿已损坏"), SAVE_AS
        ) from None
    if "[Content_Types].xml" not in names or "xl/workbook.bin" in names:
        raise _refuse(path, prefix, no_workbook, SAVE_AS)
    if size > _MAX_BYTES:
        raise _refuse(path, prefix, Text("the workbook is too large", "工作簿过大"))
    return data


class _Reader(ExcelReader):
    """Openpyxl's reader, told which sheets to parse."""

    def __init__(self, data: bytes, wanted: Callable[[str], bool]) -> None:
        super().__init__(io.BytesIO(data), data_only=True, keep_links=False)
        self.wanted = wanted
        self.paths: dict[str, str] = {}

    def read_worksheets(self) -> None:
        sheets = [
            (sheet, rel)
            for sheet, rel in self.parser.find_sheets()
            if "chartsheet" not in rel.Type and self.wanted(sheet.name)
        ]
        self.paths = {sheet.name: rel.target for sheet, rel in sheets}
        self.parser.find_sheets = lambda: iter(sheets)
        # Defined names address sheets by position, which the selection has changed.
        self.parser.assign_names = lambda: None
        super().read_worksheets()


def _open(path: Path, data: bytes, wanted: Callable[[str], bool], prefix: str) -> _Reader:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            reader = _Reader(data, wanted)
            reader.read()
        except (InputError, MemoryError):
            raise
        except Exception:
            # A damaged file can fail anywhere inside openpyxl, with any exception.
            raise _refuse(
                path,
                prefix,
                Text("the workbook cannot be opened", "工作簿无法打开"),
                SAVE_AS,
            ) from None
    return reader


def _formulas(
    xml: bytes,
) -> tuple[frozenset[tuple[int, int]], frozenset[tuple[int, int]]]:
    """Return the (row, column) of all formulas and of those without a stored value."""
    every, valueless = set(), set()
    for _, element in ElementTree.iterparse(io.BytesIO(xml)):
        if element.tag.rpartition("}")[2] != "c":
            continue
        parts = {e.tag.rpartition("}")[2]: e for e in element}
        if "f" in parts and element.get("r"):
            column, row, *_ = range_boundaries(element.get("r"))
            every.add((row, column))
            value = parts.get("v")
            # A stored empty text is a value; Excel marks it t="str".
            if (value is None or not value.text) and element.get("t") != "str":
                valueless.add((row, column))
        element.clear()
    return frozenset(every), frozenset(valueless)


# --- headers and rows ----------------------------------------------------------------------


def grid(sheet: Worksheet) -> Iterator[tuple[int, dict[int, object]]]:
    """Yield (row, {column: cell}) of every row that has cells, in order.

    Never touches cells that do not exist: one stray cell in the last row of a sheet would
    otherwise make openpyxl create billions.
    """
    rows: dict[int, dict[int, object]] = {}
    for (row, column), cell in sheet._cells.items():
        rows.setdefault(row, {})[column] = cell
    for row in sorted(rows):
        yield row, rows[row]


def raw_of(table: Table, row: int, column: int, cell: object) -> Raw:
    """Return a cell as the parsers take it."""
    return Raw(
        cell,
        formula=(row, column) in table.valueless,
        covered=isinstance(cell, MergedCell),
    )


def _read_table(table: Table, log: Log) -> None:
    rows = grid(table.sheet)
    by_row = dict(rows)
    _headers(table, by_row.pop(1, {}), log)
    by_column = {c: table.layout.column(k) for k, c in table.columns.items()}
    used: dict[int, None] = {}
    for number, cells in by_row.items():
        raws = {
            by_column[c].key: raw_of(table, number, c, cell)
            for c, cell in cells.items()
            if c in by_column
        }
        for c, cell in cells.items():
            if c not in by_column and cell.value is not None:
                used[c] = None
        if all(r.empty for r in raws.values()) or _is_total(table, number, raws):
            continue
        table.rows.append(Row(table, number, raws))
    _unnamed_columns(table, used, log)
    _merged(table, log)
    _hidden(table, log)


def _headers(table: Table, cells: Mapping[int, object], log: Log) -> None:
    unknown: list[tuple[int, str]] = []
    for position in sorted(cells):
        value = cells[position].value
        if value is None or not strip(str(value)):
            continue
        text = as_text(value)
        column = table.layout.find_column(text)
        if column is None:
            unknown.append((position, text))
        elif column.key in table.columns:
            log.fault(
                Text("the column is there twice", "该列出现两次"),
                table=table,
                column=position,
                found=text,
                hint=Text("keep one of them", "只保留一列"),
            )
        else:
            table.columns[column.key] = position
    missing = [c for c in table.layout.columns if c.key not in table.columns]
    names = {n: c for c in missing for n in (c.en, c.zh)}
    for position, text in unknown:
        near = nearest(text, names)
        log.fault(
            Text("an unknown column is not read", "未知的列，未读取"),
            table=table,
            column=position,
            found=text,
            note=True,
            hint=same(near) if near else None,
        )
    for column in missing:
        if column.required or column.needed:
            table.complete = False
            near = nearest(column.en, [t for _, t in unknown]) or nearest(
                column.zh, [t for _, t in unknown]
            )
            log.fault(
                Text(f"the column {column.en} is missing", f"缺少列 {column.zh}"),
                table=table,
                expected=Text(
                    f"a header {column.en} or {column.zh} in the first row",
                    f"第一行有表头 {column.zh} 或 {column.en}",
                ),
                hint=Text(f"rename {near}", f"将 {near} 改名") if near else None,
            )


def _unnamed_columns(table: Table, used: Iterable[int], log: Log) -> None:
    for position in used:
        if table.sheet.cell(1, position).value is None:
            log.fault(
                Text("a column without a header is not read", "没有表头的列，未读取"),
                table=table,
                column=position,
                note=True,
            )


def _is_total(table: Table, number: int, raws: Mapping[str, Raw]) -> bool:
    """Tell whether the row is a line of totals below the records.

    Its first cell is empty or says "total", and all else in it is formulas.
    """
    first = table.layout.columns[0].key
    words = [k for k, r in raws.items() if r.text.casefold() in _TOTALS]
    if first in raws and not raws[first].empty and first not in words:
        return False
    return all(
        r.empty or k in words or (number, table.columns[k]) in table.formulas
        for k, r in raws.items()
    )


def _merged(table: Table, log: Log) -> None:
    columns = set(table.columns.values())
    last = max((r.number for r in table.rows), default=1)
    for area in table.sheet.merged_cells.ranges:
        if columns.isdisjoint(range(area.min_col, area.max_col + 1)) or area.min_row > last:
            continue
        log.fault(
            Text("merged cells", "合并的单元格"),
            table=table,
            row=area.min_row,
            column=area.min_col,
            found=area.coord,
            expected=Text("a value in every cell of its own", "每个单元格各有自己的值"),
            hint=Text("unmerge and fill in each cell", "取消合并并逐格填写"),
        )


def _hidden(table: Table, log: Log) -> None:
    sheet = table.sheet
    if sheet.sheet_state != "visible":
        log.fault(
            Text("a hidden sheet is read like the others", "隐藏的工作表照常读取"),
            table=table,
            note=True,
        )
    rows = [r.number for r in table.rows if _row_hidden(sheet, r.number)]
    if rows:
        shown = ", ".join(map(str, rows[:8])) + (" …" if len(rows) > 8 else "")
        log.fault(
            Text("hidden rows are read like the others", "隐藏的行照常读取"),
            table=table,
            row=rows[0],
            found=shown,
            note=True,
        )
    letters = hidden_columns(sheet)
    columns = sorted(c for c in table.columns.values() if c in letters)
    if columns:
        log.fault(
            Text("hidden columns are read like the others", "隐藏的列照常读取"),
            table=table,
            column=columns[0],
            note=True,
            found=", ".join(get_column_letter(c) for c in columns),
        )


def _row_hidden(sheet: Worksheet, row: int) -> bool:
    return row in sheet.row_dimensions and bool(sheet.row_dimensions[row].hidden)


def hidden_columns(sheet: Worksheet) -> set[int]:
    """Return the positions of hidden columns; a dimension may stand for several."""
    hidden: set[int] = set()
    for letter, dimension in sheet.column_dimensions.items():
        if dimension.hidden:
            first = dimension.min or range_boundaries(f"{letter}1")[0]
            hidden.update(range(first, min(dimension.max or first, first + 200) + 1))
    return hidden


# --- records -------------------------------------------------------------------------------

_BAD = object()


class Record:
    """A row with its values read.

    ``record[key]`` is the value, None for an empty or faulty cell.
    """

    __slots__ = ("_values", "log", "row")

    def __init__(self, row: Row, log: Log, values: dict[str, object]) -> None:
        self.row, self.log, self._values = row, log, values

    def __getitem__(self, key: str):
        value = self._values.get(key)
        return None if value is _BAD else value

    def bad(self, *keys: str) -> bool:
        """Tell whether one of the cells could not be read."""
        return any(self._values.get(k) is _BAD for k in keys)

    def address(self, key: str) -> str:
        """Return ``Sheet!B7`` of a cell."""
        return self.row.table.address(self.row.number, key)

    def set(self, key: str, value: object) -> None:
        """Set what `read_cell` made of a cell."""
        self._values[key] = value

    def spoil(self, key: str) -> None:
        """Mark a cell as faulty."""
        self._values[key] = _BAD

    def fault(
        self,
        key: str,
        what: Text,
        expected: Text | None = None,
        hint: Text | None = None,
        *,
        found: str | None = None,
        note: bool = False,
    ) -> None:
        """Report a fault, or a note, at the record's cell of a column."""
        table = self.row.table
        self.log.fault(
            what,
            table=table,
            row=self.row.number,
            column=table.columns.get(key, 1),
            found=self.row.raw(key).text if found is None else found,
            expected=expected,
            hint=hint,
            note=note,
        )


def read_cell(
    record: Record, column: Column, raw: Raw, parse: Callable[[Raw, Column, Callable], object]
) -> object:
    """Read one cell of a record; faults are reported, never raised."""
    key = column.key
    if raw.error:
        record.fault(
            key, Text("an error value", "错误值"), None, Text("mend the formula", "请修正公式")
        )
        return _BAD
    if raw.formula:
        record.fault(
            key,
            Text("a formula without a value", "公式没有计算结果"),
            None,
            Text(
                "open the file in Excel and save it, or type the value",
                "用 Excel 打开并保存，或直接填写数值",
            ),
            found="=",
        )
        return _BAD
    if raw.empty:
        if column.required and not raw.covered and key in record.row.table.columns:
            record.fault(key, Text(f"{column.en} is empty", f"{column.zh} 为空"), column.help)
            return _BAD
        return _BAD if raw.covered else None

    def note(what: Text, expected: Text | None = None) -> None:
        record.fault(key, what, expected, note=True)

    try:
        return parse(raw, column, note)
    except Bad as bad:
        record.fault(key, bad.what, bad.expected, bad.hint, found=bad.found)
        return _BAD
    except Quiet:
        return _BAD
