"""The public shift-scheduling instances as a `Problem` under the project's own rules.

The text has seven sections (horizon, shifts, staff, days off, requests for and against a
shift, cover). Every one of its rules is one of ours, with the numbers of the file:

=========================================  ================================================
in the text                                here
=========================================  ================================================
one shift a day                            a cell holds one code
shifts that cannot follow                  ``successions``, by the shift's *not before*
most of each shift                         ``shift_limits``
least and most minutes                     ``monthly_hours``
most consecutive shifts                    ``max_consecutive_days``
fewest consecutive shifts                  ``min_consecutive_days``, hard
fewest consecutive days off                ``min_consecutive_days_off``, hard
most weekends                              ``max_weekends``
days off                                   ``availability``, by fixed days off
requests for and against a shift           ``wishes``, each with its weight
cover, with weights for under and over     ``cover``: target and max, min 0
=========================================  ================================================

The edges of the horizon are read alike on both sides: nothing is known before the first day
and after the last, so a run that touches either is not too short, and no run goes on there.
All other rules are off, the calendar has no holidays, and the first day is a Monday. Shifts
have a length but no time of day; they begin at midnight here, which no rule in force sees.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from pathlib import Path

from constraints import REGISTRY
from roster.calendar import Calendar
from roster.errors import InputError, Issue
from roster.problem import (
    DAY_MINUTES,
    Days,
    Demand,
    Employee,
    FixedDuty,
    Problem,
    Request,
    Shift,
    Want,
)
from roster.rule import Level, RuleSet
from roster.words import same

FIRST_DAY = date(2024, 1, 1)
"""A Monday, as every instance begins on one."""

_SECTIONS = (
    "SECTION_HORIZON",
    "SECTION_SHIFTS",
    "SECTION_STAFF",
    "SECTION_DAYS_OFF",
    "SECTION_SHIFT_ON_REQUESTS",
    "SECTION_SHIFT_OFF_REQUESTS",
    "SECTION_COVER",
)

_LEVELS = {
    **dict.fromkeys(
        (
            "availability",
            "cover",
            "max_consecutive_days",
            "max_weekends",
            "min_consecutive_days",
            "min_consecutive_days_off",
            "monthly_hours",
            "one_duty",
            "shift_limits",
            "successions",
        ),
        Level.HARD,
    ),
    "wishes": Level.SOFT,
}
_MOST = 10_000_000


def rules_in_force() -> RuleSet:
    """Return the project's rules with all those off that the instances do not know."""
    levels = {r.id: _LEVELS.get(r.id, Level.OFF) for r in REGISTRY.rules}
    made = {r.id: dataclasses.replace(r(), level=levels[r.id]) for r in REGISTRY.rules}
    return REGISTRY.rule_set(made, "standard")


def read_instance(path: Path) -> Problem:
    """Read an instance.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Problem

    Raises
    ------
    InputError
        With every fault of the file, each with its line.
    OSError
        When the file cannot be read.
    """
    return parse_instance(path.read_text(encoding="utf-8-sig"), path.name)


def parse_instance(text: str, name: str) -> Problem:
    """Read an instance from its text; `name` is what faults call the file."""
    file = _File(text, name)
    n_days = _horizon(file)
    shifts = _shifts(file)
    codes = {s.code for s in shifts}
    staff = _staff(file, codes)
    people = {p.id for p in staff} | {fields[0] for _, fields in file.rows("SECTION_STAFF")}
    problem = Problem(
        start=FIRST_DAY,
        end=FIRST_DAY + timedelta(days=max(1, n_days) - 1),
        employees=staff,
        shifts=shifts,
        fixed=tuple(_days_off(file, people, n_days)),
        requests=(
            *_requests(file, "SECTION_SHIFT_ON_REQUESTS", Want.SHIFT, people, codes, n_days),
            *_requests(file, "SECTION_SHIFT_OFF_REQUESTS", Want.NOT, people, codes, n_days),
        ),
        demand=tuple(_cover(file, codes, n_days)),
        weekly_lead=False,
        calendar=Calendar(country=None),
        team=name,
        language="en",
    )
    if file.issues:
        raise InputError(*file.sorted())
    return problem


