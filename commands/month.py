"""The commands of the month: template, check, solve, audit and rules."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from rich.live import Live
from rich.table import Table

from commands.explain import say_explanation
from commands.screen import (
    FILE,
    PROGRAM,
    WARNING,
    Screen,
    common_options,
    exit_codes,
    load,
    time_limit,
)
from constraints import REGISTRY, RULEBOOKS, RULES
from roster.audit import Audit, audit
from roster.errors import ExitCode, Issue, OwnCheckError
from roster.explain import Explanation, Verdict
from roster.explain import explain as look_for
from roster.explain.report import explanation_dict
from roster.outcome import STATUS_WORDS, Outcome, SolveStatus
from roster.plan import Roster
from roster.problem import CHANGED, PINNED
from roster.rotation import turns
from roster.rule import LEVEL_WORDS, UNITS, Level, show_level
from roster.solve import WORKERS, Progress, refusal_text, solve, warnings
from roster.swaps.report import (
    violation_dict,
)
from roster.words import Text
from roster.workbook.read import Loaded, read
from roster.workbook.template import BLANK_TABLES, write_template
from roster.workbook.write import place_for, write_result

# --- template ---------------------------------------------------------------------------


@click.command()
@click.argument("out", type=FILE, required=False)
@click.option("--example", help="Start from an example team: see `roster template --list`.")
@click.option("--list", "show", is_flag=True, help="List the examples and write nothing.")
@click.option("--force", is_flag=True, help="Replace a file that stands there.")
@common_options
def template(
    out: Path | None,
    example: str | None,
    show: bool,
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Write a workbook that a supervisor can fill in. 写出可填写的模板。

    Example: roster template team.xlsx --example telecom --lang zh
    """
    from examples import EXAMPLES, cells, tables

    screen = Screen(lang, as_json)
    language = lang or "zh"
    if show:
        if as_json:
            screen.answer({"examples": list(EXAMPLES)})
        else:
            wide = max(map(len, EXAMPLES))
            for name, made in EXAMPLES.items():
                screen.say(f"{name:{wide}}  {made.title.to(screen.lang)}")
        return
    if out is None:
        raise click.UsageError("Missing argument 'OUT'.", click.get_current_context())
    if example is not None and example not in EXAMPLES:
        names = ", ".join(EXAMPLES)
        raise click.BadParameter(
            f"unknown example {example!r}; there are: {names}", param_hint="--example"
        )
    with exit_codes(screen):
        data = tables(example, language) if example else BLANK_TABLES(language)
        written = write_template(out, data, language, registry=REGISTRY, force=force)
        grid = cells(example) if example else None
        if grid is not None:
            loaded = read(written.path, REGISTRY)
            roster = Roster(loaded.problem, tuple(grid[p.id] for p in loaded.problem.employees))
            written = write_result(
                written.path,
                written.path,
                audit(roster, loaded.rules),
                leads=turns(loaded.problem),
                program=PROGRAM,
                force=True,
            )
        if as_json:
            screen.answer({"output": str(written.path)})
        else:
            screen.say(screen.text(f"written: {written.path}", f"已写出：{written.path}"))


# --- check ------------------------------------------------------------------------------


def _print_warnings(screen: Screen, found: list[Issue]) -> None:
    for issue in found:
        screen.warn(issue, WARNING)


KEEP = click.option(
    "--keep",
    type=click.Choice(["pinned"]),
    help="Keep cells of the roster that are pinned, or changed since the last solve.",
)
PINS = (PINNED, CHANGED)
_KEPT: dict[str | None, dict[str, Any]] = {
    None: {},
    "pinned": {"keep": PINS, "want_roster": True},
}


