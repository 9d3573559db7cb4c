"""The audit: every rule's checker on one roster. The only source of numbers shown to people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from roster.plan import Roster
from roster.rule import Level, RuleSet, Violation


@dataclass(frozen=True)
class LedgerLine:
    """Points of one rule at one weight."""

    rule: str
    unit: str
    amount: int
    weight: int

    @property
    def points(self) -> int:
        """Amount times weight."""
        return self.amount * self.weight


@dataclass(frozen=True)
class Audit:
    """What the checkers found.

    Attributes
    ----------
    roster : Roster
    rules : RuleSet
    violations : tuple of Violation
        Hard ones first, then advisory, then soft; in the registry's order within.
    """

    roster: Roster
    rules: RuleSet
    violations: tuple[Violation, ...]

    def at(self, level: Level) -> tuple[Violation, ...]:
        """Return the violations of one level."""
        return tuple(v for v in self.violations if v.level is level)

    @cached_property
    def hard(self) -> tuple[Violation, ...]:
        """Violations of hard rules, shortage of cover included."""
        return self.at(Level.HARD)

    @cached_property
    def broken(self) -> tuple[Violation, ...]:
        """Violations of hard rules other than shortage of cover."""
        return tuple(v for v in self.hard if v.rule != "cover")

    @cached_property
    def shortage(self) -> int:
        """People short of the minimum cover, summed over days and Demand rows."""
        return sum(v.amount for v in self.hard if v.rule == "cover")

    @cached_property
    def ledger(self) -> tuple[LedgerLine, ...]:
        """Penalty points, a line for each rule, unit and weight."""
        totals: Counter[tuple[str, str, int]] = Counter()
        for v in self.at(Level.SOFT):
            totals[v.rule, v.unit, v.weight] += v.amount
        return tuple(LedgerLine(r, u, a, w) for (r, u, w), a in totals.items() if w)

    @cached_property
    def points(self) -> int:
        """Sum of the ledger: the objective."""
        return sum(line.points for line in self.ledger)

    def say(self, item: Violation, lang: str) -> str:
        """Return the rule's sentence for a violation."""
        return self.rules[item.rule].say(item, lang)


_ORDER = {Level.HARD: 0, Level.ADVISORY: 1, Level.SOFT: 2}


def audit(roster: Roster, rules: RuleSet) -> Audit:
    """Check a roster against every rule that is not off.

    Parameters
    ----------
    roster : Roster
    rules : RuleSet

    Returns
    -------
    Audit
    """
    found = [v for rule in rules.checked for v in rule.check(roster)]
    found.sort(key=lambda v: _ORDER[v.level])
    return Audit(roster, rules, tuple(found))


@dataclass(frozen=True)
class AuditDiff:
    """What changes between two audits: violations that came and went."""

    new: tuple[Violation, ...]
    resolved: tuple[Violation, ...]


def diff(before: Audit, after: Audit) -> AuditDiff:
    """Return the violations that `after` has and `before` has not, and the reverse."""

    def key(v: Violation) -> tuple:
        return (v.rule, v.level, v.case, v.who, v.when, v.amount)

    old, new = Counter(map(key, before.violations)), Counter(map(key, after.violations))
    return AuditDiff(
        tuple(v for v in after.violations if new[key(v)] > old[key(v)]),
        tuple(v for v in before.violations if old[key(v)] > new[key(v)]),
    )
