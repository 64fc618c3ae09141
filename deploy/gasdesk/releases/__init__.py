"""What was promised to clients and subscribers, kept as text, and what a newer contract breaks of it."""
