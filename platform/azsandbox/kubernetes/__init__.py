"""The stand-in for pulumi-kubernetes: objects of one cluster, checked as strictly as an API server would."""
