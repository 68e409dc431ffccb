"""Style sheets, scripts and letters out of the installed wheels and from web/static: nothing from a CDN, nothing copied.

Every file's address holds a hash of its content, so browsers may keep it for ever, and pages name its integrity (SRI).
The letters (FiraGO) are cut down to the scripts of our five languages once, at the first request, and kept in the cache folder.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import importlib.util
import io
import logging
import os
import re
import threading
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, make_response, request, url_for

from config.settings import Settings

_EXTENSION = "guzar.assets"
_STATIC = Path(__file__).parent.parent / "web" / "static"
_log = logging.getLogger(__name__)

#: Public name → (distribution, path inside its wheel).
_FROM_WHEELS = {
    "bootstrap.css": ("bootstrap-wrapper", "bootstrap/css/bootstrap.min.css"),
    "bootstrap.rtl.css": ("bootstrap-wrapper", "bootstrap/css/bootstrap.rtl.min.css"),
    "bootstrap.js": ("bootstrap-wrapper", "bootstrap/js/bootstrap.bundle.min.js"),
    "htmx.js": ("django-js-lib-htmx", "js_lib_htmx/static/htmx/htmx.min.js"),
}
_FONTS = {"firago-regular.woff2": "FiraGO_Regular", "firago-bold.woff2": "FiraGO_Bold"}
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
#: Latin with Central Asian and Turkic letters, Cyrillic with Tajik ones, Arabic with Dari and Pashto ones, joiners,
#: punctuation, currency signs, arrows and the few mathematical signs that pages use.
_CHARACTERS = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x18F, 0x18F), (0x1E9E, 0x1E9E), (0x259, 0x259), (0x2B0, 0x2FF), (0x300, 0x30F),
    (0x400, 0x52F), (0x600, 0x6FF), (0x750, 0x77F), (0x200B, 0x200F), (0x2010, 0x2027), (0x202F, 0x205E),
    (0x2060, 0x2060), (0x20A0, 0x20BF), (0x2116, 0x2116), (0x2122, 0x2122), (0x2190, 0x2199), (0x2212, 0x2212),
    (0x2260, 0x2265), (0x25CC, 0x25CC), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC),
)  # fmt: skip
#: Raise when the way of cutting changes, so that cached letters are cut anew.
_CUT = 1
_REFERENCE = re.compile(rb'url\("?asset:([a-z0-9.-]+)"?\)')
_FOR_EVER = "public, max-age=31536000, immutable"


class AssetMissing(RuntimeError):
    """A wheel or the project lacks a file that pages need."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served. `content` is None for letters, whose bytes are made when first asked for."""

    name: str
    mimetype: str
    digest: str
    integrity: str = ""
    content: bytes | None = None


@dataclass
class Assets:
    """All files by name."""

    folder: Path
    entries: dict[str, Asset]
    _letters: dict[str, bytes] = field(default_factory=dict)
    _cutting: threading.Lock = field(default_factory=threading.Lock)

    def letters(self, name: str) -> tuple[bytes, str]:
        """A font file and its type: woff2, or the whole TrueType font where it cannot be cut."""
        with self._cutting:
            if name not in self._letters:
                try:
                    self._letters[name] = self._cut_once(name)
                except ImportError as error:  # brotli has no wheel for every machine
                    _log.warning("letters are sent whole: %s", error)
                    return _font(name), "font/ttf"
            return self._letters[name], "font/woff2"

    def _cut_once(self, name: str) -> bytes:
        kept = self.folder / f"{self.entries[name].digest}-{name}"
        try:
            return kept.read_bytes()
        except OSError:
            cut = _cut(_font(name))
        try:
            _keep(kept, cut)
        except OSError as error:
            _log.warning("letters cannot be kept, each process cuts them anew: %s", error)
        return cut


blueprint = Blueprint("assets", __name__)


def init_app(app: Flask, settings: Settings) -> None:
    """Reads and hashes all files (some 30 ms) and stops the start with `AssetMissing` if one is not where it should be."""
    app.extensions[_EXTENSION] = Assets(settings.home / "cache" / "assets", _collect())
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(asset=asset, sri=sri)


