"""Time off in lieu of holiday duty.

Each duty on a statutory holiday is made up for by a day off within `within_days` days after
it. A day off in lieu is a workday (moved ones included) without a duty, on which the person
is employed and not on leave; one such day makes up for one holiday duty:

    amount = due days that no such day is left for

What is owed from before the horizon (*days in lieu* of the Carry-over sheet) is due within its
first `within_days` days, or by its end when it is shorter. A holiday duty whose window runs
past the end of the horizon is not yet due. What is still owed at the end, given or not, is the
balance: what was brought forward, and the holiday duties, less every day off that makes up for
one of them, a late one too. It goes to the Fairness sheet and into the next month.

A day off on a workday counts whatever else it is for: the rule does not ask whether it also
makes up for a weekend at work, nor whether it is the week's day of rest (``weekly_rest``).
Pay for holiday duty is not settled here. A duty belongs to the day on which it starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from roster.errors import Issue
from roster.model import Builder, Extra
from roster.plan import Roster
from roster.problem import CarryOver, Problem
from roster.rule import Citation, Level, Rule, Violation, whole
from roster.words import Text


@dataclass(frozen=True, kw_only=True)
class TimeOffInLieu(Rule):
    """A day off for each holiday duty."""

    id = "time_off_in_lieu"
    cite = (Citation("wallet: night and holiday duty", "wallet：夜间及假期值班"),)
    unit = "days"
    title = Text("Time off in lieu", "节假日补休")
    text = Text(
        "Each duty on a statutory holiday is made up for by a day off on a workday within so "
        "many days; what is owed is carried over.",
        "法定节假日每上一个班，在规定天数内的工作日补休一天；所欠天数结转。",
    )
    asks = {
        "at_least": Text(
            "{who}: {limit} {limit:day|days} off in lieu within {within_days} "
            "{within_days:day|days}",
            "{who}：{within_days} 天内补休 {limit} 天",
        ),
        "at_most": Text(
            "{who}: a day off makes up for one duty only",
            "{who}：一天休息只能抵一次补休",
        ),
        "forbid": Text(
            "{who}: no day left to make up for the holiday duty of {when}",
            "{who}：{when}节假日班没有可补休的日子",
        ),
        "never": Text(
            "more days in lieu owed than can be given",
            "待补休多于可安排的天数",
        ),
    }
    messages = {
        "": Text(
            "{who}: no day off in lieu of the duty on {when} by {last}",
            "{who}：{when}的节假日班至{last}仍未补休",
        ),
        "carried": Text(
            "{who}: {amount} of {owed} days in lieu brought forward not given by {last}",
            "{who}：结转的 {owed} 天补休至{last}仍有 {amount} 天未安排",
        ),
    }

    level: Level = Level.OFF
    weight: int = 20
    within_days: int = whole(
        30, 1, 366, "days within which the day off is given", "须在多少天内补休"
    )

    def add_to(self, builder: Builder) -> None:
        """Use each day off once at most, and at least one for each duty that is due."""
        problem = builder.problem
        for e in builder.people:
            days = workdays(problem, e)
            debts = self._due(problem, e)
            kept = self._kept(builder, e) if builder.around is not None else frozenset()
            uses: dict[int, list[tuple[int, Extra]]] = {d: [] for d in days}
            for k, (need, holiday, first, last) in enumerate(debts):
                terms = []
                for d in days:
                    use = builder.may(builder.off(e, d)) if first <= d <= last else None
                    if use is not None:
                        term = (1, use._replace(now=int((k, d) in kept)))
                        uses[d].append(term)
                        terms.append(term)
                worked = () if holiday is None else (builder.on(e, holiday),)
                if terms:
                    builder.at_least(terms, need, by=self, if_any=worked)
                elif worked:
                    builder.forbid(worked, by=self)
                else:
                    for _ in range(need):
                        builder.never(self)
            for terms in uses.values():
                if len(terms) > 1:
                    builder.at_most(terms, 1, by=self)

    def _due(self, problem: Problem, e: int) -> list[tuple[int, int | None, int, int]]:
        """Return days, holiday (None: brought forward), first and last day of each debt due."""
        n = problem.n_days
        debts = []
        if owed := brought_forward(problem, e):
            debts.append((owed, None, 0, min(self.within_days, n) - 1))
        debts += [
            (1, d, d + 1, d + self.within_days)
            for d in problem.holidays
            if d + self.within_days < n
        ]
        return debts

    def _kept(self, builder: Builder, e: int) -> frozenset[tuple[int, int]]:
        """Return (debt, day off) of what the roster that the model is around makes up for."""
        around = builder.around
        free = [d for d in workdays(builder.problem, e) if not around.on(e, d)]
        kept = set()
        for k, (need, holiday, first, last) in enumerate(self._due(builder.problem, e)):
            if holiday is None or around.on(e, holiday):
                for d in [d for d in free if first <= d <= last][:need]:
                    free.remove(d)
                    kept.add((k, d))
        return frozenset(kept)

    def check(self, roster: Roster) -> Iterator[Violation]:
        """Give each debt, in order of deadline, the earliest day off that is left."""
        problem = roster.problem
        n, within = problem.n_days, self.within_days
        for e in roster.people:
            free = days_off(roster, e)
            owed = problem.carry_over.get(problem.employees[e].id, CarryOver()).days_in_lieu
            last = min(within, n) - 1
            missed = 0
            for _ in range(owed):
                missed += not _take(free, 0, last)
            if missed:
                yield self.violation(
                    problem,
                    missed,
                    who=[e],
                    when=[last],
                    case="carried",
                    owed=owed,
                    last=problem.date_of(last),
                )
            for d, _ in roster.duties_of(e):
                if not problem.calendar.is_holiday(problem.date_of(d)):
                    continue
                if d + within <= n - 1 and not _take(free, d + 1, d + within):
                    yield self.violation(
                        problem, 1, who=[e], when=[d], last=problem.date_of(d + within)
                    )

    def balance(self, roster: Roster, e: int, days: Iterable[int] | None = None) -> int:
        """Return the days owed to a person at the end of the days, which are all by default.

        Each duty, in order, takes the earliest day off after it that is left, whether in time
        or late.
        """
        problem = roster.problem
        days = range(problem.n_days) if days is None else sorted(set(days))
        free = [d for d in days_off(roster, e) if d in days]
        end = problem.n_days - 1
        balance = sum(not _take(free, 0, end) for _ in range(brought_forward(problem, e)))
        for d in days:
            if roster.on(e, d) and d in problem.holidays:
                balance += not _take(free, d + 1, end)
        return balance

    def bound(self, problem: Problem) -> Iterator[Issue]:
        """Name people who are owed more than the workdays on which they are there."""
        for e, person in enumerate(problem.employees):
            owed = brought_forward(problem, e)
            last = min(self.within_days, problem.n_days) - 1
            able = sum(d <= last for d in workdays(problem, e))
            if owed > able:
                yield Issue(
                    what=Text(
                        f"{person.id}: {owed} days in lieu are owed, {able} workdays to give "
                        "them on",
                        f"{person.id}：待补休 {owed} 天，可安排的工作日只有 {able} 天",
                    ),
                    hint=Text("check days in lieu", "核对结转的待补休"),
                )


def _take(free: list[int], first: int, last: int) -> bool:
    """Take the earliest day of the span out of the days off; False when there is none."""
    day = next((d for d in free if first <= d <= last), None)
    if day is None:
        return False
    free.remove(day)
    return True


def brought_forward(problem: Problem, e: int) -> int:
    """Return the days in lieu owed from before the horizon."""
    return problem.carry_over.get(problem.employees[e].id, CarryOver()).days_in_lieu


def workdays(problem: Problem, e: int) -> Sequence[int]:
    """Return the workdays of the horizon on which a person is employed and not on leave."""
    return [d for d in problem.workdays if problem.available(e, d)]


def days_off(roster: Roster, e: int) -> list[int]:
    """Return the days that can be days in lieu: workdays without a duty."""
    problem = roster.problem
    return [
        d
        for d in range(problem.n_days)
        if problem.calendar.is_workday(problem.date_of(d))
        and problem.available(e, d)
        and not roster.on(e, d)
    ]
