"""Writes a run's report as one self-contained HTML file.

Reads the folders `--monthly`, `--quality`, `--importance`, `--evaluation` and `--registration`
(`ml.report.sources`); the report names each file that is missing from them.

Writes the HTML file `--report`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from ml.pipeline import REPORT as STEP
from ml.report.build import build
from ml.report.sources import FOLDERS
from ml.steps import entry
from ml.store.atomic import whole_file

logger = logging.getLogger("ml.steps.report")


def write_report(folders: Mapping[str, Path], out: Path) -> None:
    """Writes the report of a run to the file `out`, whole or not at all.

    Args:
        folders: by the names of `ml.report.sources.FOLDERS`.
        out: where to.

    Raises:
        InputError: a folder does not exist, or a file in it is broken.
        MLError: the disk is full.
    """
    html = build(folders)
    with whole_file(out) as part:
        part.write_text(html, encoding="utf-8")
    logger.info("report: %s (%.0f kB)", out, len(html.encode()) / 1000)


def main(argv: Sequence[str] | None = None) -> None:
    """The step's command."""
    args = STEP.parser().parse_args(argv)
    write_report({name: Path(getattr(args, name)) for name in FOLDERS}, Path(args.report))


if __name__ == "__main__":
    entry.run(main)
