"""What a user would write first: one model, a 0-1 variable for each person, day and shift.

    python benchmarks/peer_idiom.py MONTH.json OUT.json --until SECONDS [--with highs]

The idiom is that of the shift-scheduling example that comes with OR-Tools (our own lines): one
code a cell, fixed cells, costs of requests, barred and charged transitions, most days in a row
window by window, sums with hard and soft bounds, cover with its penalties in one objective,
and the solver's defaults. CP-SAT solves it, or HiGHS the same model as a mixed-integer program:
each clause of the model is a linear one over the same 0-1 variables. MONTH is what
`peer_data.typed` made, OUT takes the roster.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model

OFF = "-"
SHORT = 100_000
"""Points of a person short of a min, where that is allowed: more than it could ever save."""


class Idiom:
    """The model of a month.

    Parameters
    ----------
    month : dict
        What `peer_data.typed` made.
    hard : bool
        The min of cover must be kept, as in the example; else `SHORT` points a person. Of the
        two, hard cover leads CP-SAT to better rosters by far.

    Attributes
    ----------
    model : cp_model.CpModel
    """

    def __init__(self, month: dict[str, Any], *, hard: bool = True) -> None:
        self.month, self.model, self._hard = month, cp_model.CpModel(), hard
        self._costs: list[tuple[int, Any]] = []
        self._cells: list[list[dict[str, Any]]] = []
        self._working: dict[tuple[int, int], Any] = {}
        for past, cells in zip(month["past"], month["cells"]):
            row = [{code: 1} for code in past]
            for codes in cells:
                if len(codes) == 1:
                    row.append({codes[0]: 1})
                    continue
                row.append({c: self.model.new_bool_var("") for c in codes})
                self.model.add_exactly_one(row[-1].values())
            self._cells.append(row)
        self._past = len(month["past"][0])
        self._transitions()
        self._runs()
        self._alone()
        self._sums()
        self._cover()
        self._together()
        for wish in month["wishes"]:
            met = sum(self._is(wish["who"], wish["day"], code) for code in wish["met"])
            self._costs.append((wish["points"], 1 - met))
        self.objective = sum(points * what for points, what in self._costs)
        self.model.minimize(self.objective)

    def _add(self, clause: Any) -> None:
        """Add a clause; one of constants alone comes as True or False."""
        if clause is False:
            clause = self.model.new_constant(0) >= 1
        if clause is not True:
            self.model.add(clause)

    def _is(self, e: int, d: int, code: str) -> Any:
        """Return 1 or 0 or the variable of a code in a cell."""
        return self._cells[e][d + self._past].get(code, 0)

    def _on(self, e: int, d: int) -> Any:
        """Return whether a person works on a day."""
        return 1 - self._is(e, d, OFF)

    def _all_but(self, what: Sequence[Any], spare: Any = 0) -> None:
        """Not all of these 0-1 expressions, or `spare`."""
        if not any(isinstance(x, int) and x == 0 for x in what):
            self._add(sum(what) <= len(what) - 1 + spare)

    def _charge(self, points: int, what: Sequence[Any]) -> None:
        """Charge points when all of these hold."""
        if points and not any(isinstance(x, int) and x == 0 for x in what):
            charged = self.model.new_bool_var("")
            self._all_but(what, charged)
            self._costs.append((points, charged))

    def _transitions(self) -> None:
        for e in range(len(self._cells)):
            for d in range(-1, self.month["days"] - 1):
                for a, b in self.month["barred"]:
                    self._all_but([self._is(e, d, a), self._is(e, d + 1, b)])
                for a, b, points in self.month["charged"]:
                    if [a, b] in self.month["barred"]:
                        continue
                    self._charge(points, [self._is(e, d, a), self._is(e, d + 1, b)])

    def _runs(self) -> None:
        for run in self.month["runs"]:
            for last in range(self.month["days"]):
                window = range(max(last - run["most"], -self._past), last + 1)
                worked = [
                    self._is(run["who"], d, code) for d in window for code in run["codes"]
                ]
                if len(window) > run["most"]:
                    self._add(sum(worked) <= run["most"])

    def _alone(self) -> None:
        for e in range(len(self._cells)):
            for i, points in enumerate(self.month["alone"]["on"][e]):
                sides = [1 - self._on(e, i - 2), self._on(e, i - 1), 1 - self._on(e, i)]
                self._charge(points, sides)
            for i, points in enumerate(self.month["alone"]["off"][e]):
                sides = [self._on(e, i - 2), 1 - self._on(e, i - 1), self._on(e, i)]
                self._charge(points, sides)

    def _any(self, e: int, days: Sequence[int], codes: Sequence[str]) -> Any:
        """Return whether a person has one of the codes on any of the days."""
        held = [self._is(e, d, code) for d in days for code in codes]
        if len(days) == 1:
            return sum(held)
        key = (e, tuple(days), tuple(codes))
        if key not in self._working:
            some = self._working[key] = self.model.new_bool_var("")
            for d in days:
                self._add(sum(self._is(e, d, code) for code in codes) <= some)
            self._add(sum(held) >= some)
        return self._working[key]

    def _sums(self) -> None:
        for row in self.month["sums"]:
            worths: dict[int, list[str]] = {}
            for code, worth in row["worth"].items():
                worths.setdefault(worth, []).append(code)
            total = sum(
                worth * self._any(row["who"], days, codes)
                for days in row["groups"]
                for worth, codes in worths.items()
            )
            if row["least"] is not None:
                self._add(total >= row["least"])
            if row["most"] is not None:
                self._add(total <= row["most"])
            reach = len(row["groups"]) * max(worths)
            for sign, limit, points in row["charges"]:
                most = reach - limit if sign > 0 else limit
                if most > 0:
                    self._excess(sign * (total - limit), -(-most // row["per"]), row, points)

    def _excess(self, what: Any, most: int, row: dict, points: int) -> None:
        over = self.model.new_int_var(0, most, "")
        self._add(what <= row["per"] * over)
        self._costs.append((points, over))

    def _cover(self) -> None:
        for row in self.month["cover"]:
            d = row["day"]
            people = [
                cell
                for code, counted in row["counts"].items()
                for e in counted
                if not isinstance(cell := self._is(e, d, code), int) or cell
            ]
            count = sum(people)
            short: Any = 0
            if row["min"] and row["short"] and not self._hard:
                short = self.model.new_int_var(0, row["min"], "")
                self._costs.append((SHORT, short))
            if row["min"]:
                self._add(count + short >= row["min"])
            if row["target"] is not None and row["target"] > row["min"]:
                under = self.model.new_int_var(0, row["target"] - row["min"], "")
                self._add(count + short + under >= row["target"])
                self._costs.append((row["under"], under))
            if row["max"] is not None and len(people) > row["max"]:
                over = self.model.new_int_var(0, len(people) - row["max"], "")
                self._add(count - over <= row["max"])
                self._costs.append((row["over"], over))

    def _together(self) -> None:
        for row in self.month["led"]:
            d, code, leads = row["day"], row["code"], set(row["leads"])
            used = self.model.new_bool_var("")
            for e in range(len(self._cells)):
                cell = self._is(e, d, code)
                if e not in leads and not (isinstance(cell, int) and cell == 0):
                    self._add(cell <= used)
            self._add(sum(self._is(e, d, code) for e in sorted(leads)) >= used)
        for pair in self.month["pairs"]:
            for d in pair["days"]:
                for code in self.month["codes"][1:]:
                    cell = self._is(pair["who"], d, code)
                    self._add(cell <= self._is(pair["beside"], d, code) + 0)

    def rows(self, value: Any) -> list[list[str]]:
        """Return the roster of a solution."""
        return [
            [
                next(c for c, x in cell.items() if isinstance(x, int) or value(x))
                for cell in row[self._past :]
            ]
            for row in self._cells
        ]

    def fix(self, rows: Sequence[Sequence[str]]) -> None:
        """Leave only one roster."""
        for e, row in enumerate(rows):
            for d, code in enumerate(row):
                self._add(self._is(e, d, code) == 1)


def with_cp_sat(idiom: Idiom, seconds: float, workers: int = 8) -> dict[str, Any]:
    """Solve a model with CP-SAT."""
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.1, seconds)
    solver.parameters.num_workers = workers
    status = solver.solve(idiom.model)
    answer: dict[str, Any] = {"status": solver.status_name(status).lower()}
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        answer["rows"] = idiom.rows(solver.boolean_value)
        answer["objective"] = round(solver.objective_value)
        answer["bound"] = solver.best_objective_bound
    return answer


def as_mip(model: cp_model.CpModel) -> model_pb2.ModelProto:
    """Return a model of linear and exactly-one clauses as a mixed-integer program."""
    proto, mip = model.proto, model_pb2.ModelProto()
    for i, variable in enumerate(proto.variables):
        mip.variables.ids.append(i)
        low, high = _ends(variable.domain)
        mip.variables.lower_bounds.append(low)
        mip.variables.upper_bounds.append(high)
        mip.variables.integers.append(True)
    clauses, matrix = mip.linear_constraints, mip.linear_constraint_matrix
    for n, clause in enumerate(proto.constraints):
        if clause.has_exactly_one():
            terms = dict.fromkeys(clause.exactly_one.literals, 1)
            low = high = 1.0
        elif clause.has_linear() and not clause.enforcement_literal:
            terms: dict[int, int] = {}
            for i, factor in zip(clause.linear.vars, clause.linear.coeffs):
                terms[i] = terms.get(i, 0) + factor
            low, high = _ends(clause.linear.domain)
        else:
            raise ValueError("no linear clause")
        clauses.ids.append(n)
        clauses.lower_bounds.append(low)
        clauses.upper_bounds.append(high)
        for i in sorted(terms):
            matrix.row_ids.append(n)
            matrix.column_ids.append(i)
            matrix.coefficients.append(terms[i])
    costs: dict[int, float] = {}
    for i, points in zip(proto.objective.vars, proto.objective.coeffs):
        costs[i] = costs.get(i, 0) + points
    mip.objective.offset = proto.objective.offset
    mip.objective.linear_coefficients.ids.extend(sorted(costs))
    mip.objective.linear_coefficients.values.extend(costs[i] for i in sorted(costs))
    return mip


def _ends(domain: Sequence[int]) -> tuple[float, float]:
    """Return a clause's bounds; ends that no sum reaches are none."""
    far = 2**62
    low, *_, high = domain
    return (float("-inf") if low < -far else low, float("inf") if high > far else high)


