"""A power company's hotline: five crews of 24, round the clock in a fixed pattern.

    python examples/power-hotline/build.py OUT_FOLDER [--lang zh|en]

writes December 2026. The crews go through ten days, two each of day, evening and night and
then four off, each crew two days after the one before, so that every shift of every day is
one crew's; who leaves it does so for a reason: leave, wishes, the cold days that ask for more.
Everything that looks like chance comes from a seeded generator, so that each run writes the
same.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from examples._common import (
    Calendar,
    LeavePlan,
    Person,
    Row,
    Tables,
    days_between,
    history_rows,
    main,
    month_days,
    names,
    span,
    wish_rows,
    workbook,
)
from roster.words import Text

TEAM = Text("Power hotline", "供电服务热线")
MONTH = "2026-12"
CREWS = tuple(Text(f"Crew {n}", f"{zh}值") for n, zh in zip(range(1, 6), "一二三四五"))
STRENGTH = 24
IDS = tuple(f"P{crew}{i:02d}" for crew in range(1, 6) for i in range(1, STRENGTH + 1))
PATTERN = ("D", "D", "E", "E", "N", "N", "off", "off", "off", "off")
START = date(2026, 11, 30)
"""Crew 1 begins with two days that day."""

SHIFTS: tuple[Row, ...] = (
    {
        "code": "D",
        "name": Text("day", "白班"),
        "hours": "07:50-16:00",
        "paid_hours": 8,
        "kind": "day",
        "colour": "BDD7EE",
    },
    {
        "code": "E",
        "name": Text("evening", "中班"),
        "hours": "15:50-24:00",
        "paid_hours": 8,
        "kind": "evening",
        "colour": "FFE699",
    },
    {
        "code": "N",
        "name": Text("night", "夜班"),
        "hours": "23:50-08:00",
        "paid_hours": 8,
        "kind": "night",
        "colour": "B4A7D6",
    },
)

_COLD = (date(2026, 12, 15), date(2026, 12, 17))

# Days, shift, least grade, (min, target, max).
_DEMAND = (
    ("every", "D", None, (18, 21, 26)),
    ("every", "E", None, (18, 21, 26)),
    ("every", "N", None, (16, 19, 26)),
    ("every", "D", "senior", (2, 3, None)),
    ("every", "E", "senior", (2, 3, None)),
    ("every", "N", "senior", (2, 2, None)),
    # A cold spell: heating and faults.
    (span(*_COLD), "D", None, (22, 25, 28)),
    (span(*_COLD), "E", None, (22, 25, 28)),
)


def _place(person: str) -> int:
    return IDS.index(person) % STRENGTH


def _grade(person: str) -> str:
    at = _place(person)
    return "senior" if at < 5 else "intermediate" if at < 13 else "junior"


def _crew(person: str) -> Text:
    return CREWS[IDS.index(person) // STRENGTH]


def element(person: str, day: date) -> str:
    """Return what the pattern has for a person on a day."""
    behind = IDS.index(person) // STRENGTH * len(PATTERN) // len(CREWS)
    return PATTERN[((day - START).days - behind) % len(PATTERN)]


def _staff() -> list[Row]:
    return [
        {
            "id": person,
            "name": name,
            "group": _crew(person),
            "grade": _grade(person),
            "leader": True if _place(person) == 0 else None,
            "min_hours": 128,
            "max_hours": 168,
        }
        for person, name in zip(IDS, names(len(IDS), "power-hotline"))
    ]


def _leave(days: list[date]) -> LeavePlan:
    """Return the month's leave, and a course for which six of crew 2 are away together."""
    people = [
        Person(p, _crew(p).en, _crew(p).en, _grade(p), days[0], days[-1], True) for p in IDS
    ]
    most = {crew.en: 3 for crew in CREWS}
    plan = LeavePlan(random.Random("leave power-hotline"), people, days, most)
    course = [p for p in IDS if _crew(p) is CREWS[1]][8:14]
    for person in course:
        plan.add(person, date(2026, 12, 7), date(2026, 12, 9), "official")
    plan.fill(0.06, lambda person, day: False, (), Calendar())
    plan.add("P310", date(2026, 12, 16), date(2026, 12, 16), "personal", "rejected")
    plan.add("P418", date(2026, 12, 30), date(2026, 12, 31), "annual", "requested")
    return plan


def _carry_over() -> list[Row]:
    """Return counts since January: a crew works alike but for steps into other crews."""
    rows = []
    for person in IDS:
        dice = random.Random(f"{person} power-hotline so far")
        rows.append(
            {
                "staff": person,
                "nights": 66 + dice.choice((-2, -1, 0, 0, 1)),
                "weekends": 33 + dice.choice((-1, 0, 0, 1)),
                "holidays": 7 + dice.choice((-1, 0, 0, 1)),
                "hours": 8 * (194 + dice.choice((-3, -1, 0, 2))),
            }
        )
    return rows


def tables(month: str = MONTH, lang: str = "zh") -> Tables:
    """Return the input sheets of the month; see ``examples.tables``."""
    if month != MONTH:
        raise KeyError(month)
    days = month_days(month)
    plan = _leave(days)
    before = days_between(days[0] - timedelta(days=8), days[0] - timedelta(days=1))
    history = {(person, day): element(person, day) for person in IDS for day in before}
    pattern = ",".join(PATTERN)
    return workbook(
        {
            "staff": _staff(),
            "shifts": SHIFTS,
            "demand": [
                {"days": d, "shift": s, "min_grade": g, "min": a, "target": b, "max": c}
                for d, s, g, (a, b, c) in _DEMAND
            ],
            "leave": plan.in_order,
            "requests": wish_rows(
                IDS, days, plan, ("off", "off", "not N", "D"), 70, "power-hotline"
            ),
            "rules": [
                {
                    "rule": "crew_pattern",
                    "parameter": "pattern",
                    "value": Text(pattern, pattern.replace("off", "休")),
                },
                {"rule": "crew_pattern", "parameter": "start", "value": START.isoformat()},
            ],
            "history": history_rows(history),
            "carry_over": _carry_over(),
        },
        lang,
        month=month,
        team=TEAM,
        holidays="CN",
        rulebook="power-hotline",
    )


if __name__ == "__main__":
    main(tables, (MONTH,), "power-hotline")
