"""The contract of a rule that judges swaps.

Like any rule it has an encoder and a checker that share the parameters and nothing else. Its
checker sees a `Case`: the roster before and after some exchanges, and what is in force
already. Its encoder speaks to the Builder of *offers*: the side of one person in an exchange
that the model may take or leave. A swap rule also says what it looked at when it holds, so
that every approval shows its evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from roster.rule import Rule, Violation
from roster.words import Text

if TYPE_CHECKING:
    from roster.swaps.desk import Case
    from roster.swaps.exchange import Exchange


@dataclass(frozen=True, kw_only=True)
class SwapRule(Rule):
    """Base of the swap rules."""

    judges = "swap"
    unit = "swaps"
    by_leg: ClassVar[bool] = False
    """What it finds in one leg or side it finds in every exchange that has it."""

    def check(self, case: Case) -> Iterator[Violation]:
        """Yield every departure of the case's exchanges from the rule."""
        raise TypeError(f"{self.id} has no checker")

    def evidence(self, case: Case, exchange: Exchange) -> Text:
        """Return what was looked at in an exchange that keeps the rule."""
        raise TypeError(f"{self.id} gives no evidence")

    def awaits(self, case: Case, exchange: Exchange) -> Iterable[str]:
        """Return the signatures (keys of `SIGNATURES`) that are still awaited."""
        return ()

    def finding(
        self,
        case: Case,
        exchange: Exchange,
        sentence: str,
        *,
        who: Iterable[int] = (),
        when: Iterable[int] = (),
        amount: int = 1,
        for_manager: bool = False,
        **facts: object,
    ) -> Violation:
        """Return a violation of an exchange; `sentence` is a key of `messages`."""
        made = self.violation(case.problem, amount, who=who, when=when, case=sentence, **facts)
        return replace(made, for_manager=for_manager, of=exchange.id)
