"""Hours in the horizon.

The Staff sheet's least and most hours, over the horizon. Worked hours are the paid hours of
the duties; approved annual, sick and official leave counts ``availability.leave_hours`` for
each workday of the horizon on leave towards the least hours, not towards the most. Both
limits are in proportion to calendar days for somebody employed for part of the horizon
(the least rounded up, the most rounded down, to whole minutes).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.errors import Issue
from roster.model import Builder
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import PROJECT, Rule, Violation
from roster.words import Text, hours_text


@dataclass(frozen=True, kw_only=True)
class MonthlyHours(Rule):
    """Least and most hours of a person."""

    id = "monthly_hours"
    cite = (PROJECT,)
    unit = "minutes"
    title = Text("Hours in the month", "当月工时")
    text = Text(
        "Everybody's hours lie between the least and the most of the Staff sheet.",
        "每人工时在《人员》表的最少与最多之间。",
    )
    personal = {"min_minutes": "", "max_minutes": ""}
    asks = {
        "at_most": Text(
            "{who}: at most {limit} h in the month",
            "{who}：当月最多 {limit} 小时",
        ),
        "at_least": Text(
            "{who}: at least {limit} h in the month, paid leave taken off",
            "{who}：当月至少 {limit} 小时（已扣带薪假）",
        ),
    }
    messages = {
        "least": Text(
            "{who}: {hours} h with paid leave, at least {limit} h",
            "{who}：工时（含带薪假）{hours} 小时，至少 {limit} 小时",
        ),
        "most": Text(
            "{who}: {hours} h, at most {limit} h", "{who}：工时 {hours} 小时，最多 {limit} 小时"
        ),
    }

    def add_to(self, builder: Builder) -> None:
        """Bound the minutes worked from both sides."""
        problem = builder.problem
        for e in builder.people:
            person = problem.employees[e]
            if person.min_minutes is None and person.max_minutes is None:
                continue
            worked = worked_terms(builder, e, range(problem.n_days))
            if person.min_minutes is not None:
                least = problem.scaled(person.min_minutes, e, up=True)
                builder.at_least(worked, least - paid_leave(problem, e), by=self)
            if person.max_minutes is not None:
                builder.at_most(worked, problem.scaled(person.max_minutes, e), by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Sum the minutes of each person."""
        problem = roster.problem
        for e in roster.people:
            person = problem.employees[e]
            worked = roster.minutes(e)
            if person.min_minutes is not None:
                leave = sum(
                    problem.leave_minutes
                    for d in problem.workdays
                    if problem.employed(e, d)
                    and (leave := problem.leave_on(e, d)) is not None
                    and leave.kind.paid
                )
                least = problem.scaled(person.min_minutes, e, up=True)
                if worked + leave < least:
                    yield self.violation(
                        problem,
                        least - worked - leave,
                        who=[e],
                        case="least",
                        hours=hours_text(worked + leave),
                        limit=hours_text(least),
                    )
            if person.max_minutes is not None:
                most = problem.scaled(person.max_minutes, e)
                if worked > most:
                    yield self.violation(
                        problem,
                        worked - most,
                        who=[e],
                        case="most",
                        hours=hours_text(worked),
                        limit=hours_text(most),
                    )

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Compare the least hours with a duty on every day; the team's hours with demand."""
        able_total, capped = 0, True
        for e, person in enumerate(problem.employees):
            longest = max(
                (s.paid_minutes for s in problem.shifts if s.code in problem.fitting_codes[e]),
                default=0,
            )
            able = longest * sum(problem.available(e, d) for d in range(problem.n_days))
            if person.min_minutes is not None:
                least = problem.scaled(person.min_minutes, e, up=True)
                least -= paid_leave(problem, e)
                if least > able:
                    yield Issue(
                        what=Text(
                            f"{person.id}: {hours_text(least)} h asked, at most "
                            f"{hours_text(able)} h possible on the days available",
                            f"{person.id}：要求至少 {hours_text(least)} 小时，可上岗日最多 "
                            f"{hours_text(able)} 小时",
                        ),
                        hint=Text("lower min hours", "降低最少工时"),
                    )
            if person.max_minutes is None:
                capped = False
            else:
                able = min(able, problem.scaled(person.max_minutes, e))
            able_total += able
        asked = _least_demand(problem)
        if asked > able_total:
            tail = (
                Text(" (by max hours and days available)", "（按最多工时和可上岗日）")
                if capped
                else Text(" (by the days available)", "（按可上岗日）")
            )
            yield Issue(
                what=Text(
                    f"the demand asks for {hours_text(asked)} h at the least, the team has "
                    f"{hours_text(able_total)} h{tail.en}",
                    f"需求至少 {hours_text(asked)} 小时，全班最多 "
                    f"{hours_text(able_total)} 小时{tail.zh}",
                ),
                hint=Text(
                    "lower a min, raise max hours or add people",
                    "降低最少人数、提高最多工时或增加人员",
                ),
            )


def worked_terms(builder: Builder, e: int, days: range) -> list:
    """Return the minutes that a person works on the days, as terms for the builder."""
    lengths: dict[int, set[str]] = {}
    for shift in builder.problem.shifts:
        lengths.setdefault(shift.paid_minutes, set()).add(shift.code)
    paid = [(minutes, frozenset(codes)) for minutes, codes in lengths.items() if minutes]
    return [(minutes, builder.one_of(e, d, codes)) for d in days for minutes, codes in paid]


def paid_leave(problem: Problem, e: int) -> int:
    """Return the minutes that a person's paid leave counts towards the least hours."""
    return problem.leave_minutes * sum(
        problem.employed(e, d)
        and (leave := problem.leave_on(e, d)) is not None
        and leave.kind.paid
        for d in problem.workdays
    )


def _least_demand(problem: Problem) -> int:
    """Return minutes that the demand asks for at the least.

    Rows on one shift overlap. Shifts that count as one another may meet each other's demand
    with one person, so of these only the largest need counts, at the shortest duty.
    """
    groups: list[frozenset[str]] = []
    for shift in problem.shifts:
        linked = problem.codes_for(frozenset({shift.code})) | {shift.code}
        for other in [g for g in groups if not g.isdisjoint(linked)]:
            groups.remove(other)
            linked |= other
        groups.append(linked)
    total = 0
    for rows in problem.demand_on:
        for group in groups:
            need = max((r.min for r in rows if r.shifts <= group), default=0)
            total += need * min(problem.shift_by_code[c].paid_minutes for c in group)
    return total
