"""Protection of pregnant and nursing women and of minors.

On a protected day (the dates on the Staff sheet, both included; for pregnancy they are given
from the seventh month) no minute of a duty that starts on it lies between 22:00 and 06:00,
and there is no overtime: at most 8 hours a duty, and over the protected days at most 8 hours
times the horizon's workdays in proportion to calendar days (40 hours a week on average).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from constraints.time.monthly_hours import worked_terms
from roster.model import Builder
from roster.plan import Roster
from roster.problem import DAY_MINUTES, Problem, Shift
from roster.rule import Citation, Rule, Violation
from roster.words import Text, hours_text

_NORMAL = 480
_NIGHT = (22 * 60, 30 * 60)


@dataclass(frozen=True, kw_only=True)
class ProtectedPeople(Rule):
    """No night work and no overtime."""

    id = "protection"
    cite = (
        Citation(
            "Special Rules on the Labour Protection of Female Workers art. 6, 9",
            "女职工劳动保护特别规定第6、9条",
        ),
        Citation("minors: project default", "未成年：项目默认"),
    )
    law = True
    unit = "minutes"
    title = Text("Protection", "特殊保护")
    text = Text(
        "From the seventh month of pregnancy, while nursing and under 18: no minute between "
        "22:00 and 06:00 and no overtime.",
        "怀孕七个月起、哺乳期和未成年人：22:00至06:00不排班，不加班。",
    )
    messages = {
        "night": Text("{who}: {code} on {when} lies {amount} minutes between 22:00 and 06:00", "{who}：{when} {code} 班有 {amount} 分钟在 22:00 至 06:00 之间"),
        "day": Text("{who}: {hours} h in {code} on {when}, at most 8 h", "{who}：{when} {code} 班 {hours} 小时，最多 8 小时"),
        "total": Text("{who}: {hours} h on protected days, at most {limit} h", "{who}：保护期内 {hours} 小时，最多 {limit} 小时"),
    }

    def add_to(self, builder: Builder) -> None:
        """Take barred shifts out of protected cells and bound the protected hours."""
        problem = builder.problem
        for e in builder.people:
            days = protected_days(problem, e)
            for shift in problem.shifts if days else ():
                for amount in (night_minutes(shift), shift.paid_minutes - _NORMAL):
                    for d in days if amount > 0 else ():
                        builder.forbid(
                            [builder.duty(e, d, shift.code)], by=self, amount=amount
                        )
            if days:
                worked = [t for d in days for t in worked_terms(builder, e, range(d, d + 1))]
                builder.at_most(worked, _most(problem, e, len(days)), by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Look at each duty that starts on a protected day, and at their sum."""
        problem = roster.problem
        for e, person in enumerate(problem.employees):
            if person.protection is None:
                continue
            total = protected = 0
            for d, day in enumerate(problem.days):
                if not (person.protected_on(day) and person.employed_on(day)):
                    continue
                protected += 1
                shift = roster.shift(e, d)
                if shift is None:
                    continue
                total += shift.paid_minutes
                night = sum(
                    m % DAY_MINUTES >= _NIGHT[0] or m % DAY_MINUTES < _NIGHT[1] - DAY_MINUTES
                    for a, b in shift.segments
                    for m in range(a, b)
                )
                facts = {"who": [e], "when": [d], "code": shift.code}
                if night:
                    yield self.violation(problem, night, case="night", **facts)
                if shift.paid_minutes > _NORMAL:
                    yield self.violation(
                        problem, shift.paid_minutes - _NORMAL, case="day",
                        hours=hours_text(shift.paid_minutes), **facts,
                    )
            limit = _most(problem, e, protected)
            if total > limit:
                yield self.violation(
                    problem, total - limit, who=[e], case="total",
                    hours=hours_text(total), limit=hours_text(limit),
                )


def protected_days(problem: Problem, e: int) -> tuple[int, ...]:
    """Return the days of the horizon on which a person is employed and protected."""
    person = problem.employees[e]
    return tuple(
        d for d, day in enumerate(problem.days)
        if person.protected_on(day) and person.employed_on(day)
    )


def night_minutes(shift: Shift) -> int:
    """Return the minutes of a shift between 22:00 and 06:00."""
    return sum(
        max(0, min(b, stop) - max(a, start))
        for a, b in shift.segments
        for start, stop in (
            (_NIGHT[0] + k * DAY_MINUTES, _NIGHT[1] + k * DAY_MINUTES) for k in (-1, 0, 1)
        )
    )


def _most(problem: Problem, e: int, days: int) -> int:
    return problem.scaled(_NORMAL * len(problem.workdays), e, days)
