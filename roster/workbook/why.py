"""The Why sheet: conflicts and ways out, each with a link to the cell to change."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink

from roster.words import Text
from roster.workbook import layout, style
from roster.workbook.layout import SHEETS, find_sheet
from roster.workbook.results import table
from roster.workbook.save import WrittenTo, load, lost, place_for, save
from roster.workbook.style import BODY, Stylist

if TYPE_CHECKING:
    from roster.explain import Explanation

CONFLICT = Text("conflict", "冲突")
WAY_OUT = Text("way out", "办法")


def rows(why: Explanation, lang: str) -> Iterator[tuple[list[object], str, str]]:
    """Yield the rows of the sheet, each with the cell and the sheet that it points to."""
    from roster.explain.report import span, title, verdict_text, way_text

    yield [None, None, None, None, None, verdict_text(why).to(lang), None, None], "", ""
    for number, conflict in enumerate(why.conflicts, 1):
        head = [number, CONFLICT.to(lang), None, None, None, title(conflict).to(lang)]
        yield [*head, None, None], "", ""
        for line in conflict.lines:
            yield (
                [
                    number,
                    CONFLICT.to(lang),
                    line.rule,
                    ", ".join(line.who[:12]) + (" …" if len(line.who) > 12 else "") or None,
                    span(line.when) or None,
                    line.message.to(lang),
                    line.source.to(lang),
                    line.cell or None,
                ],
                line.cell,
                "",
            )
    for way in why.ways_out:
        resolved = ", ".join(map(str, way.resolves))
        yield (
            [
                int(resolved) if resolved.isdigit() else resolved,
                WAY_OUT.to(lang),
                None,
                None,
                None,
                way_text(why, way).to(lang),
                None,
                way.change.cell or SHEETS[way.change.sheet].name(lang),
            ],
            way.change.cell,
            way.change.sheet,
        )


def put_why(book: Workbook, why: Explanation, lang: str, program: str, at: int = 0) -> None:
    """Add the sheet to an open workbook, in the place of an older one.

    Parameters
    ----------
    book : Workbook
    why : Explanation
    lang, program : str
    at : int
        Its position among the sheets.
    """
    for sheet in list(book.worksheets):
        if find_sheet(sheet.title) is SHEETS["why"]:
            book.remove(sheet)
    made = list(rows(why, lang))
    sheet = book.create_sheet(SHEETS["why"].name(lang), min(at, len(book.sheetnames)))
    sheet.sheet_properties.tabColor = style.ALARM
    heads = {"fill": style.ALARM_FILL, "bold": True}
    fine = {"fill": "E4F1E1"}
    looks = {}
    for r, (values, _, _) in enumerate(made):
        if values[1] == WAY_OUT.to(lang):
            looks[r] = fine
        elif values[2] is None:
            looks[r] = heads
    stylist = Stylist(book)
    table(sheet, stylist, "why", [m[0] for m in made], lang, looks=looks, program=program)
    by_key = {
        found.key: s.title
        for s in book.worksheets
        if (found := find_sheet(s.title)) is not None
    }
    column = len(layout.SHEETS["why"].columns)
    link = BODY.but(colour=style.LEAD)
    for r, (values, cell, key) in enumerate(made, 2):
        title, _, place = cell.rpartition("!")
        if title not in book.sheetnames:
            title, place = by_key.get(key, ""), "A1"
        if not title:
            continue
        at_cell = sheet.cell(r, column)
        stylist.put(at_cell, values[-1], link.but(**(looks.get(r - 2) or {})))
        quoted = title.replace("'", "''")
        at_cell.hyperlink = Hyperlink(
            ref=at_cell.coordinate, location=f"'{quoted}'!{place}", display=str(values[-1])
        )


def write_why(
    target: str | os.PathLike,
    source: str | os.PathLike,
    why: Explanation,
    *,
    lang: str,
    program: str,
    force: bool = False,
) -> WrittenTo:
    """Write a copy of a workbook with the Why sheet in front; other sheets stay.

    Raises
    ------
    OutputError
        When the target cannot or must not be written; nothing is changed then.
    """
    place_for(target, source=source, force=force)
    book = load(source)
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = False
    put_why(book, why, lang, program)
    book.active = 0
    written = save(book, target, source=source, force=force)
    return replace(written, notes=written.notes + lost(source, written.path))
