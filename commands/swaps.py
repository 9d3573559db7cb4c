"""The commands of the swap desk."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from openpyxl.workbook import Workbook

from commands.screen import (
    ANSWER_STYLES,
    FORCE,
    OUT,
    PROGRAM,
    Screen,
    a_day,
    a_moment,
    common_options,
    desk_options,
    exit_codes,
    load,
    say_written,
    time_limit,
)
from roster.audit import audit
from roster.errors import ExitCode
from roster.plan import Roster
from roster.problem import Status
from roster.rotation import turns
from roster.rule import LEVEL_WORDS, Level, RuleSet
from roster.swaps.clear import Cleared, clear, new_rows
from roster.swaps.desk import CHECKED, Answer, Desk, Verdict
from roster.swaps.desk import Outcome as Holds
from roster.swaps.exchange import Exchange, misfits
from roster.swaps.register import PENDING, Change, Entry, apply, entry, with_entries, withdraw
from roster.swaps.report import (
    ANSWERS,
    awaiting_words,
    by_level,
    cleared_dict,
    exchange_text,
    leg_text,
    named,
    register_row,
    suggestions_dict,
    verdict_dict,
)
from roster.swaps.request import asked, open_rings, registered
from roster.swaps.review import Decision, Review, against_text, awaited_text, review
from roster.swaps.suggest import Suggestions, suggest, way_out_text
from roster.words import Text, day_text, joined
from roster.workbook.forms import form_place, write_swap_form
from roster.workbook.layout import SWAP_STATUS, word_text
from roster.workbook.read import Loaded
from roster.workbook.register import Rows, write_entries
from roster.workbook.write import place_for, write_result


@click.group()
def swap() -> None:
    """The swap desk: check, suggest, review, clear, apply, withdraw, form. 换班。

    Example: roster swap check dec.xlsx --id 7
    """


def _desk(screen: Screen, file: Path, **kwargs: Any) -> tuple[Loaded, Desk]:
    loaded = load(screen, file, notes=False, want_roster=True, hold_published=False, **kwargs)
    return loaded, Desk(loaded.roster, loaded.rules)


_MARKS = {Holds.HELD: "✓", Holds.BROKEN: "✗", Holds.MANAGER: "?"}
_STYLES = {Holds.HELD: "", Holds.BROKEN: "red", Holds.MANAGER: "yellow"}


def _print_verdict(screen: Screen, verdict: Verdict) -> None:
    """Print a verdict with every rule's evidence and what changes for the team."""
    lang, text = screen.lang, screen.text
    case = verdict.case
    screen.say(exchange_text(case.problem, verdict.exchange).to(lang), "bold")
    answer = ANSWERS[verdict.answer].to(lang)
    screen.say(
        text(f"verdict: {answer}", f"结论：{answer}"), ANSWER_STYLES[verdict.answer.value]
    )
    if verdict.awaiting:
        screen.say(awaited_text(verdict).to(lang), "yellow")
    for f in verdict.findings:
        name = f"{f.rule.id} {f.rule.title.zh}" if lang == "zh" else f.rule.id
        soft = f.outcome is not Holds.HELD and f.rule.level is Level.SOFT
        mark = "!" if soft else _MARKS[f.outcome]
        screen.say(f"  {mark} {name}: {joined(f.evidence).to(lang)}", _STYLES[f.outcome])
    for word, found in (
        (text("new", "新增"), case.news.new),
        (text("resolved", "消除"), case.news.resolved),
    ):
        for v in by_level(found):
            level = LEVEL_WORDS[v.level].to(lang)
            sentence = case.desk.rules[v.rule].say(v, lang)
            screen.say(f"  {word} [{level}] {v.rule}: {sentence}")


@swap.command("check")
@desk_options
@click.option("--id", "swap_id", help="Number of a row of the register.")
@click.option("--applicant", help="Id or name of the person who asks.")
@click.option("--date", "day", callback=a_day, help="Day of the duty to be given away.")
@click.option("--partner", help="Id or name of the person who takes it.")
@click.option("--return-date", "return_day", callback=a_day, help="Day of the duty returned.")
@click.option("--asked-at", callback=a_moment, help="When it was asked: 2026-12-04T09:00.")
@common_options
def swap_check(
    file: Path,
    previous: Path | None,
    override: tuple[str, ...],
    swap_id: str | None,
    applicant: str | None,
    day: date | None,
    partner: str | None,
    return_day: date | None,
    asked_at: datetime | None,
    as_json: bool,
    lang: str | None,
) -> None:
    """Say whether a swap is allowed, rule by rule. 检查一次换班。

    Example: roster swap check dec.xlsx --applicant E07 --date 2026-12-04 --partner E12
    """
    direct = (applicant, day, partner, return_day, asked_at)
    if swap_id is not None and any(x is not None for x in direct):
        raise click.UsageError("--id stands alone: the register says the rest")
    if swap_id is None and (applicant is None or day is None):
        raise click.UsageError("give --id, or --applicant and --date")
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        loaded, desk = _desk(screen, file, previous=previous, overrides=override)
        if swap_id is not None:
            exchange = registered(desk, swap_id, CHECKED, loaded.swap_cell)
        else:
            exchange = asked(desk, applicant, day, partner, return_day, asked_at)
        verdict = desk.verdict(exchange)
        if as_json:
            screen.answer(verdict_dict(verdict, screen.lang))
        else:
            _print_verdict(screen, verdict)
        refused = verdict.answer is Answer.REJECTED
        sys.exit(ExitCode.REFUSED if refused else ExitCode.DONE)


