"""Three months of the base team in a row: lead, committees and counts go on."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from datetime import date, timedelta

import openpyxl
import pytest
from searching import searched

from constraints import REGISTRY
from examples import tables
from roster import committees
from roster.audit import Audit, audit
from roster.plan import Roster
from roster.rotation import turns
from roster.workbook.read import Loaded, read
from roster.workbook.template import write_template
from roster.workbook.write import write_result

MONTHS = ("base-team", "base-team-november", "base-team-december")
POSTS = ("士气", "活力", "学习", "检查", "宣传")


@pytest.fixture(scope="module")
def chain(tmp_path_factory) -> list[tuple[Loaded, Audit, list[dict]]]:
    """Solve each month with the result before it; return what was read, audit and Leads."""
    folder = tmp_path_factory.mktemp("base-team")
    out, before = [], None
    for name in MONTHS:
        source, target = folder / f"{name}.xlsx", folder / f"{name}-result.xlsx"
        write_template(source, tables(name, "zh"), "zh")
        loaded = read(source, REGISTRY, previous=before)
        outcome = searched(loaded.problem, loaded.rules, 4, most=60)
        write_result(target, source, outcome.audit, outcome, leads=turns(loaded.problem))
        rows = list(openpyxl.load_workbook(target)["轮值"].iter_rows(values_only=True))
        again = read(target, REGISTRY, previous=before, want_roster=True)
        assert audit(again.roster, again.rules).violations == outcome.audit.violations
        out.append((loaded, outcome.audit, [dict(zip(rows[0], row)) for row in rows[1:]]))
        before = target
    return out


@pytest.fixture(scope="module")
def weeks(chain) -> dict[date, dict]:
    """Return the rows of all Leads sheets by Monday; shared weeks agree."""
    out: dict[date, dict] = {}
    for _, _, rows in chain:
        for row in rows:
            known = out.setdefault(row["周次"].date(), row)
            assert {p: known[p] for p in (*POSTS, "工号")} == {
                p: row[p] for p in (*POSTS, "工号")
            }
    return out


def test_no_hard_rule_is_broken(chain):
    for _, found, _ in chain:
        assert found.hard == ()


def test_the_lead_goes_down_the_list(chain, weeks):
    people = [p.id for p in chain[0][0].problem.employees if not p.leader]
    leads = [weeks[m]["工号"] for m in sorted(weeks)]
    assert len(leads) == 14 and len(set(leads)) == 14
    assert "B01" not in leads
    passed = set(people)
    # Whoever is passed over leads as soon as they are back: nobody is left behind.
    first = people.index(leads[0])
    reached = [people[(first + k) % len(people)] for k in range(len(leads))]
    assert len(set(leads) & set(reached)) >= len(leads) - 2
    assert set(leads) <= passed


def test_two_groups_serve_by_turns(chain, weeks):
    group = {p.id: p.committee_group for p in chain[0][0].problem.employees}
    before = None
    for monday in sorted(weeks):
        row = weeks[monday]
        holders = [row[post] for post in POSTS]
        assert None not in holders and len(set(holders)) == 5
        assert row["工号"] not in holders
        (serving,) = {group[h] for h in holders}
        assert serving in ("A", "B") and serving != before
        before = serving


def test_nobody_has_a_post_twice_in_a_row_nor_vitality_twice_a_month(chain, weeks):
    last = {i: c.last_post for i, c in chain[0][0].problem.carry_over.items() if c.last_post}
    vitality = defaultdict(set)
    names = ("morale", "vitality", "study", "inspection", "publicity")
    for monday in sorted(weeks):
        for post, name in zip(POSTS, names):
            holder = weeks[monday][post]
            assert last.get(holder) != name, (monday, post)
            last[holder] = name
        member = weeks[monday]["活力"]
        assert member not in vitality[monday.year, monday.month]
        vitality[monday.year, monday.month].add(member)
    assert max(map(len, vitality.values())) >= 4


def test_both_leads_are_there_on_friday(chain):
    for loaded, found, _ in chain:
        problem, roster = loaded.problem, found.roster
        for week in turns(problem):
            if week.handover is None or not 0 <= week.handover < problem.n_days:
                continue
            for e in (week.lead, week.next_lead):
                assert roster.shift(e, week.handover).spans(16 * 60)


def test_counts_go_on(chain):
    """December's carry-over is October's plus what was worked since."""
    first, last = chain[0][0].problem, chain[2][0].problem
    for staff, carried in first.carry_over.items():
        minutes = carried.minutes + sum(
            found.roster.minutes(loaded.problem.employee_index[staff])
            for loaded, found, _ in chain[:2]
        )
        assert last.carry_over[staff].minutes == minutes


def test_a_record_is_printed_for_each_hand_over_of_the_month(chain, tmp_path):
    loaded, found, _ = chain[0]
    target = tmp_path / "r.xlsx"
    write_result(target, loaded.path, found, leads=turns(loaded.problem))
    sheet = openpyxl.load_workbook(target)["交接记录"]
    text = [c.value for row in sheet.iter_rows() for c in row if c.value]
    assert sum("交接记录表" in str(t) for t in text) == 4
    assert text.count("交班人签字") == 4
    for week in turns(loaded.problem)[1:]:
        person = loaded.problem.employees[week.lead]
        assert f"{person.id} {person.name}" in text
        assert week.monday + timedelta(days=4)


@pytest.mark.parametrize("group", [None, "A"])
def test_groups_that_do_not_cover_the_team_are_faults(tmp_path, group):
    from roster.errors import InputError

    data = tables("base-team", "zh")
    data["staff"][6]["committee_group"] = group
    if group:
        for row in data["staff"]:
            row["committee_group"] = row.get("committee_group") and group
    path = tmp_path / "t.xlsx"
    write_template(path, data, "zh")
    with pytest.raises(InputError) as error:
        read(path, REGISTRY)
    (issue,) = error.value.issues
    cell = "E5" if group else "E8"
    assert (issue.sheet, issue.cell) == ("人员", cell)
    assert "委员" in issue.what.zh or "组" in issue.what.zh


def test_a_new_solve_keeps_the_posts_that_are_published(chain, tmp_path):
    """Also those of the week in which the month begins."""
    loaded, found, _ = chain[0]
    target = tmp_path / "result.xlsx"
    write_result(target, loaded.path, found, leads=turns(loaded.problem))
    book = openpyxl.load_workbook(target)
    for row in book["设置"].iter_rows():
        if row[0].value == "已发布至":
            row[1].value = date(2026, 10, 14)
    book.save(target)
    again = read(target, REGISTRY)
    held = {(monday, post) for monday, post, _ in again.problem.posts_held}
    assert len(held) == 15
    assert {monday for monday, _ in held} == {
        date(2026, 9, 28), date(2026, 10, 5), date(2026, 10, 12),
    }


def test_a_substitute_does_not_turn_the_groups(chain):
    """One member of the other group in a known week: the week is that of the others."""
    problem = chain[1][0].problem
    group = {p.id: p.committee_group for p in problem.employees}
    known = [x for x in problem.posts_held if x[0] == problem.mondays[0]]
    assert len(known) == 5
    monday, post, staff = known[0]
    other = next(i for i, g in group.items() if g and g != group[staff])
    held = tuple((monday, post, other) if x == known[0] else x for x in problem.posts_held)
    changed = dataclasses.replace(problem, posts_held=held, carry_over={})
    served = [week.group for week in committees.weeks(changed)]
    assert served[0] == group[staff]
    assert served[1] != served[0]


def test_previous_without_leads_is_told(chain, tmp_path):
    loaded, found, _ = chain[0]
    target = tmp_path / "result.xlsx"
    write_result(target, loaded.path, found, leads=turns(loaded.problem))
    book = openpyxl.load_workbook(target)
    del book["轮值"]
    book.save(target)
    source = tmp_path / "next.xlsx"
    write_template(source, tables("base-team-november", "zh"), "zh")
    notes = [n.what.zh for n in read(source, REGISTRY, previous=target).notes]
    assert any("轮值次序从头开始" in n for n in notes)


def test_committees_without_a_weekly_lead_stand_on_leads(tmp_path):
    data = tables("base-team", "zh")
    off = ("lead_rotation", "lead_presence", "lead_handover")
    data["rules"] = [{"rule": r, "level": "关"} for r in off]
    data["tasks"] = []
    path, target = tmp_path / "t.xlsx", tmp_path / "r.xlsx"
    write_template(path, data, "zh")
    loaded = read(path, REGISTRY)
    assert turns(loaded.problem) == ()
    week = committees.weeks(loaded.problem)[1]
    holders = {(week.monday, p): e for p, e in zip(loaded.problem.posts, week.people)}
    roster = Roster.empty(loaded.problem).with_posts(holders)
    write_result(target, path, audit(roster, loaded.rules))
    back = read(target, REGISTRY, want_roster=True)
    assert back.roster.posts == roster.posts


def test_words_of_the_sheets_are_taken_for_parameters(tmp_path):
    data = tables("base-team", "zh")
    data["rules"] = [
        {"rule": "shift_lead", "parameter": "kinds", "value": "白班，晚班"},
        {"rule": "meetings", "parameter": "weekly", "value": "周三"},
        {"rule": "committee_rotation", "parameter": "posts", "value": "士气,活力、学习"},
    ]
    path = tmp_path / "t.xlsx"
    write_template(path, data, "zh")
    rules = read(path, REGISTRY).rules
    assert rules["shift_lead"].kinds == ("day", "evening")
    assert rules["meetings"].weekly == "Wed"
    assert rules["committee_rotation"].posts == ("morale", "vitality", "study")


def test_a_task_of_the_lead_on_leave_is_void_and_told(tmp_path):
    data = tables("base-team", "zh")
    path = tmp_path / "t.xlsx"
    write_template(path, data, "zh")
    lead = turns(read(path, REGISTRY).problem)[2]
    friday = lead.monday + timedelta(days=4)
    tuesday = lead.monday + timedelta(days=1)
    who = read(path, REGISTRY).problem.employees[lead.lead].id
    data["tasks"] = [{"task": "读报", "days": str(tuesday), "post": "轮值班长"}]
    data["leave"].append({"staff": who, "from": tuesday, "to": tuesday, "status": "批准"})
    write_template(path, data, "zh", force=True)
    loaded = read(path, REGISTRY)
    assert friday > tuesday and turns(loaded.problem)[2].lead == lead.lead
    rule = loaded.rules["duties"]
    assert any("缺勤" in i.what.zh for i in rule.bound(loaded.problem))
    assert list(rule.check(Roster.empty(loaded.problem))) == []
