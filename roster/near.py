"""What is near the bound: cells that only dear months have are closed.

At the prices of the best bound no block costs less than its least, and all together what the
bound says. A solution that costs little more can hence afford little: no month whose price is
more than its least and the whole distance to the bound. Cells that only such months have can
be closed: for good, where the distance is that of the solutions of interest, or for a search
that looks near first, with any distance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ortools.sat.python import cp_model

from roster.blocks import FOUND, Row
from roster.columns import GRID, Pricing

_WORK = 0.5
"""For one question about a block, in the solver's deterministic seconds."""


@dataclass(frozen=True)
class Near:
    """A part of all solutions.

    Attributes
    ----------
    distance : float
        Points that a month may cost more than its least, at the prices of the bound.
    closed : frozenset of int
        Variables of cells that no month within that distance has.
    rows : dict of int to Row
        That a block costs at least what is proven; true of every solution. Gives the linear
        relaxation of a model with whole months the strength of the bound.
    """

    distance: float
    closed: frozenset[int]
    rows: Mapping[int, Row]

    def of(self, people: Iterable[int]) -> tuple[list[Row], frozenset[int]]:
        """Return the rows of some people, and what is closed, for a neighbourhood."""
        return [self.rows[e] for e in people if e in self.rows], self.closed


def near(
    pricing: Pricing, distance: float, over: Callable[[], bool] = lambda: False
) -> tuple[Near, float]:
    """Return what is near the bound of everybody, and the work.

    Parameters
    ----------
    pricing : Pricing
        With everybody, and with a bound.
    distance : float
        In points.
    over : callable
        Asked now and then; True ends it with fewer cells closed.
    """
    worth = pricing.master.worth(pricing.prices)
    reach = math.floor(GRID * distance + 0.5)
    closed: set[int] = set()
    spent = 0.0
    rows = {}
    with ThreadPoolExecutor(pricing.threads) as pool:
        jobs = {
            e: pool.submit(_close, pricing, e, worth[e], least + reach, over)
            for e, least in pricing.least.items()
        }
        for e, job in jobs.items():
            cells, took = job.result()
            closed |= cells
            spent += took
            terms = _priced(pricing, e, worth[e])
            if terms:
                rows[e] = Row(list(terms), list(terms.values()), pricing.least[e], None)
    return Near(distance, frozenset(closed), rows), spent


def _priced(pricing: Pricing, e: int, worth: dict[int, int]) -> dict[int, int]:
    """Return what the variables of a block cost at the prices that give `worth`."""
    cost = pricing.blocks.cost
    terms = {v: GRID * cost[v] - worth.get(v, 0) for v in pricing.parts[e].variables}
    return {v: c for v, c in terms.items() if c}


def _close(
    pricing: Pricing, e: int, worth: dict[int, int], most: int, over: Callable[[], bool]
) -> tuple[set[int], float]:
    """Return a person's cells that no month of at most this price has."""
    blocks = pricing.blocks
    terms = _priced(pricing, e, worth)
    rest = {
        v
        for v in pricing.parts[e].variables
        if v in blocks.cell and blocks.low[v] == 0 and blocks.high[v] == 1
    }
    for column in pricing.master.columns[e]:
        if rest and sum(terms.get(v, 0) * x for v, x in column.ones) <= most:
            rest.difference_update(v for v, _ in column.ones)
    part = blocks.block(e)
    proto = part.model.proto
    limit = proto.constraints.add().linear
    limit.vars.extend([part.place[v] for v in terms])
    limit.coeffs.extend(terms.values())
    limit.domain.extend((-(1 << 62), most))
    asked = proto.constraints.add().bool_or
    spent = 0.0
    while rest:
        # A month with as many of the cells in question as can be answers for all of them.
        part.minimize([-int(v in rest) for v in part.variables])
        asked.literals.clear()
        asked.literals.extend([part.place[v] for v in sorted(rest)])
        if over():
            return set(), spent
        status, solver = pricing.solvers.solve(part, work=_WORK, seed=pricing.seed)
        if solver is None:
            return set(), spent
        spent += solver.response_proto.deterministic_time
        if status == cp_model.INFEASIBLE:
            return rest, spent
        if status not in FOUND:
            return set(), spent
        rest.difference_update([v for v, x in part.values(solver) if x])
    return set(), spent


__all__ = ["Near", "near"]
