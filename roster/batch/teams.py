"""The workbooks of a folder, and where the result of each goes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from roster.words import Text

SUMMARY = "roster-batch.xlsx"
RECORDS = ".roster-batch"
"""What marks a folder as results: workbooks in it are none of the teams."""

_SUMMARIES = re.compile(re.escape(SUMMARY.removesuffix(".xlsx")) + r"( \(\d+\))?\.xlsx")
_WORKBOOKS = {".xlsx", ".xlsm"}
# Not read by this program; a planner who put one there must hear of it as of a faulty team.
_OTHER_SHEETS = {".xls", ".xlsb", ".ods", ".et", ".numbers"}


@dataclass(frozen=True)
class Team:
    """One workbook.

    Attributes
    ----------
    name : str
        Its path in the folder, with forward slashes.
    path : Path
    """

    name: str
    path: Path

    @property
    def result(self) -> str:
        """Path of the result in the folder of results."""
        return self.name if self.name.lower().endswith(".xlsx") else f"{self.name}.xlsx"


def find_teams(folder: Path, but: Iterable[Path | None]) -> tuple[list[Team], list[Text]]:
    """Find the workbooks of a folder and of its subfolders.

    Results of this or another batch, hidden files and folders, and the files that Excel and
    LibreOffice keep beside an open workbook are passed over.

    Parameters
    ----------
    folder : Path
    but : iterable of Path or None
        Folders to pass over: where results go, or come from.

    Returns
    -------
    list of Team
        In the order of their names, numbers in them as numbers.
    list of Text
        What was passed over and may have been meant.
    """
    teams, notes, others = [], [], []
    known = [f for f in but if f is not None and f.exists()]
    for place, folders, files in os.walk(folder):
        here = Path(place)
        kept = []
        for name in sorted(folders):
            there = here / name
            if name.startswith(".") or any(map(there.samefile, known)):
                continue
            if (there / RECORDS).is_dir():
                name = there.relative_to(folder).as_posix()
                notes.append(
                    Text(
                        f"{name}: the results of a batch, passed over",
                        f"{name}：批量求解的结果，已跳过",
                    )
                )
                continue
            kept.append(name)
        folders[:] = kept
        for file in files:
            path = here / file
            name = path.relative_to(folder).as_posix()
            if file.startswith((".", "~$")) or _SUMMARIES.fullmatch(file):
                continue
            if path.suffix.lower() in _WORKBOOKS | _OTHER_SHEETS:
                teams.append(Team(name, path))
            else:
                others.append(name)
    if others:
        shown = sorted(others)[:5]
        dots = " …" if len(others) > len(shown) else ""
        notes.append(
            Text(
                f"no workbooks, passed over: {', '.join(shown)}{dots}",
                f"不是工作簿，已跳过：{'、'.join(shown)}{dots}",
            )
        )
    return sorted(teams, key=lambda t: _natural(t.name)), notes


def _natural(name: str) -> list[object]:
    return [int(x) if i % 2 else x for i, x in enumerate(re.split(r"(\d+)", name.casefold()))]