@swap.command("suggest")
@desk_options
@click.option("--applicant", required=True, help="Id or name of the person who asks.")
@click.option(
    "--date", "day", required=True, callback=a_day, help="Day of the duty to be given away."
)
@click.option("--asked-at", callback=a_moment, help="When it is asked: 2026-12-04T09:00.")
@click.option("--top", type=click.IntRange(1), default=10, show_default=True)
@common_options
def swap_suggest(
    file: Path,
    previous: Path | None,
    override: tuple[str, ...],
    applicant: str,
    day: date,
    asked_at: datetime | None,
    top: int,
    as_json: bool,
    lang: str | None,
) -> None:
    """Rank those who could take a duty, or say why nobody can. 推荐换班对象。

    Example: roster swap suggest dec.xlsx --applicant E07 --date 2026-12-04
    """
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        _, desk = _desk(screen, file, previous=previous, overrides=override)
        one_way = asked(desk, applicant, day)
        found = suggest(desk, one_way.rows[0].applicant, day, asked_at=asked_at, top=top)
        if as_json:
            screen.answer(suggestions_dict(desk.problem, found, screen.lang))
        else:
            _print_suggestions(screen, desk, one_way, found)
        sys.exit(ExitCode.DONE if found.candidates else ExitCode.REFUSED)


def _print_suggestions(
    screen: Screen, desk: Desk, one_way: Exchange, found: Suggestions
) -> None:
    """Print the candidates with their reasons, or why each colleague cannot."""
    lang, text = screen.lang, screen.text
    problem = desk.problem
    screen.say(leg_text(problem, one_way.legs[0]).to(lang), "bold")
    index = problem.employee_index
    for n, c in enumerate(found.candidates, 1):
        who = named(problem, index[c.staff])
        back = text("no duty back", "不还班")
        if c.return_day is not None:
            day = day_text(c.return_day).to(lang)
            back = text(f"gives back {c.return_shift} of {day}", f"还{day} {c.return_shift} 班")
        screen.say(f"{n:3}. {who}: {back}")
        screen.say("     " + joined(c.reasons, ", ", "，").to(lang), "dim")
    if found.candidates:
        return
    screen.say(text("nobody can take it", "没有人可以接班"), "bold red")
    if found.bars:
        why = against_text(found.bars).to(lang)
        screen.say(text(f"whoever it is: {why}", f"不论谁接：{why}"), "red")
    for r in found.refused[:20]:
        finding = r.against[0]
        screen.say(f"  {named(problem, index[r.staff])}: {finding.evidence[0].to(lang)}")
    if len(found.refused) > 20:
        rest = len(found.refused) - 20
        screen.say(
            text(f"  … and {rest} more (--json lists all)", f"  ……另 {rest} 人（--json）")
        )
    if found.way_out is not None:
        screen.say(way_out_text(found.way_out).to(lang), "bold yellow")


def _write_register(
    screen: Screen,
    loaded: Loaded,
    output: Path,
    roster: Roster,
    entries: Mapping[str, Entry],
    *,
    force: bool,
    more: Callable[[Rows], None] | None = None,
) -> Path:
    """Write roster, register, fairness and totals together."""

    def edit(book: Workbook) -> None:
        write_entries(book, loaded.records.get("swaps", ()), entries, loaded.language)
        if more is not None:
            more(Rows(book, "swaps", loaded.language))

    written = write_result(
        output,
        loaded.path,
        audit(roster, loaded.rules),
        leads=turns(roster.problem),
        program=PROGRAM,
        force=force,
        edit=edit if entries or more else None,
    )
    for text in written.notes:
        screen.err.print(text.to(screen.lang), style="yellow", markup=False)
    return written.path


