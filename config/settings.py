"""Settings, read once from the environment. A wrong value stops the start and is named."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_POST = re.compile(r"[A-Z]{2}[A-Z0-9]{3}", re.ASCII)


class SettingsError(RuntimeError):
    """One line naming the setting, what is wrong with it and what it may be."""


@dataclass(frozen=True)
class Settings:
    """Everything a deployment may choose. `from_env` fills it; tests make their own."""

    home: Path
    database_url: str | None = None
    owner_url: str | None = None
    post: str = "TJPPJ"
    administration: str = "TJ"
    pgbin: Path | None = None
    secret_key: str = ""
    second_factor: str = "optional"
    purpose: str = "live"
    log_format: str = "json"
    log_level: str = "INFO"
    cheap_passwords: bool = False
    secure_cookies: bool = False
    base_url: str = "http://localhost:8000"
    pool_size: int = 8
    login: str | None = None
    trusted_proxies: int = 0
    #: Whether two persons may propose and approve at one and the same browser: refused, or allowed.
    same_device: str = "refused"
    #: Where files lie: a folder, or None for the database.
    files: Path | None = None
    #: The most bytes a scanned paper may have.
    largest_file: int = 10 * 1024 * 1024
    #: Where signed checkpoints of the journal are written, best on another disk; None for a folder in the home folder.
    checkpoints: Path | None = None

    @property
    def checkpoint_folder(self) -> Path:
        """The folder of checkpoints: a sub-folder for each post, a file for each month."""
        return self.checkpoints or self.home / "checkpoints"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Reads the environment; raises `SettingsError` naming the first setting that is wrong."""
        env = os.environ if environ is None else environ
        home = Path(env.get("GUZAR_HOME") or ".guzar").expanduser().absolute()
        settings = cls(
            home=home,
            database_url=_url(env, "DATABASE_URL"),
            owner_url=_url(env, "GUZAR_OWNER_URL"),
            post=_post(env, "GUZAR_POST", "TJPPJ"),
            administration=_country(env, "GUZAR_ADMINISTRATION", "TJ"),
            pgbin=_path(env, "GUZAR_PGBIN"),
            secret_key=env.get("SECRET_KEY", ""),
            second_factor=_one_of(env, "GUZAR_SECOND_FACTOR", ("optional", "required"), "optional"),
            purpose=_one_of(env, "GUZAR_PURPOSE", ("live", "demo", "test"), "live"),
            log_format=_one_of(env, "GUZAR_LOG_FORMAT", ("json", "console"), "json"),
            log_level=_one_of(env, "GUZAR_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
            cheap_passwords=_flag(env, "GUZAR_CHEAP_PASSWORDS"),
            secure_cookies=_flag(env, "GUZAR_SECURE_COOKIES"),
            base_url=env.get("GUZAR_BASE_URL", "http://localhost:8000"),
            pool_size=_number(env, "GUZAR_POOL_SIZE", 8, 1, 200),
            login=env.get("GUZAR_LOGIN") or None,
            trusted_proxies=_number(env, "GUZAR_TRUSTED_PROXIES", 0, 0, 5),
            same_device=_one_of(env, "GUZAR_SAME_DEVICE", ("refused", "allowed"), _same_device(env)),
            files=_files(env, "GUZAR_FILES"),
            largest_file=_number(env, "GUZAR_LARGEST_FILE", 10, 1, 20) * 1024 * 1024,
            checkpoints=_folder(env, "GUZAR_CHECKPOINTS"),
        )
        if settings.secret_key and len(settings.secret_key) < 32:
            raise SettingsError("SECRET_KEY is too short: give at least 32 characters, or none to let Guzar make and keep one")
        return settings

    def with_secret(self) -> str:
        """The signing secret: the one set, or one made once and kept in the home folder for all processes."""
        if self.secret_key:
            return self.secret_key
        path = self.home / "secret_key"
        try:
            return path.read_text()
        except FileNotFoundError:
            return _make_secret(path)


def _make_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(fresh, path)  # fails if another process was first: its secret is the one
    except FileExistsError:
        pass
    fresh.unlink()
    return path.read_text()


def _url(env: Mapping[str, str], name: str) -> str | None:
    value = env.get(name)
    if not value:
        return None
    for start in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if value.startswith(start):
            return "postgresql+psycopg://" + value[len(start) :]
    raise SettingsError(f"{name} must be a PostgreSQL address such as postgresql://user@host/guzar")


def _post(env: Mapping[str, str], name: str, default: str) -> str:
    value = env.get(name) or default
    if not _POST.fullmatch(value):
        raise SettingsError(f"{name} must be a post's code such as TJPPJ, not {value!r}")
    return value


def _country(env: Mapping[str, str], name: str, default: str) -> str:
    value = env.get(name) or default
    if not re.fullmatch(r"[A-Z]{2}", value, re.ASCII):
        raise SettingsError(f"{name} must be a country's two letters such as TJ, not {value!r}")
    return value


def _path(env: Mapping[str, str], name: str) -> Path | None:
    value = env.get(name)
    if not value:
        return None
    path = Path(value).expanduser()
    if not (path / "postgres").exists():
        raise SettingsError(f"{name} must be a folder with PostgreSQL's programs; there is no postgres in {value}")
    return path


def _folder(env: Mapping[str, str], name: str) -> Path | None:
    value = env.get(name)
    if not value:
        return None
    folder = Path(value)
    if not folder.is_absolute():
        raise SettingsError(f"{name} must be a folder's full path such as /srv/guzar/checkpoints, not {value!r}")
    return folder


def _files(env: Mapping[str, str], name: str) -> Path | None:
    value = env.get(name) or "database"
    if value == "database":
        return None
    folder = Path(value)
    if not folder.is_absolute():
        raise SettingsError(f"{name} must be database or a folder's full path such as /srv/guzar/files, not {value!r}")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK) or not folder.is_dir():
        raise SettingsError(f"{name} names {value}, which is no folder that can be read and written here: make it first")
    return folder


def _one_of(env: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = env.get(name) or default
    if value not in allowed:
        raise SettingsError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def _same_device(env: Mapping[str, str]) -> str:
    """In a demonstration one browser plays all parts."""
    return "allowed" if env.get("GUZAR_PURPOSE") == "demo" else "refused"


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = (env.get(name) or "0").lower()
    if value not in ("0", "1", "true", "false", "yes", "no"):
        raise SettingsError(f"{name} must be 1 or 0, not {value!r}")
    return value in ("1", "true", "yes")


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    value = env.get(name) or str(default)
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise SettingsError(f"{name} must be a whole number from {least} to {most}, not {value!r}")
    return int(value)
