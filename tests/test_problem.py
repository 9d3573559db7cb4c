"""The problem's own arithmetic: demand in force, spans, parts of a month, known days."""

from __future__ import annotations

from datetime import date

import pytest

from roster.calendar import Calendar, DayKind
from roster.plan import Roster
from roster.problem import (
    Days,
    Demand,
    DeskSpell,
    Employee,
    FixedDuty,
    Grade,
    Leave,
    LeaveKind,
    Problem,
    Shift,
    ShiftKind,
    Status,
)

D = frozenset("D")
SHIFTS = (
    Shift(code="D", segments=((480, 1020),), paid_minutes=480),
    Shift(code="N", segments=((1320, 1800),), kind=ShiftKind.NIGHT),
    Shift(code="S", segments=((480, 720), (840, 1080)), counts_as=frozenset("DM")),
)
ROWS = {
    "date": Demand(shifts=D, days=Days.DATE, first=date(2026, 10, 10)),
    "span": Demand(
        shifts=D, days=Days.SPAN, first=date(2026, 10, 1), last=date(2026, 10, 11)
    ),
    "holiday": Demand(shifts=D, days=Days.HOLIDAY),
    "Thu": Demand(shifts=D, days=Days.WEEKDAY, weekday=3),
    "Sat": Demand(shifts=D, days=Days.WEEKDAY, weekday=5),
    "workday": Demand(shifts=D, days=Days.KIND, kind=DayKind.WORKDAY),
    "rest": Demand(shifts=D, days=Days.KIND, kind=DayKind.REST),
    "every": Demand(shifts=D, days=Days.EVERY),
}


def month(**more: object) -> Problem:
    """Return a problem of December 2026."""
    fields = {
        "start": date(2026, 12, 1),
        "end": date(2026, 12, 31),
        "employees": (Employee(id="E1"),),
        "shifts": SHIFTS,
    }
    return Problem(**{**fields, **more})


def in_force(day: str, rows: str) -> str:
    """Return which of the named rows is in force on a day."""
    on = date.fromisoformat(day)
    demand = tuple(ROWS[name] for name in rows.split())
    problem = month(start=on, end=on, demand=demand)
    found = [name for row in problem.demand_on[0] for name, r in ROWS.items() if r is row]
    return " ".join(found)


@pytest.mark.parametrize(
    ("day", "rows", "expected"),
    [
        ("2026-10-10", "every rest workday Sat holiday span date", "date"),
        ("2026-10-10", "every rest workday Sat holiday span", "span"),
        # A moved workday: the weekday's name never counts.
        ("2026-10-10", "every rest Sat workday", "workday"),
        ("2026-10-10", "Sat every rest", "every"),
        ("2026-10-10", "Sat rest", ""),
        # A statutory holiday on a Thursday.
        ("2026-10-01", "every rest Thu holiday", "holiday"),
        ("2026-10-01", "every rest workday Thu", "rest"),
        ("2026-10-01", "Thu workday every", "every"),
        # One on a Saturday is not moved.
        ("2026-10-03", "rest Sat every", "Sat"),
        ("2026-10-03", "rest Sat holiday", "holiday"),
        # Ordinary days: the name, then the kind, then every day.
        ("2026-10-15", "every workday Thu", "Thu"),
        ("2026-10-15", "every workday rest", "workday"),
        ("2026-10-17", "every workday Sat rest holiday", "Sat"),
        ("2026-10-17", "workday every rest", "rest"),
        ("2026-10-17", "workday Thu", ""),
        # A day off on a weekday by the notice: a rest day, not a holiday.
        ("2026-10-07", "holiday every workday rest", "rest"),
        ("2026-10-12", "span every", "every"),
        ("2026-10-11", "span every", "span"),
    ],
)
def test_the_most_exact_row_counts(day, rows, expected):
    assert in_force(day, rows) == expected
    assert in_force(day, " ".join(reversed(rows.split()))) == expected


def test_rows_with_other_shift_job_skill_or_grade_hold_together():
    rows = (
        Demand(shifts=D, min=2),
        Demand(shifts=D, days=Days.KIND, kind=DayKind.WORKDAY, min=3),
        Demand(shifts=frozenset("DN"), min=1),
        Demand(shifts=D, job="x", min=1),
        Demand(shifts=D, skills=frozenset({"vip"}), min=1),
        Demand(shifts=D, min_grade=Grade.SENIOR, min=1),
    )
    problem = month(demand=rows)
    assert set(problem.demand_on[0]) == set(rows[1:])
    assert set(problem.demand_on[4]) == set(rows) - {rows[1]}


