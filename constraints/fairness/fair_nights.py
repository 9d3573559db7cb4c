"""Fair nights.

Each person's night duties, against their share of the nights that the Demand sheet asks for
(one a night when it names none), in proportion to availability and contract, with the
carry-over of earlier months made up for by at most `catch_up` nights. Outside the whole
numbers around the share each night costs more than the one before.
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

NIGHTS = Shared(
    periods=lambda problem, e: [(d,) for d in range(problem.n_days)],
    codes=lambda problem: problem.night_codes,
    carried=lambda row: (row.nights, row.nights_due),
    always=1,
)


@dataclass(frozen=True, kw_only=True)
class FairNights(Rule):
    """Nights in proportion."""

    id = "fair_nights"
    cite = (PROJECT,)
    unit = "nights"
    title = Text("Fair nights", "夜班公平")
    text = Text(
        "Nights are shared by availability and contract, earlier months included.",
        "夜班按可上岗天数和合同比例分摊，并计入以往月份。",
    )
    messages = {
        "": Text(
            "{who}: {count} nights, share {share}", "{who}：夜班 {count} 个，应分摊 {share} 个"
        )
    }

    level: Level = Level.SOFT
    weight: int = 10
    catch_up: int = whole(
        2, 0, 31, "most nights made up for in one horizon", "一个周期最多补多少个夜班"
    )

    @once
    def _shares(self, problem: Problem) -> Shares:
        return NIGHTS.shares(problem, self.catch_up)

    @property
    def shared(self) -> dict[str, Shared]:
        """What is shared, by its name in the carry-over."""
        return {"nights": NIGHTS}

    def add_to(self, builder: Builder) -> None:
        """Charge the distance of each person's nights from the share."""
        problem = builder.problem
        _deviation.encode(
            self,
            builder,
            self._shares(problem),
            lambda e: [
                (1, builder.one_of(e, d, problem.night_codes)) for d in range(problem.n_days)
            ],
        )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Count each person's nights."""
        yield from _deviation.check(
            self,
            roster,
            self._shares(roster.problem),
            lambda e: sum(shift.is_night for _, shift in roster.duties_of(e)),
        )
