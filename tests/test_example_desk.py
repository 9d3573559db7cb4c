"""The hotline's December at HR's desk: every request comes to what stands beside it."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from click.testing import CliRunner

from cli import main
from examples import cells, script, tables
from roster.workbook.layout import SHEETS

DESK = script("telecom", "desk")
KINDS_OF_REJECTION = {
    "swap_limit",
    "swap_consecutive",
    "swap_double_shift",
    "swap_holiday",
    "swap_like_for_like",
    "swap_consent",
    "swap_approval",
    "swap_no_leave",
    "swap_notice",
    "swap_lead_week",
    "swap_keeps_roster",
}


def run(*words: object) -> tuple[int, dict]:
    """Run a command with --json; return exit code and the object."""
    result = CliRunner().invoke(main, [*map(str, words), "--json"])
    return result.exit_code, json.loads(result.stdout)


@pytest.fixture(scope="module", params=["en", "zh"])
def book(request, tmp_path_factory):
    """The example as `roster template` writes it."""
    path = tmp_path_factory.mktemp("desk") / "desk.xlsx"
    code, _ = run("template", path, "--example", "telecom-desk", "--lang", request.param)
    assert code == 0
    return path


def test_the_register_has_25_requests_and_15_wishes():
    rows = DESK.register()
    assert len({r.get("ring") or r["id"] for r in rows if not r.get("ring")}) + 1 == 25
    assert len(DESK.wishes()) == 15
    assert {r["id"] for r in rows} == set(DESK.EXPECTED)
    assert len(tables("telecom-desk")["swaps"]) == len(rows)
    assert cells("telecom") is None and len(cells("telecom-desk")) == 42


def test_its_roster_keeps_every_hard_rule(book):
    code, body = run("audit", book)
    assert code == 0 and body["shortage"] == 0


def test_review_decides_as_expected(book, tmp_path):
    out = tmp_path / "out.xlsx"
    code, body = run("swap", "review", book, "-o", out)
    assert code == 6 and body["proven"]
    settled = {r["id"]: r["status"] for r in DESK.register() if r.get("status")}
    said = settled | {d["id"]: d["status"] for d in body["decisions"]}
    assert said == {number: status for number, (status, _) in DESK.EXPECTED.items()}
    why = " ".join(d["because"] for d in body["decisions"])
    titles = {r.id: r.title.zh for r in _rules()}
    assert all(r in why or titles[r] in why for r in KINDS_OF_REJECTION)
    # A second review of what came out finds the same and changes nothing.
    code, again = run("swap", "review", out, "-o", tmp_path / "again.xlsx")
    assert {d["id"]: d["status"] for d in again["decisions"]} == {
        i: s for i, s in said.items() if s == "referred"
    }


def _rules():
    from constraints import RULES

    return RULES


def test_single_checks_say_the_same(book):
    expected = {i: status for i, (status, _) in DESK.EXPECTED.items()}
    for number in ("3", "8", "13", "20", "22", "23", "24"):
        code, body = run("swap", "check", book, "--id", number)
        assert body["status"] == expected[number], number
        assert code == (6 if body["verdict"] == "rejected" else 0)
    code, body = run("swap", "check", book, "--id", "27")
    assert code == 3 and body["issues"][0]["cell"]
    code, body = run("swap", "check", book, "--id", "1")
    assert code == 3


def test_wishes_are_cleared_in_rings(book, tmp_path):
    code, body = run("swap", "clear", book, "-o", tmp_path / "out.xlsx")
    assert code == 0 and body["gap"] == 0
    assert body["granted"] == 6 and len(body["decisions"]) == 15
    people = Counter(d["people"] for d in body["decisions"] if d["id"])
    assert people == {2: 2, 4: 4}
    (asked,) = [d for d in body["decisions"] if d["staff"] == "T021"]
    assert "15" in asked["because"]
    ids = {i for d in body["decisions"] for i in d["ring"]}
    assert len(ids) == 5 and min(map(int, ids)) == 28


def test_leave_comes_to_what_is_expected(book, tmp_path):
    out = tmp_path / "out.xlsx"
    code, body = run("leave", "review", book, "-o", out)
    assert code == 6
    said = {d["staff"]: d["verdict"] for d in body["decisions"]}
    wanted = {staff: answer for staff, (answer, _) in DESK.EXPECTED_LEAVE.items()}
    assert wanted.items() <= said.items()
    signed = next(d for d in body["decisions"] if d["staff"] == "T003")
    assert len(signed["duties"]) == 3


def test_the_columns_are_those_of_the_layout():
    known = {c.key for c in SHEETS["swaps"].columns}
    assert all(set(r) <= known for r in DESK.register())
