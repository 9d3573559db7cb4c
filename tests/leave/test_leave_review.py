"""Deciding many leaves together: against brute force, and the ties."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable

import pytest
from leave_teams import HARD, rules, team

from roster.leave.desk import LeaveDesk
from roster.leave.request import LeaveRequest
from roster.leave.review import review
from roster.problem import Status
from roster.swaps.desk import Answer


def best(desk: LeaveDesk) -> tuple[LeaveRequest, ...]:
    """Return what should be granted: of all sets that break no rule, the first by the ties."""
    asked = desk.open
    sets = [
        some
        for n in range(len(asked) + 1)
        for some in itertools.combinations(asked, n)
        if desk.allowed(some)
    ]
    return max(sets, key=lambda some: (len(some), [x in some for x in asked]))


def granted(decisions: Iterable) -> list[str]:
    """Return the rows that were not rejected."""
    return [d.request.id for d in decisions if d.answer != "rejected"]


@pytest.mark.parametrize("seed", range(40))
def test_review_is_the_best_of_all_sets(seed):
    rng = random.Random(seed)
    made = rules(**(HARD if seed % 4 else {}))
    desk = LeaveDesk(team(rng, rng.randint(3, 5), rng.randint(5, 9)), made)
    decided = review(desk)
    assert decided.proven
    wanted = best(desk)
    assert sorted(granted(decided.decisions)) == sorted(x.id for x in wanted)
    for d in decided.decisions:
        if d.request not in wanted:
            assert d.verdict.answer is Answer.REJECTED or d.collides
            assert d.status is Status.REJECTED and not d.duties
        assert d.because.en and d.because.zh
