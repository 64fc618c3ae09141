"""Rules of the supervision network: who may be a member, what an activity and an observation may become."""
