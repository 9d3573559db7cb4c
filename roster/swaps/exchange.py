"""What changes hands: legs, the side of each person, and exchanges decided as a whole.

An exchange is an ordinary swap (one row of the register, with or without a return) or a ring
(all rows with one ring number). It is carried out as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from roster.plan import Roster
from roster.problem import Problem, Status, Swap
from roster.words import Text, day_text, same

LARGEST_RING = 4


class Leg(NamedTuple):
    """A duty that goes from one person to another.

    Attributes
    ----------
    giver : int
        Position of the person.
    taker : int or None
        None while it is not known who would take it.
    d : int
        Day; beyond the horizon for a return that is owed, negative for last month's.
    code : str
        Empty when not known (a day outside the horizon, not typed).
    row : Swap
        The row of the register that it comes from.
    column, code_column : str
        Where that row names the day and the code.
    """

    giver: int
    taker: int | None
    d: int
    code: str
    row: Swap
    column: str = "date"
    code_column: str = "shift"


@dataclass(frozen=True, eq=False)
class Side:
    """What one exchange does to one person.

    Attributes
    ----------
    e : int
    gives, takes : Leg or None
    day : date
        Fixes the calendar month in which the exchange counts for the person.
    """

    e: int
    gives: Leg | None
    takes: Leg | None
    day: date

    @cached_property
    def days(self) -> tuple[int, ...]:
        """Days of the person that the exchange touches, in order."""
        return tuple(sorted({leg.d for leg in (self.gives, self.takes) if leg is not None}))

    @property
    def partner(self) -> int | None:
        """The person on the other side of the first leg."""
        return self.gives.taker if self.gives is not None else self.takes.giver

    def cells(self, n_days: int) -> Mapping[int, str | None]:
        """Return what each touched day inside the horizon becomes."""
        out: dict[int, str | None] = {}
        if self.gives is not None and 0 <= self.gives.d < n_days:
            out[self.gives.d] = None
        if self.takes is not None and 0 <= self.takes.d < n_days:
            out[self.takes.d] = self.takes.code
        return out


@dataclass(frozen=True, eq=False)
class Exchange:
    """Duties that change hands together.

    Attributes
    ----------
    rows : tuple of Swap
    legs : tuple of Leg
    """

    rows: tuple[Swap, ...]
    legs: tuple[Leg, ...]

    @property
    def id(self) -> str:
        """The number of the row; those of a ring joined by ``+``."""
        return "+".join(r.id for r in self.rows)

    @property
    def label(self) -> Text:
        """What people call it."""
        if self.rows[0].ring:
            ring = self.rows[0].ring
            return Text(f"ring {ring} (swaps {self.id})", f"环 {ring}（换班 {self.id}）")
        if not self.id.strip("+"):
            return Text("this swap", "本次换班")
        return Text(f"swap {self.id}", f"换班 {self.id}")

    @property
    def asked_at(self) -> datetime | None:
        """When the last of its rows was asked, of those that say; None when none does."""
        return max((r.asked_at for r in self.rows if r.asked_at is not None), default=None)

    @cached_property
    def people(self) -> tuple[int, ...]:
        """Everybody who takes part."""
        both = (e for leg in self.legs for e in (leg.giver, leg.taker))
        return tuple(dict.fromkeys(e for e in both if e is not None))

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """One side for each person who takes part."""
        out = []
        for e in self.people:
            gives = next((x for x in self.legs if x.giver == e), None)
            takes = next((x for x in self.legs if x.taker == e), None)
            # The row in which a member of a ring gives; an ordinary swap has but one.
            out.append(Side(e, gives, takes, (gives or takes).row.day))
        return tuple(out)


@dataclass(frozen=True)
class Misfit:
    """Why a row cannot be looked at as it stands.

    Attributes
    ----------
    row : Swap
    column : str
        Key of the register's column.
    what, expected : Text
    found : str
    """

    row: Swap
    column: str
    what: Text
    found: str = ""
    expected: Text = field(default_factory=lambda: same(""))


def exchange_of(rosters: Roster | Sequence[Roster], rows: Sequence[Swap]) -> Exchange:
    """Return the exchange of one row, or of all rows of a ring.

    Codes inside the horizon are those of the roster, so that a row without codes can be
    looked at; for a row carried out they are as typed, else what the taker has now.

    Parameters
    ----------
    rosters : Roster or sequence of Roster
        Of several (as published, and with approved swaps in it) the first counts in which
        the duty is there.
    rows : sequence of Swap
    """
    rosters = _several(rosters)
    problem = rosters[0].problem
    index = problem.employee_index
    legs = []
    for row in rows:
        a, b = index[row.applicant], index.get(row.partner)
        d = problem.index_of(row.day)
        legs.append(Leg(a, b, d, _code(rosters, a, b, d, row.shift, row), row))
        if row.return_day is not None:
            d = problem.index_of(row.return_day)
            code = _code(rosters, b, a, d, row.return_shift, row)
            legs.append(Leg(b, a, d, code, row, "return_date", "return_shift"))
    return Exchange(tuple(rows), tuple(legs))


def _several(rosters: Roster | Sequence[Roster]) -> tuple[Roster, ...]:
    return (rosters,) if isinstance(rosters, Roster) else tuple(rosters)


def _code(
    rosters: Sequence[Roster],
    giver: int | None,
    taker: int | None,
    d: int,
    typed: str,
    row: Swap,
) -> str:
    """Return the code of a leg: who should have it has it in the roster."""
    owner = taker if row.status is Status.APPLIED else giver
    if owner is None or d >= rosters[0].problem.n_days:
        return typed
    if row.status is Status.APPLIED and typed:
        return typed
    there = [code for r in rosters if (code := r.code(owner, d)) is not None]
    return typed if typed in there or not there else there[0]


def exchanges(
    rosters: Roster | Sequence[Roster], statuses: Iterable[Status]
) -> tuple[Exchange, ...]:
    """Return the exchanges of the register whose rows have one of the statuses.

    A ring counts as a whole: it is taken when any of its rows has one of the statuses.
    """
    statuses = frozenset(statuses)
    rosters = _several(rosters)
    groups: dict[object, list[Swap]] = {}
    for n, row in enumerate(rosters[0].problem.swaps):
        # Numbers of rings may begin anew each month.
        groups.setdefault((row.ring, row.past) if row.ring else n, []).append(row)
    return tuple(
        exchange_of(rosters, rows)
        for rows in groups.values()
        if any(r.status in statuses for r in rows)
    )


def misfits(rosters: Roster | Sequence[Roster], exchange: Exchange) -> tuple[Misfit, ...]:
    """Return why an exchange does not fit the roster: who has not the duty it names.

    With several rosters a duty may be in any of them.

    An exchange without misfit can be carried out, whether or not the rules allow it.
    """
    rosters = _several(rosters)
    problem = rosters[0].problem
    out = [*_ring_faults(problem, exchange)]
    for leg in exchange.legs:
        who = problem.employees[leg.giver].id
        day = problem.date_of(leg.d)
        column, typed = (
            leg.column,
            (leg.row.shift if leg.code_column == "shift" else leg.row.return_shift),
        )
        if leg.d < 0 and leg.column == "date" and _owed(problem, leg.row):
            continue
        if leg.d < 0:
            out.append(
                Misfit(
                    leg.row,
                    column,
                    Text("a date before the first day", "日期在排班期之前"),
                    day.isoformat(),
                    Text(f"{problem.start} or later", f"{problem.start} 或以后"),
                )
            )
        elif leg.d < problem.n_days:
            codes = [r.code(leg.giver, leg.d) for r in rosters]
            has = leg.code if leg.code in codes else codes[0]
            when = day_text(day)
            if has is None:
                out.append(
                    Misfit(
                        leg.row,
                        column,
                        Text(f"{who} has no duty on {when.en}", f"{who} {when.zh}没有班"),
                        typed or day.isoformat(),
                        _own_days(rosters[0], leg.giver),
                    )
                )
            elif typed and typed != has:
                out.append(
                    Misfit(
                        leg.row,
                        leg.code_column,
                        Text(
                            f"{who} has {has} on {when.en}, not {typed}",
                            f"{who} {when.zh}上的是 {has} 班，不是 {typed}",
                        ),
                        typed,
                        same(has),
                    )
                )
    return tuple(out)


def _owed(problem: Problem, row: Swap) -> bool:
    """Tell whether only the return is left: decided last month, to be given back in this."""
    return (
        row.status is Status.APPROVED
        and row.return_day is not None
        and problem.start <= row.return_day <= problem.end
    )


def _own_days(roster: Roster, e: int) -> Text:
    """Return the days on which a person has a duty, for ``expected``."""
    days = [roster.problem.date_of(d) for d, _ in roster.duties_of(e)]
    shown = ", ".join(f"{d.month}-{d.day:02d}" for d in days)
    return Text(f"one of {shown}", f"以下日期之一：{shown}") if days else same("")


def _ring_faults(problem: Problem, exchange: Exchange) -> Iterable[Misfit]:
    """Yield why the rows of a ring do not close."""
    rows = exchange.rows
    if not rows[0].ring:
        return
    after = {leg.giver: leg.taker for leg in exchange.legs}
    at, walked = exchange.legs[0].giver, 0
    while at in after and walked <= len(after):
        at, walked = after[at], walked + 1
        if at == exchange.legs[0].giver:
            break
    closed = at == exchange.legs[0].giver and walked == len(after) == len(exchange.legs)
    if not closed or len(rows) > LARGEST_RING or len({r.status for r in rows}) > 1:
        yield Misfit(
            rows[0],
            "ring",
            Text(
                f"the rows of ring {rows[0].ring} do not make one ring",
                f"环 {rows[0].ring} 的各行不成一个环",
            ),
            ", ".join(f"{r.id}: {r.applicant} -> {r.partner}" for r in rows),
            Text(
                f"two to {LARGEST_RING} rows in which each person gives one duty and takes "
                "one, without return dates, all with one status",
                f"2 至 {LARGEST_RING} 行，每人换出一班、接一班，不填还班日期，状态一致",
            ),
        )
