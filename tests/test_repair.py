"""Somebody is ill: the repair is the best of all, what must stay stays, and it is told."""

from __future__ import annotations

import dataclasses
import itertools
import random
from datetime import date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from test_cli import add, answer, put, rows, run, team, templates  # noqa: F401
from test_tiny_optimum import cost_of, rules, tiny

from constraints import REGISTRY, RULES
from roster.audit import audit
from roster.model import build
from roster.outcome import SolveStatus
from roster.plan import Roster
from roster.problem import (
    Days,
    Demand,
    Employee,
    FixedDuty,
    Grade,
    Leave,
    LeaveKind,
    Problem,
    Shift,
    ShiftKind,
    Status,
    Swap,
)
from roster.repair import Absence, open_cells, repair, with_absences
from roster.rotation import turns
from roster.rule import Level, RuleSet
from roster.workbook.read import read

DAY = Shift(code="D", segments=((480, 960),))
NIGHT = Shift(code="N", segments=((1320, 1800),), kind=ShiftKind.NIGHT)
MONDAY = date(2026, 12, 7)


def on(d: int) -> date:
    return MONDAY + timedelta(days=d)


def some_rules(**changes: dict) -> RuleSet:
    """Return every rule of the roster at its default but for some."""
    leads_ = ("lead_rotation", "lead_presence", "lead_handover")
    off = {rule_id: {"level": Level.OFF} for rule_id in leads_}
    book = {"night_cover": {"people": 0}, "shift_lead": {"level": Level.OFF}, **off, **changes}
    return RuleSet(tuple(r(**book.get(r.id, {})) for r in RULES))


def small(*grid: str, **more: object) -> Roster:
    """Return a roster of seniors ``E1``, ``E2``, ... from a Monday on, one D needed a day."""
    staff = tuple(Employee(id=f"E{i}", grade=Grade.SENIOR) for i in range(1, len(grid) + 1))
    fields = {
        "employees": staff,
        "shifts": (DAY, NIGHT),
        "demand": (Demand(shifts=frozenset("D"), min=1),),
        **more,
    }
    problem = Problem(start=MONDAY, end=on(len(grid[0]) - 1), **fields)
    return Roster(problem, tuple(tuple(None if c == "." else c for c in r) for r in grid))


def ill(e: int, first: int, last: int | None = None) -> Absence:
    return Absence(staff=f"E{e}", first=on(first), last=on(first if last is None else last))


def grid(roster: Roster) -> list[str]:
    return ["".join(c or "." for c in row) for row in roster.cells]


# --- the best of all ------------------------------------------------------------------------


def stability(roster: Roster) -> int:
    stable = REGISTRY.rule("stability")(level=Level.SOFT)
    return sum(v.points for v in stable.check(roster))


@pytest.mark.parametrize("seed", range(40))
def test_no_other_roster_is_a_better_repair(seed):
    """Of all rosters with the same past: least shortage, then stability, then points."""
    rng = random.Random(seed)
    problem, in_force = tiny(seed), rules(seed)
    problem = dataclasses.replace(problem, posts=())
    hard = [r for r in in_force if r.level is Level.HARD and r.id != "cover"]
    n, codes = problem.n_days, (None, *problem.shift_by_code)
    for _ in range(400):
        cells = tuple(tuple(rng.choice(codes) for _ in range(n)) for _ in problem.employees)
        published = Roster(problem, cells)
        if cost_of(published, hard, in_force) is not None:
            break
    who = rng.randrange(len(problem.employees))
    busy = [d for d in range(n) if published.on(who, d)] or [0]
    day = problem.days[rng.choice(busy)]
    since = problem.days[max(0, problem.index_of(day) - rng.randrange(2))]
    absence = Absence(staff=problem.employees[who].id, first=day, last=day)
    found = repair(published, in_force, [absence], since=since, seconds=10, workers=1)

    changed, _ = with_absences(published, [absence], since)
    base = Roster(changed, published.cells)
    e, d = who, problem.index_of(day)
    base = base.with_changes({(e, d): None})
    free = sorted(open_cells(base, since, problem.end))
    best = None
    for choice in itertools.product(codes, repeat=len(free)):
        roster = base.with_changes(dict(zip(free, choice)))
        cost = cost_of(roster, hard, in_force)
        if cost is not None:
            rank = cost[0], stability(roster), cost[1]
            best = rank if best is None else min(best, rank)
    if best is None:
        # What cannot be kept is told, or there is no repair.
        assert found.roster is None or found.outcome.audit.broken
        return
    assert found.outcome.status is SolveStatus.OPTIMAL and found.proven
    checked = found.outcome.audit
    assert not checked.broken
    assert (checked.shortage, stability(found.roster), checked.points) == best


