"""The result sheets beside the Roster: plain values, each number from the audit or a count."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from openpyxl.utils import get_column_letter as letter
from openpyxl.worksheet.worksheet import Worksheet

from roster.audit import Audit
from roster.duties import assigned
from roster.outcome import Outcome
from roster.plan import Roster
from roster.problem import CarryOver, Problem, Task
from roster.rotation import LeadWeek
from roster.rule import LEVEL_WORDS, UNITS, Level, Rule
from roster.wishes import WishResult, want_text
from roster.words import Text, clock_text, same
from roster.workbook import style
from roster.workbook.counts import (
    carried_on,
    coverage,
    days_in_lieu,
    duty_counts,
    in_hours,
    normal_minutes,
    swaps_of,
)
from roster.workbook.grid import grade_word, overrides_text
from roster.workbook.layout import (
    CUMULATED,
    NO_VIOLATIONS,
    NONE,
    OFF,
    POSTS,
    SHEETS,
    TASK_POSTS,
    YES_NO,
    word_text,
)
from roster.workbook.records import write_desk_plan, write_handover
from roster.workbook.style import BODY, HEADER, Look, Stylist
from roster.workbook.year import write_year

_FORMS = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}
_NUMBERS = ("int", "number", "hours", "date", "moment")
_ALARM = {"fill": style.ALARM_FILL, "colour": style.ALARM, "bold": True}
_STATUS = {
    "optimal": Text("optimal", "最优"),
    "feasible": Text("feasible", "可行（未证明最优）"),
    "infeasible": Text("infeasible", "无解"),
    "nothing found": Text("nothing found", "限时内未找到"),
}
_PAY_CLASS_NOTES = {
    "hours_150": Text(
        "Duty on a workday beyond {normal} h a duty. Weekly or monthly overtime is not split "
        "by day and is not counted here.",
        "工作日单班超过 {normal} 小时的部分；按周、按月核算的加班不在此列。",
    ),
    "hours_200": Text(
        "Duty that starts on a day of rest (weekend or moved day off).",
        "休息日（周末或调休）当天开始的班的工时。",
    ),
    "hours_300": Text(
        "Duty that starts on a statutory holiday.", "法定节假日当天开始的班的工时。"
    ),
    "days_in_lieu": Text(
        "Brought forward. While time_off_in_lieu is in force: a day more for each holiday "
        "duty, a day less for each day off on a workday that makes up for one.",
        "上期结转；time_off_in_lieu 生效时，每个节假日班加一天，每安排一天补休减一天。",
    ),
}


def table(
    sheet: Worksheet,
    stylist: Stylist,
    key: str,
    rows: Iterable[Sequence[object]],
    lang: str,
    *,
    looks: Mapping[int, Mapping[str, object]] | None = None,
    keep: int = 0,
    program: str = "",
) -> None:
    """Write one result sheet: header in row 1, filter, frozen panes, widths that fit.

    Parameters
    ----------
    sheet : Worksheet
    stylist : Stylist
    key : str
        Key of the sheet in the layout.
    rows : iterable of sequences
        Values in the layout's column order.
    lang : str
    looks : mapping, optional
        By row position, what its look changes.
    keep : int
        Columns that stay in sight when scrolling sideways.
    program : str
        For the footer.
    """
    columns = SHEETS[key].columns
    rows = [list(r) for r in rows]
    for c, column in enumerate(columns, 1):
        stylist.put(sheet.cell(1, c), column.header(lang), HEADER)
    base = [
        BODY.but(form=_FORMS.get(c.type, "General"), across="center")
        if c.type in _NUMBERS
        else BODY
        for c in columns
    ]
    longest = [style.show_width(c.header(lang)) + 3 for c in columns]
    for values in rows:
        for c, value in enumerate(values):
            if value is not None:
                longest[c] = max(longest[c], style.show_width(value) + 1.5)
    wide = [min(max(w, 7), max(col.width + 4, 14)) for w, col in zip(longest, columns)]
    style.widths(sheet, wide)
    made: dict[tuple, Look] = {}
    for r, values in enumerate(rows):
        changed = (looks or {}).get(r) or {}
        lines = 1
        for c, value in enumerate(values):
            look = base[c]
            if columns[c].type not in _NUMBERS and not isinstance(value, str | None):
                form = _FORMS["date"] if isinstance(value, date) else "General"
                look = look.but(across="left", form=form)
            elif isinstance(value, str):
                lines = max(lines, -(-style.show_width(value) // max(wide[c] - 1, 1)))
            if changed:
                key = (look, tuple(changed.items()))
                look = made[key] if key in made else made.setdefault(key, look.but(**changed))
            stylist.put(sheet.cell(r + 2, c + 1), value, look)
        sheet.row_dimensions[r + 2].height = 3 + 13 * lines
    sheet.row_dimensions[1].height = 30 if len(columns) > 14 else 22
    sheet.auto_filter.ref = f"A1:{letter(len(columns))}{len(rows) + 1}"
    sheet.freeze_panes = f"{letter(keep + 1)}2"
    sheet.sheet_view.showGridLines = False
    style.page(sheet, program, landscape=len(columns) > 7)
    sheet.print_title_rows = "1:1"


def called(problem: Problem, e: int) -> str:
    """Return a person's name where it is unique, else the staff id."""
    person = problem.employees[e]
    once = sum(p.name == person.name for p in problem.employees) == 1
    return person.name if person.name and once else person.id


