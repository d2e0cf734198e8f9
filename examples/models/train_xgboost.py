"""Trains XGBoost boosters on the iris data and saves one in binary and one in JSON form.

    python train_xgboost.py [models directory]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import xgboost
from sklearn.datasets import load_iris


def write_proof(directory: Path, instances: list[Any], predictions: list[Any]) -> None:
    """Writes a request and the answer that is expected to it."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, rows in (('instances', instances), ('predictions', predictions)):
        text = json.dumps({name: rows}, indent=1, sort_keys=True) + '\n'
        (directory / f'{name}.json').write_bytes(text.encode())


def main(models: Path) -> None:
    iris = load_iris()
    rows = iris.data[[0, 57, 70, 133, 149]].tolist()
    common = {'max_depth': 2, 'eta': 0.5, 'seed': 0, 'nthread': 1}
    species = xgboost.train(
        {**common, 'objective': 'multi:softprob', 'num_class': 3},
        xgboost.DMatrix(iris.data, iris.target),
        num_boost_round=6,
    )
    virginica = xgboost.train(
        {**common, 'objective': 'binary:logistic'},
        xgboost.DMatrix(iris.data, iris.target == 2),
        num_boost_round=6,
    )

    binary = models / 'xgboost'
    as_json = models / 'xgboost-json'
    for directory in (binary, as_json):
        directory.mkdir(parents=True, exist_ok=True)
    species.save_model(str(binary / 'model.bst'))
    # XGBoost takes the form from the extension; teams then give the file a name of their own.
    virginica.save_model(str(as_json / 'iris.json'))
    (as_json / 'iris.json').replace(as_json / 'iris.bst')

    matrix = xgboost.DMatrix(np.array(rows))
    write_proof(models / 'proof' / 'xgboost', rows, species.predict(matrix).tolist())
    write_proof(models / 'proof' / 'xgboost-json', rows, virginica.predict(matrix).tolist())


if __name__ == '__main__':
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
