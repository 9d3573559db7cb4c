"""Deciding all leave that is asked for together.

Requests compete only for stand-ins: one person cannot stand in for two on one day, nor more
than the rules of their own hours and rest allow, nor while on leave. Let x be 1 for a request
that is granted. The rules of leave state themselves over the x, and through
``leave_stand_in`` the hard rules of a person over the roster with the duties handed over.
Then, in this order:

1. the most requests granted;
2. among those sets, the one that has the earliest asked request that the others lack;
   requests asked at the same moment, or without saying when, by their place on the sheet.

What is granted is then checked by the checkers alone, and each rejection by showing what it
breaks: by itself, or together with granted ones. *Granted* is every request that is not
rejected, those that wait for the manager or a signature among them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from roster.audit import Audit, audit, diff
from roster.errors import OwnCheckError
from roster.leave.desk import Case, LeaveDesk, Verdict
from roster.leave.report import answer_text, awaiting_text, findings_text
from roster.leave.request import LeaveRequest
from roster.leave.stand_in import Duty, duties
from roster.model import Builder, build_leaves
from roster.plan import Roster
from roster.problem import Status
from roster.rule import Violation
from roster.solver import run_solver
from roster.swaps.desk import Answer, Outcome
from roster.words import Text, joined

_BLOCK = 24


@dataclass(frozen=True)
class Decision:
    """What became of one request.

    Attributes
    ----------
    request : LeaveRequest
    status : Status
        What the Leave sheet says now: rejected, approved, or requested while the manager, a
        signature or a certificate is awaited.
    because : Text
    verdict : Verdict
    duties : tuple of Duty
        Of a request that is not rejected.
    collides : tuple of LeaveRequest
        Granted requests with which a rejected one cannot go together.
    """

    request: LeaveRequest
    status: Status
    because: Text
    verdict: Verdict
    duties: tuple[Duty, ...] = ()
    collides: tuple[LeaveRequest, ...] = ()

    @property
    def answer(self) -> str:
        """``approved``, ``referred`` or ``rejected``."""
        return Answer.REJECTED.value if self.collides else self.verdict.answer.value

    @property
    def remark(self) -> Text:
        """What the Leave sheet says under *decision*."""
        word = answer_text(self)
        return Text(f"{word.en}: {self.because.en}", f"{word.zh}：{self.because.zh}")


@dataclass(frozen=True)
class Review:
    """The decisions on all requests, in the order of the Leave sheet.

    Attributes
    ----------
    decisions : tuple of Decision
    case : Case
        The roster with everything granted.
    proven : bool
        That no more can be granted, and no earlier ones; False when time ran out.
    """

    decisions: tuple[Decision, ...]
    case: Case
    proven: bool

    @cached_property
    def roster(self) -> Roster:
        """The published roster with the approved leave in it.

        Duties go to the stand-ins who take them, the others are left empty. A duty that an
        approved swap is about to move stays where it is.
        """
        desk = self.case.desk
        published = desk.published
        changes: dict[tuple[int, int], str | None] = {}
        leaves = list(desk.problem.leaves)
        for decision in self.decisions:
            x = decision.request
            leaves[x.place] = replace(x.leave, status=decision.status)
            if decision.status is not Status.APPROVED:
                continue
            for duty in decision.duties:
                if published.code(x.e, duty.d) != duty.shift.code:
                    continue
                changes[x.e, duty.d] = None
                if duty.stand_in is not None:
                    changes[duty.stand_in, duty.d] = duty.shift.code
        problem = replace(desk.problem, leaves=tuple(leaves))
        return Roster(problem, published.with_changes(changes).cells, published.posts)

    @cached_property
    def audit(self) -> Audit:
        """The audit of that roster."""
        return audit(self.roster, self.case.desk.rules)

    @cached_property
    def news(self) -> tuple[Violation, ...]:
        """What the approved leave newly breaks or makes worse, until somebody stands in."""
        desk = self.case.desk
        return diff(audit(desk.published, desk.rules), self.audit).new


def review(desk: LeaveDesk, *, seconds: float = 30.0) -> Review:
    """Decide every leave that is asked for.

    Parameters
    ----------
    desk : LeaveDesk
    seconds : float
        For the search; what is found by then stands, and `proven` says so.

    Raises
    ------
    OwnCheckError
        When model and checkers disagree.
    """
    granted, proven = _most(desk, seconds)
    case = desk.case(granted)
    if not desk.allowed(granted):
        raise OwnCheckError("the leaves granted together break a rule", desk.roster)
    decided = [
        _granted(case, x) if x in granted else _rejected(desk, x, granted, proven)
        for x in sorted(desk.open, key=lambda x: x.place)
    ]
    return Review(tuple(decided), case, proven)


def _most(desk: LeaveDesk, seconds: float) -> tuple[list[LeaveRequest], bool]:
    """Return the requests to grant, and whether that is proven."""
    asked = desk.open
    if not asked:
        return [], True
    # A stand-in who is named without need takes what they can after all the others.
    needed = [x for x in asked if desk.needs_stand_in(x)]
    sides = [(x, side) for x in needed for side in desk.sides(x)]
    broken = desk.broken({side.e for _, side in sides})
    builder = build_leaves(desk.rules, desk.roster, asked, sides, desk.in_force, broken=broken)
    search = _Search(desk, builder, time.monotonic() + seconds)
    model, literal = builder.model, search.literal
    count = sum(literal.values())
    chosen, proven = search.best(count)
    if chosen is None:
        return [], False
    model.add(count >= sum(chosen.values()))
    for i in range(0, len(asked), _BLOCK):
        if not proven:
            break
        block = asked[i : i + _BLOCK]
        model.clear_hints()
        for x in asked:
            model.add_hint(literal[x], chosen[x])
        better, proven = search.best(
            sum((1 << (len(block) - 1 - k)) * literal[x] for k, x in enumerate(block))
        )
        chosen = better or chosen
        for x in block:
            model.add(literal[x] == int(chosen[x]))
    return [x for x in asked if chosen[x]], proven


class _Search:
    """The model of the requests, searched under changing objectives.

    A published roster may break hard rules already. Around such places the model is looser
    than the rules; what it proposes is checked, and where the checkers say that a stand-in
    cannot take it all, that choice of the requests it depends on is cut off: those that name
    the stand-in, and the stand-in's own.
    """

    def __init__(self, desk: LeaveDesk, builder: Builder, until: float) -> None:
        self.desk, self.model, self.until = desk, builder.model, until
        self.literal = {x: taken.var for x, taken in builder.leaves}

    def best(self, objective: object) -> tuple[dict[LeaveRequest, bool] | None, bool]:
        """Return the best choice found, None without any in time; and whether it is proven."""
        from ortools.sat.python import cp_model

        self.model.maximize(objective)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 8
        while True:
            solver.parameters.max_time_in_seconds = max(0.5, self.until - time.monotonic())
            status = run_solver(solver, self.model)
            if status == cp_model.INFEASIBLE:
                raise OwnCheckError("no leave at all is no answer", self.desk.roster)
            if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                return None, False
            chosen = {x: solver.boolean_value(var) for x, var in self.literal.items()}
            cuts = self._refused(chosen)
            if not cuts:
                return chosen, status == cp_model.OPTIMAL
            for some in cuts:
                self.model.add_bool_or(
                    [~self.literal[x] if chosen[x] else self.literal[x] for x in some]
                )
            if time.monotonic() > self.until:
                return None, False

    def _refused(self, chosen: dict[LeaveRequest, bool]) -> list[list[LeaveRequest]]:
        desk = self.desk
        unable = desk.case(x for x, taken in chosen.items() if taken).unable
        people = {
            desk.stand_in(x) for x, why in unable.items() if why and desk.needs_stand_in(x)
        }
        return [[x for x in chosen if x.e == e or desk.stand_in(x) == e] for e in people]


def _granted(case: Case, x: LeaveRequest) -> Decision:
    verdict, found = case.desk.judge(case, x), duties(case, x)
    parts = []
    if verdict.against:
        parts.append(findings_text(verdict.against))
    elif verdict.remarks:
        parts.append(Text("no hard rule stands against it", "没有违反硬性规则"))
    else:
        parts.append(Text("every rule holds", "符合全部规则"))
    if verdict.awaiting:
        parts.append(awaiting_text(verdict))
    if verdict.remarks:
        parts.append(findings_text(verdict.remarks))
    empty = sum(duty.stand_in is None for duty in found)
    if empty:
        what = "1 duty needs" if empty == 1 else f"{empty} duties need"
        parts.append(Text(f"{what} a stand-in", f"{empty} 个班待找代班人"))
    return Decision(x, verdict.status, joined(parts), verdict, found)


def _rejected(
    desk: LeaveDesk, x: LeaveRequest, granted: Sequence[LeaveRequest], proven: bool
) -> Decision:
    verdict = desk.verdict(x)
    if verdict.answer is Answer.REJECTED:
        because = findings_text(verdict.against)
        return Decision(x, Status.REJECTED, because, verdict)
    against = _colliding(desk, x, granted)
    if not against:
        if proven:
            raise OwnCheckError(f"row {x.id} could be granted too", desk.roster)
        because = Text("not decided in the time given", "限时内未能决定")
        return Decision(x, x.leave.status, because, verdict)
    case = desk.case((*against, x))
    names = joined((y.label for y in against), ", ", "、")
    what = findings_text(
        f
        for y in case.taken
        for f in desk.judge(case, y).against
        if f.outcome is Outcome.BROKEN
    )
    because = Text(
        f"cannot go together with {names.en}: {what.en}",
        f"与{names.zh}不能同时成立：{what.zh}",
    )
    return Decision(x, Status.REJECTED, because, verdict, (), against)


def _colliding(
    desk: LeaveDesk, x: LeaveRequest, granted: Sequence[LeaveRequest]
) -> tuple[LeaveRequest, ...]:
    """Return granted requests with which one cannot go together, as few as can be told."""
    for y in granted:
        if not desk.allowed([y, x]):
            return (y,)
    kept = list(granted)
    if desk.allowed([*kept, x]):
        return ()
    for y in granted:
        rest = [z for z in kept if z is not y]
        if not desk.allowed([*rest, x]):
            kept = rest
    return tuple(kept)
