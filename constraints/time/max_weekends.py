"""Most weekends.

A weekend counts when a duty starts on its Saturday or its Sunday; a moved workday is no part
of a weekend, and only days inside the horizon count. The Staff sheet's number wins over the
rule's; ``none`` binds nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.plan import Roster
from roster.rule import PROJECT, Rule, Violation, whole
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class MaxWeekends(Rule):
    """Most weekends with a duty."""

    id = "max_weekends"
    cite = (PROJECT,)
    unit = "weekends"
    title = Text("Most weekends", "最多周末班")
    text = Text(
        "Nobody works on more weekends than allowed; either day counts.",
        "周末上班（任一天）不超过规定次数。",
    )
    void_without = "weekends"
    personal = {"max_weekends": "weekends"}
    asks = {
        "at_most": Text(
            "{who}: at most {limit} {limit:weekend|weekends} worked",
            "{who}：周末上班最多 {limit} 次",
        ),
    }
    messages = {
        "": Text(
            "{who}: {count} {count:weekend|weekends} worked, at most {limit}",
            "{who}：周末上班 {count} 次，最多 {limit} 次",
        )
    }

    weekends: int | None = whole(
        None, 0, 60, "most weekends in the horizon", "周期内最多周末数"
    )

    def _limit(self, own: int | None) -> int | None:
        return self.weekends if own is None else own

    def add_to(self, builder: Builder) -> None:
        """Count the weekends on which either day is worked."""
        for e in builder.people:
            person = builder.problem.employees[e]
            limit = self._limit(person.max_weekends)
            if limit is None:
                continue
            worked = [
                builder.either(builder.on(e, d) for d in days)
                for days in builder.problem.weekends
            ]
            builder.at_most([(1, w) for w in worked if w is not None], limit, by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Count the weekends with a duty."""
        problem = roster.problem
        for e in roster.people:
            person = problem.employees[e]
            limit = self._limit(person.max_weekends)
            if limit is None:
                continue
            firsts = (
                next((d for d in days if roster.on(e, d)), None) for days in problem.weekends
            )
            worked = [d for d in firsts if d is not None]
            if len(worked) > limit:
                yield self.violation(
                    problem,
                    len(worked) - limit,
                    who=[e],
                    when=worked,
                    count=len(worked),
                    limit=limit,
                )
