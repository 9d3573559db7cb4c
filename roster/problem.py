"""The month to be rostered: people, shifts, demand, wishes and what came before.

All records are immutable and valid once built. Rules address people and days by position:
employee `e` is ``problem.employees[e]`` (row order of the attendance list), day `d` is
``problem.days[d]``; negative days lie before the horizon. Times are minutes, a shift's
minutes counted from the midnight that begins its day, so that 01:00 on the next day is 1500.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, IntEnum
from functools import cached_property

from roster.calendar import Calendar, DayKind, monday_of
from roster.words import Text, same

DAY_MINUTES = 1440


class Grade(IntEnum):
    """Grades in order; who has none counts as junior."""

    JUNIOR = 0
    INTERMEDIATE = 1
    SENIOR = 2


_GRADES = {
    Grade.JUNIOR: Text("junior", "初级"),
    Grade.INTERMEDIATE: Text("intermediate", "中级"),
    Grade.SENIOR: Text("senior", "高级"),
}


class ShiftKind(str, Enum):
    """Kind of a shift."""

    DAY = "day"
    EVENING = "evening"
    NIGHT = "night"
    DUTY = "duty"


class Protection(str, Enum):
    """Why a person has no night work and no overtime."""

    PREGNANT = "pregnant"
    NURSING = "nursing"
    MINOR = "minor"


@dataclass(frozen=True, kw_only=True)
class Employee:
    """A person on the attendance list.

    Attributes
    ----------
    id, name : str
        Staff number and name.
    group, second_group, committee_group, job : str
        Empty where there is none.
    grade : Grade
    skills : frozenset of str
        Casefolded.
    leader : bool
        Permanent leader.
    rotation : bool
        Takes the weekly lead in turn.
    min_minutes, max_minutes : int or None
        Least and most working time over the horizon, in minutes.
    shift_limits : mapping of str to int
        At most so many duties of each code over the horizon.
    max_consecutive_days, min_consecutive_days, min_consecutive_days_off, max_weekends :
        int or None; None takes the rule's value.
    start_date, end_date : date or None
        First and last day employed, both included.
    protection : Protection or None
    protected_from, protected_to : date or None
        Both included; None is open.
    mentor : str or None
        Id of the mentor.
    mentored_until : date or None
    desk_since : date or None
        Since when the person has had the job; None: takes no part in the desk rotation.
    """

    id: str
    name: str = ""
    group: str = ""
    second_group: str = ""
    committee_group: str = ""
    job: str = ""
    grade: Grade = Grade.JUNIOR
    skills: frozenset[str] = frozenset()
    leader: bool = False
    rotation: bool = True
    min_minutes: int | None = None
    max_minutes: int | None = None
    shift_limits: Mapping[str, int] = field(default_factory=dict)
    max_consecutive_days: int | None = None
    min_consecutive_days: int | None = None
    min_consecutive_days_off: int | None = None
    max_weekends: int | None = None
    start_date: date | None = None
    end_date: date | None = None
    protection: Protection | None = None
    protected_from: date | None = None
    protected_to: date | None = None
    mentor: str | None = None
    mentored_until: date | None = None
    desk_since: date | None = None

    def employed_on(self, day: date) -> bool:
        """Tell whether the day lies between start and end date, both included."""
        return (self.start_date is None or self.start_date <= day) and (
            self.end_date is None or day <= self.end_date
        )

    def protected_on(self, day: date) -> bool:
        """Tell whether night work and overtime are barred on the day."""
        return (
            self.protection is not None
            and (self.protected_from is None or self.protected_from <= day)
            and (self.protected_to is None or day <= self.protected_to)
        )

    def mentored_on(self, day: date) -> bool:
        """Tell whether the person works with a mentor on the day; with no end, always."""
        return self.mentor is not None and (
            self.mentored_until is None or day <= self.mentored_until
        )

    @property
    def leads_shifts(self) -> bool:
        """Senior or a permanent leader: can lead a shift."""
        return self.leader or self.grade is Grade.SENIOR


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A shift of the catalogue.

    Attributes
    ----------
    code, name : str
    segments : tuple of (int, int)
        Start and end of each segment in minutes, in order; ends may lie past 1440.
    paid_minutes : int
    kind : ShiftKind
    job : str
        Empty when open to every job.
    skills : frozenset of str
        Casefolded; all are needed.
    min_grade : Grade or None
    not_before : frozenset of str
        Codes that may not follow on the next day.
    counts_as : frozenset of str
        Codes for which this shift also counts in the demand.
    colour : str
        ``RRGGBB`` or empty.
    """

    code: str
    segments: tuple[tuple[int, int], ...]
    name: str = ""
    paid_minutes: int = -1
    kind: ShiftKind = ShiftKind.DAY
    job: str = ""
    skills: frozenset[str] = frozenset()
    min_grade: Grade | None = None
    not_before: frozenset[str] = frozenset()
    counts_as: frozenset[str] = frozenset()
    colour: str = ""

    def __post_init__(self) -> None:
        if self.paid_minutes < 0:
            object.__setattr__(self, "paid_minutes", sum(b - a for a, b in self.segments))

    @property
    def start(self) -> int:
        """First minute of the first segment."""
        return self.segments[0][0]

    @property
    def end(self) -> int:
        """Last minute of the last segment."""
        return self.segments[-1][1]

    @property
    def is_night(self) -> bool:
        """Of night kind."""
        return self.kind is ShiftKind.NIGHT

    def spans(self, minute: int) -> bool:
        """Tell whether the instant lies between first start and last end, both included."""
        return self.start <= minute <= self.end

    def counts_for(self, codes: frozenset[str]) -> bool:
        """Tell whether a duty in this shift counts for a Demand row of these codes."""
        return self.code in codes or not self.counts_as.isdisjoint(codes)


