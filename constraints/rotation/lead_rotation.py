"""Weekly team lead.

The lead passes from person to person in list order, a week each, carried over from last
month; ``roster.rotation`` says whose turn it is, from the list and the absences alone. This
rule asks that every week has a lead: a week in which everybody who takes part is absent
cannot be kept, whatever the roster. Void when nobody takes part. The lead's presence and the
hand-over are ``lead_presence`` and ``lead_handover``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster.errors import Issue
from roster.model import Builder
from roster.plan import Roster
from roster.problem import Problem
from roster.rotation import turns
from roster.rule import Citation, Rule, Scope, Violation
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class LeadRotation(Rule):
    """Every week has a lead, in list order."""

    id = "lead_rotation"
    cite = (Citation("base-team: order and term", "base-team：轮值次序与周期"),)
    scope = Scope.TEAM
    unit = "weeks"
    title = Text("Weekly team lead", "轮值班长")
    text = Text(
        "The team lead passes on every week in list order; who is absent is passed over and "
        "comes next.",
        "轮值班长按名单次序每周一换；缺勤者顺延，回来后优先补上。",
    )
    asks = {
        "never": Text(
            "week of {when}: nobody on the list can lead",
            "{when}当周名单上无人可任轮值班长",
        ),
    }
    messages = {
        "": Text(
            "week of {monday}: nobody on the list can lead",
            "{monday}当周名单上无人可任轮值班长",
        )
    }

    def add_to(self, builder: Builder) -> None:
        """Refuse a month with a week that nobody can lead."""
        for week in turns(builder.problem):
            if week.lead is None:
                first = builder.problem.index_of(week.monday)
                builder.never(self, when=range(max(0, first), first + 7))

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Name the weeks that nobody can lead."""
        problem = roster.problem
        for week in turns(problem):
            if week.lead is None:
                first = max(0, problem.index_of(week.monday))
                yield self.violation(problem, 1, when=[first], monday=week.monday)

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Name the weeks that nobody can lead."""
        for week in turns(problem):
            if week.lead is None:
                yield Issue.on_days(
                    Text(
                        "week of {weeks}: everybody who takes the lead in turn is absent",
                        "{weeks}当周参加轮值的人员全部缺勤，无人可任轮值班长",
                    ),
                    [week.monday],
                    hint=Text(
                        "let one more person take part (Staff, rotation), or move a leave",
                        "在《人员》表增加参加轮值的人，或调整一人的请假",
                    ),
                )
