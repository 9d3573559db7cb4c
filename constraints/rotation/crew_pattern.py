"""Fixed rotation pattern of the crews.

The crews are the groups of the Staff sheet, in the order in which they first appear on the
list. All go through one `pattern` of shifts and days off, which starts again when it is
through; the first crew begins with its first element on the day `start`, and each crew
follows the one before it on the list at an even distance. With `k` crews and a pattern of
`n` days, crew ``i = 0, 1, ...`` is on day `x` at element

    (x - start - floor(i * n / k)) mod n

so that in ``D,D,N,N,off,off,off,off`` with four crews the second crew does what the first did
two days before. Without `start` the pattern counts from Monday 1 January 2024, so that it
runs on from month to month by itself; a horizon need not begin on a pattern's first day.

Each day on which somebody's cell differs from the element costs one unit: another shift, a
duty on a day off, a day off on a day of duty. Days of approved leave and days outside the
employment cost nothing. Who has no group has no pattern; a permanent leader in a group
follows it, too. Void without `pattern`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from roster.errors import Issue
from roster.model import OFF, Builder, Fact
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import Citation, Flaw, Level, Rule, Violation, day, pattern
from roster.words import Text, same

_MONDAY = date(2024, 1, 1)
_OFF = Text("off", "休")


@dataclass(frozen=True, kw_only=True)
class CrewPattern(Rule):
    """Every crew goes through the same pattern, one after another."""

    id = "crew_pattern"
    cite = (Citation("power-hotline: service at all hours", "power-hotline：全天候服务"),)
    unit = "days"
    guides = True
    title = Text("Crew pattern", "班组轮转模式")
    text = Text(
        "The groups go through a fixed pattern of shifts and days off, one after another; "
        "each day that differs costs points.",
        "各班组依次按固定的班次与休息模式轮转，每偏离一天扣分。",
    )
    void_without = "pattern"
    asks = {
        "forbid": Text(
            "{who}: only what the crew pattern has on {when}",
            "{who}：{when}只按班组模式排班",
        ),
    }
    messages = {
        "": Text(
            "{who}: {code} on {when}, the pattern of group {group} has {want}",
            "{who}：{when}为 {code}，{group} 组的轮转模式为 {want}",
        )
    }

    level: Level = Level.SOFT
    weight: int = 20
    pattern: tuple[str | None, ...] = pattern(
        "shifts and days off in turn, the same for every group",
        "依次的班次与休息，各组相同",
    )
    start: date | None = day(  # noqa: RUF009
        "day on which the first group begins with the first element; none: 2024-01-01",
        "第一组从第一项开始的日期；无：2024-01-01",
    )

    def _elements(self, problem: Problem, e: int) -> Iterator[tuple[int, str | None]]:
        """Yield a person's available days with the element of the pattern."""
        group = problem.employees[e].group
        if not self.pattern or not group:
            return
        crews = _crews(problem)
        length = len(self.pattern)
        behind = crews.index(group) * length // len(crews)
        ago = (problem.start - (self.start or _MONDAY)).days - behind
        for d in range(problem.n_days):
            if problem.available(e, d):
                yield d, self.pattern[(ago + d) % length]

    def add_to(self, builder: Builder) -> None:
        """Charge each cell that holds something else."""
        for e in builder.people:
            for d, code in self._elements(builder.problem, e):
                other = Fact(e, d, (builder.codes | OFF) - {code})
                builder.forbid([other], by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Compare each cell with its element."""
        problem = roster.problem
        for e in roster.people:
            for d, want in self._elements(problem, e):
                code = roster.code(e, d)
                if code != want:
                    yield self.violation(
                        problem,
                        1,
                        who=[e],
                        when=[d],
                        code=_named(code),
                        want=_named(want),
                        group=problem.employees[e].group,
                    )

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Name shifts that nobody of a crew may work, and crews that look mistyped."""
        crews = _crews(problem) if self.pattern else ()
        if crews and len(self.pattern) % len(crews):
            n, k, names = len(self.pattern), len(crews), ", ".join(crews)
            yield Issue(
                what=Text(
                    f"crew_pattern: {k} groups on a pattern of {n} days, unevenly: {names}",
                    f"crew_pattern：{k} 个班组轮转 {n} 天的模式，间隔不均：{names}",
                ),
                hint=Text("is a group mistyped (Staff)?", "《人员》表的组是否有误？"),
            )
        loose = [p.id for p in problem.employees if not p.group] if crews else []
        if loose:
            who = ", ".join(loose[:6]) + (" …" if len(loose) > 6 else "")
            yield Issue(
                what=Text(
                    f"crew_pattern: people without a group have no pattern: {who}",
                    f"crew_pattern：没有班组的人不按模式：{who}",
                ),
            )
        for group in _crews(problem) if self.pattern else ():
            members = [e for e, p in enumerate(problem.employees) if p.group == group]
            fitting = frozenset().union(*(problem.fitting_codes[e] for e in members))
            for code in dict.fromkeys(self.pattern):
                if code is not None and code not in fitting:
                    yield Issue(
                        what=Text(
                            f"crew_pattern: nobody of group {group} may work {code}",
                            f"crew_pattern：{group} 组无人可上 {code} 班",
                        ),
                        hint=Text(
                            "take the shift out of the pattern, or let the group work it",
                            "从模式中去掉该班次，或让该组人员可上该班次",
                        ),
                    )

    def flaws(self, problem: Problem) -> Iterator[Flaw]:
        """Find a pattern that does not go with the crews or the horizon."""
        if not self.pattern:
            return
        length, crews = len(self.pattern), _crews(problem)
        found = self.shown()["pattern"]
        if not crews:
            yield Flaw(
                what=Text("nobody on the Staff sheet has a group", "《人员》表中没有人有班组"),
                found=found,
                hint=Text("fill in the groups, or set none", "填写班组，或填 无"),
                parameter="pattern",
            )
        if all(code is None for code in self.pattern):
            yield Flaw(
                what=Text("the pattern has days off only", "模式中只有休息"),
                found=found,
                expected=Text("shift codes and off", "班次代码和休"),
                parameter="pattern",
            )
        if length > problem.n_days:
            yield Flaw(
                what=Text(
                    f"the pattern has {length} days, the horizon {problem.n_days}",
                    f"模式有 {length} 天，排班周期只有 {problem.n_days} 天",
                ),
                found=found,
                expected=Text(
                    f"at most {problem.n_days} elements", f"不超过 {problem.n_days} 项"
                ),
                parameter="pattern",
            )
        if length < len(crews):
            yield Flaw(
                what=Text(
                    f"{length} elements for {len(crews)} groups: some would work alike",
                    f"模式有 {length} 项，班组有 {len(crews)} 个：有的班组会完全相同",
                ),
                found=found,
                expected=Text(f"at least {len(crews)} elements", f"至少 {len(crews)} 项"),
                parameter="pattern",
            )


def _crews(problem: Problem) -> tuple[str, ...]:
    """Return the groups in the order in which they first appear on the list."""
    return tuple(dict.fromkeys(p.group for p in problem.employees if p.group))


def _named(code: str | None) -> Text:
    return _OFF if code is None else same(code)
