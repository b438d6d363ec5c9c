"""Names, values, bodies and headers that no client sends, and secrets that no file may hold."""

from __future__ import annotations

from typing import Any

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg"
ML = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/mlw"
PLANTED = "PLANTED7f3a"  # part of every secret that the requests hold
CONNECTION = f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={PLANTED}abcdefghij=="
SIGNED = f"https://a.blob.core.windows.net/c/b?sv=2024-11-04&se=2030-01-01&sr=b&sp=r&sig={PLANTED}%3D"

NAMES = (
    *("..", ".", "...", "%2e%2e", "..%2f..", "a/../../b", "../../../../etc/passwd", "/etc/passwd", "\\..\\x"),
    *(".metadata", ".blocks", "\x00", "a\x00b", "\n", "\r\nX: y", "é", "\udc80", "\U0001f600", "٣", "²"),
    *(
        "a" * 300,
        "é" * 200,
        "a" * 5000,
        "-",
        " ",
        "",
        "x" * 64,
        "con",
        "~",
        "$root",
        "%",
        "%00",
        "a//b",
        "a b",
    ),
    *(
        "'",
        '"',
        "';--",
        "${{parent.inputs.x}}",
        "{0}",
        "<a>",
        "*",
        "[",
        "http://[",
        "https://[::1",
        "azureml:a:1",
    ),
)
VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        2**63,
        10**400,
        1.5,
        1e308,
        float("inf"),
        float("nan"),
        "",
        [],
        {},
        [[]],
        [{}],
    ),
    *({"a": {}}, {"": None}, [None], ["x", 1], {"type": []}, {"value": {}}, "0" * 40, CONNECTION, SIGNED),
)
RAW = (
    *(b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"\x00", b'{"a":' * 3000 + b"1" + b"}" * 3000),
    *(b"[" * 100_000, b'{"properties":"\\ud800"}', b'{"location":1e999}', b"<a>" * 5000, b"<!DOCTYPE x>"),
    *(b'{"properties":[]}', b'{"properties":{"jobType":"Command","command":NaN}}', b"9" * 5000, b"<a/>"),
)
HEADERS = (
    *("authorization", "range", "x-ms-range", "x-ms-copy-source", "x-ms-blob-type", "x-ms-meta-é"),
    *("content-type", "secret", "host", "content-encoding", "azureml-model-deployment", "x-ms-meta-a"),
)
TEXTS = (
    *(
        b"\xff\xfe",
        b"Bearer \xe9",
        b"bearer",
        b"Basic !!!",
        b"Basic /w==",
        b"bytes=9-1",
        b"bytes=99999999999-",
    ),
    *(
        "bytes=٣-²".encode(),
        b"http://[",
        b"BlockBlob",
        b"a" * 9000,
        b"bytes=" + b"9" * 5000 + b"-",
        b"application/x",
    ),
    *(
        b"https://stone.blob.core.azure.sandbox/../../x",
        b"https://stone.blob.core.azure.sandbox/data/%00",
        b"",
    ),
)
METHODS = ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS")
