"""A roster: who has which duty on which day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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

    Raises
    ------
    ValueError
        When the shape does not fit the problem or a code is unknown.
    """

    problem: Problem
    cells: tuple[tuple[str | None, ...], ...]

    def __post_init__(self) -> None:
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

    def minutes(self, e: int, days: Iterable[int] | None = None) -> int:
        """Return the paid working minutes of a person on the given days, default all."""
        days = range(self.problem.n_days) if days is None else days
        return sum(s.paid_minutes for d in days if (s := self.shift(e, d)) is not None)

    @cached_property
    def on_duty(self) -> tuple[Mapping[str, tuple[int, ...]], ...]:
        """Per day, the people on each code."""
        out = []
        for d in range(self.problem.n_days):
            day: dict[str, list[int]] = {}
            for e, row in enumerate(self.cells):
                if row[d] is not None:
                    day.setdefault(row[d], []).append(e)
            out.append({code: tuple(who) for code, who in day.items()})
        return tuple(out)

    def with_changes(self, changes: Mapping[tuple[int, int], str | None]) -> Roster:
        """Return a roster with some cells replaced; keys are (employee, day)."""
        rows = [list(r) for r in self.cells]
        for (e, d), code in changes.items():
            rows[e][d] = code
        return Roster(self.problem, tuple(map(tuple, rows)))

    def diff(self, other: Roster) -> tuple[tuple[int, int, str | None, str | None], ...]:
        """Return (employee, day, here, there) of every cell that differs."""
        return tuple(
            (e, d, a, b)
            for e, (mine, theirs) in enumerate(zip(self.cells, other.cells))
            for d, (a, b) in enumerate(zip(mine, theirs))
            if a != b
        )
