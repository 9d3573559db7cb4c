"""Pins: what people fix or change in a result stays in the next solve, or is refused."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, datetime

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from test_cli import FIRST, LAST, add, answer, put, run

from constraints import REGISTRY
from roster.audit import audit
from roster.errors import InputError
from roster.plan import Roster
from roster.problem import CHANGED, PINNED
from roster.solve import solve
from roster.workbook.pins import is_pin, their_note
from roster.workbook.read import read
from roster.workbook.template import BLANK_TABLES, write_template

KEEP = (PINNED, CHANGED)
THREADED = (
    "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment; "
    "however, any edits to it will get removed. Learn more: "
    "https://go.microsoft.com/fwlink/?linkid=870924\n\nComment:\n    pin, agreed"
)


def save(book, path):
    book.save(path)
    return path


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """A week of eight people, solved."""
    folder = tmp_path_factory.mktemp("pins")
    write_template(folder / "blank.xlsx", BLANK_TABLES("en"), "en")
    book = load_workbook(folder / "blank.xlsx")
    put(book, "Settings", 2, "value", None)
    put(book, "Settings", 3, "value", FIRST)
    put(book, "Settings", 4, "value", LAST)
    put(book, "Requests", 2, "dates", LAST.isoformat())
    source = save(book, folder / "team.xlsx")
    assert run("solve", source, "-o", folder / "out.xlsx", "--time", 10)[0] == 0
    return folder / "out.xlsx"


@pytest.fixture
def result(solved, tmp_path):
    """The result, to be changed as people do: ``result(("E02", 9, "E", "pin"), ...)``."""

    def make(*cells, edit=None, name="hand.xlsx", source=solved):
        book = load_workbook(source)
        for staff, day, code, text in cells:
            cell = place(book, staff, day)
            if code != "as it is":
                cell.value = code
            if text:
                cell.comment = Comment(text, "Ann Lee")
        if edit is not None:
            edit(book)
        return save(book, tmp_path / name)

    return make


def place(book, staff, day):
    """Return the cell of a person and a day of December."""
    sheet = book["Roster"]
    head = next(c.row for c in sheet["A"] if c.value == "id")
    row = next(c.row for c in sheet["A"] if c.value == staff)
    wanted = datetime(2026, 12, day)
    return sheet.cell(row, next(c.column for c in sheet[head] if c.value == wanted))


def codes(path):
    loaded = read(path, REGISTRY, want_roster=True)
    p = loaded.problem
    return {
        (person.id, day.day): loaded.roster.cells[e][d]
        for e, person in enumerate(p.employees)
        for d, day in enumerate(p.days)
    }


def faults(path):
    with pytest.raises(InputError) as caught:
        read(path, REGISTRY, keep=KEEP)
    return {i.cell: i for i in caught.value.issues}


@pytest.mark.parametrize(
    "text", ["pin", "Pinned by Ann", "固定", "锁定班", "Ann:\n保留", "roster:\n固定", THREADED]
)
def test_notes_that_pin(text):
    assert is_pin(text)


@pytest.mark.parametrize("text", ["pink slip", "不固定", "tied, no pin", "", "unpinned"])
def test_notes_that_do_not(text):
    assert not is_pin(text)


def test_what_people_wrote_is_told_from_what_we_wrote():
    assert their_note("Ann Lee:\nask me\nroster:\nlead of the week") == "Ann Lee:\nask me"
    assert their_note("roster:\nlead of the week") == ""
    assert their_note(THREADED) == "pin, agreed"


# --- kept ---------------------------------------------------------------------------------


def test_pinned_and_changed_cells_stay(result, solved, tmp_path):
    before = codes(solved)
    free = next(k for k, v in before.items() if v is None and k[1] == 9 and k[0] != "E06")
    busy = next(k for k, v in before.items() if v == "D" and k[1] == 8)
    hand = result(
        (*free, "E", None),
        ("E07", 12, "as it is", "Ann Lee:\npin"),
        (*busy, "as it is", THREADED),
    )
    out = tmp_path / "new.xlsx"
    code, body, err = answer("solve", hand, "-o", out, "--keep", "pinned", "--time", 2)
    assert code == 0 and body["kept"] == {"pinned": 2, "changed": 1}
    assert "2 pinned cells and 1 changed" in err
    after = codes(out)
    assert after[free] == "E" and after[busy] == "D" and after["E07", 12] == before["E07", 12]

    book = load_workbook(out)
    assert book["As solved"].sheet_state == "hidden"
    cell = place(book, *free)
    assert cell.border.left.style == "mediumDashed" or cell.border.top.style == "medium"
    assert cell.comment.text.startswith("roster:\npinned (changed")
    assert place(book, *busy).comment.text.startswith("pin, agreed")
    legend = [c.value for r in book["Roster"].iter_rows() for c in r if c.value]
    assert "fixed or pinned" in legend

    # what the program marked is a pin of the next solve, and nothing else has changed
    again = read(out, REGISTRY, keep=KEEP)
    assert {(f.staff, f.day.day): f.pin for f in again.pins} == {
        free: PINNED, busy: PINNED, ("E07", 12): PINNED
    }  # fmt: skip


def test_a_change_is_remembered_until_the_next_solve(result, solved, tmp_path):
    busy = next(k for k, v in codes(solved).items() if v == "D" and k[1] == 8)
    hand = result((*busy, None, None))
    audited = tmp_path / "audited.xlsx"
    run("audit", hand, "-o", audited)
    assert [(f.staff, f.pin) for f in read(audited, REGISTRY, keep=KEEP).pins] == [
        (busy[0], CHANGED)
    ]
    assert read(audited, REGISTRY, keep=(PINNED,)).pins == ()


def test_our_notes_do_not_pile_up(result, solved, tmp_path):
    """LibreOffice takes the author from every note."""

    def nobody(book):
        for row in book["Roster"].iter_rows():
            for cell in row:
                if cell.comment is not None:
                    cell.comment = Comment(cell.comment.text, " ")

    hand = result(("E07", 12, "as it is", "ask me first"), edit=nobody)
    once, twice = tmp_path / "once.xlsx", tmp_path / "twice.xlsx"
    run("audit", hand, "-o", once)
    run("audit", result(edit=nobody, source=once), "-o", twice)

    def notes(path):
        return {
            c.coordinate: c.comment.text
            for r in load_workbook(path)["Roster"].iter_rows()
            for c in r
            if c.comment is not None
        }

    assert notes(twice) == notes(once)
    assert sum("ask me first" in t for t in notes(twice).values()) == 1


def test_words_added_to_a_note_of_ours_stay(result, tmp_path):
    def edit(book):
        cell = place(book, "E07", 12)
        cell.comment = Comment(
            "pin, she asked for it\nroster:\nhand-over of the lead", "roster"
        )

    out = tmp_path / "out.xlsx"
    run("audit", result(edit=edit), "-o", out)
    assert place(load_workbook(out), "E07", 12).comment.text == "pin, she asked for it"
    assert [f.staff for f in read(out, REGISTRY, keep=(PINNED,)).pins] == ["E07"]


def test_without_the_record_only_pins_are_kept(result):
    def drop(book):
        del book["As solved"]

    hand = result(("E02", 8, "D", "pin"), ("E03", 12, None, None), edit=drop)
    loaded = read(hand, REGISTRY, keep=KEEP)
    assert [(f.staff, f.pin) for f in loaded.pins] == [("E02", PINNED)]
    assert any("does not say what was changed" in n.what.en for n in loaded.notes)


def test_pins_without_keep_are_named(result, tmp_path):
    hand = result(("E02", 8, "as it is", "pin"))
    notes = read(hand, REGISTRY).notes
    assert any("1 pins on the roster do not hold" in n.what.en for n in notes)
    assert not any("do not hold" in n.what.en for n in read(hand, REGISTRY, keep=KEEP).notes)


def test_keep_needs_a_roster(solved, tmp_path):
    book = load_workbook(solved)
    del book["Roster"]
    code, body, _ = answer("check", save(book, tmp_path / "in.xlsx"), "--keep", "pinned")
    assert code == 3 and "no sheet Roster" in body["issues"][0]["what"]


def test_published_days_are_kept_without_pins(result):
    def publish(book):
        add(book, "Settings", item="published until", value=date(2026, 12, 9))

    def published(book):
        for row in book["Settings"].iter_rows(min_row=2):
            if row[0].value == "published until":
                row[1].value = date(2026, 12, 9)
                return
        publish(book)

    # E then D is forbidden, but the day is past: no fault of the pin there
    hand = result(
        ("E02", 8, "E", None), ("E02", 9, "D", "pin"), ("E03", 12, "as it is", "pin"),
        edit=published,
    )  # fmt: skip
    assert {(f.staff, f.day.day) for f in read(hand, REGISTRY, keep=KEEP).pins} == {("E03", 12)}


# --- faults -------------------------------------------------------------------------------


def test_pins_that_cannot_be_read_or_stand_alone_are_all_named(result, solved):
    another = "D" if codes(solved)["E04", 11] == "E" else "E"

    def edit(book):
        add(book, "Fixed", staff="E03", dates="2026-12-08", shift="D")
        add(
            book,
            "Leave",
            staff="E05",
            **{"from": date(2026, 12, 9)},
            to=date(2026, 12, 9),
            kind="sick",
            status="approved",
        )
        put(book, "Staff", 5, "end date", date(2026, 12, 10))  # E04

    hand = result(
        ("E02", 8, "Q", "pin"), ("E03", 8, "E", "pin"), ("E05", 9, "D", "pin"),
        ("E04", 11, another, None), edit=edit,
    )  # fmt: skip
    found = faults(hand)
    book = load_workbook(hand)
    cells = ("E02", 8), ("E03", 8), ("E05", 9), ("E04", 11)
    at = {k: place(book, *k).coordinate for k in cells}
    assert set(found) == set(at.values())
    assert "unknown shift" in found[at["E02", 8]].what.en
    assert "another duty is fixed" in found[at["E03", 8]].what.en
    assert "Fixed!B" in found[at["E03", 8]].expected.en
    assert "a pinned cell: a fixed duty on approved leave" in found[at["E05", 9]].what.en
    assert "changed since the last solve: E04 is not employed" in found[at["E04", 11]].what.en


def test_pins_outside_the_people_and_the_days(result):
    def edit(book):
        sheet = book["Roster"]
        sheet["B1"].comment = Comment("pin the title", "Ann Lee")
        last = place(book, "E08", 13)
        head = next(c.row for c in sheet["A"] if c.value == "id")
        for column in range(last.column + 1, sheet.max_column + 1):
            sheet.cell(head, column).value = None
        sheet.cell(head, last.column + 1).value = datetime(2026, 12, 14)
        sheet.cell(last.row, last.column + 1).comment = Comment("pin", "Ann Lee")
        row = last.row + 1
        sheet.cell(row, 1).value = "E99"
        sheet.cell(row, last.column).comment = Comment("pin", "Ann Lee")

    hand = result(edit=edit)
    said = [i.what.en for i in faults(hand).values()]
    assert "a pin on a day outside the period" in said
    assert "a pin of somebody who is not on the list" in said
    assert not any("keeps no cell" in x for x in said)


def collision(path):
    """Return the only fault of a file."""
    (issue,) = faults(path).values()
    return issue


def test_two_pins_of_one_person_that_collide(result):
    hand = result(("E05", 8, "E", "pin"), ("E05", 9, "D", "pin"), ("E03", 12, None, "pin"))
    issue = collision(hand)
    assert issue.cell == place(load_workbook(hand), "E05", 8).coordinate
    assert "these 2 kept cells cannot go together: E05" in issue.what.en
    assert issue.found.count("E05") == 2 and "E03" not in issue.found
    assert "successions" in issue.expected.en


def test_a_pin_against_history(result):
    def edit(book):
        for day in range(1, 7):
            add(book, "History", staff="E05", date=date(2026, 12, day), shift="D")

    hand = result(("E05", 7, "D", "pin"), ("E05", 9, "as it is", "pin"), edit=edit)
    issue = collision(hand)
    assert "a pinned cell breaks a hard rule: E05" in issue.what.en
    assert "max_consecutive_days" in issue.expected.en


def test_days_off_that_leave_too_few_hours(result):
    """No checker sees it in the pinned cells alone: the rules are named by leaving them out."""

    def edit(book):
        put(book, "Staff", 6, "min hours", 40)  # E05

    off = [("E05", day, None, "pin") for day in (7, 8, 9)]
    issue = collision(result(*off, edit=edit))
    assert issue.found.count("E05") == 3
    assert issue.expected.en == "monthly_hours kept"


def test_two_duty_officers(result):
    """A rule of the team that pins alone break."""

    def edit(book):
        for code, hours in (("X", "08:00-20:00"), ("Y", "20:00-08:00")):
            add(book, "Shifts", code=code, hours=hours, paid_hours=8, kind="duty")
        add(book, "Rules", rule="duty_officer", level="hard", parameter="shifts", value="X,Y")

    hand = result(
        ("E02", 12, "X", "pin"), ("E03", 12, "X", "pin"), ("E04", 12, "X", "pin"), edit=edit
    )
    found = faults(hand)
    assert {i.expected.en for i in found.values()} == {"duty_officer kept"}
    assert len(found) == 2  # 02 with 03, 03 with 04


def test_nobody_left_to_lead_a_shift(result):
    seniors = [(f"E0{n}", 12, None, "pin") for n in (1, 2, 3, 4)]
    issue = collision(result(("E05", 12, "W", "pin"), *seniors))
    assert "these 5 kept cells cannot go together" in issue.what.en
    assert issue.expected.en == "shift_lead kept"


def test_a_soft_rule_is_no_fault(result):
    hand = result(("E07", 13, "W", "pin"), ("E08", 12, None, "pin"))
    assert len(read(hand, REGISTRY, keep=KEEP).pins) == 2


def test_what_is_published_is_not_the_fault_of_a_pin(result):
    def published(book):
        for row in book["Settings"].iter_rows(min_row=2):
            if row[0].value == "published until":
                row[1].value = date(2026, 12, 9)

    cells = [("E05", 8, "E", None), ("E05", 9, "D", None), ("E05", 10, "as it is", "pin")]
    assert len(read(result(*cells, edit=published), REGISTRY, keep=KEEP).pins) == 1
    # and other rules still count for the same person
    cells += [("E05", 11, "E", "pin"), ("E05", 12, "D", "pin")]
    issue = collision(result(*cells, edit=published, name="more.xlsx"))
    assert "successions" in issue.expected.en and "12/11" in issue.found


# --- the search ---------------------------------------------------------------------------


def test_the_search_begins_with_the_roster_that_is_there(result, solved):
    loaded = read(solved, REGISTRY, want_roster=True)
    first = audit(loaded.roster, loaded.rules)
    assert not first.broken
    outcome, _ = solve(
        loaded.problem, loaded.rules, seconds=0.3, start=loaded.roster, workers=1
    )
    assert (outcome.shortage, outcome.objective) <= (first.shortage, first.points)

    nobody = Roster.empty(loaded.problem)  # short of cover: a hint, and the worst to be had
    outcome, _ = solve(loaded.problem, loaded.rules, seconds=5, start=nobody)
    assert outcome.audit is not None and not outcome.shortage


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
@pytest.mark.slow
def test_pins_survive_libreoffice(result, solved, tmp_path):
    busy = next(k for k, v in codes(solved).items() if v == "D" and k[1] == 8)
    hand = result((*busy, None, None), ("E07", 12, "as it is", "Ann Lee:\npin"))
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation={(tmp_path / 'office').as_uri()}", "--headless",
            "--convert-to", "xlsx", "--outdir", tmp_path / "saved", hand,
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    loaded = read(tmp_path / "saved" / hand.name, REGISTRY, keep=KEEP)
    assert {(f.staff, f.pin) for f in loaded.pins} == {(busy[0], CHANGED), ("E07", PINNED)}


@pytest.mark.parametrize(
    "text", ["【固定】", "已固定", "请锁定", "- pin", "Keep", "locked", "*固定*"]
)
def test_notes_that_pin_with_what_people_put_around_them(text):
    assert is_pin(text)


@pytest.mark.parametrize(
    "text", ["固定电话 8001", "保留意见：待定", "keeper", "lockdown drill"]
)
def test_notes_with_longer_words_do_not_pin(text):
    assert not is_pin(text)
