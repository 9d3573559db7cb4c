"""The desk: the roster as it stands, what is in force, and the verdict on an exchange.

Rows approved but not yet carried out count as if they were, for every rule: the desk's
roster is the published one with their duties changed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from roster.audit import Audit, AuditDiff, audit, diff
from roster.plan import Roster
from roster.problem import SIGNATURES, Problem, Status
from roster.rule import Level, Rule, RuleSet, Violation
from roster.swaps.exchange import Exchange, Leg, Misfit, Side, exchanges, misfits
from roster.swaps.rule import SwapRule
from roster.words import Text

NEAR = 92
"""Days after the horizon in which an owed duty is looked at."""

OPEN = (Status.REQUESTED, Status.REFERRED)
"""What a review decides."""

CHECKED = (*OPEN, Status.STALE)
"""What can be checked again."""


class Outcome(str, Enum):
    """What a rule says of a request."""

    HELD = "held"
    BROKEN = "broken"
    MANAGER = "manager"


class Answer(str, Enum):
    """The verdict on a request."""

    APPROVED = "approved"
    REFERRED = "referred"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Finding:
    """What one rule says of a request, with its evidence."""

    rule: Rule
    outcome: Outcome
    evidence: tuple[Text, ...]


@dataclass(frozen=True)
class Verdict:
    """The answer to a request.

    Attributes
    ----------
    exchange : Exchange
    findings : tuple of Finding
        One for each rule of swaps that is not off.
    awaiting : tuple of str
        Signatures still awaited; they stand beside the answer and do not change it.
    case : Case
        The roster before and after.
    """

    exchange: Exchange
    findings: tuple[Finding, ...]
    awaiting: tuple[str, ...]
    case: Case

    @property
    def answer(self) -> Answer:
        """Rejected if any rule is broken, else referred if any is for the manager."""
        outcomes = {f.outcome for f in self.findings if f.rule.level is Level.HARD}
        if Outcome.BROKEN in outcomes or self.case.clashes:
            return Answer.REJECTED
        return Answer.REFERRED if Outcome.MANAGER in outcomes else Answer.APPROVED

    @property
    def status(self) -> Status:
        """What the register says after a review."""
        if self.answer is Answer.APPROVED and self.awaiting:
            return Status.REFERRED
        return Status(self.answer.value)

    @property
    def against(self) -> tuple[Finding, ...]:
        """The findings that stand in the way of an approval."""
        return tuple(
            f
            for f in self.findings
            if f.outcome is not Outcome.HELD and f.rule.level is Level.HARD
        )


@dataclass(frozen=True)
class Clash:
    """A cell that cannot hold what the exchanges ask of it.

    Attributes
    ----------
    e, d : int
    kind : str
        ``own``: the person has a duty of their own that day; ``gone``: the duty to be given
        is not theirs any more; ``twice``: two exchanges touch the day.
    """

    e: int
    d: int
    kind: str


class Desk:
    """A roster, its rules and its register.

    Parameters
    ----------
    roster : Roster
        As published.
    rules : RuleSet

    Attributes
    ----------
    in_force : tuple of Exchange
        Carried out, or approved and fitting the roster.
    stale : mapping of Exchange to tuple of Misfit
        Approved exchanges that no longer fit the roster; they do not count.
    roster : Roster
        The published roster with the approved exchanges carried out.
    """

    def __init__(self, roster: Roster, rules: RuleSet) -> None:
        self.published, self.rules = roster, rules
        self.problem: Problem = roster.problem
        applied = exchanges(roster, [Status.APPLIED])
        self.stale: dict[Exchange, tuple[Misfit, ...]] = {}
        approved, owed = [], []
        changed: dict[tuple[int, int], str | None] = {}
        for x in exchanges(roster, [Status.APPROVED]):
            wrong = misfits(roster, x)
            cells = _cells(self.problem, x.sides)
            if not wrong and changed.keys().isdisjoint(cells):
                approved.append(x)
                changed |= cells
            elif any(r.day < self.problem.start for r in x.rows):
                owed.append(x)  # last month's: what is known of it counts as touched
            else:
                self.stale[x] = wrong
        self.approved = tuple(approved)
        self.in_force = (*applied, *owed, *approved)
        self.roster = roster.with_changes(changed) if changed else roster

    @property
    def rosters(self) -> tuple[Roster, Roster]:
        """The roster as published and with approved exchanges in it.

        A request may name a duty that only one of them has; that such a day is touched
        already is then what the rules say.
        """
        return self.published, self.roster

    @cached_property
    def rules_of_swaps(self) -> tuple[SwapRule, ...]:
        """The rules that judge swaps, but those off."""
        return self.rules.at_desk("swap")

    @cached_property
    def sides_in_force(self) -> Mapping[int, Sequence[tuple[Side, Exchange]]]:
        """Per person, their side in each exchange in force."""
        out: dict[int, list[tuple[Side, Exchange]]] = {}
        for x in self.in_force:
            for side in x.sides:
                out.setdefault(side.e, []).append((side, x))
        return out

    def exchange(self, swap_id: str) -> Exchange | None:
        """Return the exchange of a row, the whole ring for a row of one."""
        every = exchanges(self.rosters, Status)
        hits = [x for x in every if any(r.id == swap_id and not r.past for r in x.rows)]
        return hits[0] if hits else None

    def case(self, taken: Iterable[Exchange]) -> Case:
        """Return the roster before and after some exchanges."""
        return Case(self, tuple(taken))

    def verdict(self, exchange: Exchange, beside: Iterable[Exchange] = ()) -> Verdict:
        """Judge an exchange.

        Parameters
        ----------
        exchange : Exchange
        beside : iterable of Exchange
            Taken too, as if they were in force.
        """
        case = self.case((*beside, exchange))
        findings, awaited = [], set()
        for rule in self.rules_of_swaps:
            found = [v for v in rule.check(case) if v.of in ("", exchange.id)]
            awaited.update(rule.awaits(case, exchange))
            if not found:
                findings.append(Finding(rule, Outcome.HELD, (rule.evidence(case, exchange),)))
                continue
            outcome = Outcome.BROKEN
            if all(v.for_manager for v in found):
                outcome = Outcome.MANAGER
            findings.append(self._finding(rule, outcome, found))
        if case.clashes and not any(
            f.outcome is Outcome.BROKEN and f.rule.level is Level.HARD for f in findings
        ):
            # No roster can hold it, whatever rules are off.
            keeps = self.rules["swap_keeps_roster"]
            findings = [f for f in findings if f.rule is not keeps]
            hard = replace(keeps, level=Level.HARD)
            findings.append(self._finding(hard, Outcome.BROKEN, list(hard.check(case))))
        awaiting = tuple(s for s in SIGNATURES if s in awaited)
        return Verdict(exchange, tuple(findings), awaiting, case)

    def _finding(self, rule: SwapRule, outcome: Outcome, found: list[Violation]) -> Finding:
        lines = tuple(Text(rule.say(v, "en"), rule.say(v, "zh")) for v in found)
        return Finding(rule, outcome, lines)

    def allowed(self, taken: Iterable[Exchange]) -> bool:
        """Tell whether some exchanges together break no rule."""
        case = self.case(taken)
        return not case.clashes and not any(
            not v.for_manager
            for rule in self.rules_of_swaps
            if rule.level is Level.HARD
            for v in rule.check(case)
        )


class Case:
    """The roster before and after some exchanges.

    Parameters
    ----------
    desk : Desk
    taken : tuple of Exchange

    Attributes
    ----------
    clashes : tuple of Clash
        Where there is no roster after, since a cell holds one duty.
    """

    def __init__(self, desk: Desk, taken: tuple[Exchange, ...]) -> None:
        self.desk, self.taken = desk, taken
        self.problem = desk.problem
        self.clashes = tuple(_clashes(desk.roster, taken))

    @property
    def before(self) -> Roster:
        """The roster as it stands."""
        return self.desk.roster

    @cached_property
    def after(self) -> Roster:
        """The roster after the exchanges; where there is a clash, the duty taken stands."""
        sides = [s for x in self.taken for s in x.sides]
        return self.before.with_changes(_cells(self.problem, sides))

    def sides(self, e: int) -> list[tuple[Side, Exchange]]:
        """Return a person's side in each exchange, those in force first."""
        mine = [(s, x) for x in self.taken for s in x.sides if s.e == e]
        return [*self.desk.sides_in_force.get(e, ()), *mine]

    @cached_property
    def people(self) -> tuple[int, ...]:
        """Everybody who takes part in an exchange taken."""
        return tuple(sorted({e for x in self.taken for e in x.people}))

    def _news(self, rules: RuleSet) -> AuditDiff:
        if self.clashes:
            return AuditDiff((), ())
        # A duty that nobody is named for yet is missing on no day.
        days = {
            leg.d
            for x in self.taken
            for leg in x.legs
            if leg.taker is not None and 0 <= leg.d < self.problem.n_days
        }
        found: list[Audit] = [
            audit(roster.focused(self.people, days), rules)
            for roster in (self.before, self.after)
        ]
        return diff(*found)

    @cached_property
    def hard_news(self) -> AuditDiff:
        """What the hard rules of the roster find new or worse after, and resolved."""
        found = self._news(self.desk.rules.hard)
        return AuditDiff((*found.new, *self._owed_news()), found.resolved)

    def _owed_news(self) -> tuple[Violation, ...]:
        """Return what is known to stand against duties owed after the horizon.

        The roster is drawn out to the owed days, with nothing known between; what a rule of
        one person and of the few days beside finds there counts when it names such a day.
        """
        n = self.problem.n_days
        asked = list(_owed(self.problem, self.taken))
        standing = [
            x for x in _owed(self.problem, self.desk.in_force) if x.taker in self.people
        ]
        if self.clashes or not (asked or standing):
            return ()
        last = max(leg.d for leg in (*asked, *standing))
        rules = RuleSet(tuple(r for r in self.desk.rules.hard if r.nearby))
        seen = []
        for roster, legs in ((self.before, standing), (self.after, [*standing, *asked])):
            cells = {(leg.taker, leg.d): leg.code for leg in legs}
            full = drawn_out(roster, last).with_changes(cells)
            seen.append(audit(full.focused(self.people, []), rules))
        end = self.problem.date_of(n - 1)
        return tuple(v for v in diff(*seen).new if any(day > end for day in v.when))

    @cached_property
    def news(self) -> AuditDiff:
        """What all rules of the roster find new or worse after, and resolved."""
        found = self._news(self.desk.rules)
        return AuditDiff((*found.new, *self._owed_news()), found.resolved)

    def called(self, e: int | None) -> str:
        """Return a person's id, ``?`` for somebody not named yet."""
        return "?" if e is None else self.problem.employees[e].id

    def say(self, item: Violation) -> Text:
        """Return the sentence of a violation of the roster's rules."""
        rule = self.desk.rules[item.rule]
        return Text(rule.say(item, "en"), rule.say(item, "zh"))


