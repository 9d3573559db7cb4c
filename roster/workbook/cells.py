"""What single cells hold: one parser a column type.

A parser takes a `Raw` cell and returns a value, or raises `Bad` with what is wrong. Parsers
that need the names of people or shifts are in `names`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl.cell.cell import Cell

from roster.calendar import DayKind
from roster.problem import DAY_MINUTES, Days, Want
from roster.words import Text, nearest, same
from roster.workbook import layout
from roster.workbook.layout import Column, all_words, find_word, is_none, is_off

_INVISIBLE = " \t\r\n\u00a0\u3000\u200b\ufeff"
_YEARS = range(1990, 2200)
MAX_SPAN_DAYS = 3700
MAX_SHIFT_MINUTES = 36 * 60

EMPTY = Text("", "")
UNKNOWN_STAFF = Text("unknown staff", "未知的人员")
BACKWARDS = Text("the span runs backwards", "区间的结束早于开始")


class Bad(Exception):
    """A cell that cannot be read.

    Attributes
    ----------
    what, expected, hint : Text
    found : str or None
        None shows the whole cell.
    """

    def __init__(
        self, what: Text, expected: Text = EMPTY, hint: Text = EMPTY, found: str | None = None
    ) -> None:
        super().__init__(what.en)
        self.what, self.expected, self.hint, self.found = what, expected, hint, found


class Quiet(Exception):
    """A cell that cannot be judged because of a fault that is reported elsewhere."""


class Raw:
    """A cell of the file.

    Attributes
    ----------
    value : object
        The stored value; None for an empty cell or a formula without value.
    formula : bool
        A formula without a stored value.
    error : bool
        An error value such as ``#REF!``.
    covered : bool
        Part of a merged area, without a value of its own.
    """

    __slots__ = ("cell", "covered", "error", "formula", "value")

    def __init__(self, cell: Cell | None, *, formula: bool = False, covered: bool = False):
        self.cell, self.formula, self.covered = cell, formula, covered
        value = None if cell is None else cell.value
        if isinstance(value, str) and not value.strip(_INVISIBLE):
            value = None
        self.value = value
        self.error = cell is not None and cell.data_type == "e"

    @property
    def empty(self) -> bool:
        """Nothing stands in the cell."""
        return self.value is None and not self.formula

    @property
    def text(self) -> str:
        """The value as people see it; numbers by their leading zeros, dates as ISO."""
        return "" if self.value is None else as_text(self.value, self._format)

    @property
    def folded(self) -> str:
        """The text with full-width characters made half-width."""
        return fold(self.text)

    @property
    def _format(self) -> str:
        return self.cell.number_format if self.cell is not None else "General"

    @property
    def fill(self) -> str:
        """The colour of a solid fill as ``RRGGBB``, empty when there is none."""
        fill = self.cell.fill if self.cell is not None else None
        if fill is None or fill.fill_type != "solid" or fill.fgColor.type != "rgb":
            return ""
        return str(fill.fgColor.rgb)[-6:].upper()


def strip(text: str) -> str:
    """Return the text without blanks at its ends, full-width and invisible ones included."""
    return text.strip(_INVISIBLE)


def fold(text: str) -> str:
    """Return the text with full-width characters made half-width."""
    return strip(unicodedata.normalize("NFKC", text))


def as_text(value: object, number_format: str = "General") -> str:
    """Return a cell's value the way a person sees it.

    Examples
    --------
    >>> as_text(7, "000"), as_text(1001.0), as_text(datetime(2026, 12, 1))
    ('007', '1001', '2026-12-01')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        shape = re.fullmatch(r'(?:"([^"]*)")?(0+)', number_format.split(";")[0])
        if shape and value >= 0:
            return (shape[1] or "") + str(value).zfill(len(shape[2]))
        return str(value)
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat()
        return value.isoformat(" ", "minutes")
    if isinstance(value, time):
        return value.isoformat("minutes")
    return strip(str(value))


# --- plain values --------------------------------------------------------------------------


