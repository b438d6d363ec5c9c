"""Facts of Azure and of Argo's charts that the proofs need, each with its source and date."""
