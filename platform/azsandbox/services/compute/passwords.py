"""What a password of a machine has to be, as the specification of osProfile says."""

from __future__ import annotations

import re

WINDOWS, LINUX = (8, 123), (6, 72)  # least and most characters
_COMMON = frozenset(
    {
        *("abc@123", "P@$$w0rd", "P@ssw0rd", "P@ssword123", "Pa$$word", "pass@word1", "Password!"),
        *("Password1", "Password22", "iloveyou!"),
    }
)
_CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[\W_]")
_FEWEST_CLASSES = 3


def is_strong(password: str, limits: tuple[int, int]) -> bool:
    """Whether it has the length, three kinds of characters, and is not a common one."""
    classes = sum(bool(re.search(pattern, password)) for pattern in _CLASSES)
    return limits[0] <= len(password) <= limits[1] and classes >= _FEWEST_CLASSES and password not in _COMMON
