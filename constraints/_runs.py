"""Runs of consecutive days, for checkers only: plain Python over a roster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

LOOK_BACK = 40
"""Days before the horizon that checkers look at; more than any limit in days."""


class Run(NamedTuple):
    """Days `first` to `last`, and whether the days beside them are known to end the run."""

    first: int
    last: int
    begins: bool
    ends: bool

    @property
    def length(self) -> int:
        """Number of days."""
        return self.last - self.first + 1


def runs(first: int, last: int, holds: Callable[[int], bool]) -> Iterator[Run]:
    """Yield the maximal runs of days in ``first..last`` on which `holds` is true."""
    start = None
    for d in range(first, last + 2):
        if d <= last and holds(d):
            start = d if start is None else start
        elif start is not None:
            yield Run(start, d - 1, start > first, d <= last)
            start = None
