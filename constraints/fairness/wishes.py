"""Wishes.

The Requests sheet: a shift on a day, a day off, or not a certain shift. Each day on which a
wish is not met costs the row's own weight, or the rule's. A wish for a day off is met on a
day of leave, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import OFF, Builder, Fact
from roster.plan import Roster
from roster.problem import Request, Want
from roster.rule import PROJECT, Level, Rule, Violation
from roster.words import Text, same


@dataclass(frozen=True, kw_only=True)
class Wishes(Rule):
    """Requests are met where possible."""

    id = "wishes"
    cite = (PROJECT,)
    unit = "wishes"
    title = Text("Wishes", "意愿")
    text = Text(
        "Wishes of the Requests sheet are met where possible.", "尽量满足《意愿》表中的意愿。"
    )
    messages = {
        "": Text(
            "{who}: wished {want} on {when}, has {code}",
            "{who}：{when}希望 {want}，实际为 {code}",
        )
    }

    level: Level = Level.SOFT
    weight: int = 5

    def add_to(self, builder: Builder) -> None:
        """Charge each wished cell that holds something else."""
        problem = builder.problem
        for request in problem.requests:
            e, d = problem.employee_index[request.staff], problem.index_of(request.day)
            if e not in builder.people:
                continue
            if request.want is Want.OFF:
                missed = builder.on(e, d)
            elif request.want is Want.NOT:
                missed = builder.duty(e, d, request.shift)
            else:
                missed = Fact(e, d, (builder.codes | OFF) - {request.shift})
            builder.forbid([missed], by=self, points=self._points(request))

    def _points(self, request: Request) -> int | None:
        """Return the points of a wish; a hard rule makes every wish binding."""
        if self.level is not Level.SOFT:
            return None
        return self.weight if request.weight is None else request.weight

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Compare each wish with its cell."""
        problem = roster.problem
        off = Text("off", "休")
        for request in problem.requests:
            e, d = problem.employee_index[request.staff], problem.index_of(request.day)
            if e not in roster.people:
                continue
            code = roster.code(e, d)
            if request.met_by(code):
                continue
            want = off if request.shift is None else same(request.shift)
            if request.want is Want.NOT:
                want = Text(f"not {request.shift}", f"不上 {request.shift}")
            yield self.violation(
                problem,
                1,
                who=[e],
                when=[d],
                weight=self._points(request),
                want=want,
                code=off if code is None else same(code),
            )
