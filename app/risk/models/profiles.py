"""Risk profiles (data, not code), the share stopped at random, and the sets of rules that gave lanes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, Numeric, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, sane_time
from app.risk.lifecycle import LIFE, Action, Status

#: Made by the node itself: shipped with the release.
BY_NODE = "made_by = '00000000-0000-0000-0000-000000000000'"


class RiskProfile(Base):
    """A criterion: a CEL expression over the facts of a consignment, written out from `criteria` where it was built on the
    screen. A change is a new version; `posts` empty is every post. What holds is what was approved, as the journal says
    it: a row alone is not believed (see `queries.in_force`)."""

    __tablename__ = "risk_profile"
    __table_args__ = (
        CheckConstraint(sql_in("status", Status), name="status_known"),
        CheckConstraint("lane IN ('yellow', 'red', 'blue')", name="lane_stops"),
        CheckConstraint("version > 0", name="version_sane"),
        CheckConstraint("char_length(expression) BETWEEN 1 AND 4000", name="expression_length"),
        CheckConstraint(
            "cardinality(kinds) > 0 AND kinds <@ ARRAY['declaration', 'movement']::varchar[]", name="kinds_known"
        ),
        CheckConstraint("expected_rate >= 0 AND expected_rate <= 100", name="expected_rate_sane"),
        CheckConstraint(sane_time("valid_from"), name="valid_from_sane"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity_ordered"),
        CheckConstraint("status <> 'in_force' OR valid_from IS NOT NULL", name="in_force_since"),
        CheckConstraint(f"status <> 'in_force' OR approved_by IS NOT NULL OR {BY_NODE}", name="in_force_approved"),
        CheckConstraint(
            "approved_by <> made_by AND second_by <> made_by AND second_by <> approved_by", name="other_persons"
        ),
        CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name="ended_has_time"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_has_time"),
        CheckConstraint("second_by IS NULL OR approved_by IS NOT NULL", name="second_after_first"),
        CheckConstraint(sane_time("made_at"), name="made_at_sane"),
        Index("uq_risk_profile_in_force", "code", unique=True, postgresql_where=text("status = 'in_force'")),
        Index("ix_risk_profile_status", "status", postgresql_where=text("status <> 'ended'")),
    )

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    status: Mapped[str] = mapped_column(String(10))
    criteria: Mapped[dict[str, Any] | None]
    expression: Mapped[str]
    lane: Mapped[str] = mapped_column(String(6))
    names: Mapped[dict[str, Any]]
    #: Why there is such a profile, by language.
    reason: Mapped[dict[str, Any]]
    instruction: Mapped[dict[str, Any]]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(String(11)))
    posts: Mapped[list[str]] = mapped_column(ARRAY(String(5)))
    #: Whether the goods of a trusted trader go on blue where this would stop them on yellow.
    spare_trusted: Mapped[bool]
    #: Per cent of the consignments that its author expects it to hit.
    expected_rate: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    source: Mapped[str]
    #: None until it is in force.
    valid_from: Mapped[dt.datetime | None]
    valid_to: Mapped[dt.datetime | None]
    made_by: Mapped[UUID]
    made_name: Mapped[str]
    made_at: Mapped[dt.datetime]
    approved_by: Mapped[UUID | None]
    approved_name: Mapped[str | None]
    approved_at: Mapped[dt.datetime | None]
    #: The third person, where it stops so much that two do not suffice.
    second_by: Mapped[UUID | None]
    second_name: Mapped[str | None]
    second_at: Mapped[dt.datetime | None]
    ended_by: Mapped[UUID | None]
    ended_name: Mapped[str | None]
    ended_at: Mapped[dt.datetime | None]
    ended_reason: Mapped[str | None]

    def move(self, action: Action) -> None:
        """The only writer of `status`."""
        self.status = LIFE.move(Status(self.status), action).value


class RandomShare(Base):
    """Per cent of the clean consignments of a post that are stopped by chance, from a date on ("*" for every post). Made by
    one person and approved by another one, or by the node itself. As with profiles, the journal is believed."""

    __tablename__ = "risk_random_share"
    __table_args__ = (
        CheckConstraint("share >= 0 AND share <= 100", name="share_sane"),
        CheckConstraint("lane IN ('yellow', 'red')", name="lane_stops"),
        CheckConstraint("approved_by <> made_by", name="other_persons"),
        CheckConstraint(f"approved_by IS NOT NULL OR {BY_NODE}", name="approved"),
    )

    post: Mapped[str] = mapped_column(String(5), primary_key=True)
    valid_from: Mapped[dt.datetime] = mapped_column(primary_key=True)
    share: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    lane: Mapped[str] = mapped_column(String(6))
    made_by: Mapped[UUID]
    made_name: Mapped[str]
    approved_by: Mapped[UUID | None]
    approved_name: Mapped[str | None]


class RiskRuleSet(Base):
    """What was asked to give a lane: code, version and digest of every profile in force, and the shares. Assessments name
    it by its digest, so that a lane can be computed again when the rules are others."""

    __tablename__ = "risk_rule_set"
    __table_args__ = (CheckConstraint(sane_time("first_at"), name="first_at_sane"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[dict[str, Any]]
    first_at: Mapped[dt.datetime]


class RiskTampering(Base):
    """A row that does not say what was approved. Told once for each thing found."""

    __tablename__ = "risk_tampering"
    __table_args__ = (
        CheckConstraint("what IN ('profile', 'share', 'model', 'list', 'entry', 'file')", name="what_known"),
        CheckConstraint("problem IN ('altered', 'inserted', 'missing', 'journal')", name="problem_known"),
        CheckConstraint(sane_time("at"), name="at_sane"),
    )

    what: Mapped[str] = mapped_column(String(7), primary_key=True)
    #: The profile's code, the post whose share it is, the number of the learned score, or the key of the watch list, of its
    #: entry, or of the file that entries came in.
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: Of a profile; else 0.
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    #: Digest of what stands in the table, or what became of it; empty where nothing does.
    found: Mapped[str] = mapped_column(String(64), primary_key=True)
    problem: Mapped[str] = mapped_column(String(8))
    at: Mapped[dt.datetime]
