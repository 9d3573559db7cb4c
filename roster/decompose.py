"""The search for larger teams: people's months one by one, and what links them.

It goes on from a roster. Some neighbourhoods (`improve`) take the cheap gains. Columns
(`columns`) give prices, and the prices a bound on how good any roster could be. Near that
bound is little to choose from (`near`), and there the search goes on, in turns: the whole
model, which finds a roster at the bound or proves that there is none (`target`); a dive from
fractions to a roster (`dive`), and neighbourhoods of many people from where it ends and from
the best. Of large teams months that are nearly the best have to do, for a few rounds before the
dive. Where there is no time for columns, or a horizon has too many, one round of prices says
whose months cost more than need be. Over many weeks windows of some of them are solved beside
neighbourhoods (`windows`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from roster.budget import Budget
from roster.columns import QUICK, Pricing
from roster.dive import dive
from roster.improve import Improver
from roster.near import Near, near
from roster.outcome import whole
from roster.program import Program
from roster.target import reach
from roster.windows import Windows

# Parts of the time, or of the work.
_FIRST, _LATE = 0.06, 0.8
_RELAX = 0.2
_PRICES = 0.35
_COLUMNS = 0.5
_BOUND = 0.5
_DIVE, _AGAIN = 0.4, 0.15

_REACH, _LONGER = 0.06, 1.5
"""For looking for solutions as cheap as the bound, in turns, each longer than the last. The
first dive has at most `_DIVE`, other dives and neighbourhoods `_AGAIN` at the least."""

_CLOSE = 0.3
"""Points that a month may cost more than its least, where a roster near the bound is sought."""

_FAR, _ENDED = 0.98, 0.999
"""Parts of the value of the master program that the bound must have for `near` to be of use,
and for columns not to go on."""

_NEARLY = 1.1
"""How far the best roster may be from the bound for columns to be worth going on with."""

_AHEAD, _TIGHT = 0.02, 0.15
"""Sums are first made whole for rosters that cost so much more than the bound, as a part of it;
part of the time for that, at the least."""

_SMALL, _SOLVED = 5000, 20_000
"""Open cells near the bound, each possible code counted, that the solver does well at once, and
that it does at all."""

_HAIR, _PROOF = 2, 0.3
"""Points above the bound at which a proof is all that is left to find, and its part."""

_SOME = 0.01
"""What such a roster may cost more than the bound, as a part of it."""

_SHAKE = 0.3
"""See `dive`: no two end alike."""

_SAMPLE = 6
_HARDER = 2.0
"""How much longer a block takes with prices than without."""

_MANY = 60
"""Days beyond which windows are of use."""

_ROUNDS, _LONG = 30, 100
"""Rounds of pricing that columns and a dive take, as a rule, up to so many days. Where the days
are more, neighbourhoods and windows come first, and prices, for the bound, late."""

_QUICK, _ENOUGH = 3, 1.5
"""What columns and a dive take at the least, in such rounds, when months need not be the best;
and what must be left for these columns, in rounds as quick as the first."""


class Decomposition:
    """Improves a roster and proves how good one could be.

    Parameters
    ----------
    blocks : Program
        Of the whole month, all points stated.
    values : list of int
        Of every variable, in a solution to begin with.
    seed : int
    threads : int
        Small models solved side by side.
    workers : int
        Parallel searches of the solver in the whole model.

    Attributes
    ----------
    bound : float
        No solution of the model costs fewer points.
    """

    def __init__(
        self, blocks: Program, values: list[int], *, seed: int, threads: int, workers: int
    ) -> None:
        self.blocks = blocks
        self.bound = 0.0
        self._seed, self._threads, self._workers = seed, threads, workers
        self._reached = 0.0
        self._improver = Improver(self.blocks, values, seed=seed, threads=threads)
        self._pricing: Pricing | None = None
        self._windows: Windows | None = None
        self._counted: tuple[list[int], int] = [], 0
        self._near: Near | None = None
        self._prices: list[int] | None = None
        self._aim = self._tightened = -math.inf

    @property
    def count(self) -> int:
        """How often the roster became better."""
        return self._improver.count

    @property
    def points(self) -> int:
        """Points of the best roster so far."""
        best = self._improver.best
        if best is not self._counted[0]:
            self._counted = best, self.blocks.points(best)
        return self._counted[1]

    @property
    def work(self) -> float:
        """Done so far, in the solver's deterministic seconds, all threads together."""
        priced = self._pricing.work if self._pricing else 0.0
        windows = self._windows.work if self._windows else 0.0
        return self._improver.work + priced + self._reached + windows

    @property
    def best(self) -> list[int]:
        """The value of every variable in the best solution so far."""
        return self._improver.best

    def run(
        self, seconds: float, tick: Callable[[], None], *, work: float | None = None
    ) -> None:
        """Search until the time is up or the best roster reaches the bound.

        Parameters
        ----------
        seconds : float
        tick : callable
            Called a few times a second, always from this thread.
        work : float, optional
            Stop by this much work, in the solver's deterministic seconds, and not by the
            clock: the same seed then gives the same roster.
        """
        began = time.monotonic()

        def spent() -> float:
            return time.monotonic() - began if work is None else self.work

        def ended() -> bool:
            self.bound = max(self.bound, self._pricing.proven if self._pricing else 0.0)
            tick()
            return self.points <= whole(self.bound)

        total = seconds if work is None else work
        budget = Budget(total, spent, by_clock=work is None, ended=ended)
        improver = self._improver
        improver.ordered = work is not None
        days = self.blocks.n_days
        if days > _MANY:
            self._windows = Windows(
                self.blocks,
                improver,
                budget,
                seed=self._seed,
                threads=self._threads,
                workers=self._workers,
            )
        improve = self._windows.run if self._windows else improver.run
        first = _LATE if days > _LONG else _FIRST
        over = budget.until(_FIRST)
        improver.run(lambda: over() or improver.stuck)
        improve(budget.until(first - _FIRST))
        if budget.until(1)():
            return
        pricing = self._pricing = Pricing(self.blocks, threads=self._threads, seed=self._seed)
        try:
            one = self._round(pricing, spent)
            rest = 1 - first
            columns = days <= _LONG and _QUICK * one <= rest * total
            if days <= _LONG and _ROUNDS * one > _COLUMNS * total:
                pricing.most = QUICK
            if not columns and one > _BOUND * rest * total:
                improve(budget.until(1))
                return
            left = budget.left_of(_PRICES if columns else (_RELAX + _BOUND) * rest)

            def over() -> bool:
                return left() <= 0

            pricing.start_from(improver.best)
            prices = pricing.relaxation(_RELAX * rest * total if work is None else None)
            before = left()
            pricing.round(prices, over=over)
            if pricing.most is QUICK:
                columns = columns and left() > _ENOUGH * (before - left())
            if columns and pricing.prices is not None:
                self._finish(pricing, budget, self._generate(pricing, over))
                return
            if pricing.prices is not None:  # a round was done in time
                self._weigh(pricing)
            improve(budget.until(1))
        finally:
            pricing.close()

    def _finish(self, pricing: Pricing, budget: Budget, ended: bool) -> None:
        """Look for a roster near the bound, in turns, each longer than the last.

        A turn is a dive, neighbourhoods of where it ends, neighbourhoods of the best roster
        and, where the bound is as good as columns make it, the whole model near the bound;
        that comes first where the model is small. Columns that were not done go on. Over many
        weeks windows join the neighbourhoods, and the first dive comes before all else.
        """
        part, first = _REACH, True
        if self._windows:
            self._windows.know(pricing)
        while not budget.until(1)():
            if first and not self._windows and len(self.blocks.cell) <= _SOLVED:
                self._sharpen(pricing, budget, part, ended)
            if ended and first and self._open <= _SMALL:
                self._reach(pricing, budget, part)
            most = max(part, _AGAIN)
            share = _DIVE if first else most
            values = dive(
                pricing,
                budget.left_of(share),
                near=self._near,
                shake=0.0 if first else _SHAKE,
                work=budget.work_of(share),
                workers=self._workers,
            )
            if values is not None:
                self._go_on(pricing, values, budget.until(most))
            ended = self._columns(pricing, budget, part, ended)
            self._sharpen(pricing, budget, part, ended)
            self._go_on(pricing, self._improver.best, budget.until(most))
            if ended and self._open <= _SOLVED:
                self._reach(pricing, budget, part)
            part, first = _LONGER * part, False

    def _columns(self, pricing: Pricing, budget: Budget, part: float, ended: bool) -> bool:
        """Go on with columns that were not done, where a better bound is of use.

        Returns
        -------
        bool
            Whether they are done.
        """
        if ended or _ENDED * pricing.value <= pricing.bound:
            return True
        if self.points < _NEARLY * pricing.bound or not self._good(pricing):
            return self._generate(pricing, budget.until(part))
        return False

    @staticmethod
    def _generate(pricing: Pricing, over: Callable[[], bool]) -> bool:
        """Generate columns; tell whether they are done, and with them the bound."""
        return pricing.run(over) and pricing.most is not QUICK

    def _sharpen(self, pricing: Pricing, budget: Budget, part: float, ended: bool) -> None:
        """Make sums whole; look near the prices then."""
        if ended:
            self._tighten(pricing, budget.until(max(part, _TIGHT)))
        if (ended or self._good(pricing)) and pricing.prices is not self._prices:
            self._prices = pricing.prices
            self._near, spent = near(pricing, _CLOSE, budget.until(_REACH))
            self._reached += spent
            self._improver.look_near(self._near)

    def _tighten(self, pricing: Pricing, over: Callable[[], bool]) -> None:
        """Make sums whole in rosters a little above the bound; where none is, dearer."""
        while not over():
            if self.bound > self._aim:
                self._aim = math.ceil((1 + _AHEAD) * self.bound)
            most = min(self.points - 1, self._aim)
            if most == self._tightened or not pricing.tighten(most, over):
                break
            self._tightened = most
        if self.bound > pricing.within:
            pricing.loosen()

    @staticmethod
    def _good(pricing: Pricing) -> bool:
        """Tell whether the bound is so near the value of the master program to be of use."""
        return pricing.most is not QUICK and _FAR * pricing.value <= pricing.bound

    @property
    def _open(self) -> int:
        """Cells that are open near the bound, each possible code counted."""
        return len(self.blocks.cell) - (0 if self._near is None else len(self._near.closed))

    def _go_on(self, pricing: Pricing, values: list[int], over: Callable[[], bool]) -> None:
        """Improve a solution until nothing is won any more, or it is over."""
        improver, windows = self._improver, self._windows
        improver.go_on_from(values)
        self._weigh(pricing)
        if windows is None:
            improver.run(lambda: over() or improver.stuck)
        else:
            windows.forget()
            windows.run(lambda: over() or windows.stuck)

    def _weigh(self, pricing: Pricing) -> None:
        """Have the improver choose those more often whose month costs more than need be."""
        extra = pricing.extra(self._improver.values)
        mean = sum(extra.values()) / len(extra) + 1e-9
        self._improver.weight = [0.3 + x / mean for x in extra.values()]

    def _reach(self, pricing: Pricing, budget: Budget, part: float) -> None:
        """Ask for a solution as cheap as the bound; where there is none, the bound rises.

        Where the solver cannot tell in half of the time, a solution that costs a little more
        is asked for, of months near the bound only. Where next to nothing can be won any more,
        the proof has more time, and all of it.
        """
        proof = self._only_proof
        if proof:
            part = max(part, _PROOF)
        end = budget.until(part)
        for distance in (None,) if proof else (None, _CLOSE):
            over = budget.until(part if proof else part / 2)
            while not end() and not over():
                least = whole(self.bound)
                some = least + round(_SOME * least) if distance else least
                most = min(self.points - 1, some, pricing.within)
                if most < least:
                    return
                found = reach(
                    pricing,
                    most,
                    over,
                    distance=distance,
                    work=budget.work_of(part / 2),
                    workers=self._workers if budget.by_clock else 1,
                )
                self._reached += found.work
                self.bound = max(self.bound, found.bound)
                before = self.points
                if found.values is not None:
                    self._improver.offer(found.values)
                if self.points == before and found.bound <= most:
                    break
        if not proof and self._only_proof:
            self._reach(pricing, budget, part)

    @property
    def _only_proof(self) -> bool:
        """Whether next to nothing can be won any more."""
        return self.points - whole(self.bound) <= _HAIR

    def _round(self, pricing: Pricing, spent: Callable[[], float]) -> float:
        """Estimate what a round of pricing takes, from a few people."""
        people = list(pricing.parts)[:: max(1, len(pricing.parts) // _SAMPLE)][:_SAMPLE]
        before = spent()
        pricing.round(pricing.master.nothing(), people)
        return _HARDER * (spent() - before) * len(pricing.parts) / len(people)


__all__ = ["Decomposition"]
