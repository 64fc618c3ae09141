"""What a fact suggests, against whom, by how much, and which of two on one matter stands: pure."""
