"""Cells of the Roster sheet that a new solve keeps: pinned, or changed since the last solve.

A pin is a note (comment) on the cell with a line that begins with *pin*, *keep*, *lock*, 固定,
锁定 or 保留 (also 已固定, 【固定】 and the like), whoever wrote it: Excel puts the author's
name on a line of its own before it, and a threaded comment comes with words about Excel
versions. What was changed since the roster was solved, by hand or by a swap, is known from the
hidden sheet *As solved*, which every solve writes and nothing else touches.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter

from roster.errors import Issue
from roster.pins import Collision
from roster.problem import CHANGED, PINNED, FixedDuty
from roster.words import Text, joined
from roster.workbook import layout
from roster.workbook.book import Table, grid
from roster.workbook.hidden import read_grid
from roster.workbook.read_roster import find_header, header_date
from roster.workbook.read_work import judge_fixed
from roster.workbook.style import AUTHOR

if TYPE_CHECKING:
    from roster.workbook.read import _Load

PIN_WORDS = {
    PINNED: Text("pinned", "固定"),
    CHANGED: Text("pinned (changed since the last solve)", "固定（求解后改动）"),
}
"""What the program writes on the cells that a solve kept."""

_PIN = re.compile(
    r"[\W_]*(?:请|已)?(?:(?:pin(?:ned)?|keep|lock(?:ed)?)\b|固定(?!电话)|锁定|保留(?!意见))",
    re.IGNORECASE,
)
_OURS = f"{AUTHOR}:"
_THREAD = "go.microsoft.com/fwlink/?linkid=870924"
_SHEET = layout.SHEETS["solved"]


def is_pin(text: str | None) -> bool:
    """Tell whether a note pins its cell.

    Examples
    --------
    >>> is_pin("Ann Lee:\\npin, agreed with him"), is_pin("pink"), is_pin("锁定")
    (True, False, True)
    """
    return any(_PIN.match(line) for line in (text or "").splitlines())


# --- notes on the cells of the people -------------------------------------------------------


def our_note(lines: Collection[str]) -> list[str]:
    """Return the lines of a note of ours below a line that says so.

    The author of a note does not survive LibreOffice, its text does.
    """
    return [_OURS, *lines] if lines else []


def their_note(text: str) -> str:
    """Return what people wrote of a note.

    Without the part of ours below it, and without what Excel says of its versions before a
    threaded comment, which ends with the word for comment.
    """
    text = f"\n{text}".partition(f"\n{_OURS}")[0]
    _, link, after = text.partition(_THREAD)
    if link:
        text = re.sub(r"^\S*\s*\S+[:：]\s*\n", "", after, count=1)
    return text.strip()


def joint_note(theirs: str, ours: str) -> str:
    """Return a note with both parts; a pin in theirs needs none in ours."""
    lines = ours.splitlines()
    if is_pin(theirs):
        lines = [line for line in lines if not is_pin(line)]
    return "\n".join([theirs, *lines] if lines[1:] else [theirs])


# --- reading --------------------------------------------------------------------------------


def read_pins(
    load: _Load,
    table: Table,
    fixed: Mapping[tuple[str, date], FixedDuty],
    published: Collection[tuple[str, date]],
) -> dict[tuple[str, date], FixedDuty]:
    """Return the cells that are kept; faults and how many there are go to the log.

    Parameters
    ----------
    load : _Load
        With the Roster sheet read; its `kinds_kept` say which cells are asked for.
    table : Table
        The Roster sheet.
    fixed : mapping
        Rows of the Fixed sheet, by staff id and date.
    published : collection
        Days that stay anyhow.
    """
    cells = load.read_back.cells
    kept: dict[tuple[str, date], str] = {}
    solved = load.book.tables.get(_SHEET.key)
    if CHANGED in load.kinds_kept and solved is not None:
        before = read_grid(solved, load.names)
        kept = {x: CHANGED for x, code in cells.items() if code != before.get(x)}
    if PINNED in load.kinds_kept:
        kept |= {x: PINNED for x in _pinned(load, table) if x in cells}
    kept = {x: pin for x, pin in kept.items() if x not in published}
    out = {}
    for (person, day), pin in sorted(kept.items()):
        address = load.addresses["roster"][person, day]
        duty = FixedDuty(staff=person, day=day, shift=cells[person, day], cell=address, pin=pin)
        judge_fixed(load, _Place(load, duty), [duty], fixed)
        out[person, day] = duty
    _count(load, table, kept, solved)
    return out


class _Place:
    """A cell of the roster where faults are reported, as they are in a row of Fixed."""

    def __init__(self, load: _Load, duty: FixedDuty) -> None:
        self._load, self._duty = load, duty

    def __getitem__(self, key: str) -> str:
        return self._duty.staff

    def fault(
        self,
        key: str,
        what: Text,
        expected: Text | None = None,
        hint: Text | None = None,
        *,
        found: str | None = None,
    ) -> None:
        word = _KEPT[self._duty.pin]
        title, _, cell = self._duty.cell.rpartition("!")
        self._load.log.fault(
            Text(f"{word.en}: {what.en}", f"{word.zh}：{what.zh}"),
            place=(title.removeprefix(self._load.log.prefix), cell),
            found=found or self._duty.shift or "",
            expected=expected,
            hint=hint or way_out(self._duty),
        )


_KEPT = {
    PINNED: Text("a pinned cell", "固定的格"),
    CHANGED: Text("a cell changed since the last solve", "求解后改动的格"),
    "": Text("a row of the Fixed sheet", "《固定》表的一行"),
}


def way_out(duty: FixedDuty) -> Text:
    """Return what to do about a cell that cannot be kept."""
    return {
        PINNED: Text(
            "delete the note on this cell, or change the duty", "删除此格的批注，或改班"
        ),
        CHANGED: Text("change this cell back, or to another duty", "把此格改回，或改为别的班"),
        "": Text("change or delete this row", "修改或删除此行"),
    }[duty.pin]


_MANY = 8


def collision_issue(found: Collision) -> Issue:
    """Return the fault of kept cells that the hard rules do not let stand, at the first."""
    first, several = found.pins[0], len(found.pins) > 1
    said = joined(found.sentences)
    places = [pin.cell for pin in found.pins]
    # one sheet needs its name once
    if len({place.rpartition("!")[0] for place in places}) == 1:
        places = [place.rpartition("!")[2] for place in places]
    cells = [
        f"{place} {pin.staff} {pin.day.month}/{pin.day.day} {pin.shift or layout.OFF.zh}"
        for place, pin in zip(places, found.pins)
    ]
    if several:
        what = Text(
            f"these {len(cells)} kept cells cannot go together: {said.en}",
            f"这 {len(cells)} 个保留的格不能同时成立：{said.zh}",
        )
    else:
        word = _KEPT[first.pin]
        what = Text(
            f"{word.en} breaks a hard rule: {said.en}", f"{word.zh}违反硬规则：{said.zh}"
        )
    hint = Text(
        f"free or change one of them: {way_out(first).en}",
        f"放开或修改其中一格：{way_out(first).zh}",
    )
    sheet, _, cell = first.cell.rpartition("!")
    return Issue(
        what=what,
        found=", ".join(cells[:_MANY]) + (" …" if len(cells) > _MANY else ""),
        expected=joined(
            (Text(f"{r.id} kept", f"满足 {r.id}（{r.title.zh}）") for r in found.rules),
            ", ",
            "、",
        ),
        hint=hint if several else way_out(first),
        sheet=sheet,
        cell=cell,
    )


def _pinned(load: _Load, table: Table) -> list[tuple[str, date]]:
    """Return whose days are pinned; a pin elsewhere is a fault, or a note beside the people."""
    rows = dict(grid(table.sheet))
    header = find_header(rows)
    if header is None:
        return []
    days = {
        column
        for column, cell in rows[header[0]].items()
        if header_date(cell, *load.period) is not None
    }
    people = {row for row, _ in load.read_back.places}
    out = []
    for number, cells in rows.items():
        for column, cell in cells.items():
            if not isinstance(cell, Cell) or cell.comment is None:
                continue
            if not is_pin(cell.comment.text):
                continue
            whose = load.read_back.places.get((number, column))
            if whose is not None:
                out.append(whose)
                continue
            named = bool(cells.get(header[1]) and cells[header[1]].value is not None)
            what, stop = Text("a pin here keeps no cell", "此处的固定批注不起作用"), False
            if number > header[0] and column in days and named:
                what, stop = _outside(number in people), True
            load.log.fault(
                what,
                table=table,
                row=number,
                column=column,
                found=is_pin_line(cell.comment.text),
                expected=Text(
                    "a note on the day of a person of the Staff sheet, in the period",
                    "批注加在人员表中某人、排班期内某天的格上",
                ),
                hint=Text("delete the note", "删除批注"),
                note=not stop,
                warning=not stop,
            )
    return out


def _outside(known: bool) -> Text:
    if known:
        return Text("a pin on a day outside the period", "固定的日期不在排班期内")
    return Text("a pin of somebody who is not on the list", "固定的人不在人员表中")


def is_pin_line(text: str) -> str:
    """Return the line of a note that pins its cell."""
    return next((line.strip() for line in text.splitlines() if _PIN.match(line)), "")


def _count(
    load: _Load, table: Table, kept: Mapping[tuple[str, date], str], solved: Table | None
) -> None:
    """Note how many cells are kept and why."""
    words = list(kept.values())
    pinned, changed = words.count(PINNED), words.count(CHANGED)
    what = Text(f"kept: {pinned} pinned cells", f"保留固定的 {pinned} 格")
    if CHANGED in load.kinds_kept and solved is not None:
        what = Text(
            f"{what.en} and {changed} changed since the last solve",
            f"{what.zh}、求解后改动的 {changed} 格",
        )
    elif CHANGED in load.kinds_kept:
        what = Text(
            f"{what.en}; the file does not say what was changed since it was solved",
            f"{what.zh}；文件没有求解原表，无法识别改动的格",
        )
    load.log.fault(what, place=(table.title, ""), note=True)


def note_idle(load: _Load, table: Table) -> None:
    """Warn of pins that this command does not hold."""
    pinned = [
        f"{get_column_letter(column)}{row}"
        for row, cells in grid(table.sheet)
        for column, cell in cells.items()
        if isinstance(cell, Cell) and cell.comment is not None and is_pin(cell.comment.text)
    ]
    if pinned:
        load.log.fault(
            Text(
                f"{len(pinned)} pins on the roster do not hold",
                f"排班表上有 {len(pinned)} 个固定批注，本次不起作用",
            ),
            place=(table.title, pinned[0]),
            hint=Text("--keep pinned keeps them", "用 --keep pinned 保留"),
            note=True,
            warning=True,
        )
