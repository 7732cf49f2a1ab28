"""From a plan to segments, and from segments to the film.

The processes of a run, and what they share::

    run_all.sh            finds its folder, and becomes (exec) the supervisor
    └─ supervisor         python -m manim_drumkit.cli.run: runner, pool; never imports manim
       │  holds   .lock        flock; manims inherit the descriptor, so that it lasts as long as the
       │                       last of them
       │  writes  .run.json    its state, once a second, and it alone; drumkit-status reads it
       │  reads   .stop        a file that asks it to end
       ├─ fork server     python -m manim_drumkit.segment.fork_server: imports manim, on Linux
       │    stdin   ◀─────▶    a socket; descriptors for a manim to fork, and the manim's number
       ├─ N manims        render … --chunk-file -: workers; started, or forked and then adopted
       │    stdin   ◀──────    names of chunks, each ended by a zero byte; one ahead of its work
       │    writes             logs/3.log, which begins a chunk; media/3/progress, in frames;
       │                       media/3/Video.mp4; media/3/receipt.json, which ends the chunk
       │    looks              twice a second whether the supervisor is still its parent
       ├─ ffmpeg          mix.wav ──▶ .mix.m4a, while the first chunks are drawn
       └─ ffmpeg          .segments.txt + .mix.m4a ──▶ .Video.part.mp4, when all are whole;
                          the supervisor checks it, and renames it to Video.mp4

Linux ends both ffmpegs with their parent (``PR_SET_PDEATHSIG``).
"""