def test_who_a_row_counts():
    row = Demand(
        shifts=D, job="Hotline", skills=frozenset({"vip"}), min_grade=Grade.INTERMEDIATE
    )
    good = {"job": "hotline", "skills": frozenset({"vip", "a"}), "grade": Grade.SENIOR}
    assert row.counts(Employee(id="1", **good))
    for name, other in (("job", "x"), ("skills", frozenset("a")), ("grade", Grade.JUNIOR)):
        assert not row.counts(Employee(id="1", **{**good, name: other}))
    assert not Demand(shifts=D, min_grade=Grade.SENIOR).counts(Employee(id="1", leader=True))
    assert Demand(shifts=D, min=2).wanted == 2 == Demand(shifts=D, target=2).wanted


def test_the_desk_plan_opens_desks():
    """E1 learns callback, E2 moves there on the first of the second month, E3 has moved."""
    first, second = date(2026, 12, 1), date(2027, 1, 1)
    shifts = tuple(
        Shift(code=c, segments=((480, 1020),), job=job)
        for c, job in (("Q", "Quality"), ("C", "callback"), ("S", "service"), ("D", ""))
    )
    staff = tuple(
        Employee(id=f"E{i}", job="quality", second_group="callback" if i == 1 else "")
        for i in (1, 2, 3, 4)
    )
    plan = (
        DeskSpell(staff="E1", month=first, desk="quality", training="Callback"),
        DeskSpell(staff="E1", month=date(2027, 2, 1), desk="service"),
        DeskSpell(staff="E2", month=first, desk="quality"),
        DeskSpell(staff="E2", month=second, desk="callback"),
        DeskSpell(staff="E3", month=first, desk="callback"),
    )
    problem = month(shifts=shifts, employees=staff, desk_plan=plan, end=date(2027, 1, 9))
    assert problem.jobs == ("quality", "quality", "callback", "quality")
    assert ["".join(sorted(codes)) for codes in problem.fitting_codes] == [
        "CDQ", "CDQ", "CD", "DQ",
    ]
    assert problem.helping_codes == (frozenset(),) * 4
    quality, callback = (
        Demand(shifts=frozenset("QCD"), job=job) for job in ("QUALITY", "callback")
    )
    counted = [
        ["".join(sorted(codes)) for codes in problem.counting(row)]
        for row in (quality, callback)
    ]
    assert counted == [["DQ", "DQ", "", "CDQ"], ["C", "C", "CDQ", ""]]
    assert [problem.is_for(callback, e) for e in range(4)] == [False, False, True, False]


def test_who_helps_out_counts_for_the_job_done():
    shifts = (
        Shift(code="D", segments=((480, 1020),)),
        Shift(code="K", segments=((480, 1020),), job="Complaint", counts_as=D),
    )
    staff = (
        Employee(id="1", job="order", group="Orders", second_group="complaints"),
        Employee(id="2", job="complaint", group="Complaints", second_group="Nobody"),
        Employee(id="3", job="order", group="Orders"),
        Employee(id="4", job="Quality", group="Complaints", second_group="ORDER"),
    )
    problem = month(shifts=shifts, employees=staff)
    assert [sorted(jobs) for jobs in problem.helps_with] == [
        ["complaint", "complaints", "quality"], ["nobody"], [], ["order"],
    ]
    assert problem.fitting_codes == (frozenset("DK"), frozenset("DK"), D, D)
    assert problem.helping_codes == (frozenset("K"), frozenset(), frozenset(), frozenset())
    orders, complaints = (Demand(shifts=D, job=job) for job in ("Order", "complaint"))
    assert problem.counts(orders, 0, "D") and not problem.counts(orders, 0, "K")
    assert problem.counts(complaints, 0, "K") and not problem.counts(complaints, 0, "D")
    assert problem.counts(Demand(shifts=D), 0, "K")
    assert problem.counting(complaints)[:2] == (frozenset("K"), frozenset("DK"))
    assert not any(problem.counting(complaints)[2:])
    # Without a second group nothing is done but one's own job, whatever the shift.
    assert problem.counts(orders, 2, "K") and not problem.counts(complaints, 2, "K")
    skilled = Demand(shifts=D, job="complaint", min_grade=Grade.SENIOR)
    assert not problem.counts(skilled, 0, "K")


def test_a_code_that_counts_as_another():
    problem = month()
    assert problem.codes_for(D) == {"D", "S"}
    assert problem.codes_for(frozenset("M")) == {"S"}
    assert problem.codes_for(frozenset("N")) == {"N"}


def test_shift_instants():
    split, night = SHIFTS[2], SHIFTS[1]
    assert split.paid_minutes == 480 and (split.start, split.end) == (480, 1080)
    assert [split.spans(m) for m in (479, 480, 780, 1080, 1081)] == [
        False, True, True, True, False,
    ]
    assert night.spans(1440) and not night.spans(60) and night.is_night


