"""Azure Machine Learning: workspaces, compute, connections, assets, endpoints, schedules."""

from roastery.sandbox.arm.model import Service
from roastery.sandbox.services.machinelearningservices.assets import ASSETS
from roastery.sandbox.services.machinelearningservices.keys import INVOKES
from roastery.sandbox.services.machinelearningservices.places import PLACES

SERVICE = Service(name="machinelearningservices", types=(*PLACES, *ASSETS), invokes=INVOKES)
