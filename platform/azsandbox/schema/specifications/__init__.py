"""What Azure's specifications say about a value beyond its type: ranges, lengths, patterns, item counts.

pulumi-azure-native's SDK does not carry these. Two generations of generated clients do: the mappers of the
npm packages `@azure/arm-*`, and `_validation` of azure-mgmt models. `python -m azsandbox.specifications`
reads them into `constraints.json`, a table of facts with its sources and date, which `table` opens.
"""
