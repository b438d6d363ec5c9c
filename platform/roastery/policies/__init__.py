"""The security team's policy pack: policies as data and pure functions, run by Pulumi's engine or on a state.

It imports no provider SDK and nothing that is slow to import: the engine starts it before every preview.
"""
