"""What is asked of the month: demand, leave, wishes and fixed duties."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from roster.desks import takes_part
from roster.problem import (
    Demand,
    Employee,
    FixedDuty,
    Leave,
    LeaveKind,
    Request,
    Status,
    Task,
    helping_jobs,
)
from roster.words import Text, day_text, days_text
from roster.workbook import layout
from roster.workbook.book import Record
from roster.workbook.read_people import grade_of

if TYPE_CHECKING:
    from roster.workbook.read import _Load


def read_demand(load: _Load) -> list[Demand]:
    rows: list[Demand] = []
    by_key: dict[tuple, list[Demand]] = {}
    for record in load.keep("demand"):
        faulty = load.backwards(record, "min", "max", Text("min is over max", "最少大于最多"))
        # A target of 0 asks for nobody, as an empty one does.
        faulty = (
            (record["target"] or None) is not None
            and load.backwards(
                record, "min", "target", Text("target is below min", "目标小于最少")
            )
        ) or faulty
        faulty = (
            load.backwards(record, "target", "max", Text("target is over max", "目标大于最多"))
            or faulty
        )
        if record.bad("days", "shift", "job", "skill", "min_grade"):
            continue
        first, last = record["days"].get("first"), record["days"].get("last")
        if load.period and first and (first > load.period[1] or last < load.period[0]):
            load.outside_fault(record, "days", note=True)
        job = record["job"] or ""
        row = Demand(
            **record["days"],
            shifts=record["shift"],
            job=load.jobs.setdefault(job.casefold(), job),
            skills=record["skill"] or frozenset(),
            min_grade=grade_of(record["min_grade"]),
            min=record["min"] or 0,
            target=record["target"] or None,
            max=record["max"],
            under_weight=record["under_weight"],
            over_weight=record["over_weight"],
            cell=load.log.prefix + record.address("days"),
        )
        twin = next((o for o in by_key.get(row.key, ()) if _as_exact(load, o, row)), None)
        if twin is not None:
            record.fault(
                "days",
                Text(
                    "two equally exact rows for one day, shift, job, skill and grade",
                    "同一天、班次、工种、技能和级别有两行同样具体的需求",
                ),
                Text(f"one row; the other is {twin.cell}", f"只留一行；另一行在 {twin.cell}"),
            )
            continue
        by_key.setdefault(row.key, []).append(row)
        rows.append(row)
    _unheld(load)
    table = load.book.tables.get("demand")
    if table is not None and table.complete and not table.rows:
        load.log.fault(
            Text("no demand: nobody is asked for", "没有需求，不会安排任何人"),
            table=table,
            note=True,
        )
    return rows


def _as_exact(load: _Load, a: Demand, b: Demand) -> bool:
    """Tell whether two rows of one key name a day equally exactly."""
    if a.days is not b.days or a.weekday != b.weekday or a.kind != b.kind:
        return False
    if a.first is None:
        return True
    first, last = max(a.first, b.first), min(a.last, b.last)
    if load.period is not None and a.first != a.last:
        first, last = max(first, load.period[0]), min(last, load.period[1])
    return first <= last


def _unheld(load: _Load) -> None:
    """Note jobs and skills that are asked for and that nobody has."""
    jobs = {p.job.casefold() for p in load.employees.values()}
    jobs = jobs.union(*helping_jobs(load.employees.values()).values())
    skills = {s for p in load.employees.values() for s in p.skills}
    if not load.employees:
        return
    for key in ("shifts", "demand"):
        for record in load.kept.get(key, ()):
            job = record["job"]
            if job and job.casefold() not in jobs:
                record.fault("job", Text("nobody has this job", "没有人是这个工种"), note=True)
            lacking = sorted((record["skill"] or frozenset()) - skills)
            if lacking:
                record.fault(
                    "skill",
                    Text("nobody has this skill", "没有人有这项技能"),
                    found=", ".join(lacking),
                    note=True,
                )


def read_tasks(load: _Load) -> list[Task]:
    """Read the recurring tasks."""
    tasks = []
    for record in load.records("tasks"):
        if record.bad("task", "days", "shift", "post", "people"):
            continue
        first, last = record["days"].get("first"), record["days"].get("last")
        if load.period and first and (first > load.period[1] or last < load.period[0]):
            load.outside_fault(record, "days", note=True)
        if not record["shift"] and not record["post"]:
            record.fault(
                "shift",
                Text("a task that is tied to nobody", "任务没有指定由谁负责"),
                Text("a shift, a post, or both", "填写班次或岗位"),
            )
            continue
        tasks.append(
            Task(
                **record["days"],
                name=record["task"],
                shifts=record["shift"] or frozenset(),
                post=record["post"] or "",
                people=record["people"],
                cell=load.log.prefix + record.address("post" if record["post"] else "shift"),
            )
        )
    return tasks


def read_leaves(load: _Load) -> list[Leave]:
    leaves = []
    for record in load.keep("leave"):
        if load.backwards(
            record, "from", "to", Text("leave ends before it begins", "请假结束早于开始")
        ) or record.bad("staff", "from", "to", "kind", "status"):
            continue
        leave = Leave(
            staff=record["staff"],
            first=record["from"],
            last=record["to"],
            kind=LeaveKind(record["kind"] or "personal"),
            status=Status(record["status"] or "requested"),
            asked_at=record["asked_at"],
            asked_by=record["asked_by"] or "",
            exceptional=bool(record["exceptional"]),
            stand_in=record["stand_in"],
            certificate=bool(record["certificate"]),
            approved_by=record["approved_by"] or "",
            cell=load.log.prefix + record.address("staff"),
        )
        leaves.append(leave)
        if leave.status is Status.APPROVED:
            load.leave_of.setdefault(leave.staff, []).append(leave)
        elif leave.status is Status.REQUESTED and _touches(load, leave):
            _note_requested(load, record, leave)
    return leaves


def _touches(load: _Load, leave: Leave) -> bool:
    return load.period is None or (
        leave.first <= load.period[1] and leave.last >= load.period[0]
    )


def _note_requested(load: _Load, record: Record, leave: Leave) -> None:
    who = load.employees[leave.staff].name if leave.staff in load.employees else ""
    who = f"{leave.staff} {who}".strip()
    when = days_text((leave.first, leave.last))
    record.fault(
        "staff",
        Text(
            f"leave of {who}, {when.en}, is not yet approved and does not bind the roster",
            f"{who} {when.zh}的请假尚未批准，排班时不考虑",
        ),
        hint=Text("decide it, then set its status", "审批后填写状态"),
        found="",
        note=True,
    )


def read_requests(load: _Load) -> list[Request]:
    out = []
    for record in load.keep("requests"):
        days = load.days_in_period(record, "dates")
        if record.bad("staff", "dates", "want", "weight"):
            continue
        want, code = record["want"]
        out += [
            Request(
                staff=record["staff"],
                day=day,
                want=want,
                shift=code,
                weight=record["weight"],
                cell=load.log.prefix + record.address("staff"),
            )
            for day in days
        ]
    return out


def read_fixed(load: _Load) -> dict[tuple[str, date], FixedDuty]:
    given: dict[tuple[str, date], FixedDuty] = {}
    for record in load.keep("fixed"):
        days = load.days_in_period(record, "dates")
        if record.bad("staff", "dates", "shift"):
            continue
        (code,) = record["shift"]
        duties = [
            FixedDuty(
                staff=record["staff"],
                day=day,
                shift=code,
                cell=load.log.prefix + record.address("dates"),
            )
            for day in days
        ]
        judge_fixed(load, record, duties, given)
        for duty in duties:
            given.setdefault((duty.staff, duty.day), duty)
    return given


def judge_fixed(
    load: _Load,
    record: Record | Any,
    duties: list[FixedDuty],
    given: Mapping[tuple[str, date], FixedDuty],
) -> None:
    """Report what a fixed duty cannot go together with, each once a row."""
    person = load.employees.get(record["staff"])
    for duty in duties:
        other = given.get((duty.staff, duty.day))
        if other is not None and other.shift != duty.shift:
            day = day_text(duty.day)
            record.fault(
                "dates",
                Text(f"another duty is fixed for {day.en}", f"{day.zh}已固定了另一个班"),
                Text(
                    f"{other.shift or 'off'}, as in {other.cell}",
                    f"{other.shift or '休'}（见 {other.cell}）",
                ),
                found=f"{duty.shift or 'off'} {duty.day}",
            )
            break
    if not duties or duties[0].shift is None or person is None:
        return
    for duty in duties:
        leave = load.on_leave(duty.staff, duty.day)
        if leave is not None:
            day, kind = (
                day_text(duty.day),
                layout.word_text(layout.LEAVE_KINDS, leave.kind.value),
            )
            record.fault(
                "dates",
                Text(
                    f"a fixed duty on approved leave, {day.en}",
                    f"固定班与已批准的请假重叠（{day.zh}）",
                ),
                Text(
                    f"no duty during {kind.en} leave, {leave.cell}",
                    f"{kind.zh}期间没有班（{leave.cell}）",
                ),
            )
            break
    for duty in duties:
        if not person.employed_on(duty.day):
            day = day_text(duty.day)
            record.fault(
                "dates",
                Text(
                    f"{person.id} is not employed on {day.en}", f"{person.id} 在{day.zh}不在职"
                ),
                Text(
                    f"{person.start_date or '…'}..{person.end_date or '…'}",
                    f"{person.start_date or '…'}..{person.end_date or '…'}",
                ),
            )
            break
    _judge_fit(load, record, person, duties[0].shift)


def _judge_fit(load: _Load, record: Record, person: Employee, code: str) -> None:
    shift = next((s for s in load.shifts if s.code == code), None)
    if shift is None or person.id in load.unsure:
        return
    lacks: list[Text] = []
    jobs = helping_jobs(load.employees.values())[person.id] | {person.job.casefold()}
    # Whose row has a fault may be of the second group; the desk plan comes with the rules.
    unsure = (person.second_group and load.unsure) or takes_part(person)
    if shift.job and shift.job.casefold() not in jobs and not unsure:
        lacks.append(Text(f"job {shift.job}", f"工种 {shift.job}"))
    if missing := sorted(shift.skills - person.skills):
        lacks.append(Text("skill " + ", ".join(missing), "技能 " + "、".join(missing)))
    if shift.min_grade is not None and person.grade < shift.min_grade:
        grade = layout.GRADES[shift.min_grade].text
        lacks.append(Text(f"grade {grade.en}", f"级别 {grade.zh}"))
    if lacks:
        record.fault(
            "shift",
            Text(
                f"{person.id} does not fit shift {code}", f"{person.id} 不符合 {code} 班的要求"
            ),
            Text("; ".join(t.en for t in lacks), "；".join(t.zh for t in lacks)),
        )
