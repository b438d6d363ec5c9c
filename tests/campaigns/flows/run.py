"""`make flows`: every removal of a rule, role, record or policy of a deployed stack, with counts."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from roastery import targets
from roastery.policies import state
from tests.campaigns.flows.removals import results


def main() -> int:
    """Prints one line per kind, and each removal that was judged wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", default="prod")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    stack = state.parse(targets.find().export_state(options.stack), f"the sandbox's state of {options.stack}")
    before, listed = results(stack)
    counts: dict[str, Counter[str]] = {}
    for result in listed:
        kind = counts.setdefault(result.removal.kind, Counter())
        kind["removed"] += 1
        kind["broke a flow" if result.broken else "broke none"] += 1
        if not result.consistent:
            print(f"inconsistent: {result.removal.id} used={result.used} broken={list(result.broken)}")
    if options.json:
        print(json.dumps(counts))
    else:
        print(f"{len(before.flows)} flows of {options.stack}, {len(before.broken)} broken before")
        for kind, count in sorted(counts.items()):
            print(f"{kind}: {', '.join(f'{number} {word}' for word, number in count.items())}")
    return int(not all(result.consistent for result in listed))


if __name__ == "__main__":
    sys.exit(main())
