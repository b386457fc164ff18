"""The scikit-learn face: `NetClassifier` and `NetRegressor`."""

from justright.estimators.classifier import NetClassifier
from justright.estimators.regressor import NetRegressor

__all__ = ["NetClassifier", "NetRegressor"]
