"""The offline subscription: Pulumi's genuine engine, with stand-ins for the Azure and Kubernetes providers.

`session` puts the stand-ins in place for one command and nowhere else; `engine` speaks the provider
protocol; `arm` holds the subscription and Azure Resource Manager's general rules; `services` has one folder
per Azure service; `kubernetes` is the cluster's side; `schema` is what the SDKs say a resource looks like;
`toolchain` brings the Pulumi CLI, `host` runs Python programs for it.
"""
