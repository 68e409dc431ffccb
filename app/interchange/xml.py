"""XML from strangers: read strictly, within limits, and refused with the line and the remedy.

There is one way in. Bytes become text here, by one of a few encodings, before any parser sees them; so no trick with
encodings reaches it. A document type is refused before parsing, so there is nothing to expand and nothing to fetch.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from html.entities import name2codepoint
from typing import Final, cast

from lxml import etree

from app.core.errors import Finding, Malformed, Refusal, TooLarge
from app.core.text import Text, _, excerpt

MAX_BYTES: Final = 20 * 1024 * 1024
#: 999 items of the fullest declarations seen have some 450 elements each.
MAX_ELEMENTS: Final = 500_000
MAX_DEPTH: Final = 48
MAX_ATTRIBUTES: Final = 50
MAX_ATTRIBUTE_CHARACTERS: Final = 4_000
MAX_TEXT_CHARACTERS: Final = 100_000
_MAX_PROLOG: Final = 1_000

_LEADING_SPACE = re.compile(r"[ \t\r\n]*")
_DECLARATION = re.compile(r"<\?xml\s[^>]{0,300}?\?>", re.ASCII)
_ENCODING = re.compile(r"""encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,40})["']""", re.ASCII)
_NAMED_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,10});", re.ASCII)
#: Where names of characters mean nothing, with what ends each.
_PROTECTED = re.compile(r"<!\[CDATA\[|<!--|<\?")
_ENDS: Final = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})

#: The encodings customs software writes, by Python's name for them.
_ENCODINGS: Final = frozenset(
    {
        "utf-8",
        "ascii",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "iso8859-1",
        "iso8859-2",
        "iso8859-5",
        "iso8859-6",
        "iso8859-9",
    }
    | {"iso8859-15", "cp1250", "cp1251", "cp1252", "cp1254", "cp1256", "koi8-r"}
)
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PACKED: Final = (
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
    b"\x28\xb5\x2f\xfd",
)

