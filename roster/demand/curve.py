"""From a call file to the load of the month: a curve for each kind of day.

Dates of the file that lie in the month are its forecast. All other dates are history, whose
average stands for the days of the month that have no forecast: each weekday for itself, the
statutory holidays, and the days that were moved, in the words by which the Demand sheet
names days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from roster.calendar import Calendar, DayKind
from roster.demand.calls import Calls
from roster.errors import InputError, Issue
from roster.words import Text, day_text, days_text
from roster.workbook.layout import DAY_SELECTORS, word_text


@dataclass(frozen=True)
class Curve:
    """The calls of a kind of day.

    Attributes
    ----------
    days : str
        How Demand names the days: ``"0"`` (Monday) to ``"6"``, ``"holiday"``, ``"workday"``
        and ``"rest"`` (moved days), or a date ``2026-12-24``.
    dates : tuple of date
        The days of the month that it stands for.
    calls : tuple of float
        Per interval.
    handling : tuple of float
        Mean seconds per interval, weighted by calls; 0 where nobody calls.
    seen : int
        Days of the file behind it.
    """

    days: str
    dates: tuple[date, ...]
    calls: tuple[float, ...]
    handling: tuple[float, ...]
    seen: int

    @property
    def label(self) -> Text:
        """The days as people read them."""
        if "-" in self.days:
            return day_text(date.fromisoformat(self.days))
        return word_text(DAY_SELECTORS, self.days)


@dataclass(frozen=True)
class Month:
    """The load of a month.

    Attributes
    ----------
    interval : int
        Minutes.
    curves : tuple of Curve
        In the order of the Demand sheet; together they name every day once.
    nights : frozenset of (int, int)
        Which curve follows which from one day to the next, by position. The day before the
        first one is taken like that a week later, the day after the last one like that a
        week earlier.
    notes : tuple of Issue
    """

    interval: int
    curves: tuple[Curve, ...]
    nights: frozenset[tuple[int, int]]
    notes: tuple[Issue, ...]


def kind_of(day: date, calendar: Calendar) -> str:
    """Return the word by which the Demand sheet names a day most exactly, dates aside."""
    kind = calendar.kind(day)
    if kind is DayKind.HOLIDAY:
        return "holiday"
    return kind.value if calendar.is_moved(day) else str(day.weekday())


def month_of(
    calls: Calls, days: Sequence[date], calendar: Calendar, growth: float = 0.0
) -> Month:
    """Return the load of each kind of day in the month.

    A holiday without holidays in the history counts as a rest day, a moved day as the
    average workday or rest day, a weekday that the history lacks as the average of the
    workdays or rest days that it has.

    Parameters
    ----------
    calls : Calls
    days : sequence of date
        The month, in order.
    calendar : Calendar
    growth : float
        Percent by which all calls are raised, above -100.

    Returns
    -------
    Month

    Raises
    ------
    InputError
        When the file says nothing about days of the month.
    """
    notes = list(calls.notes)
    forecast = [d for d in days if d in calls.calls]
    # A forecast for a part of the month stands for the rest when there is no history.
    history = [d for d in calls.calls if d not in set(days)] or forecast
    if forecast and len(forecast) < len(days):
        rest = [d for d in days if d not in calls.calls]
        notes.append(
            Issue(
                what=Text(
                    "the forecast leaves out {n} days of the month, the first {day}; they get "
                    "the average of days of their kind",
                    "预测缺少本月 {n} 天，首日为{day}，按同类日子的平均补上",
                ).format(n=len(rest), day=day_text(rest[0]))
            )
        )
    named: dict[str, list[date]] = {}
    for day in days:
        word = day.isoformat() if day in calls.calls else kind_of(day, calendar)
        named.setdefault(word, []).append(day)
    curves, missing = [], []
    for word in sorted(named, key=_order):
        sources, instead = _sources(word, named[word][0], history, calls, calendar)
        if not sources:
            missing += named[word]
            continue
        if instead:
            notes.append(_instead(named[word], instead))
        curves.append(_mean(word, named[word], sources, calls, 1 + growth / 100))
    if missing:
        raise InputError(
            Issue(
                what=Text(
                    "the call file says nothing about days like these",
                    "来电文件没有与这些日子同类的数据",
                ),
                found=", ".join(map(str, missing[:5])),
                expected=Text(
                    "lines for the month, or for workdays and rest days of earlier weeks",
                    "本月的数据，或以往工作日和休息日的数据",
                ),
            )
        )
    at = {day: i for i, curve in enumerate(curves) for day in curve.dates}
    nights = {(at[a], at[b]) for a, b in pairwise(days)}
    week = timedelta(days=6)
    nights.add((at.get(days[0] + week, at[days[-1]]), at[days[0]]))
    nights.add((at[days[-1]], at.get(days[-1] - week, at[days[0]])))
    return Month(calls.interval, tuple(curves), frozenset(nights), tuple(notes))


def _order(word: str) -> tuple[int, str]:
    return (0, word) if word.isdigit() else (1, word)


def _sources(
    word: str, day: date, history: Iterable[date], calls: Calls, calendar: Calendar
) -> tuple[list[date], Text | None]:
    """Return the days of the file behind a kind of day, and what they are if others."""
    if day in calls.calls:
        return [day], None
    rests = calendar.kind(day) is not DayKind.WORKDAY
    alike = [d for d in history if calendar.is_workday(d) != rests]
    own = [d for d in history if kind_of(d, calendar) == word]
    if word.isdigit() or word == "holiday":
        if own:
            return own, None
    words = Text("rest days", "休息日") if rests else Text("workdays", "工作日")
    return [d for d in alike if not calendar.is_holiday(d)] or alike, words


def _instead(dates: list[date], words: Text) -> Issue:
    return Issue(
        what=Text(
            "{days}: no such days in the call file, the average of its {words} is taken",
            "{days}：来电文件中没有同类日子，取其中{words}的平均",
        ).format(days=days_text(dates), words=words)
    )


def _mean(
    word: str, dates: Sequence[date], sources: Sequence[date], calls: Calls, factor: float
) -> Curve:
    load, time = [], []
    for slot in range(len(calls.calls[sources[0]])):
        numbers = [calls.calls[d][slot] for d in sources]
        total = sum(numbers)
        busy = sum(n * (calls.handling[d][slot] or 0) for n, d in zip(numbers, sources))
        load.append(factor * total / len(sources))
        time.append(busy / total if total else 0.0)
    return Curve(word, tuple(dates), tuple(load), tuple(time), len(sources))


__all__ = ["Curve", "Month", "kind_of", "month_of"]
