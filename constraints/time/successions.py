"""Forbidden successions.

The Shifts sheet names, for a shift, the codes that may not follow it on the next day (*not
before*). A day off between lifts it. The last day of the history binds the first day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.plan import Roster
from roster.rule import PROJECT, Rule, Violation
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class Successions(Rule):
    """Codes that may not follow on the next day."""

    id = "successions"
    nearby = True
    cite = (PROJECT,)
    unit = "duties"
    lead_in_days = 1
    title = Text("Forbidden successions", "禁止衔接的班次")
    text = Text(
        "A shift is not followed on the next day by one that its row forbids.",
        "次日不得接排《班次》表中标明不可接的班次。",
    )
    asks = {
        "forbid": Text(
            "{who}: {second} may not follow {first}, {when}",
            "{who}：{first} 次日不可接 {second}（{when}）",
        ),
    }
    messages = {
        "": Text(
            "{who}: {second} may not follow {first} ({when})",
            "{who}：{first} 班次日不可接 {second} 班（{when}）",
        )
    }

    def add_to(self, builder: Builder) -> None:
        """Forbid each pair on neighbouring days, together those that bar the same codes."""
        problem = builder.problem
        barring: dict[frozenset[str], set[str]] = {}
        for shift in problem.shifts:
            if shift.not_before:
                barring.setdefault(shift.not_before, set()).add(shift.code)
        for after, codes in barring.items():
            before = frozenset(codes)
            for e in builder.people:
                for d in range(-1, problem.n_days - 1):
                    builder.forbid(
                        [builder.one_of(e, d, before), builder.one_of(e, d + 1, after)],
                        by=self,
                    )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Look at each duty and the cell after it."""
        problem = roster.problem
        for e in roster.people:
            for d in range(problem.n_days):
                before, after = roster.shift(e, d - 1), roster.code(e, d)
                if before is not None and after in before.not_before:
                    yield self.violation(
                        problem,
                        1,
                        who=[e],
                        when=[d - 1, d],
                        first=before.code,
                        second=after,
                    )
