"""`make tools`: bring the Pulumi CLI and say plainly where it came from."""

from __future__ import annotations

import os
import sys

from azsandbox import paths
from azsandbox.errors import ToolchainError
from azsandbox.pulumi.toolchain.install import ensure


def main() -> int:
    try:
        found = ensure(say=lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201 - progress
    except ToolchainError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the user's one line
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted: nothing was installed", file=sys.stderr)  # noqa: T201 - the user's one line
        return 130
    where = os.path.relpath(found.executable, paths.checkout())
    host = "with its own Python host" if found.has_language_host else "Roastery's Python host stands in"
    print(f"Pulumi {found.version} in {where} ({found.origin}; {host})")  # noqa: T201 - the answer
    return 0


if __name__ == "__main__":
    sys.exit(main())
