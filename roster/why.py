"""Why a person has this duty, or this day off.

What speaks for it is what would get worse were it different, all else as it stands: each rule
says it in its own sentence. Beside that stand the seats of the Demand sheet that the duty
fills, every other duty the person could have, who else could have had it, and, found by the
model around the roster, the cheapest way to give the person the day off when a few others may
change too.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from roster.blocks import SHORTAGE
from roster.model import Fact, build
from roster.problem import Leave, Request, Want
from roster.rule import RuleSet, Violation
from roster.solver import run_solver
from roster.stand_ins import StandIns, stand_ins
from roster.what_if import Change, WhatIf
from roster.workbook.counts import CoverLine, cover_on

_SHAPES = ((6, 2), (10, 4), (20, 7))
"""Other people, and days before and after, that may change; each step holds the one before."""

_NAMED = 5
"""Stand-ins who may change first of all; after them those who could take the duty."""

_CELLS = 8
"""Most cells that a rearrangement changes: more is another roster and no answer."""


@dataclass(frozen=True)
class Alternative:
    """Something else in the cell.

    Attributes
    ----------
    code : str or None
    change : Change
        All else as it stands.
    """

    code: str | None
    change: Change


@dataclass(frozen=True)
class Price:
    """The cheapest way to put something else in the cell when others may change too.

    Attributes
    ----------
    code : str or None
        What the person would have.
    change : Change or None
        None when no way was found.
    proven : bool
        There is no cheaper way, or none at all, within these people and days and with at
        most so many cells changed.
    people : tuple of int
        The others who may change.
    first, last : int
        Days on which they may.
    most : int
        Cells that may change.
    anyway : int
        Points that a search found could be saved with the cell as it stands: the roster is
        not the best possible, and what is cheapest is then not proven.
    """

    code: str | None
    change: Change | None
    proven: bool
    people: tuple[int, ...]
    first: int
    last: int
    most: int = _CELLS
    anyway: int = 0


@dataclass(frozen=True)
class Why:
    """What there is to say of one cell.

    Attributes
    ----------
    e, d : int
    code : str or None
        What stands there.
    leave : Leave or None
    seats : tuple of CoverLine
        The Demand rows that the duty fills, with who is on duty.
    hard : tuple of Violation
        What any other content (a duty: the day off) would break.
    points : mapping of str to int
        Points by rule that it would cost at the least.
    alternatives : tuple of Alternative
        Those that break nothing first, then by points.
    closed : tuple of str
        Shifts that are not open to the person: job, skill or grade.
    wishes : tuple of Request
        The person's wishes for the day.
    prices : tuple of Price
    others : StandIns or None
        Who else could have had the duty.
    """

    e: int
    d: int
    code: str | None
    leave: Leave | None
    seats: tuple[CoverLine, ...]
    hard: tuple[Violation, ...]
    points: Mapping[str, int]
    alternatives: tuple[Alternative, ...]
    closed: tuple[str, ...]
    wishes: tuple[Request, ...]
    prices: tuple[Price, ...]
    others: StandIns | None

    @property
    def could_be(self) -> tuple[Alternative, ...]:
        """What could stand there as well: no rule broken, no point more."""
        return tuple(a for a in self.alternatives if not a.change.breaks and a.change.cost <= 0)


def why(what_if: WhatIf, e: int, d: int, *, seconds: float = 5.0) -> Why:
    """Explain one cell.

    Parameters
    ----------
    what_if : WhatIf
    e, d : int
        A day of the horizon.
    seconds : float
        For the cheapest rearrangements.
    """
    roster, problem = what_if.roster, what_if.problem
    code = roster.code(e, d)
    fitting = problem.fitting_codes[e]
    codes = [c for c in (None, *problem.shift_by_code) if c is None or c in fitting]
    found = [Alternative(c, what_if.of({(e, d): c})) for c in codes if c != code]
    found.sort(key=lambda a: (len(a.change.breaks), a.change.cost, a.code is not None))
    seats: tuple[CoverLine, ...] = ()
    others = None
    if code is not None:
        seats = tuple(
            line
            for line in cover_on(roster, d)
            if code in problem.counting(line.row)[e] and (line.row.wanted or line.row.max)
        )
        others = stand_ins(what_if, e, d, absent=False)
        instead = [what_if.of({(e, d): None})]
    else:
        instead = [a.change for a in found]
    day = problem.date_of(d)
    mine = (problem.employees[e].id, day)
    wishes = tuple(r for r in problem.requests if (r.staff, r.day) == mine)
    targets = [None] if code is not None else []
    targets += [r.shift for r in wishes if r.want is Want.SHIFT and r.shift != code]
    prices = []
    deadline = time.monotonic() + seconds
    for n, target in enumerate(targets):
        left = (deadline - time.monotonic()) / (len(targets) - n)
        prices.append(price(what_if, e, d, target, seconds=left, others=others))
    return Why(
        e,
        d,
        code,
        problem.leave_on(e, d),
        seats,
        _common(instead),
        _least(instead),
        tuple(found),
        tuple(c for c in problem.shift_by_code if c not in fitting),
        wishes,
        tuple(prices),
        others,
    )


def _common(changes: list[Change]) -> tuple[Violation, ...]:
    """Return what every change breaks, rule by rule, in the first one's words."""
    if not changes:
        return ()
    rules = set.intersection(*({v.rule for v in c.breaks} for c in changes))
    return tuple(v for v in changes[0].breaks if v.rule in rules)


