"""The desk plan: what it says of a month does not depend on when it is made."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from examples import tables
from roster.calendar import DayKind
from roster.desks import month_after, plan, sizes
from roster.problem import Days, Demand, Employee, Problem, Shift

RING = (("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"))
DEC = date(2026, 12, 1)


def example() -> tuple[Employee, ...]:
    """Return the people of the example, with jobs and dates."""
    rows = tables("job-rotation", "en")["staff"]
    return tuple(
        Employee(id=r["id"], job=r.get("job", ""), desk_since=r.get("desk_since")) for r in rows
    )


WANTED = {"service": 6.0, "callback": 5.0, "quality": 3.5, "knowledge": 3.0}


def related() -> list[list[str]]:
    rows = tables("job-rotation", "en")["rules"]
    text = next(r["value"] for r in rows if r["parameter"] == "related")
    return [group.split("+") for group in text.split(";")]


def test_who_moves_has_learnt_that_desk_though_the_plan_is_made_anew_each_month():
    """Staff is brought up to date after each move, as the page of the example says."""
    people, learnt = example(), {}
    start, moves = DEC, 0
    for k in range(14):
        made = plan(people, start, months=24, overlap=3, related=related(), wanted=WANTED)
        now = {s.staff: s for s in made if s.month == start}
        for p in people:
            spell = now.get(p.id)
            if spell is None:
                continue
            if spell.desk != p.job:
                moves += 1
                if k >= 3:
                    assert learnt[p.id][-3:] == [spell.desk] * 3, (p.id, start)
                learnt[p.id] = []
            learnt.setdefault(p.id, []).append(spell.training)
        people = tuple(
            replace(p, job=now[p.id].desk, desk_since=start)
            if p.id in now and now[p.id].desk != p.job
            else p
            for p in people
        )
        start = month_after(start, 1)
    assert moves >= 10


def test_the_plan_of_next_month_is_the_rest_of_this_one():
    people = example()
    made = {(s.staff, s.month): s for s in plan(
        people, DEC, months=24, overlap=3, related=related(), wanted=WANTED)}
    later = plan(
        tuple(
            replace(p, job=made[p.id, DEC].desk, desk_since=DEC)
            if (p.id, DEC) in made and made[p.id, DEC].desk != p.job
            else p
            for p in people
        ),
        month_after(DEC, 1), months=24, overlap=3, related=related(), wanted=WANTED, length=11,
    )
    for spell in later:
        assert spell == made[spell.staff, spell.month]


def test_two_who_are_due_together_change_places():
    people = tuple(
        Employee(id=f"E{i}", job=job, desk_since=date(2025, 1, 15))
        for i, job in enumerate("aabb")
    )
    made = plan(people, DEC, months=24, overlap=2, related=(("a", "b"),), wanted={})
    january = {s.staff: s.desk for s in made if s.month == date(2027, 1, 1)}
    assert january == {"E0": "b", "E1": "b", "E2": "a", "E3": "a"}
    december = {s.training for s in made if s.month == DEC}
    assert december == {"a", "b"}


@pytest.mark.parametrize("overlap", [0, 1, 3])
def test_the_overlap_comes_before_the_move(overlap):
    person = Employee(id="E", job="a", desk_since=date(2025, 5, 1))
    made = plan((person,), DEC, months=24, overlap=overlap, related=RING, wanted={})
    assert [s.desk for s in made] == ["a"] * 5 + ["b"] * 7
    training = [s.training for s in made]
    assert training == [""] * (5 - overlap) + ["b"] * overlap + [""] * 7
    assert Counter(s.month for s in made) == Counter(month_after(DEC, k) for k in range(12))


def test_people_go_where_most_are_wanted():
    """Of two related desks the larger one gets more; what a week asks tells the size."""
    people = tuple(
        Employee(id=f"E{i}", job="a", desk_since=date(2024, 12, 1)) for i in range(6)
    )
    made = plan(people, DEC, months=24, overlap=1, related=(("a", "b", "c"),),
                wanted={"b": 20.0, "c": 10.0})
    assert Counter(s.desk for s in made if s.month == DEC) == {"b": 4, "c": 2}


def test_what_a_week_asks_of_each_desk():
    shifts = (
        Shift(code="Q", segments=((480, 960),), job="Quality"),
        Shift(code="D", segments=((480, 960),)),
    )
    rows = (
        Demand(shifts=frozenset("Q"), days=Days.KIND, kind=DayKind.WORKDAY, min=2, target=3),
        Demand(shifts=frozenset("D"), job="Service", min=4),
        Demand(shifts=frozenset("D"), days=Days.WEEKDAY, weekday=0, job="service", min=1),
        Demand(shifts=frozenset("D"), days=Days.DATE, first=DEC, last=DEC, job="service"),
        Demand(shifts=frozenset("D"), min=5),
    )
    problem = Problem(start=DEC, end=DEC, employees=(), shifts=shifts, demand=rows)
    assert sizes(problem) == {"quality": 15, "service": 29}
