"""Other tools beside the product: what they are given is the month, and how they are scored."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import peers  # noqa: E402
from big_team import enlarged, telecom  # noqa: E402
from peer_data import SAID, CannotSay, given, left_out, roster_of, typed  # noqa: E402
from peer_idiom import SHORT, Idiom, with_cp_sat, with_highs  # noqa: E402
from peers import PEERS, WORKFORCE, Run, Score, Stand, ahead, as_markdown, notes  # noqa: E402

from constraints import REGISTRY  # noqa: E402
from examples import cells, tables  # noqa: E402
from roster.audit import audit  # noqa: E402
from roster.outcome import SolveStatus  # noqa: E402
from roster.plan import Roster  # noqa: E402
from roster.problem import (  # noqa: E402
    CarryOver,
    DayChoice,
    Demand,
    Employee,
    FixedDuty,
    Grade,
    Leave,
    LeaveKind,
    Problem,
    Protection,
    Request,
    Shift,
    ShiftKind,
    Task,
    Want,
)
from roster.rule import Level, RuleSet  # noqa: E402
from roster.solve import solve  # noqa: E402

START = date(2026, 12, 29)  # a Tuesday; New Year's Day and a weekend lie in the horizon
DAYS = 9


def day(d: int) -> date:
    return START + timedelta(days=d)


def small() -> tuple[Problem, RuleSet]:
    """Return a team of seven in which every rule that can be said has something to say."""
    people = (
        Employee(id="A", grade=Grade.SENIOR, leader=True, rotation=False),
        Employee(id="B", grade=Grade.SENIOR, skills=frozenset({"night"}), min_minutes=1920),
        Employee(id="C", grade=Grade.SENIOR, skills=frozenset({"night"}), max_minutes=2880),
        Employee(
            id="D",
            grade=Grade.SENIOR,
            skills=frozenset({"night"}),
            shift_limits={"N": 2},
            max_weekends=1,
        ),
        Employee(id="E", skills=frozenset({"night"}), max_consecutive_days=4),
        Employee(id="F", protection=Protection.NURSING, protected_to=day(5), rotation=False),
        Employee(id="G", mentor="C", mentored_until=day(4), rotation=False, end_date=day(7)),
    )
    shifts = (
        Shift(code="D", segments=((480, 960),)),
        Shift(code="L", segments=((510, 720), (780, 1050)), counts_as=frozenset("D")),
        Shift(code="E", segments=((950, 1440),), paid_minutes=480, kind=ShiftKind.EVENING),
        Shift(
            code="N",
            segments=((1430, 1920),),
            paid_minutes=480,
            kind=ShiftKind.NIGHT,
            skills=frozenset({"night"}),
            not_before=frozenset("DLE"),
        ),
    )
    past = ("DDEE---L", "EENN--DD", "NN---DDD", "--DDEE--", "DD--DDEE", "-DDDD---", "DDD-----")
    problem = Problem(
        start=START,
        end=day(DAYS - 1),
        employees=people,
        shifts=shifts,
        demand=(
            Demand(shifts=frozenset("D"), min=1, target=2, max=2),
            Demand(shifts=frozenset("E"), min=1, target=1, max=1),
            Demand(shifts=frozenset("N"), min=1, target=1),
            Demand(shifts=frozenset("D"), min_grade=Grade.SENIOR, target=1, under_weight=7),
            Demand(shifts=frozenset("L"), max=1, over_weight=3),
        ),
        leaves=(
            Leave(staff="B", first=day(3), last=day(4), kind=LeaveKind.ANNUAL),
            Leave(staff="E", first=day(6), last=day(6)),
        ),
        requests=(
            Request(staff="A", day=day(1), want=Want.OFF),
            Request(staff="D", day=day(2), want=Want.SHIFT, shift="E", weight=9),
            Request(staff="C", day=day(5), want=Want.NOT, shift="N"),
        ),
        fixed=(FixedDuty(staff="F", day=day(2), shift="D"),),
        history={
            (p.id, day(d - 8)): None if code == "-" else code
            for p, row in zip(people, past)
            for d, code in enumerate(row)
        },
        carry_over={p.id: CarryOver(nights=n, weekends=n) for n, p in enumerate(people)},
        tasks=(Task(name="plants", shifts=frozenset("D"), people=1, **vars(DayChoice())),),
    )
    defaults = REGISTRY.defaults(REGISTRY.rulebook("telecom"))
    for rule_id, changes in (
        ("night_cover", {"people": 1, "senior": 0}),
        ("shift_lead", {"kinds": ("day", "evening")}),
    ):
        defaults[rule_id] = replace(defaults[rule_id], **changes)
    return problem, REGISTRY.rule_set(defaults, "telecom")


def fixed(problem: Problem, rules: RuleSet, roster: Roster) -> int | None:
    """Return what the idiom's model charges for a roster, None when it admits it not."""
    idiom = Idiom(typed(problem, rules), hard=False)
    idiom.fix([[code or "-" for code in row] for row in roster.cells])
    answer = with_cp_sat(idiom, 20, workers=1)
    assert answer["status"] in ("optimal", "infeasible")
    return answer.get("objective")


