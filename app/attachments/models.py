"""Files as they were handed in."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.tables import Base, IdKey, PostKey, sane_time


class Attachment(Base):
    """A file, kept to the byte. `kind` tells what it was read as: a message's kind, or `scan` for a paper's picture.

    `content` is empty where the bytes lie in a folder (see `stores`); `party` is the firm the file belongs to, if any.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint(
            "size BETWEEN 1 AND 20971520 AND (content IS NULL OR size = octet_length(content))", name="size_true"
        ),
        CheckConstraint("octet_length(sha256) = 64", name="sha256_length"),
        CheckConstraint(sane_time("made_at"), name="made_at_sane"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    kind: Mapped[str] = mapped_column(String(20))
    party: Mapped[str | None] = mapped_column(String(40))
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    #: Only read by those who ask for it: megabytes.
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    made_by: Mapped[UUID]
    made_at: Mapped[dt.datetime]
