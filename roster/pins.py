"""Cells that are to stay: which of them the hard rules do not let stand together.

No rule is stated a second time. The rules of one person are built for that person alone, with
the pins as assumptions; so are those of the day and the team for everybody, with the rules of
single cells. What cannot be is shrunk to pins none of which can be left out, then to rules
none of which can be left out; each answer is proved on a plain model with those pins fixed.
Pins that only together with the cover of other days leave no roster are not found here: that
is for the search.

What is published already may break rules as it stands. That is not the doing of a pin: such
cells, the early ones first, are left out until the others can stand, and if history alone
breaks a rule, or no roster keeps it, the rule is left out for that person, or the team.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from roster.model import Builder, Fact, build
from roster.plan import Roster
from roster.problem import FixedDuty, Problem
from roster.rule import Level, Rule, RuleSet, Scope, Violation
from roster.words import Text

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

_SECONDS = 20.0
_ONE = 5.0
"""For one model, in seconds; what is not proven by then is left to the search."""

_HOLDS_FIXED = "availability"
"""The rule that fixes cells: part of every conflict between pins, and named in none."""


@dataclass(frozen=True)
class Collision:
    """Pins that cannot stand together, none of which can be left out.

    Attributes
    ----------
    pins : tuple of FixedDuty
    rules : tuple of Rule
        The hard rules that forbid it.
    sentences : tuple of Text
        What the checkers say of the pins, or the titles of the rules.
    """

    pins: tuple[FixedDuty, ...]
    rules: tuple[Rule, ...]
    sentences: tuple[Text, ...]


def collisions(
    problem: Problem, rules: RuleSet, *, seconds: float = _SECONDS
) -> tuple[Collision, ...]:
    """Return the fixed cells after the published days that the hard rules forbid.

    Parameters
    ----------
    problem : Problem
        Its fixed duties are the pins, and the days published already.
    rules : RuleSet
    seconds : float
        For all of it; what is not proven by then is left out.

    Returns
    -------
    tuple of Collision
        Those of one person first, in the order of the list.
    """
    until = problem.published_until
    past = tuple(f for f in problem.fixed if until is not None and f.day <= until)
    pins = [f for f in problem.fixed if until is None or f.day > until]
    work = _Work(problem, past, time.monotonic() + seconds)
    hard = rules.hard.rules
    own = [r for r in hard if r.scope is Scope.PERSON]
    out = []
    for e, person in enumerate(problem.employees):
        theirs = [f for f in pins if f.staff == person.id]
        if theirs:
            out += work.find(own, theirs, e)
    named = {f for found in out for f in found.pins}
    rest = [f for f in pins if f not in named]
    if rest:
        shared = [r for r in hard if r.scope is not Scope.PERSON or r.binds_cells]
        out += work.find(shared, rest, None)
    return tuple(out)


class _Work:
    """Finds collisions among the pins of one person, or of everybody."""

    def __init__(self, problem: Problem, past: tuple[FixedDuty, ...], deadline: float) -> None:
        self.past, self.deadline = past, deadline
        self.base = replace(problem, fixed=())
        self.published = Roster.empty(self.base).with_changes(
            {
                self._cell(f): f.shift
                for f in past
                if 0 <= self.base.index_of(f.day) < self.base.n_days
            }
        )

    def _cell(self, pin: FixedDuty) -> tuple[int, int]:
        return self.base.employee_index[pin.staff], self.base.index_of(pin.day)

    def find(
        self, rules: Sequence[Rule], pins: Sequence[FixedDuty], e: int | None
    ) -> Iterator[Collision]:
        """Yield collisions among pins; of a pin in several, perhaps one only."""
        if self.deadline < time.monotonic():
            return
        staff = None if e is None else self.base.employees[e].id
        past = [f for f in self.past if staff in (None, f.staff)]
        builder = self._build(rules, e, past)
        if not builder.refusals and self._core(builder, pins) is None:
            return
        if self._possible(builder) is False:
            past = self._standing(rules, past, e)
            rules = self._keepable(rules, past, e)
            builder = self._build(rules, e, past)
        left = list(pins)
        while left and self.deadline > time.monotonic():
            core = self._core(builder, left)
            if core is None:
                return
            found = self._named(rules, past, self._smallest(builder, core), e)
            if found is not None:
                yield found
                core = found.pins
            left.remove(core[0])

    def _build(
        self, rules: Sequence[Rule], e: int | None, pins: Sequence[FixedDuty] = ()
    ) -> Builder:
        problem = replace(self.base, fixed=tuple(pins)) if pins else self.base
        if e is None:
            return build(problem, RuleSet(tuple(rules)))
        free = frozenset((e, d) for d in range(problem.n_days))
        return build(problem, RuleSet(tuple(rules)), around=self.published, free=free)

    def _possible(self, builder: Builder) -> bool | None:
        """Tell whether the model has a solution; None when not known in time."""
        from ortools.sat.python import cp_model

        if builder.refusals:
            return False
        status = self._solver().solve(builder.model)
        return {
            cp_model.OPTIMAL: True,
            cp_model.FEASIBLE: True,
            cp_model.INFEASIBLE: False,
        }.get(status)

    def _solver(self) -> cp_model.CpSolver:
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = max(
            0.1, min(_ONE, self.deadline - time.monotonic())
        )
        solver.parameters.catch_sigint_signal = False
        return solver

    def _standing(
        self, rules: Sequence[Rule], past: Sequence[FixedDuty], e: int | None
    ) -> list[FixedDuty]:
        """Return published cells that can stand together, the early ones left out first."""
        builder = self._build(rules, e)
        left = sorted(past, key=lambda f: f.day)
        if self._possible(builder) is False:
            return left
        while self.deadline > time.monotonic():
            core = self._core(builder, left)
            if core is None:
                break
            left.remove(min(self._smallest(builder, core), key=lambda f: f.day))
        return left

    def _keepable(
        self, rules: Sequence[Rule], past: Sequence[FixedDuty], e: int | None
    ) -> list[Rule]:
        """Return the rules that can be kept together without any pin."""
        if self._possible(self._build(rules, e, past)) is not False:
            return list(rules)
        kept: list[Rule] = []
        for rule in rules:
            if self._possible(self._build([*kept, rule], e, past)) is not False:
                kept.append(rule)
        return kept

    def _core(self, builder: Builder, pins: Sequence[FixedDuty]) -> list[FixedDuty] | None:
        """Return pins that cannot all stand, None when all can or nothing is proven."""
        from ortools.sat.python import cp_model

        literals: dict[int, FixedDuty] = {}
        builder.model.clear_assumptions()
        for pin in pins:
            fact = Fact(*self._cell(pin), frozenset({pin.shift}))
            one, open_ones = builder.variables.resolve(fact)
            if one:
                continue
            if not open_ones:
                return [pin]
            (literal,) = open_ones
            literals[literal.index] = pin
            builder.model.add_assumptions([literal])
        solver = self._solver()
        if solver.solve(builder.model) != cp_model.INFEASIBLE:
            return None
        core = [literals[i] for i in solver.sufficient_assumptions_for_infeasibility()]
        return core or list(literals.values())

    def _smallest(self, builder: Builder, core: list[FixedDuty]) -> list[FixedDuty]:
        """Return pins of a core none of which can be left out."""
        for pin in list(core):
            if pin in core and len(core) > 1:
                smaller = self._core(builder, [p for p in core if p is not pin])
                core = core if smaller is None else smaller
        return core

    def _named(
        self,
        rules: Sequence[Rule],
        past: Sequence[FixedDuty],
        pins: list[FixedDuty],
        e: int | None,
    ) -> Collision | None:
        """Prove on plain models that the pins collide, and name the rules without which not."""
        if self._possible(self._build(rules, e, [*past, *pins])) is not False:
            return None
        needed = list(rules)
        for rule in rules:
            fewer = [r for r in needed if r is not rule]
            if self._possible(self._build(fewer, e, [*past, *pins])) is False:
                needed = fewer
        pins = sorted(pins, key=lambda f: (f.day, f.staff))
        said = [(r, v) for r in needed for v in self._seen(r, pins)]
        if said:
            named = tuple(dict.fromkeys(r for r, _ in said))
            return Collision(
                tuple(pins),
                named,
                tuple(Text(r.say(v, "en"), r.say(v, "zh")) for r, v in said),
            )
        named = tuple(r for r in needed if r.id != _HOLDS_FIXED)
        return Collision(
            tuple(pins),
            named,
            tuple(
                Text(f"{r.title.en}: {r.text.en}", f"{r.title.zh}：{r.text.zh}") for r in named
            ),
        )

    def _seen(self, rule: Rule, pins: list[FixedDuty]) -> list[Violation]:
        """Return what the rule's checker finds in the cells that are known."""
        cells = {self._cell(pin): pin.shift for pin in pins}
        until = self.base.published_until
        roster = self.published.with_changes(cells)
        roster = Roster(replace(self.base, fixed=(*self.past, *pins)), roster.cells)

        def known(staff: str, day: object) -> bool:
            cell = self.base.employee_index[staff], self.base.index_of(day)
            return cell in cells or cell[1] < 0 or (until is not None and day <= until)

        return [
            v
            for v in rule.check(roster)
            if v.level is Level.HARD
            and v.who
            and v.when
            and all(known(i, day) for i in v.who for day in v.when)
            and any(f.staff in v.who and f.day in v.when for f in pins)
        ]


__all__ = ["Collision", "collisions"]
