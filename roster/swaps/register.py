"""What becomes of the register and the roster: carrying out, withdrawing, marking stale.

Everything is decided before anything is written: a `Change` holds the whole roster and every
row of the register that changes, and it is either written as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from roster.plan import Roster
from roster.problem import Problem, Status, Swap
from roster.rule import Level, RuleSet
from roster.swaps.desk import OPEN, Answer, Case, Desk
from roster.swaps.exchange import Exchange, Leg, exchanges
from roster.swaps.report import exchange_text, leg_text
from roster.swaps.review import against_text, awaited_text
from roster.words import Text, day_text, joined

PENDING = (*OPEN, Status.APPROVED)
"""What has not come into the roster yet and still may."""


@dataclass(frozen=True)
class Entry:
    """What the register says of a row from now on.

    Attributes
    ----------
    status : Status
    decision : Text
    shift, return_shift : str
        Codes of the duties, for cells left empty.
    """

    status: Status
    decision: Text
    shift: str = ""
    return_shift: str = ""


def entry(exchange: Exchange, row: Swap, status: Status, decision: Text) -> Entry:
    """Return what the register says of one row of an exchange."""
    codes = {leg.code_column: leg.code for leg in exchange.legs if leg.row.id == row.id}
    return Entry(status, decision, codes.get("shift", ""), codes.get("return_shift", ""))


@dataclass(frozen=True)
class Change:
    """What a step at the desk does, or why it is refused.

    Attributes
    ----------
    roster : Roster
        With the register of its problem brought up to date.
    entries : mapping of str to Entry
        By number of the row.
    refused : tuple of Text
        Why nothing is done; empty when it is done.
    """

    roster: Roster
    entries: Mapping[str, Entry]
    refused: tuple[Text, ...] = ()


def with_entries(roster: Roster, entries: Mapping[str, Entry]) -> Roster:
    """Return the roster with the new statuses in its register."""
    swaps = tuple(
        replace(row, status=entries[row.id].status)
        # Last month's rows may have the same numbers.
        if row.id in entries and not row.past
        else row
        for row in roster.problem.swaps
    )
    return Roster(replace(roster.problem, swaps=swaps), roster.cells, roster.posts)


def apply(roster: Roster, rules: RuleSet, exchange: Exchange) -> Change:
    """Carry out an exchange: both legs, the register, and what becomes stale by it.

    The exchange is judged again on the roster as it is now; it is refused when a rule is
    broken or for the manager, or while a signature is awaited.

    Parameters
    ----------
    roster : Roster
        As published.
    rules : RuleSet
    exchange : Exchange
        Requested, referred or approved, and fitting the roster.

    Returns
    -------
    Change
    """
    ids = [row.id for row in exchange.rows]
    asked = with_entries(roster, {i: Entry(Status.REQUESTED, Text("", "")) for i in ids})
    desk = Desk(asked, rules)
    mine = desk.exchange(ids[0])
    verdict = desk.verdict(mine)
    refused = []
    if verdict.answer is not Answer.APPROVED:
        refused.append(against_text(verdict.against))
    if verdict.awaiting:
        refused.append(awaited_text(verdict))
    if refused:
        return Change(roster, {}, tuple(refused))
    changed = {
        (side.e, d): code
        for side in mine.sides
        for d, code in side.cells(roster.problem.n_days).items()
    }
    done = exchange_text(roster.problem, mine)
    owed = [leg for leg in mine.legs if leg.d >= roster.problem.n_days]
    said = [Text(f"carried out: {done.en}", f"已执行：{done.zh}")]
    said += [_owed(roster.problem, leg) for leg in owed]
    entries = {r.id: entry(mine, r, Status.APPLIED, joined(said)) for r in mine.rows}
    return _settle(roster, changed, entries, mine)


def _owed(problem: Problem, leg: Leg) -> Text:
    day, who = day_text(problem.date_of(leg.d)), problem.employees[leg.giver].id
    return Text(
        f"the duty of {who} on {day.en} is owed and goes into the next file",
        f"{who} {day.zh}的班待还，计入下一份文件",
    )


def withdraw(roster: Roster, rules: RuleSet, exchange: Exchange) -> Change:
    """Take an exchange back; one that is carried out is undone if the rules allow it.

    What is undone must still be there: each taker still has the duty, and going back brings
    no new violation of a hard rule.
    """
    ids = [row.id for row in exchange.rows]
    if all(row.status in PENDING for row in exchange.rows):
        entries = {i: Entry(Status.WITHDRAWN, Text("withdrawn", "已撤回")) for i in ids}
        return Change(with_entries(roster, entries), entries)
    legs = tuple(leg for leg in exchange.legs if 0 <= leg.d < roster.problem.n_days)
    gone = [leg for leg in legs if not leg.code or roster.code(leg.taker, leg.d) != leg.code]
    if gone or any(leg.d < 0 for leg in exchange.legs):
        parts = joined(leg_text(roster.problem, leg) for leg in gone or exchange.legs)
        return Change(
            roster,
            {},
            (
                Text(
                    f"cannot be undone, the duties are no longer as the swap left them: "
                    f"{parts.en}",
                    f"无法撤回，班次已不是换班后的样子：{parts.zh}",
                ),
            ),
        )
    entries = {i: Entry(Status.WITHDRAWN, Text("undone", "已撤回并还原")) for i in ids}
    free = Desk(with_entries(roster, entries), rules)
    back = Exchange(
        exchange.rows, tuple(g._replace(giver=g.taker, taker=g.giver) for g in legs)
    )
    case = Case(free, (back,))
    broken = [v for v in case.hard_news.new if v.level is Level.HARD]
    if broken or case.clashes:
        clashes = []
        for clash in case.clashes:
            who, day = case.called(clash.e), day_text(roster.problem.date_of(clash.d))
            clashes.append(
                Text(f"{who} has another duty on {day.en}", f"{who} {day.zh}已有别的班")
            )
        why = joined([*(case.say(v) for v in broken), *clashes])
        return Change(
            roster,
            {},
            (Text(f"going back breaks the roster: {why.en}", f"还原后违反规则：{why.zh}"),),
        )
    changed = {
        (side.e, d): code
        for side in back.sides
        for d, code in side.cells(roster.problem.n_days).items()
    }
    return _settle(roster, changed, entries, back)


def _settle(
    roster: Roster,
    changed: Mapping[tuple[int, int], str | None],
    entries: Mapping[str, Entry],
    done: Exchange,
) -> Change:
    """Return the change with every pending request that it makes stale."""
    after = roster.with_changes(changed)
    entries = dict(entries) | _stale(roster, changed, entries, done)
    return Change(with_entries(after, entries), entries)


def _stale(
    before: Roster,
    changed: Mapping[tuple[int, int], str | None],
    entries: Mapping[str, Entry],
    done: Exchange,
) -> dict[str, Entry]:
    problem = before.problem
    out: dict[str, Entry] = {}
    for other in exchanges(before, PENDING):
        ids = [r.id for r in other.rows]
        if not entries.keys().isdisjoint(ids) or any(r.past for r in other.rows):
            continue
        touched = [
            (side.e, d)
            for side in other.sides
            for d in side.days
            if (side.e, d) in changed and changed[side.e, d] != before.code(side.e, d)
        ]
        if touched:
            e, d = touched[0]
            who, day = problem.employees[e].id, day_text(problem.date_of(d))
            was, now = before.code(e, d) or "off", changed[e, d] or "off"
            label = done.label
            why = Text(
                f"stale: {who} has {now} instead of {was} on {day.en} since {label.en}",
                f"失效：{label.zh}之后，{who} {day.zh}由 {_zh(was)} 变为 {_zh(now)}",
            )
            out |= {i: Entry(Status.STALE, why) for i in ids}
    return out


def _zh(code: str) -> str:
    return "休" if code == "off" else code