@pytest.mark.parametrize("which", ["cp-sat", "highs"])
def test_the_optimum_of_a_peer_is_what_the_checkers_say_and_what_our_search_finds(which):
    problem, rules = small()
    rules = given(problem, rules, SAID)
    idiom = Idiom(typed(problem, rules), hard=False)
    if which == "cp-sat":
        answer = with_cp_sat(idiom, 60)
    else:
        answer = with_highs(idiom, time.time() + 60)
    assert answer["status"] == "optimal"
    found = audit(roster_of(problem, answer["rows"]), rules)
    assert not found.broken
    assert answer["objective"] == SHORT * found.shortage + found.points
    outcome, _ = solve(problem, rules, seconds=60)
    assert outcome.status is SolveStatus.OPTIMAL
    assert (outcome.audit.shortage, outcome.audit.points) == (found.shortage, found.points)


def test_what_the_model_admits_and_charges_is_what_the_checkers_say_of_many_rosters():
    problem, rules = small()
    rules = given(problem, rules, SAID)
    idiom = Idiom(typed(problem, rules), hard=False)
    base = roster_of(problem, with_cp_sat(idiom, 5)["rows"])
    dice, kept = random.Random(7), 0
    for _ in range(90):
        changes = {
            (dice.randrange(7), dice.randrange(DAYS)): dice.choice((None, "D", "L", "E", "N"))
            for _ in range(dice.choice((1, 1, 2)))
        }
        roster = base.with_changes(changes)
        found, charged = audit(roster, rules), fixed(problem, rules, roster)
        assert (charged is None) == bool(found.broken), [v.rule for v in found.broken]
        if charged is not None:
            assert charged == SHORT * found.shortage + found.points
            kept, base = kept + 1, dice.choice((base, roster))
    assert 10 < kept < 80


def test_a_roster_of_the_telecom_month_costs_in_the_model_what_it_costs_in_the_audit():
    problem, rules = telecom()
    rules = given(problem, rules, SAID)
    made = cells("telecom-desk")
    roster = Roster(problem, tuple(tuple(made[p.id]) for p in problem.employees))
    found = audit(roster, rules)
    assert not found.broken and found.points > 1000
    assert fixed(problem, rules, roster) == SHORT * found.shortage + found.points


def test_a_rule_that_cannot_be_said_is_named_and_off_and_the_others_are_as_they_were():
    problem, rules = telecom()
    assert left_out(problem, rules, SAID) == ("meetings",)
    told = given(problem, rules, SAID)
    off = {r.id for r in rules.enforced} - {r.id for r in told.enforced}
    assert off == {"meetings"}
    assert all(rules[r.id] == r for r in told.enforced)
    # Nobody has a limit of weekends by the rule, but one has one of their own.
    assert rules["max_weekends"].void and "max_weekends" in left_out(problem, rules, WORKFORCE)


def test_a_setting_without_a_place_in_the_numbers_is_refused_not_dropped():
    problem, rules = small()
    soft = {"max_consecutive_nights": Level.SOFT}
    changed = RuleSet(tuple(replace(r, level=soft.get(r.id, r.level)) for r in rules))
    with pytest.raises(CannotSay, match="max_consecutive_nights"):
        typed(problem, changed)


def test_positions_of_pyworkforce_ask_for_seniors_within_what_the_shift_asks_for():
    positions = _of_workforce()
    problem, rules = telecom()
    month = typed(problem, given(problem, rules, PEERS["pyworkforce"].said))
    required, open_to = positions(month, "min")
    early = {key: need[0] for key, need in required.items() if key[0] == "D"}
    assert sum(early.values()) == 7  # Tuesday 1 December: seven agents, of whom a senior ...
    assert sorted(early.values()) == [1, 1, 5]  # ... and somebody with English
    training = next(key for key in required if key == ("L", "fixed"))
    assert required[training][9] == 3 and len(open_to[training]) == 3


