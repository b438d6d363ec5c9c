"""The Azure services that the sandbox models, one folder each: declarations, rules, outputs."""

from roastery.sandbox.services import (
    applicationinsights,
    authorization,
    compute,
    consumption,
    containerregistry,
    containerservice,
    eventgrid,
    eventhub,
    keyvault,
    kubernetesconfiguration,
    machinelearningservices,
    managedidentity,
    monitor,
    network,
    operationalinsights,
    portal,
    privatedns,
    resources,
    storage,
)

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
