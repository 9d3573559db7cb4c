"""A roster: who has which duty on which day."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from roster.problem import Problem, Shift


@dataclass(frozen=True)
class Roster:
    """An immutable roster of one problem.

    Parameters
    ----------
    problem : Problem
    cells : tuple of tuple of (str or None)
        ``cells[e][d]`` is a shift code, or None for a day without duty; one row a person,
        one column a day of the horizon. The history before day 0 is read from the problem.

    posts : tuple of (date, str, int)
        Monday, post and position of who holds a committee post in a week of the horizon, in
        order.
    people, days : sequence of int
        Whom the checkers of one person look at, and which days those of one day; everybody
        and the whole horizon unless the roster is `focused`.

    Raises
    ------
    ValueError
        When the shape does not fit the problem or a code is unknown.
    """

    problem: Problem
    cells: tuple[tuple[str | None, ...], ...]
    posts: tuple[tuple[date, str, int], ...] = ()
    people: Sequence[int] = field(init=False, compare=False, repr=False)
    days: Sequence[int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "people", range(len(self.problem.employees)))
        object.__setattr__(self, "days", range(self.problem.n_days))
        p = self.problem
        if len(self.cells) != len(p.employees) or any(len(r) != p.n_days for r in self.cells):
            raise ValueError("a roster has one row a person and one column a day")
        unknown = {c for row in self.cells for c in row} - set(p.shift_by_code) - {None}
        if unknown:
            raise ValueError(f"unknown shift codes: {sorted(unknown)}")

    @classmethod
    def empty(cls, problem: Problem) -> Roster:
        """Return the roster on which nobody works."""
        return cls(problem, ((None,) * problem.n_days,) * len(problem.employees))

    def code(self, e: int, d: int) -> str | None:
        """Return the code of a cell; before the horizon from the history, unknown is off."""
        if d < 0:
            return self.problem.history_by_cell.get((e, d))
        return self.cells[e][d]

    def shift(self, e: int, d: int) -> Shift | None:
        """Return the shift of a cell, None on a day without duty."""
        code = self.code(e, d)
        return None if code is None else self.problem.shift_by_code.get(code)

    def on(self, e: int, d: int) -> bool:
        """Tell whether the person has a duty that starts on the day."""
        return self.code(e, d) is not None

    def duties_of(self, e: int, first: int = 0) -> Iterator[tuple[int, Shift]]:
        """Yield the duties of a person in order from day `first`, negative for history."""
        for d in range(first, self.problem.n_days):
            shift = self.shift(e, d)
            if shift is not None:
                yield d, shift

    @cached_property
    def holders(self) -> Mapping[tuple[date, str], int]:
        """Who holds each committee post, by Monday and post."""
        return {(monday, post): e for monday, post, e in self.posts}

    def with_posts(self, holders: Mapping[tuple[date, str], int | None]) -> Roster:
        """Return a roster with some posts held by others; None leaves a post empty."""
        held = {**self.holders, **holders}
        posts = tuple(sorted((m, p, e) for (m, p), e in held.items() if e is not None))
        return Roster(self.problem, self.cells, posts)

    def minutes(self, e: int, days: Iterable[int] | None = None) -> int:
        """Return the paid working minutes of a person on the given days, default all."""
        days = range(self.problem.n_days) if days is None else days
        return sum(s.paid_minutes for d in days if (s := self.shift(e, d)) is not None)

    @cached_property
    def on_duty(self) -> tuple[Mapping[str, tuple[int, ...]], ...]:
        """Per day of `days`, the people on each code."""
        out: list[Mapping[str, tuple[int, ...]]] = [{}] * self.problem.n_days
        for d in self.days:
            day: dict[str, list[int]] = {}
            for e, row in enumerate(self.cells):
                if row[d] is not None:
                    day.setdefault(row[d], []).append(e)
            out[d] = {code: tuple(who) for code, who in day.items()}
        return tuple(out)

    def focused(self, people: Iterable[int], days: Iterable[int]) -> Roster:
        """Return the same roster for checkers that need look at some people and days only.

        What two rosters with the same cells elsewhere break elsewhere is the same, so that
        the difference between them can be found without looking there.
        """
        made = copy.copy(self)
        made.__dict__.pop("on_duty", None)
        object.__setattr__(made, "people", _ordered(people))
        object.__setattr__(made, "days", _ordered(days))
        return made

    def with_changes(self, changes: Mapping[tuple[int, int], str | None]) -> Roster:
        """Return a roster with some cells replaced; keys are (employee, day).

        Who holds which post stays.
        """
        rows = list(self.cells)
        for e in {e for e, _ in changes}:
            row = list(rows[e])
            for (other, d), code in changes.items():
                if other == e:
                    row[d] = code
            rows[e] = tuple(row)
        unknown = set(changes.values()) - set(self.problem.shift_by_code) - {None}
        if unknown:
            raise ValueError(f"unknown shift codes: {sorted(unknown)}")
        # What did not change has been looked at when this roster was made.
        made = copy.copy(self)
        made.__dict__.pop("on_duty", None)
        object.__setattr__(made, "cells", tuple(rows))
        return made.focused(range(len(rows)), range(self.problem.n_days))

    def diff(self, other: Roster) -> tuple[tuple[int, int, str | None, str | None], ...]:
        """Return (employee, day, here, there) of every cell that differs."""
        return tuple(
            (e, d, a, b)
            for e, (mine, theirs) in enumerate(zip(self.cells, other.cells))
            for d, (a, b) in enumerate(zip(mine, theirs))
            if a != b
        )


def _ordered(numbers: Iterable[int]) -> Sequence[int]:
    return numbers if isinstance(numbers, range) else tuple(sorted(numbers))
