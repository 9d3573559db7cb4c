"""Mentoring.

A newcomer (somebody with a mentor on the Staff sheet) is on duty only on shifts of the mentor:
until *mentored until*, that day included and for good where it is empty, each cell of the
newcomer is a day off or holds the code that the mentor has on that day. The mentor may work
without the newcomer. A day on which the mentor is absent is a day off for the newcomer.

One unit is a duty without the mentor, whatever is counted as the same elsewhere: a shift that
counts as another is another shift. What the newcomer may work at all (job, skill, grade) is
``eligibility``'s affair, and how many hours they get is ``monthly_hours``'. A clause binds two
people, so the rule is the team's: taken alone, a newcomer has no mentor to be with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.errors import Issue
from roster.model import OFF, Builder, Fact
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import Citation, Flaw, Rule, Scope, Violation
from roster.words import Text, same


@dataclass(frozen=True, kw_only=True)
class Mentoring(Rule):
    """A newcomer works only on the mentor's shifts."""

    id = "mentoring"
    cite = (Citation("customer service department: newcomers", "客户服务部：以旧带新"),)
    scope = Scope.TEAM
    unit = "duties"
    title = Text("Mentoring", "以旧带新")
    text = Text(
        "Until mentored until, a newcomer is on duty only on shifts of the mentor.",
        "带教期内，新人只与带教人同班上岗。",
    )
    asks = {
        "forbid": Text(
            "{who}: the newcomer works only on the mentor's shifts ({when})",
            "{who}：新人只与带教人同班（{when}）",
        ),
    }
    messages = {
        "": Text(
            "{who}: {code} on {when}, when the mentor {mentor} has {other}",
            "{who}：{when}排了 {code}，带教人 {mentor} 当天为 {other}",
        )
    }

    def add_to(self, builder: Builder) -> None:
        """Let a newcomer's code stand only beside the same code of the mentor."""
        problem = builder.problem
        every = builder.codes | OFF
        for e, m, days in pairs(problem):
            if e not in builder.people and m not in builder.people:
                continue
            for d in days:
                for code in sorted(builder.codes):
                    builder.forbid(
                        [builder.duty(e, d, code), Fact(m, d, every - {code})], by=self
                    )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Compare each duty of a newcomer with the mentor's cell of that day."""
        problem = roster.problem
        for e, person in enumerate(problem.employees):
            m = problem.employee_index.get(person.mentor)
            if m is None:
                continue
            for d, shift in roster.duties_of(e):
                until = person.mentored_until
                if until is not None and problem.date_of(d) > until:
                    continue
                other = roster.code(m, d)
                if other != shift.code:
                    yield self.violation(
                        problem,
                        1,
                        who=[e],
                        when=[d],
                        code=shift.code,
                        mentor=person.mentor,
                        other=Text("off", "休") if other is None else same(other),
                    )

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Name mentors who are mostly absent, and newcomers who may not do their shifts."""
        for e, m, days in pairs(problem):
            new, mentor = problem.employees[e].id, problem.employees[m].id
            there = [d for d in days if problem.available(e, d)]
            away = sum(not problem.available(m, d) for d in there)
            if 2 * away > len(there):
                yield Issue(
                    what=Text(
                        f"{new}: the mentor {mentor} is absent on {away} of the {len(there)} "
                        "days on which they could work together",
                        f"{new}：可同班的 {len(there)} 天中，带教人 {mentor} 有 {away} 天不在",
                    ),
                    hint=Text(
                        "name another mentor, or an earlier mentored until",
                        "更换带教人，或提前带教至",
                    ),
                )
            elif there and problem.fitting_codes[e].isdisjoint(problem.fitting_codes[m]):
                yield Issue(
                    what=Text(
                        f"{new} may do none of the shifts of the mentor {mentor} (job, skill "
                        "or least grade)",
                        f"{new} 不能上带教人 {mentor} 的任何班次（工种、技能或最低级别不符）",
                    ),
                    hint=Text("name another mentor", "更换带教人"),
                )

    def flaws(self, problem: Problem) -> Iterator[Flaw]:
        """Report people who are, along a chain of mentors, their own mentor."""
        mentor = {e: m for e, m, _ in pairs(problem)}
        seen: set[int] = set()
        for e in sorted(mentor):
            chain = [e]
            while mentor.get(chain[-1]) is not None and mentor[chain[-1]] not in chain:
                chain.append(mentor[chain[-1]])
            if mentor.get(chain[-1]) == e and e not in seen:
                seen.update(chain)
                names = " - ".join(problem.employees[x].id for x in (*chain, e))
                yield Flaw(
                    what=Text(f"mentors in a circle: {names}", f"带教人互相循环：{names}"),
                    found=problem.employees[mentor[e]].id,
                    expected=Text("somebody who is no newcomer of theirs", "不由其带教的人"),
                    staff=problem.employees[e].id,
                    column="mentor",
                )


def pairs(problem: Problem) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield newcomer, mentor and the days of the horizon on which one goes with the other."""
    for e, person in enumerate(problem.employees):
        m = problem.employee_index.get(person.mentor)
        days = tuple(d for d, day in enumerate(problem.days) if person.mentored_on(day))
        if m is not None and days:
            yield e, m, days
