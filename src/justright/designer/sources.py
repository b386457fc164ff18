"""What the rules cite: a key, and where to read it."""

from collections.abc import Mapping
from types import MappingProxyType

_ARXIV = "https://arxiv.org/abs/"


def _arxiv(text: str, number: str) -> str:
    """A citation of a paper on arXiv."""
    return f"{text}, arXiv:{number}, {_ARXIV}{number}"


#: Key to citation. A rule may cite nothing that is not here.
SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "convention": "convention: common practice, not measured by us",
        "house": "house measurement (benchmarks/)",
        "tabm46": (
            "TabM results † (46 tables): computed from the published per-run results of "
            "https://github.com/yandex-research/tabm"
        ),
        "talent300": (
            "TALENT results † (300 tables): computed from the published result files of "
            "https://github.com/LAMDA-Tabular/TALENT"
        ),
        "optimizers17": (
            "tabular optimizer benchmark † (17 tables): computed from the published results"
        ),
        "weinberger2009": _arxiv(
            "Weinberger et al., Feature Hashing for Large Scale Multitask Learning (2009)",
            "0902.2206",
        ),
        "reimers2019": _arxiv("Reimers & Gurevych, Sentence-BERT (2019)", "1908.10084"),
        "shukla2019": "L. Shukla, Designing Your Neural Networks (2019)",
        "chauhan": (
            "N. S. Chauhan, How to Design a Neural Network Architecture?, "
            "https://www.theaidream.com/post/how-to-design-a-neural-network-architecture"
        ),
        "takhirov2018": (
            "Z. Takhirov, Practical Advice for Building Neural Networks, rev. 0.5 (2018)"
        ),
        "chollet2017": "F. Chollet, Deep Learning with Python, Manning (2017)",
        "karpathy2019": (
            "A. Karpathy, A Recipe for Training Neural Networks (2019), "
            "https://karpathy.github.io/2019/04/25/recipe/"
        ),
        "google2023": (
            "Godbole, Dahl, Gilmer, Shallue, Nado, Deep Learning Tuning Playbook (2023), "
            "https://github.com/google-research/tuning_playbook"
        ),
        "kohavi1995": (
            "R. Kohavi, A Study of Cross-Validation and Bootstrap for Accuracy Estimation and "
            "Model Selection, IJCAI (1995)"
        ),
        "huber1964": (
            "P. J. Huber, Robust Estimation of a Location Parameter (1964), "
            "https://doi.org/10.1214/aoms/1177703732"
        ),
        "papke1996": (
            "Papke, Wooldridge, Econometric Methods for Fractional Response Variables (1996), "
            "https://doi.org/10.1002/(SICI)1099-1255(199611)11:6<619::AID-JAE418>3.0.CO;2-1"
        ),
        "burges2005": (
            "Burges et al., Learning to Rank Using Gradient Descent (2005), "
            "https://doi.org/10.1145/1102351.1102363"
        ),
        "jarvelin2002": (
            "Järvelin, Kekäläinen, Cumulated Gain-Based Evaluation of IR Techniques (2002), "
            "https://doi.org/10.1145/582415.582418"
        ),
        "saito2015": (
            "Saito, Rehmsmeier, The Precision-Recall Plot Is More Informative than the ROC Plot "
            "(2015), https://doi.org/10.1371/journal.pone.0118432"
        ),
        "goorbergh2022": _arxiv(
            "van den Goorbergh et al., The Harm of Class Imbalance Corrections for Risk "
            "Prediction Models (2022)",
            "2202.09101",
        ),
        "buda2018": _arxiv(
            "Buda et al., A Systematic Study of the Class Imbalance Problem (2018)", "1710.05381"
        ),
        "lin2017": _arxiv("Lin et al., Focal Loss for Dense Object Detection (2017)", "1708.02002"),
        "gorishniy2021": _arxiv(
            "Gorishniy et al., Revisiting Deep Learning Models for Tabular Data (2021)",
            "2106.11959",
        ),
        "gorishniy2022": _arxiv(
            "Gorishniy et al., On Embeddings for Numerical Features in Tabular Deep Learning "
            "(2022)",
            "2203.05556",
        ),
        "gorishniy2024": _arxiv("Gorishniy et al., TabM (2024)", "2410.24210"),
        "holzmuller2024": _arxiv(
            "Holzmüller et al., Better by Default: Strong Pre-Tuned MLPs and Boosted Trees on "
            "Tabular Data (2024)",
            "2407.04491",
        ),
        "howard2020": _arxiv(
            "Howard, Gugger, fastai: A Layered API for Deep Learning (2020)", "2002.04688"
        ),
        "jacot2018": _arxiv(
            "Jacot et al., Neural Tangent Kernel: Convergence and Generalization in Neural "
            "Networks (2018)",
            "1806.07572",
        ),
        "steinwart2019": _arxiv(
            "Steinwart, A Sober Look at Neural Network Initializations (2019)", "1903.11482"
        ),
        "he2015": _arxiv("He et al., Delving Deep into Rectifiers (2015)", "1502.01852"),
        "he2016": _arxiv("He et al., Deep Residual Learning (2015)", "1512.03385"),
        "glorot2010": (
            "Glorot, Bengio, Understanding the Difficulty of Training Deep Feedforward Neural "
            "Networks (2010), https://proceedings.mlr.press/v9/glorot10a.html"
        ),
        "lecun1998": "LeCun, Bottou, Orr, Müller, Efficient BackProp (1998)",
        "lecun1998b": (
            "LeCun, Bottou, Bengio, Haffner, Gradient-Based Learning Applied to Document "
            "Recognition (1998), https://doi.org/10.1109/5.726791"
        ),
        "simonyan2014": _arxiv(
            "Simonyan, Zisserman, Very Deep Convolutional Networks for Large-Scale Image "
            "Recognition (2014)",
            "1409.1556",
        ),
        "scherer2010": (
            "Scherer, Müller, Behnke, Evaluation of Pooling Operations in Convolutional "
            "Architectures for Object Recognition (2010), "
            "https://doi.org/10.1007/978-3-642-15825-4_10"
        ),
        "lin2013": _arxiv("Lin, Chen, Yan, Network in Network (2013)", "1312.4400"),
        "tompson2014": _arxiv(
            "Tompson et al., Efficient Object Localization Using Convolutional Networks (2014)",
            "1411.4280",
        ),
        "klambauer2017": _arxiv(
            "Klambauer et al., Self-Normalizing Neural Networks (2017)", "1706.02515"
        ),
        "nwankpa2018": _arxiv("Nwankpa et al., Activation Functions (2018)", "1811.03378"),
        "clevert2015": _arxiv("Clevert et al., ELUs (2015)", "1511.07289"),
        "xu2015": _arxiv(
            "Xu et al., Empirical Evaluation of Rectified Activations (2015)", "1505.00853"
        ),
        "ioffe2015": _arxiv("Ioffe, Szegedy, Batch Normalization (2015)", "1502.03167"),
        "ba2016": _arxiv("Ba, Kiros, Hinton, Layer Normalization (2016)", "1607.06450"),
        "li2018": _arxiv(
            "Li et al., Understanding the Disharmony between Dropout and Batch Normalization "
            "by Variance Shift (2018)",
            "1801.05134",
        ),
        "srivastava2014": (
            "Srivastava et al., Dropout, JMLR 15 (2014), "
            "https://jmlr.org/papers/v15/srivastava14a.html"
        ),
        "szegedy2015": _arxiv(
            "Szegedy et al., Rethinking the Inception Architecture (2015)", "1512.00567"
        ),
        "loshchilov2017": _arxiv(
            "Loshchilov, Hutter, Decoupled Weight Decay Regularization (2017)", "1711.05101"
        ),
        "loshchilov2016": _arxiv("Loshchilov, Hutter, SGDR (2016)", "1608.03983"),
        "kingma2014": _arxiv("Kingma, Ba, Adam (2014)", "1412.6980"),
        "masters2018": _arxiv(
            "Masters, Luschi, Revisiting Small Batch Training (2018)", "1804.07612"
        ),
        "mccandlish2018": _arxiv(
            "McCandlish et al., An Empirical Model of Large-Batch Training (2018)", "1812.06162"
        ),
        "shallue2019": _arxiv(
            "Shallue et al., Measuring the Effects of Data Parallelism (2018)", "1811.03600"
        ),
        "smith2015": _arxiv("L. N. Smith, Cyclical Learning Rates (2015)", "1506.01186"),
        "smith2018": _arxiv(
            "L. N. Smith, A Disciplined Approach to Neural Network Hyper-Parameters (2018)",
            "1803.09820",
        ),
        "defazio2023": _arxiv(
            "Defazio et al., Optimal Linear Decay Learning Rate Schedules (2023)", "2310.07831"
        ),
        "pascanu2012": _arxiv(
            "Pascanu et al., On the Difficulty of Training Recurrent Neural Networks (2012)",
            "1211.5063",
        ),
        "izmailov2018": _arxiv(
            "Izmailov et al., Averaging Weights Leads to Wider Optima (2018)", "1803.05407"
        ),
        "ajroldi2025": _arxiv(
            "Ajroldi et al., When, Where and Why to Average Weights? (2025)", "2502.06761"
        ),
        "lakshminarayanan2016": _arxiv(
            "Lakshminarayanan et al., Deep Ensembles (2016)", "1612.01474"
        ),
        "tan2019": _arxiv("Tan, Le, EfficientNet (2019)", "1905.11946"),
        "hessel2017": _arxiv("Hessel et al., Rainbow (2017)", "1710.02298"),
    }
)


def keys(source: str) -> tuple[str, ...]:
    """The keys that a rule's source names, parted by commas.

    Example:
        >>> keys("he2015, convention")
        ('he2015', 'convention')
    """
    return tuple(key.strip() for key in source.split(","))


def cite(source: str) -> str:
    """The citations behind a rule's source.

    Raises:
        KeyError: If a key is not in the list of sources.

    Example:
        >>> cite("takhirov2018")
        'Z. Takhirov, Practical Advice for Building Neural Networks, rev. 0.5 (2018)'
    """
    return "; ".join(SOURCES[key] for key in keys(source))
