"""The README says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from cli import main
from commands.month import rules_markdown

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_table_of_rules_is_the_registry() -> None:
    table = README.split("<!-- rules:begin -->")[1].split("<!-- rules:end -->")[0]
    assert table.strip() == rules_markdown(), "run `roster rules --markdown`"


def test_every_command_named_exists_and_has_help_with_an_example() -> None:
    named = set(re.findall(r"`roster (\w+)", README))
    assert named == set(main.commands)
    for name in main.commands:
        result = CliRunner().invoke(main, [name, "--help"])
        assert result.exit_code == 0
        assert "Example: roster" in result.output


def test_the_pictures_are_there() -> None:
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (Path(__file__).parents[1] / picture).is_file()
