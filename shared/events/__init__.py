"""Facts and how they travel: outbox, relay, streams, consumers, inbox, dead letters, catalogue (design.md 4)."""
