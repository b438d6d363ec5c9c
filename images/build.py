"""Builds one image, pushes it with the credentials that docker has, and prints the digest to pin.

`make image IMAGE=training REGISTRY=name.azurecr.io`. It uses the standard library only, since a build agent
has no Python environment.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPOSITORIES = {"training": "roastery/ml", "runner": "roastery/runner"}
"""Image → repository in the registry; each image is a key of `roastery:images` in a stack file."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}$")
_CHECKSUM = re.compile(r"[0-9a-f]{64}$")
_PLACEHOLDER = "0" * 64
_EXIT_CODE = 2


class BuildError(Exception):
    """The image can't be built; the message says what to correct."""


def pins(text: str) -> dict[str, str]:
    """The KEY=VALUE lines of images/pins.env.

    Raises:
        BuildError: a line is not KEY=VALUE.
    """
    values: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if not equals:
            raise BuildError(f"{line!r} is not KEY=VALUE")
        values[key.strip()] = value.strip()
    return values


def arguments(dockerfile: str, values: Mapping[str, str]) -> dict[str, str]:
    """The values that the Dockerfile takes as arguments, validated.

    Raises:
        BuildError: a value is missing, is a placeholder, or is not a digest.
    """
    accepted: dict[str, str] = {}
    for name, default in re.findall(r"^ARG ([A-Z0-9_]+)(=.*)?$", dockerfile, re.MULTILINE):
        if name in values:
            accepted[name] = _validated(name, values[name])
        elif not default:
            raise BuildError(f"{name} is missing in images/pins.env")
    return accepted


def _validated(name: str, value: str) -> str:
    if _PLACEHOLDER in value:
        raise BuildError(f"{name} in images/pins.env is a placeholder: replace it by the real value")
    if name == "BASE" and not ("@" in value and _DIGEST.search(value)):
        raise BuildError(f"BASE is {value!r}: name an image by digest, NAME@sha256:...")
    if name.endswith("_SHA256") and not _CHECKSUM.fullmatch(value):
        raise BuildError(f"{name} is {value!r}: a SHA-256 has 64 hexadecimal digits")
    return value


def pin_instructions(image: str, reference: str) -> str:
    """The change to make in the stack files, as Markdown."""
    return (
        f"### Image `{image}`\n\nPin it in every stack file that should use it, by a pull request:\n\n"
        f"```yaml\n  roastery:images:\n    {image}: {reference}\n```\n"
    )


def main() -> None:
    """Builds and pushes the image and reports its digest; an error of the user is one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", choices=REPOSITORIES)
    parser.add_argument("registry", help="login server: name.azurecr.io")
    parser.add_argument("--uv", required=True, help="version of uv")
    parser.add_argument("--revision", required=True, help="commit")
    parser.add_argument("--report", type=Path, required=True, help="Markdown to write")
    options = parser.parse_args()
    try:
        _build(options)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(_EXIT_CODE)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)


def _build(options: argparse.Namespace) -> None:
    folder = ROOT / "images"
    file = folder / options.image / "Dockerfile"
    file_pins = pins((folder / "pins.env").read_text(encoding="utf-8"))
    own = {"UV_VERSION": options.uv, "REVISION": options.revision}
    values = arguments(file.read_text(encoding="utf-8"), {**file_pins, **own})
    name = f"{options.registry}/{REPOSITORIES[options.image]}"
    with tempfile.TemporaryDirectory() as temporary:
        metadata = Path(temporary) / "metadata.json"
        command = ["docker", "buildx", "build", "--push", "--platform", "linux/amd64"]
        command += [f"--metadata-file={metadata}", f"--tag={name}:{options.revision}", f"--file={file}"]
        command += [f"--build-arg={key}={value}" for key, value in values.items()]
        try:
            subprocess.run([*command, str(ROOT)], check=True)
        except FileNotFoundError:
            raise BuildError("docker is not installed: run this on a machine with BuildKit") from None
        digest = json.loads(metadata.read_text(encoding="utf-8"))["containerimage.digest"]
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(pin_instructions(options.image, f"{name}@{digest}"), encoding="utf-8")
    print(f"{name}@{digest}")


if __name__ == "__main__":
    main()
