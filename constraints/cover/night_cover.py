"""Night cover.

Every night of the horizon, holidays too, at least `people` people are on night-kind shifts,
of whom at least `senior` are of senior grade, whatever the Demand sheet says. A night belongs
to the day on which it starts. Void when the catalogue has no night-kind shift.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.errors import Issue
from roster.model import Builder
from roster.plan import Roster
from roster.problem import Grade, Problem
from roster.rule import Citation, Rule, Scope, Violation, whole
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class NightCover(Rule):
    """Least people, and least senior people, on every night."""

    id = "night_cover"
    cite = (Citation("wallet: night and holiday duty", "wallet：夜间及假期值班"),)
    scope = Scope.DAY
    unit = "people"
    title = Text("Night cover", "夜班在岗")
    text = Text(
        "Every night, holidays too, has at least so many people, some of them senior.",
        "每个夜晚（含节假日）都有规定人数的夜班，其中有规定人数的高级工。",
    )
    asks = {
        "at_least": Text(
            "night of {when}: at least {limit}{reach}",
            "{when}夜间至少 {limit} 人{reach}",
        ),
    }
    messages = {
        "": Text(
            "night of {when}: {count} on duty, at least {limit} needed",
            "{when}夜间在岗 {count} 人，至少需要 {limit} 人",
        ),
        "senior": Text(
            "night of {when}: {count} senior on duty, at least {limit} needed",
            "{when}夜间高级工在岗 {count} 人，至少需要 {limit} 人",
        ),
    }

    people: int = whole(1, 0, 1000, "least people each night", "每夜最少人数")
    senior: int = whole(0, 0, 1000, "least senior people each night", "每夜最少高级工人数")

    def add_to(self, builder: Builder) -> None:
        """Bound both counts from below, night by night."""
        problem = builder.problem
        nights = problem.night_codes
        for d in range(problem.n_days) if nights else ():
            everybody = [
                (1, builder.one_of(e, d, nights)) for e in range(len(problem.employees))
            ]
            seniors = [
                term
                for term, person in zip(everybody, problem.employees)
                if person.grade is Grade.SENIOR
            ]
            builder.at_least(everybody, self.people, by=self)
            builder.at_least(seniors, self.senior, by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Count who works each night."""
        problem = roster.problem
        if not any(s.is_night for s in problem.shifts):
            return
        for d in roster.days:
            grades = [
                problem.employees[e].grade
                for code, people in roster.on_duty[d].items()
                if problem.shift_by_code[code].is_night
                for e in people
            ]
            count, senior = len(grades), grades.count(Grade.SENIOR)
            if count < self.people:
                yield self.violation(
                    problem, self.people - count, when=[d], count=count, limit=self.people
                )
            if senior < self.senior:
                yield self.violation(
                    problem,
                    self.senior - senior,
                    when=[d],
                    case="senior",
                    count=senior,
                    limit=self.senior,
                )

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Count who could work each night."""
        nights = problem.night_codes
        for d in range(problem.n_days) if nights else ():
            able = [
                p.grade
                for e, p in enumerate(problem.employees)
                if problem.available(e, d)
                and not p.protected_on(problem.days[d])
                and not nights.isdisjoint(problem.fitting_codes[e])
            ]
            for have, need, en, zh in (
                (len(able), self.people, ("person", "people"), "人"),
                (able.count(Grade.SENIOR), self.senior, ("senior", "seniors"), "名高级工"),
            ):
                if have < need:
                    yield Issue.on_days(
                        Text(
                            f"night of {{days}}: {need} {en[need > 1]} needed, {have} could "
                            "work it",
                            f"{{days}}夜间需要 {need} {zh}，能上岗的只有 {have} {zh}",
                        ),
                        [problem.days[d]],
                        hint=Text(
                            "qualify more people for nights, or grant less leave",
                            "增加可上夜班的人员，或减少请假",
                        ),
                    )
