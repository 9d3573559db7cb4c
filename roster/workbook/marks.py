"""Where on the Roster sheet the audit's findings and the weekly leads are shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from roster.audit import Audit
from roster.problem import Problem
from roster.rule import Level
from roster.workbook.counts import coverage

if TYPE_CHECKING:
    from roster.rotation import LeadWeek
    from roster.wishes import WishResult


@dataclass
class Mark:
    """Findings at one place: whether one is hard, and their sentences."""

    hard: bool = False
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Marks:
    """Everything that is marked; people and days by position.

    Attributes
    ----------
    cells, people, days : dict to Mark
        Hard and advisory findings about a person's day, a person, and a day of the team.
        A finding about several days has its sentence on the first.
    short : dict of (str, int) to list of str
        Shortages by shift code and day.
    short_days : dict of int to list of str
        All shortages of a day.
    missed : dict of (int, int) to list of str
        Wishes that are not met.
    led : dict of (int, int) to LeadWeek
        Days of the week that a person leads.
    handover : set of (int, int)
        Both leads on the day of a hand-over.
    """

    cells: dict[tuple[int, int], Mark]
    people: dict[int, Mark]
    days: dict[int, Mark]
    short: dict[tuple[str, int], list[str]]
    short_days: dict[int, list[str]]
    missed: dict[tuple[int, int], list[str]]
    led: dict[tuple[int, int], LeadWeek]
    handover: set[tuple[int, int]]

    def explain(self, wishes: Iterable[WishResult], lang: str) -> None:
        """Add to each missed wish what it collided with; the Wishes sheet has it in full."""
        for (e, d), lines in self.missed.items():
            here = [w for w in wishes if (w.e, w.d) == (e, d) and not w.met]
            # The checker goes through the requests in this very order.
            for i, w in enumerate(here):
                lines[i] += f"\n→ {w.against.to(lang)}"


def days_led(problem: Problem, week: LeadWeek) -> tuple[int, ...]:
    """Return the days of a week that lie in the horizon."""
    first = problem.index_of(week.monday)
    return tuple(range(max(0, first), min(problem.n_days, first + 7)))


def collect(audit: Audit, leads: Sequence[LeadWeek], lang: str) -> Marks:
    """Sort the findings of an audit by where they are shown.

    Parameters
    ----------
    audit : Audit
    leads : sequence of LeadWeek
        Weeks that have a lead.
    lang : str

    Returns
    -------
    Marks
    """
    problem = audit.roster.problem
    marks = Marks(
        cells=defaultdict(Mark),
        people=defaultdict(Mark),
        days=defaultdict(Mark),
        short=defaultdict(list),
        short_days=defaultdict(list),
        missed=defaultdict(list),
        led={(w.lead, d): w for w in leads for d in days_led(problem, w)},
        handover={
            (e, w.handover)
            for w in leads
            if w.handover is not None and 0 <= w.handover < problem.n_days
            for e in (w.lead, w.next_lead)
            if e is not None
        },
    )
    for v in audit.violations:
        if v.level is Level.SOFT and v.rule != "wishes":
            continue
        said = audit.say(v, lang)
        when = [d for day in v.when if 0 <= (d := problem.index_of(day)) < problem.n_days]
        who = [problem.employee_index[i] for i in v.who if i in problem.employee_index]
        if v.level is Level.SOFT:
            for e in who:
                for d in when:
                    marks.missed[e, d].append(said)
            continue
        if v.rule == "cover":
            for d in when:
                marks.short_days[d].append(said)
            continue
        if who and when:
            places = [[marks.cells[e, d] for d in when] for e in who]
        elif who:
            places = [[marks.people[e]] for e in who]
        else:
            places = [[marks.days[d] for d in when]]
        for group in places:
            for mark in group:
                mark.hard |= v.level is Level.HARD
            for mark in group[:1]:
                mark.lines.append(said)
    rows_short = defaultdict(list)
    for line in coverage(audit) if marks.short_days else ():
        if line.short:
            rows_short[line.d].append(line.row)
    for d, lines in marks.short_days.items():
        # the checker counts the Demand rows in this very order
        for row, said in zip(rows_short[d], lines):
            for code in row.shifts:
                marks.short[code, d].append(said)
    return marks