def _least(changes: list[Change]) -> Mapping[str, int]:
    """Return the points by rule that every change costs at the least."""
    if not changes:
        return {}
    rules = dict.fromkeys(rule for c in changes for rule in c.points)
    least = {rule: min(c.points.get(rule, 0) for c in changes) for rule in rules}
    if len(changes) == 1:
        return least
    return {rule: points for rule, points in least.items() if points > 0}


# --- others may change too -----------------------------------------------------------------


def price(
    what_if: WhatIf,
    e: int,
    d: int,
    code: str | None,
    *,
    seconds: float = 5.0,
    others: StandIns | None = None,
) -> Price:
    """Find the cheapest way to put something else in a cell when others may change too.

    Fewest points, then fewest changed cells. Rules that the roster breaks already are left to
    the checkers: the model could not keep them. Committee posts stay with their holders.

    Parameters
    ----------
    what_if : WhatIf
    e, d : int
    code : str or None
        What the person is to have.
    seconds : float
    others : StandIns, optional
        Who could step in: they may change first of all.
    """
    deadline = time.monotonic() + seconds
    best: Price | None = None
    for shape in _shapes(what_if, e, d, code, others):
        left = deadline - time.monotonic()
        if best is not None and left < 0.2:
            break
        tried = _cheapest(what_if, e, d, code, shape, max(left, 0.2), best)
        if tried is not None:
            best = tried
    return _needed(what_if, e, d, best)


def _needed(what_if: WhatIf, e: int, d: int, found: Price) -> Price:
    """Take out of a rearrangement what would improve the roster just as well without it.

    Where the roster is not the best possible, the model finds gains that have nothing to do
    with the cell: changes that keep every rule by themselves, as what is left does, and whose
    points add up.
    """
    whole = found.change
    if whole is None:
        return found
    others = sorted(set(whole.cells) - {(e, d)})
    for size in range(len(others), 0, -1):
        for gone in itertools.combinations(others, size):
            apart = {cell: whole.cells[cell] for cell in gone}
            rest = {cell: code for cell, code in whole.cells.items() if cell not in apart}
            if what_if.at_once(apart).breaks or what_if.at_once(rest).breaks:
                continue
            alone, left = what_if.of(apart), what_if.of(rest)
            if alone.breaks or left.breaks or alone.cost + left.cost > whole.cost:
                continue
            return replace(found, change=left, proven=False, anyway=max(0, -alone.cost))
    return found


