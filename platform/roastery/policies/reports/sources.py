"""Source lines of findings: Pulumi records in the state which lines declared a resource."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from roastery.policies.model import DeclaredResource, PolicyFinding

Frame = tuple[str, int]
_PROGRAM: Frame = ("Pulumi.yaml", 1)
"""The location of a finding about the whole stack."""


class SourceLines:
    """Source lines by finding, most specific first.

    A line that declared resources for several callers is in a helper, such as the one that assigns roles: its
    caller is more specific.
    """

    def __init__(self, resources: Mapping[str, DeclaredResource]) -> None:
        self._resources = resources
        callers: dict[Frame, set[Frame]] = defaultdict(set)
        for resource in resources.values():
            for frame, caller in zip(resource.frames, resource.frames[1:], strict=False):
                callers[frame].add(caller)
        self._callers = callers

    def of(self, finding: PolicyFinding) -> Sequence[Frame]:
        """At least one line, starting with the innermost that has one caller only."""
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
        """The lines of the resource, else those of its nearest parent that has any."""
        seen: set[str] = set()
        while urn in self._resources and urn not in seen:
            seen.add(urn)
            resource = self._resources[urn]
            if resource.frames:
                return resource.frames
            urn = resource.parent
        return ()
