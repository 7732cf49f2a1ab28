"""Numbers to pictures: scenes, solids, and the camera that shades them."""
