"""Counting: the linear relaxation of the clauses.

More work than hours, more seats than heads: what fails by counting is refuted by a linear
program at once, where a search may look for hours, and the multipliers of the refutation
name the clauses that take part. A relaxation admits more than the clauses do, so what it
refutes is infeasible; what it does not refute is open. Nothing is believed for a rounded
number: the multipliers are made whole, and the sum of the clauses is checked in integers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from ortools.linear_solver import pywraplp

from roster.explain.clauses import Clause, Derived, Seat
from roster.model import OFF, Fact
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


class Totals(NamedTuple):
    """Limits, what is needed of them together at the least, and what they allow."""

    limits: tuple[Clause, ...]
    needed: int
    possible: int


class Linear:
    """The relaxation of some clauses, each of which can be switched off.

    Parameters
    ----------
    problem : Problem
    clauses : iterable of Clause
        Those that cannot be put in linear terms are left out.
    """

    def __init__(self, problem: Problem, clauses: Iterable[Clause]) -> None:
        self._problem = problem
        self._codes = frozenset(problem.shift_by_code) | OFF
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        self._no_end = self._solver.infinity()
        self._cells: dict[tuple[int, int], dict[str | None, pywraplp.Variable]] = {}
        self._made: dict[Derived, pywraplp.Variable | None] = {}
        self._seats: dict[Seat, pywraplp.Variable] = {}
        self._rows: list[_Row] = []
        self._open: set[int] = set()  # numbers without an upper bound
        self._barred: dict[Clause, list[pywraplp.Variable]] = {}
        self._off: set[Clause] = set()
        self._objective = self._solver.Objective()
        self._objective.SetMinimization()
        self.clauses: set[Clause] = set()
        self._caps: dict[Clause, int] = {}
        self._heavy: set[int] = set()
        self._over = 0
        self._add_all(list(clauses))

    # --- building ------------------------------------------------------------------------

    def _cell(self, e: int, d: int) -> dict[str | None, pywraplp.Variable]:
        cell = self._cells.get((e, d))
        if cell is None:
            cell = {c: self._solver.NumVar(0, 1, "") for c in self._codes}
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
        self._rows.append(_Row(row, held, bound, frozenset(needs)))
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

    def refuted(self, clauses: Collection[Clause], seconds: float = 5.0) -> bool:
        """Tell whether the clauses fail by counting; False when that is open."""
        wanted = set(clauses)
        off = self.clauses - wanted
        for row, _, bound, needs in self._rows:
            dark = not needs.isdisjoint(off)
            if dark != (not needs.isdisjoint(self._off)):
                row.SetLb(-self._no_end if dark else bound)
        self._off = off
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

    def needed(self, clauses: Collection[Clause], steps: Mapping[Clause, int]) -> int | None:
        """Return how many steps the limits must move at the least; None: no number does.

        Parameters
        ----------
        clauses : collection of Clause
        steps : mapping of Clause to int
            By how much one step moves the limit of a clause.
        """
        self.refuted(clauses)
        times = self._solver.NumVar(0, self._no_end, "")
        for row, _, _, needs in self._rows:
            if len(needs) == 1:
                (c,) = needs
                sign = 1 if c.verb == "at_least" else -1
                if steps.get(c):
                    row.SetCoefficient(times, -sign * steps[c])
        self._objective.SetCoefficient(times, _CHEAP)
        solved = self._solver.Solve() == pywraplp.Solver.OPTIMAL
        value = times.solution_value()
        short = self._objective.Value() - _CHEAP * value
        times.SetUb(0)
        if not solved or short > _ZERO * 100:
            return None
        return max(1, math.ceil(value - 1e-6))

    def _checked(self, scale: float) -> bool:
        """Add up the rows in whole numbers: can the sum never be reached?"""
        total: dict[int, int] = defaultdict(int)
        bound = 0
        caps: dict[Clause, int] = {}
        heavy: set[int] = set()
        for row, coefficients, least, needs in self._rows:
            times = round(scale * row.dual_value())
            if times <= 0 or not needs.isdisjoint(self._off):
                continue
            bound += times * least
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

    def totals(self) -> Totals | None:
        """Return what the last refutation adds up to; None where that is no plain sum.

        Plain is the sum of the limits of one rule, each counted once: what all the rest asks
        of them at the least is more than that.
        """
        if not self._caps or len({c.rule for c in self._caps}) != 1:
            return None
        weight = max(
            row.dual_value()
            for row, _, _, needs in self._rows
            if needs and needs <= set(self._caps)
        )
        best = None
        for times in _WHOLE:  # where these are the limits' weights the others' are whole, too
            if not self._checked(times / weight) or set(self._caps.values()) != {times}:
                continue
            possible = sum(c.limit for c in self._caps)
            needed = possible + math.ceil(self._over / times)
            if best is None or needed > best.needed:
                best = Totals(tuple(self._caps), needed, possible)
        return best

    def cells(self) -> set[Clause]:
        """Return the clauses of single cells that the last refutation needs."""
        return {
            c for c, held in self._barred.items() if any(v.index() in self._heavy for v in held)
        }

    def blamed(self) -> set[Clause]:
        """Return the sums that the last refutation needs; cells are not told apart."""
        found: set[Clause] = set()
        for row, _, _, needs in self._rows:
            if row.dual_value() > _ZERO:
                found |= needs
        return found
