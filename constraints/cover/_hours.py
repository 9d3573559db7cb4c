"""A day cut into stretches in which the same shifts are at work: from the input alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from roster.problem import DAY_MINUTES, Problem, Shift
from roster.words import clock_text


class Stretch(NamedTuple):
    """Minutes ``first`` to ``last`` of a day, half open, and the shifts at work in them.

    Attributes
    ----------
    first, last : int
        Minutes of the day, 0 to 1440.
    cover : tuple of (int, frozenset of str)
        How many days before the day a duty begins, and with which codes it is at work in
        the whole stretch: ``(1, {"N"})`` for the night that began the day before.
    """

    first: int
    last: int
    cover: tuple[tuple[int, frozenset[str]], ...]

    @property
    def hours(self) -> str:
        """The stretch as ``17:30-22:00``."""
        return f"{clock_text(self.first)}-{clock_text(self.last)}"

    def inside(self, first: int, last: int, later: int = 0) -> bool:
        """Tell whether it lies in a span of minutes of the day that is `later` days ago."""
        shift = later * DAY_MINUTES
        return first <= self.first + shift and self.last + shift <= last

    def starts(self, x: int) -> Iterator[tuple[int, frozenset[str]]]:
        """Yield the days on which a duty at work on day `x` begins, with its codes."""
        for back, codes in self.cover:
            yield x - back, codes


def stretches(shifts: Iterable[Shift], marks: Iterable[int]) -> tuple[Stretch, ...]:
    """Cut a day at every start and end of the shifts' segments and at the marks.

    A pause inside a split shift is not at work.
    """
    shifts = tuple(shifts)
    segments = [(s.code, a, b) for s in shifts for a, b in s.segments]
    ends = {m % DAY_MINUTES for _, a, b in segments for m in (a, b)}
    cuts = sorted({0, DAY_MINUTES} | ends | {m % DAY_MINUTES for m in marks})
    reach = max((b - 1) // DAY_MINUTES for _, _, b in segments) if segments else 0
    out = []
    for first, last in itertools.pairwise(cuts):
        cover = []
        for back in range(reach + 1):
            here = Stretch(first, last, ())
            codes = frozenset(c for c, a, b in segments if here.inside(a, b, back))
            if codes:
                cover.append((back, codes))
        out.append(Stretch(first, last, tuple(cover)))
    return tuple(out)


def merged(parts: Iterable[Stretch]) -> Iterator[Stretch]:
    """Put neighbouring stretches together in which the same shifts are at work."""
    held: Stretch | None = None
    for part in parts:
        if held is not None and held.last == part.first and held.cover == part.cover:
            held = held._replace(last=part.last)
            continue
        if held is not None:
            yield held
        held = part
    if held is not None:
        yield held


def known(problem: Problem, d: int) -> bool:
    """Tell whether the duties of a day before the horizon are known."""
    return any(first <= d for first in problem.first_known)
