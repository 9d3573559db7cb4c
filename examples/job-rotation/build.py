"""A service department whose people move between desks: 20 people at four desks.

    python examples/job-rotation/build.py OUT_FOLDER [--lang zh|en]

writes December 2026. After 24 months at a desk people move to a related one, which they have
learnt for three months beside their own; the plan of twelve months is a sheet of the result.
Everything that looks like chance comes from a seeded generator, so that each run writes the
same.
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
    office_history,
    wish_rows,
    workbook,
)
from roster.words import Text

TEAM = Text("Service department", "客户服务部")
MONTH = "2026-12"
SERVICE, CALLBACK = Text("service", "客服"), Text("callback", "回访")
QUALITY, KNOWLEDGE = Text("quality", "质检"), Text("knowledge", "采编")

RELATED = ((CALLBACK, QUALITY), (SERVICE, CALLBACK), (QUALITY, KNOWLEDGE), (KNOWLEDGE, SERVICE))

# Desk and the month since when, of everybody in list order: the plan follows from these.
_SINCE = (
    (SERVICE, "2024-12"), (SERVICE, "2025-01"), (SERVICE, "2025-04"), (SERVICE, "2025-06"),
    (SERVICE, "2025-09"), (SERVICE, "2026-01"), (SERVICE, "2026-03"), (SERVICE, "2026-07"),
    (CALLBACK, "2025-02"), (CALLBACK, "2025-05"), (CALLBACK, "2025-11"), (CALLBACK, "2026-02"),
    (CALLBACK, "2026-08"),
    (QUALITY, "2025-01"), (QUALITY, "2025-07"), (QUALITY, "2026-04"), (QUALITY, "2026-09"),
    (KNOWLEDGE, "2024-12"), (KNOWLEDGE, "2025-10"), (KNOWLEDGE, "2026-05"),
)  # fmt: skip
IDS = tuple(f"J{i:02d}" for i in range(1, len(_SINCE) + 1))
LEADERS = frozenset({"J04", "J11", "J16"})
SENIORS = LEADERS | {"J05", "J08", "J12", "J19"}

SHIFTS: tuple[Row, ...] = (
    {
        "code": "SD",
        "name": Text("service day", "客服白班"),
        "hours": "08:30-12:00,13:00-17:30",
        "kind": "day",
        "job": SERVICE,
        "colour": "BDD7EE",
    },
    {
        "code": "SE",
        "name": Text("service late", "客服晚班"),
        "hours": "12:00-16:30,17:00-20:30",
        "kind": "evening",
        "job": SERVICE,
        "colour": "FFE699",
    },
    {
        "code": "CD",
        "name": Text("callback", "回访班"),
        "hours": "09:30-12:30,13:30-18:30",
        "kind": "day",
        "job": CALLBACK,
        "colour": "C6E0B4",
    },
    {
        "code": "QD",
        "name": Text("quality", "质检班"),
        "hours": "08:30-12:00,13:00-17:30",
        "kind": "day",
        "job": QUALITY,
        "colour": "D9D2E9",
    },
    {
        "code": "KD",
        "name": Text("knowledge", "采编班"),
        "hours": "08:30-12:00,13:00-17:30",
        "kind": "day",
        "job": KNOWLEDGE,
        "colour": "F8CBAD",
    },
)

# Days, shift, (min, target, max), points for each one too many.
_DEMAND = (
    ("workday", "SD", SERVICE, (2, 4, 6), None),
    ("rest", "SD", SERVICE, (1, 2, 3), None),
    ("every", "SE", SERVICE, (1, 2, 3), None),
    ("workday", "CD", CALLBACK, (1, 3, 6), None),
    ("rest", "CD", CALLBACK, (None, 1, 1), 20),
    ("workday", "QD", QUALITY, (1, 3, 5), None),
    ("rest", "QD", QUALITY, (None, None, 0), 20),
    ("workday", "KD", KNOWLEDGE, (1, 2, 4), None),
    ("rest", "KD", KNOWLEDGE, (None, None, 0), 20),
)


def _grade(person: str) -> str:
    at = IDS.index(person)
    return "senior" if person in SENIORS else "junior" if at % 3 == 0 else "intermediate"


def _staff(normal: int) -> list[Row]:
    return [
        {
            "id": person,
            "name": name,
            "group": TEAM,
            "job": desk,
            "desk_since": date.fromisoformat(f"{since}-01"),
            "grade": _grade(person),
            "leader": True if person in LEADERS else None,
            "min_hours": normal - 24,
            "max_hours": normal,
        }
        for person, name, (desk, since) in zip(IDS, names(len(IDS), "job-rotation"), _SINCE)
    ]


def _leave(days: list[date]) -> LeavePlan:
    people = [
        Person(p, "team", desk.en, _grade(p), days[0], days[-1], desk is SERVICE)
        for p, (desk, _) in zip(IDS, _SINCE)
    ]
    most = {SERVICE.en: 2, CALLBACK.en: 1, QUALITY.en: 1, KNOWLEDGE.en: 1}
    plan = LeavePlan(random.Random("leave job-rotation"), people, days, most)
    plan.fill(0.06, lambda person, day: False, (), Calendar())
    plan.add("J10", date(2026, 12, 30), date(2026, 12, 31), "annual", "requested")
    plan.add("J03", date(2026, 12, 5), date(2026, 12, 5), "personal", "rejected")
    return plan


def _history(first: date) -> dict[tuple[str, date], str]:
    """Return November's last days: service in turns, the other desks on workdays."""
    codes = {CALLBACK.en: "CD", QUALITY.en: "QD", KNOWLEDGE.en: "KD"}
    at_service = [p for p, (desk, _) in zip(IDS, _SINCE) if desk is SERVICE]
    cells = {
        key: {"D": "SD", "E": "SE"}.get(code, code)
        for key, code in cycle_history(at_service, first, "DDDEE--").items()
    }
    for person, (desk, _) in zip(IDS, _SINCE):
        if desk is not SERVICE:
            cells |= office_history([person], first, codes[desk.en], Calendar())
    # Two of them move on the first and have learnt the new desk until then.
    for person, code in (("J01", "KD"), ("J18", "SD")):
        days = [day for (who, day), had in cells.items() if who == person and had != "off"]
        cells[person, days[-2]] = code
    return cells


