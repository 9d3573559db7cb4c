"""Cover.

Each Demand row in force on a day counts everybody on duty in its shifts (a shift also counts
for the codes under *counts as*) who fits the row's job, skills and grade; rows overlap, so a
senior counts for the general row too. The job is the one done on that duty: somebody of a
second group who helps out in a shift of its job, or who learns the next desk in one of its
shifts (rule ``desk_rotation``), counts for that job and not for their own.
Below the min is shortage, a stage of its own before
all points; between min and target, and above max, it costs points a person:

    under = max(0, target - max(on duty, min)),   over = max(0, on duty - max)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.errors import Issue
from roster.model import Builder
from roster.plan import Roster
from roster.problem import Demand, Problem
from roster.rule import PROJECT, Citation, Rule, Scope, Violation, whole
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class Cover(Rule):
    """Least, wanted and most people on duty."""

    id = "cover"
    cite = (Citation("telecom: seats follow the load", "telecom：座席随话务量安排"), PROJECT)
    scope = Scope.DAY
    place = ("what",)
    unit = "people"
    title = Text("Cover", "在岗人数")
    text = Text(
        "Every Demand row has its least number of people on duty; fewer is a shortage. "
        "Fewer than the target or more than the most costs points.",
        "每条需求都达到最少人数，不足即缺员；低于目标或高于最多人数则扣分。",
    )
    asks = {
        "at_least": Text(
            "{what} on {when}: at least {limit}{reach}",
            "{when} {what} 至少 {limit} 人{reach}",
        ),
    }
    messages = {
        "": Text(
            "{when}: {count} on duty for {what}, at least {limit} needed",
            "{when}：{what} 在岗 {count} 人，至少需要 {limit} 人",
        ),
        "under": Text(
            "{when}: {count} on duty for {what}, {limit} wanted",
            "{when}：{what} 在岗 {count} 人，目标 {limit} 人",
        ),
        "over": Text(
            "{when}: {count} on duty for {what}, at most {limit} wanted",
            "{when}：{what} 在岗 {count} 人，最多 {limit} 人",
        ),
    }

    under_weight: int = whole(
        100, 0, 1_000_000, "points a person below the target", "低于目标每人扣分"
    )
    over_weight: int = whole(
        1, 0, 1_000_000, "points a person above the most", "超出最多人数每人扣分"
    )

    def _weights(self, row: Demand) -> tuple[int, int]:
        under = self.under_weight if row.under_weight is None else row.under_weight
        over = self.over_weight if row.over_weight is None else row.over_weight
        return under, over

    def add_to(self, builder: Builder) -> None:
        """Bound each row's count from below by min and target, from above by max."""
        problem = builder.problem
        for d, rows in enumerate(problem.demand_on):
            for row in rows:
                terms = [
                    (1, fact)
                    for e, codes in enumerate(problem.counting(row))
                    if codes and builder.possible(fact := builder.one_of(e, d, codes))
                ]
                under, over = self._weights(row)
                short = None
                if row.min:
                    short = builder.at_least(terms, row.min, by=self, shortage=True)
                if row.target is not None and row.target > row.min:
                    # What lacks below the min is shortage already and is not charged twice.
                    missing = [(1, short)] if short is not None else []
                    builder.at_least(terms + missing, row.target, by=self, points=under)
                if row.max is not None:
                    builder.at_most(terms, row.max, by=self, points=over)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Count who is on duty for each row."""
        problem = roster.problem
        for d in roster.days:
            for row in problem.demand_on[d]:
                counting = problem.counting(row)
                count = sum(
                    code in counting[e]
                    for code, people in roster.on_duty[d].items()
                    for e in people
                )
                under, over = self._weights(row)
                facts = {"count": count, "what": row.text}
                if count < row.min:
                    yield self.violation(
                        problem, row.min - count, when=[d], limit=row.min, **facts
                    )
                lack = 0 if row.target is None else row.target - max(count, row.min)
                if lack > 0:
                    yield self.violation(
                        problem,
                        lack,
                        when=[d],
                        case="under",
                        soft=True,
                        weight=under,
                        limit=row.target,
                        **facts,
                    )
                if row.max is not None and count > row.max:
                    yield self.violation(
                        problem,
                        count - row.max,
                        when=[d],
                        case="over",
                        soft=True,
                        weight=over,
                        limit=row.max,
                        **facts,
                    )

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Compare each row's min with the people who could work it that day."""
        short: dict[tuple[Demand, int], list[int]] = {}
        for d, rows in enumerate(problem.demand_on):
            for row in rows:
                able = sum(
                    problem.available(e, d)
                    and not codes.isdisjoint(problem.fitting_codes[e])
                    and (
                        (e, d) not in problem.fixed_by_cell
                        or problem.fixed_by_cell[e, d].shift in codes
                    )
                    for e, codes in enumerate(problem.counting(row))
                )
                if able < row.min:
                    short.setdefault((row, able), []).append(d)
        for (row, able), days in short.items():
            sheet, _, cell = row.cell.partition("!")
            what = row.text
            yield Issue.on_days(
                Text(
                    f"{{days}}: {what.en} needs {row.min}, only {able} can work it",
                    f"{{days}}：{what.zh} 需要 {row.min} 人，能上岗的只有 {able} 人",
                ),
                [problem.days[d] for d in days],
                sheet=sheet,
                cell=cell,
                hint=Text(
                    "lower the min, or grant less leave that day",
                    "降低最少人数，或减少当天批准的请假",
                ),
            )
