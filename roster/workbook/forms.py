"""Forms on paper: a swap or a leave on one A4 page, to be printed, filled in and signed.

What the register and the roster know is printed; everything else stays open for the pen. A
form without a request is the blank that people ask on.
"""

from __future__ import annotations

import calendar
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from roster.errors import InputError, Issue, OutputError
from roster.leave.report import APPROVERS
from roster.problem import Employee, Leave, LeaveKind, Problem, Shift, Status, Swap
from roster.rotation import leads_of
from roster.rule import Level
from roster.swaps.desk import CHECKED, Answer, Desk, Finding, Outcome, Verdict
from roster.swaps.exchange import Exchange, Leg, misfits
from roster.swaps.report import ANSWERS, named
from roster.swaps.request import person
from roster.swaps.review import awaited_text
from roster.words import Text, days_text, joined, month_text, same, weekday_name
from roster.workbook import layout, style
from roster.workbook.book import Record
from roster.workbook.grid import grade_word, shift_hours
from roster.workbook.read import Loaded
from roster.workbook.save import WrittenTo, place_for, save
from roster.workbook.style import Look, Stylist

_COLUMNS = 24
_UNIT = 4.0  # width of a column; all of them fill the page
_PAGE = 745.0  # points between the margins of the page
_SMALL = 7.0
_BOX, _TICK = "☐", "☑"
_FIRM = "\u00a0"  # a space at which no line ends

_LINE = f"thin:{style.MUTED}"
_TITLE = Look(bold=True, size=20, colour=style.HEAD)
_SECTION = Look(bold=True, size=10.5, colour=style.HEAD, bottom=f"medium:{style.HEAD}")
_REMARK = Look(size=8, colour=style.MUTED, wrap=True)
_LABEL = Look(size=9, fill=style.BAND, across="center", wrap=True).boxed(_LINE)
_VALUE = Look(size=10, wrap=True, indent=1).boxed(_LINE)
_CENTRED = Look(size=10, wrap=True, across="center").boxed(_LINE)
_PLAIN = Look(size=9, wrap=True)

_YES, _NO = (word.text for word in layout.YES_NO)
_APPROVED = layout.word_text(layout.LEAVE_STATUS, "approved")
_REJECTED = layout.word_text(layout.LEAVE_STATUS, "rejected")
_GIVEN = Text("duty given", "换出的班")
_RETURNED = Text("duty returned", "还班")
_NO_RETURN = Text("given away, nothing in return", "单方代班，不还班")
_NOT_ASKED = Text("not asked for here", "本制度不要求")
_NOBODY = Text("nobody to ask", "无班长")
_NO_DUTY = Text("no duty on the roster", "排班表上没有班")
_CUT = Text(" … (in full in the register)", "……（全文见登记表）")
_CUT_RULE = Text(" … (in full: roster swap check)", "……（全文：roster swap check）")
_AWAITED = Text("awaited", "待签")
_DATE_LINE = Text("", "       月       日")
_SWAP_HINT = Text(
    "A signed form counts once it stands in the register (Swaps sheet).",
    "签好后请登记到《换班登记表》，登记后方为有效。",
)
_LEAVE_HINT = Text(
    "A signed form counts once it stands on the Leave sheet as approved.",
    "签好后请登记到《请假》表，状态为批准后方为有效。",
)
_OUTCOMES = {
    Outcome.HELD: ("✓", Text("held", "符合"), style.INK),
    Outcome.BROKEN: ("✗", Text("broken", "违反"), style.ALARM),
    Outcome.MANAGER: ("?", Text("for the manager", "待经理"), style.CAUTION),
}
_APPROVER_OF = {
    "department": Text("up to one day", "一天以内"),
    "centre": Text("longer, or official", "一天以上或公假"),
}


def write_swap_form(
    target: str | os.PathLike,
    loaded: Loaded,
    exchange: Exchange | None,
    verdict: Verdict | None = None,
    *,
    lang: str,
    force: bool = False,
) -> WrittenTo:
    """Write a swap as a form for the pen.

    Parameters
    ----------
    target : path
        File to write; it must end in ``.xlsx``.
    loaded : Loaded
        The workbook that the swap stands in.
    exchange : Exchange or None
        A row of the register, or the rows of a ring; None for a blank form.
    verdict : Verdict, optional
        What the desk says of it.
    lang : str
        The language in large letters, ``zh`` or ``en``; the other stands beside it.
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
    form_place(target, loaded.path, force=force)
    form = _Form(Text("Swap request", "换班申请单"), lang, "swaps", loaded)
    _swap(form, exchange, verdict)
    return form.save(target, force)


def write_leave_form(
    target: str | os.PathLike,
    loaded: Loaded,
    leave: Leave | None,
    *,
    lang: str,
    force: bool = False,
) -> WrittenTo:
    """Write a leave as a form for the pen.

    Parameters
    ----------
    target : path
        File to write; it must end in ``.xlsx``.
    loaded : Loaded
        The workbook that the leave stands in; its roster, if read, gives the duties.
    leave : Leave or None
        None for a blank form.
    lang : str
        The language in large letters, ``zh`` or ``en``; the other stands beside it.
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
    form_place(target, loaded.path, force=force)
    form = _Form(Text("Leave request", "请假申请单"), lang, "leave", loaded)
    _leave(form, leave)
    return form.save(target, force)