def _shapes(
    what_if: WhatIf, e: int, d: int, code: str | None, others: StandIns | None
) -> Iterator[tuple[tuple[int, ...], int, int]]:
    """Yield the other people and the days that may change, more and more of them.

    First those whom a broken rule names (a newcomer, when the mentor is off), then stand-ins.
    """
    problem = what_if.problem
    alone = what_if.of({(e, d): code})
    near = [problem.employee_index[i] for v in alone.breaks for i in v.who]
    for c in others.candidates[:_NAMED] if others is not None else ():
        near += [c.e, *c.others]
    order = dict.fromkeys([*near, *_helpful(what_if, e, d, code)])
    people = [p for p in order if p != e]
    until = problem.published_until
    floor = 0
    if until is not None and problem.date_of(d) > until:
        floor = problem.index_of(until) + 1  # what is published stays, but for the day asked of
    seen = None
    for count, around in _SHAPES:
        shape = (
            tuple(people[:count]),
            max(floor, 0, d - around),
            min(problem.n_days - 1, d + around),
        )
        if shape != seen:
            yield shape
        seen = shape


def _helpful(what_if: WhatIf, e: int, d: int, code: str | None) -> list[int]:
    """Return everybody else, those first who could take the duty that falls free.

    Without one, those who have the duty that is asked for.
    """
    roster, problem = what_if.roster, what_if.problem
    own = roster.code(e, d)

    def order(p: int) -> tuple:
        if own is None:
            return (roster.code(p, d) != code, p)
        if roster.code(p, d) == own:
            return (2, 0, 0, p)
        change = what_if.of_people({(p, d): own})
        return (bool(change.breaks), len(change.breaks), change.cost, p)

    return sorted((p for p in range(len(problem.employees)) if p != e), key=order)


def _cheapest(
    what_if: WhatIf,
    e: int,
    d: int,
    code: str | None,
    shape: tuple[tuple[int, ...], int, int],
    seconds: float,
    best: Price | None,
) -> Price | None:
    """Solve one neighbourhood; None when it says no more than what is known."""
    began = time.monotonic()
    roster, problem = what_if.roster, what_if.problem
    people, first, last = shape
    free = frozenset((p, x) for p in (e, *people) for x in range(first, last + 1))
    broken = {v.rule for v in what_if.audit.broken}
    kept = [r for r in what_if.rules.rules if r.id not in broken]
    short = bool(what_if.audit.shortage)
    builder = build(
        problem,
        RuleSet(tuple(kept), what_if.rules.rulebook),
        all_or_nothing=not short,
        around=roster,
        free=free | {(e, d)},
    )
    if builder.refusals:
        return Price(code, None, False, *shape) if best is None else None
    builder.fix_posts(roster)
    model = builder.model
    one, literals = builder.variables.resolve(Fact(e, d, frozenset({code})))
    if not one:
        model.add_bool_or(list(literals))
    changed = []
    for p, x in free:
        stays, literals = builder.variables.resolve(Fact(p, x, frozenset({roster.code(p, x)})))
        if not stays:
            changed.append(1 - sum(literals))
    model.add(sum(changed) <= _CELLS)
    points = builder.points_expr()
    if short:
        points += SHORTAGE * builder.shortage_expr()
    model.minimize((_CELLS + 1) * points + sum(changed))
    known = {(e, d): code} if best is None or best.change is None else best.change.cells
    builder.hint(roster.with_changes(known))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = max(0.1, seconds - (time.monotonic() - began))
    status = run_solver(solver, model)
    nothing = best is None or best.change is None
    if status == cp_model.INFEASIBLE:
        return Price(code, None, True, *shape) if nothing else None
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Price(code, None, False, *shape) if best is None else None
    found = builder.read(solver.boolean_value)
    change = what_if.of({(p, x): there for p, x, _, there in roster.diff(found)})
    if change.breaks:
        return Price(code, None, False, *shape) if best is None else None
    proven = status == cp_model.OPTIMAL and not broken
    if not proven and best is not None and best.change is not None:
        if change.cost >= best.change.cost:
            return None
    return Price(code, change, proven, *shape)
