"""CP-SAT idioms that several encoders share. Checkers never use this module."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from roster.model import Builder, Extra, Fact
from roster.rule import Rule


def longest_run(
    builder: Builder,
    rule: Rule,
    fact: Callable[[int, int], Fact],
    e: int,
    limit: int,
) -> None:
    """Bound a run: among `limit` + 1 days in a row, one on which the fact does not hold.

    Windows that reach into the history are included; each day too many is one unit.
    """
    for last in range(builder.problem.n_days):
        builder.forbid([fact(e, d) for d in range(last - limit, last + 1)], by=rule)


def shortest_run(
    builder: Builder,
    rule: Rule,
    inside: Callable[[int, int], Fact],
    outside: Callable[[int, int], Fact],
    e: int,
    limit: int,
) -> None:
    """Forbid runs shorter than `limit` that begin and end on known days.

    A run closes on the first day after it, which must lie in the horizon; a run that touches
    the first known day or the last day employed is not short.
    """
    problem = builder.problem
    for close in range(problem.last_known[e] + 1):
        for length in range(1, limit):
            before = close - length - 1
            if before < problem.first_known[e]:
                break
            builder.forbid(
                [
                    outside(e, before),
                    *(inside(e, d) for d in range(before + 1, close)),
                    outside(e, close),
                ],
                by=rule,
                amount=limit - length,
            )


def near_share(
    builder: Builder,
    rule: Rule,
    terms: Iterable[tuple[int, Fact | Extra]],
    low: int,
    high: int,
    step: int,
    steps: int,
    per: int = 1,
) -> None:
    """Charge what lies outside ``low..high``, and again for each further `step` beyond."""
    terms = list(terms)
    for k in range(steps):
        builder.at_most(terms, high + k * step, by=rule, per=per)
        if low - k * step > 0:
            builder.at_least(terms, low - k * step, by=rule, per=per)
