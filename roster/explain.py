"""Why there is no roster: which hard rules cannot go together.

Arithmetic (`Rule.bound`) and refusals of the builder come first and name days and people.
When they say nothing, whole rules are taken out one at a time: every rule without which a
roster exists takes part in the conflict.
"""

from __future__ import annotations

import time

from ortools.sat.python import cp_model

from roster.model import build
from roster.problem import Problem
from roster.rule import Rule, RuleSet


def colliding(
    problem: Problem, rules: RuleSet, *, all_or_nothing: bool, seconds: float = 20.0
) -> tuple[Rule, ...]:
    """Return the hard rules each of which, taken out alone, makes a roster possible.

    Parameters
    ----------
    problem : Problem
    rules : RuleSet
    all_or_nothing : bool
        The minimum cover counts as a hard rule.
    seconds : float
        For all of it; what is not decided by then is left out.

    Returns
    -------
    tuple of Rule
        Empty when no single rule is to blame, or nothing was decided in time.
    """
    deadline = time.monotonic() + seconds
    hard = rules.hard.rules
    out = []
    for rule in hard:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        rest = RuleSet(tuple(r for r in hard if r is not rule))
        builder = build(problem, rest, all_or_nothing=all_or_nothing)
        if builder.refusals:
            continue
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = min(left, seconds / 4)
        if solver.solve(builder.model) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            out.append(rule)
    return tuple(out)
