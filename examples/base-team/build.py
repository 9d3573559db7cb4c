"""A team of 24 whose members take the team lead in turn, with weekly committees.

    python examples/base-team/build.py OUT_FOLDER [--lang zh|en]

writes October, November and December 2026. Solve them one after the other, each with the
result of the month before (`--previous`): lead, committees and counts go on. Everything that
looks like chance comes from a seeded generator, so that each run writes the same.
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

TEAM = Text("Base team", "基地班组")
MONTHS = ("2026-10", "2026-11", "2026-12")
COUNT, LEADERS = 24, 3
IDS = tuple(f"B{i:02d}" for i in range(1, COUNT + 1))
SENIORS, MIDDLES = frozenset(IDS[:8]), frozenset(IDS[8:16])

SHIFTS: tuple[Row, ...] = (
    {
        "code": "D",
        "name": Text("day", "白班"),
        "hours": "08:30-12:00,13:00-17:30",
        "kind": "day",
        "colour": "BDD7EE",
    },
    {
        "code": "A",
        "name": Text("early", "早班"),
        "hours": "07:50-11:50,12:30-16:30",
        "kind": "day",
        "colour": "C6E0B4",
    },
    {
        "code": "P",
        "name": Text("late", "晚班"),
        "hours": "12:00-16:30,17:00-20:30",
        "kind": "evening",
        "not_before": "A",
        "colour": "FFE699",
    },
)

# Days, shift, (min, target, max).
_DEMAND = (
    ("workday", "D", (5, 8, 11)),
    ("workday", "A", (3, 4, 6)),
    ("workday", "P", (3, 4, 5)),
    ("rest", "D", (1, 2, 3)),
    ("rest", "A", (1, 1, 2)),
    ("rest", "P", (1, 2, 2)),
)

TASKS: tuple[Row, ...] = (
    {"task": Text("case class", "案例分享"), "days": "4", "post": "lead"},
    {"task": Text("case class", "案例分享"), "days": "4", "post": "study"},
    {"task": Text("seats and hygiene check", "座席与卫生检查"), "days": "workday",
     "shift": "P", "people": 1},
    {"task": Text("watering the plants", "绿植浇水"), "days": "0", "shift": "A", "people": 1},
)  # fmt: skip


_grade = partial(grade, seniors=SENIORS, middles=MIDDLES)


def _staff(normal: int) -> list[Row]:
    return [
        {
            "id": person,
            "name": name,
            "group": TEAM,
            "committee_group": None if i < LEADERS else "AB"[i % 2],
            "grade": _grade(person),
            "leader": True if i < LEADERS else None,
            "min_hours": normal - 24,
            "max_hours": normal,
        }
        for i, (person, name) in enumerate(zip(IDS, names(COUNT, "base-team")))
    ]


def _leave(days: list[date]) -> LeavePlan:
    people = [Person(p, "team", "team", _grade(p), days[0], days[-1], True) for p in IDS]
    plan = LeavePlan(random.Random(f"leave base-team {days[0]}"), people, days, {"team": 3})
    calendar = Calendar()
    plan.fill(0.06, lambda person, day: False, filter(calendar.is_holiday, days), calendar)
    return plan


def _carry_over(first: date) -> list[Row]:
    """Return counts since January, and the lead's and committees' last turns."""
    monday = monday_of(first)
    turn = {
        p: {"last_lead_week": monday - timedelta(days=7 * (4 - k))}
        for k, p in enumerate(IDS[LEADERS + 9 : LEADERS + 13])
    }
    posts = ("morale", "vitality", "study", "inspection", "publicity")
    for back, group in ((1, "A"), (2, "B")):
        members = [p for i, p in enumerate(IDS[LEADERS:]) if "BA"[i % 2] == group]
        for post, person in zip(posts, members[back:]):
            turn.setdefault(person, {}).update(
                last_post=post, last_committee_week=monday - timedelta(days=7 * back)
            )
    rows = []
    for person in IDS:
        dice = random.Random(f"{person} base-team so far")
        rows.append(
            {
                "staff": person,
                "weekends": 12 + dice.choice((-1, 0, 0, 1, 2)),
                "holidays": 2 + dice.choice((-1, 0, 0, 1)),
                "hours": 8 * (9 * 20 + dice.choice((-3, -1, 0, 2))),
                **turn.get(person, {}),
            }
        )
    return rows


def tables(month: str = MONTHS[0], lang: str = "zh") -> Tables:
    """Return the input sheets of a month; see ``examples.tables``.

    October has history and carry-over typed; the months after it come without, for
    ``--previous``.
    """
    if month not in MONTHS:
        raise KeyError(month)
    days = month_days(month)
    plan = _leave(days)
    first = month == MONTHS[0]
    history = cycle_history(IDS, days[0], "DDAAP--", step=3)
    return workbook(
        {
            "staff": _staff(8 * sum(map(Calendar().is_workday, days))),
            "shifts": SHIFTS,
            "demand": demand_rows(_DEMAND),
            "leave": plan.in_order,
            "requests": wish_rows(IDS, days, plan, ("off", "off", "not P", "A"), 20, month),
            "tasks": TASKS,
            "history": history_rows(history) if first else [],
            "carry_over": _carry_over(days[0]) if first else [],
        },
        lang,
        month=month,
        team=TEAM,
        holidays="CN",
        rulebook="base-team",
    )


if __name__ == "__main__":
    main(tables, MONTHS, "base-team")
