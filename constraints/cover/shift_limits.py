"""Shift limits per person.

The Staff sheet may say ``N=4;E=10``: at most so many duties of each code over the horizon.
Only the code itself counts, not the codes it also counts as; history does not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.plan import Roster
from roster.rule import PROJECT, Level, Rule, Violation
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class ShiftLimits(Rule):
    """At most so many duties of a code."""

    id = "shift_limits"
    cite = (PROJECT,)
    unit = "duties"
    title = Text("Shift limits", "个人班次上限")
    text = Text(
        "Nobody has more duties of a shift than the Staff sheet allows them.",
        "每人每种班次不超过《人员》表中的上限。",
    )
    personal = {"shift_limits": ""}
    asks = {
        "at_most": Text(
            "{who}: at most {limit} {limit:duty|duties} of {codes}",
            "{who}：{codes} 班最多 {limit} 个",
        ),
    }
    messages = {
        "": Text(
            "{who}: {count} {count:duty|duties} of {code}, at most {limit} allowed",
            "{who}：{code} 班共 {count} 个，最多 {limit} 个",
        )
    }

    def narrow(self, builder: Builder) -> None:
        """Take a code of which nobody may have any out of every cell of the person."""
        problem = builder.problem
        for e in builder.people if self.level is Level.HARD else ():
            limits = problem.employees[e].shift_limits
            barred = builder.codes & {code for code, limit in limits.items() if not limit}
            for d in range(problem.n_days) if barred else ():
                builder.forbid([builder.one_of(e, d, barred)], by=self)

    def add_to(self, builder: Builder) -> None:
        """Bound the count of each limited code."""
        problem = builder.problem
        for e in builder.people:
            person = problem.employees[e]
            for code, limit in person.shift_limits.items():
                if limit >= problem.n_days:
                    continue
                builder.at_most(
                    [(1, builder.duty(e, d, code)) for d in range(problem.n_days)],
                    limit,
                    by=self,
                )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Count the duties of each limited code."""
        for e in roster.people:
            person = roster.problem.employees[e]
            if not person.shift_limits:
                continue
            days_of: dict[str, list[int]] = {}
            for d, shift in roster.duties_of(e):
                days_of.setdefault(shift.code, []).append(d)
            for code, limit in person.shift_limits.items():
                days = days_of.get(code, [])
                if len(days) > limit:
                    yield self.violation(
                        roster.problem,
                        len(days) - limit,
                        who=[e],
                        when=days,
                        code=code,
                        count=len(days),
                        limit=limit,
                    )
