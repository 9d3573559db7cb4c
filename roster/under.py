"""What the rules in force make of the input: weekly lead, posts, desk plan, paid leave.

Checkers and encoders of one rule cannot ask another rule for its parameters; what several of
them need is put into the problem here.
"""

from __future__ import annotations

import dataclasses

from roster import desks
from roster.problem import DeskSpell, Problem
from roster.rule import Level, RuleSet


def under(problem: Problem, rules: RuleSet) -> Problem:
    """Return the problem with what follows from the parameters of the rules in force."""
    return dataclasses.replace(
        problem,
        leave_minutes=_leave_minutes(problem, rules),
        weekly_lead="lead_rotation" in rules and rules["lead_rotation"].level is not Level.OFF,
        posts=_posts(problem, rules),
        desk_plan=_desk_plan(problem, rules),
    )


def _leave_minutes(problem: Problem, rules: RuleSet) -> int:
    """Return what a workday of paid leave counts."""
    if "availability" not in rules:
        return problem.leave_minutes
    return 60 * rules["availability"].leave_hours


def _posts(problem: Problem, rules: RuleSet) -> tuple[str, ...]:
    """Return the committee posts, none for a team without committees."""
    if "committee_rotation" not in rules or "committee_groups" not in rules:
        return ()
    made, groups = rules["committee_rotation"], rules["committee_groups"]
    typed = any(p.committee_group for p in problem.employees)
    if made.level is Level.OFF or not (typed or groups.by == "rows"):
        return ()
    return made.posts


def _desk_plan(problem: Problem, rules: RuleSet) -> tuple[DeskSpell, ...]:
    if "desk_rotation" not in rules:
        return ()
    made = rules["desk_rotation"]
    if made.level is Level.OFF or made.months is None:
        return ()
    return desks.plan(
        problem.employees,
        problem.start,
        months=made.months,
        overlap=made.overlap_months,
        related=made.related,
        wanted=desks.sizes(problem),
    )
