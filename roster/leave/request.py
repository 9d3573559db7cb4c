"""A row of the Leave sheet as the desk sees it: whose it is, which days, and its number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from roster.problem import Leave, Problem, Status
from roster.words import Text, days_text


@dataclass(frozen=True, eq=False)
class LeaveRequest:
    """A span of leave that somebody asks for.

    Attributes
    ----------
    leave : Leave
    id : str
        Number of its row on the Leave sheet.
    place : int
        Position among the rows.
    e : int
        Position of the person.
    first, last : int
        Days, both included; they may lie outside the horizon.
    """

    leave: Leave
    id: str
    place: int
    e: int
    first: int
    last: int

    @property
    def length(self) -> int:
        """Calendar days of the whole span."""
        return self.last - self.first + 1

    @property
    def dates(self) -> Iterator[date]:
        """Every date of the whole span."""
        return (self.leave.first + timedelta(days=i) for i in range(self.length))

    def covers(self, d: int) -> bool:
        """Tell whether day `d` lies in the span."""
        return self.first <= d <= self.last

    @property
    def label(self) -> Text:
        """What people call it."""
        days = days_text((self.leave.first, self.leave.last))
        who = self.leave.staff
        return Text(
            f"row {self.id}, {who} on {days.en}", f"第 {self.id} 行（{who}，{days.zh}）"
        )

    @property
    def priority(self) -> tuple[bool, datetime, int]:
        """What a tie goes by: when it was asked, then its place on the sheet."""
        asked = self.leave.asked_at
        return (asked is None, asked or datetime.min, self.place)


def requests(problem: Problem, statuses: Iterable[Status]) -> tuple[LeaveRequest, ...]:
    """Return the leaves with one of the statuses that touch the horizon, by priority."""
    statuses = frozenset(statuses)
    out = []
    for place, leave in enumerate(problem.leaves):
        e = problem.employee_index.get(leave.staff)
        first, last = problem.index_of(leave.first), problem.index_of(leave.last)
        if e is None or leave.status not in statuses or last < 0 or first >= problem.n_days:
            continue
        number = "".join(c for c in leave.cell.rpartition("!")[2] if c.isdigit())
        out.append(LeaveRequest(leave, number or str(place + 1), place, e, first, last))
    return tuple(sorted(out, key=lambda x: x.priority))
