"""From numbers to a plan, and the script that renders it."""
