"""From fractions to a roster: whoever's month is nearly decided is fixed, a few at a time.

After each step the master program is solved again and the others are priced anew, until it
costs about what it did before. Where it does not, months were fixed that do not go together or
take what others need more: the less sure half is let go, and so on down to a single month that
has to wait. The last people of such a dive pay for all others, and their columns are slow to
come, so it stops early: they get their months all at once, from one exact model in which
everything fixed stays. Where they are many, that model is first asked for what is dear alone,
seats that stay empty say, which is found far sooner without all that a month may cost.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

from roster.columns import HASTY, Column, Pricing
from roster.near import Near, least_rows
from roster.part import FOUND, Solvers
from roster.program import Program
from roster.rows import Row

_LIKELY = 0.4
"""Whoever's month has at least this part of the fraction may be fixed with others."""

_AT_ONCE, _AT_MOST = 0.1, 0.2
"""Part of the people fixed in one step: at first, and at most, when all goes well."""

_RISE = 0.004
"""What a step may cost, as a part of the value of the master program."""

_REFUSALS = 5
"""Single months in a row that cost more; the one that cost least is taken all the same."""

_TRIES, _MOST_TRIES, _GAIN = 4, 12, 0.25
"""Rounds of pricing to bring the value down again: as a rule; at most, while each takes so much
of what is too much."""

_HURRY, _LAST, _EXACT = 0.4, 0.2, 0.4
"""Parts of the time: when so much is left nobody is let go any more; what is for the exact
model at the least, and at most."""

_GROWN = 2.0
"""So many times the columns, and those farthest from any use are forgotten."""

LEAVE, _DAYS = 6, 500
"""People that an exact model can well do at once; and, where others cost more or there is no
time for them, the days of all of them together."""

_WORK, _HARD = 2.0, 30.0
"""For that model, in the solver's deterministic seconds: near the bound, and at all."""

_DEAR = 0.1
"""What costs at least this part of the dearest thing that is nobody's is dear."""


def dive(
    pricing: Pricing,
    left: Callable[[], float] = lambda: 1.0,
    *,
    near: Near | None = None,
    shake: float = 0.0,
    work: float | None = _HARD,
    workers: int = 1,
) -> list[int] | None:
    """Return a solution near the value of the master program, or None.

    Parameters
    ----------
    pricing : Pricing
        Its master program is left with fewer columns, and some that are new.
    left : callable
        Returns what part of the time is left, asked a few times a second. More people are fixed
        at once, whatever that costs, where the dive would not be done in time; at 0 it is given
        up, or has to do with the months found so far.
    near : Near, optional
        Where the last months are looked for first.
    shake : float
        So much at most is added by lot to the part of a month, by which months are fixed:
        another dive of the same people then ends elsewhere.
    work : float, optional
        Of one search for the last months, at most, in the solver's deterministic seconds:
        one worker then, that ends by its own measure.
    workers : int
        Parallel searches of the solver for the last months, as long as there is time, where
        there is no limit to their work.
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
    best = _complete(pricing, left, values, ())
    least = least_rows(pricing)
    rows = [least[e] for e in likely if e in least]
    if near is not None:
        best = _complete(pricing, left, best or values, likely, rows, near.closed) or best
    end = max(0.0, left() - _EXACT)

    def until() -> float:
        return left() - end

    hard = {"work": math.inf, "workers": workers}
    if work is not None:
        hard = {"work": min(_HARD, work)}
    dear = _dear(pricing.blocks)
    if len(likely) > LEAVE and (best is None or _sum(dear, best)):
        some = _complete(pricing, until, best or values, likely, costs=dear, **hard)
        if some is not None and (best is None or _sum(dear, some) < _sum(dear, best)):
            best = some
    return _complete(pricing, until, best or values, likely, rows, **hard) or best


def _dear(blocks: Program) -> dict[int, int]:
    """Return the variables that are nobody's and cost most, with what they cost."""
    most = max(blocks.shared.values(), default=0)
    return {v: c for v, c in blocks.shared.items() if c >= _DEAR * most}


def _sum(costs: Mapping[int, int], values: Sequence[int]) -> int:
    return sum(c * values[v] for v, c in costs.items())


def _complete(
    pricing: Pricing,
    left: Callable[[], float],
    values: list[int],
    people: Collection[int],
    rows: Iterable[Row] = (),
    closed: Collection[int] = (),
    *,
    costs: Mapping[int, int] | None = None,
    work: float = _WORK,
    workers: int = 1,
) -> list[int] | None:
    """Return the values with the months of some people found anew; None when none fit.

    For `rows` and `closed` see `Program.months`, for the others `dive`. With `costs`, of
    variables, nothing else counts.
    """
    part = pricing.blocks.months(people, values, rows, closed)
    if costs is not None:
        part.minimize([costs.get(v, 0) for v in part.variables])
    part.hint(values)
    solvers = Solvers()
    with ThreadPoolExecutor(1) as pool:
        try:
            job = pool.submit(
                solvers.solve, part, seed=pricing.seed, work=work, workers=workers
            )
            while not job.done():
                if left() <= 0:
                    solvers.stop()
                wait((job,), timeout=0.1)
            status, solver = job.result()
        finally:
            solvers.stop()
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
    pricing.master.solve()
    pricing.trim()
    begun = [column for columns in pricing.master.columns.values() for column in columns]
    steps = _Steps(pricing, left, shake)
    try:
        return (steps.fixed, steps.likely()) if steps.run() else None
    finally:
        for e in steps.fixed:
            pricing.master.allow(e, None)
        for column in begun:  # what was forgotten meanwhile
            pricing.master.add(column)