def test_the_tiny_problems_say_something():
    """Among them are some that need changes, some with shortage and some without a way."""
    kinds = set()
    for seed in range(40):
        rng = random.Random(seed)
        problem, in_force = tiny(seed), rules(seed)
        cells = tuple(
            tuple(rng.choice((None, *problem.shift_by_code)) for _ in problem.days)
            for _ in problem.employees
        )
        absence = Absence(
            staff=problem.employees[0].id, first=problem.start, last=problem.start
        )
        found = repair(Roster(problem, cells), in_force, [absence], seconds=5, workers=1)
        if found.roster is None:
            kinds.add(found.outcome.status.value)
            continue
        kinds.add("changes" if found.affected else "none")
        kinds.add("short" if found.outcome.shortage else "full")
        kinds.add("broken" if found.outcome.audit.broken else "kept")
        assert not {v.rule for v in found.new} - {v.rule for v in found.outcome.audit.broken}
    assert {"changes", "none", "short", "full", "broken", "kept"} <= kinds


# --- few people, late ------------------------------------------------------------------------


def test_one_person_rather_than_two():
    roster = small("DDD..", "...DD", ".....", ".....")
    found = repair(roster, some_rules(), [ill(1, 0, 2)], seconds=5)
    assert len(found.affected) == 1 and len(found.changes) == 6
    assert found.proven and found.outcome.shortage == 0
    assert {c.because for c in found.changes if not c.away} == {(0,)}


def test_later_changes_are_cheaper():
    """Who must rest after the night can do so today or at the end of next week."""
    roster = small(
        "DDDDD..DDDDD..", "..............", demand=(Demand(shifts=frozenset("D"), min=0),)
    )
    limits = {"max_consecutive_days": {"days": 4}, "min_consecutive_days": {"level": Level.OFF}}
    legal = some_rules(**limits)
    assert audit(roster, legal).broken
    found = repair(roster, legal, [ill(2, 0)], seconds=5)
    # Runs of five are put right, at their last day rather than at their first.
    assert not found.outcome.audit.broken
    assert [c.d for c in found.changes] == [4, 11] and grid(found.roster)[0][4] == "."


def test_an_absence_without_duty_changes_nothing():
    roster = small("DD.DD", "..D..")
    found = repair(roster, some_rules(), [ill(1, 2)], seconds=5)
    assert found.changes == () and found.affected == () and found.proven
    assert found.new_leave == (
        Leave(
            staff="E1",
            first=on(2),
            last=on(2),
            kind=LeaveKind.SICK,
            asked_at=datetime(2026, 12, 9),
        ),
    )


# --- what stays ------------------------------------------------------------------------------


def test_past_and_later_days_stay():
    roster = small("DDDDD", ".....", ".....")
    found = repair(roster, some_rules(), [ill(1, 0, 4)], since=on(2), until=on(3), seconds=5)
    assert all(c.away or 2 <= c.d <= 3 for c in found.changes)
    # The days before and after could not be filled: they are short, and said to be.
    assert found.outcome.shortage == 3 and found.proven
    assert [c.notice for c in found.changes if c.away] == [-2, -1, 0, 1, 2]


