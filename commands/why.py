"""The commands that answer for a roster: why this duty, who can step in, which wishes."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from commands.screen import (
    FILE,
    FORCE,
    PROGRAM,
    Screen,
    a_day,
    common_options,
    desk_options,
    exit_codes,
    load,
    time_limit,
)
from roster.audit import audit
from roster.errors import ExitCode, InputError, Issue
from roster.plan import Roster
from roster.problem import Problem
from roster.rotation import turns
from roster.stand_ins import StandIn, StandIns, stand_ins
from roster.swaps.report import named
from roster.swaps.request import outside, person
from roster.what_if import WhatIf, breaks_text
from roster.why import Why
from roster.why import why as explain_cell
from roster.why_report import (
    alternative_text,
    candidate_text,
    heading,
    nearest_text,
    price_lines,
    refused_lines,
    seat_text,
    speaks,
    stand_ins_dict,
    verdict,
    why_dict,
    wish_text,
    wishes_dict,
)
from roster.wishes import WishCount, WishResult, want_text, wish_counts, wish_results
from roster.words import Text, day_text, joined
from roster.workbook.read import Loaded
from roster.workbook.write import place_for, write_result


def _what_if(screen: Screen, file: Path, **kwargs: object) -> tuple[Loaded, WhatIf]:
    loaded = load(screen, file, notes=False, want_roster=True, hold_published=False, **kwargs)
    return loaded, WhatIf(loaded.roster, loaded.rules)


def _cell(problem: Problem, typed: str, day: date, option: str, on: str) -> tuple[int, int]:
    """Return the cell that a person and a date name, or every fault."""
    staff, fault = person(problem, typed, option)
    faults = [fault] if fault else []
    if not problem.start <= day <= problem.end:
        faults.append(outside(problem, on, day))
    if faults:
        raise InputError(*faults)
    return problem.employee_index[staff], problem.index_of(day)


_MARK_STYLES = {"✗": "red", "✓": "green"}


# --- why -----------------------------------------------------------------------------------


@click.command()
@desk_options
@click.option("--staff", required=True, help="Id or name of the person.")
@click.option("--date", "day", required=True, callback=a_day, help="Day of the duty.")
@time_limit(5.0)
@click.option("--top", type=click.IntRange(1), default=5, show_default=True)
@common_options
def why(
    file: Path,
    previous: Path | None,
    override: tuple[str, ...],
    staff: str,
    day: date,
    seconds: float,
    top: int,
    as_json: bool,
    lang: str | None,
) -> None:
    """Say why a person has this duty or day off, and what else would cost. 为什么是我？

    Example: roster why dec.xlsx --staff E07 --date 2026-12-11
    """
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        _, what_if = _what_if(screen, file, previous=previous, overrides=override)
        e, d = _cell(what_if.problem, staff, day, "--staff", "--date")
        found = explain_cell(what_if, e, d, seconds=seconds)
        if as_json:
            screen.answer(why_dict(what_if, found, screen.lang, top))
        else:
            _print_why(screen, what_if, found, top)


def _print_why(screen: Screen, what_if: WhatIf, found: Why, top: int) -> None:
    """Print a cell's reasons, its alternatives and their price."""
    lang, text = screen.lang, screen.text
    problem, rules = what_if.problem, what_if.rules

    def title(en: str, zh: str) -> None:
        screen.say(text(en, zh), "bold")

    def line(words: Text, mark: str = " ", style: str | None = None) -> None:
        shown = _MARK_STYLES.get(mark, "") if style is None else style
        screen.say(f"  {mark} {words.to(lang)}", shown)

    screen.say(heading(problem, found).to(lang), "bold cyan")
    screen.say(verdict(rules, found).to(lang), "bold yellow")
    for wish in found.wishes:
        met, want = wish.met_by(found.code), want_text(wish)
        word = Text("met", "已满足") if met else Text("not met", "未满足")
        line(
            Text(f"wish: {want.en}, {word.en}", f"意愿：{want.zh}，{word.zh}"),
            "✓" if met else "✗",
        )
    if found.seats:
        title("Seats it fills", "对应的需求")
        for seat in found.seats:
            line(seat_text(seat))
    reasons = list(speaks(rules, found))
    if found.code is not None:
        title(
            "What speaks for it: were it a day off, all else as it stands",
            "为什么要上：若改休，其余不变",
        )
    else:
        title(
            "What speaks for it: were it a duty, all else as it stands",
            "为什么休息：若改上班，其余不变",
        )
    for mark, words in reasons:
        line(words, mark)
    if not reasons:
        line(Text("nothing speaks against it", "没有规则反对"), "✓")
    _print_alternatives(screen, what_if, found)
    if found.prices:
        title("If others may change too", "若他人也可调整")
    for price in found.prices:
        first, *rest = price_lines(what_if, price)
        line(first, "✓" if price.change is not None else "✗")
        for words in rest:
            line(words, "   ", "dim" if words == rest[-1] else "")
    if found.others is not None:
        title("Who else could have had it", "还有谁可以上")
        _print_stand_ins(screen, what_if, found.others, top)


