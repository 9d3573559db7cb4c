"""Linear rows over whole numbers, and which of them bind one person only.

What touches the cells of one person makes that person's block; what is left, cover above all,
links the blocks. From the same rows come the small models that the search solves again and
again: a block with prices in place of the links, or a neighbourhood in which everything else
keeps its value. A small model costs no walk through the rules.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

from roster.part import Part
from roster.rows import Row, index_of, kept, opened, substitute


class Solution(NamedTuple):
    """The value of every variable, and with them the left side of every row, conditions apart.

    The sums save walking through the long rows of a long horizon for a few open cells.
    """

    values: list[int]
    sums: list[int]


class Program:
    """Variables, rows and costs, and whom they bind.

    Parameters
    ----------
    people, n_days : int
    low, high, cost, goal : list of int
    constant : int
    rows : list of Row
    places : mapping of (int, int) to list of int
        The variables that say what each cell holds.

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
    shared : dict of int to int
        Variables in no block that cost something, with their `goal`.
    cell : dict of int to (int, int)
        Person and day of a variable that says what a cell holds.
    of, own : list of list of int
        The variables and the rows of each person's block.
    links : list of int
        The rows that are in no block.
    """

    def __init__(
        self,
        people: int,
        n_days: int,
        *,
        low: list[int],
        high: list[int],
        cost: list[int],
        goal: list[int],
        constant: int,
        rows: list[Row],
        places: Mapping[tuple[int, int], list[int]],
    ) -> None:
        self.people, self.n_days = people, n_days
        self.low, self.high = low, high
        self.cost, self.goal, self.constant = cost, goal, constant
        self._costly = [(v, c) for v, c in enumerate(cost) if c]
        self.places = places
        self.cell = {v: place for place, variables in places.items() for v in variables}
        self.rows = rows
        self.rows_of = [array("i") for _ in low]
        self._in_row = [array("q") for _ in low]
        self._loose: list[tuple[int, ...]] = []
        for r, row in enumerate(rows):
            when = tuple(map(index_of, row.when))
            for v, c in (*zip(row.variables, row.coefficients), *((v, 0) for v in when)):
                self.rows_of[v].append(r)
                self._in_row[v].append(c)
            self._loose.append(tuple(v for v in (*row.variables, *when) if v not in self.cell))
        self._divide()

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
            for v in (*row.variables, *map(index_of, row.when)):
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
        self.shared = {v: c for v, c in enumerate(self.goal) if c and self.owner[v] == -1}
        self.of: list[list[int]] = [[] for _ in range(self.people)]
        for v, e in enumerate(self.owner):
            if e >= 0:
                self.of[e].append(v)
        self.own: list[list[int]] = [[] for _ in range(self.people)]
        self.links: list[int] = []
        for r, row in enumerate(self.rows):
            owners = {self.owner[v] for v in (*row.variables, *map(index_of, row.when))}
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
        return all(kept(self.rows[r], new.sums[r], new.values) for r in touched)

    def neighbourhood(
        self,
        cells: Iterable[tuple[int, int]],
        solution: Solution,
        more: Iterable[Row] = (),
        closed: Collection[int] = (),
    ) -> Part:
        """Return the model in which these cells are open (see `open`); others keep their value.

        Parameters
        ----------
        cells : iterable of (int, int)
        solution : Solution
        more : iterable of Row
            Rows that hold besides.
        closed : set of int
            Variables that stay zero where they are.
        """
        free, own = self.open(cells, solution)
        values = solution.values
        more = (substitute(row, free, values) for row in more)
        rows = [*own.values(), *(row for row in more if row is not None)]
        return Part(self, list(free), rows, {v for v in free if v in closed and not values[v]})

    def open(
        self, cells: Iterable[tuple[int, int]], solution: Solution
    ) -> tuple[dict[int, None], dict[int, Row]]:
        """Return the variables that these cells open, and what is left of each row of theirs.

        What is counted from open cells is open too, and so on from there.
        """
        free = dict.fromkeys(v for place in cells for v in self.places.get(place, ()))
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
        rows = {
            r: opened(self.rows[r], *of_row, sums[r], free, values)
            for r, of_row in terms.items()
        }
        return free, {r: row for r, row in rows.items() if row is not None}

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
        return all(map(kept, self.rows, self.solution(values).sums, repeat(values)))

    def points(self, values: Sequence[int]) -> int:
        """Return the points of a solution."""
        return self.constant + sum(c * values[v] for v, c in self._costly)


__all__ = ["Program", "Solution"]
