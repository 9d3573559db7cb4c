"""The leave desk: is this leave allowed, who approves it, and who could stand in."""
