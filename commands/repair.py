"""The command for the morning when somebody is ill."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import click
from openpyxl.workbook import Workbook

from commands.screen import (
    FILE,
    FORCE,
    PROGRAM,
    Screen,
    a_day,
    common_options,
    exit_codes,
    finite,
    load,
)
from roster.committees import post_text
from roster.errors import ExitCode, InputError, Issue
from roster.outcome import SolveStatus
from roster.problem import PINNED, LeaveKind, Problem, Status
from roster.repair import Absence, Change, Repaired, repair, swapped_cells
from roster.rotation import turns
from roster.rule import LEVEL_WORDS
from roster.solve import refusal_text
from roster.swaps.report import named, violation_dict
from roster.swaps.request import person
from roster.words import Text, day_text, days_text, same
from roster.workbook.cells import BACKWARDS, Bad, parse_span
from roster.workbook.changes import shown
from roster.workbook.layout import LEAVE_KINDS, find_word, word_text
from roster.workbook.read import Loaded
from roster.workbook.register import Rows
from roster.workbook.write import place_for, write_result


class _Asked(NamedTuple):
    """One ``--absent`` as typed."""

    typed: str
    who: str
    days: tuple[date, date] | None
    kind: LeaveKind


def _absent(_context: Any, _option: Any, values: tuple[str, ...]) -> tuple[_Asked, ...]:
    """Read ``ID:SPAN`` or ``ID:SPAN:KIND``; a span that runs backwards is judged later."""
    out = []
    for typed in values:
        who, _, rest = typed.replace("：", ":").partition(":")
        span, _, word = rest.partition(":")
        kind = find_word(LEAVE_KINDS, word) if word.strip() else LeaveKind.SICK.value
        if not who.strip() or not span.strip():
            raise click.BadParameter(f"{typed}: expected ID:SPAN, E07:2026-12-10..2026-12-12")
        if kind is None:
            words = ", ".join(w.en for w in LEAVE_KINDS)
            raise click.BadParameter(f"{typed}: unknown kind of leave {word}; one of {words}")
        try:
            days = parse_span(span)[:2]
        except Bad as bad:
            if bad.what != BACKWARDS:
                raise click.BadParameter(
                    f"{typed}: {bad.what.en}, expected {bad.expected.en}"
                ) from None
            days = None
        out.append(_Asked(typed, who.strip(), days, LeaveKind(kind)))
    return tuple(out)


@click.command("repair")
@click.argument("file", type=FILE)
@click.option(
    "--absent",
    "asked",
    multiple=True,
    required=True,
    callback=_absent,
    metavar="ID:SPAN[:KIND]",
    help="Who is absent when: E07:2026-12-10..2026-12-12, or E07:2026-12-10:annual.",
)
@click.option(
    "--from",
    "since",
    callback=a_day,
    help="First day that may change, from which notice counts; default the first absent day.",
)
@click.option("--until", callback=a_day, help="Last day that may change.")
@click.option(
    "--reopen", is_flag=True, help="Let days change that Settings says are published."
)
@click.option("-o", "--output", type=FILE, help="Write the repaired roster and its sheets.")
@click.option("--previous", type=FILE, help="Last month's result.")
@click.option(
    "--time",
    "seconds",
    type=click.FloatRange(1),
    callback=finite,
    help="Time limit in seconds; by the size of the team: 1.2 for 42 people, 8 for 200.",
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option("--override", multiple=True, help="Take a rule of law out, by its id.")
@FORCE
@common_options
def repair_command(
    file: Path,
    asked: tuple[_Asked, ...],
    since: date | None,
    until: date | None,
    reopen: bool,
    output: Path | None,
    previous: Path | None,
    seconds: float | None,
    seed: int,
    override: tuple[str, ...],
    force: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Somebody is ill: fill the gaps with as few changes as possible. 有人生病，最少改动补位。

    Example: roster repair dec.xlsx --absent E07:2026-12-10..2026-12-12 -o dec2.xlsx
    """
    screen = Screen(lang, as_json)
    with exit_codes(screen):
        if output is not None:
            place_for(output, source=file, force=force)
        loaded = load(
            screen,
            file,
            notes=False,
            previous=previous,
            overrides=override,
            want_roster=True,
            hold_published=False,
            keep=(PINNED,),
        )
        absences = _judged(loaded, asked, since, until)
        found = repair(
            loaded.roster,
            loaded.rules,
            absences,
            since=since and max(since, loaded.problem.start),
            until=until,
            hold_published=not reopen,
            seconds=seconds,
            seed=seed,
        )
        remarks = tuple(_remarks(loaded.problem, found, reopen))
        if not as_json:  # who must be told need not wait for the file
            _print(screen, found, absences, remarks)
            sys.stdout.flush()
        path = None
        if output is not None and found.roster is not None:
            path = _write(screen, loaded, output, found, remarks, force=force)
        if as_json:
            screen.answer(_as_dict(screen, found, absences, remarks, path))
        elif path is not None:
            screen.say(screen.text(f"written: {path}", f"已写出：{path}"), "bold green")
        sys.exit(_exit_code(found))


