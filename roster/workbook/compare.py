"""A comparison as a workbook of its own: verdict, rules, people, and the month day by day.

It is made from two results and is part of neither, so it is never added to one of them: there
it would be out of date after the next solve.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from openpyxl.utils import get_column_letter as letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from roster.compare import (
    COUNTS,
    Comparison,
    PersonChange,
    RuleChange,
    cell_text,
    judged_text,
    totals,
)
from roster.rule import LEVEL_WORDS, Level, Rule
from roster.words import Text, weekday_name
from roster.workbook import style
from roster.workbook.layout import SHEETS
from roster.workbook.save import WrittenTo, save
from roster.workbook.style import BODY, GRID, HEADER, Look, Stylist

TITLE = Text("Compare", "比较")
_PEOPLE = Text("By person", "按人比较")
_MONTH = Text("Day by day", "逐日对照")
_SECTION = Look(bold=True, size=11, colour=style.HEAD, bottom=f"medium:{style.HEAD}")
_LINE = Look(wrap=True, down="top")
_NUMBER = BODY.but(across="center")
_GOOD, _BAD = "DDEFDC", style.ALARM_FILL
_OFF = "·"
_WIDE = (40, 13, 13, 13, 13, 13, 13)
BETTER = {1: Text("B better", "B 更好"), -1: Text("A better", "A 更好"), 0: Text("", "")}


def write_comparison(
    target: str | os.PathLike,
    found: Comparison,
    names: tuple[str, str],
    *,
    lang: str,
    program: str = "roster",
    force: bool = False,
) -> WrittenTo:
    """Write a comparison.

    Parameters
    ----------
    target : path
        File to write; it must end in ``.xlsx``. See `forms.form_place` for what is refused.
    found : Comparison
    names : tuple of str
        Of the files A and B.
    lang : str
    program : str
        For the footer.
    force : bool
        Replace a file that the program did not write.

    Returns
    -------
    WrittenTo

    Raises
    ------
    OutputError
        When the target cannot or must not be written; nothing is changed then.
    """
    book = Workbook()
    stylist = Stylist(book)
    page = _Page(book.active, stylist, found, names, lang, program)
    page.write()
    _people(book.create_sheet(_PEOPLE.to(lang)), stylist, found, lang, program)
    _month(book.create_sheet(_MONTH.to(lang)), stylist, found, lang, program)
    return save(book, target, force=force)


class _Page:
    """The first sheet, filled from the top."""

    def __init__(
        self,
        sheet: Worksheet,
        stylist: Stylist,
        found: Comparison,
        names: tuple[str, str],
        lang: str,
        program: str,
    ) -> None:
        self.sheet, self.stylist, self.found = sheet, stylist, found
        self.names, self.lang, self.program = names, lang, program
        self.row = 0

    def write(self) -> None:
        """Write everything."""
        self.sheet.title = TITLE.to(self.lang)
        f, lang = self.found, self.lang
        self.line(TITLE.to(lang), Look(bold=True, size=18, colour=style.HEAD), 30)
        for label, name in zip("AB", self.names):
            self.line(f"{label}  {name}", Look(colour=style.MUTED))
        self.line(f.verdict.to(lang), Look(bold=True, size=12, wrap=True, fill=style.BAND))
        self.texts(Text("Rules or demand differ", "规则或需求的差异"), f.measure)
        if f.measure:
            self.line(judged_text(f).to(lang), _LINE.but(bold=True))
        self.texts(Text("Other input differs", "其他输入的差异"), f.inputs)
        self.section(Text("Totals", "合计"))
        self.table(
            total_heads(f, lang), ([name.to(lang), *values] for _, name, values in totals(f))
        )
        self.section(Text("By rule", "按规则比较"))
        signs = [r.sign for r in f.rules]
        self.table(rule_heads(lang), (rule_row(f, r, lang) for r in f.rules), signs)
        for title, audited, items in (
            (Text("Broken in B, not in A", "B 违反而 A 没有"), f.second, f.news.new),
            (Text("Broken in A, not in B", "A 违反而 B 没有"), f.a, f.news.resolved),
        ):
            said = [
                Text(
                    *(
                        f"[{LEVEL_WORDS[v.level].to(x)}] {audited.say(v, x)}"
                        for x in ("en", "zh")
                    )
                )
                for v in items
                if v.level is not Level.SOFT
            ]
            self.texts(title, said)
        style.widths(self.sheet, _WIDE)
        self.sheet.sheet_view.showGridLines = False
        style.page(self.sheet, self.program, landscape=False)

    def line(self, text: str, look: Look, height: float = 0) -> None:
        """Write a line across the page; as high as its text needs."""
        self.row += 1
        last = len(_WIDE)
        for c in range(1, last + 1):
            value = text if c == 1 else None
            self.stylist.put(self.sheet.cell(self.row, c), value, look)
        self.sheet.merge_cells(
            start_row=self.row, end_row=self.row, start_column=1, end_column=last
        )
        lines = -(-style.text_width(text) * look.size // (sum(_WIDE) * 8.5))
        self.sheet.row_dimensions[self.row].height = height or 5 + 1.4 * look.size * lines

    def section(self, title: Text) -> None:
        """Begin a part."""
        self.row += 1
        self.line(title.to(self.lang), _SECTION, 20)

    def texts(self, title: Text, texts: Iterable[Text]) -> None:
        """Write a part of sentences; nothing where there are none."""
        texts = tuple(texts)
        if texts:
            self.section(title)
            for text in texts:
                self.line(text.to(self.lang), _LINE)

    def table(
        self,
        heads: Sequence[str],
        rows: Iterable[Sequence[object]],
        signs: Sequence[int] = (),
    ) -> None:
        """Write a table; the last cell of a row is coloured by its sign."""
        self.row += 1
        for c, head in enumerate(heads, 1):
            self.stylist.put(self.sheet.cell(self.row, c), head, HEADER)
        self.sheet.row_dimensions[self.row].height = 20
        for i, values in enumerate(rows):
            self.row += 1
            for c, value in enumerate(values, 1):
                look = BODY if c == 1 else _NUMBER
                if signs and c == len(values) and signs[i]:
                    look = look.but(fill=_GOOD if signs[i] > 0 else _BAD)
                self.stylist.put(self.sheet.cell(self.row, c), value, look)


def total_heads(found: Comparison, lang: str) -> list[str]:
    """Return the headers of the table of totals."""
    third = Text("B by A's rules", "B 按 A 规则").to(lang)
    return ["", "A", "B", *([] if found.b_by_a is None else [third])]


def rule_heads(lang: str) -> list[str]:
    """Return the headers of the table of rules."""
    heads = (
        Text("rule", "规则"),
        Text("hard, A", "硬性 A"),
        Text("hard, B", "硬性 B"),
        Text("points, A", "扣分 A"),
        Text("points, B", "扣分 B"),
        Text("change", "变化"),
        Text("better", "更好"),
    )
    return [t.to(lang) for t in heads]


def rule_of(found: Comparison, change: RuleChange) -> Rule:
    """Return the rule that a change is about."""
    rules = found.a.rules if change.rule in found.a.rules else found.b.rules
    return rules[change.rule]


def rule_row(found: Comparison, change: RuleChange, lang: str) -> list[object]:
    """Return a rule and what each roster has under it."""
    a, b = change.a, change.b
    return [
        f"{change.rule} {rule_of(found, change).title.to(lang)}",
        a.hard or None,
        b.hard or None,
        a.points,
        b.points,
        signed(b.points - a.points),
        BETTER[change.sign].to(lang),
    ]


def signed(number: float) -> str:
    """Return a difference with its sign; nothing for none."""
    return f"{number:+g}" if number else ""


def shift_text(
    found: Comparison, changes: Iterable[RuleChange], lang: str, most: int = 99
) -> str:
    """Return rules with what changes under them, the largest first."""

    def named(r: RuleChange) -> str:
        return rule_of(found, r).title.zh if lang == "zh" else r.rule

    def size(r: RuleChange) -> tuple[int, int]:
        return abs(r.b.hard - r.a.hard), abs(r.b.points - r.a.points)

    hard = Text("hard", "硬").to(lang)
    ordered = sorted(changes, key=size, reverse=True)
    said = ", ".join(
        f"{named(r)} {hard} {r.a.hard}→{r.b.hard}"
        if r.a.hard != r.b.hard
        else f"{named(r)} {signed(r.b.points - r.a.points)}".strip()
        for r in ordered[:most]
    )
    return said + (f" … +{len(ordered) - most}" if len(ordered) > most else "")


def person_heads(lang: str) -> list[str]:
    """Return the headers of the table of people."""
    fairness = SHEETS["fairness"]
    heads = [fairness.column("id").text, fairness.column("name").text,
             Text("duties that differ", "不同的班")]  # fmt: skip
    for key in COUNTS:
        name = fairness.column(key).text
        heads += [Text(f"{name.en}, {x}", f"{name.zh} {x}") for x in "AB"]
    heads += [Text("points, A", "扣分 A"), Text("points, B", "扣分 B"), Text("change", "变化")]
    heads += [Text("better in B", "B 改善"), Text("worse in B", "B 变差")]
    return [t.to(lang) for t in heads]


def person_row(found: Comparison, change: PersonChange, lang: str) -> list[object]:
    """Return a person and what each roster means for them."""
    row: list[object] = [change.staff, change.name or None, change.cells or None]
    for key in COUNTS:
        row += [None if x is None else x[key] for x in (change.counted_a, change.counted_b)]
    a, b = (None if x is None else x.points for x in (change.a, change.b))
    row += [a, b, None if a is None or b is None else signed(b - a) or None]
    row += [
        shift_text(found, (r for r in change.rules if r.sign == sign), lang) or None
        for sign in (1, -1)
    ]
    return row


def _people(
    sheet: Worksheet, stylist: Stylist, found: Comparison, lang: str, program: str
) -> None:
    """Write a row a person."""
    heads = person_heads(lang)
    for c, head in enumerate(heads, 1):
        stylist.put(sheet.cell(1, c), head, HEADER)
    sheet.row_dimensions[1].height = 32
    wide = [8, 12, *([8] * (len(heads) - 4)), 46, 46]
    for r, change in enumerate(found.people, 2):
        row = person_row(found, change, lang)
        for c, value in enumerate(row, 1):
            look = BODY if c in (1, 2) or c > len(heads) - 2 else _NUMBER
            if c == len(heads) - 2 and value:
                look = look.but(fill=_BAD if str(value).startswith("+") else _GOOD)
            elif not change.differs:
                look = look.but(colour=style.MUTED)
            stylist.put(sheet.cell(r, c), value, look)
        most = max(style.text_width(x or "") for x in row[-2:])
        sheet.row_dimensions[r].height = 4 + 12 * max(1, -(-most // 44))
    style.widths(sheet, wide)
    sheet.auto_filter.ref = f"A1:{letter(len(heads))}{len(found.people) + 1}"
    sheet.freeze_panes = "C2"
    sheet.sheet_view.showGridLines = False
    style.page(sheet, program)
    sheet.print_title_rows = "1:1"


def _month(
    sheet: Worksheet, stylist: Stylist, found: Comparison, lang: str, program: str
) -> None:
    """Write a row a person and a column a day that both have; what differs stands out."""
    roster, there = found.a.roster, found.second.roster.problem.employee_index
    problem = roster.problem
    head = SHEETS["roster"]
    intro = Text(
        "D→N: D in A, N in B; · is a day off; grey: the same in both",
        "D→N：A 为 D，B 为 N；· 为休息；灰色：两份相同",
    )
    stylist.put(sheet.cell(1, 1), intro.to(lang), Look(colour=style.MUTED))
    for c, key in enumerate(("id", "name"), 1):
        stylist.put(sheet.cell(2, c), None, HEADER)
        stylist.put(sheet.cell(3, c), head.column(key).header(lang), HEADER)
    for c, day in enumerate(found.days, 3):
        rest = not problem.calendar.is_workday(day)
        look = HEADER.but(fill="8291A3" if rest else style.HEAD, wrap=False, size=8)
        name = weekday_name(day, lang)
        stylist.put(sheet.cell(2, c), name[-1] if lang == "zh" else name, look)
        stylist.put(sheet.cell(3, c), day, look.but(form="d", size=9))
    changed = {(x.staff, x.day): cell_text(x, lang) for x in found.cells}
    plain = Look(across="center", right=GRID, bottom=GRID, colour="9AA5B1", size=8, shrink=True)
    marked = plain.but(colour=style.INK, bold=True, fill=style.CAUTION_FILL)
    both = [(e, p) for e, p in enumerate(problem.employees) if p.id in there]
    longest = 3
    for r, (e, person) in enumerate(both, 4):
        stylist.put(sheet.cell(r, 1), person.id, BODY.but(colour=style.MUTED))
        stylist.put(sheet.cell(r, 2), person.name, BODY)
        for c, day in enumerate(found.days, 3):
            text = changed.get((person.id, day))
            code = roster.code(e, problem.index_of(day))
            stylist.put(sheet.cell(r, c), text or code or _OFF, marked if text else plain)
            longest = max(longest, len(text or ""))
        sheet.row_dimensions[r].height = 16
    style.widths(sheet, [8, 12, *([max(5.5, 1.2 * longest + 1)] * len(found.days))])
    sheet.freeze_panes = "C4"
    sheet.sheet_view.showGridLines = False
    style.page(sheet, program, paper=8 if len(both) > 20 else 9)
    sheet.print_title_rows, sheet.print_title_cols = "1:3", "A:B"


__all__ = [
    "person_heads",
    "person_row",
    "rule_heads",
    "rule_row",
    "shift_text",
    "signed",
    "total_heads",
    "write_comparison",
]
