"""Proofs of flows on a state: network, rights, listeners; each returns a `Judgement`."""
