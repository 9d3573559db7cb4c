"""The CP-SAT model of a month, and the builder through which rules state themselves.

A rule speaks of *facts*: "person e on day d has one of these codes" (None stands for a day
off). The builder knows what a fact is in the model: a constant for history and for cells
that are decided, a literal, or a sum of literals of which at most one is true. Every clause
is an inequality between facts with a measured amount of violation, so that one statement
serves as a hard constraint, or, when the rule is soft, as a penalty of amount times weight.
This is the only module that touches `CpModel`. The solver's library, which takes longer to load
than most commands to run, is imported when the first model is made.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from roster.plan import Roster
from roster.problem import Problem, Swap
from roster.rule import Level, Rule, RuleSet
from roster.solver import run_solver
from roster.swaps.exchange import Exchange, Leg, Side

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from roster.leave.request import LeaveRequest

OFF: frozenset[str | None] = frozenset({None})
NOTHING: Mapping = {}


class Fact(NamedTuple):
    """Person `e` has one of `codes` on day `d`; None among the codes is a day off."""

    e: int
    d: int
    codes: frozenset[str | None]


class Extra(NamedTuple):
    """A number derived from facts: `var` lies between 0 and `high`.

    `now` is its value in the roster that the model is built around.
    """

    var: object
    high: int
    now: int = 0


class Offer(NamedTuple):
    """What an exchange would do to one person, which the model may take or leave.

    Attributes
    ----------
    key : object
        Offers with one key are taken together or not at all.
    side : Side
    taken : Extra
        1 when it is taken.
    """

    key: object
    side: Side
    taken: Extra


class Asked(NamedTuple):
    """A leave that is asked for, which the model may grant or refuse.

    Attributes
    ----------
    request : LeaveRequest
    taken : Extra
        1 when it is granted.
    """

    request: LeaveRequest
    taken: Extra


class Term(NamedTuple):
    """A penalty: ``weight * amount * var`` points, with the rule it comes from."""

    rule: str
    unit: str
    weight: int
    amount: int
    var: object


@dataclass(frozen=True)
class Refusal:
    """A hard clause that no roster can meet, seen while the model was built."""

    rule: Rule
    who: tuple[int, ...]
    when: tuple[int, ...]
    limit: int
    possible: int


class Variables:
    """One literal for each (employee, day, code) that is still possible.

    A cell's literals are made when they are first asked for; until then unit clauses shrink
    its domain, so that what eligibility or leave rules out costs no variable.
    """

    def __init__(
        self,
        problem: Problem,
        model: cp_model.CpModel,
        around: Roster | None = None,
        free: Mapping[tuple[int, int], frozenset[str | None]] = NOTHING,
    ) -> None:
        self._model = model
        self._problem = problem
        codes = frozenset(problem.shift_by_code) | OFF
        if around is None:
            self._domain = [[codes] * problem.n_days for _ in problem.employees]
        else:
            self._domain = [
                [free.get((e, d), frozenset({c})) for d, c in enumerate(row)]
                for e, row in enumerate(around.cells)
            ]
        self._literals: dict[tuple[int, int], Mapping[str | None, object]] = {}
        self._resolved: dict[Fact, tuple[int, Sequence[object]]] = {}

    def domain(self, e: int, d: int) -> frozenset[str | None]:
        """Return the codes still possible in a cell; one code before the horizon."""
        if d < 0:
            return frozenset({self._problem.history_by_cell.get((e, d))})
        return self._domain[e][d]

    def shrink(self, e: int, d: int, codes: frozenset[str | None]) -> bool:
        """Take codes out of a cell's domain; False when literals exist or none would stay."""
        if d < 0 or (e, d) in self._literals:
            return False
        rest = self._domain[e][d] - codes
        if not rest:
            return False
        self._domain[e][d] = rest
        return True

    def literals(self, e: int, d: int) -> Mapping[str | None, object]:
        """Return the literal of each possible code of an undecided cell."""
        made = self._literals.get((e, d))
        if made is not None:
            return made
        domain = sorted(self._domain[e][d], key=lambda c: (c is not None, c))
        if len(domain) == 1:
            made = {}
        elif len(domain) == 2:
            on = self._model.new_bool_var("")
            made = {domain[0]: ~on, domain[1]: on}
        else:
            made = {c: self._model.new_bool_var("") for c in domain}
            self._model.add_exactly_one(list(made.values()))
        self._literals[e, d] = made
        return made

    def resolve(self, fact: Fact) -> tuple[int, Sequence[object]]:
        """Return (constant, literals) whose sum is 1 when the fact holds and 0 when not."""
        known = self._resolved.get(fact)
        if known is not None:
            return known
        e, d, codes = fact
        domain = self.domain(e, d)
        if domain.isdisjoint(codes):
            return 0, ()
        if domain <= codes:
            return 1, ()
        literals = self.literals(e, d)
        if len(codes) == 1:
            (code,) = codes
            made = 0, (literals[code],)
        else:
            # In the order of the literals, which unlike that of a set is always the same.
            made = 0, [lit for c, lit in literals.items() if c in codes]
            if len(domain) - len(made[1]) == 1:
                (other,) = domain - codes
                made = 0, (~literals[other],)
        # The cell has its literals now, so its domain stays as it is.
        self._resolved[fact] = made
        return made


