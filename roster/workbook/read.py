"""From a workbook to a problem and its rules, or to every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from roster.calendar import Calendar, monday_of
from roster.errors import InputError, Issue
from roster.pins import collisions
from roster.plan import Roster
from roster.problem import (
    Demand,
    FixedDuty,
    Leave,
    Problem,
    Request,
    Swap,
    SwapWish,
    Task,
    YearLine,
)
from roster.rule import Level, Registry, Rulebook, RuleSet
from roster.under import under
from roster.words import Text, day_text, days_text, same
from roster.workbook import layout
from roster.workbook import previous as last_month
from roster.workbook.book import Book, Log, Record, Table, read_cell
from roster.workbook.changes import read_changes
from roster.workbook.hidden import read_grid
from roster.workbook.names import Names
from roster.workbook.pins import collision_issue, note_idle, read_pins
from roster.workbook.previous import Past
from roster.workbook.read_past import (
    read_calendar,
    read_carry_over,
    read_history,
    read_swap_wishes,
    read_swaps,
)
from roster.workbook.read_people import read_shifts, read_staff, register_codes
from roster.workbook.read_roster import RosterCells, read_roster
from roster.workbook.read_rules import RulesReader, check_overrides
from roster.workbook.read_settings import read_settings
from roster.workbook.read_work import (
    read_demand,
    read_fixed,
    read_leaves,
    read_requests,
    read_tasks,
)
from roster.workbook.year import read_year

_INPUT = tuple(s.key for s in layout.INPUT_SHEETS)


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A workbook that was read.

    Attributes
    ----------
    path : Path
    problem : Problem
    rules : RuleSet
        In force: the rulebook, the Rules sheet and the overrides.
    notes : tuple of Issue
        What is no fault and yet worth saying.
    settings : dict
        start, end, team, language, country, rulebook, published_until.
    roster : Roster or None
        The Roster sheet, when it was asked for.
    addresses : mapping
        Per sheet key, where each record stands: ``addresses["staff"]["E01"]`` is
        ``Staff!A2``; ``addresses["roster"]["E01", day]`` is the cell of a day.
    records : mapping of str to tuple of Record
        Per sheet key, the rows as typed, for what the problem does not hold (leave
        requests, the swap register).
    language : str
    past : Past or None
        What was taken from last month's result.
    weeks : tuple of (date, str, tuple of (str, str))
        Monday, lead and (post, id) of the Leads sheet; only in last month's result.
    pins : tuple of FixedDuty
        Cells of the Roster sheet that are kept; they are among the problem's fixed duties.
    """

    path: Path
    problem: Problem
    rules: RuleSet
    notes: tuple[Issue, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    roster: Roster | None = None
    addresses: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    records: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    language: str = "zh"
    past: Past | None = None
    weeks: tuple[tuple[date, str, tuple[tuple[str, str], ...]], ...] = ()
    pins: tuple[FixedDuty, ...] = ()

    def swap_cell(self, row: Swap, column: str) -> tuple[str, str]:
        """Return sheet and cell of a column in a row of the register."""
        for record in self.records.get("swaps", ()):
            if record["id"] == row.id:
                sheet, _, cell = record.address(column).rpartition("!")
                return sheet, cell
        sheet, _, cell = row.cell.rpartition("!")
        return sheet, cell


def read(
    path: str | Path,
    registry: Registry,
    *,
    previous: str | Path | None = None,
    overrides: Iterable[str] = (),
    want_roster: bool = False,
    hold_published: bool = True,
    keep: Collection[str] = (),
) -> Loaded:
    """Read a workbook.

    Parameters
    ----------
    path : str or Path
    registry : Registry
        The rules and rulebooks that the file may name.
    previous : str or Path, optional
        Last month's result: history, leads and carry-over come from it where the file
        itself says nothing.
    overrides : iterable of str
        Rules of law to take out.
    want_roster : bool
        Read the Roster sheet too; a file without one is then a fault.
    hold_published : bool
        Days already published are fixed duties. A desk that changes single published duties
        under rules of its own reads the file without.
    keep : collection of str
        `PINNED`: cells of the Roster sheet that somebody pinned are fixed duties too;
        `CHANGED`: so are those changed since the roster was solved. Those that cannot stay
        by the hard rules are faults.

    Returns
    -------
    Loaded

    Raises
    ------
    InputError
        With every fault of the file, and of last month's.
    UsageError
        When an override is no rule of law.
    """
    overrides = check_overrides(registry, overrides)
    faults: list[Issue] = []
    before = None
    if previous is not None:
        try:
            before = _LastMonth(Path(previous), registry).load()
        except InputError as error:
            faults += error.issues
    load = _Load(Path(path), registry, overrides, want_roster, before, keep=keep)
    load.hold_published = hold_published
    try:
        loaded = load.load()
    except InputError as error:
        faults = [*error.issues, *faults]
    if faults:
        error = InputError(*faults)
        settings = getattr(load, "settings", None)
        error.lang = settings.language if settings else None
        raise error
    return loaded


class _Load:
    """One workbook on its way to a problem.

    Each step reads one sheet and reports its faults to the log; a step that needs what
    could not be read leaves its checks out, so that one fault is reported once.
    """

    any_override = False
    hold_published = True
    want = (*_INPUT, "roster", "leads", "carried_in", "changes")
    no_roster = Text(
        "name a file that roster solve wrote, or type the roster on such a sheet",
        "请给出 roster solve 写出的文件，或在该表填写班表",
    )

    def __init__(
        self,
        path: Path,
        registry: Registry,
        overrides: tuple[str, ...] = (),
        want_roster: bool = False,
        before: Loaded | None = None,
        prefix: str = "",
        keep: Collection[str] = (),
    ) -> None:
        self.path, self.registry, self.overrides = path, registry, overrides
        self.want_roster, self.before, self.kinds_kept = want_roster, before, keep
        self.log = Log(prefix)
        # A result that is read for itself tells what came before; else last month's does.
        self.by_itself = before is None and bool(want_roster or keep)
        own = ("year", "days_before") if self.by_itself else ()
        solved = ("solved",) if keep else ()
        self.book = Book(path, self.log, (*self.want, *own, *solved))
        self.names = Names()
        self.addresses: dict[str, dict[Any, str]] = {}
        self.read_back = RosterCells()
        self.leave_of: dict[str, list[Leave]] = {}
        self.jobs: dict[str, str] = {}
        self.mostly_read: dict[str, bool] = {}
        self.unsure: set[str] = set()
        self.kept: dict[str, list[Record]] = {}
        self.staff_rows: dict[str, Record] = {}
        self.pins: dict[tuple[str, date], FixedDuty] = {}
        self.rule_places: dict[tuple[str, str], tuple[Record, str]] = {}

    # --- the order of reading -----------------------------------------------------------

    def load(self) -> Loaded:
        """Read every sheet; raise all faults together."""
        tables = self.book.tables.values()
        titles = [layout.norm(t.layout.en) == layout.norm(t.title) for t in tables]
        lang = "en" if sum(titles) * 2 > len(titles) else "zh"
        for sheet in layout.INPUT_SHEETS:
            if sheet.required and sheet.key not in self.book.tables:
                self.book.missing(sheet, lang)
        self.settings = read_settings(self.book, self.log, self.registry, lang)
        self.addresses["settings"] = {
            key: self.log.prefix + record.address("value")
            for key, record in self.settings.records.items()
            if not record.row.raw("value").empty
        }
        codes_twice = register_codes(self)
        self.employees = read_staff(self)
        self.shifts = read_shifts(self, codes_twice)
        self.calendar = Calendar(self.settings.country, read_calendar(self))
        demand = read_demand(self)
        self.leaves = read_leaves(self)
        requests = read_requests(self)
        fixed = read_fixed(self)
        self.tasks: list[Task] = read_tasks(self)
        history = read_history(self)
        carry = read_carry_over(self)
        carried_in = {}
        if self.by_itself:
            carried_in = read_carry_over(self, "carried_in")
            history = {**self._days_before(), **history}
        year = read_year(self)
        swaps = read_swaps(self)
        wishes = read_swap_wishes(self)
        rules = self._rules()
        published = self._roster(fixed)
        self.told = self._told(rules)
        weeks = last_month.read_weeks(self) if self._weeks_matter(rules) else ()
        if self.log.faults:
            raise InputError(*self.log.faults)
        return self._finish(
            rules,
            demand,
            requests,
            {**fixed, **published},
            history,
            carried_in,
            carry,
            swaps,
            wishes,
            weeks,
            year,
        )

    def _finish(
        self,
        rules: RuleSet,
        demand: list[Demand],
        requests: list[Request],
        fixed: Mapping[tuple[str, date], FixedDuty],
        history: dict[tuple[str, date], str | None],
        carried_in: dict[str, dict[str, Any]],
        carry: dict[str, dict[str, Any]],
        swaps: list[Swap],
        wishes: list[SwapWish],
        weeks: tuple,
        year: tuple[YearLine, ...],
    ) -> Loaded:
        past = None
        known = {s.code for s in self.shifts}
        if self.before is not None:
            past = last_month.past_of(self.before, self.settings.start, self.settings.end)
            last_month.check(
                past,
                self.log,
                self.employees,
                known,
                self.settings.start,
                rules.look_back,
                leads_asked="lead_rotation" in rules
                and rules["lead_rotation"].level is not Level.OFF
                and any(p.rotation for p in self.employees.values())
                and not any("last_lead_week" in fields for fields in carry.values()),
            )
        if self.log.faults:
            raise InputError(*self.log.faults)
        problem = Problem(
            start=self.settings.start,
            end=self.settings.end,
            employees=tuple(self.employees.values()),
            shifts=tuple(self.shifts),
            demand=tuple(demand),
            leaves=tuple(self.leaves),
            requests=tuple(requests),
            fixed=tuple(fixed.values()),
            swaps=last_month.merge_swaps(past, swaps, self.employees),
            swap_wishes=tuple(wishes),
            history=last_month.merge_history(past, history, self.employees, known),
            carry_over=last_month.merge_carry_over(past, carried_in, carry, self.employees),
            leads=last_month.leads(past, self.employees),
            lead_turn=last_month.lead_turn(past, carried_in, carry, self.employees),
            posts_held=self._posts_held(past, weeks, carried_in, carry),
            year=last_month.year(past, year, self.employees),
            tasks=tuple(self.tasks),
            calendar=self.calendar,
            team=self.settings.team,
            language=self.settings.language,
            published_until=self.settings.published_until,
            published=self.told[0],
            notice_from=self.told[1],
        )
        problem = under(problem, rules)
        if not self.any_override:
            self._flaws(problem, rules)
        if self.kinds_kept:
            self._collisions(problem, rules)
        self._last_notes(problem, rules)
        return Loaded(
            path=self.path,
            problem=problem,
            rules=rules,
            notes=self.log.notes,
            settings=self.settings.as_dict(),
            roster=self._as_roster(problem, weeks),
            addresses=self.addresses,
            records={k: tuple(v) for k, v in self.kept.items()},
            language=self.settings.language,
            past=past,
            weeks=weeks,
            pins=tuple(self.pins.values()),
        )

    # --- helpers ------------------------------------------------------------------------

    def records(self, key: str, **special: Callable) -> list[Record]:
        """Return the rows of a sheet with every cell read.

        Parameters
        ----------
        key : str
            Of the sheet.
        **special
            Parsers that replace those of a column type.
        """
        table = self.book.tables.get(key)
        if table is None:
            return []
        readers = {**self.names.readers(), **special}
        columns = [(c, readers[c.type]) for c in table.layout.columns]
        out = []
        for row in table.rows:
            record = Record(row, self.log, {})
            for column, parse in columns:
                if column.key in table.columns:
                    value = read_cell(record, column, row.raw(column.key), parse)
                    record.set(column.key, value)
                elif column.required:
                    record.spoil(column.key)
            out.append(record)
        return out

    def place(self, key: str, record_id: Any, record: Record, column: str) -> str:
        """Remember and return where a record stands."""
        address = self.log.prefix + record.address(column)
        self.addresses.setdefault(key, {}).setdefault(record_id, address)
        return address

    def backwards(self, record: Record, first: str, last: str, what: Text) -> bool:
        """Report a pair that runs backwards, at its first cell."""
        low, high = record[first], record[last]
        if low is None or high is None or low <= high:
            return False
        labels = record.row.table.layout
        raw = record.row.raw(last).text
        a, b = labels.column(first).text, labels.column(last).text
        record.fault(
            first,
            what,
            Text(f"{a.en} at most {b.en}, {raw}", f"{a.zh} 不超过 {b.zh}（{raw}）"),
        )
        return True

    @property
    def period(self) -> tuple[date, date] | None:
        """First and last day, None when Settings could not be read."""
        start, end = self.settings.start, self.settings.end
        return (start, end) if start is not None and end is not None else None

    def outside(self, first: date, last: date) -> bool:
        """Tell whether a part of the span lies outside the period."""
        return self.period is not None and (first < self.period[0] or last > self.period[1])

    def outside_fault(self, record: Record, key: str, *, note: bool = False) -> None:
        record.fault(
            key,
            Text("a date outside the period", "日期不在排班期内"),
            same(f"{self.period[0]}..{self.period[1]}"),
            note=note,
        )

    def days_in_period(self, record: Record, key: str) -> list[date]:
        """Return the days of a ``dates`` cell; one outside the period is a fault."""
        spans = record[key] or ()
        if any(self.outside(first, last) for first, last in spans):
            self.outside_fault(record, key)
            return []
        return sorted(
            {
                first + timedelta(days=i)
                for first, last in spans
                for i in range((last - first).days + 1)
            }
        )

    def on_leave(self, person: str, day: date) -> Leave | None:
        """Return the approved leave of a person on a day."""
        for leave in self.leave_of.get(person, ()):
            if leave.first <= day <= leave.last:
                return leave
        return None

    def _rules(self) -> RuleSet:
        book = self.registry.rulebook(self.settings.rulebook) or Rulebook(
            id=self.settings.rulebook, title=same("")
        )
        reader = RulesReader(
            self.registry,
            book,
            self.overrides,
            self.names,
            self.jobs,
            any_override=self.any_override,
        )
        rules = reader.rule_set(self.records("rules"))
        self.addresses["rules"] = reader.addresses
        self.rule_places = reader.places
        return rules

    def _weeks_matter(self, rules: RuleSet) -> bool:
        """Tell whether the Leads sheet says anything that is needed: who holds which post."""
        until = self.settings.published_until
        return (self.want_roster or until is not None) and any(
            r.id == "committee_rotation" for r in rules.checked
        )

    def _flaws(self, problem: Problem, rules: RuleSet) -> None:
        """Report settings of rules that contradict the team, each at its cell."""
        for rule in rules.enforced:
            for flaw in rule.flaws(problem):
                title, _, cell = flaw.cell.partition("!")
                if flaw.staff in self.staff_rows:
                    record, key = self.staff_rows[flaw.staff], flaw.column
                elif cell:
                    record, key = None, ""
                else:
                    settings = self.settings.records.get("rulebook")
                    there = self.rule_places.get((rule.id, flaw.parameter))
                    record, key = there or (settings, "value")
                what = Text(f"{rule.id}: {flaw.what.en}", f"{rule.id}：{flaw.what.zh}")
                if record is None:
                    title = title or layout.SHEETS["settings"].name(problem.language)
                    self.log.fault(
                        what,
                        place=(title, cell),
                        found=flaw.found,
                        expected=flaw.expected,
                        hint=flaw.hint,
                    )
                else:
                    record.fault(key, what, flaw.expected, flaw.hint, found=flaw.found or None)
        if self.log.faults:
            raise InputError(*self.log.faults)

    def _collisions(self, problem: Problem, rules: RuleSet) -> None:
        """Report kept cells that the hard rules do not let stand together."""
        found = collisions(problem, rules)
        if found:
            raise InputError(*map(collision_issue, found))

    # --- the Roster sheet ---------------------------------------------------------------

    def _roster(
        self, fixed: Mapping[tuple[str, date], FixedDuty]
    ) -> dict[tuple[str, date], FixedDuty]:
        """Read the Roster sheet where it is needed; return the days already published."""
        until = self.settings.published_until
        published = until is not None and self.period and until >= self.period[0]
        published = published and self.hold_published
        table = self.book.tables.get("roster")
        if not published and not self.want_roster and not self.kinds_kept:
            if table is not None:
                note_idle(self, table)
            return {}
        sheet = layout.SHEETS["roster"].text
        if table is None:
            what = Text(f"there is no sheet {sheet.en}", f"没有《{sheet.zh}》工作表")
            if published:
                hint = Text(
                    "solve last time's result file, or empty this cell",
                    "请用上次的结果文件求解，或清空此单元格",
                )
                self.settings.record("published_until").fault("value", what, hint=hint)
            else:
                place = (sheet.to(self.settings.language), "")
                self.log.fault(what, place=place, hint=self.no_roster)
            return {}
        if self.period is None:
            return {}
        self.read_back = read_roster(
            table, self.names, self.log, *self.period, self.employees, self.on_leave
        )
        self.addresses["roster"] = {
            k: self.log.prefix + v for k, v in self.read_back.addresses.items()
        }
        days: dict[tuple[str, date], FixedDuty] = {}
        if published:
            days = self._published(table, fixed, until)
        if self.kinds_kept:
            self.pins = read_pins(self, table, fixed, days)
            days |= self.pins
        return days

    def _published(
        self, table: Table, fixed: Mapping[tuple[str, date], FixedDuty], until: date
    ) -> dict[tuple[str, date], FixedDuty]:
        """Return the days already published."""
        days = {
            (person, day): FixedDuty(
                staff=person,
                day=day,
                shift=self._still_valid(table.title, person, day, code),
                cell=self.addresses["roster"][person, day],
            )
            for (person, day), code in self.read_back.cells.items()
            if day <= until
        }
        for key, duty in fixed.items():
            if key in days and days[key].shift != duty.shift:
                title, _, cell = duty.cell.partition("!")
                self.log.fault(
                    Text(
                        "the day is already published; its duty stays as it is",
                        "该日已发布，按已发布的安排",
                    ),
                    place=(title, cell),
                    note=True,
                    found=f"{duty.shift or 'off'} {duty.day}",
                    expected=Text(days[key].shift or "off", days[key].shift or "休"),
                )
        return days

    def _days_before(self) -> dict[tuple[str, date], str | None]:
        """Return the duties before the first day that a result has kept."""
        table = self.book.tables.get("days_before")
        if table is None or self.period is None:
            return {}
        codes = {None, *(s.code for s in self.shifts)}
        return {
            (person, day): code
            for (person, day), code in read_grid(table, self.names).items()
            if day < self.period[0] and code in codes
        }

    def _told(self, rules: RuleSet) -> tuple[dict[tuple[str, date], str | None], date | None]:
        """Return what people were told that they have, and from when on notice counts.

        A roster that is looked at tells it on its Changes sheet; a new one is compared with
        the one that the file has, where ``stability`` asks for it.
        """
        if self.any_override:
            return {}, None
        if self.want_roster:
            return read_changes(self)
        table = self.book.tables.get("roster")
        asked = "stability" in rules and rules["stability"].level is not Level.OFF
        if not asked or table is None or self.period is None:
            return {}, None
        if not self.read_back.cells:
            self.read_back = read_roster(
                table, self.names, self.log, *self.period, self.employees, self.on_leave
            )
        until, (start, _) = self.settings.published_until, self.period
        since = start if until is None else max(start, until + timedelta(days=1))
        return dict(self.read_back.cells), since

    def _still_valid(self, title: str, person: str, day: date, code: str | None) -> str | None:
        """Return the published code, off where leave or leaving came after it."""
        if code is None or (
            self.on_leave(person, day) is None and self.employees[person].employed_on(day)
        ):
            return code
        cell = self.addresses["roster"][person, day].rpartition("!")[2]
        self.log.fault(
            Text(
                "a published duty of somebody who is absent by now is left out",
                "已发布的班与后来的请假或离职冲突，按休息处理",
            ),
            place=(title, cell),
            found=code,
            note=True,
        )
        return None

    def _as_roster(self, problem: Problem, weeks: tuple) -> Roster | None:
        if not self.want_roster:
            return None
        cells = self.read_back.cells
        index = problem.employee_index
        held = last_month.posts_of(weeks, lambda monday: monday in problem.mondays)
        posts = ((m, post, index[i]) for m, post, i in held if post in problem.posts)
        return Roster(
            problem,
            tuple(
                tuple(cells.get((p.id, day)) for day in problem.days) for p in problem.employees
            ),
            tuple(sorted(posts)),
        )

    def _posts_held(
        self, past: last_month.Past | None, weeks: tuple, *carried: Mapping[str, Any]
    ) -> tuple[tuple[date, str, str], ...]:
        """Return committee terms that stay: of earlier weeks, and of weeks published."""
        typed = {
            (monday, post): staff
            for sheet in carried
            for staff, fields in sheet.items()
            for monday, post in fields.get("terms", ())
            if monday < self.settings.start
        }
        known = {(m, post): staff for m, post, staff in past.posts} if past is not None else {}
        held = tuple(
            (monday, post, staff)
            for (monday, post), staff in sorted({**known, **typed}.items())
        )
        until = self.settings.published_until
        if until is not None and self.hold_published:
            first = monday_of(self.settings.start)
            held += last_month.posts_of(weeks, lambda monday: first <= monday <= until)
        return tuple(x for x in held if x[2] in self.employees)

    # --- notes at the end ---------------------------------------------------------------

    def _last_notes(self, problem: Problem, rules: RuleSet) -> None:
        for swap in problem.swaps:
            back = swap.return_day
            if swap.past and back is not None and problem.start <= back <= problem.end:
                day = day_text(back)
                self.log.fault(
                    Text(
                        f"last month's swap {swap.id}: {swap.partner} owes {swap.applicant} "
                        f"the duty of {day.en}",
                        f"上月换班 {swap.id}：{swap.partner} 应还 {swap.applicant} "
                        f"{day.zh}的班",
                    ),
                    hint=Text(
                        "copy the row into this register with status approved, then roster "
                        "swap apply",
                        "把该行抄入本月登记表，状态填批准，再用 roster swap apply 执行",
                    ),
                    note=True,
                    warning=True,
                )
        named = {d.year for d in self.calendar.overrides}
        for year in self.calendar.years_without_notice(problem.start, problem.end):
            if year not in named:
                self.log.fault(
                    Text(
                        f"the holiday notice of {year} is not known: moved days are missing",
                        f"{year} 年放假安排尚未收录：缺少调休日",
                    ),
                    hint=Text(
                        "name moved days on the Calendar sheet", "在《日历》表填写调休的日子"
                    ),
                    note=True,
                    warning=True,
                )
        look_back = rules.look_back
        people, earliest = 0, 0
        for e in range(len(problem.employees)):
            unknown = [
                d
                for d in range(-look_back, min(problem.first_known[e], 0))
                if problem.employed(e, d)
            ]
            if unknown:
                people, earliest = people + 1, min(earliest, unknown[0])
        if people:
            days = days_text((problem.date_of(earliest), problem.date_of(-1)))
            self.log.fault(
                Text(
                    f"{people} people: duties of {days.en} are not all known; "
                    "unknown days count as off",
                    f"{people} 人在{days.zh}的班次不全；未知的按休息计",
                ),
                hint=Text(
                    "--previous with last month's result, or the History sheet",
                    "用 --previous 给出上月结果，或填写《历史》表",
                ),
                note=True,
            )

    def keep(self, key: str) -> list[Record]:
        """Read the rows of a sheet and keep them as typed."""
        self.kept[key] = self.records(key)
        return self.kept[key]


class _LastMonth(_Load):
    """Last month's result, as far as this month needs it."""

    any_override = True

    def __init__(self, path: Path, registry: Registry) -> None:
        super().__init__(path, registry, want_roster=True, prefix=f"[{path.name}]")

    def _weeks_matter(self, rules: RuleSet) -> bool:
        return True
