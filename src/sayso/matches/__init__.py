"""The matches room."""
