"""Which rosters a model admits, and what they cost: without a search where it can be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from ortools.sat.python import cp_model
from worlds import World

from roster.model import Builder, build
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import Rule, RuleSet

_FREE = 1 << 62
SHORT = 1_000_000_000
"""Points that a person short counts in `cheapest`, so that shortage goes first."""


def admitted(world: World, rule: Rule, rosters: Sequence[Roster]) -> np.ndarray:
    """Tell for each roster whether the model of the rule alone admits it.

    Constraints over cells alone are evaluated for all rosters at once; where the encoder
    has made further variables, a roster is admitted when values for them exist.
    """
    builder = build(world.problem, RuleSet((rule,)), all_or_nothing=True)
    out = np.zeros(len(rosters), dtype=bool)
    if builder.refusals:
        return out
    values, known, out = _cells(builder, rosters)
    open_constraints = False
    for constraint in builder.model.proto.constraints:
        if known.issuperset(_variables(constraint)):
            out &= _holds(constraint, values)
        else:
            open_constraints = True
    if open_constraints:
        judge = Judge(builder)
        for i in np.flatnonzero(out):
            out[i] = judge.solve(rosters[i]) is not None
    return out


def _cells(
    builder: Builder, rosters: Sequence[Roster]
) -> tuple[np.ndarray, set[int], np.ndarray]:
    """Return the cell variables' values in each roster, their numbers, and domain hits."""
    problem = builder.problem
    values = np.zeros((len(builder.model.proto.variables), len(rosters)), dtype=bool)
    inside = np.ones(len(rosters), dtype=bool)
    known: set[int] = set()
    names = [None, *problem.shift_by_code]
    number = {code: i for i, code in enumerate(names)}
    table = np.array(
        [[[number[c] for c in row] for row in r.cells] for r in rosters], dtype=np.int8
    )
    for seat, literals in builder.seats.open():
        holders = np.array([r.holders.get(seat, -1) for r in rosters], dtype=np.int16)
        for e, literal in literals.items():
            values[literal.index] = holders == e
            known.add(literal.index)
    for e in range(len(problem.employees)):
        for d in range(problem.n_days):
            column = table[:, e, d]
            domain = builder.variables.domain(e, d)
            inside &= np.isin(column, [number[c] for c in domain])
            for code, literal in builder.variables.literals(e, d).items():
                is_code = column == number[code]
                if literal.index >= 0:
                    values[literal.index] = is_code
                    known.add(literal.index)
                elif -literal.index - 1 not in known:
                    values[-literal.index - 1] = ~is_code
                    known.add(-literal.index - 1)
    return values, known, inside


def _variables(constraint: object) -> set[int]:
    """Return the numbers of the variables in a constraint."""
    found = list(constraint.enforcement_literal)
    for kind in ("bool_or", "bool_and", "at_most_one", "exactly_one"):
        if getattr(constraint, f"has_{kind}")():
            found += list(getattr(constraint, kind).literals)
    if constraint.has_linear():
        found += list(constraint.linear.vars)
    return {v if v >= 0 else -v - 1 for v in found}


def _holds(constraint: object, values: np.ndarray) -> np.ndarray:
    """Evaluate a constraint in every roster."""

    def literal(v: int) -> np.ndarray:
        return values[v] if v >= 0 else ~values[-v - 1]

    def count(literals: Sequence[int]) -> np.ndarray:
        return sum((literal(v).astype(np.int64) for v in literals), zero)

    zero = np.zeros(values.shape[1], dtype=np.int64)
    if constraint.has_bool_or():
        ok = count(constraint.bool_or.literals) >= 1
    elif constraint.has_bool_and():
        ok = count(constraint.bool_and.literals) == len(constraint.bool_and.literals)
    elif constraint.has_at_most_one():
        ok = count(constraint.at_most_one.literals) <= 1
    elif constraint.has_exactly_one():
        ok = count(constraint.exactly_one.literals) == 1
    elif constraint.has_linear():
        linear = constraint.linear
        total = zero
        for v, c in zip(linear.vars, linear.coeffs):
            total = total + c * literal(v)
        ends = list(linear.domain)
        ok = np.zeros(values.shape[1], dtype=bool)
        for low, high in zip(ends[::2], ends[1::2]):
            ok |= (total >= low) & (total <= high)
    else:
        raise AssertionError(f"a constraint that this test does not know: {constraint}")
    enforced = np.ones(values.shape[1], dtype=bool)
    for v in constraint.enforcement_literal:
        enforced &= literal(v)
    return ok | ~enforced


class Judge:
    """Solves one model again and again, each time with the roster fixed.

    Parameters
    ----------
    builder : Builder
        Its objective becomes the shortage and the points.
    """

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        model = builder.model
        self.shortage, self.points = builder.shortage_expr(), builder.points_expr()
        model.minimize(SHORT * self.shortage + self.points)
        self.solver = cp_model.CpSolver()
        self.solver.parameters.num_workers = 1
        self.solver.parameters.cp_model_presolve = False
        self.solver.parameters.linearization_level = 0
        self.solver.parameters.max_time_in_seconds = 20

    def solve(self, roster: Roster) -> tuple[int, int] | None:
        """Return (shortage, points) at the least, None when the roster is not admitted."""
        builder = self.builder
        variables = builder.model.proto.variables
        problem = builder.problem
        for e in range(len(problem.employees)):
            for d in range(problem.n_days):
                code = roster.code(e, d)
                if code not in builder.variables.domain(e, d):
                    return None
                for c, literal in builder.variables.literals(e, d).items():
                    index, value = literal.index, int(c == code)
                    if index < 0:
                        index, value = -index - 1, 1 - value
                    domain = variables[index].domain
                    domain[0] = domain[1] = value
        for seat, literals in builder.seats.open():
            for e, literal in literals.items():
                domain = variables[literal.index].domain
                domain[0] = domain[1] = int(roster.holders.get(seat) == e)
        status = self.solver.solve(builder.model)
        if status == cp_model.INFEASIBLE:
            return None
        assert status == cp_model.OPTIMAL, self.solver.status_name()
        total = round(self.solver.objective_value)
        return total // SHORT, total % SHORT


def cheapest(problem: Problem, rules: RuleSet, roster: Roster) -> tuple[int, int] | None:
    """Return (shortage, points) of a roster through `Builder.fix`, None when infeasible."""
    builder = build(problem, rules)
    builder.fix(roster)
    model = builder.model
    model.minimize(SHORT * builder.shortage_expr() + builder.points_expr())
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = 20
    status = solver.solve(model)
    if status in (cp_model.INFEASIBLE, cp_model.MODEL_INVALID):
        assert status == cp_model.INFEASIBLE, model.validate()
        return None
    assert status == cp_model.OPTIMAL, solver.status_name()
    total = round(solver.objective_value)
    return total // SHORT, total % SHORT
