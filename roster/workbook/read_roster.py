"""The Roster sheet read back: by this program, or changed by hand in Excel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter

from roster.problem import Employee
from roster.words import Text, day_text, same
from roster.workbook import layout
from roster.workbook.book import Log, Table, grid, raw_of
from roster.workbook.cells import Bad, Quiet, Raw, as_text, fold, parse_date
from roster.workbook.layout import norm
from roster.workbook.names import Names

_ID, _NAME = ({norm(w) for w in (c.en, c.zh)} for c in layout.SHEETS["roster"].columns[:2])
_WEEKDAY = "周天|(?:周|星期|礼拜)?[一二三四五六日天]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_DAY = re.compile(
    rf"(?:(\d{{1,2}})\s*[月/.-]\s*)?(\d{{1,2}})\s*[日号]?[\s(]*(?:{_WEEKDAY})?\s*\)?",
    re.IGNORECASE,
)


@dataclass
class RosterCells:
    """What the Roster sheet says.

    Attributes
    ----------
    cells : dict of (str, date) to (str or None)
        Code or None for every cell that could be read.
    addresses : dict of (str, date) to str
    places : dict of (int, int) to (str, date)
        Whose day stands in a row and column.
    """

    cells: dict[tuple[str, date], str | None] = field(default_factory=dict)
    addresses: dict[tuple[str, date], str] = field(default_factory=dict)
    places: dict[tuple[int, int], tuple[str, date]] = field(default_factory=dict)


def find_header(rows: Mapping[int, Mapping[int, object]]) -> tuple[int, int] | None:
    """Return row and column of the header of the people; None without one.

    The first row whose first cell is the staff id; failing that, of a sheet typed by hand,
    the first with the id elsewhere, or with the name and no id.
    """

    def found(wanted: set[str], columns: range) -> tuple[int, int] | None:
        for number, cells in rows.items():
            for column in sorted(cells):
                value = cells[column].value
                if column in columns and value is not None and norm(value) in wanted:
                    return number, column
        return None

    anywhere = range(1, 1 + max((max(cells) for cells in rows.values()), default=1))
    return found(_ID, range(1, 2)) or found(_ID, anywhere) or found(_NAME, anywhere)


def read_roster(
    table: Table,
    names: Names,
    log: Log,
    start: date,
    end: date,
    employees: Mapping[str, Employee],
    on_leave: Callable[[str, date], bool],
) -> RosterCells:
    """Read the Roster sheet; every fault goes to the log.

    Parameters
    ----------
    table : Table
    names : Names
    log : Log
    start, end : date
        The horizon; each day must have a column.
    employees : mapping of str to Employee
        Each must have a row, unless they are not employed on any day.
    on_leave : callable
        Tells whether a person has approved leave on a day.
    """
    rows = dict(grid(table.sheet))
    found = find_header(rows)
    out = RosterCells()
    if found is None:
        log.fault(
            Text("the roster has no header row", "排班表没有表头行"),
            table=table,
            expected=Text("a row whose first cell is id", "第一格为 工号 的一行"),
        )
        return out
    header, who = found
    columns = _days(table, header, rows[header], log, start, end)
    seen: dict[str, int] = {}
    number = header + 1
    while number in rows and _is_weekdays(rows[number], who):
        number += 1
    while number in rows:
        cells = rows[number]
        first = raw_of(table, number, who, cells.get(who))
        if first.value is None:
            break
        person = _person(table, number, who, first, names, log, seen)
        if person is not None:
            for day, column in columns.items():
                raw = raw_of(table, number, column, cells.get(column))
                _cell(table, number, column, raw, person, day, names, log, out, on_leave)
        number += 1
    _merged(table, header, number, {*columns.values(), who}, log)
    for person, employee in employees.items():
        outside = (employee.start_date and employee.start_date > end) or (
            employee.end_date and employee.end_date < start
        )
        if person not in seen and not outside:
            log.fault(
                Text("a person has no row in the roster", "排班表缺少人员"),
                table=table,
                row=header,
                column=who,
                found=f"{person} {employee.name}".strip(),
                expected=Text("a row for everybody on the Staff sheet", "人员表中每人一行"),
                hint=Text(
                    f"read up to row {number - 1}, the last before an empty id",
                    f"读到第 {number - 1} 行，其后工号为空",
                ),
            )
    return out


def _is_weekdays(cells: Mapping[int, object], who: int) -> bool:
    """Tell whether a row below the header holds nothing but the names of weekdays."""
    words = [str(c.value) for c in cells.values() if c.value is not None]
    if who in cells and cells[who].value is not None:
        return False
    return all(re.fullmatch(_WEEKDAY, fold(w), re.IGNORECASE) for w in words)


def header_date(
    cell: object, start: date | None = None, end: date | None = None
) -> date | None:
    """Return the date that a header names; None when it names none.

    Between `start` and `end` the month may be left out, or the year, as on a sheet typed by
    hand: ``1``, ``1日``, ``12/1``, ``12月1日 周二``, when only one day can be meant.
    """
    value = getattr(cell, "value", None)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return parse_date(value)
        except Bad:
            pass
    if start is None or not isinstance(value, int | float | str):
        return None
    match = _DAY.fullmatch(fold(as_text(value)))
    if match is None:
        return None
    days = (start + timedelta(days=i) for i in range((end - start).days + 1))
    month, day = match[1], int(match[2])
    meant = [x for x in days if x.day == day and (month is None or x.month == int(month))]
    return meant[0] if len(meant) == 1 else None


def _days(
    table: Table, header: int, cells: Mapping[int, object], log: Log, start: date, end: date
) -> dict[date, int]:
    columns: dict[date, int] = {}
    period = same(f"{start}..{end}")
    for column in sorted(cells):
        day = header_date(cells[column], start, end)
        if day is None:
            continue
        if not start <= day <= end:
            log.fault(
                Text("a date outside the period", "日期不在排班期内"),
                table=table,
                row=header,
                column=column,
                found=day.isoformat(),
                expected=period,
            )
        elif day in columns:
            log.fault(
                Text("a date is there twice", "日期重复"),
                table=table,
                row=header,
                column=column,
                found=day.isoformat(),
            )
        else:
            columns[day] = column
    wanted = (start + timedelta(days=i) for i in range((end - start).days + 1))
    missing = [d for d in wanted if d not in columns]
    if missing:
        shown = ", ".join(d.isoformat() for d in missing[:6])
        log.fault(
            Text("days have no column in the roster", "排班表缺少日期列"),
            table=table,
            row=header,
            found=shown + (" …" if len(missing) > 6 else ""),
            expected=Text(
                f"a column for each day, {period.en}; its header an Excel date",
                f"{period.zh} 每天一列，表头为 Excel 日期",
            ),
        )
    return columns


def _person(
    table: Table,
    number: int,
    column: int,
    raw: Raw,
    names: Names,
    log: Log,
    seen: dict[str, int],
) -> str | None:
    try:
        person = names.person(raw.text)
    except Quiet:
        return None
    except Bad as bad:
        log.fault(
            bad.what,
            table=table,
            row=number,
            column=column,
            found=raw.text,
            expected=bad.expected,
            hint=bad.hint,
        )
        return None
    if person in seen:
        log.fault(
            Text("a person is there twice", "人员重复"),
            table=table,
            row=number,
            column=column,
            found=raw.text,
            expected=Text(
                f"one row; the other is row {seen[person]}",
                f"每人一行；另一行为第 {seen[person]} 行",
            ),
        )
        return None
    seen[person] = number
    return person


def _cell(
    table: Table,
    number: int,
    column: int,
    raw: Raw,
    person: str,
    day: date,
    names: Names,
    log: Log,
    out: RosterCells,
    on_leave: Callable[[str, date], bool],
) -> None:
    place = {"table": table, "row": number, "column": column}
    out.places[number, column] = person, day
    out.addresses[person, day] = f"{table.title}!{get_column_letter(column)}{number}"
    if raw.error or raw.formula:
        log.fault(
            Text("an error value", "错误值")
            if raw.error
            else Text("a formula without a value", "公式没有计算结果"),
            found=raw.text or "=",
            expected=Text("a shift code", "班次代码"),
            **place,
        )
        return
    if raw.value is None:
        out.cells[person, day] = None
        return
    text = raw.text
    if text in names.codes:
        out.cells[person, day] = text
        return
    try:
        out.cells[person, day] = names.duty_or_leave(text)
    except Quiet:
        return
    except Bad as bad:
        more = Text(f"{bad.expected.en}, off, empty", f"{bad.expected.zh}、休、空白")
        log.fault(bad.what, found=text, expected=more, hint=bad.hint, **place)
        return
    if layout.find_word(layout.LEAVE_KINDS, text) and not on_leave(person, day):
        when = day_text(day)
        log.fault(
            Text(
                f"{person} has no approved leave on {when.en}; read as a day off",
                f"{person} 在{when.zh}没有批准的请假，按休息读取",
            ),
            found=text,
            note=True,
            **place,
        )


def _merged(table: Table, header: int, stop: int, columns: Iterable[int], log: Log) -> None:
    columns = set(columns)
    for area in table.sheet.merged_cells.ranges:
        inside = area.max_row >= header and area.min_row < stop
        if inside and not columns.isdisjoint(range(area.min_col, area.max_col + 1)):
            corner = table.sheet._cells.get((area.min_row, area.min_col))
            if isinstance(corner, MergedCell):
                continue
            log.fault(
                Text("merged cells", "合并的单元格"),
                table=table,
                row=area.min_row,
                column=area.min_col,
                found=area.coord,
                hint=Text("unmerge and fill in each cell", "取消合并并逐格填写"),
            )
