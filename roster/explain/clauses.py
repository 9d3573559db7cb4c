"""The clauses of the hard rules as data, so that any of them can be left out.

A rule states itself to the `Recorder` as it does to the `Builder`; what it says is kept
instead of going into a model. Any subset of it can then be stated to an ordinary builder
(`model_of`), hard, or with a guard a clause. What a verb forbids is a clause; the numbers
derived from facts (`either`, `excess`, ...) are definitions and come along with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from roster.model import Builder, Extra, Fact
from roster.problem import Problem
from roster.rule import Rule, RuleSet


class Derived(NamedTuple):
    """A number derived from facts, before there is a model: a verb and what it is given."""

    verb: str
    given: tuple
    now: int = 0

    def facts(self) -> Iterator[Fact | Seat]:
        """Yield the facts and seats that it looks at."""
        yield from _facts(self.given)


class Seat(NamedTuple):
    """A person holds a committee post in the week of a Monday."""

    monday: date
    post: str
    e: int


def _facts(things: Iterable[object]) -> Iterator[Fact | Seat]:
    for thing in things:
        if isinstance(thing, Fact | Seat):
            yield thing
        elif isinstance(thing, tuple):
            yield from _facts(thing)


@dataclass(frozen=True)
class Clause:
    """What one call of a verb asks.

    Attributes
    ----------
    rule : str
        Id of the rule.
    verb : str
        ``forbid``, ``at_most``, ``at_least`` or ``never``.
    terms : tuple of (int, Fact or Derived)
        For ``forbid`` each with factor 1.
    limit : int
        Of a sum; for ``forbid`` one less than the facts.
    if_any : tuple of Fact
        The clause binds only when one of these holds.
    days : tuple of int
        For ``never``: the days that it is about.
    facts : tuple of Fact
        Every fact that it looks at.
    seats : tuple of Seat
        Every committee post that it looks at.
    who, when : frozenset of int
        The people and the days that it binds, days before the horizon included.
    """

    rule: str
    verb: str
    terms: tuple[tuple[int, Fact | Derived], ...] = ()
    limit: int = 0
    if_any: tuple[Fact, ...] = ()
    days: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        # Clauses are kept in sets and sorted by whom they bind, and there are many.
        parts = self.rule, self.verb, self.terms, self.limit, self.if_any, self.days
        facts = [t for _, t in self.terms]
        seats: list[Seat] = []
        if any(type(t) is not Fact for t in facts):
            found = list(_facts(self.terms))
            facts = [f for f in found if type(f) is Fact]
            seats = [f for f in found if type(f) is Seat]
        facts += self.if_any
        for name, value in (
            ("_hash", hash(parts)),
            ("facts", tuple(facts)),
            ("seats", tuple(seats)),
            ("who", frozenset([f.e for f in facts] + [s.e for s in seats])),
            ("when", frozenset([f.d for f in facts] + list(self.days))),
        ):
            object.__setattr__(self, name, value)

    def __hash__(self) -> int:
        return self._hash

    @property
    def is_cell(self) -> bool:
        """It takes codes out of one cell."""
        return (
            self.verb == "forbid"
            and len(self.terms) == 1
            and isinstance(self.terms[0][1], Fact)
            and self.terms[0][1].d >= 0
        )

    @property
    def codes(self) -> frozenset[str | None]:
        """All codes of its facts; None for a day off."""
        return frozenset().union(*(f.codes for f in self.facts))


class Recorder(Builder):
    """Keeps what hard rules say, clause by clause.

    Parameters
    ----------
    problem : Problem
    people : iterable of int, optional
        Rules of one person state themselves for these only; for everybody by default.

    Attributes
    ----------
    clauses : dict of Clause to None
        In the order in which they were stated; one said twice is one clause.
    """

    def __init__(self, problem: Problem, people: Iterable[int] | None = None) -> None:
        super().__init__(replace(problem, posts=()), RuleSet(()), all_or_nothing=True)
        self.problem = problem
        if people is not None:
            self.people = tuple(people)
        self.clauses: dict[Clause, None] = {}
        self._uses: dict[Fact, int] = {}

    # --- derived numbers -----------------------------------------------------------------

    def holds(self, monday: date, post: str, e: int) -> Derived | None:
        """Name a committee post."""
        return Derived("holds", (Seat(monday, post, e),))

    def either(self, facts: Iterable[Fact]) -> Derived | None:
        """Name what is 1 when one of the facts holds."""
        facts = tuple(facts)
        return Derived("either", facts) if facts else None

    def excess(self, terms: Iterable, limit: int) -> Derived:
        """Name what a sum has too much."""
        return Derived("excess", (tuple(terms), limit))

    def may(self, fact: Fact) -> Derived | None:
        """Name a use of a fact; each is one of its own."""
        self._uses[fact] = self._uses.get(fact, 0) + 1
        return Derived("may", (fact, self._uses[fact]))

    def lacking(self, terms: Iterable, limit: int) -> Derived:
        """Name whether a sum is below a limit."""
        return Derived("lacking", (tuple(terms), limit))

    def whenever(self, groups: Iterable) -> Derived:
        """Name whether all of one group holds."""
        return Derived("whenever", (tuple(tuple(g) for g in groups),))

    # --- verbs ---------------------------------------------------------------------------

    def forbid(self, facts, *, by: Rule, points=None, **_: object) -> None:
        """Keep it."""
        facts = tuple(facts)
        if points is not None or any(not self._can(f) for f in facts):
            return
        self._keep(Clause(by.id, "forbid", tuple((1, f) for f in facts), len(facts) - 1))

    def at_most(self, terms, limit, *, by: Rule, points=None, **_: object) -> None:
        """Keep it."""
        terms = tuple(terms)
        if points is None and _reach(terms) > limit:
            self._keep(Clause(by.id, "at_most", terms, limit))

    def at_least(self, terms, limit, *, by: Rule, points=None, if_any=(), **_: object) -> None:
        """Keep it."""
        terms = tuple(terms)
        least = 0 if all(c >= 0 for c, _ in terms) else None
        if points is None and (least is None or limit > least):
            self._keep(Clause(by.id, "at_least", terms, limit, tuple(if_any)))

    def never(self, by: Rule, when: Iterable[int] = ()) -> None:
        """Keep it."""
        self._keep(Clause(by.id, "never", limit=1, days=tuple(when)))

    def _can(self, thing: Fact | Derived) -> bool:
        return not isinstance(thing, Fact) or self.possible(thing)

    def _keep(self, clause: Clause) -> None:
        self.clauses[clause] = None


def _reach(terms: Sequence[tuple[int, Fact | Derived]]) -> float:
    """Return the most that a sum of facts can be."""
    most: dict[tuple[int, int], int] = {}
    for coefficient, thing in terms:
        if not isinstance(thing, Fact):
            return float("inf")
        cell = thing.e, thing.d
        most[cell] = max(most.get(cell, 0), coefficient)
    return sum(most.values())


def record(
    problem: Problem, rules: Iterable[Rule], people: Iterable[int] | None = None
) -> dict[Clause, None]:
    """Return the clauses of hard rules.

    Parameters
    ----------
    problem : Problem
    rules : iterable of Rule
        Hard ones; the minimum cover counts as hard.
    people : iterable of int, optional
        See `Recorder`.
    """
    recorder = Recorder(problem, people)
    for rule in sorted(rules, key=lambda r: not r.binds_cells):
        rule.add_to(recorder)
    return recorder.clauses


@dataclass
class Stated:
    """A model of some clauses.

    Attributes
    ----------
    builder : Builder
    guards : dict of int to Clause
        With guards: the number of each guard literal and the clause that it switches on.
    broken : Clause or None
        With guards: a clause that cannot be met alone.
    """

    builder: Builder
    guards: dict[int, Clause]
    broken: Clause | None = None


def model_of(
    problem: Problem, rules: RuleSet, clauses: Iterable[Clause], *, guarded: bool = False
) -> Stated:
    """State clauses to an ordinary builder.

    Parameters
    ----------
    problem : Problem
    rules : RuleSet
        Those that the clauses come from.
    clauses : iterable of Clause
    guarded : bool
        Each clause holds only where its guard literal, an assumption of the model, does.

    Returns
    -------
    Stated
    """
    clauses = sorted(clauses, key=_place)
    if problem.posts and not any(c.seats for c in clauses):
        problem = _without_posts(problem)
    builder = Builder(problem, RuleSet(()), all_or_nothing=True)
    stated = Stated(builder, {})
    made: dict[Derived, Extra | Fact | None] = {}
    worked: dict[tuple, frozenset[int]] = {}
    by_id = {r.id: r for r in rules}
    for clause in clauses:
        _state(builder, by_id[clause.rule], clause, made, worked, 1 if guarded else None)
        if guarded and builder.terms:
            term = builder.terms.pop()
            if isinstance(term.var, int):
                stated.broken = clause
                continue
            guard = builder.model.new_bool_var("")
            builder.model.add(term.var == 0).only_enforce_if(guard)
            stated.guards[guard.index] = clause
            builder.model.add_assumption(guard)
    return stated


def _without_posts(problem: Problem) -> Problem:
    found = problem.derived.get("explain: no posts")
    if found is None:
        found = problem.derived["explain: no posts"] = replace(problem, posts=())
    return found


def _place(clause: Clause) -> int:
    """Single cells first, then what makes somebody work, then the rest."""
    if clause.is_cell:
        return 0
    return 1 if clause.verb == "at_least" and not clause.if_any else 2


def _state(
    builder: Builder,
    rule: Rule,
    clause: Clause,
    made: dict[Derived, Extra | Fact | None],
    worked: dict[tuple, frozenset[int]],
    points: int | None,
) -> None:
    def real(thing: Fact | Derived) -> Extra | Fact | None:
        if isinstance(thing, Fact):
            return thing
        if thing not in made:
            made[thing] = _derive(builder, thing, real)
        return made[thing]

    terms = [(c, x) for c, t in clause.terms if (x := real(t)) is not None]
    if clause.verb == "never":
        builder._never(rule, (), clause.days, 0, 1, points, 1, None)
    elif clause.verb == "forbid" and len(terms) < len(clause.terms):
        return  # one of the facts never holds
    elif clause.verb == "forbid" and all(isinstance(x, Fact) for _, x in terms):
        builder.forbid([x for _, x in terms], by=rule, points=points)
    elif clause.verb in ("forbid", "at_most"):
        builder.at_most(terms, clause.limit, by=rule, points=points)
    else:
        if_any = clause.if_any
        if points is None:
            if if_any and _binds(clause, worked):
                if_any = ()
            if not clause.if_any and clause.limit > 0:
                for place in {t[1:] for _, t in clause.terms if isinstance(t, Fact)}:
                    people = frozenset(t.e for _, t in clause.terms if t[1:] == place)
                    if len(people) == len(clause.terms):
                        worked[place] = people
        builder.at_least(terms, clause.limit, by=rule, if_any=if_any, points=points)


def _binds(clause: Clause, worked: dict[tuple, frozenset[int]]) -> bool:
    """Tell whether other clauses already make the condition hold, or the clause be met.

    Somebody works there: one of those who bring the condition, or, where one is enough, one
    of those who count.
    """
    places = {f[1:] for f in clause.if_any}
    if len(places) != 1:
        return False
    (place,) = places
    people = {f.e for f in clause.if_any}
    if clause.limit == 1:
        people |= {t.e for _, t in clause.terms if isinstance(t, Fact) and t[1:] == place}
    return place in worked and worked[place] <= people


def _derive(builder: Builder, thing: Derived, real) -> Extra | Fact | None:
    def all_of(terms):
        return [(c, x) for c, t in terms if (x := real(t)) is not None]

    match thing.verb:
        case "holds":
            (seat,) = thing.given
            return builder.holds(*seat)
        case "either":
            return builder.either(thing.given)
        case "excess":
            return builder.excess(all_of(thing.given[0]), thing.given[1])
        case "may":
            return builder.may(thing.given[0])
        case "lacking":
            return builder.lacking(all_of(thing.given[0]), thing.given[1])
        case _:
            groups = [[real(t) for t in group] for group in thing.given[0]]
            return builder.whenever(g for g in groups if None not in g)
