"""The recurring tasks of a month: on which days each is due, and who does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from roster.calendar import monday_of
from roster.plan import Roster
from roster.problem import LEAD, SHIFT_LEAD, Problem, Task
from roster.rotation import turns


def tasks_on(problem: Problem) -> Iterator[tuple[int, date, Task]]:
    """Yield each day of the horizon with its Monday and each task that is due on it."""
    for d, day in enumerate(problem.days):
        for task in problem.tasks:
            if task.rank_on(day, problem.calendar) is not None:
                yield d, monday_of(day), task


def responsible(roster: Roster, d: int, task: Task) -> tuple[int, ...]:
    """Return who answers for a task on a day, in list order.

    The holder of the task's post, on duty or not; without a post everybody on its shifts, of
    whom those who can lead where it is the shift lead's.
    """
    problem = roster.problem
    monday = monday_of(problem.date_of(d))
    if task.post == LEAD:
        lead = next((w.lead for w in turns(problem) if w.monday == monday), None)
        return () if lead is None else (lead,)
    if task.post not in ("", SHIFT_LEAD):
        holder = roster.holders.get((monday, task.post))
        return () if holder is None else (holder,)
    return tuple(
        e
        for e, p in enumerate(problem.employees)
        if (shift := roster.shift(e, d)) is not None
        and (not task.shifts or shift.counts_for(task.shifts))
        and (not task.post or p.leads_shifts)
    )


def assigned(roster: Roster) -> Iterator[tuple[int, Task, tuple[int, ...]]]:
    """Yield each task with the people who do it on a day.

    Where more people answer for it than it needs, those who did it least often this month
    do it, in list order.
    """
    done: Counter[tuple[str, int]] = Counter()
    for d, _, task in tasks_on(roster.problem):
        people = responsible(roster, d, task)
        if task.people is not None and task.post in ("", SHIFT_LEAD):
            turn = sorted(people, key=lambda e: (done[task.name, e], e))
            people = tuple(sorted(turn[: task.people]))
        done.update((task.name, e) for e in people)
        yield d, task, people