def _exit_code(found: Repaired) -> ExitCode:
    if found.outcome.status is SolveStatus.INFEASIBLE:
        return ExitCode.INFEASIBLE
    if found.roster is None:
        return ExitCode.NOTHING_FOUND
    return ExitCode.REFUSED if found.outcome.audit.hard else ExitCode.DONE


# --- what is asked ------------------------------------------------------------------------


def _judged(
    loaded: Loaded, asked: tuple[_Asked, ...], since: date | None, until: date | None
) -> tuple[Absence, ...]:
    """Return the absences, or raise every fault in them."""
    problem = loaded.problem
    period = same(f"{problem.start}..{problem.end}")
    faults: list[Issue] = []
    out = []

    def fault(option: str, what: Text, found: str, expected: Text, **more: Any) -> None:
        text = Text(f"{option}: {what.en}", f"{option}：{what.zh}")
        faults.append(Issue(what=text, found=found, expected=expected, **more))

    for x in asked:
        staff, unknown = person(problem, x.who, "--absent")
        if unknown is not None:
            faults.append(unknown)
        if x.days is None:
            first_to_last = Text("the first day, then the last", "先开始日期，后结束日期")
            fault("--absent", BACKWARDS, x.typed, first_to_last)
            continue
        first, last = x.days
        if last < problem.start or first > problem.end:
            what = Text("a date outside the period", "日期不在排班期内")
            fault("--absent", what, x.typed, period)
            continue
        if staff is None:
            continue
        employee = problem.employees[problem.employee_index[staff]]
        if not any(employee.employed_on(day) for day in _days(first, last)):
            sheet, _, cell = loaded.addresses["staff"][staff].partition("!")
            fault(
                "--absent",
                Text(f"{staff} is not employed then", f"{staff} 当时不在职"),
                x.typed,
                same(f"{employee.start_date or '…'}..{employee.end_date or '…'}"),
                sheet=sheet,
                cell=cell,
            )
        faults += _pins(loaded, staff, first, last)
        out.append(Absence(staff=staff, first=first, last=last, kind=x.kind))
    for option, day in (("--from", since), ("--until", until)):
        late = day is not None and day > problem.end and option == "--from"
        if late or (day is not None and day < problem.start and option == "--until"):
            fault(
                option, Text("a date outside the period", "日期不在排班期内"), str(day), period
            )
    begins = since or min((x.first for x in out), default=problem.start)
    if until is not None and until < begins:
        fault(
            "--until",
            Text("nothing may change", "没有可以改动的日子"),
            str(until),
            Text(f"{begins} or later", f"{begins} 或之后"),
        )
    if faults:
        error = InputError(*dict.fromkeys(faults))
        error.lang = loaded.language
        raise error
    return tuple(out)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def _pins(loaded: Loaded, staff: str, first: date, last: date) -> list[Issue]:
    """Return a fault for each fixed duty in an absence: the file could not be read again."""
    out = []
    for fixed in loaded.problem.fixed:
        if fixed.pin or fixed.shift is None:
            continue  # a note on the roster gives way
        if fixed.staff == staff and first <= fixed.day <= last:
            sheet, _, cell = fixed.cell.partition("!")
            day = day_text(fixed.day)
            out.append(
                Issue(
                    what=Text(
                        f"{staff} is absent on {day.en}, where a duty is fixed",
                        f"{staff} 在{day.zh}缺勤，但当天有固定班",
                    ),
                    found=fixed.shift,
                    expected=Text("no fixed duty during the absence", "缺勤期间没有固定班"),
                    hint=Text("take these days out of the row", "从该行去掉这些日期"),
                    sheet=sheet,
                    cell=cell,
                )
            )
    return out


