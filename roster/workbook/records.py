"""Sheets for the wall and the folder: the lead's hand-over records, and the desk plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from roster.committees import post_text
from roster.plan import Roster
from roster.problem import DeskSpell, Problem
from roster.words import Text, clock_text, day_text
from roster.workbook import style
from roster.workbook.layout import SHEETS
from roster.workbook.style import HEADER, Look, Stylist

if TYPE_CHECKING:
    from roster.rotation import LeadWeek

_TITLE = Look(size=14, bold=True, across="center", colour=style.HEAD)
_LABEL = Look(
    fill=style.BAND,
    wrap=True,
    top=style.GRID,
    bottom=style.GRID,
    left=style.GRID,
    right=style.GRID,
)
_BOX = _LABEL.but(fill="")
_LINES: tuple[tuple[Text, int], ...] = (
    (Text("Done this week", "本周完成工作"), 84),
    (Text("Not finished, to be followed up", "未完成、需跟进事项"), 74),
    (Text("Checks: hygiene, equipment, safety", "检查情况：卫生、设备、安全"), 50),
    (Text("Remarks", "备注"), 40),
)
_LINE = 19
_PER_PAGE = 2


def write_handover(
    sheet: Worksheet,
    stylist: Stylist,
    roster: Roster,
    leads: Sequence[LeadWeek],
    minute: int | None,
    lang: str,
    program: str,
) -> None:
    """Write a record for each hand-over of the month, two a page, to be filled in and signed.

    Parameters
    ----------
    sheet : Worksheet
        Empty.
    stylist : Stylist
    roster : Roster
    leads : sequence of LeadWeek
    minute : int or None
        Time of the hand-over.
    lang : str
    program : str
        For the footer.
    """
    problem = roster.problem
    style.widths(sheet, [20, 26, 20, 26])
    row, count = 1, 0
    for week in leads:
        if week.lead is None or week.handover is None:
            continue
        if not 0 <= week.handover < problem.n_days:
            continue  # another month's file has it
        if count and count % _PER_PAGE == 0:
            sheet.row_breaks.append(Break(id=row - 1))
        row = _record(sheet, stylist, roster, week, minute, lang, row) + 2
        count += 1
    sheet.sheet_view.showGridLines = False
    style.page(sheet, f"{problem.team}  {program}".strip(), landscape=False)


def _record(
    sheet: Worksheet,
    stylist: Stylist,
    roster: Roster,
    week: LeadWeek,
    minute: int | None,
    lang: str,
    row: int,
) -> int:
    """Write one record from `row` on; return its last row."""
    problem = roster.problem

    def put(r: int, c: int, value: object, look: Look, across: int = 1) -> None:
        for more in range(across):
            stylist.put(sheet.cell(r, c + more), value if more == 0 else None, look)
        if across > 1:
            sheet.merge_cells(start_row=r, end_row=r, start_column=c, end_column=c + across - 1)

    def pair(r: int, c: int, label: Text, value: object) -> None:
        put(r, c, label.to(lang), _LABEL)
        put(r, c + 1, value, _BOX)

    title = Text("Hand-over record of the team lead", "轮值班长交接记录表").to(lang)
    put(row, 1, f"{problem.team} {title}".strip(), _TITLE, 4)
    sheet.row_dimensions[row].height = 30
    last = week.monday + timedelta(days=6)
    span = Text(
        f"{day_text(week.monday).en} – {day_text(last).en}",
        f"{day_text(week.monday).zh}–{day_text(last).zh}",
    )
    moment = day_text(problem.date_of(week.handover)).to(lang)
    if minute is not None:
        moment += f" {clock_text(minute)}"
    pair(row + 1, 1, Text("week", "周次"), span.to(lang))
    pair(row + 1, 3, Text("hand-over", "交接时间"), moment)
    pair(row + 2, 1, Text("hands over", "交班人"), _who(problem, week.lead))
    pair(row + 2, 3, Text("takes over", "接班人"), _who(problem, week.next_lead))
    for line in (row + 1, row + 2):
        sheet.row_dimensions[line].height = _LINE
    row += 3
    posts = [
        (post_text(post), _who(problem, roster.holders.get((week.monday, post))))
        for post in problem.posts
    ]
    for i, (label, holder) in enumerate(posts):
        name = Text(f"{label.en} member", f"{label.zh}委员")
        pair(row + i // 2, 1 + 2 * (i % 2), name, holder)
    for line in range(row, row + -(-len(posts) // 2)):
        sheet.row_dimensions[line].height = _LINE
    if len(posts) % 2:
        put(row + len(posts) // 2, 3, None, _BOX, 2)
    row += -(-len(posts) // 2)
    for label, height in _LINES:
        put(row, 1, label.to(lang), _LABEL)
        put(row, 2, None, _BOX, 3)
        sheet.row_dimensions[row].height = height
        row += 1
    sign = Text("signed, hands over", "交班人签字"), Text("signed, takes over", "接班人签字")
    pair(row, 1, sign[0], None)
    pair(row, 3, sign[1], None)
    sheet.row_dimensions[row].height = 30
    return row


def _who(problem: Problem, e: int | None) -> str | None:
    if e is None:
        return None
    person = problem.employees[e]
    return f"{person.id} {person.name}".strip()


def write_desk_plan(
    sheet: Worksheet, stylist: Stylist, problem: Problem, lang: str, program: str
) -> None:
    """Write who works at which desk, a row a person and a column a month.

    A month in which the next desk is learnt shows ``desk + next``; the first month at a new
    desk ``→ desk``. Below stand the people of each desk, those who learn it beside their own
    not among them, and what the colours mean.
    """
    plan = problem.desk_plan
    months = sorted({spell.month for spell in plan})
    spells: dict[str, list[DeskSpell]] = {}
    for spell in plan:
        spells.setdefault(spell.staff, []).append(spell)
    columns = SHEETS["desk_plan"].columns
    for c, column in enumerate(columns, 1):
        stylist.put(sheet.cell(1, c), column.header(lang), HEADER)
    for c, month in enumerate(months, len(columns) + 1):
        stylist.put(sheet.cell(1, c), month, HEADER.but(form="yyyy-mm"))
    sheet.row_dimensions[1].height = 24
    wide = [style.show_width(column.header(lang)) for column in columns]
    desks = 9.0
    row = 2
    for person in problem.employees:
        own = spells.get(person.id)
        if own is None:
            continue
        values = (person.id, person.name, person.desk_since)
        looks = (_CELL, _CELL, _CELL.but(form="yyyy-mm-dd", colour=style.MUTED))
        for c, (value, look) in enumerate(zip(values, looks), 1):
            stylist.put(sheet.cell(row, c), value, look)
            wide[c - 1] = max(wide[c - 1], style.show_width(value))
        before = person.job
        for c, spell in enumerate(own, len(columns) + 1):
            text, look = _spell(spell, before)
            before = spell.desk
            stylist.put(sheet.cell(row, c), text, look)
            desks = max(desks, style.show_width(text))
        sheet.row_dimensions[row].height = 20
        row += 1
    row += 1
    heads = {s.desk.casefold(): s.desk for s in plan}
    for desk, name in heads.items():
        label = Text(f"people at {name}", f"{name}人数").to(lang)
        for c in range(1, len(columns) + 1):
            value = label if c == 1 else None
            stylist.put(sheet.cell(row, c), value, _CELL.but(fill=style.BAND, across="left"))
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(columns))
        for c, month in enumerate(months, len(columns) + 1):
            count = sum(s.month == month and s.desk.casefold() == desk for s in plan)
            stylist.put(sheet.cell(row, c), count, _CELL.but(fill=style.BAND))
        row += 1
    row += 1
    for sample, meaning in _MEANINGS:
        stylist.put(sheet.cell(row, 1), *_spell(sample, "A"))
        stylist.put(sheet.cell(row, 2), meaning.to(lang), Look(colour=style.MUTED))
        row += 1
    style.widths(sheet, [*(w + 3 for w in wide), *([desks + 2] * len(months))])
    sheet.freeze_panes = "D2"
    sheet.sheet_view.showGridLines = False
    style.page(sheet, f"{problem.team}  {program}".strip())
    sheet.print_title_rows = "1:1"


_CELL = Look(across="center", bottom=style.GRID)
_DAY = date(2026, 1, 1)
_MEANINGS = (
    (
        DeskSpell(staff="", month=_DAY, desk="A", training="B"),
        Text("works at A and learns B beside it", "在 A 岗位，兼学 B 岗位"),
    ),
    (
        DeskSpell(staff="", month=_DAY, desk="B"),
        Text("first month at B", "到 B 岗位的第一个月"),
    ),
)
"""Months as examples, and what they mean."""


def _spell(spell: DeskSpell, before: str) -> tuple[str, Look]:
    """Return how a month is shown, by the desk of the month before it."""
    if spell.desk.casefold() != before.casefold():
        text = f"→ {spell.desk}"
        if spell.training:
            text = f"{text} + {spell.training}"
        return text, _CELL.but(fill=style.MOVED, bold=True)
    if spell.training:
        return f"{spell.desk} + {spell.training}", _CELL.but(fill=style.CAUTION_FILL)
    return spell.desk, _CELL
