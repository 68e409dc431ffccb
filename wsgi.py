"""The WSGI application: `flask` and gunicorn find it here."""

from app import create_app
from config.settings import Settings

application = create_app(Settings.from_env())
