"""The audit: every rule's checker on one roster. The only source of numbers shown to people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from roster.plan import Roster
from roster.rule import Level, RuleSet, Scope, Violation


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
    """What changes between two audits.

    Attributes
    ----------
    new : tuple of Violation
        Those that came, or are worse than before.
    resolved : tuple of Violation
        Those that went, or are less bad than before.
    """

    new: tuple[Violation, ...]
    resolved: tuple[Violation, ...]


def diff(before: Audit, after: Audit) -> AuditDiff:
    """Return what `after` has and `before` has not, and the reverse.

    A violation is no news when the other audit has one of the same rule, sentence and
    person (of the same place, for a rule of the day; of anybody, for one of the team as a
    whole) that names all its days and is at least as large: a run of eight days that becomes
    one of seven within it has got better.
    """
    return AuditDiff(
        _uncovered(after.violations, before.violations, before.rules),
        _uncovered(before.violations, after.violations, before.rules),
    )


def _uncovered(
    these: tuple[Violation, ...], those: tuple[Violation, ...], rules: RuleSet
) -> tuple[Violation, ...]:
    """Return the violations for which the others have nothing as large in their place."""

    def place(v: Violation) -> tuple:
        rule = rules[v.rule]
        who = () if rule.scope is Scope.DAY or rule.of_team else v.who
        return (v.rule, v.level, v.case, who, *(str(v.facts[name]) for name in rule.place))

    left: dict[tuple, list[list]] = {}
    for v in those:
        left.setdefault(place(v), []).append([frozenset(v.when), v.amount])
    out = []
    for v in these:
        for entry in left.get(place(v), ()):
            days, amount = entry
            if v.amount <= amount and days.issuperset(v.when):
                entry[1] -= v.amount
                break
        else:
            out.append(v)
    return tuple(out)


def rank(checked: Audit) -> tuple[int, int, int]:
    """Return what makes one roster better than another: hard rules, shortage, points."""
    return len(checked.broken), checked.shortage, checked.points
