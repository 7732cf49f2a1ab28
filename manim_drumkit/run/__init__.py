"""From a plan to segments, and from segments to the film."""
