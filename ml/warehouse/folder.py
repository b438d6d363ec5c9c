"""The embedded warehouse's folder: where things lie in it and what they are called."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

DEFAULT = Path(".roast/warehouse")
ACCOUNT = "embedded"
DATABASE = "ROASTERY"
SCHEMA = "PUBLIC"
TABLE = "SALES"
WAREHOUSE = "EMBEDDED"
USER = "roastery"


@dataclass(frozen=True)
class Place:
    """One embedded warehouse."""

    folder: Path

    @property
    def database(self) -> Path:
        """A DuckDB file, named as fakesnow looks for it."""
        return self.folder / f"{DATABASE}.db"

    @property
    def record(self) -> Path:
        """What was loaded; written last, so it never describes another table than the one that is there."""
        return self.folder / "loaded.json"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "server.log"

    def password(self) -> str:
        """The warehouse's password, made at the first need, readable to this user only."""
        path = self.folder / "password"
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="utf-8")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(made := secrets.token_urlsafe(24))
        return made
