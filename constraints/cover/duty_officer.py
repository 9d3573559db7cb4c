"""Duty officer.

At every minute outside the `office` hours of workdays exactly one person is on duty in one of
`shifts`: no gap and no overlap at the hand-over. A duty that ends at 08:00 and one that begins
at 08:00 meet. Within the office hours of workdays nothing is asked; without `office` the
officer is there round the clock. Void without `shifts`.

The day is cut at midnight, at the office hours and wherever a listed shift begins, ends or
pauses; each stretch between two cuts counts one unit for each person too few or too many:

    amount of a stretch = |duties at work in it - 1|

A person with two of the duties at one time, which ``one_duty`` bars, counts twice.

At the month's edge a stretch is judged by the file whose duties decide it. Hours that only a
duty from before the horizon could cover are not judged; where a duty of this month could, the
history counts, two officers of last month are last month's fault, and nobody is missed when
the history is unknown. After the last day, where only this month's duties could cover a
stretch, it needs exactly one; where next month's could as well, at most one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from constraints.cover._hours import Stretch, known, merged, stretches
from roster.errors import Issue
from roster.model import Builder
from roster.plan import Roster
from roster.problem import DAY_MINUTES, Problem, Shift
from roster.rule import Citation, Flaw, Rule, Scope, Violation, hours_of_day, words
from roster.words import Text, day_text

_SHIFTS = 6
"""With more listed shifts the arithmetic does not look for a combination."""


class Asked(NamedTuple):
    """A stretch of day `x` that is judged: `least` to `most` duties, `past` of them known."""

    x: int
    part: Stretch
    least: int
    most: int
    past: int


@dataclass(frozen=True, kw_only=True)
class DutyOfficer(Rule):
    """Exactly one officer on duty."""

    id = "duty_officer"
    cite = (Citation("hospital-duty: duty officer", "hospital-duty：总值班"),)
    # A duty reaches into the next day, so that no single day can be judged by its own cells.
    scope = Scope.TEAM
    place = ("hours",)
    unit = "people"
    lead_in_days = 2
    title = Text("Duty officer", "总值班")
    text = Text(
        "Outside office hours exactly one person is on duty as duty officer, without a gap or "
        "an overlap.",
        "办公时间以外任何时刻正好有一人总值班，交接无空档、不重叠。",
    )
    void_without = "shifts"
    asks = {
        "at_least": Text(
            "one duty officer ({codes}) on {when}",
            "{when}需一人总值班（{codes}）",
        ),
        "at_most": Text(
            "only one duty officer ({codes}) on {when}",
            "{when}只能一人总值班（{codes}）",
        ),
        "never": Text(
            "no shift covers the duty officer's hours on {when}",
            "{when}没有班次覆盖总值班时间",
        ),
    }
    messages = {
        "nobody": Text(
            "{when} {hours}: nobody on duty in {shifts}",
            "{when} {hours}：{shifts} 无人值班",
        ),
        "several": Text(
            "{when} {hours}: {count} people on duty in {shifts} ({people}), one is enough",
            "{when} {hours}：{shifts} 有 {count} 人值班（{people}），只需一人",
        ),
    }

    shifts: tuple[str, ...] = words((), (), "shifts of the duty officer", "总值班的班次")
    office: tuple[tuple[int, int], ...] = hours_of_day(
        "office hours of workdays, without an officer; none: round the clock",
        "工作日办公时间，不设总值班；无：全天",
    )

    # --- from the input alone -----------------------------------------------------------

    def _listed(self, problem: Problem) -> tuple[Shift, ...]:
        return tuple(s for s in problem.shifts if s.code in self.shifts)

    def _outside(self, works: tuple[bool, bool], parts: tuple[Stretch, ...]) -> list[Stretch]:
        """Return the stretches of a day outside office hours, as long as may be.

        Parameters
        ----------
        works : tuple of bool
            Whether the day, and the day before, is a workday.
        parts : tuple of Stretch
        """
        left = [
            part
            for part in parts
            if not any(
                works[ago] and part.inside(first, last, ago)
                for ago in (0, 1)
                for first, last in self.office
            )
        ]
        return list(merged(left))

    def _days(self, problem: Problem) -> Iterator[tuple[int, list[Stretch]]]:
        """Yield the days on which a duty of the horizon can be at work, with stretches."""
        listed = self._listed(problem)
        if not listed:
            return
        parts = stretches(listed, itertools.chain.from_iterable(self.office))
        reach = max(back for part in parts for back, _ in (*part.cover, (0, ())))
        kinds: dict[tuple[bool, bool], list[Stretch]] = {}
        for x in range(problem.n_days + reach):
            works = tuple(
                problem.calendar.is_workday(problem.date_of(x - ago)) for ago in (0, 1)
            )
            if works not in kinds:
                kinds[works] = self._outside(works, parts)
            yield x, kinds[works]

    def _asked(self, problem: Problem) -> Iterator[Asked]:
        """Yield the stretches that are judged."""
        n, history = problem.n_days, problem.history_by_cell
        for x, parts in self._days(problem):
            for part in parts:
                starts = dict(part.starts(x))
                ours = any(0 <= d < n for d in starts)
                if not ours and (starts or x >= n):
                    continue  # another month's, or no shift of the next month is at work
                past = sum(
                    history.get((e, d)) in codes
                    for d, codes in starts.items()
                    if d < 0
                    for e in range(len(problem.employees))
                )
                unsure = any(d >= n or (d < 0 and not known(problem, d)) for d in starts)
                yield Asked(x, part, 0 if unsure else 1, max(1, past), past)

    # --- the rule -------------------------------------------------------------------------

    def add_to(self, builder: Builder) -> None:
        """Bound the duties at work in each stretch from both sides."""
        people, n = range(len(builder.problem.employees)), builder.problem.n_days
        for x, part, least, most, past in self._asked(builder.problem):
            at_work = [
                (1, builder.one_of(e, d, codes))
                for d, codes in part.starts(x)
                if 0 <= d < n
                for e in people
            ]
            if not at_work:
                builder.never(self, [x])
                continue
            builder.at_least(at_work, least - past, by=self)
            builder.at_most(at_work, most - past, by=self)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Count who is at work in each stretch, whatever days the audit is about."""
        problem = roster.problem
        listed = self._listed(problem)
        ends = [s.end for s in listed]
        reach = (max(ends) - 1) // DAY_MINUTES if ends else 0
        for x, part, least, most, _ in self._asked(problem):
            on = [
                person.id
                for e, person in enumerate(problem.employees)
                for d in range(x - reach, min(x, problem.n_days - 1) + 1)
                for first, last in self._segments(roster.shift(e, d))
                if first <= part.first + (x - d) * DAY_MINUTES < last
            ]
            facts = {"hours": part.hours, "shifts": ",".join(self.shifts)}
            if len(on) < least:
                yield self.violation(problem, 1, when=[x], case="nobody", **facts)
            if len(on) > most:
                names = Text(", ".join(on), "、".join(on))
                yield self.violation(
                    problem,
                    len(on) - most,
                    when=[x],
                    case="several",
                    count=len(on),
                    people=names,
                    **facts,
                )

    def _segments(self, shift: Shift | None) -> tuple[tuple[int, int], ...]:
        return () if shift is None or shift.code not in self.shifts else shift.segments

    # --- before any search ----------------------------------------------------------------

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Name the hours that no listed shift covers, or no combination of them."""
        gaps: dict[str, list[int]] = {}
        for x, part, *_ in self._asked(problem):
            if not part.cover:
                gaps.setdefault(part.hours, []).append(x)
        codes = ",".join(self.shifts)
        for hours, days in gaps.items():
            yield Issue.on_days(
                Text(
                    f"duty_officer: {{days}}: no shift of {codes} covers {hours}",
                    f"duty_officer：{{days}}：{codes} 都不包含 {hours}",
                ),
                [problem.days[d] for d in days],
                hint=Text(
                    "add or lengthen a shift, or widen the office hours",
                    "增加或延长班次，或放宽办公时间",
                ),
            )
        stuck = None if gaps else self._stuck(problem)
        if stuck is not None:
            on = day_text(problem.date_of(stuck))
            yield Issue(
                what=Text(
                    f"duty_officer: up to {on.en} no combination of {codes} has exactly one "
                    "officer at every hour",
                    f"duty_officer：到{on.zh}为止，{codes} 怎样组合都无法时时正好一人值班",
                ),
                hint=Text(
                    "make the shifts meet without an overlap",
                    "调整班次时间，使其首尾相接、不重叠",
                ),
            )

    def _stuck(self, problem: Problem) -> int | None:
        """Return the first day that no choice of shifts gets through; None when one does.

        Goes from day to day with every choice that has held so far. Two people on one shift
        are never better than one.
        """
        codes = [s.code for s in self._listed(problem)]
        if not codes or len(codes) > _SHIFTS:
            return None
        choices = [
            frozenset(chosen)
            for size in range(len(codes) + 1)
            for chosen in itertools.combinations(codes, size)
        ]
        by_day: dict[int, list[Asked]] = {}
        for asked in self._asked(problem):
            by_day.setdefault(asked.x, []).append(asked)
        reach = max((back for a in self._asked(problem) for back, _ in a.part.cover), default=0)
        nothing: frozenset[str] = frozenset()
        states = {(nothing,) * reach}
        for x in range(problem.n_days + reach):
            after = set()
            for state in states:
                for chosen in choices if x < problem.n_days else (nothing,):
                    duties = (chosen, *state)
                    if all(
                        a.least
                        <= a.past + sum(len(duties[k] & at) for k, at in a.part.cover)
                        <= a.most
                        for a in by_day.get(x, ())
                    ):
                        after.add(duties[:reach])
            if not after:
                return x
            states = after
        return None

    def flaws(self, problem: Problem) -> Iterator[Flaw]:
        """Find office hours that leave nothing of a workday, or that nothing goes with."""
        if self.office and not self.shifts:
            yield Flaw(
                what=Text("office hours without an officer's shifts", "有办公时间却无值班班次"),
                found=self.shown()["office"],
                expected=Text("parameter shifts as well", "同时填写参数 shifts"),
                parameter="office",
            )
        if self.shifts and sum(b - a for a, b in self.office) >= DAY_MINUTES:
            yield Flaw(
                what=Text(
                    "the office hours are the whole day: no hour is left for an officer",
                    "办公时间为全天，没有总值班的时间",
                ),
                found=self.shown()["office"],
                expected=Text("hours like 08:00-17:30", "如 08:00-17:30"),
                parameter="office",
            )
