"""When the meetings are."""

from __future__ import annotations

from datetime import date

import pytest
from worlds import HOLIDAY, SENIOR, WORKDAY, leave, people, rule, world

from constraints.rotation.meetings import meetings_of


def dates(start: date, days: int, calendar=None, **parameters) -> list[tuple[int, int, str]]:
    problem = world("D", days, start=start, calendar=calendar)
    made = meetings_of(problem, rule("meetings", **parameters))
    return [(problem.days[m.d].month, problem.days[m.d].day, m.which[0]) for m in made]


@pytest.mark.parametrize(
    "parameters, expected",
    [
        ({}, [(12, 25, "m"), (1, 22, "m")]),
        ({"inclusive": "no"}, [(12, 18, "m"), (1, 22, "m")]),
        ({"monthly_before": 31, "inclusive": "no"}, [(12, 25, "m"), (1, 29, "m")]),
        ({"monthly_before": 3}, [(1, 1, "m")]),
        ({"monthly_before": None}, []),
        (
            {"monthly_before": None, "weekly": "Thu"},
            [(12, d, "w") for d in (3, 10, 17, 24, 31)]
            + [(1, d, "w") for d in (7, 14, 21, 28)],
        ),
    ],
)  # fmt: skip
def test_two_months(parameters, expected):
    assert dates(date(2026, 12, 1), 62, **parameters) == expected


def test_no_meeting_on_a_holiday_nor_on_a_moved_workday():
    # 25 December is a holiday for once, 26 December, a Saturday, is worked for it.
    days = {24: HOLIDAY, 25: WORKDAY}
    found = dates(date(2026, 12, 1), 31, days, weekly="Fri")
    assert found == [
        (12, 4, "w"), (12, 11, "w"), (12, 18, "w"), (12, 18, "m"),
    ]  # fmt: skip
    assert dates(date(2026, 12, 1), 31, days, weekly="Sat", monthly_before=None) == []
    assert dates(date(2026, 12, 19), 13) == [(12, 25, "m")]
    assert dates(date(2026, 12, 26), 3) == []


def test_who_should_come():
    staff = people({}, SENIOR, {"leader": True}, {"end_date": date(2026, 12, 24)}, SENIOR)
    friday = date(2026, 12, 25)
    problem = world("D", 1, staff, start=friday, leaves=(leave("E5", 0, 0, friday),))
    weekly, monthly = meetings_of(problem, rule("meetings", weekly="Fri"))
    assert (weekly.which, weekly.attendees) == ("weekly", (1, 2))
    assert (monthly.which, monthly.attendees) == ("monthly", (0, 1, 2))
