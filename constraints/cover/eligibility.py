"""Eligibility.

A person works only shifts whose job, skills and least grade they have. The job may also be
one of their second group, where they help out (rule ``helping_out``), or a desk that the
plan of the desk rotation gives them in the horizon, to work at or to learn (rule
``desk_rotation``); who has moved by the plan has left the job of the Staff sheet. A person
without a grade counts as junior. Who a Demand row counts is the row's own affair (rule
``cover``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.plan import Roster
from roster.rule import Citation, Rule, Violation
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class Eligibility(Rule):
    """Job, skills and grade of the shift."""

    id = "eligibility"
    nearby = True
    cite = (Citation("general: nobody stands in unqualified", "general：无资质者不顶班"),)
    unit = "duties"
    binds_cells = True
    title = Text("Eligibility", "上岗资格")
    text = Text(
        "A person works only shifts whose job, skills and least grade they have; the job may "
        "be one of their second group, or a desk of the rotation plan.",
        "员工只能上工种、技能、级别都符合要求的班次；工种也可以是第二组的，或轮岗计划中的岗位。",
    )
    messages = {
        "": Text(
            "{who}: not qualified for {code} on {when}",
            "{who}：{when}不具备 {code} 班的上岗资格",
        )
    }

    def add_to(self, builder: Builder) -> None:
        """Take the shifts that do not fit out of every cell."""
        problem = builder.problem
        for e in builder.people:
            barred = builder.codes - problem.fitting_codes[e]
            for d in range(problem.n_days) if barred else ():
                builder.forbid([builder.one_of(e, d, barred)], by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Compare job, skills and grade of person and shift, duty by duty."""
        for e in roster.people:
            person = roster.problem.employees[e]
            for d, shift in roster.duties_of(e):
                job = not shift.job or shift.job.casefold() in roster.problem.open_jobs[e]
                skills = all(s in person.skills for s in shift.skills)
                grade = shift.min_grade is None or person.grade >= shift.min_grade
                if not (job and skills and grade):
                    yield self.violation(roster.problem, 1, who=[e], when=[d], code=shift.code)