# --- what is told -------------------------------------------------------------------------


def _who(problem: Problem, e: int | None) -> str:
    return "–" if e is None else named(problem, e)


def _code(code: str | None) -> Text:
    return Text("off", "休") if code is None else same(code)


def _why(found: Repaired, change: Change) -> Text:
    """Return why a cell changes."""
    problem = found.problem
    if change.away:
        kind = problem.leave_on(change.e, change.d).kind.value
        word = word_text(LEAVE_KINDS, kind)
        return Text(f"{word.en} leave" if word.en != "sick" else "sick", word.zh)
    ids = [problem.employees[e].id for e in change.because]
    if not ids:
        return Text("follows from another change", "因其他变更而调整")
    more = "" if len(ids) <= 3 else " …"
    return Text(f"for {', '.join(ids[:3])}{more}", f"顶替 {'、'.join(ids[:3])}{more}")


def _told(found: Repaired, change: Change) -> Text:
    """Return the line that a person is told."""
    problem = found.problem
    who, day = named(problem, change.e), day_text(problem.days[change.d])
    before, why = _code(change.before), _why(found, change)
    after = Text(*(shown(found.roster, change.e, change.d, x) for x in ("en", "zh")))
    notice = _notice(change.notice)
    return Text(
        f"{day.en}  {who}: {after.en} instead of {before.en} ({why.en}; {notice.en})",
        f"{day.zh}  {who}：{before.zh} 改为 {after.zh}（{why.zh}；{notice.zh}）",
    )


def _notice(days: int) -> Text:
    if days < 0:
        return Text("past", "已过")
    if days == 0:
        return Text("same day", "当天")
    return Text(f"{days} day{'s' if days > 1 else ''} ahead", f"提前 {days} 天")


def _also(found: Repaired) -> list[Text]:
    """Return who leads which week now, and who holds which post."""
    problem, out = found.problem, []
    for x in found.leads:
        week, before, after = (
            day_text(x.monday),
            _who(problem, x.before),
            _who(problem, x.after),
        )
        if x.days:
            days = days_text(problem.date_of(d) for d in x.days)
            instead = Text(f"{after}, next lead, stands in", f"由下任 {after} 代理")
            if x.after is None:
                instead = Text("the next lead is away too", "下任也缺勤")
            out.append(
                Text(
                    f"week of {week.en}: {before} leads, away {days.en}; {instead.en}",
                    f"{week.zh}当周：{before} 轮值，{days.zh}缺勤，{instead.zh}",
                )
            )
        else:
            out.append(
                Text(
                    f"week of {week.en}: {after} leads instead of {before}",
                    f"{week.zh}当周：轮值班长由 {before} 改为 {after}",
                )
            )
    for x in found.posts if found.roster is not None else ():
        week, post = day_text(x.monday), post_text(x.post)
        before, after = _who(problem, x.before), _who(problem, x.after)
        out.append(
            Text(
                f"week of {week.en}: {post.en} member {after} instead of {before}",
                f"{week.zh}当周：{post.zh}委员由 {before} 改为 {after}",
            )
        )
    return out


