"""Photos of an inspection, drawn by code: a truck, its load and its seal, with the place and time that a telephone writes."""

from __future__ import annotations

import datetime as dt
import io
from fractions import Fraction

from PIL import Image, ImageDraw, ImageFont
from PIL.TiffImagePlugin import IFDRational

_SIZE = (1280, 960)
_SKIES = ("#a8c4d8", "#c8c0ae", "#9fb6a4")
_LOADS = ("#8a6d3b", "#52606d", "#7a4a42", "#3f6b57")
#: Panji Poyon, as good as the list of posts says.
_PLACE = (Fraction("37.196"), Fraction("68.605"))
#: What is shown, in the order in which an officer goes round.
VIEWS = ("The truck at the bay, plate read.", "The rear door with its seal.", "The load, opened at the left side.")


def photo(view: int, plate: str, taken: dt.datetime) -> bytes:
    """A JPEG of 1280 × 960 dots that says what it shows and that it is drawn for the demonstration."""
    picture = Image.new("RGB", _SIZE, _SKIES[view % len(_SKIES)])
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 700, *_SIZE), fill="#77726a")
    (_truck, _door, _load)[view % 3](pen, plate)
    words = ImageFont.load_default(28)
    pen.text((30, 24), f"{VIEWS[view % 3]}  {plate}", fill="#1c2430", font=words)
    pen.text((30, 905), "Drawn for the demonstration.", fill="#e8e4da", font=words)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88, exif=_claims(taken))
    return out.getvalue()


def _truck(pen: ImageDraw.ImageDraw, plate: str) -> None:
    pen.rectangle((160, 280, 900, 700), fill="#d9d4c7", outline="#1c2430", width=4)
    pen.polygon(((910, 420), (1060, 420), (1130, 560), (1130, 700), (910, 700)), fill="#b5482f", outline="#1c2430")
    for x in (260, 400, 760, 1020):
        pen.ellipse((x - 62, 640, x + 62, 764), fill="#20242b")
        pen.ellipse((x - 24, 678, x + 24, 726), fill="#9aa0a6")
    _plate(pen, (930, 640), plate)


def _door(pen: ImageDraw.ImageDraw, plate: str) -> None:
    pen.rectangle((260, 140, 1020, 820), fill="#c9c2b2", outline="#1c2430", width=5)
    pen.line((640, 140, 640, 820), fill="#1c2430", width=5)
    for x in (560, 720):
        pen.line((x, 160, x, 800), fill="#565c63", width=14)
    pen.rectangle((600, 470, 680, 520), fill="#d8a21c", outline="#1c2430", width=3)
    _plate(pen, (540, 770), plate)


def _load(pen: ImageDraw.ImageDraw, plate: str) -> None:
    for nth, (x, y) in enumerate((x, y) for y in (220, 380, 540) for x in (180, 400, 620, 840)):
        pen.rectangle(
            (x, y, x + 205, y + 145), fill=_LOADS[(nth + len(plate)) % len(_LOADS)], outline="#1c2430", width=3
        )
        pen.line((x, y + 72, x + 205, y + 72), fill="#e9e2d0", width=2)


def _plate(pen: ImageDraw.ImageDraw, at: tuple[int, int], plate: str) -> None:
    x, y = at
    pen.rectangle((x, y, x + 190, y + 44), fill="white", outline="black", width=2)
    pen.text((x + 10, y + 6), plate[:12], fill="black", font=ImageFont.load_default(26))


def _claims(taken: dt.datetime) -> Image.Exif:
    exif = Image.Exif()
    here = taken.astimezone(dt.timezone(dt.timedelta(hours=5)))
    exif.get_ifd(0x8769).update({36867: here.strftime("%Y:%m:%d %H:%M:%S"), 36881: "+05:00"})
    latitude, longitude = (_degrees(side) for side in _PLACE)
    exif.get_ifd(0x8825).update({1: "N", 2: latitude, 3: "E", 4: longitude})
    return exif


def _degrees(value: Fraction) -> tuple[IFDRational, IFDRational, IFDRational]:
    minutes = (value - int(value)) * 60
    seconds = (minutes - int(minutes)) * 60
    return IFDRational(int(value)), IFDRational(int(minutes)), IFDRational(seconds.numerator, seconds.denominator)
