"""Column generation: whole months of single persons, chosen among by a linear program.

The master program holds what links people (see `program`) and chooses, in fractions, one column
for each person: a whole month that keeps all of that person's rules, with what it costs. Its
dual prices say what another month would be worth, and each person's block, solved with these
prices in its objective, answers with better months, or proves that there is none. Prices also
give a bound: what every block costs at the least at those prices, and the rest of the master.
The bound holds for any prices, whatever was or was not solved to the end.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import NamedTuple

from ortools.linear_solver import linear_solver_pb2, pywraplp
from ortools.pdlp.python import pdlp
from ortools.pdlp.solvers_pb2 import PrimalDualHybridGradientParams
from ortools.sat.python import cp_model

from roster.part import Solvers
from roster.program import Program
from roster.rows import relaxed
from roster.solver import bound_of

GRID = 1000
"""Prices are multiples of one in so many, so that the bound has no error of rounding."""

_KEEP = 4
"""Columns kept from one solve of a block: the last and best ones."""

_FEW, _FEWER = 30, 3
"""Columns of a person that are kept when there are too many (see `Pricing.trim`), and of one
whose month is fixed."""

_SMOOTH, _MOST, _LESS, _MORE = 0.85, 0.9, 0.3, 0.1
"""How much prices stay where the bound is best: to begin with, at most, and how fast it
changes, by whether the bound would have risen further on, or had passed its best."""

_WHOLE = 1e-4
"""What is so near a whole number is taken for one."""

_ROUGH, _CLOSER = 0.01, 0.001
"""Accuracy of the prices that are begun with, as a part of the cost; and where one round at
these has to give the bound."""
_STEPS = 20_000

_WORK = 1.0
"""For one block with cuts, in the solver's deterministic seconds; where it is not done its
bound counts all the same."""

_FAR, _NO_GAIN, _IDLE = 1.15, 0.999, 8
"""As long as the master program costs more than so many times the bound, and all rounds but so
few bring it down to this part at the least, months better than those known are enough; where
the best are not worth it at all, they are however near the bound is."""

_Row = tuple[float | None, float | None, list[tuple[int, float]]]
"""The least and the most of a sum, and its terms."""

_Link = tuple[int, float | None, float | None, list[tuple[int, float]]]
"""The same, after the number of the program's row that it comes from."""


class Effort(NamedTuple):
    """How well a block is solved.

    Attributes
    ----------
    work : float
        At most, in the solver's deterministic seconds; the block's bound counts in any case.
    gap : float
        What its month may cost more than that bound, as a part.
    again : bool
        Whether a block that is not done so is solved once more, with cuts.
    """

    work: float
    gap: float = 0.0
    again: bool = False


HASTY, QUICK, FULL = Effort(0.02, 0.01), Effort(0.25), Effort(0.25, again=True)
"""For months better than those known; for months and a bound that are nearly the best; for the
best."""


@dataclass(eq=False)
class Column:
    """A month of one person.

    Attributes
    ----------
    e : int
    ones : tuple of (int, int)
        Variables of the block that are not zero, with their values.
    cost : int
        What the block's own variables cost.
    links : dict of int to int
        What it adds to each linking row.
    variable : object
        In the master program.
    """

    e: int
    ones: tuple[tuple[int, int], ...]
    cost: int
    links: Mapping[int, int]
    variable: object = field(default=None, repr=False)

    @property
    def part(self) -> float:
        """How much of it the master program took last."""
        return self.variable.solution_value()