@click.command()
@click.argument("file", type=FILE)
@click.option("--previous", type=FILE, help="Last month's result.")
@KEEP
@click.option("--override", multiple=True, help="Take a rule of law out, by its id.")
@common_options
def check(
    file: Path,
    previous: Path | None,
    keep: str | None,
    override: tuple[str, ...],
    as_json: bool,
    lang: str | None,
) -> None:
    """List every fault of a workbook, then what cannot work by arithmetic. 检查工作簿。

    Example: roster check team.xlsx
    """
    screen = Screen(lang, as_json)
    with exit_codes(screen, faults_are_the_answer=True):
        loaded = load(screen, file, previous=previous, overrides=override, **_KEPT[keep])
        found = list(warnings(loaded.problem, loaded.rules))
        _print_warnings(screen, found)
        if as_json:
            screen.answer(
                {
                    "issues": [],
                    "warnings": [i.as_dict(screen.lang) for i in found],
                    "notes": [i.as_dict(screen.lang) for i in loaded.notes],
                }
            )
            return
        p = loaded.problem
        screen.say(
            screen.text(
                f"no fault: {len(p.employees)} people, {p.n_days} days, "
                f"{len(loaded.notes)} notes, {len(found)} warnings",
                f"没有错误：{len(p.employees)} 人，{p.n_days} 天，"
                f"提示 {len(loaded.notes)} 条，警告 {len(found)} 条",
            ),
            "green" if not found else "",
        )


# --- solve ------------------------------------------------------------------------------


class _Interrupts:
    """Ctrl-C during a search: kept until the search reports, so that nothing is half done.

    An exception in the middle of a join or of an audit would leave the search in pieces;
    raised from its progress report it ends the search with the best roster so far. From the
    third Ctrl-C on the process ends at once.
    """

    _AGAIN = 1.0

    def __init__(self) -> None:
        self.count = 0
        self.raised: float | None = None
        self.before: Any = None

    def __enter__(self) -> _Interrupts:
        if threading.current_thread() is threading.main_thread():
            self.before = signal.signal(signal.SIGINT, self._heard)
        return self

    def __exit__(self, *error: object) -> None:
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)

    def _heard(self, *_: object) -> None:
        self.count += 1
        if self.count > 2:
            os._exit(ExitCode.INTERRUPTED)

    def check(self) -> None:
        """Raise what was kept, again after a while should the search still run."""
        if not self.count:
            return
        now = time.monotonic()
        if self.raised is None or now - self.raised > self._AGAIN:
            self.raised = now
            raise KeyboardInterrupt


class _ProgressView:
    """Live table on a terminal, a plain line now and then elsewhere."""

    _EVERY = 2.0

    def __init__(self, screen: Screen, after: Callable[[], None]) -> None:
        self.screen, self.after = screen, after
        console = screen.err if screen.as_json else screen.out
        self.live = (
            Live(console=console, refresh_per_second=4, transient=True)
            if console.is_terminal
            else None
        )
        self.last: tuple = ()
        self.printed = -self._EVERY

    def __enter__(self) -> _ProgressView:
        if self.live:
            self.live.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        if self.live:
            self.live.__exit__(*error)

    def show(self, now: Progress) -> None:
        """Render the state of the search, then give Ctrl-C its turn."""
        self._render(now)
        self.after()

    def _render(self, now: Progress) -> None:
        text = self.screen.text
        best = now.best
        dash = "–"
        points = best.points if best else None
        gap = dash
        if points is not None and now.bound is not None:
            rest = max(0.0, points - now.bound)
            gap = f"{100 * rest / points:.1f} %" if points else "0 %"
        cells = {
            text("elapsed", "用时"): f"{now.elapsed:.0f} s",
            text("rosters found", "已找到"): str(now.found),
            text("shortage", "缺员"): dash if best is None else str(best.shortage),
            text("points", "扣分"): dash if points is None else str(points),
            text("bound", "下界"): dash if now.bound is None else f"{now.bound:.0f}",
            text("gap", "差距"): gap,
        }
        if self.live:
            table = Table(
                title=text("Ctrl-C keeps the best so far", "按 Ctrl-C 保留当前最好结果")
            )
            for name in cells:
                table.add_column(name, justify="right")
            table.add_row(*cells.values())
            self.live.update(table)
            return
        state = tuple(cells.values())[1:]
        if state != self.last and now.elapsed - self.printed >= self._EVERY:
            self.last, self.printed = state, now.elapsed
            self.screen.say(", ".join(f"{k} {v}" for k, v in cells.items()))


