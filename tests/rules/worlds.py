"""Tiny worlds: problems so small that every roster of them can be looked at."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from constraints import REGISTRY, RULES
from roster.calendar import Calendar, DayKind, NamedDay
from roster.plan import Roster
from roster.problem import (
    LEAD,
    SHIFT_LEAD,
    CarryOver,
    Days,
    Demand,
    DeskSpell,
    Employee,
    FixedDuty,
    Grade,
    Leave,
    LeaveKind,
    Problem,
    Protection,
    Request,
    Shift,
    ShiftKind,
    Status,
    Task,
    Want,
)
from roster.rule import Level, Rule
from roster.words import Text

ROSTER_RULES = tuple(r for r in RULES if not r.judges)
"""The rules that bind a roster; those of the desk judge requests."""

MONDAY = date(2026, 12, 7)
SHIFTS = {
    s.code: s
    for s in (
        Shift(code="D", segments=((480, 1020),), paid_minutes=480),
        Shift(code="A", segments=((480, 960),)),
        Shift(code="E", segments=((960, 1500),), paid_minutes=480, kind=ShiftKind.EVENING),
        Shift(code="N", segments=((1320, 1800),), kind=ShiftKind.NIGHT),
        Shift(code="L", segments=((480, 1200),), kind=ShiftKind.DUTY),
        Shift(code="S", segments=((480, 720), (840, 1080))),
        Shift(code="H", segments=((480, 720),)),
        Shift(code="W", segments=((480, 1920),), kind=ShiftKind.DUTY),
    )
}


@dataclass(frozen=True)
class World:
    """A rule in a tiny problem.

    Attributes
    ----------
    label : str
    rule : Rule
        With the parameters to be proved; the level is set by the test.
    problem : Problem
    """

    label: str
    rule: Rule
    problem: Problem

    @property
    def id(self) -> str:
        """Rule and label, for the test's name."""
        return f"{self.rule.id}-{self.label}"

    def rosters(self) -> Iterator[Roster]:
        """Yield every roster there is, with every way to hold the committee posts."""
        p = self.problem
        codes = (None, *p.shift_by_code)
        n = p.n_days
        ways = [
            tuple((*seat, e) for seat, e in sorted(zip(self.seats, held)) if e is not None)
            for held in itertools.product(
                (None, *range(len(p.employees))), repeat=len(self.seats)
            )
        ]
        for flat in itertools.product(codes, repeat=n * len(p.employees)):
            cells = tuple(flat[e * n : (e + 1) * n] for e in range(len(p.employees)))
            for posts in ways:
                yield Roster(p, cells, posts)

    @property
    def seats(self) -> list[tuple[date, str]]:
        """The committee posts of every week."""
        p = self.problem
        return [(m, post) for m in p.mondays for post in p.posts]

    @property
    def size(self) -> int:
        """Number of rosters."""
        p = self.problem
        cells = (len(p.shifts) + 1) ** (p.n_days * len(p.employees))
        return cells * (len(p.employees) + 1) ** len(self.seats)


def rule(rule_id: str, **parameters: object) -> Rule:
    """Return a rule by its id with some parameters."""
    return REGISTRY.rule(rule_id)(**parameters)


def day(d: int, start: date = MONDAY) -> date:
    """Return the date of day `d` of a world."""
    return start + timedelta(days=d)


def past(start: date = MONDAY, **rows: str) -> dict[tuple[str, date], str | None]:
    """Return a history; the last letter of each person's row is the day before `start`."""
    return {
        (who, start - timedelta(days=len(row) - i)): None if code == "." else code
        for who, row in rows.items()
        for i, code in enumerate(row)
    }


def world(
    codes: str | tuple[Shift, ...],
    days: int,
    people: tuple[Employee, ...] = (),
    start: date = MONDAY,
    calendar: Mapping[int, DayKind] | None = None,
    **more: object,
) -> Problem:
    """Return a problem; one person ``E1`` and no holidays unless said otherwise.

    Parameters
    ----------
    codes : str or tuple of Shift
        Letters of `SHIFTS`, or shifts.
    days : int
    people : tuple of Employee
    start : date
    calendar : mapping of int to DayKind or NamedDay, optional
        Days that count as something else.
    **more
        Further fields of the problem.
    """
    shifts = tuple(SHIFTS[c] for c in codes) if isinstance(codes, str) else codes
    overrides = {
        day(d, start): kind if isinstance(kind, NamedDay) else NamedDay(kind)
        for d, kind in (calendar or {}).items()
    }
    return Problem(
        start=start,
        end=day(days - 1, start),
        employees=people or (Employee(id="E1"),),
        shifts=shifts,
        calendar=Calendar(country=None, overrides=overrides),
        **more,
    )


def people(*rows: Mapping[str, object]) -> tuple[Employee, ...]:
    """Return people ``E1``, ``E2``, ... with these attributes."""
    return tuple(Employee(id=f"E{i}", **row) for i, row in enumerate(rows, 1))


def told(start: date = MONDAY, **rows: str) -> dict[tuple[str, date], str | None]:
    """Return a published roster; the first letter of each person's row is day 0."""
    return {
        (who, day(d, start)): None if code == "." else code
        for who, row in rows.items()
        for d, code in enumerate(row)
    }


def leave(who: str, first: int, last: int, start: date = MONDAY, **more: object) -> Leave:
    """Return an approved leave by days of the world."""
    return Leave(staff=who, first=day(first, start), last=day(last, start), **more)


def need(shifts: str, **more: object) -> Demand:
    """Return a demand row for every day."""
    return Demand(shifts=frozenset(shifts), **more)


def spells(*rows: tuple[str, str]) -> tuple[DeskSpell, ...]:
    """Return the plan of December for E1, E2, ...: the desk, and the one that is learnt."""
    month = MONDAY.replace(day=1)
    return tuple(
        DeskSpell(staff=f"E{i}", month=month, desk=desk, training=training)
        for i, (desk, training) in enumerate(rows, 1)
    )


HOLIDAY, REST, WORKDAY = DayKind.HOLIDAY, DayKind.REST, DayKind.WORKDAY
FESTIVAL = NamedDay(HOLIDAY, Text("Spring Festival", "春节"))
SENIOR, MIDDLE = {"grade": Grade.SENIOR}, {"grade": Grade.INTERMEDIATE}
SATURDAY, SUNDAY = day(-2), day(-1)

_WORLDS: dict[str, Callable[[], Iterator[World]]] = {}


