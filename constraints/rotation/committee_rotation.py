"""Committee posts.

Each week every post is held by one person, and nobody holds two. Nobody holds a post that
they held in one of their last `same_post_gap` terms, a term being a week in which they hold a
post; terms of earlier months count. The vitality posts of a calendar month, a week belonging
to the month of its Monday, are held by different people. A term that is known (the week in
which the month begins, weeks already published) stays as it is and is not judged again.

Who can be chosen is ``committee_groups``; that holders are at work in the mornings is
``committee_presence``. A week whose serving group has fewer people than posts is void, and
the check warns. ``roster.committees`` says which group serves when.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from roster.committees import POSTS, known_terms, past_terms, post_text, weeks
from roster.errors import Issue
from roster.model import Builder, Extra
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import Citation, Rule, Scope, Violation, whole, words
from roster.words import Text, day_text

_VITALITY = "vitality"
_BEFORE = Text("before this month", "上月")


@dataclass(frozen=True, kw_only=True)
class CommitteeRotation(Rule):
    """Every post held, and by somebody else than last time."""

    id = "committee_rotation"
    cite = (
        Citation("base-team: committees", "base-team：班委"),
        Citation("base-team: change of post", "base-team：委员轮换"),
    )
    scope = Scope.TEAM
    unit = "people"
    title = Text("Committee posts", "轮值委员")
    text = Text(
        "Each week every committee post is held by one person; nobody has the same post twice "
        "in a row; the vitality posts of a month go to different people.",
        "每周各委员岗位各由一人担任；不连续担任同一委员；当月活力委员由不同的人担任。",
    )
    asks = {
        "at_least": Text(
            "{posts} post in the week of {weeks}: {limit} person",
            "{weeks}当周{posts}委员 {limit} 人",
        ),
        "at_most": Text(
            "{who}: one post a week and not the same one again too soon ({posts}, {weeks})",
            "{who}：每周一岗，且不过早再任同一委员（{posts}，{weeks}）",
        ),
    }
    messages = {
        "": Text("week of {monday}: nobody is {post} member", "{monday}当周无人任{post}委员"),
        "two": Text(
            "{who}: {count} committee posts in the week of {monday}",
            "{who}：{monday}当周兼任 {count} 个委员",
        ),
        "again": Text(
            "{who}: {post} member in the week of {monday} and last ({earlier}), with {between} "
            "terms between, at least {gap} needed",
            "{who}：{monday}当周任{post}委员，前次{earlier}，隔 {between} 届，至少隔 {gap} 届",
        ),
        "vitality": Text(
            "{who}: {count} times vitality member in {month}",
            "{who}：{month} 内 {count} 次任活力委员",
        ),
        "kept": Text(
            "week of {monday}: {who} is {post} member already and stays so",
            "{monday}当周{post}委员已由 {who} 担任，不应变动",
        ),
    }

    posts: tuple[str, ...] = words(
        tuple(POSTS), tuple(POSTS), "posts that are filled", "每周的委员岗位"
    )
    same_post_gap: int = whole(
        1, 0, 12, "terms until the same post again", "再次担任同一委员至少间隔的届数"
    )

    def add_to(self, builder: Builder) -> None:
        """Fill every post, and bar the same one too soon."""
        problem = builder.problem
        people = range(len(problem.employees))
        known = known_terms(problem)
        held: dict[tuple[date, str, int], Extra] = {}
        for monday in problem.mondays if problem.posts else ():
            for post in problem.posts:
                for e in people:
                    fact = builder.holds(monday, post, e)
                    if fact is not None:
                        held[monday, post, e] = fact
        for week in weeks(problem):
            for post in problem.posts:
                seat = week.monday, post
                if seat in known:
                    stays = held.get((*seat, known[seat]))
                    builder.at_least([(1, stays)] if stays else [], 1, by=self)
                elif not week.void:
                    everybody = [(1, held[k]) for e in people if (k := (*seat, e)) in held]
                    builder.at_least(everybody, 1, by=self)
        for e in people:
            self._person(builder, held, e)

    def _person(
        self, builder: Builder, held: dict[tuple[date, str, int], Extra], e: int
    ) -> None:
        problem = builder.problem
        past, known = past_terms(problem, e), known_terms(problem)
        own = {
            monday: [(p, held[monday, p, e]) for p in problem.posts if (monday, p, e) in held]
            for monday in (problem.mondays if problem.posts else ())
        }
        gap = self.same_post_gap
        mondays = list(own)
        months: dict[tuple[int, int], list[Extra]] = {}
        for j, (monday, terms) in enumerate(own.items()):
            limit = self._at_once(problem, monday, e)
            builder.at_most([(1, fact) for _, fact in terms], limit, by=self)
            for post, fact in terms:
                if (monday, post) in known:
                    continue
                if post == _VITALITY:
                    months.setdefault((monday.year, monday.month), []).append(fact)
                for i in range(j):
                    between = [f for m in mondays[i + 1 : j] for _, f in own[m]]
                    for same in (f for p, f in own[mondays[i]] if p == post):
                        self._apart(builder, [fact, same], between, gap)
                for since in (since for other, since in past if other == post):
                    between = [f for m in mondays[:j] for _, f in own[m]]
                    self._apart(builder, [fact], between, gap - since)
        for month, facts in months.items():
            allowed = self._vitality_left(problem, e, month)
            builder.at_most([(1, f) for f in facts], allowed, by=self)

    def _apart(
        self, builder: Builder, terms: list[Extra], between: list[Extra], gap: int
    ) -> None:
        """State: all of the terms only with at least `gap` others between."""
        if gap < 1:
            return
        builder.at_most(
            [*((gap, f) for f in terms), *((-1, f) for f in between)],
            gap * (len(terms) - 1),
            by=self,
            per=gap,
        )

    def _at_once(self, problem: Problem, monday: date, e: int) -> int:
        """Return the posts that a person may hold in a week: one, or those known."""
        known = known_terms(problem).items()
        return max(1, sum(m == monday and holder == e for (m, _), holder in known))

    def _vitality_left(self, problem: Problem, e: int, month: tuple[int, int]) -> int:
        """Return the vitality terms of a month that a person may have besides those known."""
        known = known_terms(problem).items()
        return max(
            0,
            1
            - sum(
                post == _VITALITY and holder == e and (monday.year, monday.month) == month
                for (monday, post), holder in known
            ),
        )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Look at every post of every week, then at every person's terms."""
        problem = roster.problem
        known = known_terms(problem)
        for week in weeks(problem):
            first = [max(0, problem.index_of(week.monday))]
            for post in problem.posts:
                seat = week.monday, post
                holder = roster.holders.get(seat)
                facts = {"monday": week.monday, "post": post_text(post)}
                if seat in known:
                    if holder != known[seat]:
                        yield self.violation(
                            problem, 1, who=[known[seat]], when=first, case="kept", **facts
                        )
                elif holder is None and not week.void:
                    yield self.violation(problem, 1, when=first, **facts)
        for e in range(len(problem.employees)):
            yield from self._check_person(roster, e)

    def _check_person(self, roster: Roster, e: int) -> Iterator[Violation]:
        problem = roster.problem
        past, known = past_terms(problem, e), known_terms(problem)
        terms = [(m, post) for m, post, holder in roster.posts if holder == e]

        def found(amount: int, mondays: list[date], **facts: object) -> Violation:
            when = [max(0, problem.index_of(m)) for m in mondays]
            return self.violation(problem, amount, who=[e], when=when, **facts)

        for monday in dict.fromkeys(m for m, _ in terms):
            count = sum(m == monday for m, _ in terms)
            limit = self._at_once(problem, monday, e)
            if count > limit:
                yield found(count - limit, [monday], case="two", count=count, monday=monday)
        chosen = [(m, post) for m, post in terms if (m, post) not in known]
        for monday, post in chosen:
            before = sum(m < monday for m, _ in terms)
            # Terms between this one and each earlier one of the same post.
            apart = [
                (earlier, sum(earlier < m < monday for m, _ in terms))
                for earlier, other in terms
                if other == post and earlier < monday
            ]
            apart += [(None, before + since) for other, since in past if other == post]
            for earlier, between in apart:
                if between < self.same_post_gap:
                    yield found(
                        1,
                        [monday],
                        case="again",
                        post=post_text(post),
                        earlier=_BEFORE if earlier is None else day_text(earlier),
                        monday=monday,
                        between=between,
                        gap=self.same_post_gap,
                    )
        for month in sorted({(m.year, m.month) for m, _ in chosen}):
            here = [m for m, p in chosen if p == _VITALITY and (m.year, m.month) == month]
            allowed = self._vitality_left(problem, e, month)
            if len(here) > allowed:
                yield found(
                    len(here) - allowed,
                    here,
                    case="vitality",
                    count=len(here) + 1 - allowed,
                    month=f"{month[0]}-{month[1]:02d}",
                )

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Name weeks whose group has fewer people than posts."""
        for week in weeks(problem):
            if week.few:
                have, need = len(week.people), len(problem.posts)
                yield Issue.on_days(
                    Text(
                        f"week of {{weeks}}: committee group {week.group} has {have} people "
                        f"for {need} posts; the posts are not asked for",
                        f"{{weeks}}当周：委员组 {week.group} 只有 {have} 人，"
                        f"岗位 {need} 个，不作要求",
                    ),
                    [week.monday],
                    hint=Text(
                        "more people in the group (Staff, committee group), or fewer posts",
                        "在《人员》表增加该组人员，或减少岗位",
                    ),
                )
