"""Committee groups.

All but the permanent leaders and the week's lead are in two groups, A and B: the committee
group of the Staff sheet, or, with ``by=rows``, alternate rows of the list where nobody's is
filled in. The groups serve by turns, a week each; only people of the serving group who are
employed and do not lead that week hold posts. Terms known from before stay as they are.

With ``by=staff`` a team without committee groups on the Staff sheet has no committees. How
posts change hands is ``committee_rotation``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.committees import GROUPS, known_terms, post_text, weeks
from roster.model import Builder
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import Citation, Flaw, Rule, Scope, Violation, choice
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class CommitteeGroups(Rule):
    """Only the serving group holds posts."""

    id = "committee_groups"
    cite = (Citation("base-team: two groups", "base-team：分两组轮流"),)
    scope = Scope.TEAM
    unit = "people"
    title = Text("Committee groups", "委员分组")
    text = Text(
        "All but the permanent leaders and the week's lead are in two groups that hold the "
        "committee posts by turns, a week each.",
        "除班组长和当周轮值班长外分为两组，按周轮流担任委员。",
    )
    asks = {
        "at_most": Text(
            "{who}: holds no post in the week of {weeks}",
            "{who}：{weeks}当周不任委员",
        ),
    }
    messages = {
        "": Text(
            "{who}: {post} member in the week of {monday}, in which group {group} serves",
            "{who}：{monday}当周由 {group} 组值周，却任{post}委员",
        ),
        "barred": Text(
            "{who}: {post} member in the week of {monday}; leaders, the week's lead and who is "
            "not employed hold no post",
            "{who}：{monday}当周任{post}委员；班组长、当周轮值班长和不在职者不任委员",
        ),
    }

    by: str = choice(
        "staff",
        ("staff", "rows"),
        "staff: groups of the Staff sheet; rows: alternate rows where none is filled in",
        "staff：按《人员》表的委员组；rows：未填写时隔行分组",
    )

    def add_to(self, builder: Builder) -> None:
        """Bar everybody else from the posts."""
        problem = builder.problem
        known = known_terms(problem)
        for week in weeks(problem):
            for post in problem.posts:
                if (week.monday, post) in known:
                    continue
                for e in range(len(problem.employees)):
                    fact = builder.holds(week.monday, post, e)
                    if fact is not None and e not in week.people:
                        builder.at_most([(1, fact)], 0, by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Look who holds each post."""
        problem = roster.problem
        known = known_terms(problem)
        served = {week.monday: week for week in weeks(problem)}
        for monday, post, e in roster.posts:
            week = served.get(monday)
            if week is None or (monday, post) in known or e in week.people:
                continue
            yield self.violation(
                problem,
                1,
                who=[e],
                when=[max(0, problem.index_of(monday))],
                case="" if e in week.others else "barred",
                post=post_text(post),
                monday=monday,
                group=week.group,
            )

    def flaws(self, problem: Problem) -> Iterator[Flaw]:
        """Name people in neither group, and a group without people."""
        if not problem.posts:
            return
        people = [p for p in problem.employees if not p.leader]
        typed = [p for p in people if p.committee_group]
        if not typed:
            return
        for p in people:
            if not p.committee_group:
                yield Flaw(
                    what=Text(
                        f"the two groups do not cover the team: {p.id} is in neither",
                        f"两组未覆盖全员：{p.id} 未分组",
                    ),
                    expected=Text("A or B", "A 或 B"),
                    hint=Text(
                        "fill it in for all but the permanent leaders, or for nobody",
                        "除班组长外全部填写，或全部留空",
                    ),
                    staff=p.id,
                    column="committee_group",
                )
        for group in GROUPS:
            if all(p.committee_group != group for p in typed):
                yield Flaw(
                    what=Text(f"nobody is in group {group}", f"{group} 组没有人"),
                    expected=Text("people in both groups", "两组都有人"),
                    staff=typed[0].id,
                    column="committee_group",
                )
