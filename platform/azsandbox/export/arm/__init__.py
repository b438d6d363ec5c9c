"""The state as one ARM template: the properties of each input, and the dependencies of each resource."""
