"""The desk: the roster as it stands, who is away, who stands in, and the verdict on a leave.

Swaps approved but not yet carried out count as if they were: the desk's roster is the
published one with their duties changed over. What a stand-in would take over is put on that
roster and their own rules are audited before and after; the absent person's own duties stay
in it, so that a stand-in who asks for leave too gains no rest by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from roster.audit import audit
from roster.leave.request import LeaveRequest, requests
from roster.leave.rule import LeaveRule
from roster.plan import Roster
from roster.problem import Problem, Shift, Status
from roster.rule import Level, RuleSet, Scope
from roster.swaps.desk import Answer, Finding, Outcome
from roster.swaps.desk import Desk as SwapDesk
from roster.swaps.exchange import Leg, Side
from roster.what_if import WhatIf, said
from roster.words import Text, day_text


@dataclass(frozen=True)
class Verdict:
    """The answer to a request.

    Attributes
    ----------
    request : LeaveRequest
    findings : tuple of Finding
        One for each rule of leave that is not off. What a soft rule finds is shown and
        decides nothing.
    awaiting : tuple of str
        ``certificate``, ``approver``: what is not there yet; it does not change the answer.
    case : Case
    """

    request: LeaveRequest
    findings: tuple[Finding, ...]
    awaiting: tuple[str, ...]
    case: Case

    @property
    def answer(self) -> Answer:
        """Rejected if any rule is broken, else referred if any is for the manager."""
        outcomes = {f.outcome for f in self.findings if f.rule.level is Level.HARD}
        if Outcome.BROKEN in outcomes:
            return Answer.REJECTED
        return Answer.REFERRED if Outcome.MANAGER in outcomes else Answer.APPROVED

    @property
    def status(self) -> Status:
        """What the Leave sheet says after a review; requested while somebody must decide."""
        if self.answer is Answer.REJECTED:
            return Status.REJECTED
        settled = self.answer is Answer.APPROVED and not self.awaiting
        return Status.APPROVED if settled else Status.REQUESTED

    @property
    def against(self) -> tuple[Finding, ...]:
        """The findings that stand in the way of an approval."""
        return tuple(
            f
            for f in self.findings
            if f.outcome is not Outcome.HELD and f.rule.level is Level.HARD
        )

    @property
    def remarks(self) -> tuple[Finding, ...]:
        """What soft rules find."""
        return tuple(
            f
            for f in self.findings
            if f.outcome is not Outcome.HELD and f.rule.level is not Level.HARD
        )


class LeaveDesk:
    """A roster, its rules and the leave that is asked for.

    Parameters
    ----------
    published : Roster
    rules : RuleSet

    Attributes
    ----------
    roster : Roster
        The published roster with the approved swaps carried out.
    in_force : tuple of Exchange
        Swaps carried out or approved.
    open : tuple of LeaveRequest
        What is asked for and touches the horizon, earlier asked first.
    """

    def __init__(self, published: Roster, rules: RuleSet) -> None:
        swaps = SwapDesk(published, rules)
        self.published, self.rules = published, rules
        self.roster, self.in_force = swaps.roster, swaps.in_force
        self.problem: Problem = published.problem
        self.open = requests(self.problem, [Status.REQUESTED])
        hard = rules.hard.rules
        self._of_person = RuleSet(tuple(r for r in hard if r.scope is Scope.PERSON))
        self._what_if = WhatIf(self.roster, self._of_person)

    @cached_property
    def rules_of_leave(self) -> tuple[LeaveRule, ...]:
        """The rules that judge leave, but those off."""
        return self.rules.at_desk("leave")

    def duties(self, request: LeaveRequest) -> tuple[tuple[int, Shift], ...]:
        """Return the duties that fall into the leave, as far as the horizon goes."""
        days = range(max(request.first, 0), min(request.last + 1, self.problem.n_days))
        found = ((d, self.roster.shift(request.e, d)) for d in days)
        return tuple((d, shift) for d, shift in found if shift is not None)

    def stand_in(self, request: LeaveRequest) -> int | None:
        """Return the position of the stand-in named, None for nobody or the person."""
        e = self.problem.employee_index.get(request.leave.stand_in or "")
        return None if e == request.e else e

    def needs_stand_in(self, request: LeaveRequest) -> bool:
        """Tell whether the duties of the request must be handed over."""
        hard = (r for r in self.rules_of_leave if r.level is Level.HARD)
        return any(r.needs_stand_in(request) for r in hard)

    def sides(self, request: LeaveRequest) -> Iterator[Side]:
        """Yield what the stand-in would take over, day by day; nothing if never possible."""
        e, duties = self.stand_in(request), self.duties(request)
        if e is None or any(
            self.roster.code(e, d) or self.problem.leave_on(e, d) for d, _ in duties
        ):
            return
        for d, shift in duties:
            # A duty that changes hands like any, without a row of the register of swaps.
            leg = Leg(request.e, e, d, shift.code, None)
            yield Side(e, None, leg, self.problem.date_of(d))

    def breaks(self, e: int, cells: Mapping[int, str]) -> tuple[Text, ...]:
        """Say what hard rules of a person more duties would newly break or make worse."""
        change = self._what_if.of_people({(e, d): code for d, code in cells.items()})
        who = self.problem.employees[e].id
        return tuple(
            Text(f"{v.rule}: {line.en}", f"{v.rule}：{line.zh}")
            for v in change.breaks
            if who in v.who
            for line in (said(self.rules, v),)
        )

    def broken(self, people: Iterable[int]) -> frozenset[tuple[str, int]]:
        """Return which hard rules some people break already, as (rule, person)."""
        index = self.problem.employee_index
        found = audit(self.roster.focused(people, []), self._of_person).hard
        return frozenset((v.rule, index[i]) for v in found for i in v.who)

    def case(self, taken: Iterable[LeaveRequest]) -> Case:
        """Return the roster with some requests granted."""
        return Case(self, taken)

    def verdict(self, request: LeaveRequest, beside: Iterable[LeaveRequest] = ()) -> Verdict:
        """Judge a request, others taken as granted beside it."""
        return self.judge(self.case((*beside, request)), request)

    def judge(self, case: Case, request: LeaveRequest) -> Verdict:
        """Judge one of the requests of a case."""
        findings, awaited = [], []
        for rule in self.rules_of_leave:
            found = [v for v in rule.check(case) if v.of == request.id]
            if rule.level is Level.HARD:
                awaited += rule.awaits(case, request)
            outcome, evidence = Outcome.HELD, (rule.evidence(case, request),)
            if found:
                evidence = tuple(Text(rule.say(v, "en"), rule.say(v, "zh")) for v in found)
                manager = all(v.for_manager for v in found)
                outcome = Outcome.MANAGER if manager else Outcome.BROKEN
            findings.append(Finding(rule, outcome, evidence))
        return Verdict(request, tuple(findings), tuple(dict.fromkeys(awaited)), case)

    def approver(self, request: LeaveRequest) -> str:
        """Return who must approve, a key of `roster.leave.report.APPROVERS`; or empty."""
        hard = (r for r in self.rules_of_leave if r.level is Level.HARD)
        return next((a for r in hard if (a := r.approver(request))), "")

    def allowed(self, taken: Iterable[LeaveRequest]) -> bool:
        """Tell whether some requests together break no rule."""
        case = self.case(taken)
        return not any(
            not v.for_manager
            for rule in self.rules_of_leave
            if rule.level is Level.HARD
            for v in rule.check(case)
        )


class Case:
    """The roster with some requests granted, and who stands in for whom.

    Parameters
    ----------
    desk : LeaveDesk
    taken : iterable of LeaveRequest

    Attributes
    ----------
    taken : tuple of LeaveRequest
        Earlier asked first.
    """

    def __init__(self, desk: LeaveDesk, taken: Iterable[LeaveRequest]) -> None:
        self.desk, self.problem, self.roster = desk, desk.problem, desk.roster
        self.taken = tuple(sorted(taken, key=lambda x: x.priority))

    def away(self, e: int, d: int) -> bool:
        """Tell whether the person has leave on the day, approved or taken as granted."""
        granted = any(x.e == e and x.covers(d) for x in self.taken)
        return granted or self.problem.leave_on(e, d) is not None

    def called(self, e: int) -> str:
        """Return a person's id."""
        return self.problem.employees[e].id

    @cached_property
    def unable(self) -> Mapping[LeaveRequest, tuple[Text, ...]]:
        """Per request with duties and a stand-in: why the stand-in cannot take them all.

        Empty where they can, and do. Those whose duties must be handed over come first,
        together if that goes; the others, and those that cannot go together, in the order
        in which they were asked.
        """
        out: dict[LeaveRequest, tuple[Text, ...]] = {}
        by_stand_in: dict[int, list[LeaveRequest]] = {}
        for x in self.taken:
            e = self.desk.stand_in(x)
            if e is not None and self.desk.duties(x):
                out[x] = tuple(self._not_free(e, x))
                if not out[x]:
                    by_stand_in.setdefault(e, []).append(x)
        for e, open_ones in by_stand_in.items():
            needed = [x for x in open_ones if self.desk.needs_stand_in(x)]
            done: list[LeaveRequest] = []
            if len(needed) > 1 and not self._against(e, (), needed):
                done = needed
            for x in (*needed, *(x for x in open_ones if x not in needed)):
                if x not in done:
                    out[x] = self._against(e, done, [x])
                    done = done if out[x] else [*done, x]
        return out

    def _not_free(self, e: int, request: LeaveRequest) -> Iterator[Text]:
        for d, _ in self.desk.duties(request):
            day, own = day_text(self.problem.date_of(d)), self.desk.roster.code(e, d)
            if own is not None:
                yield Text(f"has {own} on {day.en}", f"{day.zh}有 {own} 班")
            elif self.away(e, d):
                yield Text(f"has leave on {day.en}", f"{day.zh}请假")

    def _against(
        self, e: int, done: Sequence[LeaveRequest], more: Sequence[LeaveRequest]
    ) -> tuple[Text, ...]:
        """Say why a person cannot stand in for some requests beside those they do."""
        cells: dict[int, str] = {}
        clashes = []
        for n, x in enumerate((*done, *more)):
            for d, shift in self.desk.duties(x):
                if d in cells and n >= len(done):
                    day = day_text(self.problem.date_of(d))
                    clashes.append(
                        Text(f"stands in for another on {day.en}", f"{day.zh}已替别人代班")
                    )
                cells[d] = shift.code
        return tuple(clashes) or self.desk.breaks(e, cells)

    def taker(self, e: int, d: int) -> int | None:
        """Return who takes a person's duty of a day; None when nobody does."""
        for x, reasons in self.unable.items():
            if x.e == e and x.covers(d) and not reasons:
                return self.desk.stand_in(x)
        return None

    @cached_property
    def after(self) -> Roster:
        """The roster with duties handed over, or empty where nobody stands in."""
        changes: dict[tuple[int, int], str | None] = {}
        for x in self.taken:
            for d, shift in self.desk.duties(x):
                changes[x.e, d] = None
                taker = self.taker(x.e, d)
                if taker is not None:
                    changes[taker, d] = shift.code
        return self.roster.with_changes(changes) if changes else self.roster
