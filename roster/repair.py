"""Repairing a published roster when somebody falls ill: as little changes as possible.

The absence becomes approved leave. What is past stays, and what people pinned, and duties
that changed hands in a swap, and days already published; all the rest may change. In this
order:

1. hard rules; what the cells that stay break, whatever the others hold, asks only that it
   gets no worse, and where not even that can be had together, nothing that the published
   roster broke already gets worse;
2. the fewest people short of the minimum cover;
3. the fewest points of the rule ``stability``: people affected, and changes by their notice;
4. the fewest points of the other rules.

The optimum of 3 lies near the published roster, so the days of the absence and a few more are
searched first; from what is found there the whole model is searched, which proves it, and
then once more for 4. One model does for the first two: around the window it is held as
published.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from ortools.sat.python import cp_model

from roster.audit import Audit, audit, diff
from roster.calendar import monday_of
from roster.committees import known_terms
from roster.errors import OwnCheckError
from roster.model import Builder, Refusal, build
from roster.outcome import Outcome, SolveStatus
from roster.plan import Roster
from roster.problem import Leave, LeaveKind, Problem, Status
from roster.rotation import LeadWeek, away_while_leading, turns
from roster.rule import Level, RuleSet, Violation
from roster.solver import run_solver

WORKERS = 8
RULE = "stability"

_NEAR = 2
"""Days after the last day of the absence that are searched first."""

_WINDOW_PART = 0.2
_WHOLE_PART = 0.8
_STABLE_PART = 1.0
"""Parts of the time: for the days around the absence; until when full cover is sought, and
least shortage where there is none."""

_CELLS_A_SECOND, _LEAST = 720, 1.2
_PATIENCE = 8
"""Times the seconds that it gets, when nothing was found by then and no time was asked for."""

_BUSIEST = 4.0
"""At most so many times slower a machine may seem to be."""

_MOST_AWAY = 3
"""So many workdays away in a week, and a committee post goes to somebody else."""

_STAYS = 20
"""People affected that it may cost to take a post from somebody who is away."""

_WHY = 10.0
"""Seconds to find out which rule stands in the way."""


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Who cannot come, from the first to the last day."""

    staff: str
    first: date
    last: date
    kind: LeaveKind = LeaveKind.SICK


@dataclass(frozen=True)
class Change:
    """A cell of the roster that changes.

    Attributes
    ----------
    e, d : int
    before, after : str or None
    notice : int
        Days from the day on which people can be told.
    away : bool
        The person is one of the absent and on leave that day.
    because : tuple of int
        The absent people whose duties are taken over; empty where it follows from another
        change.
    """

    e: int
    d: int
    before: str | None
    after: str | None
    notice: int
    away: bool
    because: tuple[int, ...] = ()


@dataclass(frozen=True)
class LeadChange:
    """A week with another lead than before, or with a stand-in on some days."""

    monday: date
    before: int | None
    after: int | None
    days: tuple[int, ...] = ()


