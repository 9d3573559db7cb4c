"""Improving a roster a few people at a time.

A handful of people get their whole month anew, everybody else stays: small enough for the
solver to find the best in well under a second, large enough to exchange whole stretches of
work. People who cost points are chosen more often; when nothing improves any more, the
handful grows. Each handful is a model of the same rules around the roster (see `Builder`),
so there is no second encoding of anything. Several handfuls run side by side.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

from ortools.sat.python import cp_model

from roster.audit import Audit, audit
from roster.model import build
from roster.rule import RuleSet

_SMALLEST, _LARGEST = 3, 8
_SECONDS = 4.0
_SHORTAGE = 1_000_000
"""A person short weighs more than any points that one handful can win."""


class Improver:
    """Threads that improve a roster until they are stopped.

    Parameters
    ----------
    start : Audit
        Of the roster to begin with; it breaks no hard rule but, perhaps, the minimum cover.
    rules : RuleSet
    seed : int
    threads : int
        Handfuls solved side by side.
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
        self._tries = 0
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
            for _ in range(min(self._threads, max(1, people // _SMALLEST)))
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
                    people, base, seed = self._choose()
                try:
                    self._solve(people, base, min(_SECONDS, left), seed)
                finally:
                    with self._lock:
                        self._busy -= people
        except BaseException as error:
            self._failure = error
            self._stop = True

    def _choose(self) -> tuple[frozenset[int], Audit, int]:
        """Pick a handful whom nobody works on: more often those who cost points."""
        problem = self.best.roster.problem
        free = [e for e in range(len(problem.employees)) if e not in self._busy]
        points = dict.fromkeys(free, 1.0)
        for v in self.best.violations:
            for staff in v.who:
                e = problem.employee_index[staff]
                if e in points:
                    points[e] += v.points
        size = min(len(free), _LARGEST, _SMALLEST + self._tries // len(problem.employees))
        chosen: set[int] = set()
        while len(chosen) < size:
            rest = [e for e in free if e not in chosen]
            chosen.add(self._random.choices(rest, [points[e] for e in rest])[0])
        people = frozenset(chosen)
        self._busy |= people
        self._tries += 1
        return people, self.best, self._random.randrange(1 << 30)

    def _solve(self, people: frozenset[int], base: Audit, seconds: float, seed: int) -> None:
        """Give a handful their month anew and keep it when the whole roster is better."""
        problem = base.roster.problem
        free = frozenset((e, d) for e in people for d in range(problem.n_days))
        builder = build(
            problem,
            self._rules,
            all_or_nothing=self._all_or_nothing,
            around=base.roster,
            free=free,
        )
        builder.hint(base.roster)
        builder.model.minimize(
            builder.points_expr()
            if self._all_or_nothing
            else _SHORTAGE * builder.shortage_expr() + builder.points_expr()
        )
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.random_seed = seed
        solver.parameters.catch_sigint_signal = False
        with self._lock:
            if self._stop:
                return
            self._solvers.add(solver)
        try:
            status = solver.solve(builder.model)
        finally:
            with self._lock:
                self._solvers.discard(solver)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return
        found = builder.read(solver.boolean_value)
        changed = {
            (e, d): found.code(e, d)
            for e, d in free
            if found.code(e, d) != base.roster.code(e, d)
        }
        if not changed:
            return
        # Others may have changed meanwhile; the audit of the whole decides.
        with self._lock:
            checked = audit(self.best.roster.with_changes(changed), self._rules)
            before, after = rank(self.best), rank(checked)
            if after <= before:
                self.best = checked
            if after < before:
                self.count += 1
                self._tries = 0


def rank(checked: Audit) -> tuple[int, int, int]:
    """Return what makes one roster better than another: hard rules, shortage, points."""
    return len(checked.broken), checked.shortage, checked.points