def _of_workforce() -> Callable:
    """Return the function of a script whose package need not be here."""
    text = (BENCHMARKS / "peer_workforce.py").read_text(encoding="utf-8")
    names: dict = {}
    exec(text[text.index("OFF =") : text.index("def search")], names)
    return names["positions"]


# --- the stand -------------------------------------------------------------------------------


def test_a_peer_that_cannot_run_stands_in_the_table_with_the_reason(tmp_path, monkeypatch):
    problem, rules = small()
    monkeypatch.setattr(peers.shutil, "which", lambda name: None)
    stand = Stand(7, problem, rules, 5, tmp_path, tmp_path)
    run = stand.peer("timefold")
    assert run.why == "not run: no Java on this machine, 17 is needed"
    run.beside = ahead(Run(7, "roster solve", "x", own=Score(0, 0, 1)), run)
    assert "not run: no Java" in as_markdown([run], list(notes(problem, rules, ["timefold"])))


def test_a_peer_runs_in_a_process_of_its_own_and_is_scored_under_its_rules(tmp_path):
    problem, rules = small()
    stand = Stand(7, problem, rules, 40, tmp_path, tmp_path)  # both end long before
    ours, theirs = stand.ours(SAID), stand.peer("cp-sat")
    assert (ours.why, theirs.why) == ("optimal", "optimal")
    assert ours.own == theirs.own and ahead(ours, theirs) == "nobody"
    assert theirs.bound == theirs.own.points + SHORT * theirs.own.short
    assert 0 < theirs.processor and theirs.memory > 20


def test_a_search_that_fails_is_reported_with_its_last_word(tmp_path):
    problem, rules = small()
    stand = Stand(7, problem, rules, 2, tmp_path, tmp_path)
    run = stand._run(
        Run(7, "x", "x"),
        [sys.executable, "-c", "raise SystemExit('no licence')"],
        tmp_path / "month",
        rules,
    )
    assert run.why == "failed: no licence" and run.own is None


@pytest.mark.parametrize(
    ("ours", "theirs", "who"),
    [
        ((0, 0, 90), (0, 0, 100), "ours"),
        ((0, 1, 90), (0, 0, 100), "peer"),
        ((0, 0, 90), (0, 0, 90), "nobody"),
        ((0, 0, 90), None, "ours"),
        (None, (3, 0, 90), "peer"),
        (None, None, "nobody"),
    ],
)
def test_who_is_ahead_is_said_by_hard_rules_first_then_shortage_then_points(ours, theirs, who):
    runs = [Run(1, "", "", own=x and Score(*x)) for x in (ours, theirs)]
    assert ahead(*runs) == who


# --- teams -----------------------------------------------------------------------------------


def test_the_team_at_its_own_size_is_the_example():
    def rows(sheets: dict, name: str) -> list:
        return sorted(repr(sorted(row.items())) for row in sheets[name])

    made, example = enlarged(), tables("telecom", "en")
    assert made.keys() == example.keys()
    assert all(rows(made, name) == rows(example, name) for name in example)


@pytest.mark.parametrize(("people", "weeks"), [(20, 8), (100, None)])
def test_a_team_of_any_size_is_a_readable_workbook_with_everything_in_proportion(people, weeks):
    problem, _ = telecom(people, weeks)
    size = len(problem.employees)
    assert size == people == len({p.id for p in problem.employees})
    assert size == len({p.name for p in problem.employees})
    assert problem.n_days == (31 if weeks is None else 7 * weeks)
    (early,) = (r for r in problem.demand if r.cell == "Demand!A2")
    assert early.min == 7 * people // 42
    away = [sum(problem.leave_on(e, d) is not None for e in range(size)) for d in range(28)]
    assert max(away) <= people / 5
    later = [len([w for w in problem.requests if w.day >= day(d)]) for d in (0, -14)]
    assert 0 < later[0] < later[1]
    if weeks:
        shorter, _ = telecom(people, 4)
        pairs = zip(problem.employees, shorter.employees)
        assert all(a.max_minutes > b.max_minutes for a, b in pairs if a.max_minutes)


def test_the_smallest_team_of_the_curve_has_a_roster():
    # Who leads as the month begins needs room for it in the days before.
    problem, rules = telecom(20)
    outcome, _ = solve(problem, rules, work=1)
    assert outcome.audit is not None and not outcome.audit.hard
