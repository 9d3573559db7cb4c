"""Running the solver so that Ctrl-C ends it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

_STOPS = 5.0
"""Seconds that a search has to stop; some steps of it cannot be stopped."""


def run_solver(
    solver: Any,
    model: Any,
    callback: Any = None,
    *,
    tick: Callable[[], bool | None] | None = None,
) -> int:
    """Solve a model in a thread of its own, and return the status.

    The solver's own handling of Ctrl-C stops the search as if its time were up, so that what
    asked for it goes on, and takes the handler away for good. Here the interrupt is raised in
    the calling thread, once the search has stopped.

    Parameters
    ----------
    solver : CpSolver
    model : CpModel
    callback : CpSolverSolutionCallback, optional
    tick : callable, optional
        Called a few times a second; True stops the search. What it raises does as well.

    Raises
    ------
    RuntimeError
        When the solver ended without a status.
    """
    solver.parameters.catch_sigint_signal = False
    status: list[int] = []
    done = threading.Event()

    def run() -> None:
        try:
            status.append(solver.solve(model, callback))
        finally:
            done.set()

    # An event, not a join: an interrupt inside Thread.join marks a live thread as ended.
    threading.Thread(target=run, daemon=True).start()
    try:
        while not done.wait(0.1):
            if tick is not None and tick():
                solver.stop_search()
    except BaseException:
        solver.stop_search()
        done.wait(_STOPS)
        raise
    if not status:
        raise RuntimeError("the solver stopped without a status")
    return status[0]


__all__ = ["run_solver"]