def _worlds(rule_id: str) -> Callable:
    def register(make: Callable) -> Callable:
        def named() -> Iterator[World]:
            for label, problem, parameters in make():
                yield World(label, rule(rule_id, **parameters), problem)

        _WORLDS[rule_id] = named
        return make

    return register


def worlds_of(rule_id: str) -> tuple[World, ...]:
    """Return the worlds of a rule, empty when it has none."""
    return tuple(_WORLDS[rule_id]()) if rule_id in _WORLDS else ()


def all_worlds() -> tuple[World, ...]:
    """Return every world of every rule, in the registry's order."""
    return tuple(w for r in ROSTER_RULES for w in worlds_of(r.id))


def at_level(world: World, level: Level, weight: int | None = None) -> Rule:
    """Return the world's rule at a level."""
    weight = world.rule.weight if weight is None else weight
    return dataclasses.replace(world.rule, level=level, weight=weight)


# --- cover and fitness ------------------------------------------------------------------


@_worlds("cover")
def _cover():
    three = people({}, SENIOR, {"job": "hotline", "skills": frozenset({"vip"})})
    rows = (
        need("D", min=1, target=3, max=1),
        need("D", min=1, target=1, min_grade=Grade.SENIOR),
        need("DE", min=1, max=2, over_weight=4),
        need("E", min=0, target=1, job="Hotline", under_weight=3),
    )
    yield "overlap", world("DE", 2, three, demand=rows), {}
    yield "weights", world("DE", 2, three, demand=rows), {"under_weight": 5, "over_weight": 9}
    both = dataclasses.replace(SHIFTS["S"], code="M", counts_as=frozenset("DE"))
    rows = (
        need("D", min=2, target=2, skills=frozenset({"vip"})),
        need("E", min=1, max=1),
        need("D", days=Days.DATE, first=day(1), min=2, target=3, max=2),
    )
    # Two rows ask for skills nobody has twice: the min cannot be met at all.
    codes = (*(SHIFTS[c] for c in "DE"), both)
    yield "counts-as", world(codes, 2, three[1:], demand=rows[1:]), {}
    yield "impossible", world("DE", 2, three, demand=rows), {}
    away = (leave("E1", 0, 0), leave("E2", 1, 1))
    yield "fixed", world("DE", 2, three, demand=rows[1:], leaves=away), {}
    # E1 may help with orders and with complaints, E3 with neither.
    helpers = people(
        {"job": "Calls", "second_group": "desk", **SENIOR},
        {"job": "order", "group": "Desk", "skills": frozenset({"vip"})},
        {"job": "complaint", "group": "desk", "second_group": "none"},
    )
    codes = (
        dataclasses.replace(SHIFTS["D"], counts_as=frozenset("X")),
        dataclasses.replace(SHIFTS["H"], job="Order", counts_as=frozenset("DX")),
    )
    rows = (
        need("D", min=1, job="calls", max=1),
        need("D", min=1, target=2, job="ORDER"),
        need("D", min=1, job="complaint", min_grade=Grade.SENIOR),
        need("X", min=0, target=2, max=2),
        need("D", min=1, max=1, job="order", skills=frozenset({"vip"})),
    )
    yield "helping", world(codes, 2, helpers, demand=rows), {}
    named = (dataclasses.replace(SHIFTS["E"], job="complaint", counts_as=frozenset("D")),)
    yield "helping-by-job", world(
        (codes[0], *named), 2,
        people({"job": "calls", "second_group": "Complaint"}, {"job": "calls"}, SENIOR),
        demand=(*rows[:1], need("D", min=1, max=1, job="complaint"), need("DE", min=2)),
    ), {}
    # E1 learns complaints, E2 has moved there; on a shift of any job each is at the own desk.
    yield "desk-plan", world(
        (codes[0], *named), 2, people({"job": "calls"}, {"job": "calls"}),
        desk_plan=spells(("calls", "complaint"), ("Complaint", "")),
        demand=(
            need("D", min=1, max=1, job="calls"),
            need("D", min=1, target=2, job="complaint"),
        ),
    ), {}


@_worlds("night_cover")
def _night_cover():
    three = people({}, SENIOR, {"leader": True, **MIDDLE})
    yield "one", world("DN", 2, three), {}
    yield "two-with-senior", world("DN", 2, three), {"people": 2, "senior": 1}
    yield "too-many-senior", world("DN", 2, three), {"people": 0, "senior": 2}
    two = (SHIFTS["N"], dataclasses.replace(SHIFTS["N"], code="M"))
    yield "two-codes", world(two, 2, three), {"people": 2}
    yield "no-nights", world("DE", 2, three), {}


@_worlds("shift_lead")
def _shift_lead():
    three = people({}, SENIOR, {"leader": True})
    yield "one", world("DN", 2, three), {}
    yield "two", world("DN", 2, three), {"people": 2}
    yield "nights-only", world("DN", 2, three), {"kinds": ("night",)}
    yield "duty-kind-free", world("DL", 2, three), {}
    yield "nobody", world("DN", 2, people({}, MIDDLE)), {}
    yield "only-leads", world("DN", 2, people(SENIOR, SENIOR)), {}


@_worlds("eligibility")
def _eligibility():
    shifts = (
        dataclasses.replace(SHIFTS["D"], job="Hotline"),
        dataclasses.replace(SHIFTS["E"], skills=frozenset({"a", "b"})),
        dataclasses.replace(SHIFTS["N"], min_grade=Grade.INTERMEDIATE),
    )
    staff = people(
        {"job": "hotline", "skills": frozenset({"a"}), "grade": Grade.SENIOR},
        {"skills": frozenset({"a", "b", "c"}), **MIDDLE},
    )
    yield "all-three", world(shifts, 2, staff), {}
    yield "nothing-open", world(shifts, 4, people({"skills": frozenset({"b"})})), {}
    helpers = people(
        {"job": "calls", "second_group": "Desk", **MIDDLE},
        {"job": "Hotline", "group": "desk"},
        {"job": "calls", "second_group": "hotline", "skills": frozenset({"a", "b"})},
    )
    yield "second-group", world(shifts, 2, helpers), {}
    # E1 learns the hotline, E2 has moved away from it.
    desks = people({"job": "x"}, {"job": "hotline", "skills": frozenset({"a", "b"})})
    plan = spells(("X", "HOTLINE"), ("x", ""))
    yield "desk-plan", world(shifts, 2, desks, desk_plan=plan), {}


