"""ARM bodies of azure-native's inputs and outputs, and the inputs of a body: one mapping, both ways."""
