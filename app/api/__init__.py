"""The public JSON API, /api/v1: problems after RFC 9457, OpenAPI 3.1 at /api/v1/openapi.json."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Response, request
from flask_smorest import Api

from app.api import (
    accounts,
    amending,
    answers,
    appeals,
    asking,
    codes,
    control,
    declarations,
    exceptions,
    exemptions,
    fallback,
    guarantees,
    inspections,
    leaving,
    mandates,
    money,
    movement_beginnings,
    movement_deeds,
    movements,
    offences,
    official_papers,
    oversight,
    papers,
    permits,
    rules,
    seals,
    templates,
)
from app.core.fields import Coded, Day, Exact, Identifier, Moment, Whole, Words
from config.settings import Settings

_ROOMS = (
    declarations, money, accounts, control, inspections, asking, amending, leaving, papers, templates, exemptions, mandates, permits,
    official_papers, rules, codes, movements, movement_beginnings,
    movement_deeds, guarantees, seals, exceptions, fallback, oversight, offences, appeals,
)  # fmt: skip


class ProblemErrorSchema(ma.Schema):
    pointer = ma.fields.String(required=True)
    rule = ma.fields.String(required=True)
    message = ma.fields.String(required=True)


class ProblemSchema(ma.Schema):
    """RFC 9457, with the place and the rule of every finding."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    instance = ma.fields.String()
    errors = ma.fields.List(ma.fields.Nested(ProblemErrorSchema))


class GuzarApi(Api):
    """flask-smorest for the description; errors are answered by `edge.errors` for all of the application."""

    #: Each endpoint names how it may refuse; there is no answer for the rest.
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """None: one file turns every error into an answer."""

    def _register_responses(self) -> None:
        """None: each endpoint names how it may refuse."""


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the API and its description."""
    app.config.update(
        API_TITLE="Guzar",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": "Declarations, inspections, decisions and permits of a border crossing point."},
            "security": [{"token": []}],
        },
    )
    api = GuzarApi(app)
    spec = api.spec
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", schema=ProblemSchema)
    _describe_fields(spec.plugins)
    for room in _ROOMS:
        api.register_blueprint(room.blueprint)
    for name, schema in answers.SCHEMAS.items():
        spec.components.schema(name, schema)
    answers.complete(spec.components.schemas)
    app.after_request(_never_stored)


def _describe_fields(plugins: Any) -> None:
    """OpenAPI types of the kernel's fields."""
    converter = next(p for p in plugins if isinstance(p, MarshmallowPlugin)).converter
    assert converter is not None
    for field in (Words, Coded, Exact):
        converter.map_to_openapi_type(field, "string", None)
    converter.map_to_openapi_type(Day, "string", "date")
    converter.map_to_openapi_type(Moment, "string", "date-time")
    converter.map_to_openapi_type(Identifier, "string", "uuid")
    converter.map_to_openapi_type(Whole, "integer", None)

    def bounds(self: Any, field: Any, **_options: Any) -> dict[str, Any]:
        if isinstance(field, Words):
            return {"minLength": 1, "maxLength": field.most}
        if isinstance(field, Whole):
            return {"minimum": field.least, "maximum": field.most}
        return {}

    converter.add_attribute_function(bounds)


def _never_stored(response: Response) -> Response:
    """Answers of the API belong to one person; no cache on the way keeps them."""
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
