"""The commands of the leave desk."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date
from pathlib import Path

import click
from openpyxl.workbook import Workbook

from commands.screen import (
    ANSWER_STYLES,
    FILE,
    FORCE,
    NOTE,
    OUT,
    PROGRAM,
    WARNING,
    Screen,
    a_day,
    common_options,
    desk_options,
    exit_codes,
    load,
    say_written,
)
from constraints import REGISTRY
from roster.errors import ExitCode
from roster.leave.desk import LeaveDesk
from roster.leave.report import decision_dict, duty_text, heading, rule_lines
from roster.leave.review import Review as LeaveReview
from roster.leave.review import review as review_leave
from roster.rotation import turns
from roster.rule import LEVEL_WORDS
from roster.swaps.desk import Answer
from roster.swaps.report import ANSWERS, by_level, violation_dict
from roster.workbook.forms import find_leave, form_place, has_roster, write_leave_form
from roster.workbook.read import Loaded, read
from roster.workbook.register import Rows
from roster.workbook.write import place_for, write_result


@click.group()
def leave() -> None:
    """The leave desk: review, form. 请假。

    Example: roster leave review dec.xlsx -o out.xlsx
    """


@leave.command("review")
@desk_options
@click.option("-o", "--output", type=FILE, help="Write status, roster and result sheets.")
@FORCE
@common_options
def leave_review(
    file: Path,
    previous: Path | None,
    override: tuple[str, ...],
    output: Path | None,
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Decide all leave asked for together, and name who could stand in. 审核请假。

    Example: roster leave review dec.xlsx -o out.xlsx
    """
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        if output is not None:
            place_for(output, source=file, force=force)
        loaded = read(
            file,
            REGISTRY,
            want_roster=True,
            hold_published=False,
            previous=previous,
            overrides=override,
        )
        screen.speak(loaded.language)
        desk = LeaveDesk(loaded.roster, loaded.rules)
        # That they are not approved yet goes without saying here.
        asked_in = {x.leave.cell for x in desk.open}
        for note in loaded.notes:
            if f"{note.sheet}!{note.cell}" not in asked_in:
                screen.warn(note, WARNING if note.warning else NOTE)
        reviewed = review_leave(desk)
        if not as_json:
            _print_leave(screen, reviewed)
        path = None
        if output is not None:
            path = _write_leave(screen, loaded, output, reviewed, force=force)
        if as_json:
            screen.answer(
                {
                    "decisions": [decision_dict(d, screen.lang) for d in reviewed.decisions],
                    "proven": reviewed.proven,
                    "new_violations": [
                        violation_dict(loaded.rules, v, screen.lang) for v in reviewed.news
                    ],
                    "output": None if path is None else str(path),
                }
            )
        refused = any(d.answer == Answer.REJECTED.value for d in reviewed.decisions)
        sys.exit(ExitCode.REFUSED if refused else ExitCode.DONE)


def _print_leave(screen: Screen, reviewed: LeaveReview) -> None:
    """Print each decision with every rule's evidence, and who could stand in."""
    lang, text = screen.lang, screen.text
    for d in reviewed.decisions:
        screen.say(heading(d).to(lang), ANSWER_STYLES[d.answer])
        if d.collides:
            screen.say(f"    {d.because.to(lang)}", "red")
        for mark, line in rule_lines(d):
            style = "dim" if mark == "✓" else "red" if mark == "✗" else "yellow"
            screen.say(f"  {mark} {line.to(lang)}", style)
        for duty in d.duties:
            screen.say(f"    {duty_text(d, duty).to(lang)}")
    for v in by_level(reviewed.news):
        level = LEVEL_WORDS[v.level].to(lang)
        new = text("new with the approved leave", "批准后新增")
        screen.say(f"{new} [{level}] {v.rule}: {reviewed.audit.say(v, lang)}", "yellow")
    counts = Counter(ANSWERS[Answer(d.answer)] for d in reviewed.decisions)
    shown = ", ".join(f"{word.to(lang)} {n}" for word, n in counts.items())
    screen.say(shown or text("no leave to decide", "没有待审核的请假"), "bold")
    if not reviewed.proven:
        screen.say(text("time ran out; more might go", "时间用尽，也许还能多批"), "yellow")


def _write_leave(
    screen: Screen, loaded: Loaded, output: Path, reviewed: LeaveReview, *, force: bool
) -> Path:
    """Write status and decision of each request, and the roster with what is approved."""

    def edit(book: Workbook) -> None:
        rows = Rows(book, "leave", loaded.language)
        for d in reviewed.decisions:
            number = int(d.request.id)
            if d.status is not d.request.leave.status:
                rows.set(number, "status", d.status.value)
            rows.set(number, "decision", d.remark)

    written = write_result(
        output,
        loaded.path,
        reviewed.audit,
        leads=turns(reviewed.roster.problem),
        program=PROGRAM,
        force=force,
        edit=edit if reviewed.decisions else None,
    )
    for note in written.notes:
        screen.err.print(note.to(screen.lang), style="yellow", markup=False)
    if not screen.as_json:
        path = written.path
        screen.say(screen.text(f"written: {path}", f"已写出：{path}"), "bold green")
    return written.path


@leave.command("form")
@desk_options
@click.option("--staff", help="Id or name of the person.")
@click.option("--from", "first", callback=a_day, help="First day, as on the Leave sheet.")
@click.option("--blank", is_flag=True, help="An empty form, for people who ask on paper.")
@OUT
@FORCE
@common_options
def leave_form(
    file: Path,
    previous: Path | None,
    override: tuple[str, ...],
    staff: str | None,
    first: date | None,
    blank: bool,
    output: Path,
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Write a leave as a form to be printed and signed. 打印请假申请单。

    Example: roster leave form dec.xlsx --staff E07 --from 2026-12-24 -o form.xlsx
    """
    given = {staff is not None, first is not None}
    if given != {not blank}:
        raise click.UsageError("give --staff and --from, or --blank")
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        form_place(output, file, force=force)
        roster = not blank and has_roster(file)
        loaded = load(screen, file, want_roster=roster, previous=previous, overrides=override)
        row = None if blank else find_leave(loaded.problem, staff, first)
        written = write_leave_form(
            output, loaded, row, lang=lang or loaded.language, force=force
        )
        say_written(screen, written)