class Seats:
    """Who holds each committee post: one literal for each (week, post, person) still possible.

    A post may stay empty; that every post is held is for a rule to say. Around a roster a
    post stays with its holder, unless that person is among those whose cells are open; or,
    where it is said which posts are open (`only`), all others stay.
    """

    def __init__(
        self,
        problem: Problem,
        model: cp_model.CpModel,
        around: Roster | None,
        people: Sequence[int],
        fixed: bool,
        only: frozenset[tuple[date, str]] | None = None,
    ) -> None:
        self._one = None
        self._model = model
        self._literals: dict[tuple[date, str], dict[int, object]] = {}
        self._kept: dict[tuple[date, str], int | None] = {}
        for monday in problem.mondays if problem.posts else ():
            for post in problem.posts:
                seat = monday, post
                holder = None if around is None else around.holders.get(seat)
                closed = around is not None and not (holder is None or holder in people)
                if only is not None:
                    closed = seat not in only
                if fixed or closed:
                    self._kept[seat] = holder
                    continue
                open_to = people if only is None else range(len(problem.employees))
                made = {e: model.new_bool_var("") for e in open_to}
                model.add_at_most_one(list(made.values()))
                self._literals[seat] = made

    def holds(self, monday: date, post: str, e: int) -> object | None:
        """Return the literal, a constant, or None when the person cannot hold the post."""
        if (monday, post) in self._kept:
            if self._kept[monday, post] != e:
                return None
            if self._one is None:
                self._one = self._model.new_constant(1)
            return self._one
        return self._literals.get((monday, post), {}).get(e)

    def open(self) -> Iterable[tuple[tuple[date, str], Mapping[int, object]]]:
        """Return every post that is open, with the literal of each person."""
        return self._literals.items()

    def read(self, value: Callable[[object], bool]) -> tuple[tuple[date, str, int], ...]:
        """Return who holds what in a solution."""
        held = dict(self._kept)
        for seat, literals in self._literals.items():
            held[seat] = next((e for e, lit in literals.items() if value(lit)), None)
        return tuple(sorted((*seat, e) for seat, e in held.items() if e is not None))


