"""A small hotline of 12 with nights and holidays on duty, and time off in lieu.

    python examples/wallet/build.py OUT_FOLDER [--lang zh|en]

writes October 2026, with National Day in it. Everything that looks like chance comes from a
seeded generator, so that each run writes the same.
"""

from __future__ import annotations

import random
import sys
from datetime import date
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
    month_days,
    names,
    wish_rows,
    workbook,
)
from roster.words import Text

TEAM = Text("Wallet hotline", "钱包客服")
MONTH = "2026-10"
COUNT = 12
IDS = tuple(f"W{i:02d}" for i in range(1, COUNT + 1))
SENIORS, MIDDLES = frozenset(IDS[:4]), frozenset(IDS[4:8])
OWED = {"W03": 1, "W06": 1, "W07": 1, "W10": 2}
"""Days in lieu for duties at the Mid-Autumn Festival, not yet given."""

SHIFTS: tuple[Row, ...] = (
    {
        "code": "D",
        "name": Text("day", "白班"),
        "hours": "08:30-12:00,13:00-17:30",
        "kind": "day",
        "colour": "BDD7EE",
    },
    {
        "code": "L",
        "name": Text("late", "晚班"),
        "hours": "13:30-17:30,18:00-22:00",
        "kind": "evening",
        "not_before": "D",
        "colour": "FFE699",
    },
    {
        "code": "N",
        "name": Text("night duty", "夜间值班"),
        "hours": "21:50-08:30",
        "paid_hours": 8,
        "kind": "night",
        "colour": "8EA9DB",
    },
)

# Days, shift, (min, target, max).
_DEMAND = (
    ("workday", "D", (3, 6, 8)),
    ("rest", "D", (1, 1, 2)),
    ("holiday", "D", (1, 2, 2)),
    ("every", "L", (1, 1, 2)),
    ("every", "N", (1, 1, 1)),
)


_grade = partial(grade, seniors=SENIORS, middles=MIDDLES)


def _staff(normal: int) -> list[Row]:
    return [
        {
            "id": person,
            "name": name,
            "group": TEAM,
            "grade": _grade(person),
            "leader": True if i == 0 else None,
            "min_hours": normal - 32,
            "max_hours": normal,
        }
        for i, (person, name) in enumerate(zip(IDS, names(COUNT, "wallet")))
    ]


def _leave(days: list[date]) -> LeavePlan:
    people = [Person(p, "team", "team", _grade(p), days[0], days[-1], True) for p in IDS]
    plan = LeavePlan(random.Random("leave wallet"), people, days, {"team": 2})
    calendar = Calendar()
    plan.fill(0.05, lambda person, day: False, filter(calendar.is_holiday, days), calendar)
    return plan


def _carry_over(first: date) -> list[Row]:
    rows = []
    for at, person in enumerate(IDS):
        dice = random.Random(f"{person} wallet so far")
        rows.append(
            {
                "staff": person,
                "nights": 22 + dice.choice((-2, -1, 0, 0, 1)),
                "weekends": 14 + dice.choice((-1, 0, 0, 1, 2)),
                "holidays": 3 + dice.choice((-1, 0, 0, 1)),
                "hours": 8 * (9 * 20 + dice.choice((-3, -1, 0, 2))),
                "last_lead_week": date(2026, 9, 21) if at == 5 else None,
                "days_in_lieu": OWED.get(person),
            }
        )
    return rows


def tables(month: str = MONTH, lang: str = "zh") -> Tables:
    """Return the input sheets of the month; see ``examples.tables``."""
    if month != MONTH:
        raise KeyError(month)
    days = month_days(month)
    plan = _leave(days)
    history = cycle_history(IDS, days[0], "DDDDL--DDN--", step=5)
    return workbook(
        {
            "staff": _staff(8 * sum(map(Calendar().is_workday, days))),
            "shifts": SHIFTS,
            "demand": demand_rows(_DEMAND),
            "leave": plan.in_order,
            "requests": wish_rows(IDS, days, plan, ("off", "off", "not N", "not L"), 14, month),
            # One person alone on the night need not be a senior here.
            "rules": [{"rule": "shift_lead", "parameter": "kinds", "value": "day"}],
            "history": history_rows(history),
            "carry_over": _carry_over(days[0]),
        },
        lang,
        month=month,
        team=TEAM,
        holidays="CN",
        rulebook="wallet",
    )


if __name__ == "__main__":
    main(tables, (MONTH,), "wallet")
