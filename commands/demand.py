"""The command that turns a call file into the Demand sheet."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click
from rich.table import Table

from commands.screen import (
    FILE,
    FORCE,
    NOTE,
    OUT,
    PROGRAM,
    WARNING,
    Screen,
    common_options,
    exit_codes,
    finite,
)
from constraints import REGISTRY
from roster.demand.calls import read_calls
from roster.demand.curve import month_of
from roster.demand.plan import Line, Plan, Service, plan_of, usable
from roster.errors import ExitCode, InputError, Issue
from roster.problem import Problem
from roster.words import Text, clock_text, hours_text
from roster.workbook.layout import DAY_SELECTORS, word_text
from roster.workbook.load import put_demand, put_load
from roster.workbook.read import read
from roster.workbook.save import WrittenTo, lost, place_for, save
from roster.workbook.save import load as open_book
from roster.workbook.template import write_template

_EXAMPLE = "call-load"
_WIDE = 48  # characters of the longest bar


def _percent(low: float, high: float, *, low_open: bool = False) -> click.FloatRange:
    return click.FloatRange(low, high, min_open=low_open, max_open=True)


@click.command("demand")
@click.argument("calls", type=FILE)
@OUT
@click.option("--team", type=FILE, help="Workbook with the month, the shifts and the staff.")
@click.option("--job", default="", help="Job of the seats; its Demand rows are replaced.")
@click.option("--shifts", default="", help="Codes of the shifts to plan with: D,E,N.")
@click.option(
    "--service",
    type=_percent(0, 100),
    default=80.0,
    show_default=True,
    callback=finite,
    help="Percent of calls to be answered in time.",
)
@click.option(
    "--within",
    type=click.FloatRange(0, 3600),
    default=20.0,
    show_default=True,
    callback=finite,
    help="Seconds in which a call is answered in time.",
)
@click.option(
    "--handling",
    type=click.FloatRange(0, 36_000, min_open=True),
    callback=lambda c, o, v: v if v is None else finite(c, o, v),
    help="Mean handling time in seconds, where the file has none.",
)
@click.option(
    "--shrinkage",
    type=click.FloatRange(0, 80),
    default=15.0,
    show_default=True,
    callback=finite,
    help="Percent of rostered time away from the phone: short breaks, coaching, sickness.",
)
@click.option(
    "--patience",
    type=click.FloatRange(0, 36_000, min_open=True),
    callback=lambda c, o, v: v if v is None else finite(c, o, v),
    help="Mean seconds until callers give up: Erlang A instead of Erlang C.",
)
@click.option(
    "--occupancy",
    type=click.FloatRange(0, 100, min_open=True),
    default=100.0,
    show_default=True,
    callback=finite,
    help="Most percent of their time that agents are busy.",
)
@click.option(
    "--growth",
    type=click.FloatRange(-100, 1000, min_open=True),
    default=0.0,
    show_default=True,
    callback=finite,
    help="Percent by which the calls of the file are raised.",
)
@click.option("--allow-gaps", is_flag=True, help="Leave hours open that no shift covers.")
@FORCE
@common_options
def demand(
    calls: Path,
    output: Path,
    team: Path | None,
    job: str,
    shifts: str,
    service: float,
    within: float,
    handling: float | None,
    shrinkage: float,
    patience: float | None,
    occupancy: float,
    growth: float,
    allow_gaps: bool,
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Turn a call file into the Demand sheet: seats follow the calls. 按话务量定座席。

    CALLS is a CSV file with the columns date, time, calls and, if measured, handling. Dates
    in the month are its forecast; others are history, averaged by kind of day. Without
    --team the example team call-load is planned.

    CALLS 为 CSV 文件，列为 日期、时间、来电 和（如有）处理时长（秒）。本月的日期作为预测，
    其余日期作为历史，按日子类别平均。不给 --team 时使用示例班组 call-load。

    Example: roster demand calls.csv -o team.xlsx --service 80 --within 20 --shrinkage 15
    """
    screen = Screen(lang, as_json)
    with exit_codes(screen), ExitStack() as stack:
        place_for(output, source=team, force=force)
        base = team or _example(stack, lang or "zh")
        loaded = _read_both(screen, base, calls, handling)
        problem = loaded[0].problem
        plan = _plan(
            loaded,
            Service(
                level=service,
                within=within,
                shrinkage=shrinkage,
                patience=patience,
                occupancy=occupancy,
            ),
            job=job,
            codes=[c for c in shifts.replace("，", ",").split(",") if c.strip()],
            growth=growth,
            gaps=allow_gaps,
        )
        for note in plan.notes:
            screen.warn(note, WARNING if note.warning else NOTE)
        written = _write(plan, base, output, loaded[0].language, job=job, force=force)
        for text in written.notes:
            screen.err.print(text.to(screen.lang), style="yellow", markup=False)
        if as_json:
            screen.answer(_json(screen, plan, problem, job, written.path))
        else:
            _print(screen, plan, problem, written.path)
        sys.exit(ExitCode.DONE)


