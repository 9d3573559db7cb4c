"""Working time and rest."""
