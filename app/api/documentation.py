"""What the OpenAPI description says of each endpoint, in one line at the endpoint."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import marshmallow as ma
from flask import request
from flask_smorest import Blueprint

from app.core.errors import Finding, Invalid
from app.core.text import _, excerpt

V = TypeVar("V", bound=Callable[..., Any])

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_WORDS = {
    400: "The request cannot be read, or its Idempotency-Key is missing.",
    401: "Not signed in, or the sign-in is not fresh enough for a decision.",
    403: "One may see it, but not do this.",
    404: "There is no such thing, or one may not see it.",
    409: "The state does not allow it, or the same request is being worked on.",
    412: "Changed meanwhile; the body says who changed what.",
    413: "The message is too large.",
    415: "Send application/json, or the kind of file that is asked for.",
    422: "The data breaks rules; every finding has a pointer.",
    428: "Send If-Match with the ETag you have seen.",
    429: "Too many requests; see Retry-After.",
    503: "Send the same request again in a moment.",
}
_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "A new text for every new request; the same key and body get the stored answer.",
}
_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
    "description": "The ETag of what you have seen.",
}

#: Answers that carry what was sent and more.
OBJECT = {"type": "object", "additionalProperties": True}
_BYTES = {"type": "string", "format": "binary"}
#: The language of the sentences in answers.
EVERYWHERE = frozenset({"lang"})


def described(
    blueprint: Blueprint,
    *,
    body: type[ma.Schema] | None = None,
    files: tuple[str, ...] = (),
    answers: int = 200,
    gives: str = "The resource.",
    media: str = "application/json",
    answer: str | tuple[str, ...] = "",
    key: bool = False,
    match: bool = False,
    refusals: tuple[int, ...] = (),
    query: tuple[tuple[str, str], ...] = (),
) -> Callable[[V], V]:
    """Documents an endpoint: body schema (or the kinds of file it takes), answer (names in `answers.SCHEMAS`: one of
    them), which headers it needs and how it may refuse. Parameters of the query that are not named are refused."""
    listed = any(name == "limit" for name, _about in query)
    responses: dict[str, Any] = {str(answers): {"description": gives}}
    if answers != 204:
        schema = _answer(answer or ("Page" if listed else "")) if media == "application/json" else _BYTES
        responses[str(answers)]["content"] = {media: {"schema": schema}}
    seen = {401, 404, 429, 503, *refusals, *((400, 409) if key else ()), *((412, 428) if match else ())}
    for status in sorted(seen | ({422} if query else set())):
        responses[str(status)] = {"description": _WORDS[status], "content": _PROBLEM}
    about: dict[str, Any] = {"responses": responses, "security": [{"token": []}]}
    parameters: list[dict[str, Any]] = [*([_KEY] if key else []), *([_MATCH] if match else [])]
    parameters += [
        {"in": "query", "name": name, "schema": {"type": "string"}, "description": text} for name, text in query
    ]
    if parameters:
        about["parameters"] = parameters
    if body is not None:
        about["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if files:
        kinds: dict[str, Any] = {media: {"schema": {"type": "string", "format": "binary"}} for media in files}
        form = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
        kinds["multipart/form-data"] = {"schema": form}
        about["requestBody"] = {"required": True, "content": kinds}
    document: Callable[[V], V] = blueprint.doc(**about)
    known = frozenset(name for name, _about in query) | EVERYWHERE

    def decorate(view: V) -> V:
        @functools.wraps(view)
        def asked(*args: Any, **named: Any) -> Any:
            _only(known)
            return view(*args, **named)

        return document(cast("V", asked))

    return decorate


def _answer(names: str | tuple[str, ...]) -> dict[str, Any]:
    if not names:
        return OBJECT
    if isinstance(names, str):
        return {"$ref": f"#/components/schemas/{names}"}
    return {"oneOf": [_answer(name) for name in names]}


def _only(known: frozenset[str]) -> None:
    """A filter that is misspelt must not answer with everything."""
    unknown = sorted(set(request.args) - known)
    if not unknown:
        return
    offered = ", ".join(sorted(known - EVERYWHERE)) or "–"
    raise Invalid(
        findings=[
            Finding(
                f"/{excerpt(name)}",
                "query.unknown",
                _("There is no parameter “{name}” here. Known are: {offered}.", name=excerpt(name), offered=offered),
            )
            for name in unknown[:20]
        ]
    )
