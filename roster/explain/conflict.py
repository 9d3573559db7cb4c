"""Finding clauses that cannot go together, and making them few.

Most conflicts are local: one person, one day, one week. Those parts are solved alone, which
takes milliseconds, before the whole month is. What is infeasible is narrowed with guards
where that is quick (a core of assumptions, proven again on a plain model, for cores are
neither minimal nor always right), then by leaving out part after part, whole rules first,
then what a rule asks of a person or on a day, then single clauses.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from ortools.sat.python import cp_model

from roster.explain.clauses import Clause, model_of
from roster.explain.linear import Totals
from roster.model import Fact
from roster.problem import Problem
from roster.rule import RuleSet

_SMALL = 3000
"""Up to so many clauses a model is for one worker, beyond for several."""
_WORKERS = 4
_GROUP = 3
"""Up to so many people a clause of the team is looked at with all that binds them."""
_FEW = 60
"""Up to so many clauses guards cannot make it shorter than leaving out does."""


class Grain(str, Enum):
    """In what pieces a conflict is proven minimal."""

    CLAUSE = "clause"
    PLACE = "place"
    RULE = "rule"
    NONE = "none"


@dataclass(frozen=True)
class Core:
    """Clauses that are proven not to go together.

    Attributes
    ----------
    clauses : tuple of Clause
    grain : Grain
        CLAUSE: without any one of them there is a roster, by proof. PLACE: without any one
        of what a rule asks of a person, or on a day. RULE: without any one of the rules.
        NONE: not proven minimal.
    counted : bool
        Counting proved it.
    totals : Totals or None
        What the counting adds up to, where it is a plain sum.
    """

    clauses: tuple[Clause, ...]
    grain: Grain
    counted: bool = False
    totals: Totals | None = None


class Prover:
    """Decides whether clauses can go together, on plain models, until a deadline.

    Parameters
    ----------
    problem : Problem
    rules : RuleSet
    seconds : float
        For everything that is asked.
    on_tick : callable, optional
        Called before each model; may raise to stop.

    Attributes
    ----------
    solved : int
        Models solved so far.
    building : float
        Seconds that the largest model took to build.
    """

    def __init__(
        self,
        problem: Problem,
        rules: RuleSet,
        seconds: float,
        on_tick: Callable[[], None] = lambda: None,
    ) -> None:
        self.problem, self.rules = problem, rules
        self.deadline = time.monotonic() + seconds
        self.on_tick = on_tick
        self.solved = 0
        self.building = 0.0

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.deadline - time.monotonic()

    def collide(
        self, clauses: Iterable[Clause], seconds: float = 1e9, *, sums: bool = False
    ) -> bool | None:
        """Tell whether no roster meets all of the clauses; None when not decided in time.

        Sums that counting does not refute are met sooner by several searches at once.
        """
        clauses = list(clauses)
        self.on_tick()
        if self.left <= 0:
            return None
        began = time.monotonic()
        builder = model_of(self.problem, self.rules, clauses).builder
        self.building = max(self.building, time.monotonic() - began)
        if builder.refusals:
            return True
        size = _SMALL + 1 if sums else len(clauses)
        return _INFEASIBLE[self.solve(builder.model, size, seconds)]

    def solve(
        self,
        model: cp_model.CpModel,
        size: int,
        seconds: float,
        solver: cp_model.CpSolver | None = None,
    ) -> int:
        """Solve a model; the number of clauses tells how many workers are worth it."""
        self.solved += 1
        solver = solver or cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.05, min(seconds, self.left))
        solver.parameters.num_workers = 1 if size <= _SMALL else _WORKERS
        solver.parameters.linearization_level = 2
        solver.parameters.catch_sigint_signal = False
        return solver.solve(model)

    def guarded(self, clauses: Sequence[Clause], seconds: float) -> list[Clause] | None:
        """Return clauses that a search with guards blames, proven on a plain model."""
        stated = model_of(self.problem, self.rules, clauses, guarded=True)
        if stated.broken is not None:
            core = [stated.broken]
        else:
            solver = cp_model.CpSolver()
            solver.parameters.max_time_in_seconds = max(0.05, min(seconds, self.left))
            solver.parameters.num_workers = 1
            solver.parameters.linearization_level = 2
            solver.parameters.catch_sigint_signal = False
            self.solved += 1
            if solver.solve(stated.builder.model) != cp_model.INFEASIBLE:
                return None
            blamed = solver.sufficient_assumptions_for_infeasibility()
            core = [stated.guards[i] for i in blamed if i in stated.guards]
        return core if len(core) < len(clauses) and self.collide(core, seconds) else None


_INFEASIBLE = {
    cp_model.INFEASIBLE: True,
    cp_model.OPTIMAL: False,
    cp_model.FEASIBLE: False,
    cp_model.UNKNOWN: None,
    cp_model.MODEL_INVALID: None,
}


# --- where it is ---------------------------------------------------------------------------


def alone(
    prover: Prover, clauses: Iterable[Clause], rule: str = ""
) -> Iterator[tuple[Clause, ...]]:
    """Yield who and what is infeasible alone: persons, groups of few, days.

    Parameters
    ----------
    prover : Prover
    clauses : iterable of Clause
    rule : str
        Only parts in which this rule takes part; all by default.
    """
    clauses = list(clauses)
    single: dict[frozenset[int], list[Clause]] = defaultdict(list)
    for c in clauses:
        if len(c.who) <= 1:
            single[c.who].append(c)
    yield from _colliding(prover, single.values(), rule)
    # What names few, as a newcomer and the mentor, with all that binds these alone.
    few: dict[frozenset[int], list[Clause]] = defaultdict(list)
    for c in clauses:
        if 2 <= len(c.who) <= _GROUP:
            few[c.who].append(c)
    groups = [
        [c for who, part in (*single.items(), *few.items()) if who <= group for c in part]
        for group in sorted(few, key=lambda g: (len(g), sorted(g)))
    ]
    yield from _colliding(prover, groups, rule)
    days: dict[int, list[Clause]] = defaultdict(list)
    for c in clauses:
        span = _span(c)
        if len(span) <= 1:
            days[next(iter(span), -1)].append(c)
    yield from _colliding(prover, [days[d] for d in sorted(days)], rule)


def _colliding(
    prover: Prover, parts: Iterable[list[Clause]], rule: str
) -> Iterator[tuple[Clause, ...]]:
    """Yield the parts that are infeasible; all are asked at once first."""
    parts = [p for p in parts if not rule or any(c.rule == rule for c in p)]
    every = dict.fromkeys(c for p in parts for c in p)
    if not parts or prover.collide(every) is False:
        return
    for part in parts:
        if prover.left > 0 and prover.collide(part):
            yield tuple(part)


def _span(c: Clause) -> range:
    """Return the days of the horizon from the first to the last that the clause binds."""
    inside = [d for d in c.when if d >= 0]
    return range(min(inside), max(inside) + 1) if inside else range(0)


def windows(problem: Problem, clauses: Iterable[Clause]) -> Iterator[list[Clause]]:
    """Yield the clauses of parts of the month: a few days, a week, two weeks, sub-teams."""
    clauses = list(clauses)
    spans = [(c, _span(c)) for c in clauses]
    n = problem.n_days
    seen: set[int] = set()
    for length, step in ((3, 1), (7, 3), (14, 7)):
        if length >= n:
            break
        for first in range(0, n - length + step, step):
            first = min(first, n - length)
            last = first + length - 1
            yield [c for c, s in spans if not s or (first <= s[0] and s[-1] <= last)]
    # Who can do what the clauses ask, once what single cells bar is gone.
    barred: dict[tuple[int, int], frozenset] = defaultdict(frozenset)
    for c in clauses:
        if c.is_cell:
            fact = c.terms[0][1]
            barred[fact.e, fact.d] |= fact.codes

    def able(c: Clause) -> frozenset[int]:
        if c.seats or any(len(t) == 3 and not hasattr(t, "codes") for _, t in c.terms):
            return c.who
        return frozenset(f.e for f in c.facts if f.d < 0 or not f.codes <= barred[f.e, f.d])

    asked = [(c, able(c)) for c in clauses]
    teams = {people for c, people in asked if c.verb == "at_least" and len(c.who) > 1}
    for team in sorted(teams, key=lambda t: (len(t), sorted(t)))[:12]:
        key = hash(team)
        if team and key not in seen and len(team) < len(problem.employees):
            seen.add(key)
            yield [c for c, people in asked if c.is_cell or people <= team]


# --- making it small -----------------------------------------------------------------------


def by_rule(c: Clause) -> Hashable:
    """Pieces of the size of whole rules."""
    return c.rule


def by_place(c: Clause) -> Hashable:
    """Pieces: what a rule asks of one person, or of several on the same days."""
    if len(c.who) == 1:
        return c.rule, next(iter(c.who))
    return c.rule, tuple(sorted(c.when)), c.if_any == ()


def by_clause(c: Clause) -> Hashable:
    """Pieces of one clause."""
    return c


_GRAINS = ((by_rule, Grain.RULE), (by_place, Grain.PLACE), (by_clause, Grain.CLAUSE))


def shrink(
    prover: Prover, clauses: Sequence[Clause], seconds: float = 1e9, *, chunks: bool = True
) -> Core:
    """Leave out of infeasible clauses what is not needed, as far as time allows.

    Parameters
    ----------
    prover : Prover
    clauses : sequence of Clause
        Proven infeasible.
    seconds : float
    chunks : bool
        Try to leave out many at a time first; pointless for what is likely minimal.
    """
    until = min(prover.deadline, time.monotonic() + seconds)
    left = sorted(dict.fromkeys(clauses), key=_worth)
    if len(left) > _FEW:
        span = until - time.monotonic()
        left = prover.guarded(left, min(2.0, span / 4)) or left
    grain = Grain.NONE
    for piece, name in _GRAINS if len(left) > _FEW else _GRAINS[-1:]:
        if time.monotonic() >= until:
            break
        left, proven = _leave_out(prover, left, piece, until, chunks)
        if not proven:
            break
        grain = name
    if grain is not Grain.CLAUSE and len(left) == 1:
        grain = Grain.CLAUSE
    return Core(tuple(left), grain)


def _worth(c: Clause) -> tuple:
    """What is left out first stands first: what people would not think of, then limits."""
    rank = {"availability": 3, "eligibility": 2, "cover": 1}
    return rank.get(c.rule, 0), c.rule, min(c.when, default=0)


def _leave_out(
    prover: Prover,
    clauses: list[Clause],
    piece: Callable[[Clause], Hashable],
    until: float,
    chunks: bool,
) -> tuple[list[Clause], bool]:
    """Leave out pieces in chunks of halving size; True when no further piece can go."""
    pieces: dict[Hashable, list[Clause]] = defaultdict(list)
    for c in clauses:
        pieces[piece(c)].append(c)
    kept = list(pieces.values())
    if len(kept) == 1:
        return clauses, True
    size = max(1, len(kept) // 2) if chunks else 1
    proven = True
    while True:
        i = 0
        while i < len(kept):
            if time.monotonic() >= until:
                return [c for p in kept for c in p], False
            rest = kept[:i] + kept[i + size :]
            answer = (
                prover.collide([c for p in rest for c in p], until - time.monotonic())
                if rest
                else False
            )
            if answer:
                kept = rest
            else:
                if size == 1 and answer is None:
                    proven = False
                i += size
        if size == 1:
            return [c for p in kept for c in p], proven
        size = max(1, min(size // 2, len(kept) // 2))


def shifted(core: Core, k: int, n_days: int) -> tuple[Clause, ...]:
    """Return the same clauses `k` days later, those of the whole horizon as they are.

    Empty when they cannot be moved.
    """
    out = []
    for c in core.clauses:
        if len(c.when) >= n_days - 1:
            out.append(c)
            continue
        facts = [*(t for _, t in c.terms), *c.if_any]
        if not all(isinstance(t, Fact) and 0 <= t.d and 0 <= t.d + k < n_days for t in facts):
            return ()
        out.append(
            replace(
                c,
                terms=tuple((n, t._replace(d=t.d + k)) for n, t in c.terms),
                if_any=tuple(t._replace(d=t.d + k) for t in c.if_any),
                days=tuple(d + k for d in c.days),
            )
        )
    return tuple(out)


def settled(core: Core) -> frozenset[Clause]:
    """Return clauses without which the conflict is gone and others can be seen.

    Who is absent or fixed, where that takes part: what else it makes impossible goes with
    it. Else what the demand or the team asks; else all of it.
    """
    absent = [c for c in core.clauses if c.rule == "availability"]
    if absent and core.grain is Grain.CLAUSE:
        return frozenset(absent)
    asked = [c for c in core.clauses if c.rule == "cover"]
    asked = asked or [c for c in core.clauses if len(c.who) > 1 and c.verb == "at_least"]
    return frozenset(asked or core.clauses)
