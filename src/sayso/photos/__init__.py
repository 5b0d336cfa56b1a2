"""The photos room."""
