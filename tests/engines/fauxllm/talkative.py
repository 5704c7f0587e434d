import warnings

warnings.warn("said when it is imported")
