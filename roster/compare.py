"""Two rosters side by side: which is better, for whom, by which rule, and in what they differ.

Every number is from the two audits, or a count of the rosters as on the Fairness sheet. Each
roster is judged by the rules and the demand of its own file. Where those differ, points say
little about each other, so B is judged by A's rules and demand too, where it can be, and the
verdict and the tables are then about that.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from roster.audit import Audit, AuditDiff, audit, diff, rank
from roster.errors import InputError, Issue
from roster.plan import Roster
from roster.problem import Employee, Leave, Problem, Status
from roster.rule import Level, Rule, RuleSet, show_level
from roster.under import under
from roster.words import Text, days_text, joined, same
from roster.workbook.counts import duty_counts
from roster.workbook.layout import LEAVE_KINDS, OFF, SHEETS, word_text

COUNTS = ("hours", "nights", "weekends", "holidays")
"""What is counted per person, by the keys of the Fairness sheet."""

_NAMED = 8


@dataclass(frozen=True)
class CellChange:
    """A day on which a person has another duty; None is a day off."""

    staff: str
    day: date
    a: str | None
    b: str | None


@dataclass(frozen=True)
class Score:
    """What one roster has under one rule, or one person has under all.

    Attributes
    ----------
    hard, advisory : int
        Findings.
    points : int
    """

    hard: int = 0
    advisory: int = 0
    points: int = 0

    @property
    def rank(self) -> tuple[int, int, int]:
        """Smaller is better."""
        return self.hard, self.points, self.advisory


@dataclass(frozen=True)
class RuleChange:
    """A rule and what each roster has under it."""

    rule: str
    a: Score
    b: Score

    @property
    def sign(self) -> int:
        """1 when B is better, -1 when A is, 0 when they are equal."""
        return (self.a.rank > self.b.rank) - (self.a.rank < self.b.rank)


@dataclass(frozen=True)
class PersonChange:
    """A person and what each roster means for them.

    Attributes
    ----------
    staff, name : str
    cells : int
        Days that differ.
    a, b : Score or None
        Findings that name the person; None where they are not on the list. A finding that
        names several people counts for each of them.
    counted_a, counted_b : mapping of str to number, or None
        `COUNTS`.
    rules : tuple of RuleChange
        Rules under which the two differ for the person.
    """

    staff: str
    name: str
    cells: int
    a: Score | None
    b: Score | None
    counted_a: Mapping[str, float] | None
    counted_b: Mapping[str, float] | None
    rules: tuple[RuleChange, ...]

    @property
    def differs(self) -> bool:
        """Anything differs for the person."""
        return bool(self.cells or self.rules or self.counted_a != self.counted_b)


@dataclass(frozen=True)
class Comparison:
    """Two rosters side by side.

    Attributes
    ----------
    a, b : Audit
        Each by the rules and the demand of its own file.
    b_by_a : Audit or None
        B by the rules and the demand of A; None where they are the same, or it cannot be.
    measure : tuple of Text
        What of rules and demand differs; empty when both are measured alike.
    inputs : tuple of Text
        What else of the input differs.
    cannot : Text or None
        Why B could not be judged by A's rules.
    """

    a: Audit
    b: Audit
    b_by_a: Audit | None = None
    measure: tuple[Text, ...] = ()
    inputs: tuple[Text, ...] = ()
    cannot: Text | None = None

    @property
    def second(self) -> Audit:
        """B as it is compared with A."""
        return self.b if self.b_by_a is None else self.b_by_a

    @property
    def comparable(self) -> bool:
        """Points of A and `second` can be compared."""
        return not self.measure or self.b_by_a is not None

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days that both have."""
        there = set(self.b.roster.problem.days)
        return tuple(day for day in self.a.roster.problem.days if day in there)

    @property
    def same_days(self) -> bool:
        """Both are about the same days."""
        return self.a.roster.problem.days == self.b.roster.problem.days

    @cached_property
    def cells(self) -> tuple[CellChange, ...]:
        """Duties that differ, of people and days that both have, by person and day."""
        first, second = self.a.roster, self.b.roster
        p, q = first.problem, second.problem
        out = []
        for e, person in enumerate(p.employees):
            f = q.employee_index.get(person.id)
            for day in self.days if f is not None else ():
                mine = first.code(e, p.index_of(day))
                theirs = second.code(f, q.index_of(day))
                if mine != theirs:
                    out.append(CellChange(person.id, day, mine, theirs))
        return tuple(out)

    @cached_property
    def rules(self) -> tuple[RuleChange, ...]:
        """Rules under which either roster has findings: hard ones, then the largest change."""
        mine, theirs = (_scores(x, lambda v: (v.rule,)) for x in (self.a, self.second))
        order = [r.id for r in self.a.rules]
        order += [r.id for r in self.b.rules if r.id not in order]
        made = (RuleChange(i, mine[i], theirs[i]) for i in order if i in mine or i in theirs)

        def order_of(r: RuleChange) -> tuple[bool, int, int]:
            hard = r.a.hard or r.b.hard
            return not hard, -abs(r.b.hard - r.a.hard), -abs(r.b.points - r.a.points)

        return tuple(sorted(made, key=order_of))

    @cached_property
    def people(self) -> tuple[PersonChange, ...]:
        """Everybody on either list, in the order of A, then those only in B."""
        first, second = self.a, self.second
        people: dict[str, Employee] = {}
        for x in (first, second):
            for person in x.roster.problem.employees:
                people.setdefault(person.id, person)
        changed = Counter(c.staff for c in self.cells)
        mine, theirs = (_scores(x, lambda v: v.who) for x in (first, second))
        by_rule = [
            _scores(x, lambda v: ((staff, v.rule) for staff in v.who)) for x in (first, second)
        ]
        counted = [_counted(x) for x in (first, second)]
        out = []
        for staff, person in people.items():
            ids = dict.fromkeys(rule for x in by_rule for i, rule in x if i == staff)
            rules = (RuleChange(i, *(x[staff, i] for x in by_rule)) for i in ids)
            there = [staff in c for c in counted]
            out.append(
                PersonChange(
                    staff,
                    person.name,
                    changed[staff],
                    mine[staff] if there[0] else None,
                    theirs[staff] if there[1] else None,
                    counted[0].get(staff),
                    counted[1].get(staff),
                    tuple(r for r in rules if r.sign) if all(there) else (),
                )
            )
        return tuple(out)

    @cached_property
    def news(self) -> AuditDiff:
        """What B breaks and A does not, and the reverse; soft findings included."""
        return diff(self.a, self.second)

    @property
    def better(self) -> str | None:
        """``a`` or ``b``; ``same`` for neither; None where it cannot be said."""
        if not self.same_days or not self.comparable:
            return None
        mine, theirs = rank(self.a), rank(self.second)
        return "same" if mine == theirs else "a" if mine < theirs else "b"

    @property
    def because(self) -> str | None:
        """``hard``, ``shortage`` or ``points``: what decides; None where nothing does."""
        if self.better in (None, "same"):
            return None
        pairs = zip(("hard", "shortage", "points"), rank(self.a), rank(self.second))
        return next(what for what, mine, theirs in pairs if mine != theirs)

    @property
    def verdict(self) -> Text:
        """Which is better and why, in one line."""
        if not self.same_days:
            days = days_text(self.days)
            return Text(
                f"no verdict: the two cover different days; the {len(self.days)} that both "
                f"have ({days.en}) are compared duty by duty",
                f"无法判定优劣：两份班表的日期不同；共同的 {len(self.days)} 天（{days.zh}）"
                "逐班对比",
            )
        if not self.comparable:
            return Text(
                "no verdict: rules or demand differ, so the points do not compare",
                "无法判定优劣：规则或需求不同，扣分不可比",
            )
        if not self.cells and rank(self.a) == rank(self.second):
            out = Text("the same duties, the same points", "两份班表的班次与扣分相同")
        else:
            (x, s, p), (y, t, q) = rank(self.a), rank(self.second)
            parts = [
                _against(Text("hard rules broken", "违反硬规则"), "处", x, y),
                _against(Text("people short", "缺员"), "人次", s, t),
                _against(Text("points", "扣分"), "分", p, q),
            ]
            # What comes after the first difference does not count; but people short are
            # hard rules broken too, in a way, and stand beside them.
            decided = next(
                (i for i, z in enumerate(((x, y), (s, t), (p, q))) if z[0] != z[1]), 2
            )
            parts = parts[: max(decided, 1) + 1]
            head = {
                "a": Text("A is better", "A 更好"),
                "b": Text("B is better", "B 更好"),
                "same": Text("neither is better", "两份一样好"),
            }[self.better]
            why = joined(parts, ", ", "，")
            out = Text(f"{head.en}: {why.en}", f"{head.zh}：{why.zh}")
        if self.measure:
            out = Text(f"by A's rules and demand, {out.en}", f"按 A 的规则和需求，{out.zh}")
        if self.inputs:
            out = Text(
                f"{out.en}; the input differs too, see there",
                f"{out.zh}；两份的输入也有差异，见下",
            )
        return out