class _Steps:
    """Fixes months step by step.

    Parameters
    ----------
    pricing : Pricing
    left : callable
    shake : float
        See `dive`.

    Attributes
    ----------
    fixed : dict of int to Column
    """

    def __init__(self, pricing: Pricing, left: Callable[[], float], shake: float) -> None:
        self._pricing = pricing
        self._left, self._shake = left, shake
        self._everybody = list(pricing.parts)
        self._most = max(0, len(self._everybody) - LEAVE)
        self._lot = random.Random(pricing.seed)
        self._refused: dict[tuple[int, tuple], float] = {}
        self._duals: list[float] = []
        self.fixed: dict[int, Column] = {}

    def run(self) -> bool:
        """Fix all but a few; False when the time is up before."""
        value, self._duals, _ = self._pricing.master.solve()
        trimmed = self._columns
        size = max(1, round(_AT_ONCE * len(self._everybody)))
        took = 0.0
        while len(self.fixed) < self._most:
            left = self._left()
            hurried = left < _HURRY
            patient = not hurried and len(self._refused) < _REFUSALS
            if not patient and self._few:
                break
            if hurried:  # with steps as long as the last one
                steps = max(1.0, (left - _LAST) / max(took, 1e-6))
                step = self._choose(math.ceil((self._most - len(self.fixed)) / steps), 0.0)
            else:
                step = self._choose(size, _LIKELY) if patient else [self._least_bad()]
            for column in step:
                self._fix(column)
            limit = value + _RISE * abs(value)
            now = self._settle(limit, 1 if hurried else None)
            kept = now <= limit
            if patient and not kept:
                step, now = self._let_go(step, now, limit)
            if self._over():
                return False
            if step:
                self._refused.clear()
            if self._columns > _GROWN * trimmed:
                self._pricing.trim(self._pricing.master.grid(self._duals), self.fixed)
                self._pricing.master.solve()
                trimmed = self._columns
            value = max(value, now)
            took = left - self._left() if hurried else 0.0
            size = max(1, len(step))
            if kept:
                size = min(math.ceil(_AT_MOST * len(self._everybody)), size + max(1, size // 2))
        return not self._over()

    def _let_go(
        self, step: list[Column], now: float, limit: float
    ) -> tuple[list[Column], float]:
        """Let the less sure half go until the value is within the limit, or nobody is left.

        Returns
        -------
        list of Column
            Of those who stay.
        float
            The value.
        """
        while now > limit and step and not self._over():
            step, released = step[: len(step) // 2], step[len(step) // 2 :]
            for column in released:
                self._release(column)
            if not step:
                self._refused[released[0].e, released[0].ones] = now
            now = self._settle(limit)
        return step, now

    def likely(self) -> dict[int, Column]:
        """Return the likeliest month of everybody who is not fixed."""
        return {
            e: max(self._pricing.master.columns[e], key=lambda c: c.part)
            for e in self._everybody
            if e not in self.fixed
        }

    @property
    def _few(self) -> bool:
        """Tell whether an exact model may do the others, well or not."""
        people = len(self._everybody) - len(self.fixed)
        return people * self._pricing.blocks.n_days <= _DAYS

    def _over(self) -> bool:
        return self._left() <= 0

    @property
    def _columns(self) -> int:
        return sum(map(len, self._pricing.master.columns.values()))

    def _fix(self, column: Column) -> None:
        self.fixed[column.e] = column
        self._pricing.master.allow(column.e, column)

    def _release(self, column: Column) -> None:
        del self.fixed[column.e]
        self._pricing.master.allow(column.e, None)

    def _least_bad(self) -> Column:
        """Return the month that cost least of those refused."""
        e, ones = min(self._refused, key=self._refused.__getitem__)
        master = self._pricing.master
        found = next((c for c in master.columns[e] if c.ones == ones), None)
        if found is None:  # forgotten meanwhile
            found = master.column(e, ones)
            master.add(found)
        return found

    def _choose(self, size: int, least: float) -> list[Column]:
        """Return the likeliest months, the surest first: so many, and all that are decided.

        Months of which the fraction has a smaller part than `least` are chosen singly.
        """
        ranked = sorted(
            (
                (column.part * (1 + self._shake * self._lot.random()), -e, column.part, column)
                for e in self._everybody
                if e not in self.fixed
                for column in self._pricing.master.columns[e]
                if (e, column.ones) not in self._refused
            ),
            key=lambda x: x[:2],
            reverse=True,
        )
        step: dict[int, Column] = {}
        for rank, _, part, column in ranked:
            if column.e in step:
                continue
            if len(self.fixed) + len(step) >= self._most:
                break
            if step and part < 1 - 1e-6 and (rank < least or len(step) >= size):
                break
            step[column.e] = column
        return list(step.values())

    def _settle(self, limit: float, tries: int | None = None) -> float:
        """Price who is not fixed until the value is within the limit, or that does not help.

        Returns the value, of the master program as solved last.
        """
        before, tried = math.inf, 0
        while True:
            value, self._duals, _ = self._pricing.master.solve()
            if value <= limit or tried == (tries or _MOST_TRIES) or self._over():
                return value
            if tried >= _TRIES and before - value < _GAIN * (value - limit):
                return value
            before = value
            others = [e for e in self._everybody if e not in self.fixed]
            prices = self._pricing.master.grid(self._duals)
            # Enough of them are good enough, as a rule.
            if not any(
                self._pricing.round(prices, others, effort=effort, over=self._over)
                for effort in (HASTY, self._pricing.most)
            ):
                return value
            tried += 1


__all__ = ["dive"]
