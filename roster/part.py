"""Small models of some of a program's variables, and solving them side by side."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from roster.rows import Row, emit

if TYPE_CHECKING:
    from roster.program import Program

FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)


class Part:
    """A model of some of the variables, to be solved with one objective or another.

    Parameters
    ----------
    program : Program
    variables : list of int
    rows : iterable of Row
        They speak of these variables only.
    closed : set of int
        Variables that are zero.
    """

    def __init__(
        self,
        program: Program,
        variables: list[int],
        rows: Iterable[Row],
        closed: Collection[int] = (),
    ) -> None:
        self.variables = variables
        self.model = cp_model.CpModel()
        proto = self.model.proto
        place = self.place = {v: i for i, v in enumerate(variables)}
        low, high = program.low, program.high
        for v in variables:
            proto.variables.add().domain.extend((0, 0) if v in closed else (low[v], high[v]))
        for row in rows:
            emit(proto, row, place, low, high)
        self.minimize([program.goal[v] for v in variables])

    def minimize(self, costs: Sequence[int]) -> None:
        """Set the objective: one whole number for each variable."""
        proto = self.model.proto
        proto.clear_objective()
        used = [(i, c) for i, c in enumerate(costs) if c]
        proto.objective.vars.extend([i for i, _ in used])
        proto.objective.coeffs.extend([c for _, c in used])

    def hint(self, values: Sequence[int]) -> None:
        """Offer a solution, given as the value of every variable of the program."""
        proto = self.model.proto
        proto.clear_solution_hint()
        proto.solution_hint.vars.extend(range(len(self.variables)))
        proto.solution_hint.values.extend([values[v] for v in self.variables])

    def fix(self, values: Mapping[int, int]) -> None:
        """Leave only this value to each of some variables of the program."""
        for v, x in values.items():
            domain = self.model.proto.variables[self.place[v]].domain
            domain.clear()
            domain.extend((x, x))

    def values(self, solver: object) -> list[tuple[int, int]]:
        """Return variables of the program with their values."""
        solution = solver.response_proto.solution
        return list(zip(self.variables, solution))


class Solvers:
    """Solves small models until all are stopped together."""

    def __init__(self) -> None:
        self.stopped = False
        self._lock = threading.Lock()
        self._running: set[cp_model.CpSolver] = set()

    def stop(self) -> None:
        """End what runs, and begin nothing more."""
        with self._lock:
            self.stopped = True
            for solver in self._running:
                solver.stop_search()

    def solve(
        self,
        part: Part,
        *,
        work: float,
        seed: int,
        gap: float = 0.0,
        workers: int = 1,
        cuts: bool = True,
        callback: object = None,
    ) -> tuple[int, cp_model.CpSolver | None]:
        """Return the status and the solver; UNKNOWN and None when stopped before.

        Parameters
        ----------
        part : Part
        work : float
            At most, in the solver's deterministic seconds.
        seed : int
        gap : float
            A solution is good enough that costs at most this part more than the bound.
        workers : int
            Parallel searches of the solver.
        cuts : bool
            Add rows that cut fractions off. Not worth it for one person's month, whose linear
            relaxation is nearly whole.
        callback : CpSolverSolutionCallback, optional
        """
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.num_workers = workers
        parameters.linearization_level = 2
        parameters.cut_level = int(cuts)
        parameters.cp_model_probing_level = 0
        parameters.symmetry_level = 0
        parameters.random_seed = seed
        parameters.max_deterministic_time = work
        parameters.relative_gap_limit = gap
        parameters.catch_sigint_signal = False
        with self._lock:
            if self.stopped:
                return cp_model.UNKNOWN, None
            self._running.add(solver)
        try:
            return solver.solve(part.model, callback), solver
        finally:
            with self._lock:
                self._running.discard(solver)


__all__ = ["FOUND", "Part", "Solvers"]
