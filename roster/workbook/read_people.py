"""The Staff and Shifts sheets: the names that every other sheet refers to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from roster.problem import Employee, Grade, Protection, Shift, ShiftKind
from roster.words import Text
from roster.workbook import layout
from roster.workbook.book import Record, Table
from roster.workbook.cells import Bad, fold, read_id

if TYPE_CHECKING:
    from roster.workbook.read import _Load

_SEPARATORS = re.compile(r"[,，、;；]")


def grade_of(key: str | None) -> Grade | None:
    """Return the grade of a vocabulary key."""
    return None if key is None else Grade[key.upper()]


def _register(load: _Load, table: Table, key: str, add) -> set[int]:
    """Register the ids of a sheet before its rows are read; return rows of duplicates."""
    twice: set[int] = set()
    column = table.layout.column(key)
    good = 0
    for row in table.rows:
        raw = row.raw(key)
        if raw.empty or raw.error or raw.formula:
            continue
        try:
            text = read_id(raw, column, None)
        except Bad:
            continue
        good += 1
        if not add(row, text):
            twice.add(row.number)
    load.mostly_read[table.layout.key] = good > 0 and good * 2 >= len(table.rows)
    return twice


def read_staff(load: _Load) -> dict[str, Employee]:
    """Read the attendance list."""
    table = load.book.tables.get("staff")
    if table is None or "id" not in table.columns:
        return {}
    names = load.names
    twice = _register(
        load, table, "id", lambda row, text: names.add_person(text, row.raw("name").text)
    )
    names.staff_known = load.mostly_read["staff"]
    if not table.rows:
        load.log.fault(Text("nobody is on the list", "人员表是空的"), table=table, row=2)
    people: dict[str, Employee] = {}
    for record in load.records("staff"):
        if record.row.number in twice:
            record.fault(
                "id",
                Text("the id is there twice", "工号重复"),
                Text("each id once", "每个工号只出现一次"),
            )
            _judge(load, record)
            continue
        _judge(load, record)
        if record.bad("id"):
            continue
        person = _employee(record)
        people[person.id] = person
        load.staff_rows[person.id] = record
        load.place("staff", person.id, record, "id")
        if record.bad("job", "skills", "grade"):
            load.unsure.add(person.id)
        if person.job:
            load.jobs.setdefault(person.job.casefold(), person.job)
    return people


def _judge(load: _Load, record: Record) -> None:
    """Report what does not go together in a row."""
    min_over_max = Text("min is over max", "最少大于最多")
    load.backwards(record, "min_hours", "max_hours", min_over_max)
    load.backwards(
        record, "start_date", "end_date", Text("end date before start date", "离职早于入职")
    )
    load.backwards(
        record,
        "protected_from",
        "protected_to",
        Text("protected to before protected from", "保护止早于保护起"),
    )
    high, low = record["max_consecutive_days"], record["min_consecutive_days"]
    if high is not None and low is not None and low > high:
        record.fault(
            "max_consecutive_days",
            min_over_max,
            Text(f"at least min consecutive days, {low}", f"不少于最少连续上班（{low}）"),
        )
    if record["mentor"] is not None and record["mentor"] == record["id"]:
        record.fault(
            "mentor",
            Text("a person cannot be their own mentor", "带教人不能是本人"),
            Text("the id of somebody else", "另一个人的工号"),
        )
    if record["mentored_until"] is not None and not (record["mentor"] or record.bad("mentor")):
        record.fault(
            "mentored_until",
            Text("a date without a mentor has no effect", "未填带教人，无效"),
            note=True,
        )
    if record["desk_since"] is not None and not (record["job"] or record.bad("job")):
        record.fault(
            "desk_since",
            Text("a date without a job has no effect", "未填工种，无效"),
            note=True,
        )
    dates = record["protected_from"] or record["protected_to"]
    if dates and not (record["protection"] or record.bad("protection")):
        key = "protected_from" if record["protected_from"] else "protected_to"
        record.fault(
            key,
            Text("a date without protection has no effect", "未填保护类型，无效"),
            note=True,
        )


def _employee(record: Record) -> Employee:
    leader = bool(record["leader"])
    rotation = record["rotation"]
    protection = record["protection"]
    return Employee(
        id=record["id"],
        name=record["name"] or "",
        group=record["group"] or "",
        second_group=record["second_group"] or "",
        committee_group=record["committee_group"] or "",
        job=record["job"] or "",
        grade=grade_of(record["grade"]) or Grade.JUNIOR,
        skills=record["skills"] or frozenset(),
        leader=leader,
        rotation=not leader if rotation is None else rotation,
        min_minutes=record["min_hours"],
        max_minutes=record["max_hours"],
        shift_limits=record["shift_limits"] or {},
        max_consecutive_days=record["max_consecutive_days"],
        min_consecutive_days=record["min_consecutive_days"],
        min_consecutive_days_off=record["min_consecutive_days_off"],
        max_weekends=record["max_weekends"],
        start_date=record["start_date"],
        end_date=record["end_date"],
        protection=None if protection is None else Protection(protection),
        protected_from=record["protected_from"],
        protected_to=record["protected_to"],
        mentor=record["mentor"],
        mentored_until=record["mentored_until"],
        desk_since=record["desk_since"],
    )


def register_codes(load: _Load) -> set[int]:
    """Register the shift codes, which Staff rows already refer to."""
    table = load.book.tables.get("shifts")
    if table is None or "code" not in table.columns:
        return set()

    def add(row, text: str) -> bool:
        if text in load.names.codes:
            return False
        if not layout.reserved_code(text) and not _SEPARATORS.search(text):
            load.names.codes[text] = None
        return True

    twice = _register(load, table, "code", add)
    load.names.codes_known = load.mostly_read["shifts"] and bool(load.names.codes)
    return twice


def read_shifts(load: _Load, twice: set[int]) -> list[Shift]:
    """Read the catalogue of shifts."""
    table = load.book.tables.get("shifts")
    if table is None or "code" not in table.columns:
        return []
    if not table.rows:
        load.log.fault(Text("there are no shifts", "班次表是空的"), table=table, row=2)
    shifts: list[Shift] = []
    for record in load.keep("shifts"):
        code = record["code"]
        if record.row.number in twice:
            record.fault(
                "code",
                Text("the code is there twice", "班次代码重复"),
                Text("each code once", "每个代码只出现一次"),
            )
            continue
        if code is not None:
            _judge_code(record, code)
        if record.bad(
            "code",
            "hours",
            "paid_hours",
            "kind",
            "job",
            "skill",
            "min_grade",
            "not_before",
            "counts_as",
        ):
            continue
        load.place("shifts", code, record, "code")
        job = record["job"] or ""
        paid = record["paid_hours"]
        shifts.append(
            Shift(
                code=code,
                name=record["name"] or "",
                segments=record["hours"],
                paid_minutes=-1 if paid is None else paid,
                kind=ShiftKind(record["kind"] or "day"),
                job=load.jobs.setdefault(job.casefold(), job),
                skills=record["skill"] or frozenset(),
                min_grade=grade_of(record["min_grade"]),
                not_before=record["not_before"] or frozenset(),
                counts_as=record["counts_as"] or frozenset(),
                colour=record["colour"] or record.row.raw("colour").fill,
            )
        )
    return shifts


def _judge_code(record: Record, code: str) -> None:
    if layout.reserved_code(fold(code)):
        record.fault(
            "code",
            Text("this word is no shift code", "该词不能作班次代码"),
            Text(
                "a code other than off, 休 and the kinds of leave",
                "不同于 休、off 和各种假别的代码",
            ),
        )
        record.spoil("code")
    elif _SEPARATORS.search(code):
        record.fault(
            "code",
            Text("a code has no comma or semicolon", "代码中不能有逗号或分号"),
            Text("letters, digits or characters", "字母、数字或汉字"),
        )
        record.spoil("code")
