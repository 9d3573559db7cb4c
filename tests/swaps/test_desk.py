"""A verdict is what a full audit of the roster after the swap says."""

from __future__ import annotations

import dataclasses
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from teams import likely_rows, problem, random_row, roster, rules, with_swaps, without

from roster.audit import audit, diff
from roster.plan import Roster
from roster.problem import Status
from roster.rule import Level, Scope
from roster.swaps.desk import Answer, Desk, Outcome
from roster.swaps.exchange import exchange_of, exchanges, misfits

SEEDS = st.integers(0, 1_000_000)
KEEPS = "swap_keeps_roster"


def by_hand(before: Roster, exchange) -> Roster | None:
    """Return the roster after an exchange, cell by cell; None when there is none."""
    cells = {}
    given_away = {(leg.giver, leg.d) for leg in exchange.legs}
    for leg in exchange.legs:
        if not 0 <= leg.d < before.problem.n_days:
            continue
        if before.code(leg.giver, leg.d) != leg.code:
            return None
        cells.setdefault((leg.giver, leg.d), None)
        if before.on(leg.taker, leg.d) and (leg.taker, leg.d) not in given_away:
            return None
        cells[leg.taker, leg.d] = leg.code
    return before.with_changes(cells)


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_verdict_is_a_full_audit_of_the_roster_after(seed):
    rng = random.Random(seed)
    made = roster(rng, problem(rng, rng.randint(3, 6), rng.randint(6, 16)))
    row = random_row(rng, made, 1)
    if row is None:
        return
    made = with_swaps(made, [row])
    desk = Desk(made, rules())
    (exchange,) = exchanges(made, [Status.REQUESTED])
    verdict = desk.verdict(exchange)
    after = by_hand(made, exchange)
    outcomes = {f.rule.id: f.outcome for f in verdict.findings}
    if after is None:
        assert verdict.answer is Answer.REJECTED
        assert outcomes[KEEPS] is Outcome.BROKEN
        return
    # Every rule, everybody and every day, without looking at what changed.
    whole = diff(audit(made, desk.rules), audit(after, desk.rules))
    inside = [v for v in whole.new if v.level is Level.HARD]
    owed = any(leg.d >= made.problem.n_days for leg in exchange.legs)
    if not owed:
        key = lambda v: (v.rule, v.level, v.case, v.who, v.when, v.amount)  # noqa: E731
        assert sorted(map(key, verdict.case.news.new)) == sorted(map(key, whole.new))
        assert sorted(map(key, verdict.case.news.resolved)) == sorted(map(key, whole.resolved))
        assert (outcomes[KEEPS] is Outcome.BROKEN) == bool(inside)
    elif inside:
        assert outcomes[KEEPS] is Outcome.BROKEN
    lead = any(v.rule in ("lead_presence", "lead_handover") for v in inside)
    assert (outcomes["swap_lead_week"] is Outcome.BROKEN) == lead
    broken = Outcome.BROKEN in outcomes.values()
    manager = Outcome.MANAGER in outcomes.values()
    wanted = "rejected" if broken else "referred" if manager else "approved"
    assert verdict.answer.value == wanted
    assert desk.allowed([exchange]) == (not broken)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_what_is_approved_counts_as_carried_out(seed):
    rng = random.Random(seed)
    made = roster(rng, problem(rng, 5, 12))
    rows = likely_rows(rng, made, rules(), 2)
    if len(rows) < 2:
        return
    first, second = rows
    approved = with_swaps(made, [_with(first, Status.APPROVED), second])
    desk = Desk(approved, rules())
    if desk.stale:
        return
    done = by_hand(made, exchange_of(made, [first]))
    applied = with_swaps(done, [_with(_typed(made, first), Status.APPLIED), second])
    other = Desk(applied, rules())
    assert desk.roster.cells == done.cells == other.roster.cells
    one, two = desk.exchange(second.id), other.exchange(second.id)
    if misfits(other.rosters, two):
        assert desk.verdict(one).answer is Answer.REJECTED
        return
    said = [
        [(f.rule.id, f.outcome) for f in d.verdict(x).findings]
        for d, x in ((desk, one), (other, two))
    ]
    assert said[0] == said[1]


def _with(row, status):
    return dataclasses.replace(row, status=status)


def _typed(made, row):
    x = exchange_of(made, [row])
    codes = {leg.code_column: leg.code for leg in x.legs}
    return dataclasses.replace(
        row, shift=codes["shift"], return_shift=codes.get("return_shift", "")
    )


def test_a_rule_that_is_soft_or_off_rejects_nothing():
    rng = random.Random(3)
    made = roster(rng, problem(rng, 4, 10))
    row = next(r for k in range(50) if (r := random_row(rng, made, 1)) is not None)
    made = with_swaps(made, [row])
    hard = Desk(made, rules(swap_limit={"per_month": 0}))
    soft = Desk(made, rules(swap_limit={"per_month": 0, "level": Level.SOFT}))
    off = Desk(made, rules(**without("swap_limit")))
    outcome = {
        name: {f.rule.id: f.outcome for f in d.verdict(d.exchange("1")).findings}
        for name, d in (("hard", hard), ("soft", soft), ("off", off))
    }
    assert outcome["hard"]["swap_limit"] is Outcome.BROKEN
    assert outcome["soft"]["swap_limit"] is Outcome.BROKEN
    against = soft.verdict(soft.exchange("1")).against
    assert "swap_limit" not in {f.rule.id for f in against}
    assert "swap_limit" not in outcome["off"]


@pytest.mark.parametrize("seed", range(40))
def test_looking_at_the_touched_people_and_days_is_enough(seed):
    rng = random.Random(seed)
    made = roster(rng, problem(rng, 5, 14))
    e, d = rng.randrange(5), rng.randrange(14)
    other = made.with_changes({(e, d): rng.choice([None, *"DEN"])})
    every = rules()
    whole = diff(audit(made, every), audit(other, every))
    part = diff(audit(made.focused([e], [d]), every), audit(other.focused([e], [d]), every))
    assert part == whole


def test_the_scopes_tell_what_a_rule_looks_at():
    # A rule of one person finds nothing about others, one of the day nothing on other days.
    for seed in range(30):
        rng = random.Random(seed)
        made = roster(rng, problem(rng, 4, 10))
        for rule in rules().hard:
            if rule.scope is Scope.PERSON:
                found = list(rule.check(made.focused([1], [])))
                assert all(v.who == ("E2",) for v in found), rule.id
            elif rule.scope is Scope.DAY:
                found = list(rule.check(made.focused([], [3])))
                assert all(v.when == (made.problem.date_of(3),) for v in found), rule.id
