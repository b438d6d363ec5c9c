"""The laws of AKS that need only the inputs, one module per part of a cluster.

Sources, read on 2026-12-01: the property descriptions of the REST specification (2025-09-01, as in the
SDK), learn.microsoft.com/azure/aks (azure-aks-docs of 2026-08-21), the checks of the Azure CLI 2.91
(command_modules/acs) and of terraform-provider-azurerm (internal/services/containers).
"""
