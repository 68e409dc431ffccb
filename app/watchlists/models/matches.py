"""The questions that looking raises, and the answers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, PostKey, sane_time
from app.watchlists.lifecycle import LIFE, Action, Kind, Status, SubjectKind


class WatchMatch(Base):
    """A name or number of a consignment that is near to an entry: a question to a person, never a verdict.

    `post` is the consignment's; `seen_value` the normal form of what was seen and `mark` what tells him from others of the
    name (a paper's number, else the firm he came with), under which the answer is remembered together; `remembered` names the earlier match whose answer this one took over. `move` is the only writer of `status`.
    """

    __tablename__ = "watch_match"
    __table_args__ = (
        ForeignKeyConstraint(["entry_post", "entry_id"], ["watch_entry.post", "watch_entry.id"]),
        ForeignKeyConstraint(["entry_post", "list_id"], ["watch_list.post", "watch_list.id"]),
        CheckConstraint(sql_in("subject_kind", SubjectKind), name="subject_kind_known"),
        CheckConstraint(sql_in("kind", Kind), name="kind_known"),
        CheckConstraint(sql_in("status", Status), name="status_known"),
        CheckConstraint("score >= 0 AND score <= 1", name="score_bounded"),
        CheckConstraint(
            "(status = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL) "
            "AND (decided_at IS NULL) = (reason IS NULL)",
            name="answered_whole",
        ),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name="reason_given"),
        CheckConstraint(sane_time("raised_at"), name="raised_at_sane"),
        CheckConstraint(sane_time("decided_at"), name="decided_at_sane"),
        Index("uq_watch_match_asked", "post", "subject_id", "entry_id", "seen_value", "mark", unique=True),
        Index("ix_watch_match_subject", "subject_id"),
        Index("ix_watch_match_memory", "entry_id", "seen_value"),
        Index("ix_watch_match_open", "list_id", "raised_at", "id", postgresql_where=text("status = 'open'")),
        Index("ix_watch_match_list", "list_id", "raised_at", "id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    subject_kind: Mapped[str] = mapped_column(String(11))
    subject_id: Mapped[UUID]
    entry_post: Mapped[str] = mapped_column(String(5))
    entry_id: Mapped[UUID]
    list_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(9))
    role: Mapped[str] = mapped_column(String(40))
    seen: Mapped[str]
    seen_value: Mapped[str]
    mark: Mapped[str]
    score: Mapped[Decimal] = mapped_column(Numeric(4, 3))
    status: Mapped[str] = mapped_column(String(9))
    raised_at: Mapped[dt.datetime]
    decided_by: Mapped[UUID | None]
    decided_name: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    reason: Mapped[str | None]
    remembered: Mapped[UUID | None]

    def move(self, action: Action) -> None:
        self.status = LIFE.move(Status(self.status), action).value
