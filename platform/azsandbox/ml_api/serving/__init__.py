"""Online endpoints: deployments as inference servers on this machine, requests routed by traffic."""
