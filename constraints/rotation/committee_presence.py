"""Committee members at work in the morning.

Who holds a post in a week is on a duty that contains `time` on each workday of the week in
the horizon; each workday on which they are not (days of leave too) costs `weight` points. So
the posts go to people who are there that week, and the roster has them there. Void when no
shift contains the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from roster.model import Builder
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import Citation, Level, Rule, Violation, clocks
from roster.words import Text, clock_text


@dataclass(frozen=True, kw_only=True)
class CommitteePresence(Rule):
    """Post holders on duty on workday mornings."""

    id = "committee_presence"
    cite = (Citation("base-team: posts at work", "base-team：委员在岗"),)
    unit = "days"
    title = Text("Committee members present", "委员在岗")
    text = Text(
        "Who holds a committee post is on duty on workday mornings of that week.",
        "委员在任周的工作日早上在岗。",
    )
    messages = {
        "": Text(
            "{who}: committee member in the week of {monday}, not on duty at {time} on {when}",
            "{who}：{monday}当周委员，{when} {time} 不在岗",
        )
    }

    level: Level = Level.SOFT
    weight: int = 2
    time: tuple[int, ...] = clocks(
        (510,), "time of the morning meeting", "早会时刻", single=True
    )

    def _workdays(self, problem: Problem, monday: date) -> list[int]:
        first = problem.index_of(monday)
        return [d for d in problem.workdays if first <= d < first + 7]

    def add_to(self, builder: Builder) -> None:
        """Charge each workday morning on which a holder is not on duty."""
        problem = builder.problem
        there = frozenset(s.code for s in problem.shifts if s.spans(self.time[0]))
        for monday in problem.mondays if problem.posts and there else ():
            for e in range(len(problem.employees)):
                facts = (builder.holds(monday, post, e) for post in problem.posts)
                held = builder.whenever([f] for f in facts if f is not None)
                if held is None:
                    continue
                for d in self._workdays(problem, monday):
                    builder.at_most([(1, held), (1, builder.none_of(e, d, there))], 1, by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Look at the workday mornings of everybody who holds a post."""
        problem = roster.problem
        (time,) = self.time
        if not any(s.spans(time) for s in problem.shifts):
            return
        for monday, e in sorted({(monday, e) for monday, _, e in roster.posts}):
            if e not in roster.people:
                continue
            for d in self._workdays(problem, monday):
                shift = roster.shift(e, d)
                if shift is None or not shift.start <= time <= shift.end:
                    yield self.violation(
                        problem, 1, who=[e], when=[d], monday=monday, time=clock_text(time)
                    )
