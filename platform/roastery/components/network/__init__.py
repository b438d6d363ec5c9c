"""The network: VNet, private DNS, private endpoints, Bastion."""