def _against(what: Text, unit: str, mine: int, theirs: int) -> Text:
    """Return a number of both: once where it is the same."""
    if mine == theirs:
        return Text(f"{what.en} {mine} in both", f"{what.zh}均为 {mine} {unit}")
    return Text(
        f"{what.en} {mine} in A, {theirs} in B",
        f"{what.zh} A {mine} {unit}、B {theirs} {unit}",
    )


def compare(a: Audit, b: Audit) -> Comparison:
    """Compare two audited rosters.

    Parameters
    ----------
    a, b : Audit
        Each of its own file; they need not be about the same people, days, rules or demand.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        When they have no day in common.
    """
    p, q = a.roster.problem, b.roster.problem
    if p.end < q.start or q.end < p.start:
        raise InputError(
            Issue(
                what=Text("the two rosters have no day in common", "两份班表没有共同的日期"),
                found=f"{p.start}..{p.end}, {q.start}..{q.end}",
                expected=Text("rosters of the same month", "同一个月的班表"),
                hint=Text("look at month on the Settings sheet", "请检查《设置》表的月份"),
            )
        )
    measure = (*_rules_differ(a.rules, b.rules), *_demand_differs(p, q))
    b_by_a, cannot = None, None
    if measure:
        b_by_a, cannot = _by_rules_of(a, b)
    return Comparison(a, b, b_by_a, measure, tuple(_inputs_differ(p, q)), cannot)


