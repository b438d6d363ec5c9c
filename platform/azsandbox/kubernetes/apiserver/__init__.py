"""A real Kubernetes API server, for what the stand-in only models.

There are no nodes and no controllers: the server validates, admits, stores and warns as in any cluster, but
nothing runs. Two uses: the backend of clusters (`azsandbox up --kubernetes apiserver`), and `make apiserver`,
which applies an export twice and derives the pods that Argo's controllers would create.
"""
