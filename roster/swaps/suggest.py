"""Who could take a duty, and what could be given back; or why nobody can.

Every colleague is tried with every duty that could be given back, and with none. Most fall
early: rules that a leg alone breaks, then the rules of one person for the applicant and for
the colleague, then those of the day (their scope says that they can be looked at one by one,
and each answer is kept). What is left is judged like any request.

Ranked, the first that differs decides: rested that day; the same grade; fairness gained (the
points of the fair_* rules for the two, before less after); fewest swaps this month; then the
other soft points gained; then the attendance list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from roster.audit import audit
from roster.problem import Swap
from roster.rule import Level, RuleSet, Scope
from roster.swaps.desk import Answer, Case, Desk, Finding, Outcome, Verdict
from roster.swaps.exchange import Exchange, exchange_of
from roster.swaps.parts import Parts
from roster.words import Text, day_text

_FAIR = "fair_"


@dataclass(frozen=True)
class Candidate:
    """Somebody who could take the duty.

    Attributes
    ----------
    staff : str
    return_day : date or None
        The duty to be given back; None for taking it without return.
    return_shift : str
    others : tuple of date
        Other duties that could be given back.
    rank : tuple of int
        Larger is better, the first that differs decides.
    reasons : tuple of Text
    verdict : Verdict
    """

    staff: str
    return_day: date | None
    return_shift: str
    others: tuple[date, ...]
    rank: tuple[int, ...]
    reasons: tuple[Text, ...]
    verdict: Verdict

    @property
    def score(self) -> int:
        """The rank as one number; larger is better."""
        return as_number(self.rank, _SIZES)


_CLOSEST = 2
_SIZES = (2, 2, 1000, 100, 10_000)


def as_number(rank: Iterable[int], sizes: Iterable[int]) -> int:
    """Return a rank as one number: its parts in order, each between -size and size."""
    total = 0
    for part, size in zip(rank, sizes):
        total = total * 2 * size + max(-size, min(size - 1, part)) + size
    return total


@dataclass(frozen=True)
class Refused:
    """Somebody who cannot take the duty, and what stands against the best try.

    Attributes
    ----------
    staff : str
    return_day : date or None
        Of the try with the fewest rules against it.
    against : tuple of Finding
        The shortest first.
    """

    staff: str
    return_day: date | None
    against: tuple[Finding, ...]


@dataclass(frozen=True)
class Suggestions:
    """The answer to "who could take it?".

    Attributes
    ----------
    candidates : tuple of Candidate
        Best first.
    refused : tuple of Refused
        Shortest reason first.
    way_out : Refused or None
        When nobody can: the try with the least against it.
    bars : tuple of Finding
        What stands against giving the duty away whoever takes it, if nobody can.
    """

    candidates: tuple[Candidate, ...]
    refused: tuple[Refused, ...]
    way_out: Refused | None = None
    bars: tuple[Finding, ...] = ()


def suggest(
    desk: Desk, applicant: str, day: date, *, asked_at: datetime | None = None, top: int = 10
) -> Suggestions:
    """Rank those who could take a duty.

    Parameters
    ----------
    desk : Desk
    applicant : str
        Staff id; has a duty on `day`.
    day : date
    asked_at : datetime, optional
        Without it notice is not judged.
    top : int
        Most candidates to return.
    """
    return _Search(desk, applicant, day, asked_at).answer(top)


class _Search:
    """Tries colleagues and duties, and keeps what each part of a try has shown."""

    def __init__(
        self, desk: Desk, applicant: str, day: date, asked_at: datetime | None
    ) -> None:
        self.desk, self.problem, self.roster = desk, desk.problem, desk.roster
        self.applicant, self.day, self.asked_at = applicant, day, asked_at
        self.a, self.d = self.problem.employee_index[applicant], self.problem.index_of(day)
        self.parts = Parts(desk)
        soft = [r for r in desk.rules.enforced if r.level is Level.SOFT]
        self.soft = RuleSet(tuple(r for r in soft if r.scope is Scope.PERSON))
        self._points: dict[tuple, tuple[int, int]] = {}

    # --- tries --------------------------------------------------------------------------

    def exchange(self, b: int, back: int | None) -> Exchange:
        """Return the exchange with a colleague, with or without a duty given back."""
        row = Swap(
            id="",
            applicant=self.applicant,
            partner=self.problem.employees[b].id,
            day=self.day,
            return_day=None if back is None else self.problem.date_of(back),
            asked_at=self.asked_at,
        )
        return exchange_of(self.desk.rosters, [row])

    def tries(self, b: int) -> Iterator[int | None]:
        """Yield the days whose duty could be given back, then None."""
        own = self.roster.code(self.a, self.d)
        for d, shift in self.desk.published.duties_of(b):
            # The same shift of the same day for one another changes nothing.
            if (d == self.d and shift.code != own) or not self.roster.on(self.a, d):
                yield d
        yield None

    # --- ranking ------------------------------------------------------------------------

    def points(self, e: int, cells: dict[int, str | None]) -> tuple[int, int]:
        """Return a person's points of the fair_* and of the other soft rules."""
        key = (e, *sorted(cells.items()))
        if key not in self._points:
            after = self.roster.with_changes({(e, d): c for d, c in cells.items()})
            found = audit(after.focused([e], []), self.soft).violations
            self._points[key] = (
                sum(v.points for v in found if v.rule.startswith(_FAIR)),
                sum(v.points for v in found if not v.rule.startswith(_FAIR)),
            )
        return self._points[key]

    def rank(self, b: int, x: Exchange) -> tuple[int, ...]:
        """Return what a try is ranked by."""
        people = self.problem.employees
        gained = [0, 0]
        for side in x.sides:
            cells = dict(side.cells(self.problem.n_days))
            for i in (0, 1):
                gained[i] += self.points(side.e, {})[i] - self.points(side.e, cells)[i]
        rested = self.roster.code(b, self.d) is None
        alike = people[self.a].grade == people[b].grade
        return (int(rested), int(alike), gained[0], -self.used(b), gained[1])

    def used(self, b: int) -> int:
        """Return a person's swaps in force in the month of the duty."""
        month = (self.day.year, self.day.month)
        return sum(
            (s.day.year, s.day.month) == month for s, _ in self.desk.sides_in_force.get(b, ())
        )

    def reasons(self, b: int, x: Exchange) -> tuple[Text, ...]:
        """Say in words what a candidate was ranked by."""
        rested, alike, fair, swaps, other = self.rank(b, x)
        own = self.roster.code(b, self.d)
        out = [
            Text("rested that day", "当天休息")
            if rested
            else Text(f"has {own} that day, which goes back", f"当天有 {own} 班，一并换回"),
            Text("same grade", "同级别") if alike else Text("another grade", "级别不同"),
        ]
        if fair:
            out.append(
                Text(
                    f"{'more' if fair > 0 else 'less'} fair by {abs(fair)} points",
                    f"公平分{'改善' if fair > 0 else '变差'} {abs(fair)}",
                )
            )
        out.append(Text(f"{-swaps} swaps this month", f"本月已换班 {-swaps} 次"))
        if other:
            out.append(
                Text(
                    f"{abs(other)} points of comfort {'gained' if other > 0 else 'lost'}",
                    f"舒适度{'改善' if other > 0 else '变差'} {abs(other)} 分",
                )
            )
        return tuple(out)

    # --- the answer -----------------------------------------------------------------------

    def answer(self, top: int) -> Suggestions:
        """Try everybody."""
        found: list[tuple[tuple[int, ...], int, list]] = []
        failed: list[int] = []
        for b in range(len(self.problem.employees)):
            if b == self.a:
                continue
            options = self._options(b)
            if options:
                found.append((options[0][0], b, options))
            else:
                failed.append(b)
        found.sort(key=lambda f: f[0], reverse=True)
        candidates = []
        for _, b, options in found:
            if len(candidates) == top:
                break
            good = self._confirmed(b, options)
            if good is None:
                failed.append(b)
            else:
                candidates.append(good)
        refused = [self._refused(b) for b in failed]
        refused.sort(key=lambda r: len(r.against[0].evidence[0].en) if r.against else 0)
        if candidates:
            return Suggestions(tuple(candidates), tuple(refused))
        return Suggestions((), tuple(refused), self._way_out(refused), self._bars())

    def _bars(self) -> tuple[Finding, ...]:
        """Return what stands against giving the duty away whoever takes it."""
        row = Swap(id="", applicant=self.applicant, partner="", day=self.day)
        row = replace(row, asked_at=self.asked_at)
        verdict = self.desk.verdict(exchange_of(self.desk.rosters, [row]))
        return tuple(
            f for f in verdict.against if f.outcome is Outcome.BROKEN and f.rule.by_leg
        )

    def _way_out(self, refused: list[Refused]) -> Refused | None:
        """Return the try with the least against it, among those who come closest."""
        closest = sorted(refused, key=lambda r: len(r.against))[:_CLOSEST]
        index = self.problem.employee_index
        tried = [
            self._try(b, back)
            for r in closest
            for b in (index[r.staff],)
            for back in self.tries(b)
        ]
        return min(tried, key=lambda r: len(r.against), default=None)

    def _options(self, b: int) -> list[tuple[tuple[int, ...], int | None, Exchange]]:
        """Return what may be done with a colleague, best first; duties back before none."""
        if self.parts.breaks_leg(self.exchange(b, None)):
            return []
        options = []
        for back in self.tries(b):
            x = self.exchange(b, back)
            if self.parts.may_do(x):
                options.append((self.rank(b, x), back, x))
        options.sort(key=lambda o: (o[1] is None, tuple(-r for r in o[0]), o[1] or 0))
        return options

    def _confirmed(self, b: int, options: list) -> Candidate | None:
        """Return the best option that the whole verdict confirms."""
        for i, (rank, back, x) in enumerate(options):
            verdict = self.desk.verdict(x)
            if verdict.answer is Answer.REJECTED:
                continue
            others = [o[1] for o in options[i + 1 :] if o[1] is not None]
            reasons = self.reasons(b, x)
            if verdict.answer is Answer.REFERRED:
                reasons = (*reasons, Text("only if the manager allows it", "须经理特批"))
            return Candidate(
                self.problem.employees[b].id,
                None if back is None else self.problem.date_of(back),
                "" if back is None else x.legs[1].code,
                tuple(map(self.problem.date_of, others)),
                rank,
                reasons,
                verdict,
            )
        return None

    def _refused(self, b: int) -> Refused:
        """Return what stands against somebody: taking the duty, or changing that day's."""
        x = self.exchange(b, None)
        case = Case(self.desk, (x,))
        barred = []
        for rule in self.parts.legwise:
            lines = tuple(Text(rule.say(v, "en"), rule.say(v, "zh")) for v in rule.check(case))
            if lines:
                barred.append(Finding(rule, Outcome.BROKEN, lines))
        if barred:
            # Whatever came back, these would stand.
            barred.sort(key=lambda f: len(f.evidence[0].en))
            return Refused(self.problem.employees[b].id, None, tuple(barred))
        days = [d for d in self.tries(b) if d in (self.d, None)]
        return min((self._try(b, back) for back in days), key=lambda r: len(r.against))

    def _try(self, b: int, back: int | None) -> Refused:
        verdict = self.desk.verdict(self.exchange(b, back))
        against = sorted(
            (f for f in verdict.against if f.outcome is Outcome.BROKEN),
            key=lambda f: len(f.evidence[0].en),
        )
        day = None if back is None else self.problem.date_of(back)
        return Refused(self.problem.employees[b].id, day, tuple(against))


def way_out_text(out: Refused) -> Text:
    """Return what would have to change so that somebody could take the duty."""
    who = out.staff
    back = Text("", "")
    if out.return_day is not None:
        day = day_text(out.return_day)
        back = Text(f", giving back {day.en}", f"，还{day.zh}的班")
    what = "; ".join(f"{f.rule.id}: {f.evidence[0].en}" for f in out.against)
    zh = "；".join(f"{f.rule.title.zh}：{f.evidence[0].zh}" for f in out.against)
    return Text(
        f"least change: {who}{back.en} could take it but for {what}. Otherwise the office has "
        "to find a replacement.",
        f"改动最小的办法：{who}{back.zh}可以接班，只差：{zh}。否则报办公室协调人员顶班。",
    )
