"""Shift lead.

On each shift of the named kinds that anybody works on a day there are at least `people`
people who are of senior grade or permanent leaders. Counted code by code; a shift that
nobody works needs no lead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.model import Builder
from roster.plan import Roster
from roster.rule import Citation, Rule, Scope, Violation, whole, words
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class ShiftLead(Rule):
    """A senior or permanent leader on each shift."""

    id = "shift_lead"
    cite = (Citation("telecom: a lead on every shift", "telecom：各班设班长"),)
    scope = Scope.DAY
    place = ("code",)
    unit = "people"
    title = Text("Shift lead", "班长在岗")
    text = Text(
        "Each shift that anybody works has a senior or a permanent leader on it.",
        "有人上岗的每个班次都有高级工或常任班组长在岗。",
    )
    asks = {
        "at_least": Text(
            "{codes} on {when} needs {limit} {limit:lead|leads}: senior or permanent "
            "leader{reach}",
            "{when} {codes} 班需要 {limit} 名班长（高级工或班组长）{reach}",
        ),
    }
    messages = {
        "": Text(
            "{when}: {code} has {count} {count:lead|leads} on duty, {limit} needed",
            "{when}：{code} 班有 {count} 名班长在岗，需要 {limit} 名",
        )
    }

    kinds: tuple[str, ...] = words(
        ("day", "evening", "night"),
        ("day", "evening", "night", "duty"),
        "kinds of shift that need a lead",
        "需要班长的班次类别",
    )
    people: int = whole(1, 1, 1000, "leads on each shift", "每班班长人数")

    def add_to(self, builder: Builder) -> None:
        """If anybody is on the shift, enough leads are."""
        problem = builder.problem
        codes = [s.code for s in problem.shifts if s.kind.value in self.kinds]
        for d in range(problem.n_days):
            for code in codes:
                duties = [builder.duty(e, d, code) for e in range(len(problem.employees))]
                leads = [
                    (1, duty)
                    for duty, person in zip(duties, problem.employees)
                    if person.leads_shifts
                ]
                # With one lead needed, a lead's own duty meets the clause.
                others = [
                    duty
                    for duty, person in zip(duties, problem.employees)
                    if self.people > 1 or not person.leads_shifts
                ]
                if (d, frozenset({code})) in builder.worked:
                    builder.at_least(leads, self.people, by=self)
                elif others:
                    builder.at_least(leads, self.people, by=self, if_any=others)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Count the leads on each shift that anybody works."""
        problem = roster.problem
        for d in roster.days:
            for code, people in roster.on_duty[d].items():
                if problem.shift_by_code[code].kind.value not in self.kinds:
                    continue
                count = sum(problem.employees[e].leads_shifts for e in people)
                if count < self.people:
                    yield self.violation(
                        problem,
                        self.people - count,
                        who=people,
                        when=[d],
                        code=code,
                        count=count,
                        limit=self.people,
                    )
