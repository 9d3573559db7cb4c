"""Call files: every form that is read, every fault at its cell, and the load of the month."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from roster.calendar import Calendar
from roster.demand.calls import read_calls
from roster.demand.curve import kind_of, month_of
from roster.errors import InputError

HALF_HOURS = ("08:00", "08:30", "09:00")
DECEMBER = [date(2026, 12, 1) + timedelta(days=i) for i in range(31)]


@pytest.fixture
def file(tmp_path):
    def write(text: str, encoding: str = "utf-8"):
        path = tmp_path / "calls.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def faults(path, **options) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        read_calls(path, **options)
    for issue in caught.value.issues:
        assert issue.line("zh") and issue.line("en") and issue.sheet == "calls.csv"
    return [(i.cell, i.what.en) for i in caught.value.issues]


def lines(days, times=HALF_HOURS, calls="10,180") -> str:
    return "date,time,calls,handling\n" + "".join(
        f"{d},{t},{calls}\n" for d in days for t in times
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_either_language_any_separator(file, encoding, mark):
    text = (
        "日期,时间,来电,处理时长\r\n2026/12/1,8:00,10,180\r\n2026-12-01,08:30-09:00,4,3:05\r\n"
    )
    calls = read_calls(file(text.replace(",", mark), encoding))
    assert calls.interval == 30
    assert calls.calls[date(2026, 12, 1)][15:19] == (0, 10, 4, 0)
    assert calls.handling[date(2026, 12, 1)][15:19] == (None, 180, 185, None)
    assert calls.notes == ()


@pytest.mark.parametrize(
    ("times", "interval"),
    [
        (("08:00", "08:15", "08:30"), 15),
        (("08:00", "08:30"), 30),
        (("08:00", "09:00", "10:00", "12:00"), 60),
    ],
)
def test_the_interval_is_seen(file, times, interval):
    calls = read_calls(file(lines(DECEMBER[:2], times)))
    assert calls.interval == interval
    assert len(calls.calls[DECEMBER[0]]) == 1440 // interval


def test_columns_in_any_order_and_others_noted(file):
    text = "queue,calls,time,date\nA,3,08:00,2026-12-01\nA,4,08:30,2026-12-01\n"
    calls = read_calls(file(text), handling=200)
    assert calls.calls[DECEMBER[0]][16:18] == (3, 4)
    assert calls.handling[DECEMBER[0]][16:18] == (200, 200)
    assert [(n.cell, n.found) for n in calls.notes] == [("A1", "queue")]


def test_a_missing_line_is_no_call_and_said(file):
    text = lines(DECEMBER[:2]) + f"{DECEMBER[2]},08:00,7,180\n"
    calls = read_calls(file(text))
    assert calls.calls[DECEMBER[2]][16:19] == (7, 0, 0)
    assert [n.what.en for n in calls.notes] == [
        "2 intervals have no line and count as 0 calls, the first Thu 3 Dec 08:30"
    ]


def test_every_fault_at_once(file):
    text = (
        "date,time,calls,handling\n"
        "2026-12-01,08:00,10,180\n"
        "2026-12-01,08:30,ten,180\n"
        "2026-02-30,09:00,10,180\n"
        "2026-12-01,25:00,10,180\n"
        "2026-12-01,09:00,-1,180\n"
        "2026-12-01,09:30,10,\n"
        "2026-12-01,10:00,nan,99999\n"
        "2026-12-01,08:00,10,180\n"
        "2026-12-01,08:30,10,180\n"
        "2026-12-01,09:00,10,180\n"
        "2026-12-01,09:10,10,180\n"
    )
    assert faults(file(text)) == [
        ("C3", "no number"),
        ("A4", "there is no such day"),
        ("B5", "there is no such time of day"),
        ("C6", "the number is out of range"),
        ("D7", "calls without a handling time"),
        ("C8", "the number is out of range"),
        ("D8", "the number is out of range"),
        ("B9", "date and time are there twice"),
        ("B12", "no interval begins here"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("", "the file is empty")]),
        ("date,time,calls\n", [("", "the file has no lines")]),
        ("day,time\n1,2\n", [("A1", "a column is missing"), ("A1", "a column is missing")]),
        ("date,time,calls,来电\n", [("D1", "the column is there twice")]),
        ("date,time,calls\n2026-12-01,08:00,0\n", [("", "the interval cannot be told")]),
        (
            "date,time,calls\n2026-12-01,08:00,0\n2026-12-01,08:07,0\n",
            [("", "no usable interval")],
        ),
        ("PK\x03\x04", [("", "a workbook, not a text file")]),
    ],
)
def test_files_that_are_no_call_files(file, text, found):
    assert faults(file(text)) == found


def test_a_missing_file(tmp_path):
    assert faults(tmp_path / "calls.csv") == [("", "cannot be opened")]


def test_many_faults_of_one_kind_are_counted(file):
    found = faults(file(lines(DECEMBER, calls="x,180")))
    assert len(found) == 21
    assert found[-1] == ("", "no number: 73 more lines like this")


# --- the month -------------------------------------------------------------------------------


def history(first: date, days: int, level) -> str:
    return "date,time,calls,handling\n" + "".join(
        f"{d},{t},{level(d)},{100 + level(d)}\n"
        for i in range(days)
        for d in [first + timedelta(days=i)]
        for t in HALF_HOURS
    )


def test_history_is_averaged_by_weekday(file):
    first = date(2026, 11, 2)

    def level(d):
        return 10 * d.isoweekday() + (d - first).days // 7

    month = month_of(read_calls(file(history(first, 14, level))), DECEMBER, Calendar(), 20)
    assert [c.days for c in month.curves] == list("0123456")
    assert [c.calls[16] for c in month.curves] == pytest.approx(
        [1.2 * (10 * i + 0.5) for i in range(1, 8)]
    )
    # Handling is weighted by calls: (10 x 110 + 11 x 111) / 21.
    assert month.curves[0].handling[16] == pytest.approx((10 * 110 + 11 * 111) / 21)
    assert sorted(d for c in month.curves for d in c.dates) == DECEMBER
    assert month.nights == {(i, (i + 1) % 7) for i in range(7)}


def test_holidays_and_moved_days_are_told_apart(file):
    """October 2026: 1 to 3 are statutory, 5 to 7 moved rest days, Saturday 10 is worked."""
    october = [date(2026, 10, 1) + timedelta(days=i) for i in range(31)]
    calendar = Calendar()
    assert [kind_of(d, calendar) for d in october[:11]] == [
        "holiday", "holiday", "holiday", "6", "rest", "rest", "rest", "3", "4", "workday", "6",
    ]  # fmt: skip
    text = history(date(2026, 8, 3), 28, lambda d: 30 if d.weekday() < 5 else 12)
    month = month_of(read_calls(file(text)), october, calendar)
    load = {c.days: c.calls[16] for c in month.curves}
    assert load == {**dict.fromkeys("01234", 30), **dict.fromkeys("56", 12),
                    "holiday": 12, "rest": 12, "workday": 30}  # fmt: skip
    assert sum("no such days" in n.what.en for n in month.notes) == 3


def test_holidays_of_the_history_are_for_holidays(file):
    text = history(date(2026, 9, 28), 14, lambda d: 5 if d <= date(2026, 10, 3) else 20)
    month = month_of(
        read_calls(file(text)), [date(2027, 1, 1) + timedelta(days=i) for i in range(31)],
        Calendar(),
    )  # fmt: skip
    assert {c.days: c.calls[16] for c in month.curves}["holiday"] == 5


def test_dates_of_the_month_are_its_forecast(file):
    text = history(date(2026, 12, 1), 31, lambda d: d.day)
    month = month_of(read_calls(file(text)), DECEMBER, Calendar())
    assert [c.days for c in month.curves] == [d.isoformat() for d in DECEMBER]
    assert [c.calls[16] for c in month.curves] == list(range(1, 32))
    # The day before the first is like the 7th; the day after the last like the 25th.
    assert month.nights >= {(6, 0), (30, 24), (0, 1)}
    assert len(month.nights) == 32


def test_a_forecast_for_some_days_and_history_for_the_rest(file):
    text = history(date(2026, 11, 2), 36, lambda d: 90 if d.month == 12 else 20)
    month = month_of(read_calls(file(text)), DECEMBER, Calendar())
    assert "leaves out 24 days" in month.notes[0].what.en
    dated = [c for c in month.curves if "-" in c.days]
    assert [c.dates[0].day for c in dated] == list(range(1, 8))
    assert {c.calls[16] for c in dated} == {90}
    assert {c.calls[16] for c in month.curves if c not in dated} == {20}


def test_days_that_the_file_says_nothing_about(file):
    text = history(date(2026, 11, 2), 5, lambda d: 20)
    with pytest.raises(InputError) as caught:
        month_of(read_calls(file(text)), DECEMBER, Calendar())
    assert "2026-12-05" in caught.value.issues[0].found
