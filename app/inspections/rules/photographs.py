"""A photo as it may be kept: a real picture, upright, small, and without what the camera wrote into it.

What is handed in is believed in nothing: its kind is told by its bytes, its size before it is unpacked, and only the
pixels are kept. Place and time out of the camera are read apart; they are a claim, as whoever holds a camera sets its clock.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from PIL import Image, ImageOps, UnidentifiedImageError

from app.attachments.sniffing import JPEG, PDF, Refused, kind_of
from app.attachments.stores import digest
from app.core.errors import Finding, Invalid, TooLarge
from app.core.text import Text, _

#: The most bytes that are handed in, and that are kept.
MOST_GIVEN: Final = 20 * 1024 * 1024
MOST_KEPT: Final = 400_000
#: Pictures with more dots are refused before they are unpacked; other kinds than JPEG cannot be read smaller.
MOST_PIXELS: Final = 64_000_000
MOST_PIXELS_UNPACKED: Final = 24_000_000
#: Longest side and quality, tried in this order until the file is small enough.
_TRIES: Final = ((2000, 82), (2000, 70), (1800, 58), (1500, 50), (1200, 45), (900, 40), (640, 30), (640, 30))
_THUMBNAIL: Final = 320
_FORMATS: Final = ("JPEG", "PNG", "TIFF", "WEBP")
_TAKEN = re.compile(r"([0-9]{4}):([0-9]{2}):([0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2})", re.ASCII)
_ZONE = re.compile(r"[+-][0-9]{2}:[0-9]{2}", re.ASCII)
_EXIF, _GPS = 0x8769, 0x8825
_ORIGINAL, _ORIGINAL_ZONE = 36867, 36881

_NOT_A_PHOTO = _("This is no photo. Take it with the camera, or send JPEG, PNG, TIFF or WebP.")
_TOO_LARGE = _("The photo is larger than {most} MB. Take it again with a smaller size set in the camera.")
_TOO_MANY = _(
    "The picture has {pixels} million dots; at most {most} million are taken. Take it again with a smaller size."
)
_BROKEN = _("The picture is damaged and cannot be read. Take it again.")


@dataclass(frozen=True, slots=True)
class Photograph:
    """What is kept of a photo: JPEG bytes with their SHA-256 and size in dots, the SHA-256 of what was handed in, and what
    the camera claimed: time (ISO, with its zone where it knew one) and place (degrees, WGS 84)."""

    content: bytes
    sha256: str
    width: int
    height: int
    given_sha256: str
    taken: str | None
    latitude: Decimal | None
    longitude: Decimal | None


def prepared(content: bytes) -> Photograph:
    """The photo as it is kept. Raises `TooLarge`, or `Invalid` for what is no picture, for one with too many dots (also one
    that only claims them) and for a damaged one. Takes a quarter of a second for 12 million dots; hold no lock meanwhile.
    """
    must_be_bounded(len(content))
    if not content:
        raise _refused("photo.empty", _("The photo is empty. Take it again."))
    try:
        kind = kind_of(content)
    except Refused as refused:
        raise _refused(refused.rule, refused.message) from None
    if kind is PDF:
        raise _refused("photo.kind", _NOT_A_PHOTO)
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            _must_have_few_dots(picture, MOST_PIXELS if kind is JPEG else MOST_PIXELS_UNPACKED)
            return _kept(picture, digest(content))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many("90+", MOST_PIXELS) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, struct.error, MemoryError):
        raise _refused("photo.broken", _BROKEN) from None


def thumbnail(content: bytes) -> bytes:
    """A kept photo in small, to be shown in a row of others: at most 320 dots a side, some 15 kB."""
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
        picture.draft("RGB", (_THUMBNAIL, _THUMBNAIL))
        small = ImageOps.contain(picture.convert("RGB"), (_THUMBNAIL, _THUMBNAIL), Image.Resampling.BILINEAR)
        out = io.BytesIO()
        small.save(out, "JPEG", quality=75)
    return out.getvalue()


def must_be_bounded(size: int) -> None:
    """Raises `TooLarge` for a photo of so many bytes, which need not have been read yet."""
    if size > MOST_GIVEN:
        raise TooLarge(Text(_TOO_LARGE.msgid, {"most": f"{MOST_GIVEN // (1024 * 1024)}"}))


def _must_have_few_dots(picture: Image.Image, most: int) -> None:
    pixels = picture.width * picture.height
    if pixels > most:
        raise _too_many(f"{pixels / 1_000_000:.0f}", most)


def _kept(picture: Image.Image, given: str) -> Photograph:
    claimed = _claimed(picture)
    ratio = _TRIES[0][0] / max(picture.size)
    picture.draft("RGB", (int(picture.width * ratio), int(picture.height * ratio)))  # a JPEG is read smaller, and faster
    ImageOps.exif_transpose(picture, in_place=True)
    encoded, size = _small(_plain(picture))
    return Photograph(encoded, digest(encoded), size[0], size[1], given, *claimed)


def _plain(picture: Image.Image) -> Image.Image:
    """Three colours and nothing beside them; what was transparent is white."""
    if picture.mode == "RGB":
        return picture
    if "A" in picture.getbands() or "transparency" in picture.info:
        ground = Image.new("RGBA", picture.size, "white")
        ground.alpha_composite(picture.convert("RGBA"))
        picture = ground
    if picture.mode.startswith(("I", "F")):
        picture = picture.convert("L")
    return picture.convert("RGB")


def _small(picture: Image.Image) -> tuple[bytes, tuple[int, int]]:
    """The first try that is small enough. Where one is far too large, the next is not even tried."""
    tries = iter(_TRIES)
    for longest, quality in tries:
        if max(picture.size) > longest:
            picture = ImageOps.contain(picture, (longest, longest), Image.Resampling.BILINEAR)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality)
        if out.tell() <= MOST_KEPT:
            return out.getvalue(), picture.size
        if out.tell() > 2 * MOST_KEPT:
            next(tries, None)
    raise _refused("photo.noise", _("The picture cannot be made small enough. Take it again, with more light."))


def _claimed(picture: Image.Image) -> tuple[str | None, Decimal | None, Decimal | None]:
    """Time and place out of the camera; None for what is missing or makes no sense."""
    try:
        exif = picture.getexif()
        taken = _time(exif.get_ifd(_EXIF))
        place = _place(exif.get_ifd(_GPS))
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, ArithmeticError, struct.error):
        return None, None, None
    return taken, *(place or (None, None))


def _time(tags: dict[int, Any]) -> str | None:
    found = _TAKEN.match(str(tags.get(_ORIGINAL) or ""))
    if found is None:
        return None
    zone = str(tags.get(_ORIGINAL_ZONE) or "")
    year, month, day, time = found.groups()
    return f"{year}-{month}-{day}T{time}" + (zone if _ZONE.fullmatch(zone) else "")


def _place(tags: dict[int, Any]) -> tuple[Decimal, Decimal] | None:
    latitude, longitude = _degrees(tags.get(1), tags.get(2), "S"), _degrees(tags.get(3), tags.get(4), "W")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return latitude, longitude


def _degrees(side: Any, parts: Any, negative: str) -> Decimal | None:
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    try:
        degrees, minutes, seconds = _exact(parts)
        found = (degrees + minutes / 60 + seconds / 3600).quantize(Decimal("0.00001"))
    except (InvalidOperation, ZeroDivisionError):
        return None
    return -found if str(side).strip("\x00 ").upper() == negative else found


def _exact(parts: tuple[Any, ...]) -> Iterator[Decimal]:
    for part in parts:
        above, below = getattr(part, "numerator", part), getattr(part, "denominator", 1)
        yield Decimal(int(above)) / Decimal(int(below))


def _refused(rule: str, message: Text) -> Invalid:
    return Invalid(findings=[Finding("/photo", rule, message)])


def _too_many(pixels: str, most: int) -> Invalid:
    return _refused("photo.pixels", Text(_TOO_MANY.msgid, {"pixels": pixels, "most": str(most // 1_000_000)}))