class Days(str, Enum):
    """How a Demand row names its days, the most exact first."""

    DATE = "date"
    SPAN = "span"
    HOLIDAY = "holiday"
    WEEKDAY = "weekday"
    KIND = "kind"
    EVERY = "every"


@dataclass(frozen=True, kw_only=True)
class DayChoice:
    """Which days a row is about, as the Demand sheet names them.

    Attributes
    ----------
    days : Days
        How the days are named.
    first, last : date or None
        For DATE and SPAN.
    weekday : int or None
        0 is Monday; for WEEKDAY.
    kind : DayKind or None
        WORKDAY or REST; for KIND.
    """

    days: Days = Days.EVERY
    first: date | None = None
    last: date | None = None
    weekday: int | None = None
    kind: DayKind | None = None

    def rank_on(self, day: date, calendar: Calendar) -> int | None:
        """Return how exactly the row names the day, 0 the most exact; None when not at all.

        On a moved day the weekday's name does not count; a statutory holiday without a
        holiday row counts as a rest day.
        """
        match self.days:
            case Days.DATE:
                return 0 if self.first == day else None
            case Days.SPAN:
                return 1 if self.first <= day <= self.last else None
            case Days.HOLIDAY:
                return 2 if calendar.is_holiday(day) else None
            case Days.WEEKDAY:
                named = self.weekday == day.weekday()
                return 3 if named and not calendar.is_moved(day) else None
            case Days.KIND:
                rests = not calendar.is_workday(day)
                return 4 if rests == (self.kind is DayKind.REST) else None
            case _:
                return 5


@dataclass(frozen=True, kw_only=True)
class Demand(DayChoice):
    """A row of the Demand sheet.

    Attributes
    ----------
    shifts : frozenset of str
        Codes counted together.
    job, skills, min_grade
        Whom the row counts; empty counts everybody.
    min, target, max : int or None
        People; None asks for nothing.
    under_weight, over_weight : int or None
        Points a person; None takes the rule's weight.
    cell : str
        Where the row stands, as ``Demand!A5``.
    """

    shifts: frozenset[str]
    job: str = ""
    skills: frozenset[str] = frozenset()
    min_grade: Grade | None = None
    min: int = 0
    target: int | None = None
    max: int | None = None
    under_weight: int | None = None
    over_weight: int | None = None
    cell: str = ""

    @property
    def key(self) -> tuple:
        """Rows with the same key replace one another; the most exact one counts."""
        return (self.shifts, self.job, self.skills, self.min_grade)

    @property
    def wanted(self) -> int:
        """Return the people asked for: the target, at least the min."""
        return max(self.min, self.target or 0)

    @property
    def text(self) -> Text:
        """The row by its shifts and whom it counts: ``N (senior or above)``."""
        codes = same(",".join(sorted(self.shifts)))
        who = [same(w) for w in (self.job, *sorted(self.skills)) if w]
        if self.min_grade is not None:
            grade = _GRADES[self.min_grade]
            who.append(Text(f"{grade.en} or above", f"{grade.zh}及以上"))
        if not who:
            return codes
        return Text(
            f"{codes.en} ({', '.join(w.en for w in who)})",
            f"{codes.zh}（{'、'.join(w.zh for w in who)}）",
        )

    def counts(self, employee: Employee) -> bool:
        """Tell whether the row counts the person in their own job.

        Which duties it counts, those of people who help out in another job among them, is
        told by `Problem.counts`.
        """
        return fits(employee, self.job, self.skills, self.min_grade)


