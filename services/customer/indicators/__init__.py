"""The figures of contracts, orders, supply, inspections and contacts against the targets of the tiers (domain.md 3)."""