def _by_rules_of(a: Audit, b: Audit) -> tuple[Audit | None, Text | None]:
    """Judge B by the rules, shifts, demand and calendar of A; or say why it cannot be."""
    p, roster = a.roster.problem, b.roster
    used = {code for row in roster.cells for code in row} - {None}
    if unknown := sorted(used - set(p.shift_by_code)):
        codes = ", ".join(unknown)
        return None, Text(
            f"B has shifts that A does not know: {codes}", f"B 中有 A 没有的班次：{codes}"
        )
    taken = {"demand": p.demand, "shifts": p.shifts, "calendar": p.calendar, "tasks": p.tasks}
    problem = under(replace(roster.problem, **taken), a.rules)
    for rule in a.rules.checked:
        for flaw in rule.flaws(problem):
            return None, Text(f"{rule.id}: {flaw.what.en}", f"{rule.id}：{flaw.what.zh}")
    posts = tuple(x for x in roster.posts if x[1] in problem.posts)
    return audit(Roster(problem, roster.cells, posts), a.rules), None


def _scores(found: Audit, keys: Callable[[Any], Iterable[Any]]) -> dict[Any, Score]:
    """Sum the findings by key; a finding may have several."""
    counts: dict[Any, list[int]] = {}
    for v in found.violations:
        for key in keys(v):
            count = counts.setdefault(key, [0, 0, 0])
            count[0] += v.level is Level.HARD
            count[1] += v.level is Level.ADVISORY
            count[2] += v.points
    return _Scores({k: Score(*c) for k, c in counts.items()})


class _Scores(dict):
    """Scores by key; nothing found for a key that is not there."""

    def __missing__(self, key: object) -> Score:
        return Score()


def _counted(found: Audit) -> dict[str, dict[str, float]]:
    people = found.roster.problem.employees
    return {
        person.id: {key: row[key] for key in COUNTS}
        for person, row in zip(people, duty_counts(found))
    }


