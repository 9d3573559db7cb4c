"""Recurring tasks.

Each task of the Tasks sheet has, on each of its days, somebody on duty to do it: a task tied
to shifts, `people` people on them (one, where the number is empty); a task of the shift lead,
somebody who can lead a shift on them; a task of the week's lead or of a committee member,
that person, on one of the shifts where shifts are named. A shift counts also as the codes
that it counts as. A task of the week's lead or of a committee member is void on a day of their
approved leave, and the check names it for the lead. Who does it on
which day stands on the Duties sheet of the result; where several could, they take turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.committees import weeks
from roster.duties import responsible, tasks_on
from roster.errors import Issue
from roster.model import Builder, Fact
from roster.plan import Roster
from roster.problem import LEAD, SHIFT_LEAD, Problem, Task
from roster.rotation import turns
from roster.rule import Citation, Flaw, Rule, Scope, Violation, unit_text
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
    asks = {
        "forbid": Text(
            "{who}: on duty for a task on {when}",
            "{who}：{when}须在岗做值日任务",
        ),
        "at_least": Text(
            "a task on {when} needs {limit} on duty{reach}",
            "{when}值日任务需 {limit} 人在岗{reach}",
        ),
        "at_most": Text(
            "who holds the post is on duty for its task on {when}",
            "{when}任职者须在岗做值日任务",
        ),
    }
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
                if lead is not None and problem.available(lead, d):
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
                    if held is not None and problem.available(e, d):
                        away = builder.none_of(e, d, codes)
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
                    if problem.leave_on(e, d) is not None or not problem.employed(e, d):
                        continue
                    code = roster.code(e, d)
                    if code is None or code not in self._shifts(problem, task):
                        yield self.violation(
                            problem, 1, who=[e], when=[d], case="post", **facts
                        )

    def flaws(self, problem: Problem) -> Iterator[Flaw]:
        """Name tasks of a post that nobody holds in this team."""
        held = {LEAD} if turns(problem) else set()
        held |= {post for week in weeks(problem) for post in problem.posts if not week.void}
        for task in problem.tasks:
            if task.post not in ("", SHIFT_LEAD) and task.post not in held:
                yield Flaw(
                    what=Text("a task of a post that nobody holds", "任务所属的岗位无人担任"),
                    found=task.post,
                    expected=Text(
                        "a shift, or a post of this team: the lead where lead_rotation is in "
                        "force, a committee post where committee_rotation is",
                        "班次，或本班组的岗位：lead_rotation 生效时的轮值班长，"
                        "committee_rotation 生效时的委员",
                    ),
                    cell=task.cell,
                )

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Name tasks of the lead on days of the lead's leave, and too many people for one."""
        leads = {w.monday: w.lead for w in turns(problem)}
        for d, monday, task in tasks_on(problem):
            lead = leads.get(monday)
            day = [problem.date_of(d)]
            if task.post == LEAD and lead is not None and not problem.available(lead, d):
                who = problem.employees[lead].id
                yield Issue.on_days(
                    Text(
                        f"{task.name} on {{days}}: the week's lead {who} is absent; it is not "
                        "asked for",
                        f"{{days}}{task.name}：当周轮值班长 {who} 缺勤，不作要求",
                    ),
                    day,
                    hint=Text("tie it to a shift, or name another day", "改为按班次，或换一天"),
                )
            codes = self._shifts(problem, task)
            able = sum(
                problem.available(e, d)
                and not codes.isdisjoint(problem.fitting_codes[e])
                and (not task.post or p.leads_shifts)
                for e, p in enumerate(problem.employees)
            )
            need = task.people or 1
            if task.post in ("", SHIFT_LEAD) and able < need:
                people = unit_text("people", need)
                yield Issue.on_days(
                    Text(
                        f"{task.name} on {{days}}: {need} {people.en} needed, {able} could "
                        "do it",
                        f"{{days}}{task.name}：需要 {need} {people.zh}，能做的只有 {able} 人",
                    ),
                    day,
                )