@_worlds("one_duty")
def _one_duty():
    early = Shift(code="B", segments=((360, 420), (900, 960)))
    late = Shift(code="N", segments=((1320, 1500), (1620, 1860)), kind=ShiftKind.NIGHT)
    shifts = (SHIFTS["W"], early, late)
    yield "history", world(shifts, 5, history=past(E1="W")), {}
    yield "split", world(shifts, 5, history=past(E1="N.")), {}
    yield "touching", world("WL", 4, history=past(E1="WN")), {}


@_worlds("shift_limits")
def _shift_limits():
    who = people({"shift_limits": {"N": 2, "D": 3}})
    yield "two-limits", world("DN", 6, who, history=past(E1="NNN")), {}
    counting = dataclasses.replace(SHIFTS["S"], counts_as=frozenset("N"))
    shifts = (SHIFTS["N"], counting)
    yield "zero", world(shifts, 4, people({"shift_limits": {"N": 0, "X": 1}})), {}


@_worlds("at_least_one_of")
def _at_least_one_of():
    three = people({}, {}, {})
    pairs = (("E1", "E2"), ("E3", "E1"))
    yield "every-day", world("DN", 2, three), {"pairs": pairs}
    weekdays = (need("D", min=1, days=Days.KIND, kind=WORKDAY), need("N", max=1))
    yield "workdays", world("DN", 3, people({}, {}), start=day(4), demand=weekdays), {
        "pairs": pairs[:1],
    }
    both = dataclasses.replace(SHIFTS["S"], counts_as=frozenset("E"))
    shifts = (SHIFTS["D"], SHIFTS["E"], both)
    rows = (
        need("D", min=1),
        need("E", target=1, days=Days.DATE, first=day(0)),
        need("S", min=1, days=Days.DATE, first=day(2)),
    )
    yield "shifts", world(shifts, 3, people({}, {}), demand=rows), {
        "pairs": pairs[:1], "shifts": ("E",),
    }
    part = people({"end_date": day(1)}, {"start_date": day(1), "end_date": day(2)})
    yield "part", world("D", 5, part), {"pairs": pairs[:1]}
    away = (leave("E1", 0, 1), leave("E2", 1, 2), leave("E3", 1, 1))
    yield "leave", world("D", 3, three, leaves=away), {"pairs": (("E1", "E2", "E3"),)}
    yield "void", world("D", 3, people({}, {})), {"shifts": ("D",)}


@_worlds("duty_officer")
def _duty_officer():
    two = people({}, {})
    by_day = Shift(code="D", segments=((480, 1200),), kind=ShiftKind.DUTY)
    by_night = Shift(code="N", segments=((1200, 1920),), kind=ShiftKind.DUTY)
    evening = Shift(code="V", segments=((1050, 1920),), kind=ShiftKind.DUTY)
    office = {"office": ((480, 1050),)}
    clock = {"shifts": ("D", "N")}
    yield "round-the-clock", world((by_day, by_night), 3, two), clock
    before = past(E1="N", E2=".")
    yield "history", world((by_day, by_night, SHIFTS["A"]), 2, two, history=before), clock
    yield "three", world((by_day, by_night), 2, people({}, {}, {})), clock
    duties = (evening, SHIFTS["W"])
    yield "office", world(duties, 3, two, start=day(4)), {"shifts": ("V", "W"), **office}
    yield "moved", world(duties, 3, two, start=day(4), calendar={1: WORKDAY, 0: HOLIDAY}), {
        "shifts": ("V", "W"), **office,
    }
    one = Shift(code="M", segments=((360, 480),))
    short = Shift(code="U", segments=((480, 1800),))
    edge = (SHIFTS["W"], short, one)
    known = {"shifts": ("W", "U", "M")}
    yield "edge-unknown", world(edge, 2, two), known
    yield "edge-empty", world(edge, 2, two, history=past(E1=".")), known
    yield "edge-two", world(edge, 2, two, history=past(E1="W", E2="W")), known
    yield "edge-one", world(edge, 2, two, history=past(E1="UW", E2="W.")), known
    split = Shift(code="S", segments=((0, 720), (840, 1440)))
    noon = Shift(code="P", segments=((720, 840),))
    yield "split", world((split, noon), 3, two), {"shifts": ("S", "P")}
    long = Shift(code="X", segments=((480, 3000),))
    rest = Shift(code="Y", segments=((120, 480),))
    yield "two-nights", world((long, rest), 3, two, history=past(E1="X.")), {
        "shifts": ("X", "Y"),
    }
    late = {"office": ((960, 1500),)}
    yield "office-past-midnight", world(duties, 3, two, start=day(3)), {
        "shifts": ("V", "W"), **late,
    }
    yield "gap", world((by_day, evening), 2, two), {"shifts": ("D",), **office}
    yield "void", world((by_day, by_night), 2, two), office


@_worlds("handover_overlap")
def _handover_overlap():
    two = people({}, {})
    day_hours = {"hours": ((480, 1500),)}
    yield "meet", world("DAE", 2, two), day_hours
    yield "history", world("DE", 3, two, history=past(E1=".", E2="E")), {
        "hours": ((0, 60), (480, 1440)),
    }
    whole_day = {"hours": ((0, 1440),)}
    dusk = (Shift(code="D", segments=((360, 1320),)), SHIFTS["N"])
    yield "unknown", world(dusk, 3, two), whole_day
    yield "empty-before", world(dusk, 2, two, history=past(E1="D")), whole_day
    yield "night-before", world(dusk, 3, two, history=past(E1=".", E2="N")), whole_day
    early = (Shift(code="B", segments=((0, 480),)), SHIFTS["N"], SHIFTS["E"])
    yield "next-month", world(early, 2, two), {"hours": ((1320, 1680),)}
    yield "last-month", world(early, 2, two, history=past(E1="E", E2=".")), {
        "hours": ((1320, 1860),),
    }
    rows = (
        need("D", min=1, days=Days.KIND, kind=WORKDAY),
        need("A", target=1, days=Days.DATE, first=day(6)),
    )
    yield "asked", world("AE", 3, two, start=day(4), demand=rows), day_hours
    own = (
        dataclasses.replace(SHIFTS["H"], job="Desk"),
        dataclasses.replace(SHIFTS["S"], job="desk"),
        SHIFTS["D"],
    )
    rows = (need("D", min=1, days=Days.DATE, first=day(0)), need("HS", min=1, job="desk"))
    yield "desk", world(own, 2, two, demand=rows[1:]), {"desk": "desk", "hours": ((480, 1080),)}
    yield "desk-not-asked", world(own, 1, two, demand=rows[:1]), {
        "desk": "desk", "hours": ((480, 720),),
    }
    staff = people({"job": "desk"}, {"job": "other", "skills": frozenset({"x"})})
    open_to = (SHIFTS["A"], SHIFTS["E"], dataclasses.replace(SHIFTS["L"], skills={"x"}))
    rows = (need("A", min=1, job="other"), need("E", min=1, days=Days.DATE, first=day(1)))
    yield "job", world(open_to, 2, staff, demand=rows), {
        "desk": "desk", "hours": ((480, 1000),),
    }
    yield "split", world("SH", 2, two), {"hours": ((600, 700), (700, 900))}
    yield "gap", world("A", 3, two), {"hours": ((400, 700),)}
    long = (Shift(code="X", segments=((480, 3000),)), SHIFTS["H"])
    yield "two-nights", world(long, 4, history=past(E1="X.")), {"hours": ((540, 1500),)}
    yield "void", world("D", 3), {}


