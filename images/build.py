"""Builds one image, pushes it by whatever identity the registry knows, and says which digest to pin.

`make image IMAGE=training REGISTRY=name.azurecr.io`. Standard library only: a build agent has no environment.
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
"""The images, and where a registry keeps them; each is a key of `roastery:images` in a stack file."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}$")
_CHECKSUM = re.compile(r"[0-9a-f]{64}$")
_PLACEHOLDER = "0" * 64
_EXIT_CODE = 2


class BuildError(Exception):
    """What a person has to mend before anything is built."""


def pins(text: str) -> dict[str, str]:
    """KEY=VALUE lines of images/pins.env.

    Raises:
        BuildError: a line is none.
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if not equals:
            raise BuildError(f"{line!r} is not KEY=VALUE")
        found[key.strip()] = value.strip()
    return found


def arguments(dockerfile: str, given: Mapping[str, str]) -> dict[str, str]:
    """Those of `given` that the Dockerfile takes, checked.

    Raises:
        BuildError: one is missing, a placeholder, or no digest.
    """
    taken: dict[str, str] = {}
    for name, default in re.findall(r"^ARG ([A-Z0-9_]+)(=.*)?$", dockerfile, re.MULTILINE):
        if name in given:
            taken[name] = _checked(name, given[name])
        elif not default:
            raise BuildError(f"{name} is missing in images/pins.env")
    return taken


def _checked(name: str, value: str) -> str:
    if _PLACEHOLDER in value:
        raise BuildError(f"{name} in images/pins.env is a placeholder: put the real one there")
    if name == "BASE" and not ("@" in value and _DIGEST.search(value)):
        raise BuildError(f"BASE is {value!r}: name an image by digest, NAME@sha256:...")
    if name.endswith("_SHA256") and not _CHECKSUM.fullmatch(value):
        raise BuildError(f"{name} is {value!r}: a SHA-256 has 64 hexadecimal digits")
    return value


def change(image: str, reference: str) -> str:
    """What to write into the stack files, as Markdown."""
    return (
        f"### Image `{image}`\n\nPin it in every stack file that should use it, by a pull request:\n\n"
        f"```yaml\n  roastery:images:\n    {image}: {reference}\n```\n"
    )


def main() -> None:
    """Builds, pushes, reports; a mistake is one line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("image", choices=REPOSITORIES)
    asked.add_argument("registry", help="login server: name.azurecr.io")
    asked.add_argument("--uv", required=True, help="version of uv")
    asked.add_argument("--revision", required=True, help="commit")
    asked.add_argument("--report", type=Path, required=True, help="Markdown to write")
    options = asked.parse_args()
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
    given = pins((folder / "pins.env").read_text(encoding="utf-8"))
    own = {"UV_VERSION": options.uv, "REVISION": options.revision}
    values = arguments(file.read_text(encoding="utf-8"), {**given, **own})
    name = f"{options.registry}/{REPOSITORIES[options.image]}"
    with tempfile.TemporaryDirectory() as kept:
        metadata = Path(kept) / "metadata.json"
        command = ["docker", "buildx", "build", "--push", "--platform", "linux/amd64"]
        command += [f"--metadata-file={metadata}", f"--tag={name}:{options.revision}", f"--file={file}"]
        command += [f"--build-arg={key}={value}" for key, value in values.items()]
        try:
            subprocess.run([*command, str(ROOT)], check=True)
        except FileNotFoundError:
            raise BuildError("there is no docker here: build where BuildKit runs") from None
        digest = json.loads(metadata.read_text(encoding="utf-8"))["containerimage.digest"]
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(change(options.image, f"{name}@{digest}"), encoding="utf-8")
    print(f"{name}@{digest}")


if __name__ == "__main__":
    main()
