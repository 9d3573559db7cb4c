"""What all commands share: the screen, exit codes, options, reading a file."""

from __future__ import annotations

import json
import locale
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from commands.lazy import PROGRAM as PROGRAM
from constraints import REGISTRY
from roster.errors import ExitCode, Issue, RosterError
from roster.words import Text
from roster.workbook.cells import Bad, parse_date
from roster.workbook.layout import find_sheet
from roster.workbook.read import Loaded, read
from roster.workbook.save import WrittenTo


class Screen:
    """Prints in one language; with ``--json`` only the one object goes to stdout."""

    def __init__(self, lang: str | None, as_json: bool) -> None:
        self.asked = lang
        self.lang = lang or _locale_language()
        self.as_json = as_json
        self.out = Console(highlight=False, soft_wrap=True)
        self.err = Console(stderr=True, highlight=False, soft_wrap=True)

    def speak(self, lang: str) -> None:
        """Take the file's language unless one was asked for or it cannot be shown."""
        self.lang = self.asked or (lang if lang == "en" or _shows_chinese() else "en")

    def text(self, en: str, zh: str) -> str:
        """Return the words in the language of the screen."""
        return zh if self.lang == "zh" else en

    def say(self, line: str, style: str = "") -> None:
        """Print a line, to stderr when stdout belongs to the JSON object."""
        (self.err if self.as_json else self.out).print(line, style=style, markup=False)

    def warn(self, issue: Issue, word: Text) -> None:
        """Print a note or a warning."""
        line = f"{word.to(self.lang)} {issue.line(self.lang)}"
        self.err.print(line, style="yellow", markup=False)

    def answer(self, body: dict[str, Any]) -> None:
        """Print the JSON object."""
        plain = not (sys.stdout.encoding or "").lower().startswith("utf")
        click.echo(json.dumps(body, ensure_ascii=plain, default=str))


NOTE = Text("note:", "提示：")
WARNING = Text("warning:", "警告：")


def _locale_language() -> str:
    name = locale.getlocale()[0] or ""
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


def _shows_chinese() -> bool:
    try:
        "班".encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


@contextmanager
def exit_codes(screen: Screen, *, faults_are_the_answer: bool = False) -> Iterator[None]:
    """Turn the project's errors into messages and exit codes.

    Faults go to stderr, and to stdout where listing them is what the command is for.
    """
    answers = faults_are_the_answer and not screen.as_json
    console = screen.out if answers else screen.err
    try:
        yield
    except RosterError as error:
        screen.speak(getattr(error, "lang", None) or screen.lang)
        for issue in error.issues:
            console.print(issue.line(screen.lang), style="red", markup=False)
        if screen.as_json:
            screen.answer({"issues": [i.as_dict(screen.lang) for i in error.issues]})
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        screen.err.print(screen.text("interrupted, nothing written", "已中断，未写文件"))
        if screen.as_json:
            screen.answer({"issues": [], "interrupted": True})
        sys.exit(ExitCode.INTERRUPTED)


def common_options(command: Callable) -> Callable:
    """Add the options that every command has."""
    command = click.option(
        "--lang", type=click.Choice(["zh", "en"]), help="Language of the messages."
    )(command)
    return click.option(
        "--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else."
    )(command)


FILE = click.Path(path_type=Path)


def load(screen: Screen, path: Path, *, notes: bool = True, **kwargs: Any) -> Loaded:
    """Read a workbook and print its notes, those on open leave only where they matter."""
    loaded = read(path, REGISTRY, **kwargs)
    screen.speak(loaded.language)
    for note in loaded.notes:
        sheet = find_sheet(note.sheet) if note.sheet else None
        if notes or note.warning or sheet is None or sheet.key != "leave":
            screen.warn(note, WARNING if note.warning else NOTE)
    return loaded


def finite(
    _context: click.Context, _option: click.Parameter, value: float | None
) -> float | None:
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value} is not a number of seconds")
    return value


def time_limit(default: float) -> Callable:
    """Return the option that limits a search, with its default in seconds."""
    return click.option(
        "--time",
        "seconds",
        type=click.FloatRange(1),
        default=default,
        show_default=True,
        callback=finite,
        help="Time limit in seconds.",
    )


def a_day(_context: click.Context, option: click.Parameter, value: str | None) -> date | None:
    """Read a date option the way cells are read."""
    if value is None:
        return None
    try:
        return parse_date(value)
    except Bad as bad:
        raise click.BadParameter(
            f"{value}: {bad.what.en}, expected {bad.expected.en}"
        ) from None


def a_moment(_context: click.Context, _option: click.Parameter, value: str | None):
    try:
        return None if value is None else datetime.fromisoformat(value.strip())
    except ValueError:
        raise click.BadParameter(f"{value}: no moment, expected 2026-12-04T09:00") from None


def desk_options(command: Callable) -> Callable:
    """Add what every command about requests takes."""
    command = click.option("--override", multiple=True, help="Take a rule of law out.")(command)
    command = click.option("--previous", type=FILE, help="Last month's result.")(command)
    return click.argument("file", type=FILE)(command)


ANSWER_STYLES = {"approved": "bold green", "referred": "bold yellow", "rejected": "bold red"}
OUT = click.option("-o", "--output", type=FILE, required=True, help="Where the result goes.")
FORCE = click.option(
    "--force", is_flag=True, help="Replace a file that this program did not write."
)


def say_written(screen: Screen, written: WrittenTo) -> None:
    for text in written.notes:
        screen.err.print(text.to(screen.lang), style="yellow", markup=False)
    if screen.as_json:
        screen.answer({"output": str(written.path)})
    else:
        path = written.path
        screen.say(screen.text(f"written: {path}", f"已写出：{path}"), "bold green")
