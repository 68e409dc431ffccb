"""Tables of appeals."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKeyConstraint, Index, Integer, String, text
from sqlalchemy import Uuid as SqlUuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.appeals.lifecycle import LIFE, OPEN, Against, Status
from app.appeals.lifecycle import Action as Act
from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, PostKey, sane_time

_OPEN = text(sql_in("status", OPEN))


class Appeal(Base):
    """An appeal of a firm. `post` is that of the declaration, or of the movement's departure. Who answers had no hand in
    what it is against: the database refuses others (`appeal_by_another`). `move` is the only writer of `status`."""

    __tablename__ = "appeal"
    __table_args__ = (
        ForeignKeyConstraint(
            ["post", "declaration_id"], ["declaration.post", "declaration.id"], name="fk_appeal_declaration"
        ),
        ForeignKeyConstraint(
            ["post", "movement_id"], ["transit_movement.post", "transit_movement.id"], name="fk_appeal_movement"
        ),
        CheckConstraint("(movement_id IS NULL) <> (declaration_id IS NULL)", name="one_subject"),
        CheckConstraint(sql_in("status", Status), name="status_known"),
        CheckConstraint(sql_in("against", Against), name="against_known"),
        CheckConstraint("char_length(grounds) BETWEEN 1 AND 8000", name="grounds_given"),
        CheckConstraint("NOT late OR char_length(late_reason) > 0", name="late_with_reason"),
        CheckConstraint("late = (lodged_at > lodge_until)", name="late_is_late"),
        CheckConstraint(
            "(admitted_at IS NULL) = (admitted_by IS NULL) AND (admitted_at IS NULL) = (admitted_name IS NULL)",
            name="admitted_whole",
        ),
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (answer IS NULL)",
            name="answered_whole",
        ),
        CheckConstraint(
            "(status IN ('upheld', 'partly', 'rejected')) = (answered_at IS NOT NULL)", name="answered_at_the_end"
        ),
        CheckConstraint(
            "status NOT IN ('accepted', 'inadmissible') OR admitted_by IS NOT NULL", name="admitted_by_one"
        ),
        CheckConstraint("(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_whole"),
        CheckConstraint("admitted_by <> lodged_by AND answered_by <> lodged_by", name="two_persons"),
        CheckConstraint("cardinality(attachments) <= 20", name="attachments_sane"),
        CheckConstraint(sane_time("lodged_at"), name="lodged_at_sane"),
        CheckConstraint(sane_time("answer_due"), name="answer_due_sane"),
        Index("uq_appeal_number", "post", "number", unique=True),
        Index("uq_appeal_open", "post", "against", "target", unique=True, postgresql_where=_OPEN),
        Index("ix_appeal_declaration", "post", "declaration_id"),
        Index("ix_appeal_movement", "post", "movement_id"),
        Index("ix_appeal_waiting", "post", "answer_due", "id", postgresql_where=_OPEN),
        Index("ix_appeal_party", "party", "id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID | None]
    movement_id: Mapped[UUID | None]
    reference: Mapped[str] = mapped_column(String(35))
    mrn: Mapped[str] = mapped_column(String(18))
    party: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(40))
    against: Mapped[str] = mapped_column(String(10))
    #: The id of the decision, the detention, the seizure record, the inspection or the assessment.
    target: Mapped[UUID]
    target_at: Mapped[dt.datetime]
    grounds: Mapped[str]
    wanted: Mapped[str]
    #: The last moment in time, by the parameter of that day.
    lodge_until: Mapped[dt.datetime]
    late: Mapped[bool] = mapped_column(Boolean)
    late_reason: Mapped[str]
    attachments: Mapped[list[UUID]] = mapped_column(ARRAY(SqlUuid()))
    status: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(Integer)
    lodged_by: Mapped[UUID]
    lodged_name: Mapped[str]
    lodged_at: Mapped[dt.datetime]
    #: When it has to be answered.
    answer_due: Mapped[dt.datetime]
    admitted_by: Mapped[UUID | None]
    admitted_name: Mapped[str | None]
    admitted_at: Mapped[dt.datetime | None]
    admitted_reason: Mapped[str | None]
    answered_by: Mapped[UUID | None]
    answered_name: Mapped[str | None]
    answered_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None]
    #: The proposal that asks for the decision to be taken back.
    proposal: Mapped[UUID | None]
    withdrawn_at: Mapped[dt.datetime | None]

    __mapper_args__ = {"version_id_col": version}

    def move(self, action: Act) -> None:
        self.status = LIFE.move(Status(self.status), action).value

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def etag(self) -> str:
        return f'"{self.version}"'
