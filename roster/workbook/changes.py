"""The Changes sheet: who must be told what after a repair, to be ticked off.

A row a changed cell, in order of date; the sheet ends at the first row without a staff id.
Below it stand changes of an earlier repair that were not ticked as told, and what else
changes. It is read back for the rule ``stability`` alone: what stands under *before* is what
the person was told at first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from roster.plan import Roster
from roster.words import Text
from roster.workbook import style
from roster.workbook.cells import Bad, Quiet, as_text
from roster.workbook.layout import (
    LEAVE_KINDS,
    OFF,
    SHEETS,
    YES_NO,
    find_sheet,
    find_word,
    word_text,
)
from roster.workbook.results import table
from roster.workbook.style import BODY, Look, Stylist

if TYPE_CHECKING:
    from roster.workbook.read import _Load

_SHEET = SHEETS["changes"]
_EARLIER = Text("earlier changes, not ticked as told", "以前的变更，尚未标记已通知")
_ALSO = Text("also to be told", "另需通知")
_AWAY = {"colour": style.MUTED, "fill": style.PAID_LEAVE}

Because = Mapping[tuple[str, date], Text]
"""Why a cell changes, by staff id and date."""


def read_changes(load: _Load) -> tuple[dict[tuple[str, date], str | None], date | None]:
    """Return what the sheet has under *before*, and the day from which notice counts."""
    found: dict[tuple[str, date], str | None] = {}
    since = None
    held = load.book.tables.get("changes")
    for row in _rows(held.sheet) if held is not None else ():
        try:
            staff, before = load.names.person(row["staff"]), row["before"]
            code = None if not before else load.names.duty_or_leave(before)
            days = int(row["notice"])
        except (Bad, Quiet, ValueError):
            continue
        found[staff, row["date"]] = code
        since = row["date"] - timedelta(days=days)
    return found, since


def _rows(sheet: Worksheet, *, below: bool = False) -> Iterable[dict[str, object]]:
    """Yield the rows of the sheet as text and dates, those below its end only on request."""
    columns = {}
    for cell in sheet[1]:
        column = None if cell.value is None else _SHEET.find_column(cell.value)
        if column is not None:
            columns[column.key] = cell.column - 1
    if not {"staff", "date", "before", "after", "notice"} <= columns.keys():
        return
    for cells in sheet.iter_rows(min_row=2):
        values = {
            key: ""
            if cells[c].value is None
            else as_text(cells[c].value, cells[c].number_format)
            for key, c in columns.items()
            if c < len(cells)
        }
        day = cells[columns["date"]].value
        if not values["staff"] and not below:
            return
        if values["staff"] and isinstance(day, datetime | date):
            yield {**values, "date": day.date() if isinstance(day, datetime) else day}


def put_changes(
    book: Workbook,
    stylist: Stylist,
    roster: Roster,
    lang: str,
    *,
    because: Because | None = None,
    also: Iterable[Text] = (),
    program: str = "",
) -> None:
    """Write the sheet in place of an older one; without a change there is none.

    Parameters
    ----------
    book : Workbook
        With the Roster sheet as its first.
    stylist : Stylist
    roster : Roster
        What its problem has as published is what stands under *before*.
    lang : str
    because : mapping, optional
    also : iterable of Text
        What else people are to be told: a line each, below.
    program : str
        For the footer.
    """
    untold = []
    for sheet in [s for s in book.worksheets if find_sheet(s.title) is _SHEET]:
        untold += _untold(sheet, roster, lang)
        book.remove(sheet)
    rows, away = change_rows(roster, lang, because or {})
    also = tuple(also)
    if not rows and not also:
        return
    changed = {(row[0], row[2]) for row in rows}
    untold = [row for row in untold if (row[0], row[2]) not in changed]
    sheet = book.create_sheet(_SHEET.name(lang), 1)
    sheet.sheet_properties.tabColor = style.CAUTION
    looks = {r: _AWAY for r in away}
    table(sheet, stylist, "changes", rows, lang, looks=looks, keep=2, program=program)
    last = len(_SHEET.columns)
    tick = DataValidation(
        type="list", formula1='"' + ",".join(w.to(lang) for w in YES_NO) + '"', allow_blank=True
    )
    tick.add(f"{sheet.cell(2, last).coordinate}:{sheet.cell(len(rows) + 1, last).coordinate}")
    if rows:
        sheet.add_data_validation(tick)
    at = len(rows) + 3
    heading = Look(bold=True, colour=style.HEAD)
    for title, lines in ((_ALSO, [[x.to(lang)] for x in also]), (_EARLIER, untold)):
        if not lines:
            continue
        # No staff id here: the sheet has ended. What was not told has one in its row.
        stylist.put(sheet.cell(at, 2), title.to(lang), heading)
        for line in lines:
            at += 1
            for c, value in enumerate(line if len(line) > 1 else [None, *line], 1):
                look = BODY if len(line) > 1 else Look()
                if isinstance(value, date):
                    look = look.but(form="yyyy-mm-dd", across="center")
                stylist.put(sheet.cell(at, c), value, look)
        at += 2


def _untold(sheet: Worksheet, roster: Roster, lang: str) -> list[list[object]]:
    """Return rows that were not ticked and still hold, as they are written again."""
    problem = roster.problem
    out = []
    for row in _rows(sheet, below=True):
        e, d = problem.employee_index.get(row["staff"]), problem.index_of(row["date"])
        if e is None or not 0 <= d < problem.n_days:
            continue
        if find_word(YES_NO[:1], row.get("told") or "no") is not None:
            continue
        if row["after"] != shown(roster, e, d, lang):
            continue
        row["notice"] = int(row["notice"]) if row["notice"].lstrip("-").isdigit() else None
        out.append([row.get(c.key) or None for c in _SHEET.columns])
        out[-1][_NOTICE] = row["notice"]
    return out


_NOTICE = [c.key for c in _SHEET.columns].index("notice")


def shown(roster: Roster, e: int, d: int, lang: str) -> str:
    """Return what people read in a cell: the code, the kind of leave, or off."""
    code, leave = roster.code(e, d), roster.problem.leave_on(e, d)
    if code is None and leave is not None:
        return word_text(LEAVE_KINDS, leave.kind.value).to(lang)
    return OFF.to(lang) if code is None else code


def change_rows(
    roster: Roster, lang: str, because: Because
) -> tuple[list[list[object]], list[int]]:
    """Return the rows of the sheet in order of date, and which are days of leave."""
    problem = roster.problem
    since = problem.notice_from or problem.start
    found = []
    for (staff, day), before in problem.published.items():
        e, d = problem.employee_index.get(staff), problem.index_of(day)
        if e is not None and 0 <= d < problem.n_days and roster.code(e, d) != before:
            found.append((d, e, before))
    rows, away = [], []
    for d, e, before in sorted(found, key=lambda x: x[:2]):
        person, day = problem.employees[e], problem.days[d]
        if problem.leave_on(e, d) is not None:
            away.append(len(rows))
        why = because.get((person.id, day))
        values = {
            "staff": person.id,
            "name": person.name or None,
            "date": day,
            "before": OFF.to(lang) if before is None else before,
            "after": shown(roster, e, d, lang),
            "because": None if why is None else why.to(lang),
            "notice": (day - since).days,
            "told": None,
        }
        rows.append([values[c.key] for c in _SHEET.columns])
    return rows, away