def find_leave(problem: Problem, staff: str, first: date) -> Leave:
    """Return the leave of a person that begins on a day; one still requested comes first.

    Parameters
    ----------
    problem : Problem
    staff : str
        Id, or name where it is unique.
    first : date

    Raises
    ------
    InputError
        When there is no such person or no such leave.
    """
    who, fault = person(problem, staff, "--staff")
    if fault is not None:
        raise InputError(fault)
    mine = [x for x in problem.leaves if x.staff == who]
    hits = [x for x in mine if x.first == first]
    if not hits:
        days = ", ".join(sorted(x.first.isoformat() for x in mine))
        raise InputError(
            Issue(
                what=Text(
                    f"no leave of {who} begins on that day", f"{who} 没有从该日开始的请假"
                ),
                found=first.isoformat(),
                expected=Text(
                    f"a first day on the Leave sheet: {days}" if days else "",
                    f"《请假》表中的开始日期：{days}" if days else "",
                ),
                hint=Text("the blank form: --blank", "空白表：--blank"),
            )
        )
    return next((x for x in hits if x.status is Status.REQUESTED), hits[-1])


def has_roster(path: str | os.PathLike) -> bool:
    """Tell whether a workbook has a Roster sheet; False for a file that cannot be opened."""
    return layout.SHEETS["roster"] in _sheets(path)


def form_place(
    target: str | os.PathLike,
    source: str | os.PathLike,
    *,
    force: bool = False,
    what: Text | None = None,
) -> None:
    """Refuse a place where a form must not be written; see `save.place_for`.

    Unlike a result, a form holds nothing of what it replaces: never the workbook that it is
    made from, and without `force` no other that has a team's sheets, even one that this
    program wrote.

    Parameters
    ----------
    target, source : path
    force : bool
    what : Text, optional
        What is to be written, to word a refusal; a form by default.

    Raises
    ------
    OutputError
        When the target cannot or must not be written.
    """
    place_for(target, source=source, force=force)
    what = what or Text("a form", "申请单")
    target, source = Path(target), Path(source)
    if not target.exists():
        return
    if source.exists() and target.samefile(source):
        what = Text(
            f"{what.en} would replace its own workbook", f"{what.zh}会覆盖它所依据的工作簿"
        )
        hint = Text("another name", "换一个文件名")
    elif not force and _sheets(target):
        what = Text(
            f"{what.en} would replace a roster workbook", f"{what.zh}会覆盖一个排班工作簿"
        )
        hint = Text("another name, or --force to replace it", "换一个文件名，或用 --force 覆盖")
    else:
        return
    name = Text(f"{target.name}: {what.en}", f"{target.name}：{what.zh}")
    raise OutputError(Issue(what=name, found=str(target), hint=hint))


def _sheets(path: str | os.PathLike) -> list[layout.Sheet]:
    """Return the known sheets of a workbook; none for a file that cannot be opened."""
    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except Exception:  # a damaged file can fail with any; the reader says what is wrong
        return []
    book.close()
    return [known for name in book.sheetnames if (known := layout.find_sheet(name))]


# --- the page ------------------------------------------------------------------------------


