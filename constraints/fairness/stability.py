"""Stability.

People have arranged their lives by the published roster, so a new one should differ from it
as little and as late as possible. A day on which a person holds something else than published
is a change; days of approved leave and days on which they are not employed are none, nobody
asks them of the team. With `n` days from the day from which notice counts to the day of the
change, and `days` from which on more notice makes no difference,

    points = person * people with a change
           + sum over the changes of change + ceil(urgent * max(0, days - n) / days)

A change on the very day (or before) costs ``change + urgent``. Only days whose published duty
is known are compared; without a published roster the rule is void.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import OFF, Builder, Fact
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import PROJECT, Level, Rule, Violation, whole
from roster.words import Text, same


@dataclass(frozen=True, kw_only=True)
class Stability(Rule):
    """Few people get a roster other than the published one, and late changes are worst."""

    id = "stability"
    cite = (PROJECT,)
    unit = "points"
    title = Text("Stability", "班表稳定")
    text = Text(
        "Where a roster is published, as few people as possible are affected by changes, with "
        "as much notice as possible.",
        "已发布的排班表尽量少改：受影响的人尽量少，通知尽量早。",
    )
    messages = {
        "": Text(
            "{who}: {code} instead of {before} on {when}, {notice} days' notice",
            "{who}：{when}由 {before} 改为 {code}，提前 {notice} 天通知",
        ),
        "person": Text("{who}: {count} days changed", "{who}：改动 {count} 天"),
    }

    level: Level = Level.OFF
    weight: int = 1
    person: int = whole(
        1000, 0, 100_000, "points a person who is affected", "每个受影响的人扣分"
    )
    change: int = whole(10, 0, 100_000, "points a change with long notice", "每处改动扣分")
    urgent: int = whole(
        20, 0, 100_000, "points more for a change on the same day", "当天改动另加扣分"
    )
    days: int = whole(
        14, 1, 366, "days of notice from which on it costs no more", "提前多少天起不再加分"
    )

    def _cost(self, problem: Problem, d: int) -> int:
        """Return what a change of day `d` costs."""
        since = problem.start if problem.notice_from is None else problem.notice_from
        late = max(0, self.days - max(0, d - problem.index_of(since)))
        return self.change - (-self.urgent * late // self.days)

    def add_to(self, builder: Builder) -> None:
        """Charge each cell that holds something else, and once each person who has one."""
        problem = builder.problem
        changed: dict[int, list[Fact]] = {}
        for (staff, day), code in problem.published.items():
            e, d = problem.employee_index.get(staff), problem.index_of(day)
            if e not in builder.people or not 0 <= d < problem.n_days:
                continue
            if problem.available(e, d):
                changed.setdefault(e, []).append(Fact(e, d, (builder.codes | OFF) - {code}))
        for facts in changed.values():
            for fact in facts:
                if cost := self._cost(problem, fact.d):
                    builder.forbid([fact], by=self, amount=cost)
            some = builder.either(facts) if self.person else None
            if some is not None:
                builder.at_most([(self.person, some)], 0, by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Compare the roster with the published one, person by person."""
        problem = roster.problem
        days: dict[int, list[int]] = {}
        for (staff, day), before in problem.published.items():
            e, d = problem.employee_index.get(staff), problem.index_of(day)
            if e not in roster.people or not 0 <= d < problem.n_days:
                continue
            if roster.code(e, d) == before:
                continue
            if problem.leave_on(e, d) is not None or not problem.employed(e, d):
                continue
            days.setdefault(e, []).append(d)
        since = problem.notice_from or problem.start
        for e in sorted(days):
            for d in sorted(days[e]):
                notice = max(0, d - problem.index_of(since))
                cost = self.change
                if notice < self.days:
                    cost += (self.urgent * (self.days - notice) + self.days - 1) // self.days
                if cost:
                    yield self.violation(
                        problem,
                        cost,
                        who=[e],
                        when=[d],
                        code=_shown(roster.code(e, d)),
                        before=_shown(
                            problem.published[problem.employees[e].id, problem.days[d]]
                        ),
                        notice=notice,
                    )
            if self.person:
                yield self.violation(
                    problem,
                    self.person,
                    who=[e],
                    when=sorted(days[e]),
                    case="person",
                    count=len(days[e]),
                )


def _shown(code: str | None) -> Text:
    return Text("off", "休") if code is None else same(code)
