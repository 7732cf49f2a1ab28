"""What a ``run_all.sh`` of manim-drumkit 0.1 calls first: an error that names the remedy."""

import sys


def main() -> None:
    """Exit with an error that names the older script and the remedy."""
    sys.exit(
        "Error: this run_all.sh was written by an older manim-drumkit; run drumkit-split again "
        "with the same options (segments that are still right are kept)"
    )


if __name__ == "__main__":
    main()
