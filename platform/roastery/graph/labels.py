"""Names and numbers as text that is short enough for a box."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_INVALID = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not allowed in XML 1.0


def clean(text: object) -> str:
    """One printable line."""
    return " ".join(_INVALID.sub("\ufffd", str(text)).split())


def plural(number: int, noun: str, many: str = "") -> str:
    return f"{number} {noun if number == 1 else many or noun + 's'}"


def listing(items: Sequence[str], limit: int = 6) -> str:
    """`a, b, c`; items beyond the limit are counted."""
    shown = ", ".join(items[:limit])
    return f"{shown} and {len(items) - limit} more" if len(items) > limit else shown


def span(low: object, high: object) -> str:
    """Both numbers with a dash between them, or one number where both are the same."""
    return f"{low}" if high in (None, "", low) else f"{low}–{high}"  # noqa: RUF001 - an en dash


def is_enabled(value: object) -> bool:
    """Whether a setting is on; Azure writes `Enabled`, `true` or `"true"`."""
    return str(value).lower() in {"true", "enabled", "on"}


def _shared(words: Sequence[Sequence[str]]) -> int:
    """How many first words all names share; at least one word of the shortest name is left."""
    limit = min(map(len, words)) - 1
    return next((index for index in range(limit) if len({name[index] for name in words}) > 1), limit)


def common_words(names: Iterable[str]) -> tuple[str, str]:
    """What a stack's names share after the abbreviation and at the end: (`roastery`, `prod-eus2`)."""
    words = [name.split("-") for name in dict.fromkeys(names)]
    if len(words) < 2:  # noqa: PLR2004 - one name shares nothing with others
        return "", ""
    head, tail = _shared(words), _shared([name_words[::-1] for name_words in words])
    return "-".join(words[0][1:head]), "-".join(words[0][len(words[0]) - tail :]) if tail else ""


def shorten(name: str, common: tuple[str, str]) -> str:
    """`snet-roastery-cluster-prod-eus2` → `cluster`; a name of another form is returned unchanged."""
    head, tail = common
    words = name.split("-")
    start, end = (head.split("-") if head else []), (tail.split("-") if tail else [])
    middle = words[1 + len(start) : len(words) - len(end)]
    if (
        middle
        and words[1 : 1 + len(start)] == start
        and words[len(words) - len(end) :] == end
        and (head or tail)
    ):
        return "-".join(middle)
    return name
