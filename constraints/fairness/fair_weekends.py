"""Fair weekends.

Each person's weekends with a duty on either day (moved workdays are no part of a weekend),
against their share of the people whom the Demand sheet asks for on weekends (of a weekend
its busier day, and a quarter of the other: not everybody works both), in proportion to
availability and contract, with at most `catch_up` weekends of earlier months made up for.
A weekend across the month's edge counts once: its Sunday is no new weekend for whom the
Saturday before it was a duty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from constraints.fairness import _deviation
from constraints.fairness._shares import Shared, Shares, once
from roster.model import Builder
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import PROJECT, Level, Rule, Violation, whole
from roster.words import Text

WEEKENDS = Shared(
    periods=lambda problem, e: problem.weekends if e is None else problem.weekends_of(e),
    codes=lambda problem: frozenset(problem.shift_by_code),
    carried=lambda row: (row.weekends, row.weekends_due),
    limit=lambda problem, e: problem.employees[e].max_weekends,
)


@dataclass(frozen=True, kw_only=True)
class FairWeekends(Rule):
    """Weekends in proportion."""

    id = "fair_weekends"
    cite = (PROJECT,)
    unit = "weekends"
    title = Text("Fair weekends", "周末班公平")
    text = Text(
        "Weekends are shared in proportion to availability and contract, earlier months "
        "included.",
        "周末班按可上岗天数和合同比例分摊，并计入以往月份。",
    )
    messages = {
        "": Text(
            "{who}: {count} weekends, share {share}",
            "{who}：周末班 {count} 次，应分摊 {share} 次",
        )
    }

    level: Level = Level.SOFT
    weight: int = 6
    catch_up: int = whole(
        1, 0, 31, "most weekends made up for in one horizon", "一个周期最多补多少个周末"
    )

    @once
    def _shares(self, problem: Problem) -> Shares:
        return WEEKENDS.shares(problem, self.catch_up)

    @property
    def shared(self) -> dict[str, Shared]:
        """What is shared, by its name in the carry-over."""
        return {"weekends": WEEKENDS}

    def add_to(self, builder: Builder) -> None:
        """Charge the distance of each person's weekends from the share."""

        def worked(e: int) -> list:
            weekends = (
                builder.either(builder.on(e, d) for d in days)
                for days in builder.problem.weekends_of(e)
            )
            return [(1, w) for w in weekends if w is not None]

        _deviation.encode(self, builder, self._shares(builder.problem), worked)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Count each person's weekends."""
        problem = roster.problem
        yield from _deviation.check(
            self,
            roster,
            self._shares(problem),
            lambda e: sum(
                any(roster.on(e, d) for d in days) for days in problem.weekends_of(e)
            ),
        )