def test_scaled():
    part = Employee(id="E1", start_date=date(2026, 12, 30))
    gone = Employee(id="E2", end_date=date(2026, 11, 30))
    whole = Employee(id="E3", start_date=date(2020, 1, 1), end_date=date(2026, 12, 31))
    problem = month(employees=(part, gone, whole))
    assert problem.employed_days == (2, 0, 31)
    assert problem.scaled(1000, 0) == 64 and problem.scaled(1000, 0, up=True) == 65
    assert problem.scaled(1000, 1) == 0 and problem.scaled(1000, 2) == 1000
    assert problem.scaled(310, 0, 7) == 70 == problem.scaled(310, 0, 7, up=True)


def test_known_days():
    staff = (
        Employee(id="E1"),
        Employee(id="E2"),
        Employee(id="E3", start_date=date(2026, 11, 29)),
        Employee(id="E4", start_date=date(2026, 12, 5), end_date=date(2026, 12, 20)),
        Employee(id="E5", end_date=date(2027, 5, 1)),
    )
    history = {
        ("E1", date(2026, 11, 30)): "D",
        ("E1", date(2026, 11, 25)): None,
        ("E3", date(2026, 11, 20)): "N",
        ("E1", date(2026, 12, 2)): "N",
        ("E9", date(2026, 11, 1)): "D",
    }
    problem = month(employees=staff, history=history)
    assert problem.first_known == (-6, 0, -2, 4, 0)
    assert problem.last_known == (30, 30, 30, 19, 30)
    # What stands in the horizon or names a stranger is no history.
    assert set(problem.history_by_cell) == {(0, -1), (0, -6), (2, -11)}
    roster = Roster.empty(problem)
    assert roster.code(0, -1) == "D" and roster.on(0, -1) and roster.code(0, 1) is None
    assert roster.code(0, -6) is None and roster.code(0, -99) is None


def test_leave_and_employment():
    leaves = (
        Leave(staff="E1", first=date(2026, 11, 28), last=date(2026, 12, 2)),
        Leave(staff="E1", first=date(2026, 12, 2), last=date(2026, 12, 3), kind=LeaveKind.SICK),
        Leave(staff="E1", first=date(2026, 12, 9), last=date(2026, 12, 9),
              status=Status.REQUESTED),
        Leave(staff="E1", first=date(2026, 12, 31), last=date(2027, 1, 8)),
        Leave(staff="E9", first=date(2026, 12, 5), last=date(2026, 12, 6)),
    )
    problem = month(employees=(Employee(id="E1", end_date=date(2027, 1, 5)),), leaves=leaves)
    assert [d for d in range(-4, 12) if problem.leave_on(0, d)] == [-3, -2, -1, 0, 1, 2]
    assert problem.leave_on(0, 2).kind is LeaveKind.SICK
    # Just outside the horizon leave is known too: the hand-over may lie there.
    assert problem.leave_on(0, 38) and not problem.leave_on(0, 39)
    assert problem.employed(0, 35) and not problem.employed(0, 36)
    assert not problem.available(0, 30) and problem.available(0, 8)
    assert LeaveKind.ANNUAL.paid and LeaveKind.SICK.paid and LeaveKind.OFFICIAL.paid
    assert not LeaveKind.PERSONAL.paid and not LeaveKind.SPECIAL.paid


def test_weeks_weekends_and_months():
    problem = month(start=date(2026, 10, 3), end=date(2026, 11, 1))
    assert problem.mondays[0] == date(2026, 9, 28) and problem.mondays[-1] == date(2026, 10, 26)
    assert problem.n_months == 2 and problem.n_days == 30
    # 10 October is worked; the first weekend and the last lie whole in the horizon.
    assert problem.weekends == ((0, 1), (8,), (14, 15), (21, 22), (28, 29))
    assert problem.holidays == (0,)
    assert 7 in problem.workdays and 4 not in problem.workdays
    plain = month(start=date(2026, 12, 6), end=date(2026, 12, 12), calendar=Calendar(None))
    assert plain.weekends == ((0,), (6,)) and len(plain.mondays) == 2
    assert month(start=date(2026, 12, 1), end=date(2027, 1, 1)).n_months == 2


def test_fitting_and_fixed_cells():
    shifts = (
        Shift(code="V", segments=((0, 60),), skills=frozenset({"vip"})),
        Shift(code="G", segments=((0, 60),), min_grade=Grade.JUNIOR),
    )
    fixed = (FixedDuty(staff="E1", day=date(2026, 12, 2), shift=None),)
    problem = month(shifts=shifts, fixed=fixed)
    assert problem.fitting_codes == (frozenset("G"),)
    assert problem.fixed_by_cell == {(0, 1): fixed[0]}


def test_roster_shape_is_checked():
    problem = month(end=date(2026, 12, 2))
    for cells in (((None,),), (), (("X", None),)):
        with pytest.raises(ValueError):
            Roster(problem, cells)
    roster = Roster(problem, (("D", None),))
    changed = roster.with_changes({(0, 0): None, (0, 1): "N"})
    assert roster.diff(changed) == ((0, 0, "D", None), (0, 1, None, "N"))
    assert roster.minutes(0) == 480 and changed.on_duty[1] == {"N": (0,)}
