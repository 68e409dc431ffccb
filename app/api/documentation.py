"""What the OpenAPI description says of each endpoint, in one line at the endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import marshmallow as ma
from flask_smorest import Blueprint

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

#: A named schema for answers that carry what was sent and more.
OBJECT = {"type": "object", "additionalProperties": True}


def described(
    blueprint: Blueprint,
    *,
    body: type[ma.Schema] | None = None,
    files: tuple[str, ...] = (),
    answers: int = 200,
    gives: str = "The resource.",
    media: str = "application/json",
    key: bool = False,
    match: bool = False,
    refusals: tuple[int, ...] = (),
    query: tuple[tuple[str, str], ...] = (),
) -> Callable[[V], V]:
    """Documents an endpoint: body schema (or the kinds of file it takes), answer, which headers it needs and how it may
    refuse."""
    schema: dict[str, Any] = OBJECT if media == "application/json" else {"type": "string", "format": "binary"}
    responses: dict[str, Any] = {str(answers): {"description": gives}}
    if answers != 204:
        responses[str(answers)]["content"] = {media: {"schema": schema}}
    for status in sorted({401, 404, 429, 503, *refusals, *((400, 409) if key else ()), *((412, 428) if match else ())}):
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
    return document
