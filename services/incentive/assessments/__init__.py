"""Monthly and yearly sheets from the ledger, and what is published within the company (domain.md 2.5, 2.6)."""
