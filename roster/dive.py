"""From fractions to a roster: whoever's month is nearly decided is fixed, one after another.

After each the master program is solved again and the others are priced anew. The last people of
such a dive pay for all others, so it stops early: they get their months all at once, from one
exact model in which everything fixed stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from roster.columns import Column, Pricing

_SURE = 0.8
"""Whoever's month has at least this part of the fraction is fixed with the others."""

_AT_ONCE = 0.05
"""Part of the people fixed in one step, where they are sure."""

_ROUNDS = 2
_LEFT = 0.3
"""Part of the people that an exact model is left with."""


def dive(
    pricing: Pricing, deadline: float, tick: Callable[[], bool] = lambda: False
) -> tuple[dict[int, Column], dict[int, Column]]:
    """Fix people's months as far as that is cheap.

    Parameters
    ----------
    pricing : Pricing
        Its master program is left as it was, with more columns.
    deadline : float
    tick : callable
        Called a few times a second; True ends it.

    Returns
    -------
    fixed : dict of int to Column
    likely : dict of int to Column
        For everybody else, the month of which the master program took most.
    """

    def over() -> bool:
        return time.monotonic() >= deadline or tick()

    master = pricing.master
    everybody = range(len(master.columns))
    leave = max(3, min(12, round(_LEFT * len(everybody))))
    fixed: dict[int, Column] = {}
    try:
        while len(fixed) < len(everybody) - leave and not over():
            for _ in range(_ROUNDS):
                _, duals, _ = master.solve()
                rest = [e for e in everybody if e not in fixed]
                if not pricing.round(master.grid(duals), rest, over=over):
                    break
            master.solve()
            ranked = sorted(
                (
                    (column.part, -e, column)
                    for e in everybody
                    if e not in fixed
                    for column in master.columns[e]
                ),
                key=lambda x: x[:2],
                reverse=True,
            )
            sure = 0
            for part, _, column in ranked:
                if column.e in fixed:
                    continue
                many = sure >= max(1, _AT_ONCE * len(everybody))
                if sure and (part < _SURE or (many and part < 1 - 1e-6)):
                    break
                if len(fixed) >= len(everybody) - leave:
                    break
                fixed[column.e] = column
                master.allow(column.e, column)
                sure += 1
        master.solve()
        likely = {
            e: max(master.columns[e], key=lambda c: c.part)
            for e in everybody
            if e not in fixed and master.columns[e]
        }
        return fixed, likely
    finally:
        for e in fixed:
            master.allow(e, None)


__all__ = ["dive"]
