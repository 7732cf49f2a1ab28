"""What strangers may send: any bytes are read, or refused by name, and do nothing else."""

import json
import string

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from manim_drumkit.errors import ChunkError, ConfigError, PlanError
from manim_drumkit.run.status import Status
from manim_drumkit.split.config import Config
from manim_drumkit.workspace.chunk import Chunk, levels_digest
from manim_drumkit.workspace.plan import Plan
from manim_drumkit.workspace.receipt import Receipt, frames_rendered, whole_segment
from manim_drumkit.workspace.state import RunState
from plans import PLAN

RARE = settings(
    suppress_health_check=(
        *settings.default.suppress_health_check,
        HealthCheck.function_scoped_fixture,  # every example writes its own files over the last's
    )
)

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from([10**30, -1, 1e308, "1e999999999", "../../x", "\x00", "\ud800", "9" * 5000]),
    st.text(max_size=9),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=3),
)


@st.composite
def changed(draw, content):
    """Draw a JSON text in which one value, at any depth, is another one, or gone."""
    content = json.loads(json.dumps(content))
    place, parent = content, None
    while isinstance(place, dict | list) and place and (parent is None or draw(st.booleans())):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        parent, key = place, draw(st.sampled_from(keys))
        place = place[key]
    if draw(st.booleans()):
        parent[key] = draw(VALUES)
    else:
        del parent[key]
    return json.dumps(content)


@st.composite
def bytes_near(draw, text):
    """Draw bytes that differ from a text in some places."""
    data = bytearray(text.encode())
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data) - 1))
        data[at : at + draw(st.integers(0, 9))] = draw(st.binary(max_size=9))
    return bytes(data)


@pytest.fixture(scope="module")
def plan_text(tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "plan.json"
    PLAN.save(path)
    return path.read_text()


@RARE
@given(data=st.data())
def test_any_plan_is_a_plan_or_a_named_error(tmp_path, plan_text, data):
    kinds = (changed(json.loads(plan_text)).map(str.encode), bytes_near(plan_text), st.binary())
    path = tmp_path / "plan.json"
    path.write_bytes(data.draw(st.one_of(kinds)))
    try:
        plan = Plan.load(path)
    except PlanError as error:
        assert "plan.json" in str(error)  # noqa: PT017
        return
    assert plan.scene.isidentifier()
    assert plan.film.total_frames == sum(chunk.frame_count for chunk in plan.chunks)
    assert plan.film.fps > 0
    assert plan.film_name == f"{plan.scene}.mp4"
    plan.digest_of(0)
    Status.read(tmp_path)


@RARE
@given(data=st.data())
def test_any_receipt_is_read_or_not_believed(tmp_path, data):
    receipt = {
        "made_from": {
            "chunk": "a",
            "scene_file": "b",
            "modules": {},
            "scene": "Video",
            "settings": {"pixel_width": "160"},
            "versions": {"manim": "0.22"},
        },
        "video": {"file": "Video.mp4", "frames": 5, "size": 0, "sha256": "0"},
    }
    kinds = (changed(receipt).map(str.encode), bytes_near(json.dumps(receipt)), st.binary())
    (tmp_path / "Video.mp4").touch()
    (tmp_path / "receipt.json").write_bytes(data.draw(st.one_of(kinds)))
    (tmp_path / "progress").write_bytes(data.draw(st.binary(max_size=8)))
    assert whole_segment(tmp_path, "Video.mp4", 5) is None
    assert Receipt.load(tmp_path) is None or Receipt.load(tmp_path).made_from.scene is not None
    assert frames_rendered(tmp_path) >= 0


@RARE
@given(data=st.data())
def test_any_state_is_read_or_there_is_none(tmp_path, plan_text, data):
    (tmp_path / "plan.json").write_text(plan_text)
    RunState("rendering", 7, drawing={0: 1.0}, failed=(1,), slowest={1: 2.0}).save(tmp_path)
    text = (tmp_path / ".run.json").read_text()
    kinds = (changed(json.loads(text)).map(str.encode), bytes_near(text), st.binary())
    (tmp_path / ".run.json").write_bytes(data.draw(st.one_of(kinds)))
    status = Status.read(tmp_path)
    assert 0 <= status.frames_done <= status.plan.film.total_frames


@RARE
@given(
    st.binary(),
    st.text(alphabet=string.printable, max_size=200),
    st.lists(st.integers(0, 2**63), max_size=4),
)
def test_any_chunk_is_a_chunk_or_a_named_error(tmp_path, body, header, shape):
    path = tmp_path / "0.npy"
    described = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple(shape)}, }}"
    for text in (header, described):
        head = text.encode().ljust(118) + b"\n"
        path.write_bytes(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + body)
        try:
            chunk = Chunk.load(path)
        except ChunkError as error:
            assert "0.npy" in str(error)  # noqa: PT017
        else:
            assert chunk.levels.dtype == np.float32
            assert len(levels_digest(chunk.levels)) == 64


TOML = '[levels]\nattack = 5\nscale = "db"\n[stems."Kick"]\ncolor = "#ff0000"\npan = -0.5\n'


@RARE
@given(bytes_near(TOML))
def test_any_config_is_a_config_or_a_named_error(tmp_path, content):
    path = tmp_path / "drumkit.toml"
    path.write_bytes(content)
    try:
        config = Config.load(path)
    except ConfigError as error:
        assert "drumkit.toml" in str(error)  # noqa: PT017
    else:
        assert isinstance(config.levels, dict)
