"""Use cases of redress: proposed by the clock, settled through the delegation, paid with a proof."""
