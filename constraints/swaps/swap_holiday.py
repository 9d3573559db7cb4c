"""No swaps on statutory holidays.

A duty on a statutory holiday is neither given away nor taken in a swap. A duty belongs to the
day on which it starts: the night that begins on the evening before a holiday is no holiday's
duty, the one that begins on the holiday's evening is. With `holiday_by=any_minute` a duty
with a minute on a holiday is one too. Statutory holidays are the days of the Regulation
itself (New Year's Eve of the lunar year and the three days after it among them); moved days
off beside them are not. The Calendar sheet wins over the library.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from roster.model import Builder
from roster.problem import DAY_MINUTES, Problem
from roster.rule import Citation, Violation, choice
from roster.swaps.desk import Case
from roster.swaps.exchange import Exchange, Leg
from roster.swaps.rule import SwapRule
from roster.words import Text, day_text, joined


@dataclass(frozen=True, kw_only=True)
class SwapHoliday(SwapRule):
    """Holiday duties stay with whom they were given to."""

    id = "swap_holiday"
    by_leg = True
    cite = (
        Citation("web-centre: none on holidays", "web-centre：节假日不换班"),
        Citation("telecom: none on holidays", "telecom：节假日不换班"),
        Citation("service-centre: holiday means statutory", "service-centre：节假日指法定"),
    )
    title = Text("No swaps on holidays", "节假日不换班")
    text = Text(
        "A duty on a statutory holiday is neither swapped away nor swapped into.",
        "法定节假日的班既不能换出，也不能换入。",
    )
    messages = {
        "": Text(
            "{who}: {code} on {when} is a duty on a statutory holiday{name}",
            "{who}：{when} {code} 班是法定节假日的班{name}",
        ),
        "held": Text("no statutory holiday: {days}", "均非法定节假日：{days}"),
    }

    holiday_by: str = choice(
        "start",
        ("start", "any_minute"),
        "a duty is a holiday's by its start or by any minute",
        "按开始日还是按任一分钟算节假日班",
    )

    def add_to(self, builder: Builder) -> None:
        """Bar offers that touch a holiday."""
        problem = builder.problem
        for offer in builder.offers:
            for leg in (offer.side.gives, offer.side.takes):
                if leg is None:
                    continue
                days = [leg.d]
                shift = problem.shift_by_code.get(leg.code)
                if self.holiday_by == "any_minute" and shift is not None:
                    days = [
                        leg.d + later
                        for later in range(-(-shift.end // DAY_MINUTES))
                        if any(
                            a < (later + 1) * DAY_MINUTES and b > later * DAY_MINUTES
                            for a, b in shift.segments
                        )
                    ]
                if any(problem.calendar.is_holiday(problem.date_of(d)) for d in days):
                    builder.forbid([offer.taken], by=self)

    def check(self, case: Case) -> Iterator[Violation]:
        """Look at each duty that changes hands, minute by minute if need be."""
        for x in case.taken:
            for leg in x.legs:
                hit = self._holiday(case.problem, leg)
                if hit is not None:
                    name = case.problem.calendar.name(hit)
                    yield self.finding(
                        case,
                        x,
                        "",
                        who=[e for e in (leg.giver, leg.taker) if e is not None],
                        when=[leg.d],
                        code=leg.code or Text("the duty", "该"),
                        name=Text(f" ({name.en})", f"（{name.zh}）") if name.en else name,
                    )

    def _holiday(self, problem: Problem, leg: Leg):
        day = problem.date_of(leg.d)
        minutes = [0]
        shift = problem.shift_by_code.get(leg.code)
        if self.holiday_by == "any_minute" and shift is not None:
            minutes = [m for a, b in shift.segments for m in range(a, b)]
        for later in sorted({m // DAY_MINUTES for m in minutes}):
            if problem.calendar.is_holiday(day + timedelta(days=later)):
                return day + timedelta(days=later)
        return None

    def evidence(self, case: Case, exchange: Exchange) -> Text:
        """Name the days."""
        days = [
            day_text(day)
            for day in dict.fromkeys(case.problem.date_of(leg.d) for leg in exchange.legs)
        ]
        shown = joined(days, ", ", "、")
        return self.messages["held"].format(days=shown)
