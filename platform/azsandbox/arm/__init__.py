"""Azure Resource Manager without Azure: the subscription's state and the rules of every service."""
