"""The search for larger teams: people's months one by one, and what links them.

It goes on from a roster: some neighbourhoods (`improve`) for the cheap gains; columns and
prices (`columns`), which prove how good any roster could be; a dive (`dive`) to a roster near
that bound; and neighbourhoods again until the time is up, from the better of the two, with
more attention to those whose month costs more than the prices say it need.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from roster.blocks import Blocks
from roster.columns import Pricing
from roster.dive import dive
from roster.improve import Improver
from roster.model import Builder
from roster.plan import Roster

# Parts of the time.
_FIRST = 0.08
_PRICES = 0.3
_DIVE = 0.12


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
    """

    def __init__(self, builder: Builder, start: Roster, *, seed: int, threads: int) -> None:
        self.blocks = Blocks(builder)
        values = self.blocks.values_of(start)
        if values is None:
            raise ValueError("the roster to start with breaks a hard rule, or time ran out")
        self.bound = 0.0
        self._seed, self._threads = seed, threads
        self._improver = Improver(self.blocks, values, seed=seed, threads=threads)
        self._pricing: Pricing | None = None

    @property
    def count(self) -> int:
        """How often the roster became better."""
        return self._improver.count

    @property
    def points(self) -> int:
        """Points of the best roster so far."""
        return self.blocks.points(self._improver.values)

    def roster(self) -> Roster:
        """Return the best roster so far."""
        return self.blocks.roster(self._improver.values)

    def run(self, deadline: float, tick: Callable[[], bool]) -> None:
        """Search until the deadline, or until `tick` says that it is enough.

        Parameters
        ----------
        deadline : float
            On the clock of ``time.monotonic``.
        tick : callable
            Called a few times a second, always from this thread.
        """
        began = time.monotonic()
        span = deadline - began
        improver = self._improver
        improver.run(began + _FIRST * span, tick)
        if tick() or time.monotonic() >= deadline:
            return
        pricing = self._pricing = Pricing(
            self.blocks, threads=self._threads, seed=self._seed
        )
        try:
            self._price(pricing, time.monotonic() + _PRICES * span, tick)
            if tick():
                return
            self._dive(pricing, time.monotonic() + _DIVE * span, tick)
            if tick():
                return
            extra = pricing.extra(improver.values)
        finally:
            pricing.close()
        mean = sum(extra.values()) / len(extra) + 1e-9
        improver.weight = [0.3 + x / mean for x in extra.values()]
        improver.columns = pricing.master.columns
        improver.run(deadline, tick)

    def _price(self, pricing: Pricing, deadline: float, tick: Callable[[], bool]) -> None:
        pricing.start_from(self._improver.values)
        pricing.begin(0.2 * (deadline - time.monotonic()), tick)

        def note() -> bool:
            self.bound = max(self.bound, pricing.bound)
            return tick()

        pricing.run(deadline, note)
        self.bound = max(self.bound, pricing.bound)

    def _dive(self, pricing: Pricing, deadline: float, tick: Callable[[], bool]) -> None:
        """Dive, and go on from what it found when that is better."""
        values = dive(pricing, self._improver.values, deadline, tick)
        if values is not None:
            self._improver.offer(values)


__all__ = ["Decomposition"]
