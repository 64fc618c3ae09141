"""Bodies and answers of the ledger."""
