"""The data inside the document: PDF/A-3 metadata, sRGB output intent, and files that belong to the page as its data.

Nothing is ever read back from the text of a page; whoever needs the data takes it from here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from PIL import ImageCms
from reportlab.pdfbase import pdfdoc

from forms.kit.canvas import Page
from forms.kit.pdfobjects import Inline, Literal, Stream, deflated, reference, text_string

_PRODUCER = "Guzar"


class Attachment(NamedTuple):
    """A file inside the document. `name` and `description` are ASCII; `relationship` is PDF/A-3's (Data, Source …)."""

    name: str
    mime: str
    data: bytes
    description: str
    relationship: str = "Data"


class _Info(pdfdoc.PDFInfo):
    """The document information, agreeing with the XMP packet to the letter."""

    def __init__(self, title: str, author: str, stamp: str) -> None:
        super().__init__()
        self.title, self.author = title, author
        self._stamp = stamp

    def format(self, document: Any) -> bytes:
        return (
            f"<< /Title {text_string(self.title)} /Author {text_string(self.author)} /Creator ({_PRODUCER}) "
            f"/Producer ({_PRODUCER}) /CreationDate ({self._stamp}) /ModDate ({self._stamp}) >>"
        ).encode("ascii")


#: Where an ICC profile keeps its time of making and its digest, and a time to put there.
_ICC_TIME, _ICC_ID = slice(24, 36), slice(84, 100)
_ICC_MADE = b"".join(part.to_bytes(2, "big") for part in (2026, 1, 1, 0, 0, 0))


@cache
def _srgb() -> bytes:
    """The sRGB profile, the same in every process."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_ICC_TIME] = _ICC_MADE
    profile[_ICC_ID] = bytes(16)
    return bytes(profile)


def describe(
    page: Page, *, title: str, author: str, language: str, moment: datetime, attachments: Sequence[Attachment]
) -> None:
    """Writes metadata, output intent and attachments; call after the last page and before `finish`.

    `language` is a BCP 47 tag, `moment` an aware time. The document claims PDF/A-3u if every glyph can be read back as
    text, else PDF/A-3b.
    """
    document, catalog = page._doc, page._doc.Catalog
    when = moment.astimezone(UTC)
    stamp = when.strftime("D:%Y%m%d%H%M%S+00'00'")
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents", "AF"]
    catalog.__Refs__ = [key for key in catalog.__Refs__ if key not in ("Names", "ViewerPreferences")]
    document.info = _Info(title, author, stamp)
    conformance = "U" if page.all_readable() else "B"
    packet = _xmp(title, author, when.strftime("%Y-%m-%dT%H:%M:%S+00:00"), conformance).encode()
    catalog.Metadata = Stream(packet, "/Type /Metadata /Subtype /XML", filtered=False)
    catalog.Lang = Inline(f"({language})")
    catalog.ViewerPreferences = Inline("<< /DisplayDocTitle true >>")
    profile = reference(document, deflated(_srgb(), "/N 3"), "colour profile")
    catalog.OutputIntents = Inline(
        "[ << /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB IEC61966-2.1) "
        f"/DestOutputProfile {profile} >> ]"
    )
    _attach(page, attachments, stamp)


def _attach(page: Page, attachments: Sequence[Attachment], stamp: str) -> None:
    document, catalog = page._doc, page._doc.Catalog
    references: dict[str, str] = {}
    for each in attachments:
        document.updateSignature(each.data)
        checksum = hashlib.md5(each.data, usedforsecurity=False).hexdigest()
        stream = deflated(
            each.data,
            f"/Type /EmbeddedFile /Subtype /{each.mime.replace('/', '#2F')} "
            f"/Params << /Size {len(each.data)} /ModDate ({stamp}) /CheckSum <{checksum}> >>",
        )
        file = reference(document, stream, f"file {each.name}")
        specification = Literal(
            f"<< /Type /Filespec /F ({each.name}) /UF {text_string(each.name)} /AFRelationship /{each.relationship} "
            f"/Desc ({each.description}) /EF << /F {file} /UF {file} >> >>"
        )
        references[each.name] = reference(document, specification, f"specification {each.name}")
    # A name tree is sorted by name.
    names = " ".join(f"({name}) {references[name]}" for name in sorted(references))
    catalog.Names = Inline(f"<< /EmbeddedFiles << /Names [ {names} ] >> >>")
    catalog.AF = Inline(f"[ {' '.join(references.values())} ]")


def _xmp(title: str, author: str, moment: str, conformance: str) -> str:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
        "<dc:format>application/pdf</dc:format>"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:creator><rdf:Seq><rdf:li>{escape(author)}</rdf:li></rdf:Seq></dc:creator>"
        f"<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>"
        f"<xmp:CreatorTool>{_PRODUCER}</xmp:CreatorTool><pdf:Producer>{_PRODUCER}</pdf:Producer>"
        f"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>{conformance}</pdfaid:conformance>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
