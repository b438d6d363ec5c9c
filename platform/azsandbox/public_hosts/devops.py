"""Azure DevOps: agent pools and their agents, as the declared conditions name them.

Source: learn.microsoft.com/rest/api/azure/devops/distributedtask, pools and agents; the audience of its
tokens is that of the application 499b84ac-1321-427f-aa17-267ca6975798.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from azsandbox.arm.conditions import Conditions
from azsandbox.arm_api.tokens import Tokens
from azsandbox.arm_api.wire import Answer, Call, Values
from azsandbox.errors import ArmError

AUDIENCE = "499b84ac-1321-427f-aa17-267ca6975798"
_POOLS = re.compile(r"/[^/]+/_apis/distributedtask/pools")
_AGENTS = re.compile(rf"{_POOLS.pattern}/(?P<number>\d+)/agents")


class DevOps:
    """The agent pools of every organisation."""

    def __init__(self, tokens: Tokens, conditions: Callable[[], Iterable[Conditions]]) -> None:
        self._tokens = tokens
        self._conditions = conditions

    def serve(self, call: Call) -> Answer:
        try:
            self._tokens.check(call.headers.get("authorization", ""), {AUDIENCE})
        except ArmError:
            # Without a valid token Azure DevOps answers 203 with a page to sign in, or 401.
            return Answer(401, None)
        pools = {name: agents for some in self._conditions() for name, agents in some.agents.items()}
        if call.method == "GET" and _POOLS.fullmatch(call.path):
            wanted = call.query.get("poolName", "")
            return _list(
                {"id": number, "name": name, "isHosted": False, "size": len(pools[name])}
                for number, name in enumerate(pools, 1)
                if wanted in {"", name}
            )
        match = _AGENTS.fullmatch(call.path)
        if call.method == "GET" and match and 0 < int(match["number"]) <= len(pools):
            agents = list(pools.values())[int(match["number"]) - 1]
            return _list(
                {"id": number, "name": name, "enabled": True, "status": status}
                for number, (name, status) in enumerate(agents.items(), 1)
            )
        return Answer(404, {"message": f"the sandbox does not model {call.method} {call.path}"})


def _list(items: Iterable[Values]) -> Answer:
    values = list(items)
    return Answer(200, {"count": len(values), "value": values})
