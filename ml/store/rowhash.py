"""A hash of a table's content that does not depend on the order of its rows or on their batches.

A warehouse may return equal content in another order and in other batches, which must not look like new data.
Each row's values are mixed into two 64-bit numbers, which are summed over the rows.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Words = NDArray[np.uint64]

_LANES = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_NULL = np.uint64(0x6A09E667F3BCC908)


class RowHash:
    """The hash of a table that comes in batches of one schema."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._sums = [0 for _ in _LANES]
        self.rows = 0

    def update(self, rows: pa.Table) -> None:
        """Adds a batch of rows."""
        columns = [_words(rows.column(name)) for name in self._schema.names]
        for index, lane in enumerate(_LANES):
            mixed: Words = np.full(rows.num_rows, lane, dtype=np.uint64)
            for column in columns:
                mixed = _mix(mixed * lane + column)
            self._sums[index] += int(mixed.sum(dtype=np.uint64))
        self.rows += rows.num_rows

    def hexdigest(self) -> str:
        """SHA-256 of the schema, the number of rows and the sums."""
        fields = ",".join(f"{field.name}:{field.type}" for field in self._schema)
        sums = ",".join(str(each % 2**64) for each in self._sums)
        return hashlib.sha256(f"{fields};{self.rows};{sums}".encode()).hexdigest()


def _mix(words: Words) -> Words:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _words(column: pa.ChunkedArray) -> Words:
    """One number per value; equal values give equal numbers."""
    array = column.combine_chunks()
    missing = array.is_null().to_numpy(zero_copy_only=False)
    words = _text(array) if _is_text(array.type) else _bits(array)
    return np.where(missing, _NULL, _mix(words))


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _text(array: pa.Array) -> Words:
    coded = array.dictionary_encode()
    hashes = [hashlib.blake2b(text.encode(), digest_size=8).digest() for text in coded.dictionary.to_pylist()]
    table = np.frombuffer(b"".join(hashes), dtype="<u8") if hashes else np.zeros(1, dtype=np.uint64)
    return table[coded.indices.fill_null(0).to_numpy(zero_copy_only=False)]


def _bits(array: pa.Array) -> Words:
    if pa.types.is_floating(array.type):
        values = array.fill_null(0).to_numpy(zero_copy_only=False).astype(np.float64) + 0.0  # -0.0 is 0.0
        return np.where(np.isnan(values), np.nan, values).view(np.uint64)
    if pa.types.is_date32(array.type) or pa.types.is_boolean(array.type):
        array = pc.cast(array, pa.int32())
    whole = pc.cast(array, pa.int64())
    return whole.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64).view(np.uint64)
