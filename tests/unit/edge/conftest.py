"""A small application with everything the edge gives, and no database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import marshmallow as ma
import pytest
import structlog
from flask import Flask, g, render_template_string, request

from app.core.fields import Exact, Words
from app.core.messages import T
from app.core.text import _
from app.edge import assets, errors, fmt, headers, locale, logs, metrics
from app.web import layout
from config.settings import Settings

APP = Path(errors.__file__).parent.parent


class ItemSchema(ma.Schema):
    description = Words(20, required=True, metadata={"label": T("Description")})
    gross_kg = Exact(9, 3, required=True, positive=True)


class GoodsSchema(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(ItemSchema), required=True)


def build(home: Path, **choices: object) -> Flask:
    settings = Settings(home=home, purpose="test", log_level="INFO", **choices)  # type: ignore[arg-type]
    app = Flask("app", root_path=str(APP), template_folder="web/templates", static_folder=None)
    app.secret_key = "t" * 40
    logs.init_app(app, settings)
    metrics.init_app(app, settings)
    headers.init_app(app, settings)
    assets.init_app(app, settings)
    locale.init_app(app, settings)
    fmt.init_app(app, settings)
    errors.init_app(app, settings)
    layout.init_app(app, settings)

    @app.before_request
    def somebody() -> None:
        if wanted := request.headers.get("X-Test-Locale"):
            g.actor = SimpleNamespace(locale=wanted, login="officer", name="Officer", roles=lambda: frozenset({"officer"}))

    @app.get("/words")
    def words() -> str:
        return locale.translate(_("Sign in first."))

    @app.get("/template")
    def template() -> str:
        return render_template_string("{{ _('Nothing found for {text}.', text=text) }}", text=request.args["text"])

    @app.post("/api/v1/goods")
    @app.post("/goods")
    def goods() -> dict[str, object]:
        loaded: dict[str, object] = GoodsSchema().load(request.get_json())
        return loaded

    return app


@pytest.fixture(scope="session")
def home_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def edge(home_folder: Path) -> Iterator[Flask]:
    yield build(home_folder)
    structlog.reset_defaults()


@pytest.fixture
def raising(edge: Flask) -> Callable[[Callable[[], object]], None]:
    """Makes /api/v1/raise and /raise call a function: `raising(lambda: fail())`."""

    def install(function: Callable[[], object]) -> None:
        for number, path in enumerate(("/api/v1/raise", "/raise")):
            edge.add_url_rule(path, f"raise{number}", function, methods=["GET", "POST"])

    return install
