"""Files as people and their enemies hand them in."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def picture(form: str, **options: object) -> bytes:
    """A small picture in one of Pillow's formats."""
    made = io.BytesIO()
    Image.effect_noise((60, 40), 50).convert("RGB").save(made, form, **options)
    return made.getvalue()


def pdf(change: Callable[[pikepdf.Pdf], object] | None = None, **options: object) -> bytes:
    """A PDF of one page, changed before it is saved."""
    made = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if change is not None:
            change(document)
        document.save(made, **options)
    return made.getvalue()


def packed(change: Callable[[pikepdf.Pdf], object] | None = None) -> bytes:
    """The same with its objects in compressed object streams."""
    return pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True)


def archive(name: str = "word/document.xml", content: bytes = b"<w/>") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        zipped.writestr(name, content)
    return made.getvalue()


def script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def launch(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")


def attached(document: pikepdf.Pdf) -> None:
    document.attachments["x.exe"] = b"MZ"


def sending(document: pikepdf.Pdf) -> None:
    document.Root.AA = pikepdf.Dictionary(WC=pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="http://x"))


def outlined(document: pikepdf.Pdf) -> None:
    """What word processors save: an outline, a first page to open at, a link to the web, metadata."""
    with document.open_outline() as outline:
        outline.root += [pikepdf.OutlineItem("One", 0), pikepdf.OutlineItem("Two", 0)]
    document.Root.OpenAction = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])
    link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org/?a=#41")
    annotation = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=pikepdf.Array([0, 0, 9, 9]), A=link
    )
    document.pages[0].Annots = document.make_indirect(pikepdf.Array([annotation]))
    with document.open_metadata() as metadata:
        metadata["dc:title"] = "Invoice"


def object_stream(inside: bytes, dictionary: bytes, data: bytes | None = None) -> bytes:
    """A hand-made PDF with one object stream. Readers may not open it; who looks through must not be misled by it."""
    stream = zlib.compress(inside) if data is None else data
    return (
        b"%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Count 0/Kids[]>> endobj\n"
        b"3 0 obj <<" + dictionary + b" /Length " + str(len(stream)).encode() + b">> stream\n" + stream
        + b"\nendstream endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
    )  # fmt: skip


def _with_false_end() -> bytes:
    """Deflated bytes in which the word endstream stands readable, and the rest packed."""
    shown, hidden = b"7 0 endstream ", b"<</S/JavaScript/JS(1)>>"
    stored = b"\x00" + len(shown).to_bytes(2, "little") + (len(shown) ^ 0xFFFF).to_bytes(2, "little") + shown
    rest = zlib.compress(hidden, 9, wbits=-15)
    return b"\x78\x9c" + stored + rest + zlib.adler32(shown + hidden).to_bytes(4)


_SCRIPT = b"7 0 <</S/JavaScript/JS(1)>>"
_OBJECTS = b"/Type/ObjStm /N 1 /First 4 "

#: Papers as scanners, telephones and word processors make them, with the media type they are.
GOOD: dict[str, tuple[bytes, str]] = {
    "jpeg": (picture("JPEG"), "image/jpeg"),
    "progressive jpeg": (picture("JPEG", progressive=True), "image/jpeg"),
    "jpeg with a preview behind its end": (picture("JPEG") + picture("JPEG"), "image/jpeg"),
    "png": (picture("PNG"), "image/png"),
    "tiff": (picture("TIFF"), "image/tiff"),
    "packed tiff": (picture("TIFF", compression="tiff_lzw"), "image/tiff"),
    "webp": (picture("WEBP"), "image/webp"),
    "lossless webp": (picture("WEBP", lossless=True), "image/webp"),
    "pdf": (pdf(), "application/pdf"),
    "packed pdf": (packed(), "application/pdf"),
    "pdf of a word processor": (pdf(outlined), "application/pdf"),
    "packed pdf of a word processor": (packed(outlined), "application/pdf"),
    "pdf for the web": (pdf(linearize=True), "application/pdf"),
}

