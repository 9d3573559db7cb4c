"""The audit of two months together is that of the first and of the second with history.

Exceptions, each for a reason of its own, are in `TOGETHER_DIFFERS`; for some a weaker
statement holds and is tested instead.
"""

from __future__ import annotations

import dataclasses
import random
from datetime import timedelta

import pytest
from worlds import ROSTER_RULES, SHIFTS, day, leave, people, rule, world

from roster.plan import Roster
from roster.problem import Days, FixedDuty, Grade, Problem, Protection, Request, Task, Want
from roster.rule import Level

TOGETHER_DIFFERS = {
    "shift_limits": "a limit over the horizon",
    "monthly_hours": "a sum over the horizon",
    "hours_system": "an average over the horizon; see below for system=standard",
    "max_weekends": "a number over the horizon",
    "protection": "no overtime on average over the horizon; see below for the single duties",
    "rest_days": "a number in each calendar month, of which each part holds some days",
    "weekly_rest": "window=week skips the week between the months; see below for any7",
    "time_off_in_lieu": "what is carried is due from the first day; see test_lieu",
    "lead_rotation": "the last lead of the first month comes with it; see test_rotation",
    "lead_presence": "as lead_rotation, and min_days counts workdays in the horizon",
    "lead_handover": "as lead_rotation",
    "desk_rotation": "the learning duties of a month are counted in each part of it",
    "fair_nights": "a share of the horizon's demand",
    "fair_weekends": "a share of the horizon's demand",
    "fair_holidays": "a share of the horizon's demand",
    "fair_hours": "a share of the horizon's demand",
    "fair_shifts": "a share of the horizon's demand",
    "stability": "a person is affected once a horizon; see the variant without these points",
}
VOID_BY_DEFAULT = {"at_least_one_of", "crew_pattern", "duty_officer", "handover_overlap"}
"""Rules that ask for nothing before a parameter is set."""
VARIANTS = [
    *(r() for r in ROSTER_RULES if r.id not in {*TOGETHER_DIFFERS, *VOID_BY_DEFAULT}),
    rule("at_least_one_of", pairs=(("E1", "E3"), ("E2", "E4"))),
    rule("at_least_one_of", pairs=(("E1", "E2", "E3"),), shifts=("D",)),
    rule("crew_pattern", pattern=("D", "N", None, "S", None)),
    rule("duty_officer", shifts=("W",)),
    rule("duty_officer", shifts=("D", "N"), office=((480, 1020),)),
    rule("duty_officer", shifts=("W", "N", "E"), office=((480, 1500),)),
    rule("handover_overlap", hours=((480, 1500),)),
    rule("handover_overlap", hours=((0, 1440),)),
    rule("handover_overlap", hours=((1320, 2000),)),
    rule("weekly_rest", window="any7", days_off=2),
    rule("rest_between_shifts", min_minutes=2500),
    rule("rest_after_nights", days_off=3),
    rule("max_consecutive_nights", nights=1),
    rule("max_consecutive_days", days=2),
    rule("min_consecutive_days", days=4),
    rule("min_consecutive_days_off", days=4),
    rule("shift_lead", people=2),
    rule("night_cover", people=2, senior=1),
    rule("committee_rotation", same_post_gap=2),
    rule("meetings", weekly="Tue"),
    rule("stability", person=0),
]
SEEDS = range(12)
_TASKS = (
    Task(name="clean", shifts=frozenset("E")),
    Task(name="class", post="study", days=Days.WEEKDAY, weekday=4),
)
variants = pytest.mark.parametrize(
    "made", VARIANTS, ids=lambda r: "-".join((r.id, *r.shown().values()))
)