def fits(
    employee: Employee,
    job: str,
    skills: frozenset[str],
    min_grade: Grade | None,
    jobs: frozenset[str] | None = None,
) -> bool:
    """Tell whether job, skills and grade of the person meet what is asked.

    Parameters
    ----------
    employee : Employee
    job : str
        Empty asks for none.
    skills : frozenset of str
    min_grade : Grade or None
    jobs : frozenset of str, optional
        The person's jobs, casefolded; the one of the Staff sheet by default.
    """
    if jobs is None:
        jobs = frozenset({employee.job.casefold()})
    return (
        (not job or job.casefold() in jobs)
        and skills <= employee.skills
        and (min_grade is None or employee.grade >= min_grade)
    )


def helping_jobs(employees: Iterable[Employee]) -> dict[str, frozenset[str]]:
    """Return, for each staff id, the jobs other than their own that they can help out with.

    Those of the people whose group is the person's second group; and the name of the second
    group, which may be that of a job. Casefolded.
    """
    employees = tuple(employees)
    jobs: dict[str, set[str]] = {}
    for p in employees:
        if p.group:
            jobs.setdefault(p.group.casefold(), set()).add(p.job.casefold())
    out = {}
    for p in employees:
        second = p.second_group.casefold()
        found = jobs.get(second, set()) | {second}
        out[p.id] = frozenset(found - {"", p.job.casefold()})
    return out


class LeaveKind(str, Enum):
    """Kind of leave."""

    PERSONAL = "personal"
    SPECIAL = "special"
    SICK = "sick"
    ANNUAL = "annual"
    OFFICIAL = "official"

    @property
    def paid(self) -> bool:
        """Annual, sick and official leave count towards the least hours."""
        return self in (LeaveKind.ANNUAL, LeaveKind.SICK, LeaveKind.OFFICIAL)


class Status(str, Enum):
    """Status of a leave or a swap."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    APPLIED = "applied"
    REFERRED = "referred"
    STALE = "stale"
    WITHDRAWN = "withdrawn"


SETTLED = (Status.APPLIED, Status.REJECTED, Status.STALE, Status.WITHDRAWN)
"""A request that nothing more happens to."""


@dataclass(frozen=True, kw_only=True)
class Leave:
    """A span of leave, both ends included. Only approved leave binds the roster.

    Attributes
    ----------
    staff : str
    first, last : date
    kind : LeaveKind
    status : Status
    asked_at : datetime or None
    asked_by : str
        Who asked: a staff id where one was typed, else free text; empty: the person.
    exceptional : bool
    stand_in : str or None
        Staff id.
    certificate : bool
        Handed in.
    approved_by : str
        As typed; empty while nobody has.
    """

    staff: str
    first: date
    last: date
    kind: LeaveKind = LeaveKind.PERSONAL
    status: Status = Status.APPROVED
    asked_at: datetime | None = None
    asked_by: str = ""
    exceptional: bool = False
    stand_in: str | None = None
    certificate: bool = False
    approved_by: str = ""
    cell: str = ""


class Want(str, Enum):
    """What a wish asks for."""

    SHIFT = "shift"
    OFF = "off"
    NOT = "not"


@dataclass(frozen=True, kw_only=True)
class Request:
    """A wish for one day.

    Attributes
    ----------
    want : Want
    shift : str or None
        The code wanted or not wanted; None for a day off.
    weight : int or None
        Points when not met; None takes the rule's weight.
    """

    staff: str
    day: date
    want: Want
    shift: str | None = None
    weight: int | None = None
    cell: str = ""

    def met_by(self, code: str | None) -> bool:
        """Tell whether a cell's code meets the wish."""
        if self.want is Want.OFF:
            return code is None
        return (code == self.shift) == (self.want is Want.SHIFT)


