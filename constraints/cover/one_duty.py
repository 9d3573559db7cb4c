"""One duty at a time.

A person has one shift a day (a cell holds one code), and no two duties that overlap in time:
a duty that runs past midnight may not meet a segment of the next duties. Duties that touch
without overlapping are ``rest_between_shifts``'s affair.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.plan import Roster
from roster.problem import DAY_MINUTES, Shift
from roster.rule import PROJECT, Rule, Violation
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class OneDuty(Rule):
    """No two duties at the same time."""

    id = "one_duty"
    nearby = True
    cite = (PROJECT,)
    unit = "minutes"
    lead_in_days = 1
    title = Text("One duty at a time", "同一时间只上一个班")
    text = Text(
        "One shift a day, and no two duties of a person overlap in time.",
        "每人每天一个班次，两个班次的时间不得重叠。",
    )
    asks = {
        "forbid": Text(
            "{who}: {first} and {second} the day after overlap ({when})",
            "{who}：{first} 与次日 {second} 时间重叠（{when}）",
        ),
    }
    messages = {
        "": Text(
            "{who}: {first} on {day} and {second} on {next} overlap by {amount} minutes",
            "{who}：{day}的 {first} 班与{next}的 {second} 班重叠 {amount} 分钟",
        )
    }

    def add_to(self, builder: Builder) -> None:
        """Forbid each overlapping pair on neighbouring days."""
        problem = builder.problem
        pairs = [
            (a.code, b.code, minutes)
            for a in problem.shifts
            for b in problem.shifts
            if (minutes := _shared(a, b)) > 0
        ]
        for e in builder.people:
            for d in range(-1, problem.n_days - 1):
                for a, b, minutes in pairs:
                    builder.forbid(
                        [builder.duty(e, d, a), builder.duty(e, d + 1, b)],
                        by=self,
                        amount=minutes,
                    )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Lay the minutes of neighbouring days beside one another."""
        problem = roster.problem
        for e in roster.people:
            for d in range(-1, problem.n_days - 1):
                first, second = roster.shift(e, d), roster.shift(e, d + 1)
                if first is None or second is None or first.end <= DAY_MINUTES:
                    continue
                busy = {m for a, b in first.segments for m in range(a, b)}
                minutes = sum(
                    m + DAY_MINUTES in busy for a, b in second.segments for m in range(a, b)
                )
                if minutes:
                    yield self.violation(
                        problem,
                        minutes,
                        who=[e],
                        when=[d, d + 1],
                        first=first.code,
                        second=second.code,
                        day=problem.date_of(d),
                        next=problem.date_of(d + 1),
                    )


def _shared(a: Shift, b: Shift) -> int:
    """Return the minutes that `a` and `b` on the next day have in common."""
    return sum(
        max(0, min(a2, b2 + DAY_MINUTES) - max(a1, b1 + DAY_MINUTES))
        for a1, a2 in a.segments
        for b1, b2 in b.segments
    )
