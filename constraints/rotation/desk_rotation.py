"""Desk rotation.

Who has been at a desk (a job) for `months` months moves to a related one on the first of the
month; for `overlap_months` months before that they learn it beside their own work. The plan
of the next twelve months follows from the Staff sheet (job, desk since) and is a sheet of the
result; see ``roster.desks``. This rule holds the roster to it: in each calendar month who
takes part works only shifts of their desk of that month, or, while they learn the next one,
of both; and while they learn it, they have at least `training` duties there (fewer, where
leave or employment leaves fewer days than that). Shifts without a job are open to every desk.

Void without `months`, and for people without a job or a date since when they have had it.
After a move the Staff sheet gets the new job and date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from roster.desks import month_after, related_desks, takes_part
from roster.errors import Issue
from roster.model import Builder
from roster.plan import Roster
from roster.problem import DeskSpell, Problem
from roster.rule import Citation, Flaw, Rule, Violation, groups, whole
from roster.words import Text, month_text


@dataclass(frozen=True, kw_only=True)
class DeskRotation(Rule):
    """Everybody at the desk of the plan, with an overlap for learning the next."""

    id = "desk_rotation"
    cite = (Citation("job-rotation: desk rotation", "job-rotation：岗位轮换"),)
    unit = "duties"
    title = Text("Desk rotation", "岗位轮换")
    text = Text(
        "After a set number of months at a desk people move to a related one, which they have "
        "learnt for some months before.",
        "在同一岗位满规定月数后轮换到相关岗位，轮换前先交叉学习若干个月。",
    )
    void_without = "months"
    asks = {
        "forbid": Text(
            "{who}: by the desk plan no {codes} on {when}",
            "{who}：按轮岗计划，{when}不上 {codes}",
        ),
        "at_least": Text(
            "{who}: at least {limit} {limit:duty|duties} to learn the next desk",
            "{who}：学习下一岗位至少 {limit} 班",
        ),
    }
    messages = {
        "": Text(
            "{who}: {code} on {when} is a shift of {job}; by the plan at {desk}",
            "{who}：{when}的 {code} 班属于{job}，按轮岗计划在{desk}",
        ),
        "training": Text(
            "{who}: {count} duties at {desk} in {month} to learn it, {limit} needed",
            "{who}：{month}在{desk}学习 {count} 班，需要 {limit} 班",
        ),
    }

    months: int | None = whole(
        None, 1, 240, "months at a desk until the next", "在同一岗位的月数"
    )
    overlap_months: int = whole(
        2, 0, 12, "months of learning the next desk", "轮换前交叉学习的月数"
    )
    training: int = whole(
        4, 0, 31, "least duties a month at the desk to be learnt", "学习期间每月至少几班"
    )
    related: tuple[tuple[str, ...], ...] = groups(
        "desks that are related, quality+callback;callback+service",
        "相关岗位，如 质检+回访;回访+客服",
        of="job",
    )

    def _spells(self, problem: Problem) -> Iterator[tuple[int, DeskSpell, list[int]]]:
        """Yield people and months of the plan with their days in the horizon."""
        days: dict[date, list[int]] = {}
        for d, day in enumerate(problem.days):
            days.setdefault(day.replace(day=1), []).append(d)
        for spell in problem.desk_plan:
            if spell.month in days and spell.staff in problem.employee_index:
                yield problem.employee_index[spell.staff], spell, days[spell.month]

    def _limit(self, problem: Problem, e: int, spell: DeskSpell, days: list[int]) -> int:
        """Return the least duties at the desk that is learnt."""
        if not spell.training:
            return 0
        return min(self.training, sum(problem.available(e, d) for d in days))

    def add_to(self, builder: Builder) -> None:
        """Bar shifts of other desks, and ask for duties at the one that is learnt."""
        problem = builder.problem
        for e, spell, days in self._spells(problem):
            if e not in builder.people:
                continue
            own = {"", spell.desk.casefold(), spell.training.casefold()}
            barred = frozenset(s.code for s in problem.shifts if s.job.casefold() not in own)
            learnt = frozenset(
                s.code for s in problem.shifts if s.job.casefold() == spell.training.casefold()
            )
            for d in days if barred else ():
                builder.forbid([builder.one_of(e, d, barred)], by=self)
            builder.at_least(
                [(1, builder.one_of(e, d, learnt)) for d in days],
                self._limit(problem, e, spell, days),
                by=self,
            )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Look at the job of every duty of those who take part."""
        problem = roster.problem
        for e, spell, days in self._spells(problem):
            if e not in roster.people:
                continue
            learnt = 0
            for d in days:
                shift = roster.shift(e, d)
                if shift is None or not shift.job:
                    continue
                job = shift.job.casefold()
                learnt += bool(spell.training) and job == spell.training.casefold()
                if job not in (spell.desk.casefold(), spell.training.casefold()):
                    yield self.violation(
                        problem,
                        1,
                        who=[e],
                        when=[d],
                        code=shift.code,
                        job=shift.job,
                        desk=spell.desk,
                    )
            limit = self._limit(problem, e, spell, days)
            if learnt < limit:
                yield self.violation(
                    problem,
                    limit - learnt,
                    who=[e],
                    when=days,
                    case="training",
                    count=learnt,
                    desk=spell.training,
                    month=month_text(spell.month),
                    limit=limit,
                )

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Name desks to be learnt without shifts, and people whose time tells nothing."""
        if self.months is None:
            return
        first = problem.start.replace(day=1)
        for p in problem.employees:
            if not takes_part(p):
                continue
            if month_after(p.desk_since, self.months) < first:
                yield Issue(
                    what=Text(
                        f"{p.id} has been at {p.job} for longer than {self.months} months and "
                        "moves now, without having learnt the next desk",
                        f"{p.id} 在{p.job}已超过 {self.months} 个月，本月即轮换，未经交叉学习",
                    ),
                    hint=Text(
                        "give a later desk since, so that the move can be prepared",
                        "把到岗日期填晚一些，以便安排交叉学习",
                    ),
                )
            elif p.desk_since > problem.end:
                yield Issue(
                    what=Text(
                        f"{p.id}: desk since {p.desk_since} lies after the month",
                        f"{p.id}：到岗日期 {p.desk_since} 在本期之后",
                    ),
                )
        jobs = {s.job.casefold() for s in problem.shifts}
        for e, spell, _ in self._spells(problem):
            if spell.training and spell.training.casefold() not in jobs:
                who = problem.employees[e].id
                yield Issue(
                    what=Text(
                        f"{who} is to learn {spell.training}, but no shift has this job",
                        f"{who} 应学习{spell.training}，但没有该工种的班次",
                    ),
                    hint=Text(
                        "give the desk shifts of its own (Shifts, job)",
                        "在《班次》表为该岗位设置班次（工种）",
                    ),
                )

    def flaws(self, problem: Problem) -> Iterator[Flaw]:
        """Name desks from which nobody can move on, and an overlap as long as the term."""
        if self.months is None:
            return
        if self.overlap_months >= self.months:
            yield Flaw(
                what=Text("the overlap is as long as the term", "交叉学习期不短于任期"),
                expected=Text(
                    f"less than months, {self.months}", f"少于 months（{self.months}）"
                ),
                parameter="overlap_months",
            )
        known = related_desks(self.related)
        alone = {
            p.job for p in problem.employees if takes_part(p) and p.job.casefold() not in known
        }
        for desk in sorted(alone):
            yield Flaw(
                what=Text(f"{desk} has no related desk", f"{desk}没有相关岗位"),
                expected=Text(
                    "every desk of people with desk since in a group",
                    "所有填了到岗日期的岗位都在某一组中",
                ),
                parameter="related",
            )
        if not any(map(takes_part, problem.employees)):
            yield Flaw(
                what=Text("nobody takes part", "没有人参加轮岗"),
                expected=Text(
                    "job and desk since on the Staff sheet", "《人员》表填写工种和到岗日期"
                ),
                parameter="months",
            )