@dataclass(frozen=True, kw_only=True)
class FixedDuty:
    """A cell that is given: a code, or None for a day off.

    Attributes
    ----------
    staff : str
    day : date
    shift : str or None
    cell : str
        Where it stands.
    pin : str
        Why a cell of the Roster sheet is kept: `PINNED` or `CHANGED`; empty for a row of the
        Fixed sheet and for a day already published.
    """

    staff: str
    day: date
    shift: str | None
    cell: str = ""
    pin: str = ""


PINNED, CHANGED = "pinned", "changed"
"""A cell of the roster that somebody pinned; one changed since the roster was solved."""


@dataclass(frozen=True, kw_only=True)
class CarryOver:
    """What a person brings from earlier months.

    Attributes
    ----------
    nights, weekends, holidays, spring_festivals, duties : int
        Counts so far; a duty at the Spring Festival is one of the holidays.
    minutes, minutes_150, minutes_200, minutes_300 : int
        Working time so far, in all and of each pay class.
    nights_due, weekends_due, other_holidays_due, spring_festivals_due, minutes_due :
        float or None; the person's fair part so far, None where it was never counted.
    last_spring_festival : int or None
        Year in which the person last had a duty at the Spring Festival.
    wishes_met, wishes_missed, swaps : int
        Counts so far.
    last_lead_week, last_committee_week : date or None
        Mondays.
    passed_over : bool
        Was absent when the turn came; comes next.
    last_post : str
    days_in_lieu : int
    weekend_begun : bool
        The Saturday before a horizon that begins on a Sunday was a duty.
    """

    nights: int = 0
    weekends: int = 0
    holidays: int = 0
    minutes: int = 0
    last_lead_week: date | None = None
    passed_over: bool = False
    last_post: str = ""
    last_committee_week: date | None = None
    days_in_lieu: int = 0
    weekend_begun: bool = False
    duties: int = 0
    minutes_150: int = 0
    minutes_200: int = 0
    minutes_300: int = 0
    wishes_met: int = 0
    wishes_missed: int = 0
    swaps: int = 0
    spring_festivals: int = 0
    last_spring_festival: int | None = None
    nights_due: float | None = None
    weekends_due: float | None = None
    other_holidays_due: float | None = None
    spring_festivals_due: float | None = None
    minutes_due: float | None = None

    @property
    def other_holidays(self) -> int:
        """Duties on holidays other than those of the Spring Festival."""
        return self.holidays - self.spring_festivals


@dataclass(frozen=True, kw_only=True)
class YearLine:
    """What a person did in the calendar year before the horizon; only shown, no rule asks.

    Attributes
    ----------
    staff, name : str
        Who may have left.
    joined, left : date or None
        First and last day employed.
    days : int
        Days on which the person was there: employed and not on leave.
    worked : mapping of int to (int, int, int, int)
        By month, 1 is January: nights, weekends, holidays other than the Spring Festival,
        and minutes.
    parts : tuple of float
        The fair part of each of the four, the months together.
    spring_festivals, last_spring_festival : int, int or None
        Duties at this year's Spring Festival; the year of the last one worked.
    spring_festivals_part : float
    ahead : tuple of float
        By how much each of the four, and the Spring Festival, is above the fair part, what
        was brought from earlier years included; read only for those who left.
    """

    staff: str
    name: str = ""
    joined: date | None = None
    left: date | None = None
    days: int = 0
    worked: Mapping[int, tuple[int, int, int, int]] = field(default_factory=dict)
    parts: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    spring_festivals: int = 0
    last_spring_festival: int | None = None
    spring_festivals_part: float = 0.0
    ahead: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, kw_only=True)
class LeadTurn:
    """Where the rotation of the weekly lead stood at the end of last month.

    Attributes
    ----------
    latest : str or None
        Who led last.
    at : tuple of str
        Who led last in list order, then those before that person, going up the list: the
        first who is still there marks the place.
    waiting : tuple of str
        Who was passed over, the longest waiting first.
    """

    latest: str | None = None
    at: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


LEAD, SHIFT_LEAD = "lead", "shift_lead"
"""Posts beside those of the committees: the week's lead, and who leads a shift."""