def _decision_dict(decision: Decision, lang: str) -> dict[str, Any]:
    body = {
        "id": decision.row.id,
        "verdict": decision.answer,
        "status": decision.status.value,
        "because": decision.because.to(lang),
        "awaiting": [],
        "collides": [r.id for x in decision.collides for r in x.rows],
    }
    if decision.verdict is not None:
        body["awaiting"] = awaiting_words(decision.verdict)
    return body


def _status_word(status: Status) -> Text:
    return word_text(SWAP_STATUS, status.value)


@swap.command("review")
@desk_options
@OUT
@time_limit(30.0)
@FORCE
@common_options
def swap_review(
    file: Path,
    previous: Path | None,
    override: tuple[str, ...],
    output: Path,
    seconds: float,
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Decide all open rows of the register together. 一并审核全部换班申请。

    Example: roster swap review dec.xlsx -o decided.xlsx
    """
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        place_for(output, source=file, force=force)
        loaded, desk = _desk(screen, file, previous=previous, overrides=override)
        open_rings(desk, loaded.swap_cell)
        reviewed = review(desk, seconds=seconds)
        entries = {
            d.row.id: entry(d.exchange, d.row, d.status, d.because) for d in reviewed.decisions
        }
        roster = with_entries(desk.published, entries)
        path = _write_register(screen, loaded, output, roster, entries, force=force)
        rejected = [d for d in reviewed.decisions if d.answer == "rejected"]
        if as_json:
            screen.answer(
                {
                    "decisions": [_decision_dict(d, screen.lang) for d in reviewed.decisions],
                    "proven": reviewed.proven,
                    "bound": reviewed.bound,
                    "output": str(path),
                }
            )
        else:
            _print_review(screen, desk, reviewed)
            screen.say(screen.text(f"written: {path}", f"已写出：{path}"), "bold green")
        sys.exit(ExitCode.REFUSED if rejected else ExitCode.DONE)


def _print_review(screen: Screen, desk: Desk, reviewed: Review) -> None:
    """Print each decision with its reason, then how many there are of each."""
    lang, text = screen.lang, screen.text
    styles = {"approved": "green", "referred": "yellow", "rejected": "red", "stale": "red"}
    for d in reviewed.decisions:
        leg = next(x for x in d.exchange.legs if x.row.id == d.row.id)
        what = leg_text(desk.problem, leg).to(lang)
        word = _status_word(d.status).to(lang)
        screen.say(f"{d.row.id}  {word}  {what}", styles.get(d.status.value, ""))
        screen.say(f"    {d.because.to(lang)}")
    counts = Counter(d.status for d in reviewed.decisions)
    shown = ", ".join(f"{_status_word(s).to(lang)} {n}" for s, n in counts.items())
    proof = (
        text("proven the most possible", "已证明为最多")
        if reviewed.proven
        else text(
            f"at most {reviewed.bound} could be accepted", f"最多可接受 {reviewed.bound} 条"
        )
    )
    if counts:
        screen.say(f"{shown}{text('; ', '；')}{proof}", "bold")
    else:
        screen.say(text("nothing to decide", "没有待审核的申请"), "bold")


@swap.command("clear")
@desk_options
@OUT
@time_limit(60.0)
@FORCE
@common_options
def swap_clear(
    file: Path,
    previous: Path | None,
    override: tuple[str, ...],
    output: Path,
    seconds: float,
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Match swap wishes in rings of two to four, as many as can be. 撮合换班意向。

    Example: roster swap clear dec.xlsx -o cleared.xlsx
    """
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        place_for(output, source=file, force=force)
        loaded, desk = _desk(screen, file, previous=previous, overrides=override)
        cleared = clear(desk, seconds=seconds)
        rows = new_rows(cleared)
        problem = replace(desk.problem, swaps=(*desk.problem.swaps, *rows))

        def add(register: Rows) -> None:
            for row in rows:
                register.add(register_row(row, cleared))

        path = _write_register(
            screen,
            loaded,
            output,
            Roster(problem, desk.published.cells, desk.published.posts),
            {},
            force=force,
            more=add if rows else None,
        )
        if as_json:
            screen.answer({**cleared_dict(cleared, screen.lang), "output": str(path)})
        else:
            _print_cleared(screen, desk, cleared)
            screen.say(screen.text(f"written: {path}", f"已写出：{path}"), "bold green")


def _print_cleared(screen: Screen, desk: Desk, cleared: Cleared) -> None:
    """Print what became of each wish, then how many were granted of how many possible."""
    lang, text = screen.lang, screen.text
    for w in cleared.wishes:
        who = named(desk.problem, desk.problem.employee_index[w.wish.staff])
        day = day_text(w.wish.day).to(lang)
        mark = "✓" if w.rows else "✗"
        screen.say(f"{mark} {who} {day}: {w.because.to(lang)}", "green" if w.rows else "")
    n, most = cleared.granted, cleared.bound
    gap = f"{100 * cleared.gap:.1f} %"
    screen.say(
        text(
            f"{n} of {len(cleared.wishes)} wishes granted in {len(cleared.exchanges)} rings; "
            f"at most {most} possible, gap {gap}",
            f"{len(cleared.wishes)} 个意向满足 {n} 个，共 {len(cleared.exchanges)} 个环；"
            f"最多可满足 {most} 个，差距 {gap}",
        ),
        "bold",
    )


def _step(
    screen: Screen,
    file: Path,
    output: Path,
    swap_id: str,
    statuses: tuple[Status, ...],
    step: Callable[[Roster, RuleSet, Exchange], Change],
    *,
    force: bool,
    fits: bool,
    **kwargs: Any,
) -> None:
    """Carry out or withdraw one exchange, or say why not."""
    place_for(output, source=file, force=force)
    loaded, desk = _desk(screen, file, **kwargs)
    exchange = registered(desk, swap_id, statuses, loaded.swap_cell, fits=fits)
    change = step(desk.published, desk.rules, exchange)
    lang = screen.lang
    body: dict[str, Any] = {
        "id": exchange.id,
        "refused": [t.to(lang) for t in change.refused],
        "decisions": [
            {"id": i, "status": e.status.value, "because": e.decision.to(lang)}
            for i, e in change.entries.items()
        ],
        "output": None,
    }
    if not change.refused:
        body["output"] = str(
            _write_register(screen, loaded, output, change.roster, change.entries, force=force)
        )
    if screen.as_json:
        screen.answer(body)
    else:
        screen.say(exchange_text(desk.problem, exchange).to(lang), "bold")
        for line in body["refused"]:
            screen.say(line, "red")
        for i, e in change.entries.items():
            screen.say(f"{i}  {_status_word(e.status).to(lang)}  {e.decision.to(lang)}")
        if change.refused:
            refused = screen.text("refused; nothing was written", "不予执行，未写文件")
            screen.say(refused, "bold red")
        else:
            path = body["output"]
            screen.say(screen.text(f"written: {path}", f"已写出：{path}"), "bold green")
    sys.exit(ExitCode.REFUSED if change.refused else ExitCode.DONE)


_ROW = click.option("--id", "swap_id", required=True, help="Number of a row of the register.")


@swap.command("apply")
@desk_options
@_ROW
@OUT
@FORCE
@common_options
def swap_apply(
    file: Path,
    previous: Path | None,
    override: tuple[str, ...],
    swap_id: str,
    output: Path,
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Carry out a swap: roster, register and totals together. 执行换班。

    Example: roster swap apply decided.xlsx --id 7 -o dec2.xlsx
    """
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        _step(
            screen,
            file,
            output,
            swap_id,
            PENDING,
            apply,
            force=force,
            fits=True,
            previous=previous,
            overrides=override,
        )


@swap.command("withdraw")
@desk_options
@_ROW
@OUT
@FORCE
@common_options
def swap_withdraw(
    file: Path,
    previous: Path | None,
    override: tuple[str, ...],
    swap_id: str,
    output: Path,
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Take a swap back; one carried out is undone if the rules allow. 撤回换班。

    Example: roster swap withdraw dec2.xlsx --id 7 -o dec3.xlsx
    """
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        _step(
            screen,
            file,
            output,
            swap_id,
            (*PENDING, Status.APPLIED),
            withdraw,
            force=force,
            fits=False,
            previous=previous,
            overrides=override,
        )


@swap.command("form")
@desk_options
@click.option("--id", "swap_id", help="Number of a row of the register.")
@click.option("--blank", is_flag=True, help="An empty form, for people who ask on paper.")
@OUT
@FORCE
@common_options
def swap_form(
    file: Path,
    previous: Path | None,
    override: tuple[str, ...],
    swap_id: str | None,
    blank: bool,
    output: Path,
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Write a swap as a form to be printed and signed. 打印换班申请单。

    Example: roster swap form dec.xlsx --id 7 -o form.xlsx
    """
    if blank == (swap_id is not None):
        raise click.UsageError("give --id or --blank")
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        form_place(output, file, force=force)
        exchange = verdict = None
        if blank:
            loaded = load(screen, file, previous=previous, overrides=override)
        else:
            loaded, desk = _desk(screen, file, previous=previous, overrides=override)
            known = tuple(Status)
            exchange = registered(desk, swap_id, known, loaded.swap_cell, fits=False)
            to_check = all(row.status in CHECKED for row in exchange.rows)
            if to_check and not misfits(desk.published, exchange):
                verdict = desk.verdict(exchange)
        written = write_swap_form(
            output, loaded, exchange, verdict, lang=lang or loaded.language, force=force
        )
        say_written(screen, written)
