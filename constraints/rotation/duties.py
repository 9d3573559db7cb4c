"""Recurring tasks.

Each task of the Tasks sheet has, on each of its days, somebody on duty to do it: a task tied
to shifts, `people` people on them (one, where the number is empty); a task of the shift lead,
somebody who can lead a shift on them; a task of the week's lead or of a committee member,
that person, on one of the shifts where shifts are named. A shift counts also as the codes
that it counts as. A task of the week's lead is void in a week without one. Who does it on
which day stands on the Duties sheet of the result; where several could, they take turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.committees import weeks
from roster.duties import responsible, tasks_on
from roster.model import Builder, Extra, Fact
from roster.plan import Roster
from roster.problem import LEAD, SHIFT_LEAD, Problem, Task
from roster.rotation import turns
from roster.rule import Citation, Flaw, Rule, Scope, Violation
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class Duties(Rule):
    """Somebody is there for every recurring task."""

    id = "duties"
    cite = (
        Citation("telecom, web-centre: cleaning and plants", "telecom、web-centre：值日"),
        Citation("base-team: week's case class", "base-team：案例分享"),
    )
    scope = Scope.TEAM
    unit = "people"
    title = Text("Recurring tasks", "值日任务")
    text = Text(
        "Every recurring task, tied to a shift or a post, has somebody on duty to do it.",
        "每项例行任务（按班次或岗位）当天都有人在岗负责。",
    )
    messages = {
        "": Text(
            "{task} on {when}: {count} on duty to do it, {limit} needed",
            "{when}{task}：在岗可负责 {count} 人，需要 {limit} 人",
        ),
        "post": Text(
            "{task} on {when}: {who} is not on duty for it",
            "{when}{task}：负责人 {who} 不在岗",
        ),
    }
    place = ("task",)

    def _shifts(self, problem: Problem, task: Task) -> frozenset[str]:
        return (
            problem.codes_for(task.shifts) if task.shifts else frozenset(problem.shift_by_code)
        )

    def add_to(self, builder: Builder) -> None:
        """Ask for somebody on duty, task by task and day by day."""
        problem = builder.problem
        leads = {w.monday: w.lead for w in turns(problem)}
        for d, monday, task in tasks_on(problem):
            codes = self._shifts(problem, task)
            if task.post == LEAD:
                lead = leads.get(monday)
                if lead is not None:
                    builder.forbid([builder.none_of(lead, d, codes)], by=self)
            elif task.post in ("", SHIFT_LEAD):
                able: list[tuple[int, Fact]] = [
                    (1, builder.one_of(e, d, codes))
                    for e, p in enumerate(problem.employees)
                    if not task.post or p.leads_shifts
                ]
                builder.at_least(able, task.people or 1, by=self)
            else:
                for e in range(len(problem.employees)):
                    held = builder.holds(monday, task.post, e)
                    if held is not None:
                        self._at_work(builder, held, builder.none_of(e, d, codes))

    def _at_work(self, builder: Builder, held: Extra, away: Fact) -> None:
        builder.at_most([(1, held), (1, away)], 1, by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Count who is on duty for each task."""
        problem = roster.problem
        for d, _, task in tasks_on(problem):
            facts = {"task": task.name}
            able = responsible(roster, d, task)
            if task.post in ("", SHIFT_LEAD):
                limit = task.people or 1
                if len(able) < limit:
                    yield self.violation(
                        problem,
                        limit - len(able),
                        when=[d],
                        count=len(able),
                        limit=limit,
                        **facts,
                    )
            else:
                for e in able:
                    code = roster.code(e, d)
                    if code is None or code not in self._shifts(problem, task):
                        yield self.violation(
                            problem, 1, who=[e], when=[d], case="post", **facts
                        )

    def flaws(self, problem: Problem) -> Iterator[Flaw]:
        """Name tasks of a committee post in a team without committees."""
        posts = {w for week in weeks(problem) for w in problem.posts if not week.void}
        for task in problem.tasks:
            if task.post not in ("", LEAD, SHIFT_LEAD) and task.post not in posts:
                yield Flaw(
                    what=Text(
                        "a task of a committee post that nobody holds",
                        "任务所属的委员岗位无人担任",
                    ),
                    expected=Text(
                        "a shift, the lead, or a post of committee_rotation in force",
                        "班次、轮值班长，或 committee_rotation 生效时的委员岗位",
                    ),
                    cell=task.cell,
                )
