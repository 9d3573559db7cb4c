"""No consecutive swaps.

A day is *touched* when a duty of the person is given away or received on it. The person's
sequence is made of the days that are duty days before or after the swaps, those in force and
those asked for taken together, the last days of the previous month and its swaps included.
No day touched by one swap is next in that sequence to a day touched by another: between the
days of two swaps lies at least one duty that no swap touches. With `by=day` the neighbours
are those of the calendar, whatever the person does on the days between.

The two legs of one swap are not two swaps. A day touched by a swap in force cannot be
swapped again. Days after the horizon's end (a return that is owed) are known as touched, the
duties between are not: such a day is next to the last day known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from constraints._runs import LOOK_BACK
from roster.model import Builder
from roster.plan import Roster
from roster.rule import Citation, Violation, choice
from roster.swaps.desk import Case
from roster.swaps.exchange import Exchange, Side
from roster.swaps.rule import SwapRule
from roster.words import Text, day_text, joined


@dataclass(frozen=True, kw_only=True)
class SwapConsecutive(SwapRule):
    """Swapped duties may not follow one another."""

    id = "swap_consecutive"
    by_leg = True
    cite = (
        Citation("web-centre: no consecutive swaps", "web-centre：不得连续换班"),
        Citation("telecom: no consecutive swaps", "telecom：不得连续换班"),
    )
    title = Text("No consecutive swaps", "不得连续换班")
    text = Text(
        "No day touched by one swap is next to a day touched by another in a person's duties.",
        "同一人的班次中，一次换班涉及的日子不得与另一次换班涉及的日子前后相邻。",
    )
    messages = {
        "": Text(
            "{who}: {day} ({this}) is next to {other} ({that})",
            "{who}：{day}（{this}）与{other}（{that}）相邻",
        ),
        "twice": Text(
            "{who}: {day} is touched by {this} and by {that}",
            "{who}：{day}同时涉及{this}和{that}",
        ),
        "held": Text(
            "{who}: no other swap next to {days}",
            "{who}：{days}前后没有其他换班",
        ),
    }

    by: str = choice(
        "duty",
        ("duty", "day"),
        "neighbours in duties or in the calendar",
        "按班次还是按日历相邻",
    )

    def add_to(self, builder: Builder) -> None:
        """Bar two swaps of a person with no untouched duty between two of their days."""
        base = builder.around
        mine: dict[int, list] = {}
        for x in builder.in_force:
            for side in x.sides:
                mine.setdefault(side.e, []).append((x, side, None))
        for offer in builder.offers:
            mine.setdefault(offer.side.e, []).append((offer.key, offer.side, offer.taken))
        known = set(range(builder.problem.n_days))
        for e, sides in mine.items():
            fixed = {d for _, side, taken in sides if taken is None for d in side.days}
            for i, (one, a, first) in enumerate(sides):
                for other, b, second in sides[i + 1 :]:
                    if one == other or (first is None and second is None):
                        continue
                    if None not in (first, second) and not known.isdisjoint(
                        set(a.days).intersection(b.days)
                    ):
                        continue  # one cell: only one of them is taken anyway
                    if any(self._near(base, e, u, v, fixed) for u in a.days for v in b.days):
                        both = [t for t in (first, second) if t is not None]
                        builder.forbid(both, by=self)

    def _near(self, base: Roster, e: int, u: int, v: int, fixed: set[int]) -> bool:
        """Tell whether no duty that stays what it is can lie between two days.

        Duties between that are touched themselves do not part them: somewhere on the way
        from one swap's day to the other's two days of different swaps are neighbours.
        """
        low, high = min(u, v), max(u, v)
        if self.by == "day":
            return high - low <= 1
        between = range(low + 1, min(high, base.problem.n_days))
        return not any(base.on(e, d) and d not in fixed for d in between)

    def check(self, case: Case) -> Iterator[Violation]:
        """Walk each person's sequence and compare neighbours."""
        taken = set(case.taken)
        for e in case.people:
            touched: dict[int, list[Exchange]] = {}
            for side, x in case.sides(e):
                for d in side.days:
                    touched.setdefault(d, []).append(x)
            for d, by in touched.items():
                for x in taken.intersection(by) if len(by) > 1 else ():
                    other = next(y for y in by if y is not x)
                    yield self._finding(case, "twice", e, d, x, d, other)
            days = self._sequence(case, e, touched)
            for u, v in pairwise(days):
                if self.by == "day" and v - u > 1:
                    continue
                for a in touched.get(u, ()):
                    for b in touched.get(v, ()):
                        if a is not b and a in taken:
                            yield self._finding(case, "", e, u, a, v, b)
                        if a is not b and b in taken:
                            yield self._finding(case, "", e, v, b, u, a)

    def _sequence(self, case: Case, e: int, touched: dict[int, list[Exchange]]) -> list[int]:
        """Return the days that are duty days before or after, in order.

        Duties that the swaps add or take away lie on days that are touched.
        """
        before = case.before
        known = (d for d in range(-LOOK_BACK, case.problem.n_days) if before.on(e, d))
        return sorted({*touched, *known})

    def _finding(
        self, case: Case, sentence: str, e: int, d: int, x: Exchange, other: int, y: Exchange
    ) -> Violation:
        facts = {} if sentence else {"other": case.problem.date_of(other)}
        return self.finding(
            case,
            x,
            sentence,
            who=[e],
            when=sorted({d, other}),
            day=case.problem.date_of(d),
            this=x.label,
            that=y.label,
            **facts,
        )

    def evidence(self, case: Case, exchange: Exchange) -> Text:
        """Name the days that were looked at."""
        parts = [
            self.messages["held"].format(who=case.called(s.e), days=_days(case, s))
            for s in exchange.sides
        ]
        return joined(parts)


def _days(case: Case, side: Side) -> Text:
    days = [day_text(case.problem.date_of(d)) for d in side.days]
    return joined(days, " and ", "和")
