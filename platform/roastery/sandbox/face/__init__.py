"""The sandbox's second face: Azure Resource Manager and Azure ML over HTTPS, for the genuine Azure ML SDK.

`server` is the process that a session starts; `authority` makes its certificates, `tunnel` leads Azure's host
names to it, `tokens` stands for Entra. `routes` lists every operation with its evidence; what is not listed
is a 501. `resources` reads and writes the subscription through the same rules as the Pulumi face, `envelope`
translates between REST bodies and the provider's inputs. `jobs` runs jobs as local processes, `serving` runs
deployments, `storage` is the blob service over a folder.
"""
