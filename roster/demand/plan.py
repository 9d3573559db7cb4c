"""The plan of a month: agents, seats and shifts for the load, as rows of Demand and Load."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from roster.demand.curve import Month
from roster.demand.erlang import Performance, least_agents, performance
from roster.demand.shifts import Cover, least_cover, on_duty, out_of_reach
from roster.errors import InputError, Issue
from roster.problem import Shift, ShiftKind
from roster.words import Text, clock_text, joined, same
from roster.workbook.layout import EVERY_DAY, MAX_PEOPLE


@dataclass(frozen=True, kw_only=True)
class Service:
    """What callers are promised, and what agents can give.

    Attributes
    ----------
    level : float
        Percent of calls answered within the time, 0 to below 100.
    within : float
        Seconds.
    shrinkage : float
        Percent of rostered time that is not spent ready for calls (short breaks, coaching,
        sickness), 0 to below 100. Leave is on the Leave sheet and meals lie between the
        segments of a shift: neither belongs here.
    patience : float or None
        Mean seconds that callers wait before they give up; None: they wait for ever.
    occupancy : float
        Percent of their time that agents may be busy, above 0 to 100.
    """

    level: float = 80.0
    within: float = 20.0
    shrinkage: float = 15.0
    patience: float | None = None
    occupancy: float = 100.0

    def agents(self, calls: float, interval: int, handling: float) -> int:
        """Return the agents ready for calls that an interval of so many minutes needs."""
        return _agents(self, calls, interval, handling)

    def seats(self, agents: int) -> int:
        """Return the people rostered so that as many agents are ready."""
        return math.ceil(agents * 100 / (100 - self.shrinkage) - 1e-9)

    def ready(self, people: int) -> int:
        """Return the agents who are ready when so many people are rostered."""
        return math.floor(people * (100 - self.shrinkage) / 100 + 1e-9)

    def reached(
        self, calls: float, interval: int, handling: float, agents: int
    ) -> Performance | None:
        """Return what so many agents achieve; None when nobody calls."""
        if not calls:
            return None
        return performance(calls, 60 * interval, handling, agents, self.within, self.patience)


@lru_cache(maxsize=4096)
def _agents(service: Service, calls: float, interval: int, handling: float) -> int:
    if not calls:
        return 0
    return least_agents(
        calls,
        60 * interval,
        handling,
        level=service.level / 100,
        within=service.within,
        patience=service.patience,
        occupancy=service.occupancy / 100,
    )


@dataclass(frozen=True)
class Line:
    """One interval of one kind of day.

    Attributes
    ----------
    curve, start : int
        Position of the kind of day, minute of the day.
    calls, handling, erlangs : float
    agents : int
        Ready for calls, as the service level needs.
    seats : int
        Rostered, shrinkage allowed for.
    least, cover : int
        On duty when each shift has its min, and its target.
    reached : Performance or None
        With the target's cover after shrinkage; None when nobody calls.
    """

    curve: int
    start: int
    calls: float
    handling: float
    erlangs: float
    agents: int
    seats: int
    least: int
    cover: int
    reached: Performance | None


@dataclass(frozen=True)
class Plan:
    """Shifts that cover the load of a month.

    Attributes
    ----------
    month : Month
    service : Service
    shifts : tuple of Shift
        Those planned with.
    target : Cover
        People a shift, so that the service level is kept with shrinkage.
    least : Cover
        At most as many, so that it is kept while everybody rostered is ready for calls.
    notes : tuple of Issue
    """

    month: Month
    service: Service
    shifts: tuple[Shift, ...]
    target: Cover
    least: Cover
    notes: tuple[Issue, ...] = ()

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every interval with calls or people on duty, kind of day by kind of day."""
        interval = self.month.interval
        covers = [
            on_duty(c.counts, self.shifts, interval, self.month.nights)
            for c in (self.least, self.target)
        ]
        out = []
        for at, curve in enumerate(self.month.curves):
            for slot, (calls, handling) in enumerate(zip(curve.calls, curve.handling)):
                least, cover = covers[0][at][slot], covers[1][at][slot]
                if not (calls or cover):
                    continue
                agents = self.service.agents(calls, interval, handling)
                out.append(
                    Line(
                        at,
                        slot * interval,
                        calls,
                        handling,
                        calls * handling / (60 * interval),
                        agents,
                        self.service.seats(agents),
                        least,
                        cover,
                        self.service.reached(
                            calls, interval, handling, self.service.ready(cover)
                        ),
                    )
                )
        return tuple(out)

    @property
    def busiest(self) -> int:
        """Position of the kind of day with the most work in its busiest interval."""
        peak = max(self.lines, key=lambda x: (x.agents, x.erlangs), default=None)
        return 0 if peak is None else peak.curve

    def minutes(self, cover: Cover) -> int:
        """Return the paid minutes of a cover over the month."""
        return sum(
            len(curve.dates) * n * shift.paid_minutes
            for curve, row in zip(self.month.curves, cover.counts)
            for n, shift in zip(row, self.shifts)
        )

    def rows(self, job: str = "") -> list[dict[str, Any]]:
        """Return the rows of the Demand sheet, by keys of the layout.

        A shift that no day needs gets one row with a max of 0, so that hours left over go
        where there are calls.
        """
        rows = []
        for s, shift in enumerate(self.shifts):
            row = {"shift": shift.code, **({"job": job} if job else {})}
            if not any(counts[s] for counts in self.target.counts):
                rows.append({"days": "every", **row, "min": 0, "max": 0})
                continue
            for d, curve in enumerate(self.month.curves):
                target, least = self.target.counts[d][s], self.least.counts[d][s]
                people = {"min": least, "target": target} if target else {"min": 0, "max": 0}
                rows.append({"days": curve.days, **row, **people})
        return rows


