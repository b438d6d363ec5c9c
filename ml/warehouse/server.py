"""The embedded warehouse's process. Run as `python -m ml.warehouse.server FOLDER`.

It prints its port on standard output when it is ready, and ends when its standard input does: with the
process that started it, however that one died.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder

ABSENT = ("boto3", "pandas")


class Absent(MetaPathFinder):
    """Hides what Snowflake's connector, which fakesnow imports, loads for features of no use to a server.

    Without it the start takes half the time.
    """

    def find_spec(self, fullname: str, *_: object) -> None:
        """Declines to look for any other."""
        if fullname in ABSENT:
            raise ModuleNotFoundError(f"{fullname} is not loaded here", name=fullname)


def main() -> None:
    """Serves the folder of the command line."""
    sys.meta_path.insert(0, Absent())
    from ml.warehouse.service import run  # noqa: PLC0415 - after what it must not find

    run(sys.argv[1])


if __name__ == "__main__":
    main()