def months(seed: int) -> tuple[Roster, Roster, Roster]:
    """Return a random roster of both months, the first part, and the second with history.

    The cut is at any weekday. What is before the first month is known to both.
    """
    rng = random.Random(seed)
    length, cut = 18, rng.randint(6, 12)
    start = day(rng.randint(0, 6))
    shifts = (
        dataclasses.replace(SHIFTS["D"], job=""),
        dataclasses.replace(SHIFTS["E"], not_before=frozenset("D"), job="desk"),
        dataclasses.replace(SHIFTS["N"], not_before=frozenset("DS")),
        dataclasses.replace(SHIFTS["S"], min_grade=Grade.INTERMEDIATE),
        dataclasses.replace(SHIFTS["W"], segments=((480, 1990),), paid_minutes=1000),
    )
    codes = [s.code for s in shifts]

    def cell(off: float) -> str | None:
        return None if rng.random() < off else rng.choice(codes)

    joins = start + timedelta(days=rng.randint(0, 9))
    no_turn = {"rotation": False}
    staff = people(
        {"grade": Grade.SENIOR, "max_consecutive_days": 4, "group": "A", **no_turn},
        {"group": "B", "leader": True, "min_consecutive_days": 3, "second_group": "Desk",
         **no_turn},
        {"protection": Protection.MINOR, "start_date": joins, **no_turn},
        {"end_date": start + timedelta(days=rng.randint(8, 17)), "mentor": "E2", **no_turn},
    )
    past_days = rng.choice((0, 3, 9))
    history = {
        (p.id, start - timedelta(days=k)): cell(0.4)
        for p in staff[:2]
        for k in range(1, past_days + 1)
    }
    rates = [rng.random() for _ in staff]
    rows = [[cell(rates[e]) for _ in range(length)] for e in range(len(staff))]
    for row in rows:
        for d in range(1, length):
            row[d] = row[d - 1] if rng.random() < 0.5 else row[d]
    cells = tuple(map(tuple, rows))
    # Who is not employed has no duty and no history.
    cells = tuple(
        tuple(
            c if p.employed_on(start + timedelta(days=d)) else None for d, c in enumerate(row)
        )
        for p, row in zip(staff, cells)
    )
    told = {
        (p.id, start + timedelta(days=d)): cell(0.5)
        for p in staff[:3]
        for d in rng.sample(range(length), 6)
    }
    wishes = tuple(
        Request(
            staff=rng.choice(staff).id,
            day=start + timedelta(days=rng.randrange(length)),
            want=Want.NOT,
            shift=rng.choice(codes),
        )
        for _ in range(8)
    )
    fixed = tuple(
        FixedDuty(staff="E1", day=start + timedelta(days=d), shift=rng.choice(codes))
        for d in rng.sample(range(length), 4)
    )
    away = (
        leave("E1", 5, 6, start),
        leave("E2", cut - 1, cut, start),
        leave("E2", 3, 3, start),
    )
    both = world(
        shifts, length, staff, start=start, history=history, leaves=away,
        requests=wishes, fixed=fixed, posts=("vitality", "study"), tasks=_TASKS,
        published=told, notice_from=start + timedelta(days=2),
    )
    # Whose turn it is in the second part is told by who served before.
    middle = start + timedelta(days=cut)
    groups = ((0, 3), (2,))
    posts = tuple(
        (monday, post, e)
        for i, monday in enumerate(both.mondays)
        for post in sorted(both.posts)
        for e in [rng.choice(groups[i % 2] if monday < middle else range(4))]
        if i == 0 or rng.random() < 0.8
    )
    known = {
        (p.id, start + timedelta(days=d)): cells[e][d]
        for e, p in enumerate(staff)
        for d in range(cut)
        if p.employed_on(start + timedelta(days=d))
    }

    def part(first, last, before) -> Problem:
        return dataclasses.replace(
            both,
            start=first,
            end=last,
            history=before,
            requests=tuple(r for r in wishes if first <= r.day <= last),
            fixed=tuple(f for f in fixed if first <= f.day <= last),
            posts_held=tuple((m, post, staff[e].id) for m, post, e in posts if m < first),
        )

    both = part(start, both.end, history)
    one = part(start, middle - timedelta(days=1), history)
    two = part(middle, both.end, {**history, **known})
    return (
        Roster(both, cells, posts),
        Roster(one, tuple(row[:cut] for row in cells), held_in(one, posts)),
        Roster(two, tuple(row[cut:] for row in cells), held_in(two, posts)),
    )


def held_in(problem: Problem, posts: tuple) -> tuple:
    """Return the terms of the weeks that have a day in the problem."""
    return tuple(x for x in posts if x[0] in problem.mondays)


@variants
def test_two_months_are_the_sum_of_both(made):
    made = dataclasses.replace(made, level=Level.SOFT, weight=1)
    some = False
    for seed in SEEDS:
        both, one, two = months(seed)
        total = sum(v.points for v in made.check(both))
        apart = [sum(v.points for v in made.check(r)) for r in (one, two)]
        assert total == sum(apart), f"seed {seed}: {total} together, {apart} apart"
        some = some or total > 0
    if made.id not in ("cover", "eligibility"):
        assert some, "no roster breaks the rule: this proves nothing"


@variants
def test_history_before_the_look_back_does_not_matter(made):
    """The days that the reader asks for are all that the rule looks at."""
    made = dataclasses.replace(made, level=Level.SOFT, weight=1)
    for seed in SEEDS:
        whole = months(seed)[2]
        plain = dataclasses.replace(
            whole.problem,
            employees=tuple(
                dataclasses.replace(p, max_consecutive_days=None, min_consecutive_days=None)
                for p in whole.problem.employees
            ),
        )
        first = plain.start - timedelta(days=made.lead_in_days)
        recent = {k: code for k, code in plain.history.items() if k[1] >= first}
        points = [
            sum(v.points for v in made.check(Roster(problem, whole.cells, whole.posts)))
            for problem in (plain, dataclasses.replace(plain, history=recent))
        ]
        # A run longer than allowed already is charged the same for its days of this month.
        assert points[0] == points[1], f"seed {seed}"


def test_standard_weeks_add_up():
    """Each week's overtime is counted once, in the month in which the week ends."""
    made = rule("hours_system", system="standard", weekly=10, overtime_month=0)
    for seed in SEEDS:
        both, one, two = (sum(v.amount for v in made.check(r)) for r in months(seed))
        assert both == one + two


def test_single_duties_of_the_protected_add_up():
    made = rule("protection")
    for seed in SEEDS:
        both, one, two = (
            sum(v.amount for v in made.check(r) if v.case != "total") for r in months(seed)
        )
        assert both == one + two


def test_the_weeks_inside_a_month_add_up():
    """Two months find what the whole finds, but for the week that lies across the edge."""
    made = rule("weekly_rest", days_off=4)
    for seed in SEEDS:
        rosters = months(seed)
        whole, one, two = ([(v.who, v.when, v.amount) for v in made.check(r)] for r in rosters)
        edge = rosters[2].problem.start
        across = [v for v in whole if v[1][0] < edge <= v[1][-1]]
        assert sorted(one + two + across) == sorted(whole)


def test_exceptions_are_rules():
    assert set(TOGETHER_DIFFERS) <= {r.id for r in ROSTER_RULES}
