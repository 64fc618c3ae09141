"""What the delegation decides without I/O: conditions, limits, steps, states, draws, the ledger's lines."""
