"""The calendar, what came before the month, and the register of swaps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from roster.calendar import DayKind, NamedDay
from roster.problem import SETTLED, SIGNATURES, CarryOver, Status, Swap, SwapWish
from roster.words import Text, day_text, same

if TYPE_CHECKING:
    from roster.workbook.read import _Load


def read_calendar(load: _Load) -> dict[date, NamedDay]:
    days: dict[date, NamedDay] = {}
    for record in load.records("calendar"):
        day = record["date"]
        if day is None:
            continue
        if day in days:
            record.fault("date", Text("the day is there twice", "日期重复"))
        elif record["kind"] is not None:
            days[day] = NamedDay(DayKind(record["kind"]), same(record["name"] or ""))
    return days


def read_history(load: _Load) -> dict[tuple[str, date], str | None]:
    history: dict[tuple[str, date], str | None] = {}
    for record in load.records("history", duty=load.names.read_past_duty):
        day = record["date"]
        if day is not None and load.period and day >= load.period[0]:
            first = day_text(load.period[0])
            record.fault(
                "date",
                Text("history lies before the first day", "历史应在第一天之前"),
                Text(f"a date before {first.en}", f"{first.zh}之前的日期"),
                Text("use the Fixed sheet", "请填在《固定》表"),
            )
            continue
        if record.bad("staff", "date", "shift"):
            continue
        key = (record["staff"], day)
        (code,) = record["shift"]
        if history.setdefault(key, code) != code:
            record.fault(
                "shift",
                Text("two different entries for one day", "同一天有两个不同的记录"),
                Text(
                    f"{history[key] or 'off'}, as in the row before",
                    f"{history[key] or '休'}（与前一行一致）",
                ),
            )
    return history


def read_carry_over(load: _Load, sheet: str = "carry_over") -> dict[str, dict[str, Any]]:
    """Read the Carry-over sheet, or what a result says was carried into its month."""
    fields = {
        f: f.replace("minutes", "hours")
        for f in (*CarryOver.__dataclass_fields__, "lead_turn", "waiting", "terms")
    }
    marked: dict[str, str] = {}
    carry: dict[str, dict[str, Any]] = {}
    # Who has left the list is no fault of a sheet that people do not fill in.
    special = {"staff": load.names.known_staff} if sheet == "carried_in" else {}
    for record in load.records(sheet, **special):
        person = record["staff"]
        for key in ("last_lead_week", "last_committee_week"):
            if record[key] is not None and record[key].weekday() != 0:
                monday = record[key] - timedelta(days=record[key].weekday())
                record.fault(
                    key,
                    Text("this is no Monday", "不是周一"),
                    Text("the Monday of the week", "该周的周一"),
                    same(monday),
                )
        if person is None:
            continue
        if person in carry:
            record.fault("staff", Text("a person is there twice", "人员重复"))
            continue
        for part in {"both": ("latest", "list")}.get(
            record["lead_turn"], [record["lead_turn"]]
        ):
            if part is not None and marked.setdefault(part, person) != person:
                record.fault(
                    "lead_turn",
                    Text("two people have this mark", "有两人填写了此标记"),
                    Text(f"one person: {marked[part]}", f"只有一人：{marked[part]}"),
                )
        carry[person] = {
            name: record[key] for name, key in fields.items() if record[key] is not None
        }
    return carry


def read_swaps(load: _Load) -> list[Swap]:
    swaps: list[Swap] = []
    seen: set[str] = set()
    for record in load.keep("swaps"):
        number, day, back = record["id"], record["date"], record["return_date"]
        if number is not None and number in seen:
            record.fault("id", Text("the number is there twice", "编号重复"))
        seen.add(number)
        if record["applicant"] is not None and record["applicant"] == record["partner"]:
            record.fault(
                "applicant",
                Text("applicant and partner are the same person", "申请人与对方是同一人"),
            )
        status = Status(record["status"] or "requested")
        # A duty still owed from last month stands here with a date of last month.
        owed = (
            status in (Status.APPROVED, Status.APPLIED)
            and back is not None
            and (load.period is None or back >= load.period[0])
        )
        # Rows of last month that are settled stay in a register that is kept on.
        settled = status in SETTLED and load.period and day and day < load.period[0]
        if day is not None and load.outside(day, day) and not (owed or settled):
            load.outside_fault(record, "date")
        if record["return_shift"] and back is None and not record.bad("return_date"):
            record.fault(
                "return_shift",
                Text("a return shift without a return date", "有还班班次，但没有还班日期"),
                hint=Text("fill in the return date, or empty this", "填写还班日期，或清空此格"),
            )
        if record.bad(
            "id",
            "applicant",
            "partner",
            "date",
            "shift",
            "return_date",
            "return_shift",
            "status",
        ):
            continue
        swaps.append(
            Swap(
                id=number,
                applicant=record["applicant"],
                partner=record["partner"],
                day=day,
                shift=record["shift"] or "",
                return_day=back,
                return_shift=record["return_shift"] or "",
                asked_at=record["asked_at"],
                signatures={k: record[k] for k in SIGNATURES if record[k] is not None},
                ring=record["ring"] or "",
                override_by=record["override_by"] or "",
                override_reason=record["override_reason"] or "",
                status=status,
                cell=load.place("swaps", number, record, "id"),
            )
        )
    return swaps


def read_swap_wishes(load: _Load) -> list[SwapWish]:
    wishes: list[SwapWish] = []
    seen: set[tuple[str, date]] = set()
    for record in load.keep("swap_wishes"):
        day = record["date"]
        if day is not None and load.outside(day, day):
            load.outside_fault(record, "date", note=True)
            continue
        if record.bad("staff", "date", "can_take"):
            continue
        key = (record["staff"], day)
        if key in seen:
            record.fault("date", Text("the duty is there twice", "该班重复填写"))
            continue
        seen.add(key)
        wishes.append(
            SwapWish(
                staff=record["staff"],
                day=day,
                can_take=tuple(
                    (first + timedelta(days=i), code)
                    for first, last, code in record["can_take"] or ()
                    for i in range((last - first).days + 1)
                ),
                cell=load.log.prefix + record.address("staff"),
            )
        )
    return wishes
