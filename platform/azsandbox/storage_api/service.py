"""The blob service's REST operations that azure-storage-blob needs for Azure ML's artifacts."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

from azsandbox.arm_api import names
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Answer, Call, not_modelled
from azsandbox.errors import ArmError
from azsandbox.storage_api import naming
from azsandbox.storage_api.folders import Blob, Folders

_VERSION = "2025-11-05"
_META = "x-ms-meta-"
_ACCOUNTS = "Microsoft.Storage/storageAccounts"
_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{0,18})")


OPERATIONS = (
    *("Get Blob", "Get Blob Properties", "Put Blob (block blobs)", "Put Block", "Put Block List"),
    *("Copy Blob (in one account)", "Set Blob Metadata", "Delete Blob", "List Blobs"),
)
_Action = Callable[[Call, str, str, str], Answer]


class BlobService:
    """One host name per account: `<account>.blob.<suffix>`."""

    def __init__(self, folders: Folders, resources: Resources) -> None:
        self.folders = folders
        self.resources = resources
        self._actions: dict[tuple[str, str], _Action] = {
            ("HEAD", ""): self._head,
            ("GET", ""): self._get,
            ("PUT", ""): self._put,
            ("PUT", "block"): self._put_block,
            ("PUT", "blocklist"): self._commit,
            ("PUT", "metadata"): self._set_metadata,
            ("GET", "metadata"): self._head,
            ("DELETE", ""): self._delete,
        }

    def serve(self, call: Call) -> Answer:
        account = call.host.removesuffix(names.BLOB)
        if not any(resource.name == account for resource in self.resources.subscription.of_kind(_ACCOUNTS)):
            raise ArmError(404, "ResourceNotFound", f"The storage account '{account}' does not exist.")
        container, _, name = unquote(call.path).strip("/").partition("/")
        comp = call.query.get("comp", "")
        if not name and call.method == "GET" and comp == "list":
            return self._list(call, account, container)
        action = self._actions.get((call.method, comp))
        if action is None or not name:
            return not_modelled(call)
        self.resources.inject(
            {"GET": "read", "HEAD": "read", "DELETE": "delete"}.get(call.method, "update"), call.path
        )
        return action(call, account, container, name)

    def _head(self, _: Call, account: str, container: str, name: str) -> Answer:
        blob = self.folders.get(account, container, name)
        return Answer(200, None, {**_headers(blob), "x-content-length": str(blob.size)})

    def _get(self, call: Call, account: str, container: str, name: str) -> Answer:
        blob = self.folders.get(account, container, name)
        content = blob.path.read_bytes()
        headers = _headers(blob)
        requested = _RANGE.fullmatch(call.headers.get("x-ms-range") or call.headers.get("range") or "")
        if not requested or (requested[2] and int(requested[2]) < int(requested[1])):
            return Answer(200, content, headers, "application/octet-stream")
        first = int(requested[1])
        last = min(int(requested[2] or len(content) - 1), len(content) - 1)
        if first >= len(content):
            raise ArmError(
                416, "InvalidRange", "The range specified is invalid for the current size of the resource."
            )
        headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        return Answer(206, content[first : last + 1], headers, "application/octet-stream")

    def _put(self, call: Call, account: str, container: str, name: str) -> Answer:
        if "x-ms-copy-source" in call.headers:
            return self._copy(call, account, container, name)
        if call.headers.get("x-ms-blob-type") != "BlockBlob":
            return not_modelled(call)
        path, metadata = self.folders.path(account, container, name), _metadata(call)
        if call.headers.get("if-none-match") == "*" and path.is_file():
            raise ArmError(409, "BlobAlreadyExists", "The specified blob already exists.")
        self.folders.put(account, container, name, call.body)
        self.folders.set_metadata(account, container, name, metadata)
        return Answer(201, None, _headers(self.folders.get(account, container, name)))

    def _copy(self, call: Call, account: str, container: str, name: str) -> Answer:
        """Copy Blob inside one account, which is complete at once."""
        try:
            source = urlsplit(call.headers["x-ms-copy-source"])
        except ValueError:
            raise ArmError(
                400, "InvalidHeaderValue", "The value of the header x-ms-copy-source is not a valid URL."
            ) from None
        if (source.hostname or "").removesuffix(names.BLOB) != account:
            return not_modelled(call)
        origin, _, original = unquote(source.path).strip("/").partition("/")
        blob = self.folders.get(account, origin, original)
        self.folders.put(account, container, name, blob.path.read_bytes())
        self.folders.set_metadata(account, container, name, _metadata(call) or blob.metadata)
        copied = self.folders.get(account, container, name)
        identifier = copied.etag.strip('"')
        return Answer(
            202, None, {**_headers(copied), "x-ms-copy-status": "success", "x-ms-copy-id": identifier}
        )

    def _put_block(self, call: Call, account: str, container: str, name: str) -> Answer:
        self.folders.put_block(account, container, name, call.query.get("blockid", ""), call.body)
        return Answer(201, None, {"x-ms-version": _VERSION})

    def _commit(self, call: Call, account: str, container: str, name: str) -> Answer:
        try:
            blocks = [element.text or "" for element in ET.fromstring(call.body)]  # noqa: S314 - Expat bounds entities
        except (ET.ParseError, ValueError, LookupError):  # not XML, or in an unknown encoding
            raise ArmError(
                400,
                "InvalidXmlDocument",
                "The specified XML is not syntactically valid: a block list is needed.",
            ) from None
        self.folders.commit(account, container, name, blocks)
        self.folders.set_metadata(account, container, name, _metadata(call))
        return Answer(201, None, _headers(self.folders.get(account, container, name)))

    def _set_metadata(self, call: Call, account: str, container: str, name: str) -> Answer:
        self.folders.get(account, container, name)
        self.folders.set_metadata(account, container, name, _metadata(call))
        return Answer(200, None, _headers(self.folders.get(account, container, name)))

    def _delete(self, _: Call, account: str, container: str, name: str) -> Answer:
        self.folders.delete(account, container, name)
        return Answer(202, None, {"x-ms-version": _VERSION})

    def _list(self, call: Call, account: str, container: str) -> Answer:
        prefix, delimiter = call.query.get("prefix", ""), call.query.get("delimiter", "")
        if not f"{prefix}{delimiter}".isprintable():  # XML has no control characters
            raise ArmError(
                400, "InvalidQueryParameterValue", "The prefix or the delimiter has control characters."
            )
        root = ET.Element(
            "EnumerationResults", {"ServiceEndpoint": f"https://{call.host}/", "ContainerName": container}
        )
        ET.SubElement(root, "Prefix").text = prefix
        blobs = ET.SubElement(root, "Blobs")
        seen: set[str] = set()
        for blob in self.folders.list(account, container, prefix):
            folder, separator, _ = (
                blob.name[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
            )
            if separator:
                if folder not in seen:
                    seen.add(folder)
                    ET.SubElement(
                        ET.SubElement(blobs, "BlobPrefix"), "Name"
                    ).text = f"{prefix}{folder}{delimiter}"
                continue
            _add_properties(blob, ET.SubElement(blobs, "Blob"))
        ET.SubElement(root, "NextMarker")
        text = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        return Answer(200, text, {"x-ms-version": _VERSION}, "application/xml")


def _add_properties(blob: Blob, element: ET.Element) -> None:
    ET.SubElement(element, "Name").text = blob.name
    properties = ET.SubElement(element, "Properties")
    for name, value in (
        ("Last-Modified", format_datetime(blob.modified, usegmt=True)),
        ("Etag", blob.etag.strip('"')),
        ("Content-Length", str(blob.size)),
        ("Content-Type", "application/octet-stream"),
        ("BlobType", "BlockBlob"),
    ):
        ET.SubElement(properties, name).text = value
    metadata = ET.SubElement(element, "Metadata")
    for name, value in blob.metadata.items():
        ET.SubElement(metadata, name).text = value


def _headers(blob: Blob) -> dict[str, str]:
    return {
        "ETag": blob.etag,
        "Last-Modified": format_datetime(blob.modified, usegmt=True),
        "x-ms-creation-time": format_datetime(blob.modified, usegmt=True),
        "x-ms-blob-type": "BlockBlob",
        "x-ms-version": _VERSION,
        "Accept-Ranges": "bytes",
        **{f"{_META}{name}": value for name, value in blob.metadata.items()},
    }


def _metadata(call: Call) -> dict[str, str]:
    metadata = {
        name.removeprefix(_META): value for name, value in call.headers.items() if name.startswith(_META)
    }
    naming.check_metadata(metadata)
    return metadata