@_worlds("helping_out")
def _helping_out():
    shifts = (
        dataclasses.replace(SHIFTS["D"], job="Order"),
        dataclasses.replace(SHIFTS["E"], job="complaint", skills=frozenset({"a"})),
        SHIFTS["N"],
    )
    staff = people(
        {"job": "calls", "second_group": "Desk"},
        {"job": "order", "group": "desk", "second_group": "complaint"},
    )
    yield "two", world(shifts, 4, staff, history=past(E1="D", E2="E")), {}
    three = people(
        {"job": "calls", "second_group": "calls", "group": "A"},
        {"job": "order", "second_group": "B"},
        {"second_group": "a", "group": "B"},
    )
    yield "nobody", world((shifts[0],), 3, three), {}
    named = people({"job": "calls", "second_group": "ORDER"}, {"second_group": "none"})
    yield "by-job", world(shifts, 3, named), {}
    plan = spells(("calls", "order"), ("complaint", ""))
    both = people(
        {"job": "calls", "second_group": "Desk"},
        {"job": "order", "group": "desk", "second_group": "order"},
    )
    yield "desk-plan", world(shifts, 2, both, desk_plan=plan), {}


@_worlds("mentoring")
def _mentoring():
    two = people({}, {"mentor": "E1"})
    yield "always", world("DEN", 4, two), {}
    until = people({}, {"mentor": "E1", "mentored_until": day(1)})
    yield "until", world("DE", 4, until, history=past(E1="E", E2="D")), {}
    chain = people({}, {"mentor": "E1"}, {"mentor": "E2", "mentored_until": day(0)})
    yield "chain", world("DE", 3, chain), {}
    away = (leave("E1", 1, 1),)
    fixed = (FixedDuty(staff="E2", day=day(0), shift="D"),)
    yield "absent", world("DN", 4, two, leaves=away, fixed=fixed), {}
    over = {"mentor": "E1", "mentored_until": day(-1)}
    yield "over", world("DE", 3, people({}, over, {"mentor": "E9"})), {}
    yield "only-shift", world("D", 7, two), {}


# --- time and rest ----------------------------------------------------------------------


@_worlds("availability")
def _availability():
    part = people({"start_date": day(1), "end_date": day(4)})
    yield "employment", world("DN", 6, part), {}
    away = (
        leave("E1", -3, 1, kind=LeaveKind.SICK),
        leave("E1", 1, 2),
        leave("E1", 4, 4, status=Status.REQUESTED),
        leave("E1", 5, 5, status=Status.REJECTED),
        leave("E9", 4, 9),
    )
    yield "leave", world("DN", 6, leaves=away), {}
    fixed = (
        FixedDuty(staff="E1", day=day(0), shift="N"),
        FixedDuty(staff="E1", day=day(2), shift=None),
    )
    yield "fixed", world("DN", 6, fixed=fixed, leaves=(leave("E1", 4, 9),)), {}
    clash = (FixedDuty(staff="E1", day=day(2), shift="D"),)
    yield "clash", world("DN", 4, fixed=clash, leaves=(leave("E1", 2, 2),)), {}


@_worlds("rest_between_shifts")
def _rest_between_shifts():
    yield "default", world("DEN", 6, history=past(E1="N")), {}
    yield "exact", world("DEN", 4, history=past(E1="E")), {"min_minutes": 420}
    yield "past-a-day-off", world("DEN", 5, history=past(E1="E.")), {"min_minutes": 2400}
    yield "two-days-off", world("DW", 7, history=past(E1="W..")), {"min_minutes": 2880}
    split = (SHIFTS["S"], SHIFTS["E"])
    yield "split", world(split, 5), {"min_minutes": 840}
    yield "none", world("WL", 4), {"min_minutes": 0}


@_worlds("successions")
def _successions():
    shifts = (
        dataclasses.replace(SHIFTS["E"], not_before=frozenset("D")),
        dataclasses.replace(SHIFTS["N"], not_before=frozenset("DEX")),
        SHIFTS["D"],
    )
    yield "history", world(shifts, 5, history=past(E1="N")), {}
    yield "lifted", world(shifts, 5, history=past(E1="N.")), {}
    self_barred = (dataclasses.replace(SHIFTS["N"], not_before=frozenset("N")),)
    yield "itself", world(self_barred, 8), {}


@_worlds("max_consecutive_days")
def _max_consecutive_days():
    yield "full", world("DEN", 8, history=past(E1="DD")), {"days": 3}
    yield "long-history", world("DN", 6, history=past(E1="DDDDDDD")), {"days": 3}
    yield "own", world("D", 9, people({"max_consecutive_days": 5})), {"days": 2}
    yield "default", world("D", 10, history=past(E1="D.DDDD")), {}
    yield "leave", world("D", 8, leaves=(leave("E1", 3, 3),)), {"days": 3}


@_worlds("min_consecutive_days")
def _min_consecutive_days():
    yield "no-history", world("DN", 7), {"days": 3}
    yield "history", world("D", 9, history=past(E1=".D")), {"days": 3}
    yield "history-off", world("D", 9, history=past(E1="D.")), {}
    yield "open-history", world("D", 9, history=past(E1="DD")), {"days": 4}
    own = people({"min_consecutive_days": 4})
    yield "own", world("D", 9, own, history=past(E1=".DD")), {"days": 1}
    part = people({"start_date": day(2), "end_date": day(7)})
    yield "part", world("D", 10, part, history=past(E1=".D")), {"days": 3}
    yield "leave", world("D", 9, leaves=(leave("E1", 4, 5),)), {"days": 3}


