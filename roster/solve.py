"""The search: from a problem and its rules to the best roster that can be found in time.

The minimum cover is tried as a hard constraint first, which gives the tightest model: a
first roster from the hard rules alone (a second or two) or, where a soft rule says what
nearly every cell should hold, from that rule as well; then the points of all rules from
there. Only when no roster has full cover (or none was found in the first part of the time)
does the search fall back to the least shortage, then the fewest points at that shortage.
Every roster that leaves this module has been audited, and the audit's points are compared
with the solver's: equal when it says optimal, never more otherwise (a one-sided penalty
literal is only an upper bound until then).
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from roster.audit import Audit, audit, rank
from roster.blocks import Blocks
from roster.construct import construct
from roster.decompose import Decomposition
from roster.errors import Issue, OwnCheckError, together
from roster.model import Builder, Refusal, build
from roster.outcome import Outcome, SolveStatus, whole
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import RuleSet
from roster.solver import Running
from roster.words import Text, days_text, joined

WORKERS = 8
"""Eight workers beat two by far on fairness models, also on two cores."""

# Parts of the time: to look for full cover, for the least shortage, for a proof of the
# whole model at once (small teams), and for a descent in that model before its parts.
_FULL_COVER_PART = 0.4
_SHORTAGE_PART = 0.5
_PROOF_PART, _PROOF = 0.6, 10.0
_DESCENT_PART, _DESCENT = 0.15, 20.0
_STEADY_THREADS = 4
"""Neighbourhoods side by side where the result must not depend on the machine."""

_PROOF_CELLS = 800
"""Beyond so many cells the whole model at once is not tried: nothing is proven in time."""

_DESCENT_CELLS = 2000
"""Beyond so many cells neighbourhoods of our own descend faster than the solver's."""


@dataclass(frozen=True)
class Progress:
    """Where the search stands.

    Attributes
    ----------
    elapsed : float
        Seconds since the start.
    found : int
        Rosters found so far.
    best : Audit or None
        The audit of the best of them.
    bound : float or None
        Lower bound on the points; None while only the shortage is searched.
    """

    elapsed: float
    found: int
    best: Audit | None
    bound: float | None


@dataclass
class _Found:
    """The newest roster of a running search, handed over between threads."""

    count: int = 0
    roster: Roster | None = None
    objective: float | None = None


class _Collector(cp_model.CpSolverSolutionCallback):
    """Keeps the newest roster; reading the values is all that happens in the callback."""

    def __init__(self, builder: Builder, found: _Found) -> None:
        super().__init__()
        self._builder, self._found = builder, found

    def on_solution_callback(self) -> None:
        """Store the roster of the solution."""
        self._found.roster = self._builder.read(self.boolean_value)
        self._found.objective = self.objective_value
        self._found.count += 1


@dataclass(frozen=True)
class _Ended:
    """How one stage ended."""

    status: int
    checked: Audit | None
    objective: float | None
    bound: float
    interrupted: bool

    @property
    def optimal(self) -> bool:
        return self.status == cp_model.OPTIMAL

    @property
    def infeasible(self) -> bool:
        return self.status == cp_model.INFEASIBLE