def _remarks(problem: Problem, found: Repaired, reopen: bool) -> list[Text]:
    """Return what the supervisor should look at besides the changes."""
    out = []
    gone = {(c.e, c.d) for c in found.changes if c.away} if found.roster is not None else ()
    for (e, d), number in swapped_cells(problem).items():
        if (e, d) in gone:
            day, who = day_text(problem.days[d]), named(problem, e)
            out.append(
                Text(
                    f"swap {number} touches {who} on {day.en}: look at the register",
                    f"换班 {number} 涉及 {who} {day.zh}的班，请核对登记表",
                )
            )
    for leave in problem.leaves:
        if leave.status is Status.REQUESTED and any(
            leave.staff == x.staff and leave.first <= x.last and x.first <= leave.last
            for x in found.new_leave
        ):
            when = days_text((leave.first, leave.last))
            out.append(
                Text(
                    f"leave asked for by {leave.staff}, {when.en}, falls into the absence and "
                    "is still open",
                    f"{leave.staff} {when.zh}的请假申请与本次缺勤重叠，仍待审批",
                )
            )
    until = problem.published_until
    held = until is not None and not reopen
    short = () if found.roster is None else found.outcome.audit.hard
    if held and any(day <= until for v in short for day in v.when):
        out.append(
            Text(
                f"days up to {until} are published and stay for everybody else; --reopen lets "
                "them change",
                f"{until} 及以前已发布，其他人的班不变；加 --reopen 可以改动",
            )
        )
    return out


def _print(
    screen: Screen,
    found: Repaired,
    absences: tuple[Absence, ...],
    remarks: tuple[Text, ...],
) -> None:
    lang, text = screen.lang, screen.text
    problem, outcome = found.problem, found.outcome
    if found.roster is None:
        _print_nothing(screen, found)
        return
    affected = [named(problem, e) for e in found.affected]
    moved = sum(not c.away for c in found.changes)
    shown_names = ", ".join(affected) if lang == "en" else "、".join(affected)
    proven = (
        text("proven fewest", "已证明最少")
        if found.proven
        else text("not proven fewest", "未证明最少")
    )
    head = text(
        f"{_count(len(affected), 'person', 'people')} affected, "
        f"{_count(moved, 'change', 'changes')} ({proven}), {outcome.audit.shortage} short, "
        f"{outcome.seconds:.1f} s",
        f"影响 {len(affected)} 人，改动 {moved} 处（{proven}），"
        f"缺员 {outcome.audit.shortage}，用时 {outcome.seconds:.1f} 秒",
    )
    screen.say(head, "bold")
    if affected:
        screen.say("  " + shown_names)
    for change in found.changes:
        screen.say(f"  {_told(found, change).to(lang)}", "dim" if change.away else "")
    for line in _also(found):
        screen.say(f"  {line.to(lang)}", "bold")
    audit = outcome.audit
    for v in audit.hard:
        if v.rule == "cover":
            screen.say(text("  short: ", "  缺员：") + audit.say(v, lang), "red")
    for word, items, style in (
        (text("new", "新增"), found.new, "red"),
        (text("known before", "原已存在"), found.known, "yellow"),
    ):
        for v in items:
            level = LEVEL_WORDS[v.level].to(lang)
            screen.say(f"  {word} [{level}] {v.rule}: {audit.say(v, lang)}", style)
    for line in remarks:
        screen.say(f"  {line.to(lang)}", "yellow")


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _print_nothing(screen: Screen, found: Repaired) -> None:
    text, outcome = screen.text, found.outcome
    if outcome.status is not SolveStatus.INFEASIBLE:
        screen.say(
            text(
                f"nothing found in {outcome.seconds:.0f} s; give more --time",
                f"{outcome.seconds:.0f} 秒内未找到，请加大 --time",
            ),
            "bold red",
        )
        return
    screen.say(
        text(
            "no repair keeps every hard rule; nothing was written",
            "没有修复方案能满足全部硬性规则，未写文件",
        ),
        "bold red",
    )
    for line in _reasons(found):
        screen.say("  " + line.to(screen.lang))


def _reasons(found: Repaired) -> list[Text]:
    rules = found.rules
    out = [
        Text(
            f"{i} ({rules[i].title.en}): without it there would be a repair",
            f"{i}（{rules[i].title.zh}）：去掉它就能修复",
        )
        for i in found.refused
    ]
    return (
        [refusal_text(x, found.problem) for x in found.refusals]
        or out
        or [
            Text(
                "no rule alone stands in the way; let more days change (--from, --until, "
                "--reopen)",
                "不是单独某条规则造成的；可放宽可改动的日期（--from、--until、--reopen）",
            )
        ]
    )