@_worlds("min_consecutive_days_off")
def _min_consecutive_days_off():
    yield "no-history", world("DN", 7), {"days": 3}
    yield "history", world("D", 9, history=past(E1="D.")), {"days": 3}
    yield "history-on", world("D", 9, history=past(E1=".D")), {}
    yield "open-history", world("D", 9, history=past(E1="..")), {"days": 4}
    own = people({"min_consecutive_days_off": 4})
    yield "own", world("D", 9, own, history=past(E1="D..")), {"days": 1}
    part = people({"start_date": day(2), "end_date": day(7)})
    yield "part", world("D", 10, part), {"days": 3}
    yield "leave", world("D", 9, leaves=(leave("E1", 4, 4),)), {}


@_worlds("max_consecutive_nights")
def _max_consecutive_nights():
    yield "default", world("DN", 8, history=past(E1="NN")), {}
    yield "one", world("DN", 5, history=past(E1="N")), {"nights": 1}
    two = (SHIFTS["N"], dataclasses.replace(SHIFTS["N"], code="M"), SHIFTS["D"])
    yield "two-codes", world(two, 5, history=past(E1="NNNN")), {"nights": 2}
    yield "no-nights", world("D", 5), {"nights": 1}


@_worlds("rest_after_nights")
def _rest_after_nights():
    yield "one", world("DEN", 6, history=past(E1="N")), {}
    yield "two", world("DN", 8, history=past(E1="N.")), {"days_off": 2}
    yield "three", world("DN", 7, history=past(E1="N..")), {"days_off": 3}
    yield "none", world("DN", 4, history=past(E1="N")), {"days_off": 0}
    yield "only-nights", world("N", 8, history=past(E1="N")), {"days_off": 2}


@_worlds("weekly_rest")
def _weekly_rest():
    yield "weeks", world("D", 13, start=SUNDAY, history=past(SUNDAY, E1="DDDDDD")), {}
    yield "any7", world("D", 10, history=past(E1="DDDD")), {"window": "any7"}
    yield "two-days", world("D", 10, history=past(E1="D.DDDD")), {
        "window": "any7", "days_off": 2,
    }
    yield "whole-week", world("DN", 8), {"days_off": 3}
    yield "none", world("D", 7), {"days_off": 0}


@_worlds("daily_hours")
def _daily_hours():
    yield "default", world("DLW", 4), {}
    yield "edge", world("DL", 4), {"overtime": 4}
    yield "short", world("DL", 4), {"normal": 7, "overtime": 0}


@_worlds("monthly_hours")
def _monthly_hours():
    both = people({"min_minutes": 1440, "max_minutes": 2400})
    yield "both", world("DL", 6, both, history=past(E1="DDD")), {}
    away = (
        leave("E1", -1, 1, kind=LeaveKind.ANNUAL),
        leave("E1", 3, 3, kind=LeaveKind.PERSONAL),
        leave("E1", 5, 6, kind=LeaveKind.SICK),
    )
    yield "leave", world(
        "DL", 7, people({"min_minutes": 2400}), leaves=away, calendar={6: WORKDAY}
    ), {}
    part = people(
        {"min_minutes": 1500, "max_minutes": 2001, "start_date": day(2), "end_date": day(5)}
    )
    yield "part", world("DH", 7, part), {}
    gone = people({"min_minutes": 2400, "end_date": day(2)})
    yield "leave-after-end", world(
        "D", 7, gone, leaves=(leave("E1", 1, 4, kind=LeaveKind.SICK),)
    ), {}
    yield "hours-of-leave", world(
        "DH", 6, people({"min_minutes": 1200}), leaves=away[:1], leave_minutes=360
    ), {}
    yield "impossible", world("D", 4, people({"min_minutes": 9999}, {"max_minutes": 0})), {}


@_worlds("hours_system")
def _hours_system():
    yield "average", world("DL", 7), {"weekly": 30, "overtime_month": 4}
    part = people({"start_date": day(0), "end_date": day(4)})
    yield "part", world("DL", 7, part, calendar={1: HOLIDAY}), {
        "weekly": 37, "overtime_month": 3,
    }
    end = date(2026, 12, 29)
    yield "two-months", world("DL", 6, start=end), {"weekly": 20, "overtime_month": 6}
    friday = day(4)
    yield "weeks", world("DL", 6, start=friday, history=past(friday, E1="DDDL")), {
        "system": "standard", "overtime_month": 4,
    }
    yield "next-week-open", world("DL", 6, start=SUNDAY, history=past(SUNDAY, E1="LLLL.L")), {
        "system": "standard", "weekly": 40, "overtime_month": 10,
    }
    yield "two-weeks", world("D", 10, start=day(4), history=past(friday, E1="DDD.")), {
        "system": "standard", "weekly": 24, "overtime_month": 15,
    }


@_worlds("max_weekends")
def _max_weekends():
    friday = day(4)
    yield "one", world("D", 10, start=friday), {"weekends": 1}
    yield "own", world("D", 10, people({"max_weekends": 0}), start=friday), {"weekends": 2}
    yield "none", world("D", 9, people({}, ), start=friday), {}
    yield "moved", world("DN", 6, start=SATURDAY, calendar={1: WORKDAY, 3: HOLIDAY}), {
        "weekends": 0,
    }
    yield "edge", world("D", 8, start=SUNDAY, history=past(SUNDAY, E1="D")), {"weekends": 1}


@_worlds("rest_days")
def _rest_days():
    november = date(2026, 11, 2)
    yield "exact", world("D", 10, start=november), {"days": 9}
    yield "between", world("DN", 7, history=past(E1="..")), {"days": 11}
    yield "two-months", world("D", 12, start=date(2026, 11, 26)), {"days": 6}
    part = people({"start_date": day(2), "end_date": day(6)}, {"end_date": day(1)})
    yield "part", world("D", 7, part), {"days": 14}
    away = (leave("E1", 0, 3), leave("E1", 6, 6, status=Status.REQUESTED), leave("E2", 0, 6))
    yield "leave", world("D", 7, people({}, {}), leaves=away), {"days": 20}
    yield "all-off", world("DN", 5), {"days": 31}
    yield "none-off", world("D", 6), {"days": 0}
    yield "void", world("D", 4), {}


