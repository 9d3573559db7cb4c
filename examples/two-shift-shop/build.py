"""A shop of 14 in two shifts, early and late past midnight, with three days off a month.

    python examples/two-shift-shop/build.py OUT_FOLDER [--lang zh|en]

writes December 2026. Everything that looks like chance comes from a seeded generator, so that
each run writes the same.
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
    demand_rows,
    grade,
    history_rows,
    main,
    monday_of,
    month_days,
    names,
    wish_rows,
    workbook,
)
from roster.words import Text

TEAM = Text("Two-shift shop", "两班制网店")
MONTH = "2026-12"
COUNT = 14
IDS = tuple(f"T{i:02d}" for i in range(1, COUNT + 1))
SENIORS, MIDDLES = frozenset(IDS[::3]), frozenset(IDS[1::3])

SHIFTS: tuple[Row, ...] = (
    {
        "code": "A",
        "name": Text("early", "早班"),
        "hours": "08:00-12:00,13:00-17:30",
        "kind": "day",
        "colour": "BDD7EE",
    },
    {
        "code": "P",
        "name": Text("late", "晚班"),
        "hours": "16:00-19:00,20:00-01:00",
        "kind": "evening",
        "colour": "FFE699",
    },
)

# Days, shift, (min, target, max).
_DEMAND = (
    ("every", "A", (4, 7, 8)),
    ("6", "A", (4, 6, 8)),
    ("every", "P", (4, 5, 6)),
)


_grade = partial(grade, seniors=SENIORS, middles=MIDDLES)


def _leave(days: list[date]) -> LeavePlan:
    people = [Person(p, "shop", "shop", _grade(p), days[0], days[-1], True) for p in IDS]
    plan = LeavePlan(
        random.Random(f"leave two-shift-shop {days[0]}"), people, days, {"shop": 1}
    )
    plan.fill(0.05, lambda person, day: False, (), Calendar())
    return plan


def _carry_over(first: date) -> list[Row]:
    monday = monday_of(first)
    rows = []
    for i, person in enumerate(IDS):
        dice = random.Random(f"{person} two-shift-shop so far")
        rows.append(
            {
                "staff": person,
                "weekends": 40 + dice.choice((-1, 0, 0, 1)),
                "holidays": 7 + dice.choice((-1, 0, 0, 1)),
                "hours": 228 * 11 + dice.choice((-16, -8, 0, 8)),
                "last_lead_week": monday - timedelta(days=7 * (3 - i)) if i < 4 else None,
            }
        )
    return rows


def tables(month: str = MONTH, lang: str = "zh") -> Tables:
    """Return the input sheets of the month; see ``examples.tables``."""
    if month != MONTH:
        raise KeyError(month)
    days = month_days(month)
    plan = _leave(days)
    history = cycle_history(IDS, days[0], "AAAAAPPPP-", days=14, step=3)
    return workbook(
        {
            "staff": [
                {"id": person, "name": name, "group": TEAM, "grade": _grade(person)}
                for person, name in zip(IDS, names(COUNT, "two-shift-shop"))
            ],
            "shifts": SHIFTS,
            "demand": demand_rows(_DEMAND),
            "leave": plan.in_order,
            "requests": wish_rows(IDS, days, plan, ("off", "off", "not P", "A"), 14, month),
            "history": history_rows(history),
            "carry_over": _carry_over(days[0]),
        },
        lang,
        month=month,
        team=TEAM,
        holidays="CN",
        rulebook="two-shift-shop",
    )


if __name__ == "__main__":
    main(tables, (MONTH,), "two-shift-shop")