_count = etree.XPath("count(//*)")
_too_deep = etree.XPath(f"boolean(/descendant::*[count(ancestor::*) >= {MAX_DEPTH}])")
_too_many_attributes = etree.XPath(f"(/descendant::*[count(@*) > {MAX_ATTRIBUTES}])[1]")
_too_long_attribute = etree.XPath(f"(/descendant::*[@*[string-length() > {MAX_ATTRIBUTE_CHARACTERS}]])[1]")
_too_long_text = etree.XPath(f"(/descendant::*[text()[string-length() > {MAX_TEXT_CHARACTERS}]])[1]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a file. `faithful` is False where they had to be mended (a wrong encoding declared, HTML's
    names of characters): then the bytes must not be handed on to others as they came."""

    text: str
    faithful: bool


def parse(data: bytes) -> etree._Element:
    """The root element of well-formed, bounded XML without a document type.

    Raises Malformed (not XML, or dangerous) or TooLarge, each naming rule, place and remedy.
    """
    return parse_text(decode(data).text)


def parse_text(text: str) -> etree._Element:
    """As `parse`, for characters that `decode` has already made of the bytes."""
    _refuse_document_type(text)
    if text.count("<") > 2 * MAX_ELEMENTS + _MAX_PROLOG:
        raise _too_large(_too_many_elements())
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        strip_cdata=False,
        remove_blank_text=False,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise _syntax(error) from None
    except ValueError:  # an empty answer of the parser, after all the checks above
        raise _malformed("xml-syntax", _("The file is not XML. Send the XML as the customs system wrote it.")) from None
    _refuse_excess(root)
    return root


def decode(data: bytes) -> Decoded:
    """The characters of an XML file, by its byte order mark, else by the encoding it declares, else as UTF-8."""
    if len(data) > MAX_BYTES:
        raise _too_large(
            _(
                "The file has {size} bytes; {most} are accepted. Split it into several declarations.",
                size=len(data),
                most=MAX_BYTES,
            )
        )
    _refuse_other_formats(data)
    text, faithful = _decoded(data)
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        raise _malformed(
            "xml-nul", _("The file holds NUL characters (U+0000). Remove them, or save the file as UTF-8.")
        )
    text = text[_leading_space(text) :]
    if not text.startswith("<"):
        raise _malformed(
            "xml-syntax",
            _(
                "The file is not XML: it begins with “{start}”. Send the XML as the customs system wrote it.",
                start=excerpt(text, 20),
            ),
        )
    mended = _without_named_entities(text)
    return Decoded(mended, faithful and mended == text)


def _refuse_other_formats(data: bytes) -> None:
    if not data.strip(b" \t\r\n\x00"):
        raise _malformed("xml-empty", _("The file is empty. Send the XML as the customs system wrote it."))
    if data.startswith(_PACKED):
        raise _malformed("xml-packed", _("The file is compressed. Unpack it and send the XML inside."))
    if data.startswith(b"%PDF"):
        raise _malformed("xml-pdf", _("The file is a PDF. Send the XML that the customs system writes beside it."))
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"\x00\x00\x00<", b"L\x6f\xa7\x94")):
        raise _unknown_encoding("UTF-32, EBCDIC")


def _decoded(data: bytes) -> tuple[str, bool]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            declared = _declared(data[len(mark) :], encoding)
            return _in_encoding(data, encoding), declared is None or declared in (encoding, encoding[:6])
    if data.startswith((b"<\x00", b"\x00<")):
        return _in_encoding(data, "utf-16-le" if data.startswith(b"<") else "utf-16-be"), True
    declared = _declared(data, "ascii")
    if declared is None or declared in ("utf-8", "ascii"):
        return _in_encoding(data, "utf-8"), True
    if declared.startswith(
        "utf-16"
    ):  # one byte a character all the same: a string saved as UTF-8 with its old first line
        return _in_encoding(data, "utf-8"), False
    if not data.isascii():
        try:
            # Text in one of the one-byte encodings is practically never valid UTF-8 by chance.
            return data.decode("utf-8"), False
        except UnicodeDecodeError:
            pass
    return _in_encoding(data, declared), True


def _declared(data: bytes, encoding: str) -> str | None:
    """Python's name of the encoding that the XML declaration gives, or None."""
    found = _DECLARATION.match(data[:800].decode(encoding, "replace").lstrip())
    name = _ENCODING.search(found[0]) if found else None
    if name is None:
        return None
    try:
        known = codecs.lookup(name[1]).name
    except LookupError:
        raise _unknown_encoding(name[1]) from None
    if known not in _ENCODINGS:
        raise _unknown_encoding(name[1])
    return known


