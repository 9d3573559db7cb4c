"""The week's lead stays the lead.

After the swap the lead of each week still keeps ``lead_presence`` and ``lead_handover``: what
these two find then and did not find before, or find worse, breaks this rule. Whoever leads
the week may swap as long as both hold. Where a workbook has one of the two soft or off, it
binds no swap either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.rule import Citation, Level, Scope, Violation
from roster.swaps.desk import Case
from roster.swaps.exchange import Exchange
from roster.swaps.rule import SwapRule
from roster.words import Text

_RULES = ("lead_presence", "lead_handover")


@dataclass(frozen=True, kw_only=True)
class SwapLeadWeek(SwapRule):
    """Presence and hand-over of the lead hold after the swap."""

    id = "swap_lead_week"
    cite = (
        Citation("base-team: presence of the lead", "base-team：轮值班长的检查职责"),
        Citation("base-team: hand-over", "base-team：轮值交接"),
    )
    scope = Scope.TEAM
    title = Text("The week's lead", "轮值班长在岗不变")
    text = Text(
        "After the swap the week's lead is still present and still hands over.",
        "换班后，轮值班长的在岗和交接要求仍须满足。",
    )
    messages = {
        "": Text("the week's lead: {what}", "轮值班长：{what}"),
        "held": Text(
            "nothing new against presence and hand-over of the lead",
            "轮值班长的在岗与交接没有新的问题",
        ),
    }

    def add_to(self, builder: Builder) -> None:
        """State the two rules on the roster after the swaps."""
        for rule in builder.rules.hard:
            if rule.id in _RULES:
                rule.add_to(builder)

    def check(self, case: Case) -> Iterator[Violation]:
        """Run the two checkers on the roster before and after."""
        for found in case.hard_news.new:
            if found.rule in _RULES and found.level is Level.HARD:
                yield self.violation(
                    case.problem,
                    found.amount,
                    unit=found.unit,
                    who=[case.problem.employee_index[i] for i in found.who],
                    when=[case.problem.index_of(day) for day in found.when],
                    what=case.say(found),
                )

    def evidence(self, case: Case, exchange: Exchange) -> Text:
        """Say that both hold."""
        return self.messages["held"]
