"""No single day on.

A duty alone between two days without duty breaks up the time off. At the edge of what is
known (no history, the first and last day employed, the end of the horizon) nothing is
charged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.plan import Roster
from roster.rule import PROJECT, Level, Rule, Violation
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class SingleDayOn(Rule):
    """A duty alone between days off."""

    id = "single_day_on"
    cite = (PROJECT,)
    lead_in_days = 2
    title = Text("No single day on", "不单上一天班")
    text = Text(
        "A duty does not stand alone between two days off.", "避免两个休息日之间只上一天班。"
    )
    messages = {"": Text("{who}: a single day on, {when}", "{who}：{when}单独上一天班")}

    level: Level = Level.SOFT
    weight: int = 1

    def add_to(self, builder: Builder) -> None:
        """Charge day off, duty, day off."""
        problem = builder.problem
        for e in builder.people:
            for d in range(-1, problem.last_known[e]):
                if d - 1 >= problem.first_known[e]:
                    builder.forbid(
                        [builder.off(e, d - 1), builder.on(e, d), builder.off(e, d + 1)],
                        by=self,
                    )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Look at each duty and the days beside it."""
        problem = roster.problem
        for e in roster.people:
            first, last = problem.first_known[e], problem.last_known[e]
            for d in range(max(-1, first + 1), last):
                if roster.on(e, d) and not roster.on(e, d - 1) and not roster.on(e, d + 1):
                    yield self.violation(problem, 1, who=[e], when=[d])
