"""The command that solves a folder of workbooks side by side, here or on a cluster."""

from __future__ import annotations

import math
import os
import time
import uuid
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from commands.alone import Answer, Job, OtherProgram, program, solve_alone, stop
from commands.screen import FILE, FORCE, PROGRAM, Screen, common_options, exit_codes, time_limit
from constraints import REGISTRY
from roster.batch.cluster import Cluster, other_program
from roster.batch.records import Line, Record, Records, key_of
from roster.batch.run import Local, Pool, What, run
from roster.batch.teams import RECORDS, SUMMARY, Team, find_teams
from roster.errors import ExitCode, InputError, Issue, OutputError, RosterError
from roster.outcome import STATUS_WORDS, SolveStatus
from roster.rule import Level
from roster.words import Text, joined, same
from roster.workbook.batch import totals_text, write_summary
from roster.workbook.book import Book, Log
from roster.workbook.layout import SHEETS
from roster.workbook.read_settings import read_settings
from roster.workbook.save import deliver, place_for

_CRASH = 1
_WORST = (ExitCode.OWN_CHECK, _CRASH, ExitCode.USAGE, ExitCode.INPUT, ExitCode.INFEASIBLE,
          ExitCode.NOTHING_FOUND, ExitCode.REFUSED)  # fmt: skip
"""The exit code is the first of these that any team has."""
_THREADS = 2, 8
_MEMORY = 1 << 30
_SHOWN = 12


