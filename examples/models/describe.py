"""Rewrites the tables of README.md from the files that are here. Needs Python alone.

    python describe.py
"""

from __future__ import annotations

import hashlib
from pathlib import Path

HERE = Path(__file__).resolve().parent

PY37 = 'Python 3.7.16'
PY311 = 'Python 3.11.7'
TENSORFLOW = f'TensorFlow 2.11.0, {PY37}'
SCIKIT_LEARN = f'scikit-learn 1.0.2, {PY37}'
XGBOOST = f'XGBoost 1.6.2, {PY37}'

# Path of the model's own file, what it is, script, framework.
GOOD = [
    (
        'tensorflow/export/1690000000/saved_model.pb',
        'softmax regression, 40 steps; the older export',
        'train_tensorflow.py',
        TENSORFLOW,
    ),
    (
        'tensorflow/export/1700000000/saved_model.pb',
        'the same, 400 steps; the newer export',
        'train_tensorflow.py',
        TENSORFLOW,
    ),
    (
        'scikit-learn/model.joblib',
        'pipeline of StandardScaler and LogisticRegression',
        'train_scikit_learn.py',
        SCIKIT_LEARN,
    ),
    (
        'scikit-learn-compressed/model.joblib',
        'the same, compressed by zlib',
        'train_scikit_learn.py',
        SCIKIT_LEARN,
    ),
    (
        'scikit-learn-pickle/model.pkl',
        'RandomForestClassifier, labels are text, pickle protocol 3',
        'train_scikit_learn.py',
        SCIKIT_LEARN,
    ),
    (
        'xgboost/model.bst',
        'booster, multi:softprob over three classes, binary form',
        'train_xgboost.py',
        XGBOOST,
    ),
    (
        'xgboost-json/iris.bst',
        'booster, binary:logistic, JSON form, under a name of its own',
        'train_xgboost.py',
        XGBOOST,
    ),
]
BAD = [
    (
        'bad/missing-shard/saved_model.pb',
        '`variables/variables.data-00000-of-00001` is missing',
        'make_bad.py',
        TENSORFLOW,
    ),
    ('bad/no-signature/saved_model.pb', 'no signature was saved', 'make_bad.py', TENSORFLOW),
    (
        'bad/no-serve-tag/saved_model.pb',
        'its only graph is tagged `train`',
        'make_bad.py',
        TENSORFLOW,
    ),
    (
        'bad/unknown-module/model.pkl',
        'refers to `my_clean.Clean`, a class that nobody has',
        'make_bad.py',
        SCIKIT_LEARN,
    ),
    (
        'bad/newer-scikit-learn/model.pkl',
        'newer than any runtime: refers to `numpy._core`',
        'make_bad_newer.py',
        f'scikit-learn 1.5.2, {PY311}',
    ),
    (
        'bad/newer-pickle-protocol/model.pkl',
        'pickle protocol 5, which Python 3.7 cannot read',
        'make_bad_newer.py',
        f'scikit-learn 1.5.2, {PY311}',
    ),
    (
        'bad/xgboost-ubjson/model.ubj',
        'UBJSON form, which XGBoost reads since 1.6 (runtime 2.9), as `model.bst`',
        'make_bad.py',
        XGBOOST,
    ),
    ('bad/keras-h5/model.h5', 'HDF5, not a SavedModel', 'make_bad.py', TENSORFLOW),
    (
        'bad/keras-v3/model.keras',
        'Keras 3 archive, not a SavedModel',
        'make_bad_newer.py',
        f'Keras 3.6.0, {PY311}',
    ),
    ('bad/tflite/model.tflite', 'TensorFlow Lite, not a SavedModel', 'make_bad.py', TENSORFLOW),
]


def table(rows: list[tuple[str, str, str, str]]) -> str:
    """One line a model: what lies beside its file counts in files and bytes."""
    lines = [
        '| file | what | made by | framework | files | bytes | SHA-256 of the file |',
        '| --- | --- | --- | --- | --- | --- | --- |',
    ]
    for name, what, script, framework in rows:
        marker = HERE / name
        beside = [path for path in marker.parent.rglob('*') if path.is_file()]
        size = sum(path.stat().st_size for path in beside)
        digest = hashlib.sha256(marker.read_bytes()).hexdigest()
        cells = (f'`{name}`', what, f'`{script}`', framework, len(beside), size, f'`{digest}`')
        lines.append(f'| {" | ".join(map(str, cells))} |')
    return '\n'.join(lines)


def main() -> None:
    readme = HERE / 'README.md'
    text = readme.read_text(encoding='utf-8')
    for name, rows in (('good', GOOD), ('bad', BAD)):
        before, _, rest = text.partition(f'<!-- {name} -->\n')
        _, end, after = rest.partition(f'<!-- /{name} -->')
        text = f'{before}<!-- {name} -->\n{table(rows)}\n{end}{after}'
    readme.write_bytes(text.encode())


if __name__ == '__main__':
    main()
