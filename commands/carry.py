"""`roster carry`: what last month's result brings, typed into this month's workbook."""

from __future__ import annotations

from pathlib import Path

import click

from commands.screen import FILE, FORCE, OUT, Screen, common_options, exit_codes, load
from roster.workbook import save
from roster.workbook.carry import type_in
from roster.workbook.layout import SHEETS


@click.command("carry")
@click.argument("file", type=FILE)
@click.option("--previous", type=FILE, required=True, help="Last month's result.")
@OUT
@FORCE
@common_options
def carry(
    file: Path,
    previous: Path,
    output: Path,
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Type last month's history, carry-over and swaps into a workbook. 把上月结果填入本月表。

    The workbook then needs no --previous: it makes the same problem by itself.

    Example: roster carry december.xlsx --previous nov.xlsx -o december-full.xlsx
    """
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        save.place_for(output, source=file, force=force)
        loaded = load(screen, file, previous=previous)
        book = save.load(file)
        counts = type_in(book, loaded.problem, loaded.language)
        written = save.save(book, output, source=file, force=force)
        for text in written.notes:
            screen.err.print(text.to(screen.lang), style="yellow", markup=False)
        if as_json:
            screen.answer({"output": str(written.path), "rows": counts})
            return
        for key, count in counts.items():
            sheet = SHEETS[key].name(screen.lang)
            screen.say(screen.text(f"{sheet}: {count} rows", f"《{sheet}》：{count} 行"))
        path = written.path
        screen.say(screen.text(f"written: {path}", f"已写出：{path}"), "bold green")
