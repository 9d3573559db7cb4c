"""Fair shares, from the input alone, so that fairness binds one person at a time.

A share is what a person should get of the duties that the Demand sheet asks for. Rows whose
shifts overlap ask for the same people: the narrowest row (seniors, say) is handed out among
those it counts, the wider ones ask for the rest. Whatever is handed out goes to those who
have least so far, in proportion to weight: the days they can work, times their contract; to
nobody more than the Staff sheet allows them (shift limits, most weekends). A
row asks for the shifts it names; for those that merely count as one of them only where nobody
it counts can work the named ones themselves (a row of day duties asks nobody for the evening
duty). To this comes what is owed from earlier months: the person's part of everybody's
carry-over (in proportion to the hours worked so far and to the rate at which such duties fall
to them now, since seniors, of whom each night may need one, have more), less their own.
Somebody without a carry-over owes nothing and is owed nothing; somebody whom no row asks for
has no share and is charged nothing.

Month after month the carry-over also keeps what was each person's *part*: of what those who
are asked together really did, in proportion to their shares of that month. Where that is
known, what is owed is the part so far less what was done so far. So nobody catches up on what
fell due before they came, while they were away or while no row asked for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from math import ceil, floor, inf

from constraints.time.protection import night_minutes
from roster.plan import Roster
from roster.problem import CarryOver, Demand, Problem
from roster.rule import Rule

Shares = tuple[float | None, ...]


def once(method: Callable) -> Callable:
    """Keep what a rule computes from a problem with that problem."""

    @wraps(method)
    def kept(rule: Rule, problem: Problem) -> object:
        key = rule, method.__name__
        if key not in problem.derived:
            problem.derived[key] = method(rule, problem)
        return problem.derived[key]

    return kept


@dataclass(frozen=True)
class HandedOut:
    """What the Demand sheet asks of each person in some periods.

    Attributes
    ----------
    total : tuple of float
        Per person, 0 for whom no row asks for.
    rates : tuple of float
        The same for each period on which a full contract can work.
    pools : tuple of tuple of int
        People who share what the same rows ask for, directly or through others.
    least, most : tuple of float
        What each person must and may have by their own limits.
    """

    total: tuple[float, ...]
    rates: tuple[float, ...]
    pools: tuple[tuple[int, ...], ...]
    least: tuple[float, ...]
    most: tuple[float, ...]

    def parts(self, worked: Sequence[int]) -> tuple[float, ...]:
        """Return each person's part of what their pool worked, in proportion to the total.

        Nobody's part is beyond their own limits while others can have it. Somebody without a
        total has what they worked: nothing is owed on either side.
        """
        out = [float(n) for n in worked]
        for pool in self.pools:
            done, asked = sum(worked[e] for e in pool), sum(self.total[e] for e in pool)
            low, high = sum(self.least[e] for e in pool), sum(self.most[e] for e in pool)
            if low <= done <= high:
                scale = self._scale(pool, done)
                for e in pool:
                    out[e] = self._part(e, scale)
            else:
                for e in pool:
                    out[e] = done * self.total[e] / asked
        return tuple(out)

    def _part(self, e: int, scale: float) -> float:
        return min(self.most[e], max(self.least[e], scale * self.total[e]))

    def _scale(self, pool: Sequence[int], done: float) -> float:
        """Return the scale of the totals at which the parts of a pool sum to what it did."""
        low, high = 0.0, 1.0
        while sum(self._part(e, high) for e in pool) < done - 1e-9 and high < 1e9:
            high *= 2
        for _ in range(60):
            middle = (low + high) / 2
            if sum(self._part(e, middle) for e in pool) < done:
                low = middle
            else:
                high = middle
        return high


@dataclass(frozen=True, kw_only=True)
class Shared:
    """Something that is shared over the months: nights, weekends, holidays.

    Attributes
    ----------
    periods : callable
        Of a problem and a person (None for everybody), days counted together: single days,
        or the days of a weekend (which count once).
    codes : callable
        Of a problem, codes that count.
    carried : callable
        Of a carry-over, the count so far, and the person's part of it where that is known.
    limit : callable
        Of a problem and a person, the most that they may have by a limit of their own.
    always : int
        People needed in each period even if no row asks for them.
    """

    periods: Callable[[Problem, int | None], Sequence[Sequence[int]]]
    codes: Callable[[Problem], frozenset[str]]
    carried: Callable[[CarryOver], tuple[int, float | None]]
    limit: Callable[[Problem, int], int | None] = lambda problem, e: None
    always: int = 0

    def handed_out(self, problem: Problem, days: Iterable[int] | None = None) -> HandedOut:
        """Return what is asked of each person in the periods that begin on the days."""
        return handed_out(
            problem,
            self._within(problem, days),
            self.codes(problem),
            limits=[self.limit(problem, e) for e in range(len(problem.employees))],
            always=self.always,
        )

    def shares(self, problem: Problem, catch_up: float) -> Shares:
        """Return each person's share, None for somebody who has none.

        At most `catch_up` of what is owed is made up for, up or down.
        """
        made = self.handed_out(problem)
        most = len(self.periods(problem, None))
        return tuple(
            min(max(t + max(-catch_up, min(catch_up, o)), 0.0), most) if rate else None
            for rate, t, o in zip(made.rates, made.total, self.owed(problem))
        )

    def owed(self, problem: Problem) -> list[float]:
        """Return what each person is behind (positive) or ahead of their part so far."""
        return owed(problem, self.handed_out(problem).rates, self.carried)

    def part(self, roster: Roster, days: Iterable[int] | None = None) -> tuple[float, ...]:
        """Return each person's part of what was done in the periods that begin on the days."""
        problem = roster.problem
        codes = self.codes(problem)
        done = [
            sum(
                any(roster.code(e, d) in codes for d in period)
                for period in self._within(problem, days, e)
            )
            for e in range(len(problem.employees))
        ]
        return self.handed_out(problem, days).parts(done)

    def _within(
        self, problem: Problem, days: Iterable[int] | None, e: int | None = None
    ) -> list[Sequence[int]]:
        chosen = range(problem.n_days) if days is None else frozenset(days)
        return [period for period in self.periods(problem, e) if period[0] in chosen]


