"""What was earned: the ledger and sales."""
