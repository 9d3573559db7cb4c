"""Who got which wishes, and what a refused one collided with.

A wish is refused where granting it, all else as it stands, would break a hard rule or cost
more points than it is worth. Where neither is so the roster could have granted it: that is
said too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from roster.problem import CarryOver, Request, Want
from roster.what_if import Change, WhatIf, breaks_text, points_text
from roster.words import Text, same

_RULE = "wishes"


@dataclass(frozen=True)
class WishResult:
    """What became of one wish; a wish over a span is one a day.

    Attributes
    ----------
    request : Request
    e, d : int
    code : str or None
        What the person has that day.
    met : bool
    weight : int
        Points when it is not met.
    instead : str or None
        What would have met it, the cheapest where there is a choice.
    change : Change or None
        What that would change, all else as it stands; None for a wish that is met.
    against : Text
        What it collided with; empty for a wish that is met.
    """

    request: Request
    e: int
    d: int
    code: str | None
    met: bool
    weight: int
    instead: str | None
    change: Change | None
    against: Text


@dataclass(frozen=True)
class WishCount:
    """One person's wishes, met and missed: in this period, and with earlier ones."""

    e: int
    met: int
    missed: int
    total_met: int
    total_missed: int


def want_text(request: Request) -> Text:
    """Return what is wished: ``off``, ``E``, ``not N``."""
    if request.want is Want.OFF:
        return Text("off", "休")
    if request.want is Want.NOT:
        return Text(f"not {request.shift}", f"不上 {request.shift}")
    return same(request.shift)


def wish_results(what_if: WhatIf) -> tuple[WishResult, ...]:
    """Return what became of every wish, in the order of the Requests sheet."""
    roster, problem = what_if.roster, what_if.problem
    weight = what_if.rules[_RULE].weight if _RULE in what_if.rules else 0
    out = []
    for request in problem.requests:
        e, d = problem.employee_index[request.staff], problem.index_of(request.day)
        code = roster.code(e, d)
        points = weight if request.weight is None else request.weight
        if request.met_by(code):
            out.append(WishResult(request, e, d, code, True, points, None, None, same("")))
            continue
        change = min(_grants(what_if, request, e, d), key=_dearness)
        instead = change.cells[e, d]
        against = against_text(what_if, change)
        out.append(WishResult(request, e, d, code, False, points, instead, change, against))
    return tuple(out)


def _grants(what_if: WhatIf, request: Request, e: int, d: int) -> Iterable[Change]:
    """Yield what meets the wish."""
    fitting = what_if.problem.fitting_codes[e] | {request.shift}
    for code in (None, *what_if.problem.shift_by_code):
        if request.met_by(code) and (code is None or code in fitting):
            yield what_if.of({(e, d): code})


def _dearness(change: Change) -> tuple[int, int]:
    return len(change.breaks), change.cost


def against_text(what_if: WhatIf, change: Change) -> Text:
    """Return what granting a wish collides with: hard rules, else points."""
    rules = what_if.rules
    if change.breaks:
        return breaks_text(rules, change.breaks)
    gained = -change.points.get(_RULE, 0)
    paid = {rule: points for rule, points in change.points.items() if rule != _RULE}
    by = points_text(rules, paid, change)
    if change.cost > 0:
        return Text(f"{by.en}; the wish is worth {gained}", f"{by.zh}；该意愿值 {gained} 分")
    if change.cost == 0 and paid:
        return Text(f"as dear as the wish: {by.en}", f"代价与意愿相等：{by.zh}")
    return Text(
        f"nothing ({by.en}; the wish is worth {gained}): it could have been granted",
        f"无冲突（{by.zh}；该意愿值 {gained} 分）：本可满足",
    )


def wish_counts(results: Iterable[WishResult], what_if: WhatIf) -> tuple[WishCount, ...]:
    """Count the wishes of everybody who has or had any, in list order."""
    problem = what_if.problem
    results = tuple(results)
    out = []
    for e, person in enumerate(problem.employees):
        mine = [w.met for w in results if w.e == e]
        met, missed = sum(mine), len(mine) - sum(mine)
        carried = problem.carry_over.get(person.id, CarryOver())
        before = carried.wishes_met, carried.wishes_missed
        if mine or any(before):
            out.append(WishCount(e, met, missed, met + before[0], missed + before[1]))
    return tuple(out)
