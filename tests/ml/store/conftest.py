from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB, which only root can mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not Path("/bin/mount").exists():
        pytest.skip("no mount here; the limit on file sizes is tested everywhere")
    mounted = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("mounting a small file system needs root; the limit on file sizes is tested everywhere")
    yield folder
    subprocess.run(["/bin/umount", str(folder)], check=True)
