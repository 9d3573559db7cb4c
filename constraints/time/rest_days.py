"""Days off in the month.

In each calendar month that the horizon touches everybody has exactly `days` days off: days of
the horizon without a duty on which the person is employed and not on approved leave. A day of
leave is no day off and does not change the number; where leave leaves fewer days than the
number, all that are left are off. For somebody employed for part of the month, or where the
horizon holds part of it, the number is in proportion,

    days x (days employed in the horizon) / (days of the month),

and both the whole number below and the one above will do. Void without `days`.

How long a person works without a day off is for ``max_consecutive_days``; fewer days off than
one a week break ``weekly_rest``, which is law.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from roster.errors import Issue
from roster.model import Builder
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import Citation, Flaw, Rule, Violation, whole
from roster.words import Text, month_text


class Share(NamedTuple):
    """A person's days off in one month: `least` to `most` of the `days` at hand."""

    month: date
    days: tuple[int, ...]
    least: int
    most: int


@dataclass(frozen=True, kw_only=True)
class RestDays(Rule):
    """Exactly so many days off a month."""

    id = "rest_days"
    cite = (Citation("two-shift-shop: three rest days a month", "two-shift-shop：每月休息3天"),)
    unit = "days"
    title = Text("Days off in the month", "每月休息天数")
    text = Text(
        "Everybody has exactly so many days off in each calendar month; leave is no day off.",
        "每人每个自然月休息天数正好为规定天数，请假不算休息。",
    )
    void_without = "days"
    asks = {
        "at_most": Text(
            "{who}: at most {limit} {limit:day|days} off in the month",
            "{who}：当月休息最多 {limit} 天",
        ),
        "at_least": Text(
            "{who}: at least {limit} {limit:day|days} off in the month",
            "{who}：当月休息至少 {limit} 天",
        ),
    }
    messages = {
        "few": Text(
            "{who}: {count} {count:day|days} off in {month}, at least {limit} needed",
            "{who}：{month}休息 {count} 天，至少 {limit} 天",
        ),
        "many": Text(
            "{who}: {count} {count:day|days} off in {month}, at most {limit} allowed",
            "{who}：{month}休息 {count} 天，最多 {limit} 天",
        ),
    }

    days: int | None = whole(
        None, 0, 31, "days off in each calendar month", "每个自然月的休息天数"
    )

    def _shares(self, problem: Problem, e: int) -> Iterator[Share]:
        """Yield a person's share of each month, from the input alone."""
        if self.days is None:
            return
        months: dict[date, list[int]] = {}
        for d, day in enumerate(problem.days):
            if problem.employed(e, d):
                months.setdefault(day.replace(day=1), []).append(d)
        for month, employed in months.items():
            length = monthrange(month.year, month.month)[1]
            at_hand = tuple(d for d in employed if problem.available(e, d))
            below, rest = divmod(self.days * len(employed), length)
            least, most = min(below, len(at_hand)), min(below + bool(rest), len(at_hand))
            yield Share(month, at_hand, least, most)

    def add_to(self, builder: Builder) -> None:
        """Bound each month's days off from both sides."""
        for e in builder.people:
            for share in self._shares(builder.problem, e):
                off = [(1, builder.off(e, d)) for d in share.days]
                builder.at_least(off, share.least, by=self)
                builder.at_most(off, share.most, by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Count each month's days off."""
        problem = roster.problem
        for e in roster.people:
            for share in self._shares(problem, e):
                count = sum(not roster.on(e, d) for d in share.days)
                over = max(0, count - share.most)
                amount = over or max(0, share.least - count)
                if amount:
                    yield self.violation(
                        problem,
                        amount,
                        who=[e],
                        when=share.days,
                        case="many" if over else "few",
                        count=count,
                        month=month_text(share.month),
                        limit=share.most if over else share.least,
                    )

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Compare the number with the days that fixed duties leave."""
        for e, person in enumerate(problem.employees):
            for share in self._shares(problem, e):
                fixed = [problem.fixed_by_cell.get((e, d)) for d in share.days]
                off = sum(f is not None and f.shift is None for f in fixed)
                on = sum(f is not None and f.shift is not None for f in fixed)
                month = month_text(share.month)
                who = person.id
                if off > share.most:
                    yield Issue(
                        what=Text(
                            f"{who}: {off} days off are fixed in {month.en}, at most "
                            f"{share.most} allowed",
                            f"{who}：{month.zh}已固定休息 {off} 天，最多 {share.most} 天",
                        ),
                        hint=Text("free some fixed days off", "放开部分固定休息日"),
                    )
                left = len(share.days) - on
                if left < share.least:
                    yield Issue(
                        what=Text(
                            f"{who}: fixed duties leave {left} days in {month.en}, at least "
                            f"{share.least} must be off",
                            f"{who}：固定班次后{month.zh}只剩 {left} 天，至少须休息 "
                            f"{share.least} 天",
                        ),
                        hint=Text("free some fixed duties", "放开部分固定班次"),
                    )

    def flaws(self, problem: Problem) -> Iterator[Flaw]:
        """Find a number that a month of the horizon does not have."""
        for month in dict.fromkeys(day.replace(day=1) for day in problem.days):
            length = monthrange(month.year, month.month)[1]
            if self.days is not None and self.days > length:
                name = month_text(month)
                yield Flaw(
                    what=Text(
                        f"{name.en} has {length} days only", f"{name.zh}只有 {length} 天"
                    ),
                    found=str(self.days),
                    expected=Text(f"at most {length}", f"不超过 {length}"),
                    parameter="days",
                )
                return
