"""Who can step in for one duty: somebody free that day, or somebody who changes shifts.

Everybody is tried in the place of the person who cannot come, all else as it stands. Who has
another duty that day can step in too when that duty may be left, or when one free person can
take it. What the absence breaks whoever steps in (the lead's own hand-over, the absent
person's own hours) is nobody's doing: it is said once and bars nobody.

Ranked, the first that differs decides: free that day; wishes met less wishes missed by it; the
same job; fewest points lost, by the ten; the same group and grade; fewest points lost; fewest
nights, holidays or weekends, when the duty is one, then fewest hours; nobody else has to
change; off on the days beside it too; the attendance list. The absent person's own points
are not counted: they are the same whoever steps in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from roster.audit import Audit
from roster.rule import Scope, Violation
from roster.swaps.suggest import as_number
from roster.what_if import Cells, Change, WhatIf, points_text, said
from roster.words import Text, day_text, hours_text, joined
from roster.workbook.counts import duty_counts

_BAND = 10
"""Points within which likeness counts more: a colleague of the group for a point or two."""

_SIZES = (2, 4, 2, 10_000, 4, 100_000)
_FREE_PEOPLE = 4
"""How many free people are tried for the duty of somebody who changes shifts."""

_JOB, _GROUP, _GRADE = Text("job", "工种"), Text("group", "组"), Text("grade", "级别")


@dataclass(frozen=True)
class StandIn:
    """Somebody who can step in.

    Attributes
    ----------
    e : int
    others : mapping of int to str
        Who has to change too, and what they take.
    change : Change
    lost : mapping of str to int
        Points lost by rule, those of an absent person left out; gains are negative.
    rank : tuple of int
        Larger is better, the first that differs decides.
    reasons : tuple of Text
    """

    e: int
    others: Mapping[int, str]
    change: Change
    lost: Mapping[str, int]
    rank: tuple[int, ...]
    reasons: tuple[Text, ...]

    @property
    def score(self) -> int:
        """The first parts of the rank as one number; larger is better."""
        return as_number(self.rank, _SIZES)


@dataclass(frozen=True)
class Refused:
    """Somebody who cannot step in.

    Attributes
    ----------
    e : int
    kind : str
        ``same``: has the very shift that day; ``leave``; ``away``: not employed; ``duty``:
        has another duty that day; ``rule``: free, but a rule stands against it.
    rule : str
        Id of the rule that stands against it.
    evidence : Text
        That rule's sentence.
    against : tuple of Violation
        All that would break.
    """

    e: int
    kind: str
    rule: str
    evidence: Text
    against: tuple[Violation, ...]


@dataclass(frozen=True)
class StandIns:
    """The answer to "who can step in?".

    Attributes
    ----------
    candidates : tuple of StandIn
        Best first.
    refused : tuple of Refused
        In list order.
    unavoidable : tuple of Violation
        What the absence breaks whoever steps in.
    nearest : Refused or None
        When nobody can: who comes closest.
    """

    candidates: tuple[StandIn, ...]
    refused: tuple[Refused, ...]
    unavoidable: tuple[Violation, ...]
    nearest: Refused | None = None


def stand_ins(what_if: WhatIf, e: int, d: int, *, absent: bool = True) -> StandIns:
    """Rank those who can step in for a person's duty of a day.

    Parameters
    ----------
    what_if : WhatIf
    e, d : int
        The person has a duty that day.
    absent : bool
        The person cannot come, so that their own points are beside the question.
    """
    return _Search(what_if, e, d, absent).answer()


class _Search:
    """Tries everybody for one duty."""

    def __init__(self, what_if: WhatIf, e: int, d: int, absent: bool) -> None:
        self.what_if, self.e, self.d, self.absent = what_if, e, d, absent
        self.roster, self.problem, self.rules = what_if.roster, what_if.problem, what_if.rules
        self.code = self.roster.code(e, d)
        self.others = [p for p in range(len(self.problem.employees)) if p != e]

    # --- tries --------------------------------------------------------------------------

    def cells(self, p: int, *more: tuple[int, str]) -> Cells:
        """Return the cells that change when somebody steps in, others taking shifts too."""
        moved = {(p, self.d): self.code} | {(q, self.d): code for q, code in more}
        return {(self.e, self.d): None} | moved

    @cached_property
    def unavoidable(self) -> tuple[Violation, ...]:
        """What breaks whoever steps in, but for the cover of the day."""
        left = [
            v
            for v in self.what_if.of({(self.e, self.d): None}).breaks
            if self.rules[v.rule].scope is not Scope.DAY
        ]
        for p in self.others:
            if not left:
                break
            if self.roster.code(p, self.d) != self.code:
                there = self.what_if.of(self.cells(p)).breaks
                left = [v for v in left if v in there]
        return tuple(left)

    def against(self, cells: Cells) -> tuple[Violation, ...]:
        """Return the hard rules that a change breaks; the cheap half first."""
        for look in (self.what_if.at_once, self.what_if.of):
            found = tuple(v for v in look(cells).breaks if v not in self.unavoidable)
            if found:
                return found
        return ()

    def ways(self, p: int) -> Iterator[Cells]:
        """Yield the ways for somebody to step in: alone, or a free person takes their duty."""
        yield self.cells(p)
        own = self.roster.code(p, self.d)
        if own is not None and not self.what_if.of_people({(p, self.d): self.code}).breaks:
            free = [q for q in self.free_for(own) if q != p]
            yield from (self.cells(p, (q, own)) for q in free[:_FREE_PEOPLE])

    def able(self, p: int) -> list[Cells]:
        """Return the ways that break nothing: alone, and with the first free person who can."""
        found = []
        for cells in self.ways(p):
            if not self.against(cells):
                found.append(cells)
                if len(cells) > 2:
                    break
        return found

    def free_for(self, code: str) -> list[int]:
        """Return free people whose own rules let them have a duty, fewest points first."""
        known = self._free.get(code)
        if known is None:
            tried = [
                (self.what_if.of_people({(q, self.d): code}), q)
                for q in self.others
                if self.roster.code(q, self.d) is None
            ]
            able = sorted((t.cost, q) for t, q in tried if not t.breaks)
            known = self._free[code] = [q for _, q in able]
        return known

    @cached_property
    def _free(self) -> dict[str, list[int]]:
        return {}

    # --- ranking ------------------------------------------------------------------------

    @cached_property
    def counts(self) -> list[dict[str, int | float]]:
        """Everybody's counts in the period."""
        return duty_counts(Audit(self.roster, self.rules, ()))

    def candidate(self, p: int, cells: Cells) -> StandIn:
        """Return somebody with what they are ranked by."""
        change = self.what_if.of(cells)
        own = self.problem.employees[self.e].id
        lost = change.points_but(own) if self.absent else change.points
        total, like = sum(lost.values()), self.alike(p)
        others = {q: code for (q, _), code in cells.items() if q not in (self.e, p)}
        rested = self.roster.code(p, self.d) is None
        wish = self.wish(p) + sum(self.wish(q, code) for q, code in others.items())
        counted, special = self.counts[p], self.special()
        rank = (
            int(rested),
            wish,
            int(_JOB in like),
            -(total // _BAND),
            len(like),
            -total,
            -(counted[special] if special else 0),
            -counted["minutes"],
            -len(others),
            int(self.free_around(p)),
            -p,
        )
        return StandIn(p, others, change, lost, rank, self.reasons(p, others, lost, change))

    def wish(self, p: int, code: str | None = None) -> int:
        """Return a person's wishes for the day that a duty meets, less those it misses."""
        now, then = self.roster.code(p, self.d), code or self.code
        staff, day = self.problem.employees[p].id, self.problem.date_of(self.d)
        mine = [r for r in self.problem.requests if (r.staff, r.day) == (staff, day)]
        return sum(r.met_by(then) - r.met_by(now) for r in mine)

    def alike(self, p: int) -> list[Text]:
        """Return what somebody has in common with the absent person."""
        one, other = (self.problem.employees[x] for x in (self.e, p))
        jobs = self.problem.jobs
        like = {
            _JOB: jobs[self.e].casefold() == jobs[p].casefold(),
            _GROUP: one.group == other.group,
            _GRADE: one.grade == other.grade,
        }
        return [word for word, same in like.items() if same]

    def special(self) -> str:
        """Return which count the duty adds to, the scarcest first; empty for none."""
        if self.problem.shift_by_code[self.code].is_night:
            return "nights"
        if self.d in self.problem.holidays:
            return "holidays"
        return "weekends" if any(self.d in w for w in self.problem.weekends) else ""

    def free_around(self, p: int) -> bool:
        """Tell whether somebody is off on the days before and after too."""
        near = (self.d - 1, self.d + 1)
        return not any(self.roster.on(p, x) for x in near if x < self.problem.n_days)

    def reasons(
        self, p: int, others: Mapping[int, str], lost: Mapping[str, int], change: Change
    ) -> tuple[Text, ...]:
        """Say in words what somebody is ranked by."""
        own = self.roster.code(p, self.d)
        out = [self._place(own, others)]
        if own is None and self.free_around(p):
            out[0] = Text("off on the day before and after too", "前后两天也休息")
        wish = self.wish(p)
        if wish:
            out.append(
                Text("has wished for it", "本人希望上此班")
                if wish > 0
                else Text("has a wish against it", "与本人意愿相悖")
            )
        out.append(self._likeness(p))
        but = self.problem.employees[self.e].id if self.absent else None
        out += [points_text(self.rules, lost, change, but), self._load(p)]
        return tuple(text for text in out if text.en)

    def _likeness(self, p: int) -> Text:
        """Say in what somebody is like the absent person, of what differs in the team."""
        same, other = (
            joined((t for t in self.telling if (t in self.alike(p)) is like), " and ", "、")
            for like in (True, False)
        )
        parts = []
        if same.en:
            parts.append(Text(f"same {same.en}", f"同{same.zh}"))
        if other.en:
            parts.append(Text(f"another {other.en}", f"{other.zh}不同"))
        return joined(parts, ", ", "，")

    @cached_property
    def telling(self) -> tuple[Text, ...]:
        """The likenesses that say something in this team: where people differ."""
        people = self.problem.employees
        different = {
            _JOB: {job.casefold() for job in self.problem.jobs},
            _GROUP: {p.group for p in people},
            _GRADE: {p.grade for p in people},
        }
        return tuple(word for word, seen in different.items() if len(seen) > 1)

    def _place(self, own: str | None, others: Mapping[int, str]) -> Text:
        if own is None:
            return Text("free that day", "当天休息")
        moves = Text(f"moves from {own} to {self.code}", f"由 {own} 改上 {self.code}")
        if not others:
            return Text(
                f"{moves.en}, {own} keeps its least number",
                f"{moves.zh}，{own} 仍不低于最少人数",
            )
        ((q, _),) = others.items()
        who = self.problem.employees[q].id
        return Text(f"{moves.en}, and {who} takes that {own}", f"{moves.zh}，{own} 由 {who} 接")

    def _load(self, p: int) -> Text:
        counted, special = self.counts[p], self.special()
        hours = hours_text(counted["minutes"])
        words = {
            "nights": Text("night(s)", "个夜班"),
            "holidays": Text("holiday duties", "个节假日班"),
            "weekends": Text("weekend(s)", "个周末班"),
        }.get(special)
        if words is None:
            return Text(f"{hours} h this period", f"本期 {hours} 小时")
        n = counted[special]
        return Text(
            f"{hours} h and {n} {words.en} this period", f"本期 {hours} 小时、{n} {words.zh}"
        )

    # --- the answer -----------------------------------------------------------------------

    def answer(self) -> StandIns:
        """Try everybody."""
        found, refused = [], []
        for p in self.others:
            if self.roster.code(p, self.d) == self.code:
                refused.append(self._same(p))
                continue
            able = self.able(p)
            if able:
                found.append(max((self.candidate(p, c) for c in able), key=lambda c: c.rank))
            else:
                refused.append(self._refused(p, self.against(self.cells(p))))
        found.sort(key=lambda c: c.rank, reverse=True)
        nearest = None
        if not found:
            tried = [r for r in refused if r.kind != "same"]
            nearest = min(tried, key=lambda r: (len(r.against), r.kind != "rule"), default=None)
        return StandIns(tuple(found), tuple(refused), self.unavoidable, nearest)

    def _same(self, p: int) -> Refused:
        day = day_text(self.problem.date_of(self.d))
        has = Text(f"has {self.code} on {day.en} already", f"{day.zh}本人已有 {self.code} 班")
        return Refused(p, "same", "one_duty", has, ())

    def _refused(self, p: int, against: tuple[Violation, ...]) -> Refused:
        """Return what stands against somebody: that day itself, their own rules, the rest."""
        staff = self.problem.employees[p].id

        def first_said(v: Violation) -> tuple:
            text = said(self.rules, v)
            return not self.rules[v.rule].binds_cells, v.who != (staff,), len(text.en)

        first = min(against, key=first_said)
        if self.problem.leave_on(p, self.d) is not None:
            kind = "leave"
        elif not self.problem.employed(p, self.d):
            kind = "away"
        else:
            kind = "duty" if self.roster.on(p, self.d) else "rule"
        return Refused(p, kind, first.rule, said(self.rules, first), against)
