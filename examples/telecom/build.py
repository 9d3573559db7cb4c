"""A hotline round the clock: 42 people in three grades, three shift teams and the desks.

    python examples/telecom/build.py OUT_FOLDER [--lang zh|en]

writes October to December 2026 and February 2027. The same team in all of them; people come
and go. Everything that looks like chance comes from a generator seeded with the month, so
that each run writes the same.
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
    weekly_turns,
    workbook,
)
from roster.calendar import DayKind, NamedDay
from roster.words import Text, same

SENIOR, MIDDLE, JUNIOR = "senior", "intermediate", "junior"
AGENT, QUALITY = Text("agent", "坐席"), Text("quality", "质检")
CALLBACK, KNOWLEDGE = Text("callback", "回访"), Text("knowledge", "采编")
DESKS = Text("Desks", "专席")
NIGHT, ENGLISH = Text("night", "夜班"), Text("english", "英语")
TEAM = Text("Hotline", "客服热线")


# --- people ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Member:
    """A person of the team.

    Attributes
    ----------
    day_only : bool
        Not (yet) qualified for nights, or a permanent leader, who works none.
    part_time : bool
        Half a contract, three days a week, not in the turn of the weekly lead.
    english : bool
        Takes calls in English.
    """

    id: str
    zh: str
    en: str
    group: str | Text
    job: Text
    grade: str
    leader: bool = False
    day_only: bool = False
    part_time: bool = False
    english: bool = False
    start: date | None = None
    end: date | None = None
    protection: str | None = None
    protected: tuple[date, date] | None = None
    mentor: str | None = None
    mentored_until: date | None = None
    shift_limits: str | None = None
    max_weekends: int | None = None

    @property
    def new(self) -> bool:
        """Joined in the time that the examples cover."""
        return self.start is not None

    @property
    def nights(self) -> bool:
        """Qualified for nights."""
        return self.job is AGENT and not (
            self.day_only or self.leader or self.part_time or self.new
        )

    @property
    def in_turn(self) -> bool:
        """Takes the weekly lead in turn."""
        return not (self.leader or self.part_time or self.new or self.end)

    def employed(self, days: list[date]) -> bool:
        """Tell whether the person is employed on one of the days."""
        return (self.start is None or self.start <= days[-1]) and (
            self.end is None or self.end >= days[0]
        )


def _agent(number: int, zh: str, en: str, group: str, grade: str, **more) -> Member:
    return Member(f"T{number:03d}", zh, en, group, AGENT, grade, **more)


def _desk(number: int, zh: str, en: str, job: Text, grade: str, **more) -> Member:
    return Member(f"T{number:03d}", zh, en, DESKS, job, grade, **more)


MEMBERS = (
    _agent(1, "许文岚", "Xu Wenlan", "A", SENIOR, leader=True, english=True),
    _agent(2, "郑书航", "Zheng Shuhang", "A", SENIOR),
    _agent(3, "马晓棠", "Ma Xiaotang", "A", SENIOR, english=True),
    _agent(4, "方若溪", "Fang Ruoxi", "A", MIDDLE, english=True),
    _agent(5, "贺子宁", "He Zining", "A", MIDDLE),
    _agent(
        6,
        "卢婉清",
        "Lu Wanqing",
        "A",
        MIDDLE,
        protection="pregnant",
        protected=(date(2026, 12, 1), date(2027, 3, 15)),
    ),
    _agent(7, "田沐阳", "Tian Muyang", "A", MIDDLE),
    _agent(8, "彭思远", "Peng Siyuan", "A", JUNIOR, english=True),
    _agent(9, "孔令夏", "Kong Lingxia", "A", JUNIOR),
    _agent(10, "邹雨桐", "Zou Yutong", "A", JUNIOR, part_time=True),
    _agent(
        11,
        "石佳禾",
        "Shi Jiahe",
        "A",
        JUNIOR,
        start=date(2026, 10, 12),
        mentor="T005",
        mentored_until=date(2026, 10, 31),
    ),
    _agent(12, "傅明轩", "Fu Mingxuan", "B", SENIOR, leader=True),
    _agent(13, "秦知夏", "Qin Zhixia", "B", SENIOR, english=True),
    _agent(14, "侯景澄", "Hou Jingcheng", "B", SENIOR),
    _agent(15, "龚诗韵", "Gong Shiyun", "B", MIDDLE, english=True),
    _agent(16, "白梓萱", "Bai Zixuan", "B", MIDDLE),
    _agent(17, "江亦辰", "Jiang Yichen", "B", MIDDLE, shift_limits="N=4"),
    _agent(18, "段若彤", "Duan Ruotong", "B", MIDDLE),
    _agent(19, "雷浩然", "Lei Haoran", "B", JUNIOR),
    _agent(20, "钱语嫣", "Qian Yuyan", "B", JUNIOR, english=True),
    _agent(21, "汤云帆", "Tang Yunfan", "B", JUNIOR, end=date(2026, 12, 20)),
    _agent(
        43,
        "牛小禾",
        "Niu Xiaohe",
        "B",
        JUNIOR,
        start=date(2027, 2, 15),
        mentor="T018",
        mentored_until=date(2027, 3, 14),
    ),
    _agent(22, "尹小满", "Yin Xiaoman", "B", JUNIOR, part_time=True),
    _agent(23, "黎书瑶", "Li Shuyao", "B", JUNIOR),
    _agent(24, "易安歌", "Yi Ange", "C", SENIOR, leader=True, english=True),
    _agent(25, "常乐", "Chang Le", "C", SENIOR),
    _agent(26, "武思涵", "Wu Sihan", "C", SENIOR, english=True),
    _agent(27, "乔一诺", "Qiao Yinuo", "C", MIDDLE),
    _agent(28, "赖文静", "Lai Wenjing", "C", MIDDLE, max_weekends=2),
    _agent(29, "龙海宁", "Long Haining", "C", MIDDLE, english=True),
    _agent(30, "文清越", "Wen Qingyue", "C", MIDDLE),
    _agent(31, "庞雪莹", "Pang Xueying", "C", JUNIOR),
    _agent(32, "樊星宇", "Fan Xingyu", "C", JUNIOR, english=True),
    _agent(33, "兰心怡", "Lan Xinyi", "C", JUNIOR),
    _agent(34, "殷子墨", "Yin Zimo", "C", JUNIOR, end=date(2026, 11, 20)),
    _agent(
        44,
        "温朗",
        "Wen Lang",
        "C",
        JUNIOR,
        start=date(2026, 12, 14),
        mentor="T030",
        mentored_until=date(2027, 1, 10),
    ),
    _desk(35, "施雅文", "Shi Yawen", QUALITY, SENIOR),
    _desk(36, "陶然", "Tao Ran", QUALITY, MIDDLE),
    _desk(37, "洪嘉树", "Hong Jiashu", QUALITY, MIDDLE),
    _desk(
        38,
        "翟晓雯",
        "Zhai Xiaowen",
        CALLBACK,
        MIDDLE,
        protection="nursing",
        protected=(date(2026, 6, 1), date(2027, 4, 30)),
    ),
    _desk(39, "安可欣", "An Kexin", CALLBACK, JUNIOR),
    _desk(40, "颜如意", "Yan Ruyi", CALLBACK, JUNIOR),
    _desk(41, "倪佳宁", "Ni Jianing", KNOWLEDGE, MIDDLE),
    _desk(42, "严知行", "Yan Zhixing", KNOWLEDGE, JUNIOR),
)

IN_TURN = tuple(m.id for m in MEMBERS if m.in_turn)
_FIRST_TURN = date(2026, 9, 28), "T041"
_PASSED_OVER = date(2026, 12, 14)
"""In this week the next two on the list are away; they lead the two weeks after it."""


def lead_weeks(until: date) -> list[tuple[date, str]]:
    """Return (Monday, id) of every weekly lead from a round before October on."""
    monday, first = _FIRST_TURN
    n = len(IN_TURN)
    turns = weekly_turns(
        IN_TURN, monday - timedelta(weeks=n), IN_TURN.index(first), max(until, _PASSED_OVER)
    )
    turns += weekly_turns(
        IN_TURN,
        turns[-1][0] + timedelta(weeks=1),
        IN_TURN.index(turns[-1][1]) + 1,
        max(until, _PASSED_OVER + timedelta(weeks=3)),
    )
    at = [m for m, _ in turns].index(_PASSED_OVER)
    week = [person for _, person in turns[at : at + 3]]
    for i, person in enumerate((week[2], week[0], week[1])):
        turns[at + i] = turns[at + i][0], person
    return [(m, person) for m, person in turns if m < until]


# --- what differs from month to month ---------------------------------------------------------


@dataclass(frozen=True)
class Month:
    """What is special about a month.

    Attributes
    ----------
    min_hours, max_hours : int
        Of a full contract.
    demand : mapping
        Days and shift to (min, target, max), for the hotline.
    leave : tuple
        Leave that is given: staff, first, last, kind, status, stand-in.
    wishes : tuple
        (first, last, want, people, weight): so many people wish it.
    fixed : tuple
        (staff, first, last, shift).
    calendar : tuple
        (date, kind, name) rows of the Calendar sheet.
    """

    min_hours: int
    max_hours: int
    demand: dict
    leave: tuple = ()
    wishes: tuple = ()
    fixed: tuple = ()
    calendar: tuple = ()


def _d(month: int, day: int, year: int = 2026) -> date:
    return date(year, month, day)


_FULL = {
    ("workday", "D"): (7, 9, 12),
    ("0", "D"): (8, 10, 13),  # Mondays bring what the weekend left over
    ("rest", "D"): (5, 7, 9),
    ("workday", "E"): (6, 8, 10),
    ("rest", "E"): (5, 7, 9),
    ("every", "N"): (3, 4, 5),
}
# The end of the year: the load asks for more seats than the contracts have hours.
_PEAK = {
    **_FULL,
    ("workday", "D"): (7, 11, 13),
    ("0", "D"): (8, 12, 13),
    ("rest", "D"): (5, 8, 9),
    ("workday", "E"): (6, 9, 10),
    ("rest", "E"): (5, 8, 9),
    ("every", "N"): (3, 5, 6),
}
_SHORT = {
    ("workday", "D"): (7, 9, 12),
    ("0", "D"): (8, 10, 13),
    ("rest", "D"): (5, 6, 8),
    ("holiday", "D"): (5, 7, 9),
    ("workday", "E"): (6, 8, 10),
    ("rest", "E"): (4, 6, 8),
    ("holiday", "E"): (5, 7, 9),
    ("every", "N"): (3, 3, 5),
    ("holiday", "N"): (3, 4, 5),
}

MONTHS = {
    "2026-10": Month(
        120,
        160,
        {**_SHORT, ("2026-10-08", "D"): (8, 11, 13)},
        leave=(
            ("T020", _d(10, 8), _d(10, 12), "annual", "approved", "T019"),
            ("T030", _d(10, 4), _d(10, 8), "annual", "approved", "T029"),
            ("T033", _d(10, 4), _d(10, 6), "personal", "approved", None),
            ("T016", _d(10, 2), _d(10, 3), "personal", "rejected", None),
            ("T027", _d(10, 19), _d(10, 20), "personal", "requested", None),
            ("T008", _d(10, 23), _d(10, 23), "special", "requested", None),
        ),
        wishes=(
            (_d(10, 1), _d(10, 3), "off", 8, 10),
            (_d(10, 4), _d(10, 7), "off", 6, None),
            (_d(10, 1), None, "not N", 5, None),
            (_d(10, 18), None, "off", 5, None),
            (_d(10, 24), _d(10, 25), "off", 5, None),
            (_d(10, 10), None, "not E", 4, None),
        ),
        fixed=(("T019", _d(10, 20), None, "D"), ("T031", _d(10, 20), None, "D")),
    ),
    "2026-11": Month(
        144,
        176,
        _FULL,
        leave=(
            ("T029", _d(11, 9), _d(11, 13), "annual", "approved", "T030"),
            ("T014", _d(11, 18), _d(11, 20), "official", "approved", None),
            ("T009", _d(11, 26), _d(11, 27), "personal", "requested", None),
        ),
        wishes=(
            (_d(11, 11), None, "off", 6, None),
            (_d(11, 14), _d(11, 15), "off", 6, None),
            (_d(11, 26), None, "not N", 4, None),
        ),
    ),
    "2026-12": Month(
        152,
        168,
        {
            **_PEAK,
            ("2026-12-31", "D"): (8, 12, 13),
            ("2026-12-31", "E"): (7, 11, 12),
            ("2026-12-31", "N"): (4, 6, 7),
        },
        leave=(
            # The next two on the list when the week of 14 December begins.
            ("T014", _d(12, 14), _d(12, 17), "annual", "approved", "T013"),
            ("T015", _d(12, 15), _d(12, 17), "official", "approved", None),
            ("T037", _d(11, 30), _d(12, 2), "sick", "approved", None),
            ("T007", _d(12, 21), _d(12, 23), "personal", "approved", "T005"),
            ("T026", _d(12, 30), _d(12, 31), "personal", "rejected", None),
            ("T029", _d(12, 24), _d(12, 25), "personal", "requested", None),
            ("T020", _d(12, 31), _d(12, 31), "special", "requested", None),
            ("T040", _d(12, 17), _d(12, 18), "official", "requested", None),
        ),
        wishes=(
            (_d(12, 22), None, "off", 10, None),  # winter solstice, dinner at home
            (_d(12, 24), None, "not E", 4, None),
            (_d(12, 25), None, "off", 3, None),
            (_d(12, 31), None, "off", 11, 10),
            (_d(12, 31), None, "not N", 3, None),
            (_d(12, 19), _d(12, 20), "off", 3, None),
        ),
        fixed=(
            # A training day at the office, and a day at the notary's.
            ("T019", _d(12, 10), None, "L"),
            ("T023", _d(12, 10), None, "L"),
            ("T031", _d(12, 10), None, "L"),
            ("T005", _d(12, 4), None, "off"),
        ),
    ),
    "2027-02": Month(
        104,
        152,
        {
            **_SHORT,
            ("rest", "D"): (5, 7, 9),
            ("2027-02-05", "E"): (5, 6, 8),  # New Year's Eve: the evening is quiet
            ("2027-02-14", "D"): (8, 11, 13),  # the first workday after the feast
        },
        leave=(
            ("T027", _d(2, 9, 2027), _d(2, 14, 2027), "annual", "approved", "T028"),
            ("T005", _d(2, 9, 2027), _d(2, 13, 2027), "annual", "approved", "T007"),
            ("T019", _d(2, 1, 2027), _d(2, 4, 2027), "annual", "approved", None),
            ("T032", _d(2, 5, 2027), _d(2, 7, 2027), "personal", "rejected", None),
            ("T033", _d(2, 21, 2027), _d(2, 22, 2027), "personal", "requested", None),
        ),
        wishes=(
            (_d(2, 5, 2027), _d(2, 6, 2027), "off", 11, 10),
            (_d(2, 7, 2027), _d(2, 8, 2027), "off", 7, None),
            (_d(2, 5, 2027), None, "not N", 4, None),
            (_d(2, 20, 2027), None, "off", 6, None),
            (_d(2, 14, 2027), None, "not E", 4, None),
        ),
        # The yearly notice for 2027 is not out; the supervisor enters what is expected.
        calendar=tuple(
            (_d(2, day, 2027), kind, name)
            for days, kind, name in (
                ((11, 12), "rest", Text("moved day off (assumed)", "调休（暂定）")),
                ((14, 20), "workday", Text("moved workday (assumed)", "调休上班（暂定）")),
            )
            for day in days
        ),
    ),
}


# --- sheets ---------------------------------------------------------------------------------


def _calendar(month: Month) -> Calendar:
    return Calendar(
        "CN",
        {day: NamedDay(DayKind(kind), same("")) for day, kind, _ in month.calendar},
    )


def _staff(
    members: list[Member], month: Month, days: list[date], calendar: Calendar
) -> list[Row]:
    normal = 8 * sum(map(calendar.is_workday, days))
    rows = []
    for m in members:
        skills = [s for s, has in ((NIGHT, m.nights), (ENGLISH, m.english)) if has]
        part = 0.5 if m.part_time else 1
        least, most = month.min_hours * part, month.max_hours * part
        if m.protection or m.job is not AGENT:  # no overtime
            most = min(most, normal)
        rows.append(
            {
                "id": m.id,
                "name": Text(m.en, m.zh),
                "group": m.group,
                "job": m.job,
                "grade": m.grade,
                "skills": Text(
                    *(",".join(s.to(lang) for s in skills) for lang in ("en", "zh"))
                ),
                "leader": True if m.leader else None,
                "rotation": None if m.leader or m.in_turn else False,
                # A newcomer works when the mentor does.
                "min_hours": None if m.start and m.start >= days[0] else int(least),
                "max_hours": int(most),
                "shift_limits": m.shift_limits,
                "max_weekends": m.max_weekends,
                "start_date": m.start,
                "end_date": m.end,
                "protection": m.protection,
                "protected_from": m.protected[0] if m.protected else None,
                "protected_to": m.protected[1] if m.protected else None,
                "mentor": m.mentor,
                "mentored_until": m.mentored_until,
            }
        )
    return rows


SHIFTS: tuple[Row, ...] = (
    # Ten minutes' roll call before each shift: the shifts of the hotline overlap.
    {
        "code": "D",
        "name": Text("early", "早班"),
        "hours": "07:50-16:00",
        "paid_hours": 8,
        "kind": "day",
        "job": AGENT,
        "colour": "BDD7EE",
    },
    {
        "code": "L",
        "name": Text("office", "行政班"),
        "hours": "08:30-12:00,13:00-17:30",
        "kind": "day",
        "counts_as": "D",
        "colour": "C6E0B4",
    },
    {
        "code": "E",
        "name": Text("late", "晚班"),
        "hours": "15:50-24:00",
        "paid_hours": 8,
        "kind": "evening",
        "job": AGENT,
        "colour": "FFE699",
    },
    {
        "code": "N",
        "name": Text("night", "夜班"),
        "hours": "23:50-08:00",
        "paid_hours": 8,
        "kind": "night",
        "job": AGENT,
        "skill": NIGHT,
        "not_before": "D,L,E",
        "colour": "B4A7D6",
    },
)

TASKS: tuple[Row, ...] = (
    {"task": Text("locker room check", "更衣室清洁检查"), "days": "0", "post": "shift_lead",
     "shift": "D", "people": 1},
    {"task": Text("watering the plants", "绿植浇水"), "days": "every", "shift": "D",
     "people": 1},
    {"task": Text("dusting the leaves", "绿植叶面清洁"), "days": "4", "shift": "D",
     "people": 2},
)  # fmt: skip


def _demand(month: Month) -> list[Row]:
    rows = [
        {
            "days": days,
            "shift": shift,
            "job": AGENT,
            "min": least,
            "target": target,
            "max": most,
        }
        for (days, shift), (least, target, most) in month.demand.items()
    ]
    rows += [
        {"days": "every", "shift": shift, "job": AGENT, "min_grade": SENIOR, "min": 1}
        for shift in "DEN"
    ]
    rows.append(
        {
            "days": "every",
            "shift": "D",
            "job": AGENT,
            "skill": ENGLISH,
            "min": 1,
            "target": 2,
            "under_weight": 5,
        }
    )
    # On the office shift: a senior, and no more agents than there are seats.
    rows += [
        {"days": "workday", "shift": "L", "job": AGENT, "min_grade": SENIOR, "min": 1},
        {"days": "workday", "shift": "L", "job": AGENT, "max": 4, "min": 0, "over_weight": 20},
        {"days": "rest", "shift": "L", "min": 0, "max": 0, "over_weight": 20},
    ]
    for job, least, target in ((QUALITY, 1, 2), (CALLBACK, 1, 2), (KNOWLEDGE, 0, 1)):
        rows.append(
            {"days": "workday", "shift": "L", "job": job, "min": least, "target": target}
        )
    return rows


_CYCLES = {"night": "DDEENN--", "late": "DDDEE--", "part": "DDD----", "day": "DDDDD--"}


def _history(members: list[Member], first: date, calendar: Calendar) -> dict:
    """Return the last eight days before the month: cycles, the desks, the weekly leads."""
    days = days_between(first - timedelta(days=8), first - timedelta(days=1))
    turns = lead_weeks(first + timedelta(days=7))
    cells: dict[tuple[str, date], str] = {}
    places = {"night": 0, "late": 0, "part": 0, "day": 0, "lead": 0}
    for m in members:
        working = [day for day in days if calendar.is_workday(day)]
        if m.job is not AGENT or m.leader:
            codes = {day: "L" if day in working else "off" for day in days}
            if m.leader and places["lead"] == 0:  # one of the leaders has the weekend
                codes |= {day: "D" for day in days if day not in working}
                codes[working[0]] = codes[working[-1]] = "off"
            places["lead"] += m.leader
        else:
            if m.part_time:
                cycle = "part"
            elif m.protection:
                cycle = "day"
            elif m.nights and (m.grade == SENIOR or int(m.id[1:]) % 2):
                cycle = "night"
            else:
                cycle = "late"
            pattern = _CYCLES[cycle]
            at = places[cycle] = places[cycle] + (3 if cycle == "night" else 2)
            codes = {
                day: {"-": "off"}.get(c := pattern[(at + i) % len(pattern)], c)
                for i, day in enumerate(days)
            }
        for monday, lead in turns:
            if lead != m.id:
                continue
            week = days_between(monday - timedelta(days=1), monday + timedelta(days=6))
            before = days_between(monday - timedelta(days=8), monday - timedelta(days=2))
            codes |= {d: "L" if d in working else "off" for d in week if d in codes}
            if m.job is AGENT:
                codes |= {d: "D" if d in working else "off" for d in before if d in codes}
        cells |= {
            (m.id, day): code
            for day, code in codes.items()
            if (m.start is None or m.start <= day) and (m.end is None or day <= m.end)
        }
    return cells


_HOLIDAYS_IN = {1: 1, 2: 4, 4: 1, 5: 2, 6: 1, 9: 1, 10: 3}
"""Statutory holidays of 2026 by month."""


def _carry_over(members: list[Member], first: date) -> list[Row]:
    """Return what each person brings; the counts begin anew in January and in July."""
    last_led = {person: monday for monday, person in lead_weeks(first)}
    rows = []
    for m in members:
        if m.start is not None and m.start >= first:
            continue
        since = 1 if first.month <= 6 else 7
        if m.start is not None and m.start.year == first.year:
            since = max(since, m.start.month)
        months = range(since, first.month)
        holidays = sum(_HOLIDAYS_IN.get(k, 0) for k in months)
        dice = random.Random(f"{m.id} so far")
        off = [dice.choice((-2, -1, -1, 0, 0, 0, 1, 1, 2)), *dice.choices((-1, 0, 0, 1), k=2)]
        part, desk = (0.5 if m.part_time else 1), m.job is not AGENT
        rate = 0 if not m.nights else 4.8 if m.grade == SENIOR else 4.6
        nights = round(rate * len(months)) + (off[0] if m.nights else 0)
        weekends = 0 if desk else round(2.4 * part * len(months)) + off[1]
        worked = 0 if desk else round(0.55 * part * holidays) + (off[2] if holidays else 0)
        rows.append(
            {
                "staff": m.id,
                "nights": max(0, nights),
                "weekends": max(0, weekends),
                "holidays": max(0, worked),
                "hours": sum(8 * round(part * dice.choice((20, 21, 21, 22))) for _ in months),
                "last_lead_week": last_led.get(m.id),
                "days_in_lieu": dice.choice((0, 0, 0, 1)) if worked else 0,
            }
        )
    return rows


def _leave(members: list[Member], name: str, calendar: Calendar) -> LeavePlan:
    days = month_days(name)
    month = MONTHS[name]
    people = [
        Person(
            id=m.id,
            group=str(m.group),
            job=m.job.en,
            grade=m.grade,
            first=m.start or days[0],
            last=m.end or days[-1],
            weekends=m.job is AGENT,
        )
        for m in members
    ]
    plan = LeavePlan(
        random.Random(f"leave {name}"), people, days, {"agent": 4, "quality": 1, "callback": 1}
    )
    for staff, first, last, kind, status, stand_in in month.leave:
        plan.add(staff, first, last, kind, status, stand_in)
    # Who leads a week stays at work in it, from the hand-over on the Friday before.
    leading = {
        (person, monday + timedelta(days=i))
        for monday, person in lead_weeks(days[-1] + timedelta(days=14))
        for i in range(-5, 7)
    }
    named = {row[0] for row in (*month.fixed, *month.leave)}
    mentors = {m.mentor for m in members if m.mentored_until and m.mentored_until >= days[0]}
    peaks = [d for d in days if (d.isoformat(), "D") in month.demand]
    plan.fill(
        0.08,
        lambda person, day: (person, day) in leading or person in named | mentors,
        [d for d in days if calendar.is_holiday(d)] + peaks,
        calendar,
    )
    return plan


def _wishes(members: list[Member], name: str, plan: LeavePlan) -> list[Row]:
    """Return wishes that collide on a few days, and some for no reason that is given."""
    month, dice = MONTHS[name], random.Random(f"wishes {name}")
    days = month_days(name)
    fixed = {row[0] for row in month.fixed}
    agents = [
        m
        for m in members
        if m.job is AGENT and not m.leader and not m.new and not m.end and m.id not in fixed
    ]
    wishes = WishPlan(plan)

    def wish(m: Member, first: date, last: date, want: str, weight: int | None) -> bool:
        barred = want == "not N" and not (m.nights and not m.protection)
        return not barred and wishes.add(m.id, first, last, want, weight)

    for first, last, want, people, weight in month.wishes:
        # Those in charge of a shift want the same days off as everybody else.
        order = sorted(agents, key=lambda m: (m.grade != SENIOR, dice.random()))
        order = order[: people // 3] + dice.sample(order[6:], len(order) - 6)
        for m in order:
            if people and wish(m, first, last or first, want, weight):
                people -= 1
    for want in ("off", "off", "D", "E", "not N", "not E"):
        first = dice.choice(days[:-2])
        wish(dice.choice(agents), first, first, want, None)
    return wishes.in_order


def tables(month: str, lang: str = "zh") -> Tables:
    """Return the input sheets of a month.

    Parameters
    ----------
    month : str
        ``2026-10``, ``2026-11``, ``2026-12`` or ``2027-02``.
    lang : str
        ``"zh"`` or ``"en"``.

    Returns
    -------
    dict
        Sheet key to rows.
    """
    special, days = MONTHS[month], month_days(month)
    calendar = _calendar(special)
    members = [m for m in MEMBERS if m.employed(days)]
    plan = _leave(members, month, calendar)
    history = _history(members, days[0], calendar)
    for person, away in plan.away.items():
        history |= {(person, day): "off" for day in away if (person, day) in history}
    return workbook(
        {
            "staff": _staff(members, special, days, calendar),
            "shifts": SHIFTS,
            "demand": _demand(special),
            "leave": plan.in_order,
            "requests": _wishes(members, month, plan),
            "tasks": TASKS,
            "fixed": [
                {"staff": staff, "dates": span(first, last), "shift": code}
                for staff, first, last, code in special.fixed
            ],
            "calendar": [
                {"date": day, "kind": kind, "name": name}
                for day, kind, name in special.calendar
            ],
            "rules": [],
            "history": history_rows(history),
            "carry_over": _carry_over(members, days[0]),
            "swaps": [],
            "swap_wishes": [],
        },
        lang,
        month=month,
        team=TEAM,
        holidays="CN",
        rulebook="telecom",
    )


if __name__ == "__main__":
    main(tables, tuple(MONTHS), "telecom")
