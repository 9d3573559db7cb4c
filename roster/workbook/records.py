"""Sheets for the wall and the folder: the lead's hand-over records, and the desk plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
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
    desk stands out. Below stand the people of each desk.
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
    plain = Look(across="center", bottom=style.GRID, wrap=True)
    training = plain.but(fill=style.CAUTION_FILL)
    moved = plain.but(fill=style.MOVED, bold=True)
    row = 2
    for person in problem.employees:
        own = spells.get(person.id)
        if own is None:
            continue
        values = (person.id, person.name, person.desk_since)
        looks = (plain, plain, plain.but(form="yyyy-mm-dd"))
        for c, (value, look) in enumerate(zip(values, looks), 1):
            stylist.put(sheet.cell(row, c), value, look)
        before = person.job
        for c, spell in enumerate(own, len(columns) + 1):
            look = training if spell.training else plain
            text = f"{spell.desk} + {spell.training}" if spell.training else spell.desk
            if spell.desk.casefold() != before.casefold():
                look = moved
            before = spell.desk
            stylist.put(sheet.cell(row, c), text, look)
        row += 1
    row += 1
    heads = {s.desk.casefold(): s.desk for s in plan}
    for desk, name in heads.items():
        label = Text(f"people at {name}", f"{name}人数").to(lang)
        stylist.put(sheet.cell(row, 2), label, plain.but(across="left"))
        for c, month in enumerate(months, len(columns) + 1):
            count = sum(s.month == month and s.desk.casefold() == desk for s in plan)
            stylist.put(sheet.cell(row, c), count, plain)
        row += 1
    legend = Text(
        "yellow: learns the next desk beside the own one; green: first month at a new desk",
        "黄色：兼学下一岗位；绿色：到新岗位的第一个月",
    )
    stylist.put(sheet.cell(row + 1, 2), legend.to(lang), Look(colour=style.MUTED))
    names = max((style.show_width(p.name) for p in problem.employees), default=8)
    style.widths(sheet, [9, max(12, names + 2, 14), 12.5, *([15] * len(months))])
    sheet.freeze_panes = "D2"
    sheet.sheet_view.showGridLines = False
    style.page(sheet, program)
    sheet.print_title_rows = "1:1"
