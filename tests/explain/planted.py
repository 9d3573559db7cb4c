"""Months with a conflict of exactly two rules planted in them.

A team of any size works a month with leave, wishes, history and demand that can be kept. Then
one rule is made to *force* a person P, or the whole team, to work a shift ``X`` on every day
of a week, and another to *bar* it. Two rules that both force do so on one cell with two
shifts. `PAIRS` names every pair of hard rules once, either with how it is planted or with the
reason why the two can never collide.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from constraints import REGISTRY, RULES
from roster.calendar import Calendar
from roster.problem import (
    LEAD,
    SHIFT_LEAD,
    Days,
    Demand,
    Employee,
    FixedDuty,
    Grade,
    Leave,
    LeaveKind,
    Problem,
    Protection,
    Shift,
    ShiftKind,
    Task,
)
from roster.rule import Level, Rule, RuleSet
from roster.under import under

MONDAY = date(2026, 12, 7)
DAYS = 14
WEEK = range(7)
HARD = tuple(sorted(r.id for r in RULES if not r.judges and r().level is Level.HARD))
"""The rules of a roster that are hard as they stand."""


@dataclass
class Month:
    """A month in the making.

    Attributes
    ----------
    people : list of Employee
        The first is P, whom the conflict is about; the second is Q.
    shifts : dict of str to Shift
        X is forced and barred; Y is another shift at the same hours.
    rules : dict of str to Rule
    """

    size: int
    people: list[Employee]
    shifts: dict[str, Shift]
    rules: dict[str, Rule]
    demand: list[Demand] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    fixed: list[FixedDuty] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    history: dict = field(default_factory=dict)
    more: dict = field(default_factory=dict)
    whole_team: bool = False
    days: int = DAYS
    absolute: bool = False
    """Nobody may work X at all: a bar that leaves a few days would be got round."""
    partner: str = ""

    @property
    def p(self) -> Employee:
        return self.people[0]

    def person(self, e: int = 0, **fields: object) -> None:
        self.people[e] = replace(self.people[e], **fields)

    def everybody(self, **fields: object) -> None:
        self.people = [replace(x, **fields) for x in self.people]

    def shift(self, code: str, **fields: object) -> None:
        self.shifts[code] = replace(self.shifts[code], **fields)

    def rule(self, rule_id: str, **fields: object) -> None:
        self.rules[rule_id] = replace(self.rules[rule_id], level=Level.HARD, **fields)

    def problem(self) -> tuple[Problem, RuleSet]:
        """Return the month, with the rules that take part in it and all that stand as ever."""
        rules = RuleSet(tuple(self.rules[r.id] for r in RULES), "standard")
        problem = Problem(
            start=MONDAY,
            end=MONDAY + timedelta(days=self.days - 1),
            employees=tuple(self.people),
            shifts=tuple(self.shifts.values()),
            demand=tuple(self.demand),
            leaves=tuple(self.leaves),
            fixed=tuple(self.fixed),
            tasks=tuple(self.tasks),
            history=self.history,
            calendar=Calendar(country=None),
            **self.more,
        )
        return under(problem, rules), rules


def day(d: int) -> date:
    return MONDAY + timedelta(days=d)


def month(size: int, *involved: str) -> Month:
    """Return a month without conflict, with what stands always and the rules involved."""
    people = [
        Employee(
            id=f"E{i:03d}",
            group="AB"[i % 2],
            grade=(Grade.SENIOR, Grade.INTERMEDIATE, Grade.JUNIOR)[i % 3],
            skills=frozenset({"calls"}),
            rotation=i == 0,
        )
        for i in range(size)
    ]
    book = REGISTRY.defaults(REGISTRY.rulebook("standard"))
    quiet = (
        "lead_rotation",
        "lead_presence",
        "lead_handover",
        "committee_rotation",
        "committee_groups",
        "night_cover",
        "shift_lead",
    )
    rules = {
        i: replace(r, level=Level.OFF) if i in quiet and i not in involved else r
        for i, r in book.items()
    }
    shifts = {
        "X": Shift(code="X", segments=((480, 960),)),
        "Y": Shift(code="Y", segments=((1020, 1440),)),
    }
    made = Month(size, people, shifts, rules)
    made.demand = [Demand(shifts=frozenset("Y"), min=0, target=max(1, size // 5))]
    made.leaves = [
        Leave(staff=people[i].id, first=day(i % 9), last=day(i % 9 + 2), kind=LeaveKind.ANNUAL)
        for i in range(3, size, 6)
    ]
    return made


# --- forcing: P works X on every day of the week -------------------------------------------

FORCES: dict[str, Callable[[Month, str], None]] = {}
BARS: dict[str, Callable[[Month], None]] = {}


def _forces(rule_id: str) -> Callable:
    return lambda f: FORCES.setdefault(rule_id, f)


def _bars(rule_id: str) -> Callable:
    return lambda f: BARS.setdefault(rule_id, f)


@_forces("cover")
def _cover(m: Month, code: str) -> None:
    m.person(0, skills=m.p.skills | {"only"})
    for d in WEEK:
        m.demand.append(
            Demand(
                shifts=frozenset(code),
                skills=frozenset({"only"}),
                min=1,
                days=Days.DATE,
                first=day(d),
            )
        )


@_forces("availability")
def _availability(m: Month, code: str) -> None:
    m.fixed += [FixedDuty(staff=m.p.id, day=day(d), shift=code) for d in WEEK]


@_forces("night_cover")
def _night_cover(m: Month, code: str) -> None:
    m.leaves.clear()
    m.whole_team = True
    m.shift(code, kind=ShiftKind.NIGHT)
    m.rule("night_cover", people=m.size)


@_forces("at_least_one_of")
def _one_of(m: Month, code: str) -> None:
    # The other of the pair has left long ago and is no part of it.
    if m.partner not in WHOLE_TEAM:
        m.person(1, end_date=day(-20))
    m.demand.append(Demand(shifts=frozenset(code), target=1))
    m.rule("at_least_one_of", pairs=((m.p.id, m.people[1].id),), shifts=(code,))


@_forces("handover_overlap")
def _overlap(m: Month, code: str) -> None:
    m.person(0, job="desk")
    m.demand.append(Demand(shifts=frozenset(code), target=1))
    if m.partner == "eligibility":
        m.shift(code, job="desk")
    first = m.shifts[code].start + 120
    m.rule("handover_overlap", desk="desk", hours=((first, first + 60),))


@_forces("monthly_hours")
def _least(m: Month, code: str) -> None:
    # Only the longest shift on every day gives so many hours.
    longest = max(s.paid_minutes for s in m.shifts.values())
    m.shift(code, paid_minutes=longest + 60)
    m.person(0, min_minutes=DAYS * m.shifts[code].paid_minutes)


@_forces("rest_days")
def _no_day_off(m: Month, code: str) -> None:
    m.whole_team = True
    m.leaves.clear()
    m.shifts = {code: m.shifts[code]}
    m.demand = []
    m.rule("rest_days", days=0)


@_forces("lead_presence")
def _present(m: Month, code: str) -> None:
    if m.partner == "eligibility":
        del m.shifts["Y"]  # else any shift would do
        m.demand = []
    m.rule("lead_presence", instants=(m.shifts[code].start,), min_days=5)


@_forces("lead_handover")
def _handover(m: Month, code: str) -> None:
    m.rule("lead_handover", time=(m.shifts[code].start,))


@_forces("duties")
def _tasks(m: Month, code: str) -> None:
    m.leaves.clear()
    m.whole_team = True
    m.tasks += [
        Task(name="t", shifts=frozenset(code), people=m.size, days=Days.DATE, first=day(d))
        for d in WEEK
    ]


@_forces("desk_rotation")
def _learns(m: Month, code: str) -> None:
    # P moves next month and learns the next desk, whose only shift is the code.
    m.shift(code, job="next")
    m.person(0, job="now", desk_since=date(2025, 1, 1))
    m.person(1, job="next", desk_since=date(2026, 11, 1))
    m.rule(
        "desk_rotation", months=24, overlap_months=2, training=DAYS, related=(("now", "next"),)
    )


# --- barring: nobody (or P) works X on all days of the week --------------------------------


@_bars("eligibility")
def _unqualified(m: Month) -> None:
    m.shift("X", skills=frozenset({"rare"}))


@_bars("one_duty")
def _overlaps(m: Month) -> None:
    first = m.shifts["X"].start
    m.shift("X", segments=((first, first + 1500),), paid_minutes=480)
    m.rules["rest_between_shifts"] = replace(m.rules["rest_between_shifts"], min_minutes=0)


@_bars("shift_limits")
def _limited(m: Month) -> None:
    m.everybody(shift_limits={"X": 0 if m.absolute else 2})


@_bars("shift_lead")
def _no_lead(m: Month) -> None:
    m.rule("shift_lead")
    m.everybody(grade=Grade.JUNIOR, leader=False)


@_bars("availability")
def _on_leave(m: Month) -> None:
    who = m.people if m.partner in (*WHOLE_TEAM, "duty_officer") else m.people[:1]
    if m.partner in ("cover", "at_least_one_of", "handover_overlap", "duty_officer"):
        m.leaves = [
            Leave(staff=p.id, first=day(2), last=day(4), kind=LeaveKind.ANNUAL) for p in who
        ]
    else:  # leave would be counted, or change who leads
        days = [(p, d) for p in who for d in range(2, 5)]
        m.fixed = [FixedDuty(staff=p.id, day=day(d), shift=None) for p, d in days]


@_bars("rest_between_shifts")
def _tired(m: Month) -> None:
    m.rule("rest_between_shifts", min_minutes=1440)


@_bars("successions")
def _never_again(m: Month) -> None:
    m.shift("X", not_before=frozenset("X"))


@_bars("max_consecutive_days")
def _in_a_row(m: Month) -> None:
    m.rule("max_consecutive_days", days=3)


@_bars("max_consecutive_nights")
def _nights(m: Month) -> None:
    m.shift("X", kind=ShiftKind.NIGHT)
    m.rule("max_consecutive_nights", nights=2)


@_bars("rest_after_nights")
def _after_nights(m: Month) -> None:
    # Last month ended with a night for everybody.
    m.shifts["N"] = Shift(code="N", segments=((1200, 1440),), kind=ShiftKind.NIGHT)
    m.history |= {(p.id, day(-1)): "N" for p in m.people}
    m.rule("rest_after_nights", days_off=7)
    m.rules["rest_between_shifts"] = replace(m.rules["rest_between_shifts"], min_minutes=0)


@_bars("weekly_rest")
def _sunday(m: Month) -> None:
    m.rule("weekly_rest", days_off=7 if m.partner in LEADS else 1)


@_bars("daily_hours")
def _too_long(m: Month) -> None:
    m.shift("X", paid_minutes=720)


@_bars("monthly_hours")
def _most(m: Month) -> None:
    m.everybody(max_minutes=0 if m.absolute else 960)


@_bars("hours_system")
def _system(m: Month) -> None:
    m.rule("hours_system", weekly=1 if m.absolute else 5, overtime_month=0)


@_bars("max_weekends")
def _weekends(m: Month) -> None:
    m.rule("max_weekends", weekends=0)


@_bars("rest_days")
def _all_off(m: Month) -> None:
    m.rule("rest_days", days=31)


@_bars("protection")
def _protected(m: Month) -> None:
    m.shift("X", paid_minutes=540)
    m.everybody(protection=Protection.NURSING)


@_bars("lead_presence")
def _not_there(m: Month) -> None:
    # No X spans the instant that the lead must be there.
    last = m.shifts["X"].end
    m.shifts["L"] = Shift(code="L", segments=((last + 60, last + 540),))
    m.rule("lead_presence", instants=(last + 120,), min_days=0)


@_bars("lead_handover")
def _not_at_handover(m: Month) -> None:
    last = m.shifts["X"].end
    m.shifts["L"] = Shift(code="L", segments=((last + 60, last + 540),))
    m.rule("lead_handover", time=(last + 120,))


@_bars("desk_rotation")
def _other_desk(m: Month) -> None:
    # X belongs to another desk of the rotation, which P has left; it may still be helped out.
    m.shift("X", job="old")
    m.everybody(job="now", desk_since=date(2026, 6, 1), second_group="old")
    m.rule("desk_rotation", months=24, overlap_months=0)


# --- pairs planted in a way of their own ---------------------------------------------------

SPECIAL: dict[frozenset[str], Callable[[Month], None]] = {}


def _special(a: str, b: str) -> Callable:
    return lambda f: SPECIAL.setdefault(frozenset((a, b)), f)


def _officer(m: Month) -> None:
    """Exactly one officer round the clock, in X."""
    m.shift("X", segments=((0, 1440),), paid_minutes=480)
    m.rule("duty_officer", shifts=("X",))


@_forces("duty_officer")
def _somebody(m: Month, code: str) -> None:
    m.shift(code, segments=((0, 1440),), paid_minutes=m.shifts[code].paid_minutes)
    m.rule("duty_officer", shifts=(code,))


@_special("duty_officer", "cover")
def _(m: Month) -> None:
    _officer(m)
    m.demand.append(Demand(shifts=frozenset("X"), min=2, days=Days.DATE, first=day(3)))


@_special("duty_officer", "availability")
def _(m: Month) -> None:
    _officer(m)
    m.fixed = [FixedDuty(staff=p.id, day=day(3), shift="X") for p in m.people[:2]]


@_special("duty_officer", "night_cover")
def _(m: Month) -> None:
    _officer(m)
    m.shift("X", kind=ShiftKind.NIGHT)
    m.rule("night_cover", people=2)


@_special("duty_officer", "duties")
def _(m: Month) -> None:
    _officer(m)
    m.tasks.append(
        Task(name="t", shifts=frozenset("X"), people=2, days=Days.DATE, first=day(3))
    )


@_special("duty_officer", "rest_days")
def _(m: Month) -> None:
    _officer(m)
    _no_day_off(m, "X")


@_special("duty_officer", "monthly_hours")
def _(m: Month) -> None:
    _officer(m)
    m.shift("X", paid_minutes=540)
    for e in (0, 1):
        m.person(e, min_minutes=DAYS * 540)


@_special("duty_officer", "at_least_one_of")
def _(m: Month) -> None:
    _officer(m)
    m.demand = []
    ids = [p.id for p in m.people]
    m.rule("at_least_one_of", pairs=((ids[0], ids[1]), (ids[2], ids[4])), shifts=("X",))


@_special("duty_officer", "desk_rotation")
def _(m: Month) -> None:
    _officer(m)
    m.shift("X", job="next")
    for e in (0, 2):
        m.person(e, job="now", desk_since=date(2025, 1, 1))
    for e in (1, 4):
        m.person(e, job="next", desk_since=date(2026, 11, 1))
    m.rule(
        "desk_rotation", months=24, overlap_months=2, training=DAYS, related=(("now", "next"),)
    )


def _mentors(m: Month) -> None:
    m.person(0, mentor=m.people[2].id)
    m.rule("mentoring")


@_special("mentoring", "cover")
def _(m: Month) -> None:
    _mentors(m)
    for e, code in ((0, "X"), (2, "Y")):
        m.person(e, skills=m.people[e].skills | {f"only{e}"})
        m.demand.append(
            Demand(
                shifts=frozenset(code),
                skills=frozenset({f"only{e}"}),
                min=1,
                days=Days.DATE,
                first=day(3),
            )
        )


@_special("mentoring", "availability")
def _(m: Month) -> None:
    _mentors(m)
    m.fixed = [
        FixedDuty(staff=m.people[e].id, day=day(3), shift=code)
        for e, code in ((0, "X"), (2, None))
    ]


@_special("mentoring", "monthly_hours")
def _(m: Month) -> None:
    _mentors(m)
    m.person(0, min_minutes=1000)
    m.person(2, max_minutes=0)


@_special("mentoring", "duties")
def _(m: Month) -> None:
    # P leads the week and has a task in X; only the mentor can lead shifts, in Y.
    _mentors(m)
    m.everybody(grade=Grade.JUNIOR)
    m.person(2, grade=Grade.SENIOR)
    m.rules["lead_rotation"] = replace(m.rules["lead_rotation"], level=Level.HARD)
    for post, code in ((LEAD, "X"), (SHIFT_LEAD, "Y")):
        m.tasks.append(
            Task(name=code, post=post, shifts=frozenset(code), days=Days.DATE, first=day(3))
        )


@_special("mentoring", "desk_rotation")
def _(m: Month) -> None:
    # The mentor belongs to a desk of its own that has no shift of P's.
    _mentors(m)
    _learns(m, "X")
    m.person(2, job="far", desk_since=date(2026, 6, 1))


@_special("committee_rotation", "committee_groups")
def _(m: Month) -> None:
    # One person a group, so each would hold the post again and again.
    m.days = 28
    m.everybody(leader=True, rotation=False, committee_group="")
    for e, group in ((0, "A"), (1, "B")):
        m.person(e, leader=False, committee_group=group)
    m.rule("committee_groups")
    m.rule("committee_rotation", posts=("study",), same_post_gap=1)


@_special("committee_rotation", "duties")
def _(m: Month) -> None:
    # Who holds the post would do two tasks at a time; nobody may be absent.
    m.leaves.clear()
    m.rules["committee_groups"] = replace(
        m.rules["committee_groups"], level=Level.SOFT, by="rows"
    )
    m.rule("committee_rotation", posts=("study",))
    m.tasks += [
        Task(name=code, post="study", shifts=frozenset(code), days=Days.DATE, first=day(3))
        for code in "XY"
    ]


# --- which pairs there are -----------------------------------------------------------------

_LIMITS = (
    "max_consecutive_days",
    "max_consecutive_nights",
    "rest_after_nights",
    "weekly_rest",
    "hours_system",
    "max_weekends",
    "rest_between_shifts",
)
LEADS = ("lead_presence", "lead_handover")
WHOLE_TEAM = ("night_cover", "rest_days", "duties")
_COMMITTEE = ("committee_rotation", "committee_groups")

OFF_KEEPS = "both only bar duties: with everybody off both are kept"
ALONE = "what lead_rotation says follows from the input: it fails alone or never"
POSTS = "no clause of it is about a duty: who holds a post is another matter"
EMPTY = "a post may stay empty where committee_rotation does not ask for it"
WITH = "the mentor can always be on the newcomer's shift as well"
OTHERS = "another person can be the officer"
NEXT = "the officer can be another person the next day"
ONCE = "asked for one day a week only, which the limit allows"
WORKDAYS = "asked for on workdays only, and weekends are none"
OPEN = "void where no shift open to the lead would do"
GO_ON = "the nights may simply go on"
BOTH_WORK = "both want work, whatever the shift"

_NEXT = (
    "one_duty",
    "rest_between_shifts",
    "successions",
    "max_consecutive_days",
    "max_consecutive_nights",
    "weekly_rest",
)
_NEVER: dict[frozenset[str], str] = {
    frozenset(pair): why
    for why, a, others in (
        (NEXT, "duty_officer", _NEXT),
        (OTHERS, "duty_officer", (*LEADS, "mentoring", "handover_overlap")),
        (ONCE, "lead_handover", _NEXT[:5]),
        (WORKDAYS, "max_weekends", LEADS),
        (OPEN, "lead_handover", ("eligibility",)),
        (OPEN, "rest_days", LEADS),
        (GO_ON, "rest_after_nights", ("night_cover",)),
        (GO_ON, "rest_after_nights", ("rest_days",)),
        (
            WITH,
            "mentoring",
            ("night_cover", "at_least_one_of", "handover_overlap", "rest_days", *LEADS),
        ),
        (BOTH_WORK, "rest_days", ("at_least_one_of", "handover_overlap", "desk_rotation")),
        (EMPTY, "committee_groups", ("duties",)),
    )
    for pair in ((a, other) for other in others)
}


def never(a: str, b: str) -> str:
    """Return why two rules can never collide; empty when they can."""
    pair = frozenset((a, b))
    if pair in SPECIAL:
        return ""
    if "lead_rotation" in pair:
        return ALONE
    if pair in _NEVER:
        return _NEVER[pair]
    if not pair.isdisjoint(_COMMITTEE):
        return POSTS
    if not _ways(a, b):
        return OFF_KEEPS if pair.isdisjoint(FORCES) or "mentoring" in pair else ""
    return ""


def _ways(a: str, b: str) -> tuple[str, str] | None:
    """Return which rule forces and which bars; two that force do so with two shifts."""
    for force, bar in ((a, b), (b, a)):
        if force in FORCES and bar in BARS:
            return force, bar
    if a in FORCES and b in FORCES:
        return a, b
    return None


PAIRS = tuple(itertools.combinations(HARD, 2))


def plant(size: int, a: str, b: str) -> tuple[Problem, RuleSet]:
    """Return a month of a team of this size in which rules `a` and `b` collide."""
    m = month(size, a, b)
    for limit in _LIMITS:
        if limit not in (a, b):
            m.rules[limit] = replace(m.rules[limit], level=Level.OFF)
    if {a, b} & set(LEADS):
        m.rules["lead_rotation"] = replace(m.rules["lead_rotation"], level=Level.HARD)
    special = SPECIAL.get(frozenset((a, b)))
    if special is not None:
        special(m)
        return m.problem()
    force, bar = _ways(a, b)
    m.partner = force
    m.absolute = force in ("duty_officer", "lead_handover")
    if bar in BARS:
        BARS[bar](m)
        m.partner = bar
        FORCES[force](m, "X")
    else:
        m.partner = bar
        FORCES[force](m, "X")
        FORCES[bar](m, "Y")
    return m.problem()
