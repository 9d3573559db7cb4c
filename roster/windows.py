"""Some weeks of everybody, or all weeks of some people, taken apart like a month.

A horizon of half a year has too many ways to spend it for columns; a few weeks of it have not.
What people may still work in them is what the other weeks leave of their hours. Where some are
dear and others cheap, both are opened at once, be they months apart: the hours then move to
where they are missing, which neighbourhoods of a few people hardly manage.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from roster.budget import Budget
from roster.columns import GRID, Pricing
from roster.dive import dive
from roster.improve import Improver
from roster.program import Program, Solution

_WEEKS, _PART = (1, 2, 4, 8), 0.7
"""Of one window, which are at most so large a part of the horizon."""

_HALF = 0.5
"""Part of the people of a window of all weeks."""

_IDLE = 12
"""Choices in a row that won nothing: the search is stuck."""

_WEEK = 7
_OLD, _HAIR = 0.5, 1e-6
_CURIOSITY = 0.1
"""Part of the best rate that each way is given credit for, so that none is forgotten."""

_LARGER = 0.25
"""Part of what the largest windows tried won lately that larger ones are hoped to win."""

_TURN = 0.02
"""Part of the time for neighbourhoods, before a choice is made again."""

_COLUMNS, _DIVE = 0.06, 0.04
"""Parts of the time, at the most, for the columns of one window and for its dive."""


class Window(Program):
    """The program in which some days are open.

    Parameters
    ----------
    whole : Program
    people, days : sequence of int
        Those that are open, in rising order; they count from 0 in the window.
    solution : Solution
        Of the whole; says what everything else holds.

    Attributes
    ----------
    outer, outer_rows : list of int
        The variable, and the row, of the whole that each variable or row is.
    """

    def __init__(
        self, whole: Program, people: Sequence[int], days: Sequence[int], solution: Solution
    ) -> None:
        cells = ((e, d) for e in people for d in days)
        free, rows = whole.open(cells, solution)
        outer = self.outer = list(free)
        self.outer_rows = list(rows)
        place = {v: i for i, v in enumerate(outer)}
        of_person = {e: i for i, e in enumerate(people)}
        of_day = {d: i for i, d in enumerate(days)}
        places: dict[tuple[int, int], list[int]] = {}
        for i, v in enumerate(outer):
            if v in whole.cell:
                e, d = whole.cell[v]
                places.setdefault((of_person[e], of_day[d]), []).append(i)
        super().__init__(
            len(people),
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
    """Windows of so many weeks, in a row or not, of a part of the people; else neighbourhoods.

    `rate` is what was won lately, in points a second; None as long as it was not tried.
    """

    weeks: int = 0
    in_row: bool = True
    part: float = 1.0
    rate: float | None = None

    @property
    def size(self) -> float:
        """Weeks of everybody that are as much."""
        return self.weeks * self.part


class Windows:
    """Improves a solution by windows and in other ways, whichever won most lately.

    Parameters
    ----------
    blocks : Program
    improver : Improver
        Holds the solution, and improves it by neighbourhoods.
    budget : Budget
    seed, threads : int
    workers : int
        Parallel searches of the solver where it ends by the clock.
    """

    def __init__(
        self,
        blocks: Program,
        improver: Improver,
        budget: Budget,
        *,
        seed: int,
        threads: int,
        workers: int = 1,
    ) -> None:
        self._blocks, self._improver = blocks, improver
        self._budget = budget
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
        self._idle = 0

    @property
    def work(self) -> float:
        """Done so far in windows, in the solver's deterministic seconds."""
        return self._done + (self._pricing.work if self._pricing else 0.0)

    def run(self, over: Callable[[], bool]) -> None:
        """Improve until it is over."""
        way, spent = self._ways[0], self._budget.spent
        while not over():
            began, before = spent(), self._improver.goal
            if way.weeks:
                self._solve(way, over)
            else:
                self._improver.run(self._budget.until(_TURN, over))
            won = before - self._improver.goal
            self._idle = 0 if won > 0 else self._idle + 1
            rate = won / (spent() - began + 1e-3)
            way.rate = rate if way.rate is None else _OLD * way.rate + (1 - _OLD) * rate
            way = self._choose()

    def know(self, pricing: Pricing) -> None:
        """Begin the next windows with prices of the whole, which also allow for all weeks."""
        if pricing.prices is not None:
            self._prices |= zip(pricing.master.links, pricing.prices)
            if all(way.part == 1 for way in self._ways):
                self._ways.append(_Way(self._weeks, part=_HALF))

    def _choose(self) -> _Way:
        """Return what to do next, most likely what won most a second."""
        tried = [w for w in self._ways if w.rate is not None]
        best = max(_HAIR, *(w.rate for w in tried))
        # A size comes only after one at least half as large, and is at first taken to win less.
        largest = max(1, *(w.size for w in tried))
        ways = [w for w in self._ways if w.size <= 2 * largest]
        lately = max([w.rate for w in tried if w.size == largest], default=best)
        rates = []
        for w in ways:
            hoped = best if w.size <= largest else _LARGER * lately
            rates.append(max(hoped if w.rate is None else w.rate, _CURIOSITY * best))
        return self._lot.choices(ways, [rate**2 for rate in rates])[0]

    def forget(self) -> None:
        """Go on from another solution, at which anything may win again."""
        self._idle = 0
        for way in self._ways:
            way.rate = None

    @property
    def stuck(self) -> bool:
        """Several choices in a row won nothing."""
        return self._idle >= _IDLE

    def _people(self, way: _Way) -> list[int]:
        """Return the people of a window: everybody, or some, those who matter more likely."""
        everybody, weight = range(self._blocks.people), self._improver.weight
        if way.part == 1:
            return list(everybody)
        # The largest of x ** (1 / weight) are as if drawn one by one.
        rank = {e: self._lot.random() ** (1 / weight[e]) for e in everybody}
        some = sorted(everybody, key=rank.__getitem__)[-round(way.part * len(everybody)) :]
        return sorted(some)

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

    def _solve(self, way: _Way, over: Callable[[], bool]) -> None:
        """Solve a window by columns and a dive; prices come from earlier windows."""
        improver = self._improver
        window = Window(self._blocks, self._people(way), self._days(way), improver.around)
        pricing = self._pricing = Pricing(window, threads=self._threads, seed=self._seed)
        self._seed += 1
        links = [window.outer_rows[r] for r in pricing.master.links]
        budget, found = self._budget, None
        up = budget.until(_COLUMNS, over)
        try:
            pricing.start_from([improver.values[v] for v in window.outer])
            known = [self._prices.get(r, 0) / GRID for r in links]
            known += [0.0] * len(pricing.master.groups)
            pricing.round(pricing.master.grid(known), over=up)
            if pricing.prices is not None:  # a round was done in time
                pricing.run(up)
                self._prices |= zip(links, pricing.prices)
                found = dive(
                    pricing,
                    budget.left_of(_DIVE, over),
                    work=budget.work_of(_DIVE),
                    workers=self._workers,
                )
        except ArithmeticError:  # of the linear program: there are other windows
            pass
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


__all__ = ["Window", "Windows"]
