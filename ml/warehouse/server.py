"""The embedded warehouse's process. Run as `python -m ml.warehouse.server FOLDER`.

It prints its port on standard output when it is ready, and ends when its standard input closes, and so
together with the process that started it.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder

HIDDEN = ("boto3", "pandas")


class HiddenPackages(MetaPathFinder):
    """Hides packages that Snowflake's connector, which fakesnow imports, loads but a server does not use.

    The server starts in half the time without them.
    """

    def find_spec(self, fullname: str, *_: object) -> None:
        """Leaves every other module to the other finders."""
        if fullname in HIDDEN:
            raise ModuleNotFoundError(f"{fullname} is not loaded here", name=fullname)


def main() -> None:
    """Serves the folder of the command line."""
    sys.meta_path.insert(0, HiddenPackages())
    from ml.warehouse.service import run  # noqa: PLC0415 - only after the packages are hidden

    run(sys.argv[1])


if __name__ == "__main__":
    main()
