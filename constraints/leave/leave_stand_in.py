"""A stand-in for longer leave.

A leave of `from_days` calendar days or more names a stand-in who can take the duties that
fall into it. They can when the stand-in is somebody else, is free on the days of those duties
(no duty of their own, no leave, standing in for nobody else), and the roster with the duties
handed over has no new or worse violation of a hard rule for that person: employment, job,
skill and grade of the shift, rest, runs of days and nights, hours, protection. All of the
duties go to the one stand-in or none. What the leave does to the team (cover, the shift's
lead) is not the stand-in's affair and shown in the audit. A leave without duties, as far as
the roster goes, needs nobody.

Several leaves that name one stand-in go together only where that person can take all of it;
who has asked for leave themselves does not stand in on those days if it is granted. In a
shorter leave a stand-in who is named takes the duties where that goes, after all who must.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.leave.desk import Case
from roster.leave.request import LeaveRequest
from roster.leave.rule import LeaveRule
from roster.model import Builder
from roster.rule import Citation, Level, Scope, Violation, whole
from roster.words import Text, day_text, joined


@dataclass(frozen=True, kw_only=True)
class LeaveStandIn(LeaveRule):
    """Longer leave needs a named stand-in who can take the duties."""

    id = "leave_stand_in"
    cite = (
        Citation("split-day-shop: notice, a stand-in found", "split-day-shop：找到代班同事"),
        Citation("general: qualified only", "general：不得请非专业人员顶班"),
    )
    title = Text("Stand-in for longer leave", "长假须有代班人")
    text = Text(
        "Leave of so many days or more names a stand-in who can take the duties.",
        "请假达到规定天数须指定能够接班的代班人。",
    )
    messages = {
        "": Text(
            "{days} days with duties ({duties}), and no stand-in is named",
            "请假 {days} 天，其间有班（{duties}），未填代班人",
        ),
        "self": Text("{stand_in} cannot stand in for themselves", "{stand_in} 不能替自己代班"),
        "unable": Text(
            "{stand_in} cannot take the duties ({duties}): {why}",
            "{stand_in} 不能接班（{duties}）：{why}",
        ),
        "held": Text("{stand_in} takes {duties}", "{stand_in} 接 {duties}"),
        "none": Text("no duty on these days", "这几天没有班"),
        "short": Text(
            "{days} day(s); a stand-in is needed from {limit} days on",
            "请假 {days} 天；{limit} 天起才须代班人",
        ),
    }

    level: Level = Level.SOFT
    from_days: int = whole(
        2, 1, 365, "days of leave from which a stand-in is needed", "须有代班人的请假天数"
    )

    def needs_stand_in(self, request: LeaveRequest) -> bool:
        """Tell whether the leave is long enough."""
        return request.length >= self.from_days

    def add_to(self, builder: Builder) -> None:
        """Grant long leave only with its duties handed over, and keep the stand-in's rules."""
        handed = {offer.key: offer.taken for offer in builder.offers}
        for request, taken in builder.leaves:
            days = range(max(0, request.first), min(builder.problem.n_days, request.last + 1))
            duties = any(builder.around.on(request.e, d) for d in days)
            if not duties or request.last - request.first + 1 < self.from_days:
                continue
            if request in handed:
                builder.at_most([(1, taken), (-1, handed[request])], 0, by=self)
            else:
                builder.forbid([taken], by=self)
        for offer in builder.offers:
            for request, taken in builder.leaves:
                if request.e == offer.side.e and request.covers(offer.side.takes.d):
                    builder.forbid([offer.taken, taken], by=self)
        if builder.offers:
            for rule in builder.rules.hard:
                if rule.scope is Scope.PERSON:
                    rule.add_to(builder)

    def check(self, case: Case) -> Iterator[Violation]:
        """Look whether somebody is named and can take the duties."""
        for x in case.taken:
            duties = case.desk.duties(x)
            if not duties or not self.needs_stand_in(x):
                continue
            sentence, why = "unable", Text("", "")
            if x.leave.stand_in is None:
                sentence = ""
            elif x.leave.stand_in == x.leave.staff:
                sentence = "self"
            elif case.unable[x]:
                why = joined(case.unable[x])
            else:
                continue
            yield self.finding(
                case,
                x,
                sentence,
                when=[d for d, _ in duties],
                days=x.length,
                duties=_shown(case, x),
                stand_in=x.leave.stand_in or "",
                why=why,
            )

    def evidence(self, case: Case, request: LeaveRequest) -> Text:
        """Say who takes which duties, or why nobody need."""
        if not case.desk.duties(request):
            return self.messages["none"]
        if not self.needs_stand_in(request):
            return self.messages["short"].format(days=request.length, limit=self.from_days)
        return self.messages["held"].format(
            stand_in=request.leave.stand_in, duties=_shown(case, request)
        )


def _shown(case: Case, request: LeaveRequest) -> Text:
    parts = []
    for d, shift in case.desk.duties(request):
        day = day_text(case.problem.date_of(d))
        parts.append(Text(f"{shift.code} on {day.en}", f"{day.zh} {shift.code}"))
    return joined(parts, ", ", "、")
