"""Improving a solution one neighbourhood at a time.

A few people get their whole month anew, or more people a few days, and everything else keeps
its value (see `program`): small enough for the solver to find the best in about a second, large
enough to exchange whole stretches of work. Some choices begin with a cost that nobody in
particular bears, a seat empty or one too many, and take people who could change it; the
others with people whose month costs more than it need. Shapes that won most points a second
lately come more often.

Several run side by side. Where their answers are taken in the order in which the questions
were asked, two runs are the same by limits in the solver's own measure of time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from roster.near import Near
from roster.part import FOUND, Part, Solvers
from roster.program import Program, Solution

_SHAPES = (
    *((1, 366), (2, 366), (3, 366), (3, 91)),
    *((4, 366), (5, 366), (6, 366), (6, 28), (12, 14)),
    *((16, 7), (30, 4), (60, 4), (100, 3)),
)
"""People and days of a neighbourhood; no more of either than there are. One to three people's
whole time is most useful over half a year and longer."""

_LARGE, _MANY_CELLS = ((50, 14), (30, 14), (20, 28), (20, 42)), 4000
"""More of them, where there are more than so many cells: slow, but they gain to the end."""

_NEAR = (6, 9, 13, 18, 25, 40)
"""People whose whole months are looked for near the bound, once there is one."""

_WORK = 0.6
_MANY, _WIDE = 10, 5000
"""For one neighbourhood, in the solver's deterministic seconds: more, where there are more
than so many people or variables."""

_HOPE, _DOUBT = 5.0, 0.5
_FORGET = 0.7
_AIM = 0.4
"""Part of the choices that begin with a cost that nobody bears."""

_CURIOSITY = 0.3
"""Points a second that every shape is given credit for, so that none is forgotten."""


@dataclass(frozen=True)
class _Shape:
    """How many people get how many days anew, and whether only near the bound.

    `hope` is what it is taken to win a second before it was tried.
    """

    people: int
    days: int
    near: Near | None = None
    hope: float = _HOPE


@dataclass(frozen=True)
class _Task:
    """A neighbourhood to be solved."""

    shape: int
    near: Near | None
    cells: tuple[tuple[int, int], ...]
    people: frozenset[int]
    around: Solution
    version: int
    seed: int


@dataclass(frozen=True)
class _Answer:
    """Values found for the open variables, and the work that it took."""

    task: _Task
    values: tuple[tuple[int, int], ...]
    work: float


class Improver:
    """Threads that improve a solution until they are stopped.

    Parameters
    ----------
    blocks : Program
    values : list of int
        Of every variable, in a solution.
    seed : int
    threads : int

    Attributes
    ----------
    around : Solution
        The solution at hand, which neighbourhoods are of.
    ordered : bool
        Answers are taken in the order of the questions, so that two runs are the same; else as
        they come, and no thread waits for another.
    best : list of int
        The value of every variable in the best solution so far.
    work : float
        Done so far, in the solver's deterministic seconds.
    goal : int
        What the solution at hand costs, people short included.
    count : int
        How often the best became better.
    weight : list of float
        How much more than others a person is worth choosing.
    """

    def __init__(self, blocks: Program, values: list[int], *, seed: int, threads: int) -> None:
        self.blocks = blocks
        self.around = blocks.solution(values)
        self.best = self.around.values
        self.goal = self._least = sum(c * x for c, x in zip(blocks.goal, values))
        self.count = 0
        self.tasks = 0
        self.work = 0.0
        people = blocks.people
        self.weight = [1.0] * people
        self._random = random.Random(seed)
        self._threads = max(1, min(threads, people // 2))
        self.ordered = True
        days = blocks.n_days
        hopes = [(size, _HOPE) for size in _SHAPES]
        if people * days > _MANY_CELLS:
            hopes += [(size, _DOUBT) for size in _LARGE]
        sizes: dict[tuple[int, int], float] = {}
        for (n, d), hope in hopes:
            sizes.setdefault((min(n, people), min(d, days)), hope)
        self._shapes = [_Shape(*size, hope=hope) for size, hope in sizes.items()]
        self._won = [s.hope for s in self._shapes]
        self._version = 0
        self._busy: list[frozenset[int]] = []
        self._solvers = Solvers()
        self._own = [[v for v in of if blocks.goal[v]] for of in blocks.of]

    @property
    def values(self) -> list[int]:
        """Of every variable, in the solution at hand, which neighbourhoods are of."""
        return self.around.values

    @property
    def stuck(self) -> bool:
        """Every shape was tried several times lately and won next to nothing."""
        return max(self._won) < _CURIOSITY

    def look_near(self, *places: Near) -> None:
        """Look also, or from now on instead, for whole months near the bound."""
        kept = [(s, w) for s, w in zip(self._shapes, self._won) if s.near is None]
        people = self.blocks.people
        sizes = sorted({min(n, people) for n in _NEAR})
        new = [(_Shape(n, 366, near), _HOPE) for near in places for n in sizes]
        self._shapes, self._won = map(list, zip(*kept, *new))

    def offer(self, values: Sequence[int]) -> None:
        """Go on from another solution if it is better than the best."""
        if sum(c * x for c, x in zip(self.blocks.goal, values)) < self._least:
            self.go_on_from(values)

    def go_on_from(self, values: Sequence[int]) -> None:
        """Go on from another solution, be it worse; the best is kept."""
        self.around = self.blocks.solution(values)
        self.goal = sum(c * x for c, x in zip(self.blocks.goal, values))
        self._version += 1
        self._won = [s.hope for s in self._shapes]
        self._note()

    def _note(self) -> None:
        """Keep the solution at hand when it is no worse than the best."""
        if self.goal <= self._least:
            self.count += self.goal < self._least
            self._least = self.goal
            self.best = self.values

    def run(self, over: Callable[[], bool], most: int | None = None) -> None:
        """Improve until it is over, or for so many neighbourhoods.

        Parameters
        ----------
        over : callable
            Asked after every neighbourhood and a few times a second, from this thread.
        most : int, optional
        """
        waiting: dict[Future, _Task] = {}
        end = None if most is None else self.tasks + most
        self._solvers = Solvers()
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                while not over():
                    while len(waiting) < self._threads and self.tasks != end and self._room():
                        task = self._choose()
                        self.tasks += 1
                        waiting[pool.submit(self._solve, task)] = task
                    if not waiting:
                        return
                    first = list(waiting)[:1] if self.ordered else waiting
                    done: set[Future] = set()
                    while not done:
                        if over():
                            return
                        done, _ = wait(first, timeout=0.1, return_when=FIRST_COMPLETED)
                    for future in done:
                        self._busy.remove(waiting.pop(future).people)
                        self._take(future.result())
            finally:
                self._solvers.stop()
                for future in waiting:
                    future.cancel()
                self._busy.clear()

    # --- choosing -------------------------------------------------------------------------

    def _choose(self) -> _Task:
        blocks, rng = self.blocks, self._random
        credit = [max(w, _CURIOSITY) for w in self._won]
        n = rng.choices(range(len(credit)), credit)[0]
        shape = self._shapes[n]
        most, length = shape.people, shape.days
        busy = frozenset().union(*self._busy)
        open_to = [e for e in range(blocks.people) if e not in busy]
        bears = self._bears()
        weight = {e: self.weight[e] * (1.0 + bears[e]) for e in open_to}
        day = None
        if rng.random() < _AIM:
            day = self._aim(weight)
        chosen: set[int] = set()
        while len(chosen) < min(most, len(open_to)):
            rest = [e for e in open_to if e not in chosen]
            chosen.add(rng.choices(rest, [weight[e] for e in rest])[0])
        last = max(0, blocks.n_days - length)
        first = rng.randint(0, last)
        if day is not None:
            first = min(last, max(0, day - rng.randrange(length)))
        days = range(first, min(blocks.n_days, first + length))
        people = frozenset(chosen)
        self._busy.append(people)
        return _Task(
            n,
            shape.near,
            tuple((e, d) for e in sorted(people) for d in days),
            people,
            self.around,
            self._version,
            rng.randrange(1 << 30),
        )

    def _room(self) -> bool:
        """Tell whether nobody is busy, or two people are not."""
        return not self._busy or sum(map(len, self._busy)) < self.blocks.people - 1

    def _bears(self) -> list[float]:
        """Return what each person's own month costs, as multiples of the mean."""
        goal, values = self.blocks.goal, self.values
        costs = [sum(goal[v] * values[v] for v in own) for own in self._own]
        mean = max(1.0, sum(costs) / len(costs))
        return [c / mean for c in costs]

    def _aim(self, weight: dict[int, float]) -> int | None:
        """Pick a shared cost that is paid; give those who could change it more weight."""
        blocks, rng = self.blocks, self._random
        paid = [v for v in blocks.shared if self.values[v] * blocks.goal[v] > 0]
        if not paid:
            return None
        v = rng.choices(paid, [self.values[v] * blocks.goal[v] for v in paid])[0]
        touched = {}
        for r in blocks.rows_of[v]:
            for x in blocks.rows[r].variables:
                e = blocks.owner[x]
                if e in weight:
                    touched.setdefault(e, x)
        if not touched:
            return None
        for e in touched:
            weight[e] *= 4
        places = [blocks.cell[x] for x in touched.values() if x in blocks.cell]
        return rng.choice(places)[1] if places else None

    # --- solving --------------------------------------------------------------------------

    def _solve(self, task: _Task) -> _Answer:
        more, closed = [], ()
        if task.near is not None:
            more, closed = task.near.of(sorted(task.people))
        part = self.blocks.neighbourhood(task.cells, task.around, more, closed)
        part.hint(task.around.values)
        return self._run(task, part)

    def _run(self, task: _Task, part: Part) -> _Answer:
        work = _WORK * max(1.0, len(task.people) / _MANY, len(part.variables) / _WIDE)
        status, solver = self._solvers.solve(part, work=work, seed=task.seed)
        if solver is None:
            return _Answer(task, (), 0.0)
        values = tuple(part.values(solver)) if status in FOUND else ()
        return _Answer(task, values, solver.response_proto.deterministic_time)

    def _take(self, answer: _Answer) -> None:
        """Take an answer in when it is no worse; credit its shape."""
        task = answer.task
        won = 0
        values = answer.values
        if values and task.version != self._version:
            values = self._again(answer)
        if values:
            won = self.change(values)
        self.work += answer.work
        rate = max(0, won) / (answer.work + 0.02)
        self._won[task.shape] = _FORGET * self._won[task.shape] + (1 - _FORGET) * rate

    def change(self, values: Sequence[tuple[int, int]]) -> int:
        """Give some variables other values, unless that costs more; return what it wins."""
        goal = self.blocks.goal
        won = sum(goal[v] * (self.values[v] - x) for v, x in values)
        if won >= 0 and any(self.values[v] != x for v, x in values):
            self.around = self.blocks.changed(self.around, values)
            self.goal -= won
            self._version += 1
            self._note()
        return won

    def _again(self, answer: _Answer) -> tuple[tuple[int, int], ...]:
        """Return what an answer is worth now that other cells have changed, or nothing."""
        blocks, before, now = self.blocks, answer.task.around.values, self.values
        steps = tuple((v, x) for v, x in answer.values if x != before[v])
        unmoved = all(now[v] == before[v] for v, _ in steps)
        if not steps or (unmoved and blocks.allows(self.around, steps)):
            return steps
        new = {v: x for v, x in answer.values if v in blocks.cell}
        part = blocks.neighbourhood(answer.task.cells, self.around)
        part.fix(new)
        return self._run(answer.task, part).values


__all__ = ["Improver"]