def totals(found: Comparison) -> list[tuple[str, Text, tuple[float, ...]]]:
    """Return what each roster has in all: key, name, and A, B, B by A's rules if so judged."""
    audits = [found.a, found.b, *([] if found.b_by_a is None else [found.b_by_a])]
    counted = [_counted(x) for x in audits]
    fairness = SHEETS["fairness"]

    def every(number: Callable[[Audit], float]) -> tuple[float, ...]:
        return tuple(map(number, audits))

    out = [
        ("hard", Text("hard rules broken", "违反硬规则（处）"), every(lambda x: len(x.broken))),
        ("shortage", Text("people short", "缺员（人次）"), every(lambda x: x.shortage)),
        ("points", Text("points", "扣分"), every(lambda x: x.points)),
        (
            "advisory",
            Text("advisory findings", "提示（处）"),
            every(lambda x: len(x.at(Level.ADVISORY))),
        ),
    ]
    for key in COUNTS:
        sums = (round(sum(row[key] for row in people.values()), 2) for people in counted)
        out.append(
            (key, fairness.column(key).text, tuple(int(x) if x % 1 == 0 else x for x in sums))
        )
    return out


def judged_text(found: Comparison) -> Text:
    """Return by which rules each roster was judged."""
    if not found.measure:
        return Text(
            "both are judged by the same rules and demand", "两份按相同的规则和需求检查"
        )
    own = Text(
        "each is judged by its own rules and demand; their points do not compare directly",
        "各按自己的规则和需求检查，扣分不能直接比较",
    )
    if found.cannot is not None:
        return Text(
            f"{own.en}; B cannot be judged by A's: {found.cannot.en}",
            f"{own.zh}；B 无法按 A 的规则检查：{found.cannot.zh}",
        )
    return Text(
        f"{own.en}; the verdict, rules and people below have B by A's rules and demand",
        f"{own.zh}；结论和以下各表中，B 按 A 的规则和需求检查",
    )


# --- what differs in the input ---------------------------------------------------------------


def _rules_differ(a: RuleSet, b: RuleSet) -> Iterable[Text]:
    for rule in a:
        if rule.id in b and not rule.judges and rule != b[rule.id]:
            mine, theirs = _settings(rule), _settings(b[rule.id])
            keys = [k for k in mine if mine[k] != theirs.get(k)]
            parts = [
                Text(
                    f"{k} {mine[k].en} in A, {theirs[k].en} in B",
                    f"{k} A {mine[k].zh}，B {theirs[k].zh}",
                )
                for k in keys
            ]
            if parts:
                said = joined(parts)
                yield Text(f"{rule.id}: {said.en}", f"{rule.id}：{said.zh}")


def _settings(rule: Rule) -> dict[str, Text]:
    """Return level and parameters of a rule as people read them."""
    if rule.level is Level.OFF:
        return {"level": show_level(rule), **dict.fromkeys(rule.shown(), same("–"))}
    return {"level": show_level(rule), **{k: same(v) for k, v in rule.shown().items()}}


def _demand_differs(p: Problem, q: Problem) -> Iterable[Text]:
    yield from _records_differ("demand", p.demand, q.demand)
    yield from _records_differ("shifts", p.shifts, q.shifts, lambda s: s.code)
    yield from _records_differ("tasks", p.tasks, q.tasks, lambda t: t.name)
    if p.calendar != q.calendar:
        common = [d for d in p.days if d in set(q.days)]
        if any(p.calendar.kind(d) is not q.calendar.kind(d) for d in common):
            title = SHEETS["calendar"].text
            yield Text(f"{title.en} differs", f"《{title.zh}》不同")