def _example(stack: ExitStack, lang: str) -> Path:
    """Write the example team to a passing file."""
    from examples import tables

    folder = stack.enter_context(tempfile.TemporaryDirectory())
    path = Path(folder) / f"{_EXAMPLE}.xlsx"
    write_template(path, tables(_EXAMPLE, lang), lang, registry=REGISTRY)
    return path


def _read_both(screen: Screen, team: Path, path: Path, handling: float | None) -> tuple:
    """Read workbook and call file; the faults of both come together."""
    loaded, calls, faults = None, None, []
    try:
        loaded = read(team, REGISTRY)
        screen.speak(loaded.language)
    except InputError as error:
        screen.speak(error.lang or screen.lang)
        faults += error.issues
    try:
        calls = read_calls(path, handling)
    except InputError as error:
        faults += error.issues
    if faults:
        error = InputError(*faults)
        error.lang = screen.lang
        raise error
    return loaded, calls


def _plan(both: tuple, service: Service, *, job, codes, growth, gaps) -> Plan:
    loaded, calls = both
    problem: Problem = loaded.problem
    jobs = {p.job.casefold(): p.job for p in problem.employees if p.job}
    if job and job.casefold() not in jobs:
        raise InputError(
            Issue(
                what=Text("nobody has this job", "没有人是这个工种"),
                found=job,
                expected=Text(", ".join(jobs.values()), "、".join(jobs.values())),
            )
        )
    return plan_of(
        month_of(calls, problem.days, problem.calendar, growth),
        usable(problem.shifts, job, [c.strip() for c in codes]),
        service,
        gaps=gaps,
    )


def _write(
    plan: Plan, base: Path, output: Path, lang: str, *, job: str, force: bool
) -> WrittenTo:
    book = open_book(base)
    put_demand(book, plan.rows(job), lang, job)
    put_load(book, plan, lang, PROGRAM)
    written = save(book, output, source=base, force=force)
    return replace(written, notes=written.notes + lost(base, written.path))


# --- what is shown --------------------------------------------------------------------------


def _on_hand(problem: Problem) -> int | None:
    """Return the most minutes that the team can work, leave taken off; None without limits."""
    total = 0
    for e, person in enumerate(problem.employees):
        if person.max_minutes is None:
            return None
        present = sum(problem.available(e, d) for d in range(problem.n_days))
        total += problem.scaled(person.max_minutes, e, present)
    return total


def _print(screen: Screen, plan: Plan, problem: Problem, path: Path) -> None:
    text, lang, service = screen.text, screen.lang, plan.service
    model = f"Erlang {'C' if service.patience is None else 'A'}"
    screen.say(
        text(
            f"{model}, {service.level:g} % within {service.within:g} s, "
            f"shrinkage {service.shrinkage:g} %, intervals of {plan.month.interval} min",
            f"{model}，{service.within:g} 秒内接起 {service.level:g}%，"
            f"损耗 {service.shrinkage:g}%，每段 {plan.month.interval} 分钟",
        )
    )
    _print_curve(screen, plan)
    weekly = len(plan.month.curves) <= 10
    shown = (
        list(plan.month.curves)
        if weekly
        else sorted(plan.month.curves, key=lambda c: c.dates)[:7]
    )
    table = Table(title=text("target (min) people a shift", "各班目标（最少）人数"))
    table.add_column(text("shift", "班次"))
    for curve in shown:
        table.add_column(curve.label.to(lang), justify="right")
    for s, shift in enumerate(plan.shifts):
        cells = [
            f"{plan.target.counts[d][s]} ({plan.least.counts[d][s]})"
            for d in map(plan.month.curves.index, shown)
        ]
        table.add_row(shift.code, *cells)
    screen.out.print(table)
    if more := len(plan.month.curves) - len(shown):
        screen.say(text(f"{more} more days on the sheet Demand", f"其余 {more} 天见《需求》表"))
    target, least = plan.minutes(plan.target), plan.minutes(plan.least)
    have = _on_hand(problem)
    hours = text(
        f"hours of the month: target {hours_text(target)}, min {hours_text(least)}",
        f"全月工时：目标 {hours_text(target)}，最少 {hours_text(least)}",
    )
    if have is not None:
        hours += text(
            f"; the team can work {hours_text(have)}", f"；班组可用 {hours_text(have)}"
        )
    screen.say(hours, "yellow" if have is not None and have < target else "")
    screen.say(text(f"written: {path}", f"已写出：{path}"), "bold green")


