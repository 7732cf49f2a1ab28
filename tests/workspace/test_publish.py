import pytest

from manim_drumkit.atomic import write_json
from manim_drumkit.errors import PlanError
from manim_drumkit.workspace.layout import SCRIPT_MARK, film_receipt_name, split_names
from manim_drumkit.workspace.publish import refuse_foreign, replacing
from manim_drumkit.workspace.receipt import Video
from plans import PLAN, plan_with


def fill(folder, *, chunks, mark, audio=True):
    """Replace the workspace with files whose text is ``mark``, as a split would."""

    names = split_names(chunks, audio=audio, background=False)
    places = tuple(PLAN.chunks[0].__class__(i, 1, "") for i in range(chunks))
    with replacing(folder, names, film="Video.mp4") as staged:
        for name in names:
            (staged / name).write_text(mark)
        plan_with(chunks=places, mix_sha256="ab" if audio else "").save(staged / "plan.json")


def names_in(folder):
    return {path.name for path in folder.iterdir() if path.name != ".lock"}


def test_fewer_chunks_leave_no_stale_one_behind(tmp_path):
    out = tmp_path / "a" / "tmp"
    fill(out, chunks=12, mark="old")
    fill(out, chunks=3, mark="new", audio=False)
    rest = {"plan.json", "run_all.sh", "levels.npy", "levels.png", "hits.npy"}
    assert names_in(out) == {"0.npy", "1.npy", "2.npy"} | rest
    assert (out / "2.npy").read_text() == "new"


def test_nothing_that_is_not_ours_is_removed(tmp_path):
    fill(tmp_path, chunks=2, mark="old")
    for name in ("5.npy", "notes.txt", "film.mp4"):
        (tmp_path / name).write_text("mine")
    (tmp_path / "media").mkdir()
    fill(tmp_path, chunks=1, mark="new")
    assert {"5.npy", "notes.txt", "film.mp4", "media"} <= names_in(tmp_path)
    assert (tmp_path / "5.npy").read_text() == "mine"


@pytest.mark.parametrize("name", ["0.npy", "levels.png", "mix.wav", "run_all.sh"])
def test_a_file_of_our_name_that_is_not_ours_is_not_overwritten(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(PlanError, match=rf"{name} was not written by drumkit-split.*--out"):
        fill(tmp_path, chunks=2, mark="new")
    assert names_in(tmp_path) == {name}
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize(
    "name",
    [".mix.m4a", ".segments.txt", ".Video.mp4.json", ".run.json", ".stop", ".Video.part.mp4"],
)
def test_what_a_run_would_overwrite_is_refused_too_where_no_split_was(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(PlanError, match=rf"{name} was not written by drumkit-split.*--out"):
        fill(tmp_path, chunks=2, mark="new")
    assert (tmp_path / name).read_text() == "mine"
    (tmp_path / name).unlink()
    fill(tmp_path, chunks=2, mark="old")
    (tmp_path / name).write_text("of a run")
    fill(tmp_path, chunks=2, mark="new")


def test_a_mix_that_a_silent_plan_does_not_list_is_not_ours(tmp_path):
    fill(tmp_path, chunks=2, mark="old", audio=False)
    (tmp_path / "mix.wav").write_text("mine")
    fill(tmp_path, chunks=2, mark="new", audio=False)
    with pytest.raises(PlanError, match=r"mix\.wav was not written by drumkit-split"):
        fill(tmp_path, chunks=2, mark="new")
    assert (tmp_path / "mix.wav").read_text() == "mine"


def test_a_film_of_ours_stays_and_one_of_another_is_not_in_danger(tmp_path):
    (tmp_path / "Video.mp4").write_text("mine")
    with pytest.raises(PlanError, match=r"Video\.mp4 was not written by drumkit-split"):
        fill(tmp_path, chunks=2, mark="new")
    (tmp_path / "Video.mp4").unlink()
    fill(tmp_path, chunks=2, mark="old")
    (tmp_path / "Video.mp4").write_text("the film")
    fill(tmp_path, chunks=1, mark="new")
    assert (tmp_path / "Video.mp4").read_text() == "the film"


def test_the_film_of_an_earlier_plan_is_ours_while_it_is_as_the_run_left_it(tmp_path):
    fill(tmp_path, chunks=2, mark="old")
    film = tmp_path / "Other.mov"
    film.write_text("the film")
    write_json(tmp_path / film_receipt_name(film.name), {"video": Video.of(film, 3), "width": 4})
    names = split_names(2, audio=True, background=False)
    refuse_foreign(tmp_path, names | {film.name}, film=film.name)
    film.write_text("edited")
    with pytest.raises(PlanError, match=r"Other\.mov was not written by drumkit-split"):
        refuse_foreign(tmp_path, names | {film.name}, film=film.name)


def test_a_plan_that_is_not_ours_is_not_overwritten(tmp_path):
    (tmp_path / "plan.json").write_text('{"holiday": "Crete"}')
    with pytest.raises(PlanError, match=r"plan\.json.*--out"):
        fill(tmp_path, chunks=2, mark="new")
    assert (tmp_path / "plan.json").read_text() == '{"holiday": "Crete"}'


@pytest.mark.parametrize("plan", ["", None])
def test_a_script_tells_that_a_folder_is_ours_when_the_plan_is_damaged_or_gone(tmp_path, plan):
    fill(tmp_path, chunks=2, mark=f"# {SCRIPT_MARK}")
    (tmp_path / "plan.json").unlink()
    (tmp_path / "5.npy").write_text("mine")
    if plan is not None:
        (tmp_path / "plan.json").write_text(plan)
    fill(tmp_path, chunks=2, mark="new")
    assert (tmp_path / "0.npy").read_text() == "new"
    assert (tmp_path / "5.npy").read_text() == "mine"


def test_an_error_on_the_way_leaves_everything_as_it_was(tmp_path):
    fill(tmp_path / "old", chunks=2, mark="old")
    names = split_names(1, audio=True, background=False)
    for out in (tmp_path / "old", tmp_path / "new" / "deep"):
        with (
            pytest.raises(ZeroDivisionError),
            replacing(out, names, film="F.mp4") as staged,
        ):
            (staged / "0.npy").write_text("new")
            raise ZeroDivisionError
    assert names_in(tmp_path / "old") == {
        "0.npy",
        "1.npy",
        "hits.npy",
        "levels.npy",
        "levels.png",
        "mix.wav",
        "plan.json",
        "run_all.sh",
    }
    assert (tmp_path / "old" / "0.npy").read_text() == "old"
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(PlanError, match=r"file/tmp cannot be made.*--out"):
        fill(tmp_path / "file" / "tmp", chunks=1, mark="new")
