"""Forward rotation.

Within a stretch of duties the next day's duty does not start at an earlier time of day than
the one before: day, then evening, then night. A day off between lifts it. The last day of
the history counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.plan import Roster
from roster.rule import PROJECT, Level, Rule, Violation
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class ForwardRotation(Rule):
    """Later, not earlier, from day to day."""

    id = "forward_rotation"
    cite = (PROJECT,)
    unit = "changes"
    lead_in_days = 1
    title = Text("Forward rotation", "顺向轮班")
    text = Text(
        "From one day to the next a duty does not start earlier than the one before.",
        "次日的班次不早于前一日的班次开始。",
    )
    messages = {
        "": Text(
            "{who}: {second} after {first} starts earlier ({when})",
            "{who}：{first} 次日接更早的 {second}（{when}）",
        )
    }

    level: Level = Level.SOFT
    weight: int = 1

    def add_to(self, builder: Builder) -> None:
        """Charge each duty that is followed by an earlier one."""
        problem = builder.problem
        earlier = {
            s.code: frozenset(t.code for t in problem.shifts if t.start < s.start)
            for s in problem.shifts
        }
        for e in builder.people:
            for d in range(problem.n_days):
                for code, codes in earlier.items():
                    if codes:
                        builder.forbid(
                            [builder.duty(e, d - 1, code), builder.one_of(e, d, codes)],
                            by=self,
                        )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Compare the starts of duties on neighbouring days."""
        problem = roster.problem
        for e in roster.people:
            for d in range(problem.n_days):
                first, second = roster.shift(e, d - 1), roster.shift(e, d)
                if first and second and second.start < first.start:
                    yield self.violation(
                        problem,
                        1,
                        who=[e],
                        when=[d - 1, d],
                        first=first.code,
                        second=second.code,
                    )
