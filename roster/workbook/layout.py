"""One table of every sheet and column, in both languages.

Reader, template and writer all work from it: names, types, what is required, ranges and the
words that a cell may hold. Nothing about a sheet's shape is written down anywhere else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from roster import committees
from roster.words import Text, same


def norm(name: object) -> str:
    """Return a name the way names are compared: width, case, spaces and hyphens aside.

    Examples
    --------
    >>> norm("  Hand-over ") == norm("handover")
    True
    """
    text = unicodedata.normalize("NFKC", str(name)).casefold().replace("’", "'")
    return re.sub(r"[\s_\-]+", "", text)


# --- words that cells may hold -----------------------------------------------------------


@dataclass(frozen=True)
class Word:
    """One word of a vocabulary.

    Attributes
    ----------
    key : str
        What the program calls it.
    en, zh : str
        What a person types and reads.
    also : tuple of str
        Other spellings that are read, never written.
    """

    key: str
    en: str
    zh: str
    also: tuple[str, ...] = ()

    @property
    def text(self) -> Text:
        """The word in both languages."""
        return Text(self.en, self.zh)

    def to(self, lang: str) -> str:
        """Return the word in `lang`."""
        return self.zh if lang == "zh" else self.en


def find_word(words: Iterable[Word], typed: object) -> str | None:
    """Return the key of the word that was typed, in either language; None when unknown."""
    wanted = norm(typed)
    for word in words:
        if wanted in (norm(w) for w in (word.en, word.zh, word.key, *word.also)):
            return word.key
    return None


def word_text(words: Iterable[Word], key: str) -> Text:
    """Return the word of a key in both languages; the key itself when there is none."""
    return next((w.text for w in words if w.key == key), same(key))


def all_words(words: Iterable[Word]) -> Text:
    """Return every word of a vocabulary as one line, for ``expected``."""
    words = tuple(words)
    return Text(", ".join(w.en for w in words), "、".join(w.zh for w in words))


YES_NO = (
    Word("yes", "yes", "是", ("y", "√", "✓", "✔", "true", "1", "对")),
    Word("no", "no", "否", ("n", "false", "0", "×", "✗")),
)
GRADES = (
    Word("junior", "junior", "初级"),
    Word("intermediate", "intermediate", "中级"),
    Word("senior", "senior", "高级"),
)
SHIFT_KINDS = (
    Word("day", "day", "白班", ("白",)),
    Word("evening", "evening", "晚班", ("晚",)),
    Word("night", "night", "夜班", ("夜",)),
    Word("duty", "duty", "值班"),
)
LEAVE_KINDS = (
    Word("personal", "personal", "事假"),
    Word("special", "special", "特殊事假"),
    Word("sick", "sick", "病假"),
    Word("annual", "annual", "年假", ("年休假",)),
    Word("official", "official", "公假"),
)
LEAVE_STATUS = (
    Word("requested", "requested", "申请"),
    Word("approved", "approved", "批准"),
    Word("rejected", "rejected", "驳回"),
)
SWAP_STATUS = (
    *LEAVE_STATUS[:2],
    Word("applied", "applied", "已执行"),
    LEAVE_STATUS[2],
    Word("referred", "referred", "待经理"),
    Word("stale", "stale", "失效"),
    Word("withdrawn", "withdrawn", "撤回"),
)
PROTECTIONS = (
    Word("pregnant", "pregnant", "孕期"),
    Word("nursing", "nursing", "哺乳期"),
    Word("minor", "minor", "未成年"),
)
LEVELS = (
    Word("hard", "hard", "硬"),
    Word("soft", "soft", "软"),
    Word("off", "off", "关"),
)
DAY_KINDS = (
    Word("holiday", "holiday", "节假日", ("statutory", "法定节假日", "statutory holiday")),
    Word("rest", "rest day", "休息日", ("restday",)),
    Word("workday", "workday", "工作日", ("working day",)),
)
EVERY_DAY = Word("every", "every day", "每天", ("daily", "每日"))
WEEKDAYS = tuple(
    Word(str(i), en[:3], f"周{zh}", (en, f"星期{zh}", f"礼拜{zh}", *more))
    for i, (en, zh, more) in enumerate(
        (
            ("Monday", "一", ()),
            ("Tuesday", "二", ("tues",)),
            ("Wednesday", "三", ()),
            ("Thursday", "四", ("thur", "thurs")),
            ("Friday", "五", ()),
            ("Saturday", "六", ()),
            ("Sunday", "日", ("周天", "星期天", "礼拜天")),
        )
    )
)
DAY_SELECTORS = (EVERY_DAY, DAY_KINDS[2], DAY_KINDS[1], DAY_KINDS[0], *WEEKDAYS)
OFF = Word("off", "off", "休", ("休息",))
NONE = Word("none", "none", "无")
COMMITTEE_GROUPS = (Word("A", "A", "A"), Word("B", "B", "B"))
LANGUAGE_WORDS = (
    Word("zh", "zh", "zh", ("中文", "chinese", "汉语", "zh-CN")),
    Word("en", "en", "en", ("英文", "english", "英语")),
)
APPROVERS = (
    Word("department", "department head", "主任"),
    Word("centre", "centre head", "中心主任"),
)
LEAD_TURN = (
    Word("both", "led last, list stands here", "末任，名单至此"),
    Word("latest", "led last", "末任"),
    Word("list", "list stands here", "名单至此"),
)
"""Where the rotation of the weekly lead stood; apart where the last lead made up for a turn."""
POSTS = tuple(Word(key, *name) for key, name in committees.POSTS.items())
TASK_POSTS = (
    Word("lead", "lead", "轮值班长"),
    Word("shift_lead", "shift lead", "班长", ("值班长",)),
    *POSTS,
)
NO_VIOLATIONS = Text("no violations", "无违规")


def is_off(typed: object) -> bool:
    """Tell whether the word stands for a day off: ``off`` or 休."""
    return find_word((OFF,), typed) is not None


def is_none(typed: object) -> bool:
    """Tell whether the word stands for nothing: ``none`` or 无."""
    return find_word((NONE,), typed) is not None


def reserved_code(typed: object) -> bool:
    """Tell whether a word can be no shift code: a day off or a kind of leave."""
    return is_off(typed) or find_word(LEAVE_KINDS, typed) is not None


# --- columns and sheets -------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes
    ----------
    key : str
        Snake case of the English name.
    en, zh : str
        The header.
    type : str
        Input: text, id, staff, int, hours, date, moment, dates, days, yesno, consent,
        flag, choice, code, codes, duty, want, limits, segments, words, colour, rule,
        parameter, value, take, number, terms. Computed: text, int, number, date, hours,
        balance (a number that may be below 0).
    required : bool
        The column must be there, and its cell filled in every row.
    needed : bool
        The column must be there, though cells may be empty.
    help : Text
        What goes in it.
    options : tuple of Word
        What a ``choice`` takes.
    low, high : float or None
        Range of a number.
    width : float
        In characters.
    also : tuple of str
        Other headers that are read, never written.
    """

    key: str
    en: str
    zh: str
    type: str = "text"
    required: bool = False
    help: Text = field(default_factory=lambda: same(""))
    options: tuple[Word, ...] = ()
    low: float | None = None
    high: float | None = None
    width: float = 12
    also: tuple[str, ...] = ()
    needed: bool = False

    def header(self, lang: str) -> str:
        """Return the header in `lang`."""
        return self.zh if lang == "zh" else self.en

    @property
    def text(self) -> Text:
        """The header in both languages."""
        return Text(self.en, self.zh)


