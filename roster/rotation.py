"""Whose turn it is: the weekly team lead, in list order, carried over from last month.

The turn follows from the list and the absences alone, never from the roster:

* The next on the list who takes part and is not absent leads the week. Who was passed over
  waits, and leads the first later week in which they are not absent, the longest waiting
  first, before the list goes on.
* A week cut by the start of the horizon keeps the latest lead known (the next one, if that
  person is absent in it); with none known, the first on the list. A week cut by the end
  carries into the next month.
* The hand-over is on Friday, or on the last workday of the week when Friday is none; a week
  without workday has none.
* Absent in a week: approved leave or not employed on the week's hand-over day, on the
  hand-over day before it where that lies in the horizon, or on three or more of the week's
  workdays.
* Once the lead of a week has been handed over, it stays: leave that was asked for (`asked at`)
  after the hand-over day before it does not pass the person over. The next lead stands in on
  those days, the hand-over among them; who so missed three or more of the week's workdays
  waits for another week.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from roster.calendar import Calendar, monday_of
from roster.problem import LeadTurn, Leave, Problem
from roster.rule import Level, RuleSet

_MOST_AWAY = 3
"""So many workdays away, and somebody cannot lead the week."""


@dataclass(frozen=True)
class LeadWeek:
    """A week and its lead.

    Attributes
    ----------
    monday : date
    lead : int or None
        Position of the lead; None when nobody can lead.
    handover : int or None
        Day of the hand-over at the end of the week; may lie outside the horizon.
    next_lead : int or None
        Who takes over.
    passed_over : tuple of int
        Who was absent when their turn came in this week.
    """

    monday: date
    lead: int | None
    handover: int | None
    next_lead: int | None
    passed_over: tuple[int, ...] = ()


def handover_day(calendar: Calendar, monday: date) -> date | None:
    """Return the hand-over day of a week, None when the week has no workday."""
    friday = monday + timedelta(days=4)
    if calendar.is_workday(friday):
        return friday
    week = [monday + timedelta(days=i) for i in range(7)]
    return max((day for day in week if calendar.is_workday(day)), default=None)


def takes_part(problem: Problem) -> tuple[int, ...]:
    """Return the positions of those who take the lead in turn, in list order."""
    return tuple(e for e, p in enumerate(problem.employees) if p.rotation)


def absent(problem: Problem, e: int, monday: date) -> bool:
    """Tell whether a person cannot lead the week, from the input alone."""

    def away(day: date | None) -> bool:
        if day is None:
            return False
        leave = problem.leave_on(e, problem.index_of(day))
        known = leave is not None and not told_later(problem, leave, monday)
        return known or not problem.employed(e, problem.index_of(day))

    before = handover_day(problem.calendar, monday - timedelta(days=7))
    if before is not None and not problem.start <= before <= problem.end:
        before = None
    return (
        away(handover_day(problem.calendar, monday))
        or away(before)
        or sum(map(away, _workdays(problem, monday))) >= _MOST_AWAY
    )


def told_later(problem: Problem, leave: Leave, monday: date) -> bool:
    """Tell whether a leave was asked for after the lead of the week had been handed over."""
    before = monday - timedelta(days=7)
    handed_over = handover_day(problem.calendar, before) or monday - timedelta(days=1)
    return leave.asked_at is not None and leave.asked_at.date() > handed_over


def _workdays(problem: Problem, monday: date) -> list[date]:
    week = [monday + timedelta(days=i) for i in range(7)]
    return [day for day in week if problem.calendar.is_workday(day)]


def away_while_leading(problem: Problem, week: LeadWeek) -> tuple[int, ...]:
    """Return the workdays of a week on which its lead is on leave told of too late.

    The next lead stands in on them.
    """
    if week.lead is None:
        return ()
    days = (problem.index_of(day) for day in _workdays(problem, week.monday))
    return tuple(d for d in days if problem.leave_on(week.lead, d) is not None)


def _missed(problem: Problem, e: int, monday: date) -> bool:
    """Tell whether a week's lead was away for most of it."""
    days = (problem.index_of(day) for day in _workdays(problem, monday))
    return sum(problem.leave_on(e, d) is not None for d in days) >= _MOST_AWAY


