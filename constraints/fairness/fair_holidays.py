"""Fair holidays.

Each person's duties that start on a statutory holiday, against their share of the people whom
the Demand sheet asks for on those days, in proportion to availability and contract, with at
most `catch_up` duties of earlier months made up for. Void in a month without holiday.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from constraints.fairness import _deviation
from constraints.fairness._shares import Shares, once, shares
from roster.model import Builder
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import PROJECT, Level, Rule, Violation, whole
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class FairHolidays(Rule):
    """Holiday duties in proportion."""

    id = "fair_holidays"
    cite = (PROJECT,)
    unit = "duties"
    title = Text("Fair holidays", "节假日班公平")
    text = Text(
        "Duties on statutory holidays are shared in proportion, earlier months included.",
        "法定节假日的班按比例分摊，并计入以往月份。",
    )
    messages = {
        "": Text(
            "{who}: {count} holiday duties, share {share}",
            "{who}：节假日班 {count} 个，应分摊 {share} 个",
        )
    }

    level: Level = Level.SOFT
    weight: int = 10
    catch_up: int = whole(
        1, 0, 31, "most duties made up for in one horizon", "一个周期最多补多少个班"
    )

    @once
    def _shares(self, problem: Problem) -> Shares:
        codes = frozenset(problem.shift_by_code)
        days = [(d,) for d in problem.holidays]
        return shares(
            problem, days, codes, carried=lambda c: c.holidays, catch_up=self.catch_up
        )

    def add_to(self, builder: Builder) -> None:
        """Charge the distance of each person's holiday duties from the share."""
        problem = builder.problem
        if problem.holidays:
            _deviation.encode(
                self,
                builder,
                self._shares(problem),
                lambda e: [(1, builder.on(e, d)) for d in problem.holidays],
            )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Count each person's holiday duties."""
        problem = roster.problem
        if problem.holidays:
            yield from _deviation.check(
                self,
                roster,
                self._shares(problem),
                lambda e: sum(d in problem.holidays for d, _ in roster.duties_of(e)),
            )
