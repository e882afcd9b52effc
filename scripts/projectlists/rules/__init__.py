"""Time and rules, all pure: working days, what is due, what changes by itself, who is told."""
