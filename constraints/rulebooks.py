"""Rulebooks: named sets of levels and parameters. Code never asks which one is in force."""

from __future__ import annotations

from roster.rule import Level, Rulebook
from roster.words import Text

_OFF = {"level": Level.OFF}

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
)
