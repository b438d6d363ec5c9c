"""Virtual networks and what lives in them: Microsoft.Network."""

from __future__ import annotations

from azsandbox.arm.model import Service
from azsandbox.services.network.connectivity import DOORS
from azsandbox.services.network.virtual_networks import NETS

SERVICE = Service(name="network", types=(*NETS, *DOORS))
