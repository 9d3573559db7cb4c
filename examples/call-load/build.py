"""A service centre whose seats follow the calls: 33 people, 07:00 to 23:00, five shifts.

    python examples/call-load/build.py OUT_FOLDER [--lang zh|en]

writes December 2026 and the calls of November, made up with two peaks a day. The Demand sheet
is not typed: it is what ``roster demand`` makes of ``calls.csv`` in this folder. Everything
that looks like chance comes from a seeded generator, so that each run writes the same.
"""

from __future__ import annotations

import math
import random
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
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
from roster.demand.calls import read_calls
from roster.demand.curve import month_of
from roster.demand.plan import Plan, Service, plan_of
from roster.problem import Shift
from roster.words import Text
from roster.workbook.cells import parse_segments

SENIOR, MIDDLE, JUNIOR = "senior", "intermediate", "junior"
TEAM = Text("Service centre", "客户服务中心")
MONTH = "2026-12"
CALLS = Path(__file__).with_name("calls.csv")
"""Four weeks of November, half hour by half hour."""


@dataclass(frozen=True)
class Member:
    """A person; `team` is A, B or C."""

    id: str
    zh: str
    en: str
    team: str
    grade: str
    leader: bool = False
    part_time: bool = False
    protection: str | None = None
    max_weekends: int | None = None


MEMBERS = (
    Member("C01", "陆建平", "Lu Jianping", "A", SENIOR, leader=True),
    Member("C02", "金晓兰", "Jin Xiaolan", "B", SENIOR, leader=True),
    Member("C03", "石磊", "Shi Lei", "C", SENIOR, leader=True),
    Member("C04", "崔雅琴", "Cui Yaqin", "A", SENIOR),
    Member("C05", "侯志强", "Hou Zhiqiang", "B", SENIOR),
    Member("C06", "邵敏", "Shao Min", "C", SENIOR),
    Member("C07", "孟凡", "Meng Fan", "A", SENIOR),
    Member("C08", "龙海燕", "Long Haiyan", "B", SENIOR),
    Member("C09", "万里", "Wan Li", "C", SENIOR),
    Member("C10", "段誉文", "Duan Yuwen", "A", SENIOR),
    Member("C11", "雷蕾", "Lei Lei", "B", SENIOR, protection="nursing"),
    Member("C12", "钱多多", "Qian Duoduo", "C", MIDDLE),
    Member("C13", "汤晓明", "Tang Xiaoming", "A", MIDDLE),
    Member("C14", "尹丽华", "Yin Lihua", "B", MIDDLE),
    Member("C15", "黎明月", "Li Mingyue", "C", MIDDLE),
    Member("C16", "易天", "Yi Tian", "A", MIDDLE),
    Member("C17", "常青", "Chang Qing", "B", MIDDLE),
    Member("C18", "武思远", "Wu Siyuan", "C", MIDDLE),
    Member("C19", "乔安", "Qiao An", "A", MIDDLE),
    Member("C20", "贺佳", "He Jia", "B", MIDDLE),
    Member("C21", "赖春梅", "Lai Chunmei", "C", MIDDLE, max_weekends=3),
    Member("C22", "龚自强", "Gong Ziqiang", "A", MIDDLE),
    Member("C23", "文静", "Wen Jing", "B", MIDDLE),
    Member("C24", "庞博", "Pang Bo", "C", JUNIOR),
    Member("C25", "樊星", "Fan Xing", "A", JUNIOR),
    Member("C26", "兰心", "Lan Xin", "B", JUNIOR),
    Member("C27", "殷实", "Yin Shi", "C", JUNIOR),
    Member("C28", "施雨", "Shi Yu", "A", JUNIOR),
    Member("C29", "陶然", "Tao Ran", "B", JUNIOR),
    Member("C30", "洪亮", "Hong Liang", "C", JUNIOR),
    Member("C31", "翟小天", "Zhai Xiaotian", "A", JUNIOR),
    Member("C32", "安宁", "An Ning", "B", JUNIOR, part_time=True),
    Member("C33", "顾盼", "Gu Pan", "C", JUNIOR, part_time=True),
)

# Meals lie between the segments, since nobody answers calls then, and at different times. P
# and Q are the two peaks with the quiet afternoon off.
SHIFTS: tuple[Row, ...] = (
    {
        "code": "A",
        "name": Text("early", "早班"),
        "hours": "07:00-11:30,12:00-15:30",
        "kind": "day",
        "colour": "FFE699",
    },
    {
        "code": "B",
        "name": Text("day", "白班"),
        "hours": "08:30-12:00,13:00-17:30",
        "kind": "day",
        "colour": "BDD7EE",
    },
    {
        "code": "P",
        "name": Text("early peaks", "早双峰班"),
        "hours": "09:30-13:30,16:30-20:30",
        "kind": "day",
        "colour": "F8CBAD",
    },
    {
        "code": "Q",
        "name": Text("late peaks", "晚双峰班"),
        "hours": "10:00-14:00,17:30-21:30",
        "kind": "day",
        "colour": "C6E0B4",
    },
    {
        "code": "E",
        "name": Text("evening", "晚班"),
        "hours": "14:30-17:00,17:30-23:00",
        "kind": "evening",
        "not_before": "A",
        "colour": "D9C3E8",
    },
)

# First and last day of December, kind, status by staff.
_LEAVE = (
    ("C04", 7, 11, "annual", "approved", "C07"),
    ("C13", 2, 4, "sick", "approved", None),
    ("C16", 14, 15, "official", "approved", None),
    ("C20", 12, 12, "personal", "rejected", None),
    ("C25", 24, 24, "personal", "requested", None),
    ("C17", 30, 31, "annual", "requested", None),
)