def test_pins_swaps_and_published_days_stay():
    pins = (FixedDuty(staff="E2", day=on(1), shift=None),)
    row = Swap(id="7", applicant="E3", partner="E9", day=on(2), status=Status.APPLIED)
    roster = small("DDDD", "....", "....", fixed=pins, swaps=(row,), published_until=on(0))
    problem = roster.problem
    free = open_cells(roster, MONDAY, problem.end)
    assert (1, 1) not in free and (2, 2) not in free
    assert all(d > 0 for _, d in free)
    assert (1, 0) in open_cells(roster, MONDAY, problem.end, hold_published=False)
    found = repair(roster, some_rules(), [ill(1, 0, 3)], seconds=5)
    after = grid(found.roster)
    assert [row[0] for row in after] == [".", ".", "."] and found.outcome.shortage == 1
    assert after[1][1] == "." and after[2][2] == "."
    assert all("D" in column for column in list(zip(*after))[1:])
    reopened = repair(roster, some_rules(), [ill(1, 0, 3)], hold_published=False, seconds=5)
    assert reopened.outcome.shortage == 0


def test_a_pin_that_was_broken_by_hand_is_put_right():
    pins = (FixedDuty(staff="E2", day=on(1), shift="D"),)
    found = repair(small("DD", "..", fixed=pins), some_rules(), [ill(1, 0)], seconds=5)
    assert found.roster.code(1, 1) == "D"


def test_what_the_past_broke_is_known_and_gets_no_worse():
    """Seven days in a row by Sunday: the eighth need not be, the past stays as it is."""
    roster = small("DDDDDDDD", "........", demand=(Demand(shifts=frozenset("D"), min=0),))
    found = repair(roster, some_rules(), [ill(2, 7)], since=on(7), seconds=5)
    assert found.new == () and found.known
    assert grid(found.roster)[0] == "DDDDDDD."


def test_sooner_short_than_a_hard_rule_broken():
    """Nobody else can do the night without breaking the rest between duties."""
    rows_ = (
        Demand(shifts=frozenset("N"), min=1, days=Days.DATE, first=MONDAY),
        Demand(shifts=frozenset("D"), min=1),
    )
    roster = small("N.", "DD", demand=rows_)
    found = repair(roster, some_rules(), [ill(1, 0)], seconds=5)
    assert not found.outcome.audit.broken
    assert found.outcome.shortage == 1 and found.outcome.shortage_proven


def test_who_nobody_can_replace():
    """The only one who may work nights is ill: the night is short, or there is no repair."""
    staff = (Employee(id="E1", grade=Grade.SENIOR), Employee(id="E2"))
    shifts = (DAY, dataclasses.replace(NIGHT, min_grade=Grade.SENIOR))
    roster = small(
        "N.",
        "..",
        employees=staff,
        shifts=shifts,
        demand=(Demand(shifts=frozenset("N"), min=1, days=Days.DATE, first=MONDAY),),
    )
    found = repair(roster, some_rules(), [ill(1, 0)], seconds=5)
    assert found.outcome.shortage == 1 and found.proven
    asked = some_rules(night_cover={"people": 1})
    found = repair(
        small("NN", "..", employees=staff, shifts=shifts, demand=()),
        asked,
        [ill(1, 0)],
        seconds=5,
    )
    assert found.outcome.status is SolveStatus.INFEASIBLE and found.roster is None
    (refusal,) = found.refusals
    assert refusal.rule.id == "night_cover" and refusal.when == (0,)
    # On a day that others may not change any more it is told instead.
    past = repair(
        small("NN", "..", employees=staff, shifts=shifts, demand=()),
        asked,
        [ill(1, 0)],
        since=on(1),
        seconds=5,
    )
    assert [v.rule for v in past.new] == ["night_cover"]


