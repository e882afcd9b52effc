"""Ready-to-use files that make a scheduler run `remind` every working day."""
