"""What can be wrong with workflows before they reach a cluster.

```
RoasteryError
└── ArgoError           the description of the workflows is wrong
```
"""

from __future__ import annotations

from roastery.errors import RoasteryError


class ArgoError(RoasteryError):
    """A workflow, a trigger or a reference between them can't work."""
