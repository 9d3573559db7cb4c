"""Presence of the week's lead.

On the workdays of their week on which leads work, their shift spans all `instants`, if some
shift open to them (job, skills, grade) does, else the first instant; void when none open to
them spans even that. And they work on at least ``min(min_days, workdays not on leave)`` of
the week's workdays that lie inside the horizon. An instant on the edge of a shift is spanned;
a split shift spans its pause. Workdays of a leave that was asked for after the lead had been
handed over count as worked: nobody makes up for days of illness.

A week cut by the end of the horizon goes on next month, which will ask the lead to work the
rest of it. Who comes to it at the end of a long stretch of duties could not, so a stretch that
leaves too few days for it under the limit of days in a row (the person's own, else six) costs
points: the last day or days before the edge should have a day off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.errors import Issue
from roster.model import Builder
from roster.plan import Roster
from roster.problem import Problem
from roster.rotation import LeadWeek, told_later, turns
from roster.rule import Citation, Rule, Violation, clocks, whole
from roster.words import Text, clock_text

_DAYS_IN_A_ROW = 6
_AHEAD = 1000
"""Points, more than anything that could be won by it: next month may have no roster."""


@dataclass(frozen=True, kw_only=True)
class LeadPresence(Rule):
    """The lead is there when the day opens and closes."""

    id = "lead_presence"
    cite = (Citation("base-team: presence of the lead", "base-team：轮值班长的检查职责"),)
    guides = True
    title = Text("Lead present", "轮值班长在岗")
    text = Text(
        "In their week leads work day shifts that span the morning check and the evening "
        "check, on at least so many workdays.",
        "轮值周的工作日，班长所上的班次覆盖早检和晚检时刻，且至少上岗规定天数。",
    )
    asks = {
        "forbid": Text(
            "{who}: leads the week, so no {codes} on {when}",
            "{who}：轮值周，{when}不上 {codes}",
        ),
        "at_least": Text(
            "{who}: leads the week of {when}, at least {limit} {limit:workday|workdays} "
            "on duty",
            "{who}：{when}当周轮值，至少 {limit} 个工作日在岗",
        ),
    }
    messages = {
        "span": Text(
            "{who}: leads the week, but {code} on {when} does not span {times}",
            "{who}：轮值周内{when}的 {code} 班未覆盖 {times}",
        ),
        "days": Text(
            "{who}: leads the week of {monday}, on duty on {count} workdays, {limit} needed",
            "{who}：{monday}当周轮值，工作日上岗 {count} 天，需要 {limit} 天",
        ),
        "ahead": Text(
            "{who}: leads the week of {monday}, but works on {when} without a day off and so "
            "could not work its {limit} workdays of next month",
            "{who}：{monday}当周轮值，但{when}连续上班，下月该周的 {limit} 个工作日无法上满",
        ),
    }

    instants: tuple[int, ...] = clocks(
        (530, 1020), "times at which the lead is there", "轮值班长必须在岗的时刻"
    )
    min_days: int = whole(4, 0, 7, "least workdays on duty in the week", "每周最少上岗工作日")

    def _weeks(self, problem: Problem) -> Iterator[tuple[LeadWeek, list[int]]]:
        for week in turns(problem):
            first = problem.index_of(week.monday)
            if week.lead is not None:
                yield week, [d for d in problem.workdays if first <= d < first + 7]

    def _required(self, problem: Problem, e: int) -> tuple[int, ...]:
        """Return the instants that the lead's shifts must span."""
        open_shifts = [s for s in problem.shifts if s.code in problem.fitting_codes[e]]
        for wanted in (self.instants, self.instants[:1]):
            if any(all(s.spans(m) for m in wanted) for s in open_shifts):
                return wanted
        return ()

    @staticmethod
    def _excused(problem: Problem, week: LeadWeek, workdays: list[int]) -> int:
        """Return the workdays of leave that was asked for after the hand-over."""
        leaves = (problem.leave_on(week.lead, d) for d in workdays)
        return sum(x is not None and told_later(problem, x, week.monday) for x in leaves)

    def _ahead(self, problem: Problem) -> Iterator[tuple[LeadWeek, int, list[int]]]:
        """Yield a week cut by the end, the workdays it asks for after it, and the last days.

        Only where all workdays left must be worked, one after the other, from the first.
        """
        for week in turns(problem)[-1:]:
            end = problem.index_of(week.monday) + 7
            after = range(problem.n_days, end)
            if week.lead is None or not after:
                continue
            rest = [
                d
                for d in after
                if problem.calendar.is_workday(problem.date_of(d))
                and problem.available(week.lead, d)
            ]
            person = problem.employees[week.lead]
            limit = person.max_consecutive_days or _DAYS_IN_A_ROW
            first = problem.n_days + len(rest) - limit - 1
            if rest and len(rest) <= self.min_days and rest[-1] == after[len(rest) - 1]:
                if 0 <= first < problem.n_days:
                    yield week, len(rest), list(range(first, problem.n_days))

    def add_to(self, builder: Builder) -> None:
        """Bar other shifts on the lead's workdays, and ask for enough of them."""
        problem = builder.problem
        for week, _, days in self._ahead(problem):
            if week.lead not in builder.people:
                continue
            facts = [builder.on(week.lead, d) for d in days]
            builder.forbid(facts, by=self, points=_AHEAD)
        for week, workdays in self._weeks(problem):
            e = week.lead
            if e not in builder.people:
                continue
            wanted = self._required(problem, e)
            barred = frozenset(
                s.code for s in problem.shifts if not all(s.spans(m) for m in wanted)
            )
            for d in workdays if barred else ():
                builder.forbid([builder.one_of(e, d, barred)], by=self)
            present = [d for d in workdays if problem.available(e, d)]
            excused = self._excused(problem, week, workdays)
            builder.at_least(
                [(1, builder.on(e, d)) for d in workdays],
                min(self.min_days, len(present) + excused) - excused,
                by=self,
            )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Look at the lead's duties on the week's workdays."""
        problem = roster.problem
        for week, limit, days in self._ahead(problem):
            if week.lead in roster.people and all(roster.on(week.lead, d) for d in days):
                yield self.violation(
                    problem,
                    1,
                    who=[week.lead],
                    when=days,
                    case="ahead",
                    soft=True,
                    weight=_AHEAD,
                    monday=week.monday,
                    limit=limit,
                )
        for week, workdays in self._weeks(problem):
            e = week.lead
            if e not in roster.people:
                continue
            wanted = self._required(problem, e)
            count = 0
            for d in workdays:
                shift = roster.shift(e, d)
                if shift is None:
                    continue
                count += 1
                if any(m < shift.start or m > shift.end for m in wanted):
                    yield self.violation(
                        problem,
                        1,
                        who=[e],
                        when=[d],
                        case="span",
                        code=shift.code,
                        times=", ".join(map(clock_text, wanted)),
                    )
            away = sum(
                problem.leave_on(e, d) is not None or not problem.employed(e, d)
                for d in workdays
            )
            late = sum(
                told_later(problem, leave, week.monday)
                for d in workdays
                if (leave := problem.leave_on(e, d)) is not None
            )
            limit = min(self.min_days, len(workdays) - away + late) - late
            if count < limit:
                yield self.violation(
                    problem,
                    limit - count,
                    who=[e],
                    when=workdays,
                    case="days",
                    monday=week.monday,
                    count=count,
                    limit=limit,
                )

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Name leads for whom no shift spans the first instant."""
        for week, _ in self._weeks(problem):
            if not self._required(problem, week.lead):
                who, time = problem.employees[week.lead].id, clock_text(self.instants[0])
                yield Issue.on_days(
                    Text(
                        f"week of {{weeks}}: no shift open to the lead {who} spans {time}; "
                        "the times are not asked for",
                        f"{{weeks}}当周：没有班次能让轮值班长 {who} 覆盖 {time}，不作要求",
                    ),
                    [week.monday],
                )
