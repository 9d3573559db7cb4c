"""Linear rows: read from a finished model, cut down to what is open, put into a model again."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

_FAR = 1 << 62


class Row(NamedTuple):
    """``low <= sum(coefficients * variables) <= high``, when all of `when` is true.

    `low` and `high` are None where there is no such bound. `when` holds literals as the solver
    numbers them: variable i, or its negation as ``-i - 1``.
    """

    variables: Sequence[int]
    coefficients: Sequence[int]
    low: int | None
    high: int | None
    when: tuple[int, ...] = ()


def ends(domain: Iterable[int]) -> tuple[int, int]:
    """Return the ends of a domain without gaps, the only kind that the builder makes."""
    low, high = domain
    return low, high


def index_of(literal: int) -> int:
    return literal if literal >= 0 else -literal - 1


def read(constraint: object) -> Iterable[Row]:
    """Yield the rows of one constraint of the model."""
    when = tuple(constraint.enforcement_literal)
    if constraint.has_linear():
        linear = constraint.linear
        low, high = ends(linear.domain)
        yield _row(
            zip(linear.vars, linear.coeffs),
            low if low > -_FAR else None,
            high if high < _FAR else None,
            when,
        )
    elif constraint.has_bool_or():
        literals = [*constraint.bool_or.literals, *(-x - 1 for x in when)]
        yield _row(((x, 1) for x in literals), 1, None)
    elif constraint.has_bool_and():
        for literal in constraint.bool_and.literals:
            literals = [literal, *(-x - 1 for x in when)]
            yield _row(((x, 1) for x in literals), 1, None)
    elif constraint.has_at_most_one():
        yield _row(((x, 1) for x in constraint.at_most_one.literals), None, 1)
    elif constraint.has_exactly_one():
        yield _row(((x, 1) for x in constraint.exactly_one.literals), 1, 1)
    else:
        raise TypeError(f"a kind of constraint without rows: {constraint}")


def _row(
    terms: Iterable[tuple[int, int]],
    low: int | None,
    high: int | None,
    when: tuple[int, ...] = (),
) -> Row:
    total: dict[int, int] = {}
    constant = 0
    for literal, coefficient in terms:
        if literal < 0:
            constant += coefficient
            literal, coefficient = -literal - 1, -coefficient
        total[literal] = total.get(literal, 0) + coefficient
    return Row(
        array("i", total),
        array("q", total.values()),
        None if low is None else low - constant,
        None if high is None else high - constant,
        when,
    )


def kept(row: Row, total: int, values: Sequence[int]) -> bool:
    """Tell whether a row holds whose terms add up to `total`."""
    if any(bool(values[index_of(x)]) != (x >= 0) for x in row.when):
        return True
    return (row.low is None or row.low <= total) and (row.high is None or total <= row.high)


def substitute(row: Row, free: Mapping[int, object], values: Sequence[int]) -> Row | None:
    """Return a row with values in place of what is not free; None when it binds nothing."""
    variables, coefficients, total = [], [], 0
    for v, c in zip(row.variables, row.coefficients):
        total += c * values[v]
        if v in free:
            variables.append(v)
            coefficients.append(c)
    return opened(row, variables, coefficients, total, free, values)


def opened(
    row: Row,
    variables: list[int],
    coefficients: list[int],
    total: int,
    free: Mapping[int, object],
    values: Sequence[int],
) -> Row | None:
    """Return a row of these terms, which are free; None when it binds nothing.

    `total` is what all its terms add up to.
    """
    when = []
    for literal in row.when:
        if index_of(literal) in free:
            when.append(literal)
        elif bool(values[index_of(literal)]) != (literal >= 0):
            return None
    if not variables and not when:
        return None
    rest = total - sum(c * values[v] for v, c in zip(variables, coefficients))
    low = None if row.low is None else row.low - rest
    high = None if row.high is None else row.high - rest
    return Row(variables, coefficients, low, high, tuple(when))


def relaxed(
    row: Row, low: Sequence[int], high: Sequence[int]
) -> Iterable[tuple[int | None, int | None, list[tuple[int, int]]]]:
    """Yield bounds and terms of a row for a linear program.

    A row with a condition is given up, as far as it could ever be missed, for each literal
    that is false.
    """
    terms = list(zip(row.variables, row.coefficients))
    if not row.when:
        yield row.low, row.high, terms
        return
    least = sum(min(a * low[v], a * high[v]) for v, a in terms)
    most = sum(max(a * low[v], a * high[v]) for v, a in terms)
    for end, reach, sign in ((row.low, least, 1), (row.high, most, -1)):
        if end is None or sign * (end - reach) <= 0:
            continue
        slack = end - reach
        total = dict(terms)
        for x in row.when:
            v, a = (x, -slack) if x >= 0 else (-x - 1, slack)
            total[v] = total.get(v, 0) + a
            end -= slack if x >= 0 else 0
        loosened = list(total.items())
        yield (end, None, loosened) if sign > 0 else (None, end, loosened)


def emit(
    proto: object, row: Row, place: Mapping[int, int], low: Sequence[int], high: Sequence[int]
) -> None:
    """Add a row to a model, as a clause where it is one."""
    least, most = row.low, row.high
    constraint = proto.constraints.add()
    variables = [place[v] for v in row.variables]
    if row.when:
        constraint.enforcement_literal.extend(
            [place[x] if x >= 0 else -place[-x - 1] - 1 for x in row.when]
        )
    elif all(c in (1, -1) for c in row.coefficients) and all(
        low[v] == 0 and high[v] == 1 for v in row.variables
    ):
        negative = sum(c < 0 for c in row.coefficients)
        n = len(variables)
        a = 0 if least is None else max(0, least + negative)
        b = n if most is None else min(n, most + negative)
        literals = [v if c > 0 else -v - 1 for v, c in zip(variables, row.coefficients)]
        if (a, b) == (1, n):
            constraint.bool_or.literals.extend(literals)
            return
        if (a, b) == (0, n - 1):
            constraint.bool_or.literals.extend([-x - 1 for x in literals])
            return
        if (a, b) == (0, 1):
            constraint.at_most_one.literals.extend(literals)
            return
        if (a, b) == (1, 1):
            constraint.exactly_one.literals.extend(literals)
            return
    linear = constraint.linear
    linear.vars.extend(variables)
    linear.coeffs.extend(row.coefficients)
    linear.domain.extend(
        [-(1 << 63) if least is None else least, (1 << 63) - 1 if most is None else most]
    )


__all__ = [
    "Row",
    "emit",
    "ends",
    "index_of",
    "kept",
    "opened",
    "read",
    "relaxed",
    "substitute",
]
