"""The command that says why there is no roster."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from commands.screen import (
    FILE,
    FORCE,
    PROGRAM,
    WARNING,
    Screen,
    common_options,
    exit_codes,
    load,
    time_limit,
)
from roster.errors import ExitCode
from roster.explain import Conflict, Explanation, Verdict
from roster.explain import explain as look_for
from roster.explain.report import conflict_lines, explanation_dict, lines, verdict_text
from roster.solve import warnings
from roster.workbook.why import write_why
from roster.workbook.write import place_for

EXITS = {
    Verdict.FULL: ExitCode.DONE,
    Verdict.SHORT: ExitCode.REFUSED,
    Verdict.INFEASIBLE: ExitCode.INFEASIBLE,
    Verdict.UNDECIDED: ExitCode.NOTHING_FOUND,
}


def say_explanation(screen: Screen, why: Explanation, *, told: bool = False) -> None:
    """Print conflicts, unless they are on the screen, and ways out."""
    for line, style in lines(why, screen.lang, told=told):
        screen.say(line, style)


@click.command("explain")
@click.argument("file", type=FILE)
@click.option("-o", "--output", type=FILE, help="Write a copy with the sheet Why.")
@click.option("--previous", type=FILE, help="Last month's result.")
@click.option("--override", multiple=True, help="Take a rule of law out, by its id.")
@click.option("--all-or-nothing", is_flag=True, help="A month with shortage is infeasible.")
@time_limit(30.0)
@FORCE
@common_options
def explain(
    file: Path,
    output: Path | None,
    previous: Path | None,
    override: tuple[str, ...],
    all_or_nothing: bool,
    seconds: float,
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Say why there is no roster, and which single changes would help. 说明为何排不出来。

    Example: roster explain team.xlsx -o why.xlsx
    """
    began = time.monotonic()
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        if output is not None:
            place_for(output, source=file, force=force)
        loaded = load(screen, file, previous=previous, overrides=override)
        found = list(warnings(loaded.problem, loaded.rules))
        for issue in found:
            screen.warn(issue, WARNING)
        screen.err.print(
            screen.text(
                f"looking for what is in the way, for {seconds:.0f} s at most …",
                f"正在查找原因，最多 {seconds:.0f} 秒……",
            ),
            style="dim",
            markup=False,
        )

        def tell(number: int, conflict: Conflict, again: bool) -> None:
            for line, style in conflict_lines(number, conflict, screen.lang, again=again):
                screen.say(line, style)

        # What reading took counts, but the larger part of the time is for the answer.
        left = max(seconds / 2, seconds - (time.monotonic() - began))
        why = look_for(
            loaded.problem,
            loaded.rules,
            seconds=left,
            all_or_nothing=all_or_nothing,
            where=loaded.addresses,
            on_conflict=(lambda *_: None) if as_json else tell,
        )
        path = None
        if output is not None:
            written = write_why(
                output, file, why, lang=lang or loaded.language, program=PROGRAM, force=force
            )
            path = written.path
            for note in written.notes:
                screen.err.print(note.to(screen.lang), style="yellow", markup=False)
        if as_json:
            screen.answer(
                {
                    "verdict": why.verdict.value,
                    "message": verdict_text(why).to(screen.lang),
                    **explanation_dict(why, screen.lang),
                    "arithmetic": [i.as_dict(screen.lang) for i in found],
                    "seconds": round(why.seconds, 3),
                    "output": None if path is None else str(path),
                }
            )
        else:
            say_explanation(screen, why, told=True)
            if path is not None:
                screen.say(screen.text(f"written: {path}", f"已写出：{path}"), "bold green")
        sys.exit(EXITS[why.verdict])
