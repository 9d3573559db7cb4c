"""A hospital's duty officer: 14 administrators who share nights, weekends and holidays.

    python examples/hospital-duty/build.py OUT_FOLDER [--lang zh|en]

writes the fourth quarter of 2026 as one horizon, so that the duties are fair over the
quarter. Everything that looks like chance comes from a seeded generator, so that each run
writes the same.
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
    wish_rows,
    workbook,
)
from roster.words import Text

TEAM = Text("Hospital duty officers", "医院总值班")
MONTH = "2026-10"
FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)
IDS = tuple(f"A{i:02d}" for i in range(1, 15))
GROUPS = (
    *[Text("Hospital office", "院办")] * 4,
    *[Text("Medical affairs", "医务科")] * 4,
    *[Text("Nursing", "护理部")] * 3,
    *[Text("Logistics", "后勤科")] * 3,
)
LEADERS = frozenset({"A01", "A05", "A09", "A12"})
SENIORS = LEADERS | {"A02", "A06"}

SHIFTS: tuple[Row, ...] = (
    {
        "code": "O",
        "name": Text("office day", "行政班"),
        "hours": "08:00-12:00,14:00-17:30",
        "kind": "day",
        "colour": "DDEBF7",
    },
    {
        "code": "V",
        "name": Text("duty of a night", "夜间总值班"),
        "hours": "17:30-08:00",
        "kind": "night",
        "colour": "B4A7D6",
    },
    {
        "code": "W",
        "name": Text("duty of a day and night", "全天总值班"),
        "hours": "08:00-20:00,20:00-08:00",
        "kind": "duty",
        "colour": "F8CBAD",
    },
)

# Days, shift, (min, target, max), points for each one too many. The officer's rule says who is
# there; these rows say on which days which duty is meant, and that nobody sits in the office
# on a day of rest.
_DEMAND = (
    ("workday", "O", (6, 9, 14), None),
    ("rest", "O", (None, None, 0), 100),
    ("workday", "V", (1, 1, 1), None),
    ("rest", "W", (1, 1, 1), None),
    ("workday", "W", (None, None, 0), 100),
)

RULES: tuple[Row, ...] = (
    {"rule": "duty_officer", "parameter": "shifts", "value": "V,W"},
    {"rule": "duty_officer", "parameter": "office", "value": "08:00-17:30"},
    {"rule": "fair_shifts", "weight": 40, "parameter": "shifts", "value": "V,W"},
)


def _grade(person: str) -> str:
    return "senior" if person in SENIORS else "intermediate"


def _staff(normal: int) -> list[Row]:
    return [
        {
            "id": person,
            "name": name,
            "group": group,
            "grade": _grade(person),
            "leader": True if person in LEADERS else None,
            "min_hours": normal - 40,
            "max_hours": normal + 44,
            "shift_limits": "V=5;W=3",
        }
        for person, name, group in zip(IDS, names(len(IDS), "hospital-duty"), GROUPS)
    ]


def _leave(days: list[date]) -> LeavePlan:
    """Return the leave of the quarter, month by month; two days or more have a stand-in."""
    dice = random.Random("leave hospital-duty")
    people = [
        Person(p, group.en, "officer", _grade(p), FIRST, LAST, False)
        for p, group in zip(IDS, GROUPS)
    ]
    plan = LeavePlan(dice, people, days, {"officer": 2})
    calendar = Calendar()
    rest = [day for day in days if calendar.is_holiday(day)]
    for month in dict.fromkeys(f"{day:%Y-%m}" for day in days):
        part = LeavePlan(dice, people, month_days(month), {"officer": 2})
        part.fill(0.06, lambda person, day: False, rest, calendar)
        plan.rows += part.rows
        for person, away in part.away.items():
            plan.away.setdefault(person, set()).update(away)
    plan.add("A07", date(2026, 12, 12), date(2026, 12, 14), "personal", "rejected")
    plan.add("A13", date(2026, 12, 24), date(2026, 12, 25), "annual", "requested")
    for row in plan.rows:
        span_days = days_between(row["from"], row["to"])
        if len(span_days) > 1 and row["status"] != "rejected":
            free = [p for p in IDS if not any(plan.is_away(p, day) for day in span_days)]
            row["stand_in"] = dice.choice([p for p in free if p != row["staff"]])
    return plan


def _history() -> dict[tuple[str, date], str]:
    """Return the last days of September: the duty passes on along the list."""
    calendar, cells = Calendar(), {}
    for i, day in enumerate(days_between(FIRST - timedelta(days=8), FIRST - timedelta(days=1))):
        for at, person in enumerate(IDS):
            if at == (i + 3) % len(IDS):
                cells[person, day] = "V" if calendar.is_workday(day) else "W"
            elif at == (i + 2) % len(IDS) or not calendar.is_workday(day):
                cells[person, day] = "off"
            else:
                cells[person, day] = "O"
    return dict(sorted(cells.items()))


def _carry_over() -> list[Row]:
    """Return counts since January, duties in turn but for a few."""
    rows = []
    for person in IDS:
        dice = random.Random(f"{person} hospital-duty so far")
        rows.append(
            {
                "staff": person,
                "nights": 13 + dice.choice((-1, 0, 0, 1)),
                "weekends": 5 + dice.choice((0, 0, 1)),
                "holidays": dice.choice((0, 1, 1)),
                "hours": 1490 + 8 * dice.choice((-2, -1, 0, 1)),
            }
        )
    return rows


def tables(month: str = MONTH, lang: str = "zh") -> Tables:
    """Return the input sheets of the quarter; see ``examples.tables``."""
    if month != MONTH:
        raise KeyError(month)
    days = days_between(FIRST, LAST)
    plan = _leave(days)
    normal = 8 * sum(map(Calendar().is_workday, days))
    return workbook(
        {
            "staff": _staff(normal),
            "shifts": SHIFTS,
            "demand": [
                {"days": d, "shift": s, "min": a, "target": b, "max": c, "over_weight": w}
                for d, s, (a, b, c), w in _DEMAND
            ],
            "leave": plan.in_order,
            "requests": wish_rows(
                IDS, days, plan, ("off", "not V", "not W", "O"), 30, "hospital-duty"
            ),
            "rules": RULES,
            "history": history_rows(_history()),
            "carry_over": _carry_over(),
        },
        lang,
        start_date=FIRST,
        end_date=LAST,
        team=TEAM,
        holidays="CN",
        rulebook="hospital-duty",
    )


if __name__ == "__main__":
    main(tables, (MONTH,), "hospital-duty")
