"""An e-commerce contact centre: 18 people in three service groups, day and evening.

    python examples/web-centre/build.py OUT_FOLDER [--lang zh|en]

writes December 2026. The sale of 12 December is the month's peak: more people that day, and
a shift of its own; the complaints come in the week after. Everything that looks like chance
comes from a seeded generator, so that each run writes the same.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
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
    WishPlan,
    days_between,
    history_rows,
    main,
    month_days,
    span,
    workbook,
)
from roster.words import Text

SENIOR, MIDDLE, JUNIOR = "senior", "intermediate", "junior"
ORDER, COMPLAINT = Text("order", "订单"), Text("complaint", "投诉")
SERVICE = Text("service", "客服")
TEAM = Text("Contact centre", "电商客服中心")
MONTH = "2026-12"
SALE = date(2026, 12, 12)


@dataclass(frozen=True)
class Member:
    """A person; `second` is the group where they can help out."""

    id: str
    zh: str
    en: str
    job: Text
    grade: str
    second: Text | None = None
    leader: bool = False
    part_time: bool = False
    protection: str | None = None
    mentor: str | None = None
    mentored_until: date | None = None
    max_weekends: int | None = None


MEMBERS = (
    Member("101", "葛晓晴", "Ge Xiaoqing", ORDER, SENIOR, leader=True),
    Member("102", "戴明远", "Dai Mingyuan", ORDER, MIDDLE, SERVICE),
    Member("103", "夏雨薇", "Xia Yuwei", ORDER, MIDDLE, COMPLAINT),
    Member("104", "钟子豪", "Zhong Zihao", ORDER, JUNIOR, SERVICE),
    Member(
        "105",
        "汪诗琪",
        "Wang Shiqi",
        ORDER,
        JUNIOR,
        mentor="103",
        mentored_until=date(2026, 12, 20),
    ),
    Member("201", "任佳慧", "Ren Jiahui", COMPLAINT, SENIOR, leader=True),
    Member("202", "姜楠", "Jiang Nan", COMPLAINT, SENIOR, SERVICE),
    Member("203", "范思琪", "Fan Siqi", COMPLAINT, MIDDLE, protection="nursing"),
    Member("204", "潘俊熙", "Pan Junxi", COMPLAINT, MIDDLE, ORDER),
    Member(
        "205",
        "廖可儿",
        "Liao Ke'er",
        COMPLAINT,
        JUNIOR,
        mentor="204",
        mentored_until=date(2026, 12, 13),
    ),
    Member("301", "蒋文博", "Jiang Wenbo", SERVICE, SENIOR, leader=True),
    Member("302", "余安安", "Yu An'an", SERVICE, SENIOR, COMPLAINT),
    Member("303", "杜若兰", "Du Ruolan", SERVICE, MIDDLE, max_weekends=2),
    Member("304", "叶清扬", "Ye Qingyang", SERVICE, MIDDLE, ORDER),
    Member("305", "苏沐", "Su Mu", SERVICE, MIDDLE, COMPLAINT),
    Member("306", "魏晨曦", "Wei Chenxi", SERVICE, JUNIOR, ORDER),
    Member("307", "丁小雨", "Ding Xiaoyu", SERVICE, JUNIOR, part_time=True),
    Member("308", "沈之远", "Shen Zhiyuan", SERVICE, JUNIOR, protection="minor"),
)

SHIFTS: tuple[Row, ...] = (
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
        "hours": "13:00-17:00,18:00-22:00",
        "kind": "evening",
        "not_before": "D",
        "colour": "FFE699",
    },
    {
        "code": "S",
        "name": Text("sale", "大促班"),
        "hours": "10:00-14:00,15:00-19:00",
        "kind": "day",
        "colour": "F8CBAD",
    },
    # Help by day for another group, beside its own people: no lead is asked for.
    *(
        {
            "code": code,
            "name": Text(f"help with {job.en}", f"支援{job.zh}"),
            "hours": "08:30-12:00,13:00-17:30",
            "kind": "duty",
            "job": job,
            "counts_as": "D",
            "colour": "C6E0B4",
        }
        for code, job in (("HO", ORDER), ("HC", COMPLAINT), ("HS", SERVICE))
    ),
)


def _days(first: int, last: int | None = None) -> str:
    return span(date(2026, 12, first), last and date(2026, 12, last))


# Days, shift, job, (min, target, max).
_DEMAND = (
    ("workday", "D", ORDER, (1, 2, 3)),
    ("rest", "D", ORDER, (1, 2, 3)),
    ("every", "E", ORDER, (1, 1, 2)),
    ("workday", "D", COMPLAINT, (1, 2, 3)),
    ("rest", "D", COMPLAINT, (1, 1, 2)),
    ("every", "E", COMPLAINT, (1, 1, 2)),
    ("workday", "D", SERVICE, (2, 3, 4)),
    ("rest", "D", SERVICE, (1, 2, 3)),
    ("every", "E", SERVICE, (1, 2, 3)),
    # The sale begins at midnight: orders and questions first, complaints after.
    (_days(12), "D", ORDER, (2, 2, 3)),
    (_days(12), "E", ORDER, (2, 2, 3)),
    (_days(11, 13), "E", SERVICE, (2, 3, 4)),
    (_days(12), "D", SERVICE, (2, 3, 4)),
    # More than the five of the complaint group can do.
    (_days(14, 18), "D", COMPLAINT, (2, 4, 5)),
    (_days(14, 18), "E", COMPLAINT, (1, 2, 3)),
)

# Staff, first and last day of December, kind, status, stand-in.
_LEAVE = (
    ("102", 21, 25, "annual", "approved", "104"),
    ("203", 3, 4, "sick", "approved", None),
    ("305", 12, 12, "personal", "rejected", None),
    ("306", 24, 24, "personal", "requested", None),
    ("103", 30, 31, "annual", "requested", None),
)

# First and last day, what is wished, by how many, weight.
_WISHES = (
    (12, 13, "off", 4, None),
    (22, None, "off", 4, None),
    (24, None, "not E", 6, None),
    (31, None, "off", 5, 10),
    (31, None, "not E", 4, None),
    (5, 6, "off", 3, None),
)


def _staff(normal: int) -> list[Row]:
    rows = []
    for m in MEMBERS:
        part = 0.5 if m.part_time else 1
        rows.append(
            {
                "id": m.id,
                "name": Text(m.en, m.zh),
                "group": Text(f"{m.job.en} group", f"{m.job.zh}组"),
                "second_group": m.second and Text(f"{m.second.en} group", f"{m.second.zh}组"),
                "job": m.job,
                "grade": m.grade,
                "leader": True if m.leader else None,
                "min_hours": int((normal - 32) * part),
                "max_hours": int(normal * part),
                "max_weekends": m.max_weekends,
                "protection": m.protection,
                "mentor": m.mentor,
                "mentored_until": m.mentored_until,
            }
        )
    return rows


def _demand() -> list[Row]:
    rows = [
        {"days": days, "shift": shift, "job": job, "min": least, "target": target, "max": most}
        for days, shift, job, (least, target, most) in _DEMAND
    ]
    rows += [
        {"days": "every", "shift": "S", "min": 0, "max": 0, "over_weight": 20},
        {"days": _days(12), "shift": "S", "min": 1, "target": 2, "max": 3},
    ]
    return rows


def _leave(days: list[date]) -> LeavePlan:
    people = [
        Person(m.id, m.job.en, m.job.en, m.grade, days[0], days[-1], weekends=True)
        for m in MEMBERS
    ]
    plan = LeavePlan(
        random.Random("leave web-centre"),
        people,
        days,
        {"order": 1, "complaint": 1, "service": 2},
    )
    for staff, first, last, kind, status, stand_in in _LEAVE:
        plan.add(staff, date(2026, 12, first), date(2026, 12, last), kind, status, stand_in)
    named = {row[0] for row in _LEAVE}
    plan.fill(
        0.08,
        lambda person, day: person in named,
        days_between(SALE, date(2026, 12, 13)),
        Calendar(),
    )
    return plan


def _wishes(days: list[date], plan: LeavePlan) -> list[Row]:
    dice, wishes = random.Random("wishes web-centre"), WishPlan(plan)
    people = [m.id for m in MEMBERS]
    for first, last, want, count, weight in _WISHES:
        begin, end = date(2026, 12, first), date(2026, 12, last or first)
        wishes.add_some(people, count, dice, begin, end, want, weight)
    for want in ("off", "off", "off", "D", "E", "not E"):
        day = dice.choice(days[:-2])
        wishes.add(dice.choice(people), day, day, want, None)
    return wishes.in_order


def _history(first: date) -> dict[tuple[str, date], str]:
    """Return the last eight days of November: three days, two evenings, two days off."""
    cells = {}
    for at, m in enumerate(MEMBERS):
        cycle = "DDD----" if m.part_time else "DDDEE--"
        for i in range(8):
            code = cycle[(3 * at + i) % 7]
            cells[m.id, first - timedelta(days=8 - i)] = "off" if code == "-" else code
    return cells


_WEEKENDS = {ORDER: 13, COMPLAINT: 10, SERVICE: 12}
"""Weekends worked from July to November; complaints rest more on weekends."""


def _carry_over() -> list[Row]:
    """Return what each person brings from July to November."""
    rows = []
    for m in MEMBERS:
        dice = random.Random(f"{m.id} so far")
        part = 0.5 if m.part_time else 1
        rows.append(
            {
                "staff": m.id,
                "weekends": round(_WEEKENDS[m.job] * part) + dice.choice((-1, 0, 0, 0, 1, 2)),
                "holidays": round(3 * part) + dice.choice((-1, 0, 0, 0, 1)),
                "hours": sum(8 * round(part * dice.choice((20, 21, 21, 22))) for _ in range(5)),
            }
        )
    return rows


def tables(month: str = MONTH, lang: str = "zh") -> Tables:
    """Return the input sheets of the month.

    Parameters
    ----------
    month : str
        ``2026-12``.
    lang : str
        ``"zh"`` or ``"en"``.

    Returns
    -------
    dict
        Sheet key to rows.

    Raises
    ------
    KeyError
        For any other month.
    """
    if month != MONTH:
        raise KeyError(month)
    days = month_days(month)
    plan = _leave(days)
    return workbook(
        {
            "staff": _staff(8 * sum(map(Calendar().is_workday, days))),
            "shifts": SHIFTS,
            "demand": _demand(),
            "leave": plan.in_order,
            "requests": _wishes(days, plan),
            "tasks": [
                {
                    "task": Text("cleaning the shared rooms", "公共区域清洁"),
                    "days": "every",
                    "shift": "E",
                    "people": 2,
                }
            ],
            "fixed": [
                {"staff": "301", "dates": span(SALE), "shift": "S"},
                {"staff": "205", "dates": _days(8), "shift": "off"},
            ],
            "calendar": [],
            "rules": [{"rule": "cover", "parameter": "under_weight", "value": 20}],
            "history": history_rows(_history(days[0])),
            "carry_over": _carry_over(),
            "swaps": [],
            "swap_wishes": [],
        },
        lang,
        month=month,
        team=TEAM,
        holidays="CN",
        rulebook="web-centre",
    )


if __name__ == "__main__":
    main(tables, (MONTH,), "web-centre")
