"""The model of a month as rows of numbers, and which of them bind one person only.

Rules state themselves once, through the builder; here the finished model is read back as
linear rows over its variables and taken apart. What touches the cells of one person makes that
person's block; what is left, cover above all, links the blocks. From the same rows come the
small models that the search solves again and again: a block with prices in place of the links,
or a neighbourhood in which everything else keeps its value. Nobody states a rule twice, and a
small model costs no walk through the rules.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

from ortools.sat.python import cp_model

from roster.model import Builder, Term
from roster.plan import Roster

SHORTAGE = 1_000_000
"""A person short weighs more than any points that one neighbourhood can win."""

FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)
_FAR = 1 << 62


class Row(NamedTuple):
    """``low <= sum(coefficients * variables) <= high``, when all of `when` is true.

    `low` and `high` are None where there is no such bound. `when` holds literals as the solver
    numbers them: variable i, or its negation as ``-i - 1``.
    """

    variables: Sequence[int]
    coefficients: Sequence[int]
    low: int | None
    high: int | None
    when: tuple[int, ...] = ()


class Solution(NamedTuple):
    """The value of every variable, and with them the left side of every row, conditions apart.

    The sums save walking through the long rows of a long horizon for a few open cells.
    """

    values: list[int]
    sums: list[int]


class Blocks:
    """The rows of a model, and whom they bind.

    Parameters
    ----------
    builder : Builder
        With the whole horizon open; its model is only read.

    Attributes
    ----------
    low, high : list of int
        Bounds of each variable.
    cost : list of int
        Points that each variable costs a unit; `constant` comes on top.
    goal : list of int
        The same with people short, who cost more than any points: what is minimized.
    rows : list of Row
    rows_of : list of array of int
        The rows that each variable is in, as a term or a condition.
    owner : list of int
        The person in whose block a variable is; -1 where it is in none.
    cell : dict of int to (int, int)
        Person and day of a variable that says what a cell holds.
    of, own : list of list of int
        The variables and the rows of each person's block.
    links : list of int
        The rows that are in no block.
    """

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.problem = builder.problem
        proto = builder.model.proto
        ends = [_ends(v.domain) for v in proto.variables]
        self.low = [low for low, _ in ends]
        self.high = [high for _, high in ends]
        self.constant = 0
        self.cost = self._costs(builder.terms)
        points = self.constant
        short = self._costs(builder.shortage)
        self.constant = points
        self._costly = [(v, c) for v, c in enumerate(self.cost) if c]
        self.goal = [c + SHORTAGE * s for c, s in zip(self.cost, short)]
        self.cell = self._cells()
        self.rows: list[Row] = []
        for constraint in proto.constraints:
            self.rows += self._read(constraint)
        self.rows_of = [array("i") for _ in ends]
        self._in_row = [array("q") for _ in ends]
        self._loose: list[tuple[int, ...]] = []
        for r, row in enumerate(self.rows):
            when = tuple(map(_index, row.when))
            for v, c in (*zip(row.variables, row.coefficients), *((v, 0) for v in when)):
                self.rows_of[v].append(r)
                self._in_row[v].append(c)
            self._loose.append(tuple(v for v in (*row.variables, *when) if v not in self.cell))
        self._divide()

    def _costs(self, terms: Iterable[Term]) -> list[int]:
        """Return what each variable costs by these terms; count the rest as constant."""
        out = [0] * len(self.low)
        for term in terms:
            amount = term.weight * term.amount
            if isinstance(term.var, int):
                self.constant += amount * term.var
            elif term.var.index < 0:
                self.constant += amount
                out[-term.var.index - 1] -= amount
            else:
                out[term.var.index] += amount
        return out

    def _cells(self) -> dict[int, tuple[int, int]]:
        out = {}
        variables = self.builder.variables
        for e in range(len(self.problem.employees)):
            for d in range(self.problem.n_days):
                for literal in variables.literals(e, d).values():
                    out[_index(literal.index)] = (e, d)
        return out

    # --- reading ------------------------------------------------------------------------

    def _read(self, constraint: object) -> Iterable[Row]:
        """Yield the rows of one constraint of the model."""
        when = tuple(constraint.enforcement_literal)
        if constraint.has_linear():
            linear = constraint.linear
            low, high = _ends(linear.domain)
            yield self._row(
                zip(linear.vars, linear.coeffs),
                low if low > -_FAR else None,
                high if high < _FAR else None,
                when,
            )
        elif constraint.has_bool_or():
            literals = [*constraint.bool_or.literals, *(-x - 1 for x in when)]
            yield self._row(((x, 1) for x in literals), 1, None)
        elif constraint.has_bool_and():
            for literal in constraint.bool_and.literals:
                literals = [literal, *(-x - 1 for x in when)]
                yield self._row(((x, 1) for x in literals), 1, None)
        elif constraint.has_at_most_one():
            yield self._row(((x, 1) for x in constraint.at_most_one.literals), None, 1)
        elif constraint.has_exactly_one():
            yield self._row(((x, 1) for x in constraint.exactly_one.literals), 1, 1)
        else:
            raise TypeError(f"a kind of constraint without rows: {constraint}")

    @staticmethod
    def _row(
        terms: Iterable[tuple[int, int]],
        low: int | None,
        high: int | None,
        when: tuple[int, ...] = (),
    ) -> Row:
        total: dict[int, int] = {}
        constant = 0
        for literal, coefficient in terms:
            if literal < 0:
                constant += coefficient
                literal, coefficient = -literal - 1, -coefficient
            total[literal] = total.get(literal, 0) + coefficient
        return Row(
            array("i", total),
            array("q", total.values()),
            None if low is None else low - constant,
            None if high is None else high - constant,
            when,
        )

    # --- taking apart -------------------------------------------------------------------

    def _divide(self) -> None:
        """Find the block of every row and variable.

        A row that touches the cells of one person pulls the variables that are no cells into
        that person's block. A row without cells joins what it touches, as long as that is at
        most one person; else it links.
        """
        parent = list(range(len(self.low)))
        person = [-1] * len(self.low)

        def root(v: int) -> int:
            while parent[v] != v:
                parent[v] = parent[parent[v]]
                v = parent[v]
            return v

        several = -2
        later: list[list[int]] = []
        for row in self.rows:
            people, others = set(), []
            for v in (*row.variables, *map(_index, row.when)):
                place = self.cell.get(v)
                if place is None:
                    others.append(v)
                else:
                    people.add(place[0])
            if len(people) == 1:
                (e,) = people
                self._join(root, parent, person, others, e, several)
            elif not people:
                later.append(others)
        for others in later:
            known = {person[root(v)] for v in others} - {-1}
            if len(known) <= 1 and several not in known:
                self._join(root, parent, person, others, known.pop() if known else -1, several)
        self.owner = [
            self.cell[v][0] if v in self.cell else max(-1, person[root(v)])
            for v in range(len(self.low))
        ]
        self.of: list[list[int]] = [[] for _ in self.problem.employees]
        for v, e in enumerate(self.owner):
            if e >= 0:
                self.of[e].append(v)
        self.own: list[list[int]] = [[] for _ in self.problem.employees]
        self.links: list[int] = []
        for r, row in enumerate(self.rows):
            owners = {self.owner[v] for v in (*row.variables, *map(_index, row.when))}
            if len(owners) == 1 and -1 not in owners:
                self.own[owners.pop()].append(r)
            else:
                self.links.append(r)

    @staticmethod
    def _join(root, parent, person, others, e, several) -> None:
        if not others:
            return
        first = root(others[0])
        for v in others[1:]:
            other = root(v)
            if other != first:
                parent[other] = first
                if person[first] == -1:
                    person[first] = person[other]
                elif person[other] not in (-1, person[first]):
                    person[first] = several
        if e >= 0:
            person[first] = e if person[first] in (-1, e) else several

    # --- small models -------------------------------------------------------------------

    def block(self, e: int) -> Part:
        """Return the model of one person, everything open, without the links."""
        return Part(self, self.of[e], [self.rows[r] for r in self.own[e]])

    def solution(self, values: Sequence[int]) -> Solution:
        """Return values with the sums of all rows."""
        values = list(values)
        sums = [
            sum(c * values[v] for v, c in zip(r.variables, r.coefficients)) for r in self.rows
        ]
        return Solution(values, sums)

    def changed(self, solution: Solution, found: Iterable[tuple[int, int]]) -> Solution:
        """Return a solution in which some variables have other values."""
        values, sums = list(solution.values), list(solution.sums)
        for v, x in found:
            step = x - values[v]
            if step:
                values[v] = x
                for r, c in zip(self.rows_of[v], self._in_row[v]):
                    sums[r] += c * step
        return Solution(values, sums)

    def allows(self, solution: Solution, found: Sequence[tuple[int, int]]) -> bool:
        """Tell whether some variables may have other values and all others stay."""
        new = self.changed(solution, found)
        touched = {r for v, _ in found for r in self.rows_of[v]}
        return all(_kept(self.rows[r], new.sums[r], new.values) for r in touched)

    def neighbourhood(
        self,
        cells: Iterable[tuple[int, int]],
        solution: Solution,
        more: Iterable[Row] = (),
        closed: Collection[int] = (),
    ) -> Part:
        """Return the model in which these cells are open and all others keep their value.

        What is counted from open cells is open too, and so on from there.

        Parameters
        ----------
        cells : iterable of (int, int)
        solution : Solution
        more : iterable of Row
            Rows that hold besides.
        closed : set of int
            Variables that stay zero where they are.
        """
        lit = self.builder.variables.literals
        free = dict.fromkeys(_index(x.index) for place in cells for x in lit(*place).values())
        queue = list(free)
        terms: dict[int, tuple[list[int], list[int]]] = {}
        for v in queue:  # which grows on the way
            for r, c in zip(self.rows_of[v], self._in_row[v]):
                if r not in terms:
                    terms[r] = [], []
                    for other in self._loose[r]:
                        if other not in free:
                            free[other] = None
                            queue.append(other)
                if c:
                    terms[r][0].append(v)
                    terms[r][1].append(c)
        values, sums = solution
        rows = [
            _opened(self.rows[r], *of_row, sums[r], free, values) for r, of_row in terms.items()
        ]
        rows += [substitute(row, free, values) for row in more]
        kept = [row for row in rows if row is not None]
        return Part(self, list(free), kept, {v for v in free if v in closed and not values[v]})

    def months(
        self,
        people: Collection[int],
        values: Sequence[int],
        more: Iterable[Row] = (),
        closed: Collection[int] = (),
    ) -> Part:
        """Return the model in which these people's months are open, and what is nobody's.

        Parameters
        ----------
        people : collection of int
        values : sequence of int
            Of every variable; those of the other people count; they need not be a solution yet.
        more, closed
            See `neighbourhood`.
        """
        free = {v: None for v, e in enumerate(self.owner) if e == -1 or e in people}
        rows = (substitute(row, free, values) for row in (*self.rows, *more))
        return Part(self, list(free), [row for row in rows if row is not None], closed)

    def holds(self, values: Sequence[int]) -> bool:
        """Tell whether values keep every row."""
        return all(map(_kept, self.rows, self.solution(values).sums, repeat(values)))

    # --- rosters ------------------------------------------------------------------------

    def values_of(self, roster: Roster, seconds: float = 60.0) -> list[int] | None:
        """Return the value of every variable in the best solution with this roster.

        None when the roster breaks a hard row.

        Raises
        ------
        TimeoutError
            When that is not known in time.
        """
        fixed: dict[int, int] = {}
        for (e, d), literals in self._literals():
            code = roster.code(e, d)
            if code not in literals and code not in self.builder.variables.domain(e, d):
                return None
            for c, literal in literals.items():
                index = literal.index
                fixed[_index(index)] = int((c == code) == (index >= 0))
        for seat, literals in self.builder.seats.open():
            for e, literal in literals.items():
                fixed[literal.index] = int(roster.holders.get(seat) == e)
        values = [fixed.get(v, 0) for v in range(len(self.low))]
        free = {v: None for v in range(len(self.low)) if v not in fixed}
        kept = [x for x in (substitute(r, free, values) for r in self.rows) if x is not None]
        part = Part(self, list(free), kept)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = seconds
        status = solver.solve(part.model)
        if status == cp_model.UNKNOWN:
            raise TimeoutError("the counts of a roster were not found in time")
        if status not in FOUND:
            return None
        for v, value in part.values(solver):
            values[v] = value
        return values

    def _literals(self) -> Iterable[tuple[tuple[int, int], Mapping[str | None, object]]]:
        for e in range(len(self.problem.employees)):
            for d in range(self.problem.n_days):
                yield (e, d), self.builder.variables.literals(e, d)

    def roster(self, values: Sequence[int]) -> Roster:
        """Return the roster of a solution."""
        return self.builder.read(
            lambda x: bool(values[x.index] if x.index >= 0 else 1 - values[-x.index - 1])
        )

    def points(self, values: Sequence[int]) -> int:
        """Return the points of a solution."""
        return self.constant + sum(c * values[v] for v, c in self._costly)


class Part:
    """A model of some of the variables, to be solved with one objective or another.

    Parameters
    ----------
    blocks : Blocks
    variables : list of int
    rows : iterable of Row
        They speak of these variables only.
    closed : set of int
        Variables that are zero.
    """

    def __init__(
        self,
        blocks: Blocks,
        variables: list[int],
        rows: Iterable[Row],
        closed: Collection[int] = (),
    ) -> None:
        self.variables = variables
        self.model = cp_model.CpModel()
        proto = self.model.proto
        place = self.place = {v: i for i, v in enumerate(variables)}
        low, high = blocks.low, blocks.high
        for v in variables:
            proto.variables.add().domain.extend((0, 0) if v in closed else (low[v], high[v]))
        for row in rows:
            _emit(proto, row, place, low, high)
        self.minimize([blocks.goal[v] for v in variables])

    def minimize(self, costs: Sequence[int]) -> None:
        """Set the objective: one whole number for each variable."""
        proto = self.model.proto
        proto.clear_objective()
        used = [(i, c) for i, c in enumerate(costs) if c]
        proto.objective.vars.extend([i for i, _ in used])
        proto.objective.coeffs.extend([c for _, c in used])

    def hint(self, values: Sequence[int]) -> None:
        """Offer a solution, given as the value of every variable of the whole model."""
        proto = self.model.proto
        proto.clear_solution_hint()
        proto.solution_hint.vars.extend(range(len(self.variables)))
        proto.solution_hint.values.extend([values[v] for v in self.variables])

    def fix(self, values: Mapping[int, int]) -> None:
        """Leave only this value to each of some variables of the whole model."""
        for v, x in values.items():
            domain = self.model.proto.variables[self.place[v]].domain
            domain.clear()
            domain.extend((x, x))

    def values(self, solver: object) -> list[tuple[int, int]]:
        """Return variables of the whole model with their values."""
        solution = solver.response_proto.solution
        return list(zip(self.variables, solution))


class Solvers:
    """Solves small models until all are stopped together."""

    def __init__(self) -> None:
        self.stopped = False
        self._lock = threading.Lock()
        self._running: set[cp_model.CpSolver] = set()

    def stop(self) -> None:
        """End what runs, and begin nothing more."""
        with self._lock:
            self.stopped = True
            for solver in self._running:
                solver.stop_search()

    def solve(
        self,
        part: Part,
        *,
        work: float,
        seed: int,
        gap: float = 0.0,
        workers: int = 1,
        cuts: bool = True,
        callback: object = None,
    ) -> tuple[int, cp_model.CpSolver | None]:
        """Return the status and the solver; UNKNOWN and None when stopped before.

        Parameters
        ----------
        part : Part
        work : float
            At most, in the solver's deterministic seconds.
        seed : int
        gap : float
            A solution is good enough that costs at most this part more than the bound.
        workers : int
            Parallel searches of the solver.
        cuts : bool
            Add rows that cut fractions off. Not worth it for one person's month, whose linear
            relaxation is nearly whole.
        callback : CpSolverSolutionCallback, optional
        """
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.num_workers = workers
        parameters.linearization_level = 2
        parameters.cut_level = int(cuts)
        parameters.cp_model_probing_level = 0
        parameters.symmetry_level = 0
        parameters.random_seed = seed
        parameters.max_deterministic_time = work
        parameters.relative_gap_limit = gap
        parameters.catch_sigint_signal = False
        with self._lock:
            if self.stopped:
                return cp_model.UNKNOWN, None
            self._running.add(solver)
        try:
            return solver.solve(part.model, callback), solver
        finally:
            with self._lock:
                self._running.discard(solver)


def _ends(domain: Iterable[int]) -> tuple[int, int]:
    """Return the ends of a domain without gaps, the only kind that the builder makes."""
    low, high = domain
    return low, high


def _index(literal: int) -> int:
    return literal if literal >= 0 else -literal - 1


def _kept(row: Row, total: int, values: Sequence[int]) -> bool:
    """Tell whether a row holds whose terms add up to `total`."""
    if any(bool(values[_index(x)]) != (x >= 0) for x in row.when):
        return True
    return (row.low is None or row.low <= total) and (row.high is None or total <= row.high)


def substitute(row: Row, free: Mapping[int, object], values: Sequence[int]) -> Row | None:
    """Return a row with values in place of what is not free; None when it binds nothing."""
    variables, coefficients, total = [], [], 0
    for v, c in zip(row.variables, row.coefficients):
        total += c * values[v]
        if v in free:
            variables.append(v)
            coefficients.append(c)
    return _opened(row, variables, coefficients, total, free, values)


def _opened(
    row: Row,
    variables: list[int],
    coefficients: list[int],
    total: int,
    free: Mapping[int, object],
    values: Sequence[int],
) -> Row | None:
    """Return a row of these terms, which are free; None when it binds nothing.

    `total` is what all its terms add up to.
    """
    when = []
    for literal in row.when:
        if _index(literal) in free:
            when.append(literal)
        elif bool(values[_index(literal)]) != (literal >= 0):
            return None
    if not variables and not when:
        return None
    rest = total - sum(c * values[v] for v, c in zip(variables, coefficients))
    low = None if row.low is None else row.low - rest
    high = None if row.high is None else row.high - rest
    return Row(variables, coefficients, low, high, tuple(when))


def relaxed(
    row: Row, low: Sequence[int], high: Sequence[int]
) -> Iterable[tuple[int | None, int | None, list[tuple[int, int]]]]:
    """Yield bounds and terms of a row for a linear program.

    A row with a condition is given up, as far as it could ever be missed, for each literal
    that is false.
    """
    terms = list(zip(row.variables, row.coefficients))
    if not row.when:
        yield row.low, row.high, terms
        return
    least = sum(min(a * low[v], a * high[v]) for v, a in terms)
    most = sum(max(a * low[v], a * high[v]) for v, a in terms)
    for end, reach, sign in ((row.low, least, 1), (row.high, most, -1)):
        if end is None or sign * (end - reach) <= 0:
            continue
        slack = end - reach
        total = dict(terms)
        for x in row.when:
            v, a = (x, -slack) if x >= 0 else (-x - 1, slack)
            total[v] = total.get(v, 0) + a
            end -= slack if x >= 0 else 0
        loosened = list(total.items())
        yield (end, None, loosened) if sign > 0 else (None, end, loosened)


def _emit(
    proto: object, row: Row, place: Mapping[int, int], low: Sequence[int], high: Sequence[int]
) -> None:
    """Add a row to a model, as a clause where it is one."""
    least, most = row.low, row.high
    constraint = proto.constraints.add()
    variables = [place[v] for v in row.variables]
    if row.when:
        constraint.enforcement_literal.extend(
            [place[x] if x >= 0 else -place[-x - 1] - 1 for x in row.when]
        )
    elif all(c in (1, -1) for c in row.coefficients) and all(
        low[v] == 0 and high[v] == 1 for v in row.variables
    ):
        negative = sum(c < 0 for c in row.coefficients)
        n = len(variables)
        a = 0 if least is None else max(0, least + negative)
        b = n if most is None else min(n, most + negative)
        literals = [v if c > 0 else -v - 1 for v, c in zip(variables, row.coefficients)]
        if (a, b) == (1, n):
            constraint.bool_or.literals.extend(literals)
            return
        if (a, b) == (0, n - 1):
            constraint.bool_or.literals.extend([-x - 1 for x in literals])
            return
        if (a, b) == (0, 1):
            constraint.at_most_one.literals.extend(literals)
            return
        if (a, b) == (1, 1):
            constraint.exactly_one.literals.extend(literals)
            return
    linear = constraint.linear
    linear.vars.extend(variables)
    linear.coeffs.extend(row.coefficients)
    linear.domain.extend(
        [-(1 << 63) if least is None else least, (1 << 63) - 1 if most is None else most]
    )


__all__ = [
    "FOUND",
    "SHORTAGE",
    "Blocks",
    "Part",
    "Row",
    "Solution",
    "Solvers",
    "relaxed",
    "substitute",
]