def lead_rows(
    roster: Roster, leads: Iterable[LeadWeek], handover: int | None
) -> list[list[object]]:
    """Return the rows of the Leads sheet, with who holds the committee posts."""
    problem = roster.problem

    def holder(monday: date, post: str) -> str | None:
        e = roster.holders.get((monday, post))
        return None if e is None else problem.employees[e].id

    weeks = list(leads)
    if problem.posts and not weeks:
        weeks = [LeadWeek(monday, None, None, None) for monday in problem.mondays]
    return [
        [
            week.monday,
            None if week.lead is None else problem.employees[week.lead].id,
            None if week.lead is None else problem.employees[week.lead].name,
            _moment(problem, week.handover, handover),
            None if week.next_lead is None else called(problem, week.next_lead),
            *(holder(week.monday, post.key) for post in POSTS),
        ]
        for week in weeks
    ]


def _moment(problem: Problem, d: int | None, minute: int | None) -> date | datetime | None:
    if d is None:
        return None
    day = problem.date_of(d)
    if minute is None:
        return day
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def coverage_rows(audit: Audit, lang: str) -> list[list[object]]:
    """Return the rows of the Coverage sheet, one a day and Demand row in force."""
    problem = audit.roster.problem
    order = {s.code: i for i, s in enumerate(problem.shifts)}
    return [
        [
            problem.days[line.d],
            ",".join(sorted(line.row.shifts, key=lambda c: order.get(c, len(order)))),
            line.row.job or None,
            ",".join(sorted(line.row.skills)) or None,
            None if line.row.min_grade is None else grade_word(line.row.min_grade, lang),
            line.row.min,
            line.row.target,
            line.row.max,
            line.on_duty,
            line.short,
            line.under,
            line.over,
        ]
        for line in coverage(audit)
    ]


def fairness_rows(audit: Audit) -> list[list[object]]:
    """Return the rows of the Fairness sheet."""
    roster, problem, rules = audit.roster, audit.roster.problem, audit.rules
    month = (problem.start.year, problem.start.month)
    # Of the whole month, also where the file begins in the middle of it.
    days = (s.day for s in problem.swaps if (s.day.year, s.day.month) == month)
    swaps = swaps_of(problem, days)
    limit = None
    if "swap_limit" in rules and rules["swap_limit"].level is not Level.OFF:
        limit = rules["swap_limit"].per_month
    out = []
    after = carried_on(rules, roster)
    for e, (person, counted) in enumerate(zip(problem.employees, duty_counts(audit))):
        total, used = after[e], swaps[person.id]
        values = {
            "id": person.id,
            "name": person.name,
            "hours": in_hours(counted["minutes"]),
            **{k: counted[k] for k in ("duties", "nights", "weekends", "holidays")},
            "hours_150": in_hours(counted["m150"]),
            "hours_200": in_hours(counted["m200"]),
            "hours_300": in_hours(counted["m300"]),
            "wishes_met": counted["wishes_met"],
            "wishes_missed": counted["wishes_missed"],
            "swaps": used,
            "swaps_left": None if limit is None else max(0, limit - used),
            "days_in_lieu": days_in_lieu(rules, roster, e),
            **{
                f"total_{c.key}": in_hours(getattr(total, c.key.replace("hours", "minutes")))
                if c.key.startswith("hours")
                else getattr(total, c.key)
                for c in CUMULATED
            },
        }
        out.append([values.get(c.key) for c in SHEETS["fairness"].columns])
    return out


