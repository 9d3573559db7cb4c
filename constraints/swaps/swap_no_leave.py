"""No leave on a swapped duty.

Nobody takes a duty in a swap that starts on a day on which they have leave, approved or only
requested. (Leave asked for later on a duty received or returned is the affair of
``leave_swapped``.) Rejected leave does not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.problem import Leave, Problem, Status
from roster.rule import Citation, Violation
from roster.swaps.desk import Case
from roster.swaps.exchange import Exchange, Leg
from roster.swaps.rule import SwapRule
from roster.words import Text, day_text, joined

_STATES = {
    Status.APPROVED: Text("approved", "已批准"),
    Status.REQUESTED: Text("requested", "已申请"),
}


@dataclass(frozen=True, kw_only=True)
class SwapNoLeave(SwapRule):
    """Who takes a duty has no leave that day."""

    id = "swap_no_leave"
    by_leg = True
    cite = (
        Citation("web-centre: no leave on a swapped duty", "web-centre：换班不得请假"),
        Citation("telecom: no leave on a swapped duty", "telecom：换班不得请假"),
    )
    title = Text("No leave on a swapped duty", "换班日不得请假")
    text = Text(
        "Nobody takes a duty in a swap on a day of their requested or approved leave.",
        "不得在本人已申请或已批准请假的日子接班。",
    )
    messages = {
        "": Text(
            "{who}: leave {state} on {when}, the day of the duty to be taken",
            "{who}：{when}要接班，但当天的请假{state}",
        ),
        "held": Text("no leave: {who}", "没有请假：{who}"),
        "open": Text("depends on who takes the duty", "取决于由谁接班"),
    }

    def add_to(self, builder: Builder) -> None:
        """Bar offers whose taker is on leave."""
        problem = builder.problem
        away = {
            (leave.staff, d)
            for leave in problem.leaves
            if leave.status in _STATES
            for d in range(problem.index_of(leave.first), problem.index_of(leave.last) + 1)
        }
        for offer in builder.offers:
            leg = offer.side.takes
            if leg is not None and (problem.employees[leg.taker].id, leg.d) in away:
                builder.forbid([offer.taken], by=self)

    def check(self, case: Case) -> Iterator[Violation]:
        """Look for the taker's leave on the day of each duty."""
        for x in case.taken:
            for leg in x.legs:
                leave = self._leave(case.problem, leg)
                if leave is not None:
                    yield self.finding(
                        case,
                        x,
                        "",
                        who=[leg.taker],
                        when=[leg.d],
                        state=_STATES[leave.status],
                    )

    def _leave(self, problem: Problem, leg: Leg) -> Leave | None:
        if leg.taker is None:
            return None
        day, taker = problem.date_of(leg.d), problem.employees[leg.taker].id
        for leave in problem.leaves:
            if (
                leave.staff == taker
                and leave.first <= day <= leave.last
                and leave.status.value in ("approved", "requested")
            ):
                return leave
        return None

    def evidence(self, case: Case, exchange: Exchange) -> Text:
        """Name who takes a duty and when."""
        takers = []
        for leg in exchange.legs:
            if leg.taker is None:
                continue
            who, day = case.called(leg.taker), day_text(case.problem.date_of(leg.d))
            takers.append(Text(f"{who} on {day.en}", f"{who} {day.zh}"))
        if not takers:
            return self.messages["open"]
        return self.messages["held"].format(who=joined(takers, ", ", "、"))
