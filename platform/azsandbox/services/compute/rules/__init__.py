"""What Compute refuses, one module per part of a machine.

Sources, read on 2026-12-01: the property descriptions of the REST specification (as in the SDK),
learn.microsoft.com/azure/virtual-machines, the Azure CLI 2.91 (command_modules/vm/_validators.py).
"""
