"""Rulebooks: named sets of levels and parameters. Code never asks which one is in force."""

from __future__ import annotations

from roster.rule import Level, Rulebook
from roster.words import Text

_OFF = {"level": Level.OFF}
_NO_LEAD = {
    "lead_rotation": _OFF,
    "lead_presence": _OFF,
    "lead_handover": _OFF,
}
"""Nobody leads week by week."""
_NO_BLOCKS = {
    "min_consecutive_days": _OFF,
    "min_consecutive_days_off": _OFF,
    "single_day_off": _OFF,
    "single_day_on": _OFF,
    "shift_blocks": _OFF,
}
"""How long stretches of duty and of rest are is not for the search to decide."""

RULEBOOKS: tuple[Rulebook, ...] = (
    Rulebook(
        id="standard",
        title=Text("the project's readings", "项目标准读法"),
    ),
    Rulebook(
        id="telecom",
        title=Text("telecom hotline in rotating shifts", "电信热线倒班制"),
        changes={
            "night_cover": {"people": 2, "senior": 1},
            "swap_limit": {"per_month": 2},
            "swap_consent": {"leads": "yes"},
            "meetings": {"level": Level.SOFT, "weekly": "Wed"},
        },
    ),
    Rulebook(
        id="base-team",
        title=Text("weekly lead and committees, no nights", "轮值班长与委员制，无夜班"),
        changes={
            "committee_groups": {"by": "rows"},
            "night_cover": _OFF,
            "max_consecutive_nights": _OFF,
            "rest_after_nights": _OFF,
        },
    ),
    Rulebook(
        id="web-centre",
        title=Text("e-commerce contact centre", "电商客服中心"),
        changes={
            "lead_rotation": _OFF,
            "lead_presence": _OFF,
            "lead_handover": _OFF,
            "swap_like_for_like": _OFF,
            "swap_consent": {"leads": "no"},
            "leave_approver": {"levels": 1},
        },
    ),
    Rulebook(
        id="wallet",
        title=Text("hotline with night and holiday duty", "夜间及假期值班热线"),
        changes={
            "night_cover": {"people": 1},
            "time_off_in_lieu": {"level": Level.SOFT},
        },
    ),
    Rulebook(
        id="split-day-shop",
        title=Text("split day with midday, evening and weekend duty", "两头班与午晚、周末值班"),
        changes={
            "rest_between_shifts": {"min_minutes": 600},
            "leave_stand_in": {"level": Level.HARD},
            "swap_double_shift": {"min_minutes": 600},
        },
        overrides=("daily_hours",),
    ),
    Rulebook(
        id="hospital-duty",
        title=Text("duty officer round the clock outside office hours", "院总值班制"),
        changes={
            **_NO_LEAD,
            # One officer is there at a time, by night in one duty and on rest days in another.
            "night_cover": _OFF,
            "shift_lead": _OFF,
            "duty_officer": {"level": Level.HARD},  # its shifts are the team's own
            # A duty stands alone, with a day off after it.
            **_NO_BLOCKS,
            "leave_stand_in": {"level": Level.HARD},
        },
        overrides=("daily_hours",),
    ),
    Rulebook(
        id="two-shift-shop",
        title=Text("early and late shift, three days off a month", "早晚两班，每月休三天"),
        changes={
            "rest_days": {"days": 3},
            "max_consecutive_days": {"days": 12},
            "min_consecutive_days_off": _OFF,
            "single_day_off": _OFF,
        },
        overrides=("weekly_rest", "hours_system"),
    ),
    Rulebook(
        id="service-centre",
        title=Text("holidays are the peak", "节假日为高峰"),
    ),
    Rulebook(
        id="class-assistants",
        title=Text("one of each pair every evening", "每班两位班助，晚上至少一位到场"),
        changes={
            **dict.fromkeys(
                (
                    "night_cover",
                    "shift_lead",
                    "successions",
                    "max_consecutive_days",
                    "min_consecutive_days",
                    "min_consecutive_days_off",
                    "max_consecutive_nights",
                    "rest_after_nights",
                    "monthly_hours",
                    "max_weekends",
                    "lead_rotation",
                    "lead_presence",
                    "lead_handover",
                    "committee_rotation",
                    "committee_groups",
                    "committee_presence",
                    "single_day_off",
                    "single_day_on",
                ),
                _OFF,
            ),
            "at_least_one_of": {"level": Level.HARD},  # its pairs are the team's own
            "swap_consent": {"leads": "no"},
            "leave_approver": {"levels": 1},
        },
    ),
    Rulebook(
        id="power-hotline",
        title=Text("crews in a fixed pattern round the clock", "多班组固定模式全天候热线"),
        changes={
            **_NO_LEAD,
            "crew_pattern": {"level": Level.SOFT},  # the pattern is the team's own
            # The pattern decides on nights, weekends and stretches, alike for every crew.
            **_NO_BLOCKS,
            "fair_nights": _OFF,
            "fair_weekends": _OFF,
            "fair_shifts": _OFF,
            "fair_hours": _OFF,
            "forward_rotation": _OFF,
            # Leaving the pattern costs 20 points; who asks for it beforehand may.
            "wishes": {"weight": 25},
        },
    ),
    Rulebook(
        id="job-rotation",
        title=Text("people move between desks", "岗位轮换制"),
        changes={
            **_NO_LEAD,
            "night_cover": _OFF,
            "max_consecutive_nights": _OFF,
            "rest_after_nights": _OFF,
            # Desks of two or three people have no lead of their own on every shift.
            "shift_lead": _OFF,
            "desk_rotation": {"months": 24, "overlap_months": 3},
        },
    ),
)
