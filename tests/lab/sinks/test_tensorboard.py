"""What TensorBoard's own reader finds in the files that the sink wrote."""

import msgspec
import pytest

from tests.lab.sinks.conftest import CONFIG, CREATED, FINDING, LOSS, SECONDS, STEPS

pytest.importorskip("tensorboard")


def test_a_run_in_event_files(told, here):
    from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

    run, member = told("tensorboard")
    reader = EventMultiplexer().AddRunsFromDirectory(str(here / "runs")).Reload()
    first = f"penguins/first-{run.uid[:6]}"
    nested = f"{first}/seed 1-{member.uid[:6]}"
    assert set(reader.Runs()) == {first, nested}

    points = reader.Scalars(first, "train/loss")
    assert [(point.step, point.value) for point in points] == list(zip(STEPS, LOSS, strict=True))
    assert [point.wall_time - CREATED for point in points] == SECONDS
    assert [(point.step, point.value) for point in reader.Scalars(first, "score")] == [
        (10, 0.5),
        (20, 0.625),
    ]
    assert [point.value for point in reader.Scalars(nested, "validation_loss")] == [0.5, 0.375]
    assert reader.Scalars(first, "summary/rmse")[0].value == 0.25

    def hparams(tag):
        content = reader.SummaryMetadata(first, tag).plugin_data.content
        return HParamsPluginData.FromString(content)

    start = hparams("_hparams_/session_start_info").session_start_info.hparams
    config = {name: getattr(value, value.WhichOneof("kind")) for name, value in start.items()}
    assert config == {**CONFIG, "norm": "None"}
    assert hparams("_hparams_/session_end_info").session_end_info.status == 1  # success

    def text(tag):
        return reader.Tensors(first, tag)[0].tensor_proto.string_val[0].decode()

    findings = text("papers/findings.json").split("\n")[1]
    assert msgspec.json.decode(findings) == [msgspec.to_builtins(FINDING)]
    assert FINDING.sign in text("findings")
    assert "half way" in text("papers/log.json")
    assert "weights.txt" in text("files")
    assert "| tags | good |" in text("run") and "| notes | a try |" in text("run")
    assert "| verdict | better than the mean |" in text("run")