@click.command("solve")
@click.argument("file", type=FILE)
@click.option("-o", "--output", type=FILE, required=True, help="Where the result goes.")
@click.option("--previous", type=FILE, help="Last month's result.")
@time_limit(60.0)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=WORKERS,
    show_default=True,
    help="Parallel searches.",
)
@click.option(
    "--work",
    type=click.FloatRange(0.1),
    help="Stop by so much work of the solver (deterministic seconds) and not by the clock: "
    "the same seed then gives the same roster.",
)
@click.option("--all-or-nothing", is_flag=True, help="Accept no roster with shortage.")
@click.option("--no-explain", is_flag=True, help="Do not look for the cause of a shortage.")
@KEEP
@click.option("--override", multiple=True, help="Take a rule of law out, by its id.")
@click.option("--force", is_flag=True, help="Replace a file that this program did not write.")
@common_options
def solve_command(
    file: Path,
    output: Path,
    previous: Path | None,
    seconds: float,
    seed: int,
    workers: int,
    work: float | None,
    all_or_nothing: bool,
    no_explain: bool,
    keep: str | None,
    override: tuple[str, ...],
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Find next month's roster and write it with all result sheets. 求解并写出排班表。

    Example: roster solve team.xlsx -o dec.xlsx --previous nov.xlsx
    """
    screen = Screen(lang, as_json)
    with exit_codes(screen), ExitStack() as stack:
        place_for(output, source=file, force=force)
        loaded = load(screen, file, previous=previous, overrides=override, **_KEPT[keep])
        found = list(warnings(loaded.problem, loaded.rules))
        _print_warnings(screen, found)
        for rule_id in loaded.rules.overrides:
            screen.err.print(
                screen.text(
                    f"override: the rule of law {rule_id} is not enforced, only reported",
                    f"特批：法律规则 {rule_id} 不强制执行，仅作提示",
                ),
                style="bold yellow",
            )
        interrupts = stack.enter_context(_Interrupts())
        try:
            with _ProgressView(screen, interrupts.check) as view:
                outcome, refusals = solve(
                    loaded.problem,
                    loaded.rules,
                    seconds=seconds,
                    seed=seed,
                    workers=workers,
                    work=work,
                    all_or_nothing=all_or_nothing,
                    start=loaded.roster,
                    on_progress=view.show,
                )
        except OwnCheckError as error:
            sys.exit(_save_case(screen, file, output, error))
        why = None
        if not no_explain and not outcome.interrupted:
            why = _why(screen, loaded, outcome, all_or_nothing, interrupts.check)
        written = None
        if outcome.roster is not None:
            written = write_result(
                output,
                file,
                outcome.audit,
                outcome,
                leads=turns(loaded.problem),
                notes=[Text(n.line("en"), n.line("zh")) for n in (*loaded.notes, *found)],
                program=PROGRAM,
                force=force,
                why=why,
            )
            for text in written.notes:
                screen.err.print(text.to(screen.lang), style="yellow", markup=False)
        reasons = [refusal_text(r, loaded.problem) for r in refusals]
        if as_json:
            body = _solve_json(screen, outcome, written and written.path, reasons)
            body["people"] = len(loaded.problem.employees)
            body["notes"] = [t.to(screen.lang) for t in (written.notes if written else ())]
            if keep is not None:
                body["kept"] = {x: sum(f.pin == x for f in loaded.pins) for x in PINS}
            screen.answer(body | (explanation_dict(why, screen.lang) if why else {}))
        else:
            told = bool(found) or why is not None
            _print_outcome(screen, outcome, written and written.path, reasons, told)
            if why is not None:
                say_explanation(screen, why)
        sys.exit(_exit_code(outcome))


_EXPLAIN_SECONDS = 15.0


def _why(
    screen: Screen,
    loaded: Loaded,
    outcome: Outcome,
    all_or_nothing: bool,
    check: Callable[[], None],
) -> Explanation | None:
    """Explain a search without result, or one with people short; None with full cover."""
    known = None
    if outcome.status is SolveStatus.INFEASIBLE:
        known = Verdict.INFEASIBLE
    elif outcome.roster is not None:
        if not outcome.shortage:
            return None
        # Less than the least possible may still be possible.
        known = Verdict.SHORT if outcome.shortage_proven else None
    screen.err.print(
        screen.text("looking for the cause …", "正在查找原因……"), style="dim", markup=False
    )
    try:
        return look_for(
            loaded.problem,
            loaded.rules,
            seconds=_EXPLAIN_SECONDS,
            all_or_nothing=all_or_nothing,
            known=known,
            shortage=outcome.shortage,
            where=loaded.addresses,
            on_tick=check,
        )
    except KeyboardInterrupt:
        return None


def _exit_code(outcome: Outcome) -> ExitCode:
    if outcome.interrupted:
        return ExitCode.INTERRUPTED
    if outcome.status is SolveStatus.INFEASIBLE:
        return ExitCode.INFEASIBLE
    if outcome.roster is None:
        return ExitCode.NOTHING_FOUND
    return ExitCode.REFUSED if outcome.audit.hard else ExitCode.DONE


def _save_case(screen: Screen, file: Path, output: Path, error: OwnCheckError) -> ExitCode:
    """Keep what is needed to find a defect of this program."""
    folder = output.with_name(f"{output.stem}-case-{time.strftime('%Y%m%d-%H%M%S')}")
    folder.mkdir()
    shutil.copy(file, folder / file.name)
    roster = error.roster
    (folder / "case.json").write_text(
        json.dumps(
            {
                "program": PROGRAM,
                "error": str(error),
                "cells": None if roster is None else roster.cells,
            },
            ensure_ascii=False,
            indent=1,
        ),
        encoding="utf-8",
    )
    screen.err.print(
        screen.text(
            f"the program's own check failed; no roster was written. Please report the folder "
            f"{folder}: {error}",
            f"程序自检未通过，未写出排班表。请反馈文件夹 {folder}：{error}",
        ),
        style="bold red",
        markup=False,
    )
    return ExitCode.OWN_CHECK


def _solve_json(
    screen: Screen, outcome: Outcome, path: Path | None, reasons: list[Text]
) -> dict[str, Any]:
    shown = (
        []
        if outcome.audit is None
        else [
            violation_dict(outcome.audit.rules, v, screen.lang)
            for v in outcome.audit.violations
            if v.level is not Level.SOFT
        ]
    )
    return {
        "status": outcome.status.value,
        "objective": outcome.objective,
        "bound": outcome.bound,
        "gap": outcome.gap,
        "seconds": round(outcome.seconds, 3),
        "seed": outcome.seed,
        "shortage": outcome.shortage,
        "shortage_proven": outcome.shortage_proven,
        "violations": shown,
        "reasons": [r.to(screen.lang) for r in reasons],
        "interrupted": outcome.interrupted,
        "output": None if path is None else str(path),
    }


def _print_outcome(
    screen: Screen, outcome: Outcome, path: Path | None, reasons: list[Text], warned: bool
) -> None:
    text = screen.text
    if outcome.roster is None:
        if outcome.status is SolveStatus.INFEASIBLE:
            screen.say(
                text(
                    "no roster keeps every hard rule; nothing was written",
                    "没有排班表能满足全部硬性规则，未写文件",
                ),
                "bold red",
            )
            for reason in reasons:
                screen.say("  " + reason.to(screen.lang))
            if not reasons:
                screen.say(
                    text(
                        "  the warnings above name what cannot work"
                        if warned
                        else "  no day, person or rule alone shows why; set rules to soft on "
                        "the Rules sheet one by one to find out which ones collide",
                        "  原因见上面的警告"
                        if warned
                        else "  单看某天或某人看不出原因；"
                        "可在《规则》表把可疑的规则逐条改为软，找出冲突",
                    )
                )
        elif outcome.interrupted:
            screen.say(
                text(
                    "interrupted before a roster was found; nothing was written",
                    "尚未找到排班表即被中断，未写文件",
                ),
                "bold red",
            )
        else:
            screen.say(
                text(
                    f"nothing found in {outcome.seconds:.0f} s; give more --time",
                    f"{outcome.seconds:.0f} 秒内未找到，请加大 --time",
                ),
                "bold red",
            )
        return
    checked = outcome.audit
    ended = STATUS_WORDS[outcome.status]
    if outcome.interrupted:
        ended = Text(f"interrupted, {ended.en}", f"已中断，{ended.zh}")
    gap = "–" if outcome.gap is None else f"{100 * outcome.gap:.1f} %"
    bound = "–" if outcome.bound is None else f"{outcome.bound:.0f}"
    screen.say(
        text(
            f"{ended.en} after {outcome.seconds:.0f} s: shortage "
            f"{checked.shortage}, {checked.points} points, bound {bound}, gap {gap}",
            f"{ended.zh}，用时 {outcome.seconds:.0f} 秒：缺员 "
            f"{checked.shortage}，扣分 {checked.points}，下界 {bound}，差距 {gap}",
        ),
        "bold",
    )
    _print_findings(screen, checked)
    screen.say(text(f"written: {path}", f"已写出：{path}"), "bold green")


def _print_findings(screen: Screen, checked: Audit, most: int = 40) -> None:
    """Print hard and advisory violations, then the ledger."""
    text = screen.text
    named = [*checked.hard, *checked.at(Level.ADVISORY)]
    for item in named[:most]:
        word = LEVEL_WORDS[item.level].to(screen.lang)
        screen.say(
            f"  [{word}] {item.rule}: {checked.say(item, screen.lang)}",
            "red" if item.level is Level.HARD else "yellow",
        )
    if len(named) > most:
        rest = len(named) - most
        screen.say(text(f"  … and {rest} more", f"  ……还有 {rest} 条"))
    if checked.ledger:
        table = Table(title=text("points", "扣分"))
        for name in (
            text("rule", "规则"),
            text("amount", "数量"),
            text("unit", "单位"),
            text("weight", "权重"),
            text("points", "扣分"),
        ):
            table.add_column(name, justify="left" if name in ("rule", "规则") else "right")
        for line in sorted(checked.ledger, key=lambda x: -x.points):
            title = checked.rules[line.rule].title.to(screen.lang)
            table.add_row(
                f"{line.rule} {title}",
                str(line.amount),
                UNITS[line.unit].to(screen.lang),
                str(line.weight),
                str(line.points),
            )
        (screen.err if screen.as_json else screen.out).print(table)


# --- audit ------------------------------------------------------------------------------


@click.command("audit")
@click.argument("file", type=FILE)
@click.option("--previous", type=FILE, help="Last month's result.")
@click.option("--override", multiple=True, help="Take a rule of law out, by its id.")
@click.option("-o", "--output", type=FILE, help="Write the file with fresh result sheets.")
@click.option("--force", is_flag=True, help="Replace a file that this program did not write.")
@common_options
def audit_command(
    file: Path,
    previous: Path | None,
    override: tuple[str, ...],
    output: Path | None,
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Check the roster of a file against every rule, without the solver. 检查排班表。

    Example: roster audit dec.xlsx
    """
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        if output is not None:
            place_for(output, source=file, force=force)
        loaded = load(screen, file, previous=previous, overrides=override, want_roster=True)
        checked = audit(loaded.roster, loaded.rules)
        path = None
        if output is not None:
            path = write_result(
                output,
                file,
                checked,
                leads=turns(loaded.problem),
                program=PROGRAM,
                force=force,
            ).path
        if as_json:
            body = {
                "violations": [
                    violation_dict(checked.rules, v, screen.lang) for v in checked.violations
                ],
                "points": checked.points,
                "shortage": checked.shortage,
                "ledger": [
                    {
                        "rule": x.rule,
                        "unit": x.unit,
                        "amount": x.amount,
                        "weight": x.weight,
                        "points": x.points,
                    }
                    for x in checked.ledger
                ],
            }
            if path is not None:
                body["output"] = str(path)
            screen.answer(body)
        else:
            hard = len(checked.hard)
            screen.say(
                screen.text(
                    f"{hard} hard violation(s), shortage {checked.shortage}, "
                    f"{checked.points} points",
                    f"硬性规则违反 {hard} 处，缺员 {checked.shortage}，扣分 {checked.points}",
                ),
                "bold red" if hard else "bold green",
            )
            _print_findings(screen, checked, most=1000)
            if path is not None:
                screen.say(screen.text(f"written: {path}", f"已写出：{path}"))
        sys.exit(ExitCode.REFUSED if checked.hard else ExitCode.DONE)


# --- rules ------------------------------------------------------------------------------


@click.command("rules")
@click.option(
    "--rulebook",
    default="standard",
    show_default=True,
    type=click.Choice([b.id for b in RULEBOOKS]),
)
@click.option("--markdown", is_flag=True, help="As a Markdown table, for the README.")
@common_options
def rules_command(rulebook: str, markdown: bool, as_json: bool, lang: str | None) -> None:
    """List every rule with level, parameters and source. 列出全部规则。

    Example: roster rules --rulebook telecom
    """
    screen = Screen(lang, as_json)
    book = REGISTRY.rulebook(rulebook)
    rules = REGISTRY.defaults(book)
    languages = (lang,) if lang else ("en", "zh")
    if as_json:
        screen.answer(
            {
                "rulebook": rulebook,
                "rules": [
                    {
                        "id": rule.id,
                        "level": rule.level.value,
                        "law": rule.law,
                        "scope": rule.scope.value,
                        "weight": rule.weight,
                        "title": rule.title._asdict(),
                        "text": rule.text._asdict(),
                        "source": {x: rule.source(x) for x in ("en", "zh")},
                        "used_by": REGISTRY.used_by(rule.id)._asdict(),
                        "parameters": [
                            {
                                "name": p.name,
                                "value": rule.shown()[p.name],
                                "default": p.default,
                                "expected": p.expected._asdict(),
                                "what": p.what._asdict(),
                            }
                            for p in rule.parameters()
                        ],
                    }
                    for rule in rules.values()
                ],
            }
        )
        return
    if markdown:
        click.echo(rules_markdown())
        return
    for rule in rules.values():
        level = show_level(rule)
        screen.out.print(
            f"{rule.id}  [{' / '.join(level.to(x) for x in languages)}]",
            style="bold",
            markup=False,
        )
        for x in languages:
            screen.out.print(f"  {rule.title.to(x)}: {rule.text.to(x)}", markup=False)
        shown = rule.shown()
        for p in rule.parameters():
            ranges = " / ".join(f"{p.what.to(x)}; {p.expected.to(x)}" for x in languages)
            screen.out.print(f"  {p.name} = {shown[p.name] or '–'}  ({ranges})", markup=False)
        users = REGISTRY.used_by(rule.id)
        used = {"en": f"used by: {users.en}", "zh": f"使用：{users.zh}"}
        for line in (rule.source, used.get):
            screen.out.print(
                "  " + " / ".join(dict.fromkeys(line(x) for x in languages)),
                style="dim",
                markup=False,
            )


def rules_markdown() -> str:
    """Return the README's table of rules."""
    lines = [
        "| id | level | what it says | 说明 | parameters | source | used by |",
        "|---|---|---|---|---|---|---|",
    ]
    for cls in RULES:
        rule = cls()
        shown = rule.shown()
        names = ", ".join(f"`{n}={v or 'none'}`" for n, v in shown.items())
        lines.append(
            f"| `{rule.id}` | {show_level(rule).en} | {rule.text.en} | {rule.text.zh} | "
            f"{names} | {rule.source('en')} | {REGISTRY.used_by(rule.id).en} |"
        )
    return "\n".join(lines)
