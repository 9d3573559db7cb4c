"""Why there is no roster: which clauses cannot go together, and which single changes help.

A ladder, cheapest first: one person or one day alone; counting (a linear program); parts of
the month; the whole. What is found is made few, said in sentences with cells, and set aside
so that further conflicts can be seen. Then every single change that the data offer is tried:
it counts only when the changed input, built and solved, has the conflict no more, and it is
told whether the whole month has a roster then. Nothing undecided is ever called infeasible.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, NamedTuple

from ortools.sat.python import cp_model

from roster.explain.clauses import Clause, record
from roster.explain.conflict import (
    Core,
    Grain,
    Prover,
    alone,
    by_place,
    settled,
    shifted,
    shrink,
    windows,
)
from roster.explain.levers import Change, Lever, Levers
from roster.explain.linear import Linear
from roster.explain.say import Line, Speaker
from roster.model import Builder, build
from roster.problem import Problem
from roster.rule import RuleSet, Scope

_MOST = 12
"""Conflicts that are looked for; those alike on several days count once."""
_WAYS = 12
"""Ways out that are shown for a conflict."""
_FINDING = 0.6
"""Of the time, what finding conflicts may take; the rest is for ways out."""
_ONE_CHANGE = 6.0
"""Seconds at most to learn whether the whole month has a roster after a change."""
_FINE_SECONDS = 6.0
"""What making it small may take."""
_LONG = 7
"""More days of one leave than this in a conflict set all of the leave aside."""
_GLANCE = 4.0
"""Seconds for a first look at the whole, before counting."""
_PIECES = 60
"""Up to so many pieces a conflict by counting is made as small as a local one."""


class Verdict(str, Enum):
    """What is known about the month."""

    FULL = "full cover"
    SHORT = "shortage"
    INFEASIBLE = "infeasible"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Conflict:
    """Clauses that cannot go together.

    Attributes
    ----------
    cores : tuple of Core
        Proven infeasible, each by itself; several when the same happens on several days.
    lines : tuple of Line
        What they say.
    """

    cores: tuple[Core, ...]
    lines: tuple[Line, ...]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses of all cores."""
        return tuple(dict.fromkeys(c for core in self.cores for c in core.clauses))

    @property
    def grain(self) -> Grain:
        """The least that is proven minimal."""
        order = list(Grain)
        return max((core.grain for core in self.cores), key=order.index)

    @property
    def counted(self) -> bool:
        """Counting proved it."""
        return any(core.counted for core in self.cores)

    @property
    def minimal(self) -> bool:
        """No clause, nor anything a rule asks of a person or on a day, can be left out."""
        return self.grain in (Grain.CLAUSE, Grain.PLACE)


