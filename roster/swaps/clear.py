"""Clearing swap wishes: the best set of rings, like the exchange of kidneys.

A wish is a duty to be rid of and what could be taken instead. Wish i *goes to* wish j when
the owner of j could take the duty of i: they say so, they are somebody else, and they are
free that day or give away that day's duty by j. A *ring* is a cycle of wishes with at most
four members, each of another person; every wish in at most one ring.

Model
-----
``z[r]`` is 1 when ring r takes place; ``x[i,j]`` when the duty of i goes to the owner of j.

* every wish is in at most one ring;
* ``x[i,j]`` is the sum of the z of the rings in which i goes to j;
* ``x[i,j]`` taken is one side of a swap for the owner of j, who gives j and takes i; the rules
  of swaps and, through ``swap_keeps_roster``, those of the roster state themselves over these
  sides as they do in a review;
* as many wishes granted as can be: maximize the sum of the members of rings that take place.

Why this is right. A set of rings that share no wish gives values to z that meet the first
line, and each x is then 0 or 1, since a wish goes one way in the one ring that it is in. What
a ring does to its members is exactly its sides: each is another person, gives one duty and
takes one. So the cells after the rings are those of the model, where a cell becomes what the
one side that touches it makes of it, and the rules bar in the model what they bar in the
roster (the proof that encoder and checker agree is theirs). Conversely a solution of the
model is a set of disjoint rings that keeps every rule. All rings are there, so the best
solution is the best set.

Before that, arcs are left out that lie on no ring or that a rule bars whatever else happens.
Where there are more rings than the model can hold, those with the fewest members stay; the
bound then comes from the model without rings, in which a wish goes to one exactly when one
comes to it: every set of rings, of any length, is a solution of that.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from roster.errors import OwnCheckError
from roster.problem import Status, Swap, SwapWish
from roster.swaps.desk import OPEN, Answer, Desk, Verdict
from roster.swaps.exchange import LARGEST_RING, Exchange, Leg, Side, exchange_of, exchanges
from roster.swaps.parts import Parts
from roster.swaps.review import against_text, awaited_text, colliding
from roster.swaps.search import Search, Values
from roster.words import Text, day_text, joined

_MOST_RINGS = 30_000
_TRIED = 5

Arc = tuple[int, int]


@dataclass(frozen=True)
class Granted:
    """What became of one wish.

    Attributes
    ----------
    wish : SwapWish
    rows : tuple of Swap
        New rows of the register for its ring; empty when it is not granted.
    verdict : Verdict or None
    because : Text
    """

    wish: SwapWish
    rows: tuple[Swap, ...]
    verdict: Verdict | None
    because: Text

    @property
    def row(self) -> Swap | None:
        """The row in which the wish's duty is given away."""
        for row in self.rows:
            if (self.wish.staff, self.wish.day) in (
                (row.applicant, row.day),
                (row.partner, row.return_day),
            ):
                return row
        return None


@dataclass(frozen=True)
class Cleared:
    """The best set of rings.

    Attributes
    ----------
    wishes : tuple of Granted
        In the order of the sheet.
    exchanges : tuple of Exchange
    bound : int
        No more wishes than these can be granted.
    """

    wishes: tuple[Granted, ...]
    exchanges: tuple[Exchange, ...]
    bound: int

    @property
    def granted(self) -> int:
        """Wishes that get their way."""
        return sum(bool(w.rows) for w in self.wishes)

    @property
    def gap(self) -> float:
        """What may be missing to the best, as a part of the bound."""
        return (self.bound - self.granted) / self.bound if self.bound else 0.0


def clear(desk: Desk, *, seconds: float = 60.0) -> Cleared:
    """Grant as many wishes as the rules allow.

    Parameters
    ----------
    desk : Desk
    seconds : float
        For the search; what is found by then stands, with its gap.

    Raises
    ------
    OwnCheckError
        When model and checkers disagree.
    """
    # A part of the time is for the reasons of those who get nothing.
    until = time.monotonic() + 0.8 * seconds
    graph = _Graph(desk)
    rings, bound = _best(desk, graph, until)
    numbers = _Numbers(desk)
    found = [exchange_of(desk.rosters, numbers.rows(ring, graph)) for ring in rings]
    if not desk.allowed(found):
        raise OwnCheckError("the rings found break a rule together", desk.roster)
    of_wish = {w: x for ring, x in zip(rings, found) for w in ring}
    granted = []
    for i, wish in enumerate(desk.problem.swap_wishes):
        x = of_wish.get(i)
        if x is None:
            granted.append(Granted(wish, (), None, graph.why_not(i, of_wish, found)))
            continue
        verdict = desk.verdict(x)
        if verdict.answer is Answer.REJECTED:
            verdict = desk.verdict(x, [y for y in found if y is not x])
        rows = tuple(replace(r, status=verdict.status) for r in x.rows)
        because = [_ring_text(desk, x)]
        if verdict.against:
            because.append(against_text(verdict.against))
        if verdict.awaiting:
            because.append(awaited_text(verdict))
        granted.append(Granted(wish, rows, verdict, joined(because)))
    return Cleared(tuple(granted), tuple(found), max(bound, len(of_wish)))


