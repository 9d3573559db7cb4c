"""Two assistants for each of twelve classes: one of the two is there every evening session.

    python examples/class-assistants/build.py OUT_FOLDER [--lang zh|en]

writes December 2026. Everything that looks like chance comes from a seeded generator, so that
each run writes the same.
"""

from __future__ import annotations

import random
import sys
from datetime import date
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
    history_rows,
    main,
    month_days,
    names,
    wish_rows,
    workbook,
)
from roster.words import Text

MONTH = "2026-12"
CLASSES = 12
IDS = tuple(f"B{i:02d}" for i in range(1, 2 * CLASSES + 1))
PAIRS = tuple(zip(IDS[::2], IDS[1::2]))
SESSION_DAYS = ("0", "1", "2", "3", "4", "6")
"""Monday to Friday, and Sunday before the school week."""

SHIFTS: tuple[Row, ...] = (
    {
        "code": "S",
        "name": Text("evening session", "晚自修"),
        "hours": "18:30-21:30",
        "kind": "evening",
        "colour": "BDD7EE",
    },
)


def _leave(days: list[date]) -> LeavePlan:
    """Return leave on which the two of a class are never away together."""
    people = [
        Person(p, str(i // 2), str(i // 2), "junior", days[0], days[-1], False)
        for i, p in enumerate(IDS)
    ]
    dice = random.Random(f"leave class-assistants {days[0]}")
    plan = LeavePlan(dice, people, days, {})
    plan.fill(0.06, lambda person, day: False, (), Calendar())
    return plan


def _carry_over() -> list[Row]:
    rows = []
    for person in IDS:
        dice = random.Random(f"{person} class-assistants so far")
        evenings = 42 + dice.choice((-2, -1, 0, 0, 1, 2))
        sundays = 7 + dice.choice((-1, 0, 0, 1))
        rows.append({"staff": person, "weekends": sundays, "hours": 3 * evenings})
    return rows


def _history(first: date) -> list[Row]:
    cells = cycle_history(IDS, first, "S-", step=1)
    return history_rows({k: "off" if k[1].weekday() == 5 else v for k, v in cells.items()})


def tables(month: str = MONTH, lang: str = "zh") -> Tables:
    """Return the input sheets of the month; see ``examples.tables``."""
    if month != MONTH:
        raise KeyError(month)
    days = month_days(month)
    plan = _leave(days)
    sessions = [d for d in days if str(d.weekday()) in SESSION_DAYS]
    pairs = ";".join("+".join(pair) for pair in PAIRS)
    team = Text("Class assistants", "班助")
    return workbook(
        {
            "staff": [
                {
                    "id": person,
                    "name": name,
                    "group": Text(f"Class {i // 2 + 1}", f"{i // 2 + 1}班"),
                }
                for i, (person, name) in enumerate(
                    zip(IDS, names(len(IDS), "class-assistants"))
                )
            ],
            "shifts": SHIFTS,
            "demand": [
                {"days": day, "shift": "S", "min": CLASSES, "target": 14, "max": 16}
                for day in SESSION_DAYS
            ]
            + [{"days": "5", "shift": "S", "min": 0, "max": 0, "over_weight": 100}],
            "leave": plan.in_order,
            "requests": wish_rows(IDS, sessions, plan, ("off", "off", "S"), 24, month),
            "rules": [{"rule": "at_least_one_of", "parameter": "pairs", "value": pairs}],
            "history": _history(days[0]),
            "carry_over": _carry_over(),
        },
        lang,
        month=month,
        team=team,
        holidays="CN",
        rulebook="class-assistants",
    )


if __name__ == "__main__":
    main(tables, (MONTH,), "class-assistants")
