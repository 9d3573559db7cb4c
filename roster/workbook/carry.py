"""Typing in what last month's result brings: History, Carry-over and the swaps in force.

A workbook with these rows makes the same problem as with ``--previous``, so that it can be
looked through, corrected, and solved where last month's file is not at hand. The Year sheet is
no input: a file that stands alone begins a new one, with the differences brought.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from openpyxl.workbook import Workbook

from roster.problem import Problem, Swap
from roster.workbook.layout import OFF
from roster.workbook.register import Rows
from roster.workbook.results import carried_values

_DATES = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}


def type_in(book: Workbook, problem: Problem, lang: str) -> dict[str, int]:
    """Write History, Carry-over and last month's swaps into an open workbook.

    Rows of the first two sheets are replaced: what was typed there is in the problem already.

    Parameters
    ----------
    book : Workbook
    problem : Problem
        Read with last month's result.
    lang : str

    Returns
    -------
    dict of str to int
        Rows written, by sheet key.
    """
    place = problem.employee_index
    history = sorted(problem.history.items(), key=lambda x: (place[x[0][0]], x[0][1]))
    off = OFF.to(lang)
    days = [
        {"staff": staff, "date": day, "shift": off if code is None else code}
        for (staff, day), code in history
    ]
    carried = carried_values(problem)
    _replace(Rows(book, "history", lang), days)
    _replace(Rows(book, "carry_over", lang), carried)
    return {
        "history": len(days),
        "carry_over": len(carried),
        "swaps": _add_swaps(Rows(book, "swaps", lang), problem.swaps),
    }


def _replace(rows: Rows, values: list[Mapping[str, object]]) -> None:
    """Empty the sheet below its header and write the rows."""
    for row in rows.sheet.iter_rows(min_row=2):
        for cell in row:
            cell.value = None
    for number, row in enumerate(values, 2):
        _fill(rows, number, row)


def _fill(rows: Rows, number: int, values: Mapping[str, object]) -> None:
    for key, value in values.items():
        if value is None or value is False:
            continue
        rows.set(number, key, value)
        form = _DATES.get(rows.layout.column(key).type)
        if form is not None:
            rows.sheet.cell(number, rows.columns[key]).number_format = form


def _add_swaps(rows: Rows, swaps: Iterable[Swap]) -> int:
    """Add last month's swaps below the register; a number in use gets the month behind it."""
    swaps = tuple(swaps)
    taken = {swap.id for swap in swaps if not swap.past}
    earlier = [swap for swap in swaps if swap.past]
    for swap in earlier:
        number = swap.id if swap.id not in taken else f"{swap.id}-{swap.day:%Y%m}"
        taken.add(number)
        values: dict[str, object] = {
            "id": number,
            "asked_at": swap.asked_at,
            "applicant": swap.applicant,
            "date": swap.day,
            "shift": swap.shift,
            "partner": swap.partner,
            "return_date": swap.return_day,
            "return_shift": swap.return_shift,
            **swap.signatures,
            "status": swap.status.value,
            "ring": swap.ring,
            "override_by": swap.override_by,
            "override_reason": swap.override_reason,
        }
        rows.add({k: v for k, v in values.items() if v is not None and v != ""})
    return len(earlier)