def _ring_text(desk: Desk, x: Exchange) -> Text:
    parts = []
    for leg in x.legs:
        day = day_text(desk.problem.date_of(leg.d))
        a, b = (desk.problem.employees[e].id for e in (leg.giver, leg.taker))
        parts.append(
            Text(f"{a} {leg.code} {day.en} to {b}", f"{a} {day.zh} {leg.code} 班给 {b}")
        )
    whole = joined(parts, ", ", "，")
    n = len(x.people)
    return Text(f"ring of {n}: {whole.en}", f"{n} 人环：{whole.zh}")


class _Graph:
    """Wishes and which of them could go to which."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.problem = desk, desk.problem
        self.wishes = self.problem.swap_wishes
        index = self.problem.employee_index
        self.owner = [index[w.staff] for w in self.wishes]
        self.day = [self.problem.index_of(w.day) for w in self.wishes]
        self.code = [desk.roster.code(e, d) for e, d in zip(self.owner, self.day)]
        self.parts = Parts(desk)
        self.barred: dict[int, Verdict] = {}
        # Duties that open rows of the register would give away: asked for already.
        self.pending = {
            (leg.giver, leg.d): x
            for x in exchanges(desk.rosters, (*OPEN, Status.APPROVED))
            for leg in x.legs
        }
        usable = [i for i in range(len(self.wishes)) if self._usable(i)]
        alone = {e for e in self.owner if self.owner.count(e) == 1}
        self.wanted = [(i, j) for i in usable for j in usable if self._said(i, j)]
        arcs = [a for a in self.wanted if self._possible(*a, self.owner[a[1]] in alone)]
        self.arcs = _on_short_cycles(arcs, len(self.wishes))
        self.out: dict[int, list[int]] = {}
        for i, j in self.arcs:
            self.out.setdefault(i, []).append(j)

    def _usable(self, i: int) -> bool:
        if self.code[i] is None or (self.owner[i], self.day[i]) in self.pending:
            return False
        verdict = self.desk.verdict(self.one_way(i))
        if verdict.answer is Answer.REJECTED and any(f.rule.by_leg for f in verdict.against):
            self.barred[i] = verdict
            return False
        return True

    def one_way(self, i: int) -> Exchange:
        """Return the duty of a wish given to nobody yet."""
        return exchange_of(self.desk.rosters, [self._row(i)])

    def _row(self, i: int, taker: int | None = None) -> Swap:
        wish = self.wishes[i]
        partner = "" if taker is None else self.problem.employees[taker].id
        return Swap(id="", applicant=wish.staff, partner=partner, day=wish.day)

    def _said(self, i: int, j: int) -> bool:
        """Tell whether the owner of j says that they could take the duty of i."""
        if self.owner[i] == self.owner[j]:
            return False
        can = self.wishes[j].can_take
        day, code = self.wishes[i].day, self.code[i]
        return not can or any(d == day and c in (None, code) for d, c in can)

    def leg(self, i: int, j: int | None) -> Leg:
        """Return the duty of i, taken by the owner of j."""
        taker = None if j is None else self.owner[j]
        return Leg(self.owner[i], taker, self.day[i], self.code[i], self._row(i, taker))

    def side(self, arc: Arc) -> Side:
        """Return what an arc taken does to the one who takes."""
        i, j = arc
        return Side(self.owner[j], self.leg(j, None), self.leg(i, j), self.wishes[j].day)

    def _possible(self, i: int, j: int, alone: bool) -> bool:
        """Tell whether nothing bars an arc whatever else happens.

        Of somebody with one wish the side is all that changes, so their own rules can be
        asked at once.
        """
        side = self.side((i, j))
        e, d = self.owner[j], self.day[i]
        own = self.desk.roster.code(e, d)
        if own is not None and d != self.day[j]:
            return False
        if self.code[i] == own and d == self.day[j]:
            return False
        if self.parts.breaks_leg(Exchange((side.takes.row,), (side.takes,))):
            return False
        return not alone or self.parts.person_keeps(e, dict(side.cells(self.problem.n_days)))

    def rings(self, through: int | None = None) -> Iterator[tuple[int, ...]]:
        """Yield every ring from its first wish on, or those through one; short ones first."""
        paths = [(i,) for i in self.out] if through is None else [(through,)]
        for length in range(1, LARGEST_RING + 1):
            longer = []
            for path in paths:
                people = [self.owner[k] for k in path]
                for j in self.out.get(path[-1], ()):
                    if j == path[0] and length > 1:
                        yield path
                    elif through is None and j < path[0]:
                        continue
                    elif length < LARGEST_RING and self.owner[j] not in people:
                        longer.append((*path, j))
            paths = longer

    # --- reasons ------------------------------------------------------------------------

    def why_not(
        self, i: int, of_wish: Mapping[int, Exchange], taken: Sequence[Exchange]
    ) -> Text:
        """Say why a wish is not granted."""
        who, day = self.wishes[i].staff, day_text(self.wishes[i].day)
        if self.code[i] is None:
            return Text(f"{who} has no duty on {day.en}", f"{who} {day.zh}没有班")
        asked = self.pending.get((self.owner[i], self.day[i]))
        if asked is not None:
            label = asked.label
            return Text(f"asked for already: {label.en}", f"已在登记表中申请：{label.zh}")
        if i in self.barred:
            return against_text(f for f in self.barred[i].against if f.rule.by_leg)
        if not any(a[0] == i for a in self.wanted):
            return Text("nobody has said that they could take it", "没有人表示可以接这个班")
        if not any(a[1] == i for a in self.wanted):
            return Text(
                "no duty that others want to be rid of is among those named as possible",
                "别人想换出的班都不在可接范围内",
            )
        rings = list(islice(self.rings(i), 50))
        if not rings:
            return self._no_ring(i)
        for ring in rings:
            if of_wish.keys() & set(ring):
                continue
            x = exchange_of(self.desk.rosters, ring_rows(self, ring))
            verdict = self.desk.verdict(x)
            if verdict.answer is Answer.REJECTED:
                return against_text(verdict.against)
            with_ = colliding(lambda some, x=x: self.desk.allowed([*some, x]), x, taken)
            names = joined((_ring_text(self.desk, y) for y in with_), "; ", "；")
            if with_:
                why = against_text(self.desk.verdict(x, with_).against)
                return Text(
                    f"cannot go together with {names.en}: {why.en}",
                    f"与{names.zh}不能同时成立：{why.zh}",
                )
        return Text(
            "each ring that it could be in needs a wish that is granted in another",
            "可能的环都要用到已在别的环中满足的意向",
        )

    def _no_ring(self, i: int) -> Text:
        """Say what stands against those who would take the duty, or that none comes back."""
        takers = [j for a, j in self.wanted if a == i and self.owner[j] != self.owner[i]]
        if not any(j in self.out.get(i, ()) for j in takers):
            tried = []
            for j in takers[:_TRIED]:
                # The taker gives their own duty away, to whomever.
                legs = (self.leg(i, j), self.leg(j, None))
                verdict = self.desk.verdict(Exchange(tuple(x.row for x in legs), legs))
                lines = [line for f in verdict.against for line in f.evidence]
                if lines:
                    tried.append(min(lines, key=lambda line: len(line.en)))
            if tried:
                best = min(tried, key=lambda line: len(line.en))
                return Text(
                    f"who said that they could take it cannot: {best.en}",
                    f"表示可接的人接不了：{best.zh}",
                )
        return Text(
            "no ring of up to four people closes: nobody's duty comes back",
            "四人以内凑不成环：没有班可换回",
        )


class _Numbers:
    """Numbers of new rows and rings, after those that the register has."""

    def __init__(self, desk: Desk) -> None:
        rows = [r for r in desk.problem.swaps if not r.past]
        self.row = max((int(r.id) for r in rows if r.id.isdigit()), default=0)
        self.ring = max((int(r.ring) for r in rows if r.ring.isdigit()), default=0)

    def rows(self, ring: Sequence[int], graph: _Graph) -> list[Swap]:
        """Return the numbered rows of a ring."""
        made = ring_rows(graph, ring)
        number = ""
        if len(made) > 1:
            self.ring += 1
            number = str(self.ring)
        out = []
        for row in made:
            self.row += 1
            out.append(replace(row, id=str(self.row), ring=number))
        return out


def ring_rows(graph: _Graph, ring: Sequence[int]) -> list[Swap]:
    """Return the register's rows of a ring: one swap with a return, or a row a duty."""
    first = graph.wishes[ring[0]]
    if len(ring) == 2:
        other = graph.wishes[ring[1]]
        return [
            Swap(
                id="",
                applicant=first.staff,
                partner=other.staff,
                day=first.day,
                shift=graph.code[ring[0]],
                return_day=other.day,
                return_shift=graph.code[ring[1]],
            )
        ]
    return [
        Swap(
            id="",
            applicant=graph.wishes[i].staff,
            partner=graph.wishes[j].staff,
            day=graph.wishes[i].day,
            shift=graph.code[i],
            ring="?",
        )
        for i, j in zip(ring, [*ring[1:], ring[0]])
    ]


