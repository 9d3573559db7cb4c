"""Meetings that people are free to attend.

Weekly, on the named weekday of each week when it is a workday (a moved workday keeps no name,
so a Saturday never has one): all who can lead shifts, that is seniors and permanent leaders.
Monthly, on the last Friday of a month on or before its day `monthly_before` (`inclusive=no`:
before it), a Friday earlier while it is no workday, never outside the month: everybody. Only
meetings on days of the horizon count.

Somebody can come unless they end a night that morning (a night-kind duty of the day before
that ends on the day of the meeting), or are on a duty at that time which cannot spare them:
the duty contains the time, and some Demand row that counts it would fall below its min without
that person. Who is off comes in; who is on a duty that nobody asked for leaves it. Each is
looked at alone: where two could each be spared but not both, neither is counted.

    amount of a meeting = people of its circle who cannot come

People on approved leave or not employed that day are left out, since nothing in the roster
changes that. A duty that began before the horizon is looked at for its night alone: Demand of
that day is not known here. Hours of the meeting are not counted as work.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from roster.errors import Issue
from roster.model import Builder, Extra, Fact
from roster.plan import Roster
from roster.problem import DAY_MINUTES, Demand, Problem
from roster.rule import Citation, Level, Rule, Scope, Violation, choice, clocks, whole
from roster.words import Text, clock_text

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FRIDAY = 4


class Meeting(NamedTuple):
    """A meeting of the horizon.

    Attributes
    ----------
    d : int
    which : str
        ``weekly`` or ``monthly``.
    attendees : tuple of int
        Those of its circle who are employed and not on leave that day.
    """

    d: int
    which: str
    attendees: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Meetings(Rule):
    """As many as possible can come to the meetings."""

    id = "meetings"
    cite = (
        Citation("telecom: weekly meeting of leads", "telecom：班务会每周一次"),
        Citation("telecom: monthly meeting", "telecom：业务代表会议每月一次"),
    )
    scope = Scope.TEAM
    of_team = True
    unit = "people"
    lead_in_days = 1
    title = Text("Meetings", "会议")
    text = Text(
        "As many as possible can attend the weekly meeting of shift leads and the monthly "
        "meeting of everybody.",
        "尽量让更多的人能参加每周的班务会（班长）和每月的全员会议。",
    )
    messages = {
        "weekly": Text(
            "weekly meeting on {when} {time}: {amount} cannot come: {who}",
            "{when} {time} 班务会：{amount} 人不能参加：{who}",
        ),
        "monthly": Text(
            "monthly meeting on {when} {time}: {amount} cannot come: {who}",
            "{when} {time} 月度会议：{amount} 人不能参加：{who}",
        ),
    }

    level: Level = Level.OFF
    weight: int = 2
    weekly: str = choice(
        "none", ("none", *_WEEKDAYS), "weekday of the weekly meeting", "每周会议在周几"
    )
    monthly_before: int | None = whole(
        25,
        1,
        31,
        "day of the month by whose last Friday the monthly meeting is held",
        "月度会议在每月几日前的最后一个周五",
        or_none=True,
    )
    inclusive: str = choice(
        "yes", ("yes", "no"), "that day itself may be the Friday", "当日恰为周五时是否可在当日"
    )
    time: tuple[int, ...] = clocks((900,), "time of the meetings", "会议时刻", single=True)

    def add_to(self, builder: Builder) -> None:
        """Charge everybody who ends a night or whom a row at its min holds back."""
        problem = builder.problem
        spare: dict[tuple[int, tuple], Extra | None] = {}

        def at_its_min(d: int, row: Demand) -> Extra | None:
            key = d, row.key
            if key not in spare:
                there = [
                    (1, builder.one_of(e, d, codes))
                    for e, codes in enumerate(problem.counting(row))
                    if codes
                ]
                spare[key] = builder.lacking(there, row.min + 1)
            return spare[key]

        ended = frozenset(
            s.code
            for s in problem.shifts
            if s.is_night and DAY_MINUTES < s.end <= 2 * DAY_MINUTES
        )
        for meeting in meetings_of(problem, self):
            d = meeting.d
            cells = [(e, x) for e in builder.people for x in (d - 1, d)]
            if builder.around is not None and not any(builder.open(*c) for c in cells):
                continue  # decided by what stays as it is
            absent = []
            for e in meeting.attendees:
                held: list[list[Fact | Extra]] = [[builder.one_of(e, d - 1, ended)]]
                for day, minute in self._moments(d):
                    codes = frozenset(s.code for s in problem.shifts if s.spans(minute))
                    for row in problem.demand_on[day]:
                        here = codes & problem.counting(row)[e]
                        if row.min and here and (low := at_its_min(day, row)) is not None:
                            held.append([builder.one_of(e, day, here), low])
                absent.append(builder.whenever(held))
            builder.at_most([(1, x) for x in absent if x is not None], 0, by=self)

    def _moments(self, d: int) -> list[tuple[int, int]]:
        """Return the time of a meeting as minutes of its day and of the day before."""
        (time,) = self.time
        both = [(d, time), (d - 1, time + DAY_MINUTES)]
        return [(day, minute) for day, minute in both if day >= 0]

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Ask everybody who should come whether they can."""
        problem = roster.problem
        counts: dict[tuple[int, tuple], int] = {}
        for meeting in meetings_of(problem, self):
            missing = [
                e for e in meeting.attendees if not self._comes(roster, e, meeting.d, counts)
            ]
            if missing:
                yield self.violation(
                    problem,
                    len(missing),
                    who=missing,
                    when=[meeting.d],
                    case=meeting.which,
                    time=clock_text(self.time[0]),
                )

    def _comes(self, roster: Roster, e: int, d: int, counts: dict) -> bool:
        before = roster.shift(e, d - 1)
        if before is not None and before.is_night:
            if DAY_MINUTES < before.end <= 2 * DAY_MINUTES:
                return False
        return not any(
            (shift := roster.shift(e, day)) is not None
            and shift.start <= minute <= shift.end
            and self._needed(roster, e, day, counts)
            for day, minute in self._moments(d)
        )

    @staticmethod
    def _needed(roster: Roster, e: int, d: int, counts: dict) -> bool:
        """Tell whether a row that counts the person's duty is at its min or below."""
        problem = roster.problem
        for row in problem.demand_on[d]:
            if not row.min or not problem.counts(row, e, roster.code(e, d)):
                continue
            if (d, row.key) not in counts:
                counts[d, row.key] = sum(
                    roster.code(other, d) in codes
                    for other, codes in enumerate(problem.counting(row))
                )
            if counts[d, row.key] - 1 < row.min:
                return True
        return False

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Name a weekday that can never have a meeting."""
        if self.weekly in ("Sat", "Sun"):
            yield Issue(
                what=Text(
                    f"no weekly meeting: {self.weekly} is never a workday of that name",
                    f"没有每周会议：{self.weekly} 不是工作日，调休上班也不算",
                ),
                hint=Text("choose Mon to Fri", "改为 Mon 至 Fri"),
            )


def meetings_of(problem: Problem, rule: Meetings) -> tuple[Meeting, ...]:
    """Return the meetings of the horizon, in order of their days.

    Parameters
    ----------
    problem : Problem
    rule : Meetings
        Says when; its level does not matter.
    """
    found = []
    for d, day in enumerate(problem.days):
        workday = problem.calendar.is_workday(day)
        named = _WEEKDAYS[day.weekday()] == rule.weekly
        if named and workday and not problem.calendar.is_moved(day):
            found.append((d, "weekly"))
        if day == _monthly_on(problem, rule, day.year, day.month):
            found.append((d, "monthly"))
    return tuple(Meeting(d, which, _circle(problem, d, which)) for d, which in found)


def _monthly_on(problem: Problem, rule: Meetings, year: int, month: int) -> date | None:
    """Return the day of a month's meeting, None when there is none."""
    if rule.monthly_before is None:
        return None
    last = min(rule.monthly_before - (rule.inclusive == "no"), monthrange(year, month)[1])
    for number in range(last, 0, -1):
        day = date(year, month, number)
        if day.weekday() == _FRIDAY and problem.calendar.is_workday(day):
            return day
    return None


def _circle(problem: Problem, d: int, which: str) -> tuple[int, ...]:
    return tuple(
        e
        for e, p in enumerate(problem.employees)
        if (which == "monthly" or p.leads_shifts) and problem.available(e, d)
    )
