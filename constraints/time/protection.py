"""Protection of pregnant and nursing women and of minors.

No minute of a duty that falls on a protected day (the dates on the Staff sheet, both
included; for pregnancy they are given from the seventh month) lies between 22:00 and 06:00:
a night that begins on the evening before the first protected day is barred too. There is no
overtime: at most 8 hours a duty that starts on a protected day, and in all of these at most
8 hours times the horizon's workdays in proportion to calendar days (40 hours a week on
average).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from constraints.time.monthly_hours import worked_terms
from roster.model import Builder
from roster.plan import Roster
from roster.problem import DAY_MINUTES, Problem, Shift
from roster.rule import Citation, Rule, Violation
from roster.words import Text, hours_text

_NORMAL = 480
_DAY = (6 * 60, 22 * 60)


@dataclass(frozen=True, kw_only=True)
class ProtectedPeople(Rule):
    """No night work and no overtime."""

    id = "protection"
    nearby = True
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
    asks = {
        "forbid": Text(
            "{who}: protected, no {codes} on {when}",
            "{who}：特殊保护，{when}不得上 {codes} 班",
        ),
        "at_most": Text(
            "{who}: protected, at most {limit} h",
            "{who}：特殊保护，最多 {limit} 小时",
        ),
    }
    messages = {
        "night": Text(
            "{who}: {code} on {when} lies {amount} minutes between 22:00 and 06:00",
            "{who}：{when} {code} 班有 {amount} 分钟在 22:00 至 06:00 之间",
        ),
        "day": Text(
            "{who}: {hours} h in {code} on {when}, at most 8 h",
            "{who}：{when} {code} 班 {hours} 小时，最多 8 小时",
        ),
        "total": Text(
            "{who}: {hours} h on protected days, at most {limit} h",
            "{who}：保护期内 {hours} 小时，最多 {limit} 小时",
        ),
    }

    def add_to(self, builder: Builder) -> None:
        """Take barred shifts out of protected cells and bound the protected hours."""
        problem = builder.problem
        for e in builder.people:
            days = protected_days(problem, e)
            person = problem.employees[e]
            for shift in problem.shifts if person.protection else ():
                parts = night_minutes(shift)
                for d in range(problem.n_days):
                    night = sum(
                        minutes
                        for later, minutes in parts.items()
                        if person.protected_on(problem.date_of(d + later))
                    )
                    over = shift.paid_minutes - _NORMAL if d in days else 0
                    for amount in (night, over):
                        if amount > 0:
                            builder.forbid(
                                [builder.duty(e, d, shift.code)], by=self, amount=amount
                            )
            if days:
                worked = [t for d in days for t in worked_terms(builder, e, range(d, d + 1))]
                builder.at_most(worked, _most(problem, e, len(days)), by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Look at each duty that starts on a protected day, and at their sum."""
        problem = roster.problem
        for e in roster.people:
            person = problem.employees[e]
            if person.protection is None:
                continue
            total = protected = 0
            for d, day in enumerate(problem.days):
                here = person.protected_on(day) and person.employed_on(day)
                protected += here
                shift = roster.shift(e, d)
                if shift is None:
                    continue
                night = sum(
                    person.protected_on(day + timedelta(days=m // DAY_MINUTES))
                    and not _DAY[0] <= m % DAY_MINUTES < _DAY[1]
                    for a, b in shift.segments
                    for m in range(a, b)
                )
                facts = {"who": [e], "when": [d], "code": shift.code}
                if night:
                    yield self.violation(problem, night, case="night", **facts)
                if not here:
                    continue
                total += shift.paid_minutes
                if shift.paid_minutes > _NORMAL:
                    yield self.violation(
                        problem,
                        shift.paid_minutes - _NORMAL,
                        case="day",
                        hours=hours_text(shift.paid_minutes),
                        **facts,
                    )
            limit = _most(problem, e, protected)
            if total > limit:
                yield self.violation(
                    problem,
                    total - limit,
                    who=[e],
                    case="total",
                    hours=hours_text(total),
                    limit=hours_text(limit),
                )


def protected_days(problem: Problem, e: int) -> tuple[int, ...]:
    """Return the days of the horizon on which a person is employed and protected."""
    person = problem.employees[e]
    return tuple(
        d
        for d, day in enumerate(problem.days)
        if person.protected_on(day) and person.employed_on(day)
    )


def night_minutes(shift: Shift) -> dict[int, int]:
    """Return the minutes of a shift between 22:00 and 06:00, by days after its start day."""
    out: dict[int, int] = {}
    for a, b in shift.segments:
        for later in range(b // DAY_MINUTES + 1):
            midnight = later * DAY_MINUTES
            for start, stop in ((0, _DAY[0]), (_DAY[1], DAY_MINUTES)):
                minutes = min(b, midnight + stop) - max(a, midnight + start)
                if minutes > 0:
                    out[later] = out.get(later, 0) + minutes
    return out


def _most(problem: Problem, e: int, days: int) -> int:
    return problem.scaled(_NORMAL * len(problem.workdays), e, days)
