"""Fair holidays.

Each person's duties that start on a statutory holiday, against their share of the people whom
the Demand sheet asks for on those days, in proportion to availability and contract, with at
most `catch_up` duties of earlier months made up for. Void in a month without holiday.

The Spring Festival (the lunar New Year's Eve and the statutory days after it) is shared by
itself, over the years: who had more than their part of the last one comes after the others at
the next, by up to `festival_catch_up` duties. Its days are no part of the other sum, so that
somebody who was there at the Festival does not make up for it in May.
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

HOLIDAYS = Shared(
    periods=lambda problem, e: [(d,) for d in _days(problem, festival=False)],
    codes=lambda problem: frozenset(problem.shift_by_code),
    carried=lambda row: (
        row.other_holidays,
        row.other_holidays_due,
    ),
)
FESTIVAL = Shared(
    periods=lambda problem, e: [(d,) for d in _days(problem, festival=True)],
    codes=lambda problem: frozenset(problem.shift_by_code),
    carried=lambda row: (row.spring_festivals, row.spring_festivals_due),
)


def _days(problem: Problem, *, festival: bool) -> tuple[int, ...]:
    """Return the days of the Spring Festival, or the other statutory holidays."""
    return tuple(d for d in problem.holidays if (d in problem.spring_festival) == festival)


@dataclass(frozen=True, kw_only=True)
class FairHolidays(Rule):
    """Holiday duties in proportion."""

    id = "fair_holidays"
    cite = (PROJECT,)
    unit = "duties"
    title = Text("Fair holidays", "节假日班公平")
    text = Text(
        "Duties on statutory holidays are shared in proportion, earlier months included; the "
        "Spring Festival by itself, over the years.",
        "法定节假日的班按比例分摊，并计入以往月份；春节单独计算，逐年轮流。",
    )
    messages = {
        "": Text(
            "{who}: {count} holiday duties, share {share}",
            "{who}：节假日班 {count} 个，应分摊 {share} 个",
        ),
        "festival": Text(
            "{who}: {count} duties at the Spring Festival, share {share}",
            "{who}：春节班 {count} 个，应分摊 {share} 个",
        ),
    }

    level: Level = Level.SOFT
    weight: int = 10
    catch_up: int = whole(
        1, 0, 31, "most duties made up for in one horizon", "一个周期最多补多少个班"
    )
    festival_catch_up: int = whole(
        4,
        0,
        31,
        "most duties of the last Spring Festivals made up for at the next",
        "一个春节最多补往年春节的多少个班",
    )

    @once
    def _shares(self, problem: Problem) -> Shares:
        return HOLIDAYS.shares(problem, self.catch_up)

    @once
    def _festival_shares(self, problem: Problem) -> Shares:
        return FESTIVAL.shares(problem, self.festival_catch_up)

    @property
    def shared(self) -> dict[str, Shared]:
        """What is shared, by its name in the carry-over; the holidays without the Festival."""
        return {"other_holidays": HOLIDAYS, "spring_festivals": FESTIVAL}

    def add_to(self, builder: Builder) -> None:
        """Charge the distance of each person's holiday duties from the share."""
        problem = builder.problem
        for shares, festival in ((self._shares, False), (self._festival_shares, True)):
            days = _days(problem, festival=festival)
            if days:
                _deviation.encode(
                    self,
                    builder,
                    shares(problem),
                    lambda e, days=days: [(1, builder.on(e, d)) for d in days],
                )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Count each person's holiday duties."""
        problem = roster.problem
        others = [d for d in problem.holidays if d not in problem.spring_festival]
        if others:
            yield from _deviation.check(
                self,
                roster,
                self._shares(problem),
                lambda e: sum(d in others for d, _ in roster.duties_of(e)),
            )
        if problem.spring_festival:
            yield from _deviation.check(
                self,
                roster,
                self._festival_shares(problem),
                lambda e: sum(d in problem.spring_festival for d, _ in roster.duties_of(e)),
                case="festival",
            )