@dataclass(frozen=True)
class Sheet:
    """A sheet.

    Attributes
    ----------
    key : str
    en, zh : str
        Its name.
    columns : tuple of Column
    required : bool
        A workbook without it is not read.
    computed : bool
        Written by the program, read back only where `workbook.md` says so.
    help : Text
    """

    key: str
    en: str
    zh: str
    columns: tuple[Column, ...]
    required: bool = False
    computed: bool = False
    help: Text = field(default_factory=lambda: same(""))

    def name(self, lang: str) -> str:
        """Return the sheet's name in `lang`."""
        return self.zh if lang == "zh" else self.en

    @property
    def text(self) -> Text:
        """The name in both languages."""
        return Text(self.en, self.zh)

    @cached_property
    def by_key(self) -> Mapping[str, Column]:
        """The columns by key."""
        return {c.key: c for c in self.columns}

    @cached_property
    def _by_header(self) -> Mapping[str, Column]:
        return {norm(n): c for c in self.columns for n in (c.en, c.zh, c.key, *c.also)}

    def column(self, key: str) -> Column:
        """Return a column by key."""
        return self.by_key[key]

    def find_column(self, header: object) -> Column | None:
        """Return the column of a header in either language, None when unknown."""
        return self._by_header.get(norm(header))

    def headers(self, lang: str) -> tuple[str, ...]:
        """Return all headers in `lang`, in order."""
        return tuple(c.header(lang) for c in self.columns)


MAX_PEOPLE = 10_000
MAX_WEIGHT = 1_000_000
MAX_HOURS = 9_000
MAX_DAYS = 366


def _staff(
    key: str, en: str, zh: str, help_en: str, help_zh: str, *, required: bool = False
) -> Column:
    return Column(key, en, zh, "staff", required, Text(help_en, help_zh), width=12)


def _whole(
    key: str, en: str, zh: str, help_en: str, help_zh: str, high: float, low: float = 0
) -> Column:
    return Column(
        key, en, zh, "int", False, Text(help_en, help_zh), low=low, high=high, width=11
    )


def _date(
    key: str, en: str, zh: str, help_en: str, help_zh: str, *, required: bool = False
) -> Column:
    return Column(key, en, zh, "date", required, Text(help_en, help_zh), width=12.5)


def _pick(
    key: str,
    en: str,
    zh: str,
    options: tuple[Word, ...],
    help_en: str,
    help_zh: str,
    *,
    required: bool = False,
) -> Column:
    return Column(key, en, zh, "choice", required, Text(help_en, help_zh), options, width=12)


def _yes(key: str, en: str, zh: str, help_en: str, help_zh: str, kind: str = "yesno") -> Column:
    return Column(key, en, zh, kind, False, Text(help_en, help_zh), YES_NO, width=10)


_JOB = Text("The kind of work; empty: any.", "工种；空白表示不限。")
_SKILLS = Text(
    "Skills, separated by commas; empty: none needed.", "技能，用逗号分隔；空白表示不要求。"
)
_DAYS_LIST = Text(
    "A date, or a span 2026-12-01..2026-12-05. Every day must lie in the month.",
    "一个日期，或区间 2026-12-01..2026-12-05；必须在排班期内。",
)
_STAFF_EN = "Staff id, or the name where it is unique."
_STAFF_ZH = "工号；姓名不重复时也可填姓名。"

# fmt: off
# One column a paragraph; the formatter would give every argument a line of its own.

SETTINGS = (
    Column(
        "month", "month", "月份", "month", False,
        Text("The month to be rostered, 2026-12. Or give a start and an end date.",
             "要排班的月份，如 2026-12；也可改填开始日期和结束日期。"),
    ),
    Column("start_date", "start date", "开始日期", "date", False,
           Text("First day, when it is no whole month.", "第一天（不是整月时填写）。")),
    Column("end_date", "end date", "结束日期", "date", False,
           Text("Last day, when it is no whole month.", "最后一天（不是整月时填写）。")),
    Column("team", "team", "班组", "text", False,
           Text("Name of the team; stands over the roster.", "班组名称，印在排班表上方。")),
    Column("language", "language", "语言", "choice", False,
           Text("Language of the result: zh or en.", "结果的语言：zh 或 en。"), LANGUAGE_WORDS),
    Column("holidays", "holidays", "节假日", "country", False,
           Text("Country code of the holidays, CN by default; none for no holidays.",
                "节假日的国家代码，默认 CN；无表示不计节假日。")),
    Column("rulebook", "rulebook", "制度", "rulebook", False,
           Text("Named set of rules; standard by default.", "规则制度，默认 standard。")),
    Column("published_until", "published until", "已发布至", "date", False,
           Text("Days up to this one, as they stand on the Roster sheet, are not changed.",
                "到这一天为止，排班表中的安排不再改动。")),
)
"""The items of the Settings sheet; `type` month, date, text, choice, country, rulebook."""


