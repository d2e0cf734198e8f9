"""Makes pickles.json: small pickles of every protocol and of joblib in base64.

    python make_pickles.py pickles.json

Made with Python 3.11, scikit-learn 1.9.1, xgboost-cpu 3.2.0, joblib 1.6.0, numpy 2.4.6.
"""
import base64
import json
import pickle
import sys
import tempfile
from pathlib import Path

import joblib
import numpy as np
import xgboost
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, StandardScaler
from sklearn.tree import DecisionTreeRegressor

X = np.arange(8.0).reshape(4, 2)
y = np.array([0.0, 1, 2, 3])
line = LinearRegression().fit(X, y)
labels = LabelEncoder().fit(np.array(['no', 'yes'], dtype=object))
tree = DecisionTreeRegressor(max_depth=1).fit(X, y)
boost = xgboost.XGBRegressor(n_estimators=1, max_depth=1).fit(X, y)


def dumped(model, **options):
    """What joblib.dump writes."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / 'model'
        joblib.dump(model, path, **options)
        return path.read_bytes()


made = {f'pickle-{protocol}': pickle.dumps(line, protocol=protocol) for protocol in range(6)}
made |= {f'joblib-{protocol}': dumped(line, protocol=protocol) for protocol in range(6)}
made |= {
    'joblib-objects': dumped(labels),
    'joblib-tree': dumped(tree),
    'pickle-xgboost': pickle.dumps(boost),
    'joblib-pipeline-xgboost': dumped(make_pipeline(StandardScaler(), boost)),
}
made |= {
    f'joblib-{method}': dumped(line, compress=(method, 3))
    for method in ['zlib', 'gzip', 'bz2', 'xz', 'lzma']
}
encoded = {name: base64.b64encode(content).decode() for name, content in made.items()}
Path(sys.argv[1]).write_text(json.dumps(encoded, indent=2) + '\n')
