"""Fair hours.

Each person's hours, against their share of the hours that the Demand sheet asks for (never
less than their least hours, nor more than their most), in proportion to availability and
contract, with at most a duty's worth (8 h) of earlier months made up for.
Within `tolerance` hours of the share nothing is charged; each started hour beyond costs one
unit, and from a further 8 h on two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import gcd

from constraints._encode import near_share
from constraints.fairness._shares import HandedOut, Shares, bounds, contract, handed_out, once
from constraints.time.monthly_hours import paid_leave, worked_terms
from roster.model import Builder
from roster.plan import Roster
from roster.problem import Problem
from roster.rule import PROJECT, Level, Rule, Violation, whole
from roster.words import Text, hours_text

_DUTY = 480


@dataclass(frozen=True, kw_only=True)
class FairHours(Rule):
    """Hours in proportion."""

    id = "fair_hours"
    cite = (PROJECT,)
    unit = "hours"
    title = Text("Fair hours", "工时公平")
    text = Text(
        "Hours are shared in proportion to availability and contract, earlier months included.",
        "工时按可上岗天数和合同比例分摊，并计入以往月份。",
    )
    messages = {
        "": Text(
            "{who}: {hours} h, share {share} h, more than the tolerance apart",
            "{who}：工时 {hours} 小时，应分摊 {share} 小时，相差超出允许",
        )
    }

    level: Level = Level.SOFT
    weight: int = 1
    tolerance: int = whole(8, 0, 200, "hours that may differ", "允许相差的小时数")

    @once
    def _shares(self, problem: Problem) -> Shares:
        made, owed = self._handed_out(problem, range(problem.n_days)), self.owed(problem)
        return tuple(
            self._within(problem, e, t + max(-_DUTY, min(_DUTY, owed[e]))) if rate else None
            for e, (rate, t) in enumerate(zip(made.rates, made.total))
        )

    def _handed_out(self, problem: Problem, days: Sequence[int]) -> HandedOut:
        """Return the minutes asked of each person on the days, which may be a part."""
        part = len(days) / problem.n_days
        least, limits = [], []
        for e, p in enumerate(problem.employees):
            # What the duties open to the person can add up to.
            paid = [problem.shift_by_code[c].paid_minutes for c in problem.fitting_codes[e]]
            step = gcd(*paid) or 1
            low, high = 0, None
            if p.min_minutes is not None:
                low = problem.scaled(p.min_minutes, e, up=True) - paid_leave(problem, e)
                low = max(0, -(-low // step) * step)
            if p.max_minutes is not None:
                high = part * (problem.scaled(p.max_minutes, e) // step * step)
            least.append(part * low)
            limits.append(high)
        return handed_out(
            problem,
            [(d,) for d in days],
            frozenset(problem.shift_by_code),
            worth=lambda code: problem.shift_by_code[code].paid_minutes,
            least=least,
            limits=limits,
        )

    @property
    def shared(self) -> dict[str, FairHours]:
        """What is shared, by its name in the carry-over: `part` and `owed` tell of it."""
        return {"minutes": self}

    def part(self, roster: Roster, days: Sequence[int]) -> tuple[float, ...]:
        """Return each person's part of the minutes worked on the days."""
        worked = [roster.minutes(e, days) for e in range(len(roster.problem.employees))]
        return self._handed_out(roster.problem, days).parts(worked)

    def owed(self, problem: Problem) -> list[float]:
        """Return the minutes by which each person is behind (or ahead, below 0) so far.

        Where the part so far is not known, what all of those have worked is shared by
        contract; somebody who joined within the year before is not measured by months in
        which they were not there.
        """
        owed = [0.0] * len(problem.employees)
        unknown: dict[int, int] = {}
        for e, person in enumerate(problem.employees):
            row = problem.carry_over.get(person.id)
            if row is None:
                continue
            joined = person.start_date
            if row.minutes_due is not None:
                owed[e] = row.minutes_due - row.minutes
            elif joined is None or joined < problem.start - timedelta(days=366):
                unknown[e] = row.minutes
        base = sum(contract(problem, e) for e in unknown) or 1.0
        total = sum(unknown.values())
        for e, minutes in unknown.items():
            owed[e] = total * contract(problem, e) / base - minutes
        return owed

    def _within(self, problem: Problem, e: int, minutes: float) -> float:
        """Return a share that does not ask for more than the person's most hours."""
        most = problem.employees[e].max_minutes
        return minutes if most is None else min(minutes, problem.scaled(most, e))

    def _range(self, share: float) -> tuple[int, int]:
        low, high = bounds(share)
        return low - self.tolerance * 60, high + self.tolerance * 60

    def add_to(self, builder: Builder) -> None:
        """Charge the hours outside the range."""
        problem = builder.problem
        shares = self._shares(problem)
        for e in builder.people:
            share = shares[e]
            if share is not None:
                low, high = self._range(share)
                worked = worked_terms(builder, e, range(problem.n_days))
                near_share(builder, self, worked, low, high, _DUTY, 2, per=60)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Sum each person's hours."""
        problem = roster.problem
        shares = self._shares(problem)
        for e in roster.people:
            share = shares[e]
            if share is None:
                continue
            low, high = self._range(share)
            worked = roster.minutes(e)
            away = max(low - worked, worked - high)
            if away > 0:
                amount = -(-away // 60)
                # A lack is never more than the range's lower end.
                if away > _DUTY and (worked > high or low > _DUTY):
                    amount += -(-(away - _DUTY) // 60)
                yield self.violation(
                    problem,
                    amount,
                    who=[e],
                    hours=hours_text(worked),
                    share=hours_text(round(share)),
                )