def find_setting(item: object) -> Column | None:
    """Return the Settings item of a name in either language, None when unknown."""
    wanted = norm(item)
    for column in SETTINGS:
        if wanted in (norm(column.en), norm(column.zh)):
            return column
    return None


_INPUT = (
    Sheet(
        "settings", "Settings", "设置",
        (
            Column("item", "item", "项目", "text", True,
                   Text("What is set: month, team, language, holidays, rulebook …",
                        "设置项：月份、班组、语言、节假日、制度……"), width=20),
            Column("value", "value", "值", "value", False,
                   Text("Its value; empty: the default.", "取值；空白表示默认。"), width=28),
        ),
        required=True,
        help=Text("The month, the team and what holds for the whole file.",
                  "月份、班组和全表设置。"),
    ),
    Sheet(
        "staff", "Staff", "人员",
        (
            Column("id", "id", "工号", "id", True,
                   Text("Staff number, each once. 007 stays 007.",
                        "工号，不得重复；007 保持为 007。"), width=10),
            Column("name", "name", "姓名", "text", False,
                   Text("Name as it stands on the roster.", "姓名，显示在排班表上。")),
            Column("group", "group", "组", "text", False,
                   Text("Shift team or service group; its leads consent to swaps.",
                        "班组或服务组；换班由该组班长同意。"), width=10),
            Column("second_group", "second group", "第二组", "text", False,
                   Text("Group where the person helps out.", "可支援的组。"), width=12),
            _pick("committee_group", "committee group", "委员组", COMMITTEE_GROUPS,
                  "A or B: the two groups serve by turns; empty: alternate rows.",
                  "A 或 B，两组轮流；空白则隔行分组。"),
            Column("job", "job", "工种", "text", False,
                   Text("The person's kind of work.", "本人的工种。"), width=10),
            _pick("grade", "grade", "级别", GRADES,
                  "junior, intermediate or senior; empty: junior.",
                  "初级、中级或高级；空白按初级。"),
            Column("skills", "skills", "技能", "words", False,
                   Text("Skills, separated by commas.", "技能，用逗号分隔。"), width=16),
            _yes("leader", "leader", "班组长", "Permanent leader: yes or no.",
                 "固定班组长：是或否。"),
            _yes("rotation", "rotation", "轮值",
                 "Takes the weekly lead in turn; empty: yes unless leader.",
                 "参加每周轮值班长；空白：除班组长外均参加。"),
            Column("min_hours", "min hours", "最少工时", "hours", False,
                   Text("Least hours over the whole period.", "排班期内最少工时。"),
                   low=0, high=MAX_HOURS, width=11),
            Column("max_hours", "max hours", "最多工时", "hours", False,
                   Text("Most hours over the whole period.", "排班期内最多工时。"),
                   low=0, high=MAX_HOURS, width=11),
            Column("shift_limits", "shift limits", "班次上限", "limits", False,
                   Text("At most so many of each shift: N=4;E=10.",
                        "每种班次最多几次：N=4;E=10。"), width=14),
            _whole("max_consecutive_days", "max consecutive days", "最多连续上班",
                   "Most days worked in a row; empty: the rule's value.",
                   "最多连续上班天数；空白按规则。", MAX_DAYS, 1),
            _whole("min_consecutive_days", "min consecutive days", "最少连续上班",
                   "Fewest days worked in a row; empty: the rule's value.",
                   "最少连续上班天数；空白按规则。", MAX_DAYS),
            _whole("min_consecutive_days_off", "min consecutive days off", "最少连续休息",
                   "Fewest days off in a row; empty: the rule's value.",
                   "最少连续休息天数；空白按规则。", MAX_DAYS),
            _whole("max_weekends", "max weekends", "最多周末班",
                   "Most weekends worked; empty: the rule's value.",
                   "最多上几个周末班；空白按规则。", 60),
            _date("start_date", "start date", "入职日期",
                  "First day employed; empty: before the month.",
                  "入职日期；空白表示早已在职。"),
            _date("end_date", "end date", "离职日期",
                  "Last day employed; empty: stays.", "在职最后一天；空白表示在职。"),
            _pick("protection", "protection", "保护", PROTECTIONS,
                  "pregnant, nursing or minor: no night work, no overtime.",
                  "孕期、哺乳期或未成年：不上夜班，不加班。"),
            _date("protected_from", "protected from", "保护起",
                  "First day of protection; empty: always.", "保护开始日期；空白表示一直。"),
            _date("protected_to", "protected to", "保护止",
                  "Last day of protection; empty: open.", "保护结束日期；空白表示不限。"),
            _staff("mentor", "mentor", "带教人",
                   "Id or name of the mentor of a newcomer.", "新人的带教人，填工号或姓名。"),
            _date("mentored_until", "mentored until", "带教至",
                  "Last day on which the newcomer works only with the mentor.",
                  "到这一天为止只与带教人同班。"),
            _date("desk_since", "desk since", "到岗日期",
                  "Since when the person has had this job; for desk rotation, else empty.",
                  "从何时起在本工种；仅岗位轮换需要。"),
        ),
        required=True,
        help=Text("A row a person; the order is that of the attendance list.",
                  "每人一行，顺序即考勤表顺序。"),
    ),
    Sheet(
        "shifts", "Shifts", "班次",
        (
            Column("code", "code", "代码", "id", True,
                   Text("Short code that stands in the roster; not 休, off or a kind of leave.",
                        "排班表里显示的代码；不可用 休、off 或假别。"), width=9),
            Column("name", "name", "名称", "text", False,
                   Text("Name in the legend.", "图例中的名称。"), width=14),
            Column("hours", "hours", "时间", "segments", True,
                   Text("08:00-16:00, past midnight 16:00-01:00, "
                        "split 08:00-12:00,14:00-18:00.",
                        "08:00-16:00；跨夜 16:00-01:00；分段 08:00-12:00,14:00-18:00。"),
                   width=26),
            Column("paid_hours", "paid hours", "计时工时", "hours", False,
                   Text("Hours that count; empty: the sum of the segments.",
                        "计入的工时；空白为各段之和。"), low=0, high=36, width=11),
            _pick("kind", "kind", "类别", SHIFT_KINDS,
                  "day, evening, night or duty; empty: day.",
                  "白班、晚班、夜班或值班；空白按白班。"),
            Column("job", "job", "工种", "text", False, _JOB, width=10),
            Column("skill", "skill", "技能", "words", False, _SKILLS, width=12),
            _pick("min_grade", "min grade", "最低级别", GRADES,
                  "Least grade; empty: any.", "最低级别；空白不限。"),
            Column("not_before", "not before", "不可接", "codes", False,
                   Text("Codes that may not follow on the next day, separated by commas.",
                        "次日不可接的班次代码，用逗号分隔。"), width=12),
            Column("counts_as", "counts as", "计入", "codes", False,
                   Text("Codes for which this shift also counts in Demand.",
                        "在需求中同时计入的班次代码。"), width=12),
            Column("colour", "colour", "颜色", "colour", False,
                   Text("RRGGBB, such as FFD966.", "颜色 RRGGBB，如 FFD966。"), width=10,
                   also=("color",)),
        ),
        required=True,
        help=Text("The catalogue of shifts.", "班次目录。"),
    ),
    Sheet(
        "demand", "Demand", "需求",
        (
            Column("days", "days", "日期", "days", True,
                   Text("every day, workday, rest day, holiday, Mon … Sun, a date or a span "
                        "2026-12-01..2026-12-05. The most exact row counts.",
                        "每天、工作日、休息日、节假日、周一…周日、一个日期或区间 "
                        "2026-12-01..2026-12-05；以最具体的一行为准。"),
                   DAY_SELECTORS, width=24),
            Column("shift", "shift", "班次", "codes", True,
                   Text("One code, or several counted together: D,E.",
                        "一个代码，或合并计算的几个：D,E。"), width=12),
            Column("job", "job", "工种", "text", False, _JOB, width=10),
            Column("skill", "skill", "技能", "words", False, _SKILLS, width=12),
            _pick("min_grade", "min grade", "最低级别", GRADES,
                  "Counts people of this grade or higher; empty: any.",
                  "只计该级别及以上的人；空白不限。"),
            Column("min", "min", "最少", "int", False,
                   Text("Fewest people; empty or 0: nobody is asked for.",
                        "最少人数；空白或 0 表示不要求。"),
                   low=0, high=MAX_PEOPLE, width=9, needed=True),
            _whole("target", "target", "目标", "Desired people.", "目标人数。", MAX_PEOPLE),
            _whole("max", "max", "最多", "Most people; empty: no limit.",
                   "最多人数；空白不限。", MAX_PEOPLE),
            _whole("under_weight", "under weight", "缺员权重",
                   "Points a person below target; empty: the rule's.",
                   "低于目标每人扣分；空白按规则。", MAX_WEIGHT),
            _whole("over_weight", "over weight", "超员权重",
                   "Points a person above max; empty: the rule's.",
                   "超过最多每人扣分；空白按规则。", MAX_WEIGHT),
        ),
        required=True,
        help=Text("How many people are needed.", "各班需要的人数。"),
    ),
    Sheet(
        "leave", "Leave", "请假",
        (
            _staff("staff", "staff", "工号", _STAFF_EN, _STAFF_ZH, required=True),
            _date("from", "from", "开始", "First day of leave.", "请假第一天。", required=True),
            _date("to", "to", "结束", "Last day of leave, included.", "请假最后一天（含）。",
                  required=True),
            _pick("kind", "kind", "类型", LEAVE_KINDS,
                  "personal, special, sick, annual or official.",
                  "事假、特殊事假、病假、年假或公假。"),
            Column("asked_at", "asked at", "申请时间", "moment", False,
                   Text("Date and time of the request.", "申请的日期和时间。"), width=17),
            Column("asked_by", "asked by", "申请人", "text", False,
                   Text("Who asked.", "由谁申请。"), width=11),
            _yes("exceptional", "exceptional", "特殊", "Exceptional case: yes or no.",
                 "特殊情况：是或否。"),
            _staff("stand_in", "stand-in", "代班人",
                   "Id or name of the stand-in.", "代班人，填工号或姓名。"),
            _yes("certificate", "certificate", "证明", "Certificate handed in: yes or no.",
                 "已交证明：是或否。", "flag"),
            Column("approved_by", "approved by", "批准人", "text", False,
                   Text("Department head or centre head, or a name.",
                        "主任或中心主任，也可填姓名。"), APPROVERS, width=14),
            _pick("status", "status", "状态", LEAVE_STATUS,
                  "requested, approved or rejected; empty: requested. "
                  "Only approved leave binds.",
                  "申请、批准或驳回；空白为申请。只有批准的请假生效。"),
            Column("decision", "decision", "结论", "text", False,
                   Text("Written by the program.", "由程序填写。"), width=24),
        ),
        help=Text("Whole days, both ends included.", "按整天，首尾均含。"),
    ),
    Sheet(
        "requests", "Requests", "意愿",
        (
            _staff("staff", "staff", "工号", _STAFF_EN, _STAFF_ZH, required=True),
            Column("dates", "dates", "日期", "dates", True, _DAYS_LIST, width=24),
            Column("want", "want", "意愿", "want", True,
                   Text("A shift code, off, or not N.", "班次代码、休，或 不上N。"), width=12),
            _whole("weight", "weight", "权重",
                   "Points a day when the wish is not met; empty: the rule's.",
                   "未满足时每天扣分；空白按规则。", MAX_WEIGHT),
        ),
        help=Text("Wishes; met where it can be.", "个人意愿，尽量满足。"),
    ),
    Sheet(
        "fixed", "Fixed", "固定",
        (
            _staff("staff", "staff", "工号", _STAFF_EN, _STAFF_ZH, required=True),
            Column("dates", "dates", "日期", "dates", True, _DAYS_LIST, width=24),
            Column("shift", "shift", "班次", "duty", True,
                   Text("A shift code, or off.", "班次代码，或 休。"), width=10),
        ),
        help=Text("Duties and days off that are given.", "已经定下的班和休息。"),
    ),
    Sheet(
        "tasks", "Tasks", "例行任务",
        (
            Column("task", "task", "任务", "text", True,
                   Text("What is to be done.", "要做的事。"), width=24),
            Column("days", "days", "日期", "days", True,
                   Text("every day, workday, rest day, holiday, Mon … Sun, a date or a span.",
                        "每天、工作日、休息日、节假日、周一…周日、一个日期或区间。"),
                   DAY_SELECTORS, width=16),
            Column("shift", "shift", "班次", "codes", False,
                   Text("Who works it does the task; empty: any shift.",
                        "由该班次的人负责；空白不限班次。"), width=12),
            _pick("post", "post", "岗位", TASK_POSTS,
                  "lead (of the week), shift lead, or a committee post; empty: anybody on the "
                  "shift.",
                  "轮值班长、班长（高级工）或某个委员；空白为该班次的任何人。"),
            _whole("people", "people", "人数",
                   "How many do it, by turns; empty: everybody on it.",
                   "几个人做，轮流安排；空白为全部。", MAX_PEOPLE, 1),
        ),
        help=Text("Recurring tasks; who does them stands on the Duties sheet.",
                  "例行任务；由谁负责见《值日》表。"),
    ),
    Sheet(
        "calendar", "Calendar", "日历",
        (
            _date("date", "date", "日期", "The day.", "日期。", required=True),
            _pick("kind", "kind", "类别", DAY_KINDS,
                  "holiday (statutory), rest day or workday.",
                  "节假日（法定）、休息日或工作日。", required=True),
            Column("name", "name", "名称", "text", False,
                   Text("Name of the day.", "名称。"), width=16),
        ),
        help=Text("Days that differ from the holiday library.", "与节假日库不同的日子。"),
    ),
    Sheet(
        "rules", "Rules", "规则",
        (
            Column("rule", "rule", "规则", "rule", True,
                   Text("Id of the rule, as `roster rules` lists it.",
                        "规则 id，见 roster rules。"), width=24),
            _pick("level", "level", "级别", LEVELS,
                  "hard, soft or off; empty: the rulebook's. Rules of law need --override.",
                  "硬、软或关；空白按制度。法定规则须用 --override。"),
            _whole("weight", "weight", "权重", "Points a unit while soft.",
                   "软规则每单位扣分。", MAX_WEIGHT),
            Column("parameter", "parameter", "参数", "parameter", False,
                   Text("One parameter a row.", "每行一个参数。"), width=18),
            Column("value", "value", "值", "value", False,
                   Text("Its value; none for no limit.", "参数值；无表示不限。"), width=18),
        ),
        help=Text("Only what differs from the rulebook.", "只填与制度不同的。"),
    ),
    Sheet(
        "history", "History", "历史",
        (
            _staff("staff", "staff", "工号", _STAFF_EN, _STAFF_ZH, required=True),
            _date("date", "date", "日期", "A day before the first day.", "第一天之前的日期。",
                  required=True),
            Column("shift", "shift", "班次", "duty", True,
                   Text("A shift code, or off.", "班次代码，或 休。"), width=10),
        ),
        help=Text("Duties before the first day; not needed with --previous.",
                  "第一天之前的班；用 --previous 时不用填。"),
    ),
    Sheet(
        "carry_over", "Carry-over", "结转",
        (
            _staff("staff", "staff", "工号", _STAFF_EN, _STAFF_ZH, required=True),
            _whole("nights", "nights", "夜班", "Nights so far.", "累计夜班。", 100_000),
            _whole("weekends", "weekends", "周末班", "Weekends so far.",
                   "累计周末班。", 100_000),
            _whole("holidays", "holidays", "节假日班", "Holiday duties so far.",
                   "累计节假日班。", 100_000),
            Column("hours", "hours", "工时", "hours", False,
                   Text("Hours so far.", "累计工时。"), low=0, high=1_000_000, width=11),
            _date("last_lead_week", "last lead week", "上次轮值周",
                  "Monday of the last week as lead.", "上次轮值那一周的周一。"),
            _yes("passed_over", "passed over", "待补轮值",
                 "yes: was absent when the turn came, comes next.",
                 "是：轮到时不在，下次优先。"),
            _pick("last_post", "last post", "上次委员", POSTS,
                  "Last committee post.", "上次担任的委员。"),
            _date("last_committee_week", "last committee week", "上次委员周",
                  "Monday of the last committee week.", "上次任委员那一周的周一。"),
            _whole("days_in_lieu", "days in lieu", "待补休", "Days off owed.",
                   "尚欠的补休天数。", 1_000),
            _whole("duties", "duties", "班数", "Duties so far.", "累计班数。", 100_000),
            *(
                Column(f"hours_{n}", f"hours {n} %", f"{n}%工时", "hours", False,
                       Text(f"Hours paid at {n} % so far.", f"累计 {n}% 工时。"),
                       low=0, high=1_000_000, width=11)
                for n in (150, 200, 300)
            ),
            _whole("wishes_met", "wishes met", "意愿满足", "Wishes met so far.",
                   "累计满足的意愿。", 100_000),
            _whole("wishes_missed", "wishes missed", "意愿未满足", "Wishes not met so far.",
                   "累计未满足的意愿。", 100_000),
            _whole("swaps", "swaps", "换班", "Swaps so far.", "累计换班次数。", 100_000),
            _whole("spring_festivals", "Spring Festival", "春节班",
                   "Duties at Spring Festivals so far; they are among the holidays too.",
                   "累计春节班，同时计入节假日班。", 100_000),
            _whole("last_spring_festival", "last Spring Festival", "上次春节",
                   "Year in which the person last worked at the Spring Festival.",
                   "上一次春节上班的年份。", 2200, 1990),
            *(
                Column(f"{key}_due", f"{en} due", f"应分{zh}", "number", False,
                       Text(f"Fair part of the {what_en} so far; empty: estimated from the "
                            "hours worked.",
                            f"至今应分摊的{zh}；空白则按已上工时估算。"),
                       low=0, high=100_000, width=11)
                for key, en, zh, what_en in (
                    ("nights", "nights", "夜班", "nights"),
                    ("weekends", "weekends", "周末班", "weekends"),
                    ("other_holidays", "other holidays", "其他节假日班",
                     "holiday duties other than those of Spring Festivals"),
                    ("spring_festivals", "Spring Festival", "春节班",
                     "duties at Spring Festivals"),
                )
            ),
            Column("hours_due", "hours due", "应分工时", "hours", False,
                   Text("Fair part of the hours so far; empty: by contract.",
                        "至今应分摊的工时；空白则按合同。"),
                   low=0, high=1_000_000, width=11),
            _pick("lead_turn", "lead turn", "轮值位置", LEAD_TURN,
                  "Who led last, and where the list stands; needed only when somebody made up "
                  "for a turn or has left.",
                  "谁是末任、名单轮到何处；只有补轮值或有人离开时才需填写。"),
            _whole("waiting", "waiting", "待补次序",
                   "Among those passed over: 1 comes first; empty: in list order.",
                   "待补轮值者的先后，1 最先；空白按名单次序。", 10_000, 1),
            _yes("weekend_begun", "weekend begun", "周末已起",
                 "yes: the month begins on a Sunday, and the Saturday before was a duty.",
                 "是：本期从周日开始，且前一天周六已上班。"),
            Column("terms", "terms", "委员任期", "terms", False,
                   Text("Committee terms that are known, Monday:post, separated by commas.",
                        "已知的委员任期，周一:岗位，用逗号分隔。"), width=30),
        ),
        help=Text("What people bring from earlier months; not needed with --previous.",
                  "以前月份的累计；用 --previous 时不用填。"),
    ),
    Sheet(
        "swaps", "Swaps", "换班登记表",
        (
            Column("id", "id", "编号", "id", True,
                   Text("Number of the request, each once.", "编号，不得重复。"), width=8),
            Column("asked_at", "asked at", "申请时间", "moment", False,
                   Text("Date and time of the request.", "申请的日期和时间。"), width=17),
            _staff("applicant", "applicant", "申请人", _STAFF_EN, _STAFF_ZH, required=True),
            _date("date", "date", "换班日期",
                  "The applicant's duty that goes to the partner.",
                  "申请人要换出的班的日期。", required=True),
            Column("shift", "shift", "班次", "code", False,
                   Text("Code of that duty.", "该班的代码。"), width=9),
            _staff("partner", "partner", "对方", _STAFF_EN, _STAFF_ZH, required=True),
            _date("return_date", "return date", "还班日期",
                  "The partner's duty that goes to the applicant; empty: given away.",
                  "对方换给申请人的班的日期；空白表示单方代班。"),
            Column("return_shift", "return shift", "还班班次", "code", False,
                   Text("Code of that duty.", "该班的代码。"), width=10),
            _yes("applicant_agrees", "applicant agrees", "申请人同意",
                 "yes, no, or empty while awaited.", "是、否；空白表示未表态。", "consent"),
            _yes("partner_agrees", "partner agrees", "对方同意",
                 "yes, no, or empty while awaited.", "是、否；空白表示未表态。", "consent"),
            _yes("applicants_lead", "applicant's lead", "申请人班长",
                 "yes, no, or empty while awaited.", "是、否；空白表示未表态。", "consent"),
            _yes("partners_lead", "partner's lead", "对方班长",
                 "yes, no, or empty while awaited.", "是、否；空白表示未表态。", "consent"),
            _yes("manager", "manager", "经理批准",
                 "yes, no, or empty while awaited.", "是、否；空白表示未表态。", "consent"),
            Column("reason", "reason", "原因", "text", False,
                   Text("Why.", "原因。"), width=16),
            _pick("status", "status", "状态", SWAP_STATUS,
                  "requested, approved, applied, rejected, referred, stale or withdrawn; "
                  "empty: requested.",
                  "申请、批准、已执行、驳回、待经理、失效或撤回；空白为申请。"),
            Column("decision", "decision", "结论", "text", False,
                   Text("Written by the program.", "由程序填写。"), width=24),
            Column("ring", "ring", "环号", "id", False,
                   Text("One number for all rows of a ring.", "同一环的各行填同一号。"),
                   width=8),
            Column("override_by", "override by", "特批人", "text", False,
                   Text("Manager who makes an exception.", "特批的经理。"), width=10),
            Column("override_reason", "override reason", "特批理由", "text", False,
                   Text("Why the exception is made.", "特批理由。"), width=16),
        ),
        help=Text("The register of swaps.", "换班登记。"),
    ),
    Sheet(
        "swap_wishes", "Swap wishes", "换班意向",
        (
            _staff("staff", "staff", "工号", _STAFF_EN, _STAFF_ZH, required=True),
            _date("date", "date", "日期", "The duty to be rid of.", "想换出的班的日期。",
                  required=True),
            Column("can_take", "can take", "可接", "take", False,
                   Text("Dates, or date:code, separated by commas; empty: any duty.",
                        "可接的日期或 日期:班次，用逗号分隔；空白表示不限。"), width=30),
        ),
        help=Text("Duties that people would like to swap.", "想换出的班。"),
    ),
)


