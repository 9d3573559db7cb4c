"""Deciding all open requests of the register together.

Requests compete: for a person's limit, for cover, for the same partner or duty. Let x be 1
for an exchange that is accepted (a ring is one exchange). Every rule of swaps, and through
``swap_keeps_roster`` every hard rule of the roster, states itself over the x: the cell of a
person and day is what the accepted exchange that touches it makes of it, at most one does.
Then, in this order:

1. the most rows accepted;
2. among those sets, the one that has the earliest asked row that the others lack; rows asked
   at the same moment, or without saying when, by the smaller number.

The second is lexicographic, and found by fixing a block of rows at a time, each the best that
the ones before leave. What is accepted is then checked by the checkers alone, and each
rejection by showing what it breaks: by itself, or together with accepted ones.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from roster.errors import OwnCheckError
from roster.problem import SIGNATURES, Status, Swap
from roster.swaps.desk import OPEN, Answer, Desk, Finding, Verdict
from roster.swaps.exchange import Exchange, Misfit, exchanges, misfits
from roster.swaps.search import Search
from roster.words import Text, joined

_BLOCK = 24
_FEW = 3


@dataclass(frozen=True)
class Decision:
    """What became of one row of the register.

    Attributes
    ----------
    row : Swap
    exchange : Exchange
    status : Status
        What the register says now.
    because : Text
    verdict : Verdict or None
        None for a row that no longer fits the roster.
    collides : tuple of Exchange
        Accepted exchanges with which a rejected one cannot go together.
    """

    row: Swap
    exchange: Exchange
    status: Status
    because: Text
    verdict: Verdict | None = None
    collides: tuple[Exchange, ...] = ()

    @property
    def answer(self) -> str:
        """``approved``, ``referred``, ``rejected`` or ``stale``."""
        if self.verdict is None:
            return self.status.value
        return Answer.REJECTED.value if self.collides else self.verdict.answer.value


@dataclass(frozen=True)
class Review:
    """The decisions on all open rows, in the register's order.

    Attributes
    ----------
    decisions : tuple of Decision
    proven : bool
        That no more rows can be accepted, and no earlier ones; False when time ran out.
    bound : int
        No more rows than these can be accepted.
    """

    decisions: tuple[Decision, ...]
    proven: bool
    bound: int


def priority(row: Swap) -> tuple:
    """Return what a tie goes by: when a row was asked, then its number."""
    parts = re.split(r"(\d+)", row.id)
    number = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts if p)
    return (row.asked_at is None, row.asked_at or datetime.min, number)


def review(desk: Desk, *, seconds: float = 30.0) -> Review:
    """Decide every requested and referred row of the register.

    Parameters
    ----------
    desk : Desk
    seconds : float
        For the search; what is found by then stands, and `proven` says so.

    Returns
    -------
    Review

    Raises
    ------
    OwnCheckError
        When model and checkers disagree.
    """
    decided: dict[str, Decision] = {}
    for x, wrong in desk.stale.items():
        decided |= _stale(x, wrong)
    open_ones = []
    for x in exchanges(desk.rosters, OPEN):
        wrong = misfits(desk.rosters, x)
        if wrong:
            decided |= _stale(x, wrong)
        else:
            open_ones.append(x)
    open_ones.sort(key=lambda x: min(map(priority, x.rows)))
    taken, proven, bound = _most(desk, open_ones, seconds)
    alone = {x: desk.verdict(x) for x in open_ones}
    for x in open_ones:
        # Around duties owed after the horizon the model may be too strict.
        legs = (leg for y in (x, *desk.in_force, *taken) for leg in y.legs)
        owed = any(leg.d >= desk.problem.n_days for leg in legs)
        if owed and x not in taken and desk.allowed([*taken, x]):
            taken, proven = [*taken, x], False
    if not desk.allowed(taken):
        raise OwnCheckError("the exchanges accepted together break a rule", desk.roster)
    for x in open_ones:
        if x in taken:
            decided |= _accepted(desk, x, taken, alone[x])
        else:
            decided |= _rejected(desk, x, taken, alone[x], proven)
    order = [r.id for r in desk.problem.swaps if r.id in decided]
    return Review(tuple(decided[i] for i in dict.fromkeys(order)), proven, bound)


def _stale(x: Exchange, wrong: Iterable[Misfit]) -> dict[str, Decision]:
    because = joined(m.what for m in wrong)
    if not because.en:
        because = Text("another approved swap changes the duty", "另一次已批准的换班更动了该班")
    return {r.id: Decision(r, x, Status.STALE, because) for r in x.rows}


def _most(
    desk: Desk, asked: Sequence[Exchange], seconds: float
) -> tuple[list[Exchange], bool, int]:
    """Return the exchanges to accept, whether that is proven, and the bound on rows."""
    if not asked:
        return [], True, 0
    until = time.monotonic() + seconds
    search = Search(
        desk,
        [(x, s) for x in asked for s in x.sides],
        lambda values: [x for x in asked if values[x]],
        until,
    )
    literal, model = search.literal, search.model
    rows = sum(len(x.rows) * literal[x] for x in asked)
    chosen, proven, best = search.best(rows)
    bound = int(min(sum(len(x.rows) for x in asked), best + 1e-6))
    if chosen is None:
        return [], False, bound
    if proven:
        model.add(rows == sum(len(x.rows) for x in asked if chosen[x]))
    for i in range(0, len(asked), _BLOCK) if proven else ():
        block = asked[i : i + _BLOCK]
        model.clear_hints()
        for x in asked:
            model.add_hint(literal[x], chosen[x])
        better, proven, _ = search.best(
            sum((1 << (len(block) - 1 - k)) * literal[x] for k, x in enumerate(block))
        )
        chosen = better or chosen
        if not proven:
            break
        for x in block:
            model.add(literal[x] == int(chosen[x]))
    return [x for x in asked if chosen[x]], proven, bound


_AWAITED = dict(
    zip(
        SIGNATURES,
        (
            Text("applicant", "申请人"),
            Text("partner", "对方"),
            Text("applicant's lead", "申请人班长"),
            Text("partner's lead", "对方班长"),
            Text("manager", "经理"),
        ),
    )
)


def awaited_text(verdict: Verdict) -> Text:
    """Return the signatures that are awaited as one line, empty when none is."""
    names = joined((_AWAITED[s] for s in verdict.awaiting), ", ", "、")
    if not names.en:
        return names
    return Text(f"signatures awaited: {names.en}", f"待签字：{names.zh}")


def against_text(findings: Iterable[Finding]) -> Text:
    """Return what stands against a request as one line: each rule with its evidence.

    Of many sentences the first few are enough to see why; the check of the row has them all.
    """
    lines = [
        Text(f"{f.rule.id}: {line.en}", f"{f.rule.title.zh}：{line.zh}")
        for f in findings
        for line in f.evidence
    ]
    more = len(lines) - _FEW
    if more > 0:
        lines[_FEW:] = [Text(f"and {more} more", f"另有 {more} 处")]
    return joined(lines)


def _accepted(
    desk: Desk, x: Exchange, taken: Sequence[Exchange], verdict: Verdict
) -> dict[str, Decision]:
    if verdict.answer is Answer.REJECTED:
        # Allowed only beside others that are accepted too.
        verdict = desk.verdict(x, [y for y in taken if y is not x])
    parts = []
    if verdict.against:
        parts.append(against_text(verdict.against))
    else:
        parts.append(Text("every rule holds", "符合全部规则"))
    if verdict.awaiting:
        parts.append(awaited_text(verdict))
    return {r.id: Decision(r, x, verdict.status, joined(parts), verdict) for r in x.rows}


def _rejected(
    desk: Desk, x: Exchange, taken: Sequence[Exchange], verdict: Verdict, proven: bool
) -> dict[str, Decision]:
    against: tuple[Exchange, ...] = ()
    if verdict.answer is Answer.REJECTED:
        # What it breaks alone, unless an accepted exchange mends that and breaks other things.
        beside = desk.verdict(x, _near(x, taken))
        alone = {line for f in verdict.against for line in f.evidence}
        both = [f for f in beside.against if alone.intersection(f.evidence)]
        because = against_text(both or beside.against or verdict.against)
    else:
        against = colliding(lambda some: desk.allowed([*some, x]), x, taken)
        if against:
            verdict = desk.verdict(x, against)
            names = joined((y.label for y in against), ", ", "、")
            what = against_text(verdict.against)
            because = Text(
                f"cannot go together with {names.en}: {what.en}",
                f"与{names.zh}不能同时成立：{what.zh}",
            )
        elif proven:
            raise OwnCheckError(f"{x.id} could be accepted too", desk.roster)
        else:
            because = Text("not decided in the time given", "限时内未能决定")
            return {r.id: Decision(r, x, r.status, because, verdict) for r in x.rows}
    return {r.id: Decision(r, x, Status.REJECTED, because, verdict, against) for r in x.rows}


def colliding(
    allowed: Callable[[Sequence[Exchange]], bool], x: Exchange, taken: Sequence[Exchange]
) -> tuple[Exchange, ...]:
    """Return accepted exchanges with which one cannot go together, as few as can be told.

    Parameters
    ----------
    allowed : callable
        Tells whether the exchange can go together with some others.
    x : Exchange
    taken : sequence of Exchange
        In the order in which they are tried.
    """
    near = _near(x, taken)
    for y in near:
        if not allowed([y]):
            return (y,)
    for some in (near, list(taken)):
        if not allowed(some):
            break
    else:
        return ()
    kept = list(some)
    for y in some:
        rest = [z for z in kept if z is not y]
        if not allowed(rest):
            kept = rest
    return tuple(kept)


def _near(x: Exchange, taken: Sequence[Exchange]) -> list[Exchange]:
    """Return the exchanges that share a person or a day with one."""
    people, days = set(x.people), {leg.d for leg in x.legs}
    return [
        y
        for y in taken
        if not people.isdisjoint(y.people) or any(leg.d in days for leg in y.legs)
    ]
