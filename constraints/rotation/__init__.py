"""Roles that pass from person to person."""
