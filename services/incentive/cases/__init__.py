"""Cases: a confirmed proposal is signed, told, heard, takes effect, and may be contested (domain.md 2.6)."""
