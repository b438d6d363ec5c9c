"""Services that refuse concurrent writes below one parent."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Generator

from azsandbox.arm import ids
from azsandbox.arm.model import ResourceType
from azsandbox.errors import ArmError


class Writes:
    """The writes that are under way, by parent."""

    def __init__(self) -> None:
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def write(self, spec: ResourceType, identifier: str) -> Generator[None]:
        """One write, as long as the type says that it takes; other types write as they like."""
        if not spec.seconds:
            yield
            return
        above = ids.key(ids.parent_of(identifier) or identifier)
        with self._lock:
            if above in self._busy:
                raise ArmError(
                    409,
                    "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
                    "Too many federated identity credentials are written concurrently for the managed "
                    f"identity '{above}'. "
                    "Concurrent writes are not supported: create them one after another.",
                )
            self._busy.add(above)
        try:
            time.sleep(spec.seconds)
            yield
        finally:
            with self._lock:
                self._busy.discard(above)