class Master:
    """The linear program over columns.

    Parameters
    ----------
    blocks : Program

    Attributes
    ----------
    columns : dict of int to list of Column
        Of each person.
    links : list of int
        The program's row that each of the first rows comes from.
    groups : dict of int to list of int
        Variables that belong to nobody and cost the same, by the number of their sum (-1,
        -2 and so on, the dearest first).
    """

    def __init__(self, blocks: Program) -> None:
        self.blocks = blocks
        self.columns: dict[int, list[Column]] = {e: [] for e in range(blocks.people)}
        self._known: set[tuple[int, tuple]] = set()
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        # Without it each solve goes on from the last.
        self._solver.SetSolverSpecificParametersAsString(
            "use_preprocessing: false allow_simplex_algorithm_change: true"
        )
        infinity = self._infinity = self._solver.infinity()
        self._objective = self._solver.Objective()
        self._objective.SetMinimization()
        self.rows: list[_Row] = []
        self._in_rows: dict[int, list[tuple[int, float]]] = {}
        self.links: list[int] = []
        for r, low, high, terms in _linking(blocks):
            self.links.append(r)
            self._put(low, high, terms)
        self.free: dict[int, tuple[int, int, int]] = {
            v: (blocks.low[v], blocks.high[v], blocks.cost[v])
            for v, owner in enumerate(blocks.owner)
            if owner == -1 and (v in self._in_rows or blocks.cost[v])
        }
        self.groups: dict[int, list[int]] = {}
        self._count_totals()
        # More than any roster pays, so that only the impossible is bought so.
        dear = 10.0 * max(1, max((abs(c) for c in blocks.cost), default=1))
        variables = self._free = {}
        for v, (low, high, cost) in self.free.items():
            variables[v] = self._solver.NumVar(low, high, "")
            self._objective.SetCoefficient(variables[v], cost)
        self._constraints = []
        for low, high, terms in self.rows:
            row = self._solver.Constraint(
                -infinity if low is None else low, infinity if high is None else high
            )
            for v, a in terms:
                if v in variables:
                    row.SetCoefficient(variables[v], a)
            for side, end in ((1, low), (-1, high)):
                if end is not None:
                    over = self._solver.NumVar(0, infinity, "")
                    row.SetCoefficient(over, side)
                    self._objective.SetCoefficient(over, dear)
            self._constraints.append(row)
        self._one_each = {}
        for e in self.columns:
            row = self._solver.Constraint(1, 1)
            nobody = self._solver.NumVar(0, infinity, "")
            row.SetCoefficient(nobody, 1)
            self._objective.SetCoefficient(nobody, 100 * dear)
            self._one_each[e] = row

    def _count_totals(self) -> None:
        """Add the sum of what belongs to nobody and costs the same as one more variable.

        Seats empty, or too many: their number is whole in every roster, and can be limited
        as such where the linear program has a fraction of one.
        """
        alike: dict[int, list[int]] = {}
        for v, (_, _, cost) in self.free.items():
            if cost > 0:
                alike.setdefault(cost, []).append(v)
        for _, group in sorted(alike.items(), reverse=True):
            if len(group) > 1:
                total = -1 - len(self.groups)
                self.groups[total] = group
                self._put(0, 0, [*((v, 1) for v in group), (total, -1)])
                low, high = (sum(self.free[v][i] for v in group) for i in (0, 1))
                self.free[total] = (low, high, 0)

    def limit(self, total: int, low: int, high: int) -> None:
        """Keep one of the sums of `groups` within closer bounds."""
        self.free[total] = (low, high, 0)
        self._free[total].SetBounds(low, high)

    def totals(self) -> dict[int, float]:
        """Return what the master program, as solved last, has for each sum of `groups`."""
        return {total: self._free[total].solution_value() for total in self.groups}

    def _put(
        self, low: float | None, high: float | None, terms: Iterable[tuple[int, float]]
    ) -> None:
        place = len(self.rows)
        self.rows.append((low, high, list(terms)))
        for v, a in self.rows[-1][2]:
            self._in_rows.setdefault(v, []).append((place, a))

    # --- columns ------------------------------------------------------------------------

    def column(self, e: int, values: Iterable[tuple[int, int]]) -> Column:
        """Return a column of the values of a block's variables."""
        cost = self.blocks.cost
        ones = tuple((v, x) for v, x in values if x)
        links: dict[int, int] = {}
        for v, x in ones:
            for r, a in self._in_rows.get(v, ()):
                links[r] = links.get(r, 0) + a * x
        return Column(e, ones, sum(cost[v] * x for v, x in ones), links)

    def add(self, column: Column) -> bool:
        """Take a column in; False when it is known already."""
        key = column.e, column.ones
        if key in self._known:
            return False
        self._known.add(key)
        made = self._solver.NumVar(0, self._infinity, "")
        column.variable = made
        self._objective.SetCoefficient(made, column.cost)
        for r, a in column.links.items():
            self._constraints[r].SetCoefficient(made, a)
        self._one_each[column.e].SetCoefficient(made, 1)
        self.columns[column.e].append(column)
        return True

    def allow(self, e: int, only: Column | None) -> None:
        """Let a person have one column only, or any again."""
        for column in self.columns[e]:
            column.variable.SetUb(self._infinity if only in (None, column) else 0)

    # --- solving ------------------------------------------------------------------------

    def solve(self) -> tuple[float, list[float], dict[int, float]]:
        """Return the least cost, the price of each linking row and of each person."""
        status = self._solver.Solve()
        if status != pywraplp.Solver.OPTIMAL:
            raise ArithmeticError(f"the master program ended with status {status}")
        return (
            self._objective.Value() + self.blocks.constant,
            [row.dual_value() for row in self._constraints],
            {e: row.dual_value() for e, row in self._one_each.items()},
        )

    def nothing(self) -> list[int]:
        """Return prices at which nothing is worth anything."""
        return [0] * len(self.rows)

    def grid(self, prices: Sequence[float]) -> list[int]:
        """Return prices as whole numbers of the grid, with the sign that each row allows."""
        out = []
        for price, (low, high, _) in zip(prices, self.rows):
            p = round(price * GRID)
            if (p > 0 and low is None) or (p < 0 and high is None):
                p = 0
            out.append(p)
        return out

    def worth(self, prices: Sequence[int]) -> dict[int, dict[int, int]]:
        """Return, for each person, what the block's variables are worth at these prices."""
        out: dict[int, dict[int, int]] = {e: {} for e in self.columns}
        owner = self.blocks.owner
        for v, rows in self._in_rows.items():
            e = owner[v] if v >= 0 else -1
            if e in out:
                total = sum(prices[r] * a for r, a in rows)
                if total:
                    out[e][v] = total
        return out

    def slope(
        self, prices: Sequence[int], ahead: Sequence[float], cheapest: Iterable[Column]
    ) -> float:
        """Return how the bound changes from these prices on, in a direction.

        Parameters
        ----------
        prices : sequence of int
        ahead : sequence of float
            What is added to each price.
        cheapest : iterable of Column
            Of each block, at the prices.
        """
        reduced = self._reduced(prices)
        done = [0.0] * len(self.rows)
        for v, (low, high, _) in self.free.items():
            value = low if reduced[v] > 0 else high
            for r, a in self._in_rows.get(v, ()) if value else ():
                done[r] += a * value
        for column in cheapest:
            for r, a in column.links.items():
                done[r] += a
        total = 0.0
        for p, d, x, (low, high, _) in zip(prices, ahead, done, self.rows):
            up = p > 0 or (p == 0 and d > 0)
            side = low if high is None or (up and low is not None) else high
            total += d * (side - x)
        return total

    def _reduced(self, prices: Sequence[int]) -> dict[int, int]:
        """Return what each variable of nobody costs net of these prices."""
        reduced = {v: GRID * cost for v, (_, _, cost) in self.free.items()}
        for p, (_, _, terms) in zip(prices, self.rows):
            for v, a in terms if p else ():
                if v in reduced:
                    reduced[v] -= p * a
        return reduced

    def rest(self, prices: Sequence[int]) -> int:
        """Return the part of the bound that no block has, in the grid's unit."""
        total = GRID * self.blocks.constant
        reduced = self._reduced(prices)
        for p, (low, high, _) in zip(prices, self.rows):
            if p:
                total += p * (low if p > 0 else high)
        for v, (low, high, _) in self.free.items():
            total += min(reduced[v] * low, reduced[v] * high)
        return total


