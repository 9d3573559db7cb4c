"""Deviation of a count from the person's share; what the fair_* rules have in common.

Between the whole numbers around the share nothing is charged. The first unit outside costs
one amount, the second two more, each further one three more, so that it is better for two
people to be one off than for one to be two off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from constraints._encode import near_share
from constraints.fairness._shares import Shares, bounds
from roster.model import Builder, Extra, Fact
from roster.plan import Roster
from roster.rule import Rule, Violation

STEPS = 3


def encode(
    rule: Rule,
    builder: Builder,
    shares: Shares,
    terms: Callable[[int], Iterable[tuple[int, Fact | Extra]]],
) -> None:
    """Charge each person's distance from the share."""
    for e in builder.people:
        share = shares[e]
        if share is not None:
            low, high = bounds(share)
            near_share(builder, rule, terms(e), low, high, 1, STEPS)


def check(
    rule: Rule, roster: Roster, shares: Shares, count: Callable[[int], int], **facts: str
) -> Iterator[Violation]:
    """Measure each person's distance from the share."""
    for e in roster.people:
        share = shares[e]
        if share is None:
            continue
        low, high = bounds(share)
        number = count(e)
        away = max(low - number, number - high)
        if away > 0:
            amount = sum(max(0, away - k) for k in range(STEPS))
            yield rule.violation(
                roster.problem, amount, who=[e], count=number, share=f"{share:.1f}", **facts
            )
