"""Reference data: dated codes, posts, and the revision that caches watch.

Revision: 0003, after 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DATES_SANE = (
    "valid_from >= '1990-01-01' AND valid_from < '2200-01-01' AND coalesce(valid_to, '2000-01-01') < '2200-01-01'"
)
DATES_ORDERED = "valid_to IS NULL OR valid_to >= valid_from"
NAMED = "jsonb_typeof(names) = 'object' AND coalesce(names ->> 'en', '') <> ''"
OBJECT = "jsonb_typeof(attributes) = 'object'"


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _code()
    _post()
    _revision()


def _code() -> None:
    op.create_table(
        "code",
        sa.Column("list", sa.String(30), nullable=False),
        sa.Column("code", sa.String(70), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("names", postgresql.JSONB(), nullable=False),
        sa.Column("attributes", postgresql.JSONB(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("local", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("list", "code", "valid_from", name="pk_code"),
        sa.CheckConstraint("list ~ '^[a-z_]{2,30}$'", name=op.f("ck_code_list_shape")),
        sa.CheckConstraint("code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,69}$'", name=op.f("ck_code_code_shape")),
        sa.CheckConstraint(DATES_SANE, name=op.f("ck_code_dates_sane")),
        sa.CheckConstraint(DATES_ORDERED, name=op.f("ck_code_dates_ordered")),
        sa.CheckConstraint(NAMED, name=op.f("ck_code_named")),
        sa.CheckConstraint(OBJECT, name=op.f("ck_code_attributes_object")),
    )
    op.create_index(
        "ix_code_words", "code", ["words"], postgresql_using="gin", postgresql_ops={"words": "gin_trgm_ops"}
    )
    grant(op, "code", "SELECT, INSERT, UPDATE")


def _post() -> None:
    op.create_table(
        "post",
        sa.Column("code", sa.String(5), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("neighbour", sa.String(5)),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("crossing", sa.Text(), nullable=False),
        sa.Column("names", postgresql.JSONB(), nullable=False),
        sa.Column("latitude", sa.Numeric(8, 5)),
        sa.Column("longitude", sa.Numeric(8, 5)),
        sa.Column("position_quality", sa.Text(), nullable=False),
        sa.Column("unlocode", sa.String(5)),
        sa.Column("hours_note", sa.Text(), nullable=False),
        sa.Column("attributes", postgresql.JSONB(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_post"),
        sa.CheckConstraint(
            "code ~ '^[A-Z]{2}[A-Z0-9]{3}$' AND left(code, 2) = country", name=op.f("ck_post_code_shape")
        ),
        sa.CheckConstraint("neighbour <> code", name=op.f("ck_post_neighbour_other")),
        sa.CheckConstraint("kind IN ('post', 'office')", name=op.f("ck_post_kind_known")),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_post_latitude_sane")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_post_longitude_sane")),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_post_position_whole")),
        sa.CheckConstraint(DATES_SANE, name=op.f("ck_post_dates_sane")),
        sa.CheckConstraint(DATES_ORDERED, name=op.f("ck_post_dates_ordered")),
        sa.CheckConstraint(NAMED, name=op.f("ck_post_named")),
        sa.CheckConstraint(OBJECT, name=op.f("ck_post_attributes_object")),
    )
    grant(op, "post", "SELECT, INSERT, UPDATE")


def _revision() -> None:
    op.create_table(
        "reference_revision",
        sa.Column("one", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("mark", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("one", name="pk_reference_revision"),
        sa.CheckConstraint("one", name=op.f("ck_reference_revision_one_row")),
        sa.CheckConstraint("number >= 0", name=op.f("ck_reference_revision_number_sane")),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_reference_revision_at_sane")),
    )
    op.execute("INSERT INTO reference_revision VALUES (true, 0, clock_timestamp(), '', gen_random_uuid())")
    grant(op, "reference_revision", "SELECT, UPDATE")


def downgrade() -> None:
    for table in ("reference_revision", "post", "code"):
        op.drop_table(table)
