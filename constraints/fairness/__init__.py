"""Fair shares and comfort; soft by default."""