@dataclass(frozen=True)
class PostChange:
    """A committee post that goes to somebody else."""

    monday: date
    post: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Repaired:
    """What a repair came back with.

    Attributes
    ----------
    published : Roster
        As it stood, without the absence.
    problem : Problem
        With the absence, and what people were told that they have.
    new_leave : tuple of Leave
        What the absence adds to the leave approved already.
    rules : RuleSet
        In force.
    outcome : Outcome
        Its audit is by the rules in force; no bound on the points.
    proven : bool
        That no repair has less shortage, nor, with as little, fewer points of stability.
    fewest_points : bool
        That none of these has fewer points of the other rules.
    refusals : tuple of Refusal
        When there is no repair: hard clauses that nobody who is there can keep.
    refused : tuple of str
        Where there are none of these: ids of rules, each of which alone stands in the way.
    """

    published: Roster
    problem: Problem
    rules: RuleSet
    new_leave: tuple[Leave, ...]
    outcome: Outcome
    proven: bool = False
    fewest_points: bool = False
    refusals: tuple[Refusal, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def roster(self) -> Roster | None:
        """The repaired roster."""
        return self.outcome.roster

    @cached_property
    def before(self) -> Audit:
        """The audit of the published roster."""
        return audit(self.published, self.rules)

    @cached_property
    def new(self) -> tuple[Violation, ...]:
        """Hard violations other than shortage that were not there, or are worse."""
        found = diff(self.before, self.outcome.audit).new
        return tuple(v for v in found if v.level is Level.HARD and v.rule != "cover")

    @cached_property
    def known(self) -> tuple[Violation, ...]:
        """Hard violations other than shortage that the published roster has too."""
        return tuple(v for v in self.outcome.audit.broken if v not in self.new)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every cell that changes, in order of date."""
        problem, since = self.problem, self.problem.index_of(self.problem.notice_from)
        away = {
            (problem.employee_index[x.staff], problem.index_of(x.first) + i)
            for x in self.new_leave
            for i in range((x.last - x.first).days + 1)
        }
        # Off instead of leave looks the same in the roster; of a leave there is no more to say.
        cells = sorted((d, e, a, b) for e, d, a, b in self.published.diff(self.roster))
        left = {(e, d): code for d, e, code, _ in cells if (e, d) in away}
        return tuple(
            Change(
                e,
                d,
                before,
                after,
                d - since,
                (e, d) in away,
                () if (e, d) in away else _because(left, d, after),
            )
            for d, e, before, after in cells
        )

    @property
    def affected(self) -> tuple[int, ...]:
        """People, in list order, who get another roster on days on which they are not away."""
        return tuple(sorted({c.e for c in self.changes if not c.away}))

    @cached_property
    def leads(self) -> tuple[LeadChange, ...]:
        """Weeks that somebody else leads, and those of a lead who is away for some days."""
        was = {week.monday: week for week in turns(self.published.problem)}
        out = []
        for week in turns(self.problem):
            old: LeadWeek = was[week.monday]
            days = away_while_leading(self.problem, week)
            if week.lead != old.lead:
                out.append(LeadChange(week.monday, old.lead, week.lead))
            elif days and days != away_while_leading(self.published.problem, old):
                there = week.next_lead is not None and all(
                    self.problem.available(week.next_lead, d) for d in days
                )
                stand_in = week.next_lead if there else None
                out.append(LeadChange(week.monday, week.lead, stand_in, days))
            if week.monday == self.problem.mondays[-1] and week.next_lead != old.next_lead:
                following = week.monday + timedelta(days=7)
                out.append(LeadChange(following, old.next_lead, week.next_lead))
        return tuple(out)

    @cached_property
    def posts(self) -> tuple[PostChange, ...]:
        """Committee posts that change hands."""
        old, new = self.published.holders, self.roster.holders
        return tuple(
            PostChange(*seat, old.get(seat), new.get(seat))
            for seat in sorted({*old, *new})
            if old.get(seat) != new.get(seat)
        )


def _because(
    left: Mapping[tuple[int, int], str | None], d: int, after: str | None
) -> tuple[int, ...]:
    """Return the absent whose duty of the day is taken over, else all absent on it."""
    gone = {e: code for (e, day), code in left.items() if day == d and code is not None}
    same = tuple(e for e, code in gone.items() if code == after)
    return same or tuple(gone)


def with_absences(
    published: Roster, absences: Iterable[Absence], since: date
) -> tuple[Problem, tuple[Leave, ...]]:
    """Return the problem with the absences as approved leave, and the leave that is new.

    Days on which a person has approved leave already stay as they are.

    Parameters
    ----------
    published : Roster
    absences : iterable of Absence
    since : date
        When it was told, and from when on things can change.
    """
    problem = published.problem
    gone = {
        (x.staff, x.first + timedelta(days=i))
        for x in problem.leaves
        if x.status is Status.APPROVED
        for i in range((x.last - x.first).days + 1)
    }
    new: list[Leave] = []
    for absence in absences:
        day = absence.first
        while day <= absence.last:
            here = (absence.staff, day)
            if here not in gone:
                gone.add(here)
                last = new[-1] if new else None
                if (
                    last is not None
                    and (last.staff, last.kind) == (absence.staff, absence.kind)
                    and last.last == day - timedelta(days=1)
                ):
                    new[-1] = replace(last, last=day)
                else:
                    new.append(
                        Leave(
                            staff=absence.staff,
                            first=day,
                            last=day,
                            kind=absence.kind,
                            asked_at=datetime.combine(since, datetime.min.time()),
                        )
                    )
            day += timedelta(days=1)
    made = replace(
        problem,
        leaves=(*problem.leaves, *new),
        # A pin of somebody who cannot come has nothing to hold.
        fixed=tuple(f for f in problem.fixed if not (f.pin and (f.staff, f.day) in gone)),
        published={
            (p.id, day): published.code(e, d)
            for e, p in enumerate(problem.employees)
            for d, day in enumerate(problem.days)
        },
        notice_from=since,
    )
    return made, tuple(new)


def open_cells(
    roster: Roster, since: date, until: date, *, hold_published: bool = True
) -> frozenset[tuple[int, int]]:
    """Return the cells that a repair may change.

    Parameters
    ----------
    roster : Roster
        Of the problem with the absence.
    since, until : date
        First and last day.
    hold_published : bool
        Days that Settings says are published stay.
    """
    problem = roster.problem
    if hold_published and problem.published_until is not None:
        since = max(since, problem.published_until + timedelta(days=1))
    swapped = swapped_cells(problem)
    first = max(0, problem.index_of(since))
    last = min(problem.n_days - 1, problem.index_of(until))
    pinned = {
        cell
        for cell, fixed in problem.fixed_by_cell.items()
        if 0 <= cell[1] < problem.n_days and roster.code(*cell) == fixed.shift
    }
    return frozenset(
        (e, d)
        for e in range(len(problem.employees))
        for d in range(first, last + 1)
        # A duty on a day of leave, typed by hand, is put right.
        if (problem.available(e, d) or roster.on(e, d))
        and (e, d) not in pinned
        and (e, d) not in swapped
    )


def swapped_cells(problem: Problem) -> Mapping[tuple[int, int], str]:
    """Return the cells of duties that changed hands, or will, with the number of the swap."""
    cells = {}
    for row in problem.swaps:
        if row.past or row.status not in (Status.APPROVED, Status.APPLIED):
            continue
        for staff in (row.applicant, row.partner):
            e = problem.employee_index.get(staff)
            for day in (row.day, row.return_day):
                if e is not None and day is not None:
                    cells[e, problem.index_of(day)] = row.id
    return cells


def repair(
    published: Roster,
    rules: RuleSet,
    absences: Sequence[Absence],
    *,
    since: date | None = None,
    until: date | None = None,
    hold_published: bool = True,
    seconds: float | None = None,
    seed: int = 0,
    workers: int = WORKERS,
) -> Repaired:
    """Find the repair that changes least.

    Parameters
    ----------
    published : Roster
        As people know it; the absences are not in its problem.
    rules : RuleSet
    absences : sequence of Absence
    since : date, optional
        The first day that may change; the first day of absence by default. Notice counts
        from it.
    until : date, optional
        The last day that may change.
    hold_published : bool
        Days that Settings says are published stay as they are for everybody else.
    seconds : float, optional
        For the whole search; by the size of the team without it (`time_for`).
    seed, workers : int

    Returns
    -------
    Repaired

    Raises
    ------
    OwnCheckError
        When model and checkers disagree.
    """
    since = since or max(published.problem.start, min(x.first for x in absences))
    problem, new_leave = with_absences(published, absences, since)
    search = _Search(published, problem, rules, seconds, seed, workers)
    free = open_cells(search.base, since, until or problem.end, hold_published=hold_published)
    last = max(problem.index_of(x.last) for x in absences)
    status, proven, fewest = search.run(free, last + _NEAR)
    checked = None if search.best is None else audit(search.best, rules)
    outcome = Outcome(
        status=status,
        roster=search.best,
        audit=checked,
        shortage_proven=search.shortage_proven,
        seconds=time.monotonic() - search.began,
        seed=seed,
    )
    refused = ()
    if status is SolveStatus.INFEASIBLE and not search.refusals:
        refused = tuple(search.colliding())
    found = Repaired(
        published,
        problem,
        rules,
        new_leave,
        outcome,
        proven=proven,
        fewest_points=fewest,
        refusals=search.refusals if search.best is None else (),
        refused=refused,
    )
    if checked is not None:
        _own_check(search, checked)
    return found


def time_for(problem: Problem) -> float:
    """Return the seconds that a search gets: about 1.2 for 42 people, 8 for 200."""
    cells = len(problem.employees) * problem.n_days
    return min(60.0, max(_LEAST, cells / _CELLS_A_SECOND - 0.6))


def _own_check(search: _Search, checked: Audit) -> None:
    """See that filling the holes broke nothing that the holes had not broken."""
    hard = checked.broken
    for roster in (search.base, search.known):
        if hard:
            new = diff(audit(roster, checked.rules), checked).new
            hard = tuple(v for v in hard if v in new)
    if hard:
        raise OwnCheckError("; ".join(checked.say(v, "en") for v in hard[:5]), checked.roster)


class _Search:
    """The stages of one repair.

    Attributes
    ----------
    base : Roster
        The published roster, the absent off on the days of their leave.
    known : Roster
        The published roster, for what it breaks.
    """

    def __init__(
        self,
        published: Roster,
        problem: Problem,
        rules: RuleSet,
        seconds: float | None,
        seed: int,
        workers: int,
    ) -> None:
        self.problem, self.seed, self.workers = problem, seed, workers
        self.began = time.monotonic()
        self.seconds = time_for(problem) if seconds is None else seconds
        self.stretches = seconds is None
        self.processor = time.process_time()
        self.deadline = self.began + self.seconds
        # Where no time was asked for, a busy machine still finds something.
        self.patience = self.deadline if seconds else self.began + _PATIENCE * self.seconds
        self.known = Roster(problem, published.cells, published.posts)
        before = published.problem
        self.gone = {
            (e, d)
            for e in range(len(problem.employees))
            for d in range(problem.n_days)
            if problem.leave_on(e, d) is not None and before.leave_on(e, d) is None
        }
        gone = dict.fromkeys(self.gone)
        self.base = self.known.with_changes(gone)
        # Whatever level it has in the file, here it counts, and alone before the others.
        stable = replace(rules[RULE], level=Level.SOFT)
        others = tuple(stable if r.id == RULE else r for r in rules)
        self.rules = RuleSet(others, rules.rulebook, rules.overrides)
        self.stable = RuleSet((*self.rules.hard.rules, stable))
        self.soft = frozenset(r.id for r in rules.enforced) - {RULE}
        self.best: Roster | None = None
        self.shortage_proven = False
        self.refusals: tuple[Refusal, ...] = ()
        self.leaving: dict[tuple[date, str], int] = {}

    @property
    def left(self) -> float:
        return max(0.5, self.deadline - time.monotonic())

    def run(
        self, free: frozenset[tuple[int, int]], near: int
    ) -> tuple[SolveStatus, bool, bool]:
        """Return how it ended, whether the fewest changes are proven, and the points."""
        self.free = free
        decided = True  # that the ways tried before lead nowhere
        seats = self._seats()
        if not seats and not audit(self.base, self.rules.hard).hard:
            # Nobody is missed: there is nothing to search for.
            self.best, self.shortage_proven = self.base, True
            return SolveStatus.OPTIMAL, True, True
        every = self._every_seat()
        ways = [(True, seats)]
        if every != seats:
            ways.append((True, every))
        ways.append((False, every))
        for only_forced, open_seats in ways:
            self.how = {
                "around": self.base,
                "free": free,
                "known": self.known,
                "only_forced": only_forced,
                "seats": open_seats,
            }
            infeasible = False
            for whole in (True, False):
                found, infeasible = self._fewest_changes(whole, near)
                if found is not None:
                    proven = found.proven and decided
                    points = self._fewest_points(whole, found)
                    best = proven and points
                    status = SolveStatus.OPTIMAL if best else SolveStatus.FEASIBLE
                    return status, proven, points
                if time.monotonic() > self.patience:
                    return SolveStatus.NOTHING_FOUND, False, False
            decided = decided and infeasible
        status = SolveStatus.INFEASIBLE if decided else SolveStatus.NOTHING_FOUND
        return status, False, False

    # --- committee posts ------------------------------------------------------------------

    def _weeks(self) -> list[date]:
        first = monday_of(self.problem.notice_from)
        return [m for m in self.problem.mondays if m >= first]

    def _seats(self) -> frozenset[tuple[date, str]]:
        """Return the posts of those who are away most of the week, or lead it by now.

        Posts that stand empty are open, too.
        """
        problem = self.problem
        if not problem.posts:
            return frozenset()
        lead = {week.monday: week.lead for week in turns(problem)}
        was = self.base.holders
        out = set()
        for monday, post in self._every_seat():
            e = was.get((monday, post))
            days = [problem.index_of(monday + timedelta(days=i)) for i in range(5)]
            away = sum((e, d) in self.gone for d in days)
            if e is not None and away >= _MOST_AWAY:
                self.leaving[monday, post] = e
            if e is None or away >= _MOST_AWAY or lead.get(monday) == e:
                out.add((monday, post))
        return frozenset(out)

    def _every_seat(self) -> frozenset[tuple[date, str]]:
        known = known_terms(self.problem)
        seats = ((m, post) for m in self._weeks() for post in self.problem.posts)
        return frozenset(seat for seat in seats if seat not in known)

    def _moved_posts(self, builder: Builder) -> object:
        """Return how many open posts change hands, in points of a person affected.

        That one of somebody away stays theirs costs more than any change.
        """
        total = 0
        for seat, literals in builder.seats.open():
            holder = self.base.holders.get(seat)
            if self.leaving.get(seat) == holder and holder in literals:
                total += _STAYS * literals[holder]
            elif holder in literals:
                total += 1 - literals[holder]
        return self.stable[RULE].person * total

    # --- the stages -----------------------------------------------------------------------

    def _fewest_changes(self, whole: bool, near: int) -> tuple[_Best | None, bool]:
        """Search for the least shortage and the fewest points of stability.

        Parameters
        ----------
        whole : bool
            Full cover is a hard constraint.
        near : int
            The last day that is searched first.

        Returns
        -------
        _Best or None
        bool
            That there is proven to be none.
        """
        builder = build(self.problem, self.stable, all_or_nothing=whole, **self.how)
        self._stretch()
        if builder.refusals:
            self.refusals = self.refusals or tuple(builder.refusals)
            return None, True
        stable = builder.points_expr(only={RULE}) + self._moved_posts(builder)
        # Whatever changes can cost, a person short costs more.
        rule = self.stable[RULE]
        heads = len(self.problem.employees) + _STAYS * len(self._every_seat())
        most = rule.person * heads + (rule.change + rule.urgent) * len(self.free)
        most = 1 + max(1, rule.weight) * most
        goal = stable if whole else most * builder.shortage_expr() + stable
        builder.model.minimize(goal)
        builder.hint(self.base)
        far = [cell for cell in self.free if cell[1] > near]
        found: _Best | None = None
        if far:
            window = build_window(builder, self.base, far)
            solver, status = self._solve(window, _WINDOW_PART * self.seconds)
            if status in _FOUND:
                found = self._take(builder, solver, stable)
                builder.hint(found.roster)
        limit = (_WHOLE_PART if whole else _STABLE_PART) * self.seconds
        limit -= time.monotonic() - self.began
        solver, status = self._solve(builder.model, max(limit, 0.3 * self.left))
        if found is None and status == cp_model.UNKNOWN:
            left = self.patience - time.monotonic()
            solver, status = self._solve(builder.model, left, first=True)
        if status == cp_model.INFEASIBLE:
            return None, True
        if status in _FOUND:
            better = self._take(builder, solver, stable)
            if found is None or better.rank <= found.rank:
                found = better
        if found is None:
            return None, False
        bound = solver.best_objective_bound + 0.5
        found.proven = found.shortage * most + found.stable <= bound
        self.shortage_proven = whole or found.shortage * most <= bound
        self.best = found.roster
        return found, False

    def _stretch(self) -> None:
        """Give the search more time where other programs have the processor.

        Until the first model stands one thread has worked alone: what it waited, it lost.
        """
        if not self.stretches:
            return
        self.stretches = False
        worked = max(0.05, time.process_time() - self.processor)
        busy = min(_BUSIEST, (time.monotonic() - self.began) / worked)
        if busy > 1:
            self.seconds *= busy
            self.deadline = self.began + self.seconds

    def _take(self, builder: Builder, solver: cp_model.CpSolver, stable: object) -> _Best:
        shortage = (
            0 if self._is_whole(builder) else round(solver.value(builder.shortage_expr()))
        )
        return _Best(builder.read(solver.boolean_value), shortage, round(solver.value(stable)))

    @staticmethod
    def _is_whole(builder: Builder) -> bool:
        return builder.all_or_nothing or not builder.shortage

    def _fewest_points(self, whole: bool, found: _Best) -> bool:
        """Go on to the fewest points of the other rules; tell whether they are proven."""
        builder = build(self.problem, self.rules, all_or_nothing=whole, **self.how)
        stable = builder.points_expr(only={RULE}) + self._moved_posts(builder)
        builder.model.add(stable <= found.stable)
        if not whole and builder.shortage:
            builder.model.add(builder.shortage_expr() <= found.shortage)
        builder.hint(found.roster)
        builder.model.minimize(builder.points_expr(only=self.soft))
        solver, status = self._solve(builder.model, self.left)
        if status not in _FOUND:
            return False
        self.best = builder.read(solver.boolean_value)
        return status == cp_model.OPTIMAL

    def _solve(
        self, model: cp_model.CpModel, seconds: float, *, first: bool = False
    ) -> tuple[cp_model.CpSolver, int]:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self.workers
        solver.parameters.random_seed = self.seed
        solver.parameters.max_time_in_seconds = max(0.5, seconds)
        solver.parameters.stop_after_first_solution = first
        return solver, run_solver(solver, model)

    def colliding(self) -> Iterable[str]:
        """Yield the hard rules each of which, taken out alone, makes a repair possible."""
        hard = self.rules.hard.rules
        self.deadline = time.monotonic() + min(_WHY, self.seconds)
        for rule in hard:
            if time.monotonic() > self.deadline:
                return
            rest = RuleSet(tuple(r for r in hard if r is not rule))
            builder = build(self.problem, rest, **self.how)
            _, status = self._solve(builder.model, _WHY / 4)
            if status in _FOUND:
                yield rule.id


@dataclass
class _Best:
    """The best of a stage."""

    roster: Roster
    shortage: int
    stable: int
    proven: bool = False

    @property
    def rank(self) -> tuple[int, int]:
        return self.shortage, self.stable


_FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)


def build_window(
    builder: Builder, base: Roster, cells: Iterable[tuple[int, int]]
) -> cp_model.CpModel:
    """Return a copy of a model in which some more cells hold what a roster says."""
    whole, builder.model = builder.model, builder.model.clone()
    try:
        builder.fix(base, cells)
        return builder.model
    finally:
        builder.model = whole
