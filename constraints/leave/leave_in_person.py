"""Personal leave is asked in person.

Personal leave that somebody else asked for is rejected; any other kind may be asked for by
anybody, sick leave above all. *asked by* holds an id or a name; empty, or a word for oneself,
it is the person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.leave.desk import Case
from roster.leave.request import LeaveRequest
from roster.leave.rule import LeaveRule
from roster.model import Builder
from roster.problem import LeaveKind, Problem
from roster.rule import Citation, Violation
from roster.words import Text, same
from roster.workbook.layout import norm

_ONESELF = {"", "self", "本人", "自己"}


@dataclass(frozen=True, kw_only=True)
class LeaveInPerson(LeaveRule):
    """Personal leave is asked for by the person."""

    id = "leave_in_person"
    cite = (Citation("telecom: in person", "telecom：事假由本人办理"),)
    title = Text("Asked in person", "本人请假")
    text = Text(
        "Personal leave is asked for by the person; other leave by anybody.",
        "事假须由本人提出；病假等可由他人代请。",
    )
    messages = {
        "": Text(
            "personal leave asked for by {by}, not by the person",
            "事假由 {by} 代请，须由本人提出",
        ),
        "held": Text("asked for by the person", "本人提出"),
        "other": Text(
            "asked for by {by}; this kind of leave may be asked for by another",
            "由 {by} 提出；该类请假可由他人代请",
        ),
    }

    def add_to(self, builder: Builder) -> None:
        """Bar personal leave asked for by another."""
        for request, taken in builder.leaves:
            person = builder.problem.employees[request.e]
            by = norm(request.leave.asked_by)
            own = by in _ONESELF or by in (norm(person.id), norm(person.name))
            if request.leave.kind is LeaveKind.PERSONAL and not own:
                builder.forbid([taken], by=self)

    def check(self, case: Case) -> Iterator[Violation]:
        """Compare who asked with whose leave it is."""
        for x in case.taken:
            if x.leave.kind.value == "personal" and not self._in_person(case.problem, x):
                yield self.finding(case, x, "", when=[x.first], by=same(x.leave.asked_by))

    def _in_person(self, problem: Problem, request: LeaveRequest) -> bool:
        person = problem.employees[request.e]
        known = _ONESELF | {norm(w) for w in (person.id, person.name) if w}
        return norm(request.leave.asked_by) in known

    def evidence(self, case: Case, request: LeaveRequest) -> Text:
        """Say who asked."""
        if self._in_person(case.problem, request):
            return self.messages["held"]
        return self.messages["other"].format(by=same(request.leave.asked_by))
