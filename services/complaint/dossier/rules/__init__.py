"""What the file of a case is made of: pure, no clock, no storage."""
