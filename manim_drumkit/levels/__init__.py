"""From sound to numbers: how loud every stem is in every frame."""