class _Search:
    """Stages of one solve, with the clock and the watcher that they share."""

    def __init__(
        self,
        problem: Problem,
        rules: RuleSet,
        seconds: float,
        seed: int,
        workers: int,
        work: float | None,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.problem, self.rules = problem, rules
        self.work, self.worked = work, 0.0
        self.seed, self.workers = seed, workers
        self.on_progress = on_progress
        self.began = time.monotonic()
        self.deadline = self.began + seconds
        self.best: Audit | None = None
        self._last: Audit | None = None
        self.count = 0
        self.bound = 0.0

    @property
    def left(self) -> float:
        """Seconds that are left, or work in the solver's deterministic seconds."""
        if self.work is not None:
            return max(0.0, self.work - self.worked)
        return max(0.0, self.deadline - time.monotonic())

    def stage(
        self,
        builder: Builder,
        objective: object,
        *,
        points: bool = False,
        limit: float = math.inf,
        **parameters: object,
    ) -> _Ended:
        """Minimize an objective, or find any roster without one.

        `points` tells that it is the penalty points of all rules; `limit` bounds the stage
        in the unit of `left`; further `parameters` are the solver's.
        """
        if objective is not None:
            builder.model.minimize(objective)
        solver = cp_model.CpSolver()
        if self.work is None:
            solver.parameters.max_time_in_seconds = max(0.1, min(limit, self.left))
        else:
            solver.parameters.max_deterministic_time = max(0.1, min(limit, self.left))
        # Several searches that exchange what they find did not always end alike.
        solver.parameters.num_workers = self.workers if self.work is None else 1
        solver.parameters.random_seed = self.seed
        for name, value in parameters.items():
            setattr(solver.parameters, name, value)
        found = _Found()
        bound: list[float] = []
        solver.best_bound_callback = bound.append
        running = Running(solver, builder.model, _Collector(builder, found))
        interrupted = done = False
        seen = 0
        while not done:
            try:
                done = running.wait()
                if found.count > seen and found.roster is not None:
                    self.count += found.count - seen
                    seen = found.count
                    self._offer(found.roster)
                if points and bound:
                    self.bound = max(self.bound, bound[-1])
                self._report(points)
            except KeyboardInterrupt:
                interrupted = True
                solver.stop_search()
        status = running.status
        self.count += found.count - seen
        self.worked += solver.response_proto.deterministic_time
        checked = None
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            checked = self._offer(builder.read(solver.boolean_value))
        ended = _Ended(
            status,
            checked,
            solver.objective_value if checked is not None else None,
            solver.best_objective_bound,
            interrupted,
        )
        if points and checked is not None:
            self.bound = max(self.bound, ended.bound)
            self._report(True)
        return ended

    def _offer(self, roster: Roster) -> Audit:
        """Audit a roster, keep it when it is the best so far, and return the audit."""
        if self._last is None or self._last.roster != roster:
            self._last = audit(roster, self.rules)
        if self.best is None or rank(self._last) <= rank(self.best):
            self.best = self._last
        return self._last

    @property
    def threads(self) -> int:
        """Small models solved side by side."""
        if self.work is not None:
            return min(_STEADY_THREADS, self.workers)
        return os.cpu_count() or 1

    def construct(self, blocks: Blocks) -> list[int] | None:
        """Return a solution made person by person, or None; keep its roster."""

        def over() -> bool:
            self._report(False)
            return self.left <= 0

        workers = self.threads if self.work is None else 1
        values, work = construct(blocks, over, seed=self.seed, workers=workers)
        self.worked += work
        if values is not None:
            self.count += 1
            self._take(blocks.roster(values), blocks.points(values))
        return values

    def _take(self, roster: Roster, points: int) -> None:
        """Keep a roster that costs at most so many points."""
        checked = self._offer(roster)
        if checked.broken or checked.points > points:
            raise OwnCheckError(
                f"audit {checked.points} points, search {points} points; "
                f"{[checked.say(v, 'en') for v in checked.broken[:5]]}",
                checked.roster,
            )

    def improve(self, blocks: Blocks, values: list[int]) -> None:
        """Improve a solution, and the bound, until the time is up."""
        parts = Decomposition(
            blocks, values, seed=self.seed, threads=self.threads, workers=self.workers
        )
        before, seen, next_look = self.count, 0, 0.0

        def take() -> None:
            nonlocal seen
            seen = parts.count
            self._take(blocks.roster(parts.best), parts.points)
            self.count = before + seen

        def tick() -> None:
            nonlocal next_look
            began = time.monotonic()
            if began < next_look:
                return
            self.bound = max(self.bound, parts.bound)
            if parts.count > seen:
                take()
            self._report(True)
            # An audit of a thousand people takes a while.
            next_look = began + 0.2 + 20 * (time.monotonic() - began)

        try:
            parts.run(self.left, tick, work=None if self.work is None else self.left)
        finally:
            self.bound = max(self.bound, parts.bound)
            if parts.count > seen:
                take()

    @property
    def proven(self) -> bool:
        """The best roster reaches the bound."""
        return self.best is not None and self.best.points <= whole(self.bound)

    def _report(self, points: bool) -> None:
        if self.on_progress is not None:
            elapsed = time.monotonic() - self.began
            bound = self.bound if points else None
            self.on_progress(Progress(elapsed, self.count, self.best, bound))


def solve(
    problem: Problem,
    rules: RuleSet,
    *,
    seconds: float = 60.0,
    seed: int = 0,
    workers: int = WORKERS,
    work: float | None = None,
    all_or_nothing: bool = False,
    start: Roster | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> tuple[Outcome, tuple[Refusal, ...]]:
    """Search for the best roster of a problem.

    Parameters
    ----------
    problem : Problem
    rules : RuleSet
    seconds : float
        Time limit of the whole search, building the model included.
    seed : int
        Random seed of the solver.
    workers : int
        Parallel searches of the solver.
    work : float, optional
        Stop by this much work, in the solver's deterministic seconds, and not by the clock:
        seed, workers and work then decide what comes out, on any machine with the same
        version of the solver.
    all_or_nothing : bool
        Accept no roster with shortage.
    start : Roster, optional
        A roster to begin with. Where it keeps every hard rule, what comes back is at least
        as good; where it does not, it is a hint.
    on_progress : callable, optional
        Called a few times a second with a `Progress`.

    Returns
    -------
    Outcome
        The best roster with its audit, how good it is proven to be, and how it ended.
        Ctrl-C ends the search early with what was found.
    tuple of Refusal
        When infeasible: the hard clauses that no roster can meet, where building the model
        already showed some.

    Raises
    ------
    OwnCheckError
        When the audit finds a hard rule broken, or its points disagree with the solver's.
    """
    search = _Search(problem, rules, seconds, seed, workers, work, on_progress)
    try:
        return _stages(search, all_or_nothing, start)
    except KeyboardInterrupt:
        status = SolveStatus.FEASIBLE if search.best else SolveStatus.NOTHING_FOUND
        return _outcome(search, status, interrupted=True), ()


def _stages(
    search: _Search, all_or_nothing: bool, start: Roster | None
) -> tuple[Outcome, tuple[Refusal, ...]]:
    """Run the stages that the module's docstring names."""
    problem, rules = search.problem, search.rules
    if start is not None:
        checked = audit(start, rules)
        if not checked.broken and not (all_or_nothing and checked.shortage):
            search._offer(start)
            if not checked.shortage:
                return _fewest_points(search, all_or_nothing=True, proven=True), ()
    elif (outcome := _one_by_one(search)) is not None:
        return outcome, ()
    first = build(problem, rules.first, all_or_nothing=True)
    refusals = tuple(first.refusals)
    if not refusals:
        limit = search.left * (1.0 if all_or_nothing else _FULL_COVER_PART)
        if start is not None:
            first.hint(start)
        guides = {r.id for r in rules.first if r.guides}
        nearest = first.points_expr(guides) if first.hint_unbroken(guides) else None
        any_roster = search.stage(first, nearest, limit=limit)
        if any_roster.interrupted:
            status = SolveStatus.FEASIBLE if search.best else SolveStatus.NOTHING_FOUND
            covered = search.best is not None and not search.best.shortage
            return _outcome(search, status, True, proven=covered), ()
        if any_roster.checked is not None:
            return _fewest_points(search, all_or_nothing=True, proven=True), ()
        if all_or_nothing and not any_roster.infeasible:
            return _outcome(search, SolveStatus.NOTHING_FOUND), ()
    if all_or_nothing:
        return _outcome(search, SolveStatus.INFEASIBLE), refusals

    second = build(problem, rules.hard)
    if second.refusals:
        return _outcome(search, SolveStatus.INFEASIBLE), tuple(second.refusals)
    if search.best is not None or start is not None:
        second.hint(start if search.best is None else search.best.roster)
    least = search.stage(second, second.shortage_expr(), limit=search.left * _SHORTAGE_PART)
    if least.infeasible:
        return _outcome(search, SolveStatus.INFEASIBLE), ()
    if least.checked is None and (search.best is None or least.interrupted):
        status = SolveStatus.FEASIBLE if search.best else SolveStatus.NOTHING_FOUND
        return _outcome(search, status, interrupted=least.interrupted), ()
    if least.interrupted:
        return _outcome(search, SolveStatus.FEASIBLE, interrupted=True), ()
    return _fewest_points(search, all_or_nothing=False, proven=least.optimal), ()


def _fewest_points(search: _Search, *, all_or_nothing: bool, proven: bool) -> Outcome:
    """Go on from the best roster so far to the fewest points at its shortage."""
    if search.left <= 0:
        return _outcome(search, SolveStatus.FEASIBLE, proven=proven)
    span, interrupted = search.left, False
    builder = build(search.problem, search.rules, all_or_nothing=all_or_nothing)
    builder.hint(search.best.roster)
    if not all_or_nothing:
        builder.model.add(builder.shortage_expr() <= search.best.shortage)
    cells = len(search.problem.employees) * search.problem.n_days
    if cells <= _PROOF_CELLS:
        ended = search.stage(
            builder, builder.points_expr(), points=True, limit=min(_PROOF_PART * span, _PROOF)
        )
        _compare(ended)
        interrupted = ended.interrupted
        if ended.optimal:
            status = SolveStatus.OPTIMAL if proven else SolveStatus.FEASIBLE
            return _outcome(search, status, interrupted, proven, points=True)
        builder.hint(search.best.roster)
    # Neighbourhood search inside the solver does not repeat itself.
    if not interrupted and search.work is None and cells <= _DESCENT_CELLS:
        ended = search.stage(
            builder,
            builder.points_expr(),
            points=True,
            limit=min(_DESCENT_PART * span, _DESCENT),
            use_lns_only=True,
            num_workers=min(4, search.workers),
        )
        _compare(ended)
        interrupted = ended.interrupted
    if not interrupted:
        interrupted = _parts(search, builder)
    status = SolveStatus.OPTIMAL if search.proven and proven else SolveStatus.FEASIBLE
    return _outcome(search, status, interrupted, proven, points=True)


def _parts(search: _Search, builder: Builder) -> bool:
    """Improve the best roster by parts of the model; tell whether that was interrupted."""
    blocks = Blocks(builder)
    start = search.best.roster
    try:
        values = blocks.values_of(start, math.inf if search.work else search.left)
        if values is None:
            raise OwnCheckError("the model refuses the roster to start with", start)
        search.improve(blocks, values)
    except TimeoutError:
        pass  # what is found stands
    except KeyboardInterrupt:
        return True
    return False


def _one_by_one(search: _Search) -> Outcome | None:
    """Make a first roster person by person and improve it; None where that is not the way."""
    problem = search.problem
    cells = len(problem.employees) * problem.n_days
    if cells <= _DESCENT_CELLS or any(demand.min for demand in problem.demand):
        return None
    builder = build(problem, search.rules, all_or_nothing=True)
    if builder.refusals:
        return None
    blocks, interrupted = Blocks(builder), False
    values = search.construct(blocks)
    if values is None:
        return None
    try:
        search.improve(blocks, values)
    except KeyboardInterrupt:
        interrupted = True
    status = SolveStatus.OPTIMAL if search.proven else SolveStatus.FEASIBLE
    return _outcome(search, status, interrupted, proven=True, points=True)


def _compare(ended: _Ended) -> None:
    """Compare the solver's objective with the audit of its roster."""
    checked = ended.checked
    if checked is None:
        return
    objective = round(ended.objective)
    agrees = checked.points == objective if ended.optimal else checked.points <= objective
    if not agrees or checked.broken:
        problems = [checked.say(v, "en") for v in checked.broken[:5]]
        raise OwnCheckError(
            f"audit {checked.points} points, solver {objective} points; {problems}",
            checked.roster,
        )


def _outcome(
    search: _Search,
    status: SolveStatus,
    interrupted: bool = False,
    proven: bool = False,
    points: bool = False,
) -> Outcome:
    best = search.best
    if best is not None and best.broken:
        raise OwnCheckError("; ".join(best.say(v, "en") for v in best.broken[:5]), best.roster)
    return Outcome(
        status=status,
        roster=None if best is None else best.roster,
        audit=best,
        bound=whole(search.bound) if points else None,
        shortage_proven=proven,
        seconds=time.monotonic() - search.began,
        seed=search.seed,
        interrupted=interrupted,
    )


def warnings(problem: Problem, rules: RuleSet) -> Iterable[Issue]:
    """Yield the arithmetic warnings of every rule in force, before any search.

    What a rule says of several days alike is one warning.
    """
    for rule in rules.enforced:
        yield from together(rule.bound(problem))


def refusal_text(refusal: Refusal, problem: Problem) -> Text:
    """Return the sentence for a hard clause that no roster can meet."""
    rule = refusal.rule
    when = days_text(problem.date_of(d) for d in refusal.when)
    people = [problem.employees[e].id for e in refusal.who]
    who = Text(", ".join(people[:6]), "、".join(people[:6]))
    if len(people) > 6:
        who = Text(f"{len(people)} people", f"{len(people)} 人")
    need = Text("", "")
    if refusal.limit > 1 or refusal.possible:
        need = Text(
            f"; needed {refusal.limit}, possible {refusal.possible}",
            f"；需要 {refusal.limit}，最多可能 {refusal.possible}",
        )
    # A clause may be about nobody in particular, or about no day.
    where = joined(text for text in (who, when) if text.en)
    return Text(
        f"{rule.id}: {rule.title.en} cannot be kept ({where.en}{need.en})",
        f"{rule.id}：无法满足“{rule.title.zh}”（{where.zh}{need.zh}）",
    )