class _Form:
    """One A4 page of 24 narrow columns, filled from the top.

    Every row grows with the text in it; rows that are written on take what is left of the
    page at the end.

    Parameters
    ----------
    title : Text
    lang : str
        The language in large letters.
    key : str
        Key of the sheet whose columns give the labels.
    loaded : Loaded
    """

    def __init__(self, title: Text, lang: str, key: str, loaded: Loaded) -> None:
        self.title, self.lang, self.loaded = title, lang, loaded
        self.columns = layout.SHEETS[key]
        self.book = Workbook()
        self.sheet: Worksheet = self.book.active
        self.sheet.title = title.to(lang)
        # Columns are as wide as digits of this font, which is alike on every system.
        self.book._fonts = IndexedList([Font(name="Arial", size=10)])
        self.book._named_styles["Normal"].font = self.book._fonts[0]
        self.stylist = Stylist(self.book)
        self.number = 0  # the row being written
        self.at = 1  # its next free column
        self.heights: dict[int, float] = {}
        self.most: dict[int, float] = {}

    # --- rows and cells -------------------------------------------------------------------

    def row(self, height: float = 21, most: float = 0) -> None:
        """Begin a row; `most` is how high it may get where there is room."""
        self.number, self.at = self.number + 1, 1
        self.heights[self.number] = height
        self.most[self.number] = most

    def put(self, span: int, content: object, look: Look, *, grows: bool = True) -> None:
        """Fill the next `span` columns of the row with text or a `CellRichText`."""
        first, last = self.at, self.at + span - 1
        cells = [self.sheet.cell(self.number, c) for c in range(first, last + 1)]
        rich = isinstance(content, CellRichText)
        for cell in cells:
            self.stylist.put(cell, None, look)
        if rich:
            cells[0].value = content
        else:
            self.stylist.put(cells[0], content, look)
        if span > 1:
            self.sheet.merge_cells(
                start_row=self.number, end_row=self.number, start_column=first, end_column=last
            )
        if grows and content is not None:
            tall = 1.42 * look.size * _lines(content, span, look.size)
            tall += 6 if look.bottom else 2
            self.heights[self.number] = max(self.heights[self.number], tall)
        self.at = last + 1

    def short(self, span: int, text: str, look: Look) -> None:
        """Put a name or the like; a long one gets smaller letters before it gets lines."""
        sizes = (look.size, 8.5, 7.5, 6.5)
        size = next((s for s in sizes if _lines(text, span, s) <= 2), sizes[-1])
        self.put(span, text, look.but(size=size))

    def rest(self, content: object, look: Look) -> None:
        """Fill the rest of the row."""
        self.put(_COLUMNS + 1 - self.at, content, look)

    def both(self, text: Text) -> CellRichText:
        """Return a text in large letters with the other language small beside it."""
        return _rich([(text, True)], self.lang)

    def label(self, span: int, text: Text) -> None:
        """Put a label; the other language stands below where it does not fit beside."""
        words = self.both(_capital(text))
        if _lines(words, span, _LABEL.size) > 1:
            words = _rich([(_capital(text), True)], self.lang, apart="\n")
        self.put(span, words, _LABEL)

    def column_label(self, span: int, key: str) -> None:
        """Put the name of a column of the register as a label."""
        self.label(span, self.columns.column(key).text)

    def ticks(
        self, options: Iterable[tuple[Text, bool]], between: str = "    "
    ) -> CellRichText:
        """Return boxes with their words, ticked or not."""
        parts: list[tuple[Text, bool]] = []
        for text, ticked in options:
            box = (_TICK if ticked else _BOX) + _FIRM
            if parts:
                parts.append((same(between), False))
            parts += [(same(box), False), (text, True)]
        return _rich(parts, self.lang, apart=_FIRM)

    def yes_no(self, state: bool | None) -> CellRichText:
        """Return the boxes of yes and no; None leaves both open."""
        return self.ticks(((_YES, state is True), (_NO, state is False)))

    def section(self, text: Text, right: object = None, look: Look | None = None) -> None:
        """Begin a section, with something at the right of its heading."""
        self.gap()
        self.row(19)
        self.put(8, self.both(_capital(text)), _SECTION, grows=False)
        look = _SECTION.but(across="right") if look is None else look
        self.rest(right, look)

    def gap(self, height: float = 7) -> None:
        """Leave some space."""
        self.row(height)

    def table(self, heads: Iterable[tuple[Text, int]]) -> None:
        """Put the heads of a table."""
        self.row(18)
        for text, span in heads:
            self.label(span, text)

    # --- parts that both forms have ---------------------------------------------------------

    def head(self) -> None:
        """Put the title."""
        self.row(36)
        words = _rich([(self.title, True)], self.lang, small=10)
        self.put(_COLUMNS, words, _TITLE, grows=False)

    def person(self, role: Text, who: Employee | None) -> None:
        """Put the line of a person."""
        self.row(22)
        self.label(5, role)
        cells: tuple[str, ...] = ("",) * 5
        if who is not None:
            cells = (who.id, who.name, who.group, who.job, grade_word(who.grade, self.lang))
        for span, value in zip((3, 5, 4, 3, 4), cells):
            self.short(span, value, _CENTRED)

    def people(self, people: Iterable[tuple[Text, Employee | None]]) -> None:
        """Put the table of the people."""
        staff = layout.SHEETS["staff"]
        heads = [(Text("who", "人员"), 5)]
        for key, span in zip(("id", "name", "group", "job", "grade"), (3, 5, 4, 3, 4)):
            heads.append((staff.column(key).text, span))
        self.table(heads)
        for role, who in people:
            self.person(role, who)

    def signatures(self, signers: Sequence[_Signer]) -> None:
        """Put a line for everybody who signs."""
        self.section(Text("signatures", "签字"))
        self.table(
            (
                (Text("who", "签字人"), 5),
                (Text("name", "姓名"), 5),
                (Text("agrees", "同意"), 5),
                (Text("signature", "签名"), 5),
                (Text("date", "日期"), 4),
            )
        )
        tall = 27 if len(signers) > 6 else 31
        for signer in signers:
            self.row(tall, 44)
            self.label(5, signer.role)
            self.short(5, signer.name.to(self.lang), _CENTRED)
            boxes = "" if signer.state == "none" else self.yes_no(signer.state)
            if signer.words is not None:
                boxes = self.ticks(signer.words, "\n")
            if signer.partly and isinstance(boxes, CellRichText):
                boxes.append(_small("\n" + signer.partly.to(self.lang)))
            self.put(5, boxes, _CENTRED.but(size=9))
            self.put(5, None, _VALUE)
            self.put(4, _DATE_LINE.to(self.lang), _CENTRED.but(size=9, colour=style.MUTED))

    def hint(self, text: Text) -> None:
        """Put the line at the foot."""
        self.gap(5)
        self.row(14)
        self.rest(self.both(text), _REMARK)

    # --- the end ----------------------------------------------------------------------------

    def save(self, target: str | os.PathLike, force: bool) -> WrittenTo:
        """Set the page up and save the workbook."""
        sheet = self.sheet
        room = _PAGE - sum(self.heights.values())
        wanted = {r: m - self.heights[r] for r, m in self.most.items() if m > self.heights[r]}
        share = min(1.0, room / sum(wanted.values())) if wanted and room > 0 else 0.0
        for number, height in self.heights.items():
            height += share * wanted.get(number, 0)
            sheet.row_dimensions[number].height = round(min(height, 400.0), 1)
        style.widths(sheet, [_UNIT] * _COLUMNS)
        sheet.sheet_view.showGridLines = False
        style.page(sheet, self.title.to(self.lang), landscape=False)
        sheet.page_setup.fitToHeight = 1
        sheet.print_area = f"A1:{get_column_letter(_COLUMNS)}{self.number}"
        return save(self.book, target, source=self.loaded.path, force=force)


