"""The report step: a run's folders to one HTML file."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from ml.pipeline import REPORT
from ml.report.build import build
from ml.report.sources import FOLDERS
from ml.steps import entry
from ml.store.atomic import whole_file

logger = logging.getLogger("ml")


def main(argv: Sequence[str] | None = None) -> None:
    """Writes the report.

    Raises:
        MLError: an input is absent or broken, or the report can't be written.
    """
    args = REPORT.parser().parse_args(argv)
    html = build({name: Path(getattr(args, name)) for name in FOLDERS})
    with whole_file(args.report) as part:
        part.write_text(html, encoding="utf-8")
    logger.info("report: %s (%.0f kB)", args.report, len(html.encode()) / 1000)


if __name__ == "__main__":
    entry.run(main)