@dataclass(frozen=True)
class WayOut:
    """A single change that was tried and resolves conflicts.

    Attributes
    ----------
    change : Change
    resolves : tuple of int
        Numbers of the conflicts, from 1.
    stays : tuple of int
        Numbers of the conflicts that are proven to be there still; the others are undecided.
    whole_month : bool or None
        The month has a roster with full cover then; None when that was not decided in time.
    possible : bool or None
        The month has a roster then, with people short perhaps where that is allowed; None
        when that was not decided in time.
    shortage : int or None
        People short in the roster found after the change, where there is one without full
        cover only; None when no such roster was found.
    shortage_proven : bool
        Fewer people short is proven impossible.
    """

    change: Change
    resolves: tuple[int, ...]
    whole_month: bool | None
    stays: tuple[int, ...] = ()
    possible: bool | None = None
    shortage: int | None = None
    shortage_proven: bool = False


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What was found out.

    Attributes
    ----------
    verdict : Verdict
    conflicts : tuple of Conflict
    ways_out : tuple of WayOut
    complete : bool
        Proven: with the conflicts set aside there is a roster.
    shortage : int or None
        People short as the month stands, in the best roster known.
    shortage_proven : bool
        Fewer people short is proven impossible.
    seconds : float
    first_seconds : float or None
        Until the first conflict was proven and made small.
    """

    verdict: Verdict
    conflicts: tuple[Conflict, ...] = ()
    ways_out: tuple[WayOut, ...] = ()
    complete: bool = False
    shortage: int | None = None
    shortage_proven: bool = False
    seconds: float = 0.0
    first_seconds: float | None = None


@dataclass
class _Search:
    """The state of one explanation.

    `rest` is looked at now: `whole`, all that is not set aside, or `bare`, without the cover
    and with all that only conflicts with the cover set aside.
    """

    problem: Problem
    rules: RuleSet
    all_or_nothing: bool
    prover: Prover
    speaker: Speaker
    finding_until: float
    tape: dict[Clause, None] = field(default_factory=dict)
    rest: dict[Clause, None] = field(default_factory=dict)
    whole: dict[Clause, None] = field(default_factory=dict)
    bare: dict[Clause, None] = field(default_factory=dict)
    cores: list[Core] = field(default_factory=list)
    first: float = 0.0
    possible: bool = False

    @property
    def wants_more(self) -> bool:
        """There is time for more conflicts, and place; those alike take one place."""
        return self.left > 0 and len(set(map(_shape, self.cores))) < _MOST

    @property
    def left(self) -> float:
        """Seconds left for finding conflicts."""
        return min(self.finding_until - time.monotonic(), self.prover.left)

    def take(self, core: Core) -> None:
        """Keep a core, and what is alike on other days, and set aside what it is about."""
        self._keep(core)
        if len(core.clauses) > _PIECES:
            return
        for k in range(-self.problem.n_days + 1, self.problem.n_days):
            there = shifted(core, k, self.problem.n_days)
            if self.left > 0 and k and there and all(c in self.rest for c in there):
                if self.prover.collide(there):
                    alike = shrink(self.prover, there, self.left, chunks=False)
                    if alike.grain is core.grain:
                        self._keep(alike)

    def _keep(self, core: Core) -> None:
        if not self.cores:
            self.first = time.monotonic()
        self.cores.append(core)
        aside = settled(core)
        rests = [self.rest, self.whole]
        rests += [] if _asks_cover(core) else [self.bare]
        for c in aside:
            for rest in rests:
                rest.pop(c, None)
        # What many days of a leave make impossible its other days would again.
        leaves = Counter(x for c in aside if (x := self._leave(c)) is not None)
        long = {key for key, n in leaves.items() if n > _LONG}
        for rest in rests if long else ():
            for c in [c for c in rest if self._leave(c) in long]:
                del rest[c]

    def _leave(self, c: Clause) -> tuple | None:
        if c.rule != "availability" or not c.is_cell:
            return None
        fact = c.terms[0][1]
        leave = self.problem.leave_on(fact.e, fact.d)
        return None if leave is None else (fact.e, leave.first, leave.last)


def explain(
    problem: Problem,
    rules: RuleSet,
    *,
    seconds: float = 30.0,
    all_or_nothing: bool = False,
    known: Verdict | None = None,
    shortage: int | None = None,
    where: Mapping[str, Mapping[Any, str]] | None = None,
    ways: bool = True,
    on_tick: Callable[[], None] = lambda: None,
) -> Explanation:
    """Say why a month has no roster, or none with full cover, and what would help.

    Parameters
    ----------
    problem : Problem
    rules : RuleSet
    seconds : float
        For all of it.
    all_or_nothing : bool
        A month with shortage counts as infeasible.
    known : Verdict, optional
        What a search has proven already: INFEASIBLE or SHORT.
    shortage : int, optional
        People short in the best roster of that search; with `known` SHORT, the fewest.
    where : mapping, optional
        Cells of records, as `Loaded.addresses`.
    ways : bool
        Look for ways out, too.
    on_tick : callable, optional
        Called between models; may raise to stop.

    Returns
    -------
    Explanation
    """
    began = time.monotonic()
    prover = Prover(problem, rules, seconds, on_tick)
    search = _Search(
        problem,
        rules,
        all_or_nothing,
        prover,
        Speaker(problem, rules, where or {}),
        began + _FINDING * seconds,
    )
    search.tape = record(problem, rules.hard)
    search.rest = search.whole = dict(search.tape)
    complete = _find(search, known)
    if not search.cores:
        verdict = Verdict.FULL if complete else known or Verdict.UNDECIDED
        return Explanation(verdict=verdict, complete=complete, seconds=time.monotonic() - began)
    verdict, found = _verdict(search, known)
    if shortage is not None and (found.short is None or shortage <= found.short):
        found = _Found(True, shortage, known is Verdict.SHORT)
    conflicts = _conflicts(search)
    tried = _ways(search, conflicts) if ways else ()
    return Explanation(
        verdict=verdict,
        conflicts=conflicts,
        ways_out=tried,
        complete=complete,
        shortage=found.short,
        shortage_proven=found.proven,
        seconds=time.monotonic() - began,
        first_seconds=search.first - began,
    )


# --- conflicts -----------------------------------------------------------------------------


def _find(search: _Search, known: Verdict | None) -> bool:
    """Collect conflicts; True when it is proven that nothing else is in the way.

    What forbids even a roster with people short is looked for without the minimum cover, and
    without setting aside what conflicts with the cover do: that could hide it.
    """
    cover = [c for c in search.tape if c.rule == "cover"]
    short = bool(cover) and not search.all_or_nothing and known is not Verdict.SHORT
    whole = search.whole
    if short:
        search.bare = {c: None for c in whole if c.rule != "cover"}
        _find_alone(search, search.bare)
    _find_alone(search, whole, "cover" if short else "")
    if short:
        search.rest = search.bare
        _find_in(search, known, cover=False)
        search.rest = whole
    return _find_in(search, known, cover=True)


def _find_alone(search: _Search, clauses: dict[Clause, None], rule: str = "") -> None:
    """Collect conflicts of single persons, groups of few, and single days."""
    prover = search.prover
    for part in alone(prover, clauses, rule):
        inside = [c for c in part if c in clauses]
        while search.wants_more and prover.collide(inside):
            search.take(shrink(prover, inside, search.left))
            inside = [c for c in inside if c in clauses]


def _find_in(search: _Search, known: Verdict | None, *, cover: bool) -> bool:
    """Collect conflicts in what is not set aside; True as in `_find`."""
    prover = search.prover
    share = 1 if cover else 3
    while search.wants_more:
        answer = _rest_collides(search, known, min(_GLANCE, search.left / share), cover)
        if answer is False:
            return True
        core = _counted(search, search.left / share)
        if core is None:
            if answer is None:
                if not cover:
                    return False  # with the cover it may be seen sooner
                answer = _rest_collides(search, known, search.left, cover)
                if answer is False:
                    return True
            core = _somewhere(search, answer)
            if core is None:
                return False
        search.take(core)
    return (
        cover
        and bool(search.cores)
        and prover.collide(search.rest, max(search.left, 1.0)) is False
    )


def _rest_collides(
    search: _Search, known: Verdict | None, seconds: float, cover: bool
) -> bool | None:
    """Tell whether what is not set aside has no roster; at first, by the ordinary model."""
    if any(cover or not _asks_cover(core) for core in search.cores):
        return search.prover.collide(search.rest, min(seconds, search.left))
    if known is Verdict.INFEASIBLE or (known is not None and cover):
        return True
    builder = build(search.problem, search.rules.hard, all_or_nothing=cover)
    found = _solved(builder, min(seconds, search.left)).roster
    search.possible = search.possible or bool(found)
    return None if found is None else not found


def _asks_cover(core: Core) -> bool:
    return any(c.rule == "cover" for c in core.clauses)


def _counted(search: _Search, seconds: float) -> Core | None:
    """Return a conflict that counting refutes, as small as time allows."""
    prover = search.prover
    sums = [c for c in search.rest if c.is_cell or c.verb != "forbid"]
    linear = Linear(search.problem, sums)
    if not linear.refuted(sums, seconds):
        return None
    grain = Grain.RULE
    names = {c.rule for c in linear.blamed()}
    core = {c for c in sums if c.rule in names or c.is_cell}
    for rule in sorted({c.rule for c in core}):
        rest = {c for c in core if c.rule != rule}
        if search.left > 0 and linear.refuted(rest, search.left):
            core = rest
    if not linear.refuted(core, max(1.0, search.left)):
        return None
    needed = linear.blamed() | (linear.cells() & core)
    if linear.refuted(needed, max(1.0, search.left)):
        core = needed
    else:  # only for a rounded number
        linear.refuted(core, max(1.0, search.left))
        core = linear.blamed() | {c for c in core if c.is_cell}
    totals = linear.totals()
    kept = [c for c in core if not c.is_cell]
    if len({by_place(c) for c in kept}) <= _PIECES:
        fine = shrink(
            prover, [c for c in search.rest if c in core], min(search.left, _FINE_SECONDS)
        )
        if fine.grain in (Grain.CLAUSE, Grain.PLACE):
            few = Linear(search.problem, fine.clauses)
            adds_up = few.refuted(fine.clauses, max(1.0, search.left))
            return replace(fine, totals=few.totals() if adds_up else None)
    # As a whole it says more than its smallest part would: how much is asked of how many.
    for rule in {c.rule for c in core}:
        if prover.collide([c for c in core if c.rule != rule], search.left / 3) is not False:
            grain = Grain.NONE
    return Core(tuple(c for c in search.rest if c in core), grain, True, totals)


def _somewhere(search: _Search, answer: bool | None) -> Core | None:
    """Return a conflict in a part of the month, or in the whole when it is infeasible."""
    prover = search.prover
    for part in windows(search.problem, search.rest):
        if search.left <= 0:
            return None
        if prover.collide(part, max(1.0, search.left / 6)):
            return shrink(prover, part, search.left)
    if answer:
        return shrink(prover, list(search.rest), search.left)
    return None


def _verdict(search: _Search, known: Verdict | None) -> tuple[Verdict, _Found]:
    """Tell whether the month is infeasible or only short of people, and how many."""
    if known is not None:
        return known, _Found(None)
    if search.all_or_nothing:
        return Verdict.INFEASIBLE, _Found(False)
    if not all(map(_asks_cover, search.cores)):
        return Verdict.INFEASIBLE, _Found(False)
    limit = max(1.0, min(search.left, search.prover.left / 4))
    found = _least_short(search.problem, search.rules, min(limit, 4.0))
    if found.roster is None and search.possible:
        return Verdict.SHORT, found  # a roster with people short was seen
    verdict = {True: Verdict.SHORT, False: Verdict.INFEASIBLE, None: Verdict.UNDECIDED}
    return verdict[found.roster], found


def _shape(core: Core) -> tuple[bool, frozenset]:
    """Return what conflicts have in common that are alike but for their days."""
    said = frozenset(
        (c.rule, c.verb, c.who if len(c.who) == 1 else len(c.who)) for c in core.clauses
    )
    return core.counted, said


def _conflicts(search: _Search) -> tuple[Conflict, ...]:
    """Put together what happens alike on several days."""
    groups: dict[tuple, list[Core]] = {}
    for core in sorted(search.cores, key=_asks_cover):
        groups.setdefault(_shape(core), []).append(core)
    made = []
    for cores in groups.values():
        clauses = dict.fromkeys(c for core in cores for c in core.clauses)
        totals = [search.speaker.total(core.totals) for core in cores if core.totals]
        made.append(Conflict(tuple(cores), (*totals, *search.speaker.lines(clauses))))
    return tuple(made)


# --- ways out ------------------------------------------------------------------------------


class _Found(NamedTuple):
    """What the ordinary model says: a roster or not, or None; people short; that at least."""

    roster: bool | None
    short: int | None = None
    proven: bool = False


def _has_roster(problem: Problem, rules: RuleSet, seconds: float) -> bool | None:
    """Tell whether the ordinary model has a solution with full cover."""
    return _solved(build(problem, rules.hard, all_or_nothing=True), seconds).roster


def _least_short(problem: Problem, rules: RuleSet, seconds: float) -> _Found:
    """Tell whether the ordinary model has a solution, and the fewest people short found."""
    builder = build(problem, rules.hard)
    builder.model.minimize(builder.shortage_expr())
    return _solved(builder, seconds)


def _solved(builder: Builder, seconds: float) -> _Found:
    if builder.refusals:
        return _Found(False)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.1, seconds)
    solver.parameters.num_workers = 8
    solver.parameters.catch_sigint_signal = False
    status = solver.solve(builder.model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return _Found(True, round(solver.objective_value), status == cp_model.OPTIMAL)
    return _Found(False if status == cp_model.INFEASIBLE else None)


class _Trial:
    """Tries changes on conflicts."""

    def __init__(self, search: _Search) -> None:
        self.search = search
        self._old: dict[frozenset[str], dict[Clause, None]] = {}
        self._linear: dict[int, Linear] = {}
        self._aside = {c: None for core in search.cores for c in settled(core)}
        self._last: tuple[Change, dict[Clause, None]] | None = None

    def gone(self, conflict: Conflict, change: Change) -> bool | None:
        """Tell whether a conflict is there no more after a change; None when undecided.

        It is gone when the people and days that it is about can be rostered: what is left
        of its clauses, what stands now in the place of those that changed, and all else that
        binds these people or the team on these days are solved together, but for what other
        conflicts are about.
        """
        prover = Prover(change.problem, change.rules, min(4.0, self.search.prover.left))
        if prover.left <= 0:
            return None
        if conflict.counted:
            return self._gone_counted(conflict, change, prover)
        new = self._tape(change)
        mine = set(conflict.clauses)
        aside = [c for c in self._aside if c not in mine]
        places = {_at(c) for c in aside}
        aside = set(aside)
        cover = any(map(_asks_cover, conflict.cores))
        for core in conflict.cores:
            if prover.left <= 0:
                return None
            lost = [c for c in core.clauses if c not in new]
            if not lost:
                return False  # every clause stands, and they cannot go together
            people = frozenset().union(*(c.who for c in core.clauses))
            people |= frozenset(change.people)
            alone = frozenset().union(*(c.who for c in core.clauses if len(c.who) == 1))
            alone |= frozenset(change.people)
            span = {d for c in core.clauses for d in c.when}
            days = range(min(span, default=0), max(span, default=0) + 1)
            left = [
                c
                for c in new
                if c not in aside
                and (cover or c.rule != "cover")  # people short are no matter then
                and (c in self.search.tape or c in mine or _at(c) not in places)
                and (
                    c in core.clauses
                    or (c.who <= people and all(d in days for d in c.when))
                    or (c.who <= alone and len(days) > 1)
                    or any(_replaces(c, x) for x in lost)
                )
            ]
            found = prover.collide(left)
            if found is not False:
                return None if found is None else False
        return True

    def _tape(self, change: Change) -> dict[Clause, None]:
        """Return the clauses of the changed input; of the last change they are kept."""
        if self._last is None or self._last[0] is not change:
            self._last = change, self._record(change)
        return self._last[1]

    def _record(self, change: Change) -> dict[Clause, None]:
        """Record the changed input; what binds single people who did not change stands."""
        before, rules = self.search.problem, change.rules.hard
        local = change.people or change.sheet == "demand"
        same_rules = change.rules is self.search.rules
        if not local or not same_rules or change.problem.desk_plan != before.desk_plan:
            return record(change.problem, rules)
        own = {r.id for r in rules if r.scope is Scope.PERSON}
        people = frozenset(change.people)
        kept = {c: None for c in self.search.tape if c.rule in own and people.isdisjoint(c.who)}
        return kept | record(change.problem, rules, change.people)

    def _gone_counted(self, conflict: Conflict, change: Change, prover: Prover) -> bool | None:
        """As `gone`, for a conflict of the month's sums: with its own rules."""
        names = frozenset(c.rule for c in conflict.clauses)
        people = sorted(
            {e for c in conflict.clauses if len(c.who) == 1 for e in c.who} | set(change.people)
        )
        rules = change.rules.hard
        new = record(change.problem, [r for r in rules if r.id in names], people)
        if names not in self._old:
            self._old[names] = {c: None for c in self.search.tape if c.rule in names}
        old = self._old[names]
        fresh = [c for c in new if c not in old]
        own = record(change.problem, rules, change.people) if change.people else {}
        own = [c for c in own if c.who and c.who <= set(change.people)]
        for core in conflict.cores:
            if prover.left <= 0:
                return None
            there = [c for c in core.clauses if c in new]
            lost = [c for c in core.clauses if c not in new]
            instead = [c for c in fresh if any(_replaces(c, x) for x in lost)]
            if not lost:
                return False  # every clause stands, and they cannot go together
            left = [*there, *instead, *own]
            if core.counted and Linear(change.problem, left).refuted(left):
                return False
            found = prover.collide(left)
            if found is not False:
                return None if found is None else False
        return True

    def weakest(self, conflict: Conflict, lever: Lever) -> Change | None:
        """Return the weakest form of a lever that resolves a conflict; None when none does."""
        if conflict.counted and lever.most > 1:
            return self._counted(conflict, lever)
        high = lever.most
        good = lever.make(high)
        while good is None and high > 1:
            high //= 2
            good = lever.make(high)
        if good is None or not self.gone(conflict, good):
            return None
        low, at = 0, 1
        while high - low > 1 and self.search.prover.left > 0:
            change = lever.make(at)
            if change is not None and self.gone(conflict, change):
                good, high = change, at
            else:
                low = at
            # Small steps are likelier than large ones.
            at = min(2 * at, (low + high) // 2) if at < high else (low + high) // 2
        return good

    def _counted(self, conflict: Conflict, lever: Lever) -> Change | None:
        """Return how strong a lever must be, first by counting, then proven.

        Where a step moves limits and nothing else, the relaxation itself tells how many
        steps are needed at the least.
        """
        first = lever.make(1)
        if first is None:
            return None
        clauses = conflict.clauses
        names = {c.rule for c in clauses}
        people = sorted({e for c in clauses if len(c.who) == 1 for e in c.who})
        rules = [r for r in first.rules.hard if r.id in names]
        moved = {_sums(c): c.limit for c in record(first.problem, rules, people)}
        steps = {c: moved[key] - c.limit for c in clauses if (key := _sums(c)) in moved}
        if not any(steps.values()):
            return None
        key = id(conflict)
        if key not in self._linear:
            self._linear[key] = Linear(self.search.problem, clauses)
        needed = self._linear[key].needed(clauses, steps)
        for n in () if needed is None else (needed, needed + 2, needed + 8):
            if n > lever.most or self.search.prover.left <= 0:
                return None
            change = lever.make(n)
            if change is not None and self.gone(conflict, change):
                return change
        return None


def _at(c: Clause) -> tuple:
    """Return where a clause of changed limits stands."""
    return c.rule, c.verb, c.who, c.when


def _sums(c: Clause) -> tuple:
    """Return what a clause counts, its limit aside."""
    return c.rule, c.verb, c.terms, c.if_any


def _replaces(new: Clause, old: Clause) -> bool:
    """Tell whether a clause of the changed input stands in the place of an old one."""
    if new.rule != old.rule or new.verb != old.verb:
        return False
    if len(old.who) == 1 and len(new.who) == 1:
        return new.who == old.who and not new.when.isdisjoint(old.when)
    return new.when == old.when


def _ways(search: _Search, conflicts: tuple[Conflict, ...]) -> tuple[WayOut, ...]:
    """Try what could be changed, the likeliest first, as long as there is time."""
    trial = _Trial(search)
    levers = Levers(search.problem, search.rules, search.speaker)
    prover = search.prover
    made: list[tuple[WayOut, int]] = []
    seen: set[str] = set()
    for number, conflict in enumerate(conflicts, 1):
        until = time.monotonic() + prover.left / (len(conflicts) - number + 1)
        enough: set[str] = set()
        partly: dict[str, list[tuple[WayOut, int]]] = {}
        counted = conflict.counted
        shown = 0
        for lever in levers.of(conflict.clauses, counted=counted):
            if shown >= _WAYS or time.monotonic() > until:
                break
            if lever.family in enough:
                continue
            change = trial.weakest(conflict, lever)
            if change is None or change.text.en in seen:
                continue
            after = [
                True if n == number else trial.gone(other, change)
                for n, other in enumerate(conflicts, 1)
            ]
            gone = [n for n, there in enumerate(after, 1) if there]
            whole: bool | None = None
            if False in after:
                whole = False
            else:
                change, whole = _whole(prover, change, lever, until)
            fewer = _Found(whole if whole or search.all_or_nothing else None)
            if whole is False and not search.all_or_nothing and prover.left > 1:
                limit = min(_ONE_CHANGE / 2, prover.left / 4)
                fewer = _least_short(change.problem, change.rules, limit)
            seen.add(change.text.en)
            stays = tuple(n for n, there in enumerate(after, 1) if there is False)
            way = WayOut(change, tuple(gone), whole, stays, *fewer)
            if lever.family and whole is False:
                partly.setdefault(lever.family, []).append((way, lever.rank))
                continue  # more people may do better
            if lever.family:
                enough.add(lever.family)
            shown += 1
            made.append((way, lever.rank))
        for family, found in partly.items():
            if family not in enough:
                made.append(min(found, key=lambda x: (x[0].shortage is None, x[0].shortage)))
    better = [way for way, _ in made if not way.change.crude]
    made = [
        (way, rank)
        for way, rank in made
        if not way.change.crude or not any(set(way.resolves) <= set(x.resolves) for x in better)
    ]
    order = {True: 0, None: 1, False: 2}
    made.sort(
        key=lambda x: (
            -len(x[0].resolves),
            order[x[0].whole_month],
            x[0].shortage is None,  # with as many short as that there is a roster at least
            x[1],
        )
    )
    return tuple(way for way, _ in made)


def _whole(
    prover: Prover, change: Change, lever: Lever, until: float
) -> tuple[Change, bool | None]:
    """Return the change, or a stronger one where that gives the whole month a roster.

    What resolves one conflict may leave the next, of the same kind, on other days.
    """

    def works(made: Change) -> bool | None:
        left = min(until - time.monotonic(), prover.left)
        if left < 0.3:
            return None
        prover.on_tick()
        return _has_roster(made.problem, made.rules, min(_ONE_CHANGE, left))

    whole = works(change)
    if whole is not False or lever.most == 1:
        return change, whole
    low = next((n for n in range(1, 9) if _same(lever.make(n), change)), 1)
    high = lever.most
    while high > low and lever.make(high) is None:
        high = (low + high) // 2
    best = lever.make(high)
    if high == low or best is None or not works(best):
        return change, False
    while high - low > 1:
        middle = (low + high) // 2
        step = lever.make(middle)
        found = None if step is None else works(step)
        if found:
            best, high = step, middle
        else:
            low = middle
        if found is None:
            break
    return best, True


def _same(made: Change | None, change: Change) -> bool:
    return made is not None and made.text == change.text


__all__ = [
    "Change",
    "Conflict",
    "Core",
    "Explanation",
    "Grain",
    "Line",
    "Verdict",
    "WayOut",
    "explain",
]
