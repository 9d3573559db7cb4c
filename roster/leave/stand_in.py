"""Who could take a duty that a leave leaves empty.

Anybody who is free that day (no duty, no leave, standing in for nobody), fits the shift, and
with whom in the place of the absent person no hard rule of a person or of the day is newly
broken. Ranked, the first that differs decides: rested (off on the day before and after too);
nearest in grade; for a night duty the fewest nights; the fewest hours; the fewest nights; the
attendance list. Each duty is looked at by itself: one person may be named for two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.audit import audit, diff
from roster.leave.desk import Case
from roster.leave.request import LeaveRequest
from roster.problem import Problem, Shift
from roster.rule import Level, RuleSet, Scope
from roster.words import Text, hours_text

MOST = 5
"""Suggestions a duty."""


@dataclass(frozen=True)
class Suggestion:
    """Somebody who could take a duty.

    Attributes
    ----------
    e : int
    reasons : tuple of Text
        What they were ranked by.
    """

    e: int
    reasons: tuple[Text, ...]


@dataclass(frozen=True)
class Duty:
    """A duty in a leave.

    Attributes
    ----------
    d : int
    shift : Shift
    stand_in : int or None
        Who takes it; None when somebody is still to be found.
    suggestions : tuple of Suggestion
        Best first, when nobody takes it.
    """

    d: int
    shift: Shift
    stand_in: int | None
    suggestions: tuple[Suggestion, ...] = ()


def duties(case: Case, request: LeaveRequest, most: int = MOST) -> tuple[Duty, ...]:
    """Return the duties of a leave that is taken, with stand-ins or suggestions.

    Parameters
    ----------
    case : Case
        With every leave that counts as granted.
    request : LeaveRequest
    most : int
        Suggestions a duty.
    """
    out = []
    for d, shift in case.desk.duties(request):
        taker = case.taker(request.e, d)
        found = () if taker is not None else suggest(case, request.e, d, shift)[:most]
        out.append(Duty(d, shift, taker, found))
    return tuple(out)


def suggest(case: Case, e: int, d: int, shift: Shift) -> tuple[Suggestion, ...]:
    """Rank those who could take a person's duty of a day."""
    able = sorted(_able(case, e, d, shift), key=lambda p: _rank(case, e, p, d, shift))
    return tuple(Suggestion(p, _reasons(case, e, p, d)) for p in able)


def _able(case: Case, e: int, d: int, shift: Shift) -> Iterator[int]:
    problem = case.problem
    hard = case.desk.rules.hard.rules
    scopes = (Scope.PERSON, Scope.DAY)
    rules = RuleSet(tuple(r for r in hard if r.scope in scopes))
    there = case.after.with_changes({(e, d): shift.code})
    for p in range(len(problem.employees)):
        if (
            p == e
            or case.after.on(p, d)
            or case.desk.published.on(p, d)
            or case.away(p, d)
            or not problem.employed(p, d)
            or shift.code not in problem.fitting_codes[p]
        ):
            continue
        instead = case.after.with_changes({(p, d): shift.code})
        before, after = (audit(r.focused([p], [d]), rules) for r in (there, instead))
        if not any(v.level is Level.HARD for v in diff(before, after).new):
            yield p


def _rested(case: Case, p: int, d: int) -> bool:
    near = [x for x in (d - 1, d + 1) if x < case.problem.n_days]
    return not any(case.after.on(p, x) for x in near)


def _load(case: Case, p: int) -> tuple[int, int]:
    """Return a person's minutes and nights in the horizon."""
    nights = sum(s.is_night for _, s in case.after.duties_of(p))
    return case.after.minutes(p), nights


def _rank(case: Case, e: int, p: int, d: int, shift: Shift) -> tuple[int, ...]:
    minutes, nights = _load(case, p)
    return (
        not _rested(case, p, d),
        _grades_apart(case.problem, e, p),
        nights if shift.is_night else 0,
        minutes,
        nights,
        p,
    )


def _grades_apart(problem: Problem, e: int, p: int) -> int:
    return abs(problem.employees[e].grade - problem.employees[p].grade)


def _reasons(case: Case, e: int, p: int, d: int) -> tuple[Text, ...]:
    minutes, nights = _load(case, p)
    hours, apart = hours_text(minutes), _grades_apart(case.problem, e, p)
    return (
        Text("off on the day before and after too", "前后两天也休息")
        if _rested(case, p, d)
        else Text("free that day", "当天休息"),
        Text("same grade", "同级别")
        if not apart
        else Text(f"{'one grade' if apart == 1 else 'two grades'} apart", f"相差 {apart} 级"),
        Text(f"{hours} h and {nights} night(s) so far", f"本期 {hours} 小时、夜班 {nights} 个"),
    )