def _capital(text: Text) -> Text:
    return Text("ID" if text.en == "id" else text.en[:1].upper() + text.en[1:], text.zh)


def _small(text: str, size: float = _SMALL) -> TextBlock:
    font = InlineFont(rFont=style.FONT, sz=size, b=False, color="FF" + style.MUTED)
    return TextBlock(font, ILLEGAL_CHARACTERS_RE.sub("", text))


def _rich(
    parts: Iterable[tuple[Text, bool]], lang: str, *, small: float = _SMALL, apart: str = " "
) -> CellRichText:
    """Return texts in one language, the other small beside those marked for it."""
    out, plain = CellRichText(), ""
    for text, beside in parts:
        plain += ILLEGAL_CHARACTERS_RE.sub("", text.to(lang))
        if beside and text.en != text.zh:
            out += [plain + apart, _small(text.to("en" if lang == "zh" else "zh"), small)]
            plain = ""
    if plain:
        out.append(plain)
    return out


def _lines(content: object, span: int, size: float) -> int:
    """Return the lines that a text takes in so many columns."""
    widths = [0.0]
    for part in content if isinstance(content, CellRichText) else [str(content)]:
        scale = 1.0
        if isinstance(part, TextBlock):
            part, scale = part.text, part.font.sz / size
        first, *more = part.split("\n")
        widths[-1] += scale * style.text_width(first)
        widths += [scale * style.text_width(line) for line in more]
    room = (span * _UNIT - 1.6) * 9.5 / size
    # a word that does not fit in a line leaves a part of it empty
    return sum(1 if w <= room else math.ceil(1.06 * w / room) for w in widths)


def _cut(text: str, span: int, look: Look, lines: int, more: str) -> str:
    """Return a text that fits in so many lines; what is left out is said."""
    text = text.strip()
    if _lines(text, span, look.size) <= lines:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = _lines(text[:middle].rstrip() + more, span, look.size) <= lines
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + more


# --- words that both forms share -------------------------------------------------------------


def _period(problem: Problem) -> Text:
    """Return the month, or first and last day when it is no whole month."""
    last = calendar.monthrange(problem.end.year, problem.end.month)[1]
    one = (problem.start.year, problem.start.month) == (problem.end.year, problem.end.month)
    if one and problem.start.day == 1 and problem.end.day == last:
        return month_text(problem.start)
    return same(f"{problem.start} – {problem.end}")


def _day(problem: Problem, day: date | None, lang: str) -> str:
    """Return a date with its weekday, and the holiday's name on a statutory holiday."""
    if day is None:
        return ""
    name = problem.calendar.name(day).to(lang) if problem.calendar.is_holiday(day) else ""
    return f"{day} {weekday_name(day, lang)}" + (f" {name}" if name else "")


