"""Writing a plan of seats: the Demand sheet anew, and the Load sheet with its charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

from openpyxl.chart import LineChart, Reference
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from roster.demand.plan import Plan
from roster.words import Text, clock_text
from roster.workbook import layout, style
from roster.workbook.register import Rows
from roster.workbook.results import table
from roster.workbook.style import Stylist

_SHEET = layout.SHEETS["load"]
_TITLE = Text("load against cover", "话务与在岗")
_PEOPLE = Text("people", "人数")
_LINES = {"seats": style.ALARM, "cover": style.LEAD, "erlangs": style.STRONG}


def put_demand(
    book: Workbook, rows: Iterable[Mapping[str, Any]], lang: str, job: str = ""
) -> None:
    """Replace the rows of the Demand sheet.

    Parameters
    ----------
    book : Workbook
    rows : iterable of mappings
        By keys of the layout, as `Plan.rows` gives them.
    lang : str
    job : str
        Only rows of this job are replaced; empty: all rows.
    """
    demand = Rows(book, "demand", lang)
    sheet = demand.sheet
    looks = {c: copy(sheet.cell(2, c)._style) for c in demand.columns.values()}
    column = demand.columns.get("job")
    for number in range(sheet.max_row, 1, -1):
        held = column and sheet.cell(number, column).value
        if not job or str(held or "").strip().casefold() == job.casefold():
            sheet.delete_rows(number)
    number = 1
    for number, row in enumerate(sheet.iter_rows(min_row=2), 2):
        if all(cell.value is None for cell in row):
            number -= 1
            break
    for row in rows:
        number += 1
        for column, look in looks.items():
            sheet.cell(number, column)._style = copy(look)
        for key, value in row.items():
            demand.set(number, key, value)
    if sheet.auto_filter.ref:
        last = get_column_letter(max(demand.columns.values()))
        sheet.auto_filter.ref = f"A1:{last}{max(number, 2)}"


def put_load(book: Workbook, plan: Plan, lang: str, program: str = "") -> None:
    """Write the Load sheet with its charts, in place of an older one.

    Parameters
    ----------
    book : Workbook
    plan : Plan
    lang : str
    program : str
        For the footer.
    """
    for sheet in list(book.worksheets):
        if layout.find_sheet(sheet.title) is _SHEET:
            book.remove(sheet)
    titles = [layout.find_sheet(s.title) for s in book.worksheets]
    place = titles.index(layout.SHEETS["demand"]) + 1
    sheet = book.create_sheet(_SHEET.name(lang), place)
    sheet.sheet_properties.tabColor = style.HEAD
    table(sheet, Stylist(book), "load", load_rows(plan, lang), lang, keep=2, program=program)
    busiest = [r for r, line in enumerate(plan.lines, 2) if line.curve == plan.busiest]
    if busiest:
        day = plan.month.curves[plan.busiest].label.to(lang)
        title = f"{_TITLE.to(lang)}: {day}" if lang == "en" else f"{_TITLE.zh}：{day}"
        _chart(sheet, title, busiest[0], busiest[-1], lang, "O2", 2, 2)
        day = busiest[-1] - busiest[0] + 1
        _chart(sheet, _TITLE.to(lang), 2, len(plan.lines) + 1, lang, "O22", 1, day)


def load_rows(plan: Plan, lang: str) -> list[list[object]]:
    """Return the rows of the Load sheet."""

    def percent(share: float) -> float:
        return round(100 * share, 1)

    rows = []
    for x in plan.lines:
        row: list[object] = [
            plan.month.curves[x.curve].label.to(lang),
            clock_text(x.start),
            round(x.calls, 1),
            round(x.handling) or None,
            round(x.erlangs, 1),
            x.agents,
            x.seats,
            x.least,
            x.cover,
        ]
        if x.reached is None:
            rows.append([*row, None, None, None, None])
            continue
        y = x.reached
        wait = round(y.wait, 1) if y.wait < 36_000 else None  # the queue never ends
        row += [percent(y.level), wait, percent(y.abandoned), percent(y.occupancy)]
        rows.append(row)
    return rows


def _chart(
    sheet: Worksheet,
    title: str,
    first: int,
    last: int,
    lang: str,
    anchor: str,
    labels: int,
    every: int,
) -> None:
    """Draw rows of the sheet; column `labels` names the intervals, one in `every` is shown."""
    chart = LineChart()
    chart.title = title
    chart.width, chart.height = 26, 9
    chart.legend.position = "b"
    chart.y_axis.title = _PEOPLE.to(lang)
    chart.y_axis.scaling.min = 0
    # Without a word on it, Excel hides the axes of a chart made by openpyxl.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(
        ln=LineProperties(solidFill=style.RULE)
    )
    chart.x_axis.tickLblSkip = chart.x_axis.tickMarkSkip = every
    for key, colour in _LINES.items():
        column = 1 + list(_SHEET.by_key).index(key)
        chart.add_data(Reference(sheet, min_col=column, min_row=first, max_row=last))
        series = chart.series[-1]
        series.tx = _named(sheet, column)
        series.smooth = False
        series.graphicalProperties.line.solidFill = colour
        series.graphicalProperties.line.width = 22_000
        series.graphicalProperties.line.dashStyle = "sysDash" if key == "erlangs" else None
    chart.set_categories(Reference(sheet, min_col=labels, min_row=first, max_row=last))
    sheet.add_chart(chart, anchor)


def _named(sheet: Worksheet, column: int) -> Any:
    return SeriesLabel(strRef=StrRef(f"'{sheet.title}'!${get_column_letter(column)}$1"))


__all__ = ["load_rows", "put_demand", "put_load"]
