"""Inside ``manim render``: from a chunk to its segment."""
