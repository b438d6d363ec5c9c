"""What a subscription has to have switched on before the platform can be deployed."""

from __future__ import annotations

# Of every type that both programs declare, and what Azure ML's extension and compute ask for: pages
# "Prerequisites" of azure/machine-learning/how-to-deploy-kubernetes-extension (KubernetesConfiguration) and
# azure/azure-resource-manager/management/resource-providers-and-types. azure-native does not register them:
# pulumi/pulumi-azure-native#3479. PolicyInsights: the policy add-on of AKS,
# azure/governance/policy/concepts/policy-for-kubernetes. A test compares them with what the doctor asks for.
NAMESPACES = (
    "Microsoft.AlertsManagement",
    "Microsoft.Authorization",
    "Microsoft.Compute",
    "Microsoft.Consumption",
    "Microsoft.ContainerRegistry",
    "Microsoft.ContainerService",
    "Microsoft.EventGrid",
    "Microsoft.EventHub",
    "Microsoft.Features",
    "Microsoft.Insights",
    "Microsoft.KeyVault",
    "Microsoft.Kubernetes",
    "Microsoft.KubernetesConfiguration",
    "Microsoft.MachineLearningServices",
    "Microsoft.ManagedIdentity",
    "Microsoft.Network",
    "Microsoft.OperationalInsights",
    "Microsoft.OperationsManagement",
    "Microsoft.PolicyInsights",
    "Microsoft.Portal",
    "Microsoft.Relay",
    "Microsoft.Resources",
    "Microsoft.Storage",
)
# Without it every machine and node pool with encryptionAtHost is refused: Azure/azure-cli#16788.
FEATURES = ("Microsoft.Compute/EncryptionAtHost",)