def _out(key: str, en: str, zh: str, kind: str = "text", width: float = 11) -> Column:
    return Column(key, en, zh, kind, width=width)


_COUNTS = (
    _out("hours", "hours", "工时", "hours", 9),
    _out("duties", "duties", "班数", "int", 9),
    _out("nights", "nights", "夜班", "int", 9),
    _out("weekends", "weekends", "周末班", "int", 10),
    _out("holidays", "holidays", "节假日班", "int", 10),
    _out("hours_150", "hours 150 %", "150%工时", "hours"),
    _out("hours_200", "hours 200 %", "200%工时", "hours"),
    _out("hours_300", "hours 300 %", "300%工时", "hours"),
)
CUMULATED = (
    *_COUNTS,
    _out("wishes_met", "wishes met", "意愿满足", "int"),
    _out("wishes_missed", "wishes missed", "意愿未满足", "int", 13),
    _out("swaps", "swaps", "换班", "int", 9),
)
"""What the Fairness sheet adds up with the carry-over."""

_SHARED = (
    ("nights", "nights", "夜班", "int"),
    ("weekends", "weekends", "周末班", "int"),
    ("holidays", "holidays", "节假日班", "int"),
    ("hours", "hours", "工时", "hours"),
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _count(key: str, en: str, zh: str, kind: str, width: float = 7.6) -> Column:
    return Column(key, en, zh, kind, low=0, high=1_000_000, width=width, needed=True)


def _balance(key: str, en: str, zh: str, *, needed: bool = False) -> Column:
    return Column(key, en, zh, "balance", low=-1_000_000, high=1_000_000, width=8.5,
                  needed=needed)


def _year() -> tuple[Column, ...]:
    """Return the columns of the Year sheet; what is read back is `needed`."""
    out = [
        Column("id", "id", "工号", "id", width=8, needed=True),
        _out("name", "name", "姓名", "text", 11),
        _out("joined", "joined", "入职", "date", 10.5),
        _out("left", "left", "离职", "date", 10.5),
        _out("days", "days there", "在岗天数", "int", 6.5),
    ]
    for key, en, zh, kind in _SHARED:
        out += [
            _balance(f"{key}_brought", f"{en} brought", f"{zh}上年差额"),
            _out(key, en, zh, kind, 7.8),
            _out(f"{key}_part", f"{en} part", f"{zh}应分", "number", 7.8),
            _balance(f"{key}_ahead", f"{en} difference", f"{zh}差额", needed=True),
        ]
    out += [
        _out("spring_festivals", "Spring Festival", "春节班", "int", 7.5),
        _out("spring_festivals_part", "Spring Festival part", "春节应分", "number", 7.8),
        _balance("spring_festivals_ahead", "Spring Festival difference", "春节差额",
                 needed=True),
        Column("last_spring_festival", "last Spring Festival", "上次春节", "int",
               low=0, high=2200, width=8, needed=True),
    ]
    for month, name in enumerate(_MONTHS, 1):
        out += [
            _count(f"m{month}_{key}", f"{name} {en}", f"{month}月{zh}", kind)
            for key, en, zh, kind in _SHARED
        ]
    out += [
        _count("before_days", "days there before", "期初在岗天数", "int"),
        *(
            _count(f"before_{key}_part", f"{en} part before", f"期初{zh}应分",
                   "hours" if key == "hours" else "number")
            for key, en, zh, _ in _SHARED
        ),
        _count("before_spring_festivals", "Spring Festival before", "期初春节班", "int"),
        _count("before_spring_festivals_part", "Spring Festival part before", "期初春节应分",
               "number"),
        *(
            _count(f"before_{key}", f"{en} of the month before", f"期初当月{zh}", kind)
            for key, en, zh, kind in _SHARED
        ),
    ]
    return tuple(out)


_CARRIED = next(s for s in _INPUT if s.key == "carry_over")

_RESULT = (
    Sheet(
        "roster", "Roster", "排班表",
        (
            _out("id", "id", "工号", "id", 9),
            _out("name", "name", "姓名", "text", 11),
        ),
        computed=True,
        help=Text("A row a person, a column a day; may be changed by hand and audited.",
                  "每人一行，每天一列；可以手工修改后再检查。"),
    ),
    Sheet(
        "leads", "Leads", "轮值",
        (
            _out("week_of", "week of", "周次", "date", 12.5),
            _out("lead_id", "lead id", "工号", "id"),
            _out("lead", "lead", "轮值班长", "text", 12),
            _out("handover", "hand-over", "交接时间", "moment", 17),
            _out("next_lead", "next lead", "下任", "text", 12),
            *(_out(w.key, w.en, w.zh, "id", 10) for w in POSTS),
        ),
        computed=True,
        help=Text("Who leads each week.", "每周轮值班长。"),
    ),
    Sheet(
        "coverage", "Coverage", "在岗",
        (
            _out("date", "date", "日期", "date", 12.5),
            _out("shift", "shift", "班次"),
            _out("job", "job", "工种"),
            _out("skill", "skill", "技能"),
            _out("min_grade", "min grade", "最低级别"),
            _out("min", "min", "最少", "int", 8),
            _out("target", "target", "目标", "int", 8),
            _out("max", "max", "最多", "int", 8),
            _out("on_duty", "on duty", "在岗", "int", 9),
            _out("short", "short", "缺员", "int", 8),
            _out("under_target", "under target", "低于目标", "int", 12),
            _out("over", "over", "超员", "int", 8),
        ),
        computed=True,
        help=Text("People on duty against demand.", "在岗人数与需求。"),
    ),
    Sheet(
        "fairness", "Fairness", "公平",
        (
            _out("id", "id", "工号", "id", 9),
            _out("name", "name", "姓名", "text", 11),
            *_COUNTS,
            _out("wishes_met", "wishes met", "意愿满足", "int"),
            _out("wishes_missed", "wishes missed", "意愿未满足", "int", 13),
            _out("swaps", "swaps", "本月换班", "int", 9),
            _out("swaps_left", "swaps left", "剩余换班", "int"),
            _out("days_in_lieu", "days in lieu", "待补休", "int"),
            *(
                _out(f"total_{c.key}", f"total {c.en}", f"累计{c.zh}", c.type, 13)
                for c in CUMULATED
            ),
        ),
        computed=True,
        help=Text("Who worked how much.", "每人工作量。"),
    ),
    Sheet(
        "wishes", "Wishes", "意愿结果",
        (
            _out("id", "id", "工号", "id", 9),
            _out("name", "name", "姓名", "text", 11),
            _out("date", "date", "日期", "date", 12.5),
            _out("want", "want", "意愿", "text", 9),
            _out("weight", "weight", "权重", "int", 9),
            _out("has", "has", "实际", "text", 9),
            _out("met", "met", "满足", "text", 8),
            _out("against", "what stood against it", "与什么冲突", "text", 70),
        ),
        computed=True,
        help=Text("Which wishes were met, and what a refused one collided with.",
                  "哪些意愿得到满足，未满足的与什么冲突。"),
    ),
    Sheet(
        "audit", "Audit", "检查",
        (
            _out("rule", "rule", "规则", "text", 22),
            _out("level", "level", "级别", "text", 9),
            _out("who", "who", "人员", "text", 16),
            _out("date", "date", "日期", "date", 12.5),
            _out("amount", "amount", "数量", "int", 9),
            _out("unit", "unit", "单位", "text", 9),
            _out("what", "what", "说明", "text", 60),
            _out("source", "source", "依据", "text", 30),
        ),
        computed=True,
        help=Text("Every departure from a rule.", "所有违反规则之处。"),
    ),
    Sheet(
        "ledger", "Ledger", "扣分",
        (
            _out("rule", "rule", "规则", "text", 24),
            _out("unit", "unit", "单位", "text", 10),
            _out("amount", "amount", "数量", "int", 10),
            _out("weight", "weight", "权重", "int", 10),
            _out("points", "points", "扣分", "int", 10),
        ),
        computed=True,
        help=Text("The objective, term by term.", "目标值的组成。"),
    ),
    Sheet(
        "duties", "Duties", "值日",
        (
            _out("date", "date", "日期", "date", 12.5),
            _out("task", "task", "任务", "text", 24),
            _out("who", "who", "人员", "text", 24),
        ),
        computed=True,
        help=Text("Recurring tasks and meetings, who does or attends them.",
                  "例行任务和会议，由谁负责或参加。"),
    ),
    Sheet(
        "handover", "Hand-over", "交接记录",
        (
            _out("week_of", "week of", "周次", "text", 16),
            _out("value", "value", "值", "text", 60),
        ),
        computed=True,
        help=Text("The lead's hand-over records, to be printed and signed.",
                  "轮值交接记录，打印后填写签字。"),
    ),
    Sheet(
        "desk_plan", "Desk plan", "轮岗计划",
        (
            _out("id", "id", "工号", "id", 9),
            _out("name", "name", "姓名", "text", 11),
            _out("desk_since", "desk since", "到岗日期", "date", 12.5),
        ),
        computed=True,
        help=Text("Who works at which desk in the next twelve months.",
                  "未来十二个月每人所在岗位。"),
    ),
    Sheet(
        "summary", "Summary", "概要",
        (
            _out("item", "item", "项目", "text", 28),
            _out("value", "value", "值", "text", 60),
        ),
        computed=True,
        help=Text("How the roster was made and how good it is.", "排班的过程与质量。"),
    ),
)

_RESULT += (
    Sheet(
        "carried_in", "Carried in", "期初结转",
        _CARRIED.columns,
        computed=True,
        help=Text("What people brought into the month, typed or from last month's result; "
                  "read back by --previous and audit.",
                  "进入本期时每人的累计（填写或取自上月结果）；--previous 和检查时读取。"),
    ),
)

_RESULT += (
    Sheet(
        "year", "Year", "全年",
        _year(),
        computed=True,
        help=Text("What everybody worked in each month of the calendar year, and their fair "
                  "part; read back by --previous and audit.",
                  "全年每人每月的夜班、周末班、节假日班、工时与应分摊数；"
                  "--previous 和检查时读取。"),
    ),
)

_LOAD = Sheet(
    "load", "Load", "话务",
    (
        _out("days", "days", "日期", "text", 14),
        _out("from", "from", "开始", "text", 8),
        _out("calls", "calls", "来电", "number", 9),
        _out("handling", "handling", "处理时长", "number", 10),
        _out("erlangs", "erlangs", "话务量", "number", 9),
        _out("agents", "agents", "接听人数", "int", 10),
        _out("seats", "seats", "座席需求", "int", 10),
        _out("min_cover", "min cover", "最少在岗", "int", 10),
        _out("cover", "cover", "计划在岗", "int", 10),
        _out("service_level", "service level %", "服务水平%", "number", 12),
        _out("wait", "wait s", "平均等待秒", "number", 11),
        _out("abandoned", "abandoned %", "放弃率%", "number", 11),
        _out("occupancy", "occupancy %", "占用率%", "number", 11),
    ),
    computed=True,
    help=Text("Calls, agents needed and agents planned, by kind of day and interval.",
              "各类日子、各时段的来电、所需与计划的座席。"),
)  # of the demand planner: no result of a month, so a new solve leaves it alone

_WHY = Sheet(
    "why", "Why", "原因",
    (
        _out("number", "number", "序号", "int", 8),
        _out("kind", "kind", "类别", "text", 10),
        _out("rule", "rule", "规则", "text", 20),
        _out("who", "who", "人员", "text", 22),
        _out("dates", "dates", "日期", "text", 22),
        _out("what", "what", "说明", "text", 64),
        _out("source", "source", "依据", "text", 28),
        _out("cell", "cell", "单元格", "text", 14),
    ),
    computed=True,
    help=Text("What cannot go together, and which single changes would resolve it.",
              "哪些要求互相冲突，哪些单项改动可以解决。"),
)  # only where there is no roster, or none with full cover

_CHANGES = Sheet(
    "changes", "Changes", "变更",
    (
        _out("staff", "staff", "工号", "id", 9),
        _out("name", "name", "姓名", "text", 11),
        _out("date", "date", "日期", "date", 12.5),
        _out("before", "before", "原班次", "text", 10),
        _out("after", "after", "现班次", "text", 10),
        _out("because", "why", "原因", "text", 34),
        _out("notice", "notice days", "提前天数", "int", 10),
        Column("told", "told", "已通知", "yesno", options=YES_NO, width=9),
    ),
    computed=True,
    help=Text("Who must be told what after a repair; tick off under told.",
              "班表修复后需通知的人和内容；通知后在“已通知”打勾。"),
)  # people tick it off, so only a repair or a new solve replaces it

_SOLVED = Sheet(
    "solved", "As solved", "求解原表",
    (_out("id", "id", "工号", "id", 9),),
    computed=True,
    help=Text("Hidden: the roster as it was last solved, to tell what was changed since.",
              "隐藏：最近一次求解得到的班表，用来识别之后的改动。"),
)  # only a solve writes it anew: what is changed later, by hand or by a swap, differs from it

_BEFORE = Sheet(
    "days_before", "Days before", "期初班次",
    (_out("id", "id", "工号", "id", 9),),
    computed=True,
    help=Text("Hidden: the duties before the first day; read back by audit and --keep.",
              "隐藏：本期第一天之前的班次，检查和 --keep 时读取。"),
)

SHEETS: Mapping[str, Sheet] = MappingProxyType(
    {s.key: s for s in (*_INPUT, *_RESULT, _LOAD, _WHY, _CHANGES, _SOLVED, _BEFORE)}
)
"""Every sheet by key, in the order in which a workbook has them."""

# fmt: on

INPUT_SHEETS = tuple(s for s in SHEETS.values() if not s.computed)
RESULT_SHEETS = _RESULT

_BY_NAME = {norm(name): s for s in SHEETS.values() for name in (s.en, s.zh)}


def find_sheet(name: object) -> Sheet | None:
    """Return the sheet of a name in either language, None when unknown."""
    return _BY_NAME.get(norm(name))