def test_where_no_repair_keeps_the_rules_it_says_which_stands_in_the_way():
    """The only day left to work the least hours on is the only one to rest on."""
    staff = (Employee(id="E1", min_minutes=480), Employee(id="E2"))
    roster = small("D.", "..", employees=staff)
    pins = (FixedDuty(staff="E1", day=on(1), shift=None),)
    problem = dataclasses.replace(roster.problem, fixed=pins)
    absence = dataclasses.replace(ill(1, 0), kind=LeaveKind.PERSONAL)
    found = repair(Roster(problem, roster.cells), some_rules(), [absence], seconds=5)
    # The pin and the illness leave no way: it is the least hours that are broken, and told.
    assert [v.rule for v in found.new] == ["monthly_hours"]
    again = repair(roster, some_rules(), [absence], seconds=5)
    assert again.new == () and grid(again.roster)[0] == ".D"


def test_a_leave_that_is_there_already_is_not_doubled():
    leaves = (Leave(staff="E1", first=on(1), last=on(2), kind=LeaveKind.ANNUAL),)
    roster = small("D..D", "....", leaves=leaves)
    found = repair(roster, some_rules(), [ill(1, 0, 3), ill(1, 2, 3)], seconds=5)
    assert [(x.first, x.last) for x in found.new_leave] == [(on(0), on(0)), (on(3), on(3))]


# --- the lead and the committees -----------------------------------------------------------


def leads(problem: Problem) -> list[str]:
    return [problem.employees[w.lead].id for w in turns(problem)]


def lead_month(*leaves: Leave) -> Problem:
    return small(*(["D" * 28] * 4), leaves=leaves).problem


def test_a_week_that_has_begun_keeps_its_lead():
    assert leads(lead_month()) == ["E1", "E2", "E3", "E4"]
    friday = Leave(staff="E2", first=on(11), last=on(11))
    # Known before: passed over, and absent on the hand-over to the next week, too.
    assert leads(lead_month(friday)) == ["E1", "E3", "E4", "E2"]
    # Told after the lead of the week has been handed over on Friday 11: it stays.
    for day, late in ((11, False), (12, True), (14, True), (18, True)):
        leave = dataclasses.replace(friday, asked_at=datetime(2026, 12, day, 8))
        kept = leads(lead_month(leave)) == ["E1", "E2", "E3", "E4"]
        assert kept == late, day
        assert kept or leads(lead_month(leave)) == leads(lead_month(friday))


def test_who_missed_most_of_the_week_they_led_comes_again():
    late = Leave(staff="E2", first=on(8), last=on(10), asked_at=datetime(2026, 12, 15, 7))
    assert leads(lead_month(late)) == ["E1", "E2", "E2", "E3"]
    two = dataclasses.replace(late, last=on(9))
    assert leads(lead_month(two)) == ["E1", "E2", "E3", "E4"]
    from roster.rotation import turn_after

    problem = lead_month(late)
    weeks = [(w.monday, problem.employees[w.lead].id) for w in turns(problem)]
    # Next month goes on after E3; nobody was passed over.
    assert turn_after(problem, weeks).waiting == ()
    assert turn_after(problem, weeks).at[0] == "E3"


def lead_rules() -> RuleSet:
    made = {r.id: r() for r in RULES}
    made["shift_lead"] = dataclasses.replace(made["shift_lead"], level=Level.OFF)
    made["night_cover"] = dataclasses.replace(made["night_cover"], people=0)
    made["lead_presence"] = dataclasses.replace(made["lead_presence"], instants=(530,))
    made["lead_handover"] = dataclasses.replace(made["lead_handover"], time=(900,))
    return REGISTRY.rule_set(made, "standard")


def test_the_lead_is_ill_on_the_day_of_the_hand_over():
    week = "DDDDD..DDDDD.."
    roster = small(week, week, week, demand=())
    legal = lead_rules()
    assert not audit(roster, legal).broken
    found = repair(roster, legal, [ill(1, 4)], seconds=5)
    assert not found.outcome.audit.hard
    (change,) = found.leads
    assert (change.monday, change.before, change.after, change.days) == (MONDAY, 0, 1, (4,))
    # Before the week has begun the turn passes on, and the next lead hands over.
    found = repair(roster, legal, [ill(2, 7, 11)], since=on(2), seconds=5)
    weeks = [(x.monday, x.before, x.after) for x in found.leads]
    # The week after lies in the next month; E2 is still away on its hand-over.
    assert weeks == [(on(7), 1, 2), (on(14), 2, 0)]
    assert not found.outcome.audit.hard


