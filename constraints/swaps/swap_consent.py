"""Consent.

Applicant and partner agree, and so do (`leads=yes`) the leads of both: the permanent leader of
the person's group, else the lead of the week of the duty that the person gives (takes, where
they give none). A `no` breaks the rule. An empty cell is awaited: it stands beside the verdict
and does not change it, but nothing is carried out before it is filled. Where a group has no
permanent leader and nobody leads the week, no lead is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.problem import Swap
from roster.rotation import leads_of
from roster.rule import Citation, Violation, choice
from roster.swaps.desk import Case
from roster.swaps.exchange import Exchange
from roster.swaps.rule import SwapRule
from roster.words import Text, joined

_WHO = {
    "applicant_agrees": Text("applicant", "申请人"),
    "partner_agrees": Text("partner", "对方"),
    "applicants_lead": Text("applicant's lead", "申请人班长"),
    "partners_lead": Text("partner's lead", "对方班长"),
}


@dataclass(frozen=True, kw_only=True)
class SwapConsent(SwapRule):
    """Both people and their leads agree."""

    id = "swap_consent"
    cite = (
        Citation("web-centre: consent and approval", "web-centre：双方同意、经理批准"),
        Citation("telecom: consent and approval", "telecom：双方班长同意"),
    )
    title = Text("Consent", "双方同意")
    text = Text(
        "Both people, and where asked for both leads, agree; a no rejects, an empty cell is "
        "awaited.",
        "双方当事人（及双方班长）同意；填“否”即驳回，空白为待签。",
    )
    messages = {
        "": Text("{whose}: no {who}", "{whose}：不同意 {who}"),
        "held": Text("consent: {state}", "同意情况：{state}"),
        "yes": Text("agreed: {names}", "已同意：{names}"),
        "open": Text("awaited: {names}", "待签：{names}"),
    }

    leads: str = choice(
        "yes", ("yes", "no"), "the leads of both are asked too", "是否须双方班长同意"
    )

    def _columns(self) -> tuple[str, ...]:
        return tuple(_WHO)[: 4 if self.leads == "yes" else 2]

    def add_to(self, builder: Builder) -> None:
        """Bar offers that somebody has said no to."""
        refusing = self._columns()
        for offer in builder.offers:
            for leg in (offer.side.gives, offer.side.takes):
                if leg is not None and any(
                    leg.row.signatures.get(c) is False for c in refusing
                ):
                    builder.forbid([offer.taken], by=self)

    def check(self, case: Case) -> Iterator[Violation]:
        """Read the cells of each row."""
        for x in case.taken:
            for row in x.rows:
                for column in self._columns():
                    if row.signatures.get(column) is False:
                        yield self.finding(
                            case,
                            x,
                            "",
                            who=self._asked(case, row, column),
                            whose=_WHO[column],
                        )

    def _asked(self, case: Case, row: Swap, column: str) -> tuple[int, ...]:
        """Return who signs a column; nobody where there is no lead."""
        problem = case.problem
        of_applicant = column.startswith("applicant")
        e = problem.employee_index.get(row.applicant if of_applicant else row.partner)
        if e is None:
            return ()
        if column in ("applicant_agrees", "partner_agrees"):
            return (e,)
        # The lead of a week after the horizon is not known; the first duty's week is.
        days = (row.day,) if of_applicant else (row.return_day or row.day, row.day)
        return leads_of(problem, case.desk.rules, e, days)

    def awaits(self, case: Case, exchange: Exchange) -> Iterable[str]:
        """Return the cells that are empty and have somebody to fill them."""
        for row in exchange.rows:
            for column in self._columns():
                if column not in row.signatures and self._asked(case, row, column):
                    yield column

    def evidence(self, case: Case, exchange: Exchange) -> Text:
        """Name who agreed and who is awaited."""
        names: dict[str, list[Text]] = {"yes": [], "open": []}
        for row in exchange.rows:
            for column in self._columns():
                asked = "/".join(case.called(e) for e in self._asked(case, row, column))
                if asked:
                    whose = _WHO[column]
                    key = "yes" if row.signatures.get(column) else "open"
                    names[key].append(Text(f"{whose.en} ({asked})", f"{whose.zh}（{asked}）"))
        parts = [
            self.messages[key].format(names=joined(found, ", ", "、"))
            for key, found in names.items()
            if found
        ]
        return self.messages["held"].format(state=joined(parts))
