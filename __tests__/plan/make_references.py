"""Makes references.json: everything that pickles of real models refer to, as `module name` lines.

    python make_references.py references.json

Adds to what the file holds. Run with Python 3.7, scikit-learn 1.0.2, xgboost 1.6.2, pandas 1.3.5, and
with Python 3.11, scikit-learn 1.5.2, so that old and new names are there. Every estimator of
scikit-learn that learns from the iris data is in it.
"""
import io
import json
import pickle
import sys
import warnings
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.datasets import load_iris
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC
from sklearn.utils import all_estimators

warnings.filterwarnings('ignore')


class Recorder(pickle.Unpickler):
    """Loads what was pickled a moment ago, and notes what it imports."""

    def __init__(self, pickled: bytes, found: set) -> None:
        super().__init__(io.BytesIO(pickled))
        self.found = found

    def find_class(self, module: str, name: str) -> object:
        self.found.add(f'{module} {name}')
        return super().find_class(module, name)


def references(model: object) -> set:
    found = set()
    for protocol in (2, 4):
        Recorder(pickle.dumps(model, protocol=protocol), found).load()
    return found


def models():
    iris = load_iris()
    X, y = np.abs(iris.data), iris.target
    for name, estimator in all_estimators():
        try:
            yield name, estimator().fit(X, y)
        except Exception:
            continue
    scaled = make_pipeline(StandardScaler(), SVC(probability=True))
    yield 'grid', GridSearchCV(scaled, {'svc__C': [1, 2]}, cv=2).fit(X, y)
    yield 'random', RandomizedSearchCV(SVC(), {'C': [1, 2]}, n_iter=1, cv=2, random_state=np.random.RandomState(1)).fit(X, y)
    yield 'vote', VotingClassifier([('a', SVC()), ('b', LogisticRegression())]).fit(X, y)
    yield 'stack', StackingClassifier([('a', SVC()), ('b', LogisticRegression())]).fit(X, y)
    yield 'union', FeatureUnion([('log', FunctionTransformer(np.log1p)), ('nan', FunctionTransformer(np.nan_to_num))]).fit(X)
    yield 'partial', FunctionTransformer(partial(np.clip, a_min=0, a_max=1)).fit(X)
    yield 'target', TransformedTargetRegressor(LinearRegression(), func=np.log1p, inverse_func=np.expm1).fit(X, y)
    yield 'columns', ColumnTransformer([('a', StandardScaler(), [0, 1]), ('b', 'passthrough', slice(2, 4))]).fit(X)
    yield 'generator', np.random.default_rng(1)
    try:
        import pandas as pd

        frame = pd.DataFrame({'a': [1.0, 2], 'b': ['x', 'y'], 'c': pd.to_datetime(['2020-01-01', '2020-01-02'])})
        frame['d'] = frame['b'].astype('category')
        yield 'frame', frame
        yield 'times', (pd.Timestamp('2020-01-01', tz='Europe/Berlin'), pd.Timedelta(1), frame.index, frame['d'])
    except ImportError:
        pass
    try:
        import xgboost

        yield 'xgboost', xgboost.XGBClassifier(n_estimators=2).fit(X, y)
        yield 'booster', xgboost.XGBRegressor(n_estimators=2).fit(X, y).get_booster()
    except ImportError:
        pass
    import collections, datetime, decimal, enum, fractions, pathlib, re as regular, uuid

    yield 'python', [
        collections.OrderedDict(a=1), collections.defaultdict(list), collections.Counter('ab'),
        collections.deque([1]), datetime.datetime.now(datetime.timezone.utc), datetime.date.today(),
        datetime.timedelta(1), decimal.Decimal('1.5'), fractions.Fraction(1, 3), regular.compile('a+'),
        uuid.UUID(int=1), pathlib.PurePosixPath('/a'), slice(1), range(3), {1, 2}, frozenset('a'),
        complex(1, 2), bytearray(b'a'), b'a', len, int, ...,
    ]


if __name__ == '__main__':
    target = Path(sys.argv[1])
    found = set(json.loads(target.read_text())) if target.exists() else set()
    for name, model in models():
        found |= references(model)
    target.write_text(json.dumps(sorted(found), indent=0) + '\n')
