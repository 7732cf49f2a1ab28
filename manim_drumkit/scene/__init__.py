"""From numbers to pictures: scenes, solids and the camera that lights them."""
