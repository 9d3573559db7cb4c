"""The contract of a rule that judges leave.

Its checker sees a `Case`: the roster, what is in force, and some requests taken as granted.
Its encoder speaks to the Builder of ``builder.leaves``: a request and a literal that says
whether it is granted. As at the swap desk a rule also says what it looked at when it holds.
What is only awaited (a certificate, a signature) breaks nothing and bars nothing; it stands
beside the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from roster.rule import Rule, Violation
from roster.words import Text

if TYPE_CHECKING:
    from roster.leave.desk import Case
    from roster.leave.request import LeaveRequest


@dataclass(frozen=True, kw_only=True)
class LeaveRule(Rule):
    """Base of the leave rules."""

    judges = "leave"
    unit = "requests"

    def check(self, case: Case) -> Iterator[Violation]:
        """Yield every departure of the requests taken from the rule."""
        raise TypeError(f"{self.id} has no checker")

    def evidence(self, case: Case, request: LeaveRequest) -> Text:
        """Return what was looked at in a request that keeps the rule."""
        raise TypeError(f"{self.id} gives no evidence")

    def awaits(self, case: Case, request: LeaveRequest) -> Iterable[str]:
        """Return what is still awaited: ``certificate``, ``approver``."""
        return ()

    def approver(self, request: LeaveRequest) -> str:
        """Return who must approve, a key of `roster.leave.report.APPROVERS`; or empty."""
        return ""

    def needs_stand_in(self, request: LeaveRequest) -> bool:
        """Tell whether the duties of the request must be handed over."""
        return False

    def finding(
        self,
        case: Case,
        request: LeaveRequest,
        sentence: str,
        *,
        when: Iterable[int] = (),
        amount: int = 1,
        for_manager: bool = False,
        **facts: object,
    ) -> Violation:
        """Return a violation of a request; `sentence` is a key of `messages`."""
        made = self.violation(
            case.problem, amount, who=[request.e], when=when, case=sentence, **facts
        )
        return replace(made, for_manager=for_manager, of=request.id)
