"""Time, or work, that a search has, and parts of it."""

from __future__ import annotations

from collections.abc import Callable


class Budget:
    """What a search may spend in all.

    Parameters
    ----------
    total : float
        Seconds, or the solver's deterministic seconds.
    spent : callable
        Returns what was spent so far, in the same unit.
    by_clock : bool
        Seconds of the clock; else two runs have to be the same.
    ended : callable
        Asked whenever what is left is; True ends everything.
    """

    def __init__(
        self,
        total: float,
        spent: Callable[[], float],
        *,
        by_clock: bool = True,
        ended: Callable[[], bool] = lambda: False,
    ) -> None:
        self.total, self.spent, self.by_clock = total, spent, by_clock
        self._ended = ended

    def left_of(
        self, part: float, over: Callable[[], bool] = lambda: False
    ) -> Callable[[], float]:
        """Return what tells which part is left of a part of all, beginning now.

        Parameters
        ----------
        part : float
            From 0 to 1.
        over : callable, optional
            True ends this part before its time.
        """
        began = self.spent()
        end = min(self.total, began + part * self.total)

        def left() -> float:
            ended = self._ended() or over()
            now = self.spent()
            return 0.0 if ended or now >= end else (end - now) / (end - began)

        return left

    def until(
        self, part: float, over: Callable[[], bool] = lambda: False
    ) -> Callable[[], bool]:
        """Return what tells whether a part of all, beginning now, is up; see `left_of`."""
        left = self.left_of(part, over)
        return lambda: left() <= 0

    def work_of(self, part: float) -> float | None:
        """Return how much work a part is, for the solver to stop by; None by the clock."""
        return None if self.by_clock else part * self.total


__all__ = ["Budget"]
