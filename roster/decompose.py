"""The search for larger teams: people's months one by one, and what links them.

It goes on from a roster: some neighbourhoods (`improve`) for the cheap gains; prices
(`columns`), which prove how good any roster could be, columns until that bound is as good as it
gets, and a dive (`dive`) to a roster near it; and neighbourhoods until the time is up, from the
better of the two, with more attention to those whose month costs more than the prices say it
need. Where there is no time for columns, neighbourhoods come before the prices too.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from roster.blocks import Blocks
from roster.columns import Pricing
from roster.dive import dive
from roster.errors import OwnCheckError
from roster.improve import Improver
from roster.model import Builder
from roster.outcome import whole
from roster.plan import Roster

# Parts of the time, or of the work.
_FIRST = 0.06
_RELAX = 0.1
_PRICES = 0.35
_DIVE = 0.2
_LATE = 0.6
"""For neighbourhoods before there is a bound, where there is no time for columns."""

_SAMPLE = 6
_HARDER = 2.0
"""How much longer a block takes with prices than without."""

_ROUNDS = 40
"""Rounds of pricing that columns and a dive take, as a rule: without time for them, none."""


class Decomposition:
    """Improves a roster and proves how good one could be.

    Parameters
    ----------
    builder : Builder
        The whole month, all points stated.
    start : Roster
        Keeps every hard row of the model.
    seed : int
    threads : int

    Attributes
    ----------
    bound : float
        No solution of the model costs fewer points.

    Raises
    ------
    OwnCheckError
        When the roster breaks a hard row of the model.
    TimeoutError
        When taking over the roster takes too long.
    """

    def __init__(self, builder: Builder, start: Roster, *, seed: int, threads: int) -> None:
        self.blocks = Blocks(builder)
        values = self.blocks.values_of(start)
        if values is None:
            raise OwnCheckError("the model refuses the roster to start with", start)
        self.bound = 0.0
        self._seed, self._threads = seed, threads
        self._improver = Improver(self.blocks, values, seed=seed, threads=threads)
        self._pricing: Pricing | None = None
        self._counted: tuple[list[int], int] = [], 0

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
        return self._improver.work + (self._pricing.work if self._pricing else 0.0)

    def roster(self) -> Roster:
        """Return the best roster so far."""
        return self.blocks.roster(self._improver.best)

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

        span = seconds if work is None else work

        def until(part: float) -> Callable[[], bool]:
            end = min(span, spent() + part * span)

            def over() -> bool:
                self.bound = max(self.bound, self._pricing.bound if self._pricing else 0.0)
                tick()
                return spent() >= end or self.points <= whole(self.bound)

            return over

        improver = self._improver
        improver.run(until(_FIRST))
        if until(1)():
            return
        pricing = self._pricing = Pricing(self.blocks, threads=self._threads, seed=self._seed)
        try:
            one = self._round(pricing, spent)
            columns = _ROUNDS * one <= (_PRICES + _DIVE) * span
            if not columns:
                improver.run(until(_LATE))
                if one > 0.5 * (span - spent()):
                    improver.run(until(1))
                    return
            over = until(_PRICES)
            pricing.start_from(improver.best)
            pricing.round(
                pricing.relaxation(_RELAX * span if work is None else None), over=over
            )
            if columns:
                pricing.run(over)
                values = dive(pricing, improver.best, until(_DIVE))
                if values is not None:
                    improver.offer(values)
                improver.columns = pricing.master.columns
            extra = pricing.extra(improver.best)
        finally:
            pricing.close()
        mean = sum(extra.values()) / len(extra) + 1e-9
        improver.weight = [0.3 + x / mean for x in extra.values()]
        improver.run(until(1))

    def _round(self, pricing: Pricing, spent: Callable[[], float]) -> float:
        """Estimate what a round of pricing takes, from a few people."""
        people = list(pricing.parts)[:: max(1, len(pricing.parts) // _SAMPLE)][:_SAMPLE]
        before = spent()
        pricing.round(pricing.master.nothing(), people)
        return _HARDER * (spent() - before) * len(pricing.parts) / len(people)


__all__ = ["Decomposition"]
