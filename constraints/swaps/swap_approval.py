"""The manager's signature.

A swap comes into force once the manager has signed it in the register: `yes` approves, `no`
breaks the rule, an empty cell is awaited and stands beside the verdict. Every row of a ring
is signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.rule import Citation, Violation
from roster.swaps.desk import Case
from roster.swaps.exchange import Exchange
from roster.swaps.rule import SwapRule
from roster.words import Text

_COLUMN = "manager"


@dataclass(frozen=True, kw_only=True)
class SwapApproval(SwapRule):
    """In force only when the manager has signed."""

    id = "swap_approval"
    cite = (
        Citation("web-centre: consent and approval", "web-centre：双方同意、经理批准"),
        Citation("telecom: the lead must judge", "telecom：不得随意批准"),
    )
    title = Text("Manager's signature", "经理批准")
    text = Text(
        "A swap comes into force only when the manager has signed the register.",
        "换班经经理在登记表上签字批准后方可生效。",
    )
    messages = {
        "": Text("the manager has said no to swap {row}", "经理不批准换班 {row}"),
        "yes": Text("signed by the manager", "经理已签字"),
        "open": Text("the manager's signature is awaited", "待经理签字"),
    }

    def add_to(self, builder: Builder) -> None:
        """Bar offers that the manager has refused."""
        for offer in builder.offers:
            rows = [leg.row for leg in (offer.side.gives, offer.side.takes) if leg is not None]
            if any(row.signatures.get(_COLUMN, True) is False for row in rows):
                builder.forbid([offer.taken], by=self)

    def check(self, case: Case) -> Iterator[Violation]:
        """Read the manager's cell of each row."""
        for x in case.taken:
            for row in x.rows:
                if row.signatures.get(_COLUMN) is False:
                    yield self.finding(case, x, "", row=row.id)

    def awaits(self, case: Case, exchange: Exchange) -> Iterable[str]:
        """Return the manager's column while one row is not signed."""
        return () if all(_COLUMN in r.signatures for r in exchange.rows) else (_COLUMN,)

    def evidence(self, case: Case, exchange: Exchange) -> Text:
        """Say whether it is signed."""
        return self.messages["open" if self.awaits(case, exchange) else "yes"]
