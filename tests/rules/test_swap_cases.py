"""The cases of the rules of swaps: what each rule says of each row, and how the whole ends."""

from __future__ import annotations

import dataclasses
import re

import pytest
from cases_format import files, of_swaps, read

from constraints import REGISTRY, RULES
from roster.model import build_exchanges
from roster.rule import Level, Rule, RuleSet
from roster.swaps.desk import CHECKED, Desk
from roster.swaps.exchange import exchanges, misfits

CASES = [pytest.param(p, id=f"{p.parent.name}/{p.stem}") for p in of_swaps()]
SWAP_RULES = [r for r in RULES if r.judges == "swap"]
HAN = re.compile(r"[\u4e00-\u9fff]")


def standard(rule: Rule) -> RuleSet:
    """Return every rule at its default, one of them as a case has it."""
    made = {r.id: r() for r in RULES} | {rule.id: dataclasses.replace(rule)}
    return REGISTRY.rule_set(made, "standard")


@pytest.mark.parametrize("path", CASES)
def test_what_the_rule_says_of_each_row(path):
    case = read(path)
    desk = Desk(case.roster, standard(case.rule))
    assert case.answers
    for number, outcome, words in case.answers:
        exchange = desk.exchange(number)
        assert exchange is not None and not misfits(desk.published, exchange), number
        (finding,) = [f for f in desk.verdict(exchange).findings if f.rule.id == case.rule.id]
        lines = [t for line in finding.evidence for t in line]
        assert (number, finding.outcome.value) == (number, outcome), lines
        assert words in " ".join(line.en for line in finding.evidence)
        assert all(line and "{" not in line for line in lines)
        assert not any(HAN.search(line.en) for line in finding.evidence)
        assert all(HAN.search(line.zh) for line in finding.evidence)


@pytest.mark.parametrize("path", CASES)
def test_the_model_of_the_rule_alone_bars_what_is_broken(path):
    from ortools.sat.python import cp_model

    case = read(path)
    lead = [r() for r in RULES if r.id in ("lead_presence", "lead_handover")]
    others = [r() for r in RULES if not r.judges]
    beside = {"swap_lead_week": lead, "swap_keeps_roster": others}.get(case.rule.id, [])
    rules = RuleSet((*beside, dataclasses.replace(case.rule, level=Level.HARD)))
    desk = Desk(case.roster, rules)
    said = {number: outcome for number, outcome, _ in case.answers}
    for exchange in exchanges(case.roster, CHECKED):
        if not said.keys() & {r.id for r in exchange.rows}:
            continue
        sides = [(exchange, side) for side in exchange.sides]
        builder = build_exchanges(rules, desk.roster, sides, desk.in_force)
        builder.model.add(builder.offers[0].taken.var == 1)
        status = cp_model.CpSolver().solve(builder.model)
        outcome = next(said[r.id] for r in exchange.rows if r.id in said)
        possible = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        # A cell holds one duty whatever the rules say.
        assert possible == (outcome != "broken" and not desk.case([exchange]).clashes)


@pytest.mark.parametrize("rule", SWAP_RULES, ids=lambda r: r.id)
def test_every_rule_of_swaps_has_its_cases(rule):
    cases = {p.stem: read(p) for p in files() if p.parent.name == rule.id}
    outcomes = {o for c in cases.values() for _, o, _ in c.answers}
    assert {"held", "broken"} <= outcomes
    edges = [c for name, c in cases.items() if name.startswith("edge")]
    assert edges, "none across the month's edge"


PARAMETERS = [(r, p.name) for r in SWAP_RULES for p in r.parameters()]


@pytest.mark.parametrize(("rule", "name"), PARAMETERS, ids=lambda x: getattr(x, "id", x))
def test_every_parameter_changes_an_answer(rule, name):
    default = getattr(rule(), name)
    for path in of_swaps():
        case = read(path)
        if case.rule.id != rule.id or getattr(case.rule, name) == default:
            continue
        before = dataclasses.replace(case.rule, **{name: default})
        desks = [Desk(case.roster, standard(r)) for r in (case.rule, before)]
        for number, _, _ in case.answers:
            said = [
                next(
                    (f.outcome, v.awaiting)
                    for v in [d.verdict(d.exchange(number))]
                    for f in v.findings
                    if f.rule.id == rule.id
                )
                for d in desks
            ]
            if said[0] != said[1]:
                return
    pytest.fail(f"no case in which {name} matters")