def usable(shifts: Iterable[Shift], job: str = "", codes: Sequence[str] = ()) -> list[Shift]:
    """Return the shifts that calls are answered in.

    Parameters
    ----------
    shifts : iterable of Shift
    job : str
        Shifts of other jobs are left out.
    codes : sequence of str
        Only these; without any, all but duty shifts and shifts that ask for a skill or a
        grade. Shifts that count as others are left out: their people would be counted twice.

    Returns
    -------
    list of Shift

    Raises
    ------
    InputError
        When a code is unknown or cannot be used, or no shift is left.
    """
    shifts = list(shifts)
    fits = {
        s.code: s
        for s in shifts
        if not s.counts_as and (not s.job or s.job.casefold() == job.casefold())
    }
    wrong = [c for c in codes if c not in fits]
    chosen = [fits[c] for c in dict.fromkeys(codes) if c in fits] or [
        s
        for s in fits.values()
        if s.kind is not ShiftKind.DUTY and not s.skills and s.min_grade is None
    ]
    if wrong or not chosen:
        raise InputError(
            Issue(
                what=Text("no shift that can answer calls", "没有可用于接听来电的班次"),
                found=", ".join(wrong),
                expected=same(", ".join(fits)),
                hint=Text(
                    "name the job with --job, or shifts of the Shifts sheet with --shifts",
                    "用 --job 指定工种，或用 --shifts 指定《班次》表中的班次",
                ),
            )
        )
    return chosen


def plan_of(
    month: Month, shifts: Sequence[Shift], service: Service, *, gaps: bool = False
) -> Plan:
    """Plan the shifts of a month.

    Parameters
    ----------
    month : Month
    shifts : sequence of Shift
        To be planned with.
    service : Service
    gaps : bool
        Leave hours that no shift covers without anybody, with a warning.

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        When no shift covers some hours with calls, or a team would be larger than any.
    """
    loads = [
        (n * t / (60 * month.interval), curve)
        for curve in month.curves
        for n, t in zip(curve.calls, curve.handling)
    ]
    load, busiest = max(loads, key=lambda x: x[0], default=(0, None))
    if load > MAX_PEOPLE / 2:
        day = busiest.label
        raise InputError(
            Issue(
                what=Text(
                    f"{day.en}: more calls at a time than a team can answer",
                    f"{day.zh}：同时来电超出一个团队的能力",
                ),
                found=f"{load:.0f}",
                expected=Text(
                    f"at most {MAX_PEOPLE // 2} calls being handled at a time",
                    f"同时处理的来电不超过 {MAX_PEOPLE // 2} 个",
                ),
                hint=Text(
                    "are handling times in seconds, and calls for one interval?",
                    "处理时长是否为秒，来电是否为一个时段的数量？",
                ),
            )
        )
    agents = [
        [service.agents(n, month.interval, t) for n, t in zip(curve.calls, curve.handling)]
        for curve in month.curves
    ]
    notes = list(month.notes)
    holes = out_of_reach(agents, shifts, month.interval)
    if holes:
        issue = _uncovered(month, agents, holes, warning=gaps)
        if not gaps:
            raise InputError(issue)
        notes.append(issue)
        for day, slot in holes:
            agents[day][slot] = 0
    days = [len(curve.dates) for curve in month.curves]
    seats = [[service.seats(n) for n in row] for row in agents]
    target = least_cover(seats, shifts, month.interval, month.nights, days)
    least = least_cover(agents, shifts, month.interval, month.nights, days, target.counts)
    if not (target.proven and least.proven):
        notes.append(
            Issue(
                what=Text(
                    "the hours of the plan are not proven to be the least",
                    "方案的工时未证明为最少",
                )
            )
        )
    return Plan(month, service, tuple(shifts), target, least, tuple(notes))


def _uncovered(
    month: Month, agents: list[list[int]], holes: list[tuple[int, int]], *, warning: bool
) -> Issue:
    """Name the hours that no shift covers, neighbouring intervals as one."""
    spans: list[list[int]] = []
    for day, slot in holes:
        if spans and spans[-1][0] == day and spans[-1][2] == slot:
            spans[-1][2] += 1
            spans[-1][3] = max(spans[-1][3], agents[day][slot])
        else:
            spans.append([day, slot, slot + 1, agents[day][slot]])
    by_hours: dict[str, list[int]] = {}
    for day, first, last, _ in spans:
        clock = f"{clock_text(first * month.interval)}-{clock_text(last * month.interval)}"
        by_hours.setdefault(clock, []).append(day)
    where = joined(
        Text("{clock} ({days})", "{clock}（{days}）").format(
            clock=clock, days=_named(month, days)
        )
        for clock, days in by_hours.items()
    )
    return Issue(
        what=Text(
            "no shift covers these hours with calls: {where}",
            "以下有来电的时段没有班次覆盖：{where}",
        ).format(where=where),
        hint=Text(
            "add a shift to the Shifts sheet, or leave them open with --allow-gaps",
            "在《班次》表中增加班次，或用 --allow-gaps 留空",
        ),
        warning=warning,
    )


def _named(month: Month, days: list[int]) -> Text:
    """Return kinds of day in words, of many the first ones."""
    if len(days) == len(month.curves):
        return EVERY_DAY.text
    shown = joined((month.curves[d].label for d in days[:7]), ", ", "、")
    more = len(days) - 7
    return (
        Text(f"{shown.en} and {more} more", f"{shown.zh}等{len(days)}天") if more > 0 else shown
    )


__all__ = ["Line", "Plan", "Service", "plan_of", "usable"]
