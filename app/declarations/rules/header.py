"""Rules of the declaration as a whole: where and of what kind it is, its codes and dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from app.core.errors import Finding
from app.core.text import _, compact
from app.declarations.rules.context import Context, Item
from app.declarations.rules.registry import RULES, Failures, rule

_SHOWN_POSTS = 12


@rule(
    "post.unknown",
    box="29",
    pointer="/post",
    of="header",
    fixed=True,
    says=_("{post} is not a crossing point of this administration."),
    remedy=_("Choose one of: {posts}."),
    source="Guzar: list of posts",
)
def known_post(context: Context) -> Failures:
    post = context.setting.declared.post
    if post not in context.setting.posts:
        yield ("post",), _posts(post, context.setting.posts)


def unknown_post(post: str, posts: frozenset[str]) -> Finding:
    return RULES["post.unknown"].finding(("post",), _posts(post, posts))


def _posts(post: str, posts: frozenset[str]) -> dict[str, Any]:
    return {"post": post, "posts": ", ".join(sorted(posts)[:_SHOWN_POSTS])}


@rule(
    "code.declaration_type",
    box="1",
    pointer="/declaration_type",
    of="header",
    says=_("{code} is not a declaration type."),
    remedy=_("Use for example IM, EX or TR."),
    source="ASYCUDA convention; UN layout key, box 1",
)
def declaration_type(context: Context) -> Failures:
    code = context.header["declaration_type"]
    if context.codes["declaration_type"][code] is None:
        yield ("declaration_type",), {"code": code}


_DATES = (("invoice", "date"), ("place_and_date", "date"), ("principal", "date"))


@rule(
    "date.future",
    box="44, 50, 54",
    pointer="/invoice/date",
    of="header",
    severity="warning",
    says=_("The date {date} lies in the future."),
    remedy=_("Check it."),
    source="Revised Kyoto Convention, General Annex, standard 3.16 (documents that support the declaration)",
)
def dates_in_the_future(context: Context) -> Failures:
    latest = (context.today + dt.timedelta(days=1)).isoformat()
    for of, name in _DATES:
        day = context.word(of, name)
        if day and day > latest:
            yield (of, name), {"date": day}
    for path, document in context.documents:
        day = document.get("date")
        if day and day > latest:
            yield (*path, "date"), {"date": day}


_YEARS_BACK = 3


@rule(
    "date.old",
    box="44",
    pointer="/invoice/date",
    of="header",
    severity="warning",
    says=_("The invoice of {date} is more than {years} years old."),
    remedy=_("Check the year."),
    source="Guzar: plausibility",
)
def old_invoice(context: Context) -> Failures:
    day = context.invoice.get("date")
    if day and day < (context.today - dt.timedelta(days=366 * _YEARS_BACK)).isoformat():
        yield ("invoice", "date"), {"date": day, "years": _YEARS_BACK}


@rule(
    "declaration.general-procedure",
    box="1",
    pointer="/general_procedure",
    of="header",
    severity="warning",
    says=_("The general procedure is missing."),
    remedy=_("Write 4 for import for home use, 1 for permanent export, 8 for transit."),
    source="ASYCUDA convention; UN layout key, box 1",
)
def general_procedure(context: Context) -> Failures:
    if not context.header.get("general_procedure"):
        yield ("general_procedure",), {}


@rule(
    "declaration.general-procedure-of-type",
    box="1",
    pointer="/general_procedure",
    of="header",
    says=_("General procedure {code} does not belong to declaration type {type}."),
    remedy=_("Take one that does, such as IM 4, EX 1 or TR 8."),
    source="ASYCUDA convention, list of models of declaration",
)
def general_procedure_of_type(context: Context) -> Failures:
    kind, code = context.header["declaration_type"], context.header.get("general_procedure")
    types = context.codes["declaration_type"]
    if code and types[kind] is not None and types[kind + code] is None:
        yield ("general_procedure",), {"code": code, "type": kind}


_BOX_7 = 22


@rule(
    "reference.long",
    box="7",
    pointer="/local_reference",
    of="header",
    severity="warning",
    says=_("The reference has {length} characters; box 7 of the paper holds {most}."),
    remedy=_("Shorten it if others will read it on paper."),
    source="UN layout key, box 7 (an..22)",
)
def long_reference(context: Context) -> Failures:
    length = len(context.header["local_reference"])
    if length > _BOX_7:
        yield ("local_reference",), {"length": length, "most": _BOX_7}


@rule(
    "reference.meaningless",
    box="7",
    pointer="/local_reference",
    of="header",
    severity="warning",
    says=_("The reference {reference} holds neither a letter nor a digit."),
    remedy=_("Write the number under which you will find this declaration."),
    source="UN layout key, box 7",
)
def meaningless_reference(context: Context) -> Failures:
    reference = context.header["local_reference"]
    if not any(character.isalnum() for character in reference):
        yield ("local_reference",), {"reference": reference}


@rule(
    "office.other",
    box="A",
    pointer="/office/code",
    of="header",
    severity="warning",
    says=_("Box A names the office {office}, but the declaration is for the post {post}."),
    remedy=_("Check that the declaration is sent to the right post."),
    source="UN layout key, box A",
)
def other_office(context: Context) -> Failures:
    office = context.word("office", "code")
    if office and office != context.setting.declared.post and office in context.setting.posts:
        yield ("office", "code"), {"office": office, "post": context.setting.declared.post}


@rule(
    "seals.repeated",
    box="D",
    pointer="/seals/*",
    of="header",
    severity="warning",
    says=_("Seal {seal} stands twice."),
    remedy=_("Remove one, or read the seals again: no two have the same number."),
    source="ISO 17712",
)
def repeated_seals(context: Context) -> Failures:
    seen: set[str] = set()
    for nth, seal in enumerate(context.header.get("seals") or ()):
        number = compact(seal)
        if number in seen:
            yield ("seals", nth), {"seal": seal}
        seen.add(number)


@rule(
    "warehouse.missing",
    box="49",
    pointer="/warehouse",
    of="header",
    says=_("Procedure {procedure} of item {number} needs the warehouse."),
    remedy=_("Write the warehouse's number in box 49."),
    source="UN layout key, box 49; ASYCUDA convention for procedures",
)
def warehouse_missing(context: Context) -> Failures:
    if context.header.get("warehouse"):
        return
    stored = next(_stored(context), None)
    if stored is not None:
        yield ("warehouse",), {"procedure": stored.procedure, "number": stored.words["number"]}


@rule(
    "warehouse.unexpected",
    box="49",
    pointer="/warehouse",
    of="header",
    severity="warning",
    says=_("A warehouse is named, but no item's procedure has to do with one."),
    remedy=_("Check the procedures, or remove the warehouse."),
    source="UN layout key, box 49",
)
def warehouse_unexpected(context: Context) -> Failures:
    if context.header.get("warehouse") and next(_stored(context), None) is None:
        yield ("warehouse",), {}


def _stored(context: Context) -> Iterator[Item]:
    """The items whose procedure needs a warehouse."""
    known = context.codes["procedure"]
    for item in context.items:
        entry = known[item.procedure]
        if entry is not None and entry.attributes.get("warehouse") == "yes":
            yield item


@rule(
    "code.transaction_nature",
    box="24",
    pointer="/transaction_nature",
    of="header",
    severity="warning",
    says=_("{code} is not a nature of transaction."),
    remedy=_("Choose one of the list; a sale is 1 or 11."),
    source="UN layout key, box 24",
)
def transaction_nature(context: Context) -> Failures:
    code = context.header.get("transaction_nature")
    if code and context.codes["transaction_nature"][code] is None:
        yield ("transaction_nature",), {"code": code}


_DAYS_TO_SIGN = 30


@rule(
    "date.signed-long-ago",
    box="54",
    pointer="/place_and_date/date",
    of="header",
    severity="warning",
    says=_("The declaration was signed on {date}, more than {days} days ago."),
    remedy=_("Check the date in box 54."),
    source="UN layout key, box 54",
)
def signed_long_ago(context: Context) -> Failures:
    day = context.word("place_and_date", "date")
    if day and day < (context.today - dt.timedelta(days=_DAYS_TO_SIGN)).isoformat():
        yield ("place_and_date", "date"), {"date": day, "days": _DAYS_TO_SIGN}
