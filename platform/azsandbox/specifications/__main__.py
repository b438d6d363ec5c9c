"""`python -m azsandbox.specifications`: reads the published specifications, writes the table anew."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from azsandbox import files
from azsandbox.schema.specifications.table import FILE, SpecificationError
from azsandbox.specifications.build import build
from azsandbox.specifications.resource_types import from_checkout, from_github


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m azsandbox.specifications", description=__doc__)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument(
        "--bicep-types", type=Path, help="a git checkout of Azure/bicep-types-az; without it, GitHub is asked"
    )
    options = parser.parse_args()
    try:
        table = build(from_checkout(options.bicep_types) if options.bicep_types else from_github())
    except SpecificationError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the user's one line
        return error.exit_code
    files.write_text(options.out, json.dumps(table, indent=1, sort_keys=True) + "\n", mode=files.PUBLIC)
    return 0


if __name__ == "__main__":
    sys.exit(main())
