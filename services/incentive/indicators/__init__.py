"""Figures: proposals by clause and source, time to decision, overturned share, points by department."""
