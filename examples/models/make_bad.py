"""Makes model files that cannot be deployed as they are, each for a reason that people meet.

    python make_bad.py [models directory]

Run after train_tensorflow.py, by the same Python. make_bad_newer.py makes the others.
"""

import pickle
import shutil
import sys
import types
from pathlib import Path

import tensorflow as tf
import xgboost
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline


class Scale(tf.Module):
    """One variable and one function: the smallest module that is a model."""

    def __init__(self) -> None:
        super().__init__(name='scale')
        self.factor = tf.Variable(2.0, name='factor')

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, name='x')])
    def apply(self, x: tf.Tensor) -> tf.Tensor:
        return x * self.factor


def fresh(directory: Path) -> Path:
    """The directory, empty."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory


def without_shard(good: Path, directory: Path) -> None:
    """A SavedModel whose upload or checkout lost the file that holds the weights."""
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(good, directory)
    (directory / 'variables' / 'variables.data-00000-of-00001').unlink()


def without_signature(directory: Path) -> None:
    """tf.saved_model.save makes no signature by itself unless one function is the obvious one."""
    module = tf.Module(name='scale')
    module.factor = tf.Variable(2.0, name='factor')
    tf.saved_model.save(module, str(fresh(directory)))


def without_serve_tag(directory: Path) -> None:
    """A graph that was saved for training only, by TensorFlow 1's builder."""
    builder = tf.compat.v1.saved_model.Builder(str(fresh(directory).joinpath('model')))
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        x = tf.compat.v1.placeholder(tf.float32, [None], name='x')
        factor = tf.compat.v1.get_variable('factor', initializer=2.0, use_resource=True)
        y = tf.multiply(x, factor, name='y')
        session.run(factor.initializer)
        signature = tf.compat.v1.saved_model.predict_signature_def({'x': x}, {'y': y})
        builder.add_meta_graph_and_variables(session, ['train'], {'serving_default': signature})
    builder.save()
    for part in (directory / 'model').iterdir():
        part.rename(directory / part.name)
    (directory / 'model').rmdir()


def of_unknown_module(directory: Path) -> None:
    """A pipeline whose first step is a class of a module that only its author has."""
    module = types.ModuleType('my_clean')

    class Clean(BaseEstimator, TransformerMixin):
        def fit(self, rows, labels=None):
            return self

        def transform(self, rows):
            return rows

    Clean.__module__, Clean.__qualname__, module.Clean = 'my_clean', 'Clean', Clean
    sys.modules['my_clean'] = module
    iris = load_iris()
    pipeline = Pipeline([('clean', Clean()), ('classify', LogisticRegression(max_iter=500))])
    pipeline.fit(iris.data, iris.target)
    (fresh(directory) / 'model.pkl').write_bytes(pickle.dumps(pipeline, protocol=3))


def as_ubjson(directory: Path) -> None:
    """XGBoost's newer binary form, which it takes from the extension."""
    iris = load_iris()
    booster = xgboost.train(
        {'max_depth': 2, 'seed': 0, 'nthread': 1, 'objective': 'binary:logistic'},
        xgboost.DMatrix(iris.data, iris.target == 2),
        num_boost_round=3,
    )
    booster.save_model(str(fresh(directory) / 'model.ubj'))


def as_h5(directory: Path) -> None:
    """Keras's own form before SavedModel."""
    tf.keras.utils.set_random_seed(0)
    model = tf.keras.Sequential([tf.keras.layers.Dense(3, input_shape=(4,), name='dense')])
    model.save(str(fresh(directory) / 'model.h5'), include_optimizer=False)


def as_tflite(directory: Path) -> None:
    """What runs on telephones."""
    module = Scale()
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [module.apply.get_concrete_function()], module
    )
    (fresh(directory) / 'model.tflite').write_bytes(converter.convert())


def main(models: Path) -> None:
    bad = models / 'bad'
    without_shard(models / 'tensorflow' / 'export' / '1700000000', bad / 'missing-shard')
    without_signature(bad / 'no-signature')
    without_serve_tag(bad / 'no-serve-tag')
    of_unknown_module(bad / 'unknown-module')
    as_ubjson(bad / 'xgboost-ubjson')
    as_h5(bad / 'keras-h5')
    as_tflite(bad / 'tflite')


if __name__ == '__main__':
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