def read_text(raw: Raw, column: Column, note: Callable) -> str:
    """Read free text; numbers and dates as they are shown."""
    return raw.text


def read_id(raw: Raw, column: Column, note: Callable) -> str:
    """Read an id or code: kept as typed, leading zeros included."""
    if isinstance(raw.value, (date, time, timedelta)):
        raise Bad(
            Text("Excel has turned this into a date or time", "Excel 已把它变成日期或时间"),
            Text("text", "文本"),
            Text("format the cell as text and type it again", "将单元格设为文本后重新输入"),
        )
    return raw.text


def _range(column: Column, *, whole: bool) -> Text:
    low, high = (f"{x:.12g}" for x in (column.low or 0, column.high or 0))
    if whole:
        return Text(f"a whole number from {low} to {high}", f"{low} 至 {high} 的整数")
    return Text(f"a number from {low} to {high}", f"{low} 至 {high} 的数")


def number(raw: Raw, column: Column, note: Callable, *, whole: bool) -> float | None:
    """Read a number in the column's range.

    ``none`` stands for an empty cell; digits typed as text are read, with a note.
    """
    expected, value = _range(column, whole=whole), raw.value
    if isinstance(value, str):
        text = fold(value)
        if is_none(text):
            return None
        if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text):
            raise Bad(Text("a word where a number belongs", "应填数字的地方填了文字"), expected)
        note(Text("a number typed as text was read as a number", "文本形式的数字已按数字读取"))
        value = float(text) if len(text) < 30 else math.inf
    elif not whole and isinstance(value, (time, timedelta)):
        note(Text("a time was read as hours", "时间已按小时数读取"))
        if isinstance(value, time):
            value = value.hour + value.minute / 60
        else:
            value = value.total_seconds() / 3600
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        what = Text("no number", "不是数字")
        hint = Text("format the cell as a number", "请将单元格设为数字格式")
        raise Bad(what, expected, EMPTY if isinstance(value, bool) else hint)
    if math.isnan(value):
        raise Bad(Text("no number", "不是数字"), expected)
    if value < 0 <= (column.low or 0):
        raise Bad(Text("a negative number", "不能为负数"), expected)
    if value > (column.high or math.inf):
        raise Bad(Text("the number is too large", "数字过大"), expected)
    if value < (column.low or 0):
        raise Bad(Text("the number is too small", "数字过小"), expected)
    if whole and value != int(value):
        raise Bad(Text("a fraction where a whole number is needed", "应为整数"), expected)
    return value


def read_int(raw: Raw, column: Column, note: Callable) -> int | None:
    """Read a whole number."""
    value = number(raw, column, note, whole=True)
    return None if value is None else int(value)


def read_hours(raw: Raw, column: Column, note: Callable) -> int | None:
    """Read hours, fractions allowed; returned in minutes."""
    value = number(raw, column, note, whole=False)
    return None if value is None else round(value * 60)


def read_number(raw: Raw, column: Column, note: Callable) -> float | None:
    """Read a number with at most two decimals."""
    value = number(raw, column, note, whole=False)
    return None if value is None else round(value, 2)


def read_terms(raw: Raw, column: Column, note: Callable) -> tuple[tuple[date, str], ...]:
    """Read committee terms, ``2026-11-02:study``; returns each Monday with its post."""
    expected = Text(
        "Monday:post pairs, 2026-11-02:study, separated by commas",
        "周一:岗位，如 2026-11-02:学习，用逗号分隔",
    )
    out = []
    for part in split_list(fold(raw.text)):
        day, sign, post = part.partition(":")
        if not sign:
            raise Bad(Text("no committee terms", "不是委员任期"), expected, found=part)
        monday = parse_date(day, expected)
        if monday.weekday():
            raise Bad(Text("this is no Monday", "不是周一"), expected, found=part)
        key = find_word(layout.POSTS, post)
        if key is None:
            posts = [w for o in layout.POSTS for w in (o.en, o.zh)]
            raise unknown(Text("unknown post", "未知的岗位"), strip(post), posts)
        out.append((monday, key))
    return tuple(out)


