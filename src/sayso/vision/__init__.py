"""The vision room."""
