"""Long work in chunks: queued, leased, resumed after a kill, scheduled by rows."""
