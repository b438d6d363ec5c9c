"""The Azure services that the sandbox models, one folder each, with the same modules in every folder.

types      what the service declares: its `SERVICE`
rules      what it refuses (absent where the service has no rules of its own)
outputs    what it adds to a resource's inputs
functions  what its functions answer, such as lists of keys

In a large service `types` and `rules` are packages with one module per kind of resource.
"""

from __future__ import annotations

from azsandbox.arm.catalogue import Types
from azsandbox.services.applicationinsights import types as applicationinsights
from azsandbox.services.authorization import types as authorization
from azsandbox.services.compute import types as compute
from azsandbox.services.consumption import types as consumption
from azsandbox.services.containerregistry import types as containerregistry
from azsandbox.services.containerservice import types as containerservice
from azsandbox.services.eventgrid import types as eventgrid
from azsandbox.services.eventhub import types as eventhub
from azsandbox.services.keyvault import types as keyvault
from azsandbox.services.kubernetesconfiguration import types as kubernetesconfiguration
from azsandbox.services.machinelearningservices import types as machinelearningservices
from azsandbox.services.managedidentity import types as managedidentity
from azsandbox.services.monitor import types as monitor
from azsandbox.services.network import types as network
from azsandbox.services.operationalinsights import types as operationalinsights
from azsandbox.services.portal import types as portal
from azsandbox.services.privatedns import types as privatedns
from azsandbox.services.resources import types as resources
from azsandbox.services.storage import types as storage

SERVICES = tuple(
    module.SERVICE
    for module in (
        resources,
        network,
        privatedns,
        keyvault,
        storage,
        containerregistry,
        operationalinsights,
        applicationinsights,
        monitor,
        managedidentity,
        authorization,
        machinelearningservices,
        containerservice,
        kubernetesconfiguration,
        compute,
        consumption,
        eventhub,
        eventgrid,
        portal,
    )
)


def all_types() -> Types:
    """The catalogue of everything that is modelled."""
    return Types(SERVICES)
