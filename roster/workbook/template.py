"""The workbook to be filled in: headers with comments, drop-down lists, validated cells.

Everything follows from `layout`; what stands in the rows is handed in as plain tables.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from roster.rule import Registry
from roster.words import Text
from roster.workbook import cells, layout, style
from roster.workbook.layout import Column, Sheet, find_word
from roster.workbook.save import WrittenTo, save
from roster.workbook.style import Look, Stylist

Tables = Mapping[str, Iterable[Mapping[str, object]]]

_LAST_ROW = 2000
_INLINE = 250  # characters that a list inside a validation may have
_LISTS = "Lists"
_REQUIRED = Look(
    bold=True,
    colour=style.PAPER,
    fill=style.HEAD,
    across="center",
    wrap=True,
    right=f"thin:{style.MUTED}",
    size=10,
)
_OPTIONAL = _REQUIRED.but(fill=style.BAND, colour=style.INK, right=style.GRID, bold=False)
_BODY = Look(size=10, bottom=style.GRID, wrap=True)
_WORDS = {
    "choice",
    "yesno",
    "consent",
    "flag",
    "days",
    "duty",
    "want",
}
_TEXT_TYPES = {
    "id", "staff", "code", "codes", "duty", "want", "limits", "segments", "take", "words",
    "terms",
    "colour", "value", "dates", "days",
}  # fmt: skip
_NO_DATE = Text("A date belongs here, such as 2026-12-31.", "这里应填日期，如 2026-12-31。")
_MARK = Text("required", "必填")
_SHEET_TABS = {"settings", "staff", "shifts", "demand"}


def write_template(
    path: str | os.PathLike,
    tables: Tables,
    lang: str,
    *,
    registry: Registry | None = None,
    force: bool = False,
) -> WrittenTo:
    """Write a workbook that can be filled in.

    Parameters
    ----------
    path : path
    tables : mapping of str to rows
        Per sheet key, the rows as mappings of column key to str, int, float, date, bool, a
        list of str, or None. Words are put into `lang`; sheets without rows get their
        headers all the same.
    lang : str
    registry : Registry, optional
        Gives the drop-down lists of rules, parameters and rulebooks.
    force : bool
        Replace a file that this program did not write.

    Returns
    -------
    WrittenTo

    Raises
    ------
    OutputError
        When the file cannot or must not be written.
    """
    return save(build_template(tables, lang, registry=registry), path, force=force)


def build_template(tables: Tables, lang: str, *, registry: Registry | None = None) -> Workbook:
    """Return the workbook of `write_template` without saving it."""
    book = Workbook()
    book.remove(book.active)
    page = _Page(book, lang, registry)
    for sheet in layout.INPUT_SHEETS:
        page.sheet(sheet, list(tables.get(sheet.key, ())))
    page.lists()
    return book


def add_sheet(book: Workbook, sheet: Sheet, lang: str) -> Worksheet:
    """Add an empty input sheet with its headers and drop-downs; return it."""
    page = _Page(book, lang, None)
    page.sheet(sheet, [])
    page.lists()
    return book[sheet.name(lang)]


class _Page:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Workbook, lang: str, registry: Registry | None) -> None:
        self.book, self.lang, self.registry = book, lang, registry
        self.stylist = Stylist(book)
        self._lists: dict[tuple[str, ...], str] = {}

    def sheet(self, sheet: Sheet, rows: list[Mapping[str, object]]) -> None:
        """Write one sheet: header, rows, lists, validation."""
        page = self.book.create_sheet(sheet.name(self.lang))
        if sheet.key == "settings":
            rows = self._every_setting(rows)
        for position, column in enumerate(sheet.columns, 1):
            self._header(page, sheet, position, column)
            self._column(page, sheet, position, column, rows)
        if sheet.key == "settings":
            self._settings(page, rows)
        last = get_column_letter(len(sheet.columns))
        page.row_dimensions[1].height = 32
        page.freeze_panes = "C2" if sheet.key == "staff" else "A2"
        page.auto_filter.ref = f"A1:{last}{max(len(rows) + 1, 2)}"
        page.sheet_view.zoomScale = 110
        page.sheet_properties.tabColor = (
            style.HEAD if sheet.key in _SHEET_TABS else style.STRONG
        )
        style.page(page, sheet.name(self.lang))
        page.print_title_rows = "1:1"

    # --- headers --------------------------------------------------------------------------

    def _header(self, page: Worksheet, sheet: Sheet, position: int, column: Column) -> None:
        cell = page.cell(1, position)
        needed = column.required or column.needed
        look = _REQUIRED if needed else _OPTIONAL
        self.stylist.put(cell, column.header(self.lang), look)
        lines = []
        for lang in (self.lang, "en" if self.lang == "zh" else "zh"):
            mark = f"（{_MARK.zh}）" if lang == "zh" else f" ({_MARK.en})"
            lines.append(column.header(lang) + (mark if column.required else ""))
            lines.append(column.help.to(lang))
            if position == 1:
                lines.append(sheet.help.to(lang))
        style.note(cell, lines)

    def _column(
        self,
        page: Worksheet,
        sheet: Sheet,
        position: int,
        column: Column,
        rows: list[Mapping[str, object]],
    ) -> None:
        letter = get_column_letter(position)
        form = _form(column)
        look = _BODY.but(form=form)
        shown = [style.text_width(column.header(self.lang)) + 3]
        for number, row in enumerate(rows, 2):
            value = self.value(column, row.get(column.key))
            look = look.but(indent=1 if isinstance(value, str) else 0)
            if sheet.key == "settings":
                item = layout.find_setting(row["item"])
                dated = column.key == "value" and item is not None and item.type == "date"
                own = "yyyy-mm-dd" if dated else "@"
                self.stylist.put(page.cell(number, position), value, look.but(form=own))
            elif column.type == "colour" and isinstance(value, str) and len(value) == 6:
                ink = style.ink_on(value)
                self.stylist.put(
                    page.cell(number, position), value, look.but(fill=value, colour=ink)
                )
            else:
                self.stylist.put(page.cell(number, position), value, look)
            if value is not None:
                shown.append(style.show_width(value) * 1.15 + 2)
        dimension = page.column_dimensions[letter]
        dimension.width = min(max(column.width, max(shown) if len(shown) > 1 else 0), 40)
        # The style of the column is that of every row still to be typed.
        dimension.number_format = form
        dimension.font = Font(name=style.FONT, size=10)
        self._validate(page, f"{letter}2:{letter}{_LAST_ROW}", column, sheet)

    def value(self, column: Column, value: object) -> object:
        """Return a value as it is written in the workbook's language."""
        if isinstance(value, (list, tuple, set, frozenset)):
            ordered = value if isinstance(value, (list, tuple)) else sorted(value)
            value = ",".join(map(str, ordered))
        if isinstance(value, bool):
            return _word("yes" if value else "no", layout.YES_NO, self.lang)
        if not isinstance(value, str):
            return value
        if column.type in _WORDS or column.key == "approved_by":
            words = (*column.options, layout.OFF) if column.type != "choice" else column.options
            if key := find_word(words, value):
                return _word(key, words, self.lang)
        if column.type == "want" and self.lang == "zh":
            want, code = cells.split_want(value)
            return f"不上{code}" if want is cells.Want.NOT else value
        return value

    # --- the Settings sheet -------------------------------------------------------------------

    def _every_setting(self, rows: list[Mapping[str, object]]) -> list[Mapping[str, object]]:
        """Return the rows with every item named, those not given left empty."""
        given = {}
        for row in rows:
            column = layout.find_setting(row["item"])
            given[column.key if column else str(row["item"])] = row.get("value")
        out = []
        for column in layout.SETTINGS:
            value = given.pop(column.key, "CN" if column.key == "holidays" else None)
            out.append({"item": column.header(self.lang), "value": value})
        return out + [{"item": item, "value": value} for item, value in given.items()]

    def _settings(self, page: Worksheet, rows: list[Mapping[str, object]]) -> None:
        for number, row in enumerate(rows, 2):
            column = layout.find_setting(row["item"])
            if column is None:
                continue
            style.note(page.cell(number, 1), [column.help.to(self.lang), column.help.en])
            area = f"B{number}"
            if column.type == "date":
                _add(page, area, _dates(self.lang))
            elif column.type == "choice":
                words = [w.to(self.lang) for w in column.options]
                _add(page, area, self._list(words, stop=False))
            elif column.type == "rulebook" and self.registry:
                books = [b.id for b in self.registry.rulebooks]
                _add(page, area, self._list(books, stop=False))

    # --- validation ---------------------------------------------------------------------------

    def _validate(self, page: Worksheet, area: str, column: Column, sheet: Sheet) -> None:
        if column.type == "date" or column.type == "moment":
            _add(page, area, _dates(self.lang))
        elif column.type in ("int", "hours", "number"):
            _add(page, area, _numbers(column, self.lang))
        elif column.type in ("choice", "yesno", "consent", "flag"):
            words = [w.to(self.lang) for w in column.options]
            _add(page, area, self._list(words, stop=column.type == "choice"))
        elif column.type == "days":
            _add(page, area, self._list([w.to(self.lang) for w in column.options], stop=False))
        elif column.type == "staff":
            _add(page, area, self._reference("staff", "id"))
        elif column.type in ("code", "codes", "duty", "want"):
            _add(page, area, self._reference("shifts", "code"))
        elif column.key == "approved_by":
            _add(page, area, self._list([w.to(self.lang) for w in column.options], stop=False))
        elif self.registry and column.type == "rule":
            _add(page, area, self._list([r.id for r in self.registry.rules], stop=True))
        elif self.registry and column.type == "parameter":
            names = {p.name for r in self.registry.rules for p in r.parameters()}
            _add(page, area, self._list(sorted(names), stop=False))

    def _reference(self, sheet: str, key: str) -> DataValidation:
        """Return a list of what stands in a column of another sheet, without an error.

        A name is as good as an id, and several codes may be asked for, so other text than
        the list's must be possible.
        """
        target = layout.SHEETS[sheet]
        name = quote_sheetname(target.name(self.lang))
        letter = get_column_letter(1 + list(target.by_key).index(key))
        area = f"{name}!${letter}$2:${letter}${_LAST_ROW}"
        first = f"{name}!${letter}$2"
        return DataValidation(
            type="list",
            formula1=f"OFFSET({first},0,0,MAX(1,COUNTA({area})),1)",
            allow_blank=True,
            showErrorMessage=False,
        )

    def _list(self, words: list[str], *, stop: bool) -> DataValidation:
        """Return a drop-down list of words; long ones stand on a hidden sheet."""
        if len(",".join(words)) <= _INLINE:
            formula = '"' + ",".join(words) + '"'
        else:
            formula = self._lists.setdefault(
                tuple(words),
                f"{_LISTS}!${get_column_letter(len(self._lists) + 1)}$1:"
                f"${get_column_letter(len(self._lists) + 1)}${len(words)}",
            )
        validation = DataValidation(
            type="list", formula1=formula, allow_blank=True, showErrorMessage=stop
        )
        if stop:
            # A warning, not a stop: the other language's word is read as well.
            validation.errorStyle = "warning"
            _message(
                validation,
                Text("Choose one of the words in the list.", "请从下拉列表中选择。"),
                self.lang,
            )
        return validation

    def lists(self) -> None:
        """Write the hidden sheet of long lists, if there are any."""
        if not self._lists:
            return
        page = self.book.create_sheet(_LISTS)
        page.sheet_state = "hidden"
        for position, words in enumerate(self._lists, 1):
            for number, word in enumerate(words, 1):
                self.stylist.put(page.cell(number, position), word, style.BASE)


