"""The Year sheet: what everybody worked in the calendar year, against their fair part.

Counts are those of the Fairness sheet, month by month; the part of each person is, of what
those who are asked together really worked in a month, their share by the rules of fairness
(days there, contract, who is asked for), so that months before somebody came and days of leave
are no debt. The sheet begins anew in January; what people are ahead or behind by then is
*brought*, since fairness itself does not begin anew: it goes on with the carry-over.

A period that crosses New Year belongs to the year in which it ends, and stands there from
January on. People who left stay until the year is over.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter as letter
from openpyxl.worksheet.pagebreak import Break, ColBreak
from openpyxl.worksheet.worksheet import Worksheet

from roster.plan import Roster
from roster.problem import CarryOver, Problem, YearLine
from roster.rule import RuleSet
from roster.words import Text
from roster.workbook import style
from roster.workbook.counts import carried_on, in_hours, parts, tally
from roster.workbook.layout import SHEETS
from roster.workbook.style import BODY, HEADER, Stylist

if TYPE_CHECKING:
    from roster.workbook.read import _Load

_SHARED = ("nights", "weekends", "other_holidays", "minutes")
_KEYS = ("nights", "weekends", "holidays", "hours")
"""Names in the carry-over, and of their columns; a column of the Festival stands apart."""
_MINUTES = _SHARED.index("minutes")
_LARGEST = Text("largest difference", "最大差额")
_NOTES = {
    "ahead": Text(
        "Brought from last year + worked - fair part. Above 0: more than the fair part, and "
        "the next months ask for less; below 0: less.",
        "上年差额 + 已上 - 应分。大于 0 表示多于应分，以后少排；小于 0 表示少于应分。",
    ),
    "part": Text(
        "Of what the people who are asked together worked each month, this person's part: by "
        "days there, contract and who is asked for.",
        "每月同一需求下的人实际所上的，按在岗天数、合同和需求对象应分摊的部分。",
    ),
    "brought": Text("Difference at the end of last year.", "上年末的差额。"),
    "holidays": Text(
        "Without the Spring Festival, which has columns of its own.", "不含春节；春节单独列出。"
    ),
}
_SCALE = 70
"""Percent at which the totals, and half a year, each fill the width of an A3 page."""


def year_of(problem: Problem) -> int:
    """Return the year on whose sheet the problem's period stands."""
    return problem.end.year


def months_of(problem: Problem) -> dict[int, list[int]]:
    """Return the days of the horizon by month on the sheet; 1 is January."""
    months: dict[int, list[int]] = {}
    for d, day in enumerate(problem.days):
        month = day.month if day.year == year_of(problem) else 1
        months.setdefault(month, []).append(d)
    return months


def lines_after(rules: RuleSet, roster: Roster) -> tuple[YearLine, ...]:
    """Return the year so far with the roster's period added, those who left at the end."""
    problem = roster.problem
    known = {line.staff: line for line in problem.year}
    after = carried_on(rules, roster)
    lines = {
        p.id: replace(
            known.pop(p.id, YearLine(staff=p.id)),
            name=p.name,
            joined=p.start_date,
            left=p.end_date if p.end_date and p.end_date.year <= year_of(problem) else None,
            last_spring_festival=after[e].last_spring_festival,
            ahead=_ahead(after[e]),
        )
        for e, p in enumerate(problem.employees)
    }
    for month, days in months_of(problem).items():
        counted, part = tally(rules, roster, days), parts(rules, roster, days)
        for e, p in enumerate(problem.employees):
            there = sum(problem.available(e, d) for d in days)
            if any(problem.employed(e, d) for d in days):
                lines[p.id] = _added(lines[p.id], month, there, counted[e], part, e)
    gone = problem.start - timedelta(days=1)
    return (
        *(line for line in lines.values() if line.worked),
        *(replace(line, left=line.left or gone) for line in known.values()),
    )


def _ahead(carried: CarryOver) -> tuple[float, float, float, float, float]:
    """Return by how much what was done is above the fair part; 0 where none is known."""
    names = (*_SHARED, "spring_festivals")
    due = [getattr(carried, f"{name}_due") for name in names]
    return tuple(
        0.0 if part is None else round(getattr(carried, name) - part, 2)
        for name, part in zip(names, due)
    )


