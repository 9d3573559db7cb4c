"""Daily hours (Labour Law art. 36 and 41).

The paid hours of a duty are at most `normal` + `overtime`. A duty counts on the day on which
it starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.plan import Roster
from roster.rule import Citation, Rule, Violation, whole
from roster.words import Text, hours_text


@dataclass(frozen=True, kw_only=True)
class DailyHours(Rule):
    """Most hours a day, overtime included."""

    id = "daily_hours"
    nearby = True
    cite = (Citation("Labour Law art. 36, 41", "劳动法第36、41条"),)
    law = True
    unit = "minutes"
    binds_cells = True
    title = Text("Daily hours", "每日工时")
    text = Text(
        "A duty has at most the normal hours and the overtime allowed a day.",
        "每个班次的工时不超过正常工时加允许的加班时间。",
    )
    asks = {
        "forbid": Text(
            "{who}: {codes} is longer than a day allows ({when})",
            "{who}：{codes} 班超过每日工时上限（{when}）",
        ),
    }
    messages = {
        "": Text(
            "{who}: {hours} h in {code} on {when}, at most {limit} h a day",
            "{who}：{when} {code} 班 {hours} 小时，每天最多 {limit} 小时",
        )
    }

    normal: int = whole(8, 1, 24, "normal hours a day", "每日正常小时")
    overtime: int = whole(3, 0, 24, "most overtime hours a day", "每日最多加班小时")

    @property
    def _limit(self) -> int:
        return (self.normal + self.overtime) * 60

    def add_to(self, builder: Builder) -> None:
        """Take the shifts that are too long out of every cell."""
        problem = builder.problem
        for shift in problem.shifts:
            over = shift.paid_minutes - self._limit
            if over <= 0:
                continue
            for e in builder.people:
                for d in range(problem.n_days):
                    builder.forbid([builder.duty(e, d, shift.code)], by=self, amount=over)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Compare the hours of each duty."""
        for e in roster.people:
            for d, shift in roster.duties_of(e):
                over = shift.paid_minutes - self._limit
                if over > 0:
                    yield self.violation(
                        roster.problem,
                        over,
                        who=[e],
                        when=[d],
                        code=shift.code,
                        hours=hours_text(shift.paid_minutes),
                        limit=hours_text(self._limit),
                    )
