"""No single day off.

A rostered day off alone between two duties is no rest. A single day of leave is not charged:
it was asked for. The day before may lie in the history; the day after must lie in the
horizon.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.plan import Roster
from roster.rule import PROJECT, Level, Rule, Violation
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class SingleDayOff(Rule):
    """A day off alone between duties."""

    id = "single_day_off"
    cite = (PROJECT,)
    lead_in_days = 2
    title = Text("No single day off", "不单休")
    text = Text(
        "A day off does not stand alone between two duties.", "避免两个班之间只休一天。"
    )
    messages = {"": Text("{who}: a single day off on {when}", "{who}：{when}单休一天")}

    level: Level = Level.SOFT
    weight: int = 1

    def add_to(self, builder: Builder) -> None:
        """Charge duty, day off, duty."""
        problem = builder.problem
        for e in builder.people:
            for d in range(-1, problem.n_days - 1):
                if problem.leave_on(e, d) is None:
                    builder.forbid(
                        [builder.on(e, d - 1), builder.off(e, d), builder.on(e, d + 1)],
                        by=self,
                    )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Look at each day off and the days beside it."""
        problem = roster.problem
        for e in roster.people:
            for d in range(-1, problem.n_days - 1):
                alone = roster.on(e, d - 1) and not roster.on(e, d) and roster.on(e, d + 1)
                if alone and problem.leave_on(e, d) is None:
                    yield self.violation(problem, 1, who=[e], when=[d])
