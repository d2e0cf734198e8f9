"""Trains scikit-learn models on the iris data and saves them by joblib and by pickle.

    python train_scikit_learn.py [models directory]
"""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path
from typing import Any

import joblib
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler


def write_proof(directory: Path, instances: list[Any], predictions: list[Any]) -> None:
    """Writes a request and the answer that is expected to it."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, rows in (('instances', instances), ('predictions', predictions)):
        text = json.dumps({name: rows}, indent=1, sort_keys=True) + '\n'
        (directory / f'{name}.json').write_bytes(text.encode())


def main(models: Path) -> None:
    iris = load_iris()
    rows = iris.data[[0, 57, 70, 133, 149]].tolist()

    pipeline = Pipeline(
        [('scale', StandardScaler()), ('classify', LogisticRegression(random_state=0))]
    ).fit(iris.data, iris.target)
    forest = RandomForestClassifier(n_estimators=5, max_depth=3, random_state=0).fit(
        iris.data, iris.target_names[iris.target]
    )

    for name in ('scikit-learn', 'scikit-learn-pickle', 'scikit-learn-compressed'):
        (models / name).mkdir(parents=True, exist_ok=True)
    joblib.dump(pipeline, models / 'scikit-learn' / 'model.joblib')
    joblib.dump(pipeline, models / 'scikit-learn-compressed' / 'model.joblib', compress=3)
    (models / 'scikit-learn-pickle' / 'model.pkl').write_bytes(pickle.dumps(forest, protocol=3))

    for name in ('scikit-learn', 'scikit-learn-compressed'):
        write_proof(models / 'proof' / name, rows, pipeline.predict(rows).tolist())
    write_proof(models / 'proof' / 'scikit-learn-pickle', rows, forest.predict(rows).tolist())


if __name__ == '__main__':
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
