"""Rest after nights.

After a run of night duties come at least `days_off` days without duty before the next duty.
A run that ends on the last day of the horizon binds next month; one that ended in the
history binds the first days. Each day off that lacks is one unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from constraints._runs import LOOK_BACK
from roster.model import Builder
from roster.plan import Roster
from roster.rule import PROJECT, Rule, Violation, whole
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class RestAfterNights(Rule):
    """Days off after a run of nights."""

    id = "rest_after_nights"
    nearby = True
    cite = (PROJECT,)
    title = Text("Rest after nights", "夜班后休息")
    text = Text(
        "After a run of nights come at least so many days off.",
        "一段夜班之后至少休息规定天数。",
    )
    asks = {
        "forbid": Text(
            "{who}: {days_off} {days_off:day|days} off after the night, {when}",
            "{who}：夜班后休息 {days_off} 天（{when}）",
        ),
    }
    messages = {
        "": Text(
            "{who}: {rest} {rest:day|days} off after the night of {day}, {limit} needed",
            "{who}：{day}夜班后只休息 {rest} 天，需要 {limit} 天",
        )
    }

    days_off: int = whole(1, 0, 7, "days off after a run of nights", "夜班后休息天数")

    @property
    def lead_in_days(self) -> int:
        """Days of history that the rule looks at."""
        return self.days_off

    def add_to(self, builder: Builder) -> None:
        """Forbid a night, fewer days off than needed, then a duty that ends the rest."""
        problem = builder.problem
        nights = problem.night_codes
        others = builder.codes - nights
        for e in builder.people if nights else ():
            for rest in range(self.days_off):
                for d in range(-rest - 1, problem.n_days - rest - 1):
                    after = d + rest + 1
                    ends = builder.on(e, after) if rest else builder.one_of(e, after, others)
                    builder.forbid(
                        [
                            builder.one_of(e, d, nights),
                            *(builder.off(e, k) for k in range(d + 1, after)),
                            ends,
                        ],
                        by=self,
                        amount=self.days_off - rest,
                    )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Measure the days from each night to the duty that follows it."""
        problem = roster.problem
        for e in roster.people:
            before = None
            for d, shift in roster.duties_of(e, -LOOK_BACK):
                if before is not None and d >= 0:
                    day, last = before
                    rest = d - day - 1
                    goes_on = rest == 0 and shift.is_night
                    if last.is_night and not goes_on and rest < self.days_off:
                        yield self.violation(
                            problem,
                            self.days_off - rest,
                            who=[e],
                            when=[day, d],
                            rest=rest,
                            limit=self.days_off,
                            day=problem.date_of(day),
                        )
                before = d, shift
