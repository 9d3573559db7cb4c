"""What if a cell were different: what the checkers find then, against the roster as it stands.

A rule of one person finds elsewhere what it found before, and so does a rule of the day: only
the people and days that change are looked at again, and what was found about them before is
kept. A rule of the team is looked at whole. The answer is that of two audits of the whole
roster and their difference; a test proves it for every cell of small teams.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from roster.audit import Audit, AuditDiff, audit, diff
from roster.plan import Roster
from roster.rule import Level, RuleSet, Scope, Violation
from roster.words import Text, joined

Cells = Mapping[tuple[int, int], str | None]


@dataclass(frozen=True)
class Change:
    """What some cells, were they different, would change in the audit.

    Attributes
    ----------
    cells : mapping of (int, int) to (str or None)
        What becomes of which cell.
    news : AuditDiff
        What is new or worse, and what is resolved or better, soft rules included.
    points_by : mapping of (str, tuple of str) to int
        Points more than before by rule and the people named; fewer are negative, and what
        stays the same is left out.
    """

    cells: Cells
    news: AuditDiff
    points_by: Mapping[tuple[str, tuple[str, ...]], int]

    @cached_property
    def breaks(self) -> tuple[Violation, ...]:
        """New or worse violations of hard rules, shortage of cover included."""
        return tuple(v for v in self.news.new if v.level is Level.HARD)

    @cached_property
    def points(self) -> Mapping[str, int]:
        """Points more than before by rule, the dearest first; none that is 0."""
        return self.points_but(None)

    def points_but(self, staff: str | None) -> Mapping[str, int]:
        """Return the points by rule without what is found about one person alone."""
        totals: Counter[str] = Counter()
        for (rule, who), points in self.points_by.items():
            if staff is None or who != (staff,):
                totals[rule] += points
        dearest = sorted(totals.items(), key=lambda item: -item[1])
        return {rule: points for rule, points in dearest if points}

    @property
    def cost(self) -> int:
        """Points more than before, over all rules."""
        return sum(self.points_by.values())

    def lines(self, rule: str) -> tuple[Violation, ...]:
        """Return what one rule finds new or worse."""
        return tuple(v for v in self.news.new if v.rule == rule)


class WhatIf:
    """Answers for one roster; each answer is kept.

    Parameters
    ----------
    roster : Roster
    rules : RuleSet
    """

    def __init__(self, roster: Roster, rules: RuleSet) -> None:
        self.roster, self.rules, self.problem = roster, rules, roster.problem
        checked = rules.checked
        self._rules = {
            scope: RuleSet(tuple(r for r in checked if r.scope is scope)) for scope in Scope
        }
        self._before: dict[tuple, tuple[Violation, ...]] = {}
        self._known: dict[tuple, Change] = {}

    @cached_property
    def audit(self) -> Audit:
        """The audit of the roster as it stands."""
        return audit(self.roster, self.rules)

    def of(self, cells: Cells) -> Change:
        """Return what changes when some cells do, all else as it stands."""
        return self._look("all", cells, tuple(Scope))

    def at_once(self, cells: Cells) -> Change:
        """Return what rules of one person and of the day say, for a fraction of the price.

        It is part of the whole answer: what breaks here breaks there.
        """
        return self._look("near", cells, (Scope.PERSON, Scope.DAY))

    def of_people(self, cells: Cells) -> Change:
        """Return what the rules of one person alone say."""
        return self._look("people", cells, (Scope.PERSON,))

    def of_days(self, cells: Cells) -> Change:
        """Return what the rules of the day alone say."""
        return self._look("days", cells, (Scope.DAY,))

    def _look(self, part: str, cells: Cells, scopes: Iterable[Scope]) -> Change:
        key = (part, *sorted((cell, code or "") for cell, code in cells.items()))
        if key not in self._known:
            people = frozenset(e for e, _ in cells)
            days = frozenset(d for _, d in cells)
            changed = self.roster.with_changes(cells)
            before, after = (
                [v for s in scopes for v in self._found(r, s, people, days)]
                for r in (self.roster, changed)
            )
            self._known[key] = self._compared(cells, before, after)
        return self._known[key]

    def _found(
        self, roster: Roster, scope: Scope, people: frozenset[int], days: frozenset[int]
    ) -> tuple[Violation, ...]:
        """Return what the rules of a scope find about these people or days."""
        if scope is Scope.PERSON:
            seen, key = roster.focused(people, ()), (scope, people)
        elif scope is Scope.DAY:
            seen, key = roster.focused((), days), (scope, days)
        else:
            seen, key = roster, (scope,)
        if roster is not self.roster:
            return audit(seen, self._rules[scope]).violations
        if key not in self._before:
            self._before[key] = audit(seen, self._rules[scope]).violations
        return self._before[key]

    def _compared(
        self, cells: Cells, before: list[Violation], after: list[Violation]
    ) -> Change:
        news = diff(*(Audit(self.roster, self.rules, tuple(v)) for v in (before, after)))
        return Change(dict(cells), news, points_between(before, after))


def points_between(
    before: Iterable[Violation], after: Iterable[Violation]
) -> Mapping[tuple[str, tuple[str, ...]], int]:
    """Return the points that came, less those that went, by rule and the people named."""
    totals: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for sign, found in ((1, after), (-1, before)):
        for v in found:
            if v.level is Level.SOFT:
                totals[v.rule, v.who] += sign * v.points
    return {key: points for key, points in totals.items() if points}


def said(rules: RuleSet, item: Violation) -> Text:
    """Return the sentence of a violation in both languages."""
    rule = rules[item.rule]
    return Text(rule.say(item, "en"), rule.say(item, "zh"))


def points_text(
    rules: RuleSet,
    points: Mapping[str, int],
    change: Change | None = None,
    but: str | None = None,
) -> Text:
    """Return points by rule: ``12 points more: fair_nights +10, shift_blocks +2``.

    Parameters
    ----------
    rules : RuleSet
    points : mapping of str to int
        By rule, the dearest first.
    change : Change, optional
        Where they come from: the dearest rule says its sentence.
    but : str, optional
        Somebody whose own findings are not among them.
    """
    total = sum(points.values())
    if not points:
        return Text("no points", "不影响扣分")
    if not total:
        head = Text("the same points", "扣分不变")
    elif total > 0:
        head = Text(f"{total} point{'s' * (total > 1)} more", f"多扣 {total} 分")
    else:
        head = Text(f"{-total} point{'s' * (total < -1)} fewer", f"少扣 {-total} 分")
    parts = []
    for rule, n in points.items():
        found = change.lines(rule) if change is not None and n > 0 and not parts else ()
        found = [v for v in found if v.who != (but,)]
        why = Text("", "")
        if found:
            dearest = said(rules, max(found, key=lambda v: v.points))
            why = Text(f" ({dearest.en})", f"（{dearest.zh}）")
        name = rules[rule].title.zh
        parts.append(Text(f"{rule} {n:+d}{why.en}", f"{name} {n:+d}{why.zh}"))
    by = joined(parts, ", ", "，")
    return Text(f"{head.en}: {by.en}", f"{head.zh}：{by.zh}")


def breaks_text(rules: RuleSet, found: Iterable[Violation], most: int = 3) -> Text:
    """Return what would break, a sentence a rule: ``cover: Tue 22 Dec: 6 on duty for …``."""
    first: dict[str, Violation] = {}
    for v in found:
        first.setdefault(v.rule, v)
    lines = []
    for rule, v in first.items():
        line = said(rules, v)
        lines.append(Text(f"{rule}: {line.en}", f"{rules[rule].title.zh}：{line.zh}"))
    shown, more = joined(lines[:most]), len(lines) - most
    if more > 0:
        return Text(f"{shown.en}; {more} more", f"{shown.zh}；另 {more} 条")
    return shown
