"""A service centre of 30 whose peak is the holidays: more people then than on workdays.

    python examples/service-centre/build.py OUT_FOLDER [--lang zh|en]

writes October 2026: National Day, the days off moved next to it, and a moved workday.
Everything that looks like chance comes from a seeded generator, so that each run writes the
same.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from functools import partial
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from examples._common import (
    Calendar,
    LeavePlan,
    Person,
    Row,
    Tables,
    cycle_history,
    days_between,
    grade,
    history_rows,
    main,
    monday_of,
    month_days,
    names,
    span,
    wish_rows,
    workbook,
)
from roster.words import Text

MONTH = "2026-10"
COUNT, TEAMS = 30, 3
IDS = tuple(f"C{i:02d}" for i in range(1, COUNT + 1))
LEADERS, SENIORS, MIDDLES = IDS[:TEAMS], frozenset(IDS[:11]), frozenset(IDS[11:21])
GOLDEN_WEEK = (date(2026, 10, 1), date(2026, 10, 7))

SHIFTS: tuple[Row, ...] = (
    {
        "code": "A",
        "name": Text("early", "早班"),
        "hours": "07:30-11:30,12:00-16:00",
        "kind": "day",
        "colour": "C6E0B4",
    },
    {
        "code": "D",
        "name": Text("day", "白班"),
        "hours": "08:30-12:00,13:00-17:30",
        "kind": "day",
        "colour": "BDD7EE",
    },
    {
        "code": "E",
        "name": Text("evening", "晚班"),
        "hours": "14:00-18:00,18:30-22:30",
        "kind": "evening",
        "colour": "FFE699",
    },
)

# Days, then (min, target, max) of early, day and evening.
_DEMAND = (
    ("workday", (3, 5, 6), (4, 6, 8), (3, 5, 6)),
    ("rest", (2, 3, 4), (3, 4, 5), (2, 3, 4)),
    ("holiday", (5, 6, 8), (6, 9, 11), (5, 6, 8)),
    (span(date(2026, 10, 4), GOLDEN_WEEK[1]), (4, 5, 7), (5, 8, 10), (4, 5, 7)),
)


_grade = partial(grade, seniors=SENIORS, middles=MIDDLES)


def _staff(normal: int) -> list[Row]:
    return [
        {
            "id": person,
            "name": name,
            "group": Text(f"Team {i % TEAMS + 1}", f"{'一二三'[i % TEAMS]}组"),
            "grade": _grade(person),
            "leader": True if person in LEADERS else None,
            "min_hours": normal - 24,
            "max_hours": normal,
        }
        for i, (person, name) in enumerate(zip(IDS, names(COUNT, "service-centre")))
    ]


def _leave(days: list[date]) -> LeavePlan:
    people = [
        Person(p, str(i % TEAMS), "centre", _grade(p), days[0], days[-1], True)
        for i, p in enumerate(IDS)
    ]
    dice = random.Random(f"leave service-centre {days[0]}")
    plan = LeavePlan(dice, people, days, {"centre": 4})
    plan.fill(0.06, lambda person, day: False, days_between(*GOLDEN_WEEK), Calendar())
    return plan


def _carry_over(first: date) -> list[Row]:
    monday = monday_of(first)
    rows = []
    for i, person in enumerate(IDS):
        dice = random.Random(f"{person} service-centre so far")
        turn = i - TEAMS
        rows.append(
            {
                "staff": person,
                "weekends": 18 + dice.choice((-1, 0, 0, 1)),
                "holidays": 5 + dice.choice((-1, 0, 0, 0, 1)),
                "hours": 8 * (9 * 20 + dice.choice((-2, -1, 0, 1))),
                "last_lead_week": (
                    monday - timedelta(days=7 * (3 - turn)) if 0 <= turn < 4 else None
                ),
            }
        )
    return rows


def tables(month: str = MONTH, lang: str = "zh") -> Tables:
    """Return the input sheets of the month; see ``examples.tables``."""
    if month != MONTH:
        raise KeyError(month)
    days = month_days(month)
    plan = _leave(days)
    team = Text("Service centre", "服务中心")
    return workbook(
        {
            "staff": _staff(8 * sum(map(Calendar().is_workday, days))),
            "shifts": SHIFTS,
            "demand": [
                {"days": selector, "shift": shift, "min": least, "target": wanted, "max": most}
                for selector, *rows in _DEMAND
                for shift, (least, wanted, most) in zip("ADE", rows)
            ],
            "leave": plan.in_order,
            "requests": wish_rows(IDS, days, plan, ("off", "off", "not E", "A"), 30, month),
            "history": history_rows(cycle_history(IDS, days[0], "AADDE--", step=3)),
            "carry_over": _carry_over(days[0]),
        },
        lang,
        month=month,
        team=team,
        holidays="CN",
        rulebook="service-centre",
    )


if __name__ == "__main__":
    main(tables, (MONTH,), "service-centre")
