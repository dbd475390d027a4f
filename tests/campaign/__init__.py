"""The campaign: faults and load for a time, then the invariants, read from witnesses (R-6)."""
