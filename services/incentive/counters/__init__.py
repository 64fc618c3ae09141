"""What adds up over a year, and what a case leaves standing: awards lost, suspensions, warnings, grades of a month."""
