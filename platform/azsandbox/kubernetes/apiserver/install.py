"""`make apiserver-tools`: installs kube-apiserver, etcd and Argo's definitions, and prints their origin."""

from __future__ import annotations

import sys

from azsandbox.errors import ToolchainError
from azsandbox.kubernetes.apiserver import build


def main() -> int:
    try:
        tools = build.ensure(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201 - progress
    except ToolchainError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the user's one line
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted: nothing was installed", file=sys.stderr)  # noqa: T201 - the user's one line
        return 130
    print(f"Kubernetes API server {tools.version} in {tools.apiserver.parent} ({tools.origin})")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