@dataclass(frozen=True, kw_only=True)
class Task(DayChoice):
    """A recurring task of the duty sheet, tied to shifts, to a post, or to both.

    Attributes
    ----------
    name : str
    shifts : frozenset of str
        Who works one of these does it; empty: any shift.
    post : str
        `LEAD`, `SHIFT_LEAD` or a committee post; empty: anybody on the shifts.
    people : int or None
        How many do it, by turns; None: everybody whom it is tied to.
    cell : str
    """

    name: str
    shifts: frozenset[str] = frozenset()
    post: str = ""
    people: int | None = None
    cell: str = ""


@dataclass(frozen=True, kw_only=True)
class DeskSpell:
    """Where a person works in a month, by the plan of the desk rotation.

    Attributes
    ----------
    staff : str
    month : date
        Its first day.
    desk : str
        The job of the month.
    training : str
        The desk that they learn beside it, before they move there; empty when none.
    """

    staff: str
    month: date
    desk: str
    training: str = ""


SIGNATURES = (
    "applicant_agrees",
    "partner_agrees",
    "applicants_lead",
    "partners_lead",
    "manager",
)
"""Columns of the register that somebody signs, in the order of the paper form."""


@dataclass(frozen=True, kw_only=True)
class Swap:
    """A row of the swap register.

    Attributes
    ----------
    id : str
    applicant, partner : str
        Staff ids; the applicant's duty on `day` goes to the partner.
    day : date
    shift : str
        Code of that duty as typed; empty when not typed.
    return_day : date or None
        Day of the partner's duty that goes to the applicant; None for a duty given away.
    return_shift : str
    asked_at : datetime or None
    signatures : mapping of str to bool
        By the names in `SIGNATURES`; True for yes, False for no, absent while awaited.
    ring : str
        Rows with one ring number are one exchange; empty for an ordinary swap.
    override_by, override_reason : str
        Manager who makes an exception, and why.
    status : Status
    past : bool
        Taken from last month's result; its number may be used again this month.
    cell : str
    """

    id: str
    applicant: str
    partner: str
    day: date
    shift: str = ""
    return_day: date | None = None
    return_shift: str = ""
    asked_at: datetime | None = None
    signatures: Mapping[str, bool] = field(default_factory=dict)
    ring: str = ""
    override_by: str = ""
    override_reason: str = ""
    status: Status = Status.REQUESTED
    past: bool = False
    cell: str = ""


