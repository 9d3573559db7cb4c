"""Days, weeks and holidays.

What a date counts as follows from three sources, the first that speaks wins: the Calendar
sheet, the ``holidays`` library, the weekday. Statutory holidays are the days of the
regulation itself; days that the library marks as observed or as moved are rest days; a
weekend day that the yearly notice turns into a workday is a workday.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache

import holidays as holidays_library

from roster.words import Text, same


class DayKind(str, Enum):
    """What a day counts as."""

    WORKDAY = "workday"
    REST = "rest"
    HOLIDAY = "holiday"


@dataclass(frozen=True)
class NamedDay:
    """A day that differs from what its weekday says."""

    kind: DayKind
    name: Text = field(default_factory=lambda: same(""))


_SPRING_FESTIVAL = re.compile(
    r"春节|除夕|农历新年|spring festival|(chinese|lunar) new year", re.IGNORECASE
)


@lru_cache(maxsize=64)
def _library_year(country: str, year: int) -> Mapping[date, NamedDay]:
    """Return the library's named days of one year."""
    by_lang: dict[str, dict[date, tuple[DayKind, str]]] = {}
    for lang in ("en_US", "zh_CN"):
        supported = getattr(
            holidays_library.country_holidays(country), "supported_languages", ()
        )
        kwargs = {"language": lang} if lang in supported else {}
        plain = holidays_library.country_holidays(country, years=year, observed=False, **kwargs)
        full = holidays_library.country_holidays(country, years=year, **kwargs)
        moved = plain.tr(getattr(plain, "substituted_label", "")).split("%s")[0]
        days: dict[date, tuple[DayKind, str]] = {
            day: (DayKind.WORKDAY, "") for day in full.weekend_workdays if day.year == year
        }
        for day, name in full.items():
            statutory = day in plain and not (moved and plain[day].startswith(moved))
            days[day] = (DayKind.HOLIDAY if statutory else DayKind.REST, name)
        by_lang[lang] = days
    return {
        day: NamedDay(kind, Text(name, by_lang["zh_CN"].get(day, (kind, name))[1]))
        for day, (kind, name) in by_lang["en_US"].items()
    }


@lru_cache(maxsize=64)
def notice_published(country: str, year: int) -> bool:
    """Tell whether the library knows the yearly notice on moved days of `year`.

    Only China moves days by a notice of each year; elsewhere the answer is always yes.
    """
    if country != "CN":
        return True
    return year in holidays_library.country_holidays(country).special_public_holidays


def known_country(country: str) -> bool:
    """Tell whether the library has the country code."""
    return country in holidays_library.list_supported_countries()


@dataclass(frozen=True)
class Calendar:
    """What every date counts as.

    Parameters
    ----------
    country : str or None
        Country code of the ``holidays`` library; None for no holidays at all.
    overrides : mapping of date to NamedDay
        The Calendar sheet; it wins over the library.

    Examples
    --------
    >>> Calendar().kind(date(2026, 10, 10)).value   # a Saturday worked for 7 October
    'workday'
    """

    country: str | None = "CN"
    overrides: Mapping[date, NamedDay] = field(default_factory=dict)

    def _named(self, day: date) -> NamedDay | None:
        if day in self.overrides:
            return self.overrides[day]
        if self.country is None:
            return None
        return _library_year(self.country, day.year).get(day)

    def natural_kind(self, day: date) -> DayKind:
        """Return what the weekday alone says: Saturday and Sunday are rest days."""
        return DayKind.REST if day.weekday() >= 5 else DayKind.WORKDAY

    def kind(self, day: date) -> DayKind:
        """Return what the day counts as."""
        named = self._named(day)
        return named.kind if named else self.natural_kind(day)

    def name(self, day: date) -> Text:
        """Return the day's name, empty for an ordinary day."""
        named = self._named(day)
        return named.name if named else same("")

    def is_holiday(self, day: date) -> bool:
        """Tell whether the day is a statutory holiday."""
        return self.kind(day) is DayKind.HOLIDAY

    def is_spring_festival(self, day: date) -> bool:
        """Tell whether the day is a statutory holiday of the lunar New Year, its eve included.

        By the name on the Calendar sheet, or the library's where none is typed.
        """
        if not self.is_holiday(day):
            return False
        library = _library_year(self.country, day.year).get(day) if self.country else None
        names = [d.name for d in (self.overrides.get(day), library) if d and any(d.name)]
        return any(_SPRING_FESTIVAL.search(text) for text in names[0]) if names else False

    def is_workday(self, day: date) -> bool:
        """Tell whether the day is a workday, moved ones included."""
        return self.kind(day) is DayKind.WORKDAY

    def is_moved(self, day: date) -> bool:
        """Tell whether the day counts as something else than its weekday says.

        A statutory holiday counts as a rest day here, so one on a Thursday is moved and one
        on a Saturday is not.
        """
        rests = self.kind(day) is not DayKind.WORKDAY
        return rests != (self.natural_kind(day) is DayKind.REST)

    def is_weekend(self, day: date) -> bool:
        """Tell whether the day is a Saturday or Sunday that is not a moved workday."""
        return day.weekday() >= 5 and not self.is_workday(day)

    def years_without_notice(self, start: date, end: date) -> tuple[int, ...]:
        """Return the years of the span whose yearly notice the library lacks."""
        if self.country is None:
            return ()
        years = range(start.year, end.year + 1)
        return tuple(y for y in years if not notice_published(self.country, y))


def monday_of(day: date) -> date:
    """Return the Monday of the day's week."""
    return day - timedelta(days=day.weekday())