def _records_differ(
    sheet: str,
    mine: Iterable[Any],
    theirs: Iterable[Any],
    name: Callable[[Any], str] | None = None,
) -> Iterable[Text]:
    """Say which records of a sheet only one file has; by cell where they have no name."""
    plain = [
        {(replace(x, cell="") if hasattr(x, "cell") else x): x for x in xs}
        for xs in (mine, theirs)
    ]
    name = name or (lambda x: x.cell.rpartition("!")[2])
    title = SHEETS[sheet].text
    for label, here, there in (("A", *plain), ("B", *plain[::-1])):
        only = list(dict.fromkeys(name(x) for key, x in here.items() if key not in there))
        if only:
            names = ", ".join(only[:_NAMED]) + (" …" if len(only) > _NAMED else "")
            yield Text(
                f"{title.en}, {len(only)} only in {label}: {names}",
                f"《{title.zh}》仅 {label} 有 {len(only)} 项：{names}",
            )


def _inputs_differ(p: Problem, q: Problem) -> Iterable[Text]:
    """Yield what differs beside rules and demand."""
    for label, mine, theirs in (("A", p, q), ("B", q, p)):
        only = sorted(set(mine.days) - set(theirs.days))
        if only:
            days = days_text(only)
            yield Text(f"days only in {label}: {days.en}", f"仅 {label} 有的日期：{days.zh}")
        people = [x for x in mine.employees if x.id not in theirs.employee_index]
        if people:
            names = ", ".join(f"{x.id} {x.name}".strip() for x in people)
            yield Text(f"people only in {label}: {names}", f"仅 {label} 有的人员：{names}")
    common = [i for i in p.employee_index if i in q.employee_index]
    for staff in common:
        x, y = p.employees[p.employee_index[staff]], q.employees[q.employee_index[staff]]
        columns = [_column(f.name) for f in dataclasses.fields(Employee)
                   if getattr(x, f.name) != getattr(y, f.name)]  # fmt: skip
        if columns:
            what = joined(columns, ", ", "、")
            title = SHEETS["staff"].text
            yield Text(f"{title.en}, {staff}: {what.en}", f"《{title.zh}》{staff}：{what.zh}")
    if common != [i for i in q.employee_index if i in p.employee_index]:
        yield Text("the order of the list differs", "人员顺序不同")
    yield from _leave_differs(p, q)
    yield from _records_differ("requests", p.requests, q.requests)
    yield from _records_differ("fixed", p.fixed, q.fixed)
    if p.start == q.start:
        for key, mine, theirs in (
            ("history", p.history, q.history),
            ("carry_over", p.carry_over, q.carry_over),
        ):
            if mine != theirs:
                title = SHEETS[key].text
                yield Text(
                    f"{title.en} or what comes from last month differs",
                    f"《{title.zh}》或取自上月的内容不同",
                )


def _column(name: str) -> Text:
    """Return the header of the Staff column that a field is read from."""
    key = {"min_minutes": "min_hours", "max_minutes": "max_hours"}.get(name, name)
    columns = SHEETS["staff"].by_key
    return columns[key].text if key in columns else same(name)


def _leave_differs(p: Problem, q: Problem) -> Iterable[Text]:
    """Name approved leave that only one file has."""

    def approved(problem: Problem) -> dict[tuple, Leave]:
        return {
            (x.staff, x.first, x.last, x.kind): x
            for x in problem.leaves
            if x.status is Status.APPROVED
            and x.last >= problem.start
            and x.first <= problem.end
        }

    mine, theirs = approved(p), approved(q)
    for label, here, there in (("A", mine, theirs), ("B", theirs, mine)):
        only = []
        for key, x in here.items():
            if key not in there:
                days, kind = days_text((x.first, x.last)), word_text(LEAVE_KINDS, x.kind.value)
                only.append(
                    Text(f"{x.staff} {days.en} {kind.en}", f"{x.staff} {days.zh}{kind.zh}")
                )
        if only:
            said = joined(only[:_NAMED], ", ", "、")
            more = " …" if len(only) > _NAMED else ""
            yield Text(
                f"leave only in {label}: {said.en}{more}",
                f"仅 {label} 有的请假：{said.zh}{more}",
            )


def cell_text(change: CellChange, lang: str) -> str:
    """Return a duty that differs as ``D→N``, ``D→off``."""
    off = OFF.to(lang)
    return f"{change.a or off}→{change.b or off}"


__all__ = [
    "COUNTS",
    "CellChange",
    "Comparison",
    "PersonChange",
    "RuleChange",
    "Score",
    "cell_text",
    "compare",
    "judged_text",
    "totals",
]
