"""Whose turn it is: list order, who was passed over, absences, cut weeks, hand-overs."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from roster.calendar import Calendar, DayKind, NamedDay
from roster.problem import CarryOver, Employee, Leave, Problem, Shift, Status
from roster.rotation import absent, handover_day, takes_part, turn_after, turns

MONDAY = date(2026, 12, 7)
DAY = Shift(code="D", segments=((480, 1020),))
CN, PLAIN = Calendar(), Calendar(country=None)


def weeks_after(n: int, monday: date = MONDAY) -> date:
    """Return the Monday `n` weeks later."""
    return monday + timedelta(days=7 * n)


def month(
    people: int | tuple[Employee, ...],
    weeks: int = 4,
    start: date = MONDAY,
    end: date | None = None,
    **more: object,
) -> Problem:
    """Return a problem of people ``E1``, ``E2``, ... and whole weeks unless `end` is given."""
    if isinstance(people, int):
        people = tuple(Employee(id=f"E{i}") for i in range(1, people + 1))
    return Problem(
        start=start,
        end=end or start + timedelta(days=7 * weeks - 1),
        employees=people,
        shifts=(DAY,),
        **{"calendar": PLAIN, **more},
    )


def away(who: str, week: int, first: int = 0, last: int = 3, **more: object) -> Leave:
    """Return a leave in a week; Monday to Thursday unless said otherwise.

    Friday is left out so that the week after is not touched by its hand-over.
    """
    monday = weeks_after(week)
    return Leave(
        staff=who,
        first=monday + timedelta(days=first),
        last=monday + timedelta(days=last),
        **more,
    )


def leads(problem: Problem) -> str:
    """Return the numbers of the leads, week by week, - where nobody leads."""
    return "".join(
        "-" if w.lead is None else problem.employees[w.lead].id[1:] for w in turns(problem)
    )


def test_list_order_from_the_top():
    assert leads(month(3, weeks=5)) == "12312"


def test_permanent_leaders_and_who_does_not_take_part_are_left_out():
    staff = (
        Employee(id="E1", leader=True, rotation=False),
        Employee(id="E2"),
        Employee(id="E3", rotation=False),
        Employee(id="E4"),
    )
    assert leads(month(staff)) == "2424"
    assert takes_part(month(staff)) == (1, 3)
    assert turns(month((staff[0],))) == ()


def test_carries_on_from_the_last_lead_of_several():
    carried = {
        "E1": CarryOver(last_lead_week=weeks_after(-3)),
        "E2": CarryOver(last_lead_week=weeks_after(-2)),
        "E3": CarryOver(last_lead_week=weeks_after(-1) + timedelta(days=2)),
        "E4": CarryOver(nights=3),
        "E9": CarryOver(last_lead_week=weeks_after(-1)),
    }
    assert leads(month(4, carry_over=carried)) == "4123"


def test_known_leads_carry_on_and_later_ones_are_ignored():
    known = ((weeks_after(-2), "E2"), (weeks_after(-1), "E3"), (weeks_after(1), "E1"))
    assert leads(month(4, leads=known)) == "4123"


def test_who_was_passed_over_comes_next_before_the_list_goes_on():
    problem = month(4, weeks=5, leaves=(away("E2", 1),))
    assert leads(problem) == "13241"
    assert [w.passed_over for w in turns(problem)] == [(), (1,), (), (), ()]


def test_longest_waiting_first():
    leaves = (away("E2", 1), away("E2", 2), away("E4", 2), away("E2", 3), away("E4", 3))
    # 1; 2 is away, 3; 2 and 4 are away, 5; both away, 1; then 2 before 4.
    assert leads(month(5, weeks=6, leaves=leaves)) == "135124"
    leaves = (away("E2", 1), away("E3", 1), away("E2", 2))
    # 2 and 3 are passed over in one week; 3 is back first.
    assert leads(month(4, weeks=6, leaves=leaves)) == "143212"


def test_passed_over_twice_is_one_turn_owed():
    leaves = tuple(away("E2", week) for week in range(1, 5))
    problem = month(3, weeks=8, leaves=leaves)
    # Passed over in week 1 and again when the list comes round in week 3.
    assert leads(problem) == "13131231"
    assert [w.passed_over for w in turns(problem)] == [(), (1,), *[()] * 6]


def test_a_catch_up_by_the_one_whose_turn_it_is_is_that_turn():
    # 2 is passed over and the list comes back to 1: nobody leads two weeks in a row.
    assert leads(month(2, weeks=6, leaves=(away("E2", 1),))) == "112121"
    carried = {
        "E1": CarryOver(last_lead_week=weeks_after(-1)), "E2": CarryOver(passed_over=True)
    }
    assert leads(month(3, carry_over=carried)) == "2312"


def test_flags_of_the_carry_over():
    carried = {
        "E2": CarryOver(last_lead_week=weeks_after(-1)),
        "E1": CarryOver(passed_over=True, last_lead_week=weeks_after(-9)),
        "E4": CarryOver(passed_over=True),
    }
    # The list stands at 2, so 4 was passed over before 1 was.
    assert leads(month(5, weeks=5, carry_over=carried)) == "41345"
    only = {"E3": CarryOver(passed_over=True)}
    assert leads(month(4, carry_over=only)) == "3123"
    who = (Employee(id="E1"), Employee(id="E2", rotation=False))
    assert leads(month(who, carry_over={"E2": CarryOver(passed_over=True)})) == "1111"


def test_a_flagged_person_still_absent_keeps_waiting():
    carried = {
        "E1": CarryOver(last_lead_week=weeks_after(-1)), "E4": CarryOver(passed_over=True)
    }
    problem = month(4, weeks=4, carry_over=carried, leaves=(away("E4", 0),))
    assert leads(problem)[:3] == "243"


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (("E1", "E3", "E2"), "4123"),  # 2 was caught up with: the list stands at 3
        (("E1", "E3"), "2412"),  # 2 was passed over and waits
        (("E1", "E4"), "2312"),  # 2 and 3 were
        (("E4", "E2", "E1"), "3412"),
        (("E1", "E1"), "2341"),  # all others were passed over
        (("E2", "E2", "E3"), "4123"),
        (("E1", "E3", "E4", "E2"), "1234"),
    ],
)
def test_a_catch_up_near_the_edge_does_not_disturb_the_order(known, expected):
    first = -len(known)
    history = tuple((weeks_after(first + i), who) for i, who in enumerate(known))
    assert leads(month(4, leads=history)) == expected


# --- absent -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("leave", "gone"),
    [
        (away("E1", 1, 4, 4), True),  # this week's hand-over
        (away("E1", 0, 4, 4), True),  # the one before
        (away("E1", 2, 0, 4), False),
        (away("E1", 1, 0, 2), True),  # three workdays
        (away("E1", 1, 0, 1), False),
        (away("E1", 1, 5, 6), False),
        (away("E1", 0, 0, 3), False),
        (away("E1", 1, 4, 4, status=Status.REQUESTED), False),
        (away("E1", 1, 0, 4, status=Status.REJECTED), False),
        (away("E2", 1, 0, 4), False),
    ],
)
def test_absent(leave, gone):
    assert absent(month(2, leaves=(leave,)), 0, weeks_after(1)) is gone


def test_the_hand_over_before_the_horizon_does_not_count():
    leaves = (away("E1", -1, 4, 4),)
    assert not absent(month(2, leaves=leaves), 0, MONDAY)
    whole = month(2, weeks=2, start=weeks_after(-1), leaves=leaves)
    assert absent(whole, 0, MONDAY)


def test_employment_counts_like_leave():
    late = (Employee(id="E1", start_date=weeks_after(1)), Employee(id="E2"))
    # Not there at the hand-over to week 1; then what is owed is the turn of week 2.
    assert leads(month(late)) == "2212"
    assert absent(month(late), 0, weeks_after(1))
    assert not absent(month(late), 0, weeks_after(2))
    thursday = weeks_after(1) + timedelta(days=3)
    leaving = (Employee(id="E1"), Employee(id="E2", end_date=thursday))
    assert absent(month(leaving), 1, weeks_after(1))
    assert leads(month(leaving)) == "1111"


def test_workdays_as_moved():
    named = {weeks_after(1) + timedelta(days=1): NamedDay(DayKind.HOLIDAY)}
    calendar = Calendar(country=None, overrides=named)
    leave = (away("E1", 1, 0, 2),)
    assert not absent(month(2, leaves=leave, calendar=calendar), 0, weeks_after(1))
    named[weeks_after(1) + timedelta(days=5)] = NamedDay(DayKind.WORKDAY)
    more = (*leave, away("E1", 1, 5, 5))
    assert absent(month(2, leaves=more, calendar=calendar), 0, weeks_after(1))


def test_several_leaves_of_a_week_count_together():
    leaves = (away("E1", 1, 0, 0), away("E1", 1, 1, 1), away("E1", 1, 3, 3))
    assert absent(month(2, leaves=leaves), 0, weeks_after(1))


def test_nobody_can_lead():
    leaves = tuple(away(f"E{i}", 1) for i in (1, 2, 3))
    problem = month(3, leaves=leaves)
    assert leads(problem) == "1-23"
    assert turns(problem)[0].next_lead is None
    assert turns(problem)[1].passed_over == ()


# --- hand-overs and cut weeks -------------------------------------------------------------


@pytest.mark.parametrize(
    ("monday", "day"),
    [
        (date(2026, 12, 7), date(2026, 12, 11)),
        (date(2026, 12, 28), date(2026, 12, 31)),  # 1 January is a holiday
        (date(2026, 9, 28), date(2026, 9, 30)),
        (date(2026, 10, 5), date(2026, 10, 9)),  # although Saturday is worked as well
        (date(2026, 2, 16), None),
        (date(2026, 2, 9), date(2026, 2, 13)),
        (date(2026, 6, 15), date(2026, 6, 18)),
    ],
)
def test_hand_over_day(monday, day):
    assert handover_day(CN, monday) == day


def test_hand_over_moves_to_saturday_when_friday_rests():
    friday = MONDAY + timedelta(days=4)
    named = {
        friday: NamedDay(DayKind.REST), friday + timedelta(days=1): NamedDay(DayKind.WORKDAY)
    }
    calendar = Calendar(country=None, overrides=named)
    assert handover_day(calendar, MONDAY) == friday + timedelta(days=1)


def test_a_week_without_workday_has_a_lead_but_no_hand_over():
    start = date(2026, 2, 9)
    leave = Leave(staff="E2", first=date(2026, 2, 16), last=date(2026, 2, 22))
    problem = month(3, weeks=3, start=start, calendar=CN, leaves=(leave,))
    # Nothing of the week is a workday, so nobody is absent in it.
    assert leads(problem) == "123"
    assert [w.handover for w in turns(problem)] == [4, None, 18]


def test_week_cut_by_the_start_keeps_the_latest_lead():
    tuesday = date(2026, 12, 1)
    end = date(2026, 12, 13)
    assert leads(month(3, start=tuesday, end=end)) == "12"
    known = ((date(2026, 11, 23), "E1"), (date(2026, 11, 30), "E2"))
    assert leads(month(3, start=tuesday, end=end, leads=known)) == "23"
    carried = {"E2": CarryOver(last_lead_week=date(2026, 11, 30))}
    assert leads(month(3, start=tuesday, end=end, carry_over=carried)) == "23"
    gone = (Leave(staff="E2", first=date(2026, 12, 4), last=date(2026, 12, 4)),)
    assert leads(month(3, start=tuesday, end=end, leads=known, leaves=gone)) == "31"


def test_week_that_begins_with_the_horizon_is_not_cut():
    known = ((weeks_after(-1), "E2"),)
    assert leads(month(3, leads=known)) == "3123"


def test_week_cut_by_the_end_and_the_first_lead_after_it():
    thursday = date(2026, 12, 31)
    problem = month(3, start=MONDAY, end=thursday, calendar=CN)
    weeks = turns(problem)
    assert leads(problem) == "1231"
    assert weeks[-1].monday == date(2026, 12, 28)
    assert problem.date_of(weeks[-1].handover) == thursday
    assert weeks[-1].next_lead == 1
    gone = (Leave(staff="E2", first=date(2027, 1, 8), last=date(2027, 1, 8)),)
    problem = month(3, start=MONDAY, end=thursday, calendar=CN, leaves=gone)
    assert turns(problem)[-1].next_lead == 2


def test_hand_over_outside_the_horizon():
    problem = month(2, start=date(2026, 12, 5), end=date(2026, 12, 9))
    assert [w.handover for w in turns(problem)] == [-1, 6]


def test_next_lead_is_the_lead_of_the_week_after():
    problem = month(4, weeks=6, leaves=(away("E2", 1), away("E4", 3), away("E1", 3)))
    weeks = turns(problem)
    assert [w.next_lead for w in weeks[:-1]] == [w.lead for w in weeks[1:]]


# --- two months ---------------------------------------------------------------------------


@pytest.mark.parametrize("block", range(8))
def test_two_months_follow_the_same_turns_as_both_together(block):
    """Split anywhere, with the leads known so far, the second month goes on as the whole.

    Nobody is on leave at the last hand-over before the cut: the second month cannot see it.
    """
    compared = 0
    for seed in range(25 * block, 25 * block + 25):
        rng = random.Random(seed)
        people, weeks = rng.randint(2, 6), rng.randint(6, 11)
        end = weeks_after(weeks) - timedelta(days=1)
        cut = weeks_after(rng.randint(2, weeks - 2)) + timedelta(days=rng.randint(0, 6))
        friday = cut - timedelta(days=(cut.weekday() - 5) % 7 + 1)
        leaves = tuple(
            leave
            for e in range(1, people + 1)
            for w in range(weeks + 1)
            if rng.random() < 0.25
            and not (leave := away(f"E{e}", w, 0, 4)).first <= friday <= leave.last
        )
        before = ((weeks_after(-1), f"E{rng.randint(1, people)}"),)
        whole = turns(month(people, weeks, leads=before, leaves=leaves))
        one = turns(
            month(people, end=cut - timedelta(days=1), leads=before, leaves=leaves)
        )
        assert [w.lead for w in one] == [w.lead for w in whole[: len(one)]]
        if any(w.lead is None for w in one):
            continue
        known = (*before, *((w.monday, f"E{w.lead + 1}") for w in one))
        two = turns(month(people, start=cut, end=end, leads=known, leaves=leaves))
        expected = [w.lead for w in whole if w.monday >= two[0].monday]
        assert [w.lead for w in two] == expected, f"seed {seed}"
        # With the state handed on nothing need be known before the first month.
        for earlier in (before, ()):
            first = month(people, end=cut - timedelta(days=1), leads=earlier, leaves=leaves)
            led = [(w.monday, f"E{w.lead + 1}") for w in turns(first)]
            state = turn_after(first, led)
            two = turns(month(people, start=cut, end=end, lead_turn=state, leaves=leaves))
            all_of_it = turns(month(people, weeks, leads=earlier, leaves=leaves))
            expected = [w.lead for w in all_of_it if w.monday >= two[0].monday]
            assert [w.lead for w in two] == expected, f"seed {seed}"
        compared += 1
    assert compared > 5
