"""What is loaded to answer: the list of commands and a swap's verdict need no solver."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli import COMMANDS, main

REPO = Path(__file__).parents[1]
LOADED = """
import json, sys
from cli import main
try:
    main(sys.argv[1:], prog_name="roster")
except SystemExit as end:
    print()
    print(json.dumps([end.code, sorted({m.partition(".")[0] for m in sys.modules})]))
"""


def loaded_by(*args: object) -> tuple[int, set[str], str]:
    """Return exit code, the packages loaded, and what a command printed."""
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, *map(str, args)],
        capture_output=True, encoding="utf-8", cwd=REPO, timeout=120,
    )  # fmt: skip
    said, _, last = ran.stdout.rstrip().rpartition("\n")
    code, modules = json.loads(last)
    return code, set(modules), said


@pytest.mark.parametrize("args", [["--help"], ["--version"]])
def test_the_list_of_commands_loads_none_of_them(args):
    code, modules, said = loaded_by(*args)
    assert code == 0 and "roster" in said
    assert modules.isdisjoint({"ortools", "pandas", "numpy", "openpyxl", "constraints", "rich"})


def test_a_verdict_on_a_swap_loads_no_solver(tmp_path):
    book = tmp_path / "desk.xlsx"
    made = CliRunner().invoke(
        main, ["template", str(book), "--example", "telecom-desk", "--lang", "en"]
    )
    assert made.exit_code == 0, made.output
    code, modules, said = loaded_by("swap", "check", book, "--id", "3", "--json")
    assert code in (0, 6) and json.loads(said)["verdict"]
    assert "constraints" in modules
    assert modules.isdisjoint({"ortools", "pandas"})


def test_a_batch_leaves_the_solver_to_its_processes(tmp_path):
    (tmp_path / "team.xlsx").write_bytes(b"no workbook")
    code, modules, _ = loaded_by("batch", tmp_path, "--json")
    assert code == 3
    assert modules.isdisjoint({"ortools", "pandas", "distributed"})


def test_the_list_says_of_each_command_what_it_says_itself():
    assert set(main.commands) == set(COMMANDS)
    with click.Context(main) as context:
        for name, (_, words) in COMMANDS.items():
            command = main.get_command(context, name)
            assert command.name == name
            assert command.get_short_help_str(limit=1000) == words
