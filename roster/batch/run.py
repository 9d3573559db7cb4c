"""Handing out the work of a batch, and trying again what died."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from roster.words import Text

TRIES = 3
"""So often a team is begun whose process dies."""

_TICK = 0.2


class Answer(Protocol):
    """What comes back of one piece of work."""

    @property
    def died(self) -> bool:
        """The process ended without an answer: killed, out of memory, hung."""


class Pool(Protocol):
    """Who does the work."""

    def room(self) -> int:
        """Return how many pieces can be done at the same time now."""

    def submit(self, job: Any) -> Future:
        """Begin a piece."""

    def news(self) -> list[Text]:
        """Return what happened to the pool since it was last asked."""

    def close(self) -> None:
        """End what is still running."""


class Local:
    """This machine: so many processes at a time.

    Parameters
    ----------
    solve : callable
        Does a piece in a process of its own and waits for it.
    stop : callable
        Ends the processes that are running.
    jobs : int
    """

    def __init__(
        self, solve: Callable[[Any], Answer], stop: Callable[[], None], jobs: int
    ) -> None:
        self._solve, self._stop, self._jobs = solve, stop, jobs
        self._threads = ThreadPoolExecutor(jobs)

    def room(self) -> int:
        return self._jobs

    def submit(self, job: Any) -> Future:
        return self._threads.submit(self._solve, job)

    def news(self) -> list[Text]:
        return []

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._stop()
        self._threads.shutdown()


class What(Enum):
    """What an event is about."""

    BEGUN = 1
    AGAIN = 2
    """Its process died; it will be tried again."""
    ENDED = 3
    NEWS = 4
    TICK = 5


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Attributes
    ----------
    what : What
    name : str
        Of the piece of work.
    tries : int
        How often it was begun.
    answer : Answer, exception or None
        An exception when the pool itself gave up.
    news : Text or None
    """

    what: What
    name: str = ""
    tries: int = 0
    answer: Any = None
    news: Text | None = None


def run(
    jobs: Mapping[str, Any], pool: Pool, final: tuple[type[BaseException], ...] = ()
) -> Iterator[Event]:
    """Do all the work, as much at a time as the pool has room for.

    Parameters
    ----------
    jobs : mapping
        By name.
    pool : Pool
    final : tuple of exceptions
        From a pool that has tried often enough itself.

    Yields
    ------
    Event
        One `ENDED` for every piece; a `TICK` a few times a second.
    """
    waiting, tries = deque(jobs), Counter[str]()
    running: dict[Future, str] = {}
    while waiting or running:
        while waiting and len(running) < pool.room():
            name = waiting.popleft()
            tries[name] += 1
            running[pool.submit(jobs[name])] = name
            yield Event(What.BEGUN, name, tries[name])
        if not running:
            time.sleep(_TICK)
        done = wait(running, _TICK, FIRST_COMPLETED).done
        # A pool that is lost says so here, before what it had is called dead.
        for text in pool.news():
            yield Event(What.NEWS, news=text)
        while done:
            # Kept no longer than needed: a cluster works out again what is kept and lost.
            future = done.pop()
            name = running.pop(future)
            try:
                answer = future.result()
                again = answer.died
            except (Exception, CancelledError) as error:
                answer, again = error, not isinstance(error, final)
            del future
            again = again and tries[name] < TRIES
            if again:
                waiting.append(name)
            yield Event(What.AGAIN if again else What.ENDED, name, tries[name], answer)
        yield Event(What.TICK)