def _as_dict(
    screen: Screen,
    found: Repaired,
    absences: tuple[Absence, ...],
    remarks: tuple[Text, ...],
    path: Path | None,
) -> dict[str, Any]:
    lang, problem, outcome = screen.lang, found.problem, found.outcome
    body: dict[str, Any] = {
        "status": outcome.status.value,
        "absent": [
            {
                "staff": x.staff,
                "from": x.first.isoformat(),
                "to": x.last.isoformat(),
                "kind": x.kind.value,
            }
            for x in absences
        ],
        "changes": [],
        "affected": None,
        "leads": [],
        "posts": [],
        "shortage": outcome.shortage,
        "shortage_proven": outcome.shortage_proven,
        "short": [],
        "violations": [],
        "known": [],
        "proven": found.proven,
        "objective": outcome.objective,
        "seconds": round(outcome.seconds, 3),
        "seed": outcome.seed,
        "reasons": [],
        "remarks": [x.to(lang) for x in remarks],
        "output": None if path is None else str(path),
    }
    if found.roster is None:
        body["reasons"] = [x.to(lang) for x in _reasons(found)]
        return body

    def staff(e: int | None) -> str | None:
        return None if e is None else problem.employees[e].id

    audit = outcome.audit
    body["changes"] = [
        {
            "staff": staff(c.e),
            "name": problem.employees[c.e].name,
            "date": problem.days[c.d].isoformat(),
            "before": c.before,
            "after": c.after,
            "notice_days": c.notice,
            "absent": c.away,
            "because": [staff(e) for e in c.because],
        }
        for c in found.changes
    ]
    body["affected"] = len(found.affected)
    body["leads"] = [
        {
            "week_of": x.monday.isoformat(),
            "before": staff(x.before),
            "after": staff(x.after),
            "days": [problem.date_of(d).isoformat() for d in x.days],
        }
        for x in found.leads
    ]
    body["posts"] = [
        {
            "week_of": x.monday.isoformat(),
            "post": x.post,
            "before": staff(x.before),
            "after": staff(x.after),
        }
        for x in found.posts
    ]
    body["short"] = [
        violation_dict(audit.rules, v, lang) for v in audit.hard if v.rule == "cover"
    ]
    body["violations"] = [violation_dict(audit.rules, v, lang) for v in found.new]
    body["known"] = [violation_dict(audit.rules, v, lang) for v in found.known]
    return body


# --- what is written ----------------------------------------------------------------------


def _write(
    screen: Screen,
    loaded: Loaded,
    output: Path,
    found: Repaired,
    remarks: tuple[Text, ...],
    *,
    force: bool,
) -> Path:
    """Write the repaired roster, the leave, and who must be told what."""
    problem, outcome = found.problem, found.outcome

    def edit(book: Workbook) -> None:
        rows = Rows(book, "leave", loaded.language)
        for leave in found.new_leave:
            rows.add(
                {
                    "staff": leave.staff,
                    "from": leave.first,
                    "to": leave.last,
                    "kind": leave.kind.value,
                    "asked_at": leave.asked_at,
                    "status": Status.APPROVED.value,
                }
            )

    said = [
        Text(
            f"repaired: {x.staff} absent {days_text((x.first, x.last)).en}",
            f"已修复：{x.staff} {days_text((x.first, x.last)).zh}缺勤",
        )
        for x in found.new_leave
    ]
    also = tuple(_also(found))
    audit = outcome.audit
    short = [
        Text(f"short: {audit.say(v, 'en')}", f"缺员：{audit.say(v, 'zh')}")
        for v in audit.hard
        if v.rule == "cover"
    ]
    written = write_result(
        output,
        loaded.path,
        audit,
        outcome,
        leads=turns(problem),
        notes=[*said, *also, *short, *remarks],
        program=PROGRAM,
        force=force,
        edit=edit,
        because={
            (problem.employees[c.e].id, problem.days[c.d]): _why(found, c)
            for c in found.changes
        },
        also=also,
    )
    for note in written.notes:
        screen.err.print(note.to(screen.lang), style="yellow", markup=False)
    return written.path