class Builder:
    """Takes the clauses of the rules into a model.

    Parameters
    ----------
    problem : Problem
    rules : RuleSet
    all_or_nothing : bool
        Make the minimum cover a hard constraint instead of a stage of its own.
    around : Roster, optional
        Keep this roster in every cell that is not `free`.
    free : frozenset of (int, int)
        The cells that stay open around the roster.
    asked : iterable of (object, Side)
        Exchanges that may be taken, side by side: sides with one key are taken together. The
        cells around the roster are then open to them only, and a hard clause that the roster
        breaks already asks no more than that it gets no worse.
    in_force : sequence of Exchange
        What the rules of swaps count beside them.
    leaves : iterable of LeaveRequest
        Leave that may be granted.
    broken : frozenset of (str, int)
        Rules that the roster breaks already, with the person: what they forbid that person
        is left to the checkers.
    known : Roster, optional
        A hard clause that this roster breaks asks no more than that it gets no worse; and one
        that could be kept, were it not for cells which are not open though their person could
        work, no more than the open ones can do. With `asked` it is the roster that the model
        is around.
    only_forced : bool
        Only clauses that the open cells cannot keep ask for less; what else the known roster
        breaks is put right.
    seats : frozenset of (date, str), optional
        The committee posts that are open, to everybody; without it those of people with an
        open cell.

    Attributes
    ----------
    offers : tuple of Offer
        What is asked, each with its literal.
    leaves : tuple of Asked
        Leave that is asked for, each with its literal.
    people : tuple of int
        Those with an open cell. Rules of one person state themselves for these only: around
        a roster, what they say of the others is decided.
    shortage : list of Term
        People short of the minimum cover.
    terms : list of Term
        Penalty terms of the soft rules.
    refusals : list of Refusal
        Hard clauses that cannot be met; the model is infeasible when there is one.
    worked : set of (int, frozenset of str)
        Days and codes that a hard clause already makes somebody work; rules that bind only
        shifts somebody works may then drop the condition, which tightens the relaxation.
    """

    def __init__(
        self,
        problem: Problem,
        rules: RuleSet,
        *,
        all_or_nothing: bool = False,
        around: Roster | None = None,
        free: frozenset[tuple[int, int]] = frozenset(),
        asked: Iterable[tuple[object, Side]] = (),
        in_force: Sequence[Exchange] = (),
        leaves: Iterable[LeaveRequest] = (),
        broken: frozenset[tuple[str, int]] = frozenset(),
        known: Roster | None = None,
        only_forced: bool = False,
        seats: frozenset[tuple[date, str]] | None = None,
    ) -> None:
        self.problem = problem
        self.rules = rules
        self.all_or_nothing = all_or_nothing
        self.around = around
        self.only_forced = only_forced
        self.in_force = tuple(in_force)
        self.broken = broken
        from ortools.sat.python.cp_model import CpModel

        self.model = CpModel()
        self.offers = self._offers(asked)
        self._known = around if self.offers else known
        self.leaves = tuple(Asked(x, Extra(self.model.new_bool_var(""), 1)) for x in leaves)
        self._changes = self._changes_of(self.offers)
        every = frozenset(problem.shift_by_code) | OFF
        opened = self._opened = dict.fromkeys(free, every)
        for cell, changes in self._changes.items():
            opened[cell] = frozenset({around.code(*cell), *(code for _, code in changes)})
        everybody = range(len(problem.employees))
        self.people = tuple(everybody if around is None else sorted({e for e, _ in opened}))
        self.variables = Variables(problem, self.model, around, opened)
        self.seats = Seats(
            problem, self.model, around, self.people, bool(self.offers), only=seats
        )
        self.codes = frozenset(problem.shift_by_code)
        self.shortage: list[Term] = []
        self.terms: list[Term] = []
        self.refusals: list[Refusal] = []
        self.worked: set[tuple[int, frozenset[str | None]]] = set()
        self._slacks: dict[frozenset[Fact], object] = {}
        self._collected: tuple[list, tuple] = [], ([], [], 0, 0, 0)
        self._barred: dict[tuple, list[tuple[frozenset[str | None], ...]]] = {}

    # --- offers -------------------------------------------------------------------------

    def _offers(self, asked: Iterable[tuple[object, Side]]) -> tuple[Offer, ...]:
        literals: dict[object, Extra] = {}
        out = []
        for key, side in asked:
            if key not in literals:
                literals[key] = Extra(self.model.new_bool_var(""), 1)
            out.append(Offer(key, side, literals[key]))
        return tuple(out)

    def _changes_of(
        self, offers: Iterable[Offer]
    ) -> dict[tuple[int, int], list[tuple[object, str | None]]]:
        """Return, for each cell that offers touch, their literals and what it becomes."""
        changes: dict[tuple[int, int], list[tuple[object, str | None]]] = {}
        for offer in offers:
            side = offer.side
            for d, code in side.cells(self.problem.n_days).items():
                gives = None
                if side.gives is not None and side.gives.d == d:
                    gives = side.gives.code
                if self.around.code(side.e, d) != gives:
                    # What is given must be there, and a cell holds one duty.
                    self.model.add_bool_or([~offer.taken.var])
                else:
                    changes.setdefault((side.e, d), []).append((offer.taken.var, code))
        return changes

    def _tie(self) -> None:
        """Make each cell what the offers taken make of it, at most one of them a cell."""
        for (e, d), changes in self._changes.items():
            own = self.around.code(e, d)
            domain = self.variables.domain(e, d)
            literals = self.variables.literals(e, d)
            self.model.add_at_most_one([taken for taken, _ in changes])
            for code in {code for _, code in changes} - {own}:
                takers = [taken for taken, becomes in changes if becomes == code]
                if code not in domain:
                    for taken in takers:
                        self.model.add_bool_or([~taken])
                else:
                    self.model.add(sum(takers) == literals[code])

    # --- facts --------------------------------------------------------------------------

    def _now(self, thing: Fact | Extra) -> int:
        """Return the value of a fact or number in the roster that is known."""
        if isinstance(thing, Extra):
            return thing.now
        return int(self._known.code(thing.e, thing.d) in thing.codes)

    def duty(self, e: int, d: int, code: str) -> Fact:
        """The person has a duty of this code."""
        return Fact(e, d, frozenset({code}))

    def one_of(self, e: int, d: int, codes: frozenset[str]) -> Fact:
        """The person has a duty of one of these codes."""
        return Fact(e, d, codes)

    def none_of(self, e: int, d: int, codes: frozenset[str]) -> Fact:
        """The person is off or has a duty of another code."""
        return Fact(e, d, (self.codes - codes) | OFF)

    def on(self, e: int, d: int) -> Fact:
        """The person has a duty."""
        return Fact(e, d, self.codes)

    def off(self, e: int, d: int) -> Fact:
        """The person has no duty."""
        return Fact(e, d, OFF)

    def possible(self, fact: Fact) -> bool:
        """Tell whether the fact can still hold."""
        return not self.variables.domain(fact.e, fact.d).isdisjoint(fact.codes)

    def holds(self, monday: date, post: str, e: int) -> Extra | None:
        """Return 1 when the person holds a committee post in a week of the horizon."""
        literal = self.seats.holds(monday, post, e)
        if literal is None:
            return None
        now = 0 if self._known is None else int(self._known.holders.get((monday, post)) == e)
        return Extra(literal, 1, now)

    def open(self, e: int, d: int) -> bool:
        """Tell whether the cell is not decided yet."""
        return len(self.variables.domain(e, d)) > 1

    # --- derived numbers ----------------------------------------------------------------

    def either(self, facts: Iterable[Fact]) -> Fact | Extra | None:
        """Return what is 1 exactly when one of the facts holds; None when none can."""
        facts = tuple(f for f in facts if self.possible(f))
        if not facts:
            return None
        for fact in facts:
            if len(facts) == 1 or self.variables.resolve(fact)[0]:
                return fact
        literals = [lit for f in facts for lit in self.variables.resolve(f)[1]]
        some = self.model.new_bool_var("")
        for lit in literals:
            self.model.add_implication(lit, some)
        self.model.add_bool_or([*literals, ~some])
        now = 0 if self._known is None else max(map(self._now, facts))
        return Extra(some, 1, now)

    def excess(self, terms: Iterable[tuple[int, Fact | Extra]], limit: int) -> Extra | None:
        """Return a number of at least ``sum - limit`` and 0; None when it is never more.

        It is an upper estimate only, so it may stand in sums that are bounded from above.
        """
        terms = list(terms)
        literals, coefficients, constant, reach, _ = self._collect(terms)
        most = constant + reach - limit
        if most <= 0:
            return None
        over = self.model.new_int_var(0, most, "")
        total = _weighted_sum([*literals, over], [*coefficients, -1])
        self.model.add(total <= limit - constant)
        now = 0
        if self._known is not None:
            now = max(0, sum(c * self._now(t) for c, t in terms) - limit)
        return Extra(over, most, now)

    def may(self, fact: Fact) -> Extra | None:
        """Return a number of 0 or 1 that can be 1 only when the fact holds; None when never.

        For what a fact can be used for once only, such as a day off that makes up for one
        holiday duty. It is free, so it may stand in sums that are bounded from below.
        """
        one, literals = self.variables.resolve(fact)
        if not one and not literals:
            return None
        used = self.model.new_bool_var("")
        if not one:
            self.model.add_bool_or([~used, *literals])
        return Extra(used, 1)

    def lacking(self, terms: Iterable[tuple[int, Fact | Extra]], limit: int) -> Extra | None:
        """Return a number that is 1 whenever the sum is below `limit`; None when it never is.

        It is an upper estimate only, so it may stand in sums that are bounded from above.
        """
        terms = list(terms)
        literals, coefficients, constant, _, least = self._collect(terms)
        lack = limit - constant - least
        if lack <= 0:
            return None
        below = self.model.new_bool_var("")
        total = _weighted_sum([*literals, below], [*coefficients, lack])
        self.model.add(total >= limit - constant)
        now = 0
        if self._known is not None:
            now = int(sum(c * self._now(t) for c, t in terms) < limit)
        return Extra(below, 1, now)

    def whenever(self, groups: Iterable[Sequence[Fact | Extra]]) -> Extra | None:
        """Return a number that is 1 whenever all of one group holds; None when none can.

        It is an upper estimate only, so it may stand in sums that are bounded from above.
        An `Extra` in a group must be 0 or 1.
        """
        possible = []
        for group in groups:
            if all(self.possible(t) for t in group if isinstance(t, Fact)):
                possible.append(list(group))
        if not possible:
            return None
        some = self.model.new_bool_var("")
        for group in possible:
            literals, coefficients, constant, _, _ = self._collect([(1, t) for t in group])
            total = _weighted_sum([*literals, some], [*coefficients, -1])
            self.model.add(total <= len(group) - 1 - constant)
        now = 0
        if self._known is not None:
            now = int(any(all(map(self._now, group)) for group in possible))
        return Extra(some, 1, now)

    # --- verbs --------------------------------------------------------------------------

    def forbid(
        self,
        facts: Iterable[Fact | Extra],
        *,
        by: Rule,
        amount: int = 1,
        points: int | None = None,
        unit: str | None = None,
    ) -> None:
        """Not all of these facts together.

        Parameters
        ----------
        facts : iterable of Fact or Extra
            On different cells; an `Extra` must be 0 or 1.
        by : Rule
        amount : int
            Amount of violation when all hold.
        points : int, optional
            Points a unit of a soft part; the rule's level decides without it.
        unit : str, optional
        """
        facts = tuple(facts)
        weight = self._weight(by, points)
        if weight is None and self._known is not None and not self.only_forced:
            if all(map(self._now, facts)):
                return
            if any((by.id, f.e) in self.broken for f in facts if isinstance(f, Fact)):
                return
        extras = [f for f in facts if isinstance(f, Extra)]
        if extras:
            rest = [self.variables.resolve(f) for f in facts if not isinstance(f, Extra)]
            if all(constant or literals for constant, literals in rest):
                open_ones = [literals for constant, literals in rest if not constant]
                self._forbid_hard([*([x.var] for x in extras), *open_ones])
            return
        if weight is None and len(facts) == 1 and self.variables.shrink(*facts[0]):
            return
        if len(facts) == 2:
            if weight is None:
                self._bar(*facts)
            else:
                facts = self._not_barred(*facts)
        groups = []
        for fact in facts:
            constant, literals = self.variables.resolve(fact)
            if not constant and not literals:
                return
            if literals:
                groups.append((fact, literals))
        if not groups:
            if weight is None and self._known is not None and not self.offers:
                if any(map(self._held, facts)) or all(map(self._now, facts)):
                    return  # what does not change breaks it, or it is known
            self._never(by, facts, (), 0, 1, weight, amount, unit)
            return
        if weight is None:
            self._forbid_hard([literals for _, literals in groups])
            return
        key = frozenset(fact for fact, _ in groups)
        slack = self._slacks.get(key)
        if slack is None:
            slack = self._slacks[key] = self._slack_of(groups)
        self.terms.append(Term(by.id, unit or by.unit, weight, amount, slack))

    def _slack_of(self, groups: Sequence[tuple[Fact, Sequence[object]]]) -> object:
        """Return a literal that must hold when one literal of every group does."""
        slack = self.model.new_bool_var("")
        flat = [lit for _, literals in groups for lit in literals]
        if all(len(literals) == 1 for _, literals in groups):
            self.model.add_bool_or([~lit for lit in flat] + [slack])
        else:
            self.model.add(sum(flat) - slack <= len(groups) - 1)
        return slack

    def _bar(self, first: Fact, second: Fact) -> None:
        """Remember pairs that a hard clause rules out."""
        cells = first.e, first.d, second.e, second.d
        self._barred.setdefault(cells, []).append((first.codes, second.codes))

    def _not_barred(self, first: Fact, second: Fact) -> tuple[Fact, Fact]:
        """Take out of a soft pair what hard clauses rule out already: it cannot be charged."""
        pairs = self._barred.get((first.e, first.d, second.e, second.d), ())

        def barred(code: str | None) -> frozenset[str | None]:
            return frozenset().union(*(after for before, after in pairs if code in before))

        possible = first.codes & self.variables.domain(first.e, first.d)
        if not possible:
            return first, second
        left = second.codes - frozenset.intersection(*map(barred, possible))
        kept = frozenset(code for code in first.codes if not left <= barred(code))
        return first._replace(codes=kept), second._replace(codes=left)

    def at_most(
        self,
        terms: Iterable[tuple[int, Fact | Extra]],
        limit: int,
        *,
        by: Rule,
        per: int = 1,
        points: int | None = None,
        unit: str | None = None,
    ) -> None:
        """The weighted sum of facts is at most `limit`; amount = ceil(excess / per)."""
        self._bounded(list(terms), limit, -1, by, per, points, unit)

    def at_least(
        self,
        terms: Iterable[tuple[int, Fact | Extra]],
        limit: int,
        *,
        by: Rule,
        per: int = 1,
        points: int | None = None,
        unit: str | None = None,
        if_any: Iterable[Fact] = (),
        shortage: bool = False,
    ) -> Extra | None:
        """The weighted sum of facts is at least `limit`; amount = ceil(lack / per).

        Parameters
        ----------
        terms : iterable of (int, Fact)
        limit : int
        by : Rule
        per : int
        points : int, optional
        unit : str, optional
        if_any : iterable of Fact
            The clause binds only when one of these holds; empty binds always.
        shortage : bool
            The lack is the shortage stage, not a penalty.

        Returns
        -------
        Extra or None
            The lack, exactly, when `shortage` is asked for and the model leaves it open.
        """
        return self._bounded(
            list(terms), limit, 1, by, per, points, unit, tuple(if_any), shortage
        )

    def never(self, by: Rule, when: Iterable[int] = ()) -> None:
        """State one unit of violation that no roster can avoid."""
        when = tuple(when)
        if self._known is not None and self._weight(by, None) is None:
            return  # the roster as it stands has it too
        self._never(by, (), when, 0, 1, self._weight(by, None), 1, None)

    # --- inside -------------------------------------------------------------------------

    def _weight(self, by: Rule, points: int | None) -> int | None:
        """Return the points a unit, or None for a hard clause."""
        if points is not None:
            return points
        return by.weight if by.level is Level.SOFT else None

    def _never(
        self,
        by: Rule,
        facts: Iterable[Fact],
        when: Iterable[int],
        possible: int,
        limit: int,
        weight: int | None,
        amount: int,
        unit: str | None,
    ) -> None:
        """A clause that no roster meets: a constant penalty, or a refusal."""
        if weight is not None:
            self.terms.append(Term(by.id, unit or by.unit, weight, amount, 1))
            return
        who = tuple(sorted({f.e for f in facts}))
        when = tuple(sorted({f.d for f in facts} | set(when)))
        self.refusals.append(Refusal(by, who, when, limit, possible))
        self.model.add_bool_or([])

    def _forbid_hard(self, groups: Sequence[Sequence[object]]) -> None:
        flat = [lit for literals in groups for lit in literals]
        if len(groups) == 1:
            for lit in flat:
                self.model.add_bool_or([~lit])
        elif len(groups) == 2:
            self.model.add_at_most_one(flat)
        elif all(len(literals) == 1 for literals in groups):
            self.model.add_bool_or([~lit for lit in flat])
        else:
            self.model.add(sum(flat) <= len(groups) - 1)

    def _bounded(
        self,
        terms: list[tuple[int, Fact | Extra]],
        limit: int,
        sign: int,
        by: Rule,
        per: int,
        points: int | None,
        unit: str | None,
        if_any: tuple[Fact, ...] = (),
        shortage: bool = False,
    ) -> Extra | None:
        """Add ``sign * sum >= sign * limit``, hard, soft or as shortage."""
        literals, coefficients, constant, most, least = self._collect(terms)
        possible, worst = constant + most, constant + least
        if sign < 0:
            possible, worst = worst, possible
        if sign * (limit - worst) <= 0:
            return None
        condition = self._any(if_any)
        if condition is False:
            return None
        weight = self._weight(by, points)
        as_shortage = shortage and weight is None and not self.all_or_nothing
        if weight is None and self._known is not None and not as_shortage:
            forced = condition is True and sign * (limit - possible) > 0
            held = forced and sign * (limit - self._reach(terms, possible, sign)) <= 0
            if forced and shortage and not self.offers:
                limit = possible  # as few short as can be
            elif forced or not self.only_forced:
                limit = self._no_worse(terms, limit, sign, per, if_any)
                if held and not self.offers:
                    limit = min(limit, possible) if sign > 0 else max(limit, possible)
            if sign * (limit - worst) <= 0:
                return None
        worst_lack = sign * (limit - worst)
        if weight is None and not as_shortage:
            if condition is True and sign * (limit - possible) > 0:
                facts = [f for _, f in terms if isinstance(f, Fact)]
                self._never(by, facts, (), possible, limit, None, 1, unit)
                return None
            slack = None
        else:
            slack = self.model.new_int_var(0, -(-worst_lack // per), "")
            literals, coefficients = [*literals, slack], [*coefficients, sign * per]
        total = _weighted_sum(literals, coefficients)
        if sign > 0:
            added = self.model.add(total >= limit - constant)
        else:
            added = self.model.add(total <= limit - constant)
        if condition is not True:
            added.only_enforce_if(condition)
        if slack is None:
            # Around a roster with faults the shorter clauses could not be told from known ones.
            if sign > 0 and limit > 0 and condition is True and self._known is None:
                places = {thing[1:] for _, thing in terms if isinstance(thing, Fact)}
                if len(places) == 1:
                    self.worked |= places
            return None
        target = self.shortage if as_shortage else self.terms
        target.append(Term(by.id, unit or by.unit, 1 if as_shortage else weight, 1, slack))
        if not shortage:
            return None
        # Exact, so that other clauses may count with it.
        short = self.model.new_bool_var("")
        self.model.add(total <= limit - constant).only_enforce_if(short)
        self.model.add(slack == 0).only_enforce_if(~short)
        return Extra(slack, worst_lack)

    def _held(self, thing: Fact | Extra) -> bool:
        """Tell whether a cell is decided, though its person could work on the day."""
        if not isinstance(thing, Fact):
            return False
        e, d = thing.e, thing.d
        return d < 0 or ((e, d) not in self._opened and self.problem.available(e, d))

    def _reach(self, terms: list[tuple[int, Fact | Extra]], possible: int, sign: int) -> int:
        """Return what the sum could be if decided cells were open."""
        for c, thing in terms:
            if self._held(thing):
                one, _ = self.variables.resolve(thing)
                possible += max(0, c) - c * one if sign > 0 else min(0, c) - c * one
        return possible

    def _no_worse(
        self,
        terms: list[tuple[int, Fact | Extra]],
        limit: int,
        sign: int,
        per: int,
        if_any: tuple[Fact, ...],
    ) -> int:
        """Return the limit that the known roster keeps."""
        lack = sign * (limit - sum(c * self._now(t) for c, t in terms))
        if lack > 0 and (not if_any or any(map(self._now, if_any))):
            limit -= sign * per * -(-lack // per)
        return limit

    def _collect(
        self, terms: list[tuple[int, Fact | Extra]]
    ) -> tuple[list[object], list[int], int, int, int]:
        """Return literals, coefficients, constant, and most and least of the open part."""
        # The same terms are often bounded from both sides, one right after the other.
        last, made = self._collected
        if len(terms) == len(last) and all(map(operator.is_, terms, last)):
            return made
        constant = 0
        literals: list[object] = []
        coefficients: list[int] = []
        # Of the facts on one cell only one can hold.
        most: dict[object, int] = {}
        least: dict[object, int] = {}
        resolve = self.variables.resolve
        for n, (coefficient, thing) in enumerate(terms):
            if isinstance(thing, Extra):
                literals.append(thing.var)
                coefficients.append(coefficient)
                reach, place = coefficient * thing.high, n
            else:
                one, lits = resolve(thing)
                if not lits:
                    constant += coefficient * one
                    continue
                literals.extend(lits)
                coefficients.extend([coefficient] * len(lits))
                reach, place = coefficient, thing[:2]
            side = most if reach > 0 else least
            if abs(reach) > abs(side.get(place, 0)):
                side[place] = reach
        made = literals, coefficients, constant, sum(most.values()), sum(least.values())
        self._collected = terms, made
        return made

    def _any(self, facts: tuple[Fact, ...]) -> object:
        """Return True, False or a literal that is true when one of the facts holds."""
        if not facts:
            return True
        literals: list[object] = []
        for fact in facts:
            one, lits = self.variables.resolve(fact)
            if one:
                return True
            literals.extend(lits)
        if not literals:
            return False
        if len(literals) == 1:
            return literals[0]
        some = self.model.new_bool_var("")
        for lit in literals:
            self.model.add_implication(lit, some)
        return some

    # --- the whole model ----------------------------------------------------------------

    def shortage_expr(self) -> object:
        """Return people short as a linear expression."""
        return _total(self.shortage)

    def points_expr(self, only: Set[str] | None = None) -> object:
        """Return the penalty points, of the named rules or of all, as a linear expression."""
        return _total([t for t in self.terms if only is None or t.rule in only])

    def read(self, value: Mapping | object) -> Roster:
        """Return the roster of a solution; `value` maps a literal to a boolean."""
        rows = []
        for e in range(len(self.problem.employees)):
            row: list[str | None] = []
            for d in range(self.problem.n_days):
                domain = self.variables.domain(e, d)
                if len(domain) == 1:
                    row.append(next(iter(domain)))
                    continue
                literals = self.variables.literals(e, d)
                row.append(next(c for c, lit in literals.items() if value(lit)))
            rows.append(tuple(row))
        return Roster(self.problem, tuple(rows), self.seats.read(value))

    def hint_unbroken(self, rules: Set[str]) -> bool:
        """Offer to the search that nothing of these rules is charged; tell if anything is."""
        terms = [t for t in self.terms if t.rule in rules]
        charged = {
            max(t.var.index, ~t.var.index): t.var for t in terms if not isinstance(t.var, int)
        }
        for var in charged.values():
            self.model.add_hint(var, 0)
        return bool(terms)

    def hint(self, roster: Roster) -> None:
        """Offer a roster to the search as a starting point."""
        self.model.clear_hints()
        for e, row in enumerate(roster.cells):
            for d, code in enumerate(row):
                domain = self.variables.domain(e, d)
                if len(domain) == 1:
                    continue
                literals = self.variables.literals(e, d)
                if len(domain) == 2:
                    if code in literals:
                        self.model.add_hint(literals[code], True)
                    continue
                for c, lit in literals.items():
                    self.model.add_hint(lit, c == code)
        for seat, literals in self.seats.open():
            for e, lit in literals.items():
                self.model.add_hint(lit, roster.holders.get(seat) == e)

    def fix(self, roster: Roster, cells: Iterable[tuple[int, int]] | None = None) -> None:
        """Make the model accept only this roster, in the given cells or in all with posts."""
        if cells is None:
            self.fix_posts(roster)
            cells = (
                (e, d)
                for e in range(len(self.problem.employees))
                for d in range(self.problem.n_days)
            )
        for e, d in cells:
            one, literals = self.variables.resolve(Fact(e, d, frozenset({roster.code(e, d)})))
            if not one:
                self.model.add_bool_or(list(literals))

    def fix_posts(self, roster: Roster) -> None:
        """Make the model accept only who holds the committee posts in this roster."""
        for seat, literals in self.seats.open():
            for e, lit in literals.items():
                self.model.add_bool_or([lit if roster.holders.get(seat) == e else ~lit])


def _weighted_sum(
    literals: Sequence[object], coefficients: Sequence[int]
) -> cp_model.LinearExprT:
    from ortools.sat.python.cp_model import LinearExpr

    return LinearExpr.weighted_sum(literals, coefficients)


def _total(terms: Sequence[Term]) -> object:
    constant = sum(t.weight * t.amount for t in terms if isinstance(t.var, int))
    open_terms = [t for t in terms if not isinstance(t.var, int)]
    return (
        _weighted_sum([t.var for t in open_terms], [t.weight * t.amount for t in open_terms])
        + constant
    )


def build(
    problem: Problem,
    rules: RuleSet,
    *,
    all_or_nothing: bool = False,
    around: Roster | None = None,
    free: frozenset[tuple[int, int]] = frozenset(),
    known: Roster | None = None,
    only_forced: bool = False,
    seats: frozenset[tuple[date, str]] | None = None,
) -> Builder:
    """Build the model of a problem under the rules in force.

    Parameters
    ----------
    problem : Problem
    rules : RuleSet
    all_or_nothing : bool
        Minimum cover is hard; without it a lack is the shortage stage.
    around, free, known, only_forced, seats
        See `Builder`.

    Returns
    -------
    Builder
    """
    builder = Builder(
        problem,
        rules,
        all_or_nothing=all_or_nothing,
        around=around,
        free=free,
        known=known,
        only_forced=only_forced,
        seats=seats,
    )
    # What rules take out of single cells needs no variable, so it comes first.
    for rule in rules.enforced:
        rule.narrow(builder)
    for rule in sorted(rules.enforced, key=lambda r: not r.binds_cells):
        rule.add_to(builder)
    for e in range(len(problem.employees)):
        for d in range(problem.n_days):
            builder.variables.literals(e, d)
    return builder


def admits(rules: RuleSet, around: Roster, e: int, d: int, code: str) -> bool:
    """Tell whether a person could have a duty on a day, all else as it stands.

    Clauses that the roster breaks already are none of the duty's doing.

    Parameters
    ----------
    rules : RuleSet
        Those that bind one person.
    around : Roster
        The person is off on day `d`.
    e, d : int
    code : str
    """
    row = Swap(id="", applicant="", partner="", day=around.problem.date_of(d))
    side = Side(e, None, Leg(e, e, d, code, row), row.day)
    builder = Builder(
        around.problem, rules, all_or_nothing=True, around=around, asked=[("", side)]
    )
    for rule in rules.hard:
        rule.add_to(builder)
    builder._tie()
    builder.model.add(builder.offers[0].taken.var == 1)
    from ortools.sat.python import cp_model

    status = run_solver(cp_model.CpSolver(), builder.model)
    return status in (cp_model.OPTIMAL, cp_model.FEASIBLE)


def build_exchanges(
    rules: RuleSet,
    around: Roster,
    asked: Iterable[tuple[object, Side]],
    in_force: Sequence[Exchange] = (),
    *,
    broken: frozenset[tuple[str, int]] = frozenset(),
) -> Builder:
    """Build the model of which exchanges can be taken together.

    The literals of the touched cells are sums of the offers' literals; the rules of swaps,
    and through ``swap_keeps_roster`` those of the roster, state themselves as ever.

    Parameters
    ----------
    rules : RuleSet
    around : Roster
        As it stands, approved exchanges carried out.
    asked, in_force, broken
        See `Builder`.

    Returns
    -------
    Builder
    """
    builder = Builder(
        around.problem,
        rules,
        all_or_nothing=True,
        around=around,
        asked=asked,
        in_force=in_force,
        broken=broken,
    )
    for rule in rules.at_desk("swap"):
        if rule.level is Level.HARD:
            rule.add_to(builder)
    builder._tie()
    return builder


def build_leaves(
    rules: RuleSet,
    around: Roster,
    leaves: Iterable[LeaveRequest],
    stand_ins: Iterable[tuple[LeaveRequest, Side]] = (),
    in_force: Sequence[Exchange] = (),
    *,
    broken: frozenset[tuple[str, int]] = frozenset(),
) -> Builder:
    """Build the model of which leaves can be granted together.

    Parameters
    ----------
    rules : RuleSet
    around : Roster
        As it stands, approved exchanges carried out.
    leaves : iterable of LeaveRequest
    stand_ins : iterable of (LeaveRequest, Side)
        What the stand-in named in a leave would take over, all of it or nothing. Granting
        the leave and handing it over are two literals: whether one needs the other is for
        the rules to say.
    in_force, broken
        See `Builder`.

    Returns
    -------
    Builder
    """
    builder = Builder(
        around.problem,
        rules,
        all_or_nothing=True,
        around=around,
        asked=stand_ins,
        in_force=in_force,
        leaves=leaves,
        broken=broken,
    )
    handed = {offer.key: offer.taken.var for offer in builder.offers}
    for request, taken in builder.leaves:
        if request in handed:
            builder.model.add_implication(handed[request], taken.var)
    for rule in rules.at_desk("leave"):
        if rule.level is Level.HARD:
            rule.add_to(builder)
    builder._tie()
    return builder
