"""Read a case: a text file with a small problem, a roster and what breaks the rule.

The first lines up to the first empty one say in a sentence what the case shows. Then one
fact a line, most of them may be missing::

    start     2026-12-07                      first day of the roster
    holidays  CN                              the statutory ones; none without this line
    day       2026-12-12 workday              a day that counts as something else
    shift     N 22:00-06:00 night not_before=D,E
    person    E01 senior leader max_hours=160
    rule      days=3 kinds=day,night          parameters, as on the Rules sheet
    demand    every N min=1 target=2 max=3    or workday, rest, holiday, Mon, a date, a span
    leave     E01 2026-12-09..2026-12-11 annual approved asked_at=2026-12-08T09:00
              (further: asked_by= stand_in= approved_by= exceptional certificate)
    wish      E01 2026-12-09 not N weight=3
    fixed     E01 2026-12-09 off
    carry     E01 nights=4 hours=160
    lead      2026-11-30 E01                  who led the week of that Monday
    posts     morale,vitality                 committee posts; none without this line
    term      2026-11-30 morale E01           who is known to hold a post in that week
    holds     2026-12-07 morale E02           who holds it in the roster
    task      clean Fri shifts=E post=lead people=2
    desk      E01 2026-12 quality training=callback
    published E01 2026-12-07 D.NN             what people were told, from that day on
    notice    2026-12-08                      from when on the notice of a change counts
    swap      7 E01 2026-12-09 E02 return=2026-12-11 status=applied ring=R1
    sign      7 manager=yes partner_agrees=no override_by=Wu asked_at=2026-12-08T09:00

    roster
          MTWTFSS                             a line without a person is a heading
    E01   NN|D.NN..S                          history | days of the roster, . is off

    expect
    E01 2026-12-09 amount 1                   who, days, amount; - for nobody or no day

In a history ``?`` is a day without an entry. ``expect`` followed by ``none`` is a roster that
keeps the rule. A day that is named must be one of the violation's days.

In a case of a rule of swaps the roster stands as published, and each line of ``expect`` is
what the rule says of a row: ``7 held``, ``7 broken`` or ``7 manager``, with a word of the
evidence after it where that matters. So too in a case of a rule of leave, where the row is
the number of the ``leave`` line, and ``2 awaited`` says that it is held and awaits something.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from constraints import REGISTRY
from roster.calendar import Calendar, DayKind, NamedDay, monday_of
from roster.plan import Roster
from roster.problem import (
    SIGNATURES,
    CarryOver,
    Days,
    Demand,
    DeskSpell,
    Employee,
    FixedDuty,
    Grade,
    Leave,
    LeaveKind,
    Problem,
    Protection,
    Request,
    Shift,
    ShiftKind,
    Status,
    Swap,
    Task,
    Want,
)
from roster.rule import Rule

FOLDER = Path(__file__).parent / "cases"
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Expected:
    """One violation that the case asks for.

    Attributes
    ----------
    who : frozenset of str
    days : frozenset of date
        Days that the violation names, among others.
    amount : int
    case : str or None
        Which of the rule's sentences; None when the file does not say.
    """

    who: frozenset[str]
    days: frozenset[date]
    amount: int
    case: str | None


@dataclass(frozen=True)
class Case:
    """A case as read from its file.

    Attributes
    ----------
    name : str
    about : str
    rule : Rule
    roster : Roster
    expected : tuple of Expected
    answers : tuple of (str, str, str)
        Of a rule of the desk: row, outcome, and what its evidence says among other things.
    """

    name: str
    about: str
    rule: Rule
    roster: Roster
    expected: tuple[Expected, ...]
    answers: tuple[tuple[str, str, str], ...] = ()

    @property
    def problem(self) -> Problem:
        """The problem of the roster."""
        return self.roster.problem


def files() -> list[Path]:
    """Return every case file."""
    return sorted(FOLDER.glob("*/*.txt"))


def of_roster() -> list[Path]:
    """Return the files of the rules of the roster."""
    return [p for p in files() if not REGISTRY.rule(p.parent.name).judges]


def of_swaps() -> list[Path]:
    """Return the files of the rules of swaps."""
    return [p for p in files() if REGISTRY.rule(p.parent.name).judges == "swap"]


def of_leave() -> list[Path]:
    """Return the files of the rules of leave."""
    return [p for p in files() if REGISTRY.rule(p.parent.name).judges == "leave"]


def read(path: Path) -> Case:
    """Read one case; the folder's name is the rule's id."""
    about, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    reader = _Reader(path.parent.name)
    section = ""
    for number, line in enumerate(body.splitlines(), about.count("\n") + 3):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if words in (["roster"], ["expect"]):
            section = words[0]
            continue
        try:
            getattr(reader, section or "header")(words)
        except (ValueError, KeyError, AttributeError, IndexError) as error:
            raise ValueError(f"{path}:{number}: {line.strip()!r}: {error!r}") from error
    return reader.case(f"{path.parent.name}/{path.stem}", " ".join(about.split()))


def _span(text: str) -> tuple[date, date]:
    first, _, last = text.partition("..")
    return date.fromisoformat(first), date.fromisoformat(last or first)


def _options(words: list[str]) -> dict[str, str]:
    return {k: v for k, _, v in (w.partition("=") for w in words)}


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split(","))


def _when(word: str) -> dict[str, object]:
    """Return what a row says of its days."""
    if word == "every":
        return {}
    if word in ("workday", "rest"):
        return {"days": Days.KIND, "kind": DayKind(word)}
    if word == "holiday":
        return {"days": Days.HOLIDAY}
    if word in _WEEKDAYS:
        return {"days": Days.WEEKDAY, "weekday": _WEEKDAYS.index(word)}
    first, last = _span(word)
    return {"days": Days.SPAN if ".." in word else Days.DATE, "first": first, "last": last}


class _Reader:
    """Collects the lines of one file."""

    def __init__(self, rule_id: str) -> None:
        self.rule = REGISTRY.rule(rule_id)()
        self.lists: dict[str, list] = {
            k: []
            for k in ("shift", "person", "demand", "leave", "wish", "fixed", "lead", "task")
        }
        self.swaps: dict[str, Swap] = {}
        self.answers: list[tuple[str, str, str]] = []
        self.carried: dict[str, CarryOver] = {}
        self.days: dict[date, NamedDay] = {}
        self.start: date | None = None
        self.country: str | None = None
        self.rows: dict[str, str] = {}
        self.expected: list[Expected] | None = None
        self.leave_minutes = 480
        self.posts: tuple[str, ...] = ()
        self.terms: list[tuple[date, str, str]] = []
        self.holds: list[tuple[date, str, str]] = []
        self.desks: list[DeskSpell] = []
        self.told: dict[tuple[str, date], str | None] = {}
        self.notice: date | None = None

    def header(self, words: list[str]) -> None:
        """Read a fact."""
        key, rest = words[0], words[1:]
        if key in self.lists:
            self.lists[key].append(getattr(self, f"_{key}")(rest))
            return
        match key:
            case "start":
                self.start = date.fromisoformat(rest[0])
            case "holidays":
                self.country = rest[0]
            case "day":
                self.days[date.fromisoformat(rest[0])] = NamedDay(DayKind(rest[1]))
            case "rule":
                for name, value in _options(rest).items():
                    self.rule = self.rule.with_parameter(name, value)
            case "leave_hours":
                self.leave_minutes = int(rest[0]) * 60
            case "swap":
                self.swaps[rest[0]] = self._swap(rest)
            case "sign":
                self.swaps[rest[0]] = self._signed(self.swaps[rest[0]], _options(rest[1:]))
            case "published":
                first = date.fromisoformat(rest[1])
                for i, code in enumerate(rest[2]):
                    on = first + timedelta(days=i)
                    self.told[rest[0], on] = None if code == "." else code
            case "notice":
                self.notice = date.fromisoformat(rest[0])
            case "posts":
                self.posts = tuple(rest[0].split(","))
            case "term":
                self.terms.append((date.fromisoformat(rest[0]), rest[1], rest[2]))
            case "holds":
                self.holds.append((date.fromisoformat(rest[0]), rest[1], rest[2]))
            case "desk":
                month = date.fromisoformat(f"{rest[1]}-01")
                self.desks.append(
                    DeskSpell(staff=rest[0], month=month, desk=rest[2], **_options(rest[3:]))
                )
            case "carry":
                self.carried[rest[0]] = self._carry(_options(rest[1:]))
            case _:
                raise ValueError("unknown word")

    def roster(self, words: list[str]) -> None:
        """Read a row of the grid, or a heading."""
        if words[0] in {p.id for p in self.lists["person"]}:
            self.rows[words[0]] = "".join(words[1:])

    def expect(self, words: list[str]) -> None:
        """Read an expected violation."""
        self.expected = self.expected or []
        if words == ["none"]:
            return
        if self.rule.judges:
            assert words[1] in ("held", "broken", "manager", "awaited"), words
            self.answers.append((words[0], words[1], " ".join(words[2:])))
            return
        at = words.index("amount")
        who, *days = words[:at]
        self.expected.append(
            Expected(
                frozenset() if who == "-" else _set(who),
                frozenset(date.fromisoformat(d) for d in days if d != "-"),
                int(words[at + 1]),
                words[at + 2] if len(words) > at + 2 else None,
            )
        )

    def _shift(self, words: list[str]) -> Shift:
        code, hours, kind = words[:3]
        more = _options(words[3:])
        segments, last = [], 0
        for segment in hours.split(","):
            first, second = map(_minute, segment.split("-"))
            first += 1440 if first < last else 0
            last = second + (1440 if second <= first else 0)
            segments.append((first, last))
        made = Shift(code=code, segments=tuple(segments), kind=ShiftKind(kind))
        changes: dict[str, object] = {}
        for key, value in more.items():
            match key:
                case "paid":
                    changes["paid_minutes"] = round(float(value) * 60)
                case "grade":
                    changes["min_grade"] = Grade[value.upper()]
                case "skills" | "not_before" | "counts_as":
                    changes[key] = _set(value)
                case "job":
                    changes[key] = value
                case _:
                    raise ValueError(key)
        return dataclasses.replace(made, **changes)

    def _person(self, words: list[str]) -> Employee:
        changes: dict[str, object] = {}
        for key, value in _options(words[1:]).items():
            match key:
                case "junior" | "intermediate" | "senior":
                    changes["grade"] = Grade[key.upper()]
                case "leader":
                    changes |= {"leader": True, "rotation": False}
                case "no_rotation":
                    changes["rotation"] = False
                case "skills":
                    changes[key] = _set(value)
                case "min_hours" | "max_hours":
                    changes[key.replace("hours", "minutes")] = round(float(value) * 60)
                case "limits":
                    changes["shift_limits"] = {
                        code: int(n) for code, n in (w.split(":") for w in value.split(","))
                    }
                case _ if key.endswith(("_date", "_from", "_to", "_since", "_until")):
                    changes[key] = date.fromisoformat(value)
                case "protection":
                    changes[key] = Protection(value)
                case "job" | "group" | "second_group" | "mentor" | "committee_group":
                    changes[key] = value
                case _:
                    changes[key] = int(value)
        return Employee(id=words[0], **changes)

    def _task(self, words: list[str]) -> Task:
        more: dict[str, object] = _options(words[2:])
        if "shifts" in more:
            more["shifts"] = _set(more["shifts"])
        if "people" in more:
            more["people"] = int(more["people"])
        return Task(name=words[0], **_when(words[1]), **more)

    def _demand(self, words: list[str]) -> Demand:
        when, shifts = words[:2]
        fields: dict[str, object] = {"shifts": _set(shifts), **_when(when)}
        for key, value in _options(words[2:]).items():
            match key:
                case "min" | "target" | "max":
                    fields[key] = int(value)
                case "under" | "over":
                    fields[f"{key}_weight"] = int(value)
                case "skills":
                    fields[key] = _set(value)
                case "grade":
                    fields["min_grade"] = Grade[value.upper()]
                case "job":
                    fields[key] = value
                case _:
                    raise ValueError(key)
        return Demand(**fields)

    def _leave(self, words: list[str]) -> Leave:
        first, last = _span(words[1])
        flags = ("exceptional", "certificate")
        rest = [w for w in words[2:] if "=" not in w and w not in flags]
        kind = LeaveKind(rest[0]) if rest else LeaveKind.PERSONAL
        status = Status(rest[1]) if len(rest) > 1 else Status.APPROVED
        more: dict[str, object] = _options([w for w in words[2:] if "=" in w])
        if "asked_at" in more:
            more["asked_at"] = datetime.fromisoformat(more["asked_at"])
        more |= {flag: flag in words for flag in flags}
        return Leave(staff=words[0], first=first, last=last, kind=kind, status=status, **more)

    def _wish(self, words: list[str]) -> Request:
        who, on, *want = words
        weight = None
        if want[-1].startswith("weight="):
            weight = int(want.pop().partition("=")[2])
        kind = {"off": Want.OFF, "not": Want.NOT}.get(want[0], Want.SHIFT)
        return Request(
            staff=who,
            day=date.fromisoformat(on),
            want=kind,
            shift=None if kind is Want.OFF else want[-1],
            weight=weight,
        )

    def _swap(self, words: list[str]) -> Swap:
        number, applicant, day, *rest = words
        partner = rest.pop(0)
        more = _options(rest)
        back = more.pop("return", None)
        status = Status(more.pop("status", "requested"))
        return Swap(
            id=number,
            applicant=applicant,
            partner=partner,
            day=date.fromisoformat(day),
            return_day=date.fromisoformat(back) if back else None,
            status=status,
            **more,
        )

    def _signed(self, row: Swap, more: dict[str, str]) -> Swap:
        signatures = {k: more.pop(k) == "yes" for k in SIGNATURES if k in more}
        asked = more.pop("asked_at", None)
        return dataclasses.replace(
            row,
            signatures=signatures,
            asked_at=datetime.fromisoformat(asked) if asked else row.asked_at,
            **more,
        )

    def _fixed(self, words: list[str]) -> FixedDuty:
        who, on, code = words
        return FixedDuty(
            staff=who, day=date.fromisoformat(on), shift=None if code == "off" else code
        )

    def _lead(self, words: list[str]) -> tuple[date, str]:
        return date.fromisoformat(words[0]), words[1]

    def _carry(self, more: dict[str, str]) -> CarryOver:
        fields: dict[str, object] = {}
        for key, value in more.items():
            match key:
                case "passed_over":
                    fields[key] = True
                case "hours":
                    fields["minutes"] = round(float(value) * 60)
                case "last_lead_week" | "last_committee_week":
                    fields[key] = monday_of(date.fromisoformat(value))
                case "last_post":
                    fields[key] = value
                case "hours_due":
                    fields["minutes_due"] = float(value) * 60
                case _ if key.endswith("_due"):
                    fields[key] = float(value)
                case _:
                    fields[key] = int(value)
        return CarryOver(**fields)

    def case(self, name: str, about: str) -> Case:
        """Return the case once every line is read."""
        if self.start is None or self.expected is None or not self.rows:
            raise ValueError(f"{name}: start, roster or expect is missing")
        history: dict[tuple[str, date], str | None] = {}
        cells = []
        for person in self.lists["person"]:
            before, _, row = self.rows[person.id].rpartition("|")
            for i, code in enumerate(before):
                if code != "?":
                    on = self.start - timedelta(days=len(before) - i)
                    history[person.id, on] = None if code == "." else code
            cells.append(tuple(None if c == "." else c for c in row))
        problem = Problem(
            start=self.start,
            end=self.start + timedelta(days=len(cells[0]) - 1),
            employees=tuple(self.lists["person"]),
            shifts=tuple(self.lists["shift"]),
            demand=tuple(self.lists["demand"]),
            leaves=tuple(self.lists["leave"]),
            requests=tuple(self.lists["wish"]),
            fixed=tuple(self.lists["fixed"]),
            history=history,
            carry_over=self.carried,
            leads=tuple(self.lists["lead"]),
            swaps=tuple(self.swaps.values()),
            calendar=Calendar(country=self.country, overrides=self.days),
            leave_minutes=self.leave_minutes,
            posts=self.posts,
            posts_held=tuple(self.terms),
            tasks=tuple(self.lists["task"]),
            desk_plan=tuple(self.desks),
            published=self.told,
            notice_from=self.notice,
        )
        index = problem.employee_index
        holds = sorted((monday, post, index[i]) for monday, post, i in self.holds)
        roster = Roster(problem, tuple(cells), tuple(holds))
        return Case(
            name, about, self.rule, roster, tuple(self.expected), tuple(self.answers)
        )
