"""Every rule of the project, one file each. A new rule is a new file and a line in `RULES`."""

from __future__ import annotations

from constraints.cover.at_least_one_of import AtLeastOneOf
from constraints.cover.cover import Cover
from constraints.cover.duty_officer import DutyOfficer
from constraints.cover.eligibility import Eligibility
from constraints.cover.handover_overlap import HandoverOverlap
from constraints.cover.helping_out import HelpingOut
from constraints.cover.mentoring import Mentoring
from constraints.cover.night_cover import NightCover
from constraints.cover.one_duty import OneDuty
from constraints.cover.shift_lead import ShiftLead
from constraints.cover.shift_limits import ShiftLimits
from constraints.fairness.fair_holidays import FairHolidays
from constraints.fairness.fair_hours import FairHours
from constraints.fairness.fair_nights import FairNights
from constraints.fairness.fair_shifts import FairShifts
from constraints.fairness.fair_weekends import FairWeekends
from constraints.fairness.forward_rotation import ForwardRotation
from constraints.fairness.shift_blocks import ShiftBlocks
from constraints.fairness.single_day_off import SingleDayOff
from constraints.fairness.single_day_on import SingleDayOn
from constraints.fairness.stability import Stability
from constraints.fairness.wishes import Wishes
from constraints.leave.leave_approver import LeaveApprover
from constraints.leave.leave_certificate import LeaveCertificate
from constraints.leave.leave_holiday import LeaveHoliday
from constraints.leave.leave_in_person import LeaveInPerson
from constraints.leave.leave_night import LeaveNight
from constraints.leave.leave_notice import LeaveNotice
from constraints.leave.leave_overlap import LeaveOverlap
from constraints.leave.leave_stand_in import LeaveStandIn
from constraints.leave.leave_swapped import LeaveSwapped
from constraints.rotation.committee_groups import CommitteeGroups
from constraints.rotation.committee_presence import CommitteePresence
from constraints.rotation.committee_rotation import CommitteeRotation
from constraints.rotation.crew_pattern import CrewPattern
from constraints.rotation.desk_rotation import DeskRotation
from constraints.rotation.duties import Duties
from constraints.rotation.lead_handover import LeadHandover
from constraints.rotation.lead_presence import LeadPresence
from constraints.rotation.lead_rotation import LeadRotation
from constraints.rotation.meetings import Meetings
from constraints.rulebooks import RULEBOOKS
from constraints.swaps.swap_approval import SwapApproval
from constraints.swaps.swap_consecutive import SwapConsecutive
from constraints.swaps.swap_consent import SwapConsent
from constraints.swaps.swap_double_shift import SwapDoubleShift
from constraints.swaps.swap_holiday import SwapHoliday
from constraints.swaps.swap_keeps_roster import SwapKeepsRoster
from constraints.swaps.swap_lead_week import SwapLeadWeek
from constraints.swaps.swap_like_for_like import SwapLikeForLike
from constraints.swaps.swap_limit import SwapLimit
from constraints.swaps.swap_no_leave import SwapNoLeave
from constraints.swaps.swap_notice import SwapNotice
from constraints.time.availability import Availability
from constraints.time.daily_hours import DailyHours
from constraints.time.hours_system import HoursSystem
from constraints.time.max_consecutive_days import MaxConsecutiveDays
from constraints.time.max_consecutive_nights import MaxConsecutiveNights
from constraints.time.max_weekends import MaxWeekends
from constraints.time.min_consecutive_days import MinConsecutiveDays
from constraints.time.min_consecutive_days_off import MinConsecutiveDaysOff
from constraints.time.monthly_hours import MonthlyHours
from constraints.time.protection import ProtectedPeople
from constraints.time.rest_after_nights import RestAfterNights
from constraints.time.rest_between_shifts import RestBetweenShifts
from constraints.time.rest_days import RestDays
from constraints.time.successions import Successions
from constraints.time.time_off_in_lieu import TimeOffInLieu
from constraints.time.weekly_rest import WeeklyRest
from roster.rule import Registry, Rule

RULES: tuple[type[Rule], ...] = (
    # Cover and fitness
    Cover,
    NightCover,
    ShiftLead,
    Eligibility,
    OneDuty,
    ShiftLimits,
    AtLeastOneOf,
    DutyOfficer,
    HandoverOverlap,
    HelpingOut,
    Mentoring,
    # Time and rest
    Availability,
    RestBetweenShifts,
    Successions,
    MaxConsecutiveDays,
    MinConsecutiveDays,
    MinConsecutiveDaysOff,
    MaxConsecutiveNights,
    RestAfterNights,
    WeeklyRest,
    DailyHours,
    MonthlyHours,
    HoursSystem,
    MaxWeekends,
    RestDays,
    ProtectedPeople,
    TimeOffInLieu,
    # Rotation
    LeadRotation,
    LeadPresence,
    LeadHandover,
    CommitteeRotation,
    CommitteeGroups,
    CommitteePresence,
    CrewPattern,
    DeskRotation,
    Meetings,
    Duties,
    # Fairness and comfort
    FairNights,
    FairWeekends,
    FairHolidays,
    FairHours,
    FairShifts,
    Wishes,
    SingleDayOff,
    SingleDayOn,
    ShiftBlocks,
    ForwardRotation,
    Stability,
    # Swaps
    SwapLimit,
    SwapConsecutive,
    SwapDoubleShift,
    SwapHoliday,
    SwapLikeForLike,
    SwapConsent,
    SwapApproval,
    SwapNoLeave,
    SwapNotice,
    SwapLeadWeek,
    SwapKeepsRoster,
    # Leave
    LeaveHoliday,
    LeaveNight,
    LeaveNotice,
    LeaveStandIn,
    LeaveInPerson,
    LeaveOverlap,
    LeaveCertificate,
    LeaveApprover,
    LeaveSwapped,
)

REGISTRY = Registry(RULES, RULEBOOKS)
"""Rules and rulebooks as the reader needs them."""
