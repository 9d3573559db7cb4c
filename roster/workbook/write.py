"""Writing the result: what went in comes out, with the result sheets added."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import IO, TYPE_CHECKING

from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from roster.audit import Audit
from roster.outcome import Outcome
from roster.problem import Problem
from roster.what_if import WhatIf
from roster.wishes import WishResult, wish_results
from roster.words import Text
from roster.workbook import style
from roster.workbook.book import grid as book_grid
from roster.workbook.cells import as_text
from roster.workbook.changes import Because, put_changes
from roster.workbook.grid import Grid
from roster.workbook.hidden import write_before, write_solved
from roster.workbook.layout import RESULT_SHEETS, SHEETS, find_sheet
from roster.workbook.pins import joint_note, their_note
from roster.workbook.read_roster import find_header, header_date
from roster.workbook.results import write_tables
from roster.workbook.save import WrittenTo, load, lost, place_for, save
from roster.workbook.style import Stylist
from roster.workbook.why import put_why

if TYPE_CHECKING:
    from roster.explain import Explanation
    from roster.rotation import LeadWeek

_ORDER = (
    "roster",
    "summary",
    "audit",
    "coverage",
    "fairness",
    "year",
    "wishes",
    "leads",
    "duties",
    "handover",
    "desk_plan",
    "ledger",
    "carried_in",
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
    edit: Callable[[Workbook], None] | None = None,
    why: Explanation | None = None,
    because: Because | None = None,
    also: Iterable[Text] = (),
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
    edit : callable, optional
        Changes the copy of the input sheets before the results are added.
    why : Explanation, optional
        Of a shortage, for the Why sheet.
    because, also
        For the Changes sheet; see `roster.workbook.changes.put_changes`.

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
    book = load(source, ignore=_computed)
    if edit is not None:
        edit(book)
    cached = add_results(
        book,
        audit,
        outcome,
        leads=leads,
        notes=notes,
        lang=lang,
        program=program,
        because=because,
        also=also,
    )
    if why is not None:
        put_why(book, why, lang, program, at=2)
    written = save(book, target, source=source, force=force, cached=cached)
    return replace(written, notes=written.notes + lost(source, written.path))


def add_results(
    book: Workbook,
    audit: Audit,
    outcome: Outcome | None = None,
    *,
    leads: Sequence[LeadWeek] = (),
    notes: Iterable[Text] = (),
    lang: str = "zh",
    program: str = "roster",
    because: Because | None = None,
    also: Iterable[Text] = (),
) -> dict[str, dict[str, int | float]]:
    """Replace the result sheets of an open workbook; see `write_result`.

    Returns
    -------
    dict of str to dict of str to number
        The values of the formulas written, for `save`.
    """
    remarks: dict[tuple[str, object], Comment] = {}
    for sheet in list(book.worksheets):
        if _computed(sheet.title):
            if find_sheet(sheet.title).key == "roster":
                remarks |= _remarks(sheet, audit.roster.problem)
            book.remove(sheet)
        else:
            sheet.sheet_view.tabSelected = False
            for row in sheet.iter_rows():
                for cell in row:
                    style.guard_text(cell)
                    if cell.comment is not None:
                        style.fit(cell.comment)
    names = {s.key: s.name(lang) for s in RESULT_SHEETS}
    sheets = {}
    empty = set()
    if not any(week.lead is not None and week.handover is not None for week in leads):
        empty.add("handover")
    if not audit.roster.problem.carry_over:
        empty.add("carried_in")
    if not audit.roster.problem.desk_plan:
        empty.add("desk_plan")
    wishes: tuple[WishResult, ...] = ()
    if audit.roster.problem.requests:
        wishes = wish_results(WhatIf(audit.roster, audit.rules))
    else:
        empty.add("wishes")
    for position, key in enumerate(key for key in _ORDER if key not in empty):
        sheets[key] = book.create_sheet(names[key], position)
        sheets[key].sheet_properties.tabColor = _TABS.get(key, style.HEAD)
    book.active = 0
    stylist = Stylist(book)
    grid = Grid(sheets["roster"], stylist, audit, leads, lang, program)
    grid.marks.explain(wishes, lang)
    grid.write()
    for (person, day), comment in remarks.items():
        cell = grid.cell_of(person, day)
        if cell is not None:
            text = comment.text
            if cell.comment is not None:
                text = joint_note(text, cell.comment.text)
            cell.comment = Comment(text, comment.author)
            style.fit(cell.comment)
    if outcome is not None:  # the roster is a new one
        put_changes(
            book, stylist, audit.roster, lang, because=because, also=also, program=program
        )
        write_solved(book, stylist, audit.roster, lang)
    write_before(book, stylist, audit.roster, lang)
    write_tables(
        sheets,
        stylist,
        audit,
        outcome,
        leads,
        lang,
        program=program,
        notes=notes,
        wishes=wishes,
    )
    return stylist.cached


def _computed(title: str) -> bool:
    return find_sheet(title) in (*RESULT_SHEETS, SHEETS["why"])


def _remarks(sheet: Worksheet, problem: Problem) -> dict[tuple[str, object], Comment]:
    """Return the comments that people put on the Roster sheet, by staff id and date."""
    found: dict[tuple[str, object], Comment] = {}
    rows = dict(book_grid(sheet))
    header = find_header(rows)
    if header is None:
        return found
    period = problem.start, problem.end
    days = {c: header_date(cell, *period) for c, cell in rows[header[0]].items()}
    names = Counter(p.name for p in problem.employees)
    ids = {p.name: p.id for p in problem.employees if names[p.name] == 1}
    for number, cells in rows.items():
        first = cells.get(header[1])
        if number <= header[0] or first is None or first.value is None:
            continue
        for column, cell in cells.items():
            comment = getattr(cell, "comment", None)
            if comment is None or not days.get(column):
                continue
            text = their_note(comment.text)
            # one of ours that somebody wrote on still has our name
            ours = comment.author == style.AUTHOR and text == comment.text.strip()
            if text and not ours:
                who = as_text(first.value)
                found[ids.get(who, who), days[column]] = Comment(text, comment.author)
    return found


__all__ = ["WrittenTo", "add_results", "place_for", "write_result"]
