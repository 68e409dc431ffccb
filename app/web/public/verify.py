"""Is this permit good? For anybody with the paper in his hand."""

from __future__ import annotations

from flask import render_template, request

from app.core import db
from app.core.errors import Refusal, TooLarge
from app.core.text import _
from app.edge import limits
from app.edge.locale import current as locale
from app.edge.signin import public
from app.edge.verifying import verdict_on
from app.reference.queries import codebook
from app.web.public.pages import blueprint

LARGEST = 20 * 1024 * 1024
#: Several times what a QR code can hold.
LONGEST_TEXT = 20_000


class NothingToCheck(Refusal):
    status, code, title = 422, "nothing-to-check", _("Choose the permit's PDF, or scan its QR code into the box.")


@blueprint.get("/verify", endpoint="verify")
@public
def ask() -> str:
    return render_template("public/verify.html")


@blueprint.post("/verify")
@public
def answer() -> str | tuple[str, int]:
    """The verdict. What is sent is looked at and forgotten."""
    limits.of_public_page()
    try:
        verdict = verdict_on(_sent())
    except (NothingToCheck, TooLarge) as refusal:
        return render_template("public/verify.html", refusal=refusal), refusal.status
    return render_template(
        "public/verify.html", verdict=verdict, post_named=_post_name(verdict.claims.post) if verdict.claims else ""
    )


def _sent() -> bytes | str:
    text = request.form.get("qr", "").strip()
    if text:
        return text[:LONGEST_TEXT]
    file = request.files.get("file")
    content = file.read(LARGEST + 1) if file is not None else b""
    if not content:
        raise NothingToCheck()
    if len(content) > LARGEST:
        raise TooLarge(_("The file is larger than 20 MB."))
    return content


def _post_name(code: str) -> str:
    with db.reading() as session:
        post = codebook(session).post(code)
    return post.name(locale()) if post is not None else ""
