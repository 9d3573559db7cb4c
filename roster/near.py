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
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from ortools.sat.python import cp_model

from roster.columns import GRID, Pricing
from roster.part import FOUND, Solvers
from roster.rows import Row

_WORK = 0.5
"""For one question about a block, in the solver's deterministic seconds."""


@dataclass(frozen=True)
class Near:
    """A part of all solutions.

    Attributes
    ----------
    closed : frozenset of int
        Variables of cells that no month within the distance has.
    rows : dict of int to Row
        That a block costs at least what is proven; true of every solution. Gives the linear
        relaxation of a model with whole months the strength of the bound.
    """

    closed: frozenset[int]
    rows: Mapping[int, Row]

    def of(self, people: Iterable[int]) -> tuple[list[Row], frozenset[int]]:
        """Return the rows of some people, and what is closed, for a neighbourhood."""
        return [self.rows[e] for e in people if e in self.rows], self.closed


def least_rows(pricing: Pricing) -> dict[int, Row]:
    """Return that each block costs at least what is proven, at the prices of the bound."""
    worth = pricing.master.worth(pricing.prices)
    rows = {}
    for e, least in pricing.least.items():
        charges = pricing.charges(e, worth[e])
        terms = {v: c for v, c in zip(pricing.parts[e].variables, charges) if c}
        rows[e] = Row(list(terms), list(terms.values()), least, None)
    return rows


def near(
    pricing: Pricing, distance: float, over: Callable[[], bool] = lambda: False
) -> tuple[Near, float]:
    """Return what is near the bound of everybody, and the work.

    Parameters
    ----------
    pricing : Pricing
        With everybody, and with a bound.
    distance : float
        Points that a month may cost more than its least, at the prices of the bound.
    over : callable
        Asked a few times a second, from this thread; True ends it with fewer cells closed.
    """
    rows = least_rows(pricing)
    reach = math.floor(GRID * distance + 0.5)
    closed: set[int] = set()
    spent = 0.0
    solvers = Solvers()
    with ThreadPoolExecutor(pricing.threads) as pool:
        try:
            jobs = []
            for e, row in rows.items():
                terms = dict(zip(row.variables, row.coefficients))
                least = pricing.least[e]
                jobs.append(pool.submit(_close, pricing, solvers, e, terms, least + reach))
            for job in jobs:
                while not job.done():
                    if over():
                        solvers.stop()
                    wait((job,), timeout=0.1)
                cells, took = job.result()
                closed |= cells
                spent += took
        finally:
            solvers.stop()
    return Near(frozenset(closed), rows), spent


def _close(
    pricing: Pricing, solvers: Solvers, e: int, terms: Mapping[int, int], most: int
) -> tuple[set[int], float]:
    """Return a person's cells that no month of at most this price has, and the work."""
    blocks = pricing.blocks
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
        status, solver = solvers.solve(part, work=_WORK, seed=pricing.seed, cuts=False)
        if solver is None:
            return set(), spent
        spent += solver.response_proto.deterministic_time
        if status == cp_model.INFEASIBLE:
            return rest, spent
        if status not in FOUND:
            return set(), spent
        rest.difference_update([v for v, x in part.values(solver) if x])
    return set(), spent


__all__ = ["Near", "least_rows", "near"]
