"""Clearing is brute force over all sets of rings."""

from __future__ import annotations

import dataclasses
import itertools
import random

import pytest
from teams import problem, roster, rules, without

from constraints import RULES
from roster.plan import Roster
from roster.problem import SwapWish
from roster.rule import Level
from roster.swaps.clear import clear, new_rows
from roster.swaps.desk import Answer, Desk
from roster.swaps.exchange import Exchange, exchange_of

ROSTER_RULES = [r.id for r in RULES if not r.judges and r().level is Level.HARD]
SOME = (
    "swap_consecutive",
    "swap_limit",
    "swap_double_shift",
    "swap_like_for_like",
    "swap_holiday",
)


def world(seed: int) -> Desk:
    """Return a desk with up to eight wishes."""
    rng = random.Random(seed)
    p = problem(rng, rng.randint(4, 7), rng.randint(6, 12))
    made = roster(rng, p)
    wishes: dict[tuple[int, int], SwapWish] = {}
    for _ in range(rng.randint(4, 8)):
        e = rng.randrange(len(p.employees))
        duties = [d for d, _ in made.duties_of(e)]
        if not duties:
            continue
        d = rng.choice(duties)
        can = ()
        if rng.random() < 0.5:
            can = tuple(
                (
                    p.date_of(rng.randrange(p.n_days)),
                    None if rng.random() < 0.7 else rng.choice("DEN"),
                )
                for _ in range(rng.randint(1, 5))
            )
        wishes[e, d] = SwapWish(staff=p.employees[e].id, day=p.date_of(d), can_take=can)
    p = dataclasses.replace(p, swap_wishes=tuple(wishes.values()))
    off = without(*rng.sample(ROSTER_RULES, rng.choice([4, 10, len(ROSTER_RULES)])))
    if rng.random() < 0.5:
        off |= without(*rng.sample(SOME, 3))
    off.setdefault("swap_limit", {"per_month": rng.choice([1, 2, 3])})
    return Desk(Roster(p, made.cells), rules(**off))


def rings(desk: Desk) -> dict[tuple[int, ...], Exchange]:
    """Return every ring of two to four that people have said they could join."""
    from roster.problem import Swap

    p, wishes = desk.problem, desk.problem.swap_wishes
    owner = [p.employee_index[w.staff] for w in wishes]
    code = [desk.roster.code(e, p.index_of(w.day)) for e, w in zip(owner, wishes)]

    def goes(i: int, j: int) -> bool:
        """The owner of wish j says that they could take the duty of wish i."""
        if owner[i] == owner[j] or None in (code[i], code[j]):
            return False
        if wishes[i].day == wishes[j].day and code[i] == code[j]:
            return False
        can = wishes[j].can_take
        return not can or any(d == wishes[i].day and c in (None, code[i]) for d, c in can)

    out = {}
    for k in (2, 3, 4):
        for c in itertools.permutations(range(len(wishes)), k):
            if c[0] != min(c) or len({owner[i] for i in c}) < k:
                continue
            if all(goes(c[t], c[(t + 1) % k]) for t in range(k)):
                rows = [
                    Swap(
                        id=f"{c}{t}",
                        applicant=wishes[c[t]].staff,
                        partner=wishes[c[(t + 1) % k]].staff,
                        day=wishes[c[t]].day,
                        ring=str(c),
                    )
                    for t in range(k)
                ]
                out[c] = exchange_of(desk.roster, rows)
    return out


def most(desk: Desk) -> int | None:
    """Return the most wishes that any set of rings grants; None when there are too many."""
    found = rings(desk)
    if len(found) > 40:
        return None
    keys = list(found)
    best = 0

    def look(start: int, chosen: list, used: frozenset) -> None:
        nonlocal best
        if len(used) > best and desk.allowed([found[c] for c in chosen]):
            best = len(used)
        for n in range(start, len(keys)):
            if used.isdisjoint(keys[n]):
                look(n + 1, [*chosen, keys[n]], used | frozenset(keys[n]))

    look(0, [], frozenset())
    return best


def check(seed: int) -> int:
    """Compare; return how many wishes were granted."""
    desk = world(seed)
    wanted = most(desk)
    if wanted is None:
        return 0
    cleared = clear(desk, seconds=20)
    assert (cleared.granted, cleared.bound) == (wanted, wanted), seed
    assert desk.allowed(cleared.exchanges)
    for w in cleared.wishes:
        assert w.because.en and w.because.zh
        if w.rows:
            assert w.verdict.answer is not Answer.REJECTED and w.row is not None
    rows = new_rows(cleared)
    assert len({r.id for r in rows}) == len(rows)
    assert sum(len(x.people) for x in cleared.exchanges) == cleared.granted
    return cleared.granted


def test_clear_is_brute_force_over_all_sets_of_rings():
    granted = [check(seed) for seed in range(120)]
    assert max(granted) >= 4
    assert sum(g > 0 for g in granted) > 10


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_clear_is_brute_force_on_many(part):
    for seed in range(1000 + 100 * part, 1100 + 100 * part):
        check(seed)


def test_a_wish_for_a_day_without_duty_says_so():
    rng = random.Random(2)
    p = problem(rng, 3, 8)
    made = Roster.empty(p)
    wish = SwapWish(staff="E1", day=p.days[0])
    desk = Desk(Roster(dataclasses.replace(p, swap_wishes=(wish,)), made.cells), rules())
    (said,) = clear(desk).wishes
    assert "no duty" in said.because.en and not said.rows
