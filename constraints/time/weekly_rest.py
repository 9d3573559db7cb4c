"""Weekly rest day (Labour Law art. 38).

``window=week``: in every week from Monday to Sunday that lies whole inside the horizon each
person has at least `days_off` days without duty. ``window=any7``: in every seven days in a
row that end in the horizon; days before the history count as off. Leave counts as the day off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import Citation, Rule, Violation, choice, whole
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class WeeklyRest(Rule):
    """At least one day off a week."""

    id = "weekly_rest"
    cite = (Citation("Labour Law art. 38", "劳动法第38条"),)
    law = True
    lead_in_days = 6
    title = Text("Weekly rest day", "每周休息日")
    text = Text(
        "Everybody has at least so many days off in each week.",
        "每人每周至少休息规定天数。",
    )
    asks = {
        "at_least": Text(
            "{who}: at least {limit} {limit:day|days} off in {when}",
            "{who}：{when}至少休息 {limit} 天",
        ),
    }
    messages = {
        "": Text(
            "{who}: {count} {count:day|days} off in {when}, at least {limit} needed",
            "{who}：{when}只休息 {count} 天，至少 {limit} 天",
        )
    }

    window: str = choice(
        "week", ("week", "any7"), "Monday weeks or any seven days", "自然周或任意七天"
    )
    days_off: int = whole(1, 0, 7, "least days off in a week", "每周最少休息天数")

    def _windows(self, problem: Problem) -> Iterator[range]:
        if self.window == "any7":
            for last in range(problem.n_days):
                yield range(last - 6, last + 1)
            return
        for monday in problem.mondays:
            first = problem.index_of(monday)
            if first >= 0 and first + 6 < problem.n_days:
                yield range(first, first + 7)

    def add_to(self, builder: Builder) -> None:
        """Bound the days off in each window from below."""
        for e in builder.people:
            for window in self._windows(builder.problem):
                builder.at_least(
                    [(1, builder.off(e, d)) for d in window], self.days_off, by=self
                )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Count the days off in each window."""
        problem = roster.problem
        for e in roster.people:
            for window in self._windows(problem):
                count = sum(not roster.on(e, d) for d in window)
                if count < self.days_off:
                    yield self.violation(
                        problem,
                        self.days_off - count,
                        who=[e],
                        when=window,
                        count=count,
                        limit=self.days_off,
                    )
