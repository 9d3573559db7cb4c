"""Counting: the linear relaxation of the clauses.

More work than hours, more seats than heads: what fails by counting is refuted by a linear
program at once, where a search may look for hours, and the multipliers of the refutation
name the clauses that take part. A relaxation admits more than the clauses do, so what it
refutes is infeasible; what it does not refute is open. Nothing is believed for a rounded
number: the multipliers are made whole, and the sum of the clauses is checked in integers.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from ortools.linear_solver import pywraplp

from roster.explain.clauses import Clause, Derived, Seat
from roster.model import NOTHING, OFF, Fact
from roster.problem import Problem

_ZERO = 1e-7
_CHEAP = 1e-6
"""Cost of a step beside that of falling short."""
_WHOLE = (1, 60, 1000)
_SCALES = (10**3, 10**6, 10**9)


class _Row(NamedTuple):
    """``sum of coefficients >= bound``, of the clauses in `needs`; empty: a definition."""

    row: pywraplp.Constraint
    coefficients: dict[int, int]
    bound: int
    needs: frozenset[Clause]
    unit: int
    """What every coefficient is a multiple of; so is the sum, which is a whole number."""

    def least(self, moved: int = 0) -> int:
        """Return the bound, moved, in whole units."""
        return -(-(self.bound + moved) // self.unit) * self.unit


class Totals(NamedTuple):
    """Limits, what is needed of them together at the least, and what they allow.

    Attributes
    ----------
    limits : tuple of Clause
    each : tuple of int
        What each limit allows: where only whole duties fit, less than it says.
    needed, possible : int
    """

    limits: tuple[Clause, ...]
    each: tuple[int, ...]
    needed: int
    possible: int


class Linear:
    """The relaxation of some clauses, each of which can be switched off.

    Parameters
    ----------
    problem : Problem
    clauses : iterable of Clause
        Those that cannot be put in linear terms are left out.

    Attributes
    ----------
    given : frozenset of Clause
        All that it was given.
    clauses : set of Clause
        Those that are in it.
    """

    def __init__(self, problem: Problem, clauses: Iterable[Clause]) -> None:
        self._problem = problem
        self._codes = frozenset(problem.shift_by_code) | OFF
        # In the same order every time, and the same answer.
        self._sorted = sorted(self._codes, key=lambda c: (c is not None, c))
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        self._no_end = self._solver.infinity()
        self._cells: dict[tuple[int, int], dict[str | None, pywraplp.Variable]] = {}
        self._made: dict[Derived, pywraplp.Variable | None] = {}
        self._seats: dict[Seat, pywraplp.Variable] = {}
        self._rows: list[_Row] = []
        self._open: set[int] = set()  # numbers without an upper bound
        self._barred: dict[Clause, list[pywraplp.Variable]] = {}
        self._off: set[Clause] = set()
        self._moved: Mapping[Clause, int] = NOTHING
        self._objective = self._solver.Objective()
        self._objective.SetMinimization()
        self.clauses: set[Clause] = set()
        self._caps: dict[Clause, int] = {}
        self._heavy: set[int] = set()
        self._over = 0
        clauses = list(dict.fromkeys(clauses))
        self.given = frozenset(clauses)
        self._add_all(clauses)

    # --- building ------------------------------------------------------------------------

    def _cell(self, e: int, d: int) -> dict[str | None, pywraplp.Variable]:
        cell = self._cells.get((e, d))
        if cell is None:
            cell = {c: self._solver.NumVar(0, 1, "") for c in self._sorted}
            row = self._solver.Constraint(1, 1)
            for var in cell.values():
                row.SetCoefficient(var, 1)
            self._cells[e, d] = cell
        return cell

    def _expr(self, terms: Iterable, sign: int = 1) -> tuple[dict, int] | None:
        """Return coefficients by variable and the constant; None: not linear."""
        out: dict[pywraplp.Variable, int] = defaultdict(int)
        constant = 0
        for coefficient, thing in terms:
            coefficient *= sign
            if isinstance(thing, Derived):
                var = self._derive(thing)
                if var is None:
                    return None
                out[var] += coefficient
            elif thing.d < 0:
                held = self._problem.history_by_cell.get((thing.e, thing.d))
                constant += coefficient * (held in thing.codes)
            else:
                cell = self._cell(thing.e, thing.d)
                if 2 * len(thing.codes) > len(cell):
                    constant += coefficient
                    for code in self._codes - thing.codes:
                        out[cell[code]] -= coefficient
                else:
                    for code in thing.codes & self._codes:
                        out[cell[code]] += coefficient
        return out, constant

    def _row(self, terms: Iterable, least: int, needs: Iterable[Clause], sign: int) -> bool:
        """Add ``sign * sum >= sign * least``; with a slack, for clauses are behind it."""
        made = self._expr(terms, sign)
        if made is None:
            return False
        expr, constant = made
        row = self._put(expr, sign * least - constant, needs)
        slack = self._solver.NumVar(0, self._no_end, "")
        row.SetCoefficient(slack, max(map(abs, expr.values()), default=1))
        self._objective.SetCoefficient(slack, 1)
        return True

    def _put(self, expr: dict, bound: int, needs: Iterable[Clause] = ()):
        row = self._solver.Constraint(bound, self._no_end)
        for var, coefficient in expr.items():
            row.SetCoefficient(var, coefficient)
        held = {var.index(): coefficient for var, coefficient in expr.items()}
        made = _Row(row, held, bound, frozenset(needs), math.gcd(*held.values()) or 1)
        row.SetLb(made.least())
        self._rows.append(made)
        return row

    def _derive(self, thing: Derived) -> pywraplp.Variable | None:
        if thing not in self._made:
            self._made[thing] = self._new(thing)
        return self._made[thing]

    def _new(self, thing: Derived) -> pywraplp.Variable | None:
        match thing.verb:
            case "holds":
                (seat,) = thing.given
                key = seat
                if key not in self._seats:
                    self._seats[key] = self._solver.NumVar(0, 1, "")
                return self._seats[key]
            case "either":
                var = self._solver.NumVar(0, 1, "")
                for fact in thing.given:
                    self._tie(var, [(1, fact)])
                return var
            case "may":
                var = self._solver.NumVar(0, 1, "")
                self._tie(var, [(1, thing.given[0])], most=True)
                return var
            case "excess":
                terms, limit = thing.given
                var = self._solver.NumVar(0, self._no_end, "")
                self._open.add(var.index())
                self._tie(var, terms, less=limit)
                return var
        return None

    def _tie(self, var, terms, less: int = 0, most: bool = False) -> None:
        """Add ``var >= sum - less``, or with `most` ``var <= sum``."""
        expr, constant = self._expr(terms)
        sign = -1 if most else 1
        tie = {other: -sign * coefficient for other, coefficient in expr.items()}
        self._put({**tie, var: sign}, sign * (constant - less))

    def _add_all(self, clauses: list[Clause]) -> None:
        asked: dict[tuple, list[tuple[frozenset[int], Clause]]] = defaultdict(list)
        for c in clauses:
            if c.verb == "at_least" and not c.if_any and c.limit > 0:
                places = {t[1:] for _, t in c.terms if isinstance(t, Fact)}
                if len(places) == 1:
                    asked[places.pop()].append((c.who, c))
        for c in clauses:
            if self._add(c, asked):
                self.clauses.add(c)
        # A post is held by one person.
        by_seat: dict[tuple, list] = defaultdict(list)
        for seat, var in self._seats.items():
            by_seat[seat.monday, seat.post].append(var)
        for held in by_seat.values():
            self._put(dict.fromkeys(held, -1), -1)

    def _add(self, c: Clause, asked: dict) -> bool:
        if c.is_cell:
            fact = c.terms[0][1]
            cell = self._cell(fact.e, fact.d)
            self._barred[c] = [cell[code] for code in fact.codes & self._codes]
            return True
        if c.verb == "never":
            return False
        if c.verb != "at_least":
            return self._row(c.terms, c.limit, [c], -1)
        if not c.if_any:
            return self._row(c.terms, c.limit, [c], 1)
        for fact in c.if_any:
            if not self._row([*c.terms, (-c.limit, fact)], 0, [c], 1):
                return False
        for place in {f[1:] for f in c.if_any}:
            people = c.who if c.limit == 1 else {f.e for f in c.if_any}
            for who, other in asked.get(place, ()):
                if who <= people:
                    self._row(c.terms, c.limit, [c, other], 1)
        return True

    # --- asking --------------------------------------------------------------------------

    def refuted(
        self,
        clauses: Collection[Clause],
        seconds: float = 5.0,
        moved: Mapping[Clause, int] = NOTHING,
    ) -> bool:
        """Tell whether the clauses fail by counting; False when that is open.

        Parameters
        ----------
        clauses : collection of Clause
        seconds : float
        moved : mapping of Clause to int
            By how much the limit of a clause is moved.
        """
        wanted = set(clauses)
        off = self.clauses - wanted
        for made in self._rows:
            dark = not made.needs.isdisjoint(off)
            before, after = _shift(made, self._moved), _shift(made, moved)
            if dark != (not made.needs.isdisjoint(self._off)) or before != after:
                made.row.SetLb(-self._no_end if dark else made.least(after))
        self._off, self._moved = off, moved
        self._closed = {
            v.index() for c, held in self._barred.items() if c in wanted for v in held
        }
        for held in self._barred.values():
            for var in held:
                var.SetUb(0 if var.index() in self._closed else 1)
        self._solver.SetTimeLimit(int(1000 * max(0.05, seconds)))
        if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
            return False
        return self._objective.Value() > _ZERO and any(map(self._checked, _SCALES))

    def needed(
        self,
        clauses: Collection[Clause],
        steps: Mapping[Clause, int],
        most: int,
        seconds: float = 5.0,
    ) -> int | None:
        """Return how many steps the limits must move at the least; None: no number does.

        Parameters
        ----------
        clauses : collection of Clause
        steps : mapping of Clause to int
            By how much one step moves the limit of a clause.
        most : int
            The most steps.
        seconds : float
        """
        until = time.monotonic() + seconds
        self.refuted(clauses, seconds)
        # The limits as they are, not in whole duties: a step may be less than one.
        times = self._solver.NumVar(0, self._no_end, "")
        stepped = [(made, step) for made in self._rows if (step := -_shift(made, steps))]
        for made, step in stepped:
            made.row.SetCoefficient(times, step)
            if made.needs.isdisjoint(self._off):
                made.row.SetLb(made.bound)
        self._objective.SetCoefficient(times, _CHEAP)
        self._solver.SetTimeLimit(int(1000 * max(0.05, until - time.monotonic())))
        solved = self._solver.Solve() == pywraplp.Solver.OPTIMAL
        value = times.solution_value()
        short = self._objective.Value() - _CHEAP * value
        times.SetUb(0)
        for made, _ in stepped:
            if made.needs.isdisjoint(self._off):
                made.row.SetLb(made.least())
        if not solved or short > _ZERO * 100:
            return None
        n = max(1, math.ceil(value - 1e-6))
        while n <= most and time.monotonic() < until:
            moved = {c: n * step for c, step in steps.items()}
            if not self.refuted(clauses, until - time.monotonic(), moved):
                return n
            # The next number that makes room for one more duty somewhere.
            n = min(
                max(n + 1, -(-(made.bound - made.least(-n * step) + made.unit) // step))
                for made, step in stepped
                if step > 0
            )
        return None

    def _checked(self, scale: float) -> bool:
        """Add up the rows in whole numbers: can the sum never be reached?"""
        total: dict[int, int] = defaultdict(int)
        bound = 0
        caps: dict[Clause, int] = {}
        heavy: set[int] = set()
        for made in self._rows:
            coefficients, needs = made.coefficients, made.needs
            times = round(scale * made.row.dual_value())
            if times <= 0 or not needs.isdisjoint(self._off):
                continue
            bound += times * made.least(_shift(made, self._moved))
            for c in needs:
                if c.verb == "at_most" and len(needs) == 1:
                    caps[c] = caps.get(c, 0) + times
            for var, coefficient in coefficients.items():
                total[var] += times * coefficient
        most = 0
        for cell in self._cells.values():
            # A cell holds one code.
            here = {v.index(): total.pop(v.index(), 0) for v in cell.values()}
            highest = max((x for v, x in here.items() if v not in self._closed), default=0)
            heavy.update(v for v, x in here.items() if x > highest)
            most += highest
        if any(x > 0 and var in self._open for var, x in total.items()):
            return False
        most += sum(x for x in total.values() if x > 0)
        self._caps, self._heavy, self._over = caps, heavy, bound - most
        return most < bound

    def totals(self, of: Clause | None = None) -> Totals | None:
        """Return what the last refutation adds up to; None where that is no plain sum.

        Plain is the sum of the limits of one rule, each counted once: what all the rest asks
        of them at the least is more than that.

        Parameters
        ----------
        of : Clause, optional
            This limit, and no other.
        """
        limits = [c for c in self._caps if of is None or c == of]
        if len({c.rule for c in limits}) != 1:
            return None
        rows = {c: made for made in self._rows if len(made.needs) == 1 for c in made.needs}
        weight = max(rows[c].row.dual_value() for c in limits)
        best = None
        for times in _WHOLE:  # where these are the limits' weights the others' are whole, too
            checked = self._checked(times / weight)
            if not checked or {self._caps.get(c) for c in limits} != {times}:
                continue
            each = [self.allows(c) for c in limits]
            needed = sum(each) + math.ceil(self._over / times)
            if best is None or needed > best.needed:
                best = Totals(tuple(limits), tuple(each), needed, sum(each))
        return best

    def allows(self, limit: Clause) -> int:
        """Return what a limit from above allows in whole units of what it counts."""
        made = next(x for x in self._rows if x.needs == {limit})
        return limit.limit - (made.least() - made.bound)

    def cells(self) -> set[Clause]:
        """Return the clauses of single cells that the last refutation needs."""
        return {
            c for c, held in self._barred.items() if any(v.index() in self._heavy for v in held)
        }

    def blamed(self) -> set[Clause]:
        """Return the sums that the last refutation needs; cells are not told apart."""
        found: set[Clause] = set()
        for made in self._rows:
            if made.row.dual_value() > _ZERO:
                found |= made.needs
        return found


def _shift(made: _Row, moved: Mapping[Clause, int]) -> int:
    """Return by how much the bound of a row moves with the limit of its clause."""
    if len(made.needs) != 1 or not moved:
        return 0
    (c,) = made.needs
    if c.if_any:
        return 0  # its limit stands among the coefficients
    return moved.get(c, 0) if c.verb == "at_least" else -moved.get(c, 0)
