"""Reading a call file: one line an interval, with every fault at once."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path

from openpyxl.utils import get_column_letter

from roster.errors import InputError, Issue
from roster.problem import DAY_MINUTES
from roster.words import Text, clock_text, day_text, same
from roster.workbook.cells import Bad, fold, parse_date, strip
from roster.workbook.layout import Column, norm

COLUMNS = (
    Column("date", "date", "日期", required=True),
    Column("time", "time", "时间", required=True, also=("时段", "interval", "start", "开始")),
    Column(
        "calls", "calls", "来电", required=True, also=("来电量", "来电数", "呼入量", "offered")
    ),
    Column(
        "handling",
        "handling",
        "处理时长",
        also=("aht", "handling time", "平均处理时长", "均长"),
    ),
)
_HEADERS = {norm(n): c.key for c in COLUMNS for n in (c.en, c.zh, *c.also)}
_DELIMITERS = ",;\t"
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::00)?(?:\s*[-–—~〜至到]\s*\d{1,2}:\d{2}(?::00)?)?")
_LENGTH = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})")
_SHORTEST, _LONGEST = 5, 120  # minutes of an interval
_MOST_CALLS, _MOST_SECONDS = 1_000_000, 36_000
_ALIKE = 20  # faults of one kind that are listed


@dataclass(frozen=True)
class Calls:
    """What a call file says.

    Attributes
    ----------
    interval : int
        Minutes of an interval; a day has ``1440 // interval`` of them.
    calls : mapping of date to tuple of float
        Calls offered in each interval of a day.
    handling : mapping of date to tuple of (float or None)
        Mean handling time in seconds; None where nothing is known and nobody called.
    notes : tuple of Issue
        What was taken for granted.
    """

    interval: int
    calls: Mapping[date, tuple[float, ...]]
    handling: Mapping[date, tuple[float | None, ...]]
    notes: tuple[Issue, ...] = ()


def read_calls(path: str | Path, handling: float | None = None) -> Calls:
    """Read a call file.

    The file is text in UTF-8, UTF-16 or GB 18030, separated by commas, semicolons or tabs,
    with headers in either language: ``date 日期``, ``time 时间`` (when the interval begins),
    ``calls 来电`` and, where it is measured, ``handling 处理时长`` in seconds. The length of
    the interval is the gap between times that is seen most often.

    Parameters
    ----------
    path : str or Path
    handling : float, optional
        Seconds where the file has none.

    Returns
    -------
    Calls

    Raises
    ------
    InputError
        With every fault of the file, each at its cell as a spreadsheet shows it.
    """
    reader = _Reader(Path(path), handling)
    return reader.read()


@dataclass
class _Reader:
    path: Path
    default: float | None
    faults: list[tuple[str, Issue]] = field(default_factory=list)
    notes: list[Issue] = field(default_factory=list)

    def read(self) -> Calls:
        rows = self._rows(self._text())
        places = self._header(*rows[0])
        lines = [x for number, row in rows[1:] if (x := self._line(number, row, places))]
        if len(rows) == 1:
            self._fault("", Text("the file has no lines", "文件没有数据行"))
        interval = self._interval(lines, places)
        self._raise()
        return self._collect(lines, interval)

    # --- the file as text -------------------------------------------------------------------

    def _text(self) -> str:
        try:
            data = self.path.read_bytes()
        except OSError as error:
            self._fault(
                "", Text("cannot be opened", "无法打开"), found=error.strerror or str(error)
            )
            self._raise()
        if data[:2] in (b"PK", b"\xd0\xcf"):
            self._fault(
                "",
                Text("a workbook, not a text file", "是工作簿，不是文本文件"),
                hint=Text("save it as CSV (UTF-8)", "另存为 CSV（UTF-8）"),
            )
            self._raise()
        marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
        self._fault(
            "",
            Text("the characters cannot be read", "字符编码无法识别"),
            expected=Text("UTF-8 or GB 18030", "UTF-8 或 GB 18030"),
        )
        self._raise()

    def _rows(self, text: str) -> list[tuple[int, list[str]]]:
        first = next((x for x in text.splitlines() if strip(x)), "")
        delimiter = max(
            _DELIMITERS, key=lambda d: sum(norm(x) in _HEADERS for x in first.split(d))
        )
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = []
        try:
            for row in reader:
                if any(strip(x) for x in row):
                    rows.append((reader.line_num, [strip(x) for x in row]))
        except csv.Error as error:
            self._fault(
                f"A{reader.line_num}",
                Text("the line cannot be read", "该行无法读取"),
                found=str(error),
            )
            self._raise()
        if not rows:
            self._fault("", Text("the file is empty", "文件是空的"))
            self._raise()
        return rows

    def _header(self, number: int, row: list[str]) -> dict[str, int]:
        places: dict[str, int] = {}
        for at, name in enumerate(row):
            key = _HEADERS.get(norm(name))
            cell = f"{get_column_letter(at + 1)}{number}"
            if key is None and name:
                self._note(cell, Text("unknown column, left out", "未知的列，已忽略"), name)
            elif key in places:
                self._fault(cell, Text("the column is there twice", "该列出现两次"), found=name)
            elif key is not None:
                places[key] = at
        for column in COLUMNS:
            if column.required and column.key not in places:
                self._fault(
                    f"A{number}",
                    Text("a column is missing", "缺少一列"),
                    found=", ".join(x for x in row if x),
                    expected=Text(
                        f"a header {column.en} or {column.zh}",
                        f"表头 {column.zh} 或 {column.en}",
                    ),
                )
        self._raise()
        return places

    # --- one line ---------------------------------------------------------------------------

    def _line(self, number: int, row: list[str], places: Mapping[str, int]) -> tuple | None:
        """Return line number, date, minute, calls and handling; None after a fault."""
        good = True

        def value(key: str, parse: Callable) -> object:
            nonlocal good
            at = places.get(key)
            text = row[at] if at is not None and at < len(row) else ""
            try:
                return parse(text)
            except Bad as bad:
                good = False
                self._fault(
                    f"{get_column_letter((at or 0) + 1)}{number}",
                    bad.what,
                    found=text,
                    expected=bad.expected,
                    hint=bad.hint,
                )
                return None

        day = value("date", parse_date)
        minute = value("time", _minute)
        calls = value("calls", _count)
        handling = value("handling", lambda text: self._handling(text, calls))
        return (number, day, minute, calls, handling) if good else None

    def _handling(self, text: str, calls: float | None) -> float | None:
        seconds = _seconds(text) if text else None
        if seconds:
            return seconds
        if not calls:
            return None
        if self.default is None:
            raise Bad(
                Text("calls without a handling time", "有来电却没有处理时长"),
                Text("seconds above 0", "大于 0 的秒数"),
                Text("fill it in, or give --handling 180", "填写该列，或使用 --handling 180"),
            )
        return self.default

    # --- the lines together -----------------------------------------------------------------

    def _interval(self, lines: list[tuple], places: Mapping[str, int]) -> int:
        times = sorted({line[2] for line in lines})
        gaps = Counter(b - a for a, b in pairwise(times))
        if not gaps:
            if lines:
                self._fault(
                    "",
                    Text("the interval cannot be told", "无法判断时段长度"),
                    expected=Text("at least two times of day", "至少两个时刻"),
                )
            return 0
        interval = min(gaps, key=lambda gap: (-gaps[gap], gap))
        if DAY_MINUTES % interval or not _SHORTEST <= interval <= _LONGEST:
            self._fault(
                "",
                Text("no usable interval", "时段长度不可用"),
                found=f"{interval} min",
                expected=Text(
                    "an interval from 5 to 120 minutes that divides a day: 15, 30, 60",
                    "5 至 120 分钟、能整除一天的时段：15、30、60",
                ),
            )
            return 0
        seen: dict[tuple[date, int], int] = {}
        letter = get_column_letter(places["time"] + 1)
        for number, day, minute, *_ in lines:
            if minute % interval:
                self._fault(
                    f"{letter}{number}",
                    Text("no interval begins here", "不是时段的起点"),
                    found=clock_text(minute),
                    expected=Text(
                        f"a multiple of {interval} minutes", f"{interval} 分钟的整数倍"
                    ),
                )
            elif (day, minute) in seen:
                self._fault(
                    f"{letter}{number}",
                    Text("date and time are there twice", "日期和时间重复"),
                    found=f"{day} {clock_text(minute)}",
                    expected=Text(
                        f"one line each; the other is line {seen[day, minute]}",
                        f"只留一行；另一行在第 {seen[day, minute]} 行",
                    ),
                )
            seen.setdefault((day, minute), number)
        return interval

    def _collect(self, lines: list[tuple], interval: int) -> Calls:
        count = DAY_MINUTES // interval
        calls: dict[date, list[float]] = defaultdict(lambda: [0.0] * count)
        handling: dict[date, list[float | None]] = defaultdict(lambda: [None] * count)
        found: dict[date, set[int]] = defaultdict(set)
        for _, day, minute, number, seconds in sorted(lines, key=lambda x: x[1:3]):
            calls[day][minute // interval] = number
            handling[day][minute // interval] = seconds
            found[day].add(minute)
        usual = set().union(*found.values())
        gaps = [(day, minute) for day in calls for minute in sorted(usual - found[day])]
        if gaps:
            day, minute = gaps[0]
            self._note(
                "",
                Text(
                    f"{len(gaps)} intervals have no line and count as 0 calls, the first "
                    f"{day_text(day).en} {clock_text(minute)}",
                    f"{len(gaps)} 个时段没有数据行，按 0 个来电计，首个为"
                    f"{day_text(day).zh} {clock_text(minute)}",
                ),
            )
        return Calls(
            interval,
            {d: tuple(x) for d, x in calls.items()},
            {d: tuple(x) for d, x in handling.items()},
            tuple(self.notes),
        )

    # --- faults and notes -------------------------------------------------------------------

    def _fault(
        self,
        cell: str,
        what: Text,
        *,
        found: str = "",
        expected: Text | None = None,
        hint: Text | None = None,
    ) -> None:
        issue = Issue(
            what=what,
            found=found,
            expected=expected or same(""),
            hint=hint or same(""),
            sheet=self.path.name,
            cell=cell,
        )
        self.faults.append((re.sub(r"\d+", "", cell) + what.en, issue))

    def _note(self, cell: str, what: Text, found: str = "") -> None:
        self.notes.append(Issue(what=what, found=found, sheet=self.path.name, cell=cell))

    def _raise(self) -> None:
        if self.faults:
            raise InputError(*_shortened(self.faults, self.path.name))


def _shortened(faults: Iterable[tuple[str, Issue]], name: str) -> list[Issue]:
    """Return the faults; of many of one kind the first ones, and how many follow."""
    seen: Counter[str] = Counter()
    out, more = [], {}
    for kind, issue in faults:
        seen[kind] += 1
        if seen[kind] <= _ALIKE:
            out.append(issue)
        else:
            more[kind] = issue.what
    for kind, what in more.items():
        rest = seen[kind] - _ALIKE
        words = Text("{what}: {rest} more lines like this", "{what}：另有 {rest} 行相同")
        out.append(Issue(what=words.format(what=what, rest=rest), sheet=name))
    return out


# --- single cells ---------------------------------------------------------------------------


def _minute(text: str) -> int:
    expected = Text("the time of day 08:30", "时刻，如 08:30")
    match = _TIME.fullmatch(fold(text))
    if not match:
        raise Bad(Text("no time of day", "不是时刻"), expected)
    hour, minute = int(match[1]), int(match[2])
    if hour > 23 or minute > 59:
        raise Bad(Text("there is no such time of day", "没有这样的时刻"), expected)
    return hour * 60 + minute


def _number(text: str, most: float, expected: Text) -> float:
    try:
        number = float(fold(text))
    except ValueError:
        raise Bad(Text("no number", "不是数字"), expected) from None
    if not (math.isfinite(number) and 0 <= number <= most):
        raise Bad(Text("the number is out of range", "数字超出范围"), expected)
    return number


def _count(text: str) -> float:
    return _number(text, _MOST_CALLS, Text("calls from 0 to 1000000", "来电数 0 至 1000000"))


def _seconds(text: str) -> float:
    expected = Text("seconds from 0 to 36000, or 3:05", "秒数 0 至 36000，或 3:05")
    if match := _LENGTH.fullmatch(fold(text)):
        hours, minutes, seconds = (int(x or 0) for x in match.groups())
        text = str(3600 * hours + 60 * minutes + seconds)
    return _number(text, _MOST_SECONDS, expected)


__all__ = ["COLUMNS", "Calls", "read_calls"]