def _on_short_cycles(arcs: Iterable[Arc], n: int) -> list[Arc]:
    """Return the arcs that lie on a cycle of at most `LARGEST_RING` wishes."""
    arcs = list(arcs)
    while True:
        out = [0] * n
        for i, j in arcs:
            out[i] |= 1 << j
        # Bits of the wishes that lead to i in so many steps or fewer.
        back = [1 << i for i in range(n)]
        for _ in range(LARGEST_RING - 1):
            step = list(back)
            for i in range(n):
                rest, reached = out[i], back[i]
                while rest:
                    low = rest & -rest
                    reached |= back[low.bit_length() - 1]
                    rest ^= low
                step[i] = reached
            back = step
        # back[j] now holds everything that j reaches in three steps.
        kept = [(i, j) for i, j in arcs if back[j] >> i & 1]
        if len(kept) == len(arcs):
            return kept
        arcs = kept


def _best(desk: Desk, graph: _Graph, until: float) -> tuple[list[tuple[int, ...]], int]:
    """Return the best rings and the bound on wishes granted."""
    rings = list(islice(graph.rings(), _MOST_RINGS))
    if not rings:
        return [], 0
    every = len(rings) < _MOST_RINGS
    left = until - time.monotonic()
    chosen, bound = _with_rings(desk, graph, rings, until - (0 if every else left / 3))
    if not every:
        bound = _without_rings(desk, graph, until)
    return chosen, bound


