"""A real Kubernetes API server with Argo's custom types, for what the stand-in can only model.

Opt-in (`make apiserver`): the first time, kube-apiserver and etcd are compiled from their Go modules,
which takes ten minutes on two cores. No nodes, no controllers: the server validates, admits, stores and warns
as any cluster's does, but nothing runs.
"""