def _added(
    line: YearLine, month: int, there: int, counted: dict, part: dict[str, list[float]], e: int
) -> YearLine:
    """Return a line with what a person worked on some days of a month."""
    before = line.worked.get(month, (0, 0, 0, 0))
    now = tuple(a + counted[name] for a, name in zip(before, _SHARED))
    mine = [part[name][e] if name in part else counted[name] for name in _SHARED]
    festival = part.get("spring_festivals")
    return replace(
        line,
        days=line.days + there,
        worked={**line.worked, month: now},
        # As exact as the sheet shows them: a whole minute, else a hundredth.
        parts=tuple(
            float(round(a + b, 0 if i == _MINUTES else 2))
            for i, (a, b) in enumerate(zip(line.parts, mine))
        ),
        spring_festivals=line.spring_festivals + counted["spring_festivals"],
        spring_festivals_part=round(
            line.spring_festivals_part + (festival[e] if festival else 0.0), 2
        ),
    )


# --- the sheet -----------------------------------------------------------------------------


def year_rows(rules: RuleSet, roster: Roster) -> list[dict[str, Any]]:
    """Return the rows of the Year sheet by the keys of its columns."""
    problem = roster.problem
    before = {line.staff: line for line in problem.year}
    first = min(months_of(problem))
    rows = []
    for line in lines_after(rules, roster):
        earlier = before.get(line.staff, YearLine(staff=line.staff))
        worked = [sum(counts[i] for counts in line.worked.values()) for i in range(4)]
        row: dict[str, Any] = {
            "id": line.staff,
            "name": line.name or None,
            "joined": line.joined,
            "left": line.left,
            "days": line.days,
            "spring_festivals": line.spring_festivals,
            "spring_festivals_part": line.spring_festivals_part,
            "spring_festivals_ahead": line.ahead[4],
            "last_spring_festival": line.last_spring_festival,
            "before_days": earlier.days,
            "before_spring_festivals": earlier.spring_festivals,
            "before_spring_festivals_part": earlier.spring_festivals_part,
        }
        for i, key in enumerate(_KEYS):

            def shown(count: float, i: int = i) -> float:
                return in_hours(count) if i == _MINUTES else round(count, 2)

            row[key] = shown(worked[i])
            row[f"{key}_part"] = shown(line.parts[i])
            row[f"{key}_ahead"] = shown(line.ahead[i])
            row[f"{key}_brought"] = shown(line.ahead[i] - worked[i] + line.parts[i])
            row[f"before_{key}_part"] = shown(earlier.parts[i])
            if first in earlier.worked:
                row[f"before_{key}"] = shown(earlier.worked[first][i])
            for month, counts in line.worked.items():
                row[f"m{month}_{key}"] = shown(counts[i])
        rows.append(row)
    return rows