def carried_rows(problem: Problem, lang: str) -> list[list[object]]:
    """Return the rows of the Carried in sheet: the carry-over that the month began with."""
    return [
        [_carried_cell(key, row.get(key), lang) for key in SHEETS["carried_in"].by_key]
        for row in carried_values(problem)
    ]


def _carried_cell(key: str, value: object, lang: str) -> object:
    """Return a value as a cell of the Carried in sheet holds it."""
    options = SHEETS["carried_in"].column(key).options
    if isinstance(value, bool):
        return YES_NO[0].to(lang) if value else None
    if isinstance(value, Text):
        return value.to(lang)
    return word_text(options, value).to(lang) if options and value else value


def carried_values(problem: Problem) -> list[dict[str, object]]:
    """Return what would have to be typed on the Carry-over sheet, by keys of its columns."""
    turn = problem.lead_turn
    terms: dict[str, list[tuple[date, str]]] = {}
    for monday, post, staff in problem.posts_held:
        if monday < problem.start:
            terms.setdefault(staff, []).append((monday, post))
    out = []
    for person in problem.employees:
        own = problem.carry_over.get(person.id)
        if own is None:
            continue
        values: dict[str, object] = {"staff": person.id}
        for field in dataclasses.fields(CarryOver):
            value = getattr(own, field.name)
            if field.name.startswith("minutes"):
                value = None if value is None else in_hours(value)
            values[field.name.replace("minutes", "hours")] = value
        begun = problem.weekend_begun(problem.employee_index[person.id])
        values["weekend_begun"] = begun or None
        values["last_post"] = own.last_post or None
        if turn is not None:
            waits = person.id in turn.waiting
            values["passed_over"] = waits
            values["waiting"] = turn.waiting.index(person.id) + 1 if waits else None
            here, last = person.id in turn.at[:1], person.id == turn.latest
            values["lead_turn"] = {(1, 1): "both", (1, 0): "list", (0, 1): "latest"}.get(
                (here, last)
            )
        held = terms.get(person.id, ())
        values["terms"] = _joined_terms(held) if held else None
        out.append(values)
    return out


def _joined_terms(held: Iterable[tuple[date, str]]) -> Text:
    """Return committee terms as the Carry-over sheet has them."""
    held = tuple(held)
    return Text(
        *(
            ", ".join(f"{m}:{word_text(POSTS, post).to(lang)}" for m, post in held)
            for lang in ("en", "zh")
        )
    )


def wish_rows(problem: Problem, wishes: Iterable[WishResult], lang: str) -> list[list[object]]:
    """Return the rows of the Wishes sheet, one a wish and day."""
    yes, no = (word.to(lang) for word in YES_NO)
    return [
        [
            w.request.staff,
            problem.employees[w.e].name,
            w.request.day,
            want_text(w.request).to(lang),
            w.weight,
            (OFF.text if w.code is None else same(w.code)).to(lang),
            yes if w.met else no,
            w.against.to(lang) or None,
        ]
        for w in wishes
    ]


def audit_rows(audit: Audit, lang: str) -> list[list[object]]:
    """Return the rows of the Audit sheet; one row says so where nothing was found."""
    if not audit.violations:
        return [[NO_VIOLATIONS.to(lang)] + [None] * 7]
    return [
        [
            v.rule,
            LEVEL_WORDS[v.level].to(lang),
            ", ".join(v.who) or None,
            _dates(v.when),
            v.amount,
            UNITS[v.unit].to(lang) if v.unit in UNITS else v.unit,
            audit.say(v, lang),
            audit.rules[v.rule].source(lang),
        ]
        for v in audit.violations
    ]


def _dates(when: Iterable[date]) -> date | str | None:
    """Return one date as a date, a span as ``first..last``, others as a list."""
    days = sorted(set(when))
    if len(days) < 2:
        return days[0] if days else None
    if (days[-1] - days[0]).days + 1 == len(days):
        return f"{days[0]}..{days[-1]}"
    return ", ".join(map(str, days))


