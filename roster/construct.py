"""A first roster, one person's whole time after another.

Where no number of people is demanded, the hard rules of most teams bind each person alone, and
whoever comes next finds some time that is allowed beside all others. Each gets about the best
that is left; the whole model does not find any roster in time for 100 people and half a year.
To whoever comes first all empty seats are worth the same, and what they leave may be more than
the others can fill in some weeks: the emptier a seat is, the more it therefore counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

from ortools.sat.python import cp_model

from roster.part import FOUND, Solvers
from roster.program import Program

_GAP = 0.01
"""Of what one person's time costs: the last of it takes most of the time, and others follow."""

_WORK, _WIDE = 0.5, 5000
"""For one person, in the solver's deterministic seconds; more, where there are more than so
many variables."""

_FINE = 10
"""Costs are multiples of one in so many."""

_TRIES = 6
"""Each twice as long as the last, and begun elsewhere: most find a first solution at once."""


def construct(
    blocks: Program, over: Callable[[], bool], *, seed: int, workers: int
) -> tuple[list[int] | None, float]:
    """Return a solution, made person by person in the order of the staff, and the work done.

    Parameters
    ----------
    blocks : Program
    over : callable
        Asked a few times a second, from this thread; then it is given up.
    seed : int
    workers : int
        Parallel searches of the solver. With one, the same seed gives the same solution.

    Returns
    -------
    list of int or None
        The value of every variable. None when somebody finds nothing beside those before: a
        rule then binds several people, or all tries were in vain.
    float
        The work, in the solver's deterministic seconds.
    """
    so_far = blocks.solution([0] * len(blocks.low))
    solvers, work = Solvers(), 0.0
    with ThreadPoolExecutor(1) as pool:
        try:
            for e in range(blocks.people):
                part = blocks.neighbourhood(((e, d) for d in range(blocks.n_days)), so_far)
                part.minimize(_charges(blocks, part.variables, so_far.values))
                limit = _WORK * max(1.0, len(part.variables) / _WIDE)
                for k in range(_TRIES):
                    asked = pool.submit(
                        solvers.solve,
                        part,
                        work=limit * 2**k,
                        seed=seed + e + k,
                        gap=_GAP,
                        workers=workers,
                    )
                    while not over() and not wait([asked], 0.1).done:
                        pass
                    if not asked.done():
                        return None, work
                    status, solver = asked.result()
                    work += solver.response_proto.deterministic_time
                    if status != cp_model.UNKNOWN:
                        break
                if status not in FOUND:
                    return None, work
                so_far = blocks.changed(so_far, part.values(solver))
        finally:
            solvers.stop()
    return (so_far.values if blocks.holds(so_far.values) else None), work


def _charges(blocks: Program, variables: Sequence[int], values: Sequence[int]) -> list[int]:
    """Return what variables are to cost: twice as much where all of a cost is still there.

    Parameters
    ----------
    blocks : Program
    variables : sequence of int
    values : sequence of int
        Of every variable of the program, with those before.
    """
    charges = []
    for v in variables:
        cost = _FINE * blocks.goal[v]
        if v in blocks.shared and values[v]:
            cost += cost * values[v] // blocks.high[v]
        charges.append(cost)
    return charges


__all__ = ["construct"]