def with_highs(idiom: Idiom, until: float) -> dict[str, Any]:
    """Solve the same model with HiGHS, as a mixed-integer program, until an instant."""
    model = mathopt.Model.from_model_proto(as_mip(idiom.model))
    limit = timedelta(seconds=max(0.1, until - time.time()))
    parameters = mathopt.SolveParameters(time_limit=limit)
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    answer: dict[str, Any] = {"status": result.termination.reason.name.lower()}
    if result.has_primal_feasible_solution():
        values = result.variable_values()
        of = {v.id: x for v, x in values.items()}
        answer["rows"] = idiom.rows(lambda x: of[x.index] > 0.5)
        answer["objective"] = round(result.objective_value())
        answer["bound"] = result.best_objective_bound()
    return answer


def main() -> None:
    """Read the month, search until the time is up, write the roster."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("month", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--until", type=float, required=True, help="seconds since 1970")
    parser.add_argument("--with", dest="solver", choices=("cp-sat", "highs"), default="cp-sat")
    options = parser.parse_args()
    idiom = Idiom(json.loads(options.month.read_text()))
    built = time.time()
    if options.solver == "highs":
        answer = with_highs(idiom, options.until)
    else:
        answer = with_cp_sat(idiom, options.until - built)
    options.out.write_text(json.dumps(answer))


if __name__ == "__main__":
    main()
