"""What a batch did with each team, kept beside the results.

One small file a team, so that nothing is lost when the batch is stopped anywhere, and two
batches over the same folder do no worse than work twice.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from roster.batch.teams import RECORDS, Team
from roster.errors import ExitCode, Issue, OutputError
from roster.words import Text

_FORMAT = 1
_LASTING = (ExitCode.DONE, ExitCode.INPUT, ExitCode.INFEASIBLE, ExitCode.REFUSED)


@dataclass(frozen=True, kw_only=True)
class Line:
    """What came of one team.

    Attributes
    ----------
    team : str
        Its name; see `roster.batch.teams.Team`.
    code : int or None
        Exit code of its solve, 1 when that crashed or was killed; None when it was not
        solved.
    status : str
        As `roster.outcome.SolveStatus`; empty without a search.
    people, shortage, hard, points, bound : number or None
        Of the roster, by the audit; `hard` counts hard violations. The bound is on points.
    gap : float or None
        (points - bound) / points.
    seconds : float
        Of the whole process, with start-up, reading and writing.
    processor : float or None
        Processor seconds of it.
    memory : int or None
        Its peak in MB.
    tries : int
        How often it was begun.
    host : str
        Where it ran.
    wrong : str
        What went wrong, in a sentence; empty when nothing did.
    issues : list of dict
        Faults of the input, as `roster.errors.Issue.as_dict`.
    notes : list of str
    result : str
        Path of the result in the folder of results; empty without one.
    at : str
        When it ended.
    fresh : bool
        Solved by this run, not by an earlier one.
    """

    team: str
    code: int | None = None
    status: str = ""
    people: int | None = None
    shortage: int | None = None
    hard: int | None = None
    points: int | None = None
    bound: float | None = None
    gap: float | None = None
    seconds: float = 0.0
    processor: float | None = None
    memory: int | None = None
    tries: int = 0
    host: str = ""
    wrong: str = ""
    issues: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    result: str = ""
    at: str = ""
    fresh: bool = True


@dataclass(frozen=True)
class Record:
    """An earlier run of a team.

    Attributes
    ----------
    key : str
        Of its input; see `key_of`.
    line : Line
    mark : str
        Hash of the result's content.
    """

    key: str
    line: Line
    mark: str

    @property
    def lasting(self) -> bool:
        """The same input would end the same way: nothing crashed or ran out of time."""
        return self.line.code in _LASTING


def key_of(*parts: bytes | str | None) -> str:
    """Return a hash of what goes into a solve; None differs from empty."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"-" if data is None else b"%d:%b" % (len(data), data))
    return digest.hexdigest()


class Records:
    """The records of a folder of results.

    Parameters
    ----------
    folder : Path
        The folder of results.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, name: str) -> Path:
        return self.folder / RECORDS / f"{name}.json"

    def get(self, team: Team) -> Record | None:
        """Return what is known of a team; None when nothing is, or nothing readable."""
        try:
            held = json.loads(self._path(team.name).read_text(encoding="utf-8"))
            if held["format"] != _FORMAT:
                return None
            return Record(held["key"], Line(**held["line"] | {"fresh": False}), held["mark"])
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def put(self, team: Team, key: str, line: Line) -> None:
        """Keep what came of a team.

        Raises
        ------
        OutputError
            When the disk refuses.
        """
        held: dict[str, Any] = {"format": _FORMAT, "key": key, "mark": self.mark(line)}
        path = self._path(team.name)
        temporary = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(suffix=".tmp", dir=path.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(held | {"line": asdict(line)}, file, ensure_ascii=False)
            os.replace(temporary, path)
        except OSError as error:
            if temporary is not None:
                Path(temporary).unlink(missing_ok=True)
            raise OutputError(
                Issue(
                    what=Text("the record cannot be written", "无法写入记录"),
                    found=str(path),
                    hint=Text(
                        f"look at disk and rights ({error.strerror})",
                        f"请检查磁盘空间与权限（{error.strerror}）",
                    ),
                )
            ) from None

    def mark(self, line: Line) -> str:
        """Return the hash of a result as it is now; empty when it is not there."""
        try:
            return key_of((self.folder / line.result).read_bytes()) if line.result else ""
        except OSError:
            return ""

    def left(self, teams: list[Team]) -> list[str]:
        """Return the results of teams whose workbook is no longer there."""
        there = {team.name for team in teams}
        root = self.folder / RECORDS
        names = (
            p.relative_to(root).as_posix().removesuffix(".json") for p in root.rglob("*.json")
        )
        gone = (Team(name, self.folder / name) for name in sorted(names) if name not in there)
        records = (self.get(team) for team in gone)
        return [r.line.result for r in records if r is not None and self.mark(r.line)]