@dataclass(frozen=True, kw_only=True)
class SwapWish:
    """A duty that somebody wants to be rid of, and what they could take instead.

    Attributes
    ----------
    staff : str
    day : date
    can_take : tuple of (date, str or None)
        Days, each with a code or None for any; empty for any duty.
    """

    staff: str
    day: date
    can_take: tuple[tuple[date, str | None], ...] = ()
    cell: str = ""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A month to be rostered.

    Attributes
    ----------
    start, end : date
        First and last day of the horizon.
    employees : tuple of Employee
        The attendance list, in order.
    shifts : tuple of Shift
    demand : tuple of Demand
    leaves, requests, fixed, swaps, swap_wishes : tuples of their records
    history : mapping of (str, date) to (str or None)
        Duties and known days off before `start`.
    carry_over : mapping of str to CarryOver
    leads : tuple of (date, str)
        Known weekly leads of earlier weeks, each with its Monday.
    lead_turn : LeadTurn or None
        Where last month's rotation stood; without it the carry-over tells.
    weekly_lead : bool
        The team lead passes on every week.
    posts : tuple of str
        Committee posts that are filled each week; empty for a team without committees.
    posts_held : tuple of (date, str, str)
        Monday, post and staff id of committee terms that are known, of earlier weeks and of
        weeks already published.
    year : tuple of YearLine
        The calendar year so far, for the Year sheet alone.
    tasks : tuple of Task
    desk_plan : tuple of DeskSpell
        Of those who change desks, month by month; empty without desk rotation.
    calendar : Calendar
    leave_minutes : int
        What a workday of paid leave counts towards the least hours.
    team, language : str
    published_until : date or None
        Days up to it are fixed by `fixed`.
    published : mapping of (str, date) to (str or None)
        What people were told that they have, where a roster is out already; a roster is
        compared with it on these days alone.
    notice_from : date or None
        The day from which the notice of a change counts; None: the first day.
    """

    start: date
    end: date
    employees: tuple[Employee, ...]
    shifts: tuple[Shift, ...]
    demand: tuple[Demand, ...] = ()
    leaves: tuple[Leave, ...] = ()
    requests: tuple[Request, ...] = ()
    fixed: tuple[FixedDuty, ...] = ()
    swaps: tuple[Swap, ...] = ()
    swap_wishes: tuple[SwapWish, ...] = ()
    history: Mapping[tuple[str, date], str | None] = field(default_factory=dict)
    carry_over: Mapping[str, CarryOver] = field(default_factory=dict)
    leads: tuple[tuple[date, str], ...] = ()
    lead_turn: LeadTurn | None = None
    weekly_lead: bool = True
    posts: tuple[str, ...] = ()
    posts_held: tuple[tuple[date, str, str], ...] = ()
    year: tuple[YearLine, ...] = ()
    tasks: tuple[Task, ...] = ()
    desk_plan: tuple[DeskSpell, ...] = ()
    calendar: Calendar = field(default_factory=Calendar)
    leave_minutes: int = 480
    team: str = ""
    language: str = "zh"
    published_until: date | None = None
    published: Mapping[tuple[str, date], str | None] = field(default_factory=dict)
    notice_from: date | None = None

    @cached_property
    def derived(self) -> dict:
        """What is computed from the problem alone and kept with it, by whose it is."""
        return {}

    # --- days -------------------------------------------------------------------------

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The dates of the horizon."""
        n = (self.end - self.start).days + 1
        return tuple(self.start + timedelta(days=i) for i in range(n))

    @property
    def n_days(self) -> int:
        """Length of the horizon in days."""
        return len(self.days)

    def date_of(self, d: int) -> date:
        """Return the date of day `d`, which may lie outside the horizon."""
        return self.start + timedelta(days=d)

    def index_of(self, day: date) -> int:
        """Return the position of a date, negative before the horizon."""
        return (day - self.start).days

    @cached_property
    def workdays(self) -> tuple[int, ...]:
        """Days of the horizon that are workdays."""
        return tuple(d for d, day in enumerate(self.days) if self.calendar.is_workday(day))

    @cached_property
    def holidays(self) -> tuple[int, ...]:
        """Days of the horizon that are statutory holidays."""
        return tuple(d for d, day in enumerate(self.days) if self.calendar.is_holiday(day))

    @cached_property
    def spring_festival(self) -> tuple[int, ...]:
        """Days of the horizon that are statutory holidays of the Spring Festival."""
        return tuple(d for d in self.holidays if self.calendar.is_spring_festival(self.days[d]))

    def weekends_of(self, e: int) -> tuple[tuple[int, ...], ...]:
        """Return the weekends of the horizon that may count for a person.

        One that is cut by the start is no new one for whom its Saturday was a duty.
        """
        return self.weekends[1:] if self.weekend_begun(e) else self.weekends

    def weekend_begun(self, e: int) -> bool:
        """Tell whether a person worked the Saturday of a weekend that the start cuts."""
        carried = self.carry_over.get(self.employees[e].id)
        return (
            self.start.weekday() == 6
            and bool(self.weekends)
            and 0 in self.weekends[0]
            and self.calendar.is_weekend(self.date_of(-1))
            and (
                self.history_by_cell.get((e, -1)) is not None
                or (carried is not None and carried.weekend_begun)
            )
        )

    @cached_property
    def weekends(self) -> tuple[tuple[int, ...], ...]:
        """Days of each weekend inside the horizon, moved workdays left out."""
        groups: dict[date, list[int]] = {}
        for d, day in enumerate(self.days):
            if self.calendar.is_weekend(day):
                groups.setdefault(monday_of(day), []).append(d)
        return tuple(tuple(g) for g in groups.values())

    @cached_property
    def mondays(self) -> tuple[date, ...]:
        """Mondays of every week that has a day in the horizon."""
        first = monday_of(self.start)
        return tuple(
            first + timedelta(days=7 * i) for i in range(((self.end - first).days) // 7 + 1)
        )

    @cached_property
    def n_months(self) -> int:
        """Calendar months that the horizon touches."""
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1

    # --- people and shifts --------------------------------------------------------------

    @cached_property
    def employee_index(self) -> Mapping[str, int]:
        """Position of each staff id."""
        return {p.id: e for e, p in enumerate(self.employees)}

    @cached_property
    def shift_by_code(self) -> Mapping[str, Shift]:
        """The catalogue by code."""
        return {s.code: s for s in self.shifts}

    @cached_property
    def night_codes(self) -> frozenset[str]:
        """Codes of night kind."""
        return frozenset(s.code for s in self.shifts if s.is_night)

    def codes_for(self, codes: frozenset[str]) -> frozenset[str]:
        """Return the codes whose duties count for a Demand row of `codes`."""
        return frozenset(s.code for s in self.shifts if s.counts_for(codes))

    @cached_property
    def fitting_codes(self) -> tuple[frozenset[str], ...]:
        """Per person, the codes open to them by job, skill and grade."""
        return tuple(
            frozenset(
                s.code for s in self.shifts if fits(p, s.job, s.skills, s.min_grade, jobs)
            )
            for p, jobs in zip(self.employees, self.open_jobs)
        )

    @cached_property
    def jobs(self) -> tuple[str, ...]:
        """Per person, their own job: the desk of the plan on the first day, where it has one.

        Who has moved by the desk rotation has the new desk, whatever the Staff sheet says.
        """
        first = self.start.replace(day=1)
        desks = {s.staff: s.desk for s in self.desk_plan if s.month == first}
        return tuple(desks.get(p.id, p.job) for p in self.employees)

    @cached_property
    def planned_jobs(self) -> tuple[frozenset[str], ...]:
        """Per person, further desks of the plan in the horizon, learnt or next, casefolded."""
        desks: dict[str, set[str]] = {}
        for s in self.desk_plan:
            if self.start.replace(day=1) <= s.month <= self.end:
                desks.setdefault(s.staff, set()).update((s.desk, s.training))
        return tuple(
            frozenset(map(str.casefold, desks.get(p.id, ()))) - {"", own.casefold()}
            for p, own in zip(self.employees, self.jobs)
        )

    @cached_property
    def helps_with(self) -> tuple[frozenset[str], ...]:
        """Per person, jobs neither their own nor planned in which they help out, casefolded."""
        jobs = helping_jobs(self.employees)
        return tuple(
            jobs[p.id] - planned - {own.casefold()}
            for p, own, planned in zip(self.employees, self.jobs, self.planned_jobs)
        )

    @cached_property
    def open_jobs(self) -> tuple[frozenset[str], ...]:
        """Per person, every job that they can do: their own, planned, and helping out."""
        return tuple(
            planned | helps | {own.casefold()}
            for own, planned, helps in zip(self.jobs, self.planned_jobs, self.helps_with)
        )

    def is_for(self, row: Demand, e: int) -> bool:
        """Tell whether a Demand row asks for the person in their own job."""
        own = frozenset({self.jobs[e].casefold()})
        return fits(self.employees[e], row.job, row.skills, row.min_grade, own)

    @cached_property
    def helping_codes(self) -> tuple[frozenset[str], ...]:
        """Per person, the codes in which they help out: the shift's job is not their own."""
        return tuple(
            frozenset(s.code for s in self.shifts if s.job.casefold() in helps)
            for helps in self.helps_with
        )

    def counts(self, row: Demand, e: int, code: str) -> bool:
        """Tell whether a Demand row counts a duty of a person.

        The shift counts for the row's codes, and the person has its skills and grade. The
        job is the one done on that duty: who helps out, or learns another desk, counts for
        the shift's job and not for their own, everybody else for their own.
        """
        shift, job = self.shift_by_code[code], self.jobs[e].casefold()
        if shift.job and shift.job.casefold() in self.open_jobs[e]:
            job = shift.job.casefold()
        return shift.counts_for(row.shifts) and fits(
            self.employees[e], row.job, row.skills, row.min_grade, frozenset({job})
        )

    def counting(self, row: Demand) -> tuple[frozenset[str], ...]:
        """Return, for each person, the codes whose duties the row counts."""
        known = self._counting.get(row.key)
        if known is None:
            known = self._counting[row.key] = tuple(
                frozenset(s.code for s in self.shifts if self.counts(row, e, s.code))
                for e in range(len(self.employees))
            )
        return known

    @cached_property
    def _counting(self) -> dict[tuple, tuple[frozenset[str], ...]]:
        return {}

    @cached_property
    def _leave_by_cell(self) -> Mapping[tuple[int, int], Leave]:
        cells: dict[tuple[int, int], Leave] = {}
        for leave in self.leaves:
            e = self.employee_index.get(leave.staff)
            if e is None or leave.status is not Status.APPROVED:
                continue
            first = max(self.index_of(leave.first), -self._look_back)
            last = min(self.index_of(leave.last), self.n_days + 13)
            for d in range(first, last + 1):
                cells.setdefault((e, d), leave)
        return cells

    _look_back = 45

    def leave_on(self, e: int, d: int) -> Leave | None:
        """Return the approved leave of a person on a day, also just outside the horizon."""
        return self._leave_by_cell.get((e, d))

    def employed(self, e: int, d: int) -> bool:
        """Tell whether the person is employed on the day."""
        return self.employees[e].employed_on(self.date_of(d))

    def available(self, e: int, d: int) -> bool:
        """Tell whether the person is employed and not on approved leave."""
        return self.employed(e, d) and self.leave_on(e, d) is None

    @cached_property
    def employed_days(self) -> tuple[int, ...]:
        """Per person, days of the horizon on which they are employed."""
        return tuple(
            sum(self.employed(e, d) for d in range(self.n_days))
            for e in range(len(self.employees))
        )

    @cached_property
    def fixed_by_cell(self) -> Mapping[tuple[int, int], FixedDuty]:
        """Fixed duties by (employee, day)."""
        return {(self.employee_index[f.staff], self.index_of(f.day)): f for f in self.fixed}

    # --- history ------------------------------------------------------------------------

    @cached_property
    def history_by_cell(self) -> Mapping[tuple[int, int], str | None]:
        """Known cells before the horizon by (employee, day)."""
        return {
            (self.employee_index[i], self.index_of(day)): code
            for (i, day), code in self.history.items()
            if i in self.employee_index and day < self.start
        }

    @cached_property
    def first_known(self) -> tuple[int, ...]:
        """Per person, the first day from which every day is known.

        The earliest History entry of the person (days without an entry after it are days
        off), 0 without one; never before the person was employed.
        """
        first = [0] * len(self.employees)
        for e, d in self.history_by_cell:
            first[e] = min(first[e], d)
        for e, p in enumerate(self.employees):
            if p.start_date is not None:
                first[e] = max(first[e], self.index_of(p.start_date))
        return tuple(first)

    @cached_property
    def last_known(self) -> tuple[int, ...]:
        """Per person, the last day of the horizon on which they are employed."""
        last = []
        for p in self.employees:
            d = self.n_days - 1
            last.append(d if p.end_date is None else min(d, self.index_of(p.end_date)))
        return tuple(last)

    # --- demand -------------------------------------------------------------------------

    @cached_property
    def demand_on(self) -> tuple[tuple[Demand, ...], ...]:
        """Per day, the Demand rows in force: for each key the most exact row."""
        # A sheet may have a row for each single day, and rows of other days do not matter.
        dated: dict[date, list[tuple[int, Demand]]] = {}
        general: list[tuple[int, Demand]] = []
        for place, row in enumerate(self.demand):
            rows = dated.setdefault(row.first, []) if row.days is Days.DATE else general
            rows.append((place, row))
        out = []
        for day in self.days:
            best: dict[tuple, tuple[int, Demand]] = {}
            for _, row in sorted([*general, *dated.get(day, ())], key=lambda x: x[0]):
                rank = row.rank_on(day, self.calendar)
                if rank is not None and (row.key not in best or rank < best[row.key][0]):
                    best[row.key] = (rank, row)
            out.append(tuple(row for _, row in best.values()))
        return tuple(out)

    def scaled(self, minutes: int, e: int, days: int | None = None, *, up: bool = False) -> int:
        """Return minutes of the horizon in proportion to the person's calendar days.

        Parameters
        ----------
        minutes : int
            For somebody employed on every day of the horizon.
        e : int
        days : int, optional
            Days that count; the days employed by default.
        up : bool
            Round up instead of down.
        """
        days = self.employed_days[e] if days is None else days
        whole = minutes * days
        return -(-whole // self.n_days) if up else whole // self.n_days