def _carry_over() -> list[Row]:
    rows = []
    for person, (desk, _) in zip(IDS, _SINCE):
        dice = random.Random(f"{person} job-rotation so far")
        rows.append(
            {
                "staff": person,
                "weekends": (22 if desk is SERVICE else 6) + dice.choice((-1, 0, 0, 1)),
                "holidays": (4 if desk is SERVICE else 1) + dice.choice((-1, 0, 0, 1)),
                "hours": 8 * (222 + dice.choice((-3, -1, 0, 2))),
            }
        )
    return rows


def tables(month: str = MONTH, lang: str = "zh") -> Tables:
    """Return the input sheets of the month; see ``examples.tables``."""
    if month != MONTH:
        raise KeyError(month)
    days = month_days(month)
    plan = _leave(days)
    related = Text(
        ";".join("+".join(desk.en for desk in pair) for pair in RELATED),
        ";".join("+".join(desk.zh for desk in pair) for pair in RELATED),
    )
    return workbook(
        {
            "staff": _staff(8 * sum(map(Calendar().is_workday, days))),
            "shifts": SHIFTS,
            "demand": [
                {
                    "days": d, "shift": s, "job": job,
                    "min": a, "target": b, "max": c, "over_weight": w,
                }
                for d, s, job, (a, b, c), w in _DEMAND
            ],
            "leave": plan.in_order,
            "requests": wish_rows(
                IDS, days, plan, ("off", "off", "not SE"), 20, "job-rotation"
            ),
            "rules": [{"rule": "desk_rotation", "parameter": "related", "value": related}],
            "history": history_rows(_history(days[0])),
            "carry_over": _carry_over(),
        },
        lang,
        month=month,
        team=TEAM,
        holidays="CN",
        rulebook="job-rotation",
    )  # fmt: skip


if __name__ == "__main__":
    main(tables, (MONTH,), "job-rotation")
