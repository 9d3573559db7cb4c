"""The commands of the two desks, and what all commands share."""