class _Turns:
    """The state of the rotation: where the list stands and who waits."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.people = takes_part(problem)
        self.place = {e: i for i, e in enumerate(self.people)}
        self.at: int | None = None
        self.waiting: list[int] = []
        self.latest: int | None = None
        if problem.lead_turn is None:
            self._replay()
        else:
            self._take(problem.lead_turn)

    def _take(self, turn: LeadTurn) -> None:
        """Begin where last month stood."""
        index = self.problem.employee_index
        on_list = {i: e for i, e in index.items() if e in self.place}
        self.at = next((on_list[i] for i in turn.at if i in on_list), None)
        self.waiting = [on_list[i] for i in turn.waiting if i in on_list]
        self.latest = on_list.get(turn.latest)

    def follow(self, monday: date, e: int) -> None:
        """Move on by a week that somebody led."""
        if monday < self.problem.start and e == self.latest:
            self._led(monday, e)
            return
        self.latest = e
        if e in self.waiting:
            self.waiting.remove(e)
            if self.at is not None and not self._between(self.at, e):
                self.at = e
        else:
            if self.at is None:
                passed = list(self.people[: self.place[e]])
            else:
                passed = self._between(self.at, e)
            self.waiting.extend(p for p in passed if p not in self.waiting)
            self.at = e
        self._led(monday, e)

    def turn(self) -> LeadTurn:
        """Return where the rotation stands."""
        ids = [p.id for p in self.problem.employees]
        back: list[str] = []
        if self.at is not None:
            n, i = len(self.people), self.place[self.at]
            back = [ids[self.people[(i - k) % n]] for k in range(n)]
        return LeadTurn(
            latest=None if self.latest is None else ids[self.latest],
            at=tuple(back),
            waiting=tuple(ids[e] for e in self.waiting),
        )

    def _between(self, a: int, b: int) -> list[int]:
        """Return who stands strictly between two people, going down the list.

        From a person to the same one lies the whole list: all others were passed over.
        """
        n, i = len(self.people), self.place[a]
        gap = (self.place[b] - i) % n or n
        return [self.people[(i + k) % n] for k in range(1, gap)]

    def _replay(self) -> None:
        """Find from the known weeks where the list stands; a catch-up does not move it."""
        problem = self.problem
        index = problem.employee_index
        known: dict[date, tuple[int, bool]] = {}
        for staff, carried in problem.carry_over.items():
            if carried.last_lead_week is not None and staff in index:
                known[monday_of(carried.last_lead_week)] = index[staff], False
        for monday, staff in problem.leads:
            if staff in index:
                known[monday_of(monday)] = index[staff], True
        skipped: set[int] = set()
        inferred: list[int] = []
        for monday in sorted(m for m in known if m < problem.start):
            e, complete = known[monday]
            if e not in self.place:
                continue
            self.latest = e
            between = [] if self.at is None else self._between(self.at, e)
            if not between or e not in skipped:
                skipped.update(between)
                if complete:
                    inferred.extend(p for p in between if p not in inferred)
                self.at = e
            skipped.discard(e)
            if e in inferred:
                inferred.remove(e)
        flagged = [
            index[staff]
            for staff, carried in problem.carry_over.items()
            if carried.passed_over and index.get(staff) in self.place
        ]
        if self.at is not None:
            flagged.sort(
                key=lambda e: (self.place[e] - self.place[self.at] - 1) % len(self.people)
            )
        else:
            flagged.sort(key=self.place.__getitem__)
        self.waiting = flagged + [e for e in inferred if e not in flagged]

    def keep(self, monday: date) -> int | None:
        """Return the latest lead known, if present in a week cut by the start."""
        if self.latest is None or absent(self.problem, self.latest, monday):
            return None
        if self.latest in self.waiting:
            self.waiting.remove(self.latest)
        self._led(monday, self.latest)
        return self.latest

    def next(self, monday: date) -> tuple[int | None, tuple[int, ...]]:
        """Return who leads the week and who was passed over in it."""
        lead, passed = self._next(monday)
        if lead is not None:
            self._led(monday, lead)
        return lead, passed

    def _led(self, monday: date, e: int) -> None:
        """Let somebody wait for another week who missed most of the one they led."""
        if _missed(self.problem, e, monday) and e not in self.waiting:
            self.waiting.append(e)

    def _next(self, monday: date) -> tuple[int | None, tuple[int, ...]]:
        for e in self.waiting:
            if not absent(self.problem, e, monday):
                self.waiting.remove(e)
                if self.at is not None and not self._between(self.at, e):
                    self.at = e
                return e, ()
        n = len(self.people)
        first = 0 if self.at is None else self.place[self.at] + 1
        passed = []
        for k in range(n):
            e = self.people[(first + k) % n]
            if absent(self.problem, e, monday):
                passed.append(e)
                continue
            self.at = e
            new = tuple(p for p in passed if p not in self.waiting)
            self.waiting.extend(new)
            return e, new
        return None, ()


def turns(problem: Problem) -> tuple[LeadWeek, ...]:
    """Return the lead of every week that has a day in the horizon.

    Returns
    -------
    tuple of LeadWeek
        Empty when nobody on the list takes part, and for a team without a weekly lead.
    """
    if "turns" not in problem.derived:
        problem.derived["turns"] = _turns(problem)
    return problem.derived["turns"]


def _turns(problem: Problem) -> tuple[LeadWeek, ...]:
    if not problem.weekly_lead or not takes_part(problem):
        return ()
    state = _Turns(problem)
    mondays = (*problem.mondays, problem.mondays[-1] + timedelta(days=7))
    leads: list[tuple[int | None, tuple[int, ...]]] = []
    for monday in mondays:
        kept = state.keep(monday) if monday < problem.start else None
        leads.append((kept, ()) if kept is not None else state.next(monday))
    out = []
    for i, monday in enumerate(problem.mondays):
        day = handover_day(problem.calendar, monday)
        lead, passed = leads[i]
        out.append(
            LeadWeek(
                monday,
                lead,
                None if day is None else problem.index_of(day),
                leads[i + 1][0],
                passed,
            )
        )
    return tuple(out)


def leads_of(problem: Problem, rules: RuleSet, e: int, days: Iterable[date]) -> tuple[int, ...]:
    """Return who leads a person: the permanent leaders of the group, else the week's lead.

    Parameters
    ----------
    problem : Problem
    rules : RuleSet
        Where nobody leads in turn (``lead_rotation`` off) there is no week's lead.
    e : int
    days : iterable of date
        The lead is that of the first day whose week is known.
    """
    group = problem.employees[e].group.strip().casefold()
    permanent = tuple(
        i
        for i, p in enumerate(problem.employees)
        if p.leader and p.group.strip().casefold() == group
    )
    if permanent:
        return permanent
    if "lead_rotation" not in rules or rules["lead_rotation"].level is Level.OFF:
        return ()
    leads = {week.monday: week.lead for week in turns(problem) if week.lead is not None}
    return tuple(leads[monday_of(d)] for d in days if monday_of(d) in leads)[:1]


def turn_after(problem: Problem, weeks: Iterable[tuple[date, str]]) -> LeadTurn | None:
    """Return where the rotation stands after a month.

    Parameters
    ----------
    problem : Problem
        Of that month.
    weeks : iterable of (date, str)
        Monday and id of who led each of its weeks.

    Returns
    -------
    LeadTurn or None
        None when no week is known.
    """
    state = _Turns(problem)
    known = False
    for monday, staff in sorted(weeks):
        e = problem.employee_index.get(staff)
        if e in state.place:
            state.follow(monday, e)
            known = True
    return state.turn() if known else None
