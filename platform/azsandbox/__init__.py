"""An offline Azure subscription for Pulumi programs: Pulumi's own engine, with stand-ins for two providers.

`session` starts the stand-ins for one command and ends them with it; `pulumi` speaks the provider protocol,
runs Python programs for the CLI and installs the CLI; `arm` holds the subscription and Azure Resource
Manager's general rules; `services` has one folder per Azure service; `kubernetes` is the cluster's side;
`schema` describes resources as the SDKs do; `api_server` answers the Azure ML SDK over HTTPS, with `arm_api`,
`ml_api` and `storage_api` behind it; `export` writes a stack's state for other tools.
"""