def _linking(blocks: Program) -> list[_Link]:
    """Return the linking rows for a linear program, each with the number that it comes from.

    Where one limits from below and one from above what the same people do, `s + u >= a` and
    `s - o <= b`, and what is missing or too much belongs to nobody and stands nowhere else,
    both become `a <= s + u - o <= b`: no solution needs both u and o, and half as many rows
    are solved in less than half the time.
    """
    rows: list[_Link] = []
    for r in blocks.links:
        for low, high, terms in relaxed(blocks.rows[r], blocks.low, blocks.high):
            total: dict[int, float] = {}
            for v, a in terms:
                total[v] = total.get(v, 0) + a
            rows.append((r, low, high, list(total.items())))
    owner, cost = blocks.owner, blocks.cost
    uses = Counter(v for *_, terms in rows for v, _ in terms if owner[v] == -1)
    below: dict[frozenset, int] = {}
    merged: list[_Link] = []
    for r, low, high, terms in rows:
        side = 1 if high is None else -1 if low is None else 0
        people = frozenset((v, a) for v, a in terms if owner[v] != -1)
        others = [(v, a) for v, a in terms if owner[v] == -1]
        simple = side and all(
            side * a > 0 and uses[v] == 1 and cost[v] >= 0 == blocks.low[v] for v, a in others
        )
        if simple and side > 0:
            below.setdefault(people, len(merged))
        elif simple and people in below:
            place = below[people]
            first, least, _, known = merged[place]
            if least <= high:
                del below[people]
                merged[place] = first, least, high, [*known, *others]
                continue
        merged.append((r, low, high, terms))
    return merged


