"""Online endpoints: deployments as inference servers of this machine, requests routed by traffic."""