#: What must be refused, with the rule that refuses it.
BAD: dict[str, tuple[bytes, str]] = {
    "text": (b"hello", "file.kind"),
    "html": (b"<!DOCTYPE html><script>alert(1)</script>", "file.kind"),
    "html behind white space": (b"\xef\xbb\xbf \n<html>", "file.kind"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "file.kind"),
    "xml": (b'<?xml version="1.0"?><x/>', "file.kind"),
    "office document": (archive(), "file.kind"),
    "program": (b"MZ" + b"\0" * 100, "file.kind"),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", "file.kind"),
    "gif": (picture("GIF"), "file.kind"),
    "heic": (b"\0\0\0\x18ftypheic" + b"\0" * 20, "file.kind"),
    "pdf not at the beginning": (b"\n" + pdf(), "file.kind"),
    "eicar": (EICAR, "file.virus"),
    "eicar behind a picture": (picture("PNG") + EICAR, "file.virus"),
    "jpeg cut short": (picture("JPEG")[:-40], "file.broken"),
    "jpeg of nothing but a head": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "file.broken"),
    "png cut short": (picture("PNG")[:-4], "file.broken"),
    "png with a flipped bit": (picture("PNG").replace(b"IDAT", b"IDAU", 1), "file.broken"),
    "png with something behind": (picture("PNG") + b"x", "file.broken"),
    "webp cut short": (picture("WEBP")[:-10], "file.broken"),
    "tiff without a page": (b"II\x2a\x00\xff\xff\xff\x7f" + b"\0" * 20, "file.broken"),
    "tiff with an endless page": (b"MM\x00\x2a\x00\x00\x00\x08\xff\xff" + b"\0" * 40, "file.broken"),
    "pdf cut short": (pdf()[:-30], "file.broken"),
    "pdf with something behind": (pdf() + b"x" * 3000, "file.broken"),
    "jpeg and archive": (picture("JPEG") + archive("a.html", b"<x>"), "file.polyglot"),
    "pdf and archive": (pdf()[:-6] + archive() + b"\n%%EOF\n", "file.polyglot"),
    "jpeg with a pdf inside": (picture("JPEG", comment=b"%PDF-1.7 1 0 obj"), "file.polyglot"),
    "jpeg with a page inside": (picture("JPEG", comment=b"<ScRipt>alert(1)</script>"), "file.polyglot"),
    "jpeg with php inside": (picture("JPEG", comment=b"<?php system($_GET[1]);"), "file.polyglot"),
    "pdf with a script": (pdf(script), "file.active"),
    "packed pdf with a script": (packed(script), "file.active"),
    "pdf with a launch": (packed(launch), "file.active"),
    "pdf with an embedded file": (pdf(attached), "file.active"),
    "packed pdf with an embedded file": (packed(attached), "file.active"),
    "pdf that sends": (packed(sending), "file.active"),
    "pdf with a script spelt in numbers": (pdf(script).replace(b"/JavaScript", b"/J#61v#61Scr#69pt"), "file.active"),
    "object stream spelt in numbers": (
        object_stream(_SCRIPT, b"/Type/Ob#6aStm /N 1 /First 4 /Filter/FlateDecode"), "file.active"),
    "object stream without its type": (object_stream(_SCRIPT, b"/N 1 /First 4 /Filter/FlateDecode"), "file.active"),
    "object stream behind a false beginning": (
        object_stream(_SCRIPT, _OBJECTS + b"/X(stream\n) /Filter/FlateDecode"), "file.closed"),
    "object stream packed twice": (
        object_stream(b"", _OBJECTS + b"/Filter[/FlateDecode/FlateDecode]", zlib.compress(zlib.compress(_SCRIPT))),
        "file.closed"),
    "object stream in hexadecimal": (
        object_stream(b"", _OBJECTS + b"/Filter/ASCIIHexDecode", _SCRIPT.hex().encode()), "file.closed"),
    "object stream cut by a false end": (
        object_stream(b"", _OBJECTS + b"/Filter/FlateDecode", _with_false_end()), "file.closed"),
    "object stream that fills the memory": (
        object_stream(b"", _OBJECTS + b"/Filter/FlateDecode", zlib.compress(b"7 0 " + b" " * 80_000_000, 9)),
        "file.closed"),
    "protected pdf": (pdf(encryption=pikepdf.Encryption(owner="o", user="")), "file.closed"),
}  # fmt: skip
