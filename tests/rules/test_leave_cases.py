"""The cases of the rules of leave: what each rule says of each row, checker and model."""

from __future__ import annotations

import dataclasses
import re

import pytest
from cases_format import Case, files, of_leave, read
from ortools.sat.python import cp_model

from constraints import REGISTRY, RULES
from roster.leave.desk import LeaveDesk
from roster.leave.request import LeaveRequest
from roster.model import build_leaves
from roster.rule import Level, Rule, RuleSet

CASES = [pytest.param(p, id=f"{p.parent.name}/{p.stem}") for p in of_leave()]
LEAVE_RULES = [r for r in RULES if r.judges == "leave"]
AWAITING = {"leave_certificate", "leave_approver"}
LEFT_TO_THE_MANAGER = {"leave_notice", "leave_overlap"}
HAN = re.compile(r"[\u4e00-\u9fff]")


def standard(rule: Rule) -> RuleSet:
    """Return every rule at its default, one of them hard and as a case has it."""
    made = {r.id: r() for r in RULES} | {rule.id: dataclasses.replace(rule, level=Level.HARD)}
    return REGISTRY.rule_set(made, "standard")


def up_to(desk: LeaveDesk, case: Case, number: str) -> list[LeaveRequest]:
    """Return a request, and before it those asked earlier that break nothing."""
    broken = {n for n, outcome, _ in case.answers if outcome == "broken"}
    asked = [x for x in desk.open if x.id == number or x.id not in broken]
    return asked[: next(i for i, x in enumerate(asked) if x.id == number) + 1]


@pytest.mark.parametrize("path", CASES)
def test_what_the_rule_says_of_each_row(path):
    case = read(path)
    desk = LeaveDesk(case.roster, standard(case.rule))
    assert case.answers
    for number, outcome, words in case.answers:
        *earlier, request = up_to(desk, case, number)
        verdict = desk.verdict(request, earlier)
        (finding,) = [f for f in verdict.findings if f.rule.id == case.rule.id]
        lines = [t for line in finding.evidence for t in line]
        awaited = bool(list(finding.rule.awaits(verdict.case, request)))
        said = "awaited" if awaited else finding.outcome.value
        assert (number, said) == (number, outcome), lines
        assert words in " ".join(line.en for line in finding.evidence)
        assert all(line and "{" not in line for line in lines)
        assert not any(HAN.search(line.en) for line in finding.evidence)
        assert all(HAN.search(line.zh) for line in finding.evidence)


@pytest.mark.parametrize("path", CASES)
def test_the_model_of_the_rule_alone_bars_what_is_broken(path):
    case = read(path)
    others = [r() for r in RULES if not r.judges]
    rules = RuleSet((*others, dataclasses.replace(case.rule, level=Level.HARD)))
    desk = LeaveDesk(case.roster, rules)
    for number, outcome, _ in case.answers:
        asked = up_to(desk, case, number)
        sides = [(x, s) for x in asked if desk.needs_stand_in(x) for s in desk.sides(x)]
        builder = build_leaves(rules, desk.roster, asked, sides, desk.in_force)
        for _, taken in builder.leaves:
            builder.model.add(taken.var == 1)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        possible = solver.solve(builder.model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        assert possible == (outcome != "broken"), number


@pytest.mark.parametrize("rule", LEAVE_RULES, ids=lambda r: r.id)
def test_every_rule_of_leave_has_its_cases(rule):
    cases = {p.stem: read(p) for p in files() if p.parent.name == rule.id}
    outcomes = {o for c in cases.values() for _, o, _ in c.answers}
    bad = (
        "awaited"
        if rule.id in AWAITING
        else "manager"
        if rule.id in LEFT_TO_THE_MANAGER
        else "broken"
    )
    assert {"held", bad} <= outcomes
    assert any(name.startswith("edge") for name in cases), "none across the month's edge"
