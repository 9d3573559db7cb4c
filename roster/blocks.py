"""The model of a horizon as rows of numbers.

Rules state themselves once, through the builder; here the finished model is read back as
linear rows over its variables, to be taken apart (see `program`). Nobody states a rule twice.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from ortools.sat.python import cp_model

from roster.model import Builder, Term
from roster.part import FOUND, Part
from roster.plan import Roster
from roster.program import Program
from roster.rows import ends, index_of, read, substitute
from roster.solver import run_solver

SHORTAGE = 1_000_000
"""A person short weighs more than any points that one neighbourhood can win."""

_WORK = 60.0
"""For the counts of a roster, in the solver's deterministic seconds."""


class Blocks(Program):
    """The whole model.

    Parameters
    ----------
    builder : Builder
        With the whole horizon open; its model is only read.
    """

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.problem = builder.problem
        proto = builder.model.proto
        bounds = [ends(v.domain) for v in proto.variables]
        people, days = len(self.problem.employees), self.problem.n_days
        cost, constant = _costs(builder.terms, len(bounds))
        short, _ = _costs(builder.shortage, len(bounds))
        super().__init__(
            people,
            days,
            low=[low for low, _ in bounds],
            high=[high for _, high in bounds],
            cost=cost,
            goal=[c + SHORTAGE * s for c, s in zip(cost, short)],
            constant=constant,
            rows=[row for constraint in proto.constraints for row in read(constraint)],
            places={
                place: [index_of(x.index) for x in literals.values()]
                for place, literals in self._literals()
            },
        )

    # --- rosters ------------------------------------------------------------------------

    def values_of(self, roster: Roster, seconds: float = math.inf) -> list[int] | None:
        """Return the value of every variable in the best solution with this roster.

        None when the roster breaks a hard row. `seconds` are of the clock; the solver's own
        measure ends it besides.

        Raises
        ------
        TimeoutError
            When that is not known in time.
        """
        fixed: dict[int, int] = {}
        for (e, d), literals in self._literals():
            code = roster.code(e, d)
            if code not in literals and code not in self.builder.variables.domain(e, d):
                return None
            for c, literal in literals.items():
                index = literal.index
                fixed[index_of(index)] = int((c == code) == (index >= 0))
        for seat, literals in self.builder.seats.open():
            for e, literal in literals.items():
                fixed[literal.index] = int(roster.holders.get(seat) == e)
        values = [fixed.get(v, 0) for v in range(len(self.low))]
        free = {v: None for v in range(len(self.low)) if v not in fixed}
        kept = [x for x in (substitute(r, free, values) for r in self.rows) if x is not None]
        part = Part(self, list(free), kept)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = _WORK
        solver.parameters.max_time_in_seconds = seconds
        status = run_solver(solver, part.model)
        if status == cp_model.UNKNOWN:
            raise TimeoutError("the counts of a roster were not found in time")
        if status not in FOUND:
            return None
        for v, value in part.values(solver):
            values[v] = value
        return values

    def _literals(self) -> Iterable[tuple[tuple[int, int], Mapping[str | None, object]]]:
        for e in range(len(self.problem.employees)):
            for d in range(self.problem.n_days):
                yield (e, d), self.builder.variables.literals(e, d)

    def roster(self, values: Sequence[int]) -> Roster:
        """Return the roster of a solution."""
        return self.builder.read(
            lambda x: bool(values[x.index] if x.index >= 0 else 1 - values[-x.index - 1])
        )


def _costs(terms: Iterable[Term], variables: int) -> tuple[list[int], int]:
    """Return what each variable costs by these terms, and what is paid in any case."""
    out, constant = [0] * variables, 0
    for term in terms:
        amount = term.weight * term.amount
        if isinstance(term.var, int):
            constant += amount * term.var
        elif term.var.index < 0:
            constant += amount
            out[-term.var.index - 1] -= amount
        else:
            out[term.var.index] += amount
    return out, constant


__all__ = ["SHORTAGE", "Blocks"]