def read_yesno(raw: Raw, column: Column, note: Callable) -> bool:
    """Read yes or no."""
    key = find_word(layout.YES_NO, raw.text)
    if key is None:
        raise Bad(Text("neither yes nor no", "既不是“是”也不是“否”"), Text("yes, no", "是、否"))
    return key == "yes"


def read_flag(raw: Raw, column: Column, note: Callable) -> bool:
    """Read yes or no; any other text (the number of a certificate) is a yes."""
    return find_word(layout.YES_NO, raw.text) != "no"


def read_choice(raw: Raw, column: Column, note: Callable) -> str:
    """Read one word of the column's vocabulary; returns its key."""
    return pick(raw.text, column)


def pick(text: str, column: Column) -> str:
    """Return the key of the word that was typed."""
    key = find_word(column.options, text)
    if key is None:
        raise unknown(
            Text(f"unknown {column.en}", f"未知的{column.zh}"),
            text,
            [w for o in column.options for w in (o.en, o.zh)],
            all_words(column.options),
        )
    return key


def unknown(what: Text, text: str, known: list[str], expected: Text | None = None) -> Bad:
    """Return the fault for a name that is not known; the nearest one is offered."""
    near = nearest(fold(text), known) if known else None
    if expected is None:
        shown = known[:12]
        dots = " …" if len(known) > len(shown) else ""
        expected = Text(", ".join(shown) + dots, "、".join(shown) + dots)
    return Bad(what, expected, same(near) if near else EMPTY, text)


def split_list(text: str) -> list[str]:
    """Return the items of a list; commas of either width, 、 and ; separate them."""
    return [w for w in (strip(p) for p in re.split(r"[,，、;；]", text)) if w]


def read_words(raw: Raw, column: Column, note: Callable) -> frozenset[str]:
    """Read a list of words, casefolded."""
    return frozenset(fold(w).casefold() for w in split_list(raw.text))


def read_colour(raw: Raw, column: Column, note: Callable) -> str:
    """Read ``RRGGBB``; what is no colour is left out with a note."""
    text = raw.folded.lstrip("#").upper()
    if isinstance(raw.value, (int, float)) and not isinstance(raw.value, bool):
        text = text.zfill(6)
    if re.fullmatch(r"(?:[0-9A-F]{2})?[0-9A-F]{6}", text):
        return text[-6:]
    note(Text("this is no colour and is left out", "不是颜色，已忽略"), same("RRGGBB"))
    return ""


# --- dates and times -----------------------------------------------------------------------

