"""Tables of duty. A shift that is changed or cancelled keeps its row, so that the roster of any past moment can be told."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, column, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, PostKey, sane_time
from app.duty.rules.codes import Agency, Ending, Kind, Relation, Type

_ENDED = "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_name IS NULL)"
_REASON = "(ended_at IS NULL) = (ended_reason IS NULL) AND char_length(ended_reason) BETWEEN 1 AND 500"


class Shift(Base):
    """A person is on duty. It held on the roster from `set_at` until `ended_at`: hours written down afterwards do not make an
    earlier act one within a shift. Nobody is in two shifts at a time."""

    __tablename__ = "duty_shift"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at AND ends_at <= starts_at + interval '24 hours'", name="hours_sane"),
        CheckConstraint(sane_time("starts_at"), name="starts_at_sane"),
        CheckConstraint(sql_in("agency", Agency), name="agency_known"),
        CheckConstraint("char_length(place) <= 60 AND char_length(lane) <= 20", name="place_length"),
        CheckConstraint(_ENDED, name="ended_by_somebody"),
        CheckConstraint(_REASON, name="ended_reason_given"),
        CheckConstraint(
            f"(ended_at IS NULL) = (ended_how IS NULL) AND {sql_in('ended_how', Ending)}", name="ended_how_known"
        ),
        CheckConstraint("ended_at >= set_at", name="ended_after_set"),
        CheckConstraint(sane_time("set_at"), name="set_at_sane"),
        ExcludeConstraint(
            (column("person"), "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            name="ex_duty_shift_person_hours",
            using="gist",
            where=text("ended_at IS NULL"),
        ),
        Index("ix_duty_shift_post_hours", "post", "starts_at", "ends_at"),
        Index("ix_duty_shift_person", "person", "starts_at"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    person: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    agency: Mapped[str] = mapped_column(String(13))
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    place: Mapped[str]
    lane: Mapped[str]
    set_by: Mapped[UUID]
    set_name: Mapped[str]
    set_at: Mapped[dt.datetime]
    #: The shift that this one stands for.
    replaces: Mapped[UUID | None]
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[UUID | None]
    ended_name: Mapped[str | None]
    ended_reason: Mapped[str | None]
    ended_how: Mapped[str | None] = mapped_column(String(9))


_CODE = f"({sql_in('code', Type)} AND kind = 'type') OR ({sql_in('code', Agency)} AND kind = 'agency')"


class Qualification(Base):
    """What a person may do, from a day to a day. Only its end is added."""

    __tablename__ = "duty_qualification"
    __table_args__ = (
        CheckConstraint(sql_in("kind", Kind), name="kind_known"),
        CheckConstraint(_CODE, name="code_known"),
        CheckConstraint("valid_to >= valid_from", name="days_ordered"),
        CheckConstraint("valid_from >= '1990-01-01' AND valid_from < '2200-01-01'", name="valid_from_sane"),
        CheckConstraint("valid_to < '2200-01-01'", name="valid_to_sane"),
        CheckConstraint("char_length(certificate) <= 100", name="certificate_length"),
        CheckConstraint("given_by <> person", name="given_by_another"),
        CheckConstraint(_ENDED, name="ended_by_somebody"),
        CheckConstraint(_REASON, name="ended_reason_given"),
        CheckConstraint(sane_time("given_at"), name="given_at_sane"),
        ExcludeConstraint(
            (column("person"), "="),
            (column("kind"), "="),
            (column("code"), "="),
            (text("daterange(valid_from, valid_to, '[]')"), "&&"),
            name="ex_duty_qualification_days",
            using="gist",
            where=text("ended_at IS NULL"),
        ),
        Index("ix_duty_qualification_person", "person"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    person: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(6))
    code: Mapped[str] = mapped_column(String(13))
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_to: Mapped[dt.date | None] = mapped_column(Date)
    certificate: Mapped[str]
    given_by: Mapped[UUID]
    given_name: Mapped[str]
    given_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[UUID | None]
    ended_name: Mapped[str | None]
    ended_reason: Mapped[str | None]


class Conflict(Base):
    """A person's interest in a firm. Whoever has it does not end it himself."""

    __tablename__ = "duty_conflict"
    __table_args__ = (
        CheckConstraint(sql_in("relation", Relation), name="relation_known"),
        CheckConstraint("party <> '' OR party_name <> ''", name="firm_named"),
        CheckConstraint("char_length(party) <= 35 AND char_length(party_name) <= 200", name="firm_length"),
        CheckConstraint("char_length(note) <= 500", name="note_length"),
        CheckConstraint("ended_by <> person", name="ended_by_another"),
        CheckConstraint(_ENDED, name="ended_by_somebody"),
        CheckConstraint(_REASON, name="ended_reason_given"),
        CheckConstraint(sane_time("declared_at"), name="declared_at_sane"),
        Index("ix_duty_conflict_person", "person"),
        Index("ix_duty_conflict_party", "party_key", postgresql_where=text("ended_at IS NULL")),
        Index("ix_duty_conflict_name", "name_key", postgresql_where=text("ended_at IS NULL")),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    person: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    party: Mapped[str]
    party_name: Mapped[str]
    #: Number and name as they are compared.
    party_key: Mapped[str]
    name_key: Mapped[str]
    relation: Mapped[str] = mapped_column(String(10))
    note: Mapped[str]
    declared_by: Mapped[UUID]
    declared_name: Mapped[str]
    declared_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[UUID | None]
    ended_name: Mapped[str | None]
    ended_reason: Mapped[str | None]
