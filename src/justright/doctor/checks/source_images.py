"""Augmentations that damage the data or leave the labels behind."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence
from justright.doctor.reading.said import Said, judge_hints
from justright.doctor.source import read_text
from justright.kinds import Finding, Severity

#: What is said of each pattern. How sure it is from the text alone: house convention.
SAID = {
    "edited-in-place": Said(
        severity=Severity.WARN,
        meaning="each epoch adds its change to the same row: the data drifts away",
        remedy="x = self.x[i].clone() before the edit",
        confidence=0.85,
    ),
    "flip-without-label": Said(
        severity=Severity.WARN,
        meaning="half of the targets no longer fit their images",
        remedy="flip the target too: x -> width - x",
        confidence=0.85,
    ),
    "digits-flipped": Said(
        severity=Severity.WARN,
        meaning="a mirrored or overturned digit is another digit or none",
        remedy="leave flips out; small rotations and shifts are safe",
        confidence=0.75,
    ),
}


def judge(evidence: Evidence) -> Finding | None:
    """The gravest of these hints that the record does not refute."""
    return judge_hints(evidence, SAID, check=SOURCE_IMAGES.id)


SOURCE_IMAGES = Check(
    id="source-images",
    asks="Does the source leave stored data and labels true when it augments?",
    fault=26,
    needs=frozenset({"source"}),
    measured="The script is parsed: edits in __getitem__ of a row that is still the stored "
    "one; flips of an image whose places are targets and stay; random flips of digits.",
    judge=judge,
    remedy="Copy before editing; turn the labels with the image; no flips where direction is "
    "the label.",
    confirm="read the same example twice and compare; draw image and label after augmentation",
    source="torch.Tensor.clone: indexing by a number gives a view",
    example=Evidence(
        door="check",
        source=read_text(
            "class Faces(Dataset):\n"
            "    def __getitem__(self, i):\n"
            "        image = self.images[i]\n"
            "        image += 0.1\n"
            "        return image\n"
        ),
    ),
)
