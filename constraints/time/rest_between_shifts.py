"""Rest between duties.

From the end of a duty to the start of the person's next duty lie at least `min_minutes`. The
end is the end of the last segment, the start that of the first; the pauses inside a split
shift are no rest between duties. The last duties of the history bind the first days; the
rest after the last day of the horizon is next month's affair.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from constraints._runs import LOOK_BACK
from roster.model import Builder
from roster.plan import Roster
from roster.problem import DAY_MINUTES, Problem
from roster.rule import PROJECT, Rule, Violation, whole
from roster.words import Text, hours_text


@dataclass(frozen=True, kw_only=True)
class RestBetweenShifts(Rule):
    """Least rest from one duty to the next."""

    id = "rest_between_shifts"
    nearby = True
    cite = (PROJECT,)
    unit = "minutes"
    title = Text("Rest between duties", "班次间休息")
    text = Text(
        "From the end of a duty to the start of the next lies at least the rest given.",
        "上一个班次结束到下一个班次开始，至少间隔规定时间。",
    )
    asks = {
        "forbid": Text(
            "{who}: {hours} h rest between {first} and {second}, {when}",
            "{who}：{first} 与 {second} 之间至少休息 {hours} 小时（{when}）",
        ),
    }
    messages = {
        "": Text(
            "{who}: {rest} h from {first} on {day} to {second} on {next}, {needed} h needed",
            "{who}：{day} {first} 班到{next} {second} 班只隔 {rest} 小时，需要 {needed} 小时",
        )
    }

    min_minutes: int = whole(660, 0, 2880, "least rest in minutes", "最少休息分钟数")

    @property
    def lead_in_days(self) -> int:
        """Days of history that the rule looks at."""
        return 1 - -self.min_minutes // DAY_MINUTES

    def _farthest(self, problem: Problem) -> int:
        """Return the days after which no two duties can be too close."""
        latest = max((s.end for s in problem.shifts), default=0)
        first = min((s.start for s in problem.shifts), default=0)
        return -(-(self.min_minutes + latest - first) // DAY_MINUTES)

    def add_to(self, builder: Builder) -> None:
        """Forbid pairs that are too close on the next day, and past a day off between."""
        problem = builder.problem
        for gap in range(1, self._farthest(problem) + 1):
            for first in problem.shifts:
                close: dict[int, set[str]] = {}
                for second in problem.shifts:
                    rest = second.start + gap * DAY_MINUTES - first.end
                    if rest < self.min_minutes:
                        close.setdefault(self.min_minutes - rest, set()).add(second.code)
                for lack, codes in close.items():
                    for e in builder.people:
                        for d in range(-gap, problem.n_days - gap):
                            builder.forbid(
                                [
                                    builder.duty(e, d, first.code),
                                    *(builder.off(e, d + k) for k in range(1, gap)),
                                    builder.one_of(e, d + gap, frozenset(codes)),
                                ],
                                by=self,
                                amount=lack,
                            )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Measure from each duty to the person's next one."""
        problem = roster.problem
        for e in roster.people:
            before = None
            for d, shift in roster.duties_of(e, -LOOK_BACK):
                if before is not None and d >= 0:
                    day, last = before
                    rest = (d - day) * DAY_MINUTES + shift.start - last.end
                    if rest < self.min_minutes:
                        yield self.violation(
                            problem,
                            self.min_minutes - rest,
                            who=[e],
                            when=[day, d],
                            rest=hours_text(rest),
                            needed=hours_text(self.min_minutes),
                            first=last.code,
                            second=shift.code,
                            day=problem.date_of(day),
                            next=problem.date_of(d),
                        )
                before = d, shift
