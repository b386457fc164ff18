"""Errors of dtype, device and memory."""

import re

from justright.doctor.evidence import Failure
from justright.doctor.failures.case import Case, Told, came_from, fixed, place

_NAMES = {"double": "Double", "float": "Float", "long int": "Long", "unsigned char": "Byte"}


def _dtypes(failure: Failure, found: re.Match[str]) -> Told | None:
    came, has = (_NAMES.get(word, word) for word in (found[1], found[2]))
    if came == has or "cuda" in came + has:
        return None
    whole = came in ("Long", "Int", "Byte", "Bool", "Short")
    origin = (
        "whole numbers were not turned into floats"
        if whole
        else "numpy and pandas make doubles, PyTorch's layers are floats"
        if "Double" in (came, has)
        else "one of the two was converted and the other was not"
    )
    return Told(
        f"{place(failure)} has weights of {has} and got {came}{came_from(failure)}",
        origin,
        f"x = x.{'float' if has == 'Float' else has.lower()}(), or where the data becomes tensors:"
        " torch.tensor(x, dtype=torch.float32)",
    )


def _not_tensor(failure: Failure, found: re.Match[str]) -> Told:
    what, name = found[1], place(failure)
    if what == "tuple":
        return Told(
            f"{name} got a tuple{came_from(failure)}",
            "recurrent layers and attention give back (output, state); some models give several"
            " outputs",
            "take the first: output, _ = self.lstm(x)",
        )
    if what == "NoneType":
        return Told(
            f"{name} got None{came_from(failure)}",
            "a function or forward() gave nothing back",
            "add the missing return x",
        )
    return Told(
        f"{name} got a {what}{came_from(failure)}",
        "layers take tensors only",
        "torch.tensor(x, dtype=torch.float32), or torch.from_numpy(x).float()",
    )


_DEVICES = fixed(
    "tensors of one operation are on {0} and {1}",
    "the model, the data or a tensor made in forward() stayed on another device",
    "model.to(device) before the optimizer, x, y = x.to(device), y.to(device) in the loop, and"
    " torch.zeros(…, device=x.device) in forward()",
)
_MEMORY = fixed(
    "the memory did not suffice",
    "the batch with its activations is too large, or graphs are kept: losses added up without"
    " .item(), validation without torch.no_grad()",
    "halve the batch size (accumulate two batches for the same step); total += loss.item(); with"
    " torch.no_grad() in the validation",
)

CASES = (
    Case(30, r"out of memory|OutOfMemoryError|can't allocate memory|^MemoryError", _MEMORY),
    Case(31, r"at least two devices, (\S+) and ([\w:]+)", _DEVICES),
    Case(
        31,
        r"Input type \(torch\.(cuda\.)?\w+\) and weight type \(torch\.(cuda\.)?\w+\)",
        fixed(
            "input and weights of a layer are on different devices, or of different dtypes",
            "either the model or the batch was not moved",
            "model.to(device) before the optimizer, and x = x.to(device) in the loop",
        ),
    ),
    Case(31, r"Tensor on device (\S+) is not on the expected device ([\w:]+)", _DEVICES),
    Case(
        31,
        r"can't convert (\w+):?\d* device type tensor to numpy",
        fixed(
            "a tensor on {0} was turned into numpy",
            "numpy works in the main memory",
            "x.detach().cpu().numpy()",
        ),
    ),
    Case(
        31,
        r"Torch not compiled with CUDA enabled|Found no NVIDIA driver|No CUDA GPUs",
        fixed(
            "the script asks for a GPU that this machine, or this PyTorch, does not have",
            "cuda is written into the script",
            "device = torch.device('cuda' if torch.cuda.is_available() else 'cpu'), and"
            " .to(device)",
        ),
    ),
    Case(
        31,
        r"invalid device ordinal",
        fixed(
            "the script asks for a GPU with a number that does not exist",
            "the GPUs are counted from 0",
            "torch.device('cuda:0')",
        ),
    ),
    Case(
        31,
        r"Attempting to deserialize object on a CUDA device",
        fixed(
            "the file was saved on a GPU, and there is none here",
            "tensors come back on the device that they were saved from",
            "torch.load(path, map_location='cpu')",
        ),
    ),
    Case(
        31,
        r"device type at start of device string: (\w+)",
        fixed(
            "there is no device called {0}",
            "the name of a GPU is cuda",
            "torch.device('cuda' if torch.cuda.is_available() else 'cpu')",
        ),
    ),
    Case(31, r"same dtype, but got:? (\w+) (?:and|!=) (\w+)", _dtypes),
    Case(31, r"Input type \(([\w ]+)\) and (?:bias|weight) type \(([\w ]+)\)", _dtypes),
    Case(
        31,
        r"RNN input dtype \(torch\.(\w+)\) does not match weight dtype \(torch\.(\w+)\)",
        fixed(
            "the recurrent layer has weights of {1} and got {0}",
            "numpy makes doubles, ids are whole numbers; the layer computes with floats",
            "x = x.float() for measurements; nn.Embedding before the layer for ids",
        ),
    ),
    Case(
        31,
        r"mixed dtype .* must share same datatype",
        fixed(
            "the input of the layer is not of the dtype of its weights",
            "numpy and pandas make doubles, PyTorch's layers are floats",
            "x = x.float()",
        ),
    ),
    Case(
        31,
        r"expected scalar type (\w+) but found (\w+)",
        fixed(
            "{0} was wanted, and {1} came",
            "numpy and pandas make doubles, labels are whole numbers, layers are floats",
            "x = x.float() for inputs; y.long() for class indices, y.float() for other targets",
        ),
    ),
    Case(
        31,
        r"\"(\w+)\" not implemented for '(\w+)'",
        fixed(
            "{0} does not work on {1}",
            "whole or half numbers came where floats are wanted",
            "x = x.float()",
        ),
    ),
    Case(
        31,
        r"could not infer output dtype|only support floating point and complex",
        fixed(
            "a mean or spread was taken of whole numbers",
            "they have no fraction to hold it",
            "x.float().mean()",
        ),
    ),
    Case(
        31,
        r"[Oo]nly Tensors of floating point",
        fixed(
            "a gradient was asked for whole numbers",
            "only floats have gradients",
            "torch.tensor([1.0, 2.0], requires_grad=True), or .float() before",
        ),
    ),
    Case(
        31,
        r"can't be cast to the desired output type (\w+)",
        fixed(
            "a result with a fraction was written into a tensor of {0}",
            "in-place operations keep the dtype of their left side",
            "x = x.float() first, or x = x / 2 in place of x /= 2",
        ),
    ),
    Case(31, r"argument 'input'.* must be Tensor, not ([\w.]+)", _not_tensor),
    Case(31, r"received an invalid combination of arguments - got \(([\w.]+),", _not_tensor),
)
