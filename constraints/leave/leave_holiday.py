"""No leave on statutory holidays.

A leave with a statutory holiday among its days is rejected, whatever its kind and whether or
not the person is rostered that day; days of it after the end of the roster count too. Marked
exceptional and asked at least `days_ahead` calendar days before the first such holiday it is
for the manager; asked later it is rejected all the same. Where the sheet does not say when an
exceptional leave was asked for, the manager judges that too. Statutory holidays are the days
of the Regulation itself, not the days off moved next to them; the Calendar sheet wins over
the library.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from roster.leave.desk import Case
from roster.leave.request import LeaveRequest
from roster.leave.rule import LeaveRule
from roster.model import Builder
from roster.problem import Problem
from roster.rule import Citation, Violation, whole
from roster.words import Text, day_text, days_text, moment_text


@dataclass(frozen=True, kw_only=True)
class LeaveHoliday(LeaveRule):
    """Nobody is away on a statutory holiday."""

    id = "leave_holiday"
    cite = (
        Citation("telecom: no leave on holidays", "telecom：节假日不请假"),
        Citation("service-centre: holiday means statutory", "service-centre：节假日指法定"),
    )
    title = Text("No leave on holidays", "节假日不请假")
    text = Text(
        "No leave on a statutory holiday; exceptional and asked some days ahead it is for the "
        "manager.",
        "法定节假日不得请假；特殊情况且提前规定天数提出的，由经理决定。",
    )
    messages = {
        "": Text(
            "{day} is a statutory holiday ({name}), and the leave is not exceptional",
            "{day}是法定节假日（{name}），且未注明特殊情况",
        ),
        "late": Text(
            "{day} is a statutory holiday ({name}); exceptional, but asked {asked}, later "
            "than {latest}",
            "{day}是法定节假日（{name}）；特殊情况，但{asked}才提出，晚于{latest}",
        ),
        "manager": Text(
            "{day} is a statutory holiday ({name}); exceptional and asked {asked}, by "
            "{latest}, so it is for the manager",
            "{day}是法定节假日（{name}）；特殊情况，{asked}提出，不晚于{latest}，由经理决定",
        ),
        "unknown": Text(
            "{day} is a statutory holiday ({name}); exceptional, when it was asked for is not "
            "known, so it is for the manager",
            "{day}是法定节假日（{name}）；特殊情况，未填申请时间，由经理决定",
        ),
        "held": Text("no statutory holiday: {days}", "不含法定节假日：{days}"),
    }

    days_ahead: int = whole(
        2, 0, 365, "days before the holiday, if exceptional", "特殊情况须提前的天数"
    )

    def add_to(self, builder: Builder) -> None:
        """Bar what touches a holiday, but exceptional leave asked in time."""
        calendar = builder.problem.calendar
        for request, taken in builder.leaves:
            leave = request.leave
            holidays = [day for day in request.dates if calendar.is_holiday(day)]
            if not holidays:
                continue
            asked = leave.asked_at
            ahead = None if asked is None else (holidays[0] - asked.date()).days
            in_time = ahead is None or ahead >= self.days_ahead
            if not (leave.exceptional and in_time):
                builder.forbid([taken], by=self)

    def check(self, case: Case) -> Iterator[Violation]:
        """Look for the first holiday of each leave."""
        for x in case.taken:
            day = self._holiday(case.problem, x)
            if day is None:
                continue
            sentence = self._sentence(x, day)
            yield self.finding(
                case,
                x,
                sentence,
                when=[case.problem.index_of(day)],
                for_manager=sentence in ("manager", "unknown"),
                day=day_text(day),
                name=case.problem.calendar.name(day),
                latest=day_text(self._latest(day)),
                asked=moment_text(x.leave.asked_at) if x.leave.asked_at else Text("", ""),
            )

    def _holiday(self, problem: Problem, request: LeaveRequest) -> date | None:
        return next((d for d in request.dates if problem.calendar.is_holiday(d)), None)

    def _latest(self, holiday: date) -> date:
        return holiday - timedelta(days=self.days_ahead)

    def _sentence(self, request: LeaveRequest, holiday: date) -> str:
        leave = request.leave
        if not leave.exceptional:
            return ""
        if leave.asked_at is None:
            return "unknown"
        return "manager" if leave.asked_at.date() <= self._latest(holiday) else "late"

    def evidence(self, case: Case, request: LeaveRequest) -> Text:
        """Name the days."""
        days = days_text((request.leave.first, request.leave.last))
        return self.messages["held"].format(days=days)