@click.command("batch")
@click.argument("folder", type=FILE)
@click.option(
    "-o", "--output", type=FILE, help="Folder of the results.  [default: FOLDER/results]"
)
@click.option("--previous", type=FILE, help="Folder of last month's results.")
@time_limit(60.0)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option(
    "--jobs",
    type=click.IntRange(1, 1024),
    help="Teams at the same time on this machine.  [default: its cores]",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Parallel searches of each team.  [default: the cores divided, 2 to 8]",
)
@click.option("--scheduler", help="Address of a Dask scheduler: solve on its workers.")
@click.option("--all-or-nothing", is_flag=True, help="Accept no roster with shortage.")
@click.option("--no-explain", is_flag=True, help="Do not look for the cause of a shortage.")
@click.option("--override", multiple=True, help="Take a rule of law out, by its id.")
@click.option("--again", is_flag=True, help="Solve every team, also what did not change.")
@FORCE
@common_options
def batch(
    folder: Path,
    output: Path | None,
    previous: Path | None,
    seconds: float,
    seed: int,
    jobs: int | None,
    workers: int | None,
    scheduler: str | None,
    all_or_nothing: bool,
    no_explain: bool,
    override: tuple[str, ...],
    again: bool,
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Solve a folder of workbooks side by side. 批量求解整个文件夹。

    A second run solves only what changed. --time is for each team.

    Example: roster batch december -o december-results --previous november-results
    """
    screen = Screen(lang, as_json)
    began = time.monotonic()
    if scheduler and jobs:
        raise click.UsageError("--jobs is for this machine; the workers of a cluster decide.")
    with exit_codes(screen):
        output = output or folder / "results"
        _check_folders(folder, output, previous)
        teams, notes = find_teams(folder, (output, previous))
        if not teams:
            raise InputError(
                Issue(
                    what=Text("no workbook in this folder", "文件夹中没有工作簿"),
                    found=str(folder),
                    expected=Text("workbooks ending in .xlsx", "以 .xlsx 结尾的工作簿"),
                )
            )
        screen.speak(_language(teams))
        for text in notes:
            screen.err.print(text.to(screen.lang), style="yellow", markup=False)
        _make(output / RECORDS)
        words = ["--time", str(seconds), "--seed", str(seed)]
        words += ["--all-or-nothing"] * all_or_nothing + ["--no-explain"] * no_explain
        words += [w for rule in sorted(set(override)) for w in ("--override", rule)]
        plan = _Plan(screen, output, previous, tuple(words), seconds, force)
        for team in teams:
            plan.add(team, again)
        cores = _cores()
        at_once = min(jobs or _room(cores), max(1, len(plan.jobs)))
        if workers is None:
            least, most = _THREADS
            workers = least if scheduler else min(most, max(least, cores // at_once))
        extra = ("--workers", str(workers), "--lang", screen.lang)
        todo = {
            name: replace(job, options=job.options + extra) for name, job in plan.jobs.items()
        }
        interrupted = failed = None
        try:
            _solve(screen, plan, todo, at_once, scheduler)
        except KeyboardInterrupt:
            interrupted = True
        except RosterError as error:  # the cluster; what is done is kept
            failed = error
        if failed is not None and not plan.fresh:
            raise failed
        lines = plan.lines(teams)
        written = write_summary(
            output / SUMMARY,
            lines,
            folder,
            lang=screen.lang,
            program=PROGRAM,
            force=force,
        )
        _say_end(screen, plan, lines, teams, began, written.path, interrupted)
        if as_json:
            screen.answer(
                {
                    "teams": [_line_json(output, line) for line in lines],
                    "solved": len(plan.fresh),
                    "unchanged": _unchanged(lines),
                    "seconds": round(time.monotonic() - began, 3),
                    "interrupted": bool(interrupted),
                    "issues": [i.as_dict(screen.lang) for i in getattr(failed, "issues", ())],
                    "output": str(written.path),
                }
            )
        elif failed is not None:
            for issue in failed.issues:
                screen.err.print(issue.line(screen.lang), style="red", markup=False)
        raise SystemExit(_exit_code(lines, interrupted, failed))


def _exit_code(lines: list[Line], interrupted: bool | None, failed: RosterError | None) -> int:
    if interrupted:
        return ExitCode.INTERRUPTED
    if failed is not None:
        return failed.exit_code
    codes = {line.code for line in lines}
    return next((c for c in _WORST if c in codes), ExitCode.DONE)


# --- before ------------------------------------------------------------------------------


def _check_folders(folder: Path, output: Path, previous: Path | None) -> None:
    """Refuse folders that are not there, and results among the workbooks themselves."""
    for place in (folder, previous):
        if place is not None and not place.is_dir():
            what = (
                Text("this is a file", "这是文件")
                if place.exists()
                else Text("there is no such folder", "文件夹不存在")
            )
            raise InputError(
                Issue(
                    what=what,
                    found=str(place),
                    expected=Text("a folder of workbooks", "存放工作簿的文件夹"),
                )
            )
    for place in (folder, previous):
        if place is not None and output.exists() and output.samefile(place):
            raise OutputError(
                Issue(
                    what=Text("the results would replace the input", "结果会覆盖输入"),
                    found=str(output),
                    hint=Text("another folder with -o", "用 -o 指定其他文件夹"),
                )
            )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_make(folder, error) from None


def _cannot_make(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        Issue(
            what=Text("the folder cannot be written", "无法写入文件夹"),
            found=f"{folder} ({error.strerror})",
            hint=Text("name another folder with -o", "用 -o 指定其他文件夹"),
        )
    )


def _language(teams: list[Team]) -> str:
    """Return the language of the first workbook that can be read."""
    for team in teams[:3]:
        try:
            book = Book(team.path, Log(), ("settings",))
        except RosterError:
            continue
        found = book.tables.get("settings")
        if found is not None:
            near = "zh" if found.title == SHEETS["settings"].name("zh") else "en"
            return read_settings(book, Log(), REGISTRY, near).language
    return "zh"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _room(cores: int) -> int:
    """Return how many solves fit on this machine: one a core, a gigabyte each."""
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return cores
    return max(1, min(cores, memory // _MEMORY))


class _Plan:
    """What is to be done with each team, and what came of it.

    Attributes
    ----------
    jobs : dict of str to Job
        By the team's name: those to be solved.
    fresh : dict of str to Line
        Those that were looked at by this run.
    """

    def __init__(
        self,
        screen: Screen,
        output: Path,
        previous: Path | None,
        words: tuple[str, ...],
        seconds: float,
        force: bool,
    ) -> None:
        self.screen, self.output, self.previous = screen, output, previous
        self.words, self.seconds, self.force = words, seconds, force
        self.program, self.batch = program(), uuid.uuid4().hex
        self.records = Records(output)
        self.jobs: dict[str, Job] = {}
        self.fresh: dict[str, Line] = {}
        self._teams: dict[str, Team] = {}
        self._keys: dict[str, str] = {}
        self._earlier: dict[str, Record] = {}
        self._notes: dict[str, list[str]] = {}

    def add(self, team: Team, again: bool) -> None:
        """Decide whether a team must be solved."""
        self._teams[team.name] = team
        notes: list[str] = []
        before = None
        try:
            workbook = team.path.read_bytes()
            if self.previous is not None:
                last = self.previous / team.result
                if last.exists():
                    before = last.read_bytes()
                else:
                    notes.append(
                        self.screen.text(
                            f"no result of last month: {last}", f"没有上月结果：{last}"
                        )
                    )
        except OSError as error:
            self.fresh[team.name] = Line(
                team=team.name,
                code=ExitCode.INPUT,
                wrong=self.screen.text(
                    f"the file cannot be read ({error.strerror})",
                    f"文件无法读取（{error.strerror}）",
                ),
            )
            return
        key = key_of(workbook, before, *self.words, self.program)
        record = self.records.get(team)
        if record is not None and record.key == key and record.lasting and not again:
            mark = self.records.mark(record.line)
            if mark or not record.line.result:
                if mark != record.mark:
                    changed = self.screen.text(
                        "the result was changed by hand since; it is kept",
                        "结果已被人修改，予以保留",
                    )
                    record.line.notes.append(changed)
                self._earlier[team.name] = record
                return
        target = self.output / team.result
        try:
            _make(target.parent)
            place_for(target, source=team.path, force=self.force)
        except OutputError as error:
            self.fresh[team.name] = self._refused(team, error)
            return
        self._keys[team.name] = key
        self.jobs[team.name] = Job(
            name=team.path.name,
            workbook=workbook,
            previous=before,
            options=self.words,
            seconds=self.seconds,
            program=self.program,
            batch=self.batch,
        )
        self._notes[team.name] = notes

    def _refused(self, team: Team, error: RosterError) -> Line:
        wrong = "; ".join(i.line(self.screen.lang) for i in error.issues)
        return Line(team=team.name, code=error.exit_code, wrong=wrong)

    def lines(self, teams: list[Team]) -> list[Line]:
        """Return a line a team, those not come to included."""
        missing = self.screen.text("not solved yet", "尚未求解")
        return [
            self.fresh.get(t.name)
            or (
                self._earlier[t.name].line
                if t.name in self._earlier
                else Line(team=t.name, wrong=missing, fresh=False)
            )
            for t in teams
        ]

    def take(self, name: str, answer: Answer | BaseException, tries: int) -> Line:
        """Write and record what came back of a team."""
        team = self._teams[name]
        target = self.output / team.result
        line = _line(self.screen, name, answer, tries)
        line = replace(line, notes=[*self._notes[name], *line.notes])
        case = result = None
        if isinstance(answer, Answer) and not answer.died:
            case, result = answer.case, answer.result
        try:
            if case is not None:
                self._keep_case(team, case)
            if result is not None:
                written = deliver(result, target, source=team.path, force=self.force)
                place = written.path.relative_to(self.output).as_posix()
                notes = [*line.notes, *(t.to(self.screen.lang) for t in written.notes)]
                line = replace(line, result=place, notes=notes)
            elif target.exists():
                line.notes.append(
                    self.screen.text(
                        f"{team.result} is the result of an earlier run",
                        f"{team.result} 是以前求解的结果",
                    )
                )
            self.records.put(team, self._keys[name], line)
        except OutputError as error:
            line = self._refused(team, error)
        self.fresh[name] = line
        return line

    def _keep_case(self, team: Team, case: bytes) -> None:
        """Keep what is needed to find a defect of this program."""
        stem = Path(team.result).stem
        folder = (self.output / team.result).with_name(f"{stem}-case-{self.batch[:8]}")
        try:
            folder.mkdir(exist_ok=True)
            (folder / team.path.name).write_bytes(self.jobs[team.name].workbook)
            (folder / "case.json").write_bytes(case)
        except OSError as error:
            raise _cannot_make(folder, error) from None


# --- solving -----------------------------------------------------------------------------


def _solve(
    screen: Screen,
    plan: _Plan,
    todo: dict[str, Job],
    at_once: int,
    scheduler: str | None,
) -> None:
    """Solve what is to be solved, and show it."""
    if not todo:
        return
    end = partial(stop, plan.batch)
    pool: Pool
    final: tuple[type[BaseException], ...] = (OtherProgram,)
    if scheduler:
        pool = Cluster(scheduler, solve_alone, end, program)
        final += pool.final
    else:
        pool = Local(solve_alone, end, at_once)
    with ExitStack() as stack:
        stack.callback(pool.close)
        view = stack.enter_context(_View(screen, len(todo), plan.seconds))
        for event in run(todo, pool, final):
            if event.what is What.BEGUN:
                view.begun(event.name)
            elif event.what is What.NEWS:
                view.say(event.news.to(screen.lang), "yellow")
            elif event.what is What.AGAIN:
                why = _line(screen, event.name, event.answer, event.tries).wrong
                view.again(event.name, f"{event.name}: {why}")
            elif event.what is What.ENDED:
                if isinstance(event.answer, OtherProgram):
                    raise other_program(*event.answer.args, plan.program)
                view.ended(event.name, plan.take(event.name, event.answer, event.tries))
            else:
                view.tick()


def _line(screen: Screen, name: str, answer: Answer | BaseException, tries: int) -> Line:
    """Return what came back of a team as a row of the summary."""
    now = datetime.now().isoformat(" ", "seconds")
    text = screen.text
    if isinstance(answer, BaseException):
        detail = str(answer).split(". ")[0] or type(answer).__name__
        wrong = text(f"it could not be solved: {detail}", f"未能求解：{detail}")
        return Line(team=name, code=_CRASH, tries=tries, wrong=wrong, at=now)
    said = answer.said
    line = Line(
        team=name,
        code=_CRASH if answer.died else answer.code,
        status=said.get("status") or "",
        people=said.get("people"),
        shortage=said.get("shortage"),
        points=said.get("objective"),
        bound=said.get("bound"),
        gap=said.get("gap"),
        seconds=round(answer.seconds, 3),
        processor=answer.processor and round(answer.processor, 3),
        memory=answer.memory,
        tries=tries,
        host=answer.host,
        issues=list(said.get("issues", ())),
        notes=list(said.get("notes", ())),
        at=now,
    )
    if line.points is not None:
        hard = [v for v in said["violations"] if v["level"] == Level.HARD.value]
        line = replace(line, hard=len(hard))
    return replace(line, wrong=_wrong(screen, line, answer))


def _wrong(screen: Screen, line: Line, answer: Answer) -> str:
    """Say in a sentence or two why a team is not simply done."""
    text, said = screen.text, answer.said
    if answer.died:
        if answer.late:
            ended = text("it did not end", "进程没有结束")
        elif answer.code < 0:
            ended = text(
                f"killed by signal {-answer.code} (out of memory? fewer --jobs)",
                f"被信号 {-answer.code} 终止（内存不足？可减小 --jobs）",
            )
        else:
            ended = text(
                f"the process ended with code {answer.code}", f"进程以代码 {answer.code} 结束"
            )
        return text(f"{ended}, try {line.tries}", f"{ended}，第 {line.tries} 次")
    if line.code == _CRASH:
        return text(f"crashed: {answer.last_words}", f"程序出错：{answer.last_words}")
    if line.code == ExitCode.OWN_CHECK:
        return text(
            "the program's own check failed; please report the case folder beside the results",
            "程序自检未通过，请反馈结果旁的 case 文件夹",
        )
    if line.code == ExitCode.NOTHING_FOUND:
        return text("nothing found in time; give more --time", "限时内未找到，请加大 --time")
    if line.issues:
        first, more = line.issues[0], len(line.issues) - 1
        issue = Issue(
            what=same(first["what"]),
            found=first["found"],
            expected=same(first["expected"]),
            hint=same(first["hint"]),
            sheet=first["sheet"],
            cell=first["cell"],
        ).line(screen.lang)
        return issue + (text(f" (+{more} more)", f"（另有 {more} 处）") if more else "")
    found = [v["message"] for v in said.get("violations", ()) if v["level"] == "hard"]
    found += said.get("reasons", ())
    found += [
        text(" and ", " 与 ").join(c["message"] for c in conflict["clauses"][:3])
        for conflict in said.get("conflicts", ())[:1]
        if line.code == ExitCode.INFEASIBLE
    ]
    ways = [w for w in said.get("ways_out", ()) if w["resolves"] and w["possible"]]
    parts = found[:2] + ([f"(+{len(found) - 2})"] if len(found) > 2 else [])
    if ways:
        parts.append(text(f"way out: {ways[0]['change']}", f"办法：{ways[0]['change']}"))
    return text("; ", "；").join(parts)


# --- on the screen -----------------------------------------------------------------------


class _View:
    """Bars on a terminal, a line a team elsewhere."""

    def __init__(self, screen: Screen, total: int, seconds: float) -> None:
        self.screen, self.total, self.seconds = screen, total, seconds
        self.done, self.since = 0, time.monotonic()
        self.console = screen.err if screen.as_json else screen.out
        self.bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[told]}", markup=False),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self.all = self.bars.add_task(
            screen.text("Ctrl-C keeps what is done", "按 Ctrl-C 保留已完成的"),
            total=total,
            told=f"0/{total}",
        )
        self.running: dict[str, tuple[TaskID, float]] = {}

    def __enter__(self) -> _View:
        self.bars.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.bars.stop()

    def begun(self, name: str) -> None:
        """A team is being solved."""
        shown = len(self.running) < _SHOWN
        bar = self.bars.add_task(f"  {name}", total=self.seconds, told="", visible=shown)
        self.running[name] = bar, time.monotonic()

    def again(self, name: str, line: str) -> None:
        """A team will be tried again."""
        self._out(name)
        again = self.screen.text("; it will be tried again", "，将重试")
        self.say(line + again, "yellow")

    def ended(self, name: str, line: Line) -> None:
        """A team is done with."""
        self._out(name)
        self.done += 1
        count = f"[{self.done}/{self.total}]"
        bad = line.code != ExitCode.DONE
        self.say(f"{count} {name}: {_said(self.screen, line)}", "red" if bad else "")
        left = (time.monotonic() - self.since) / self.done * (self.total - self.done) / 60
        told = self.screen.text(f"about {left:.0f} min left", f"约剩 {left:.0f} 分钟")
        told = f"{self.done}/{self.total}, {told}"
        self.bars.update(self.all, completed=self.done, told=told)

    def tick(self) -> None:
        """Move the bars."""
        now = time.monotonic()
        for bar, since in self.running.values():
            spent = now - since
            self.bars.update(bar, completed=min(spent, self.seconds), told=f"{spent:.0f} s")

    def say(self, line: str, style: str) -> None:
        """Print a line above the bars."""
        self.console.print(line, style=style, markup=False)

    def _out(self, name: str) -> None:
        bar, _ = self.running.pop(name)
        self.bars.remove_task(bar)


def _said(screen: Screen, line: Line) -> str:
    """Return a team's line on the screen."""
    text = screen.text
    parts = []
    if line.points is not None:
        status = STATUS_WORDS[SolveStatus(line.status)].to(screen.lang)
        gap = "–" if line.gap is None else f"{100 * line.gap:.1f} %"
        parts.append(
            text(
                f"{status}, {line.shortage} short, {line.points} points, gap {gap}",
                f"{status}，缺员 {line.shortage}，扣分 {line.points}，差距 {gap}",
            )
        )
    if line.wrong:
        parts.append(line.wrong)
    if line.seconds:
        parts.append(f"{line.seconds:.0f} s")
    if line.tries > 1:
        parts.append(text(f"begun {line.tries} times", f"共启动 {line.tries} 次"))
    return text(", ", "，").join(parts)


def _say_end(
    screen: Screen,
    plan: _Plan,
    lines: list[Line],
    teams: list[Team],
    began: float,
    summary: Path,
    interrupted: bool | None,
) -> None:
    """Say how it ended, what stayed, and what may be left over."""
    text = screen.text
    for line in lines:
        for note in line.notes:
            screen.err.print(f"{line.team}: {note}", style="yellow", markup=False)
    left = plan.records.left(teams)
    if left:
        named = ", ".join(left[:5]) + (" …" if len(left) > 5 else "")
        screen.err.print(
            text(
                f"results whose workbook is gone: {named}", f"工作簿已不存在的旧结果：{named}"
            ),
            style="yellow",
            markup=False,
        )
    unchanged = _unchanged(lines)
    parts = [totals_text(lines)]
    if unchanged:
        parts.append(Text(f"{unchanged} unchanged", f"其中 {unchanged} 个未变化"))
    if interrupted:
        parts.insert(0, Text("interrupted", "已中断"))
    seconds = math.ceil(time.monotonic() - began)
    parts.append(Text(f"{seconds} s", f"用时 {seconds} 秒"))
    screen.say(joined(parts, ", ", "，").to(screen.lang), "bold")
    screen.say(text(f"written: {summary}", f"已写出：{summary}"), "bold green")


def _unchanged(lines: list[Line]) -> int:
    return sum(not line.fresh and line.code is not None for line in lines)


def _line_json(output: Path, line: Line) -> dict[str, Any]:
    return asdict(line) | {"result": str(output / line.result) if line.result else None}


__all__ = ["batch"]
