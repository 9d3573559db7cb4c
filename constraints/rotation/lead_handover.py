"""Hand-over of the weekly lead.

On the hand-over day (Friday, or the last workday of a week whose Friday is none) this week's
lead and the next one are both on a duty that starts on that day and contains `time`. The
hand-over to the first lead after the horizon binds too. Where no shift open to one of them
(job, skills, grade) contains the time, the check warns and the rule is void that week. Who is
on leave that day, asked for after the lead had been handed over to them, is not asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.errors import Issue
from roster.model import Builder
from roster.plan import Roster
from roster.problem import Problem
from roster.rotation import LeadWeek, turns
from roster.rule import Citation, Rule, Scope, Violation, clocks
from roster.words import Text, clock_text


@dataclass(frozen=True, kw_only=True)
class LeadHandover(Rule):
    """Both leads on duty at the hand-over."""

    id = "lead_handover"
    cite = (Citation("base-team: hand-over", "base-team：轮值交接"),)
    scope = Scope.TEAM
    unit = "people"
    title = Text("Lead hand-over", "轮值交接")
    text = Text(
        "On Friday at the hand-over this week's lead and the next one are both on duty.",
        "周五交接时，本周与下周轮值班长都在岗。",
    )
    asks = {
        "forbid": Text(
            "{who}: on duty for the lead's hand-over on {when}",
            "{who}：{when}轮值交接须在岗",
        ),
    }
    messages = {
        "": Text(
            "{who}: not on duty at {time} on {when} for the lead's hand-over",
            "{who}：{when} {time} 轮值交接时不在岗",
        )
    }

    time: tuple[int, ...] = clocks((960,), "time of the hand-over", "交接时刻", single=True)

    def _weeks(self, problem: Problem) -> Iterator[tuple[LeadWeek, tuple[int, ...]]]:
        """Yield weeks with a hand-over in the horizon and the leads who meet at it."""
        for week in turns(problem):
            d = week.handover
            if d is not None and 0 <= d < problem.n_days:
                pair = dict.fromkeys((week.lead, week.next_lead))
                there = (e for e in pair if e is not None and problem.available(e, d))
                yield week, tuple(there)

    def _open(self, problem: Problem, e: int) -> frozenset[str]:
        (time,) = self.time
        return frozenset(
            s.code
            for s in problem.shifts
            if s.code in problem.fitting_codes[e] and s.spans(time)
        )

    def add_to(self, builder: Builder) -> None:
        """Leave both leads only shifts that contain the time."""
        problem = builder.problem
        for week, people in self._weeks(problem):
            shifts = [self._open(problem, e) for e in people]
            if not all(shifts):
                continue
            (time,) = self.time
            there = frozenset(s.code for s in problem.shifts if s.spans(time))
            for e in people:
                builder.forbid([builder.none_of(e, week.handover, there)], by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Look at both leads' duties of the hand-over day."""
        problem = roster.problem
        (time,) = self.time
        for week, people in self._weeks(problem):
            if any(not self._open(problem, e) for e in people):
                continue
            for e in people:
                shift = roster.shift(e, week.handover)
                if shift is None or not shift.start <= time <= shift.end:
                    yield self.violation(
                        problem, 1, who=[e], when=[week.handover], time=clock_text(time)
                    )

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Name the weeks in which the rule is void."""
        for week, people in self._weeks(problem):
            for e in people:
                if not self._open(problem, e):
                    who, time = problem.employees[e].id, clock_text(self.time[0])
                    yield Issue.on_days(
                        Text(
                            f"week of {{weeks}}: no shift open to {who} contains {time}; the "
                            "hand-over is not asked for",
                            f"{{weeks}}当周：没有班次能让 {who} 在 {time} 在岗，不要求交接",
                        ),
                        [week.monday],
                    )
