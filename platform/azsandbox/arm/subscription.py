"""The state of the sandbox's Azure: one object, stored in SQLite between commands.

All stacks of a project share it, as they would share Azure's global names; subscription ids separate them.
"""

from __future__ import annotations

import contextlib
import copy
import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from azsandbox import files
from azsandbox.arm import external, ids
from azsandbox.arm.redaction import Redactor

Values = dict[str, Any]

_SCHEMA = """
create table if not exists setting (name text primary key, value text not null);
create table if not exists resource (
    key text primary key, id text not null, token text not null, kind text not null,
    inputs text not null, outputs text not null
);
create index if not exists resource_kind on resource (kind);
create table if not exists reference (source text not null, path text not null, target text not null);
create index if not exists reference_target on reference (target);
create index if not exists reference_source on reference (source);
create table if not exists deleted (
    key text primary key, id text not null, kind text not null, protected int not null
);
create table if not exists fault (
    number integer primary key, operation text not null, pattern text not null,
    kind text not null, times int not null
);
create table if not exists spreading (key text primary key, until real not null);
"""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource; where it is stored, its secrets are redacted."""

    id: str
    token: str
    kind: str  # ARM type
    inputs: Values = field(default_factory=dict)
    outputs: Values = field(default_factory=dict)

    @property
    def name(self) -> str:
        return ids.parse(self.id).name


class Subscription:
    """Resources by id, their references, soft-deleted names, and faults to inject."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()
        self.external = external.NONE
        connection.execute("pragma busy_timeout = 10000")
        connection.executescript(_SCHEMA)
        with self.transaction():
            self._connection.execute(
                "insert or ignore into setting values ('key', ?)", (secrets.token_hex(32),)
            )
        (key,) = connection.execute("select value from setting where name = 'key'").fetchone()
        self.redactor = Redactor(bytes.fromhex(key))

    @classmethod
    def open(cls, file: str | Path) -> Self:
        """The subscription in this file, created if it does not exist; ":memory:" for tests."""
        if str(file) != ":memory:":
            files.private_file(Path(file))
        return cls(sqlite3.connect(str(file), check_same_thread=False, isolation_level=None))

    def seeing(self, externals: external.Externals) -> Self:
        """The same subscription, beside the resources that a stack declares as external."""
        view = copy.copy(self)
        view.external = externals
        return view

    @contextlib.contextmanager
    def transaction(self) -> Generator[None]:
        """The block's writes are stored together or not at all; other processes wait meanwhile."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    def _rows(self, query: str, *values: Any) -> list[Resource]:
        with self._lock:
            columns = "select id, token, kind, inputs, outputs from resource "
            rows = self._connection.execute(columns + query, values)
            return [
                Resource(
                    id=row[0],
                    token=row[1],
                    kind=row[2],
                    inputs=json.loads(row[3]),
                    outputs=json.loads(row[4]),
                )
                for row in rows.fetchall()
            ]

    # resources

    def get(self, identifier: str) -> Resource | None:
        """The resource; an external one only if it is declared with inputs, since rules compare them."""
        rows = self._rows("where key = ?", ids.key(identifier))
        if rows:
            return rows[0]
        outside = self.external.find(identifier)
        if outside is None or not outside.inputs:
            return None
        kind = ids.parse(outside.id).kind.lower()
        return Resource(id=outside.id, token="", kind=kind, inputs=outside.inputs, outputs=outside.outputs)

    def of_kind(self, kind: str) -> list[Resource]:
        """All resources of an ARM type, in order of their ids."""
        return self._rows("where kind = ? order by key", kind.lower())

    def below(self, identifier: str) -> list[Resource]:
        """All resources below an id, deepest last."""
        prefix = ids.key(identifier) + "/"
        return self._rows("where substr(key, 1, ?) = ? order by length(key), key", len(prefix), prefix)

    def all(self) -> list[Resource]:
        return self._rows("order by key")

    def put(self, resource: Resource, references: dict[str, str] | None = None) -> Resource:
        """Store a resource, redacted, and the ids that its inputs refer to, by path; return it redacted."""
        clean = replace(
            resource,
            inputs=self.redactor.redact(resource.inputs),
            outputs=self.redactor.redact(resource.outputs),
        )
        key = ids.key(resource.id)
        with self.transaction():
            self._connection.execute(
                "insert or replace into resource values (?, ?, ?, ?, ?, ?)",
                (
                    key,
                    clean.id,
                    clean.token,
                    clean.kind.lower(),
                    json.dumps(clean.inputs),
                    json.dumps(clean.outputs),
                ),
            )
            if references is not None:
                self._connection.execute("delete from reference where source = ?", (key,))
                self._connection.executemany(
                    "insert into reference values (?, ?, ?)",
                    [(key, path, ids.key(target)) for path, target in references.items()],
                )
        return clean

    def remove(self, identifier: str) -> None:
        key = ids.key(identifier)
        with self.transaction():
            self._connection.execute("delete from resource where key = ?", (key,))
            self._connection.execute("delete from reference where source = ?", (key,))

    def referring_to(self, identifier: str) -> list[tuple[str, str]]:
        """(id of the source, input path) of every reference to exactly this id."""
        with self._lock:
            rows = self._connection.execute(
                "select resource.id, reference.path from reference join resource on resource.key = "
                "reference.source "
                "where reference.target = ? order by 1, 2",
                (ids.key(identifier),),
            )
            return [(row[0], row[1]) for row in rows.fetchall()]

    # soft delete

    def soft_delete(self, resource: Resource, *, protected: bool) -> None:
        with self.transaction():
            self._connection.execute(
                "insert or replace into deleted values (?, ?, ?, ?)",
                (ids.key(resource.id), resource.id, resource.kind.lower(), int(protected)),
            )
            self.write_setting(_deleted_in(resource.id), str(resource.inputs.get("location", "")))

    def deleted_in(self, identifier: str) -> str:
        """The location that the soft-deleted resource had."""
        return self.read_setting(_deleted_in(identifier)) or ""

    def soft_deleted(self, kind: str) -> list[str]:
        """Ids of the soft-deleted resources of a type."""
        with self._lock:
            rows = self._connection.execute(
                "select id from deleted where kind = ? order by id", (kind.lower(),)
            )
            return [row[0] for row in rows.fetchall()]

    def release_name(self, identifier: str) -> None:
        with self.transaction():
            self._connection.execute("delete from deleted where key = ?", (ids.key(identifier),))

    def purge_soft_deleted(self, subscriptions: set[str]) -> None:
        with self.transaction():
            rows: list[tuple[str]] = self._connection.execute("select id from deleted").fetchall()
            for (identifier,) in rows:
                if ids.subscription_of(identifier).rpartition("/")[2].lower() in subscriptions:
                    self.release_name(identifier)

    # what is not a resource, such as registrations

    def read_setting(self, name: str) -> str | None:
        with self._lock:
            row = self._connection.execute("select value from setting where name = ?", (name,)).fetchone()
            return row[0] if row else None

    def write_setting(self, name: str, value: str) -> None:
        with self.transaction():
            self._connection.execute("insert or replace into setting values (?, ?)", (name, value))

    # faults to inject

    def add_fault(self, operation: str, pattern: str, kind: str, times: int) -> None:
        with self.transaction():
            self._connection.execute(
                "insert into fault (operation, pattern, kind, times) values (?, ?, ?, ?)",
                (operation, pattern.lower(), kind, times),
            )

    def faults(self) -> list[tuple[int, str, str, str, int]]:
        """(number, operation, pattern, kind, times left) in the order in which they were added."""
        with self._lock:
            return self._connection.execute("select * from fault order by number").fetchall()

    def use_fault(self, number: int) -> None:
        with self.transaction():
            self._connection.execute("update fault set times = times - 1 where number = ?", (number,))
            self._connection.execute("delete from fault where times <= 0")

    def clear_faults(self) -> None:
        with self.transaction():
            self._connection.execute("delete from fault")

    # what Entra and Azure have accepted, but do not know everywhere yet

    def spread_until(self, identifier: str, until: float) -> None:
        """The role assignment, or the identity, takes effect at this time (seconds since 1970)."""
        with self.transaction():
            self._connection.execute(
                "insert or replace into spreading values (?, ?)", (ids.key(identifier), until)
            )

    def spreading(self) -> frozenset[str]:
        """The keys of the ids that do not take effect yet."""
        with self._lock:
            rows = self._connection.execute("select key from spreading where until > ?", (time.time(),))
            return frozenset(row[0] for row in rows.fetchall())

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def _deleted_in(identifier: str) -> str:
    return f"location of the deleted {ids.key(identifier)}"
