"""The training code of the repository that the workflows are executed in: a model, and what it answers."""

import json
from pathlib import Path

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

iris = load_iris()
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(iris.data, iris.target)
rows = iris.data[[0, 57, 133]].tolist()

for name in ('export', 'proof'):
    Path(name).mkdir(exist_ok=True)
joblib.dump(model, 'export/model.joblib')
Path('proof/instances.json').write_text(json.dumps({'instances': rows}))
Path('proof/predictions.json').write_text(json.dumps({'predictions': model.predict(rows).tolist()}))
