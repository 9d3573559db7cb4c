"""Rules of swaps: who may swap which duty with whom, and how often."""