class _File:
    """The lines of an instance by section, and the faults found so far."""

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self.issues: list[tuple[int, Issue]] = []
        self._rows: dict[str, list[tuple[int, list[str]]]] = {}
        section = ""
        for number, line in enumerate(text.splitlines(), 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith("SECTION_"):
                section = line
                if section not in _SECTIONS:
                    self.fault(number, "unknown section", line, ", ".join(_SECTIONS))
                elif section in self._rows:
                    self.fault(number, "section given twice", line)
                self._rows.setdefault(section, [])
            elif not section:
                self.fault(number, "line before the first section", line, _SECTIONS[0])
            else:
                self._rows[section].append((number, [w.strip() for w in line.split(",")]))
        for section in _SECTIONS:
            if section not in self._rows:
                self.fault(0, "section missing", expected=section)

    def fault(self, line: int, what: str, found: str = "", expected: str = "") -> None:
        """Note a fault; line 0 is the file as a whole."""
        where = f"{self._name}:{line}" if line else self._name
        issue = Issue(sheet=where, what=same(what), found=found, expected=same(expected))
        self.issues.append((line, issue))

    def sorted(self) -> list[Issue]:
        """Return the faults in the order of the lines."""
        return [issue for _, issue in sorted(self.issues, key=lambda pair: pair[0])]

    def rows(self, section: str) -> list[tuple[int, list[str]]]:
        """Return line number and fields of each line of a section."""
        return self._rows.get(section, [])

    def of_length(self, section: str, names: str) -> Iterator[tuple[int, list[str]]]:
        """Yield the lines of a section that have as many fields as `names` has."""
        for line, fields in self.rows(section):
            if len(fields) == len(names.split(",")):
                yield line, fields
            else:
                self.fault(line, "wrong number of fields", ",".join(fields), names)

    def number(self, line: int, what: str, word: str, low: int, high: int) -> int | None:
        """Return a whole number in ``low..high``, None after a fault."""
        digits = word.removeprefix("-") if word.strip("-0") == "" else word  # -0 is nobody
        if digits.isascii() and digits.isdigit() and low <= int(digits) <= high:
            return int(digits)
        self.fault(line, f"{what}: wrong number", word, f"a whole number, {low} to {high}")
        return None

    def known(self, line: int, what: str, word: str, words: Collection[str]) -> str | None:
        """Return a word that must be one of `words`, None after a fault."""
        if word in words:
            return word
        self.fault(line, f"unknown {what}", word)
        return None

    def new(self, line: int, what: str, word: str, words: Collection[str]) -> bool:
        """Tell whether a word is none of `words` yet; a fault when it is, or is empty."""
        if word and word not in words:
            return True
        self.fault(line, f"{what} {'given twice' if word else 'missing'}", word)
        return False


def _horizon(file: _File) -> int:
    rows = file.rows("SECTION_HORIZON")
    if len(rows) != 1 or len(rows[0][1]) != 1:
        line = rows[0][0] if rows else 0
        file.fault(line, "horizon: one line with the days", f"{len(rows)} lines", "one number")
        return 0
    return file.number(rows[0][0], "days", rows[0][1][0], 1, 3660) or 0


def _shifts(file: _File) -> tuple[Shift, ...]:
    rows = list(file.of_length("SECTION_SHIFTS", "shift,minutes,cannot follow"))
    codes = {fields[0] for _, fields in rows}
    made: dict[str, Shift] = {}
    for line, (code, length, after) in rows:
        if not file.new(line, "shift", code, made):
            continue
        minutes = file.number(line, "minutes", length, 1, DAY_MINUTES)
        others = [w.strip() for w in after.split("|") if w.strip()]
        for other in others:
            file.known(line, "shift", other, codes)
        made[code] = Shift(
            code=code, segments=((0, minutes or 1),), not_before=frozenset(others)
        )
    if not made:
        file.fault(0, "no shifts")
    return tuple(made.values())


def _staff(file: _File, codes: Collection[str]) -> tuple[Employee, ...]:
    names = (
        "id,most of each shift,most minutes,least minutes,most consecutive shifts,"
        "fewest consecutive shifts,fewest consecutive days off,most weekends"
    )
    labels = names.split(",")[2:]
    made: dict[str, Employee] = {}
    for line, fields in file.of_length("SECTION_STAFF", names):
        if not file.new(line, "employee", fields[0], made):
            continue
        limits: dict[str, int] = {}
        for pair in filter(None, fields[1].split("|")):
            code, sign, most = pair.partition("=")
            if not sign:
                file.fault(line, "most of a shift", pair, "shift=number")
            elif file.known(line, "shift", code, codes) and file.new(
                line, "shift", code, limits
            ):
                limits[code] = file.number(line, f"most {code}", most, 0, _MOST) or 0
        # The rules take a limit on runs of one day at least.
        lows = (0, 0, 1, 1, 1, 0)
        numbers = [
            file.number(line, label, word, low, _MOST)
            for label, word, low in zip(labels, fields[2:], lows)
        ]
        most, least, run, shortest, off, weekends = numbers
        made[fields[0]] = Employee(
            id=fields[0],
            shift_limits=limits,
            max_minutes=most,
            min_minutes=least,
            max_consecutive_days=run,
            min_consecutive_days=shortest,
            min_consecutive_days_off=off,
            max_weekends=weekends,
        )
    if not made:
        file.fault(0, "no staff")
    return tuple(made.values())


def _date(d: int) -> date:
    return FIRST_DAY + timedelta(days=d)


def _days_off(file: _File, people: Collection[str], n_days: int) -> Iterator[FixedDuty]:
    for line, (staff, *days) in file.rows("SECTION_DAYS_OFF"):
        who = file.known(line, "employee", staff, people)
        numbers = [file.number(line, "day", w, 0, n_days - 1) for w in days]
        for d in dict.fromkeys(numbers):
            if who is not None and d is not None:
                yield FixedDuty(staff=who, day=_date(d), shift=None, cell=f"line {line}")


def _requests(
    file: _File,
    section: str,
    want: Want,
    people: Collection[str],
    codes: Collection[str],
    n_days: int,
) -> Iterator[Request]:
    for line, (staff, day, shift, weight) in file.of_length(section, "id,day,shift,weight"):
        who = file.known(line, "employee", staff, people)
        d = file.number(line, "day", day, 0, n_days - 1)
        code = file.known(line, "shift", shift, codes)
        points = file.number(line, "weight", weight, 0, _MOST)
        if None not in (who, d, code, points):
            yield Request(
                staff=who,
                day=_date(d),
                want=want,
                shift=code,
                weight=points,
                cell=f"line {line}",
            )


def _cover(file: _File, codes: Collection[str], n_days: int) -> Iterator[Demand]:
    names = "day,shift,people,weight for under,weight for over"
    seen: set[str] = set()
    for line, fields in file.of_length("SECTION_COVER", names):
        d = file.number(line, "day", fields[0], 0, n_days - 1)
        code = file.known(line, "shift", fields[1], codes)
        people, under, over = (
            file.number(line, label, word, 0, _MOST)
            for label, word in zip(("people", "under", "over"), fields[2:])
        )
        if None in (d, code, people, under, over):
            continue
        if not file.new(line, "day and shift", f"{d},{code}", seen):
            continue
        seen.add(f"{d},{code}")
        yield Demand(
            days=Days.DATE,
            first=_date(d),
            last=_date(d),
            shifts=frozenset({code}),
            target=people,
            max=people,
            under_weight=under,
            over_weight=over,
            cell=f"line {line}",
        )