def _print_alternatives(screen: Screen, what_if: WhatIf, found: Why) -> None:
    lang, text = screen.lang, screen.text
    others = [a for a in found.alternatives if found.code is None or a.code is not None]
    if found.leave is not None:
        return  # every shift meets the same answer
    if others:
        screen.say(text("Another shift instead", "改上别的班"), "bold")
    for item in others:
        mark = "✗" if item.change.breaks else "✓"
        words = alternative_text(what_if.rules, item).to(lang)
        screen.say(f"  {mark} {words}", _MARK_STYLES[mark])
    if found.closed:
        codes = ", ".join(found.closed)
        screen.say(
            text(
                f"    not open to the person (job, skill or grade): {codes}",
                f"    本人不能上（工种、技能或级别）：{codes}",
            ),
            "dim",
        )


# --- replace -------------------------------------------------------------------------------


def _a_duty(_context: click.Context, _option: click.Parameter, value: str) -> tuple[str, date]:
    """Read ``ID:DATE``."""
    staff, colon, day = value.replace("：", ":").rpartition(":")
    if not colon or not staff.strip():
        raise click.BadParameter(f"{value}: expected ID:DATE, as E07:2026-12-11")
    return staff.strip(), a_day(_context, _option, day)


@click.command()
@desk_options
@click.option(
    "--duty", required=True, callback=_a_duty, help="Who cannot come when: ID:2026-12-11."
)
@click.option("--top", type=click.IntRange(1), default=10, show_default=True)
@click.option("--take", help="Id or name of the stand-in to be written.")
@click.option("-o", "--output", type=FILE, help="Write the roster with that stand-in.")
@FORCE
@common_options
def replace(
    file: Path,
    previous: Path | None,
    override: tuple[str, ...],
    duty: tuple[str, date],
    top: int,
    take: str | None,
    output: Path | None,
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Rank who can step in for one duty, and write the one chosen. 谁能顶班？

    Example: roster replace dec.xlsx --duty E07:2026-12-11
    """
    if (take is None) != (output is None):
        raise click.UsageError("--take and -o go together: who, and where it is written")
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        if output is not None:
            place_for(output, source=file, force=force)
        loaded, what_if = _what_if(screen, file, previous=previous, overrides=override)
        problem = what_if.problem
        e, d = _cell(problem, *duty, "--duty", "--duty")
        if not what_if.roster.on(e, d):
            raise InputError(_no_duty(problem, e, d))
        taker = None
        if take is not None:
            staff, fault = person(problem, take, "--take")
            if fault is not None:
                raise InputError(fault)
            taker = problem.employee_index[staff]
        found = stand_ins(what_if, e, d)
        chosen = next((c for c in found.candidates if c.e == taker), None)
        path = None
        if chosen is not None:
            path = _write(screen, loaded, what_if, chosen, output, force=force)
        if as_json:
            body = {
                "staff": problem.employees[e].id,
                "date": problem.date_of(d).isoformat(),
                "shift": what_if.roster.code(e, d),
                **stand_ins_dict(what_if, found, screen.lang, top),
            }
            if take is not None:
                body["output"] = None if path is None else str(path)
            screen.answer(body)
        else:
            _print_replace(screen, what_if, found, (e, d), top, taker, chosen, path)
        refused = not found.candidates if take is None else path is None
        sys.exit(ExitCode.REFUSED if refused else ExitCode.DONE)


def _no_duty(problem: Problem, e: int, d: int) -> Issue:
    who, day = problem.employees[e].id, day_text(problem.date_of(d))
    return Issue(
        what=Text(f"--duty: {who} has no duty on {day.en}", f"--duty：{who} {day.zh}没有班"),
        hint=Text(
            "look at the Roster sheet for the days on duty", "请在排班表中查看该人的上班日期"
        ),
    )


def _print_replace(
    screen: Screen,
    what_if: WhatIf,
    found: StandIns,
    cell: tuple[int, int],
    top: int,
    taker: int | None,
    chosen: StandIn | None,
    path: Path | None,
) -> None:
    """Print the stand-ins, or what became of the one who was chosen."""
    lang, text = screen.lang, screen.text
    problem, (e, d) = what_if.problem, cell
    who, day, code = named(problem, e), day_text(problem.date_of(d)), what_if.roster.code(e, d)
    screen.say(
        text(
            f"{who} cannot come on {day.en}: who takes {code}?",
            f"{who} {day.zh}不能来：{code} 班谁来顶？",
        ),
        "bold cyan",
    )
    if taker is None:
        _print_stand_ins(screen, what_if, found, top)
        return
    if chosen is None:
        line = Text("the duty is that person's own", "这本来就是该人的班")
        against = next((r for r in found.refused if r.e == taker), None)
        if against is not None:
            line = against.evidence
            if against.against:
                line = breaks_text(what_if.rules, against.against)
        screen.say(
            text(
                f"not written: {named(problem, taker)} cannot: {line.en}",
                f"未写出：{named(problem, taker)} 不能顶班：{line.zh}",
            ),
            "bold red",
        )
        return
    words = joined(chosen.reasons, ", ", "，").to(lang)
    screen.say(f"✓ {candidate_text(problem, chosen).to(lang)}: {words}", "green")
    screen.say(text(f"written: {path}", f"已写出：{path}"), "bold green")
    screen.say(
        text(
            "the Leave sheet is as it was: enter the leave there",
            "《请假》表未改动：请在表中补填请假",
        ),
        "yellow",
    )


def _print_stand_ins(screen: Screen, what_if: WhatIf, found: StandIns, top: int) -> None:
    """Print who could take a duty with reasons, then why the others cannot."""
    lang, text = screen.lang, screen.text
    problem, rules = what_if.problem, what_if.rules
    if found.unavoidable:
        why = breaks_text(rules, found.unavoidable)
        screen.say(
            text(
                f"  whoever takes it, this stays broken: {why.en}",
                f"  不论谁来上，都会违反：{why.zh}",
            ),
            "yellow",
        )
    for n, c in enumerate(found.candidates[:top], 1):
        screen.say(f"{n:3}. {candidate_text(problem, c).to(lang)}")
        screen.say("     " + joined(c.reasons, ", ", "，").to(lang), "dim")
    more = len(found.candidates) - top
    if more > 0:
        screen.say(text(f"     … and {more} more (--top)", f"     ……另 {more} 人（--top）"))
    if not found.candidates:
        screen.say(text("  nobody can take it", "  没有人可以接"), "bold red")
        if found.nearest is not None:
            near = nearest_text(problem, rules, found.nearest).to(lang)
            screen.say(f"  {near}", "yellow")
    if found.refused:
        screen.say(text("Who could not", "谁不可以"), "bold")
    for words in refused_lines(problem, rules, found.refused):
        screen.say(f"  {words.to(lang)}")


def _write(
    screen: Screen,
    loaded: Loaded,
    what_if: WhatIf,
    chosen: StandIn,
    output: Path,
    *,
    force: bool,
) -> Path:
    """Write the roster with a stand-in; only the duty moves."""
    roster: Roster = what_if.roster.with_changes(chosen.change.cells)
    written = write_result(
        output,
        loaded.path,
        audit(roster, loaded.rules),
        leads=turns(roster.problem),
        program=PROGRAM,
        force=force,
    )
    for text in written.notes:
        screen.err.print(text.to(screen.lang), style="yellow", markup=False)
    return written.path


# --- wishes --------------------------------------------------------------------------------


@click.command()
@desk_options
@common_options
def wishes(
    file: Path,
    previous: Path | None,
    override: tuple[str, ...],
    as_json: bool,
    lang: str | None,
) -> None:
    """Say who got which wishes, and what a refused one collided with. 谁的意愿满足了？

    Example: roster wishes dec.xlsx
    """
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        _, what_if = _what_if(screen, file, previous=previous, overrides=override)
        results = wish_results(what_if)
        counts = wish_counts(results, what_if)
        if as_json:
            screen.answer(wishes_dict(what_if, results, counts, screen.lang))
        else:
            _print_wishes(screen, what_if, results, counts)


def _print_wishes(
    screen: Screen,
    what_if: WhatIf,
    results: tuple[WishResult, ...],
    counts: tuple[WishCount, ...],
) -> None:
    """Print each person's wishes, the refused ones with what they collided with."""
    lang, text = screen.lang, screen.text
    for c in counts:
        who = named(what_if.problem, c.e)
        of, total = c.met + c.missed, c.total_met + c.total_missed
        so_far = Text("", "")
        if total > of:
            so_far = Text(
                f"; {c.total_met} of {total} with earlier months",
                f"；累计 {c.total_met}/{total}",
            )
        screen.say(
            text(f"{who}: {c.met} of {of}{so_far.en}", f"{who}：{c.met}/{of}{so_far.zh}")
        )
        for w in results:
            if w.e == c.e and not w.met:
                screen.say(f"  ✗ {wish_text(w).to(lang)}", "yellow")
    met = sum(w.met for w in results)
    screen.say(
        text(f"{met} of {len(results)} wishes met", f"意愿 {len(results)} 项，满足 {met} 项"),
        "bold",
    )
