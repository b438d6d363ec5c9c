"""A real Kubernetes API server with Argo's custom resource definitions, for what the stand-in only models.

Opt-in (`make apiserver`): the first run compiles kube-apiserver and etcd from their Go modules, which takes
ten minutes on two cores. There are no nodes and no controllers: the server validates, admits, stores and
warns as in any cluster, but nothing runs.
"""