class _Improving(cp_model.CpSolverSolutionCallback):
    """Collects the solutions on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[int]] = []

    def on_solution_callback(self) -> None:
        self.found.append(list(self.response_proto.solution))


class Pricing:
    """Generates columns.

    Parameters
    ----------
    blocks : Program
    threads : int
    seed : int

    Attributes
    ----------
    bound : float
        Proven lower bound on the cost of any solution within the limits of the master program
        (see `tighten`).
    within : float
        What solutions cost at most for which those limits hold.
    proven : float
        Lower bound on the cost of any solution at all.
    value : float
        Of the master program, which the bound approaches from below.
    work : float
        Done so far, in the solver's deterministic seconds.
    most : Effort
        What a block is worth at the most: `FULL`, or `QUICK` where there are so many that
        months a little above their least, and a bound a little below the best, must do.
    """

    def __init__(self, blocks: Program, *, threads: int = 1, seed: int = 0) -> None:
        self.blocks = blocks
        self.master = Master(blocks)
        self.parts = {e: blocks.block(e) for e in self.master.columns}
        self.seed, self.threads = seed, threads
        self.bound = float("-inf")
        self.proven = float("-inf")
        self.value = float("inf")
        self.within = float("inf")
        self._supposed = False
        self._unlimited: tuple | None = None
        self.prices: list[int] | None = None
        """Those of the best bound."""
        self.least: dict[int, int] = {}
        """What each block costs at the least at these prices, in the grid's unit."""
        self.rounds = 0
        self._smooth = _SMOOTH
        self._cheapest: list[Column] = []
        """Of each block that was priced last, at those prices."""
        self.work = 0.0
        self.most = FULL
        self._cut: set[int] = set()
        """Blocks whose relaxation is too far from whole months without cuts."""
        self.solvers = Solvers()
        self._pool = ThreadPoolExecutor(threads)

    def start_from(self, values: Sequence[int]) -> None:
        """Take the months of a solution as columns."""
        for e, part in self.parts.items():
            self.master.add(self.master.column(e, ((v, values[v]) for v in part.variables)))

    def close(self) -> None:
        """Stop what runs."""
        self.solvers.stop()
        self._pool.shutdown(wait=True)

    def charges(self, e: int, worth: Mapping[int, int]) -> list[int]:
        """Return what a block's variables cost at the prices that say what each is worth."""
        cost = self.blocks.cost
        return [GRID * cost[v] - worth.get(v, 0) for v in self.parts[e].variables]

    def price(
        self, e: int, worth: Mapping[int, int], effort: Effort
    ) -> tuple[float, list[Column], float]:
        """Return the least a block costs at these prices, columns found, and the work.

        With less effort that least is a worse bound, and the columns are not the best.
        """
        part = self.parts[e]
        charges = self.charges(e, worth)
        part.minimize(charges)
        low, high = self.blocks.low, self.blocks.high
        # Whatever the solver comes to, no variable costs less.
        bound = float(
            sum(min(c * low[v], c * high[v]) for v, c in zip(part.variables, charges))
        )
        found, work = _Improving(), 0.0
        ways = (True,) if e in self._cut else (False, True)
        for cuts in ways if effort.again else ways[:1]:
            status, solver = self.solvers.solve(
                part,
                work=_WORK if cuts and effort.again else effort.work,
                seed=self.seed,
                gap=effort.gap,
                cuts=cuts,
                callback=found,
            )
            if solver is None:
                return float("-inf"), [], work
            bound = max(bound, bound_of(solver, status, bound))
            work += solver.response_proto.deterministic_time
            if status == cp_model.OPTIMAL:
                break
            if effort.again:
                self._cut.add(e)
        last = found.found[-_KEEP:]
        columns = [self.master.column(e, zip(part.variables, values)) for values in last]
        return bound, columns, work

    def relaxation(self, seconds: float | None = None) -> list[int]:
        """Return the prices of the linear relaxation of the whole model, to begin with.

        A first-order method finds them in seconds, roughly; whatever it has when its steps,
        or these seconds, are over gives a bound that holds.
        """
        blocks, master = self.blocks, self.master
        rows = list(master.rows[: len(master.rows) - len(master.groups)])
        links = len(rows)
        for own in blocks.own:
            for r in own:
                rows += relaxed(blocks.rows[r], blocks.low, blocks.high)
        program = linear_solver_pb2.MPModelProto(objective_offset=blocks.constant)
        for low, high, cost in zip(blocks.low, blocks.high, blocks.cost):
            program.variable.add(lower_bound=low, upper_bound=high, objective_coefficient=cost)
        for low, high, terms in rows:
            program.constraint.add(
                lower_bound=-math.inf if low is None else low,
                upper_bound=math.inf if high is None else high,
                var_index=[v for v, _ in terms],
                coefficient=[a for _, a in terms],
            )
        asked = PrimalDualHybridGradientParams()
        asked.termination_criteria.iteration_limit = _STEPS
        if seconds is not None:
            asked.termination_criteria.time_sec_limit = seconds
            asked.num_threads = self.threads
        accuracy = _CLOSER if self.most is QUICK else _ROUGH
        asked.termination_criteria.simple_optimality_criteria.eps_optimal_absolute = accuracy
        asked.termination_criteria.simple_optimality_criteria.eps_optimal_relative = accuracy
        answer = pdlp.primal_dual_hybrid_gradient(
            pdlp.qp_from_mpmodel_proto(program, relax_integer_variables=True), asked
        )
        return master.grid([*answer.dual_solution[:links], *(0.0 for _ in master.groups)])

    def round(
        self,
        prices: list[int],
        people: Iterable[int] | None = None,
        *,
        effort: Effort | None = None,
        over: Callable[[], bool] = lambda: False,
    ) -> int:
        """Price people at these prices, take the columns, and return how many are new.

        Where it was everybody, the bound is noted. `over` is asked a few times a second; True
        ends the round with what there is. The effort is the most where none is given.
        """
        if over():
            return 0
        worth = self.master.worth(prices)
        everybody = list(self.parts if people is None else people)
        effort = effort or self.most
        waiting = [self._pool.submit(self.price, e, worth[e], effort) for e in everybody]
        answers = []
        for future in waiting:
            while not future.done() and not over():
                wait((future,), timeout=0.1)
            if not future.done():
                break
            answers.append(future.result())
        running = [future for future in waiting if not future.cancel() and not future.done()]
        if running:  # a block is never priced twice at a time
            before, self.solvers = self.solvers, Solvers()
            before.stop()
            wait(running)
        self.rounds += 1
        self.work += sum(work for _, _, work in answers)
        self._cheapest = [columns[-1] for _, columns, _ in answers if columns]
        if people is None and len(answers) == len(waiting) and not self.solvers.stopped:
            least = [math.ceil(b - 1e-6) for b, _, _ in answers]
            bound = (self.master.rest(prices) + sum(least)) / GRID
            self._prove(bound)
            if bound > self.bound:
                self.bound, self.prices = bound, prices
                self.least = dict(zip(everybody, least))
        return sum(self.master.add(c) for _, columns, _ in answers for c in columns)

    def trim(
        self,
        prices: list[int] | None = None,
        fixed: Mapping[int, Column] | None = None,
    ) -> None:
        """Forget columns that are far from any use.

        They slow the linear program down, and can be found again. Those that the master
        program, as solved last, has a part of stay.

        Parameters
        ----------
        prices : list of int, optional
            At which use is measured; the best prices where none are given.
        fixed : mapping of int to Column, optional
            Of these people only this column is allowed, and stays.
        """
        fixed = fixed or {}
        old, self.master = self.master, Master(self.blocks)
        for total in old.groups:
            self.master.limit(total, *old.free[total][:2])
        worth = old.worth(self.prices if prices is None else prices)
        for e, columns in old.columns.items():
            charge = dict(zip(self.parts[e].variables, self.charges(e, worth[e])))
            ranked = sorted(columns, key=lambda c: sum(charge[v] * x for v, x in c.ones))
            kept = [*ranked[:_FEW], *(c for c in ranked[_FEW:] if c.part > 0)]
            if e in fixed:
                kept = [fixed[e], *(c for c in ranked[:_FEWER] if c is not fixed[e])]
            for column in kept:
                self.master.add(column)
            if e in fixed:
                self.master.allow(e, fixed[e])

    def tighten(self, most: int, over: Callable[[], bool]) -> bool:
        """Raise the bound on solutions that cost at most so much, by sums that are whole.

        Where the linear program has a fraction for such a sum, of seats empty say, no
        solution may have the whole number below it, at that cost: that is tried, and if so,
        every solution has the whole number above it at least, and prices are found anew.

        Parameters
        ----------
        most : int
            What a solution of interest costs; from then on `bound` holds for these only.
        over : callable
            Asked a few times a second; True ends it.

        Returns
        -------
        bool
            Whether it was done in time.
        """
        master = self.master
        if most > self.within:
            self.loosen()
        if self._unlimited is None:
            limits = {total: master.free[total][:2] for total in master.groups}
            self._unlimited = limits, self.bound, self.prices, self.least
        tried: set[tuple[int, int]] = set()
        while not over() and self.bound <= most:
            master.solve()
            for total, value in master.totals().items():
                below = math.floor(value + _WHOLE)
                if value - below > _WHOLE and (total, below) not in tried:
                    break
            else:
                return True
            tried.add((total, below))
            low, high, _ = master.free[total]
            kept = self.bound, self.prices, self.least
            self._supposed = True
            master.limit(total, low, below)
            self._bound_again()
            self.run(over, hopeless=most)
            closed = self.bound > most
            self._supposed = False
            master.limit(total, below + 1 if closed else low, high)
            self.bound, self.prices, self.least = kept
            if closed:
                self.within = most
                self._bound_again()
                self.run(over, hopeless=most)
        return self.bound > most

    def loosen(self) -> None:
        """Forget what holds only of solutions that cost at most so much."""
        if self._unlimited is not None:
            limits, self.bound, self.prices, self.least = self._unlimited
            for total, (low, high) in limits.items():
                self.master.limit(total, low, high)
            self.within, self._unlimited = float("inf"), None
            self.value, _, _ = self.master.solve()

    def _bound_again(self) -> None:
        """Count the bound of the best prices anew; the limits of a sum have changed."""
        self.bound = (self.master.rest(self.prices) + sum(self.least.values())) / GRID
        self._prove(self.bound)

    def _prove(self, bound: float) -> None:
        """Take in a bound on the solutions within the limits."""
        if not self._supposed:
            self.proven = max(self.proven, min(bound, self.within + 1))

    def extra(self, values: Sequence[int]) -> dict[int, float]:
        """Return how much more each person's month costs than need be, at the best prices.

        Parameters
        ----------
        values : sequence of int
            Of every variable, in a solution.
        """
        worth = self.master.worth(self.prices)
        return {
            e: (
                sum(
                    c * values[v]
                    for v, c in zip(self.parts[e].variables, self.charges(e, worth[e]))
                )
                - least
            )
            / GRID
            for e, least in self.least.items()
        }

    def run(self, over: Callable[[], bool], hopeless: float = float("inf")) -> bool:
        """Generate columns until the bound meets the master program, or it is over.

        Parameters
        ----------
        over : callable
            Asked a few times a second; True ends it.
        hopeless : float
            A bound at which the answer is of no use.

        Returns
        -------
        bool
            That no column could lower the master program any more.
        """
        hasty, idle = True, 0
        while not over() and not self.solvers.stopped:
            before = self.value
            self.value, duals, _ = self.master.solve()
            idle += self.value > _NO_GAIN * before
            far = self.most is QUICK or _FAR * self.bound < self.value
            hasty = hasty and idle < _IDLE and far
            effort = HASTY if hasty else self.most
            exact = self.master.grid(duals)
            prices, center, part = exact, self.prices, self._smooth
            if center is not None:
                prices = [round(part * a + (1 - part) * b) for a, b in zip(center, exact)]
            new = self.round(prices, effort=effort, over=over)
            if center is not None:
                ahead = [b - a for a, b in zip(center, exact)]
                if self.master.slope(prices, ahead, self._cheapest) > 0:
                    self._smooth = max(0.0, part - _LESS)
                else:
                    self._smooth = min(_MOST, part + _MORE)
            if not new and prices != exact and not over():
                new = self.round(exact, over=over)
            if over() or self.bound > hopeless:
                return False
            if not new and hasty:
                hasty = False
            elif self.value - self.bound < 0.01 or not new:
                return not self.solvers.stopped
        return False


__all__ = ["FULL", "GRID", "HASTY", "QUICK", "Column", "Effort", "Master", "Pricing"]
