"""No double shift through a swap.

After the swap nobody who takes a duty has two duties on that day, and from the end of the
duty before to its start, and from its end to the start of the next, lie at least
`min_minutes`. A duty that was as close before to the one given away on the same day is not the
swap's doing. The last duties of the history count; a duty owed after the horizon, once its
shift is typed, is compared with the last duty known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from constraints._runs import LOOK_BACK
from roster.model import Builder
from roster.problem import DAY_MINUTES, Problem, Shift
from roster.rule import Citation, Violation, whole
from roster.swaps.desk import Case
from roster.swaps.exchange import Exchange
from roster.swaps.rule import SwapRule
from roster.words import Text, day_text, hours_text, joined


@dataclass(frozen=True, kw_only=True)
class SwapDoubleShift(SwapRule):
    """Neither person works two shifts back to back because of a swap."""

    id = "swap_double_shift"
    cite = (
        Citation("web-centre: no double shift through a swap", "web-centre：换班不得连班"),
        Citation("telecom: no double shift through a swap", "telecom：换班不得连班"),
    )
    title = Text("No double shift", "换班不得连班")
    text = Text(
        "After the swap nobody has two duties on one day or too close together because of it.",
        "换班后不得因此一天上两个班，或两班间隔过短。",
    )
    messages = {
        "same day": Text(
            "{who}: has {own} on {when} already, {code} would be the second duty",
            "{who}：{when}已有 {own} 班，再接 {code} 班即为连班",
        ),
        "": Text(
            "{who}: {rest} h from {first} on {day} to {second} on {next}, {needed} h needed",
            "{who}：{day} {first} 班到{next} {second} 班只隔 {rest} 小时，需要 {needed} 小时",
        ),
        "held": Text(
            "{who}: {code} on {day}, no duty beside it too close through the swap ({needed} h)",
            "{who}：{day} {code} 班，前后班次没有因换班而过近（{needed} 小时）",
        ),
        "none": Text("no duty is taken inside the period", "排班期内没有接班"),
    }

    min_minutes: int = whole(
        660, 0, 2880, "least minutes between the duties", "两班之间最少分钟数"
    )

    def add_to(self, builder: Builder) -> None:
        """Bar an offer together with each duty that would be too close."""
        problem = builder.problem
        for offer in builder.offers:
            leg = offer.side.takes
            if leg is None or leg.code not in problem.shift_by_code:
                continue
            given = None
            if offer.side.gives is not None and offer.side.gives.d == leg.d:
                given = problem.shift_by_code.get(offer.side.gives.code)
            if leg.d < problem.n_days and builder.around.on(leg.taker, leg.d) and not given:
                builder.forbid([offer.taken], by=self)
                continue
            taken = problem.shift_by_code[leg.code]
            for d, codes in self._close(problem, leg.d, taken):
                # What stood as close to the duty given that day is not the swap's doing.
                now = builder.around.code(leg.taker, d) if d < problem.n_days else None
                if given is not None and now in codes:
                    beside = problem.shift_by_code[now]
                    if self._rest(leg.d, given, d, beside) <= self._rest(
                        leg.d, taken, d, beside
                    ):
                        codes = codes - {now}
                if codes and d < problem.n_days:
                    beside_it = builder.one_of(leg.taker, d, codes)
                    builder.forbid([offer.taken, beside_it], by=self)

    def _close(
        self, problem: Problem, d: int, taken: Shift
    ) -> Iterator[tuple[int, frozenset[str]]]:
        """Yield the days around, each with the codes that are too close to a duty."""
        longest = max((s.end for s in problem.shifts), default=0)
        reach = -(-(longest + self.min_minutes) // DAY_MINUTES)
        for other in (*range(d - reach, d), *range(d + 1, d + reach + 1)):
            yield (
                other,
                frozenset(
                    s.code
                    for s in problem.shifts
                    if self._rest(d, taken, other, s) < self.min_minutes
                ),
            )

    @staticmethod
    def _rest(d: int, a: Shift, other: int, b: Shift) -> int:
        """Return the minutes between two duties on different days."""
        if d > other:
            d, a, other, b = other, b, d, a
        return (other - d) * DAY_MINUTES + b.start - a.end

    def check(self, case: Case) -> Iterator[Violation]:
        """Look at the duties before and after each duty taken."""
        problem = case.problem
        for x in case.taken:
            for leg in x.legs:
                if leg.taker is None or leg.d < 0:
                    continue
                e = leg.taker
                inside = leg.d < problem.n_days
                own = case.before.shift(e, leg.d) if inside else None
                gives = any(o.giver == e and o.d == leg.d for o in x.legs)
                if own is not None and not gives:
                    yield self.finding(
                        case, x, "same day", who=[e], when=[leg.d], own=own.code, code=leg.code
                    )
                duties = dict(case.after.duties_of(e, -LOOK_BACK))
                if not inside and leg.code in problem.shift_by_code:
                    duties[leg.d] = problem.shift_by_code[leg.code]
                days = sorted(duties)
                at = days.index(leg.d) if leg.d in duties else -2
                for i in (at, at + 1):
                    if not 1 <= i < len(days):
                        continue
                    d1, d2 = days[i - 1], days[i]
                    first, second = duties[d1], duties[d2]
                    rest = (d2 - d1) * DAY_MINUTES + second.start - first.end
                    if rest >= self.min_minutes:
                        continue
                    if own is not None and gives:
                        # As close to the duty given on the same day: not the swap's doing.
                        beside = d1 if d2 == leg.d else d2
                        if case.before.shift(e, beside) is duties[beside]:
                            was = {d1: first, d2: second} | {leg.d: own}
                            before = (d2 - d1) * DAY_MINUTES + was[d2].start - was[d1].end
                            if before <= rest:
                                continue
                    yield self.finding(
                        case,
                        x,
                        "",
                        who=[e],
                        when=[d1, d2],
                        amount=self.min_minutes - rest,
                        rest=hours_text(rest),
                        needed=hours_text(self.min_minutes),
                        first=first.code,
                        second=second.code,
                        day=problem.date_of(d1),
                        next=problem.date_of(d2),
                    )

    def evidence(self, case: Case, exchange: Exchange) -> Text:
        """Name the duties taken."""
        parts = [
            self.messages["held"].format(
                who=case.called(leg.taker),
                code=leg.code,
                day=day_text(case.problem.date_of(leg.d)),
                needed=hours_text(self.min_minutes),
            )
            for leg in exchange.legs
            if leg.taker is not None and 0 <= leg.d < case.problem.n_days
        ] or [self.messages["none"]]
        return joined(parts)
