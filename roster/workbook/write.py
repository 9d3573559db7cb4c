"""Writing the result: what went in comes out, with the result sheets added."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING

from openpyxl.workbook import Workbook

from roster.audit import Audit
from roster.outcome import Outcome
from roster.words import Text
from roster.workbook import style
from roster.workbook.grid import Grid
from roster.workbook.layout import RESULT_SHEETS, find_sheet
from roster.workbook.results import write_tables
from roster.workbook.save import WrittenTo, load, place_for, save
from roster.workbook.style import Stylist

if TYPE_CHECKING:
    from roster.rotation import LeadWeek

_ORDER = (
    "roster", "summary", "audit", "coverage", "fairness", "leads", "duties", "ledger"
)
_TABS = {"roster": style.LEAD, "audit": style.ALARM}


def write_result(
    target: str | os.PathLike,
    source: str | os.PathLike | IO[bytes],
    audit: Audit,
    outcome: Outcome | None = None,
    *,
    leads: Sequence[LeadWeek] = (),
    notes: Iterable[Text] = (),
    lang: str | None = None,
    program: str = "roster",
    force: bool = False,
) -> WrittenTo:
    """Write a roster into a copy of its input workbook.

    Input sheets, unknown sheets and columns, comments, validations and hidden rows come out
    as they went in; result sheets of an earlier run, in either language, are replaced.

    Parameters
    ----------
    target : path
        File to write; it must end in ``.xlsx``.
    source : path or binary file object
        The input workbook.
    audit : Audit
        Of the roster to be written; it brings roster, problem and rules.
    outcome : Outcome, optional
        Of the search; None for a roster that was typed or changed by hand.
    leads : sequence of LeadWeek
        The weekly leads; empty where nobody leads.
    notes : iterable of Text
        For the Summary.
    lang : str, optional
        ``zh`` or ``en``; the language of Settings by default.
    program : str
        Name and version.
    force : bool
        Replace a file that the program did not write.

    Returns
    -------
    WrittenTo
        The file really written, and notes.

    Raises
    ------
    OutputError
        When the target cannot or must not be written; nothing is changed then.
    """
    place_for(target, source=source, force=force)
    lang = lang or audit.roster.problem.language
    book = load(source)
    add_results(book, audit, outcome, leads=leads, notes=notes, lang=lang, program=program)
    return save(book, target, source=source, force=force)


def add_results(
    book: Workbook,
    audit: Audit,
    outcome: Outcome | None = None,
    *,
    leads: Sequence[LeadWeek] = (),
    notes: Iterable[Text] = (),
    lang: str = "zh",
    program: str = "roster",
) -> None:
    """Replace the result sheets of an open workbook; see `write_result`."""
    for sheet in list(book.worksheets):
        known = find_sheet(sheet.title)
        if known is not None and known.computed:
            book.remove(sheet)
        else:
            sheet.sheet_view.tabSelected = False
            for row in sheet.iter_rows():
                for cell in row:
                    style.guard_text(cell)
    names = {s.key: s.name(lang) for s in RESULT_SHEETS}
    sheets = {}
    for position, key in enumerate(_ORDER):
        sheets[key] = book.create_sheet(names[key], position)
        sheets[key].sheet_properties.tabColor = _TABS.get(key, style.HEAD)
    book.active = 0
    stylist = Stylist(book)
    Grid(sheets["roster"], stylist, audit, leads, lang, program).write()
    write_tables(
        sheets, stylist, audit, outcome, leads, lang, program=program, notes=notes
    )


__all__ = ["WrittenTo", "add_results", "place_for", "write_result"]