# First and last day, what is wished, by how many, weight.
_WISHES = (
    (24, None, "not E", 6, None),
    (24, 25, "off", 3, None),
    (31, None, "off", 5, 10),
    (31, None, "not E", 5, None),
    (21, None, "off", 3, None),
    (5, 6, "off", 4, None),
    (19, 20, "off", 3, None),
)


# --- the calls of November ------------------------------------------------------------------


_OPEN, _CLOSE = 14, 46  # half hours
_WEEK = (1.14, 1.04, 1.0, 1.0, 1.03, 0.86, 0.8)


def _curve(hour: float) -> float:
    """Return the calls of a plain half hour: peaks at half past ten and half past seven."""
    morning = 36 * math.exp(-(((hour - 10.5) / 1.7) ** 2))
    evening = 30 * math.exp(-(((hour - 19.5) / 1.6) ** 2))
    day = 17 / (1 + math.exp(-2 * (hour - 8))) / (1 + math.exp(1.5 * (hour - 21.5)))
    return 0.84 * (3 + morning + evening + day)


def calls_csv() -> str:
    """Return the call file, as it stands in this folder."""
    dice = random.Random("calls of November")
    lines = ["date,time,calls,handling"]
    for day in days_between(date(2026, 11, 2), date(2026, 11, 29)):
        mood = dice.gauss(_WEEK[day.weekday()], 0.03)
        for slot in range(_OPEN, _CLOSE):
            mean = mood * _curve(slot / 2 + 0.25)
            calls = max(0, round(dice.gauss(mean, math.sqrt(mean))))
            handling = round(dice.gauss(232 + (18 if slot >= 36 else 0), 9))
            lines.append(f"{day},{slot // 2:02d}:{30 * (slot % 2):02d},{calls},{handling}")
    return "\n".join(lines) + "\n"


@cache
def plan() -> Plan:
    """Return what ``roster demand`` plans for the month."""
    shifts = [Shift(code=row["code"], segments=parse_segments(row["hours"])) for row in SHIFTS]
    month = month_of(read_calls(CALLS), month_days(MONTH), Calendar())
    return plan_of(month, shifts, Service())


# --- the other sheets -----------------------------------------------------------------------


def _days(first: int, last: int | None = None) -> str:
    return span(date(2026, 12, first), last and date(2026, 12, last))


def _staff(normal: int) -> list[Row]:
    rows = []
    for m in MEMBERS:
        part = 0.5 if m.part_time else 1
        rows.append(
            {
                "id": m.id,
                "name": Text(m.en, m.zh),
                "group": Text(f"team {m.team}", f"{m.team}班"),
                "grade": m.grade,
                "leader": True if m.leader else None,
                "min_hours": int((normal - 40) * part),
                "max_hours": int(normal * part),
                "max_weekends": m.max_weekends,
                "protection": m.protection,
            }
        )
    return rows


def _leave(days: list[date]) -> LeavePlan:
    people = [
        Person(m.id, m.team, "agent", m.grade, days[0], days[-1], weekends=True)
        for m in MEMBERS
    ]
    leave = LeavePlan(random.Random("leave call-load"), people, days, {"agent": 4})
    for staff, first, last, kind, status, stand_in in _LEAVE:
        leave.add(staff, date(2026, 12, first), date(2026, 12, last), kind, status, stand_in)
    named = {row[0] for row in _LEAVE}
    leave.fill(0.08, lambda person, day: person in named, (), Calendar())
    return leave


def _wishes(days: list[date], leave: LeavePlan) -> list[Row]:
    dice, wishes = random.Random("wishes call-load"), WishPlan(leave)
    people = [m.id for m in MEMBERS]
    for first, last, want, count, weight in _WISHES:
        begin, end = date(2026, 12, first), date(2026, 12, last or first)
        wishes.add_some(people, count, dice, begin, end, want, weight)
    for want in ("off", "off", "off", "off", "A", "B", "E", "not P"):
        day = dice.choice(days[:-2])
        wishes.add(dice.choice(people), day, day, want, None)
    return wishes.in_order


def _history(first: date) -> dict[tuple[str, date], str]:
    """Return the last eight days of November: days, then evenings, then two days off."""
    cells = {}
    for at, m in enumerate(MEMBERS):
        cycle = "BB-----" if m.part_time else ("ABPEE--", "BPQEE--", "AABPE--")[at % 3]
        for i in range(8):
            code = cycle[(3 * at + i) % 7]
            if m.protection and code == "E":  # ends at 23:00
                code = "B"
            cells[m.id, first - timedelta(days=8 - i)] = "off" if code == "-" else code
    return cells


def _carry_over() -> list[Row]:
    """Return what each person brings from July to November."""
    rows = []
    for m in MEMBERS:
        dice = random.Random(f"{m.id} so far")
        part = 0.5 if m.part_time else 1
        rows.append(
            {
                "staff": m.id,
                "weekends": round(14 * part) + dice.choice((-1, 0, 0, 0, 1, 2)),
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
    leave = _leave(days)
    return workbook(
        {
            "staff": _staff(8 * sum(map(Calendar().is_workday, days))),
            "shifts": SHIFTS,
            "demand": plan().rows(),
            "leave": leave.in_order,
            "requests": _wishes(days, leave),
            "fixed": [{"staff": "C31", "dates": _days(9), "shift": "off"}],
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
    main(tables, (MONTH,), "call-load")
    out = Path(sys.argv[1]) / CALLS.name
    out.write_text(calls_csv(), encoding="utf-8")
    print(out)