def warm(app: Flask) -> None:
    """Cuts the letters now, so that the first page need not wait for it; for whoever prepares a node."""
    assets: Assets = app.extensions[_EXTENSION]
    for name in _FONTS:
        assets.letters(name)


def asset(name: str) -> str:
    """The address of a file, with its hash."""
    return url_for("assets.send", digest=_assets().entries[name].digest, name=name)


def sri(name: str) -> str:
    """The integrity attribute of a style sheet or script."""
    return _assets().entries[name].integrity


@blueprint.get("/assets/<digest>/<name>")
def send(digest: str, name: str) -> Response:
    """One file, to be kept for ever; another hash than the present one is not found."""
    assets = _assets()
    entry = assets.entries.get(name)
    if entry is None or digest != entry.digest:
        abort(404)
    content, mimetype = (entry.content, entry.mimetype) if entry.content is not None else assets.letters(name)
    response = make_response(content)
    response.headers["Content-Type"] = mimetype
    response.headers["Cache-Control"] = _FOR_EVER
    response.set_etag(entry.digest)
    response.make_conditional(request)
    return response


def _assets() -> Assets:
    assets: Assets = current_app.extensions[_EXTENSION]
    return assets


def _collect() -> dict[str, Asset]:
    entries = {name: _letters_entry(name) for name in _FONTS}
    for name, (package, inner) in _FROM_WHEELS.items():
        entries[name] = _entry(name, _from_wheel(package, inner))
    for path in sorted(_STATIC.iterdir()):
        if path.suffix in _TYPES:
            entries[path.name] = _entry(path.name, _with_addresses(path.read_bytes(), entries))
    return entries


def _entry(name: str, content: bytes) -> Asset:
    integrity = "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()
    return Asset(name, _TYPES[Path(name).suffix], hashlib.sha256(content).hexdigest()[:16], integrity, content)


def _letters_entry(name: str) -> Asset:
    """The hash covers what the cut file is made from, so that the address is known before the cutting."""
    try:
        made_from = f"{version('pymupdf-fonts')} {version('fonttools')} {_CUT} {name} {_CHARACTERS}"
    except PackageNotFoundError as error:
        raise AssetMissing(f"the package {error} is not installed") from error
    if importlib.util.find_spec(f"pymupdf_fonts.{_FONTS[name]}") is None:
        raise AssetMissing(f"pymupdf-fonts no longer ships {_FONTS[name]}")
    return Asset(name, _TYPES[".woff2"], hashlib.sha256(made_from.encode()).hexdigest()[:16])


def _from_wheel(package: str, inner: str) -> bytes:
    try:
        return Path(str(distribution(package).locate_file(inner))).read_bytes()
    except (PackageNotFoundError, OSError) as error:
        raise AssetMissing(f"{package} no longer ships {inner}: {error}") from error


def _with_addresses(content: bytes, entries: dict[str, Asset]) -> bytes:
    """Own style sheets name other assets as url(asset:NAME); the hash is put in here."""

    def address(found: re.Match[bytes]) -> bytes:
        name = found[1].decode()
        if name not in entries:
            raise AssetMissing(f"a style sheet names {name}, which is no asset")
        return f'url("../{entries[name].digest}/{name}")'.encode()

    return _REFERENCE.sub(address, content)


def _font(name: str) -> bytes:
    font: bytes = importlib.import_module(f"pymupdf_fonts.{_FONTS[name]}").fontbuffer
    return font


def _cut(font: bytes) -> bytes:
    """The font with our characters only, as woff2: some 75 kB instead of 800, in two seconds."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(layout_features=["*"], hinting=False, notdef_outline=True)
    cutter = Subsetter(options)
    cutter.populate(unicodes=[code for first, last in _CHARACTERS for code in range(first, last + 1)])
    cut = TTFont(io.BytesIO(font), recalcTimestamp=False)
    cutter.subset(cut)
    cut.flavor = "woff2"
    target = io.BytesIO()
    cut.save(target)
    return target.getvalue()


def _keep(path: Path, content: bytes) -> None:
    """Writes whole or not at all, because other processes read at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    fresh.write_bytes(content)
    os.replace(fresh, path)
