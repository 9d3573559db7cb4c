"""The swap desk: is this swap allowed, with whom could it be, and which of many go together."""
