"""Like for like.

Who gives and who takes a duty have the same job, are at most `max_grades_apart` grades apart
(nobody's grade counts as junior), and the taker may do the shift: its job (the taker's own or
one of their second group), its skills, its least grade. Each leg of a swap and of a ring is
looked at, so each of the two may do the other's shift. A manager who signs under *override by*
may let grades be farther apart, and nothing else; until then such a swap is rejected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.problem import Problem
from roster.rule import Citation, Violation, whole
from roster.swaps.desk import Case
from roster.swaps.exchange import Exchange, Leg
from roster.swaps.rule import SwapRule
from roster.words import Text, joined

_GRADES = (Text("junior", "初级"), Text("intermediate", "中级"), Text("senior", "高级"))


@dataclass(frozen=True, kw_only=True)
class SwapLikeForLike(SwapRule):
    """Same job, comparable grade, able to do the shift."""

    id = "swap_like_for_like"
    by_leg = True
    cite = (
        Citation("telecom: like for like", "telecom：同工种、水平相当"),
        Citation("general: nobody stands in unqualified", "general：无资质者不顶班"),
    )
    title = Text("Like for like", "同工种同水平")
    text = Text(
        "Same job, grades not too far apart, and each may do the other's shift.",
        "同工种，级别相差不超过规定，且各自能上对方的班。",
    )
    messages = {
        "job": Text(
            "{who}: different jobs, {one} and {other}",
            "{who}：工种不同，{one} 与 {other}",
        ),
        "shift": Text(
            "{who}: may not do {code} on {when} (job, skill or least grade)",
            "{who}：不能上{when}的 {code} 班（工种、技能或最低级别不符）",
        ),
        "grade": Text(
            "{who}: {one} and {other}, grades {apart} apart, at most {limit}; possible only "
            "when a manager signs under override by",
            "{who}：{one}与{other}相差 {apart} 级，最多 {limit} 级；须经理在特批人栏签字",
        ),
        "held": Text("like for like: {legs}", "相当：{legs}"),
        "open": Text("depends on who takes the duty", "取决于由谁接班"),
        "leg": Text(
            "{giver} ({one}) and {who} ({other}): same job, {who} may do {code}",
            "{giver}（{one}）与 {who}（{other}）工种相同，{who} 能上 {code} 班",
        ),
        "override": Text(
            "; grades set aside by {manager}: {reason}", "；级别差由 {manager} 特批：{reason}"
        ),
    }

    max_grades_apart: int = whole(
        1, 0, 2, "grades that the two people may be apart", "双方最多相差几级"
    )

    def add_to(self, builder: Builder) -> None:
        """Bar offers whose taker is not like the giver."""
        problem = builder.problem
        for offer in builder.offers:
            leg = offer.side.takes
            if leg is None:
                continue
            giver, taker = problem.employees[leg.giver], problem.employees[leg.taker]
            apart = abs(giver.grade - taker.grade)
            unfit = leg.code and leg.code not in problem.fitting_codes[leg.taker]
            if (
                problem.jobs[leg.giver].casefold() != problem.jobs[leg.taker].casefold()
                or unfit
                or (apart > self.max_grades_apart and not leg.row.override_by.strip())
            ):
                builder.forbid([offer.taken], by=self)

    def check(self, case: Case) -> Iterator[Violation]:
        """Compare the two people of each leg, and the taker with the shift."""
        for x in case.taken:
            seen: set[tuple] = set()
            for leg in x.legs:
                if leg.taker is not None:
                    yield from self._leg(case, x, leg, seen)

    def _leg(self, case: Case, x: Exchange, leg: Leg, seen: set[tuple]) -> Iterator[Violation]:
        giver, taker = (case.problem.employees[e] for e in (leg.giver, leg.taker))
        pair = (frozenset((leg.giver, leg.taker)), leg.row.id)
        both = {"who": [leg.giver, leg.taker], "when": [leg.d]}
        one, other = case.problem.jobs[leg.giver], case.problem.jobs[leg.taker]
        if pair not in seen and one.casefold() != other.casefold():
            yield self.finding(case, x, "job", **both, one=one or "–", other=other or "–")
        apart = abs(int(giver.grade) - int(taker.grade))
        if (
            pair not in seen
            and apart > self.max_grades_apart
            and not leg.row.override_by.strip()
        ):
            yield self.finding(
                case,
                x,
                "grade",
                **both,
                amount=apart - self.max_grades_apart,
                one=_GRADES[giver.grade],
                other=_GRADES[taker.grade],
                apart=apart,
                limit=self.max_grades_apart,
            )
        seen.add(pair)
        shift = case.problem.shift_by_code.get(leg.code)
        if shift is not None and not (
            (not shift.job or shift.job.casefold() in case.problem.open_jobs[leg.taker])
            and shift.skills <= taker.skills
            and (shift.min_grade is None or taker.grade >= shift.min_grade)
        ):
            yield self.finding(case, x, "shift", who=[leg.taker], when=[leg.d], code=leg.code)

    def evidence(self, case: Case, exchange: Exchange) -> Text:
        """Name both people's grades and the shift that each may do."""
        legs = [leg for leg in exchange.legs if leg.taker is not None]
        parts = [self._held(case.problem, leg) for leg in legs] or [self.messages["open"]]
        shown = joined(parts)
        return self.messages["held"].format(legs=shown)

    def _held(self, problem: Problem, leg: Leg) -> Text:
        giver, taker = problem.employees[leg.giver], problem.employees[leg.taker]
        text = self.messages["leg"].format(
            giver=giver.id,
            who=taker.id,
            one=_GRADES[giver.grade],
            other=_GRADES[taker.grade],
            code=leg.code or "?",
        )
        if abs(int(giver.grade) - int(taker.grade)) > self.max_grades_apart:
            more = self.messages["override"].format(
                manager=leg.row.override_by, reason=leg.row.override_reason or "–"
            )
            text = Text(text.en + more.en, text.zh + more.zh)
        return text