def _word(key: str, words: Iterable[layout.Word], lang: str) -> str:
    return next(w.to(lang) for w in words if w.key == key)


def _form(column: Column) -> str:
    if column.type == "date":
        return "yyyy-mm-dd"
    if column.type == "moment":
        return "yyyy-mm-dd hh:mm"
    if column.type in _TEXT_TYPES:
        return "@"
    return "General"


def _add(page: Worksheet, area: str, validation: DataValidation) -> None:
    validation.add(area)
    page.add_data_validation(validation)


def _message(validation: DataValidation, text: Text, lang: str) -> None:
    other = "en" if lang == "zh" else "zh"
    validation.errorTitle = Text("Please check", "请检查").to(lang)
    validation.error = f"{text.to(lang)}\n{text.to(other)}"


def _dates(lang: str) -> DataValidation:
    validation = DataValidation(
        type="date",
        operator="between",
        formula1="32874",
        formula2="109574",
        allow_blank=True,
        showErrorMessage=True,
    )
    _message(validation, _NO_DATE, lang)
    return validation


def _numbers(column: Column, lang: str) -> DataValidation:
    whole = column.type == "int"
    validation = DataValidation(
        type="whole" if whole else "decimal",
        operator="between",
        formula1=f"{column.low:g}",
        formula2=f"{column.high:.0f}",
        allow_blank=True,
        showErrorMessage=True,
    )
    low, high = f"{column.low:g}", f"{column.high:.0f}"
    text = Text(f"A number from {low} to {high}.", f"应为 {low} 至 {high} 的数。")
    if whole:
        text = Text(f"A whole number from {low} to {high}.", f"应为 {low} 至 {high} 的整数。")
    _message(validation, text, lang)
    return validation