def ledger_rows(audit: Audit, lang: str) -> list[list[object]]:
    """Return the rows of the Ledger sheet; their points sum to the objective."""
    return [
        [
            line.rule,
            UNITS[line.unit].to(lang) if line.unit in UNITS else line.unit,
            line.amount,
            line.weight,
            line.points,
        ]
        for line in audit.ledger
    ]


def duty_rows(
    audit: Audit, leads: Iterable[LeadWeek], handover: int | None, lang: str
) -> list[list[object]]:
    """Return the rows of the Duties sheet: tasks, meetings, and hand-overs of the lead."""
    roster, problem = audit.roster, audit.roster.problem
    out = [
        [
            problem.date_of(d),
            _task_name(task, lang),
            ", ".join(called(problem, e) for e in people) or None,
        ]
        for d, task, people in assigned(roster)
    ]
    if "meetings" in audit.rules and audit.rules["meetings"].level is not Level.OFF:
        for meeting, name, able in audit.rules["meetings"].held(roster):
            away = [e for e in meeting.attendees if e not in able]
            who = Text(
                f"{len(able)} of {len(meeting.attendees)} can come",
                f"{len(meeting.attendees)} 人中 {len(able)} 人可参加",
            ).to(lang)
            if away:
                who += Text(", not: ", "；不能参加：").to(lang)
                who += ", ".join(called(problem, e) for e in away)
            out.append([problem.date_of(meeting.d), name.to(lang), who])
    for week in leads:
        if week.lead is None or week.handover is None:
            continue
        if not 0 <= week.handover < problem.n_days:
            continue  # another month's file has it
        at = "" if handover is None else f" {clock_text(handover)}"
        task = Text("hand-over of the lead", "轮值交接").to(lang) + at
        both = [called(problem, e) for e in (week.lead, week.next_lead) if e is not None]
        out.append([problem.date_of(week.handover), task, ", ".join(both)])
    return sorted(out, key=lambda row: row[0])


def _task_name(task: Task, lang: str) -> str:
    """Return a task with the post that answers for it."""
    if not task.post:
        return task.name
    post = word_text(TASK_POSTS, task.post).to(lang)
    return f"{task.name}（{post}）" if lang == "zh" else f"{task.name} ({post})"


def summary_rows(
    audit: Audit,
    outcome: Outcome | None,
    lang: str,
    *,
    program: str,
    notes: Iterable[Text] = (),
) -> tuple[list[list[object]], list[str]]:
    """Return the rows of the Summary sheet and what each row is, for its look.

    The second list holds ``alarm`` for what must be seen, ``rule`` for rules, else ``""``.
    """
    rules, problem = audit.rules, audit.roster.problem
    zh = lang == "zh"
    rows: list[list[object]] = []
    kinds: list[str] = []

    def add(en: str, item_zh: str, value: object, kind: str = "") -> None:
        rows.append([item_zh if zh else en, value])
        kinds.append(kind)

    taken = overrides_text(audit)
    add(
        "overrides",
        "特批（法定规则未执行）",
        NONE.to(lang) if taken is None else taken.to(lang),
        "alarm" if taken else "",
    )
    if outcome is not None:
        status = _STATUS[outcome.status.value].to(lang)
        if outcome.interrupted:
            status += "；已中断" if zh else "; interrupted"
        add("status", "状态", status)
    else:
        add("status", "状态", "已检查（非求解）" if zh else "audited, not solved")
    add("objective", "目标值（扣分）", audit.points)
    if outcome is not None:
        bound = outcome.bound
        add("bound", "下界", round(bound, 2) if bound is not None else NONE.to(lang))
        gap = outcome.gap
        add(
            "gap",
            "差距",
            round(gap, 6) if gap is not None else NONE.to(lang),
            "percent" if gap is not None else "",
        )
        add("seconds", "用时（秒）", round(outcome.seconds, 1))
        add("seed", "随机种子", outcome.seed)
    add("shortage", "缺员（人次）", audit.shortage, "alarm" if audit.shortage else "")
    if outcome is not None and audit.shortage:
        proven = outcome.shortage_proven
        words = Text("yes" if proven else "no", "是" if proven else "否")
        add("shortage proven least", "已证明缺员最少", words.to(lang))
    broken = len(audit.broken)
    add("other hard rules broken", "其他硬规则违反（处）", broken, "alarm" if broken else "")
    add("advisory findings", "提示（处）", len(audit.at(Level.ADVISORY)))
    add("first day", "开始日期", problem.start)
    add("last day", "结束日期", problem.end)
    add("people", "人数", len(problem.employees))
    add("program version", "程序版本", program)
    add("rulebook", "制度", rules.rulebook)
    for text in notes:
        add("note", "说明", text.to(lang))
    for rule in rules:
        rows.append([rule.id, rule_in_force(rule, lang)])
        kinds.append("rule" if rule.level is not Level.OFF else "off")
    return rows, kinds


