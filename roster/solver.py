"""Running the solver so that Ctrl-C ends it, and what it has proven."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from roster.errors import OwnCheckError

_STOPS = 5.0
"""Seconds that a search has to stop; some steps of it cannot be stopped."""


class Running:
    """A search in a thread of its own.

    The solver's own handling of Ctrl-C stops the search as if its time were up, so that what
    asked for it goes on, and takes the handler away for good. Here the interrupt is raised in
    the thread that waits.

    Parameters
    ----------
    solver : CpSolver
    model : CpModel
    callback : CpSolverSolutionCallback, optional
    """

    def __init__(self, solver: Any, model: Any, callback: Any = None) -> None:
        solver.parameters.catch_sigint_signal = False
        self._status: list[int] = []
        # An event, not a join: an interrupt inside Thread.join marks a live thread as ended.
        self._done = threading.Event()

        def run() -> None:
            try:
                self._status.append(solver.solve(model, callback))
            finally:
                self._done.set()

        threading.Thread(target=run, daemon=True).start()

    def wait(self, seconds: float = 0.1) -> bool:
        """Wait so long at most; tell whether the search has ended."""
        return self._done.wait(seconds)

    @property
    def status(self) -> int:
        """Of the search that has ended; OwnCheckError where the solver gave none."""
        if not self._status:
            raise OwnCheckError("the solver stopped without a status")
        return self._status[0]


def run_solver(
    solver: Any, model: Any, *, tick: Callable[[], bool | None] | None = None
) -> int:
    """Solve a model and return the status; an interrupt is raised once the search has stopped.

    Parameters
    ----------
    solver : CpSolver
    model : CpModel
    tick : callable, optional
        Called a few times a second; True stops the search. What it raises does as well.

    Raises
    ------
    OwnCheckError
        When the solver ended without a status.
    """
    running = Running(solver, model)
    try:
        while not running.wait():
            if tick is not None and tick():
                solver.stop_search()
    except BaseException:
        solver.stop_search()
        running.wait(_STOPS)
        raise
    return running.status


def bound_of(solver: Any, status: int, worst: float) -> float:
    """Return the bound on the objective that a search has proven.

    A search that is ended before it has one reports 0, which an objective may well pass.

    Parameters
    ----------
    solver : CpSolver
    status : int
        Of its last search.
    worst : float
        What is said where there is no bound: minus infinity where the least is sought.
    """
    from ortools.sat.python import cp_model

    bound = solver.best_objective_bound
    return worst if bound == 0 and status != cp_model.OPTIMAL else bound


__all__ = ["Running", "bound_of", "run_solver"]
