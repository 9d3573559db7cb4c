"""From a call file to the Demand sheet: forecast, agents, shifts."""
