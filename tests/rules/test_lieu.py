"""Days in lieu: the greedy count is the best there is; the balance goes on month by month."""

from __future__ import annotations

import dataclasses
import random

import pytest
from worlds import HOLIDAY, REST, WORKDAY, day, leave, people, rule, world

from constraints import REGISTRY
from roster.plan import Roster
from roster.problem import CarryOver
from roster.rule import Level
from roster.workbook.counts import days_in_lieu


def team(seed: int, length: int = 16) -> Roster:
    """Return a random roster of one person with holidays and days owed."""
    rng = random.Random(seed)
    kinds = {d: rng.choice((HOLIDAY, HOLIDAY, REST, WORKDAY)) for d in range(0, length, 2)}
    problem = world(
        "D",
        length,
        people({"end_date": day(length - rng.choice((1, 3)))}),
        calendar=kinds,
        leaves=(leave("E1", 5, 5 + rng.randrange(2)),),
        carry_over={"E1": CarryOver(days_in_lieu=rng.randrange(3))},
    )
    row = tuple(rng.choice(("D", None)) for _ in range(length))
    return Roster(problem, (row,))


def most_matched(roster: Roster, within: int, due_only: bool) -> tuple[int, int]:
    """Return debts and the most of them that days off make up for, by augmenting paths."""
    problem = roster.problem
    n = problem.n_days
    free = [
        d
        for d in range(n)
        if d in problem.workdays and problem.available(0, d) and not roster.on(0, d)
    ]
    spans = [(0, min(within, n) - 1)] * problem.carry_over["E1"].days_in_lieu
    spans += [
        (d + 1, d + within)
        for d in range(n)
        if d in problem.holidays and roster.on(0, d) and (d + within < n or not due_only)
    ]
    taken: dict[int, int] = {}

    def find(k: int, seen: set[int]) -> bool:
        for d in free:
            if spans[k][0] <= d <= spans[k][1] and d not in seen:
                seen.add(d)
                if d not in taken or find(taken[d], seen):
                    taken[d] = k
                    return True
        return False

    return len(spans), sum(find(k, set()) for k in range(len(spans)))


@pytest.mark.parametrize("within", [1, 3, 6, 40])
def test_greedy_is_the_best_matching(within):
    made = rule("time_off_in_lieu", level=Level.SOFT, within_days=within)
    for seed in range(200):
        roster = team(seed)
        debts, matched = most_matched(roster, within, due_only=True)
        assert sum(v.amount for v in made.check(roster)) == debts - matched
        debts, matched = most_matched(roster, 400, due_only=False)
        assert made.balance(roster, 0) == debts - matched


def test_the_balance_goes_on_from_month_to_month():
    made = rule("time_off_in_lieu", within_days=4)
    for seed in range(100):
        both = team(seed)
        cut = random.Random(seed).randint(3, 12)
        problem = both.problem
        one = made.balance(both, 0, range(cut))
        second = Roster(
            dataclasses.replace(
                problem,
                start=problem.date_of(cut),
                carry_over={"E1": CarryOver(days_in_lieu=one)},
            ),
            (both.cells[0][cut:],),
        )
        assert made.balance(second, 0) == made.balance(both, 0)


def test_the_balance_is_as_brought_forward_while_the_rule_is_off():
    roster = team(0)
    problem = dataclasses.replace(roster.problem, carry_over={"E1": CarryOver(days_in_lieu=7)})
    roster = Roster(problem, roster.cells)
    books = {b.id: REGISTRY.rule_set(REGISTRY.defaults(b), b.id) for b in REGISTRY.rulebooks}
    assert days_in_lieu(books["standard"], roster, 0) == 7
    wallet = books["wallet"]
    assert wallet["time_off_in_lieu"].level is Level.SOFT
    assert days_in_lieu(wallet, roster, 0) == wallet["time_off_in_lieu"].balance(roster, 0) < 7
