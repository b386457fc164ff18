"""Errors of data, files and weights that were saved."""

import re

from justright.doctor.evidence import Failure
from justright.doctor.failures.case import Case, Told, fixed, sizes


def _unequal(failure: Failure, found: re.Match[str]) -> Told:
    a, b = sizes(found[1]), sizes(found[2])
    if failure.during == "data":
        return Told(
            f"two examples of a batch have {a} and {b}",
            "a DataLoader stacks examples of equal size only",
            "resize the images in the Dataset, or pad series in a collate_fn:"
            " nn.utils.rnn.pad_sequence(rows, batch_first=True)",
        )
    return Told(
        f"stack of {a} and {b}",
        "stack joins tensors of one shape",
        "torch.cat along the axis that differs, or pad them to one size first",
    )


def _other_sizes(failure: Failure, found: re.Match[str]) -> Told:
    saved, here = sizes(found[2]), sizes(found[3])
    return Told(
        f"{found[1]} was saved with {saved}, the model has {here}",
        "the model is built with other sizes than the one that was saved (another number of"
        " classes, another width)",
        "build it with the sizes of the saved one; to change the last layer, load first and"
        " replace it after",
    )


CASES = (
    Case(
        31,
        r"stack expects each tensor to be equal size, but got (\[.*?\]) .* and (\[.*?\])",
        _unequal,
    ),
    Case(
        31,
        r"each element in list of batch should be of equal size",
        fixed(
            "the lists of two examples have different lengths",
            "a DataLoader stacks examples of equal size only",
            "pad them in a collate_fn: nn.utils.rnn.pad_sequence(rows, batch_first=True)",
        ),
    ),
    Case(
        31,
        r"default_collate: batch must contain .*; found <class '([\w.]+)'>",
        fixed(
            "an example of the Dataset is a {0}",
            "batches are made of tensors, arrays and numbers; NoneType means that"
            " __getitem__ returned"
            " nothing, PIL images that transforms.ToTensor() is missing",
            "return tensors from __getitem__: return x, y",
        ),
    ),
    Case(
        31,
        r"numpy\.object_|Could not infer dtype of (\w+)|too many dimensions 'str'|invalid"
        r" data type",
        fixed(
            "text or mixed values were turned into a tensor",
            "a column holds text, dates, missing values or rows of unequal length",
            "encode the text columns first, then df.to_numpy(dtype='float32')",
        ),
    ),
    Case(
        31,
        r"could not convert string to float: (.*)",
        fixed(
            "{0} is text where a number is wanted",
            "a column of text was left among the features",
            "drop or encode the column (one-hot) before making tensors",
        ),
    ),
    Case(
        31,
        r"expected sequence of length (\d+) at dim (\d+) \(got (\d+)\)",
        fixed(
            "a list of rows with {0} and {2} values was turned into a tensor",
            "all rows of a tensor have one length",
            "pad the rows to one length first",
        ),
    ),
    Case(
        31,
        r"strides? in the given numpy array is negative|negative strides",
        fixed(
            "the array was flipped, and PyTorch does not take such views",
            "[::-1] and np.flip make a view that runs backwards",
            "torch.from_numpy(x.copy())",
        ),
    ),
    Case(
        31,
        r"num_samples should be a positive integer value, but got num_samples=0",
        fixed(
            "the Dataset of a shuffling DataLoader is empty",
            "no file or row was found: a wrong path, or a split that left nothing",
            "print(len(dataset)) after it is made",
        ),
    ),
    Case(
        31,
        r"Sum of input lengths does not equal the length of the input dataset",
        fixed(
            "the parts of random_split do not add up to the data",
            "rounding lost or added a row",
            "random_split(data, [0.8, 0.2]), or n - n_train for the second part",
        ),
    ),
    Case(
        31,
        r"AssertionError: Size mismatch between tensors",
        fixed(
            "inputs and targets of the TensorDataset have different numbers of rows",
            "one of them was split, filtered or transposed without the other",
            "print both shapes: the first axis must be the rows of both",
        ),
    ),
    Case(
        31,
        r"inconsistent numbers of samples: (\[.*?\])",
        fixed(
            "inputs and targets have {0} rows",
            "one of them was filtered or reshaped without the other",
            "print both shapes before the split",
        ),
    ),
    Case(
        31,
        r"DataLoader worker .* (?:exited|is killed)|bootstrapping phase",
        fixed(
            "a worker process of the DataLoader ended",
            "without the guard each worker runs the whole script again; or the memory did"
            " not suffice",
            "if __name__ == '__main__': around the training; num_workers=0 to see the real error",
            0.9,
        ),
    ),
    Case(
        31,
        r"size mismatch for ([\w.]+): .*?torch\.Size\((\[.*?\])\).*?torch\.Size\((\[.*?\])\)",
        _other_sizes,
    ),
    Case(
        31,
        r"Unexpected key\(s\) in state_dict: \"module\.",
        fixed(
            "the saved names begin with 'module.'",
            "the weights were saved from a DataParallel wrapper",
            "save model.module.state_dict(), or take the first 7 letters off the names",
        ),
    ),
    Case(
        31,
        r"(?:Missing|Unexpected) key\(s\) in state_dict: (.*)",
        fixed(
            "saved weights and model have different names: {0}",
            "the layers are named or nested in another way than when they were saved",
            "build the model as it was saved, or load with strict=False and read what is missing",
        ),
    ),
    Case(
        31,
        r"Weights only load failed",
        fixed(
            "the file holds more than tensors",
            "a whole model was saved, and torch.load reads weights only by default",
            "save model.state_dict(); torch.load(path, weights_only=False) for files that"
            " you trust",
        ),
    ),
    Case(
        31,
        r"^(?:FileNotFoundError|NotADirectoryError): (.*)",
        fixed(
            "a file is not there: {0}",
            "the path is read from the folder that the script is started in",
            "give the full path, or start it where the data is",
        ),
    ),
    Case(
        31,
        r"^(?:ModuleNotFoundError|ImportError): (.*)",
        fixed(
            "{0}",
            "a package that the script uses is not in this Python, or is called otherwise there",
            "install it with pip into the Python that runs the script",
        ),
    ),
)