def shares(problem: Problem, periods: Iterable[Sequence[int]], codes: frozenset[str]) -> Shares:
    """Return each person's share of the month alone, None for somebody who has none."""
    made = handed_out(problem, periods, codes)
    return tuple(t if rate else None for rate, t in zip(made.rates, made.total))


def handed_out(
    problem: Problem,
    periods: Iterable[Sequence[int]],
    codes: frozenset[str],
    *,
    worth: Callable[[str], int] = lambda code: 1,
    least: Sequence[float] | None = None,
    limits: Sequence[float | None] | None = None,
    always: int = 0,
) -> HandedOut:
    """Return what the Demand sheet asks of each person.

    Parameters
    ----------
    problem : Problem
    periods : iterable of sequences of int
        Days counted together.
    codes : frozenset of str
        Codes that count.
    worth : callable
        What a duty of a code counts.
    least : sequence of float, optional
        What each person gets at the least.
    limits : sequence of float or None, optional
        What each person may have at the most, besides the limits of their shifts.
    always : int
        People needed in each period even if no row asks for them.
    """
    periods = [tuple(p) for p in periods]
    everybody = range(len(problem.employees))
    weights = [_weight(problem, e, periods, codes) for e in everybody]
    groups = _overlapping(problem, periods, codes, worth)
    if not groups and always:
        groups = [[(always * len(periods), list(everybody))]]
    most = [_most(problem, e, codes, worth) for e in everybody]
    if limits is not None:
        most = [m if x is None else min(m, x) for m, x in zip(most, limits)]
    total = [0.0] * len(weights)
    for group in groups:
        held = [0.0] * len(weights)
        for need, members in group:
            pool = {e: weights[e] for e in members if weights[e] > 0}
            missing = need - sum(held[e] for e in pool)
            room = {e: most[e] - total[e] for e in pool}
            for e, more in _within_room(total, pool, missing, room).items():
                total[e] += more
                held[e] += more
    if least is not None:
        total = [max(a, b) if w else a for a, b, w in zip(total, least, weights)]
    rates = [t / w if w and t > 0 else 0.0 for t, w in zip(total, weights)]
    rows = (members for group in groups for _, members in group)
    return HandedOut(
        tuple(t if rate else 0.0 for t, rate in zip(total, rates)),
        tuple(rates),
        _pools(rows, [e for e in everybody if rates[e]]),
        tuple(min(m, x) for m, x in zip(least or [0.0] * len(weights), most)),
        tuple(most),
    )


def _most(
    problem: Problem, e: int, codes: frozenset[str], worth: Callable[[str], int]
) -> float:
    """Return what a person may have where every code open to them has a limit of theirs."""
    limits = problem.employees[e].shift_limits
    fitting = problem.fitting_codes[e] & codes
    if not fitting <= limits.keys():
        return inf
    return float(sum(limits[c] * worth(c) for c in fitting))


def _within_room(
    total: Sequence[float],
    pool: Mapping[int, float],
    missing: float,
    room: Mapping[int, float],
) -> dict[int, float]:
    """Hand out as `hand_out` does, to nobody more than there is room for."""
    given: dict[int, float] = {}
    while True:
        free = {e: w for e, w in pool.items() if e not in given}
        more = hand_out(total, free, missing - sum(given.values()))
        full = {e: max(0.0, room[e]) for e, n in more.items() if n > room[e] + 1e-9}
        if not full:
            return {**given, **more}
        given |= full


def _pools(rows: Iterable[Iterable[int]], people: Iterable[int]) -> tuple[tuple[int, ...], ...]:
    """Return the people in groups that no row connects."""
    pools = [{e} for e in people]
    for row in map(set, rows):
        touched = [p for p in pools if not p.isdisjoint(row)]
        if len(touched) > 1:
            pools = [p for p in pools if p.isdisjoint(row)] + [set().union(*touched)]
    return tuple(tuple(sorted(p)) for p in pools)


