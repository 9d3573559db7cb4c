"""Personal leaves that cross.

On no day have more than `max` people of one group personal leave at a time; a leave that
makes it more is for the manager. What counts beside it: approved personal leave, and personal
leave asked for earlier and not rejected in the same review. Special, sick, annual and
official leave count for nothing. The group is the *group* of the Staff sheet; who has none
there crosses with nobody. Only days of the roster's horizon are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.leave.desk import Case
from roster.leave.request import LeaveRequest
from roster.leave.rule import LeaveRule
from roster.model import Builder
from roster.problem import LeaveKind, Status
from roster.rule import Citation, Violation, whole
from roster.words import Text, day_text, same


@dataclass(frozen=True, kw_only=True)
class LeaveOverlap(LeaveRule):
    """Not too many of one group on personal leave at a time."""

    id = "leave_overlap"
    cite = (Citation("telecom: no crossing", "telecom：不允许交叉请假"),)
    title = Text("Crossing leave", "交叉请假")
    text = Text(
        "At most so many people of one group on personal leave at a time; more is for the "
        "manager.",
        "同一组同时请事假的人数不超过规定；超过的由经理决定。",
    )
    messages = {
        "": Text(
            "{day}: {count} of group {group} on personal leave at a time ({others}), at most "
            "{limit}",
            "{day}：{group} 组同时有 {count} 人请事假（另有 {others}），最多 {limit} 人",
        ),
        "held": Text(
            "group {group}: at most {count} on personal leave at a time, {limit} allowed",
            "{group} 组同时请事假最多 {count} 人，允许 {limit} 人",
        ),
        "kind": Text("this is no personal leave", "不是事假"),
        "alone": Text("the person belongs to no group", "本人没有分组"),
    }

    max: int = whole(
        1, 0, 1000, "people of a group on personal leave at a time", "同组同时请事假的最多人数"
    )

    def add_to(self, builder: Builder) -> None:
        """Bar nothing: what is too many is left to the manager."""

    def check(self, case: Case) -> Iterator[Violation]:
        """Count the people of the group who are away on each day."""
        for x in case.taken:
            crossing = self._crossing(case, x)
            over = {d: who for d, who in crossing.items() if len(who) + 1 > self.max}
            if not over:
                continue
            worst = max(over, key=lambda d: (len(over[d]), -d))
            yield self.finding(
                case,
                x,
                "",
                when=over,
                amount=len(over[worst]) + 1 - self.max,
                for_manager=True,
                day=day_text(case.problem.date_of(worst)),
                group=same(case.problem.employees[x.e].group),
                count=len(over[worst]) + 1,
                others=same(", ".join(sorted(over[worst])) or "–"),
                limit=self.max,
            )

    def _crossing(self, case: Case, request: LeaveRequest) -> dict[int, set[str]]:
        """Return, per day of the leave, who else of the group is on personal leave."""
        problem = case.problem
        group = problem.employees[request.e].group.casefold()
        if request.leave.kind is not LeaveKind.PERSONAL or not group:
            return {}
        earlier = [x.leave for x in case.taken if x.priority < request.priority]
        approved = [x for x in problem.leaves if x.status is Status.APPROVED]
        of_group = {p.id for p in problem.employees if p.group.casefold() == group}
        others = [
            x
            for x in (*approved, *earlier)
            if x.kind is LeaveKind.PERSONAL
            and x.staff in of_group
            and x.staff != request.leave.staff
        ]
        days = range(max(0, request.first), min(problem.n_days, request.last + 1))
        return {
            d: {x.staff for x in others if x.first <= problem.date_of(d) <= x.last}
            for d in days
        }

    def evidence(self, case: Case, request: LeaveRequest) -> Text:
        """Say how many of the group are away at most."""
        group = case.problem.employees[request.e].group
        if request.leave.kind is not LeaveKind.PERSONAL:
            return self.messages["kind"]
        if not group:
            return self.messages["alone"]
        count = 1 + max(map(len, self._crossing(case, request).values()), default=0)
        return self.messages["held"].format(group=same(group), count=count, limit=self.max)
