"""What can go wrong, and the exit code of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import IntEnum
from typing import Any

from roster.words import Text, day_text, joined, more_days_text, same


class ExitCode(IntEnum):
    """Exit codes of every command; 1 is left for a crash."""

    DONE = 0
    USAGE = 2
    INPUT = 3
    INFEASIBLE = 4
    NOTHING_FOUND = 5
    REFUSED = 6
    OWN_CHECK = 70
    INTERRUPTED = 130


@dataclass(frozen=True, kw_only=True)
class Issue:
    """One fault, warning or note about the input.

    Attributes
    ----------
    what : Text
        What is wrong, in a few words.
    found : str
        What stands there.
    expected : Text
        What could stand there.
    hint : Text
        What to try.
    warning : bool
        Among notes: one to act on.
    sheet, cell : str
        Where; the sheet under the name it has in the file, the cell as ``B7``. Empty when
        the fault has no cell.
    template : Text or None
        Of an issue about days or weeks: `what` without them.
    days : tuple of date
        Those days, or the Mondays of those weeks.
    """

    what: Text
    found: str = ""
    expected: Text = field(default_factory=lambda: same(""))
    hint: Text = field(default_factory=lambda: same(""))
    sheet: str = ""
    cell: str = ""
    warning: bool = False
    template: Text | None = None
    days: tuple[date, ...] = ()

    @classmethod
    def on_days(cls, template: Text, days: Iterable[date], **fields: Any) -> Issue:
        """Return an issue about some days, or about the weeks of some Mondays.

        Parameters
        ----------
        template : Text
            With ``{days}`` or ``{weeks}`` where they are named.
        days : iterable of date
        **fields
            The other fields of an issue.
        """
        days = tuple(sorted(set(days)))
        said = {
            "{days}": more_days_text(days),
            "{weeks}": joined(map(day_text, days), ", ", "、"),
        }
        what = template
        for name, text in said.items():
            what = Text(what.en.replace(name, text.en), what.zh.replace(name, text.zh))
        return cls(what=what, template=template, days=days, **fields)

    def line(self, lang: str) -> str:
        """Return ``Sheet!Cell: what, found X, expected Y, try Z`` in `lang`."""
        words = (
            ("；实际：", "；应为：", "；建议：")
            if lang == "zh"
            else (", found ", ", expected ", ", try: ")
        )
        where = "!".join(p for p in (self.sheet, self.cell) if p)
        out = (f"{where}: " if where else "") + self.what.to(lang)
        parts = (self.found, self.expected.to(lang), self.hint.to(lang))
        return out + "".join(w + p for w, p in zip(words, parts) if p)

    def as_dict(self, lang: str) -> dict[str, str]:
        """Return the issue for ``--json``."""
        return {
            "sheet": self.sheet,
            "cell": self.cell,
            "what": self.what.to(lang),
            "found": self.found,
            "expected": self.expected.to(lang),
            "hint": self.hint.to(lang),
        }


def together(issues: Iterable[Issue]) -> list[Issue]:
    """Return issues, those that differ in nothing but their days as one."""
    alike: dict[Issue, list[Issue]] = {}
    for issue in issues:
        key = issue
        if issue.template is not None:
            key = replace(issue, what=issue.template, days=())
        alike.setdefault(key, []).append(issue)
    out = []
    for group in alike.values():
        first = group[0]
        if len(group) > 1 and first.template is not None:
            days = [day for issue in group for day in issue.days]
            rest = {f.name: getattr(first, f.name) for f in fields(first)}
            for name in ("what", "template", "days"):
                del rest[name]
            first = Issue.on_days(first.template, days, **rest)
        out.append(first)
    return out


class RosterError(Exception):
    """Base of the errors that a user can mend; carries an exit code and its issues."""

    exit_code = ExitCode.INPUT

    def __init__(self, *issues: Issue) -> None:
        super().__init__("; ".join(i.line("en") for i in issues))
        self.issues = issues


class InputError(RosterError):
    """The input has faults; all of them are in `issues`.

    Attributes
    ----------
    lang : str or None
        The language of the file, once its Settings are read.
    """

    lang: str | None = None


class OutputError(RosterError):
    """The output cannot be written where it was asked for."""


class UsageError(RosterError):
    """The command was asked for something that does not exist."""

    exit_code = ExitCode.USAGE


class ParameterError(ValueError):
    """A rule was given a parameter that does not exist or is out of range.

    Attributes
    ----------
    name : str
        The parameter.
    expected : Text
        What it takes.
    """

    def __init__(self, name: str, found: object, expected: Text) -> None:
        super().__init__(f"{name}: {found!r}, expected {expected.en}")
        self.name, self.found, self.expected = name, found, expected


class OwnCheckError(RuntimeError):
    """The audit and the solver disagree: a defect of this program, never of the input.

    Attributes
    ----------
    roster : Roster or None
        The roster over which they disagree.
    """

    def __init__(self, message: str, roster: object = None) -> None:
        super().__init__(message)
        self.roster = roster
