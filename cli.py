"""The command line: what commands there are. Each is loaded when it is called.

Parse, call, render, exit code are in `commands`, everything else lives in `roster`.
"""

from __future__ import annotations

import signal
import sys

try:
    import click

    from commands.lazy import PROGRAM, Group
except KeyboardInterrupt:
    sys.exit(130)

COMMANDS = {
    "template": (
        "commands.month:template",
        "Write a workbook that a supervisor can fill in.",
    ),
    "check": (
        "commands.month:check",
        "List every fault of a workbook, then what cannot work by arithmetic.",
    ),
    "solve": (
        "commands.month:solve_command",
        "Find next month's roster and write it with all result sheets.",
    ),
    "audit": (
        "commands.month:audit_command",
        "Check the roster of a file against every rule, without the solver.",
    ),
    "rules": (
        "commands.month:rules_command",
        "List every rule with level, parameters and source.",
    ),
    "explain": (
        "commands.explain:explain",
        "Say why there is no roster, and which single changes would help.",
    ),
    "carry": (
        "commands.carry:carry",
        "Type last month's history, carry-over and swaps into a workbook.",
    ),
    "compare": (
        "commands.compare:compare_command",
        "Say which of two rosters is better, for whom and by which rule.",
    ),
    "demand": (
        "commands.demand:demand",
        "Turn a call file into the Demand sheet: seats follow the calls.",
    ),
    "swap": (
        "commands.swaps:swap",
        "The swap desk: check, suggest, review, clear, apply, withdraw, form.",
    ),
    "leave": (
        "commands.leave:leave",
        "The leave desk: review, form.",
    ),
    "repair": (
        "commands.repair:repair_command",
        "Somebody is ill: fill the gaps with as few changes as possible.",
    ),
    "why": (
        "commands.why:why",
        "Say why a person has this duty or day off, and what else would cost.",
    ),
    "replace": (
        "commands.why:replace",
        "Rank who can step in for one duty, and write the one chosen.",
    ),
    "batch": (
        "commands.batch:batch",
        "Solve a folder of workbooks side by side.",
    ),
    "wishes": (
        "commands.why:wishes",
        "Say who got which wishes, and what a refused one collided with.",
    ),
}
"""Where each command is, and its first sentence, so that the list need not load it."""


@click.group(
    cls=Group, later=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(PROGRAM.partition(" ")[2] or "0", prog_name="roster")
def main() -> None:
    """Monthly rosters for customer-service teams. 客服团队月度排班。"""
    # A terminated search writes what it has, as an interrupted one does.
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


if __name__ == "__main__":
    main()
