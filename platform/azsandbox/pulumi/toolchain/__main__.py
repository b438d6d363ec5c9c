"""`make tools`: installs the Pulumi CLI and prints where it came from."""

from __future__ import annotations

import os
import sys

from azsandbox import paths
from azsandbox.errors import ToolchainError
from azsandbox.pulumi.toolchain.install import ensure


def main() -> int:
    try:
        cli = ensure(progress=lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201 - progress
    except ToolchainError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the user's one line
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted: nothing was installed", file=sys.stderr)  # noqa: T201 - the user's one line
        return 130
    path = os.path.relpath(cli.executable, paths.checkout())
    host = "with its own language host" if cli.has_language_host else "with the sandbox's language host"
    print(f"Pulumi {cli.version} in {path} ({cli.origin}; {host})")  # noqa: T201 - the command's output
    return 0


if __name__ == "__main__":
    sys.exit(main())
