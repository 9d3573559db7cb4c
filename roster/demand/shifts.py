"""Which shifts, and how many people of each, cover the curve at the least paid hours.

A shift covers an interval only when one of its segments spans it wholly. All kinds of day
are planned together, because a shift past midnight covers the early hours of whichever day
comes next: those hours must be covered after every kind of day that they can follow. What
lies after a second midnight is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from roster.problem import DAY_MINUTES, Shift
from roster.solver import run_solver

_EFFORT = 6.0  # deterministic seconds a search, so that each run finds the same


@dataclass(frozen=True)
class Cover:
    """People a shift and kind of day.

    Attributes
    ----------
    counts : tuple of tuple of int
        Per kind of day, per shift.
    proven : bool
        No cover costs fewer hours.
    """

    counts: tuple[tuple[int, ...], ...]
    proven: bool


def slots_of(shift: Shift, interval: int) -> tuple[frozenset[int], frozenset[int]]:
    """Return the intervals that a shift covers on its own day and on the next.

    Parameters
    ----------
    shift : Shift
    interval : int
        Minutes; divides 1440.

    Returns
    -------
    tuple of frozenset of int
    """
    count = DAY_MINUTES // interval
    slots = [i for a, b in shift.segments for i in range(-(-a // interval), b // interval)]
    return (
        frozenset(i for i in slots if i < count),
        frozenset(i - count for i in slots if count <= i < 2 * count),
    )


def on_duty(
    counts: Sequence[Sequence[int]],
    shifts: Sequence[Shift],
    interval: int,
    nights: Iterable[tuple[int, int]],
) -> tuple[tuple[int, ...], ...]:
    """Return the people on duty per kind of day and interval, after the weakest night before.

    Parameters
    ----------
    counts : sequence of sequence of int
        Per kind of day, per shift.
    shifts : sequence of Shift
    interval : int
        Minutes.
    nights : iterable of (int, int)
        Which kind of day follows which.
    """
    slots = [slots_of(s, interval) for s in shifts]
    nights = tuple(nights)
    out = []
    for day, here in enumerate(counts):
        before = [counts[a] for a, b in nights if b == day] or [(0,) * len(shifts)]
        out.append(
            tuple(
                sum(n for n, (own, _) in zip(here, slots) if slot in own)
                + min(
                    sum(n for n, (_, late) in zip(row, slots) if slot in late) for row in before
                )
                for slot in range(DAY_MINUTES // interval)
            )
        )
    return tuple(out)


def out_of_reach(
    need: Sequence[Sequence[int]], shifts: Sequence[Shift], interval: int
) -> list[tuple[int, int]]:
    """Return the kinds of day and intervals in need that no shift covers."""
    reach = frozenset().union(
        *(own | late for s in shifts for own, late in [slots_of(s, interval)])
    )
    return [
        (day, slot)
        for day, row in enumerate(need)
        for slot, people in enumerate(row)
        if people and slot not in reach
    ]


def least_cover(
    need: Sequence[Sequence[int]],
    shifts: Sequence[Shift],
    interval: int,
    nights: Iterable[tuple[int, int]],
    days: Sequence[int],
    most: Sequence[Sequence[int]] | None = None,
) -> Cover:
    """Return the cover of least paid hours.

    Among covers of the same hours one with fewer different shifts a day is taken, then one
    whose largest surplus is small.

    Parameters
    ----------
    need : sequence of sequence of int
        People per kind of day and interval.
    shifts : sequence of Shift
    interval : int
        Minutes.
    nights : iterable of (int, int)
        Which kind of day follows which.
    days : sequence of int
        How often each kind of day occurs; its hours count as often.
    most : sequence of sequence of int, optional
        At most so many per kind of day and shift.

    Returns
    -------
    Cover

    Raises
    ------
    ValueError
        When the shifts cannot cover the need; see `out_of_reach`.
    """
    model = cp_model.CpModel()
    slots = [slots_of(s, interval) for s in shifts]
    nights = tuple(nights)
    highest = max((max(row, default=0) for row in need), default=0)
    x = [
        [
            model.new_int_var(0, highest if most is None else most[d][s], f"{d}/{shift.code}")
            for s, shift in enumerate(shifts)
        ]
        for d in range(len(need))
    ]
    surplus = [model.new_int_var(0, highest * len(shifts) * 2, "") for _ in need]
    for day, row in enumerate(need):
        for before in [a for a, b in nights if b == day] or [None]:
            for slot, people in enumerate(row):
                there = sum(x[day][s] for s, (own, _) in enumerate(slots) if slot in own)
                if before is not None:
                    there += sum(
                        x[before][s] for s, (_, late) in enumerate(slots) if slot in late
                    )
                if people:
                    model.add(there >= people)
                    model.add(there - people <= surplus[day])
    minutes = sum(
        days[d] * max(1, shift.paid_minutes) * x[d][s]
        for d in range(len(need))
        for s, shift in enumerate(shifts)
    )
    model.minimize(minutes)
    solver, proven = _solved(model)
    model.add(minutes <= int(solver.objective_value))
    for row in x:
        for var in row:
            model.add_hint(var, solver.value(var))
    used = []
    for row in x:
        for var in row:
            used.append(model.new_bool_var(""))
            model.add(var == 0).only_enforce_if(~used[-1])
    model.minimize(1000 * sum(used) + sum(surplus))
    solver, _ = _solved(model)
    return Cover(tuple(tuple(solver.value(v) for v in row) for row in x), proven)


def _solved(model: cp_model.CpModel) -> tuple[cp_model.CpSolver, bool]:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = _EFFORT
    status = run_solver(solver, model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise ValueError("the shifts cannot cover the need")
    return solver, status == cp_model.OPTIMAL


__all__ = ["Cover", "least_cover", "on_duty", "out_of_reach", "slots_of"]
