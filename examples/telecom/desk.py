"""December of the hotline as the swap desk finds it: roster, register, wishes, leave.

The roster was solved once from the December workbook and stays as it is here, so that the
register always fits it. ``EXPECTED`` says what a review of the register comes to.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from roster.words import Text

ROSTER = """\
T001 .LL..DDDDEE..DDDDDD...EEEEEE..E
T002 E..NN..DDD.EENNN..DDDLL..EEEE.E
T003 .DEE..DDEEN..LLENN.NN...DDDEEE.
T004 N...ENNN.DDDDEE..EE.DDDEEE..DD.
T005 DNN...EEEE..DDD.DN.EEEEN...EENN
T006 .DDDDDL..DDDDDD..DDDDDD....DDD.
T007 EE...DEENNN...DDEEEE...DNNN.DDN
T008 EEE.....DDDNNN.DDDDDE.EEE..DDN.
T009 LLLL.EEE..EEEEEE..NNN...DDDNN..
T010 D..EEE....DD.....DD........LE..
T011 D..DDDDLL.....EEEE..DDLEEE.DDDD
T012 L..EEE..DDDDD...EEEEEE..DDDLLL.
T013 DDEEE..LLLLE..EEEE..EN..NNN..NN
T014 N.DDENN.EEENN....EE.LLLLL..DEE.
T015 DDEEE...EEEEEN...NNN..DDL..LLLL
T016 .DEEENN..EEN..LLLLNN..NNN..EEE.
T017 .DDNN.DDDNN..EEEE.....DDDDD.EEE
T018 EE.DDNNN.EEEE.....DDD..DDDDLN.E
T019 ..DDDEEN.LL..EE..EEE..EENNN.NNN
T020 .EEEN..EE...DDNNN..DDNNN..EEEEE
T021 DN..DDDD...NN..EEEEE...........
T022 EE......E....DDD.DD..........DD
T023 E..NN..DDL..EENNN..EEEE..DDDDEE
T024 ...LDDEEE..DDDEEE..DEE.DD..DDDD
T025 EEEEE.LNNN..DDDLLL..EENN.....DL
T026 ENN..EEE..EEEE..LLN..DDDDD.NN.E
T027 N..NNN..EEEEN.DDD....DEEEEE.NNN
T028 DEEE..DDD..NNN..EEEEE..NN..DDDL
T029 NNN..EEEEEE..ENN.DDDD..EENNN...
T030 EEN....ENNN..DDDDDN.LEE.EEEN..D
T031 NNN...DDLL.EEEEEN..ENNN..EEE..D
T032 ..DDD..NNN..EEEEEN..NNN..DDEEEE
T033 ..DDDEEE..DDDNNN...NN.EEEEEN..N
T044 .............DDDDD..LEE.EEE...D
T035 LLLL....LLL..LLLLL.....LL.....L
T036 LL....LLLLL..LLL....LLL....LLLL
T037 ..LL..LLLL......LL..LLLLL..LLLL
T038 LLLL..LL.....LLLLL.....LL..LLLL
T039 ..LL..LLLLL.....LL..LLLL...LL..
T040 LLL....LLLL..LLLL...LLLLL...LLL
T041 LL....LLLLL..LL.....LLLLL..LLL.
T042 LLLL.....LL..LLLLL..LLLL....LLL
"""
"""A person a line, a letter a day; . is a day off."""


def _row(
    number: int,
    asked: datetime,
    who: str,
    day: int,
    code: str,
    partner: str,
    back: date | None,
    back_code: str,
    why: Text,
    **more: Any,
) -> dict[str, Any]:
    """Return a row of the register, signed by everybody unless said otherwise."""
    signed = dict.fromkeys(_SIGNED, True)
    return {
        "id": str(number),
        "asked_at": asked,
        "applicant": who,
        "date": date(2026, 12, day),
        "shift": code,
        "partner": partner,
        "return_date": back,
        "return_shift": back_code or None,
        **signed,
        "reason": why,
        **more,
    }


_MANAGER = Text("Manager Zhou", "周经理")
_SIGNED = ("applicant_agrees", "partner_agrees", "applicants_lead", "partners_lead", "manager")

# fmt: off
REGISTER = [
    _row(1, datetime(2026, 11, 25, 9, 0), "T005", 16, "D", "T022",
         date(2026, 12, 10), "E", Text("sister's wedding", "姐姐结婚"),
         status="applied"),
    _row(2, datetime(2026, 11, 25, 12, 0), "T001", 6, "D", "T025",
         date(2026, 12, 5), "E", Text("parents visit", "父母来访"),
         status="approved"),
    _row(3, datetime(2026, 11, 25, 15, 0), "T020", 20, "D", "T032",
         date(2026, 12, 10), "N", Text("exam", "考试")),
    _row(4, datetime(2026, 11, 25, 18, 0), "T009", 21, "N", "T019",
         date(2026, 12, 23), "E", Text("school meeting", "家长会"),
         applicants_lead=None, partners_lead=None, manager=None),
    _row(5, datetime(2026, 11, 25, 21, 0), "T031", 9, "L", "T021",
         date(2026, 12, 5), "D", Text("moving house", "搬家"),
         partner_agrees=False),
    _row(6, datetime(2026, 11, 26, 0, 0), "T023", 22, "E", "T028",
         date(2026, 12, 2), "E", Text("dentist", "看牙"),
         manager=False),
    _row(7, datetime(2026, 11, 26, 3, 0), "T005", 22, "E", "T029",
         date(2026, 12, 6), "E", Text("birthday", "生日"),
         status="approved"),
    _row(8, datetime(2026, 11, 26, 6, 0), "T005", 18, "N", "T002",
         date(2026, 12, 19), "D", Text("train home", "回家的火车")),
    _row(9, datetime(2026, 11, 26, 9, 0), "T044", 26, "E", "T005",
         date(2026, 12, 20), "E", Text("concert", "音乐会")),
    _row(10, datetime(2026, 11, 26, 12, 0), "T029", 7, "E", "T015",
         date(2026, 12, 12), "E", Text("course", "培训课程")),
    _row(11, datetime(2026, 11, 26, 15, 0), "T017", 11, "N", "T032",
         date(2027, 1, 1), "", Text("sister's wedding", "姐姐结婚")),
    _row(12, datetime(2026, 11, 26, 18, 0), "T010", 29, "E", "T013",
         date(2026, 12, 3), "E", Text("parents visit", "父母来访")),
    _row(13, datetime(2026, 11, 26, 21, 0), "T031", 3, "N", "T002",
         date(2026, 12, 29), "E", Text("exam", "考试"),
         override_by=_MANAGER,
         override_reason=Text("short of people", "人手紧张")),
    _row(14, datetime(2026, 12, 5, 6, 50), "T026", 17, "L", "T004",
         date(2026, 12, 5), "E", Text("school meeting", "家长会")),
    _row(15, datetime(2026, 12, 15, 1, 50), "T021", 19, "E", "T025",
         date(2026, 12, 15), "D", Text("moving house", "搬家"),
         override_by=_MANAGER,
         override_reason=Text("family emergency", "家中急事")),
    _row(16, datetime(2026, 12, 30, 16, 50), "T014", 30, "E", "T001",
         date(2026, 12, 31), "E", Text("dentist", "看牙")),
    _row(17, datetime(2026, 11, 27, 9, 0), "T038", 18, "L", "T040",
         date(2026, 12, 9), "L", Text("birthday", "生日")),
    _row(18, datetime(2026, 11, 27, 12, 0), "T006", 2, "D", "T019",
         None, "", Text("train home", "回家的火车")),
    _row(19, datetime(2026, 11, 27, 15, 0), "T018", 21, "D", "T009",
         None, "", Text("concert", "音乐会")),
    _row(20, datetime(2026, 11, 27, 18, 0), "T020", 24, "N", "T023",
         date(2026, 12, 10), "L", Text("course", "培训课程")),
    _row(21, datetime(2026, 11, 27, 21, 0), "T016", 12, "N", "T017",
         date(2026, 12, 31), "E", Text("sister's wedding", "姐姐结婚")),
    _row(22, datetime(2026, 11, 28, 0, 0), "T019", 25, "N", "T006",
         date(2026, 12, 12), "D", Text("parents visit", "父母来访")),
    _row(23, datetime(2026, 11, 30, 19, 50), "T023", 1, "E", "T029",
         date(2026, 12, 1), "N", Text("exam", "考试")),
    _row(24, datetime(2026, 11, 27, 10, 0), "T026", 24, "D", "T002",
         None, "", Text("school meeting", "家长会"),
         ring="1"),
    _row(25, datetime(2026, 11, 27, 10, 5), "T002", 26, "E", "T024",
         None, "", Text("moving house", "搬家"),
         ring="1"),
    _row(26, datetime(2026, 11, 27, 10, 10), "T024", 5, "D", "T026",
         None, "", Text("dentist", "看牙"),
         ring="1"),
    _row(27, datetime(2026, 11, 28, 15, 0), "T015", 10, "D", "T020",
         date(2026, 12, 8), "E", Text("birthday", "生日")),
]
"""The register: 25 requests, the ring of three among them, in 27 rows."""

# fmt: on
EXPECTED: dict[str, tuple[str, Text]] = {
    "1": ("applied", Text("carried out: it counts", "已执行，计入次数")),
    "2": (
        "approved",
        Text(
            "decided, not yet in the roster: counts as if it were", "已批准未执行，视同已执行"
        ),
    ),
    "3": ("approved", Text("every rule holds, everybody has signed", "符合全部规则，签字齐全")),
    "4": ("referred", Text("allowed; three signatures awaited", "允许；待三人签字")),
    "5": ("rejected", Text("the partner says no", "对方不同意")),
    "6": ("rejected", Text("the manager says no", "经理不批准")),
    "7": ("approved", Text("second swap of T005, decided", "T005 本月第二次，已批准")),
    "8": ("rejected", Text("third swap of T005, limit two", "T005 本月第三次，上限两次")),
    "9": ("rejected", Text("the partner's own limit", "对方次数已满")),
    "10": (
        "rejected",
        Text(
            "7 December is next to 6 December, which swap 7 touches",
            "12月7日与换班 7 涉及的 12月6日相邻",
        ),
    ),
    "11": (
        "rejected",
        Text("the return falls on New Year, a statutory holiday", "还班在元旦，法定节假日"),
    ),
    "12": ("rejected", Text("junior and senior", "初级与高级")),
    "13": (
        "approved",
        Text("two grades apart, the manager has signed the exception", "相差两级，经理已特批"),
    ),
    "14": (
        "rejected",
        Text(
            "5 December of T026 is wanted by ring 1 too, and three rows go before one",
            "T026 的 12月5日环 1 也要，三条优先于一条",
        ),
    ),
    "15": (
        "approved",
        Text(
            "asked six hours before, the manager has signed the exception",
            "提前六小时，经理已特批",
        ),
    ),
    "16": ("rejected", Text("asked an hour after the duty began", "开班一小时后才提出")),
    "17": ("rejected", Text("the partner has asked for leave that day", "对方当天已申请请假")),
    "18": (
        "rejected",
        Text(
            "given away: the partner would work seven days in a row", "单方代班：对方将连上七天"
        ),
    ),
    "19": ("rejected", Text("the partner is on the night that day", "对方当天已有夜班")),
    "20": ("rejected", Text("8.5 hours between two duties", "两班只隔 8.5 小时")),
    "21": (
        "rejected",
        Text("the lead of the week would miss the hand-over", "轮值班长将缺席交接"),
    ),
    "22": ("rejected", Text("a night for a pregnant colleague", "孕期同事接夜班")),
    "23": (
        "referred",
        Text(
            "both legs on one day; asked twenty hours before, so for the manager",
            "两腿同日；仅提前二十小时，转经理",
        ),
    ),
    "24": ("approved", Text("ring of three", "三人环")),
    "25": ("approved", Text("ring of three", "三人环")),
    "26": ("approved", Text("ring of three", "三人环")),
    "27": ("stale", Text("the roster has another duty there by now", "该日班次已变")),
}
"""By number: what the register says after a review, and why."""

# fmt: off
WISHES = [
    ("T020", 28, (1, 7, 10, 11, 12)),
    ("T029", 2, (4, 5, 22, 29, 30)),
    ("T016", 10, (1, 13, 14, 26, 27)),
    ("T044", 27, (1, 6, 10, 19, 23)),
    ("T027", 10, (3, 8, 14, 20, 28)),
    ("T012", 30, (2, 3, 8, 14, 15)),
    ("T027", 25, (2, 8, 18, 19, 20)),
    ("T039", 7, (2, 12, 25, 26, 27)),
    ("T021", 19, (9, 10, 11, 22, 26)),
    ("T022", 30, (10, 12, 25, 27, 28)),
    ("T041", 22, (16, 17, 19, 20, 31)),
    ("T023", 17, (3, 7, 12, 24, 25)),
    ("T002", 20, (2, 3, 11, 18, 30)),
    ("T013", 27, (6, 14, 19, 28, 29)),
    ("T006", 6, (9, 17, 24, 26, 31)),
]
"""Swap wishes: who, the day of December to be rid of, days on which they could work."""
# fmt: on


def register() -> list[dict[str, Any]]:
    """Return the rows of the register."""
    return REGISTER


def wishes() -> list[dict[str, Any]]:
    """Return the rows of the Swap wishes sheet."""
    return [
        {
            "staff": staff,
            "date": date(2026, 12, day),
            "can_take": ", ".join(f"2026-12-{d:02d}" for d in days),
        }
        for staff, day, days in WISHES
    ]


def cells() -> dict[str, tuple[str | None, ...]]:
    """Return the roster by staff id: a code or None a day."""
    rows = (line.split() for line in ROSTER.split("\n") if line)
    return {who: tuple(None if c == "." else c for c in days) for who, days in rows}


_CENTRE = Text("centre head", "中心主任")


def leave() -> list[dict[str, Any]]:
    """Return requests for leave; EXPECTED_LEAVE says what becomes of each."""
    rows = (
        ("T011", 26, 26, "personal", datetime(2026, 12, 20, 9, 0), {}),
        ("T003", 25, 27, "annual", datetime(2026, 12, 15, 9, 0), {"approved_by": _CENTRE}),
        ("T008", 13, 13, "personal", datetime(2026, 12, 10, 9, 0), {}),
        ("T033", 15, 15, "special", datetime(2026, 12, 15, 10, 30), {"exceptional": True}),
        ("T012", 9, 10, "sick", datetime(2026, 12, 9, 7, 0), {"asked_by": "T013"}),
        ("T030", 6, 6, "personal", datetime(2026, 12, 4, 9, 0), {"asked_by": "T007"}),
        ("T005", 10, 10, "personal", datetime(2026, 12, 1, 9, 0), {}),
        ("T039", 17, 17, "personal", datetime(2026, 12, 17, 8, 0), {}),
    )
    return [
        {
            "staff": staff,
            "from": date(2026, 12, first),
            "to": date(2026, 12, last),
            "kind": kind,
            "asked_at": asked,
            "status": "requested",
            **more,
        }
        for staff, first, last, kind, asked, more in rows
    ]


EXPECTED_LEAVE = {
    "T011": ("approved", Text("the department head is awaited", "待主任批准")),
    "T003": ("approved", Text("signed; three duties need a stand-in", "已批；三个班需代班")),
    "T008": ("rejected", Text("a night, and no exceptional case", "夜班，且非特殊情况")),
    "T033": (
        "referred",
        Text("a night, exceptional, asked before noon", "夜班，特殊，中午前提出"),
    ),
    "T012": ("approved", Text("certificate and centre head awaited", "待证明和中心主任批准")),
    "T030": ("rejected", Text("asked by somebody else", "由他人代请")),
    "T005": ("rejected", Text("the duty came from a swap", "该班由换班而来")),
    "T039": ("referred", Text("asked on the day itself", "当天才提出")),
}
"""By staff id: the verdict on the request, and why."""
