"""Photos as cameras make them, drawn by code: with turn, place and time, flat or full of detail."""

from __future__ import annotations

import io
import random
from fractions import Fraction

from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

_SEED = 20_261_123


def photo(
    size: tuple[int, int],
    *,
    orientation: int = 1,
    place: tuple[float, float] | None = None,
    taken: str = "",
    zone: str = "",
    quality: int = 90,
    detail: int = 60,
    seed: int = _SEED,
) -> bytes:
    """A JPEG with shapes on a gradient; `place` is latitude and longitude in degrees, `taken` 2026:11:23 09:14:05."""
    picture = _drawn(size, detail, seed)
    exif = Image.Exif()
    exif[0x0112] = orientation
    if taken:
        exif.get_ifd(0x8769)[36867] = taken
    if zone:
        exif.get_ifd(0x8769)[36881] = zone
    if place is not None:
        latitude, longitude = place
        exif.get_ifd(0x8825).update({
            1: "S" if latitude < 0 else "N", 2: _parts(latitude),
            3: "W" if longitude < 0 else "E", 4: _parts(longitude),
        })  # fmt: skip
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


def noise(size: tuple[int, int], seed: int = _SEED) -> bytes:
    """A JPEG in which every dot is another."""
    width, height = size
    dots = random.Random(seed).randbytes(width * height * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", size, dots).save(out, "JPEG", quality=90)
    return out.getvalue()


def _drawn(size: tuple[int, int], detail: int, seed: int) -> Image.Image:
    width, height = size
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    chance, pen = random.Random(seed), ImageDraw.Draw(picture)
    for _each in range(detail):
        x, y = chance.randrange(width), chance.randrange(height)
        w, h = chance.randrange(1, width // 3 + 2), chance.randrange(1, height // 3 + 2)
        colour = tuple(chance.randrange(256) for _band in range(3))
        pen.ellipse((x, y, x + w, y + h), outline=colour, width=max(1, width // 200))
        pen.line((x, y, width - x, height - y), fill=colour)
    return picture


def _parts(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    exact = abs(Fraction(str(degrees)))
    whole = int(exact)
    minutes = int((exact - whole) * 60)
    seconds = ((exact - whole) * 60 - minutes) * 60
    return IFDRational(whole), IFDRational(minutes), IFDRational(seconds.numerator, seconds.denominator)
