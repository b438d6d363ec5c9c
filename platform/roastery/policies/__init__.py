"""The security team's policy pack: rules as data and pure functions, run by Pulumi's engine or on a state.

Imports neither a provider SDK nor anything heavy: the engine starts it before every preview.
"""