def test_committee_posts_stay_but_for_who_is_away():
    names = ("morale", "study")
    staff = tuple(
        Employee(id=f"E{i}", committee_group="AB"[i % 2], rotation=False) for i in range(8)
    )
    grid_ = ["DDDDD..DDDDD.."] * 8
    bare = small(*grid_, employees=staff, posts=names, demand=())
    legal = RuleSet(
        tuple(
            dataclasses.replace(r, posts=names) if r.id == "committee_rotation" else r
            for r in some_rules(committee_groups={"by": "rows"})
        )
    )
    first = build(
        bare.problem, legal.hard, around=bare, free=frozenset((e, 0) for e in range(8))
    )
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    assert solver.solve(first.model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    roster = first.read(solver.boolean_value)
    assert not audit(roster, legal).broken and len(roster.posts) == 4
    holder = roster.holders[on(7), "study"]
    absence = Absence(staff=f"E{holder}", first=on(7), last=on(10))
    found = repair(roster, legal, [absence], seconds=5)
    (moved,) = found.posts
    assert (moved.monday, moved.post, moved.before) == (on(7), "study", holder)
    assert moved.after not in (None, holder) and not found.outcome.audit.broken
    one_day = dataclasses.replace(absence, last=on(7))
    assert repair(roster, legal, [one_day], seconds=5).posts == ()


# --- the command ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def solved(templates, tmp_path_factory):  # noqa: F811
    """Return the result of a week for eight people, two needed by day."""
    folder = tmp_path_factory.mktemp("solved")
    book = load_workbook(templates / "en.xlsx")
    put(book, "Settings", 2, "value", None)
    put(book, "Settings", 3, "value", MONDAY)
    put(book, "Settings", 4, "value", on(6))
    put(book, "Requests", 2, "dates", on(6).isoformat())
    put(book, "Leave", 2, "from", on(6))
    put(book, "Leave", 2, "to", on(6))
    add(book, "Fixed", staff="E05", dates=on(5).isoformat(), shift="D")
    book.save(folder / "team.xlsx")
    out = folder / "week.xlsx"
    # One worker alone finds the same roster each time.
    words = ("solve", folder / "team.xlsx", "-o", out, "--time", 20, "--workers", 1)
    assert run(*words)[0] == 0
    return out


def a_duty(path, staff: str) -> date:
    roster = read(path, REGISTRY, want_roster=True).roster
    e = roster.problem.employee_index[staff]
    return next(roster.problem.days[d] for d, _ in roster.duties_of(e) if d >= 1)


def test_the_command_tells_writes_and_can_be_read_again(solved, tmp_path):
    day, out = a_duty(solved, "E03"), tmp_path / "out.xlsx"
    code, body, _ = answer("repair", solved, "--absent", f"E03:{day}", "-o", out)
    assert code == 0 and body["status"] == "optimal" and body["proven"] is True
    assert body["absent"] == [
        {"staff": "E03", "from": str(day), "to": str(day), "kind": "sick"}
    ]
    assert body["shortage"] == 0 and body["violations"] == [] and body["output"] == str(out)
    own = [c for c in body["changes"] if c["absent"]]
    assert [(c["staff"], c["date"], c["after"]) for c in own] == [("E03", str(day), None)]
    others = {c["staff"] for c in body["changes"] if not c["absent"]}
    assert body["affected"] == len(others)

    before = read(solved, REGISTRY, want_roster=True)
    after = read(out, REGISTRY, want_roster=True)
    differ = {
        (after.problem.employees[e].id, str(after.problem.days[d])): (a, b)
        for e, d, a, b in before.roster.diff(after.roster)
    }
    assert differ == {
        (c["staff"], c["date"]): (c["before"], c["after"]) for c in body["changes"]
    }
    leave = rows(out, "Leave")[-1]
    assert (leave["staff"], leave["kind"], leave["status"]) == ("E03", "sick", "approved")
    assert leave["asked at"] == datetime.combine(day, datetime.min.time())
    # What the ledger says is what an audit of the file finds.
    code, checked, _ = answer("audit", out)
    assert code == 0 and checked["points"] == body["objective"]
    assert sum(r["points"] or 0 for r in rows(out, "Ledger")) == body["objective"]
    listed = [r for r in rows(out, "Changes") if r["staff"]]
    assert {(r["staff"], str(r["date"].date())) for r in listed} == set(differ)
    assert next(r for r in listed if r["staff"] == "E03")["after"] == "sick"

    # In Chinese, and again from the repaired file: nothing is left to do but the leave.
    code, text, _ = run("repair", out, "--absent", f"E03:{day}", lang="zh")
    assert code == 0 and text.startswith("影响 0 人，改动 0 处（已证明最少）")


def test_stability_counts_in_ledger_and_audit_alike(solved, tmp_path):
    book = load_workbook(solved)
    add(book, "Rules", rule="stability", level="soft")
    add(book, "Rules", rule="stability", parameter="person", value=7)
    source, out = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    book.save(source)
    day = a_duty(source, "E03")
    for who in ("E03", "E02", "E04"):
        args = [f"{x}:{day}" for x in {"E03", who}]
        args = [word for x in args for word in ("--absent", x)]
        code, body, _ = answer("repair", source, *args, "-o", out, "--force")
        if body["affected"]:
            break
    assert body["affected"]
    _, checked, _ = answer("audit", out)
    assert checked["points"] == body["objective"]
    (line,) = [x for x in checked["ledger"] if x["rule"] == "stability"]
    assert line["points"] >= 7 * body["affected"] + 10

    # A new solve of a file with a Roster counts against that roster, and says so alike.
    again = tmp_path / "again.xlsx"
    code, body, _ = answer("solve", out, "-o", again, "--time", 5)
    assert code == 0
    _, checked, _ = answer("audit", again)
    assert checked["points"] == body["objective"]


def test_a_file_without_roster_is_solved_as_ever(team, tmp_path):  # noqa: F811
    def on_(book):
        add(book, "Rules", rule="stability", level="soft")

    out, other = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    _, plain, _ = answer("solve", team(), "-o", out, "--time", 20)
    _, asked, _ = answer("solve", team(on_, name="s.xlsx"), "-o", other, "--time", 20)
    assert plain["objective"] == asked["objective"]
    assert "Changes" not in load_workbook(other).sheetnames


def test_ticks_and_untold_changes_are_kept(solved, tmp_path):
    day, out, second = a_duty(solved, "E03"), tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    assert run("repair", solved, "--absent", f"E03:{day}", "-o", out)[0] == 0
    book = load_workbook(out)
    first = [r for r in rows(out, "Changes") if r["staff"]]
    put(book, "Changes", 2, "told", "yes")
    book.save(out)
    assert "E03" in {r["staff"] for r in first}
    # A command that makes no new roster leaves the sheet alone.
    audited = tmp_path / "3.xlsx"
    assert run("audit", out, "-o", audited)[0] == 0
    assert rows(audited, "Changes")[0]["told"] == "yes"
    day2 = a_duty(out, "E06")
    assert run("repair", out, "--absent", f"E06:{day2}", "-o", second)[0] == 0
    both = {(r["staff"], r["date"]) for r in rows(second, "Changes") if r["date"]}
    assert ("E06", datetime.combine(day2, datetime.min.time())) in both
    assert {(r["staff"], r["date"]) for r in first[1:]} <= both
    assert (first[0]["staff"], first[0]["date"]) not in both
    # The earlier ones are not taken for changes of this repair.
    now = read(second, REGISTRY, want_roster=True).problem.published
    assert ("E06", day2) in now and ("E03", day) not in now


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--absent", "E99:2026-12-08"], "unknown staff"),
        (["--absent", "E03:2026-12-09..2026-12-08"], "runs backwards"),
        (["--absent", "E03:2027-01-08"], "outside the period"),
        (["--absent", "E05:2026-12-12"], "E05 is absent on Sat 12 Dec, where a duty is fixed"),
        (["--absent", "E03:2026-12-08", "--from", "2027-02-01"], "outside the period"),
        (["--absent", "E03:2026-12-08", "--until", "2026-12-07"], "nothing may change"),
    ],
)
def test_bad_input_is_named(solved, words, said):
    code, body, err = answer("repair", solved, *words)
    assert code == 3 and any(said in i["what"] for i in body["issues"]), body
    assert said in err


