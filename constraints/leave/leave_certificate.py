"""The certificate of sick leave.

Leave is in whole days, so that every sick leave lasts a day or more: a certificate is awaited
until the sheet says that it is there. In an emergency (marked exceptional) it may follow: it
is due on the first day after the leave. It covers one unbroken span, as a row of the sheet
is: each row needs its own, and sick leave of one person that touches or overlaps, approved or
asked for, is one absence, at whose end the certificate of an emergency is due; a day between
makes it two. What is awaited rejects nothing, and nothing is approved before it is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from roster.leave.desk import Case
from roster.leave.request import LeaveRequest
from roster.leave.rule import LeaveRule
from roster.model import Builder
from roster.problem import LeaveKind, Problem, Status
from roster.rule import Citation, Violation
from roster.words import Text, day_text, days_text


@dataclass(frozen=True, kw_only=True)
class LeaveCertificate(LeaveRule):
    """Sick leave has a certificate."""

    id = "leave_certificate"
    cite = (Citation("telecom: sick leave", "telecom：病假证明"),)
    title = Text("Certificate of sick leave", "病假证明")
    text = Text(
        "Sick leave of a day or more awaits its certificate; in an emergency it may follow on "
        "the first day after.",
        "病假满一天须有证明；急诊可在病假结束后第一天补交。",
    )
    messages = {
        "kind": Text("this is no sick leave", "不是病假"),
        "there": Text("certificate handed in for {days}", "已交证明：{days}"),
        "open": Text("certificate awaited for {days}", "待交证明：{days}"),
        "later": Text(
            "emergency: certificate awaited for {days}, due on {due}",
            "急诊：待交证明（{days}），应于{due}交",
        ),
    }

    def add_to(self, builder: Builder) -> None:
        """Bar nothing: a certificate is awaited."""

    def check(self, case: Case) -> Iterator[Violation]:
        """Find nothing: what is awaited breaks no rule."""
        yield from ()

    def awaits(self, case: Case, request: LeaveRequest) -> Iterable[str]:
        """Return the certificate while sick leave has none."""
        leave = request.leave
        if leave.kind is LeaveKind.SICK and not leave.certificate:
            yield "certificate"

    def _ends(self, problem: Problem, request: LeaveRequest) -> date:
        """Return the last day of the absence that the leave belongs to."""
        states = (Status.APPROVED, Status.REQUESTED)
        last, day = request.leave.last, timedelta(days=1)
        spans = sorted(
            (x.first, x.last)
            for x in problem.leaves
            if x.staff == request.leave.staff
            and x.kind is LeaveKind.SICK
            and x.status in states
        )
        for first, end in spans:
            if first <= last + day and end > last:
                last = end
        return last

    def evidence(self, case: Case, request: LeaveRequest) -> Text:
        """Say whether it is there, and when it is due."""
        leave = request.leave
        if leave.kind is not LeaveKind.SICK:
            return self.messages["kind"]
        key = "there" if leave.certificate else "later" if leave.exceptional else "open"
        due = self._ends(case.problem, request) + timedelta(days=1)
        days = days_text((leave.first, leave.last))
        return self.messages[key].format(days=days, due=day_text(due))