def write_year(
    sheet: Worksheet, stylist: Stylist, rules: RuleSet, roster: Roster, lang: str, program: str
) -> None:
    """Write the sheet: totals first, then a group of columns a month, then what is read back.

    Parameters
    ----------
    sheet : Worksheet
        Empty.
    stylist : Stylist
    rules : RuleSet
    roster : Roster
    lang : str
    program : str
        For the footer.
    """
    columns = SHEETS["year"].columns
    at = {c.key: i for i, c in enumerate(columns, 1)}
    rows = year_rows(rules, roster)
    largest = {
        key: max((abs(row[key]) for row in rows), default=0)
        for key in at
        if key.endswith("_ahead")
    }
    for i, column in enumerate(columns, 1):
        stylist.put(sheet.cell(1, i), column.header(lang), HEADER.but(size=8))
        text = _NOTES.get(column.key.rpartition("_")[2])
        if text is not None and not column.key.startswith(("before", "m")):
            style.note(sheet.cell(1, i), [text.to(lang)])
        base = BODY.but(wrap=False)
        if column.type != "text":
            base = base.but(across="center", form=_form(column.key, column.type))
        month = column.key[0] == "m" and column.key.partition("_")[0][1:]
        if (month and int(month) % 2) or column.key.endswith("_ahead"):
            base = base.but(fill=style.BAND)
        if column.key.startswith("before"):
            base = base.but(colour=style.MUTED)
        if column.key.endswith(("_brought", "_nights")) or column.key == "spring_festivals":
            base = base.but(left=f"thin:{style.STRONG}")
        for r, row in enumerate(rows, 2):
            value = row.get(column.key)
            look = base
            if column.key in largest and value and abs(value) == largest[column.key]:
                look = base.but(bold=True)
            stylist.put(sheet.cell(r, i), value, look)
        last = {"name": _LARGEST.to(lang)}.get(column.key, largest.get(column.key))
        look = base.but(bold=True, top=f"thin:{style.STRONG}", fill=style.BAND)
        if column.type == "balance":
            look = look.but(form="0.0")
        stylist.put(sheet.cell(len(rows) + 2, i), last, look)
    names = [style.show_width(row["name"] or "") for row in rows]
    name = max([*names, style.show_width(_LARGEST.to(lang))]) + 2
    style.widths(sheet, [name if c.key == "name" else c.width for c in columns])
    sheet.row_dimensions[1].height = 44
    sheet.freeze_panes = "C2"
    sheet.sheet_view.showGridLines = False
    months = [letter(at[f"m{m}_{key}"]) for m, key in ((1, "nights"), (12, "hours"))]
    sheet.column_dimensions.group(*months, outline_level=1)
    sheet.column_dimensions.group(letter(at["before_days"]), letter(len(columns)))
    name = f"{SHEETS['year'].name(lang)} {year_of(roster.problem)}"
    style.page(sheet, program, paper=8, title=f"{roster.problem.team}  {name}".strip())
    # A page that is fitted has no breaks of its own.
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.scale = _SCALE
    breaks = [Break(id=at[key]) for key in ("last_spring_festival", "m6_hours")]
    sheet.col_breaks = ColBreak(brk=breaks)
    sheet.print_title_rows, sheet.print_title_cols = "1:1", "A:B"
    sheet.print_area = f"A1:{months[1]}{len(rows) + 2}"


def _form(key: str, kind: str) -> str:
    if kind == "date":
        return "yyyy-mm-dd"
    if kind == "balance":
        return "+0.0;-0.0;0.0"
    return "0.0" if key.endswith("_part") else "General"


# --- reading it back -------------------------------------------------------------------------


def read_year(load: _Load) -> tuple[YearLine, ...]:
    """Read what the Year sheet says of the months before the file's own period."""
    lines: dict[str, YearLine] = {}
    if load.period is None:
        return ()
    start, end = load.period
    own = start.month if start.year == end.year else 1
    for record in load.records("year"):
        staff = record["id"]
        if staff is None:
            continue  # the line of the largest differences
        if staff in lines:
            record.fault("id", Text("a person is there twice", "人员重复"))
            continue
        worked = {
            month: counts
            for month in range(1, own)
            if (counts := _counts(record, f"m{month}_")) is not None
        }
        if (counts := _counts(record, "before_")) is not None:
            worked[own] = counts
        lines[staff] = YearLine(
            staff=staff,
            name=record["name"] or "",
            joined=record["joined"],
            left=record["left"],
            days=record["before_days"] or 0,
            worked=worked,
            parts=tuple(record[f"before_{key}_part"] or 0.0 for key in _KEYS),
            spring_festivals=record["before_spring_festivals"] or 0,
            last_spring_festival=record["last_spring_festival"],
            spring_festivals_part=record["before_spring_festivals_part"] or 0.0,
            ahead=tuple(_balance(record, key) for key in (*_KEYS, "spring_festivals")),
        )
    return tuple(line for line in lines.values() if line.worked)


def _counts(record: Any, prefix: str) -> tuple[int, int, int, int] | None:
    counts = [record[f"{prefix}{key}"] for key in _KEYS]
    return None if None in counts else tuple(counts)


def _balance(record: Any, key: str) -> float:
    value = record[f"{key}_ahead"] or 0.0
    return float(round(value * 60)) if key == "hours" else value


__all__ = ["lines_after", "months_of", "read_year", "write_year", "year_of", "year_rows"]
