"""Fair shifts.

Each person's duties of the unpopular shifts (the codes under `shifts` and what counts as one
of them, or else every shift of evening kind), against their share of what the Demand sheet
asks for. Nights have a rule of their own, and the carry-over has no column for these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from constraints.fairness import _deviation
from constraints.fairness._shares import Shares, once, shares
from roster.model import Builder
from roster.plan import Roster
from roster.problem import Problem, ShiftKind
from roster.rule import PROJECT, Level, Rule, Violation, words
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class FairShifts(Rule):
    """Unpopular shifts in proportion."""

    id = "fair_shifts"
    cite = (PROJECT,)
    unit = "duties"
    title = Text("Fair shifts", "班次公平")
    text = Text(
        "Unpopular shifts (evenings, unless codes are named) are shared in proportion.",
        "不受欢迎的班次（默认晚班，也可指定代码）按比例分摊。",
    )
    messages = {
        "": Text(
            "{who}: {count} duties of {codes}, share {share}",
            "{who}：{codes} 班 {count} 个，应分摊 {share} 个",
        )
    }

    level: Level = Level.SOFT
    weight: int = 4
    shifts: tuple[str, ...] = words(
        (),
        (),
        "codes of the unpopular shifts; none takes every evening shift",
        "不受欢迎的班次代码，留空为所有晚班",
    )

    def _codes(self, problem: Problem) -> frozenset[str]:
        if self.shifts:
            return problem.codes_for(frozenset(self.shifts))
        return frozenset(s.code for s in problem.shifts if s.kind is ShiftKind.EVENING)

    @once
    def _shares(self, problem: Problem) -> Shares:
        days = [(d,) for d in range(problem.n_days)]
        return shares(problem, days, self._codes(problem))

    def add_to(self, builder: Builder) -> None:
        """Charge the distance of each person's count from the share."""
        problem = builder.problem
        codes = self._codes(problem)
        if codes:
            _deviation.encode(
                self,
                builder,
                self._shares(problem),
                lambda e: [(1, builder.one_of(e, d, codes)) for d in range(problem.n_days)],
            )

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Count each person's unpopular shifts."""
        problem = roster.problem
        codes = self._codes(problem)
        if codes:
            yield from _deviation.check(
                self,
                roster,
                self._shares(problem),
                lambda e: sum(shift.code in codes for _, shift in roster.duties_of(e)),
                codes=",".join(sorted(codes)),
            )
