"""Searching for the best exchanges: model, checkers, and what brings them together.

A published roster may break hard rules already. Around such places "new or worse" is a matter
between two violations as the checkers see them, which no clause says exactly. There the model
is looser than the rule; what it proposes is checked, and a proposal that the checkers refuse is
cut off: whether one of their violations is there depends on nothing but the offers to its
people (to its days, for a rule of the day), so exactly this choice of those is excluded. In a
roster that keeps its rules the model is exact and there is nothing to cut off.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from roster.audit import audit
from roster.model import Builder, build_exchanges
from roster.rule import Level, Scope, Violation
from roster.solver import bound_of, run_solver
from roster.swaps.desk import Desk
from roster.swaps.exchange import Exchange, Side

Values = Mapping[object, bool]


class Search:
    """One model of exchanges, searched under changing objectives.

    Parameters
    ----------
    desk : Desk
    asked : sequence of (object, Side)
        See `Builder`.
    taken_of : callable
        From which keys are taken to the exchanges that they make.
    until : float
        When to stop, on the monotonic clock.
    trust : bool
        Check nothing: only the bound is wanted.

    Attributes
    ----------
    literal : dict
        Of each key.
    """

    def __init__(
        self,
        desk: Desk,
        asked: Sequence[tuple[object, Side]],
        taken_of: Callable[[Values], list[Exchange]],
        until: float,
        *,
        trust: bool = False,
    ) -> None:
        self.desk, self.taken_of, self.until, self.trust = desk, taken_of, until, trust
        people = {side.e for _, side in asked}
        days = {d for _, side in asked for d in side.days}
        # What is owed after the horizon is known only in part, and the model of it is too.
        standing = {leg.d for x in desk.in_force for leg in x.legs}
        self.owed = any(d >= desk.problem.n_days for d in days | standing)
        self.broken = [
            v
            for v in audit(desk.roster, desk.rules.hard).hard
            if self._concerns(v, people, days)
        ]
        index = desk.problem.employee_index
        self.builder: Builder = build_exchanges(
            desk.rules,
            desk.roster,
            asked,
            desk.in_force,
            broken=frozenset((v.rule, index[i]) for v in self.broken for i in v.who),
        )
        self.model = self.builder.model
        self.literal = {o.key: o.taken.var for o in self.builder.offers}

    def _concerns(self, v: Violation, people: Iterable[int], days: Iterable[int]) -> bool:
        problem = self.desk.problem
        if self.desk.rules[v.rule].scope is Scope.DAY:
            return not {problem.index_of(day) for day in v.when}.isdisjoint(days)
        return not v.who or not {problem.employee_index[i] for i in v.who}.isdisjoint(people)

    def best(self, objective: object) -> tuple[Values | None, bool, float]:
        """Return the best values found, whether they are proven best, and the bound.

        The values are None when no time was left for any.
        """
        from ortools.sat.python import cp_model

        self.model.maximize(objective)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 8
        while True:
            solver.parameters.max_time_in_seconds = max(0.5, self.until - time.monotonic())
            status = run_solver(solver, self.model)
            if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                return None, False, bound_of(solver, status, math.inf)
            values = {k: solver.boolean_value(lit) for k, lit in self.literal.items()}
            unsure = (self.broken or self.owed) and not self.trust
            cuts = self._refused(values) if unsure else []
            if not cuts:
                return values, status == cp_model.OPTIMAL, bound_of(solver, status, math.inf)
            for keys in cuts:
                self.model.add_bool_or(
                    [~self.literal[k] if values[k] else self.literal[k] for k in keys]
                )
            if time.monotonic() > self.until:
                return None, False, bound_of(solver, status, math.inf)

    def _refused(self, values: Values) -> list[set]:
        """Return, for each violation of a proposal, the keys that it depends on."""
        case = self.desk.case(self.taken_of(values))
        problem, out = self.desk.problem, []
        found = [
            v
            for rule in self.desk.rules_of_swaps
            if rule.level is Level.HARD
            for v in rule.check(case)
            if not v.for_manager
        ]
        for v in found:
            # A finding of the roster's rules has the scope of the rule that made it.
            scope = self.desk.rules[v.facts.get("rule", v.rule)].scope
            who = {problem.employee_index[i] for i in v.who}
            when = {problem.index_of(day) for day in v.when}
            out.append(
                {
                    offer.key
                    for offer in self.builder.offers
                    if scope is Scope.TEAM
                    or (scope is Scope.PERSON and offer.side.e in who)
                    or (scope is Scope.DAY and not when.isdisjoint(offer.side.days))
                }
            )
        return out
