"""The telecom month at any size, for measurements: a problem, or the workbook.

    python benchmarks/big_team.py OUT.xlsx [--people 200] [--weeks 13]

The example's 42 people are repeated under new ids and names, with their contracts, skills,
grades, history and carry-over; the demand grows in proportion, but for the rows of a grade: a
shift needs its senior however many people are on it. Leave and wishes of each copy come a
week or more later than those of the one before, so that not everybody is away on the same
day. One team has one weekly lead: the example's own people take it in turn. With fewer than
42 the senior agents stay, whom every shift needs, and who leads the week that the month begins
in; of the others every second or third.

A horizon of whole weeks begins on the example's first day. Hours are in proportion to its
workdays, limits of a person to its days, and each four weeks bring the same leave and wishes
once more.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import NamedTuple

from constraints import REGISTRY
from examples import tables
from examples._common import Calendar, Row, Tables, span
from roster.problem import Problem
from roster.rule import RuleSet
from roster.workbook.read import read
from roster.workbook.template import write_template

START, END = date(2026, 12, 1), date(2026, 12, 31)
_ROUND = 28
"""Days after which leave and wishes come again; whole weeks, so that weekdays stay."""


class Copy(NamedTuple):
    """Somebody of the enlarged team: who of the example it is, and which copy."""

    staff: str
    k: int

    @property
    def id(self) -> str:
        """Staff id."""
        return self.staff if self.k == 0 else f"{self.staff}-{self.k}"


def telecom(people: int = 42, weeks: int | None = None) -> tuple[Problem, RuleSet]:
    """Return the telecom month of so many people, or so many weeks of it.

    Parameters
    ----------
    people : int
    weeks : int, optional
        Length of the horizon; the whole of December 2026 without it.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "team.xlsx", people, weeks)
        loaded = read(path, REGISTRY)
    return loaded.problem, loaded.rules


def write(path: Path, people: int = 42, weeks: int | None = None) -> Path:
    """Write the workbook of `telecom` and return its path."""
    write_template(path, enlarged(people, weeks), "en", registry=REGISTRY)
    return path


def enlarged(people: int = 42, weeks: int | None = None) -> Tables:
    """Return the input sheets of `telecom`."""
    made = tables("telecom", "en")
    staff = {row["id"]: row for row in made["staff"]}
    team = _team(staff, _latest_lead(made), people)
    last = END if weeks is None else START + timedelta(days=7 * weeks - 1)
    known = {c.id for c in team}
    made["staff"] = [_person(staff[c.staff], c, known, last) for c in team]
    made["demand"] = [
        _scaled(row, people, len(staff))
        for row in made["demand"]
        if not _dated(row["days"]) or date.fromisoformat(row["days"]) <= last
    ]
    made["leave"] = list(_leave(made["leave"], team, staff, last))
    made["requests"] = list(_wishes(made["requests"], team, staff, last))
    for sheet in ("fixed", "history", "carry_over"):
        made[sheet] = list(_copied(made[sheet], team))
    if weeks is not None:
        made["settings"] = [
            {"item": "start date", "value": START},
            {"item": "end date", "value": last},
            *(row for row in made["settings"] if row["item"] != "month"),
        ]
    return made


# --- people ---------------------------------------------------------------------------------


def _latest_lead(made: Tables) -> str:
    """Return who leads as the horizon begins, and whose days before it leave room for that."""
    led = [row for row in made["carry_over"] if "last_lead_week" in row]
    return max(led, key=lambda row: row["last_lead_week"])["staff"]


def _team(staff: dict[str, Row], lead: str, people: int) -> list[Copy]:
    """Return who is on the team, in the order of the attendance list."""
    ids = list(staff)
    whole, rest = divmod(people, len(ids))
    chosen = _spread(ids, rest)
    if not whole:
        needed = [
            i
            for i in ids
            if i == lead or (staff[i]["grade"] == "senior" and staff[i]["job"] == "agent")
        ][:people]
        others = [i for i in ids if i not in needed]
        chosen = {*needed, *_spread(others, people - len(needed))}
    team = [Copy(i, k) for k in range(whole) for i in ids]
    return team + [Copy(i, whole) for i in ids if i in chosen]


