"""What a load put into the embedded warehouse."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, ValidationError

from ml.warehouse.folder import WarehouseFolder


class LoadRecord(BaseModel):
    """One load. `fingerprint` is a hash of the content that was loaded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    rows: int
    fingerprint: str
    as_text: dict[str, str] = {}
    """Date and number columns that stayed text, with the first value that does not parse."""
    ignored: tuple[str, ...] = ()
    """Columns of the file that are not sales columns."""

    @classmethod
    def read(cls, warehouse: WarehouseFolder) -> LoadRecord | None:
        """The record beside the database; `None` if either is missing or the record is broken."""
        if not warehouse.database.is_file():
            return None
        try:
            return cls.model_validate_json(warehouse.record.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None
