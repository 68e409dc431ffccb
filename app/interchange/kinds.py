"""Which language a file speaks, told by its content and never by its name."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import orjson
from lxml import etree

from app.core.errors import Finding, Invalid, Malformed, TooLarge
from app.core.text import Text, _, excerpt
from app.flows.importing import MOVEMENT
from app.interchange import xml


class Kind(StrEnum):
    """What is readable."""

    ASYCUDA = "asycuda"
    DECLARATION = "declaration"
    MOVEMENT = MOVEMENT


#: Names of a declaration in the contract's JSON; two of them tell it from any other JSON.
_CONTRACT: Final = frozenset(
    {
        "local_reference",
        "post",
        "declaration_type",
        "general_procedure",
        "consignor",
        "consignee",
        "declarant",
        "countries",
        "transport",
    }
    | {"delivery_terms", "invoice", "costs", "items", "documents"}
)
#: Names of a movement that no declaration has; two of them tell it from one.
_OF_MOVEMENT: Final = frozenset(
    {
        "additional_references",
        "binding_itinerary",
        "carnet",
        "equipment",
        "holder",
        "house_consignments",
        "offices",
        "previous_documents",
        "transport_documents",
    }
)
_NCTS_NAMESPACE: Final = "ncts.dgtaxud.ec"
_TIR_NAMESPACES: Final = ("iru.org", "unece.org/etir", "etir")
_TIR_ROOTS: Final = frozenset({"safetir", "reconciliationquery", "egisquery", "tchquery", "epd"})


def kind_of(data: bytes) -> Kind:
    """The kind of a message.

    Raises Malformed or TooLarge where it is neither XML nor JSON, Invalid where it is a language that is not read here;
    `facts` then names it (`{"kind": "ncts"}`).
    """
    if _looks_like_json(data):
        return _kind_of_json(data)
    return kind_of_root(xml.parse(data))


def kind_of_root(root: etree._Element) -> Kind:
    """The kind of an XML message, by its root element's name and namespace."""
    name = etree.QName(root)
    local, namespace = name.localname.casefold(), (name.namespace or "").casefold()
    if local == "asycuda":
        return Kind.ASYCUDA
    inside = [
        child for child in root if isinstance(child.tag, str) and etree.QName(child).localname.casefold() == "asycuda"
    ]
    if inside:
        raise _refused(
            "asycuda",
            _(
                "The file wraps {count} ASYCUDA declarations in <{root}>. Save each to its own file, with "
                "ASYCUDA as the root element.",
                count=len(inside),
                root=excerpt(name.localname),
            ),
        )
    if _NCTS_NAMESPACE in namespace or _is_ncts(local):
        raise _refused(
            "ncts",
            _(
                "This is an NCTS transit message ({root}). It cannot be read yet; ASYCUDA SAD XML and Guzar's "
                "own JSON can.",
                root=excerpt(name.localname),
            ),
        )
    if local in _TIR_ROOTS or any(part in namespace for part in _TIR_NAMESPACES):
        raise _refused(
            "tir",
            _(
                "This is a TIR message ({root}). It cannot be read yet; ASYCUDA SAD XML and Guzar's own JSON can.",
                root=excerpt(name.localname),
            ),
        )
    raise _refused(
        "unknown",
        _(
            "The root element <{root}> is of no message known here. ASYCUDA SAD XML (root ASYCUDA) and Guzar's "
            "own JSON can be read.",
            root=excerpt(name.localname),
        ),
    )


def _is_ncts(local: str) -> bool:
    return len(local) in (5, 6) and local.startswith("cc") and local[2:5].isdigit()


def _looks_like_json(data: bytes) -> bool:
    return data[:200].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")[:1] in (b"{", b"[")


def _kind_of_json(data: bytes) -> Kind:
    if len(data) > xml.MAX_BYTES:
        raise TooLarge(
            _(
                "The file has {size} bytes; {most} are accepted. Split it into several declarations.",
                size=len(data),
                most=xml.MAX_BYTES,
            )
        )
    try:
        content = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        message = _(
            "Line {line}, column {column}: this is not JSON ({what}). Mend that place.",
            line=error.lineno,
            column=error.colno,
            what=excerpt(error.msg, 120),
        )
        raise Malformed(message, findings=[Finding("", "json-syntax", message)]) from None
    if isinstance(content, dict) and len(_OF_MOVEMENT & content.keys()) >= 2:
        return Kind.MOVEMENT
    if isinstance(content, dict) and len(_CONTRACT & content.keys()) >= 2:
        return Kind.DECLARATION
    if isinstance(content, list):
        raise _refused("unknown", _("The file holds a list. Send one declaration in each file."))
    raise _refused(
        "unknown",
        _(
            "This JSON is neither a declaration nor a movement: it has none of their names (consignee, items, "
            "house_consignments, transport …). See the description of the API."
        ),
    )


def _refused(kind: str, message: Text) -> Invalid:
    return Invalid(message, findings=[Finding("", "message-kind", message)], facts={"kind": kind})
