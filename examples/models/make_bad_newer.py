"""Makes model files by frameworks that are newer than those of any runtime.

    python make_bad_newer.py [models directory]
"""

import os
import pickle
import shutil
import sys
from pathlib import Path

os.environ['KERAS_BACKEND'] = 'jax'
# Beside this script lies a folder tensorflow/, which Keras would take for the package.
sys.path.pop(0)

import keras
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler


def fresh(directory: Path) -> Path:
    """The directory, empty."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory


def main(models: Path) -> None:
    bad = models / 'bad'
    iris = load_iris()
    pipeline = Pipeline([('scale', StandardScaler()), ('classify', LogisticRegression())])
    pipeline.fit(iris.data, iris.target)
    for name, protocol in (('newer-scikit-learn', 4), ('newer-pickle-protocol', 5)):
        (fresh(bad / name) / 'model.pkl').write_bytes(pickle.dumps(pipeline, protocol=protocol))

    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3, name='dense')])
    model.save(fresh(bad / 'keras-v3') / 'model.keras')


if __name__ == '__main__':
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