_DATE = re.compile(r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_MIDNIGHT = re.compile(r"(.*\S)[T\s]+0?0:00(?::00)?")
_ONE_DATE = Text("a date, 2026-12-31", "日期，如 2026-12-31")
_SPAN = Text(
    "a date or a span, 2026-12-01..2026-12-05", "日期或区间，如 2026-12-01..2026-12-05"
)
_ORDINARY = Text("type it as 2026-12-31", "请写成 2026-12-31")


def parse_date(text: str, expected: Text = _ONE_DATE) -> date:
    """Return the date of a text ``2026-12-31``; other year-first forms are read too."""
    text = fold(text)
    if midnight := _MIDNIGHT.fullmatch(text):
        text = midnight[1]
    match = _DATE.fullmatch(text)
    if not match:
        raise Bad(Text("no date", "不是日期"), expected, _ORDINARY, text)
    year, month, day = int(match[1]), int(match[3]), int(match[4])
    if year not in _YEARS:
        raise Bad(Text("the year cannot be right", "年份不合理"), expected, EMPTY, text)
    try:
        return date(year, month, day)
    except ValueError:
        raise Bad(Text("there is no such day", "没有这一天"), expected, EMPTY, text) from None


def _serial_hint(value: object) -> Text:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return _ORDINARY
    if not 32874 <= value <= 109574:
        return _ORDINARY
    day = date(1899, 12, 30) + timedelta(days=int(value))
    return Text(
        f"format the cell as a date; {value:g} would be {day}",
        f"请将单元格设为日期格式；{value:g} 对应 {day}",
    )


def read_date(raw: Raw, column: Column, note: Callable, expected: Text = _ONE_DATE) -> date:
    """Read a whole day, an Excel date or text."""
    value = raw.value
    if isinstance(value, datetime):
        if value.time() != time():
            raise Bad(
                Text("a time of day where a whole day belongs", "应填整天的日期却带有时间"),
                expected,
                same(value.date().isoformat()),
            )
        value = value.date()
    if isinstance(value, date):
        if value.year not in _YEARS:
            raise Bad(Text("the year cannot be right", "年份不合理"), expected)
        return value
    if not isinstance(value, str):
        raise Bad(Text("no date", "不是日期"), expected, _serial_hint(value))
    return parse_date(value, expected)


def read_moment(raw: Raw, column: Column, note: Callable) -> datetime:
    """Read a date with or without a time of day."""
    expected = Text("date and time, 2026-12-01 08:30", "日期和时间，如 2026-12-01 08:30")
    value = raw.value
    if isinstance(value, datetime):
        if value.year not in _YEARS:
            raise Bad(Text("the year cannot be right", "年份不合理"), expected)
        return value
    if isinstance(value, str):
        match = re.fullmatch(r"(.+?)[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)?", fold(value))
        if match:
            day = parse_date(match[1], expected)
            try:
                return datetime.combine(
                    day, time(int(match[2]), int(match[3]), int(match[4] or 0))
                )
            except ValueError:
                raise Bad(Text("there is no such time", "没有这个时间"), expected) from None
    return datetime.combine(read_date(raw, column, note, expected), time())


_SPAN_SIGN = re.compile(r"\s*(?:\.{2,}|[~〜]|至|到|\bto\b)\s*")


def parse_span(text: str, expected: Text = _SPAN) -> tuple[date, date, bool]:
    """Return first and last day of a date or span, and whether it is a span."""
    parts = _SPAN_SIGN.split(fold(text))
    if len(parts) == 1:
        day = parse_date(parts[0], expected)
        return day, day, False
    if len(parts) != 2:
        raise Bad(Text("no date or span", "不是日期或区间"), expected, EMPTY, text)
    first, last = (parse_date(p, expected) for p in parts)
    if last < first:
        raise Bad(
            BACKWARDS,
            expected,
            same(f"{last}..{first}"),
            text,
        )
    if (last - first).days > MAX_SPAN_DAYS:
        raise Bad(Text("the span is too long", "区间过长"), expected, EMPTY, text)
    return first, last, True


def read_dates(raw: Raw, column: Column, note: Callable) -> tuple[tuple[date, date], ...]:
    """Read a date, a span, or several of them separated by commas."""
    if not isinstance(raw.value, str):
        day = read_date(raw, column, note, _SPAN)
        return ((day, day),)
    parts = split_list(raw.value)
    if not parts:
        raise Bad(Text("no date or span", "不是日期或区间"), _SPAN)
    return tuple(parse_span(p)[:2] for p in parts)


def read_days(raw: Raw, column: Column, note: Callable) -> dict[str, Any]:
    """Read how a Demand row names its days; returns fields of `Demand`."""
    if not isinstance(raw.value, str):
        return {"days": Days.DATE, "first": (day := read_date(raw, column, note)), "last": day}
    key = find_word(column.options, raw.value)
    if key is None:
        if not re.search(r"\d", raw.value):
            names = [w for o in column.options for w in (o.en, o.zh)]
            expected = Text(
                "every day, workday, rest day, holiday, Mon … Sun, a date or a span",
                "每天、工作日、休息日、节假日、周一…周日、日期或区间",
            )
            raise unknown(Text("unknown days", "未知的日期"), raw.text, names, expected)
        first, last, span = parse_span(raw.value)
        return {"days": Days.SPAN if span else Days.DATE, "first": first, "last": last}
    if key == "every":
        return {"days": Days.EVERY}
    if key == "holiday":
        return {"days": Days.HOLIDAY}
    if key in ("rest", "workday"):
        return {"days": Days.KIND, "kind": DayKind(key)}
    return {"days": Days.WEEKDAY, "weekday": int(key)}


_SEGMENTS = Text(
    "08:00-16:00, 16:00-01:00 or 08:00-12:00,14:00-18:00",
    "08:00-16:00、16:00-01:00 或 08:00-12:00,14:00-18:00",
)
_SEGMENT = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—−~〜至到]\s*(\d{1,2}):(\d{2})")


