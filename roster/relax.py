"""Lower bounds from relaxations, one group of soft rules at a time.

The points of a roster are a sum over the rules, none negative. So for any split of the soft
rules into groups, no roster costs less than the sum over the groups of the least that each
group costs alone under all the hard rules. Alone, a group is solved to the optimum in a
second or two where the whole is far out of reach; what its search has proven when its time
is up counts as well.
"""

from __future__ import annotations

import threading
import time

from ortools.sat.python import cp_model

from roster.model import Builder, build
from roster.problem import Problem
from roster.rule import Level, RuleSet, Scope

_WORKERS = 4
_PART = 0.4
"""Of the time that is left, what a group may take."""


def groups(rules: RuleSet) -> tuple[tuple[str, ...], ...]:
    """Return ids of rules whose points are bounded together.

    First the rules that bind a day or the team, cover above all. Of those that bind one
    person, the ones that look from day to day are hard to prove together with the counts of
    a month, so they stand apart.
    """
    day, month, memory = [], [], []
    for rule in rules.enforced:
        if rule.scope is not Scope.PERSON:
            day.append(rule.id)
        elif rule.level is Level.SOFT:
            (memory if rule.lead_in_days else month).append(rule.id)
    return tuple(tuple(g) for g in (day, month, memory) if g)


class Relaxations:
    """Proves, in a thread of its own, what each group costs at the least.

    Parameters
    ----------
    problem : Problem
    rules : RuleSet
    shortage : int or None
        People short that the relaxations allow; None asks for full cover.
    seconds : float
        For all of it.
    """

    def __init__(
        self, problem: Problem, rules: RuleSet, *, shortage: int | None, seconds: float
    ) -> None:
        self._deadline = time.monotonic() + seconds
        self._problem, self._rules = problem, rules
        self._shortage = shortage
        self._solver: cp_model.CpSolver | None = None
        self._stop = threading.Event()
        self._proven: list[float] = []
        self._done = threading.Event()

    @property
    def bound(self) -> float:
        """Points proven so far."""
        return sum(self._proven)

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._work, daemon=True).start()

    def stop(self) -> None:
        """End now, keeping what is proven."""
        self._stop.set()
        while not self._done.wait(0.05):
            if self._solver is not None:
                self._solver.stop_search()

    def wait(self, seconds: float) -> bool:
        """Wait until everything is proven; False when the time is up first."""
        return self._done.wait(seconds)

    def _work(self) -> None:
        try:
            self._prove()
        finally:
            self._done.set()

    def _prove(self) -> None:
        for group in groups(self._rules):
            if self._stop.is_set():
                return
            builder = self._model(group)
            self._solver = cp_model.CpSolver()
            self._solver.parameters.num_workers = _WORKERS
            self._solver.parameters.catch_sigint_signal = False
            self._solver.parameters.max_time_in_seconds = max(
                0.1, _PART * (self._deadline - time.monotonic())
            )
            place = len(self._proven)
            self._proven.append(0.0)

            def note(bound: float, place: int = place) -> None:
                self._proven[place] = max(self._proven[place], bound)

            self._solver.best_bound_callback = note
            if self._stop.is_set():
                return
            status = self._solver.solve(builder.model)
            if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                note(self._solver.best_objective_bound)

    def _model(self, group: tuple[str, ...]) -> Builder:
        """Return the model of all hard rules with the points of one group."""
        kept = tuple(r for r in self._rules.enforced if r.level is Level.HARD or r.id in group)
        builder = build(self._problem, RuleSet(kept), all_or_nothing=self._shortage is None)
        builder.model.minimize(builder.points_expr(only=frozenset(group)))
        if self._shortage is not None:
            builder.model.add(builder.shortage_expr() <= self._shortage)
        return builder