@_worlds("protection")
def _protection():
    def protected(**more: object):
        return people({"protection": Protection.NURSING, **more})

    span = {"protected_from": day(1), "protected_to": day(3)}
    yield "span", world("DNL", 5, protected(**span), history=past(E1="N")), {}
    yield "open", world("DE", 6, protected(protected_from=day(2))), {}
    yield "total", world("DH", 7, protected()), {}
    yield "part", world("DH", 7, protected(end_date=day(4), protected_to=day(5))), {}
    early = Shift(code="B", segments=((300, 420),))
    edge = Shift(code="C", segments=((360, 600), (780, 1320)), paid_minutes=480)
    late = Shift(code="F", segments=((1260, 1321),))
    yield "clock", world((early, edge, late), 4, protected()), {}
    two = Shift(code="G", segments=((360, 420), (1800, 1860), (2760, 2761)))
    yield "second-night", world((two, SHIFTS["H"]), 4, protected()), {}


@_worlds("time_off_in_lieu")
def _time_off_in_lieu():
    days = {1: HOLIDAY, 2: HOLIDAY, 5: WORKDAY}
    yield "two", world("DN", 8, calendar=days), {"within_days": 2}
    yield "not-yet-due", world("D", 10, calendar={**days, 8: HOLIDAY}), {"within_days": 4}
    owed = {"E1": CarryOver(days_in_lieu=2)}
    yield "carried", world("D", 9, calendar=days, carry_over=owed), {"within_days": 3}
    yield "carried-only", world("DN", 5, carry_over=owed), {}
    part = people({"start_date": day(1), "end_date": day(6)})
    yield "part", world("D", 10, part, calendar=days, carry_over=owed,
                        leaves=(leave("E1", 3, 3, kind=LeaveKind.ANNUAL),)), {"within_days": 5}
    closed = (FixedDuty(staff="E1", day=day(3), shift=None),)
    row = {d: HOLIDAY for d in range(3)}
    yield "row", world("D", 8, calendar=row, fixed=closed), {"within_days": 3}
    too_many = {"E1": CarryOver(days_in_lieu=1), "E2": CarryOver(days_in_lieu=9)}
    yield "too-many", world("D", 3, people({}, {}), carry_over=too_many), {}
    rest = {d: REST for d in (1, 2, 3)}
    yield "no-workday", world("DN", 5, calendar={0: HOLIDAY, **rest}), {"within_days": 3}


# --- rotation ---------------------------------------------------------------------------


@_worlds("lead_rotation")
def _lead_rotation():
    two = people({}, {})
    yield "kept", world("D", 5, two), {}
    away = (leave("E1", 2, 4), leave("E2", 4, 4))
    yield "nobody", world("D", 5, two, leaves=away), {}
    yield "void", world("D", 5, people({"rotation": False})), {}


@_worlds("lead_presence")
def _lead_presence():
    one = people({})
    yield "week", world("DA", 7, one), {}
    yield "first-instant", world("AE", 7, one), {"min_days": 2}
    yield "void", world("EN", 7, one), {"min_days": 1}
    yield "cut", world("DA", 5, one, start=day(3)), {}
    yield "leave", world("DE", 7, one, leaves=(leave("E1", 1, 2),)), {"min_days": 4}
    yield "split", world("SA", 6, one, calendar={0: HOLIDAY, 5: WORKDAY}), {
        "instants": (720, 780, 1080), "min_days": 5,
    }
    two = people({}, {})
    yield "two-leads", world("DA", 4, two, start=SATURDAY), {"min_days": 2}
    job = (dataclasses.replace(SHIFTS["D"], job="x"), SHIFTS["A"])
    yield "not-open", world(job, 5, one), {}


@_worlds("lead_handover")
def _lead_handover():
    two = people({}, {})
    yield "friday", world("DE", 3, two, start=day(3)), {}
    yield "edge", world("AH", 3, two, start=day(3)), {"time": (960,)}
    yield "after-horizon", world("DE", 2, two, start=day(3)), {"time": (1020,)}
    yield "thursday", world("DH", 3, two, start=day(2), calendar={2: HOLIDAY}), {}
    none = {d: HOLIDAY for d in range(7)}
    yield "no-workday", world("D", 5, two, calendar=none), {}
    yield "void", world("HN", 2, two, start=day(3)), {}
    shifts = (dataclasses.replace(SHIFTS["D"], min_grade=Grade.SENIOR), SHIFTS["H"])
    yield "void-for-one", world(shifts, 2, people(SENIOR, {}), start=day(3)), {}
    yield "alone", world("DE", 6, people({})), {}
    yield "cell-closed", world(shifts, 2, people(SENIOR, SENIOR), start=day(3)), {}


@_worlds("committee_rotation")
def _committee_rotation():
    none = {"rotation": False}
    three = people(none, none, none)
    week, one, two = {"start": day(0)}, {"posts": ("study",)}, {"posts": ("vitality", "study")}
    yield "again", world((), 15, three, **week, **one), {}
    yield "again-late", world((), 22, people(none, none), **week, **one), {"same_post_gap": 2}
    four = people(none, none, none, none)
    yield "two", world((), 8, four, **week, **two), {}
    yield "lead-out", world((), 3, people({}, none, none, none, none), **week, **two), {}
    with_leader = people(none, none, none, {"leader": True, **none})
    yield "vitality", world((), 10, with_leader, **week, **two), {"same_post_gap": 0}
    held = ((day(-14), "study", "E1"), (day(-7), "study", "E2"), (day(-7), "vitality", "E1"))
    yield "past", world((), 10, four, **week, **two, posts_held=held), {}
    months = ((day(-7, day(21)), "vitality", "E3"), (day(21), "vitality", "E2"))
    yield "kept", world((), 9, people(none, none, none, none), start=day(23), posts_held=months,
                        posts=("vitality",)), {}
    carried = {"E1": CarryOver(last_post="study"), "E3": CarryOver(
        last_post="vitality", last_committee_week=day(-7))}
    yield "carried", world((), 10, four, **week, **two, carry_over=carried), {}
    yield "void", world((), 3, three, **week, posts=("vitality", "study", "morale")), {}


@_worlds("committee_groups")
def _committee_groups():
    staff = people({}, {"leader": True, "rotation": False}, {}, {"end_date": day(3)})
    week, one, two = {"start": day(0)}, {"posts": ("study",)}, {"posts": ("vitality", "study")}
    yield "rows", world((), 10, staff, **week, **two), {}
    typed = people(*({"committee_group": g, "rotation": i > 1} for i, g in enumerate("AABB")))
    yield "typed", world((), 15, typed, **week, **one), {}
    held = ((day(0), "study", "E3"), (day(-7), "vitality", "E3"))
    yield "on-from-before", world((), 10, typed, **week, **one, posts_held=held), {}


