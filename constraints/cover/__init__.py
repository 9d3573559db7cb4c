"""Who must be on duty, and who may be."""
