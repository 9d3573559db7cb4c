"""Most consecutive nights.

Nobody works more than `nights` nights in a row. A run that began in the history counts on;
each night of the horizon beyond the limit is one unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from constraints._encode import longest_run
from constraints._runs import LOOK_BACK, runs
from roster.model import Builder
from roster.plan import Roster
from roster.rule import PROJECT, Rule, Violation, whole
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class MaxConsecutiveNights(Rule):
    """Most nights in a row."""

    id = "max_consecutive_nights"
    nearby = True
    cite = (PROJECT,)
    unit = "nights"
    title = Text("Most consecutive nights", "最多连续夜班")
    text = Text(
        "Nobody works more nights in a row than allowed; last month counts on.",
        "连续夜班不超过规定个数，上月末的夜班计算在内。",
    )
    asks = {
        "forbid": Text(
            "{who}: at most {limit} {limit:night|nights} in a row, {when}",
            "{who}：{when}连续夜班最多 {limit} 个",
        ),
    }
    messages = {
        "": Text(
            "{who}: {length} nights in a row ({when}), at most {limit}",
            "{who}：连续夜班 {length} 个（{when}），最多 {limit} 个",
        )
    }

    nights: int = whole(3, 1, 31, "most nights in a row", "最多连续夜班数")

    @property
    def lead_in_days(self) -> int:
        """Days of history that the rule looks at."""
        return self.nights

    def add_to(self, builder: Builder) -> None:
        """Bound every window of limit + 1 days."""
        nights = builder.problem.night_codes
        for e in builder.people if nights else ():
            longest_run(
                builder, self, lambda e, d: builder.one_of(e, d, nights), e, self.nights
            )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Measure the runs of nights that reach into the horizon."""
        problem = roster.problem
        for e in roster.people:

            def night(d: int, e: int = e) -> bool:
                shift = roster.shift(e, d)
                return shift is not None and shift.is_night

            for run in runs(-LOOK_BACK, problem.n_days - 1, night):
                inside = run.last - max(run.first + self.nights, 0) + 1
                if inside > 0:
                    yield self.violation(
                        problem,
                        inside,
                        who=[e],
                        when=range(run.first, run.last + 1),
                        length=run.length,
                        limit=self.nights,
                    )