@_worlds("committee_presence")
def _committee_presence():
    one = people({})
    more = {"posts": ("study",), "start": day(3)}
    yield "edge", world("DE", 4, one, **more), {}
    yield "two-people", world("A", 2, people({}, {}), **more), {"time": (480,)}
    yield "rest-days", world("A", 5, one, calendar={1: HOLIDAY}, **more), {"time": (960,)}
    two = {"posts": ("study", "morale"), "start": day(0)}
    yield "both-posts", world("DN", 3, one, leaves=(leave("E1", 1, 1),), **two), {}
    yield "void", world("E", 3, one, posts=("study",), start=day(0)), {}


@_worlds("desk_rotation")
def _desk_rotation():
    jobs = (*(dataclasses.replace(SHIFTS[c], job=j) for c, j in zip("DE", "xy")), SHIFTS["A"])
    month = day(0).replace(day=1)
    both = (
        DeskSpell(staff="E1", month=month, desk="x", training="Y"),
        DeskSpell(staff="E1", month=date(2027, 1, 1), desk="y"),
        DeskSpell(staff="E9", month=month, desk="y"),
    )
    more = {"months": 12, "related": (("x", "y"),)}
    last = date(2026, 12, 29)
    yield "edge", world(jobs, 5, start=last, desk_plan=both), {**more, "training": 2}
    yield "leave", world(
        jobs, 3, start=day(0), desk_plan=both, leaves=(leave("E1", 0, 0),)
    ), more
    yield "void", world(jobs, 3, start=day(0)), {}


@_worlds("duties")
def _duties():
    three = people({}, SENIOR, {"leader": True, "rotation": False})
    clean = Task(name="clean", shifts=frozenset("E"), people=2)
    lead = Task(name="read", post=LEAD, days=Days.WEEKDAY, weekday=1)
    senior = Task(name="room", post=SHIFT_LEAD, shifts=frozenset("D"), days=Days.DATE,
                  first=day(0), last=day(0))
    yield "shift", world("DE", 2, three, tasks=(clean,)), {}
    yield "lead", world("DE", 2, three, tasks=(lead, senior)), {}
    both = dataclasses.replace(SHIFTS["S"], code="M", counts_as=frozenset("E"))
    codes = (SHIFTS["D"], both)
    yield "counts-as", world(codes, 2, three[:2], tasks=(clean,)), {}
    study = Task(name="class", post="study", shifts=frozenset("D"))
    yield "post", world("DE", 2, three[:2], tasks=(study,), posts=("study",)), {}
    yield "no-lead", world("D", 2, three[2:], tasks=(lead,)), {}


@_worlds("crew_pattern")
def _crew_pattern():
    two = people({"group": "B"}, {"group": "A"})
    first = {"pattern": ("D", None, "N"), "start": day(1)}
    yield "two", world("DN", 3, two), first
    three = people({"group": "A"}, {"group": "B"}, {"group": "C"})
    yield "three", world("D", 4, three), {"pattern": ("D", "D", None, None), "start": day(-9)}
    yield "by-itself", world("DN", 7, people({"group": "A"})), {"pattern": ("N", "D", None)}
    some = people({"group": "A", "leader": True}, {})
    yield "no-group", world("DN", 4, some), {"pattern": ("D", None)}
    part = people({"group": "A", "start_date": day(1), "end_date": day(5)})
    away = (leave("E1", 2, 3), leave("E1", 4, 4, status=Status.REQUESTED))
    yield "leave", world("DE", 7, part, leaves=away), {"pattern": ("E", None, "D")}
    yield "not-there", world("D", 4, people({"group": "A"})), {"pattern": ("D", "X", None)}
    yield "void", world("D", 4, two), {}


@_worlds("meetings")
def _meetings():
    rows = (need("D", min=1), need("DE", min=1), need("N", min=1))
    three = people({}, SENIOR, {"leader": True})
    wednesday = {"weekly": "Wed", "monthly_before": None}
    yield "weekly", world("DN", 2, three, start=day(1), demand=rows), wednesday
    friday = day(17)
    yield "monthly", world(
        "DE", 2, people({}, {}, {}), start=friday, demand=rows,
        history=past(friday, E1="N", E2="W", E3="E"), leaves=(leave("E3", 18, 18),),
    ), {"time": (960,)}
    yield "before", world(
        "DN", 3, people({}, {}), start=day(9), demand=rows, calendar={2: HOLIDAY}
    ), {"inclusive": "no", "weekly": "Wed", "monthly_before": 25}
    both = (SHIFTS["N"], dataclasses.replace(SHIFTS["W"], segments=((480, 2400),)))
    yield "past-midnight", world(
        both, 3, people(SENIOR, {"leader": True}), start=day(0),
        demand=(need("W", min=1), need("NW", min=2, min_grade=Grade.SENIOR)),
        leaves=(leave("E2", 1, 1),),
    ), {"weekly": "Wed", "time": (930,)}
    helpers = people(
        {"job": "calls", "second_group": "order", **SENIOR},
        {"job": "calls", **SENIOR},
        {"job": "order", **SENIOR},
    )
    order = dataclasses.replace(SHIFTS["L"], job="order", counts_as=frozenset("D"))
    rows = tuple(need("D", min=1, job=job) for job in ("calls", "order"))
    yield "helpers", world((SHIFTS["D"], order), 2, helpers, demand=rows), {"weekly": "Tue"}
    yield "no-meeting", world("DN", 2, three, start=SATURDAY, calendar={0: WORKDAY}), {
        "weekly": "Sat",
    }


# --- fairness and comfort ---------------------------------------------------------------


@_worlds("fair_nights")
def _fair_nights():
    rows = (need("N", min=1),)
    yield "two", world("DN", 4, people({}, {}), demand=rows), {}
    carried = {"E1": CarryOver(nights=9, minutes=1), "E2": CarryOver(nights=2, minutes=1)}
    yield "carried", world("DN", 4, people({}, {}), demand=rows, carry_over=carried), {}
    yield "no-catch-up", world(
        "DN", 4, people({}, {}), demand=rows, carry_over=carried
    ), {"catch_up": 0}
    known = {"E1": CarryOver(nights=9, nights_due=8.5), "E2": CarryOver(nights_due=0.6)}
    yield "known", world("DN", 4, people({}, {}), demand=rows, carry_over=known), {}
    part = people({"end_date": day(1)}, {"max_minutes": 800})
    yield "part", world("DN", 4, part, demand=rows, leaves=(leave("E2", 3, 3),)), {}
    many = (need("N", min=1, target=2),)
    yield "far", world("N", 6, people({}, {"skills": frozenset({"x"})}), demand=many), {}


