"""The swap keeps the roster.

The roster after the swap is audited against every rule of the roster, and compared with the
roster before it: a violation of a hard rule that is new, or worse than before, breaks this
rule; one that was there already does not, and one that is resolved is shown. A duty owed after
the horizon, once its shift is typed, is held to the taker's own rules with what is known:
employment, leave, protection, fitness, and the last duties before it. No duty is left
empty: what is given away is taken, and nobody can hold two duties on one day. New findings
of soft rules are shown and break nothing.

One violation is no worse than another of the same rule and person (of the same place, for a
rule of the day) that names all its days and is at least as large.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder, admits
from roster.rule import Citation, Level, RuleSet, Scope, Violation
from roster.swaps.desk import Case, drawn_out
from roster.swaps.exchange import Exchange, Leg
from roster.swaps.rule import SwapRule
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class SwapKeepsRoster(SwapRule):
    """No hard rule of the roster is broken by the swap."""

    id = "swap_keeps_roster"
    cite = (
        Citation("telecom: hand-over, nobody missing", "telecom：不得误班、空班"),
        Citation("web-centre: hand-over, nobody missing", "web-centre：不得误班、空班"),
    )
    scope = Scope.TEAM
    title = Text("Roster kept", "不破坏排班")
    text = Text(
        "The swap brings no new or worse violation of a hard rule of the roster, and leaves no "
        "duty empty.",
        "换班后不得新增或加重任何硬性规则的违反，也不得有班无人上。",
    )
    messages = {
        "": Text("rule {rule}: {what}", "规则 {rule}：{what}"),
        "own": Text("{who}: {day} would hold two duties", "{who}：{day}将有两个班"),
        "gone": Text(
            "{who}: the duty of {day} goes to somebody else already",
            "{who}：{day}的班已换给别人",
        ),
        "twice": Text("{who}: two swaps change {day}", "{who}：{day}同时被两次换班更动"),
        "held": Text("no new violation of a hard rule", "没有新增硬性规则违反"),
        "resolved": Text(
            "no new violation of a hard rule; {count} resolved",
            "没有新增硬性规则违反，并消除 {count} 处",
        ),
    }

    def add_to(self, builder: Builder) -> None:
        """State every hard rule on the roster after the swaps."""
        for rule in builder.rules.hard:
            rule.add_to(builder)
        for offer in builder.offers:
            leg = offer.side.takes
            n = builder.problem.n_days
            owed = leg is not None and n <= leg.d < n + 92
            if (
                owed
                and leg.code in builder.problem.shift_by_code
                and not self._may_owe(builder, leg)
            ):
                builder.forbid([offer.taken], by=self)

    def _may_owe(self, builder: Builder, leg: Leg) -> bool:
        """Tell whether the taker's own rules admit a duty owed after the horizon.

        Asked of the model of that person alone, around the roster as it stands.
        """
        around = drawn_out(builder.around, leg.d)
        rules = RuleSet(tuple(r for r in builder.rules.hard if r.nearby))
        return admits(rules, around, leg.taker, leg.d, leg.code)

    def check(self, case: Case) -> Iterator[Violation]:
        """Audit the roster before and after, and compare."""
        problem = case.problem
        for clash in case.clashes:
            yield self.violation(
                problem,
                1,
                who=[clash.e],
                when=[clash.d],
                case=clash.kind,
                day=problem.date_of(clash.d),
            )
        if case.clashes:
            return
        for found in case.hard_news.new:
            if found.level is Level.HARD:
                yield self.violation(
                    problem,
                    found.amount,
                    unit=found.unit,
                    who=[problem.employee_index[i] for i in found.who],
                    when=[problem.index_of(day) for day in found.when],
                    rule=found.rule,
                    what=case.say(found),
                )

    def evidence(self, case: Case, exchange: Exchange) -> Text:
        """Say what is resolved."""
        resolved = sum(v.level is Level.HARD for v in case.hard_news.resolved)
        if resolved:
            return self.messages["resolved"].format(count=resolved)
        return self.messages["held"]
