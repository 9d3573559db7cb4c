"""Availability.

Nobody works on a day of approved leave or on a day on which they are not employed (start and
end date are both days employed), and fixed cells hold what is fixed. A duty belongs to the
day on which it starts, so a night that begins on the evening before a leave is allowed.
Paid leave (annual, sick, official) counts `leave_hours` a workday towards the least hours of
``monthly_hours``, not towards the most nor the average.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import OFF, Builder, Fact
from roster.plan import Roster
from roster.rule import Citation, Rule, Violation, whole
from roster.words import Text, same


@dataclass(frozen=True, kw_only=True)
class Availability(Rule):
    """Approved leave, employment dates and fixed duties."""

    id = "availability"
    nearby = True
    cite = (Citation("general: paid leave", "general：带薪休假"),)
    binds_cells = True
    title = Text("Availability", "可上岗日")
    text = Text(
        "Nobody works on approved leave or outside their employment; fixed cells stay. "
        "A workday of paid leave counts as so many hours towards the least hours.",
        "批准的请假日和在职日期之外不排班，固定的格子不变；带薪假每个工作日按规定小时计入最少工时。",
    )
    messages = {
        "leave": Text(
            "{who}: {code} on {when}, which is approved leave",
            "{who}：{when}已批准请假，却排了 {code} 班",
        ),
        "employed": Text(
            "{who}: {code} on {when}, not employed that day",
            "{who}：{when}不在职，却排了 {code} 班",
        ),
        "fixed": Text(
            "{who}: {code} on {when}, fixed is {fixed}",
            "{who}：{when}固定为 {fixed}，却是 {code}",
        ),
    }

    leave_hours: int = whole(
        8, 0, 24, "hours a workday of paid leave counts", "带薪假每个工作日折算小时"
    )

    def add_to(self, builder: Builder) -> None:
        """Leave only a day off in barred cells and only the fixed code in fixed ones."""
        problem = builder.problem
        for e in builder.people:
            for d in range(problem.n_days):
                if not problem.employed(e, d) or problem.leave_on(e, d):
                    builder.forbid([builder.on(e, d)], by=self)
        for (e, d), fixed in problem.fixed_by_cell.items():
            if 0 <= d < problem.n_days:
                others = (builder.codes | OFF) - {fixed.shift}
                builder.forbid([Fact(e, d, others)], by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Look at every duty and every fixed cell."""
        problem = roster.problem
        leave_days = {
            (leave.staff, d)
            for leave in problem.leaves
            if leave.status.value == "approved"
            and problem.employee_index.get(leave.staff) in roster.people
            for d in range(problem.index_of(leave.first), problem.index_of(leave.last) + 1)
        }
        for e in roster.people:
            person = problem.employees[e]
            for d, shift in roster.duties_of(e):
                day = problem.date_of(d)
                if (person.start_date and day < person.start_date) or (
                    person.end_date and day > person.end_date
                ):
                    case = "employed"
                elif (person.id, d) in leave_days:
                    case = "leave"
                else:
                    continue
                yield self.violation(problem, 1, who=[e], when=[d], case=case, code=shift.code)
        off = Text("off", "休")
        for (e, d), fixed in problem.fixed_by_cell.items():
            if not 0 <= d < problem.n_days:
                continue
            code = roster.code(e, d)
            if code != fixed.shift:
                yield self.violation(
                    problem,
                    1,
                    who=[e],
                    when=[d],
                    case="fixed",
                    code=off if code is None else same(code),
                    fixed=off if fixed.shift is None else same(fixed.shift),
                )
