"""At least one of a pair.

Of each pair of `pairs` (or of a larger group: ``E01+E02;E03+E04+E05``) at least one person is
on duty on each day on which the Demand sheet asks for somebody; with `shifts`, on duty in one
of these shifts or in one that counts as one of them, on each day on which a Demand row in
force asks for such a shift. A row asks when its min or target is above 0. Where the Demand
sheet asks for nobody on any day, every day counts.

Who is not employed on a day is no part of the pair that day: the others must be there, and
where none is left nothing is asked. Leave excuses nobody: when all are on leave the rule
cannot be kept, and the check warns. A duty belongs to the day on which it starts, so duties
of last month count for nothing. Void without `pairs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from constraints.cover._asked import asked_days
from roster.errors import Issue
from roster.model import Builder
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import Citation, Rule, Scope, Violation, groups, words
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class AtLeastOneOf(Rule):
    """Somebody of each pair is there."""

    id = "at_least_one_of"
    cite = (Citation("class-assistants: one of two", "class-assistants：两人至少一人到场"),)
    scope = Scope.DAY
    place = ("pair",)
    unit = "people"
    title = Text("At least one of a pair", "搭档至少一人在岗")
    text = Text(
        "Of each pair at least one is on duty on each day on which somebody is asked for.",
        "有需求的每一天，每组搭档至少有一人上班。",
    )
    void_without = "pairs"
    asks = {
        "at_least": Text(
            "one of {who} on {when}",
            "{when} {who} 至少一人上班",
        ),
    }
    messages = {
        "": Text(
            "{when}: nobody of {pair} is on duty",
            "{when}：{pair} 无人上班",
        ),
        "shifts": Text(
            "{when}: nobody of {pair} is on duty in {shifts}",
            "{when}：{pair} 无人上 {shifts} 班",
        ),
    }

    pairs: tuple[tuple[str, ...], ...] = groups(
        "who must not be missing together", "不得同时缺席的人员", of="staff"
    )
    shifts: tuple[str, ...] = words(
        (), (), "shifts that count, none: any", "算数的班次，无：任意"
    )

    def _codes(self, problem: Problem) -> frozenset[str]:
        """Return the codes of which one must be worked."""
        if not self.shifts:
            return frozenset(problem.shift_by_code)
        return problem.codes_for(frozenset(self.shifts))

    def _asked(self, problem: Problem) -> Iterator[tuple[int, str, list[int]]]:
        """Yield days with a pair and those of it who are employed, from the input alone."""
        if not self.pairs:
            return
        codes = self._codes(problem) if self.shifts else None
        for d in sorted(asked_days(problem, codes)):
            for pair in self.pairs:
                members = [problem.employee_index[i] for i in pair]
                there = [e for e in members if problem.employed(e, d)]
                if there:
                    yield d, "+".join(pair), there

    def add_to(self, builder: Builder) -> None:
        """Bound the duties of each pair from below, day by day."""
        codes = self._codes(builder.problem)
        for d, _, members in self._asked(builder.problem):
            builder.at_least([(1, builder.one_of(e, d, codes)) for e in members], 1, by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Look at the duties of each pair, day by day."""
        problem = roster.problem
        named = frozenset(self.shifts)
        for d, pair, members in self._asked(problem):
            if d not in roster.days:
                continue
            duties = [s for e in members if (s := roster.shift(e, d)) is not None]
            if not any(not named or s.counts_for(named) for s in duties):
                yield self.violation(
                    problem,
                    1,
                    who=members,
                    when=[d],
                    case="shifts" if named else "",
                    pair=pair,
                    **({"shifts": ",".join(self.shifts)} if named else {}),
                )

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Name the days on which everybody of a pair is absent."""
        codes = self._codes(problem)
        absent: dict[str, list[int]] = {}
        for d, pair, members in self._asked(problem):
            if not any(self._can(problem, e, d, codes) for e in members):
                absent.setdefault(pair, []).append(d)
        for pair, days in absent.items():
            yield Issue.on_days(
                Text(
                    f"{{days}}: nobody of {pair} can be on duty",
                    f"{{days}}：{pair} 都不能上班",
                ),
                [problem.days[d] for d in days],
                hint=Text(
                    "grant one of them no leave that day, or name one more person",
                    "当天不同时准假，或增加一名搭档",
                ),
            )

    @staticmethod
    def _can(problem: Problem, e: int, d: int, codes: frozenset[str]) -> bool:
        fixed = problem.fixed_by_cell.get((e, d))
        if fixed is not None:
            return fixed.shift in codes
        return problem.available(e, d) and not codes.isdisjoint(problem.fitting_codes[e])