def parse_segments(text: str) -> tuple[tuple[int, int], ...]:
    """Return the segments of a shift in minutes from the midnight that begins its day.

    An end not after its start lies on the next day. A later segment starts on the next day
    only when the one before reached or passed midnight.

    Examples
    --------
    >>> parse_segments("20:00-24:00,01:00-05:00")
    ((1200, 1440), (1500, 1740))
    """
    segments: list[tuple[int, int]] = []
    parts = split_list(fold(text))
    for part in parts or [text]:
        match = _SEGMENT.fullmatch(part)
        if not match:
            raise Bad(Text("the hours cannot be read", "时间无法识别"), _SEGMENTS, EMPTY, text)
        h1, m1, h2, m2 = map(int, match.groups())
        start, end = h1 * 60 + m1, h2 * 60 + m2
        if m1 > 59 or m2 > 59 or start >= DAY_MINUTES or end > DAY_MINUTES:
            raise Bad(
                Text("there is no such time of day", "没有这样的时刻"), _SEGMENTS, EMPTY, text
            )
        if start == end:
            raise Bad(
                Text("a segment ends when it starts", "开始与结束时间相同"),
                _SEGMENTS,
                EMPTY,
                text,
            )
        if end < start:
            end += DAY_MINUTES
        if segments:
            before = segments[-1][1]
            shift = before // DAY_MINUTES * DAY_MINUTES
            start, end = start + shift, end + shift
            if start < before:
                raise Bad(
                    Text("segments overlap or run backwards", "时段重叠或倒序"),
                    _SEGMENTS,
                    EMPTY,
                    text,
                )
        segments.append((start, end))
    if segments[-1][1] - segments[0][0] > MAX_SHIFT_MINUTES:
        raise Bad(
            Text("the shift is longer than 36 hours", "班次超过 36 小时"),
            _SEGMENTS,
            EMPTY,
            text,
        )
    return tuple(segments)


def read_segments(raw: Raw, column: Column, note: Callable) -> tuple[tuple[int, int], ...]:
    """Read the hours of a shift."""
    if not isinstance(raw.value, str):
        raise Bad(Text("the hours cannot be read", "时间无法识别"), _SEGMENTS)
    return parse_segments(raw.value)


# --- what needs names, still unresolved ------------------------------------------------------


def split_want(text: str) -> tuple[Want, str | None]:
    """Return what a wish asks for and the code as typed."""
    if is_off(text):
        return Want.OFF, None
    match = re.fullmatch(r"not[\s:：]+(.+)|不上\s*(.+)", strip(text), re.IGNORECASE)
    if match:
        return Want.NOT, strip(match[1] or match[2])
    return Want.SHIFT, text


READERS: dict[str, Callable] = {
    "text": read_text,
    "id": read_id,
    "int": read_int,
    "hours": read_hours,
    "number": read_number,
    "balance": read_number,
    "terms": read_terms,
    "yesno": read_yesno,
    "consent": read_yesno,
    "flag": read_flag,
    "choice": read_choice,
    "words": read_words,
    "colour": read_colour,
    "date": read_date,
    "moment": read_moment,
    "dates": read_dates,
    "days": read_days,
    "segments": read_segments,
}
"""Parser of each column type that needs no names."""
