"""The reader's language: which of five, and sentences in it.

Chosen by ?lang= (kept in a cookie), the cookie, the person's own setting, the browser. English message ids are the
English texts; the catalogues of the others are compiled once into the cache folder.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import flask_babel
import pytz
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, Response, current_app, g, has_request_context, request
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from app.core.messages import Said, T
from app.core.text import Text
from config.settings import Settings

#: Locale → its own name, in the order in which the language menu shows them.
LOCALES = {"en": "English", "tg": "Тоҷикӣ", "ru": "Русский", "fa_AF": "دری", "ps": "پښتو"}
DEFAULT = "en"
COOKIE = "guzar_language"
CATALOGUES = Path(__file__).parent.parent / "translations"

_BY_LANGUAGE = {"en": "en", "tg": "tg", "ru": "ru", "fa": "fa_AF", "prs": "fa_AF", "ps": "ps"}
_RIGHT_TO_LEFT = frozenset({"fa_AF", "ps"})
_YEAR = 365 * 24 * 3600
_log = logging.getLogger(__name__)


def understood(tag: str | None) -> str | None:
    """The locale for a language tag (`fa`, `fa-AF`, `prs`, `tg-Cyrl-TJ`), or None if it is none of ours."""
    if not tag:
        return None
    return _BY_LANGUAGE.get(tag[:20].replace("_", "-").split("-")[0].lower())


def current() -> str:
    """The locale of this request (or of `flask_babel.force_locale`); English outside one."""
    try:
        locale = flask_babel.get_locale()
    except (KeyError, RuntimeError):  # outside an application, or in one made without languages
        return DEFAULT
    return str(locale) if locale is not None and str(locale) in LOCALES else DEFAULT


def direction(locale: str | None = None) -> str:
    return "rtl" if (locale or current()) in _RIGHT_TO_LEFT else "ltr"


def html_language(locale: str | None = None) -> str:
    """The BCP 47 tag for `lang=`: fa-AF, not fa_AF."""
    return (locale or current()).replace("_", "-")


def translate(message: object, locale: str | None = None) -> str:
    """The sentence in the reader's language. Takes `Text`, a schema's `T` or `Said`, or a plain string, which stays as it is.

    Parameters that are sentences themselves are translated too, moments are given as the clock of the reader's post
    shows them. Markup among the parameters makes the whole Markup,
    with the sentence and the other parameters escaped.
    """
    if locale is not None:
        with flask_babel.force_locale(locale):
            return translate(message)
    if isinstance(message, Said | T):
        return _filled(message.text)
    if isinstance(message, Text):
        return _filled(message)
    return message if isinstance(message, str) else str(message)


def language_url(locale: str) -> str:
    """This page with its query, in another language; works without JavaScript."""
    if not has_request_context():
        return "?lang=" + locale
    query: MultiDict[str, str] = MultiDict(request.args)
    query["lang"] = locale
    return quote(request.script_root + request.path) + "?" + urlencode(list(query.items(multi=True)))


def init_app(app: Flask, settings: Settings) -> None:
    """Sets up the languages, `_` and friends in templates, and the cookie that keeps the choice."""
    folder = compiled_catalogues(settings.home)
    flask_babel.Babel(
        app,
        default_translation_directories=str(folder),
        default_timezone=zone_of(settings.post).zone,
        locale_selector=_selected,
        timezone_selector=lambda: zone_of(_post_of_reader(settings.post)),
    )
    app.jinja_env.globals.update(_=_in_template, gettext=_in_template)
    app.jinja_env.filters["translate"] = translate
    app.context_processor(_words_for_templates)
    app.after_request(lambda response: _keep_choice(response, secure=settings.secure_cookies))


def zone_of(post: str) -> Any:
    """The time zone at a post: that of the country its code begins with; UTC where the code names none."""
    zones = pytz.country_timezones.get(post[:2].upper())
    return pytz.timezone(zones[0]) if zones else pytz.utc


def compiled_catalogues(home: Path) -> Path:
    """Folder with the .mo files of the present catalogues, made once; a temporary one where home cannot be written."""
    sources = {path.parent.parent.name: path for path in sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po"))}
    content = {locale: path.read_bytes() for locale, path in sources.items()}
    digest = hashlib.sha256(b"\0".join(locale.encode() + b"\0" + raw for locale, raw in content.items())).hexdigest()[:16]
    shelf = home / "cache" / "translations"
    folder = shelf / digest
    if folder.is_dir():
        return folder
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix="new-", dir=shelf))
    except OSError:
        return _compile(sources, Path(tempfile.mkdtemp(prefix="guzar-translations-")))
    _compile(sources, building)
    try:
        os.rename(building, folder)
    except OSError:  # another process was first; its folder is the same
        shutil.rmtree(building, ignore_errors=True)
    return folder


def _compile(sources: Mapping[str, Path], folder: Path) -> Path:
    folder.chmod(0o755)
    for locale, path in sources.items():
        target = folder / locale / "LC_MESSAGES" / "messages.mo"
        target.parent.mkdir(parents=True)
        with path.open("rb") as source, target.open("wb") as compiled:
            write_mo(compiled, read_po(source, locale=locale))
    return folder


def _selected() -> str:
    if not has_request_context():
        return DEFAULT
    actor = g.get("actor")
    return (
        understood(request.args.get("lang"))
        or understood(request.cookies.get(COOKIE))
        or understood(getattr(actor, "locale", None))
        or next((ours for tag, quality in request.accept_languages if quality > 0 and (ours := understood(tag))), DEFAULT)
    )


def _post_of_reader(fallback: str) -> str:
    return str(g.get("post") or fallback) if has_request_context() else fallback


def _keep_choice(response: Response, *, secure: bool) -> Response:
    chosen = understood(request.args.get("lang")) if not request.path.startswith("/api/") else None
    if chosen and chosen != request.cookies.get(COOKIE):
        response.set_cookie(COOKIE, chosen, max_age=_YEAR, secure=secure, httponly=True, samesite="Lax", path="/")
    return response


def _gettext(msgid: str) -> str:
    if not current_app or "babel" not in current_app.extensions or not msgid:
        return msgid
    return str(flask_babel.get_translations().ugettext(msgid))


def _filled(text: Text) -> str:
    sentence = _gettext(text.msgid)
    if not text.params:
        return sentence
    params = {name: _in_words(value) for name, value in text.params.items()}
    try:
        return _format(sentence, params)
    except (KeyError, IndexError, ValueError):  # a catalogue with a wrong placeholder must not break the page
        _log.error("translation does not fit its parameters: %r", text.msgid)
        return _format(text.msgid, params)


def _in_words(value: Any) -> Any:
    """A parameter as a reader has it: sentences in his language, moments by the clock of his post."""
    if isinstance(value, Text | Said | T):
        return translate(value)
    if isinstance(value, dt.datetime) and current_app and "babel" in current_app.extensions:
        return flask_babel.to_user_timezone(value).strftime("%Y-%m-%d %H:%M")
    return value


def _format(sentence: str, params: Mapping[str, Any]) -> str:
    if any(hasattr(value, "__html__") for value in params.values()):
        return Markup(escape(sentence)).format(**params)
    return sentence.format(**params)


def _in_template(msgid: str, **params: Any) -> str:
    return _filled(Text(msgid, params))


def _words_for_templates() -> dict[str, Any]:
    return {
        "locale": current(),
        "lang": html_language(),
        "dir": direction(),
        "languages": [
            {"locale": locale, "name": name, "lang": html_language(locale), "dir": direction(locale),
             "url": language_url(locale), "current": locale == current()}
            for locale, name in LOCALES.items()
        ],
    }