def test_every_fault_at_once_and_the_cell_of_a_pin(solved):
    words = ["--absent", "E99:2026-12-08", "--absent", "E05:2026-12-12"]
    code, body, _ = answer("repair", solved, *words)
    assert code == 3 and len(body["issues"]) == 2
    assert [(i["sheet"], i["cell"]) for i in body["issues"]][1][0] == "Fixed"
    assert body["issues"][1]["cell"]


@pytest.mark.parametrize(
    "typed", ["E03", "E03:", ":2026-12-08", "E03:tomorrow", "E03:2026-12-08:holiday"]
)
def test_what_cannot_be_read_is_a_fault_of_the_command(solved, typed):
    assert run("repair", solved, "--absent", typed)[0] == 2


def test_a_file_without_roster_cannot_be_repaired(team):  # noqa: F811
    code, body, _ = answer("repair", team(), "--absent", "E03:2026-12-08")
    assert code == 3 and body["issues"][0]["sheet"] == "Roster"


def test_a_note_that_pins_holds_others_and_gives_way_to_the_absence(solved, tmp_path):
    day = a_duty(solved, "E03")
    words = ("--absent", f"E03:{day}")
    changes = answer("repair", solved, *words)[1]["changes"]
    moved = next(c for c in changes if c["staff"] != "E03")
    book = load_workbook(solved)
    sheet = book["Roster"]
    head = next(c.row for c in sheet["A"] if c.value == "id")
    column = {c.value.date(): c.column for c in sheet[head] if hasattr(c.value, "date")}
    for staff, when in ((moved["staff"], date.fromisoformat(moved["date"])), ("E03", day)):
        row = next(c.row for c in sheet["A"] if c.value == staff)
        sheet.cell(row, column[when]).comment = Comment("pin", "Ann Lee")
    book.save(tmp_path / "pinned.xlsx")
    code, body, _ = answer("repair", tmp_path / "pinned.xlsx", *words)
    assert code in (0, 6), body
    told = {(c["staff"], c["date"]) for c in body["changes"]}
    assert (moved["staff"], moved["date"]) not in told and ("E03", day.isoformat()) in told


def test_shortage_is_written_and_exits_six(solved, tmp_path):
    out = tmp_path / "out.xlsx"
    most = [w for i in range(2, 8) for w in ("--absent", f"E0{i}:2026-12-10")]
    code, body, _ = answer("repair", solved, *most, "-o", out)
    assert code == 6 and body["shortage"] > 0 and out.exists()
    assert all(v["rule"] == "cover" for v in body["short"]) and body["short"]
    assert body["violations"] == []
    code, text, _ = run("repair", solved, *most)
    assert code == 6 and "short:" in text


def test_no_repair_exits_four_and_says_why(solved, tmp_path):
    out = tmp_path / "out.xlsx"
    words = [w for i in range(1, 9) for w in ("--absent", f"E0{i}:2026-12-10")]
    code, body, _ = answer("repair", solved, *words, "-o", out)
    assert code == 4 and body["status"] == "infeasible" and not out.exists()
    assert body["reasons"] and body["changes"] == [] and body["output"] is None
