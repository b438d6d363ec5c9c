"""The embedded warehouse's folder: its files, and the names of its database objects."""

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
class WarehouseFolder:
    """The folder of an embedded warehouse."""

    folder: Path

    @property
    def database(self) -> Path:
        """A DuckDB file with the name that fakesnow expects."""
        return self.folder / f"{DATABASE}.db"

    @property
    def record(self) -> Path:
        """What was loaded; written last, so that it never describes another table than the current one."""
        return self.folder / "loaded.json"

    @property
    def log(self) -> Path:
        """The log of the server."""
        return self.folder / "server.log"

    def password(self) -> str:
        """The warehouse's password, created on first use, readable by this user only."""
        path = self.folder / "password"
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="utf-8")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(password := secrets.token_urlsafe(24))
        return password