def _print_curve(screen: Screen, plan: Plan) -> None:
    """Print load against cover of the busiest day, a bar an interval."""
    lines = [x for x in plan.lines if x.curve == plan.busiest]
    if not lines:
        return
    day = plan.month.curves[plan.busiest].label.to(screen.lang)
    block, light, gap = _marks(screen)
    screen.say(
        screen.text(
            f"busiest: {day}; {block} seats needed, {light} cover beyond, {gap} not covered",
            f"最忙：{day}；{block} 所需座席，{light} 超出部分，{gap} 未覆盖",
        ),
        "bold",
    )
    tallest = max(max(x.seats, x.cover) for x in lines)
    scale = min(1.0, _WIDE / tallest)
    every = max(1, 30 // plan.month.interval)
    for at in range(0, len(lines), every):
        x = max(lines[at : at + every], key=lambda y: y.seats)
        need, cover = round(x.seats * scale), round(x.cover * scale)
        bar = block * min(need, cover) + light * (cover - need) + gap * (need - cover)
        screen.say(
            f"{clock_text(x.start)} {bar:{round(tallest * scale)}}  "
            + screen.text(
                f"{x.calls:.0f} calls, {x.seats} needed, {x.cover} planned",
                f"来电 {x.calls:.0f}，需 {x.seats}，排 {x.cover}",
            )
        )


def _marks(screen: Screen) -> tuple[str, str, str]:
    try:
        "█░×".encode(screen.out.encoding)
    except (UnicodeEncodeError, LookupError):
        return "#", "-", "x"
    return "█", "░", "×"


def _json(screen: Screen, plan: Plan, problem: Problem, job: str, path: Path) -> dict:
    def interval(x: Line) -> dict:
        body = {
            "from": clock_text(x.start),
            "calls": round(x.calls, 2),
            "handling": round(x.handling, 1),
            "erlangs": round(x.erlangs, 2),
            "agents": x.agents,
            "seats": x.seats,
            "min_cover": x.least,
            "cover": x.cover,
        }
        if x.reached is not None:
            body["service_level"] = round(x.reached.level, 4)
            body["occupancy"] = round(x.reached.occupancy, 4)
            body["abandoned"] = round(x.reached.abandoned, 4)
        return body

    have = _on_hand(problem)
    return {
        "output": str(path),
        "interval": plan.month.interval,
        "busiest": word_text(DAY_SELECTORS, plan.month.curves[plan.busiest].days).en,
        "days": [
            {
                "days": word_text(DAY_SELECTORS, curve.days).en,
                "dates": [d.isoformat() for d in curve.dates],
                "days_seen": curve.seen,
                "intervals": [interval(x) for x in plan.lines if x.curve == at],
            }
            for at, curve in enumerate(plan.month.curves)
        ],
        "demand": [
            {**row, "days": word_text(DAY_SELECTORS, row["days"]).en} for row in plan.rows(job)
        ],
        "hours": {
            "target": plan.minutes(plan.target) / 60,
            "min": plan.minutes(plan.least) / 60,
            "on_hand": None if have is None else have / 60,
        },
        "proven": plan.target.proven and plan.least.proven,
        "notes": [n.as_dict(screen.lang) for n in plan.notes],
    }
