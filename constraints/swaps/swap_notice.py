"""Notice.

A swap is asked for at least `hours` hours before the earlier of its duties begins. Asked
later it is for the manager, who may allow it by signing under *override by*; asked when that
duty has begun it is broken, and no signature mends that. A ring is asked for when the last of
its rows is; each row that is late needs its own signature. A row that does not say when it was
asked for is not judged.
A duty after the horizon whose shift is not known begins at midnight for this rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from roster.model import Builder
from roster.problem import Problem
from roster.rule import Citation, Violation, whole
from roster.swaps.desk import Case
from roster.swaps.exchange import Exchange, Leg
from roster.swaps.rule import SwapRule
from roster.words import Text, hours_text, moment_text


@dataclass(frozen=True, kw_only=True)
class SwapNotice(SwapRule):
    """Asked in time."""

    id = "swap_notice"
    cite = (Citation("hospital-duty: arranged beforehand", "hospital-duty：事先调班"),)
    unit = "hours"
    title = Text("Notice", "提前申请")
    text = Text(
        "Asked for so many hours before the earlier duty begins; later it is for the manager, "
        "after the beginning it is too late.",
        "须在较早的班开始前规定小时数提出；晚于此由经理决定；开班后不得再换。",
    )
    messages = {
        "late": Text(
            "asked {asked}, {left} h before the duty of {begins}; {hours} h needed, so it is "
            "for the manager (override by)",
            "{asked}提出，距{begins}开班 {left} 小时，需提前 {hours} 小时；须经理特批",
        ),
        "begun": Text(
            "asked {asked}, when the duty of {begins} had begun",
            "{asked}提出时，{begins}的班已经开始",
        ),
        "held": Text(
            "asked {asked}, {left} h before the duty of {begins}; {hours} h needed",
            "{asked}提出，距{begins}开班 {left} 小时，需提前 {hours} 小时",
        ),
        "override": Text(
            "{held}; allowed by {manager}: {reason}", "{held}；{manager} 特批：{reason}"
        ),
        "unknown": Text(
            "when it was asked for is not known; notice is not judged",
            "未填申请时间，不判断提前量",
        ),
    }

    hours: int = whole(24, 0, 720, "hours before the duty begins", "须提前的小时数")

    def add_to(self, builder: Builder) -> None:
        """Bar exchanges asked for when a duty had begun."""
        first: dict[object, datetime] = {}
        asked: dict[object, list[datetime | None]] = {}
        for offer in builder.offers:
            for leg in (offer.side.gives, offer.side.takes):
                if leg is None:
                    continue
                begins = _begins(builder.problem, leg)
                first[offer.key] = min(begins, first.get(offer.key, begins))
                asked.setdefault(offer.key, []).append(leg.row.asked_at)
        for offer in builder.offers:
            times = asked[offer.key]
            known = [t for t in times if t is not None]
            if known and max(known) >= first[offer.key]:
                builder.forbid([offer.taken], by=self)

    def check(self, case: Case) -> Iterator[Violation]:
        """Compare when an exchange was asked for with its earliest duty."""
        for x in case.taken:
            asked = x.asked_at
            if asked is None:
                continue
            begins = min(_begins(case.problem, leg) for leg in x.legs)
            left = begins - asked
            if asked >= begins:
                sentence = "begun"
            elif left < timedelta(hours=self.hours) and self._unsigned(x, begins):
                sentence = "late"
            else:
                continue
            missing = self.hours - left.total_seconds() / 3600
            yield self.finding(
                case,
                x,
                sentence,
                who=x.people,
                when=[leg.d for leg in x.legs if _begins(case.problem, leg) == begins],
                amount=max(1, round(missing)),
                for_manager=sentence == "late",
                **self._facts(asked, begins),
            )

    def _unsigned(self, x: Exchange, begins: datetime) -> bool:
        """Tell whether a row that is late is without the manager's signature."""
        return any(
            row.asked_at is not None
            and begins - row.asked_at < timedelta(hours=self.hours)
            and not row.override_by.strip()
            for row in x.rows
        )

    def _facts(self, asked: datetime, begins: datetime) -> dict[str, object]:
        minutes = int((begins - asked).total_seconds() // 60)
        if minutes >= 60 * self.hours:
            minutes -= minutes % 60  # of what is early enough nobody counts the minutes
        return {
            "asked": moment_text(asked),
            "begins": moment_text(begins),
            "left": hours_text(minutes),
            "hours": self.hours,
        }

    def evidence(self, case: Case, exchange: Exchange) -> Text:
        """Say how long before the duty it was asked for."""
        asked = exchange.asked_at
        if asked is None:
            return self.messages["unknown"]
        begins = min(_begins(case.problem, leg) for leg in exchange.legs)
        held = self.messages["held"].format(**self._facts(asked, begins))
        if begins - asked >= timedelta(hours=self.hours):
            return held
        row = next(r for r in exchange.rows if r.override_by.strip())
        return self.messages["override"].format(
            held=held, manager=row.override_by, reason=row.override_reason or "–"
        )


def _begins(problem: Problem, leg: Leg) -> datetime:
    """Return the moment at which the duty of a leg begins."""
    shift = problem.shift_by_code.get(leg.code)
    midnight = datetime.combine(problem.date_of(leg.d), time())
    return midnight if shift is None else midnight + timedelta(minutes=shift.start)
