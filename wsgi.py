"""The WSGI application: `flask` and gunicorn find it here."""

from app import create_app
from app.cli.database import settings_of_process

application = create_app(settings_of_process())
