"""Counting a roster: cover day by day and duties person by person.

Every number of the result sheets comes from here or from the audit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from roster.audit import Audit
from roster.calendar import DayKind
from roster.plan import Roster
from roster.problem import CarryOver, Demand
from roster.rule import Level, RuleSet


@dataclass(frozen=True)
class CoverLine:
    """One Demand row in force on one day, with who is on duty for it.

    Attributes
    ----------
    d : int
    row : Demand
    on_duty, short, under, over : int
        People on duty; below the min; below the target; above the max.
    """

    d: int
    row: Demand
    on_duty: int

    @property
    def short(self) -> int:
        """People below the min."""
        return max(0, self.row.min - self.on_duty)

    @property
    def under(self) -> int:
        """People between min and target that lack."""
        return max(0, (self.row.target or 0) - max(self.on_duty, self.row.min))

    @property
    def over(self) -> int:
        """People above the max."""
        return 0 if self.row.max is None else max(0, self.on_duty - self.row.max)


def coverage(audit: Audit) -> tuple[CoverLine, ...]:
    """Count who is on duty for each Demand row in force on each day."""
    days = range(audit.roster.problem.n_days)
    return tuple(line for d in days for line in cover_on(audit.roster, d))


def cover_on(roster: Roster, d: int) -> tuple[CoverLine, ...]:
    """Count who is on duty for each Demand row in force on one day."""
    problem = roster.problem
    lines = []
    for row in problem.demand_on[d]:
        counting = problem.counting(row)
        count = sum(
            code in counting[e] for code, people in roster.on_duty[d].items() for e in people
        )
        lines.append(CoverLine(d, row, count))
    return tuple(lines)


def duty_counts(audit: Audit) -> list[dict[str, int | float]]:
    """Count the roster person by person.

    Returns
    -------
    list of dict
        Per person: minutes, hours, duties, nights, weekends, holidays, and the minutes
        of each pay class. A duty belongs to the day on which it starts.
    """
    roster, problem = audit.roster, audit.roster.problem
    kind = [problem.calendar.kind(day) for day in problem.days]
    normal = normal_minutes(audit)
    out = []
    for e in range(len(problem.employees)):
        row = dict.fromkeys(
            ("minutes", "duties", "nights", "weekends", "holidays", "m150", "m200", "m300"), 0
        )
        for d, shift in roster.duties_of(e):
            row["minutes"] += shift.paid_minutes
            row["duties"] += 1
            row["nights"] += shift.is_night
            row["holidays"] += kind[d] is DayKind.HOLIDAY
            match kind[d]:
                case DayKind.HOLIDAY:
                    row["m300"] += shift.paid_minutes
                case DayKind.REST:
                    row["m200"] += shift.paid_minutes
                case _:
                    row["m150"] += max(0, shift.paid_minutes - normal)
        row["hours"] = in_hours(row["minutes"])
        row["weekends"] = sum(any(roster.on(e, d) for d in days) for days in problem.weekends)
        out.append(row)
    return out


def days_in_lieu(
    rules: RuleSet, roster: Roster, e: int, days: Iterable[int] | None = None
) -> int:
    """Return the days off owed to a person at the end of the days, all by default.

    What was brought forward, while ``time_off_in_lieu`` is off.
    """
    if "time_off_in_lieu" in rules and rules["time_off_in_lieu"].level is not Level.OFF:
        return rules["time_off_in_lieu"].balance(roster, e, days)
    person = roster.problem.employees[e].id
    return roster.problem.carry_over.get(person, CarryOver()).days_in_lieu


def normal_minutes(audit: Audit) -> int:
    """Return the minutes of a duty on a workday beyond which it is overtime."""
    if "daily_hours" in audit.rules:
        return 60 * getattr(audit.rules["daily_hours"], "normal", 8)
    return 480


def in_hours(minutes: int) -> int | float:
    """Return minutes as hours, whole where they are."""
    return minutes // 60 if minutes % 60 == 0 else round(minutes / 60, 2)
