"""What stands against an exchange part by part, each part looked at once.

A rule of one person can be judged on that person's own days, a rule of the day on that day:
the rule's scope says so. Thousands of exchanges share their parts, so each answer is kept.
What passes here may still break a rule of the team; the whole verdict has the last word.
"""

from __future__ import annotations

from roster.rule import Level, RuleSet
from roster.swaps.desk import Case, Desk
from roster.swaps.exchange import Exchange
from roster.what_if import WhatIf

Cells = dict[int, str | None]


class Parts:
    """The parts of exchanges at one desk.

    Parameters
    ----------
    desk : Desk
    """

    def __init__(self, desk: Desk) -> None:
        self.desk, self.roster = desk, desk.roster
        rules = desk.rules_of_swaps
        self.legwise = [r for r in rules if r.by_leg and r.level is Level.HARD]
        keeps = any(r.id == "swap_keeps_roster" and r.level is Level.HARD for r in rules)
        hard = desk.rules.hard.rules if keeps else ()
        self.what_if = WhatIf(self.roster, RuleSet(tuple(hard)))

    def breaks_leg(self, x: Exchange) -> bool:
        """Tell whether a rule that looks at each leg or side bars the exchange."""
        case = Case(self.desk, (x,))
        return any(True for rule in self.legwise for _ in rule.check(case))

    def person_keeps(self, e: int, cells: Cells) -> bool:
        """Tell whether a person's own rules hold when some of their days change."""
        there = {(e, d): code for d, code in cells.items()}
        return not self.what_if.of_people(there).breaks

    def day_keeps(self, cells: dict[tuple[int, int], str | None]) -> bool:
        """Tell whether the rules of the day hold when some of its cells change."""
        return not self.what_if.of_days(cells).breaks

    def may_do(self, x: Exchange) -> bool:
        """Tell whether nothing that can be seen part by part stands against an exchange."""
        n_days = self.desk.problem.n_days
        if Case(self.desk, (x,)).clashes:
            return False
        changes = {s.e: dict(s.cells(n_days)) for s in x.sides}
        if not all(self.person_keeps(e, changes[e]) for e in x.people):
            return False
        if self.breaks_leg(x):
            return False
        for d in {d for cells in changes.values() for d in cells}:
            here = {(e, d): cells[d] for e, cells in changes.items() if d in cells}
            if not self.day_keeps(here):
                return False
        return True