def _spread(ids: list[str], count: int) -> set[str]:
    """Return so many of the ids, evenly over the list."""
    return {ids[n * len(ids) // count] for n in range(count)}


def _person(row: Row, copy: Copy, known: set[str], last: date) -> Row:
    """Return a row of the Staff sheet."""
    row = {**row, "id": copy.id}
    if copy.k:
        row["name"] = f"{row['name']} {copy.k + 1}"
        row["rotation"] = "no"
    if "mentor" in row:
        row["mentor"] = Copy(row["mentor"], copy.k).id
        if row["mentor"] not in known:
            del row["mentor"], row["mentored_until"]
    if last == END:
        return row
    calendar = Calendar("CN", {})
    work, days = (
        Fraction(count(last), count(END))
        for count in (
            lambda end: sum(map(calendar.is_workday, _days(end))),
            lambda end: len(_days(end)),
        )
    )
    for hours in ("min_hours", "max_hours"):
        if hours in row:
            row[hours] = int(row[hours] * work) // 8 * 8
    if "max_weekends" in row:
        row["max_weekends"] = ceil(row["max_weekends"] * days)
    if "shift_limits" in row:
        code, most = row["shift_limits"].split("=")
        row["shift_limits"] = f"{code}={ceil(int(most) * days)}"
    return row


def _days(last: date) -> list[date]:
    return [START + timedelta(days=d) for d in range((last - START).days + 1)]


def _scaled(row: Row, people: int, size: int) -> Row:
    """Return a row of the Demand sheet in proportion to the people."""
    if "min_grade" in row:
        return row
    asked = {key: row[key] * people // size for key in ("min", "target", "max") if key in row}
    return {**row, **asked}


def _dated(days: str) -> bool:
    return days[:1].isdigit()


def _copied(rows: list[Row], team: list[Copy]) -> Iterator[Row]:
    """Yield each row for everybody on the team whom it is about."""
    by_staff: dict[str, list[Row]] = {}
    for row in rows:
        by_staff.setdefault(row["staff"], []).append(row)
    for copy in team:
        for row in by_staff.get(copy.staff, ()):
            row = {**row, "staff": copy.id}
            if copy.k:
                row.pop("last_lead_week", None)
            yield row


# --- leave and wishes -------------------------------------------------------------------------


def _moves(first: date, copy: Copy, person: Row, last: date) -> Iterator[timedelta]:
    """Yield by how much a leave or wish of the example is moved for a copy, each time."""
    here = (first - START).days
    # Who comes or goes in these months is not there on every day.
    weeks = 0 if {"start_date", "end_date"} & person.keys() else copy.k % 4
    there = here if here >= _ROUND or not weeks else (here + 7 * weeks) % _ROUND
    yield timedelta(days=there - here)
    if here < _ROUND and "end_date" not in person and last != END:
        for again in range(_ROUND, (last - START).days + 1, _ROUND):
            yield timedelta(days=there + again - here)


def _leave(
    rows: list[Row], team: list[Copy], staff: dict[str, Row], last: date
) -> Iterator[Row]:
    away: dict[str, set[date]] = {}
    for row in _copied(rows, team):
        copy = _copy_of(row["staff"])
        for move in _moves(row["from"], copy, staff[copy.staff], last):
            moved = {**row, **{key: row[key] + move for key in ("from", "to", "asked_at")}}
            moved["asked_by"] = copy.id
            if "stand_in" in row:
                stand_in = Copy(row["stand_in"], copy.k)
                moved["stand_in"] = stand_in.id
                if stand_in not in team:
                    del moved["stand_in"]
            days = {
                moved["from"] + timedelta(days=d)
                for d in range((row["to"] - row["from"]).days + 1)
            }
            taken = away.setdefault(copy.id, set())
            if moved["from"] <= last and taken.isdisjoint(days):
                taken |= days
                yield moved


def _wishes(
    rows: list[Row], team: list[Copy], staff: dict[str, Row], last: date
) -> Iterator[Row]:
    taken: set[tuple[str, date]] = set()
    for row in _copied(rows, team):
        copy = _copy_of(row["staff"])
        begin, _, end = row["dates"].partition("..")
        first = date.fromisoformat(begin)
        length = date.fromisoformat(end or begin) - first
        for move in _moves(first, copy, staff[copy.staff], last):
            wished = [first + move + timedelta(days=d) for d in range(length.days + 1)]
            wished = [day for day in wished if day <= last and (copy.id, day) not in taken]
            taken |= {(copy.id, day) for day in wished}
            if wished:
                yield {**row, "dates": span(wished[0], wished[-1])}


def _copy_of(name: str) -> Copy:
    staff, _, k = name.partition("-")
    return Copy(staff, int(k or 0))


def main() -> None:
    """Write the workbook."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--people", type=int, default=42)
    parser.add_argument("--weeks", type=int)
    options = parser.parse_args()
    print(write(options.path, options.people, options.weeks))


if __name__ == "__main__":
    main()
