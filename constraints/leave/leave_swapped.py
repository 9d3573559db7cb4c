"""No leave on a swapped duty.

Nobody has leave on a day on which they take a duty through a swap in force, approved or
carried out: the partner not on the day of the duty received, the applicant not on that of the
duty returned, a member of a ring not on that of the duty taken. The day on which a duty was
given away may be taken as leave. (A swap into somebody's leave is the affair of
``swap_no_leave``.) Duties owed after the roster's end count as far as the register has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.leave.desk import Case
from roster.leave.request import LeaveRequest
from roster.leave.rule import LeaveRule
from roster.model import Builder
from roster.rule import Citation, Violation
from roster.swaps.exchange import Exchange, Leg
from roster.words import Text, day_text, days_text


@dataclass(frozen=True, kw_only=True)
class LeaveSwapped(LeaveRule):
    """Who takes a duty in a swap is there."""

    id = "leave_swapped"
    cite = (
        Citation("web-centre: no leave on a swapped duty", "web-centre：换班还班不得请假"),
        Citation("telecom: no leave on a swapped duty", "telecom：换班还班不得请假"),
    )
    title = Text("No leave on a swapped duty", "换班还班不得请假")
    text = Text(
        "No leave on the day of a duty received or returned in a swap.",
        "换入的班和还的班，当天不得请假。",
    )
    messages = {
        "": Text(
            "{day}: duty {code} taken from {giver} in {swap}",
            "{day}：{swap}中从 {giver} 接了 {code} 班",
        ),
        "held": Text("no duty taken in a swap: {days}", "没有换入或还的班：{days}"),
    }

    def add_to(self, builder: Builder) -> None:
        """Bar leave on the days of duties taken."""
        taken_on = {
            (side.e, side.takes.d)
            for x in builder.in_force
            for side in x.sides
            if side.takes is not None
        }
        for request, taken in builder.leaves:
            if any(e == request.e and request.covers(d) for e, d in taken_on):
                builder.forbid([taken], by=self)

    def check(self, case: Case) -> Iterator[Violation]:
        """Look at every duty that changes hands."""
        for x in case.taken:
            for exchange, leg in self._taken(case, x):
                yield self.finding(
                    case,
                    x,
                    "",
                    when=[leg.d],
                    day=day_text(case.problem.date_of(leg.d)),
                    code=leg.code or "?",
                    giver=case.called(leg.giver),
                    swap=exchange.label,
                )

    def _taken(self, case: Case, request: LeaveRequest) -> Iterator[tuple[Exchange, Leg]]:
        for exchange in case.desk.in_force:
            for leg in exchange.legs:
                day = case.problem.date_of(leg.d)
                if leg.taker == request.e and request.leave.first <= day <= request.leave.last:
                    yield exchange, leg

    def evidence(self, case: Case, request: LeaveRequest) -> Text:
        """Name the days."""
        days = days_text((request.leave.first, request.leave.last))
        return self.messages["held"].format(days=days)