def _in_encoding(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _malformed(
            "xml-encoding",
            _(
                "Line {line}: the bytes are not {encoding}, the encoding the file claims. Save the file as "
                "UTF-8 and send it again.",
                line=line,
                encoding=encoding.upper(),
            ),
        ) from None


def _leading_space(text: str) -> int:
    found = _LEADING_SPACE.match(text)
    return found.end() if found else 0


def _without_named_entities(text: str) -> str:
    """HTML's names of characters (&nbsp; &eacute;) as the characters; XML knows only five such names."""
    if not any(name not in _XML_ENTITIES for name in _NAMED_ENTITY.findall(text)):
        return text
    parts, at = [], 0
    while opening := _PROTECTED.search(text, at):
        end = text.find(_ENDS[opening[0]], opening.end())
        if end < 0:
            break  # not closed: the parser says so, with the line
        parts += [_NAMED_ENTITY.sub(_character, text[at : opening.start()]), text[opening.start() : end]]
        at = end
    return "".join(parts) + _NAMED_ENTITY.sub(_character, text[at:])


def _character(found: re.Match[str]) -> str:
    point = None if found[1] in _XML_ENTITIES else name2codepoint.get(found[1])
    return found[0] if point is None else chr(point)


def _refuse_document_type(text: str) -> None:
    """Looks at what stands before the root element: declaration, comments and instructions may; nothing else."""
    at, parts = 0, 0
    while True:
        found = _LEADING_SPACE.match(text, at)
        at = found.end() if found else at
        parts += 1
        if parts > _MAX_PROLOG:
            raise _too_large(
                _("More than {most} comments stand before the root element. Remove them.", most=_MAX_PROLOG)
            )
        if text.startswith("<?", at):
            end = text.find("?>", at)
        elif text.startswith("<!--", at):
            end = text.find("-->", at + 4)
        elif text.startswith("<!", at):
            line = text.count("\n", 0, at) + 1
            raise _malformed(
                "xml-document-type",
                _(
                    "Line {line}: the file has a document type (<!DOCTYPE …>), which is never accepted. Remove "
                    "it and send the plain XML.",
                    line=line,
                ),
            )
        else:
            return
        if end < 0:
            return  # not closed: the parser says so, with the line
        at = end + (2 if text.startswith("<?", at) else 3)


def _refuse_excess(root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise _malformed(
            "xml-document-type",
            _(
                "The file has a document type (<!DOCTYPE …>), which is never accepted. Remove it and send the "
                "plain XML."
            ),
        )
    if int(cast("float", _count(root))) > MAX_ELEMENTS:
        raise _too_large(_too_many_elements())
    if _too_deep(root):
        raise _malformed(
            "xml-depth",
            _(
                "Elements stand inside each other more than {most} deep. Send the XML as the customs system wrote it.",
                most=MAX_DEPTH,
            ),
        )
    for excess, message in (
        (
            _too_many_attributes,
            _("Line {line}: an element has more than {most} attributes. Remove them.", most=MAX_ATTRIBUTES),
        ),
        (
            _too_long_attribute,
            _("Line {line}: an attribute has more than {most} characters. Shorten it.", most=MAX_ATTRIBUTE_CHARACTERS),
        ),
        (
            _too_long_text,
            _("Line {line}: a text has more than {most} characters. Shorten it.", most=MAX_TEXT_CHARACTERS),
        ),
    ):
        found = cast("list[etree._Element]", excess(root))
        if found:
            raise _too_large(Text(message.msgid, {**message.params, "line": found[0].sourceline}))


def _too_many_elements() -> Text:
    return _("The file has more than {most} elements. Split it into several declarations.", most=MAX_ELEMENTS)


def _syntax(error: etree.XMLSyntaxError) -> Refusal:
    line, what = error.lineno or 1, excerpt(error.msg or "", 120)
    if "Excessive depth" in what:
        return _malformed(
            "xml-depth",
            _(
                "Elements stand inside each other more than {most} deep. Send the XML as the customs system wrote it.",
                most=MAX_DEPTH,
            ),
        )
    if "huge" in what or "too long" in what or "limit" in what.lower():
        return _too_large(_("Line {line}: one value or name is larger than is accepted. Shorten it.", line=line))
    if "Extra content" in what:
        return _malformed(
            "xml-syntax",
            _("Line {line}: something follows the end of the document. Send one declaration in each file.", line=line),
        )
    return _malformed(
        "xml-syntax",
        _(
            "Line {line}: the XML is not well-formed ({what}). Mend that place, or let the customs system write "
            "the file again.",
            line=line,
            what=what,
        ),
    )


def _unknown_encoding(name: str) -> Malformed:
    return _malformed(
        "xml-encoding", _("The encoding {name} is not accepted. Save the file as UTF-8 and send it again.", name=name)
    )


def _malformed(rule: str, message: Text) -> Malformed:
    return Malformed(message, findings=[Finding("", rule, message)])


def _too_large(message: Text) -> TooLarge:
    return TooLarge(message, findings=[Finding("", "xml-size", message)])
