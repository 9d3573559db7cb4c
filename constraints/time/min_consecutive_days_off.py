"""Fewest consecutive days off.

A run of days without duty (leave included) is at least `days` long (or the person's own
number on the Staff sheet). A run that touches the first known day of the person (the
horizon's edge when there is no history, the first day employed) or the last day of the
horizon or employment is not short. A run that began in the history and ends in the horizon
counts whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from constraints._encode import shortest_run
from constraints._runs import runs
from roster.model import Builder
from roster.plan import Roster
from roster.rule import PROJECT, Level, Rule, Violation, whole
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class MinConsecutiveDaysOff(Rule):
    """Fewest days off in a row."""

    id = "min_consecutive_days_off"
    cite = (PROJECT,)
    title = Text("Fewest consecutive days off", "最少连续休息天数")
    text = Text(
        "A break between two stretches of work has at least so many days off.",
        "两段上班之间的休息不少于规定天数。",
    )
    personal = {"min_consecutive_days_off": "days"}
    asks = {
        "forbid": Text(
            "{who}: fewer days off in a row than allowed, {when}",
            "{who}：{when}连续休息天数少于规定",
        ),
    }
    messages = {
        "": Text(
            "{who}: only {length} {length:day|days} off in a row ({when}), at least {limit}",
            "{who}：只连续休息 {length} 天（{when}），至少 {limit} 天",
        )
    }

    level: Level = Level.SOFT
    weight: int = 2
    days: int = whole(2, 1, 31, "fewest days off in a row", "最少连续休息天数")

    @property
    def lead_in_days(self) -> int:
        """Days of history that the rule looks at."""
        return self.days

    def add_to(self, builder: Builder) -> None:
        """Forbid every shorter run between two duties."""
        for e in builder.people:
            person = builder.problem.employees[e]
            limit = person.min_consecutive_days_off or self.days
            shortest_run(builder, self, builder.off, builder.on, e, limit)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Measure the runs that end in the horizon."""
        problem = roster.problem
        for e in roster.people:
            person = problem.employees[e]
            limit = person.min_consecutive_days_off or self.days
            first, last = problem.first_known[e], problem.last_known[e]
            for run in runs(first, last, lambda d, e=e: not roster.on(e, d)):
                if run.begins and run.ends and run.last >= -1 and run.length < limit:
                    yield self.violation(
                        problem,
                        limit - run.length,
                        who=[e],
                        when=range(run.first, run.last + 1),
                        length=run.length,
                        limit=limit,
                    )
