"""What the desk says: an exchange, a verdict, in both languages and as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from roster.problem import Problem, Swap
from roster.rule import Level, RuleSet, Violation
from roster.swaps.clear import Cleared
from roster.swaps.desk import Answer, Finding, Verdict
from roster.swaps.exchange import Exchange, Leg
from roster.swaps.suggest import Suggestions, way_out_text
from roster.words import Text, day_text, joined
from roster.workbook.layout import SHEETS

ANSWERS = {
    Answer.APPROVED: Text("approved", "批准"),
    Answer.REFERRED: Text("for the manager", "转经理"),
    Answer.REJECTED: Text("rejected", "驳回"),
}


def named(problem: Problem, e: int | None) -> str:
    """Return a person's id and name; ``?`` for somebody not known yet."""
    if e is None:
        return "?"
    person = problem.employees[e]
    return f"{person.id} {person.name}".strip()


def leg_text(problem: Problem, leg: Leg) -> Text:
    """Return one duty that changes hands as a sentence."""
    day, code = day_text(problem.date_of(leg.d)), leg.code or "?"
    a, b = named(problem, leg.giver), named(problem, leg.taker)
    return Text(f"{code} on {day.en} from {a} to {b}", f"{day.zh} {code} 班：{a} → {b}")


def exchange_text(problem: Problem, exchange: Exchange) -> Text:
    """Return every duty that changes hands."""
    return joined(leg_text(problem, leg) for leg in exchange.legs)


def violation_dict(rules: RuleSet, item: Violation, lang: str) -> dict[str, Any]:
    """Return a violation of the roster as plain data."""
    days = sorted(item.when)
    day = "" if not days else days[0].isoformat()
    if len(days) > 1:
        day += f"..{days[-1].isoformat()}"
    return {
        "rule": item.rule,
        "level": item.level.value,
        "who": ", ".join(item.who),
        "date": day,
        "amount": item.amount,
        "unit": item.unit,
        "message": rules[item.rule].say(item, lang),
        "source": rules[item.rule].source(lang),
    }


def finding_dict(finding: Finding, lang: str) -> dict[str, Any]:
    """Return what one rule says as plain data."""
    return {
        "rule": finding.rule.id,
        "outcome": finding.outcome.value,
        "level": finding.rule.level.value,
        "evidence": joined(finding.evidence).to(lang),
        "source": finding.rule.source(lang),
    }


def verdict_dict(verdict: Verdict, lang: str) -> dict[str, Any]:
    """Return a verdict as plain data, as `workbook.md` has it."""
    case = verdict.case
    return {
        "id": verdict.exchange.id,
        "verdict": verdict.answer.value,
        "status": verdict.status.value,
        "rules": [finding_dict(f, lang) for f in verdict.findings],
        "awaiting": awaiting_words(verdict),
        "new_violations": [violation_dict(case.desk.rules, v, lang) for v in case.news.new],
        "resolved_violations": [
            violation_dict(case.desk.rules, v, lang) for v in case.news.resolved
        ],
    }


def suggestions_dict(problem: Problem, found: Suggestions, lang: str) -> dict[str, Any]:
    """Return suggestions as plain data, as `workbook.md` has it."""

    def day(value: date | None) -> str | None:
        return None if value is None else value.isoformat()

    out = found.way_out
    return {
        "candidates": [
            {
                "staff": c.staff,
                "return_date": day(c.return_day),
                "return_shift": c.return_shift or None,
                "other_return_dates": [day(d) for d in c.others],
                "score": c.score,
                "verdict": c.verdict.answer.value,
                "reasons": [r.to(lang) for r in c.reasons],
            }
            for c in found.candidates
        ],
        "refused": [
            {
                "staff": r.staff,
                "rule": r.against[0].rule.id,
                "evidence": r.against[0].evidence[0].to(lang),
                "rules": [f.rule.id for f in r.against],
            }
            for r in found.refused
        ],
        "bars": [finding_dict(f, lang) for f in found.bars],
        "way_out": None
        if out is None
        else {
            "staff": out.staff,
            "return_date": day(out.return_day),
            "rules": [f.rule.id for f in out.against],
            "message": way_out_text(out).to(lang),
        },
    }


def cleared_dict(cleared: Cleared, lang: str) -> dict[str, Any]:
    """Return what became of swap wishes as plain data; ids are those of the new rows."""
    decisions = []
    for w in cleared.wishes:
        granted = w.verdict is not None
        decisions.append(
            {
                "id": w.row.id if granted else None,
                "staff": w.wish.staff,
                "date": w.wish.day.isoformat(),
                "verdict": w.verdict.answer.value if granted else Answer.REJECTED.value,
                "status": w.verdict.status.value if granted else None,
                "ring": [r.id for r in w.rows],
                "people": len(w.verdict.exchange.people) if granted else 0,
                "awaiting": awaiting_words(w.verdict) if granted else [],
                "because": w.because.to(lang),
            }
        )
    return {
        "decisions": decisions,
        "granted": cleared.granted,
        "bound": cleared.bound,
        "gap": round(cleared.gap, 6),
    }


def register_row(row: Swap, cleared: Cleared) -> dict[str, Any]:
    """Return a new row as the register's columns have it."""
    of = next(w for w in cleared.wishes if row in w.rows)
    return {
        "id": row.id,
        "applicant": row.applicant,
        "date": row.day,
        "shift": row.shift,
        "partner": row.partner,
        "return_date": row.return_day,
        "return_shift": row.return_shift or None,
        "reason": Text("cleared from swap wishes", "由换班意向撮合"),
        "status": row.status.value,
        "decision": of.because,
        "ring": row.ring or None,
    }


def awaiting_words(verdict: Verdict) -> list[str]:
    """Return the signatures awaited by the English names of their columns."""
    columns = SHEETS["swaps"]
    return [columns.column(key).en for key in verdict.awaiting]


def by_level(found: Iterable[Violation]) -> list[Violation]:
    """Return violations with the hard ones first."""
    order = {Level.HARD: 0, Level.ADVISORY: 1, Level.SOFT: 2}
    return sorted(found, key=lambda v: order[v.level])
