"""Azure ML assets, made from the description of the steps."""
