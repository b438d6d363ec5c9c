"""Virtual networks and what lives in them: Microsoft.Network."""

from roastery.sandbox.arm.model import Service
from roastery.sandbox.services.network.doors import DOORS
from roastery.sandbox.services.network.nets import NETS

SERVICE = Service(name="network", types=(*NETS, *DOORS))