def _asked(graph: _Graph, arcs: Iterable[Arc]) -> list[tuple[Arc, Side]]:
    return [(a, graph.side(a)) for a in arcs]


def _without_rings(desk: Desk, graph: _Graph, until: float) -> int:
    """Return a bound on wishes granted from cycles of any length."""
    search = Search(desk, _asked(graph, graph.arcs), lambda values: [], until, trust=True)
    x, model = search.literal, search.model
    out: dict[int, list] = {}
    into: dict[int, list] = {}
    for (i, j), lit in x.items():
        out.setdefault(i, []).append(lit)
        into.setdefault(j, []).append(lit)
    for v in out.keys() | into.keys():
        model.add_at_most_one(out.get(v, []))
        model.add(sum(out.get(v, [])) == sum(into.get(v, [])))
    _, _, bound = search.best(sum(x.values()))
    return int(min(len(out), bound + 1e-6))


def _with_rings(
    desk: Desk, graph: _Graph, rings: Sequence[tuple[int, ...]], until: float
) -> tuple[list[tuple[int, ...]], int]:
    """Return the best set of some rings, and the bound when these are all there are."""
    on: dict[Arc, list[int]] = {}
    of: dict[int, list[int]] = {}
    for n, ring in enumerate(rings):
        for arc in zip(ring, (*ring[1:], ring[0])):
            on.setdefault(arc, []).append(n)
        for i in ring:
            of.setdefault(i, []).append(n)

    def taken(values: Values) -> list[Exchange]:
        return [exchange_of(desk.rosters, ring_rows(graph, r)) for r in _rings(values)]

    search = Search(desk, _asked(graph, on), taken, until)
    x, model = search.literal, search.model
    z = [model.new_bool_var("") for _ in rings]
    for arc, here in on.items():
        model.add(sum(z[n] for n in here) == x[arc])
    for here in of.values():
        model.add_at_most_one([z[n] for n in here])
    for lit in z:
        model.add_hint(lit, False)
    values, _, most = search.best(sum(len(r) * lit for r, lit in zip(rings, z)))
    bound = int(min(len(of), most + 1e-6))
    return ([] if values is None else _rings(values)), bound


def _rings(values: Values) -> list[tuple[int, ...]]:
    """Return the cycles that the arcs taken make, each from its first wish on."""
    after = {i: j for (i, j), is_taken in values.items() if is_taken}
    rings = []
    while after:
        ring = [min(after)]
        while (following := after.pop(ring[-1])) != ring[0]:
            ring.append(following)
        rings.append(tuple(ring))
    return sorted(rings)


def new_rows(cleared: Cleared) -> tuple[Swap, ...]:
    """Return the rows to be added to the register, each once."""
    rows = {r.id: r for w in cleared.wishes for r in w.rows}
    return tuple(rows.values())
