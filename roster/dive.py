"""From fractions to a roster: whoever's month is nearly decided is fixed, one after another.

After each the master program is solved again and the others are priced anew. The last people of
such a dive pay for all others, so it stops early: they get their months all at once, from one
exact model in which everything fixed stays.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

from roster.blocks import FOUND
from roster.columns import Column, Pricing
from roster.near import Near

_SURE = 0.8
"""Whoever's month has at least this part of the fraction is fixed with the others."""

_AT_ONCE = 0.1
"""Part of the people fixed in one step, where they are sure."""

_PACE = 0.8
"""Part of the time in which everybody is fixed who is; the rest is for the exact model."""

LEAVE = 6
"""People that an exact model can well do at once."""

_WORK = 2.0
"""For that model, in the solver's deterministic seconds."""


def dive(
    pricing: Pricing,
    left: Callable[[], float] = lambda: 1.0,
    *,
    near: Near | None = None,
    shake: float = 0.0,
) -> list[int] | None:
    """Return a solution near the value of the master program, or None.

    Parameters
    ----------
    pricing : Pricing
        Its master program is left with fewer columns, and some that are new.
    left : callable
        Returns what part of the time is left, asked a few times a second. More people are fixed
        at once where the dive would not be done in time; at 0 it is given up.
    near : Near, optional
        Where the last months are looked for first.
    shake : float
        So much at most is added by lot to the part of a month, by which months are fixed:
        another dive of the same people then ends elsewhere.
    """
    found = _fix(pricing, left, shake)
    if found is None:
        return None
    fixed, likely = found
    values = [0] * len(pricing.blocks.low)
    for column in (*fixed.values(), *likely.values()):
        for v, x in column.ones:
            values[v] = x
    # With everybody's likely month there is something to return, and to begin with.
    counted = _complete(pricing, values, ())
    for place in (near, None) if near is not None else (None,):
        found = _complete(pricing, counted or values, list(likely), place)
        if found is not None:
            return found
    return counted


def _complete(
    pricing: Pricing, values: list[int], people: Sequence[int], near: Near | None = None
) -> list[int] | None:
    """Return the values with the months of some people found anew; None when none fit."""
    more, closed = near.of(people) if near is not None else ((), ())
    part = pricing.blocks.months(people, values, more, closed)
    part.hint(values)
    status, solver = pricing.solvers.solve(part, work=_WORK, seed=pricing.seed)
    if solver is None:
        return None
    pricing.work += solver.response_proto.deterministic_time
    if status not in FOUND:
        return None
    values = list(values)
    for v, x in part.values(solver):
        values[v] = x
    # Months that were fixed may break a row among themselves.
    return values if pricing.blocks.holds(values) else None


def _fix(
    pricing: Pricing, left: Callable[[], float], shake: float
) -> tuple[dict[int, Column], dict[int, Column]] | None:
    """Fix people's months as far as that is cheap; return them, and others' likely ones."""
    pricing.trim()
    master = pricing.master
    everybody = list(master.columns)
    most = max(0, len(everybody) - LEAVE)

    def over() -> bool:
        return left() <= 0

    fixed: dict[int, Column] = {}
    lot = random.Random(pricing.seed)
    try:
        while len(fixed) < most:
            _, duals, _ = master.solve()
            if over():
                return None
            pricing.round(
                master.grid(duals), [e for e in everybody if e not in fixed], over=over
            )
            master.solve()
            ranked = sorted(
                (
                    (column.part + shake * column.part * lot.random(), -e, column)
                    for e in everybody
                    if e not in fixed
                    for column in master.columns[e]
                ),
                key=lambda x: x[:2],
                reverse=True,
            )
            sure = 0
            # By the time that is gone so many should be fixed, and one more.
            due = math.ceil((1 - left()) / _PACE * most) - len(fixed)
            for part, _, column in ranked:
                if column.e in fixed:
                    continue
                many = sure >= max(1, _AT_ONCE * len(everybody))
                if sure >= max(1, due) and (part < _SURE or (many and part < 1 - 1e-6)):
                    break
                if len(fixed) >= most:
                    break
                fixed[column.e] = column
                master.allow(column.e, column)
                sure += 1
        master.solve()
        likely = {
            e: max(master.columns[e], key=lambda c: c.part) for e in everybody if e not in fixed
        }
        return fixed, likely
    finally:
        for e in fixed:
            master.allow(e, None)


__all__ = ["dive"]
