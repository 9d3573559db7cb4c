"""Most consecutive days.

Nobody has duties on more than `days` days in a row (or the person's own number on the Staff
sheet). A run that began in the history counts on; days before the history count as off.
Leave ends a run. Each day of the horizon beyond the limit is one unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from constraints._encode import longest_run
from constraints._runs import LOOK_BACK, runs
from roster.model import Builder
from roster.plan import Roster
from roster.rule import PROJECT, Rule, Violation, whole
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class MaxConsecutiveDays(Rule):
    """Most days in a row."""

    id = "max_consecutive_days"
    nearby = True
    cite = (PROJECT,)
    title = Text("Most consecutive days", "最多连续上班天数")
    text = Text(
        "Nobody works more days in a row than allowed; last month counts on.",
        "连续上班不超过规定天数，上月末的连续天数计算在内。",
    )
    personal = {"max_consecutive_days": "days"}
    asks = {
        "forbid": Text(
            "{who}: at most {limit} {limit:day|days} in a row, {when}",
            "{who}：{when}连续上班最多 {limit} 天",
        ),
    }
    messages = {
        "": Text(
            "{who}: {length} days in a row ({when}), at most {limit}",
            "{who}：连续上班 {length} 天（{when}），最多 {limit} 天",
        )
    }

    days: int = whole(6, 1, 31, "most days in a row", "最多连续天数")

    @property
    def lead_in_days(self) -> int:
        """Days of history that the rule looks at."""
        return self.days

    def add_to(self, builder: Builder) -> None:
        """Bound every window of limit + 1 days."""
        for e in builder.people:
            person = builder.problem.employees[e]
            limit = person.max_consecutive_days or self.days
            longest_run(builder, self, builder.on, e, limit)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Measure the runs that reach into the horizon."""
        problem = roster.problem
        for e in roster.people:
            person = problem.employees[e]
            limit = person.max_consecutive_days or self.days
            first = -LOOK_BACK
            for run in runs(first, problem.n_days - 1, lambda d, e=e: roster.on(e, d)):
                inside = run.last - max(run.first + limit, 0) + 1
                if inside > 0:
                    yield self.violation(
                        problem,
                        inside,
                        who=[e],
                        when=range(run.first, run.last + 1),
                        length=run.length,
                        limit=limit,
                    )
