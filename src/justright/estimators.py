"""The scikit-learn face: `NetClassifier` and `NetRegressor`."""
