"""A model of Azure Resource Manager: the subscription's state and the rules that hold for every service."""
