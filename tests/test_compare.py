"""Two rosters side by side: the verdict, and what can be compared when the files differ."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from openpyxl import load_workbook
from test_cli import FIRST, LAST, add, answer, put, run
from test_pins import codes, place, result, save, solved  # noqa: F401

from constraints import REGISTRY
from roster.audit import audit, rank
from roster.compare import compare, totals
from roster.workbook.read import read


def audited(path):
    loaded = read(path, REGISTRY, want_roster=True, hold_published=False)
    return audit(loaded.roster, loaded.rules)


def duty(path, code="D", days=range(7, 12)):
    """Return a person and day that has a duty."""
    return next(k for k, v in codes(path).items() if v == code and k[1] in days)


def test_a_file_with_itself(solved):  # noqa: F811
    code, body, _ = answer("compare", solved, solved)
    assert code == 0
    assert body["better"] == "same" and body["because"] is None
    assert not body["duties"] and not body["new_violations"] and not body["rules_differ"]
    assert all(r["better"] == "same" for r in body["rules"])
    assert body["verdict"] == "the same duties, the same points"


def test_numbers_are_those_of_the_audits(result, solved):  # noqa: F811
    gone = duty(solved)
    hand = result((*gone, None, None))
    a, b = audited(solved), audited(hand)
    code, body, _ = answer("compare", solved, hand)
    assert code == 0
    assert body["duties"] == [
        {"staff": gone[0], "date": f"2026-12-{gone[1]:02}", "a": "D", "b": None}
    ]
    for side, x in (("a", a), ("b", b)):
        assert body["totals"][side]["points"] == x.points
        assert body["totals"][side]["shortage"] == x.shortage
        assert body["totals"][side]["hard"] == len(x.broken)
        assert sum(r[side]["points"] for r in body["rules"]) == x.points
        assert sum(r[side]["hard"] for r in body["rules"]) == len(x.hard)
    assert (body["better"] == "a") == (rank(a) < rank(b))
    person = next(p for p in body["people"] if p["staff"] == gone[0])
    assert person["duties"] == 1 and person["hours"][0] - person["hours"][1] == 8


def test_the_first_that_differs_decides(result, solved):  # noqa: F811
    # E then D breaks successions: hard before shortage and points
    hand = result(("E05", 8, "E", None), ("E05", 9, "D", None))
    found = compare(audited(solved), audited(hand))
    assert (found.better, found.because) == ("a", "hard")
    # what decides, and the shortage beside it; the points do not count any more
    assert "people short 0 in both" in found.verdict.en and "points" not in found.verdict.en
    assert any(v.rule == "successions" for v in found.news.new)
    first = found.rules[0]
    assert first.b.hard and first.sign == -1
    back = compare(audited(hand), audited(solved))
    assert (back.better, back.because) == ("b", "hard")
    assert back.news.resolved == found.news.new

    # nobody on one late shift: short, no other hard rule broken
    late = duty(solved, "E", range(7, 12))
    found = compare(audited(solved), audited(result((*late, None, None), name="short.xlsx")))
    assert found.better == "a"
    assert found.because == ("hard" if found.b.broken else "shortage")


def test_rules_that_differ(result, solved):  # noqa: F811
    def edit(book):
        add(book, "Rules", rule="fair_hours", weight=9)
        put(book, "Demand", 2, "target", 4)

    gone = duty(solved)
    hand = result((*gone, None, None), edit=edit)
    a, b = audited(solved), audited(hand)
    found = compare(a, b)
    said = " ".join(t.en for t in found.measure)
    assert "fair_hours: level soft, weight" in said and "Demand, 1 only in A" in said
    # B under A's rules is what the same roster would have had in A's file
    assert found.b_by_a.points == audited(result((*gone, None, None), name="plain.xlsx")).points
    assert found.b.points != found.b_by_a.points
    assert found.comparable and "by A's rules and demand" in found.verdict.en
    assert [len(values) for _, _, values in totals(found)] == [3] * len(totals(found))

    def unknown(book):
        edit(book)
        put(book, "Shifts", 4, "code", "Z")
        put(book, "Demand", 4, "shift", "Z")
        for row in book["Roster"].iter_rows():
            for cell in row:
                if cell.value == "W":
                    cell.value = "Z"

    found = compare(a, audited(result(edit=unknown, name="unknown.xlsx")))
    assert found.better is None and "Z" in found.cannot.en
    assert "do not compare" in found.verdict.en


def test_rules_of_the_swap_desk_do_not_matter(result, solved):  # noqa: F811
    hand = result(
        edit=lambda b: add(b, "Rules", rule="swap_limit", parameter="per_month", value=1)
    )
    assert not compare(audited(solved), audited(hand)).measure


def test_people_leave_and_lists_that_differ(result, solved):  # noqa: F811
    def edit(book):
        add(book, "Staff", id="E09", grade="junior")
        put(book, "Staff", 10, "name", "New One")
        row = place(book, "E08", 7).row + 1
        book["Roster"].insert_rows(row)
        book["Roster"].cell(row, 1).value = "E09"
        add(
            book,
            "Leave",
            staff="E05",
            **{"from": date(2026, 12, 9)},
            to=date(2026, 12, 9),
            kind="sick",
            status="approved",
        )
        put(book, "Staff", 8, "grade", "intermediate")

    code, body, _ = answer("compare", solved, result(edit=edit))
    assert code == 0 and body["comparable"] and not body["rules_differ"]
    said = body["input_differs"]
    assert "people only in B: E09 New One" in said
    assert "Staff, E07: grade" in said
    assert "leave only in B: E05 Wed 9 Dec sick" in said
    new = next(p for p in body["people"] if p["staff"] == "E09")
    assert new["a"] is None and new["b"] is not None and new["hours"][0] is None
    assert "the input differs too" in body["verdict"]


def shift_period(first, last):
    def edit(book):
        put(book, "Settings", 3, "value", first)
        put(book, "Settings", 4, "value", last)
        put(book, "Requests", 2, "dates", last.date().isoformat())
        sheet = book["Roster"]
        head = next(c.row for c in sheet["A"] if c.value == "id")
        for i, cell in enumerate(c for c in sheet[head] if isinstance(c.value, datetime)):
            cell.value = datetime(first.year, first.month, first.day + i)

    return edit


def test_other_days(result, solved):  # noqa: F811
    overlap = result(edit=shift_period(datetime(2026, 12, 10), datetime(2026, 12, 16)))
    code, body, _ = answer("compare", solved, overlap)
    assert code == 0 and body["better"] is None
    assert "different days" in body["verdict"] and "the 4 that both have" in body["verdict"]
    assert {d["date"] for d in body["duties"]} <= {f"2026-12-{d}" for d in (10, 11, 12, 13)}
    assert "days only in A: Mon 7 Dec to Wed 9 Dec" in body["input_differs"]

    apart = result(
        edit=shift_period(datetime(2026, 12, 14), datetime(2026, 12, 20)), name="n.xlsx"
    )
    code, body, _ = answer("compare", solved, apart)
    assert code == 3 and "no day in common" in body["issues"][0]["what"]
    assert f"{FIRST}..{LAST}" in body["issues"][0]["found"]


def test_faults_of_both_files_at_once(result, solved):  # noqa: F811
    a = result(("E02", 8, "Q", None), name="a.xlsx")
    b = result(("E03", 9, "R", None), name="b.xlsx")
    code, body, _ = answer("compare", a, b)
    assert code == 3
    assert [i["sheet"] for i in body["issues"]] == ["[A a.xlsx]Roster", "[B b.xlsx]Roster"]


def test_the_workbook(result, solved, tmp_path):  # noqa: F811
    gone = duty(solved)
    hand = result((*gone, None, None))
    out = tmp_path / "compare.xlsx"
    code, text, _ = run("compare", solved, hand, "-o", out)
    assert code == 0 and "A is better" in text and "1 duties of 1 people differ" in text
    book = load_workbook(out)
    assert book.sheetnames == ["Compare", "By person", "Day by day"]
    first = [c.value for row in book["Compare"].iter_rows() for c in row if c.value is not None]
    assert any(str(v).startswith("A is better") for v in first)
    assert "D→off" in [c.value for row in book["Day by day"].iter_rows() for c in row]
    assert book["By person"].max_row == 9
    # again in its place, but never in that of a roster
    assert run("compare", solved, hand, "-o", out, lang="zh")[0] == 0
    assert load_workbook(out).sheetnames[0] == "比较"
    kept = hand.read_bytes()
    for target in (hand, solved):
        code, _, err = run("compare", solved, hand, "-o", target, "--force")
        assert code == 3 and "a comparison would replace its own workbook" in err
    other = save(load_workbook(solved), tmp_path / "other.xlsx")
    assert run("compare", solved, hand, "-o", other)[0] == 3
    assert hand.read_bytes() == kept


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_screen(result, solved, lang):  # noqa: F811
    hand = result(("E05", 8, "E", None), ("E05", 9, "D", None))
    code, text, _ = run("compare", solved, hand, lang=lang)
    assert code == 0
    assert ("A is better: hard rules broken" if lang == "en" else "A 更好：违反硬规则") in text
    code, out, _ = run("compare", solved, hand, "--json", lang=lang)
    assert code == 0 and json.loads(out)["because"] == "hard"