def _clock(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def _hours(shift: Shift | None) -> str:
    return "" if shift is None else shift_hours(shift.segments).replace(", ", "\n")


def _shift_list(problem: Problem) -> str:
    """Return the catalogue as one line, for a form that is filled in by hand."""
    return "    ".join(
        " ".join(filter(None, (s.code, s.name, shift_hours(s.segments))))
        for s in problem.shifts
    )


def _leads(loaded: Loaded, e: int | None, *days: date) -> tuple[int, ...]:
    """Return the leads of a person: those of the group, else the lead of a day's week.

    It is whom the rule of consent asks; of several days the first whose week is known counts.
    """
    return () if e is None else leads_of(loaded.problem, loaded.rules, e, days)


@dataclass(frozen=True)
class _Signer:
    """A line of the signatures.

    Attributes
    ----------
    role : Text
    name : Text
    state : bool, None or "none"
        Yes, no, awaited; ``"none"`` for a signature without boxes.
    partly : Text or None
        What the register has where one signature stands for several cells that differ.
    words : tuple, optional
        Boxes other than yes and no.
    """

    role: Text
    name: Text
    state: bool | str | None = None
    partly: Text | None = None
    words: tuple[tuple[Text, bool], ...] | None = None


# --- swaps ---------------------------------------------------------------------------------


def _swap(form: _Form, exchange: Exchange | None, verdict: Verdict | None) -> None:
    loaded, lang = form.loaded, form.lang
    problem = loaded.problem
    rows = () if exchange is None else exchange.rows
    typed = [r for r in (_typed(loaded, row) for row in rows) if r is not None]
    form.head()
    _first_lines(form, exchange)
    _swap_people(form, exchange)
    form.gap()
    _duties(form, exchange)
    if exchange is None:
        form.row(15)
        form.rest(_shift_list(problem), _REMARK)
    form.gap()
    form.row(30, 66)
    form.column_label(5, "reason")
    form.rest(_said(form, (r["reason"] for r in typed), 6), _VALUE)
    form.signatures(_signers(loaded, exchange))
    form.row(26, 40)
    form.column_label(5, "override_by")
    form.put(5, "; ".join(_distinct(r.override_by for r in rows)), _CENTRED)
    form.column_label(4, "override_reason")
    why = "; ".join(_distinct(r.override_reason for r in rows))
    form.rest(_cut(why, 10, _VALUE, 3, _CUT.to(lang)), _VALUE)
    if verdict is not None:
        _verdict(form, verdict)
    elif exchange is not None:
        _misfits(form, exchange)
    form.gap()
    statuses = {r.status for r in rows}
    words = joined(
        (layout.word_text(layout.SWAP_STATUS, s) for s in sorted(x.value for x in statuses)),
        ", ",
        "、",
    )
    form.row(24)
    form.column_label(5, "status")
    form.put(5, form.both(words) if rows else "", _CENTRED)
    form.column_label(4, "decision")
    accepted = bool(rows) and statuses <= {Status.APPROVED, Status.APPLIED}
    boxes = ((_APPROVED, accepted), (_REJECTED, Status.REJECTED in statuses))
    form.rest(form.ticks(boxes), _CENTRED)
    form.row(30, 84)
    form.label(5, Text("remarks", "说明"))
    form.rest(_said(form, (r["decision"] for r in typed), 8), _VALUE.but(size=9))
    form.hint(_SWAP_HINT)


def _typed(loaded: Loaded, row: Swap) -> Record | None:
    """Return a row of the register as typed; None for one of last month's file."""
    for record in loaded.records.get("swaps", ()):
        if record.address("id") == row.cell:
            return record
    return None


def _distinct(texts: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(t.strip() for t in texts if t and t.strip()))


def _said(form: _Form, texts: Iterable[str | None], lines: int) -> str:
    """Return what rows of the register say in one column, within so many lines."""
    return _cut("\n".join(_distinct(texts)), 19, _VALUE, lines, _CUT.to(form.lang))


def _first_lines(form: _Form, exchange: Exchange | None) -> None:
    """Put team and month, number and time."""
    problem, number, asked = form.loaded.problem, same(""), ""
    if exchange is not None:
        number = joined((same(r.id) for r in exchange.rows), ", ", "、")
        if ring := exchange.rows[0].ring:
            number = Text(f"{number.en} (ring {ring})", f"{number.zh}（环 {ring}）")
        asked = _clock(exchange.asked_at)
    form.row(22)
    form.label(5, Text("team", "班组"))
    form.put(7, problem.team, _VALUE)
    form.label(5, Text("month", "月份"))
    form.rest(_period(problem).to(form.lang), _VALUE)
    form.row(22)
    form.label(5, Text("number", "编号"))
    form.put(7, number.to(form.lang), _VALUE)
    form.column_label(5, "asked_at")
    form.rest(asked, _VALUE)


def _swap_people(form: _Form, exchange: Exchange | None) -> None:
    form.gap()
    employees = form.loaded.problem.employees
    applicant, partner = (form.columns.column(k).text for k in ("applicant", "partner"))
    if exchange is None:
        form.people(((applicant, None), (partner, None)))
    elif exchange.rows[0].ring:
        form.people(
            (Text(f"member {n}", f"参与人 {n}"), employees[e])
            for n, e in enumerate(exchange.people, 1)
        )
    else:
        leg = exchange.legs[0]
        taker = None if leg.taker is None else employees[leg.taker]
        form.people(((applicant, employees[leg.giver]), (partner, taker)))


def _duties(form: _Form, exchange: Exchange | None) -> None:
    """Put one line for each duty that changes hands."""
    ring = exchange is not None and bool(exchange.rows[0].ring)
    first = Text("from", "换出人") if ring else Text("duty", "班")
    form.table(
        (
            (first, 4),
            (Text("date", "日期"), 5),
            (Text("shift", "班次"), 3),
            (Text("name", "名称"), 4),
            (Text("hours", "时间"), 4),
            (Text("to", "接班人"), 4),
        )
    )
    legs: Sequence[Leg | None] = (None, None) if exchange is None else exchange.legs
    for position, leg in enumerate(legs):
        _duty(form, leg, ring, returned=position > 0)
    if exchange is None or (not ring and len(legs) == 1):
        given = exchange is not None
        form.row(20)
        form.label(4, _RETURNED if given else Text("or", "或"))
        form.rest(form.ticks([(_NO_RETURN, given)]), _VALUE)


def _duty(form: _Form, leg: Leg | None, ring: bool, *, returned: bool) -> None:
    problem = form.loaded.problem
    form.row(24)
    if ring:
        form.short(4, f"{leg.row.id}: {named(problem, leg.giver)}", _LABEL)
    else:
        form.label(4, _RETURNED if returned else _GIVEN)
    cells = ("",) * 5
    if leg is not None:
        shift = problem.shift_by_code.get(leg.code)
        cells = (
            _day(problem, problem.date_of(leg.d), form.lang),
            leg.code,
            "" if shift is None else shift.name,
            _hours(shift),
            "" if leg.taker is None else named(problem, leg.taker),
        )
    for span, value in zip((5, 3, 4, 4, 4), cells):
        form.short(span, value, _CENTRED.but(bold=True) if span == 3 else _CENTRED)


_ROLES = {
    "applicant_agrees": Text("applicant", "申请人"),
    "partner_agrees": Text("partner", "对方"),
    "applicants_lead": Text("applicant's lead", "申请人班长"),
    "partners_lead": Text("partner's lead", "对方班长"),
    "manager": Text("manager", "经理"),
}


def _signers(loaded: Loaded, exchange: Exchange | None) -> list[_Signer]:
    """Return who signs; in a ring everybody signs once, for giving and for taking."""
    rules = loaded.rules
    asks_leads = asks_manager = True
    if "swap_consent" in rules:
        rule = rules["swap_consent"]
        asks_leads = rule.level is not Level.OFF and getattr(rule, "leads", "yes") == "yes"
    if "swap_approval" in rules:
        asks_manager = rules["swap_approval"].level is not Level.OFF
    asked = {"applicants_lead": asks_leads, "partners_lead": asks_leads}
    asked["manager"] = asks_manager
    if exchange is None:
        return [
            _Signer(role, same("") if asked.get(key, True) else _NOT_ASKED)
            for key, role in _ROLES.items()
        ]
    cells = _cells_to_sign(loaded, exchange)
    if exchange.rows[0].ring:
        return _ring_signers(loaded, cells, asks_leads, asks_manager)
    out = []
    for key, (who, row) in cells[0].items():
        name = same(_names(loaded.problem, who))
        if not asked.get(key, True):
            name = _NOT_ASKED
        elif key.endswith("lead") and not who:
            name = _NOBODY
        out.append(_Signer(_ROLES[key], name, row.signatures.get(key)))
    return out


def _names(problem: Problem, who: Iterable[int]) -> str:
    return "\n".join(named(problem, e) for e in who)


def _cells_to_sign(
    loaded: Loaded, exchange: Exchange
) -> list[dict[str, tuple[tuple[int, ...], Swap]]]:
    """Return, per row of the register, who signs each of its cells."""
    index = loaded.problem.employee_index
    out = []
    for row in exchange.rows:
        a, b = index.get(row.applicant), index.get(row.partner)
        who = (
            () if a is None else (a,),
            () if b is None else (b,),
            _leads(loaded, a, row.day),
            _leads(loaded, b, row.return_day or row.day, row.day),
            (),
        )
        out.append({key: (people, row) for key, people in zip(_ROLES, who)})
    return out


def _ring_signers(
    loaded: Loaded,
    cells: Iterable[dict[str, tuple[tuple[int, ...], Swap]]],
    asks_leads: bool,
    asks_manager: bool,
) -> list[_Signer]:
    signed: dict[tuple[Text, tuple[int, ...]], list[tuple[str, bool | None]]] = {}
    kinds = (
        (Text("member", "参与人"), ("applicant_agrees", "partner_agrees"), True),
        (Text("lead", "班长"), ("applicants_lead", "partners_lead"), asks_leads),
        (_ROLES["manager"], ("manager",), asks_manager),
    )
    cells = list(cells)
    for role, keys, asked in kinds:
        for row_cells in cells:
            for key in keys:
                who, row = row_cells[key]
                state = row.signatures.get(key)
                if (asked and who) or key == "manager" or state is not None:
                    signed.setdefault((role, who), []).append((row.id, state))
    out = []
    for (role, who), marks in signed.items():
        states = {state for _, state in marks}
        state = False if False in states else (True if states == {True} else None)
        partly = None
        if len(states) > 1:
            partly = joined(_mark(i, s) for i, s in marks if s is not None)
        name = same(_names(loaded.problem, who))
        if role is _ROLES["manager"] and not asks_manager:
            name = _NOT_ASKED
        out.append(_Signer(role, name, state, partly))
    return out


def _mark(number: str, state: bool) -> Text:
    word = _YES if state else _NO
    return Text(f"No. {number}: {word.en}", f"编号 {number}：{word.zh}")


def _verdict(form: _Form, verdict: Verdict) -> None:
    """Put the program's verdict: what is held in a word, what is not with its evidence."""
    lang = form.lang
    answer = ANSWERS[verdict.answer]
    colour = {Answer.APPROVED: style.INK, Answer.REFERRED: style.CAUTION}
    look = _SECTION.but(across="right", colour=colour.get(verdict.answer, style.ALARM))
    form.section(
        Text("check by the program", "程序核查"),
        _rich([(Text("Verdict: ", "结论："), False), (answer, True)], lang),
        look,
    )
    if verdict.awaiting:
        form.row(14)
        form.rest(_capital(awaited_text(verdict)).to(lang), _PLAIN.but(size=8.5))
    held = [f for f in verdict.findings if f.outcome is Outcome.HELD]
    beside = 4 if lang == "zh" else 3
    look = _PLAIN.but(size=8.5, wrap=False, shrink=True)
    for position in range(0, len(held), beside):
        form.row(14)
        for finding in held[position : position + beside]:
            awaits = any(finding.rule.awaits(verdict.case, verdict.exchange))
            line = f"{_BOX} {finding.rule.title.to(lang)} ({_AWAITED.to(lang)})"
            line = line if awaits else _outcome(finding, lang)
            form.put(_COLUMNS // beside, line, look, grows=False)
    room = 14
    for finding in verdict.against:
        look = _PLAIN.but(size=8.5, colour=_OUTCOMES[finding.outcome][2])
        word = _OUTCOMES[finding.outcome][1].to(lang)
        said = joined(finding.evidence).to(lang)
        line = f"{_outcome(finding, lang)} ({word}): {said}"
        if lang == "zh":
            line = f"{_outcome(finding, lang)}（{word}）：{said}"
        line = _cut(line, _COLUMNS, look, max(1, min(4, room)), _CUT_RULE.to(lang))
        room -= _lines(line, _COLUMNS, look.size)
        form.row(14)
        form.rest(line, look)


def _misfits(form: _Form, exchange: Exchange) -> None:
    """Say why an open request no longer fits the roster, if it does not."""
    roster, lang = form.loaded.roster, form.lang
    if roster is None or not any(r.status in CHECKED for r in exchange.rows):
        return
    wrong = joined(m.what for m in misfits(roster, exchange)).to(lang)
    if not wrong:
        return
    form.section(Text("check by the program", "程序核查"))
    look = _PLAIN.but(colour=style.ALARM)
    line = Text("does not fit the roster: ", "与排班表不符：").to(lang) + wrong
    form.row(15)
    form.rest(_cut(line, _COLUMNS, look, 6, _CUT_RULE.to(lang)), look)


def _outcome(finding: Finding, lang: str) -> str:
    return f"{_OUTCOMES[finding.outcome][0]} {finding.rule.title.to(lang)}"


# --- leave -----------------------------------------------------------------------------------


def _leave(form: _Form, leave: Leave | None) -> None:
    loaded, lang = form.loaded, form.lang
    problem = loaded.problem
    record = None if leave is None else _leave_record(loaded, leave)
    e = None if leave is None else problem.employee_index.get(leave.staff)
    form.head()
    form.row(22)
    form.label(5, Text("team", "班组"))
    form.put(7, problem.team, _VALUE)
    form.label(5, Text("month", "月份"))
    form.rest(_period(problem).to(lang), _VALUE)
    form.row(22)
    form.column_label(5, "asked_at")
    form.put(7, "" if leave is None else _clock(leave.asked_at), _VALUE)
    form.column_label(5, "asked_by")
    form.rest("" if leave is None else _called(problem, leave.asked_by or leave.staff), _VALUE)
    form.gap()
    staff = Text("person", "请假人")
    form.people([(staff, None if e is None else problem.employees[e])])
    form.gap()
    _span(form, leave)
    form.row(24)
    for key, wide in (("exceptional", 8), ("certificate", 7)):
        form.column_label(5 if wide == 8 else 4, key)
        form.put(wide, form.yes_no(_answer(leave, record, key)), _CENTRED)
    form.row(24)
    form.column_label(5, "stand_in")
    form.rest("" if leave is None else _called(problem, leave.stand_in or ""), _VALUE)
    form.row(34, 76)
    form.label(5, Text("reason", "事由"))
    form.rest(None, _VALUE)
    _leave_duties(form, leave)
    _leave_end(form, leave, None if record is None else record["decision"])


def _leave_record(loaded: Loaded, leave: Leave) -> Record | None:
    """Return a row of the Leave sheet as typed."""
    for record in loaded.records.get("leave", ()):
        if record.address("staff") == leave.cell:
            return record
    return None


def _called(problem: Problem, who: str) -> str:
    """Return id and name of somebody on the staff list, else what was typed."""
    e = problem.employee_index.get(who)
    return who if e is None else named(problem, e)


def _answer(leave: Leave | None, record: Record | None, key: str) -> bool | None:
    """Return yes or no as it was typed; None where nothing was."""
    if leave is None:
        return None
    if record is None:
        return getattr(leave, key) or None
    return record[key]


def _span(form: _Form, leave: Leave | None) -> None:
    """Put the kind, from when to when, and how many days."""
    problem, lang = form.loaded.problem, form.lang
    form.row(24)
    form.column_label(5, "kind")
    form.rest(
        form.ticks(
            (word.text, leave is not None and leave.kind.value == word.key)
            for word in layout.LEAVE_KINDS
        ),
        _VALUE.but(size=9.5),
    )
    form.row(24)
    first, last, days = "", "", ""
    if leave is not None:
        first, last = (_day(problem, d, lang) for d in (leave.first, leave.last))
        days = str((leave.last - leave.first).days + 1)
    form.column_label(5, "from")
    form.put(6, first, _CENTRED)
    form.column_label(2, "to")
    form.put(6, last, _CENTRED)
    form.label(3, Text("days", "天数"))
    form.rest(days, _CENTRED)


_MOST_DUTIES = 36


def _leave_duties(form: _Form, leave: Leave | None) -> None:
    """Put the duties that the person has in the span, or room for them."""
    loaded, lang = form.loaded, form.lang
    problem = loaded.problem
    form.section(Text("duties in these days", "期间的班"))
    e = None if leave is None else problem.employee_index.get(leave.staff)
    if e is None or loaded.roster is None:
        form.row(34, 60)
        form.rest(None, _VALUE)
        form.row(15)
        form.rest(_shift_list(problem), _REMARK)
        return
    shown = []
    # approved swaps count as carried out, as they do at the desks
    roster = Desk(loaded.roster, loaded.rules).roster
    for d, shift in roster.duties_of(e):
        day = problem.date_of(d)
        if leave.first <= day <= leave.last:
            words = (_day(problem, day, lang), shift.code, shift.name)
            shown.append(" ".join(filter(None, (*words, shift_hours(shift.segments)))))
    if len(shown) > _MOST_DUTIES:
        rest = len(shown) - _MOST_DUTIES + 1
        more = Text(f"… and {rest} more", f"……另有 {rest} 个班")
        shown = [*shown[: _MOST_DUTIES - 1], more.to(lang)]
    if not shown:
        shown = [_NO_DUTY.to(lang)]
    for position in range(0, len(shown), 2):
        form.row(16)
        for line in shown[position : position + 2]:
            form.put(12, line, _PLAIN.but(indent=1))
    if leave.first < problem.start or leave.last > problem.end:
        days = days_text((problem.start, problem.end))
        note = Text(f"Only {days.en} are on this roster.", f"本排班表只含{days.zh}。")
        form.row(13)
        form.rest(note.to(lang), _REMARK)


def _leave_end(form: _Form, leave: Leave | None, decision: str | None) -> None:
    """Put who approves, the signatures and the decision."""
    loaded, problem = form.loaded, form.loaded.problem
    needed = "" if leave is None else _approver(leave)
    status = None if leave is None else leave.status
    form.gap()
    form.row(24)
    form.label(5, Text("to be approved by", "批准权限"))
    offices = [
        (_up_to(word.text, _APPROVER_OF[word.key]), word.key == needed)
        for word in layout.APPROVERS
    ]
    if _levels(loaded) == 1:
        offices = [(APPROVERS["superior"], leave is not None)]
    form.rest(form.ticks(offices, "\n"), _VALUE.but(size=9.5))
    blank = same("")
    who = stand_in = leads = approver = blank
    if leave is not None:
        e = problem.employee_index.get(leave.staff)
        who = same(_called(problem, leave.staff))
        stand_in = same(_called(problem, leave.stand_in or ""))
        leads = same(_names(problem, _leads(loaded, e, leave.first)))
        key = layout.find_word(layout.APPROVERS, leave.approved_by)
        approver = same(leave.approved_by)
        if key is not None:
            approver = layout.word_text(layout.APPROVERS, key)
    boxes = (
        (_APPROVED, status is Status.APPROVED),
        (_REJECTED, status is Status.REJECTED),
    )
    form.signatures(
        (
            _Signer(Text("person", "请假人"), who, "none"),
            _Signer(form.columns.column("stand_in").text, stand_in),
            _Signer(Text("lead", "班长"), leads),
            _Signer(form.columns.column("approved_by").text, approver, words=boxes),
        )
    )
    form.gap()
    form.row(24)
    form.column_label(5, "status")
    word = blank if status is None else layout.word_text(layout.LEAVE_STATUS, status.value)
    form.put(5, form.both(word) if status is not None else "", _CENTRED)
    form.label(4, Text("decision", "结论"))
    form.rest(form.ticks(boxes), _CENTRED)
    form.row(34, 84)
    form.label(5, Text("remarks", "说明"))
    form.rest(_said(form, [decision], 8), _VALUE.but(size=9))
    form.hint(_LEAVE_HINT)


def _levels(loaded: Loaded) -> int:
    """Return 1 where any superior approves any leave, else 2."""
    if "leave_approver" not in loaded.rules:
        return 2
    rule = loaded.rules["leave_approver"]
    return 1 if rule.level is Level.OFF else getattr(rule, "levels", 2)


def _up_to(office: Text, leave: Text) -> Text:
    return Text(f"{office.en} ({leave.en})", f"{office.zh}（{leave.zh}）")


def _approver(leave: Leave) -> str:
    """Return who has to approve: the department head up to one day, else the centre head."""
    longer = leave.last > leave.first
    return "centre" if longer or leave.kind is LeaveKind.OFFICIAL else "department"
