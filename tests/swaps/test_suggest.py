"""Suggestions name everybody who can, in the stated order, and nobody who cannot."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from teams import problem, roster, rules, without

from roster.plan import Roster
from roster.problem import Demand, Grade, Swap
from roster.swaps.desk import Answer, Desk
from roster.swaps.exchange import exchange_of
from roster.swaps.suggest import suggest, way_out_text


def world(seed: int) -> tuple[Desk, str, int]:
    """Return a desk, an applicant and the day of one of their duties."""
    rng = random.Random(seed)
    made = roster(rng, problem(rng, rng.randint(4, 7), rng.randint(7, 14)))
    desk = Desk(made, rules())
    e = next(e for e in range(len(made.problem.employees)) if any(made.cells[e]))
    d = rng.choice([d for d, _ in made.duties_of(e)])
    return desk, made.problem.employees[e].id, d


def can(desk: Desk, applicant: str, d: int, b: int) -> set:
    """Return every day that could be given back to a colleague, None for no return."""
    p, made = desk.problem, desk.roster
    a = p.employee_index[applicant]
    out = set()
    for back in (None, *(x for x, _ in made.duties_of(b))):
        if back is not None and made.on(a, back) and back != d:
            continue
        if back == d and made.code(a, d) == made.code(b, d):
            continue
        row = Swap(
            id="",
            applicant=applicant,
            partner=p.employees[b].id,
            day=p.date_of(d),
            return_day=None if back is None else p.date_of(back),
        )
        if desk.verdict(exchange_of(made, [row])).answer is not Answer.REJECTED:
            out.add(row.return_day)
    return out


@pytest.mark.parametrize("seed", range(40))
def test_everybody_who_can_and_nobody_who_cannot(seed):
    desk, applicant, d = world(seed)
    p = desk.problem
    found = suggest(desk, applicant, p.date_of(d), top=100)
    able = {}
    for b, person in enumerate(p.employees):
        if person.id != applicant and (days := can(desk, applicant, d, b)):
            able[person.id] = days
    assert {c.staff for c in found.candidates} == set(able)
    for c in found.candidates:
        assert c.return_day in able[c.staff]
        assert c.return_day is not None or able[c.staff] == {None}
        assert c.verdict.answer is not Answer.REJECTED and c.reasons
    ranks = [c.rank for c in found.candidates]
    assert ranks == sorted(ranks, reverse=True)
    scores = [c.score for c in found.candidates]
    assert scores == sorted(scores, reverse=True)
    others = {p.id for p in p.employees} - set(able) - {applicant}
    assert {r.staff for r in found.refused} == others
    for r in found.refused:
        assert r.against and all(f.evidence[0].en and f.evidence[0].zh for f in r.against)
    shortest = [len(r.against[0].evidence[0].en) for r in found.refused]
    assert shortest == sorted(shortest)
    assert (found.way_out is None) == bool(found.candidates)
    if found.way_out is not None:
        assert found.way_out.staff in way_out_text(found.way_out).en


def test_both_answers_occur():
    some = [bool(suggest(*_asked(seed)).candidates) for seed in range(40)]
    assert any(some) and not all(some)


def _asked(seed: int):
    desk, applicant, d = world(seed)
    return desk, applicant, desk.problem.date_of(d)


def test_top_limits_the_candidates():
    for seed in range(40):
        desk, applicant, day = _asked(seed)
        every = suggest(desk, applicant, day, top=100).candidates
        if len(every) > 1:
            one = suggest(desk, applicant, day, top=1).candidates
            assert [c.staff for c in one] == [every[0].staff]
            return
    pytest.fail("no team with two candidates")


def test_fewer_than_the_target_bars_nobody():
    """A soft finding of a hard rule costs points; the swap is allowed all the same."""
    senior = replace(problem(random.Random(0), 4, 7).employees[0], grade=Grade.SENIOR, job="a")
    staff = tuple(
        replace(senior, id=i, grade=g, rotation=False, leader=True, mentor=None)
        for i, g in (("E1", Grade.SENIOR), ("E2", Grade.INTERMEDIATE))
    )
    rows = (Demand(shifts=frozenset("D"), target=1, min_grade=Grade.SENIOR),)
    made = replace(
        problem(random.Random(0), 4, 7), employees=staff, demand=rows, leaves=(), history={}
    )
    empty = (None,) * 6
    desk = Desk(
        Roster(made, (("D", *empty), (None, *empty))), rules(**without("lead_rotation"))
    )
    found = suggest(desk, "E1", made.start)
    assert [c.staff for c in found.candidates] == ["E2"]
