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
from roster.explain.linear import Linear, Totals
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
_SLOW = 8
"""To search for less than so many times what a model takes to build is pointless."""
_LARGE = 5000
"""From so many clauses on, counting comes before any look at the whole."""
_GLANCE = 4.0
"""Seconds for a first look at the whole, before counting."""
_TEAM = 40
"""More people than this are most of the team."""
_PATIENCE = 1.0
"""Seconds that a conflict waits to be told together with others like it."""
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


OnConflict = Callable[[int, Conflict, bool], None]
"""Told a conflict when it is proven: its number, what was found, whether of one told before."""


@dataclass
class _Teller:
    """Tells conflicts as they are found, those alike that follow one another together."""

    speaker: Speaker
    on_conflict: OnConflict
    waiting: list[Core] = field(default_factory=list)
    told: dict[tuple, int] = field(default_factory=dict)
    since: float = 0.0

    def found(self, core: Core) -> None:
        """Take a core; those before it are told when they are not like it."""
        if self.waiting and _shape(self.waiting[0]) != _shape(core):
            self.tell()
        if not self.waiting:
            self.since = time.monotonic()
        self.waiting.append(core)

    def tick(self) -> None:
        """Tell what nobody has heard of yet, when more like it is long in coming."""
        if self.waiting and time.monotonic() - self.since > _PATIENCE:
            if _shape(self.waiting[0]) not in self.told:
                self.tell()

    def tell(self) -> None:
        """Tell what waits."""
        if self.waiting:
            shape = _shape(self.waiting[0])
            again = shape in self.told
            number = self.told.setdefault(shape, len(self.told) + 1)
            self.on_conflict(number, _conflict(self.speaker, self.waiting), again)
            self.waiting = []


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
    teller: _Teller
    finding_until: float
    tape: dict[Clause, None] = field(default_factory=dict)
    rest: dict[Clause, None] = field(default_factory=dict)
    whole: dict[Clause, None] = field(default_factory=dict)
    bare: dict[Clause, None] = field(default_factory=dict)
    cores: list[Core] = field(default_factory=list)
    first: float = 0.0
    possible: bool = False
    linear: Linear | None = None
    open_by_counting: frozenset[Clause] = frozenset()

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
        self.teller.found(core)
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
    on_conflict: OnConflict = lambda *_: None,
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
    on_conflict : callable, optional
        See `OnConflict`. The numbers are those of the answer.

    Returns
    -------
    Explanation
    """
    began = time.monotonic()
    speaker = Speaker(problem, rules, where or {})
    teller = _Teller(speaker, on_conflict)

    def tick() -> None:
        on_tick()
        teller.tick()

    prover = Prover(problem, rules, seconds, tick)
    search = _Search(
        problem, rules, all_or_nothing, prover, speaker, teller, began + _FINDING * seconds
    )
    search.tape = record(problem, rules.hard)
    search.rest = search.whole = dict(search.tape)
    complete = _find(search, known)
    teller.tell()
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
    if len(search.tape) > _LARGE:
        # More asked than there is: seen by counting long before by a search.
        while search.wants_more and (core := _counted(search, search.left)) is not None:
            search.take(core)
    if short and search.cores and all(c in whole for c in search.bare):
        # Nothing but cover is set aside: with a roster now there is one without the cover.
        if search.prover.collide(whole, min(_GLANCE, search.left)) is False:
            search.possible = True
            return True
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
    if search.open_by_counting.issuperset(sums):
        return None
    linear = search.linear
    if linear is None or not linear.given.issuperset(sums):
        linear = search.linear = Linear(search.problem, sums)
    if not linear.refuted(sums, seconds):
        search.open_by_counting = frozenset(sums)
        return None
    grain = Grain.RULE
    names = {c.rule for c in linear.blamed()}
    core = {c for c in sums if c.rule in names or c.is_cell}
    for rule in sorted({c.rule for c in core}):
        rest = {c for c in core if c.rule != rule}
        # Who is absent stands first, and would be as many lines as there are leaves.
        left = max(search.left, 2.0 if rule == "availability" else 0.0)
        if left > 0 and linear.refuted(rest, left):
            core = rest
    if not linear.refuted(core, max(1.0, search.left)):
        return None
    needed = linear.blamed() | (linear.cells() & core)
    if linear.refuted(needed, max(1.0, search.left)):
        core = needed
    else:  # only for a rounded number
        linear.refuted(core, max(1.0, search.left))
        core = linear.blamed() | {c for c in core if c.is_cell}
    core, totals = _totals(search, core, linear)
    kept = [c for c in core if not c.is_cell]
    # As a whole it says more than its smallest part would: how much is asked of how many.
    if totals is None and len({by_place(c) for c in kept}) <= _PIECES:
        fine = shrink(
            prover, [c for c in search.rest if c in core], min(search.left, _FINE_SECONDS)
        )
        if fine.grain in (Grain.CLAUSE, Grain.PLACE):
            few = Linear(search.problem, fine.clauses)
            if few.refuted(fine.clauses, max(1.0, search.left)):
                return replace(fine, totals=_totals(search, set(fine.clauses), few)[1])
            return fine
    for rule in {c.rule for c in core}:
        if prover.collide([c for c in core if c.rule != rule], search.left / 3) is not False:
            grain = Grain.NONE
    return Core(tuple(c for c in search.rest if c in core), grain, True, totals)


def _totals(
    search: _Search, core: set[Clause], linear: Linear
) -> tuple[set[Clause], Totals | None]:
    """Return what the limits of persons add up to in a conflict that was just refuted.

    Where each does not count once, those of the same shifts are put together in one limit:
    is this alone too little for what else there is? Then that is all of the conflict.
    """
    plain = linear.totals()
    if plain is not None:
        return core, plain
    limits = [c for c in search.rest if c in core and c.verb == "at_most" and len(c.who) == 1]
    groups: dict[tuple, list[Clause]] = {}
    for key in (lambda c: (c.rule, c.codes), lambda c: (c.rule,)):
        for c in limits:
            groups.setdefault(key(c), []).append(c)
    tried: list[list[Clause]] = []
    for group in groups.values():
        if group in tried or search.left <= 0:
            continue
        tried.append(group)
        each = tuple(map(linear.allows, group))
        terms = tuple(t for c in group for t in c.terms)
        whole = replace(group[0], terms=terms, limit=sum(each))
        rest = [c for c in search.rest if c in core and c not in set(limits)] + [whole]
        sums = Linear(search.problem, rest)
        if sums.refuted(rest, search.left):
            found = sums.totals(whole)
            if found is not None:
                needed = (sums.blamed() | sums.cells()) & core | set(group)
                if Linear(search.problem, needed).refuted(needed, search.left):
                    core = needed
                return core, found._replace(limits=tuple(group), each=each)
    return core, None


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
    limit = min(4.0, max(1.0, min(search.left, search.prover.left / 4)))
    if search.possible and limit < _SLOW * search.prover.building:
        return Verdict.SHORT, _Found(None)  # how many would not be known in time
    found = _least_short(search.problem, search.rules, limit)
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
    """Put together what happens alike on several days, in the order in which it was found."""
    groups: dict[tuple, list[Core]] = {}
    for core in search.cores:
        groups.setdefault(_shape(core), []).append(core)
    return tuple(_conflict(search.speaker, cores) for cores in groups.values())


def _conflict(speaker: Speaker, cores: list[Core]) -> Conflict:
    clauses = dict.fromkeys(c for core in cores for c in core.clauses)
    totals = speaker.totals([core.totals for core in cores if core.totals])
    return Conflict(tuple(cores), (*totals, *speaker.lines(clauses)))


# --- ways out ------------------------------------------------------------------------------


class _Found(NamedTuple):
    """What the ordinary model says: a roster or not, or None; people short; that at least."""

    roster: bool | None
    short: int | None = None
    proven: bool = False


def _has_roster(problem: Problem, rules: RuleSet, seconds: float) -> bool | None:
    """Tell whether the ordinary model has a solution with full cover."""
    until = time.monotonic() + seconds
    builder = build(problem, rules.hard, all_or_nothing=True)
    return _solved(builder, until - time.monotonic()).roster


def _least_short(problem: Problem, rules: RuleSet, seconds: float) -> _Found:
    """Tell whether the ordinary model has a solution, and the fewest people short found."""
    until = time.monotonic() + seconds
    builder = build(problem, rules.hard)
    builder.model.minimize(builder.shortage_expr())
    return _solved(builder, until - time.monotonic())


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
        self._rosters: dict[str, bool | None] = {}

    def roster(self, change: Change, until: float, seconds: float) -> bool | None:
        """Tell whether the whole month has a roster with full cover after a change."""
        if self.known(change) is None:
            prover = self.search.prover
            left = min(until - time.monotonic(), prover.left)
            if left < 0.3:
                return None
            prover.on_tick()
            found = _has_roster(change.problem, change.rules, min(seconds, left))
            self._rosters[change.text.en] = found
        return self.known(change)

    def rule_out(self, change: Change) -> None:
        """Keep that the whole month has no roster with full cover after a change."""
        self._rosters[change.text.en] = False

    def known(self, change: Change) -> bool | None:
        """Return what `roster` found of a change; None when that was not asked or decided."""
        return self._rosters.get(change.text.en)

    def gone(self, conflict: Conflict, change: Change) -> bool | None:
        """Tell whether a conflict is there no more after a change; None when undecided.

        It is gone when the people and days that it is about can be rostered: what is left
        of its clauses, what stands now in the place of those that changed, and all else that
        binds these people or the team on these days are solved together, but for what other
        conflicts are about.
        """
        limit = 8.0 if conflict.counted else 4.0
        prover = Prover(change.problem, change.rules, min(limit, self.search.prover.left))
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
        """As `gone`, for a conflict of the month's sums: with its own rules.

        What else binds those who changed is looked at as far as time allows.
        """
        new, own = self._of_rules(conflict, change), None
        for core in conflict.cores:
            left = _instead(core, new, self._old[_rules_of(conflict)])
            if left is None:
                return False  # every clause stands, and they cannot go together
            if core.counted and self._refuted(change, left, prover):
                return False
            found = prover.collide(left, sums=core.counted)
            if found is not False:
                return None if found is None else False
            if len(change.people) > _TEAM:
                continue  # all else that binds so many is as good as the whole month
            if own is None:
                own = record(change.problem, change.rules.hard, change.people)
                own = [c for c in own if c.who and c.who <= set(change.people)]
            more = [*left, *own]
            if own and (self._refuted(change, more, prover) or prover.collide(more, 2.0)):
                return False
        return True

    def _of_rules(self, conflict: Conflict, change: Change) -> dict[Clause, None]:
        """Return what the rules of a conflict ask of its people after a change."""
        names = _rules_of(conflict)
        if names not in self._old:
            self._old[names] = {c: None for c in self.search.tape if c.rule in names}
        people = {e for c in conflict.clauses if len(c.who) == 1 for e in c.who}
        rules = [r for r in change.rules.hard if r.id in names]
        return record(change.problem, rules, sorted(people | set(change.people)))

    def _refuted(self, change: Change, clauses: list[Clause], prover: Prover) -> bool:
        sums = [c for c in clauses if c.is_cell or c.verb != "forbid"]
        return prover.left > 0 and Linear(change.problem, sums).refuted(sums, prover.left)

    def weakest(
        self, conflict: Conflict, lever: Lever, until: float
    ) -> tuple[Change, int] | None:
        """Return the weakest form of a lever that resolves a conflict, and how strong it is."""
        if conflict.counted and lever.most > 1:
            return self._counted(conflict, lever, until)
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
        return good, high

    def _counted(
        self, conflict: Conflict, lever: Lever, until: float
    ) -> tuple[Change, int] | None:
        """As `weakest`: how strong, by counting; then proven, best by the whole month."""
        needed = self._fewest(conflict, lever, until)
        if needed is None:
            return None
        good, low, at, step = None, needed - 1, needed, 1
        while good is None and at <= lever.most and time.monotonic() < until:
            change = lever.make(at)
            gone = None if change is None else self.gone(conflict, change)
            if change is not None and gone is None:
                gone = self.roster(change, until, _ONE_CHANGE)  # the whole may be seen sooner
            if gone:
                good = change, at
            else:
                low, at, step = at, at + step, 2 * step
        while good is not None and good[1] - low > 1 and time.monotonic() < until:
            middle = (low + good[1]) // 2
            change = lever.make(middle)
            if change is not None and self.gone(conflict, change):
                good = change, middle
            else:
                low = middle
        if good is None or not lever.spread:
            return good
        # With nothing to spare the month is hard to find: a few people more, then.
        n = good[1]
        for k in dict.fromkeys((n, n - -n // 20, n - -n // 8)):
            change = lever.make(k) if k <= lever.most else None
            if change is None or self.roster(change, until, _ONE_CHANGE) is False:
                break
            if self.known(change):
                return change, k
        return good

    def _fewest(self, conflict: Conflict, lever: Lever, until: float) -> int | None:
        """Return how strong a lever must be by counting; None when it moves no limit enough.

        Where it moves limits and nothing else, the relaxation itself tells.
        """
        first = lever.make(lever.most if lever.spread else 1)
        if first is None:
            return None
        clauses = conflict.clauses
        mine = [c for c in clauses if len(c.who) == 1 and c.who <= set(first.people[:1])]
        if mine:  # seen at one of them whether it moves anything
            own = [r for r in first.rules.hard if r.scope is Scope.PERSON]
            own = [r for r in own if r.id in _rules_of(conflict)]
            if record(first.problem, own, first.people[:1]).keys() >= set(mine):
                return None
        moved = {_sums(c): c.limit for c in self._of_rules(conflict, first)}
        steps = {c: moved[key] - c.limit for c in clauses if (key := _sums(c)) in moved}
        if len(steps) < len(clauses):
            return self._least(conflict, lever, until)
        if not any(steps.values()):
            return None
        key = id(conflict)
        if key not in self._linear:
            self._linear[key] = Linear(self.search.problem, clauses)
        linear = self._linear[key]
        if not lever.spread:
            return linear.needed(clauses, steps, lever.most, until - time.monotonic())

        def enough(n: int) -> bool:
            some = set(lever.make(n).people)
            only = {c: k for c, k in steps.items() if c.who <= some}
            return not linear.refuted(clauses, until - time.monotonic(), only)

        return _first(enough, 1, lever.most, until)

    def _least(self, conflict: Conflict, lever: Lever, until: float) -> int | None:
        """As `_fewest`, for a lever that does more than to move limits."""

        def enough(n: int) -> bool:
            change = lever.make(n)
            if change is None:
                return False
            new, old = self._of_rules(conflict, change), self._old[_rules_of(conflict)]
            return not any(
                left is None or self._refuted(change, left, self.search.prover)
                for core in conflict.cores
                for left in [_instead(core, new, old)]
            )

        high = 1
        while not enough(high):
            if high == lever.most or time.monotonic() > until:
                return None
            high = min(2 * high, lever.most)
        return _first(enough, high // 2 + 1, high, until)


def _rules_of(conflict: Conflict) -> frozenset[str]:
    return frozenset(c.rule for c in conflict.clauses)


def _first(enough: Callable[[int], bool], low: int, high: int, until: float) -> int | None:
    """Return the least number that is enough, as more always is; `high` is not asked."""
    while low < high:
        if time.monotonic() > until:
            return None
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle + 1
    return high


def _instead(
    core: Core, new: dict[Clause, None], old: dict[Clause, None]
) -> list[Clause] | None:
    """Return a core's clauses as a changed input has them; None where all of them stand."""
    lost = [c for c in core.clauses if c not in new]
    if not lost:
        return None
    there = [c for c in core.clauses if c in new]
    return there + [c for c in new if c not in old and any(_replaces(c, x) for x in lost)]


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
        queue = levers.of(conflict.clauses, counted=counted)
        narrower: list[Lever] = []
        while shown < _WAYS and time.monotonic() <= until:
            lever = narrower.pop() if narrower else next(queue, None)
            if lever is None:
                break
            if lever.family in enough:
                continue
            found = trial.weakest(conflict, lever, until)
            if found is None or found[0].text.en in seen:
                continue
            change, strength = found
            if lever.part is not None:
                narrower.append(lever.part(strength))
            whole = trial.known(change)
            after = [
                True if n == number or whole else trial.gone(other, change)
                for n, other in enumerate(conflicts, 1)
            ]
            gone = [n for n, there in enumerate(after, 1) if there]
            if False in after:
                trial.rule_out(change)
            if not whole:
                strong, whole = _whole(trial, change, strength, lever, until)
                if strong is not change:
                    change, gone, after = strong, list(range(1, len(conflicts) + 1)), []
            if change.text.en in seen:
                continue
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
        for family, ways in partly.items():
            if family not in enough:
                made.append(min(ways, key=lambda x: (x[0].shortage is None, x[0].shortage)))
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
    trial: _Trial, change: Change, strength: int, lever: Lever, until: float
) -> tuple[Change, bool | None]:
    """Return the change, or a stronger one where that gives the whole month a roster.

    What resolves one conflict may leave the next, of the same kind, on other days.
    """
    whole = trial.roster(change, until, _ONE_CHANGE)
    if whole is not False or lever.most == 1:
        return change, whole
    low, high = strength, lever.most
    while high > low and lever.make(high) is None:
        high = (low + high) // 2
    best = lever.make(high)
    until = max(until, time.monotonic() + trial.search.prover.left / 4)
    if high == low or best is None or not trial.roster(best, until, _ONE_CHANGE):
        return change, False
    while high - low > 1:
        middle = (low + high) // 2
        step = lever.make(middle)
        found = None if step is None else trial.roster(step, until, _ONE_CHANGE)
        if found:
            best, high = step, middle
        else:
            low = middle
        if found is None:
            break
    return best, True


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