# --- a small sample -------------------------------------------------------------------------

_PEOPLE = (
    ("E01", "Wang Fang", "王芳", "senior", True),
    ("E02", "Li Na", "李娜", "senior", False),
    ("E03", "Zhang Wei", "张伟", "senior", False),
    ("E04", "Liu Yang", "刘洋", "senior", False),
    ("E05", "Chen Jing", "陈静", "intermediate", False),
    ("E06", "Zhao Lei", "赵磊", "intermediate", False),
    ("E07", "Sun Li", "孙丽", "junior", False),
    ("E08", "Zhou Min", "周敏", "junior", False),
)


def BLANK_TABLES(lang: str, today: date | None = None) -> dict[str, list[dict[str, object]]]:
    """Return a small sample for next month: eight people, three shifts.

    Parameters
    ----------
    lang : str
        Language of names and of the result.
    today : date, optional
        The month after this day is rostered.
    """
    today = today or dt.date.today()
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)

    def zh(en: str, chinese: str) -> str:
        return chinese if lang == "zh" else en

    def day(n: int) -> date:
        return first + timedelta(days=n - 1)

    staff = [
        {
            "id": number,
            "name": zh(en, chinese),
            "group": "A" if i % 2 else "B",
            "grade": grade,
            "leader": leader,
        }
        for i, (number, en, chinese, grade, leader) in enumerate(_PEOPLE)
    ]
    hours = ("08:30-17:00", "13:00-21:30", "09:00-17:30")
    names = (("early", "早班"), ("late", "晚班"), ("weekend", "周末班"))
    colours = ("FFE699", "F8CBAD", "C6E0B4")
    kinds = ("day", "evening", "day")
    shifts = [
        {
            "code": code,
            "name": zh(*names[i]),
            "hours": hours[i],
            "paid_hours": 8,
            "kind": kinds[i],
            "colour": colours[i],
        }
        for i, code in enumerate("DEW")
    ]
    shifts[1]["not_before"] = "D"
    rules = [{"rule": "max_consecutive_days", "parameter": "days", "value": 6}]
    return {
        "settings": [
            {"item": "month", "value": f"{first:%Y-%m}"},
            {"item": "team", "value": zh("Customer service", "客服班")},
            {"item": "language", "value": lang},
            {"item": "holidays", "value": "CN"},
            {"item": "rulebook", "value": "standard"},
        ],
        "staff": staff,
        "shifts": shifts,
        "demand": [
            {"days": "workday", "shift": "D", "min": 2, "target": 3},
            {"days": "workday", "shift": "E", "min": 1, "target": 1},
            {"days": "rest day", "shift": "W", "min": 1, "target": 1, "max": 2},
        ],
        "tasks": [
            {
                "task": zh("checking the seats", "座席检查"),
                "days": "workday",
                "shift": "E",
                "people": 1,
            }
        ],
        "leave": [
            {
                "staff": "E06",
                "from": day(10),
                "to": day(11),
                "kind": "annual",
                "asked_at": datetime.combine(first - timedelta(days=10), dt.time(9)),
                "asked_by": zh("Zhao Lei", "赵磊"),
                "approved_by": "centre head",
                "status": "approved",
            }
        ],
        "requests": [{"staff": "E07", "dates": f"{day(18)}", "want": "off", "weight": 10}],
        "rules": rules,
    }
