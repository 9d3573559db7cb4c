"""No leave on a rostered night duty.

A leave on whose days the person is rostered for a duty of night kind is rejected, whatever
its kind. A night duty belongs to the day on which it starts: the night that begins on the
evening before the leave is worked. Marked exceptional and asked before `before` on the day of
the first such night (or on a day before it), the leave is for the manager; asked later it is
rejected all the same. Where the sheet does not say when an exceptional leave was asked for,
the manager judges that too. The roster is the one published, approved swaps carried out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from roster.leave.desk import Case
from roster.leave.request import LeaveRequest
from roster.leave.rule import LeaveRule
from roster.model import Builder
from roster.rule import Citation, Violation, clocks
from roster.words import Text, day_text, joined, moment_text


@dataclass(frozen=True, kw_only=True)
class LeaveNight(LeaveRule):
    """Nobody is away on a night they are rostered for."""

    id = "leave_night"
    cite = (Citation("telecom: night shift", "telecom：夜班不请假"),)
    title = Text("No leave on night duty", "夜班不请假")
    text = Text(
        "No leave on a rostered night duty; exceptional and asked by a set time of that day "
        "it is for the manager.",
        "已排夜班的日子不得请假；特殊情况且当日规定时间前提出的，由经理决定。",
    )
    messages = {
        "": Text(
            "night duty {code} on {day}, and the leave is not exceptional",
            "{day}有夜班 {code}，且未注明特殊情况",
        ),
        "late": Text(
            "night duty {code} on {day}; exceptional, but asked {asked}, not before {latest}",
            "{day}有夜班 {code}；特殊情况，但{asked}才提出，未早于{latest}",
        ),
        "manager": Text(
            "night duty {code} on {day}; exceptional and asked {asked}, before {latest}, so "
            "it is for the manager",
            "{day}有夜班 {code}；特殊情况，{asked}提出，早于{latest}，由经理决定",
        ),
        "unknown": Text(
            "night duty {code} on {day}; exceptional, when it was asked for is not known, so "
            "it is for the manager",
            "{day}有夜班 {code}；特殊情况，未填申请时间，由经理决定",
        ),
        "held": Text("no night duty; duties: {duties}", "没有夜班；当班：{duties}"),
        "none": Text("no duty on these days", "这几天没有班"),
    }

    before: tuple[int, ...] = clocks(
        (720,),
        "asked before this time, if exceptional",
        "特殊情况须早于当日该时间提出",
        single=True,
    )

    def add_to(self, builder: Builder) -> None:
        """Bar what touches a night duty, but exceptional leave asked in time."""
        problem = builder.problem
        (limit,) = self.before
        for request, taken in builder.leaves:
            for d in range(max(0, request.first), min(problem.n_days, request.last + 1)):
                if builder.around.code(request.e, d) not in problem.night_codes:
                    continue
                asked, in_time = request.leave.asked_at, True
                if asked is not None:
                    minutes = (problem.date_of(d) - asked.date()).days * 1440
                    in_time = asked.hour * 60 + asked.minute - minutes < limit
                if not (request.leave.exceptional and in_time):
                    builder.forbid([taken], by=self)
                break

    def check(self, case: Case) -> Iterator[Violation]:
        """Look for the first night duty of each leave."""
        for x in case.taken:
            night = next(((d, s) for d, s in case.desk.duties(x) if s.is_night), None)
            if night is None:
                continue
            d, shift = night
            day, asked = case.problem.date_of(d), x.leave.asked_at
            latest = datetime.combine(day, time()) + timedelta(minutes=self.before[0])
            if not x.leave.exceptional:
                sentence = ""
            elif asked is None:
                sentence = "unknown"
            else:
                sentence = "manager" if asked < latest else "late"
            yield self.finding(
                case,
                x,
                sentence,
                when=[d],
                for_manager=sentence in ("manager", "unknown"),
                code=shift.code,
                day=day_text(day),
                latest=moment_text(latest),
                asked=moment_text(asked) if asked else Text("", ""),
            )

    def evidence(self, case: Case, request: LeaveRequest) -> Text:
        """Name the duties of the days."""
        duties = []
        for d, shift in case.desk.duties(request):
            day = day_text(case.problem.date_of(d))
            duties.append(Text(f"{shift.code} on {day.en}", f"{day.zh} {shift.code}"))
        if not duties:
            return self.messages["none"]
        return self.messages["held"].format(duties=joined(duties, ", ", "、"))
