"""Errors in workflows and triggers that are found before they reach a cluster.

```
RoasteryError
└── ArgoError           a manifest of workflows or triggers is wrong
```
"""

from __future__ import annotations

from roastery.errors import RoasteryError


class ArgoError(RoasteryError):
    """A workflow, a trigger, or a reference between them is wrong."""
