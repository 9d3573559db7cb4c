"""Notice.

Personal leave is asked for at least `personal` calendar days before its first day: with 1, on
the day before or earlier. Special leave is asked for at least `special` hours before the
person's first duty within it begins; without a duty in it there is nothing to be in time for.
Asked later, before or after the beginning, it is for the manager. Other kinds of leave need
no notice. Where the sheet does not say when it was asked for, notice is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from roster.leave.desk import Case
from roster.leave.request import LeaveRequest
from roster.leave.rule import LeaveRule
from roster.model import Builder
from roster.problem import LeaveKind
from roster.rule import Citation, Violation, whole
from roster.words import Text, day_text, moment_text


@dataclass(frozen=True, kw_only=True)
class LeaveNotice(LeaveRule):
    """Asked in time, else for the manager."""

    id = "leave_notice"
    cite = (
        Citation("telecom: notice", "telecom：事假提前申请"),
        Citation("split-day-shop: notice", "split-day-shop：提前一天申请"),
    )
    unit = "hours"
    title = Text("Notice of leave", "请假提前量")
    text = Text(
        "Personal leave is asked for some days ahead, special leave some hours before the "
        "duty; later it is for the manager.",
        "事假须提前规定天数，特殊事假须在班前规定小时数提出；晚于此由经理决定。",
    )
    messages = {
        "late": Text(
            "asked {asked}, later than {latest}; for the manager",
            "{asked}提出，晚于{latest}，由经理决定",
        ),
        "held": Text("asked {asked}, by {latest}", "{asked}提出，不晚于{latest}"),
        "unknown": Text(
            "when it was asked for is not known; notice is not judged",
            "未填申请时间，不判断提前量",
        ),
        "kind": Text("no notice is needed for this kind of leave", "该类请假不要求提前量"),
        "no_duty": Text("no duty on these days", "这几天没有班"),
    }

    personal: int = whole(1, 0, 365, "days ahead for personal leave", "事假须提前的天数")
    special: int = whole(
        1, 0, 720, "hours before the duty for special leave", "特殊事假须在班前的小时数"
    )

    def add_to(self, builder: Builder) -> None:
        """Bar nothing: what is late is left to the manager."""

    def check(self, case: Case) -> Iterator[Violation]:
        """Compare when each leave was asked for with the latest moment."""
        for x in case.taken:
            asked, (latest, shown) = x.leave.asked_at, self._latest(case, x)
            if asked is None or latest is None or asked <= latest:
                continue
            late = asked - latest
            yield self.finding(
                case,
                x,
                "late",
                when=[x.first],
                amount=-(-late // timedelta(hours=1)),
                for_manager=True,
                asked=moment_text(asked),
                latest=shown,
            )

    def _latest(self, case: Case, request: LeaveRequest) -> tuple[datetime | None, Text]:
        """Return the latest moment, and as people say it; None where there is none."""
        leave = request.leave
        if leave.kind is LeaveKind.PERSONAL:
            day = leave.first - timedelta(days=self.personal)
            return datetime.combine(day, time.max), day_text(day)
        if leave.kind is not LeaveKind.SPECIAL:
            return None, self.messages["kind"]
        duties = case.desk.duties(request)
        if not duties:
            return None, self.messages["no_duty"]
        d, shift = duties[0]
        begins = datetime.combine(case.problem.date_of(d), time())
        begins += timedelta(minutes=shift.start) - timedelta(hours=self.special)
        return begins, moment_text(begins)

    def evidence(self, case: Case, request: LeaveRequest) -> Text:
        """Say when it was asked for and by when it had to be."""
        latest, shown = self._latest(case, request)
        if latest is None:
            return shown
        asked = request.leave.asked_at
        if asked is None:
            return self.messages["unknown"]
        return self.messages["held"].format(asked=moment_text(asked), latest=shown)
