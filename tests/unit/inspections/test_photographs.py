"""Photos: what is taken, what is kept of it, and what no camera makes."""

from __future__ import annotations

import io
import struct
import zlib
from decimal import Decimal

import pytest
from PIL import Image

from app.core.errors import Invalid, TooLarge
from app.inspections.rules import photographs
from tests.factories import pictures


def kept(content: bytes) -> tuple[photographs.Photograph, Image.Image]:
    ready = photographs.prepared(content)
    return ready, Image.open(io.BytesIO(ready.content))


def refused(content: bytes) -> str:
    with pytest.raises(Invalid) as told:
        photographs.prepared(content)
    (finding,) = told.value.findings
    assert finding.pointer == "/photo"
    return finding.rule


def test_a_photo_of_a_telephone_is_kept_small_upright_and_bare():
    given = pictures.photo(
        (1200, 800), orientation=6, place=(37.19612, 68.60512), taken="2026:11:23 09:14:05", zone="+05:00"
    )
    assert b"Exif" in given and b"2026:11:23" in given
    ready, picture = kept(given)
    assert (picture.format, picture.size) == ("JPEG", (800, 1200)), "turned upright"
    assert (ready.width, ready.height) == picture.size
    assert not picture.getexif() and b"2026:11:23" not in ready.content, (
        "nothing of what the camera wrote is in the file"
    )
    assert (ready.latitude, ready.longitude) == (Decimal("37.19612"), Decimal("68.60512"))
    assert ready.taken == "2026-11-23T09:14:05+05:00"
    assert ready.sha256 == photographs.digest(ready.content) != ready.given_sha256 == photographs.digest(given)


def test_south_and_west_are_negative_and_no_zone_is_none():
    ready, _picture = kept(pictures.photo((64, 64), place=(-33.5, -70.25), taken="2026:11:23 09:14:05"))
    assert (ready.latitude, ready.longitude) == (Decimal("-33.50000"), Decimal("-70.25000"))
    assert ready.taken == "2026-11-23T09:14:05"


def test_a_photo_without_place_or_time_claims_none():
    ready, _picture = kept(pictures.photo((64, 64)))
    assert (ready.taken, ready.latitude, ready.longitude) == (None, None, None)


def test_much_detail_stays_below_the_bound():
    """Noise is the worst a picture can be."""
    ready, picture = kept(pictures.noise((2400, 1800)))
    assert len(ready.content) <= photographs.MOST_KEPT == 400_000
    assert max(picture.size) <= 2000


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("mode", ["RGBA", "L", "P"])
def test_other_kinds_become_jpeg(form, mode):
    if (form, mode) == ("WEBP", "P"):
        mode = "RGB"
    out = io.BytesIO()
    Image.new(mode, (40, 30)).save(out, form)
    assert kept(out.getvalue())[1].mode == "RGB"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "file.kind"),
        (b"<!doctype html><script>alert(1)</script>", "file.kind"),
        (b"GIF89a" + b"\x00" * 40, "file.kind"),
        (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n", "photo.kind"),
        (b"", "photo.empty"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 50, "file.broken"),
    ],
    ids=["SVG named .jpg", "HTML named .jpg", "GIF", "PDF", "nothing", "half a JPEG"],
)
def test_what_is_no_photo(content, rule):
    assert refused(content) == rule


def test_a_picture_with_a_page_in_it():
    assert refused(pictures.photo((64, 64)) + b"<script>alert(1)</script>") == "file.polyglot"


def _claiming(width: int, height: int) -> bytes:
    """A small PNG whose header claims to be large, with right check sums."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [6_000, 12_000, 50_000])
def test_a_bomb_is_refused_before_it_is_unpacked(side):
    assert refused(_claiming(side, side)) == "photo.pixels"


def test_forty_megabytes():
    with pytest.raises(TooLarge) as told:
        photographs.prepared(b"\xff\xd8\xff" + b"\x00" * 40_000_000)
    assert "20 MB" in str(told.value.message)
