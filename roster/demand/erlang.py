"""How many agents answer the calls in time: Erlang C, and Erlang A where callers give up.

Calls come at random (Poisson) with a constant rate inside an interval, handling times are
exponential, and the queue is served first come, first served. In Erlang C (M/M/n) a caller
waits for ever; in Erlang A (M/M/n+M) the time that a caller is willing to wait is
exponential, too.

Sources: A. K. Erlang (1917) for the formula of waiting; C. Palm (1946), F. Baccelli and
G. Hebuterne (1981) and A. Mandelbaum and S. Zeltyn (2005) for queues that people leave.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

_TAIL = 40.0  # exp(-40) is nothing beside 1
_PANELS = 512


@dataclass(frozen=True)
class Performance:
    """What callers and agents live through in the steady state.

    Attributes
    ----------
    waiting : float
        Share of calls that are not answered at once, 0 to 1.
    level : float
        Service level: share of all calls offered that are answered within the time, 0 to 1.
    wait : float
        Mean wait in seconds of all calls, those given up included; infinite when overloaded.
    abandoned : float
        Share of calls given up, 0 to 1; always 0 in Erlang C.
    occupancy : float
        Share of their time that agents are busy, 0 to 1.
    """

    waiting: float
    level: float
    wait: float
    abandoned: float
    occupancy: float


def inverse_b(load: float, agents: int) -> float:
    """Return the reciprocal of Erlang's loss formula B.

    The recursion adds positive terms only, so nothing cancels at any load.

    Parameters
    ----------
    load : float
        Offered load in erlangs, above 0.
    agents : int
        0 or more.

    Returns
    -------
    float
        1 or more; infinite where B is too small for a float.
    """
    inverse = 1.0
    for n in range(1, agents + 1):
        inverse = 1.0 + inverse * n / load
    return inverse


def waiting_probability(load: float, agents: int) -> float:
    """Return Erlang C: the probability that a call has to wait.

    Parameters
    ----------
    load : float
        Offered load in erlangs (calls per second x handling seconds), 0 or more.
    agents : int

    Returns
    -------
    float
        0 to 1; 1 when there are not more agents than erlangs.

    Examples
    --------
    >>> round(waiting_probability(10, 14), 4)
    0.1741
    """
    if load <= 0:
        return 0.0
    if agents <= load:
        return 1.0
    inverse = inverse_b(load, agents)
    return agents / (load + (agents - load) * inverse)


def performance(
    calls: float,
    interval: float,
    handling: float,
    agents: int,
    within: float,
    patience: float | None = None,
) -> Performance:
    """Return what so many agents achieve.

    Parameters
    ----------
    calls : float
        Calls offered in the interval, 0 or more.
    interval : float
        Length of the interval in seconds.
    handling : float
        Mean handling time in seconds, talk and after-call work.
    agents : int
        Agents ready for calls, 0 or more.
    within : float
        Seconds within which a call is to be answered, 0 or more.
    patience : float, optional
        Mean time in seconds that callers wait before they give up (Erlang A); None for
        callers who wait for ever (Erlang C).

    Returns
    -------
    Performance

    Raises
    ------
    ValueError
        When a number is out of its range.
    """
    if min(calls, agents, within) < 0 or min(interval, handling) <= 0:
        raise ValueError("calls, agents and within are 0 or more, times above 0")
    if patience is not None and patience <= 0:
        raise ValueError("patience is above 0")
    rate = calls / interval
    load = rate * handling
    if load == 0:
        return Performance(0.0, 1.0, 0.0, 0.0, 0.0)
    if patience is None:
        return _erlang_c(load, handling, agents, within)
    if agents == 0:
        return Performance(1.0, 0.0, patience, 1.0, 0.0)
    return _erlang_a(rate, load, agents, within, patience)


def _erlang_c(load: float, handling: float, agents: int, within: float) -> Performance:
    if agents <= load:
        return Performance(1.0, 0.0, math.inf, 0.0, 1.0 if agents else 0.0)
    waiting = waiting_probability(load, agents)
    spare = (agents - load) / handling
    return Performance(
        waiting, 1.0 - waiting * math.exp(-spare * within), waiting / spare, 0.0, load / agents
    )


def _erlang_a(
    rate: float, load: float, agents: int, within: float, patience: float
) -> Performance:
    """Integrate the density of the wait that an endlessly patient caller would have.

    It is p x rate x exp(f(x)) with p the probability of one agent free and
    f(x) = rate x (time waited by x, given patience) - agents x handling rate x x. The
    integrals are taken relative to the peak of f, which keeps every number in range.
    """
    finish = agents * rate / load

    def f(x: float) -> float:
        return -rate * patience * math.expm1(-x / patience) - finish * x

    peak_at = max(0.0, patience * math.log(rate / finish))
    peak = f(peak_at)
    begin, end = _support(f, peak_at, peak)
    free = inverse_b(load, agents - 1) * math.exp(-peak)
    if math.isinf(free):
        return Performance(0.0, 1.0, 0.0, 0.0, load / agents)

    def wait(x: float) -> float:
        return rate * math.exp(f(x) - peak)

    def answered(x: float) -> float:
        return wait(x) * math.exp(-x / patience)

    def given_up(x: float) -> float:
        return -wait(x) * math.expm1(-x / patience)

    queued = _integral(wait, begin, end)
    whole = free + queued
    abandoned = _integral(given_up, begin, end) / whole
    # After `end` nothing is left; the level counts from 0 up to the time.
    in_time = _integral(answered, begin, min(within, end)) if within > begin else 0.0
    return Performance(
        queued / whole,
        min(1.0, (free + in_time) / whole),
        abandoned * patience,
        abandoned,
        min(1.0, load * (1.0 - abandoned) / agents),
    )


def _support(f: Callable[[float], float], peak_at: float, peak: float) -> tuple[float, float]:
    """Return where a concave function is less than `_TAIL` below its peak, x >= 0."""

    def edge(inside: float, outside: float) -> float:
        for _ in range(60):
            middle = (inside + outside) / 2
            if f(middle) > peak - _TAIL:
                inside = middle
            else:
                outside = middle
        return outside

    step = 1.0
    while f(peak_at + step) > peak - _TAIL:
        step *= 2
    begin = 0.0 if f(0.0) > peak - _TAIL else edge(peak_at, 0.0)
    return begin, edge(peak_at, peak_at + step)


def _integral(f: Callable[[float], float], begin: float, end: float) -> float:
    """Return the integral by Simpson's rule over s, x = begin + (end - begin) s^2.

    The points lie closer near the beginning: patience can be far shorter than the tail.
    """
    step = 1 / _PANELS
    total = 0.0
    for i in range(1, _PANELS + 1):  # at s = 0 the weight 2 s ds is 0
        s = i * step
        weight = 1 if i == _PANELS else 4 if i % 2 else 2
        total += weight * s * f(begin + (end - begin) * s * s)
    return total * 2 * (end - begin) * step / 3


def least_agents(
    calls: float,
    interval: float,
    handling: float,
    *,
    level: float,
    within: float,
    patience: float | None = None,
    occupancy: float = 1.0,
) -> int:
    """Return the fewest agents that reach a service level.

    Parameters
    ----------
    calls, interval, handling, within, patience
        As in `performance`.
    level : float
        Share of calls to be answered within the time, 0 to below 1.
    occupancy : float
        Most share of their time that agents may be busy, above 0 to 1.

    Returns
    -------
    int
        0 when there are no calls, else at least 1.

    Raises
    ------
    ValueError
        When a number is out of its range.

    Examples
    --------
    >>> least_agents(100, 1800, 180, level=0.8, within=20)
    14
    """
    if not 0 <= level < 1:
        raise ValueError("level is from 0 to below 1")
    if not 0 < occupancy <= 1:
        raise ValueError("occupancy is above 0, at most 1")

    def enough(agents: int) -> bool:
        found = performance(calls, interval, handling, agents, within, patience)
        return found.level >= level and found.occupancy <= occupancy

    performance(calls, interval, handling, 0, within, patience)  # judges the numbers
    if not calls:
        return 0
    few, many = 0, max(1, math.ceil(calls * handling / interval))
    while not enough(many):
        few, many = many, 2 * many
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if enough(middle) else (middle, many)
    return many


__all__ = ["Performance", "inverse_b", "least_agents", "performance", "waiting_probability"]
