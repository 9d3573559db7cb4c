"""No gap at the seat.

On each day on which the Demand sheet asks for somebody in the shifts of the `desk`, those of
its shifts that somebody works leave no gap in `hours`: nobody leaves before the next one is
there. A duty that ends at 16:00 and one that begins at 16:00 meet. Hours past midnight belong
to the day on which they begin, and a duty of the day before that runs past midnight covers,
too; a pause inside a split shift is not covered by it. Void without `hours`.

The desk's shifts are those whose job is the desk. Where no shift has that job, they are those
open to people of that job, worked by these people; without a desk, all shifts and everybody.
A Demand row asks when its min or target is above 0 and it names one of the desk's shifts, for
the desk's job or for no job. Where the sheet asks for nobody on any day, every day counts.

    amount = minutes of the hours in which nobody of the desk is at work

At the month's edge: hours that a duty of the history could cover are judged only when the
history is known for that day. Hours after the last day's midnight are judged here when only
this month's duties could cover them, and otherwise next month. That as many people as
needed are at the seat is for ``cover``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from constraints.cover._asked import asked_days
from constraints.cover._hours import Stretch, known, merged, stretches
from roster.errors import Issue
from roster.model import Builder
from roster.plan import Roster
from roster.problem import DAY_MINUTES, Problem
from roster.rule import Citation, Level, Rule, Scope, Violation, hours_of_day, job
from roster.words import Text


class Seat(NamedTuple):
    """The shifts of a desk, and who is at the desk in them."""

    codes: frozenset[str]
    people: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class HandoverOverlap(Rule):
    """The shifts of a desk meet."""

    id = "handover_overlap"
    cite = (
        Citation("telecom: no gap at the seat", "telecom：接班人未到岗不得离台"),
        Citation("web-centre: no gap at the seat", "web-centre：接班人未到岗不得离台"),
    )
    scope = Scope.TEAM
    place = ("hours",)
    unit = "minutes"
    lead_in_days = 2
    title = Text("No gap at the seat", "接班不离台")
    text = Text(
        "The shifts that somebody works at a desk leave no gap in the hours to be covered.",
        "岗位上有人上的班次在规定时间内首尾相接，不留空档。",
    )
    void_without = "hours"
    asks = {
        "forbid": Text(
            "somebody must be at the seat at all hours of {when}",
            "{when}规定时间内岗位不得无人",
        ),
        "never": Text(
            "no shift covers the hours of {when}",
            "{when}没有班次覆盖规定时间",
        ),
    }
    messages = {
        "": Text(
            "{when} {hours}: nobody at work, a gap of {amount} minutes",
            "{when} {hours}：无人在岗，空档 {amount} 分钟",
        ),
        "desk": Text(
            "{when} {hours}: nobody at work at {desk}, a gap of {amount} minutes",
            "{when} {hours}：{desk} 无人在岗，空档 {amount} 分钟",
        ),
    }

    desk: str | None = job(
        "job of the desk; none: all shifts",
        "岗位的工种；无：所有班次",
    )
    hours: tuple[tuple[int, int], ...] = hours_of_day("hours without a gap", "不得有空档的时间")

    # --- from the input alone -----------------------------------------------------------

    def _seat(self, problem: Problem) -> Seat:
        everybody = tuple(range(len(problem.employees)))
        if self.desk is None:
            return Seat(frozenset(problem.shift_by_code), everybody)
        desk = self.desk.casefold()
        own = frozenset(s.code for s in problem.shifts if s.job.casefold() == desk)
        if own:
            return Seat(own, everybody)
        people = tuple(e for e in everybody if problem.jobs[e].casefold() == desk)
        return Seat(frozenset().union(*(problem.fitting_codes[e] for e in people)), people)

    def _parts(self, problem: Problem) -> tuple[list[Stretch], list[Stretch]]:
        """Return the stretches of the hours on their own day, and on the day after it."""
        codes = self._seat(problem).codes
        shifts = [s for s in problem.shifts if s.code in codes]
        parts = stretches(shifts, itertools.chain.from_iterable(self.hours))

        def within(ago: int) -> list[Stretch]:
            hit = [p for p in parts if any(p.inside(a, b, ago) for a, b in self.hours)]
            return list(merged(hit))

        return within(0), within(1)

    def _asked(self, problem: Problem) -> Iterator[tuple[int, Stretch]]:
        """Yield the stretches that are judged, each with its day."""
        if not self.hours:
            return
        n, seat = problem.n_days, self._seat(problem)
        asked = asked_days(
            problem, None if self.desk is None else seat.codes, self.desk or "", first=-1
        )
        today, tomorrow = self._parts(problem)
        for day in sorted(asked):
            for x, parts in ((day, today), (day + 1, tomorrow)):
                for part in parts:
                    starts = dict(part.starts(x))
                    if day < 0 and not any(d >= 0 for d in starts):
                        continue  # last month's
                    if any(d >= n or (d < 0 and not known(problem, d)) for d in starts):
                        continue
                    if x >= 0:
                        yield x, part

    # --- the rule -------------------------------------------------------------------------

    def add_to(self, builder: Builder) -> None:
        """Forbid that nobody is at work in a stretch."""
        problem = builder.problem
        seat = self._seat(problem)
        for x, part in self._asked(problem):
            absent, there = [], False
            for d, codes in part.starts(x):
                for e in seat.people:
                    if d < 0:
                        there = there or problem.history_by_cell.get((e, d)) in codes
                    else:
                        absent.append(builder.none_of(e, d, codes))
            if there:
                continue
            if absent or self.level is Level.SOFT:
                builder.forbid(absent, by=self, amount=part.last - part.first)
            else:
                builder.never(self, [x])

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Look who is at work in each stretch, whatever days the audit is about."""
        problem = roster.problem
        seat = self._seat(problem)
        desk = {} if self.desk is None else {"desk": self.desk}
        reach = max(((s.end - 1) // DAY_MINUTES for s in problem.shifts), default=0)
        for x, part in self._asked(problem):
            days = range(x - reach, min(x, problem.n_days - 1) + 1)
            if not any(
                self._at_work(roster, seat, e, d, part.first + (x - d) * DAY_MINUTES)
                for e in seat.people
                for d in days
            ):
                yield self.violation(
                    problem,
                    part.last - part.first,
                    when=[x],
                    case="desk" if desk else "",
                    hours=part.hours,
                    **desk,
                )

    @staticmethod
    def _at_work(roster: Roster, seat: Seat, e: int, d: int, minute: int) -> bool:
        shift = roster.shift(e, d)
        return (
            shift is not None
            and shift.code in seat.codes
            and any(first <= minute < last for first, last in shift.segments)
        )

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Name the gaps that the catalogue leaves, and those that last month left."""
        desk = Text("", "")
        if self.desk is not None:
            desk = Text(f" of {self.desk}", f"{self.desk} 的")
        gaps: dict[str, list[int]] = {}
        for x, part in self._asked(problem):
            if not part.cover:
                gaps.setdefault(part.hours, []).append(x)
            elif all(d < 0 for d, _ in part.starts(x)) and not self._covered(problem, x, part):
                yield Issue.on_days(
                    Text(
                        f"handover_overlap: {{days}} {part.hours}: only last month's duties "
                        "could cover it, and none does",
                        f"handover_overlap：{{days}} {part.hours}：只有上月的班次能覆盖，"
                        "但无人在岗",
                    ),
                    [problem.date_of(x)],
                    hint=Text(
                        "correct the history, or make the rule soft for this month",
                        "更正历史班次，或本月把该规则设为软",
                    ),
                )
        for hours, days in gaps.items():
            yield Issue.on_days(
                Text(
                    f"handover_overlap: {{days}}: no shift{desk.en} covers {hours}",
                    f"handover_overlap：{{days}}：没有{desk.zh}班次包含 {hours}",
                ),
                map(problem.date_of, days),
                hint=Text(
                    "add or lengthen a shift, or shorten the hours",
                    "增加或延长班次，或缩短规定时间",
                ),
            )

    def _covered(self, problem: Problem, x: int, part: Stretch) -> bool:
        """Tell whether a duty of the history is at work in a stretch."""
        people, history = self._seat(problem).people, problem.history_by_cell
        return any(history.get((e, d)) in codes for d, codes in part.starts(x) for e in people)
