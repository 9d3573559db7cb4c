"""The group of commands, each loaded when it is called.

Loading them all takes a second and more, most of it for the solver, the rules and the library
of workbooks; the list of commands needs none of these, and a swap's verdict not the solver.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import click

from roster.errors import ExitCode

try:
    PROGRAM = f"roster {version('roster-month')}"
except PackageNotFoundError:
    PROGRAM = "roster"


class Group(click.Group):
    """The commands, on any terminal: a letter that it does not have becomes a ?.

    Parameters
    ----------
    later : mapping of str to (str, str)
        For each command that is loaded when it is called: where it is, as
        ``module:attribute``, and what the list of commands says of it.
    """

    def __init__(
        self, *args: Any, later: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._later = dict(later or {})
        for name, (_, words) in self._later.items():
            self.add_command(click.Command(name, short_help=words))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loaded."""
        if cmd_name in self._later:
            module, _, attribute = self._later[cmd_name][0].partition(":")
            self.commands[cmd_name] = getattr(import_module(module), attribute)
            del self._later[cmd_name]
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading them."""
        wide = formatter.width - 6 - max(map(len, self.commands), default=0)
        rows = [(k, x.get_short_help_str(wide)) for k, x in sorted(self.commands.items())]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        # Workbooks and models are many objects in no cycles: looked through less often.
        gc.set_threshold(100_000, 50, 50)
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            sys.exit(ExitCode.INTERRUPTED)
