"""Channels in Teams: the card that sums up a day, and the workflow that posts it."""
