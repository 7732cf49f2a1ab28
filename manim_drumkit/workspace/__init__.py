"""The output folder: all that the processes of a film share on disk."""