def rule_in_force(rule: Rule, lang: str) -> str:
    """Return level, weight and parameters of a rule as one line."""
    parts = [LEVEL_WORDS[rule.level].to(lang)]
    if rule.level is not Level.OFF:
        if rule.level is Level.SOFT:
            parts.append(f"weight={rule.weight}")
        parts += [f"{name}={value}" for name, value in rule.shown().items()]
    return f"{rule.title.to(lang)}: " + "; ".join(parts)


def write_tables(
    sheets: Mapping[str, Worksheet],
    stylist: Stylist,
    audit: Audit,
    outcome: Outcome | None,
    leads: Sequence[LeadWeek],
    lang: str,
    *,
    program: str,
    notes: Iterable[Text] = (),
    wishes: Sequence[WishResult] = (),
) -> None:
    """Write every result sheet but the Roster.

    Parameters
    ----------
    sheets : mapping of str to Worksheet
        Empty sheets by layout key.
    stylist : Stylist
    audit : Audit
    outcome : Outcome or None
        None for a roster that was not solved but typed or changed by hand.
    leads : sequence of LeadWeek
    lang : str
    program : str
        Name and version.
    notes : iterable of Text
        For the Summary.
    wishes : sequence of WishResult
        For the Wishes sheet.
    """
    problem = audit.roster.problem
    handover = None
    if "lead_handover" in audit.rules:
        handover = getattr(audit.rules["lead_handover"], "time", (None,))[0]

    def lay(key: str, rows: list, looks: Mapping | None = None, keep: int = 0) -> None:
        table(sheets[key], stylist, key, rows, lang, looks=looks, keep=keep, program=program)

    lay("leads", lead_rows(audit.roster, leads, handover))
    rows = coverage_rows(audit, lang)
    short = [c.key for c in SHEETS["coverage"].columns].index("short")
    looks = {
        r: {
            **(_ALARM if row[short] else {}),
            **({"top": f"thin:{style.STRONG}"} if r and rows[r - 1][0] != row[0] else {}),
        }
        for r, row in enumerate(rows)
    }
    lay("coverage", rows, looks)
    lay("fairness", fairness_rows(audit), keep=2)
    for c, column in enumerate(SHEETS["fairness"].columns, 1):
        if column.key in _PAY_CLASS_NOTES:
            text = _PAY_CLASS_NOTES[column.key].format(normal=normal_minutes(audit) // 60)
            style.note(sheets["fairness"].cell(1, c), [text.to(lang)])
    rows = audit_rows(audit, lang)
    tint = {
        Level.HARD: {"fill": style.ALARM_FILL},
        Level.ADVISORY: {"fill": style.CAUTION_FILL},
        Level.SOFT: None,
    }
    lay("audit", rows, {r: tint[v.level] for r, v in enumerate(audit.violations)})
    lay("ledger", ledger_rows(audit, lang))
    lay("duties", duty_rows(audit, leads, handover, lang))
    if "wishes" in sheets:
        looks = {
            r: None if w.met else {"fill": style.CAUTION_FILL} for r, w in enumerate(wishes)
        }
        lay("wishes", wish_rows(problem, wishes, lang), looks, keep=2)
    if "carried_in" in sheets:
        lay("carried_in", carried_rows(problem, lang))
    if "year" in sheets:
        write_year(sheets["year"], stylist, audit.rules, audit.roster, lang, program)
    if "handover" in sheets:
        write_handover(
            sheets["handover"], stylist, audit.roster, leads, handover, lang, program
        )
    if "desk_plan" in sheets:
        write_desk_plan(sheets["desk_plan"], stylist, problem, lang, program)
    rows, kinds = summary_rows(audit, outcome, lang, program=program, notes=notes)
    looks = {"alarm": _ALARM, "off": {"colour": style.MUTED}, "percent": {"form": "0.0%"}}
    lay("summary", rows, {r: looks.get(kind) for r, kind in enumerate(kinds)})
