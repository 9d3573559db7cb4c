"""Limit of swaps.

A person has at most `per_month` swaps in a calendar month, the one asked for included.
What counts:

* Rows carried out and rows approved; a requested, referred, rejected, stale or withdrawn row
  does not.
* The month is that of the applicant's `date`, for both people; a return in another month
  counts there for nothing.
* One swap counts once for each of its two people, return and all. A ring counts once for each
  of its members, in the month of the duty that the member gives.
* Applicant and partner each stand on their own limit.

Calendar months are the months of the dates; a horizon that is no whole month counts what the
file knows of each month it touches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from roster.model import Builder
from roster.rule import Citation, Violation, whole
from roster.swaps.desk import Case
from roster.swaps.exchange import Exchange, Side
from roster.swaps.rule import SwapRule
from roster.words import Text, day_text, joined, month_text


@dataclass(frozen=True, kw_only=True)
class SwapLimit(SwapRule):
    """At most so many swaps a person a month."""

    id = "swap_limit"
    by_leg = True
    cite = (
        Citation("web-centre: swap limit", "web-centre：换班次数"),
        Citation("telecom: swap limit", "telecom：换班次数"),
    )
    title = Text("Limit of swaps", "换班次数")
    text = Text(
        "At most so many swaps a person a calendar month; each person of a swap or ring counts "
        "it once.",
        "每人每个自然月换班不超过规定次数；一次换班（含还班）或一个环对每个参加者各计一次。",
    )
    messages = {
        "": Text(
            "{who}: swap no. {count} in {month}, limit {limit} ({others})",
            "{who}：{month}第 {count} 次换班，上限 {limit} 次（{others}）",
        ),
        "held": Text(
            "{who}: swap no. {count} in {month}, limit {limit} ({others})",
            "{who}：{month}第 {count} 次换班，上限 {limit} 次（{others}）",
        ),
    }

    per_month: int = whole(3, 0, 100, "most swaps a month", "每月最多换班次数")

    def add_to(self, builder: Builder) -> None:
        """Bound the offers of a person and month, and what is in force, together."""
        groups: dict[tuple[int, int, int], list] = {}
        for offer in builder.offers:
            key = (offer.side.e, offer.side.day.year, offer.side.day.month)
            groups.setdefault(key, []).append((1, offer.taken))
        for (e, year, month), terms in groups.items():
            used = sum(
                s.e == e and (s.day.year, s.day.month) == (year, month)
                for x in builder.in_force
                for s in x.sides
            )
            builder.at_most(terms, self.per_month - used, by=self)

    def check(self, case: Case) -> Iterator[Violation]:
        """Count each person's swaps in the month of each exchange."""
        for x in case.taken:
            for side in x.sides:
                same_month = self._in_month(case, side)
                if len(same_month) > self.per_month:
                    yield self.finding(
                        case,
                        x,
                        "",
                        who=[side.e],
                        when=[case.problem.index_of(side.day)],
                        amount=len(same_month) - self.per_month,
                        **self._facts(case, side, same_month),
                    )

    def _in_month(self, case: Case, side: Side) -> list[tuple[Side, Exchange]]:
        month = (side.day.year, side.day.month)
        return [(s, x) for s, x in case.sides(side.e) if (s.day.year, s.day.month) == month]

    def _facts(
        self, case: Case, side: Side, counted: list[tuple[Side, Exchange]]
    ) -> dict[str, object]:
        others = [_named(case, s) for s, _ in counted if s is not side]
        none = Text("no other", "无其他换班")
        return {
            "count": len(counted),
            "month": month_text(side.day),
            "limit": self.per_month,
            "others": joined(others) if others else none,
        }

    def evidence(self, case: Case, exchange: Exchange) -> Text:
        """Count for each person."""
        parts = [
            self.messages["held"].format(
                who=case.called(side.e),
                **self._facts(case, side, self._in_month(case, side)),
            )
            for side in exchange.sides
        ]
        return joined(parts)


def _named(case: Case, side: Side) -> Text:
    day, other = day_text(_date(case, side)), case.called(side.partner)
    return Text(f"{day.en} with {other}", f"{day.zh}与 {other}")


def _date(case: Case, side: Side) -> date:
    leg = side.gives or side.takes
    return case.problem.date_of(leg.d)
