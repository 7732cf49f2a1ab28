"""What ``run_all.sh --detach`` and ``--stop`` of manim-drumkit 0.1 start."""

from manim_drumkit.cli.begin import main

if __name__ == "__main__":
    main()
