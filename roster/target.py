"""Is there a solution this cheap? The whole model once more, with what the prices prove.

Cells that no solution so cheap can have are closed (see `near`), and the model gets the least
of each block as a row of its own, with which its linear relaxation is as strong as the bound.
Near the bound that is often enough for the solver to find a solution, or to prove that there is
none, in seconds, where the plain model takes hours.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from roster.columns import Pricing
from roster.near import Near, near
from roster.part import FOUND, Part
from roster.rows import Row
from roster.solver import bound_of, run_solver


@dataclass(frozen=True)
class Reached:
    """What came out.

    Attributes
    ----------
    values : list of int or None
        Of every variable, in a solution that costs at most so much.
    bound : float
        No solution costs less; minus infinity where nothing is proven.
    work : float
        Done, in the solver's deterministic seconds.
    """

    values: list[int] | None
    bound: float
    work: float


def reach(
    pricing: Pricing,
    most: int,
    over: Callable[[], bool],
    *,
    distance: float | None = None,
    work: float | None = None,
    workers: int = 8,
) -> Reached:
    """Look for a solution that costs at most so much.

    Parameters
    ----------
    pricing : Pricing
        With everybody, and with a bound.
    most : int
        At least the bound, rounded up.
    over : callable
        Asked a few times a second, from this thread; True ends it.
    distance : float, optional
        Look only so near the bound, in points for each month (see `near`): solutions are found
        sooner, and nothing is proven.
    work : float, optional
        Limit of the search itself, in the solver's deterministic seconds.
    workers : int
        Parallel searches of the solver.
    """
    proving = distance is None or distance >= most - pricing.bound
    within, spent = near(pricing, most - pricing.bound if proving else distance, over)
    if over():
        return Reached(None, -math.inf, spent)
    part = _model(pricing, most, within)
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = workers
    parameters.linearization_level = 2
    parameters.random_seed = pricing.seed
    if work is not None:
        parameters.max_deterministic_time = work
    status = run_solver(solver, part.model, tick=over)
    spent += solver.response_proto.deterministic_time
    bound = -math.inf
    if proving:
        infeasible = status == cp_model.INFEASIBLE
        bound = bound_of(solver, status, -math.inf) + pricing.blocks.constant
        bound = most + 1 if infeasible else min(bound, most + 1)
    if status not in FOUND:
        return Reached(None, bound, spent)
    values = [0] * len(pricing.blocks.low)
    for v, x in part.values(solver):
        values[v] = x
    return Reached(values, bound, spent)


def _model(pricing: Pricing, most: int, within: Near) -> Part:
    """Return the model of all solutions that cost at most so much, with the proven rows."""
    blocks, master = pricing.blocks, pricing.master
    rows = [*blocks.rows, *within.rows.values()]
    for total, group in master.groups.items():
        low, high, _ = master.free[total]
        rows.append(Row(group, [1] * len(group), low, high))
    paid = {v: c for v, c in enumerate(blocks.cost) if c}
    if paid:
        rows.append(Row(list(paid), list(paid.values()), None, most - blocks.constant))
    part = Part(blocks, list(range(len(blocks.low))), rows, within.closed)
    part.minimize(blocks.cost)
    return part


__all__ = ["Reached", "reach"]
