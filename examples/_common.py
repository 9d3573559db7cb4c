"""What the building scripts share: dates, words in both languages, leave, and writing.

The scripts name everything by the keys of ``roster.workbook.layout`` (``senior``,
``approved``, ``workday``, ``off``); :func:`in_language` puts the words of a language in.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from roster.calendar import Calendar, monday_of
from roster.words import Text
from roster.workbook import layout

Row = dict[str, Any]
Tables = dict[str, list[Row]]


# --- dates ----------------------------------------------------------------------------------


def days_between(first: date, last: date) -> list[date]:
    """Return every date from first to last, both included."""
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def month_days(month: str) -> list[date]:
    """Return every date of a month given as ``2026-12``."""
    first = date.fromisoformat(f"{month}-01")
    later = (first + timedelta(days=31)).replace(day=1)
    return days_between(first, later - timedelta(days=1))


def span(first: date, last: date | None = None) -> str:
    """Return a date, or a span of dates, as a cell holds it."""
    if last is None or last == first:
        return first.isoformat()
    return f"{first.isoformat()}..{last.isoformat()}"


# --- words ----------------------------------------------------------------------------------


def _word(column: layout.Column, value: Any, lang: str) -> Any:
    if isinstance(value, Text):
        return value.to(lang)
    if isinstance(value, bool):
        return layout.YES_NO[0 if value else 1].to(lang)
    options = {w.key: w for w in column.options}
    if isinstance(value, str) and value in options:
        return options[value].to(lang)
    if column.type in ("duty", "want") and value == "off":
        return layout.OFF.to(lang)
    if column.type == "want" and str(value).startswith("not "):
        return f"不上{value[4:]}" if lang == "zh" else value
    return value


def in_language(tables: Mapping[str, Sequence[Mapping[str, Any]]], lang: str) -> Tables:
    """Return tables with the words of a language in the cells; empty cells are left out."""
    return {
        sheet: [
            {
                key: _word(layout.SHEETS[sheet].column(key), value, lang)
                for key, value in row.items()
                if value is not None and value != ""
            }
            for row in rows
        ]
        for sheet, rows in tables.items()
    }


def settings(lang: str, **items: Any) -> list[Row]:
    """Return the rows of the Settings sheet."""
    names = {c.key: c.header(lang) for c in layout.SETTINGS}
    values = {**items, "language": lang}
    return [
        {"item": names[key], "value": value.to(lang) if isinstance(value, Text) else value}
        for key, value in values.items()
    ]


# --- people ---------------------------------------------------------------------------------

_SURNAMES = tuple(
    zip(
        "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏",
        (
            "Zhao Qian Sun Li Zhou Wu Zheng Wang Feng Chen Chu Wei Jiang Shen Han Yang Zhu Qin "
            "You Xu He Lü Shi Zhang Kong Cao Yan Hua Jin Wei"
        ).split(),
    )
)
_GIVEN = (
    ("嘉宁", "Jianing"), ("思远", "Siyuan"), ("雨桐", "Yutong"), ("子涵", "Zihan"),
    ("晓岚", "Xiaolan"), ("文博", "Wenbo"), ("静怡", "Jingyi"), ("浩然", "Haoran"),
    ("梦瑶", "Mengyao"), ("志强", "Zhiqiang"), ("欣悦", "Xinyue"), ("俊杰", "Junjie"),
    ("若彤", "Ruotong"), ("凯文", "Kaiwen"), ("诗涵", "Shihan"), ("明哲", "Mingzhe"),
    ("佳琪", "Jiaqi"), ("宇轩", "Yuxuan"), ("可欣", "Kexin"), ("立诚", "Licheng"),
    ("婉清", "Wanqing"), ("天佑", "Tianyou"), ("书瑶", "Shuyao"), ("建国", "Jianguo"),
    ("秋月", "Qiuyue"), ("海涛", "Haitao"), ("慧敏", "Huimin"), ("鹏飞", "Pengfei"),
)  # fmt: skip


def names(count: int, team: str) -> list[Text]:
    """Return made-up names, all different, the same ones for a team on every run."""
    both = [
        Text(f"{sur} {given}", f"{sur_zh}{given_zh}")
        for sur_zh, sur in _SURNAMES
        for given_zh, given in _GIVEN
    ]
    return random.Random(f"names {team}").sample(both, count)


def workbook(
    sheets: Mapping[str, Sequence[Mapping[str, Any]]], lang: str, **items: Any
) -> Tables:
    """Return the input sheets in a language, with what Settings says of them."""
    return {"settings": settings(lang, **items), **in_language(sheets, lang)}


def grade(person: str, seniors: Container[str], middles: Container[str]) -> str:
    """Return the grade of a person by who is senior and who intermediate."""
    return "senior" if person in seniors else "intermediate" if person in middles else "junior"


def demand_rows(rows: Iterable[tuple[str, str, tuple[int, int, int]]]) -> list[Row]:
    """Return Demand rows of days, shift and (min, target, max)."""
    return [
        {"days": days, "shift": shift, "min": least, "target": target, "max": most}
        for days, shift, (least, target, most) in rows
    ]


# --- leave ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """What the planning of leave and wishes needs to know of a person."""

    id: str
    group: str
    job: str
    grade: str
    first: date
    last: date
    weekends: bool


_LENGTHS = {
    "annual": (1, 2, 3, 5, 5),
    "personal": (1, 1, 2, 2),
    "sick": (2, 3, 4),
    "official": (1, 2, 3),
    "special": (1,),
}
_KINDS = ("annual",) * 12 + ("personal",) * 3 + ("official",) * 3 + ("sick", "special")


class LeavePlan:
    """Leave of a month: given rows first, then more until a share of all days is away.

    It begins and ends on workdays, but for sickness and the odd private day of those who
    work at weekends. Nobody is away on the days to be left out, at most `together` people of
    a job and one senior of a job on any day, one personal leave at a time in a group, and at
    most two leaves a person, a week apart.

    Parameters
    ----------
    rng : random.Random
    people : sequence of Person
    days : sequence of date
        Of the month.
    together : mapping of str to int
        Most people of each job away on one day.
    """

    def __init__(
        self,
        rng: random.Random,
        people: Sequence[Person],
        days: Sequence[date],
        together: Mapping[str, int],
    ) -> None:
        self.rng, self.days, self.together = rng, days, together
        self.people = {p.id: p for p in people}
        self.rows: list[Row] = []
        self.away: dict[str, set[date]] = {}
        self.personal: set[tuple[str, date]] = set()

    @property
    def in_order(self) -> list[Row]:
        """The rows by first day and person."""
        return sorted(self.rows, key=lambda row: (row["from"], row["staff"]))

    @property
    def person_days(self) -> int:
        """Days of approved leave inside the month, all people together."""
        return sum(day in self.away[p] for p in self.away for day in self.days)

    def times(self, person: str) -> int:
        """Return how often the person is on leave."""
        return sum(r["staff"] == person and r["status"] == "approved" for r in self.rows)

    def is_away(self, person: str, day: date) -> bool:
        """Tell whether the person has approved leave on the day."""
        return day in self.away.get(person, ())

    def add(
        self,
        person: str,
        first: date,
        last: date,
        kind: str,
        status: str = "approved",
        stand_in: str | None = None,
    ) -> None:
        """Add a row, asked some days before it begins."""
        asked = datetime.combine(
            min(first, self.days[0]) - timedelta(days=self.rng.randint(2, 12)),
            datetime.min.time(),
        ) + timedelta(minutes=30 * self.rng.randint(18, 33))
        short = first == last and kind != "official"
        self.rows.append(
            {
                "staff": person,
                "from": first,
                "to": last,
                "kind": kind,
                "asked_at": asked,
                "asked_by": person,
                "stand_in": stand_in,
                "certificate": True if kind == "sick" else None,
                "approved_by": None
                if status == "requested"
                else "department"
                if short
                else "centre",
                "status": status,
            }
        )
        if status != "approved":
            return
        span_days = days_between(first, last)
        self.away.setdefault(person, set()).update(span_days)
        if kind in ("personal", "special"):
            self.personal.update((self.people[person].group, day) for day in span_days)

    def fill(
        self,
        share: float,
        keep: Callable[[str, date], bool],
        leave_out: Iterable[date],
        calendar: Calendar,
    ) -> None:
        """Add leave until it takes the share of all person-days.

        Parameters
        ----------
        share : float
        keep : callable
            Tells whether a person must not be away on a day.
        leave_out : iterable of date
            Days without leave.
        calendar : Calendar
        """
        leave_out = frozenset(leave_out)
        goal = round(share * len(self.people) * len(self.days))
        for _ in range(5000):
            missing = goal - self.person_days
            if missing <= 0:
                break
            person = self.people[self.rng.choice(sorted(self.people))]
            kind = self.rng.choice(_KINDS)
            first = self.rng.choice(self.days)
            last = first + timedelta(days=self.rng.choice(_LENGTHS[kind]) - 1)
            wanted = days_between(first, last)
            if (
                self.times(person.id) < 2
                and len(wanted) <= missing
                and wanted[-1] <= self.days[-1]
                and not leave_out.intersection(wanted)
                and (
                    all(map(calendar.is_workday, (first, last)))
                    or (kind in ("personal", "sick") and person.weekends)
                )
                and not any(keep(person.id, day) for day in wanted)
                and all(self._free(person, day, kind) for day in wanted)
            ):
                self.add(person.id, first, last, kind)

    def _free(self, person: Person, day: date, kind: str) -> bool:
        if not person.first <= day <= person.last:
            return False
        if any(self.is_away(person.id, day + timedelta(days=k)) for k in range(-6, 7)):
            return False
        if kind in ("personal", "special") and (person.group, day) in self.personal:
            return False
        others = [self.people[p] for p in self.away if day in self.away[p]]
        same_job = [p for p in others if p.job == person.job]
        seniors = [p for p in same_job if p.grade == "senior"]
        return len(same_job) < self.together.get(person.job, 1) and not (
            person.grade == "senior" and seniors
        )


# --- history --------------------------------------------------------------------------------


def weekly_turns(order: Sequence[str], anchor: date, place: int, until: date) -> list:
    """Return (Monday, id) of every lead week from `anchor` on to the week before `until`."""
    turns = []
    monday = anchor
    while monday < until:
        turns.append((monday, order[(place + len(turns)) % len(order)]))
        monday += timedelta(days=7)
    return turns


def cycle_history(
    people: Sequence[str], first: date, cycle: str, days: int = 8, step: int = 2
) -> dict[tuple[str, date], str]:
    """Return duties of the days before `first`: a cycle of codes, each person further on.

    Parameters
    ----------
    people : sequence of str
    first : date
    cycle : str
        A letter a day, ``-`` for a day off.
    days : int
        How many days before.
    step : int
        By how much each person is ahead of the one before.
    """
    return {
        (person, first - timedelta(days=days - i)): {"-": "off"}.get(code, code)
        for at, person in enumerate(people)
        for i in range(days)
        for code in [cycle[(step * at + i) % len(cycle)]]
    }


def office_history(
    people: Sequence[str], first: date, code: str, calendar: Calendar, days: int = 8
) -> dict[tuple[str, date], str]:
    """Return duties of the days before `first` of people who work on workdays."""
    return {
        (person, day): code if calendar.is_workday(day) else "off"
        for person in people
        for day in days_between(first - timedelta(days=days), first - timedelta(days=1))
    }


class WishPlan:
    """Wishes of a month, none for a day that has one already or on leave.

    Parameters
    ----------
    plan : LeavePlan
    """

    def __init__(self, plan: LeavePlan) -> None:
        self.plan = plan
        self.rows: list[Row] = []
        self._taken: set[tuple[str, date]] = set()

    def add(self, person: str, first: date, last: date, want: str, weight: int | None) -> bool:
        """Add a wish over a span; False when a day of it is not free."""
        wanted = days_between(first, last)
        if any((person, d) in self._taken or self.plan.is_away(person, d) for d in wanted):
            return False
        self._taken.update((person, d) for d in wanted)
        row = {"staff": person, "dates": span(first, last), "want": want, "weight": weight}
        self.rows.append(row)
        return True

    def add_some(
        self, people: Sequence[str], count: int, dice: random.Random, *wish: Any
    ) -> None:
        """Add one wish for so many people, in an order of chance."""
        for person in dice.sample(people, len(people)):
            if count and self.add(person, *wish):
                count -= 1

    @property
    def in_order(self) -> list[Row]:
        """The rows by person and dates."""
        return sorted(self.rows, key=lambda row: (row["staff"], row["dates"]))


def wish_rows(
    people: Sequence[str],
    days: Sequence[date],
    plan: LeavePlan,
    wants: Sequence[str],
    count: int,
    team: str,
) -> list[Row]:
    """Return wishes, one a person and day, of people who are not on leave that day."""
    dice = random.Random(f"wishes {team} {days[0]}")
    rows: dict[tuple[str, date], Row] = {}
    while len(rows) < count:
        person, day = dice.choice(people), dice.choice(days)
        if not plan.is_away(person, day):
            want = dice.choice(wants)
            rows[person, day] = {"staff": person, "dates": span(day), "want": want}
    return [rows[key] for key in sorted(rows)]


def history_rows(cells: Mapping[tuple[str, date], str]) -> list[Row]:
    """Return the rows of the History sheet, person by person."""
    return [
        {"staff": person, "date": day, "shift": code} for (person, day), code in cells.items()
    ]


# --- writing --------------------------------------------------------------------------------


def main(tables: Callable[[str, str], Tables], months: Sequence[str], name: str) -> None:
    """Write the workbooks of a building script; the command line of each script."""
    from roster.workbook.template import write_template

    parser = argparse.ArgumentParser(description=f"Write the workbooks of {name}.")
    parser.add_argument("folder", type=Path, help="where to write them")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for month in months:
        path = options.folder / f"{name}-{month}-{options.lang}.xlsx"
        write_template(path, tables(month, options.lang), options.lang)
        print(path)


__all__ = [
    "Calendar",
    "LeavePlan",
    "Person",
    "Row",
    "Tables",
    "WishPlan",
    "cycle_history",
    "days_between",
    "demand_rows",
    "grade",
    "history_rows",
    "in_language",
    "main",
    "monday_of",
    "month_days",
    "names",
    "office_history",
    "settings",
    "span",
    "weekly_turns",
    "wish_rows",
    "workbook",
]
