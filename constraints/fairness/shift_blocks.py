"""Duties of one kind together.

Within a stretch of duties, each change of kind (day, evening, night, duty) from one day to
the next is one unit. A day off between lifts it. The last day of the history counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.plan import Roster
from roster.problem import ShiftKind
from roster.rule import PROJECT, Level, Rule, Violation
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class ShiftBlocks(Rule):
    """Few changes of kind within a stretch."""

    id = "shift_blocks"
    cite = (PROJECT,)
    unit = "changes"
    lead_in_days = 1
    title = Text("Duties of one kind together", "同类班次连排")
    text = Text(
        "Within a stretch of work the kind of shift changes as little as possible.",
        "连续上班期间尽量不更换班次类别。",
    )
    messages = {
        "": Text(
            "{who}: {first} then {second} ({when})", "{who}：{first} 接 {second}（{when}）"
        )
    }

    level: Level = Level.SOFT
    weight: int = 1

    def add_to(self, builder: Builder) -> None:
        """Charge each kind that is followed by another one."""
        problem = builder.problem
        kinds = {
            kind: frozenset(s.code for s in problem.shifts if s.kind is kind)
            for kind in ShiftKind
        }
        used = [codes for codes in kinds.values() if codes]
        for e in builder.people if len(used) > 1 else ():
            for d in range(problem.n_days):
                for codes in used:
                    builder.forbid(
                        [
                            builder.one_of(e, d - 1, codes),
                            builder.one_of(e, d, builder.codes - codes),
                        ],
                        by=self,
                    )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Compare the kinds of duties on neighbouring days."""
        problem = roster.problem
        for e in roster.people:
            for d in range(problem.n_days):
                first, second = roster.shift(e, d - 1), roster.shift(e, d)
                if first and second and first.kind is not second.kind:
                    yield self.violation(
                        problem,
                        1,
                        who=[e],
                        when=[d - 1, d],
                        first=first.code,
                        second=second.code,
                    )
