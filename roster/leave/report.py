"""What the leave desk says, in both languages and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from roster.rule import Level
from roster.swaps.desk import Answer, Finding, Outcome
from roster.swaps.report import ANSWERS, finding_dict, named
from roster.words import Text, day_text, days_text, joined
from roster.workbook.layout import APPROVERS as _OFFICES
from roster.workbook.layout import LEAVE_KINDS, word_text

if TYPE_CHECKING:
    from roster.leave.desk import Verdict
    from roster.leave.review import Decision
    from roster.leave.stand_in import Duty

APPROVERS = {w.key: w.text for w in _OFFICES} | {"superior": Text("superior", "上级")}
"""Who may have to approve."""

AWAITED = {"certificate": Text("certificate", "证明"), "approver": Text("approval", "批准")}


_SOFT = Text(" (soft)", "（软）")


def findings_text(findings: Iterable[Finding]) -> Text:
    """Return what some rules found as one line: each rule with its evidence."""
    parts = []
    for f in findings:
        soft = Text("", "") if f.rule.level is Level.HARD else _SOFT
        parts += [
            Text(f"{f.rule.id}{soft.en}: {line.en}", f"{f.rule.title.zh}{soft.zh}：{line.zh}")
            for line in f.evidence
        ]
    return joined(parts)


def awaiting_text(verdict: Verdict) -> Text:
    """Return what is awaited as one line, empty when nothing is."""
    parts = []
    for key in verdict.awaiting:
        who = APPROVERS.get(verdict.case.desk.approver(verdict.request))
        if key == "approver" and who is not None:
            parts.append(Text(f"approval by the {who.en}", f"{who.zh}批准"))
        else:
            parts.append(AWAITED[key])
    names = joined(parts, ", ", "、")
    return Text(f"awaited: {names.en}", f"待：{names.zh}") if parts else names


def answer_text(decision: Decision) -> Text:
    """Return the answer in words: an approval that awaits something is not in force."""
    word = ANSWERS[Answer(decision.answer)]
    if decision.answer == Answer.APPROVED.value and decision.verdict.awaiting:
        return Text(f"{word.en}, not in force yet", f"{word.zh}，尚未生效")
    return word


def heading(decision: Decision) -> Text:
    """Return whose leave it is, when, of what kind, and the answer, as one line."""
    request, case = decision.request, decision.verdict.case
    leave, word = request.leave, answer_text(decision)
    kind, days = word_text(LEAVE_KINDS, leave.kind.value), days_text((leave.first, leave.last))
    who, wait = named(case.problem, request.e), awaiting_text(decision.verdict)
    if wait.en and decision.answer != Answer.REJECTED.value:
        word = Text(f"{word.en} ({wait.en})", f"{word.zh}（{wait.zh}）")
    return Text(
        f"row {request.id}: {who}, {days.en}, {kind.en}: {word.en}",
        f"第 {request.id} 行：{who}，{days.zh}，{kind.zh}：{word.zh}",
    )


def rule_lines(decision: Decision) -> Iterator[tuple[str, Text]]:
    """Yield a mark and a line for each rule: held, broken, for the manager, soft, awaiting."""
    marks = {Outcome.HELD: "✓", Outcome.BROKEN: "✗", Outcome.MANAGER: "?"}
    verdict = decision.verdict
    for f in verdict.findings:
        waits = any(True for _ in f.rule.awaits(verdict.case, verdict.request))
        soft = f.rule.level is not Level.HARD and f.outcome is not Outcome.HELD
        title = f.rule.title.zh
        note = _SOFT if soft else Text("", "")
        line = joined(f.evidence)
        yield (
            "!" if soft else "…" if waits else marks[f.outcome],
            Text(
                f"{f.rule.id}{note.en}: {line.en}", f"{f.rule.id} {title}{note.zh}：{line.zh}"
            ),
        )


def duty_text(decision: Decision, duty: Duty) -> Text:
    """Return who takes a duty of the leave, or who could."""
    problem = decision.verdict.case.problem
    day, code = day_text(problem.date_of(duty.d)), duty.shift.code
    if duty.stand_in is not None:
        who = named(problem, duty.stand_in)
        return Text(
            f"{code} on {day.en}: {who} stands in", f"{day.zh} {code} 班：由 {who} 代班"
        )
    parts = []
    for s in duty.suggestions:
        who, why = named(problem, s.e), joined(s.reasons, ", ", "、")
        parts.append(Text(f"{who} ({why.en})", f"{who}（{why.zh}）"))
    if not parts:
        return Text(
            f"{code} on {day.en}: nobody yet, and nobody could without breaking a rule",
            f"{day.zh} {code} 班：无人代班，且没有人能在不违反规则的情况下接班",
        )
    could = joined(parts)
    return Text(
        f"{code} on {day.en}: nobody yet; could be {could.en}",
        f"{day.zh} {code} 班：待定；可由 {could.zh}",
    )


def decision_dict(decision: Decision, lang: str) -> dict[str, Any]:
    """Return a decision as plain data."""
    verdict, request = decision.verdict, decision.request
    people = verdict.case.problem.employees
    days = verdict.case.problem.date_of
    approver = APPROVERS.get(verdict.case.desk.approver(request))
    return {
        "id": request.id,
        "staff": request.leave.staff,
        "from": request.leave.first.isoformat(),
        "to": request.leave.last.isoformat(),
        "kind": request.leave.kind.value,
        "verdict": decision.answer,
        "status": decision.status.value,
        "because": decision.because.to(lang),
        "rules": [finding_dict(f, lang) for f in verdict.findings],
        "approver": None if approver is None else approver.en,
        "awaiting": list(verdict.awaiting),
        "collides": [x.id for x in decision.collides],
        "duties": [
            {
                "date": days(duty.d).isoformat(),
                "shift": duty.shift.code,
                "stand_in": None if duty.stand_in is None else people[duty.stand_in].id,
                "suggestions": [
                    {"staff": people[s.e].id, "reasons": [r.to(lang) for r in s.reasons]}
                    for s in duty.suggestions
                ],
            }
            for duty in decision.duties
        ],
    }
