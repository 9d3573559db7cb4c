"""The Roster sheet: the month as it hangs on the wall.

From top to bottom: title, state of the roster, overrides of the law, names of holidays, lead
of each week, weekdays, the header row (staff number, name, true dates), the people, an empty
row, people on duty per shift and day, legend and notes. Right of the dates stand the totals
of each person. Totals are live formulas; they compare with EXACT because COUNTIF ignores
case and takes ``*`` and ``?`` in a code for wildcards.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter as letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from roster.audit import Audit
from roster.calendar import DayKind
from roster.problem import Grade, Problem
from roster.rule import Level
from roster.words import Text, clock_text, day_text, days_text, weekday_name
from roster.workbook import style
from roster.workbook.counts import duty_counts
from roster.workbook.layout import GRADES, LEAVE_KINDS, OFF, SHEETS, word_text
from roster.workbook.marks import collect, days_led
from roster.workbook.pins import PIN_WORDS, our_note
from roster.workbook.style import GRID, HEADER, Formula, Look, Stylist

if TYPE_CHECKING:
    from roster.rotation import LeadWeek

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_FIRST = 3  # column of the first date
_ONE_PAGE = 45  # days that are legible on one page
_A3_WIDE = 205  # characters across an A3 page

_PIN = f"mediumDashed:{style.INK}"
_LEAD = f"medium:{style.LEAD}"
_HANDOVER = f"double:{style.LEAD}"
_BROKEN = f"medium:{style.ALARM}"
_ADVISORY = f"medium:{style.CAUTION}"
_CHANGED = f"medium:{style.CHANGED}"
_GROUP = f"medium:{style.STRONG}"

_CELL = Look(across="center", right=GRID, bottom=GRID, shrink=True)
_ABSENT = _CELL.but(fill=style.BAND, pattern="lightUp")
_NAME = Look(bottom=GRID, right=GRID, indent=1, shrink=True)
_TOTAL = Look(across="center", bottom=GRID, right=GRID, fill=style.BAND)
_SMALL = Look(size=8, colour=style.MUTED)
_HEADING = Look(bold=True, colour=style.HEAD, bottom=f"thin:{style.HEAD}")
_DAY_HEAD = {"workday": style.HEAD, "rest": "8291A3", "holiday": "B8323F", "moved": "4F8A5B"}
_DAY_FILL = {"workday": "", "rest": style.WEEKEND, "holiday": style.HOLIDAY, "moved": ""}


def overrides_text(audit: Audit) -> Text | None:
    """Return the sentence that names the rules of law taken out; None when none is."""
    if not audit.rules.overrides:
        return None

    def named(rule_id: str, lang: str) -> str:
        if rule_id not in audit.rules:
            return rule_id
        rule = audit.rules[rule_id]
        return f"{rule.title.to(lang)} {rule_id} ({rule.source(lang)})"

    en, zh = ("; ".join(named(i, lang) for i in audit.rules.overrides) for lang in ("en", "zh"))
    return Text(
        f"Rules of law taken out by an explicit override: {en}",
        f"经特别指定未执行的法定规则：{zh}",
    )


def shift_hours(segments: Iterable[tuple[int, int]]) -> str:
    """Return the segments of a shift as ``08:00-12:00, 14:00-18:00``."""
    return ", ".join(f"{clock_text(a)}-{clock_text(b)}" for a, b in segments)


class Grid:
    """Writes the Roster sheet.

    Parameters
    ----------
    sheet : Worksheet
        Empty.
    stylist : Stylist
    audit : Audit
        Of the roster to be written.
    leads : sequence of LeadWeek
    lang : str
    program : str
        Name and version, for the footer.
    """

    def __init__(
        self,
        sheet: Worksheet,
        stylist: Stylist,
        audit: Audit,
        leads: Sequence[LeadWeek],
        lang: str,
        program: str,
    ) -> None:
        self.sheet, self.stylist, self.audit, self.lang = sheet, stylist, audit, lang
        self.leads = [w for w in leads if w.lead is not None]
        self.program = program
        self.roster = audit.roster
        self.problem: Problem = audit.roster.problem
        self.marks = collect(audit, self.leads, lang)
        self.colours = style.shift_colours(self.problem.shifts)
        self.n = self.problem.n_days
        self.last_column = _FIRST + self.n - 1
        self.used: set[str] = set()  # legend entries that occur

    # --- the plan of rows and columns -----------------------------------------------------

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row numbers of the parts."""
        row, at = 2, {}
        for part, there in (
            ("overrides", bool(self.audit.rules.overrides)),
            ("names", any(self._day_label(d) for d in range(self.n))),
            ("leads", bool(self.leads)),
            ("weekdays", True),
            ("header", True),
        ):
            if there:
                row += 1
                at[part] = row
        at["people"] = row + 1
        at["last"] = row + len(self.problem.employees)
        at["codes"] = at["last"] + 2
        at["codes_last"] = at["codes"] + len(self.problem.shifts) - 1
        at["on_duty"] = at["codes_last"] + 1
        if self.audit.shortage:
            at["short"] = at["on_duty"] + 1
        at["legend"] = at.get("short", at["on_duty"]) + 2
        return at

    def _column(self, d: int) -> int:
        return _FIRST + d

    def _put(self, row: int, column: int, value: object, look: Look) -> Cell:
        return self.stylist.put(self.sheet.cell(row, column), value, look)

    def _word(self, en: str, zh: str) -> str:
        return zh if self.lang == "zh" else en

    def _day_class(self, d: int) -> str:
        day = self.problem.days[d]
        kind = self.problem.calendar.kind(day)
        if kind is DayKind.WORKDAY:
            return "moved" if self.problem.calendar.is_moved(day) else "workday"
        return "holiday" if kind is DayKind.HOLIDAY else "rest"

    def _day_label(self, d: int) -> str:
        """Return the printed label of a special day: a holiday's name, 休 or 班."""
        day, calendar = self.problem.days[d], self.problem.calendar
        match self._day_class(d):
            case "holiday":
                name = calendar.name(day)
                before = day - timedelta(days=1)
                again = d > 0 and calendar.is_holiday(before) and calendar.name(before) == name
                return "" if again else name.to(self.lang)
            case "rest" if calendar.is_moved(day) and self.lang == "zh":
                return "休"
            case "moved":
                return self._word("work", "班")
            case _:
                return ""

    # --- writing --------------------------------------------------------------------------

    def write(self) -> None:
        """Write the whole sheet."""
        self._title()
        self._bands()
        self._header()
        self._people()
        self._day_totals()
        self._legend()
        self._live_colours()
        self._page()

    def cell_of(self, person: str, day: date) -> Cell | None:
        """Return the cell of a staff id and a date, None where there is none."""
        e, d = self.problem.employee_index.get(person), self.problem.index_of(day)
        if e is None or not 0 <= d < self.n:
            return None
        return self.sheet.cell(self.rows["people"] + e, self._column(d))

    def _title(self) -> None:
        p, sheet = self.problem, self.sheet
        whole = p.start.day == 1 and (p.end + timedelta(days=1)).day == 1 and p.n_months == 1
        if whole:
            span = self._word(
                f"{_MONTHS[p.start.month - 1]} {p.start.year}",
                f"{p.start.year}年{p.start.month}月",
            )
        else:
            span = self._word(f"{p.start} to {p.end}", f"{p.start} 至 {p.end} ")
        title = self._word(
            f"{p.team}  {span}".strip() if p.team else f"Roster  {span}",
            f"{p.team} {span}排班表".strip(),
        )
        self._put(1, 1, title, Look(bold=True, size=18, colour=style.HEAD))
        sheet.row_dimensions[1].height = 32

        audit, parts = self.audit, []
        parts.append(self._word(f"{len(p.employees)} people", f"{len(p.employees)} 人"))
        broken, advisory = len(audit.broken), len(audit.at(Level.ADVISORY))
        if audit.shortage:
            parts.append(
                self._word(f"SHORT OF COVER: {audit.shortage}", f"缺员 {audit.shortage} 人次")
            )
        else:
            parts.append(self._word("cover complete", "在岗人数达标"))
        parts.append(
            self._word(f"hard rules broken: {broken}", f"违反硬规则 {broken} 处")
            if broken
            else self._word("no hard rule broken", "硬规则全部满足")
        )
        if advisory:
            parts.append(self._word(f"advisory: {advisory}", f"提示 {advisory} 处"))
        parts.append(self._word(f"{audit.points:,} points", f"扣分 {audit.points:,}"))
        parts.append(
            self._word(f"rulebook {audit.rules.rulebook}", f"制度 {audit.rules.rulebook}")
        )
        alarm = bool(audit.hard)
        self._put(
            2,
            1,
            "   ·   ".join(parts),
            Look(size=9.5, bold=alarm, colour=style.ALARM if alarm else style.MUTED),
        )
        sheet.row_dimensions[2].height = 18
        text = overrides_text(audit)
        if text is not None:
            row = self.rows["overrides"]
            look = Look(bold=True, colour=style.ALARM, fill=style.ALARM_FILL, size=9.5)
            for column in range(1, self._right + 1):
                self._put(row, column, text.to(self.lang) if column == 1 else None, look)
            sheet.row_dimensions[row].height = 18

    def _bands(self) -> None:
        """Holiday names, the lead of each week and the weekdays."""
        p, at = self.problem, self.rows
        if "names" in at:
            for d in range(self.n):
                kind = self._day_class(d)
                next_to_it = d + 1 < self.n and self._day_label(d + 1)
                look = Look(
                    size=8,
                    bold=True,
                    colour=_DAY_HEAD["moved"] if kind == "moved" else style.ALARM,
                    fill=style.HOLIDAY if kind == "holiday" else "",
                    across="left" if kind == "holiday" else "center",
                    shrink=bool(next_to_it),
                )
                self._put(at["names"], self._column(d), self._day_label(d), look)
            self.sheet.row_dimensions[at["names"]].height = 14
        if "leads" in at:
            row = at["leads"]
            self._put(
                row,
                2,
                self._word("Lead", "轮值班长"),
                _SMALL.but(across="right", indent=1, bold=True, colour=style.LEAD),
            )
            for week in self.leads:
                days = days_led(self.problem, week)
                for d in days:
                    first = d == days[0]
                    look = Look(
                        size=8.5,
                        bold=True,
                        colour=style.LEAD,
                        fill="E3EDF8",
                        left=_LEAD if first else "",
                        shrink=first and len(days) < 3,
                    )
                    name = self._person(week.lead) if first else None
                    self._put(row, self._column(d), name, look)
            self.sheet.row_dimensions[row].height = 16
        row = at["weekdays"]
        for d, day in enumerate(p.days):
            name = weekday_name(day, self.lang)
            self._put(
                row,
                self._column(d),
                name[-1] if self.lang == "zh" else name,
                HEADER.but(size=8, bold=False, fill=_DAY_HEAD[self._day_class(d)], wrap=False),
            )
        for column in (1, 2, *range(self.last_column + 1, self._right + 1)):
            self._put(row, column, None, HEADER)
        self.sheet.row_dimensions[row].height = 15

    def _header(self) -> None:
        p, row = self.problem, self.rows["header"]
        for column, key in enumerate(("id", "name"), 1):
            self._put(row, column, SHEETS["roster"].column(key).header(self.lang), HEADER)
        for d, day in enumerate(p.days):
            kind = self._day_class(d)
            look = HEADER.but(fill=_DAY_HEAD[kind], wrap=False, size=10)
            month_shown = p.n_months > 1 and (d == 0 or day.day == 1)
            broken = self.marks.days.get(d)
            if broken:
                look = look.boxed(_BROKEN if broken.hard else _ADVISORY)
            cell = self._put(
                row,
                self._column(d),
                day,
                look.but(form="m/d" if month_shown else "d", shrink=True),
            )
            lines = []
            if p.calendar.name(day).en:
                lines.append(p.calendar.name(day).to(self.lang))
            elif kind == "moved":
                lines.append(self._word("moved workday", "调休上班"))
            lines += broken.lines if broken else []
            if lines:
                style.note(cell, lines)
        for column, (title, _) in enumerate(self._columns, self.last_column + 1):
            self._put(row, column, title, HEADER.but(size=8.5))
        self.sheet.row_dimensions[row].height = 24 if self.lang == "en" else 20

    @cached_property
    def _columns(self) -> tuple[tuple[str, object], ...]:
        """Header and maker of each column right of the dates.

        A maker takes the person and the row and returns a formula or a plain value.
        """
        p, at = self.problem, self.rows
        codes = f"$A${at['codes']}:$A${at['codes_last']}"
        first = at["legend"] + 1
        hours = f"${letter(self._hours_column)}${first}:" + (
            f"${letter(self._hours_column)}${first + len(p.shifts) - 1}"
        )

        def cells(row: int, days: Sequence[int]) -> str:
            return f"{letter(self._column(days[0]))}{row}:{letter(self._column(days[-1]))}{row}"

        def count(row: int, days: Sequence[int], where: str = codes) -> str:
            return f"SUMPRODUCT(--EXACT({cells(row, days)},{where}))"

        def night(row: int, e: int) -> str:
            wheres = [f"$A${at['codes'] + i}" for i, s in enumerate(p.shifts) if s.is_night]
            return "+".join(count(row, range(self.n), w) for w in wheres)

        def weekend(row: int, e: int) -> str:
            return "+".join(f"SIGN({count(row, days)})" for days in p.weekends_of(e)) or "0"

        def holiday(row: int, e: int) -> str:
            return "+".join(count(row, run) for run in _runs(p.holidays))

        def total(row: int, e: int) -> str:
            return count(row, range(self.n))

        def worked(row: int, e: int) -> str:
            return f"SUMPRODUCT(EXACT({cells(row, range(self.n))},{codes})*{hours})"

        counted = duty_counts(self.audit)
        out: list[tuple[str, object]] = []
        for key, there, make in (
            ("duties", True, total),
            ("hours", True, worked),
            ("nights", p.night_codes, night),
            ("weekends", p.weekends, weekend),
            ("holidays", p.holidays, holiday),
        ):
            if there:
                out.append(
                    (
                        self._count_name(key),
                        lambda e, row, key=key, make=make: Formula(
                            "=" + make(row, e), counted[e][key]
                        ),
                    )
                )
        people = p.employees
        staff = SHEETS["staff"]
        if any(person.group for person in people):
            group = staff.column("group").header(self.lang)
            out.append((group, lambda e, row: people[e].group))
        if any(person.grade > Grade.JUNIOR for person in people):
            out.append(
                (
                    staff.column("grade").header(self.lang),
                    lambda e, row: grade_word(people[e].grade, self.lang),
                )
            )
        return tuple(out)

    def _count_name(self, key: str) -> str:
        return SHEETS["fairness"].column(key).header(self.lang)

    @property
    def _right(self) -> int:
        return self.last_column + len(self._columns)

    _hours_column = 10

    # --- the people -----------------------------------------------------------------------

    def _people(self) -> None:
        p, row0 = self.problem, self.rows["people"]
        # a small team fills the page with taller rows
        tall = min(26, max(17, 32 - len(p.employees) / 2))
        breaks = {
            e
            for e in range(1, len(p.employees))
            if p.employees[e].group != p.employees[e - 1].group
        }
        if len(breaks) >= len({person.group for person in p.employees}):
            breaks = set()  # groups are mixed in the list: lines would say nothing
        for e, person in enumerate(p.employees):
            row = row0 + e
            top = _GROUP if e in breaks else ""
            marked = self.marks.people.get(e)
            name = _NAME.but(top=top)
            if marked:
                name = name.boxed(_BROKEN if marked.hard else _ADVISORY)
            self._put(row, 1, person.id, _NAME.but(top=top, colour=style.MUTED))
            cell = self._put(row, 2, person.name, name.but(bold=bool(person.leader)))
            if marked:
                style.note(cell, marked.lines)
            for d in range(self.n):
                self._day_cell(e, d, row, top)
            for column, (_, make) in enumerate(self._columns, self.last_column + 1):
                value = make(e, row)
                look = _TOTAL.but(top=top)
                cell = self.sheet.cell(row, column)
                if isinstance(value, Formula):
                    self.stylist.formula(cell, value, look)
                else:
                    self.stylist.put(cell, value, look.but(size=8, shrink=True))
            self.sheet.row_dimensions[row].height = tall

    @cached_property
    def _first_info(self) -> int:
        p = self.problem
        totals = 2 + bool(p.night_codes) + bool(p.weekends) + bool(p.holidays)
        return self.last_column + 1 + totals

    def _day_cell(self, e: int, d: int, row: int, top: str) -> None:
        p, code = self.problem, self.roster.cells[e][d]
        leave = p.leave_on(e, d)
        look, value = _CELL.but(top=top, fill=_DAY_FILL[self._day_class(d)]), code
        if code is not None:
            look = self._code_look(code).but(top=top)
        elif not p.employed(e, d):
            look = _ABSENT.but(top=top)
            self.used.add("absent")
        elif leave is not None:
            value = word_text(LEAVE_KINDS, leave.kind.value).to(self.lang)
            fill = style.PAID_LEAVE if leave.kind.paid else style.UNPAID_LEAVE
            look = look.but(fill=fill, size=8, colour=style.MUTED)
            self.used.add("paid" if leave.kind.paid else "unpaid")
        lines: list[str] = []
        fixed = p.fixed_by_cell.get((e, d))
        published = p.published_until is not None and p.days[d] <= p.published_until
        if fixed is not None and not published and (code is not None or leave is None):
            look = look.boxed(_PIN)
            self.used.add("pin")
            if fixed.pin:
                lines.append(PIN_WORDS[fixed.pin].to(self.lang))
        week = self.marks.led.get((e, d))
        if week is not None:
            days = days_led(self.problem, week)
            look = look.but(top=_LEAD, bottom=_LEAD, bold=True)
            if d == days[0]:
                look = look.but(left=_LEAD)
                lines.append(
                    self._word("Lead of the week ", "本周轮值班长 ")
                    + days_text((p.days[days[0]], p.days[days[-1]])).to(self.lang)
                )
            if d == days[-1]:
                look = look.but(right=_LEAD)
        if (e, d) in self.marks.handover:
            look = look.but(bottom=_HANDOVER, bold=True)
            self.used.add("handover")
            lines.append(self._word("hand-over of the lead", "轮值交接"))
        day = p.employees[e].id, p.days[d]
        if code != p.published.get(day, code):
            before = p.published[day] or OFF.to(self.lang)
            look = look.boxed(_CHANGED)
            self.used.add("changed")
            lines.append(self._word(f"changed, was {before}", f"已变更，原为 {before}"))
        marked = self.marks.cells.get((e, d))
        if marked is not None:
            look = look.boxed(_BROKEN if marked.hard else _ADVISORY)
            self.used.add("broken" if marked.hard else "advisory")
            lines += marked.lines
        lines += self.marks.missed.get((e, d), ())
        cell = self._put(row, self._column(d), value, look)
        if lines:
            style.note(cell, our_note(lines))

    def _code_look(self, code: str) -> Look:
        if code not in self._code_looks:
            fill = self.colours[code]
            self._code_looks[code] = _CELL.but(
                fill=fill, colour=style.ink_on(fill), bold=True, size=9
            )
        return self._code_looks[code]

    @cached_property
    def _code_looks(self) -> dict[str, Look]:
        return {}

    def _person(self, e: int) -> str:
        return self.problem.employees[e].name or self.problem.employees[e].id

    # --- totals per day -------------------------------------------------------------------

    def _day_totals(self) -> None:
        p, at = self.problem, self.rows
        thin = _TOTAL.but(form="0;-0;;@", size=8.5)
        for i, shift in enumerate(p.shifts):
            row = at["codes"] + i
            top = f"thin:{style.HEAD}" if i == 0 else ""
            self._put(row, 1, shift.code, self._code_look(shift.code))
            self._put(row, 2, shift.name, _NAME.but(top=top, fill=style.BAND, size=8.5))
            for d in range(self.n):
                column = letter(self._column(d))
                cell = self.sheet.cell(row, self._column(d))
                lines = self.marks.short.get((shift.code, d))
                look = thin.but(top=top, fill=_DAY_FILL[self._day_class(d)])
                if lines:
                    look = look.but(
                        form="0", bold=True, colour=style.ALARM, fill=style.ALARM_FILL
                    ).boxed(_BROKEN)
                    self.used.add("short")
                people = f"{column}${at['people']}:{column}${at['last']}"
                count = len(self.roster.on_duty[d].get(shift.code, ()))
                self.stylist.formula(
                    cell, Formula(f"=SUMPRODUCT(--EXACT({people},$A{row}))", count), look
                )
                if lines:
                    style.note(cell, lines)
            everyday = sum(len(day.get(shift.code, ())) for day in self.roster.on_duty)
            self._sum_of_row(row, everyday, thin.but(top=top))
            self.sheet.row_dimensions[row].height = 15
        row = at["on_duty"]
        total = _TOTAL.but(bold=True, top=f"thin:{style.HEAD}")
        on_duty = SHEETS["coverage"].column("on_duty").header(self.lang)
        self._put(row, 1, None, total)
        self._put(row, 2, on_duty, total.but(across="left", indent=1))
        for d in range(self.n):
            column = letter(self._column(d))
            self.stylist.formula(
                self.sheet.cell(row, self._column(d)),
                Formula(
                    f"=SUM({column}{at['codes']}:{column}{at['codes_last']})",
                    sum(map(len, self.roster.on_duty[d].values())),
                ),
                total,
            )
        self._sum_of_row(row, sum(c["duties"] for c in duty_counts(self.audit)), total)
        self.sheet.row_dimensions[row].height = 16
        if "short" in at:
            self._short_row(at["short"])

    def _short_row(self, row: int) -> None:
        """People short per day, as the audit found them."""
        look = Look(bold=True, across="center", colour=style.ALARM, bottom=GRID, right=GRID)
        short = SHEETS["coverage"].column("short").header(self.lang)
        self._put(row, 1, None, look)
        self._put(row, 2, short, look.but(across="left", indent=1))
        by_day: dict[int, int] = defaultdict(int)
        for v in self.audit.hard:
            if v.rule == "cover":
                for day in v.when:
                    by_day[self.problem.index_of(day)] += v.amount
        for d in range(self.n):
            lines = self.marks.short_days.get(d)
            cell = self._put(
                row,
                self._column(d),
                by_day.get(d),
                look.but(fill=style.ALARM_FILL).boxed(_BROKEN) if lines else look,
            )
            if lines:
                style.note(cell, lines)
        self._sum_of_row(row, self.audit.shortage, look)
        self.sheet.row_dimensions[row].height = 16

    def _sum_of_row(self, row: int, value: int, look: Look) -> None:
        first, last = letter(_FIRST), letter(self.last_column)
        self.stylist.formula(
            self.sheet.cell(row, self.last_column + 1),
            Formula(f"=SUM({first}{row}:{last}{row})", value),
            look.but(bold=True, fill=style.BAND),
        )

    # --- legend and notes -----------------------------------------------------------------

    def _legend(self) -> None:
        p, row = self.problem, self.rows["legend"]
        roomy = self.n >= 28
        fills, borders = self._marks()
        for column in range(1, self._hours_column + 1):
            title = {
                1: SHEETS["shifts"].name(self.lang),
                self._hours_column: self._count_name("hours"),
            }.get(column)
            self._put(
                row,
                column,
                title,
                _HEADING.but(across="center" if column > 2 else "", shrink=column > 2),
            )
        for i, shift in enumerate(p.shifts, 1):
            self._put(row + i, 1, shift.code, self._code_look(shift.code))
            self._put(row + i, 2, shift.name, Look(size=8.5, indent=1, shrink=True))
            self._put(row + i, 3, shift_hours(shift.segments), Look(size=8.5, indent=1))
            self._put(
                row + i,
                self._hours_column,
                round(shift.paid_minutes / 60, 2),
                Look(size=8.5, across="center"),
            )
        bottom = row + len(p.shifts)
        # borders need a free row between them to be told apart
        for column, title, marks, step in (
            (13, self._word("Shading", "底色"), fills, 1),
            (21, self._word("Borders", "边框"), borders, 2),
        ):
            at = row if roomy else bottom + 2
            column = column if roomy else 1
            self._block_heading(at, column, 7, title if marks else "")
            for i, (look, text) in enumerate(marks):
                self._put(at + 1 + i * step, column, None, look)
                self._put(at + 1 + i * step, column + 1, text, Look(size=8.5, indent=1))
            bottom = max(bottom, at + len(marks) * step)
        column, at = (29, row) if roomy else (1, bottom + 2)
        notes = self._notes()
        self._block_heading(
            at, column, self._right - column + 1 if roomy else 7, self._word("Notes", "说明")
        )
        for i, text in enumerate(notes, 1):
            self._put(at + i, column, text, Look(size=8.5, colour=style.MUTED))
        self.bottom = max(bottom, at + len(notes))
        for r in range(row, self.bottom + 1):
            self.sheet.row_dimensions[r].height = 15

    def _block_heading(self, row: int, column: int, wide: int, title: str) -> None:
        for i in range(wide):
            self._put(row, column + i, None if i else title, _HEADING)

    def _marks(self) -> tuple[list[tuple[Look, str]], list[tuple[Look, str]]]:
        """Look and meaning of every shading and of every border that occurs."""
        w, cell, used = self._word, _CELL.boxed(GRID), self.used
        kinds = {self._day_class(d) for d in range(self.n)}
        fills = (
            ("rest" in kinds, style.WEEKEND, w("day of rest", "周末、休息日")),
            ("holiday" in kinds, style.HOLIDAY, w("statutory holiday", "法定节假日")),
            ("moved" in kinds, _DAY_HEAD["moved"], w("moved workday", "调休上班日")),
            (
                "paid" in used,
                style.PAID_LEAVE,
                w("annual, sick, official leave", "年假、病假、公假"),
            ),
            (
                "unpaid" in used,
                style.UNPAID_LEAVE,
                w("personal, special leave", "事假、特殊事假"),
            ),
            ("absent" in used, "", w("not employed", "未入职或已离职")),
        )
        borders = (
            (self.leads, cell.boxed(_LEAD), w("lead of the week", "本周轮值班长")),
            (
                "handover" in used,
                cell.but(bottom=_HANDOVER),
                w("hand-over of the lead", "轮值交接"),
            ),
            ("pin" in used, cell.boxed(_PIN), w("fixed or pinned", "事先固定或已固定")),
            (
                "changed" in used,
                cell.boxed(_CHANGED),
                w("changed, see comment", "已变更（见批注）"),
            ),
            (
                "broken" in used or self.marks.people or self.marks.days,
                cell.boxed(_BROKEN),
                w("hard rule broken, see comment", "违反硬规则（见批注）"),
            ),
            (
                "advisory" in used,
                cell.boxed(_ADVISORY),
                w("advisory, see comment", "提示（见批注）"),
            ),
            (
                "short" in used,
                cell.but(fill=style.ALARM_FILL).boxed(_BROKEN),
                w("short of cover, see comment", "缺员（见批注）"),
            ),
        )
        return (
            [
                (cell.but(fill=f) if f else _ABSENT.boxed(GRID), t)
                for there, f, t in fills
                if there
            ],
            [(look, text) for there, look, text in borders if there],
        )

    def _notes(self) -> list[str]:
        p, w = self.problem, self._word
        notes = [
            w("An empty cell is a day off.", "空白格为休息。"),
            w(
                "Totals follow changes made by hand; marks do not.",
                "合计随手工修改自动更新，标记不会。",
            ),
            w(
                "After changes by hand: roster audit FILE",
                "手工修改后请运行：roster audit 文件",
            ),
            w(
                "A note that begins with pin keeps its cell: roster solve FILE --keep pinned",
                "批注以“固定”开头的格：roster solve 文件 --keep pinned 时不变",
            ),
        ]
        if p.published_until is not None and p.published_until >= p.start:
            until = day_text(p.published_until).to(self.lang)
            notes.insert(0, w(f"Published until {until}.", f"{until}及以前的排班已发布。"))
        missed = sum(map(len, self.marks.missed.values()))
        if missed:
            notes.append(
                w(
                    f"Wishes not met: {missed} (see comments).",
                    f"未满足的意愿 {missed} 项（见批注）。",
                )
            )
        return notes

    # --- colours that follow changes by hand ----------------------------------------------

    def _live_colours(self) -> None:
        """Colour codes typed later; clear the colour of duties taken away; offer the codes."""
        p, at = self.problem, self.rows
        corner = f"{letter(_FIRST)}{at['people']}"
        whole = f"{corner}:{letter(self.last_column)}{at['last']}"
        offer = DataValidation(
            type="list", formula1=f"$A${at['codes']}:$A${at['codes_last']}", allow_blank=True
        )
        offer.showErrorMessage = False  # leave and days off may be typed too
        offer.add(whole)
        self.sheet.add_data_validation(offer)
        for shift in p.shifts:
            fill = self.colours[shift.code]
            text = shift.code.replace('"', '""')
            self._rule(whole, f'EXACT({corner},"{text}")', fill, style.ink_on(fill))
        steady = [e for e in range(len(p.employees)) if p.employed_days[e] == self.n]
        fills: dict[str, list[int]] = defaultdict(list)
        for d in range(self.n):
            fills[_DAY_FILL[self._day_class(d)] or style.PAPER].append(d)
        for fill, days in fills.items():
            areas = [
                f"{letter(self._column(c[0]))}{at['people'] + r[0]}:"
                f"{letter(self._column(c[-1]))}{at['people'] + r[-1]}"
                for r in _runs(steady)
                for c in _runs(days)
            ]
            if areas:
                first = areas[0].split(":")[0]
                off = f'OR({first}="",{first}="{OFF.zh}",{first}="{OFF.en}")'
                self._rule(" ".join(areas), off, fill, style.INK)

    def _rule(self, area: str, formula: str, fill: str, ink: str) -> None:
        self.sheet.conditional_formatting.add(
            area,
            FormulaRule(
                formula=[formula],
                fill=PatternFill("solid", fgColor="FF" + fill, bgColor="FF" + fill),
                font=Font(color="FF" + ink),
            ),
        )

    # --- page -----------------------------------------------------------------------------

    def _page(self) -> None:
        p, sheet, at = self.problem, self.sheet, self.rows
        ids = max((style.text_width(e.id) for e in p.employees), default=4)
        names = max((style.text_width(e.name) for e in p.employees), default=4)
        names = max([names, *(0.9 * style.text_width(s.name) for s in p.shifts)])
        longest = max((style.text_width(s.code) for s in p.shifts), default=1)
        day = max(5.0, min(longest * 1.15 + 1.8, 12))
        wide = [min(max(ids + 2.5, 7), 18), min(max(names + 3, 10), 24)]
        wide += [day] * self.n
        for column in range(self.last_column + 1, self._right + 1):
            if column < self._first_info:
                wide.append(7.5 if self.lang == "zh" else 9.5)
            else:
                wide.append(8 if self.lang == "zh" else 11)
        style.widths(sheet, wide)
        sheet.freeze_panes = f"{letter(_FIRST)}{at['people']}"
        sheet.sheet_view.showGridLines = False
        sheet.sheet_view.zoomScale = 85
        crowd = len(p.employees)
        style.page(sheet, self.program, paper=8 if crowd > 20 or self.n > 35 else 9)
        sheet.page_setup.fitToHeight = 1 if crowd <= 60 else 0
        sheet.print_title_rows = f"{at.get('leads', at['weekdays'])}:{at['header']}"
        if crowd > 60:
            sheet.print_title_rows = f"1:{at['header']}"
        sheet.print_title_cols = "A:B"
        right = max(self._right, 33 if self.n >= 28 else 12)
        sheet.print_area = f"A1:{letter(right)}{self.bottom}"
        if self.n > _ONE_PAGE:
            self._page_a_month(wide)

    def _page_a_month(self, wide: list[float]) -> None:
        """Print a long horizon a page a calendar month, id and name on each of them."""
        sheet, p = self.sheet, self.problem
        firsts = [d for d, day in enumerate(p.days) if d and day.day == 1]
        for d in firsts:
            sheet.col_breaks.append(Break(id=_FIRST + d - 1))
        starts = [_FIRST - 1, *(_FIRST - 1 + d for d in firsts), len(wide)]
        widest = max(sum(wide[a:b]) for a, b in itertools.pairwise(starts))
        sheet.sheet_properties.pageSetUpPr.fitToPage = False
        sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = None
        sheet.page_setup.scale = min(100, int(100 * _A3_WIDE / (sum(wide[:2]) + widest)))


def grade_word(grade: Grade, lang: str) -> str:
    """Return the word of a grade."""
    return word_text(GRADES, grade.name.lower()).to(lang)


def _runs(numbers: Iterable[int]) -> Iterator[list[int]]:
    """Split ascending numbers into runs without gap."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run
