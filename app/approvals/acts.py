"""The acts that nobody does alone: who proposes each, who is the second person, how long a proposal waits for him.

This is the one table. The verbs ask it, the pages show it, and the database keeps the same rows (`proposal_act`): there a
trigger refuses a proposal that is made, altered or settled otherwise. What guards the effect of an act is named in `guard`:
without an approved proposal of two persons the database refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.core.text import Text, _


@dataclass(frozen=True, slots=True)
class Act:
    """`proposes` and `settles` are roles at the proposal's post, `hours` how long it waits, `other_device` whether the two
    may not sit at one device, `guard` what refuses the effect in the database (empty: the verb alone does)."""

    kind: str
    words: Text
    proposes: tuple[str, ...]
    settles: tuple[str, ...]
    hours: int
    guard: str = ""
    other_device: bool = True


_POST = ("officer", "supervisor")
_SENIOR = ("supervisor",)
_CHIEFS = ("supervisor", "administrator")
_ANALYST = ("analyst",)
_RULES = ("analyst", "supervisor")
_DAY, _WEEK = 24, 7 * 24
#: Who reads the table. To firms and to other administrations it would tell what goods are chosen by.
READING = ("officer", "inspector", "supervisor", "analyst", "administrator", "auditor")
#: What nobody waits for at the gate.
_LONG = 30 * 24

_TABLE = (
    Act("lane.lower", _("Lower the lane"), _POST, _SENIOR, _DAY, "declaration_lane_by_two"),
    Act(
        "transit.lower-lane", _("Lower the lane of a movement"), _POST, _SENIOR, _DAY, "transit_movement_lane_by_two"
    ),
    Act(
        "inspection.waive", _("Release without examination"), ("inspector", *_POST), _SENIOR, 12, "declaration_red_seen"
    ),
    Act("declaration.invalidate", _("Invalidate the declaration"), _POST, _SENIOR, 2 * _WEEK, "amendment_by_two"),
    Act("declaration.amend", _("Amend the declaration"), _POST, _SENIOR, 2 * _WEEK, "amendment_by_two"),
    Act("value.override", _("Correct the declared value"), _POST, _SENIOR, _WEEK, "amendment_by_two"),
    Act(
        "guarantee.release",
        _("Give back by hand what a movement took of a guarantee"),
        _CHIEFS,
        _CHIEFS,
        _WEEK,
        "guarantee_released_by_two",
    ),
    Act(
        "guarantee.change-limit",
        _("Change the limit of a guarantee"),
        (*_POST, "administrator"),
        _CHIEFS,
        2 * _WEEK,
    ),
    Act("write-off.correct", _("Correct by hand what is written off"), _POST, _SENIOR, _WEEK, "correction_by_two"),
    Act("debt.write-off", _("Write a debt off"), _POST, _SENIOR, _LONG, "debt_written_off_by_two"),
    Act("fee.waive", _("Waive a fee"), _POST, _SENIOR, 3 * _DAY, "fee_waived_by_two"),
    Act("payments.refund", _("Give back what was paid too much"), _POST, _POST, 2 * _WEEK, "refund_by_two"),
    Act(
        "payments.withdrawal",
        _("Take money out of a prepayment account"),
        ("trader", *_POST),
        _POST,
        _LONG,
        "refund_by_two",
    ),
    Act("risk.trusted", _("Trust a trader"), _ANALYST, _RULES, _LONG, "trusted_by_two"),
    Act("account.grant", _("Give a role at a post"), ("administrator",), _CHIEFS, _WEEK, "access_grant_by_two"),
    Act(
        "account.grant-senior",
        _("Give a role over others, or at every post"),
        ("administrator",),
        ("administrator",),
        _WEEK,
        "access_grant_by_two",
    ),
    Act("account.unlock", _("Unlock a dormant account"), ("administrator",), ("administrator",), _WEEK, "app_user_unlocked_by_two"),
    Act("risk.profile", _("Put a profile in force"), _ANALYST, _RULES, _LONG, "ck_risk_profile_other_persons"),
    Act(
        "risk.profile-wide",
        _("Put a profile in force that stops much"),
        _RULES,
        _RULES,
        _LONG,
        "ck_risk_profile_other_persons",
    ),
    Act("risk.profile-off", _("Switch a profile off"), _ANALYST, _RULES, _LONG),
    Act("risk.share", _("Set the share that chance stops"), _ANALYST, _RULES, _LONG, "ck_risk_random_share_other_persons"),
    Act("risk.model", _("Switch a learned score on"), _ANALYST, _RULES, _LONG),
    Act("watchlist.remove", _("Remove an entry from a watch list"), _ANALYST, _RULES, _LONG),
    Act("watchlist.close", _("Set the last day of a watch list"), _ANALYST, _RULES, _LONG),
    Act("codes.update", _("Change a code list"), ("administrator", "analyst"), ("supervisor", "administrator", "analyst"), _LONG),
    Act("fallback.open", _("Open clearance on paper"), _POST, _SENIOR, 2, "fallback_opened_by_two"),
    Act("neighbour.trust", _("Trust a key of a neighbour"), ("administrator",), _CHIEFS, 3 * _DAY, "neighbour_key_by_two"),
    Act(
        "neighbour.revoke", _("Trust a key of a neighbour no more"), ("administrator",), _CHIEFS, 3 * _DAY, "neighbour_key_by_two"
    ),
    Act(
        "decision.reconsider",
        _("Take a decision back after an appeal"),
        _SENIOR,
        _SENIOR,
        2 * _WEEK,
        "declaration_reconsidered_by_two",
    ),
    Act("seal.change", _("Change a seal on the way"), ("inspector", *_POST), _POST, 6, "seal_changed_by_two"),
)  # fmt: skip

ACTS: Mapping[str, Act] = MappingProxyType({act.kind: act for act in _TABLE})


def words_of(kind: str) -> Text:
    """The act in words; an act nobody knows is told by its code."""
    known = ACTS.get(kind)
    return known.words if known else Text("{code}", {"code": kind})
