"""Use cases of the figures: what is reported, frozen, compared and learnt of callbacks."""
