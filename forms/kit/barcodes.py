"""Code 128 and QR as PDF operators in points; zxing-cpp computes the modules in a millisecond."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import zxingcpp
from numpy.typing import NDArray

#: Modules of white that a reader needs beside the symbol.
QR_QUIET = 4
CODE128_QUIET = 10


@lru_cache(256)
def _code128_modules(text: str) -> NDArray[np.bool_]:
    if not text or not (text.isascii() and text.isprintable()):
        raise ValueError("Code 128 takes printable ASCII only")
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    return np.asarray(np.array(symbol.to_image(scale=1, add_quiet_zones=False, add_hrt=False))[0] < 128)


def code128_width(text: str) -> int:
    """The symbol's width in modules, without the quiet zones."""
    return len(_code128_modules(text))


def code128(text: str, x: float, y: float, module: float, height: float) -> str:
    """Bars as rectangles, from the lower left corner (x, y); `module` is the width of the thinnest bar."""
    steps = np.diff(np.pad(_code128_modules(text).astype(np.int8), 1))
    starts, ends = np.nonzero(steps == 1)[0].tolist(), np.nonzero(steps == -1)[0].tolist()
    bars = "\n".join(f"{start} 0 {end - start} 1 re" for start, end in zip(starts, ends, strict=True))
    return f"q {module:.4f} 0 0 {height:.2f} {x:.2f} {y:.2f} cm 0 g\n{bars}\nf Q"


def qr(text: str, x: float, y: float, side: float) -> str:
    """A QR code (error correction M) as a stencil, from the lower left corner; `side` is without the quiet zone."""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    light = np.array(symbol.to_image(scale=1, add_quiet_zones=False)) >= 128
    modules = len(light)
    bits = np.packbits(light, axis=1).tobytes().hex()
    return (
        f"q {side:.3f} 0 0 {side:.3f} {x:.2f} {y:.2f} cm 0 g "
        f"BI /W {modules} /H {modules} /IM true /BPC 1 /F /AHx ID {bits}>\nEI Q"
    )
