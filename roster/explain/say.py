"""Sentences for the clauses of a conflict.

Facts of the input (leave, fixed duties, employment, qualification) are named as they stand
in the workbook, with their cell. What a rule asks is said by its `Rule.asks`, one template a
verb; clauses that differ in their days or their people only are one sentence. Fields of a
template: ``who``, ``when``, ``weeks``, ``limit`` (hours where the rule counts minutes),
``codes``, ``first`` and ``second`` (of a pair), ``reach`` (how many people could count),
``what`` (the Demand row), ``posts``, ``hours`` (of a parameter in minutes), and the rule's
parameters.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from roster.committees import post_text
from roster.explain.clauses import Clause
from roster.explain.linear import Totals
from roster.model import Fact
from roster.problem import Demand, Grade, LeaveKind, Problem
from roster.rule import RuleSet, unit_text
from roster.words import Text, day_text, hours_text, joined, same

_MANY = 8
"""More people than this are counted, not named."""
_SORTS = 3
"""More different limits than this are not added up one by one."""
_LEAVE = {
    LeaveKind.PERSONAL: Text("personal", "事"),
    LeaveKind.SPECIAL: Text("special", "特殊事"),
    LeaveKind.SICK: Text("sick", "病"),
    LeaveKind.ANNUAL: Text("annual", "年"),
    LeaveKind.OFFICIAL: Text("official", "公"),
}
GRADES = {
    Grade.JUNIOR: Text("junior", "初级"),
    Grade.INTERMEDIATE: Text("intermediate", "中级"),
    Grade.SENIOR: Text("senior", "高级"),
}
_FIXED = Text("sheet Fixed", "《固定》表")
Where = Mapping[str, Mapping[Any, str]]


@dataclass(frozen=True)
class Line:
    """One sentence of a conflict.

    Attributes
    ----------
    rule : str
    who : tuple of str
        Staff ids.
    when : tuple of date
    message, source : Text
    cell : str
        Where it stands, as ``Leave!A5``; empty when nowhere.
    """

    rule: str
    who: tuple[str, ...]
    when: tuple[date, ...]
    message: Text
    source: Text
    cell: str = ""


def dates_text(days: Iterable[date]) -> Text:
    """Return days as runs: ``Thu 24 Dec``, ``Mon 7 Dec to Wed 9 Dec, Fri 11 Dec``."""
    days = sorted(set(days))
    runs: list[list[date]] = []
    for x in days:
        if runs and (x - runs[-1][-1]).days == 1:
            runs[-1].append(x)
        else:
            runs.append([x])
    texts = []
    for run in runs:
        first, last = day_text(run[0]), day_text(run[-1])
        if len(run) == 1:
            texts.append(first)
        else:
            texts.append(Text(f"{first.en} to {last.en}", f"{first.zh}至{last.zh}"))
    if len(texts) > 4:
        first, last = day_text(days[0]), day_text(days[-1])
        n = len(days)
        return Text(f"{n} days from {first.en} to {last.en}", f"{first.zh}至{last.zh}共 {n} 天")
    return joined(texts, ", ", "、")


def people_text(ids: Iterable[str]) -> Text:
    """Return staff ids, or how many there are."""
    ids = list(ids)
    if len(ids) > _MANY:
        shown = ", ".join(ids[:3])
        return Text(f"{len(ids)} people ({shown}, …)", f"{len(ids)} 人（{shown}……）")
    return Text(", ".join(ids), "、".join(ids))


class Speaker:
    """Puts the clauses of one conflict into words.

    Parameters
    ----------
    problem : Problem
    rules : RuleSet
    where : mapping
        Cells of records, as `Loaded.addresses`.
    """

    def __init__(self, problem: Problem, rules: RuleSet, where: Where) -> None:
        self.problem, self.rules, self.where = problem, rules, where

    def lines(self, clauses: Iterable[Clause]) -> tuple[Line, ...]:
        """Return the sentences of a conflict: what is asked first, facts of the input last."""
        clauses = list(dict.fromkeys(clauses))
        asked = frozenset().union(
            *(c.codes for c in clauses if c.verb == "at_least" and len(c.who) > 1)
        ) - {None}
        rest = [c for c in clauses if c.rule not in ("availability", "eligibility")]
        out = [
            *self._rules(rest),
            *self._eligibility([c for c in clauses if c.rule == "eligibility"], asked),
            *self._availability(
                [
                    (f.e, f.d, f.codes == frozenset(self.problem.shift_by_code))
                    for c in clauses
                    if c.rule == "availability"
                    for _, f in c.terms[:1]
                ]
            ),
            *self._availability(self._absent(clauses)),
        ]
        # Clauses that differ in what the sentence leaves out say the same.
        return tuple({(x.rule, x.message, x.cell): x for x in out}.values())

    def _line(
        self, rule: str, who: Iterable[int], days: Iterable[int], message: Text, cell: str = ""
    ) -> Line:
        made = self.rules[rule]
        return Line(
            rule,
            tuple(self.problem.employees[e].id for e in sorted(set(who))),
            tuple(self.problem.date_of(d) for d in sorted(set(days))),
            message,
            Text(made.source("en"), made.source("zh")),
            cell,
        )

    def totals(self, found: Iterable[Totals]) -> Iterator[Line]:
        """Say how much is needed and how much is possible, once of what is alike.

        Where only what is needed differs, from the least to the most of it.
        """
        alike: dict[tuple, list[Totals]] = defaultdict(list)
        for totals in found:
            limits = zip(totals.limits, totals.each)
            said = tuple((c.rule, c.who, c.codes, n) for c, n in limits)
            alike[said].append(totals)
        for group in alike.values():
            yield self._total(group)

    def _total(self, group: list[Totals]) -> Line:
        first = group[0]
        rule = self.rules[first.limits[0].rule]
        who = frozenset().union(*(c.who for c in first.limits))
        codes = frozenset().union(*(c.codes for c in first.limits)) - {None}
        of = same("")
        if codes and codes != frozenset(self.problem.shift_by_code):
            of = Text(f" of {_codes(codes)}", f"（{_codes(codes)}）")

        def shown(n: int) -> str:
            return hours_text(n) if rule.unit == "minutes" else str(n)

        def unit(n: int) -> Text:
            return Text("h", "小时") if rule.unit == "minutes" else unit_text(rule.unit, n)

        possible = shown(first.possible)
        each = Counter(first.each)
        if len(each) <= _SORTS:
            parts = " + ".join(f"{k} × {shown(n)}" for n, k in sorted(each.items()))
            possible = f"{parts} = {possible}"
        if any(c.limit > n for c, n in zip(first.limits, first.each)):
            whole = Text(" in whole duties", "按整班计")
        else:
            whole = same("")
        asked = sorted({t.needed for t in group})
        needed = same(shown(asked[0]))
        if len(asked) > 1:
            needed = Text(
                f"{shown(asked[0])} to {shown(asked[-1])}",
                f"{shown(asked[0])} 至 {shown(asked[-1])}",
            )
        once = len(group) == 1
        n = len(who)
        these = Text(f"these {n} people", f"这 {n} 人")
        if n == 1:
            these = same(people_text(self.problem.employees[e].id for e in who).en)
        text = Text(
            f"{'in all' if once else 'each time'}: {needed.en} {unit(asked[-1]).en}{of.en} "
            f"needed of {these.en}, at most {possible} {unit(first.possible).en} "
            f"possible{whole.en}",
            f"{'合计' if once else '每处'}：{these.zh}需承担 {needed.zh} {unit(asked[-1]).zh}"
            f"{of.zh}，{whole.zh}最多只能承担 {possible} {unit(first.possible).zh}",
        )
        return self._line(rule.id, who, (), text)

    def staff_cell(self, e: int) -> str:
        """Return where a person stands."""
        return self.where.get("staff", {}).get(self.problem.employees[e].id, "")

    def rule_cell(self, rule: str) -> str:
        """Return where a rule is changed, empty when the sheet says nothing of it."""
        return self.where.get("rules", {}).get(rule, "")

    # --- facts of the input ---------------------------------------------------------------

    def _absent(self, clauses: list[Clause]) -> list[tuple[int, int, bool]]:
        """Return when those are away who could lead, where nobody can."""
        days = {d for c in clauses if c.rule == "lead_rotation" and not c.who for d in c.days}
        return [
            (e, d, True)
            for e, person in enumerate(self.problem.employees)
            for d in sorted(days)
            if person.rotation and 0 <= d < self.problem.n_days
            if self.problem.leave_on(e, d) is not None or not self.problem.employed(e, d)
        ]

    def _availability(self, places: Iterable[tuple[int, int, bool]]) -> Iterator[Line]:
        """Say who is away or fixed: person, day, and whether every shift is barred."""
        cells: dict[object, list[tuple[int, int]]] = defaultdict(list)
        for e, d, bars_all in places:
            leave, fixed = self.problem.leave_on(e, d), self.problem.fixed_by_cell.get((e, d))
            if not self.problem.employed(e, d) and bars_all:
                cells["employed", e].append((e, d))
            elif leave is not None and bars_all:
                cells["leave", e, leave.first, leave.last].append((e, d))
            elif fixed is not None:
                cells["fixed", e, fixed.shift].append((e, d))
            else:
                cells["other", e].append((e, d))
        for (kind, e, *_), places in cells.items():
            days = [d for _, d in places]
            who = self.problem.employees[e].id
            when = dates_text(self.problem.date_of(d) for d in days)
            cell = ""
            if kind == "leave":
                leave = self.problem.leave_on(e, days[0])
                cell, word = leave.cell, _LEAVE[leave.kind]
                span = dates_text((leave.first, leave.last))
                if leave.first != leave.last:
                    first, last = day_text(leave.first), day_text(leave.last)
                    span = Text(f"{first.en} to {last.en}", f"{first.zh}至{last.zh}")
                text = Text(
                    f"{who} is on approved {word.en} leave, {span.en}",
                    f"{who} {span.zh}已批准{word.zh}假",
                )
            elif kind == "fixed":
                fixed = self.problem.fixed_by_cell[e, days[0]]
                cell = fixed.cell
                text = Text(
                    f"{who} has {fixed.shift or 'off'} fixed on {when.en}",
                    f"{who} {when.zh}固定为 {fixed.shift or '休'}",
                )
            elif kind == "employed":
                cell = self.staff_cell(e)
                text = Text(f"{who} is not employed on {when.en}", f"{who} {when.zh}不在职")
            else:
                text = Text(f"{who} is not available on {when.en}", f"{who} {when.zh}不可上岗")
            line = self._line("availability", [e], days, text, cell)
            yield replace(line, source=_FIXED) if kind == "fixed" else line

    def lacks(self, e: int, code: str) -> tuple[Text, ...]:
        """Return what a person lacks for a shift."""
        p, shift = self.problem.employees[e], self.problem.shift_by_code[code]
        out = []
        if shift.job and shift.job.casefold() not in self.problem.open_jobs[e]:
            out.append(Text(f"job {shift.job}", f"工种 {shift.job}"))
        for skill in sorted(shift.skills - p.skills):
            out.append(Text(f"skill {skill}", f"技能 {skill}"))
        if shift.min_grade is not None and p.grade < shift.min_grade:
            word = GRADES[shift.min_grade]
            out.append(Text(f"grade {word.en}", f"{word.zh}"))
        return tuple(out)

    def _eligibility(self, clauses: list[Clause], asked: frozenset) -> Iterator[Line]:
        groups: dict[tuple, set[int]] = defaultdict(set)
        days: dict[tuple, set[int]] = defaultdict(set)
        for c in clauses:
            fact = c.terms[0][1]
            codes = (fact.codes & asked) or fact.codes
            lacks = joined(
                dict.fromkeys(x for code in sorted(codes) for x in self.lacks(fact.e, code)),
                ", ",
                "、",
            )
            key = tuple(sorted(codes)), lacks
            groups[key].add(fact.e)
            days[key].add(fact.d)
        for (codes, lacks), people in groups.items():
            who = people_text(self.problem.employees[e].id for e in sorted(people))
            what = ", ".join(codes)
            need = Text(f" ({lacks.en} missing)", f"（缺{lacks.zh}）") if lacks.en else lacks
            text = Text(
                f"{who.en} may not work {what}{need.en}",
                f"{who.zh} 不能上 {what} 班{need.zh}",
            )
            cell = self.staff_cell(min(people))
            yield self._line("eligibility", people, days[codes, lacks], text, cell)

    # --- what rules ask -------------------------------------------------------------------

    def _rules(self, clauses: list[Clause]) -> Iterator[Line]:
        """Merge clauses that differ in their days, then those that differ in their people."""
        by_days: dict[tuple, list[Clause]] = defaultdict(list)
        for c in clauses:
            by_days[self._key(c)].append(c)
        merged: dict[tuple, list[list[Clause]]] = defaultdict(list)
        for (rule, verb, limit, what, who), group in by_days.items():
            team = who if verb != "at_least" or len(who) > 1 else None
            days = frozenset().union(*(c.when for c in group))
            said = self.rules[rule].asks.get(verb)
            if said is not None and "{when}" not in said.en:
                days = None  # the sentence does not name them
            alike = (rule, verb, limit, what, days) if len(who) == 1 else (group[0], team)
            merged[alike].append(group)
        for groups in merged.values():
            every = list(itertools.chain.from_iterable(groups))
            yield self._say(every)

    def _key(self, c: Clause) -> tuple:
        row = self.row(c)
        what = row.key if row is not None else self._pair(c)
        if c.seats and c.verb == "at_least":
            what = tuple(sorted({s.post for s in c.seats}))
        who = c.who if row is None or c.rule != "cover" else frozenset()
        return c.rule, c.verb, c.limit, what, who

    def row(self, c: Clause) -> Demand | None:
        """Return the Demand row of a clause of cover."""
        if c.rule != "cover" or not c.terms:
            return None
        (d,) = c.when or {0}
        held = {(t.e, t.codes) for _, t in c.terms}
        for row in self.problem.demand_on[d]:
            counting = enumerate(self.problem.counting(row))
            if row.min == c.limit and {(e, codes) for e, codes in counting if codes} == held:
                return row
        return None

    def _pair(self, c: Clause) -> tuple:
        if c.verb == "forbid" and 2 <= len(c.terms):
            ends = c.terms[0][1], c.terms[-1][1]
            if all(isinstance(t, Fact) for t in ends):
                return tuple(t.codes for t in ends)
        return (c.codes,)

    def _say(self, clauses: list[Clause]) -> Line:
        first = clauses[0]
        rule, problem = self.rules[first.rule], self.problem
        who = frozenset().union(*(c.who for c in clauses))
        days = frozenset().union(*(c.when for c in clauses))
        if first.verb == "never":
            days = frozenset(d for d in days if 0 <= d < problem.n_days)
        mondays = sorted({s.monday for c in clauses for s in c.seats})
        limit: object = first.limit
        if rule.unit == "minutes" and first.verb != "forbid":
            limit = hours_text(first.limit)
        shown = rule.shown()
        hours = next(
            (hours_text(getattr(rule, n)) for n in shown if n.endswith("_minutes")), ""
        )
        pair = [c for c in self._pair(first) if c] if first.verb == "forbid" else []
        row = self.row(first)
        cell = row.cell if row is not None else self._cell(first, rule.personal)
        posts = dict.fromkeys(s.post for c in clauses for s in c.seats)
        facts = {
            **{k: int(v) if v.isdecimal() else v for k, v in shown.items()},
            "who": people_text(problem.employees[e].id for e in sorted(who)),
            "when": dates_text(problem.date_of(d) for d in days),
            "weeks": dates_text(mondays),
            "limit": limit,
            "hours": hours,
            "codes": _codes(first.codes),
            "first": _codes(pair[0]) if pair else "",
            "second": _codes(pair[-1]) if pair else "",
            "what": self.what(row) if row is not None else _codes(first.codes),
            "posts": joined(map(post_text, posts), ", ", "、"),
            "reach": self._reach(clauses, named=row is not None),
        }
        template = rule.asks.get(first.verb)
        if template is None:
            template = Text(
                f"{rule.title.en}: {{who}}, {{when}}", f"{rule.title.zh}：{{who}}，{{when}}"
            )
        inside = [d for d in days if d < problem.n_days]
        return self._line(rule.id, who, inside, template.format(**facts), cell)

    def _cell(self, c: Clause, personal: Mapping[str, str]) -> str:
        if len(c.who) == 1:
            (e,) = c.who
            person = self.problem.employees[e]
            # A limit of 0 is one; no shift limits are an empty mapping.
            if any(getattr(person, name) not in (None, {}) for name in personal):
                return self.staff_cell(e)
        return self.rule_cell(c.rule)

    def _reach(self, clauses: list[Clause], named: bool) -> Text:
        """Say how many people count for a seat and, where not named yet, what they are."""
        groups = {frozenset(t.e for _, t in c.terms if isinstance(t, Fact)) for c in clauses}
        counts = {len(people) for people in groups}
        if len(counts) != 1:
            return same("")
        n = counts.pop()
        kind = same("") if named or len(groups) > 1 else self._kind(*groups)
        return Text(f" (of {n}{kind.en} who count)", f"（可计入的{kind.zh}共 {n} 人）")

    def _kind(self, people: frozenset[int]) -> Text:
        """Say what exactly these people have in common, and nobody else: grade or skill."""
        team = self.problem.employees
        if len(people) == len(team):
            return same("")
        for grade, word in sorted(GRADES.items(), reverse=True):
            if people == {e for e, p in enumerate(team) if p.grade is grade}:
                return Text(f" {word.en}{'s' * (len(people) != 1)}", word.zh)
            if people == {e for e, p in enumerate(team) if p.grade >= grade}:
                return Text(f" {word.en} or above", f"{word.zh}及以上")
        for skill in sorted(frozenset().union(*(p.skills for p in team))):
            if people == {e for e, p in enumerate(team) if skill in p.skills}:
                return Text(f" with skill {skill}", f"有技能 {skill} 者")
        return same("")

    def what(self, row: Demand) -> Text:
        """Name a Demand row by its shifts and whom it counts."""
        who = [same(w) for w in (row.job, *sorted(row.skills)) if w]
        if row.min_grade is not None:
            word = GRADES[row.min_grade]
            who.append(Text(f"{word.en} or above", f"{word.zh}及以上"))
        codes = ",".join(sorted(row.shifts))
        if not who:
            return same(codes)
        inner = joined(who, ", ", "、")
        return Text(f"{codes} ({inner.en})", f"{codes}（{inner.zh}）")


def _codes(codes: Iterable[str | None]) -> str:
    return ",".join(sorted(c for c in codes if c is not None))
