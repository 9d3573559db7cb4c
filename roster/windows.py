"""Some weeks of everybody, taken apart like a month, with all other weeks as they are.

A horizon of half a year has too many ways to spend it for columns; a few weeks of it have not.
What people may still work in them is what the other weeks leave of their hours. Where some are
dear and others cheap, both are opened at once, be they months apart: the hours then move to
where they are missing, which neighbourhoods of a few people hardly manage.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from roster.columns import GRID, Pricing
from roster.dive import dive
from roster.improve import Improver
from roster.program import Program, Solution

_WEEKS, _PART = (1, 2, 4, 8), 0.7
"""Of one window, which are at most so large a part of the horizon."""

_WEEK = 7
_OLD = 0.5
_CURIOSITY = 0.1
"""Part of the best rate that each way is given credit for, so that none is forgotten."""

_TURN = 0.02
"""Part of the time for neighbourhoods, before a choice is made again."""

_COLUMNS, _DIVE = 0.06, 0.04
"""Parts of the time, at the most, for the columns of one window and for its dive."""


class Window(Program):
    """The program in which some days are open.

    Parameters
    ----------
    whole : Program
    days : sequence of int
        Those that are open, in rising order; they count from 0 in the window.
    solution : Solution
        Of the whole; says what all other days hold.

    Attributes
    ----------
    outer, outer_rows : list of int
        The variable, and the row, of the whole that each variable or row is.
    """

    def __init__(self, whole: Program, days: Sequence[int], solution: Solution) -> None:
        cells = ((e, d) for e in range(whole.people) for d in days)
        free, rows = whole.open(cells, solution)
        outer = self.outer = list(free)
        self.outer_rows = list(rows)
        place = {v: i for i, v in enumerate(outer)}
        number = {d: i for i, d in enumerate(days)}
        places: dict[tuple[int, int], list[int]] = {}
        for i, v in enumerate(outer):
            if v in whole.cell:
                e, d = whole.cell[v]
                places.setdefault((e, number[d]), []).append(i)
        super().__init__(
            whole.people,
            len(days),
            low=[whole.low[v] for v in outer],
            high=[whole.high[v] for v in outer],
            cost=[whole.cost[v] for v in outer],
            goal=[whole.goal[v] for v in outer],
            constant=0,
            rows=[
                row._replace(
                    variables=[place[v] for v in row.variables],
                    when=tuple(place[x] if x >= 0 else -place[-x - 1] - 1 for x in row.when),
                )
                for row in rows.values()
            ],
            places=places,
        )


@dataclass(eq=False)
class _Way:
    """Windows of so many weeks, in a row or not; none for neighbourhoods.

    `rate` is what was won lately, in points a second; None as long as it was not tried.
    """

    weeks: int = 0
    in_row: bool = True
    rate: float | None = None


class Windows:
    """Improves a solution by windows and in other ways, whichever won most lately.

    Parameters
    ----------
    blocks : Program
    improver : Improver
        Holds the solution, and improves it by neighbourhoods.
    left_of : callable
        Gives, for a part of the time, what tells the part of it that is left.
    spent : callable
        Time, or work, since the start.
    seed, threads : int
    workers : int, optional
        See `dive`.
    """

    def __init__(
        self,
        blocks: Program,
        improver: Improver,
        left_of: Callable[[float], Callable[[], float]],
        spent: Callable[[], float],
        *,
        seed: int,
        threads: int,
        workers: int | None = None,
    ) -> None:
        self._blocks, self._improver = blocks, improver
        self._left_of, self._spent = left_of, spent
        self._seed, self._threads, self._workers = seed, threads, workers
        self._lot = random.Random(seed)
        self._weeks = -(-blocks.n_days // _WEEK)
        sizes = [n for n in _WEEKS if n == 1 or n <= _PART * self._weeks]
        windows = [_Way(n, in_row) for n in sizes for in_row in (True, False)]
        self._ways = [_Way(), *windows]
        self._prices: dict[int, int] = {}
        self._costs = [
            (v, c, week)
            for v, c in enumerate(blocks.goal)
            if c and (week := self._week_of(v)) is not None
        ]
        self._pricing: Pricing | None = None
        self._done = 0.0

    @property
    def work(self) -> float:
        """Done so far in windows, in the solver's deterministic seconds."""
        return self._done + (self._pricing.work if self._pricing else 0.0)

    def run(self, over: Callable[[], bool]) -> None:
        """Improve until it is over."""
        way = self._ways[0]
        while not over():
            began, before = self._spent(), self._improver.goal
            if way.weeks:
                self._solve(way)
            else:
                up = partial(_up, self._left_of(_TURN))
                self._improver.run(partial(_either, over, up))
            rate = (before - self._improver.goal) / (self._spent() - began + 1e-3)
            way.rate = rate if way.rate is None else _OLD * way.rate + (1 - _OLD) * rate
            way = self._choose()

    def know(self, pricing: Pricing) -> None:
        """Begin the next windows with prices of the whole."""
        if pricing.prices is not None:
            self._prices |= zip(pricing.master.links, pricing.prices)

    def _choose(self) -> _Way:
        """Return what to do next, most likely what won most a second."""
        best = max(w.rate or 0.0 for w in self._ways)
        within_reach = 2 * max(1, *(w.weeks for w in self._ways if w.rate is not None))

        def credit(way: _Way) -> float:
            if way.rate is None:  # as good as any, once one half as large was tried
                return best if way.weeks <= within_reach else 0.0
            return max(way.rate, _CURIOSITY * best)

        return self._lot.choices(self._ways, [credit(w) ** 2 + 1e-9 for w in self._ways])[0]

    def _days(self, way: _Way) -> list[int]:
        """Return the days of a window: in a row, or of dear weeks and of cheap ones."""
        lot, weeks = self._lot, range(self._weeks)
        if way.in_row:
            first = lot.randint(0, self._weeks - way.weeks)
            chosen = set(range(first, first + way.weeks))
        else:
            values = self._improver.values
            paid = [0] * self._weeks
            for v, c, week in self._costs:
                paid[week] += c * values[v]
            some = 0.1 * max(paid) + 1.0
            chosen = set()
            while len(chosen) < way.weeks:
                rest = [w for w in weeks if w not in chosen]
                dear = [paid[w] + some for w in rest]
                if len(chosen) % 2:
                    dear = [1.0 / x for x in dear]
                chosen.add(lot.choices(rest, dear)[0])
        days = range(self._blocks.n_days)
        return [d for d in days if d // _WEEK in chosen]

    def _solve(self, way: _Way) -> None:
        """Solve a window by columns and a dive; prices come from earlier windows."""
        improver = self._improver
        window = Window(self._blocks, self._days(way), improver.around)
        pricing = self._pricing = Pricing(window, threads=self._threads, seed=self._seed)
        self._seed += 1
        links = [window.outer_rows[r] for r in pricing.master.links]
        over = partial(_up, self._left_of(_COLUMNS))
        found = None
        try:
            pricing.start_from([improver.values[v] for v in window.outer])
            known = [self._prices.get(r, 0) / GRID for r in links]
            known += [0.0] * len(pricing.master.groups)
            pricing.round(pricing.master.grid(known), over=over)
            if pricing.prices is not None:  # a round was done in time
                pricing.run(over)
                self._prices |= zip(links, pricing.prices)
                found = dive(pricing, self._left_of(_DIVE), workers=self._workers)
        finally:
            self._done += pricing.work
            self._pricing = None
            pricing.close()
        if found is not None:
            improver.change(list(zip(window.outer, found)))

    def _week_of(self, v: int) -> int | None:
        """Return the week of a variable: its cell's, or that of a cell counted with it."""
        cell, rows = self._blocks.cell, self._blocks.rows
        if v in cell:
            return cell[v][1] // _WEEK
        beside = (x for r in self._blocks.rows_of[v] for x in rows[r].variables if x in cell)
        return next((cell[x][1] // _WEEK for x in beside), None)


def _up(left: Callable[[], float]) -> bool:
    return left() <= 0


def _either(one: Callable[[], bool], other: Callable[[], bool]) -> bool:
    return one() or other()


__all__ = ["Window", "Windows"]
