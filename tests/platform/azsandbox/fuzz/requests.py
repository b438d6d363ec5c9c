"""Requests to the API server, each with some part made hostile."""

from __future__ import annotations

import copy
from dataclasses import replace
from random import Random
from typing import Any

from tests.platform.azsandbox.fuzz.templates import Sent
from tests.platform.azsandbox.fuzz.values import HEADERS, METHODS, NAMES, RAW, TEXTS, VALUES


def hostile(template: Sent, random: Random) -> Sent:
    """The request with one to three of its parts replaced."""
    sent = template
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        sent = random.choice(
            (_path, _path, _body, _body, _body, _bytes, _query, _header, _method, _audience)
        )(sent, random)
    return sent


def _path(sent: Sent, random: Random) -> Sent:
    segments = sent.path.split("/")
    position = random.randrange(1, len(segments)) if len(segments) > 1 else 0
    if random.random() < 0.1:
        raw = sent.path.encode(errors="surrogateescape").rpartition(b"/")[0] + random.choice(
            (b"/%ff%fe", b"/\xff", b"/%", b"/%zz", b"/%2e%2e", b"/%2e%2e/%2e%2e/x", b"/..;/x", b"/%00", b"//")
        )
        return replace(sent, raw_path=raw)
    segments[position] = random.choice(NAMES)
    return replace(sent, path="/".join(segments))


def _body(sent: Sent, random: Random) -> Sent:
    if not isinstance(sent.body, dict):
        return _bytes(sent, random)
    body = copy.deepcopy(sent.body)
    node: Any = body
    while True:
        keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return replace(sent, body=random.choice(VALUES))
        key = random.choice(keys)
        inner = node[key]
        if isinstance(inner, (dict, list)) and inner and random.random() < 0.75:
            node = inner
            continue
        value = random.choice((*VALUES, *NAMES))
        if isinstance(node, dict) and random.random() < 0.2:
            node[random.choice(NAMES)] = node.pop(key)
        else:
            node[key] = value
        return replace(sent, body=body)


def _bytes(sent: Sent, random: Random) -> Sent:
    return replace(sent, body=random.choice(RAW))


def _query(sent: Sent, random: Random) -> Sent:
    known = [
        *sent.query,
        "api-version",
        "$top",
        "$filter",
        "comp",
        "prefix",
        "sig",
        "se",
        "digest",
        "listViewType",
    ]
    value = random.choice((*NAMES, "9" * 5000, "2024-04-01", "²", "list"))
    return replace(sent, query={**sent.query, random.choice(known): value})


def _header(sent: Sent, random: Random) -> Sent:
    name = random.choice((*HEADERS, *sent.headers))
    return replace(sent, headers={**sent.headers, name: random.choice(TEXTS)})


def _method(sent: Sent, random: Random) -> Sent:
    return replace(sent, method=random.choice(METHODS))


def _audience(sent: Sent, random: Random) -> Sent:
    return replace(sent, audience=random.choice(("", "garbage", "arm", "storage", "vault")))
