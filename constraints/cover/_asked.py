"""On which days the Demand sheet asks for somebody: from the input alone."""

from __future__ import annotations

import dataclasses

from roster.problem import Demand, Problem


def asked_days(
    problem: Problem, codes: frozenset[str] | None = None, job: str = "", first: int = 0
) -> frozenset[int]:
    """Return the days on which a Demand row in force asks for somebody.

    Where no row asks for anybody on any day of the horizon, every day counts as asked for.

    Parameters
    ----------
    problem : Problem
    codes : frozenset of str, optional
        Rows of these shifts only.
    job : str
        Rows of other jobs do not count; a row without a job does.
    first : int
        Days from this one on; negative for days before the horizon, on which the rows of
        this file are read as if they held there, too.
    """
    days = range(first, problem.n_days)
    if not any(row.wanted for rows in problem.demand_on for row in rows):
        return frozenset(days)

    def asks(row: Demand) -> bool:
        return (
            row.wanted > 0
            and (codes is None or not codes.isdisjoint(row.shifts))
            and (not job or not row.job or row.job.casefold() == job.casefold())
        )

    return frozenset(d for d in days if any(map(asks, _rows(problem, d))))


def _rows(problem: Problem, d: int) -> tuple[Demand, ...]:
    """Return the rows in force on a day, which may lie before the horizon."""
    if d >= 0:
        return problem.demand_on[d]
    day = problem.date_of(d)
    return dataclasses.replace(problem, start=day, end=day).demand_on[0]
