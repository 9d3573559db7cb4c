"""An online shop of 16: split day, midday and evening duty, weekends, the sale of 11 November.

    python examples/split-day-shop/build.py OUT_FOLDER [--lang zh|en]

writes November 2026. Everything that looks like chance comes from a seeded generator, so that
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
    days_between,
    demand_rows,
    grade,
    history_rows,
    main,
    monday_of,
    month_days,
    names,
    office_history,
    span,
    wish_rows,
    workbook,
)
from roster.words import Text

TEAM = Text("Online shop", "网店客服")
MONTH = "2026-11"
COUNT = 16
IDS = tuple(f"S{i:02d}" for i in range(1, COUNT + 1))
SENIORS, MIDDLES = frozenset(IDS[:6]), frozenset(IDS[6:11])
STAND_IN = IDS[9]
"""Has agreed to stand in on two days, wants them free before that and may have more hours."""
STOOD_IN = (date(2026, 11, 24), date(2026, 11, 25))
PEAK = (date(2026, 11, 10), date(2026, 11, 12))


def _shift(code: str, en: str, zh: str, hours: str, kind: str, colour: str, *also: str) -> Row:
    return {
        "code": code,
        "name": Text(en, zh),
        "hours": hours,
        "kind": kind,
        "counts_as": ",".join(also),
        "colour": colour,
    }


SHIFTS: tuple[Row, ...] = (
    _shift("D", "split day", "白班", "08:00-12:00,14:00-18:00", "day", "BDD7EE"),
    _shift("N", "midday duty", "午间值班", "12:30-14:00", "duty", "E2EFDA"),
    _shift("V", "evening duty", "晚间值班", "18:30-21:30", "duty", "FCE4D6"),
    _shift("M", "day with midday duty", "白班加午值",
           "08:00-12:00,12:30-14:00,14:00-18:00", "duty", "C6E0B4", "D", "N"),
    _shift("E", "day with evening duty", "白班加晚值",
           "08:00-12:00,14:00-18:00,18:30-21:30", "duty", "FFE699", "D", "V"),
    _shift("W", "weekend duty", "周末值班", "08:00-21:30", "duty", "D9D2E9"),
    _shift("P", "sale, day", "大促白班", "10:00-14:00,15:00-20:00", "day", "F8CBAD"),
    _shift("Q", "sale, late", "大促晚班", "15:00-19:00,19:30-24:00", "evening", "F4B084"),
)  # fmt: skip

# Days, shift, (min, target, max).
_DEMAND = (
    ("workday", "D", (7, 11, 13)),
    ("workday", "N", (1, 2, 2)),
    ("workday", "V", (1, 2, 2)),
    ("rest", "W", (2, 2, 3)),
    (span(*PEAK), "D", (5, 7, 8)),
    (span(*PEAK), "P", (2, 3, 4)),
    (span(*PEAK), "Q", (2, 3, 4)),
    (span(PEAK[0] + timedelta(days=1)), "D", (5, 6, 7)),
    (span(PEAK[0] + timedelta(days=1)), "P", (3, 4, 5)),
    (span(PEAK[0] + timedelta(days=1)), "Q", (3, 4, 5)),
)
_NOT_THEN = (("rest", "D"), ("rest", "N"), ("rest", "V"), ("workday", "W"),
             ("every", "P"), ("every", "Q"))  # fmt: skip


def _demand() -> list[Row]:
    rows = demand_rows(_DEMAND)
    rows += [
        {"days": days, "shift": shift, "min": 0, "max": 0, "over_weight": 100}
        for days, shift in _NOT_THEN
    ]
    return rows


_grade = partial(grade, seniors=SENIORS, middles=MIDDLES)


def _staff(normal: int) -> list[Row]:
    return [
        {
            "id": person,
            "name": name,
            "group": TEAM,
            "grade": _grade(person),
            "leader": True if person == IDS[0] else None,
            "min_hours": normal - 16,
            "max_hours": normal + (24 if person == STAND_IN else 0),
            # Demand names the duties; each is worked with the day, as M or E.
            "shift_limits": "N=0;V=0",
        }
        for person, name in zip(IDS, names(COUNT, "split-day-shop"))
    ]


def _leave(days: list[date], calendar: Calendar) -> LeavePlan:
    people = [Person(p, "shop", "shop", _grade(p), days[0], days[-1], False) for p in IDS]
    plan = LeavePlan(
        random.Random(f"leave split-day-shop {days[0]}"), people, days, {"shop": 2}
    )
    # Two wait for an answer: the first names who takes the duties, the second does not.
    plan.add(IDS[7], *STOOD_IN, "personal", "requested", STAND_IN)
    plan.add(IDS[8], date(2026, 11, 19), date(2026, 11, 20), "personal", "requested")
    plan.fill(
        0.06,
        lambda person, day: person in IDS[7:10],
        days_between(PEAK[0] - timedelta(days=1), PEAK[1] + timedelta(days=1)),
        calendar,
    )
    return plan


def _wishes(days: list[date], plan: LeavePlan) -> list[Row]:
    free = {"staff": STAND_IN, "dates": span(*STOOD_IN), "want": "off", "weight": 50}
    others = [p for p in IDS if p != STAND_IN]
    return [*wish_rows(others, days, plan, ("off", "off", "not E", "M"), 18, MONTH), free]


def _history(first: date, calendar: Calendar) -> dict[tuple[str, date], str]:
    """Return the last eight days of October: three a weekend day, off in the week for it."""
    cells = office_history(IDS, first, "D", calendar)
    days = sorted({day for _, day in cells})
    workdays = [d for d in days if calendar.is_workday(d)]
    for k, day in enumerate(d for d in days if not calendar.is_workday(d)):
        for j in range(3):
            person = IDS[(3 * k + j) % len(IDS)]
            cells[person, day] = "W"
            cells[person, workdays[(k + j) % 4]] = "off"
    for k, day in enumerate(workdays):
        at_work = [p for p in IDS if cells[p, day] == "D"]
        cells[at_work[k], day] = cells[at_work[k + 2], day] = "M"
        cells[at_work[-1 - k], day] = cells[at_work[-3 - k], day] = "E"
    return cells


def _carry_over(first: date) -> list[Row]:
    monday = monday_of(first)
    rows = []
    for i, person in enumerate(IDS):
        dice = random.Random(f"{person} split-day-shop so far")
        rows.append(
            {
                "staff": person,
                "weekends": 17 + dice.choice((-1, 0, 0, 1)),
                "holidays": 2 + dice.choice((-1, 0, 0, 1)),
                "hours": 168 * 10 + dice.choice((-12, 0, 0, 8)),
                "last_lead_week": monday - timedelta(days=7 * (4 - i)) if 0 < i < 5 else None,
            }
        )
    return rows


def tables(month: str = MONTH, lang: str = "zh") -> Tables:
    """Return the input sheets of the month; see ``examples.tables``."""
    if month != MONTH:
        raise KeyError(month)
    days, calendar = month_days(month), Calendar()
    plan = _leave(days, calendar)
    return workbook(
        {
            "staff": _staff(8 * sum(map(calendar.is_workday, days))),
            "shifts": SHIFTS,
            "demand": _demand(),
            "leave": plan.in_order,
            "requests": _wishes(days, plan),
            "rules": [{"rule": "fair_shifts", "parameter": "shifts", "value": "N,V"}],
            "history": history_rows(_history(days[0], calendar)),
            "carry_over": _carry_over(days[0]),
        },
        lang,
        month=month,
        team=TEAM,
        holidays="CN",
        rulebook="split-day-shop",
    )


if __name__ == "__main__":
    main(tables, (MONTH,), "split-day-shop")
