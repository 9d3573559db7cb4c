"""Who approves.

Leave of one calendar day is approved by the department head; longer leave, and official leave
always, by the centre head. Until *approved by* is filled in the approval is awaited; the
department head under a leave that needs the centre head leaves it awaited, the centre head
approves any. A name there counts as the approver needed, since the sheet does not say who
holds which office. With `levels=1` any entry approves any leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from roster.leave.desk import Case
from roster.leave.report import APPROVERS
from roster.leave.request import LeaveRequest
from roster.leave.rule import LeaveRule
from roster.model import Builder
from roster.problem import LeaveKind
from roster.rule import Citation, Violation, whole
from roster.words import Text, same
from roster.workbook import layout


@dataclass(frozen=True, kw_only=True)
class LeaveApprover(LeaveRule):
    """Approved by the right superior."""

    id = "leave_approver"
    cite = (
        Citation("telecom: who approves", "telecom：审批权限"),
        Citation("web-centre: who approves", "web-centre：上级批准"),
    )
    title = Text("Approver", "审批人")
    text = Text(
        "Up to one day the department head approves; longer leave, and official leave always, "
        "the centre head.",
        "一天以内由主任批准；一天以上及公假由中心主任批准。",
    )
    messages = {
        "signed": Text("{needed} needed, approved by {by}", "须{needed}批准，已由{by}批准"),
        "open": Text("approval by the {needed} is awaited", "待{needed}批准"),
        "lower": Text(
            "approved by the {by}; approval by the {needed} is awaited",
            "{by}已批准；待{needed}批准",
        ),
    }

    levels: int = whole(
        2, 1, 2, "2: by length of leave; 1: any superior", "2：按天数分级；1：任一上级"
    )

    def add_to(self, builder: Builder) -> None:
        """Bar nothing: an approval is awaited."""

    def check(self, case: Case) -> Iterator[Violation]:
        """Find nothing: what is awaited breaks no rule."""
        yield from ()

    def approver(self, request: LeaveRequest) -> str:
        """Return who must approve."""
        if self.levels == 1:
            return "superior"
        official = request.leave.kind is LeaveKind.OFFICIAL
        return "centre" if official or request.length > 1 else "department"

    def awaits(self, case: Case, request: LeaveRequest) -> Iterable[str]:
        """Return the approver while nobody who may has approved."""
        if self._state(request) != "signed":
            yield "approver"

    def _state(self, request: LeaveRequest) -> str:
        by = request.leave.approved_by.strip()
        if not by:
            return "open"
        lower = layout.find_word(layout.APPROVERS, by) == "department"
        return "lower" if lower and self.approver(request) == "centre" else "signed"

    def evidence(self, case: Case, request: LeaveRequest) -> Text:
        """Say who is needed and who has approved."""
        by = request.leave.approved_by.strip()
        key = layout.find_word(layout.APPROVERS, by) if by else None
        return self.messages[self._state(request)].format(
            needed=APPROVERS[self.approver(request)],
            by=APPROVERS[key] if key else same(by),
        )
