"""From what somebody asks for to an exchange that can be judged, or every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from roster.errors import InputError, Issue
from roster.problem import Problem, Status, Swap
from roster.swaps.desk import OPEN, Desk
from roster.swaps.exchange import Exchange, Misfit, exchange_of, exchanges, misfits
from roster.words import Text, nearest, same

Place = Callable[[Swap, str], tuple[str, str]]
"""Where a row has a column: sheet and cell."""


def person(problem: Problem, typed: str, option: str) -> tuple[str | None, Issue | None]:
    """Return the id that an id or unique name means, or the fault."""
    wanted = typed.strip().casefold()
    by_id = {p.id.casefold(): p.id for p in problem.employees}
    if wanted in by_id:
        return by_id[wanted], None
    named = [p.id for p in problem.employees if p.name.casefold() == wanted]
    if len(named) == 1:
        return named[0], None
    if named:
        shown = ", ".join(named)
        return None, Issue(
            what=Text(f"{option}: several people have this name", f"{option}：有多人同名"),
            found=typed,
            expected=Text(f"one of the ids {shown}", f"以下工号之一：{shown}"),
        )
    close = nearest(typed, [x for p in problem.employees for x in (p.id, p.name) if x])
    return None, Issue(
        what=Text(f"{option}: unknown staff", f"{option}：未知的人员"),
        found=typed,
        expected=Text("an id or name of the Staff sheet", "人员表中的工号或姓名"),
        hint=same(close or ""),
    )


def asked(
    desk: Desk,
    applicant: str,
    day: date,
    partner: str | None = None,
    return_day: date | None = None,
    asked_at: datetime | None = None,
) -> Exchange:
    """Return the exchange that somebody asks for at the desk.

    Parameters
    ----------
    desk : Desk
    applicant, partner : str
        Ids, or names where they are unique. Without a partner the duty goes to somebody who
        is not known yet.
    day, return_day : date
    asked_at : datetime, optional

    Raises
    ------
    InputError
        With every fault of the request.
    """
    problem = desk.problem
    faults: list[Issue] = []
    ids: list[str] = []
    for typed, option in ((applicant, "--applicant"), (partner, "--partner")):
        if typed is None:
            ids.append("")
            continue
        found, fault = person(problem, typed, option)
        ids.append(found or "")
        faults += [fault] if fault else []
    if ids[0] and ids[0] == ids[1]:
        faults.append(
            Issue(
                what=Text(
                    "--partner: applicant and partner are the same person",
                    "--partner：申请人与对方是同一人",
                ),
                found=partner,
            )
        )
    if not problem.start <= day <= problem.end:
        faults.append(outside(problem, "--date", day))
    if return_day is not None and return_day < problem.start:
        faults.append(outside(problem, "--return-date", return_day))
    if return_day is not None and partner is None:
        faults.append(
            Issue(
                what=Text(
                    "--return-date: whose duty is to be returned?", "--return-date：还谁的班？"
                ),
                hint=Text("name --partner too", "请同时填写 --partner"),
            )
        )
    if faults:
        raise InputError(*faults)
    row = Swap(
        id="",
        applicant=ids[0],
        partner=ids[1],
        day=day,
        return_day=return_day,
        asked_at=asked_at,
    )
    exchange = exchange_of(desk.rosters, [row])
    wrong = misfits(desk.rosters, exchange)
    if wrong:
        options = {"date": "--date", "return_date": "--return-date"}
        raise InputError(
            *(
                Issue(
                    what=Text(
                        f"{options[m.column]}: {m.what.en}", f"{options[m.column]}：{m.what.zh}"
                    ),
                    found=m.found,
                    expected=m.expected,
                )
                for m in wrong
            )
        )
    return exchange


def outside(problem: Problem, option: str, day: date) -> Issue:
    """Return the fault of a date that lies outside the period."""
    return Issue(
        what=Text(f"{option}: a date outside the period", f"{option}：日期不在排班期内"),
        found=day.isoformat(),
        expected=same(f"{problem.start}..{problem.end}"),
    )


def registered(
    desk: Desk, swap_id: str, statuses: Iterable[Status], place: Place, *, fits: bool = True
) -> Exchange:
    """Return the exchange of a row of the register.

    Parameters
    ----------
    desk : Desk
    swap_id : str
    statuses : iterable of Status
        Those in which something can still be done with it.
    place : callable
        Where a row has a column.
    fits : bool
        The exchange must fit the roster.

    Raises
    ------
    InputError
        When there is no such row, it is settled, or it does not fit.
    """
    exchange = desk.exchange(swap_id.strip())
    if exchange is None:
        known = [r.id for r in desk.problem.swaps]
        raise InputError(
            Issue(
                what=Text("no such number in the register", "登记表中没有这个编号"),
                found=swap_id,
                expected=Text("a number of the Swaps sheet", "换班登记表中的编号"),
                hint=same(nearest(swap_id, known) or ""),
            )
        )
    statuses = tuple(statuses)
    for row in exchange.rows:
        if row.status not in statuses:
            raise InputError(_settled(row, statuses, place))
    wrong = misfits(desk.rosters, exchange) if fits else ()
    if wrong:
        raise InputError(*(misfit_issue(m, place) for m in wrong))
    return exchange


def open_rings(desk: Desk, place: Place) -> None:
    """Refuse a register in which the open rows of a ring do not make one ring.

    Raises
    ------
    InputError
        With every ring that does not close.
    """
    faults = [
        misfit_issue(m, place)
        for x in exchanges(desk.rosters, OPEN)
        for m in misfits(desk.rosters, x)
        if m.column == "ring"
    ]
    if faults:
        raise InputError(*faults)


def _settled(row: Swap, statuses: Iterable[Status], place: Place) -> Issue:
    from roster.workbook.layout import SWAP_STATUS, word_text

    sheet, cell = place(row, "status")
    words = [word_text(SWAP_STATUS, s.value) for s in statuses]
    return Issue(
        what=Text(
            f"swap {row.id} is decided already or not at this step",
            f"换班 {row.id} 已有结论，或不在这一步",
        ),
        found=row.status.value,
        expected=Text(" | ".join(w.en for w in words), " | ".join(w.zh for w in words)),
        sheet=sheet,
        cell=cell,
    )


def misfit_issue(wrong: Misfit, place: Place) -> Issue:
    """Return a misfit as a fault of the register."""
    sheet, cell = place(wrong.row, wrong.column)
    return Issue(
        what=wrong.what,
        found=wrong.found,
        expected=wrong.expected,
        sheet=sheet,
        cell=cell,
        hint=Text(
            "the roster may have changed since; ask again with the duty as it is now",
            "排班可能已变动；请按现在的班重新申请",
        ),
    )
