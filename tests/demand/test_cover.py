"""The planned shifts cover every interval, at the least hours that any choice has."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import product

import pytest

from roster.calendar import Calendar
from roster.demand.calls import Calls
from roster.demand.curve import month_of
from roster.demand.plan import Service, plan_of, usable
from roster.demand.shifts import least_cover, on_duty, out_of_reach, slots_of
from roster.errors import InputError
from roster.problem import Grade, Shift, ShiftKind
from roster.workbook.cells import parse_segments

HOUR = 60


def shift(code: str, hours: str, **facts) -> Shift:
    return Shift(code=code, segments=parse_segments(hours), **facts)


def test_a_shift_covers_only_what_it_spans_wholly():
    own, late = slots_of(shift("D", "08:30-12:00,13:00-17:15"), HOUR)
    assert own == {9, 10, 11, 13, 14, 15, 16} and not late
    own, late = slots_of(shift("N", "23:50-08:00"), 30)
    assert own == set() and late == set(range(16))
    own, late = slots_of(shift("X", "20:00-24:00,01:00-05:00"), HOUR)
    assert own == {20, 21, 22, 23} and late == {1, 2, 3, 4}


def test_a_night_counts_for_the_weakest_night_before():
    shifts = [shift("N", "22:00-06:00")]
    nights = {(0, 1), (1, 1), (1, 0)}
    cover = on_duty(((2,), (5,)), shifts, HOUR, nights)
    assert cover[0][:7] == (5, 5, 5, 5, 5, 5, 0) and cover[0][22:] == (2, 2)
    assert cover[1][:7] == (2, 2, 2, 2, 2, 2, 0) and cover[1][22:] == (5, 5)


def test_hours_out_of_reach_are_found():
    need = [[1] * 24]
    shifts = [shift("D", "08:00-16:00"), shift("N", "20:00-04:00")]
    assert [s for _, s in out_of_reach(need, shifts, HOUR)] == [4, 5, 6, 7, 16, 17, 18, 19]


def brute_force(need, shifts, nights, days, most):
    """Return the least paid minutes by trying every choice."""
    best = None
    for flat in product(range(most + 1), repeat=len(need) * len(shifts)):
        at = [flat[d * len(shifts) : (d + 1) * len(shifts)] for d in range(len(need))]
        cover = on_duty(at, shifts, 6 * HOUR, nights)
        if all(c >= n for row, want in zip(cover, need) for c, n in zip(row, want)):
            cost = sum(
                days[d] * n * s.paid_minutes
                for d, row in enumerate(at)
                for n, s in zip(row, shifts)
            )
            best = cost if best is None else min(best, cost)
    return best


TINY = [
    shift("A", "00:00-12:00"),
    shift("B", "06:00-18:00", paid_minutes=700),
    shift("N", "18:00-06:00", paid_minutes=600),
]


@pytest.mark.parametrize("seed", range(12))
def test_the_hours_are_the_least_of_all_choices(seed):
    """Two kinds of day of four intervals, three shifts, one past midnight."""
    dice = random.Random(seed)
    need = [[dice.randint(0, 2) for _ in range(4)] for _ in range(2)]
    nights = {(0, 0), (0, 1), (1, 0)} if seed % 2 else {(0, 1), (1, 0)}
    days = [5, 2]
    expected = brute_force(need, TINY, nights, days, 2)
    cover = least_cover(need, TINY, 6 * HOUR, nights, days)
    assert cover.proven
    found = sum(
        days[d] * n * s.paid_minutes
        for d, row in enumerate(cover.counts)
        for n, s in zip(row, TINY)
    )
    assert found == expected
    there = on_duty(cover.counts, TINY, 6 * HOUR, nights)
    assert all(c >= n for row, want in zip(there, need) for c, n in zip(row, want))


def test_fewer_different_shifts_at_the_same_hours():
    shifts = [shift("A", "08:00-16:00"), shift("B", "08:00-16:00"), shift("C", "09:00-17:00")]
    need = [[0] * 9 + [3] * 6 + [0] * 9]
    cover = least_cover(need, shifts, HOUR, {(0, 0)}, [1])
    assert sorted(cover.counts[0]) == [0, 0, 3]


def test_what_cannot_be_covered_is_an_error():
    with pytest.raises(ValueError):
        least_cover([[1] * 24], [shift("D", "08:00-16:00")], HOUR, set(), [1])


# --- the plan --------------------------------------------------------------------------------

DECEMBER = [date(2026, 12, 1) + timedelta(days=i) for i in range(31)]
ROUND_THE_CLOCK = [
    shift("D", "08:00-12:00,12:30-16:30"),
    shift("M", "12:00-16:00,17:00-21:00"),
    shift("E", "16:00-20:00,20:30-00:30"),
    shift("N", "23:50-08:10"),
]


def month(seed: int, forecast: bool, last: int = 48):
    dice = random.Random(seed)
    first = DECEMBER[0] if forecast else date(2026, 11, 2)
    days = [first + timedelta(days=i) for i in range(31 if forecast else 28)]
    calls = {d: tuple(float(dice.randint(2, 40)) for _ in range(last)) for d in days}
    calls = {d: (*x, *[0.0] * (48 - last)) for d, x in calls.items()}
    handling = {d: tuple(dice.choice((180.0, 240.0)) for _ in range(48)) for d in days}
    return month_of(Calls(30, calls, handling), DECEMBER, Calendar())


@pytest.mark.parametrize(
    ("forecast", "service"),
    [(False, Service()), (True, Service()), (False, Service(patience=90, shrinkage=30))],
)
def test_the_plan_keeps_its_promise_everywhere(forecast, service):
    plan = plan_of(month(1, forecast), ROUND_THE_CLOCK, service)
    assert len(plan.lines) == 48 * len(plan.month.curves)
    for x in plan.lines:
        assert x.least >= x.agents and x.cover >= x.seats >= x.agents >= 1
        assert x.reached.level >= service.level / 100
    for d in range(len(plan.month.curves)):
        for s in range(4):
            assert plan.least.counts[d][s] <= plan.target.counts[d][s]
    assert plan.minutes(plan.least) < plan.minutes(plan.target)
    assert plan.target.proven and plan.least.proven


def test_the_same_file_gives_the_same_plan():
    first, again = (plan_of(month(2, True), ROUND_THE_CLOCK, Service()) for _ in range(2))
    assert first.rows() == again.rows()


def test_hours_without_a_shift_are_named():
    with pytest.raises(InputError) as caught:
        plan_of(month(3, False), ROUND_THE_CLOCK[:2], Service())
    said = caught.value.issues[0].what
    assert said.en.endswith(
        ": 00:00-08:00 (every day); 16:30-17:00 (every day); 21:00-24:00 (every day)"
    )
    assert "21:00-24:00（每天）" in said.zh
    plan = plan_of(month(3, False), ROUND_THE_CLOCK[:2], Service(), gaps=True)
    assert any(n.warning for n in plan.notes)
    assert any(x.calls and not x.cover and x.reached.level == 0 for x in plan.lines)


def test_shifts_without_use_are_asked_for_nobody():
    plan = plan_of(month(4, False, last=0), ROUND_THE_CLOCK, Service())
    assert plan.lines == () and plan.busiest == 0
    assert plan.rows("agent") == [
        {"days": "every", "shift": s.code, "job": "agent", "min": 0, "max": 0}
        for s in ROUND_THE_CLOCK
    ]


@pytest.mark.parametrize(
    ("agents", "shrinkage", "seats"), [(14, 30, 20), (17, 15, 20), (10, 0, 10), (0, 50, 0)]
)
def test_seats_allow_for_shrinkage(agents, shrinkage, seats):
    service = Service(shrinkage=shrinkage)
    assert service.seats(agents) == seats
    assert service.ready(seats) >= agents
    assert all(service.ready(service.seats(n)) >= n for n in range(500))


def test_which_shifts_answer_calls():
    shifts = [
        shift("D", "08:00-16:00"),
        shift("Q", "08:00-16:00", job="quality"),
        shift("S", "08:00-16:00", min_grade=Grade.SENIOR),
        shift("L", "08:00-16:00", counts_as=frozenset("D")),
        shift("Y", "08:00-16:00", kind=ShiftKind.DUTY),
    ]

    def codes(**options):
        return "".join(s.code for s in usable(shifts, **options))

    assert codes() == "D"
    assert codes(job="Quality") == "DQ"
    assert codes(codes=["S", "D"]) == "SD"
    for wrong in ({"codes": ["L"]}, {"codes": ["Z", "D"]}, {"codes": ["Q"]}):
        with pytest.raises(InputError):
            usable(shifts, **wrong)
    with pytest.raises(InputError):
        usable(shifts[1:2])