def bounds(share: float) -> tuple[int, int]:
    """Return the whole numbers around a share; a whole share is itself."""
    return floor(share + 1e-6), ceil(share - 1e-6)


def _weight(
    problem: Problem, e: int, periods: Sequence[Sequence[int]], codes: frozenset[str]
) -> float:
    """Return available periods times contract, 0 when no code is open to the person."""
    person = problem.employees[e]
    fitting = frozenset(
        c for c in problem.fitting_codes[e] & codes if person.shift_limits.get(c) != 0
    )
    by_day = {c for c in fitting if not night_minutes(problem.shift_by_code[c])}

    def can(d: int) -> bool:
        open_codes = by_day if person.protected_on(problem.date_of(d)) else fitting
        return bool(open_codes) and problem.available(e, d)

    return contract(problem, e) * sum(any(map(can, period)) for period in periods)


def contract(problem: Problem, e: int) -> float:
    """Return the person's contract as a part of full time: most hours to normal hours."""
    most = problem.employees[e].max_minutes
    normal = 480 * max(1, len(problem.workdays))
    return 1.0 if most is None else min(1.0, most / normal)


def _overlapping(
    problem: Problem,
    periods: Sequence[Sequence[int]],
    codes: frozenset[str],
    worth: Callable[[str], int],
) -> list[list[tuple[float, list[int]]]]:
    """Return groups of rows that overlap, each a list of (need, people), narrowest first."""
    needs: dict[tuple, float] = {}
    rows: dict[tuple, Demand] = {}
    opened: dict[tuple, bool] = {}

    def own_shift_open(row: Demand) -> bool:
        if row.key not in opened:
            opened[row.key] = any(
                row.counts(p) and p.shift_limits.get(c) != 0
                for e, p in enumerate(problem.employees)
                for c in problem.fitting_codes[e] & row.shifts
            )
        return opened[row.key]

    for period in periods:
        asked: dict[tuple, list[float]] = {}
        for d in period:
            for row in problem.demand_on[d]:
                hit = row.shifts & codes
                if not hit and not own_shift_open(row):
                    hit = problem.codes_for(row.shifts) & codes
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
    # Everybody in their own job: who helps out elsewhere has no part of what falls there.
    members = {
        key: [e for e in range(len(problem.employees)) if problem.is_for(row, e)]
        for key, row in rows.items()
    }
    groups: list[tuple[frozenset[str], list[tuple]]] = []
    for key in needs:
        shifts, keys = problem.codes_for(key[0]), [key]
        for other in [g for g in groups if not g[0].isdisjoint(shifts)]:
            groups.remove(other)
            shifts |= other[0]
            keys = other[1] + keys
        groups.append((shifts, keys))

    def width(key: tuple) -> tuple[int, float]:
        return len(members[key]), needs[key]

    groups.sort(key=lambda group: max(map(width, group[1])))
    return [
        [(needs[key], members[key]) for key in sorted(keys, key=width)] for _, keys in groups
    ]


def hand_out(
    total: Sequence[float], pool: Mapping[int, float], missing: float
) -> dict[int, float]:
    """Hand out what is missing to those of the pool with least, in proportion to weight.

    Parameters
    ----------
    total : sequence of float
        What everybody has so far.
    pool : mapping of int to float
        Weights of those who can take it.
    missing : float

    Returns
    -------
    dict of int to float
        What each of them gets; those who have enough already get nothing.
    """
    if missing <= 1e-9 or not pool:
        return {}
    order = sorted(pool, key=lambda e: (total[e] / pool[e], e))
    weight = mass = level = 0.0
    raised = 0
    for e in order:
        weight += pool[e]
        mass += total[e]
        raised += 1
        level = (missing + mass) / weight
        if raised == len(order) or total[order[raised]] / pool[order[raised]] >= level:
            break
    return {e: level * pool[e] - total[e] for e in order[:raised]}


def owed(
    problem: Problem,
    rates: Sequence[float],
    carried: Callable[[CarryOver], tuple[int, float | None]],
) -> list[float]:
    """Return what each person is behind (positive) or ahead of their part so far.

    Where the part is not known it is estimated, among those of whom it is not, from the hours
    worked so far and the rate at which such duties fall to them now.
    """
    out = [0.0] * len(rates)
    unknown: dict[int, CarryOver] = {}
    for e, p in enumerate(problem.employees):
        row = problem.carry_over.get(p.id)
        if row is None:
            continue
        done, part = carried(row)
        if part is not None:
            out[e] = part - done
        elif rates[e] > 0:
            unknown[e] = row
    parts = {e: row.minutes * rates[e] for e, row in unknown.items()}
    if not any(parts.values()):
        parts = {e: rates[e] for e in unknown}
    base = sum(parts.values())
    total = sum(carried(row)[0] for row in unknown.values())
    for e, row in unknown.items():
        out[e] = total * parts[e] / base - carried(row)[0]
    return out
