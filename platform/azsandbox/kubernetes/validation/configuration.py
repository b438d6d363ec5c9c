"""Config maps, secrets and namespaces.

Source: kubernetes pkg/apis/core/validation/validation.go (ValidateConfigMap, ValidateSecret).
"""

from __future__ import annotations

import base64
import binascii
import json
import re

from azsandbox.kubernetes.validation import names
from azsandbox.kubernetes.validation.field import Field, Problems
from azsandbox.kubernetes.validation.release import Release
from azsandbox.schema.validate import suggestion

_LARGEST = 1024 * 1024
_LEVELS = ("privileged", "baseline", "restricted")
_POD_SECURITY = re.compile(r"pod-security\.kubernetes\.io/(enforce|audit|warn)(-version)?")
_VERSION = re.compile(r"latest|v1\.\d+")
_NEEDED = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
_ACCOUNT = "kubernetes.io/service-account.name"


def config_map(manifest: Field, release: Release) -> Problems:
    del release
    data, binary = manifest["data"], manifest["binaryData"]
    for name, value in [*data.entries(), *binary.entries()]:
        for complaint in names.config_key(name):
            yield value.invalid(complaint, name)
    for name, value in data.entries():
        if name in dict(binary.entries()):
            yield value.invalid("duplicate of key present in binaryData", name)
    size = sum(len(value.text.encode()) for _, value in data.entries())
    size += sum(len(_decoded(value) or b"") for _, value in binary.entries())
    if size > _LARGEST:
        yield data.too_long(_LARGEST)


def _decoded(field: Field) -> bytes | None:
    try:
        return base64.b64decode(re.sub(r"[\r\n]", "", field.text), validate=True)
    except (binascii.Error, ValueError):
        return None


def is_base64(text: str) -> bool:
    """Whether Go's decoder of bytes reads it: standard alphabet, padded, line breaks ignored."""
    return _decoded(Field(text)) is not None


def secret(manifest: Field, release: Release) -> Problems:
    """The content of a secret stays out of messages."""
    del release
    plain = dict(manifest["stringData"].entries())
    encoded = dict(manifest["data"].entries())
    content = {**encoded, **plain}
    for name, value in [*encoded.items(), *plain.items()]:
        for complaint in names.config_key(name):
            yield value.invalid(complaint, name)
    size = sum(len(value.text.encode()) for value in plain.values())
    size += sum(len(_decoded(value) or b"") for name, value in encoded.items() if name not in plain)
    if size > _LARGEST:
        yield manifest["data"].too_long(_LARGEST)
    if not manifest["data"].unknown and not manifest["stringData"].unknown:
        yield from _typed(manifest, content, plain)


def _typed(manifest: Field, content: dict[str, Field], plain: dict[str, Field]) -> Problems:
    kind = manifest["type"].text
    for name in _NEEDED.get(kind, ()):
        if name not in content or (kind == "kubernetes.io/ssh-auth" and content[name].empty):
            yield manifest["data"].key(name).required()
    if kind == "kubernetes.io/basic-auth" and not {"username", "password"} & content.keys():
        yield manifest["data"].key("username").required()
        yield manifest["data"].key("password").required()
    if kind == "kubernetes.io/service-account-token":
        yield from manifest["metadata"]["annotations"].key(_ACCOUNT).need()
    for name in (".dockercfg", ".dockerconfigjson"):
        if name in _NEEDED.get(kind, ()) and name in content:
            yield from _json(content[name], encoded=name not in plain)


def _json(field: Field, *, encoded: bool) -> Problems:
    if not field.is_text:
        return
    text = _decoded(field) if encoded else field.text.encode()
    if text is None:
        return
    try:
        right = isinstance(json.loads(text), dict)
    except ValueError:
        right = False
    if not right:
        yield field.invalid("must be a JSON object", "<secret contents redacted>")


def namespace(manifest: Field, release: Release) -> Problems:
    """The levels of pod security are checked by an admission plug-in."""
    del release
    for name, value in manifest["metadata"]["labels"].entries():
        pod_security = _POD_SECURITY.fullmatch(name)
        if not pod_security or not value.is_text:
            continue
        if not pod_security[2] and value.text not in _LEVELS:
            hint = suggestion(value.text, _LEVELS)
            yield value.invalid(f"must be one of {', '.join(_LEVELS)}{hint}")
        elif pod_security[2] and not _VERSION.fullmatch(value.text):
            yield value.invalid('must be "latest" or "v1.x"')
