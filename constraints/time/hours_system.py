"""Working-hours system (Labour Law art. 36 and 41; State Council rules on working hours).

``comprehensive``: over the horizon a person works at most ``weekly / 5`` hours times the
workdays of the horizon, plus `overtime_month` hours for each calendar month it touches; in
proportion to calendar days for somebody employed for part of it.
``standard``: hours above `weekly` in a week from Monday to Sunday are overtime, and overtime
is at most `overtime_month` a calendar month. A week belongs to the horizon in which it ends;
its days in the history count with it.
Leave counts towards neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from constraints.time.monthly_hours import worked_terms
from roster.model import Builder
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import Citation, Rule, Violation, choice, whole
from roster.words import Text, hours_text


@dataclass(frozen=True, kw_only=True)
class HoursSystem(Rule):
    """Average or weekly hours with the month's overtime."""

    id = "hours_system"
    cite = (
        Citation("Labour Law art. 36, 41", "劳动法第36、41条"),
        Citation("State Council rules on working hours", "国务院关于职工工作时间的规定"),
    )
    law = True
    unit = "minutes"
    lead_in_days = 6
    title = Text("Working-hours system", "工时制度")
    text = Text(
        "Hours beyond 40 a week, on average (comprehensive) or in each week (standard), are "
        "overtime, and overtime is at most 36 hours a month.",
        "综合工时制按平均、标准工时制按每周计算，超过每周40小时的为加班，每月加班不超过36小时。",
    )
    asks = {
        "at_most": Text(
            "{who}: at most {limit} h ({system}: weekly {weekly} h, overtime "
            "{overtime_month} h a month)",
            "{who}：最多 {limit} 小时（{system}：每周 {weekly} 小时，每月加班 "
            "{overtime_month} 小时）",
        ),
    }
    messages = {
        "": Text(
            "{who}: {hours} h, at most {limit} h ({system})",
            "{who}：工时 {hours} 小时，最多 {limit} 小时（{system}）",
        )
    }

    system: str = choice(
        "comprehensive", ("comprehensive", "standard"), "how hours are counted", "工时计算方式"
    )
    weekly: int = whole(40, 1, 168, "normal hours a week", "每周正常小时")
    overtime_month: int = whole(36, 0, 400, "most overtime hours a month", "每月最多加班小时")

    def _most_overtime(self, problem: Problem) -> int:
        return self.overtime_month * 60 * problem.n_months

    def _cap(self, problem: Problem, e: int) -> int:
        normal = self.weekly * 60 * len(problem.workdays) // 5
        return problem.scaled(normal + self._most_overtime(problem), e)

    def _weeks(self, problem: Problem) -> Iterator[range]:
        for monday in problem.mondays:
            first = problem.index_of(monday)
            if first + 6 < problem.n_days:
                yield range(first, first + 7)

    def add_to(self, builder: Builder) -> None:
        """Bound the total, or the sum of what each week has too much."""
        problem = builder.problem
        for e in builder.people:
            if self.system == "comprehensive":
                worked = worked_terms(builder, e, range(problem.n_days))
                builder.at_most(worked, self._cap(problem, e), by=self)
                continue
            over = [
                builder.excess(worked_terms(builder, e, week), self.weekly * 60)
                for week in self._weeks(problem)
            ]
            builder.at_most(
                [(1, extra) for extra in over if extra is not None],
                self._most_overtime(problem),
                by=self,
            )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Sum the hours, over the horizon or week by week."""
        problem = roster.problem
        for e in roster.people:
            if self.system == "comprehensive":
                worked, limit = roster.minutes(e), self._cap(problem, e)
                system = Text("average over the horizon", "周期平均")
            else:
                worked = sum(
                    max(0, roster.minutes(e, week) - self.weekly * 60)
                    for week in self._weeks(problem)
                )
                limit = self._most_overtime(problem)
                system = Text("overtime beyond each week's hours", "每周超时之和")
            if worked > limit:
                yield self.violation(
                    problem,
                    worked - limit,
                    who=[e],
                    hours=hours_text(worked),
                    limit=hours_text(limit),
                    system=system,
                )
