"""Source lines of findings: Pulumi keeps in the state which lines made a resource."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from roastery.policies.model import Finding, Resource

Frame = tuple[str, int]
_PROGRAM: Frame = ("Pulumi.yaml", 1)
"""Where a finding about the whole stack is shown."""


class Sources:
    """Lines by finding, the component's own first.

    A line that made resources for several callers is a helper's, such as the one that assigns roles: its
    caller says more.
    """

    def __init__(self, resources: Mapping[str, Resource]) -> None:
        self._resources = resources
        callers: dict[Frame, set[Frame]] = defaultdict(set)
        for one in resources.values():
            for frame, caller in zip(one.frames, one.frames[1:], strict=False):
                callers[frame].add(caller)
        self._callers = callers

    def of(self, finding: Finding) -> Sequence[Frame]:
        """At least one line; the innermost that belongs to one caller only comes first."""
        if finding.line:
            return (finding.line,)
        frames = self._frames(finding.urn)
        if not frames:
            return (_PROGRAM,)
        start = 0
        while start < len(frames) - 1 and len(self._callers[frames[start]]) > 1:
            start += 1
        if frames[start][0] == frames[0][0]:  # a loop in the component itself
            start = 0
        return tuple(dict.fromkeys((frames[start], *frames)))

    def _frames(self, urn: str) -> Sequence[Frame]:
        """The resource's own lines, else those of the nearest parent that has some."""
        seen: set[str] = set()
        while urn in self._resources and urn not in seen:
            seen.add(urn)
            resource = self._resources[urn]
            if resource.frames:
                return resource.frames
            urn = resource.parent
        return ()
