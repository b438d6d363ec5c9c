"""What is installed on the jump box and on the build agents: a container engine for the runner's image.

Everything else that a person or a pipeline needs (az, kubelogin, kubectl, pulumi, roast) is in that image,
pinned by digest: one set of tools for pods, agents and people. The engine comes from Ubuntu's archive, which
apt verifies.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from string import Template

PUBLISHER, TYPE, VERSION = "Microsoft.Azure.Extensions", "CustomScript", "2.1"
SHELL = "/usr/local/bin/roast-shell"

_INSTALL = """#!/bin/sh
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get -o DPkg::Lock::Timeout=600 update
apt-get -o DPkg::Lock::Timeout=600 install --yes --no-install-recommends $packages
"""
# Ubuntu's own versions of Docker and of BuildKit, which `make image` uses.
_AGENT = Template(_INSTALL).substitute(packages="docker.io docker-buildx make")

# The token goes through standard input: arguments of a process are visible to everybody on the machine.
# The exchange: github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
_SHELL = Template("""#!/bin/sh
# az, kubelogin, kubectl, pulumi and roast: the runner's image, pulled as this machine's identity.
set -eu
image='$image'
registry="$${image%%/*}"
[ "$$(id -u)" = 0 ] || exec sudo --preserve-env=HOME "$$0" "$$@"
field() { python3 -c "import json, sys; print(json.load(sys.stdin)['$$1'], end='')"; }
if ! podman image exists "$$image"; then
  url='http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01'
  curl -fsS -H Metadata:true "$$url&resource=https%3A%2F%2Fmanagement.azure.com%2F" | field access_token |
    curl -fsS "https://$$registry/oauth2/exchange" --data-urlencode grant_type=access_token \\
      --data-urlencode "service=$$registry" --data-urlencode access_token@- | field refresh_token |
    podman login --username 00000000-0000-0000-0000-000000000000 --password-stdin "$$registry"
  podman pull "$$image"
  podman logout "$$registry"
fi
# A person signs in with az; AAD_LOGIN_METHOD overrides the stack file's cluster.login, that of pods.
exec podman run --rm --interactive --tty --network host --user 0 \\
  --volume "$$HOME:/home/person" --workdir /home/person --env HOME=/home/person \\
  --env AAD_LOGIN_METHOD=$login --env AZURE_KEYVAULT_AUTH_VIA_CLI=true --env PULUMI_BACKEND_URL='$state' \\
  "$$image" "$${@:-bash}"
""")


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What `roast-shell` on the jump box starts.

    Args:
        image: the runner's image, by digest.
        state: Pulumi's state.
        login: how kubelogin signs a person in.
    """

    image: str
    state: str
    login: str = "azurecli"


def agent_settings() -> dict[str, str]:
    """Settings of the extension on a build agent, which runs before that of Azure Pipelines."""
    return _encoded(_AGENT)


def jump_box_settings(tools: Tools) -> dict[str, str]:
    """Settings of the extension on the jump box."""
    return _encoded(jump_box_script(tools))


def jump_box_script(tools: Tools) -> str:
    """The script that prepares the jump box."""
    install = Template(_INSTALL).substitute(packages="curl podman")
    return f"{install}cat >{SHELL} <<'SHELL'\n{shell_script(tools)}SHELL\nchmod 0755 {SHELL}\n"


def shell_script(tools: Tools) -> str:
    """The script `roast-shell`."""
    return _SHELL.substitute(image=tools.image, state=tools.state, login=tools.login)


def _encoded(script: str) -> dict[str, str]:
    return {"script": base64.b64encode(script.encode()).decode()}
