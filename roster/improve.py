"""Improving a roster one neighbourhood at a time.

A few people get their whole month anew, or more people a few days, and everything else
stays: small enough for the solver to find the best in about a second, large enough to
exchange whole stretches of work. People who cost points are chosen more often, and so are
the shapes that won most points a second lately. Each neighbourhood is a model of the same
rules around the roster (see `Builder`), so there is no second encoding of anything. Several
run side by side, on different people.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from roster.audit import Audit, audit
from roster.model import build
from roster.rule import RuleSet

_SHAPES = ((2, 366), (3, 366), (4, 366), (6, 14), (10, 7), (20, 4), (40, 4))
"""People and days of a neighbourhood; no more of either than there are."""

_SECONDS = 2.5
_FORGET = 0.6
_CURIOSITY = 0.3
"""Points a second that every shape is given credit for, so that none is forgotten."""

SHORTAGE = 1_000_000
"""A person short weighs more than any points that one neighbourhood can win."""


@dataclass(frozen=True)
class _Task:
    """A neighbourhood to be solved."""

    shape: int
    free: frozenset[tuple[int, int]]
    people: frozenset[int]
    base: Audit
    seed: int


class Improver:
    """Threads that improve a roster until they are stopped.

    Parameters
    ----------
    start : Audit
        Of the roster to begin with; it breaks no hard rule but, perhaps, the minimum cover.
    rules : RuleSet
    seed : int
    threads : int
        Neighbourhoods solved side by side.
    all_or_nothing : bool
        The roster has full cover and keeps it.
    """

    def __init__(
        self, start: Audit, rules: RuleSet, *, seed: int, threads: int, all_or_nothing: bool
    ) -> None:
        self.best = start
        self.count = 0
        self._rules = rules
        self._all_or_nothing = all_or_nothing
        self._random = random.Random(seed)
        self._threads = max(1, threads)
        self._lock = threading.Lock()
        self._busy: set[int] = set()
        self._won = [5.0] * len(_SHAPES)
        self._stop = False
        self._solvers: set[cp_model.CpSolver] = set()
        self._failure: BaseException | None = None

    def run(self, deadline: float, tick: Callable[[], bool]) -> None:
        """Improve until the deadline, or until `tick` says that it is enough.

        Parameters
        ----------
        deadline : float
            On the clock of ``time.monotonic``.
        tick : callable
            Called a few times a second from this thread; True ends the search. A
            KeyboardInterrupt raised in it ends the search too, and is passed on.
        """
        people = len(self.best.roster.problem.employees)
        threads = [
            threading.Thread(target=self._work, args=(deadline,), daemon=True)
            for _ in range(min(self._threads, max(1, people // 2)))
        ]
        for thread in threads:
            thread.start()
        try:
            while self._failure is None and time.monotonic() < deadline:
                if tick():
                    break
                time.sleep(0.1)
        finally:
            self._stop = True
            with self._lock:
                for solver in self._solvers:
                    solver.stop_search()
            for thread in threads:
                thread.join()
        if self._failure is not None:
            raise self._failure

    def _work(self, deadline: float) -> None:
        try:
            while not self._stop:
                left = deadline - time.monotonic()
                if left < 0.3:
                    return
                with self._lock:
                    task = self._choose()
                began = time.monotonic()
                won = 0
                try:
                    won = self._solve(task, min(_SECONDS, left))
                finally:
                    with self._lock:
                        self._busy -= task.people
                        rate = won / (time.monotonic() - began + 1e-6)
                        old = self._won[task.shape]
                        self._won[task.shape] = _FORGET * old + (1 - _FORGET) * rate
        except BaseException as error:
            self._failure = error
            self._stop = True

    def _choose(self) -> _Task:
        """Pick a shape, and people on whom nobody works: more often those who cost points.

        Whoever a finding names bears an equal part of it.
        """
        problem = self.best.roster.problem
        credit = [max(w, _CURIOSITY) for w in self._won]
        shape = self._random.choices(range(len(_SHAPES)), credit)[0]
        most, length = _SHAPES[shape]
        open_to = [e for e in range(len(problem.employees)) if e not in self._busy]
        points = dict.fromkeys(open_to, 1.0)
        for v in self.best.violations:
            for staff in v.who:
                e = problem.employee_index[staff]
                if e in points:
                    points[e] += v.points / len(v.who)
        chosen: set[int] = set()
        while len(chosen) < min(most, len(open_to)):
            rest = [e for e in open_to if e not in chosen]
            chosen.add(self._random.choices(rest, [points[e] for e in rest])[0])
        first = self._random.randrange(max(1, problem.n_days - length + 1))
        days = range(first, min(problem.n_days, first + length))
        people = frozenset(chosen)
        self._busy |= people
        return _Task(
            shape,
            frozenset((e, d) for e in people for d in days),
            people,
            self.best,
            self._random.randrange(1 << 30),
        )

    def _solve(self, task: _Task, seconds: float) -> int:
        """Solve a neighbourhood, keep it when the whole is better, return the points won."""
        base = task.base
        builder = build(
            base.roster.problem,
            self._rules,
            all_or_nothing=self._all_or_nothing,
            around=base.roster,
            free=task.free,
        )
        builder.hint(base.roster)
        builder.model.minimize(
            builder.points_expr()
            if self._all_or_nothing
            else SHORTAGE * builder.shortage_expr() + builder.points_expr()
        )
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.random_seed = task.seed
        solver.parameters.catch_sigint_signal = False
        with self._lock:
            if self._stop:
                return 0
            self._solvers.add(solver)
        try:
            status = solver.solve(builder.model)
        finally:
            with self._lock:
                self._solvers.discard(solver)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return 0
        found = builder.read(solver.boolean_value)
        changed = {
            (e, d): found.code(e, d)
            for e, d in task.free
            if found.code(e, d) != base.roster.code(e, d)
        }
        seats = {
            seat: found.holders.get(seat)
            for seat, _ in builder.seats.open()
            if found.holders.get(seat) != base.roster.holders.get(seat)
        }
        if not changed and not seats:
            return 0
        # Others may have changed meanwhile; the audit of the whole decides.
        with self._lock:
            better = self.best.roster.with_changes(changed)
            checked = audit(better.with_posts(seats) if seats else better, self._rules)
            before, after = rank(self.best), rank(checked)
            if after <= before:
                self.best = checked
            if after >= before:
                return 0
            self.count += 1
            return max(1, before[2] - after[2])


def rank(checked: Audit) -> tuple[int, int, int]:
    """Return what makes one roster better than another: hard rules, shortage, points."""
    return len(checked.broken), checked.shortage, checked.points
