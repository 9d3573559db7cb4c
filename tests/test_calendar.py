"""Holidays, moved days, weekends: what a date counts as."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from roster.calendar import (
    Calendar,
    DayKind,
    NamedDay,
    known_country,
    monday_of,
    notice_published,
)
from roster.words import Text

CN = Calendar()
STATUTORY = {
    2026: ["01-01", "02-16", "02-17", "02-18", "02-19", "04-05", "05-01", "05-02", "06-19",
           "09-25", "10-01", "10-02", "10-03"],
    2027: ["01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02", "06-09",
           "09-15", "10-01", "10-02", "10-03"],
}


def days_of(year: int) -> list[date]:
    """Return every day of a year."""
    first = date(year, 1, 1)
    return [first + timedelta(days=i) for i in range(365 + (year % 4 == 0))]


@pytest.mark.parametrize("year", STATUTORY)
def test_statutory_holidays_are_those_of_the_regulation(year):
    """Thirteen days since 2025; observed and moved days are none of them."""
    found = [f"{d:%m-%d}" for d in days_of(year) if CN.is_holiday(d)]
    assert found == STATUTORY[year]
    for d in days_of(year):
        if CN.is_holiday(d):
            assert CN.name(d).en and CN.name(d).zh


@pytest.mark.parametrize(
    "day",
    ["2026-01-02", "2026-02-20", "2026-02-23", "2026-04-06", "2026-05-04", "2026-05-05",
     "2026-10-05", "2026-10-06", "2026-10-07", "2027-02-09", "2027-05-03", "2027-10-04"],
)
def test_observed_and_moved_days_off_are_rest_days(day):
    day = date.fromisoformat(day)
    assert CN.kind(day) is DayKind.REST
    assert CN.is_moved(day) and not CN.is_weekend(day) and not CN.is_workday(day)


@pytest.mark.parametrize(
    "day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
)
def test_moved_workdays(day):
    day = date.fromisoformat(day)
    assert day.weekday() >= 5
    assert CN.is_workday(day) and CN.is_moved(day) and not CN.is_weekend(day)


def test_moved_workdays_are_all_there():
    worked = [d for d in days_of(2026) if d.weekday() >= 5 and CN.is_workday(d)]
    assert len(worked) == 6
    # Every workday at a weekend stands for a day off on a weekday.
    off = [
        d for d in days_of(2026)
        if d.weekday() < 5 and CN.kind(d) is DayKind.REST and "substituted" in CN.name(d).en
    ]
    assert len(off) == 6


def test_a_holiday_at_the_weekend_is_not_moved_and_still_a_weekend():
    saturday = date(2026, 10, 3)
    assert CN.is_holiday(saturday) and not CN.is_moved(saturday) and CN.is_weekend(saturday)
    thursday = date(2026, 10, 1)
    assert CN.is_holiday(thursday) and CN.is_moved(thursday) and not CN.is_weekend(thursday)


def test_ordinary_days():
    assert CN.kind(date(2026, 12, 7)) is DayKind.WORKDAY
    assert CN.kind(date(2026, 12, 12)) is DayKind.REST
    assert CN.is_weekend(date(2026, 12, 13)) and not CN.is_moved(date(2026, 12, 13))
    assert CN.name(date(2026, 12, 7)) == ("", "")


def test_the_calendar_sheet_wins():
    named = {
        date(2026, 10, 1): NamedDay(DayKind.WORKDAY),
        date(2026, 12, 12): NamedDay(DayKind.WORKDAY),
        date(2026, 12, 14): NamedDay(DayKind.HOLIDAY, Text("founding day", "司庆日")),
        date(2026, 10, 10): NamedDay(DayKind.REST),
        date(2026, 10, 2): NamedDay(DayKind.REST),
    }
    calendar = Calendar(overrides=named)
    assert calendar.is_workday(date(2026, 10, 1)) and not calendar.is_moved(date(2026, 10, 1))
    assert calendar.is_moved(date(2026, 12, 12)) and not calendar.is_weekend(date(2026, 12, 12))
    assert calendar.is_holiday(date(2026, 12, 14))
    assert calendar.name(date(2026, 12, 14)).zh == "司庆日"
    assert not calendar.is_moved(date(2026, 10, 10)) and calendar.is_weekend(date(2026, 10, 10))
    assert calendar.kind(date(2026, 10, 2)) is DayKind.REST
    assert calendar.is_holiday(date(2026, 10, 3))


def test_no_country_means_no_holidays():
    plain = Calendar(country=None)
    for d in days_of(2026):
        assert plain.kind(d) is plain.natural_kind(d)
        assert not plain.is_moved(d)
    assert plain.years_without_notice(date(2026, 1, 1), date(2039, 1, 1)) == ()


def test_years_without_notice():
    assert CN.years_without_notice(date(2026, 12, 1), date(2026, 12, 31)) == ()
    assert CN.years_without_notice(date(2026, 12, 7), date(2040, 1, 3))[-1] == 2040
    assert notice_published("CN", 2026) and not notice_published("CN", 2040)
    assert notice_published("US", 2040)
    assert Calendar("US").years_without_notice(date(2040, 1, 1), date(2040, 2, 1)) == ()


def test_a_span_across_new_year_knows_both_years():
    assert CN.is_holiday(date(2027, 1, 1)) and CN.is_workday(date(2026, 12, 31))


def test_other_countries():
    us = Calendar("US")
    assert us.is_holiday(date(2026, 7, 4)) and us.kind(date(2026, 7, 3)) is DayKind.REST
    # New Year's Day of 2022 was observed in the year before.
    assert us.kind(date(2021, 12, 31)) is DayKind.REST
    assert known_country("US") and known_country("CN") and not known_country("XX")


def test_monday_of():
    assert monday_of(date(2026, 12, 13)) == date(2026, 12, 7) == monday_of(date(2026, 12, 7))
    assert monday_of(date(2027, 1, 1)) == date(2026, 12, 28)
