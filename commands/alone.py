"""One workbook solved in a process of its own, on this machine or on one of a cluster.

What solves is `roster solve` itself. A crash or a kill takes one team with it and nothing
else, the memory of a solve is given back when it ends, and a process whose starter is gone
ends by itself. Workbooks come and go as bytes: no file system need be shared.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commands.lazy import PROGRAM
from roster.errors import ExitCode

_ROOT = Path(__file__).resolve().parents[1]
_SOURCES = ("roster", "constraints", "commands")
_PATIENCE = 300.0
"""Beyond its own limit a process gets so many seconds, and four times its limit again."""

_running: dict[subprocess.Popen, str] = {}
_stopped: set[str] = set()
_lock = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Job:
    """One workbook to be solved.

    Attributes
    ----------
    name : str
        The file's name.
    workbook : bytes
    previous : bytes or None
        Last month's result.
    options : tuple of str
        For `roster solve`.
    seconds : float
        Time limit of the search.
    program : str
        Who asks; see `program`.
    batch : str
        Which batch it belongs to.
    """

    name: str
    workbook: bytes
    previous: bytes | None = None
    options: tuple[str, ...] = ()
    seconds: float
    program: str
    batch: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back.

    Attributes
    ----------
    code : int
        Exit code; minus the signal when one ended the process.
    said : dict
        The object of ``--json``; empty when there was none.
    last_words : str
        The last line on stderr.
    late : bool
        It did not end by itself.
    result, case : bytes or None
        The workbook written; what is kept when the program's own check failed.
    seconds : float
    processor : float or None
        Processor seconds of the process; None when it was killed.
    memory : int or None
        Its peak in MB, where the system tells.
    host : str
    """

    code: int
    said: dict[str, Any] = field(default_factory=dict)
    last_words: str = ""
    late: bool = False
    result: bytes | None = None
    case: bytes | None = None
    seconds: float = 0.0
    processor: float | None = None
    memory: int | None = None
    host: str = ""

    @property
    def died(self) -> bool:
        """Ended without an answer, by something from outside or deep inside."""
        crash = 1  # an exception of Python's: it would come again
        answers = {int(c) for c in ExitCode} - {ExitCode.INTERRUPTED} | {crash}
        return self.code not in answers


class OtherProgram(RuntimeError):
    """A worker has another version of this program; the arguments are where and which."""


def program() -> str:
    """Return name, version and a print of the sources, as they are on the disk now."""
    digest = hashlib.sha256()
    for folder in _SOURCES:
        for path in sorted((_ROOT / folder).rglob("*.py")):
            digest.update(path.relative_to(_ROOT).as_posix().encode())
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return f"{PROGRAM} ({digest.hexdigest()[:8]})"


def solve_alone(job: Job) -> Answer:
    """Solve a workbook in a process of its own and wait for it.

    Raises
    ------
    OtherProgram
        When who asks has another version than this machine.
    """
    here = program()
    if here != job.program:
        raise OtherProgram(socket.gethostname(), here)
    with tempfile.TemporaryDirectory(prefix="roster-") as name:
        source, last, output = (Path(name) / x for x in ("in", "previous", "out"))
        for folder in (source, last, output):
            folder.mkdir()
        source, output = source / job.name, output / "result.xlsx"
        source.write_bytes(job.workbook)
        words = ["solve", str(source), "-o", str(output), "--json", *job.options]
        if job.previous is not None:
            (last / job.name).write_bytes(job.previous)
            words += ["--previous", str(last / job.name)]
        began = time.monotonic()
        used = output.with_name("used.json")
        limit = 5 * job.seconds + _PATIENCE
        code, said, errors, late = _process([str(used), *words], limit, job.batch)
        case = next(output.parent.glob("*/case.json"), None)
        lines = errors.strip().splitlines()
        return Answer(
            code=code,
            said=_object(said),
            last_words=lines[-1].strip() if lines else "",
            late=late,
            result=output.read_bytes() if output.exists() else None,
            case=case and case.read_bytes(),
            seconds=time.monotonic() - began,
            host=socket.gethostname(),
            **(json.loads(used.read_text()) if used.exists() else {}),
        )


def _process(words: list[str], limit: float, batch: str) -> tuple[int, str, str, bool]:
    """Run this module with these words; return exit code, stdout, stderr, whether it hung."""
    read, write = os.pipe()  # closes when this process is gone
    process = None
    try:
        with _lock:
            if batch in _stopped:
                return ExitCode.INTERRUPTED, "", "", False
            process = subprocess.Popen(
                [sys.executable, "-m", __spec__.name, *words],
                cwd=_ROOT,
                env=os.environ | {"PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"},
                stdin=read,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                # Ctrl-C is for the batch alone
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
            _running[process] = batch
        late = False
        try:
            said, errors = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            late = True
            process.kill()
            said, errors = process.communicate()
        return process.returncode if not late else -signal.SIGTERM, said, errors, late
    finally:
        os.close(read)
        os.close(write)
        with _lock:
            _running.pop(process, None)


def _object(said: str) -> dict[str, Any]:
    try:
        found = json.loads(said)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def stop(batch: str) -> None:
    """End the processes of a batch on this machine; it begins no more of them."""
    with _lock:
        _stopped.add(batch)
        for process, of in _running.items():
            if of == batch:
                process.kill()


def _end_with_starter() -> None:
    os.read(0, 1)
    os._exit(ExitCode.INTERRUPTED)


def _used() -> dict[str, float | None]:
    """Return what this process has used so far."""
    try:
        import resource
    except ImportError:  # Windows
        return {"processor": time.process_time(), "memory": None}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return {"processor": time.process_time(), "memory": peak // unit}


if __name__ == "__main__":
    threading.Thread(target=_end_with_starter, daemon=True).start()
    from cli import main

    place = Path(sys.argv.pop(1))
    try:
        main(prog_name="roster")
    finally:
        place.write_text(json.dumps(_used()))
