import sys
import zipfile

from programs import PYRAMIDS, ROOT, run


def test_the_wheel_carries_the_scene_the_types_and_the_plugin(tmp_path):
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT)
    run(*build, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("manim_drumkit/scenes/pyramids.py") == PYRAMIDS.read_bytes()
        assert "manim_drumkit/py.typed" in archive.namelist()
        (entry_points,) = (n for n in archive.namelist() if n.endswith("entry_points.txt"))
        assert (
            "[manim.plugins]\nmanim_drumkit = manim_drumkit.plugin"
            in archive.read(entry_points).decode()
        )
