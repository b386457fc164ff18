"""The faults that the doctor must see, by row."""

from collections.abc import Mapping

#: Row of the table to the fault in a few words.
FAULTS: Mapping[int, str] = {
    1: "Output activation and loss disagree",
    2: "Target and loss disagree",
    3: "Range of the targets against the output activation",
    4: "First loss is not that of a constant",
    5: "Inputs or targets not scaled",
    6: "Numbers that are not finite",
    7: "One batch cannot be learnt by heart",
    8: "Inputs ignored",
    9: "Examples leak across the batch",
    10: "Parameters that are not trained",
    11: "Order of the calls in the loop",
    12: "Training and evaluation mode",
    13: "Learning rate too high or too low",
    14: "Stopped too early",
    15: "Vanishing or exploding gradients",
    16: "Dead, saturated or collapsed activations",
    17: "Initialisation",
    18: "Hidden activations missing, doubled or wrong",
    19: "Overfitting and underfitting",
    20: "Validation too good",
    21: "Labels",
    22: "Order of the rows",
    23: "Batch size",
    24: "Regularisation",
    25: "Reduction and size of the loss",
    26: "Augmentation",
    27: "Shape of the data",
    28: "Adversarial training",
    29: "Recurrent networks",
    30: "Memory and speed",
    31: "Errors raised by PyTorch",
}