def _owed(problem: Problem, exchanges: Iterable[Exchange]) -> Iterator[Leg]:
    """Yield the legs after the horizon that are near enough to be told anything of."""
    for x in exchanges:
        for leg in x.legs:
            near = problem.n_days <= leg.d < problem.n_days + NEAR
            if near and leg.taker is not None and leg.code in problem.shift_by_code:
                yield leg


def drawn_out(roster: Roster, last: int) -> Roster:
    """Return a roster with days off added up to day `last`, which lies after its end."""
    more = (None,) * (last + 1 - roster.problem.n_days)
    end = roster.problem.date_of(last)
    cells = tuple(c + more for c in roster.cells)
    return Roster(replace(roster.problem, end=end), cells, roster.posts)


def _cells(problem: Problem, sides: Iterable[Side]) -> dict[tuple[int, int], str | None]:
    """Return what the cells touched by some sides become."""
    return {
        (side.e, d): code for side in sides for d, code in side.cells(problem.n_days).items()
    }


def _clashes(roster: Roster, taken: Iterable[Exchange]) -> Iterable[Clash]:
    """Yield the cells of which the exchanges ask what no roster can hold."""
    seen: set[tuple[int, int]] = set()
    for x in taken:
        for side in x.sides:
            cells = side.cells(roster.problem.n_days)
            gives = None if side.gives is None else side.gives.d
            for d, code in cells.items():
                own = roster.code(side.e, d)
                if (side.e, d) in seen:
                    yield Clash(side.e, d, "twice")
                elif d == gives and own != side.gives.code:
                    yield Clash(side.e, d, "gone")
                elif d != gives and code is not None and own is not None:
                    yield Clash(side.e, d, "own")
            seen |= {(side.e, d) for d in cells}