@_worlds("fair_weekends")
def _fair_weekends():
    rows = (need("D", min=1),)
    two = people({}, {})
    yield "two", world("D", 5, two, start=day(4), demand=rows), {}
    carried = {"E1": CarryOver(weekends=4), "E2": CarryOver()}
    saturday = day(5)
    yield "carried", world("D", 9, people({}), start=saturday, demand=rows,
                           carry_over=carried), {}
    yield "carried-two", world("D", 4, two, start=day(5), demand=rows,
                               carry_over=carried), {"catch_up": 1}
    yield "moved", world("D", 4, two, start=saturday, demand=rows,
                         calendar={1: WORKDAY}), {}
    sunday = day(6)
    yield "cut", world("D", 7, two, start=sunday, demand=rows, history=past(sunday, E1="D")), {}
    known = {"E1": CarryOver(weekends=4, weekends_due=4.6), "E2": CarryOver(weekends=1)}
    yield "known", world("D", 4, two, start=saturday, demand=rows, carry_over=known), {}


@_worlds("fair_holidays")
def _fair_holidays():
    rows = (need("DN", min=1),)
    days = {1: HOLIDAY, 2: HOLIDAY}
    yield "two", world("DN", 3, people({}, {}), demand=rows, calendar=days), {}
    carried = {"E1": CarryOver(holidays=5), "E2": CarryOver(holidays=1)}
    yield "carried", world("D", 4, people({}, {}), demand=rows, calendar={**days, 3: HOLIDAY},
                           carry_over=carried), {"catch_up": 1}
    yield "void", world("D", 3, people({}, {}), demand=rows), {}
    known = {
        "E1": CarryOver(holidays=5, other_holidays_due=3.5, spring_festivals=2, nights=9,
                        spring_festivals_due=1.0),
        "E2": CarryOver(holidays=2, other_holidays_due=3.5, spring_festivals_due=1.0),
    }
    feast = dict.fromkeys((1, 2), FESTIVAL)
    yield "festival", world("D", 4, people({}, {}), demand=rows,
                            calendar={**feast, 3: HOLIDAY}, carry_over=known), {}
    yield "festival-first", world("DN", 3, people({}, {}), demand=rows, calendar=feast), {}


@_worlds("fair_hours")
def _fair_hours():
    rows = (need("D", min=1), need("L", target=1))
    yield "two", world("DL", 3, people({}, {}), demand=rows), {"tolerance": 4}
    yield "strict", world("DH", 3, people({}, {}), demand=rows), {"tolerance": 0}
    owed = {"E1": CarryOver(minutes=9000), "E2": CarryOver(minutes=2000)}
    yield "least", world(
        "DL", 3, people({"min_minutes": 1440}, {}), demand=rows, carry_over=owed,
        leaves=(leave("E1", 0, 0, kind=LeaveKind.ANNUAL),),
    ), {"tolerance": 2}
    yield "far", world("DL", 6, demand=(need("D", min=1),)), {"tolerance": 1}
    known = {"E1": CarryOver(minutes=9000, minutes_due=9100), "E2": CarryOver(minutes=1)}
    yield "known", world("DL", 3, people({}, {"start_date": day(-9)}), demand=rows,
                         carry_over=known), {"tolerance": 1}


@_worlds("fair_shifts")
def _fair_shifts():
    rows = (need("D", min=1), need("E", min=1))
    yield "evenings", world("DE", 3, people({}, {}), demand=rows), {}
    yield "named", world("DE", 3, people({}, {}), demand=rows), {"shifts": ("D",)}
    yield "both", world("DEN", 2, people({}, {}), demand=(need("DE", min=2),)), {
        "shifts": ("D", "E", "X"),
    }


@_worlds("wishes")
def _wishes():
    rows = (
        Request(staff="E1", day=day(0), want=Want.SHIFT, shift="N"),
        Request(staff="E1", day=day(1), want=Want.OFF, weight=3),
        Request(staff="E1", day=day(1), want=Want.OFF, weight=0),
        Request(staff="E1", day=day(2), want=Want.NOT, shift="D"),
        Request(staff="E1", day=day(3), want=Want.NOT, shift="N", weight=11),
    )
    yield "all", world("DN", 5, requests=rows), {}


@_worlds("single_day_off")
def _single_day_off():
    yield "history", world("D", 9, history=past(E1="D.")), {}
    yield "no-history", world("DN", 6), {}
    yield "leave", world("D", 9, leaves=(leave("E1", 3, 3),)), {}
    yield "leave-before", world(
        "D", 6, history=past(E1="D."), leaves=(leave("E1", -1, -1),)
    ), {}
    yield "part", world("D", 8, people({"start_date": day(2), "end_date": day(5)})), {}


@_worlds("single_day_on")
def _single_day_on():
    yield "history", world("D", 9, history=past(E1=".D")), {}
    yield "unknown-before", world("D", 6, history=past(E1="D")), {}
    yield "no-history", world("DN", 6), {}
    yield "part", world("D", 8, people({"start_date": day(2), "end_date": day(5)})), {}


@_worlds("shift_blocks")
def _shift_blocks():
    yield "history", world("DEN", 5, history=past(E1="N")), {}
    yield "same-kind", world("DSL", 5, history=past(E1="D.")), {}


@_worlds("forward_rotation")
def _forward_rotation():
    yield "history", world("DEN", 5, history=past(E1="E")), {}
    yield "same-start", world("DSL", 4, history=past(E1="L")), {}


@_worlds("stability")
def _stability():
    two = people({}, {"end_date": day(1)})
    out = told(E1="DN..", E2="ND..")
    yield "two", world("DN", 3, two, published=out), {}
    yield "notice", world(
        "DN", 4, published=told(E1="N.DD"), notice_from=day(1)
    ), {"person": 3, "change": 0, "urgent": 7, "days": 3}
    away = (leave("E1", 1, 1), leave("E1", 2, 2, status=Status.REQUESTED))
    yield "leave", world("DN", 4, published=told(E1="DD.D"), leaves=away), {"change": 2}
    yield "people-only", world("D", 3, people({}, {}), published=out), {
        "change": 0, "urgent": 0,
    }
    some = {k: code for k, code in out.items() if k[1] != day(1)}
    some |= {("E9", day(0)): "D", ("E1", day(-1)): "N"}
    yield "some-days", world("DN", 3, people({}, {}), published=some), {"person": 0}
    yield "gone-code", world("D", 3, published=told(E1="XD.")), {"days": 1}
    yield "void", world("D", 3), {}
