"""Campaigns of faults against the steps: kills, full disks, connections that drop."""
