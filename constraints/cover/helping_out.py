"""Helping out in the second group.

Somebody with a *second group* on the Staff sheet can do what that group does: the jobs of the
people whose group it is, and the job of that name where the group is called after one. On a
shift of such a job they count for that job in Demand and not for their own (rule ``cover``),
skills and least grade asked as of anybody (rule ``eligibility``). Each such duty of the
horizon costs `weight` points, so that people help out only where it is worth more than that:

    amount = duties in a shift whose job is not the person's own but one of the second group

A shift without a job is work of one's own, and so is one whose job the person has in both
groups. Neither is a shift of a desk that the plan of the desk rotation gives them in the
horizon (rule ``desk_rotation``). What a fair share is (the fairness rules) follows from the
own job alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.errors import Issue
from roster.model import Builder
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import PROJECT, Citation, Level, Rule, Violation
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class HelpingOut(Rule):
    """Duties in the second group cost points."""

    id = "helping_out"
    cite = (
        Citation(
            "web-centre: order, complaint and service groups", "web-centre：订单、投诉、客服组"
        ),
        PROJECT,
    )
    unit = "duties"
    title = Text("Helping out", "支援第二组")
    text = Text(
        "People work in their own job; each duty in a job of their second group costs points.",
        "员工以本工种为主；到第二组的工种支援，每班扣分。",
    )
    messages = {
        "": Text(
            "{who}: helps out as {job} on {when} ({code})",
            "{who}：{when}到 {job} 支援（{code}）",
        )
    }

    level: Level = Level.SOFT
    weight: int = 5

    def add_to(self, builder: Builder) -> None:
        """Charge each duty in a code that is help."""
        problem = builder.problem
        for e in builder.people:
            codes = problem.helping_codes[e]
            for d in range(problem.n_days) if codes else ():
                builder.forbid([builder.one_of(e, d, codes)], by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Look at the job of each duty."""
        problem = roster.problem
        for e in roster.people:
            own, helps = problem.jobs[e].casefold(), problem.helps_with[e]
            for d, shift in roster.duties_of(e) if helps else ():
                job = shift.job.casefold()
                if job and job != own and job in helps:
                    yield self.violation(
                        problem, 1, who=[e], when=[d], job=shift.job, code=shift.code
                    )

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Name second groups that are nobody's and no job."""
        known = {p.group.casefold() for p in problem.employees}
        for things in (problem.employees, problem.shifts, problem.demand):
            known |= {x.job.casefold() for x in things}
        unknown: dict[str, list[str]] = {}
        for p in problem.employees:
            if p.second_group and p.second_group.casefold() not in known:
                unknown.setdefault(p.second_group, []).append(p.id)
        for group, people in unknown.items():
            who = ", ".join(people)
            yield Issue(
                what=Text(
                    f"{who}: nobody is in the second group {group}, and it is no job",
                    f"{who}：第二组 {group} 没有人，也不是工种",
                ),
                hint=Text(
                    "write the group as in the column group",
                    "与《人员》表“组”列的写法保持一致",
                ),
            )
