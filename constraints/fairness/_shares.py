"""Fair shares, from the input alone, so that fairness binds one person at a time.

A share is what a person should get of the duties that the Demand sheet asks for. Rows that
name the same shifts overlap: the narrowest row (seniors, say) is handed out among those it
counts, and the wider ones top up whoever has less, in proportion to weight. A person's weight
is the days they can work in proportion to their contract. To this comes what is owed from
earlier months: the carry-over of all, in proportion to the hours each has worked so far, less
the person's own. Somebody without a carry-over owes nothing and is owed nothing; somebody
whom no row asks for has no share and is charged nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import ceil, floor

from roster.problem import CarryOver, Problem

Shares = tuple[float | None, ...]


def shares(
    problem: Problem,
    periods: Iterable[Sequence[int]],
    codes: frozenset[str],
    carried: Callable[[CarryOver], int],
    catch_up: float,
    worth: Callable[[str], int] = lambda code: 1,
    least: Sequence[float] | None = None,
    always: int = 0,
) -> Shares:
    """Return each person's share, None for somebody who cannot have any.

    Parameters
    ----------
    problem : Problem
    periods : iterable of sequences of int
        Days counted together: single days, or the days of a weekend (which count once).
    codes : frozenset of str
        Codes that count.
    carried : callable
        The person's count in the carry-over.
    catch_up : float
        Most that is made up for, up or down, in one horizon.
    worth : callable
        What a duty of a code counts.
    least : sequence of float, optional
        What each person gets at the least.
    always : int
        People needed in each period even if no row asks for them.
    """
    periods = [tuple(p) for p in periods]
    weights = [_weight(problem, e, periods, codes) for e in range(len(problem.employees))]
    total = [0.0] * len(weights)
    groups = list(_overlapping(problem, periods, codes, worth))
    if not groups and always:
        everybody = list(range(len(weights)))
        groups = [[(always * len(periods), everybody)]]
    for group in groups:
        held = [0.0] * len(weights)
        for need, members in group:
            pool = {e: weights[e] for e in members if weights[e] > 0}
            if pool:
                top_up(held, pool, need)
        total = [a + b for a, b in zip(total, held)]
    if least is not None:
        total = [max(a, b) if w else a for a, b, w in zip(total, least, weights)]
    weights = [w if t > 0 else 0.0 for w, t in zip(weights, total)]
    owed = _owed(problem, weights, carried)
    most = len(periods) * max((worth(c) for c in codes), default=0)
    return tuple(
        None if w <= 0 else min(max(t + max(-catch_up, min(catch_up, o)), 0.0), most)
        for w, t, o in zip(weights, total, owed)
    )


def bounds(share: float) -> tuple[int, int]:
    """Return the whole numbers around a share; a whole share is itself."""
    return floor(share + 1e-6), ceil(share - 1e-6)


def _weight(
    problem: Problem, e: int, periods: Sequence[Sequence[int]], codes: frozenset[str]
) -> float:
    """Return available periods times contract, 0 when no code is open to the person."""
    person = problem.employees[e]
    fitting = problem.fitting_codes[e] & codes
    nights_only = fitting <= problem.night_codes
    if not fitting:
        return 0.0

    def can(d: int) -> bool:
        barred = nights_only and person.protected_on(problem.date_of(d))
        return problem.available(e, d) and not barred

    count = sum(any(map(can, period)) for period in periods)
    normal = 480 * max(1, len(problem.workdays))
    contract = 1.0 if person.max_minutes is None else min(1.0, person.max_minutes / normal)
    return count * contract


def _overlapping(
    problem: Problem,
    periods: Sequence[Sequence[int]],
    codes: frozenset[str],
    worth: Callable[[str], int],
) -> Iterable[list[tuple[float, list[int]]]]:
    """Yield groups of rows that overlap, each a list of (need, people), narrowest first."""
    needs: dict[tuple, float] = {}
    rows: dict[tuple, object] = {}
    for period in periods:
        asked: dict[tuple, list[float]] = {}
        for d in period:
            for row in problem.demand_on[d]:
                counting = problem.codes_for(row.shifts)
                hit = row.shifts & codes or counting & codes
                if not hit:
                    continue
                part = len(row.shifts & codes) / len(row.shifts) if row.shifts & codes else 1.0
                need = row.wanted * part * sum(map(worth, hit)) / len(hit)
                asked.setdefault(row.key, []).append(need)
                rows[row.key] = row
        for key, days in asked.items():
            # Not everybody who works a weekend works both its days.
            busiest = max(days)
            need = busiest + (sum(days) - busiest) / 4
            needs[key] = needs.get(key, 0.0) + need
    groups: list[tuple[set[str], list[tuple]]] = []
    for key in needs:
        shifts, keys = set(key[0]), [key]
        for other in [g for g in groups if not g[0].isdisjoint(shifts)]:
            groups.remove(other)
            shifts |= other[0]
            keys = other[1] + keys
        groups.append((shifts, keys))
    for _, keys in groups:
        members = {
            key: [e for e, p in enumerate(problem.employees) if rows[key].counts(p)]
            for key in keys
        }
        yield [
            (needs[key], members[key])
            for key in sorted(keys, key=lambda k: (len(members[k]), needs[k]))
        ]


def top_up(held: list[float], pool: Mapping[int, float], need: float) -> None:
    """Raise those with least until the pool holds `need` in all, in proportion to weight."""
    missing = need - sum(held[e] for e in pool)
    if missing <= 1e-9:
        return
    order = sorted(pool, key=lambda e: (held[e] / pool[e], e))
    raised, weight, mass = 0, 0.0, 0.0
    level = 0.0
    for e in order:
        weight += pool[e]
        mass += held[e]
        raised += 1
        level = (missing + mass) / weight
        if raised == len(order) or held[order[raised]] / pool[order[raised]] >= level:
            break
    for e in order[:raised]:
        held[e] = level * pool[e]


def _owed(
    problem: Problem, weights: Sequence[float], carried: Callable[[CarryOver], int]
) -> list[float]:
    """Return what each person is behind (positive) or ahead of their part so far."""
    rows = {
        e: problem.carry_over[p.id]
        for e, p in enumerate(problem.employees)
        if p.id in problem.carry_over and weights[e] > 0
    }
    hours = {e: row.minutes for e, row in rows.items()}
    if not any(hours.values()):
        hours = dict.fromkeys(rows, 1)
    base, total = sum(hours.values()), sum(carried(row) for row in rows.values())
    owed = [0.0] * len(weights)
    for e, row in rows.items():
        owed[e] = total * hours[e] / base - carried(row)
    return owed
