"""Which group serves on the committees in which week, and who of it can.

All but the permanent leaders and the week's lead are in two groups, by the Staff sheet's
column or, where nobody is named there, in alternate rows. The groups serve by turns, a week
each, on from the last week known; with none known, group A serves the first week. All of it
follows from the input alone; who of the group holds which post is for the solver.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from roster.calendar import monday_of
from roster.problem import Problem
from roster.rotation import turns
from roster.words import Text, same

GROUPS = ("A", "B")
POSTS: Mapping[str, Text] = {
    "morale": Text("morale", "士气"),
    "vitality": Text("vitality", "活力"),
    "study": Text("study", "学习"),
    "inspection": Text("inspection", "检查"),
    "publicity": Text("publicity", "宣传"),
}
"""The posts that there are, as people call them."""


def post_text(post: str) -> Text:
    """Return the name of a post."""
    return POSTS.get(post, same(post))


@dataclass(frozen=True)
class CommitteeWeek:
    """A week and the group that serves in it.

    Attributes
    ----------
    monday : date
    group : str
        ``A`` or ``B``.
    people : tuple of int
        Those of the group who can hold a post: employed from its Monday to its Friday, and
        not its lead.
    others : frozenset of int
        Those of the other group.
    void : bool
        Nothing is asked of posts that are not known: fewer people than posts, or a week
        begun before the horizon of which the other posts are known.
    few : bool
        Fewer people than posts.
    """

    monday: date
    group: str
    people: tuple[int, ...]
    others: frozenset[int]
    void: bool
    few: bool


def members(problem: Problem) -> Mapping[int, str]:
    """Return the group of everybody who serves on the committees, by position."""
    people = [(e, p) for e, p in enumerate(problem.employees) if not p.leader]
    if any(p.committee_group for _, p in people):
        return {e: p.committee_group for e, p in people if p.committee_group}
    return {e: GROUPS[i % 2] for i, (e, _) in enumerate(people)}


def known_terms(problem: Problem) -> Mapping[tuple[date, str], int]:
    """Return who is known to hold or have held a post, by Monday and post."""
    if "known terms" not in problem.derived:
        problem.derived["known terms"] = _known_terms(problem)
    return problem.derived["known terms"]


def _known_terms(problem: Problem) -> Mapping[tuple[date, str], int]:
    index = problem.employee_index
    terms = {(m, post): index[i] for m, post, i in problem.posts_held if i in index}
    for staff, carried in problem.carry_over.items():
        week, post = carried.last_committee_week, carried.last_post
        if week is not None and post and staff in index:
            terms[monday_of(week), post] = index[staff]
    return terms


def past_terms(problem: Problem, e: int) -> tuple[tuple[str, int], ...]:
    """Return the posts that a person held before the horizon's first week.

    Each comes with the number of terms that the person has had since.
    """
    terms = [
        (monday, post)
        for (monday, post), holder in known_terms(problem).items()
        if holder == e and monday < problem.mondays[0]
    ]
    carried = problem.carry_over.get(problem.employees[e].id)
    if carried is not None and carried.last_post and carried.last_committee_week is None:
        terms.append((problem.mondays[0], carried.last_post))
    return tuple((post, sum(m > monday for m, _ in terms)) for monday, post in terms)


def weeks(problem: Problem) -> tuple[CommitteeWeek, ...]:
    """Return the serving group of every week of the horizon; empty without committees."""
    if not problem.posts:
        return ()
    if "committees" not in problem.derived:
        problem.derived["committees"] = _weeks(problem)
    return problem.derived["committees"]


def _weeks(problem: Problem) -> tuple[CommitteeWeek, ...]:
    group_of = members(problem)
    known = known_terms(problem)
    votes: dict[date, Counter[str]] = {}
    for (monday, _), e in known.items():
        if e in group_of:
            votes.setdefault(monday, Counter())[group_of[e]] += 1
    # Somebody may have stood in for one post: the week is that of most of its members.
    served = {
        monday: max(GROUPS, key=count.__getitem__)
        for monday, count in votes.items()
        if count["A"] != count["B"]
    }
    leads = {week.monday: week.lead for week in turns(problem)}
    out = []
    for monday in problem.mondays:
        before = max((m for m in served if m <= monday), default=None)
        group = GROUPS[0]
        if before is not None:
            turn = GROUPS.index(served[before]) + (monday - before).days // 7
            group = GROUPS[turn % 2]
        served.setdefault(monday, group)
        friday = monday + timedelta(days=4)
        people = tuple(
            e
            for e, own in group_of.items()
            if own == group
            and e != leads.get(monday)
            and all(problem.employees[e].employed_on(day) for day in (monday, friday))
        )
        others = frozenset(e for e, own in group_of.items() if own != group)
        few = len(people) < len(problem.posts)
        begun = monday < problem.start and any(m == monday for m, _ in known)
        out.append(CommitteeWeek(monday, group, people, others, few or begun, few))
    return tuple(out)
