"""What service improvement refuses, each with its own code."""
