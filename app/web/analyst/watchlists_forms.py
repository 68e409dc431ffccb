"""The forms of watch lists, and the words for what stands on them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Coded, Day, Words, listed
from app.core.messages import T
from app.core.text import Text, _
from app.watchlists.commands import AddEntry, MakeList
from app.watchlists.lifecycle import Kind
from app.watchlists.rules import wanted
from app.web.words import Word

KINDS: dict[str, Text] = {
    "person": _("Person"),
    "company": _("Firm"),
    "plate": _("Plate"),
    "container": _("Container"),
    "phone": _("Telephone"),
    "address": _("Address"),
    "document": _("Document or number"),
}
STATES: dict[str, Word] = {
    "in_force": Word(_("Looked for"), "good"),
    "coming": Word(_("Coming"), "caution"),
    "over": Word(_("Over"), "quiet"),
    "removed": Word(_("Removed"), "bad"),
}
ANSWERS: dict[str, Word] = {
    "open": Word(_("Open"), "caution"),
    "confirmed": Word(_("Confirmed"), "bad"),
    "dismissed": Word(_("Dismissed"), "good"),
    "retracted": Word(_("Confirmed by mistake"), "good"),
}
#: What was changed behind the application's back, and what became of it.
TAMPERED: dict[str, Text] = {"list": _("A list"), "entry": _("An entry"), "file": _("Entries of a file")}
PROBLEMS: dict[str, Text] = {
    "altered": _("changed"),
    "inserted": _("added by nobody"),
    "missing": _("taken out"),
    "journal": _("changed in the journal"),
}
#: Where in a consignment something stands.
PLACES: dict[str, Text] = {
    "consignor": _("Consignor"),
    "consignee": _("Consignee"),
    "declarant": _("Declarant"),
    "financial": _("Person responsible for payment"),
    "principal": _("Principal of the transit"),
    "holder": _("Holder of the transit procedure"),
    "representative": _("Representative"),
    "driver": _("Driver"),
    "vehicle": _("Vehicle"),
    "trailer": _("Trailer"),
    "border_transport": _("Means of transport crossing the border"),
    "container": _("Container"),
    "document": _("Document"),
    "previous_document": _("Previous document"),
    "transport_document": _("Transport document"),
    "licence": _("Licence"),
    "invoice": _("Invoice"),
    "carnet": _("TIR carnet"),
}
SUBJECTS: dict[str, Text] = {"declaration": _("Declaration"), "movement": _("Transit movement")}
ROLE_CHOICES = ("analyst", "supervisor", "auditor")


def place(role: str) -> Text:
    """Where something stands, in words."""
    return PLACES.get(role) or Text("{code}", {"code": role})


class NamesSchema(ma.Schema):
    """What a list is called, by language."""

    class Meta:
        unknown = ma.RAISE

    en = Words(wanted.LONGEST_TITLE, required=True, metadata={"label": T("Name in English")})
    ru = Words(wanted.LONGEST_TITLE, allow_none=True, metadata={"label": T("Name in Russian")})
    tg = Words(wanted.LONGEST_TITLE, allow_none=True, metadata={"label": T("Name in Tajik")})
    fa_AF = Words(wanted.LONGEST_TITLE, allow_none=True, metadata={"label": T("Name in Dari")})  # noqa: N815 - a locale
    ps = Words(wanted.LONGEST_TITLE, allow_none=True, metadata={"label": T("Name in Pashto")})


class ListSchema(ma.Schema):
    """A list of what somebody looks for."""

    class Meta:
        unknown = ma.RAISE

    code = Coded(r"[A-Z0-9][A-Z0-9-]{1,19}", "WANTED-1", required=True, metadata={"label": T("Code"), "width": "short"})
    names = ma.fields.Nested(NamesSchema, required=True, metadata={"label": T("Names")})
    source = Words(wanted.LONGEST_SOURCE, required=True, metadata={"label": T("Where it comes from")})
    reason = Words(
        wanted.LONGEST_REASON, required=True, metadata={"label": T("What the list is for"), "widget": "textarea"}
    )
    instruction = Words(
        wanted.LONGEST_REASON,
        allow_none=True,
        metadata={"label": T("What an officer does who meets it"), "widget": "textarea"},
    )
    roles = listed(
        ma.fields.String(validate=validate.OneOf(ROLE_CHOICES)),
        0,
        3,
        load_default=list,
        metadata={"label": T("Open to everybody with these roles"), "widget": "checkboxes"},
    )
    valid_to = Day(allow_none=True, metadata={"label": T("Last day"), "width": "short", "widget": "date"})


class EntrySchema(ma.Schema):
    """What is looked for."""

    class Meta:
        unknown = ma.RAISE

    kind = ma.fields.String(
        required=True,
        validate=validate.OneOf(list(KINDS)),
        metadata={"label": T("What it is"), "widget": "select", "width": "medium"},
    )
    name = Words(wanted.LONGEST_NAME, required=True, metadata={"label": T("Name, plate or number")})
    aliases = Words(
        2000, allow_none=True, metadata={"label": T("Other names of the same, one a line"), "widget": "textarea"}
    )
    source = Words(wanted.LONGEST_SOURCE, required=True, metadata={"label": T("Where it comes from")})
    reason = Words(
        wanted.LONGEST_REASON, required=True, metadata={"label": T("Why it is looked for"), "widget": "textarea"}
    )
    valid_from = Day(allow_none=True, metadata={"label": T("First day"), "width": "short", "widget": "date"})
    valid_to = Day(allow_none=True, metadata={"label": T("Last day"), "width": "short", "widget": "date"})


class FileSchema(ma.Schema):
    """What is said for every row of a file that does not say it itself."""

    class Meta:
        unknown = ma.RAISE

    source = Words(wanted.LONGEST_SOURCE, required=True, metadata={"label": T("Where it comes from")})
    reason = Words(
        wanted.LONGEST_REASON, required=True, metadata={"label": T("Why it is looked for"), "widget": "textarea"}
    )
    valid_to = Day(allow_none=True, metadata={"label": T("Last day"), "width": "short", "widget": "date"})


def made_list(given: dict[str, Any]) -> MakeList:
    names = {locale: name for locale, name in given["names"].items() if name}
    return MakeList(
        given["code"],
        names,
        given["source"],
        given["reason"],
        tuple(given["roles"]),
        day(given.get("valid_to")),
        given.get("instruction") or "",
    )


def made_entry(given: dict[str, Any]) -> AddEntry:
    aliases = tuple(line.strip() for line in (given.get("aliases") or "").splitlines() if line.strip())
    return AddEntry(
        Kind(given["kind"]),
        given["name"],
        given["source"],
        given["reason"],
        aliases,
        day(given.get("valid_from")),
        day(given.get("valid_to")),
    )


def day(given: str | None) -> dt.date | None:
    return dt.date.fromisoformat(given) if given else None
