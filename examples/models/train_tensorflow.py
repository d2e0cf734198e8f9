"""Trains a softmax regression on the iris data and exports it as TensorFlow SavedModels.

Writes an export base directory as a training job leaves it: an older and a newer timestamped
export, and the remains of one that was interrupted before `saved_model.pb` was written.

    python train_tensorflow.py [models directory]
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from sklearn.datasets import load_iris

OLDER, NEWER, INTERRUPTED = '1690000000', '1700000000', 'temp-1700000100'


class Iris(tf.Module):
    """Softmax regression over four measurements in centimetres; the species names are an asset."""

    def __init__(self, mean: np.ndarray, deviation: np.ndarray, species: Path) -> None:
        super().__init__(name='iris')
        self.mean = tf.constant(mean, tf.float32)
        self.deviation = tf.constant(deviation, tf.float32)
        self.weights = tf.Variable(tf.zeros([4, 3]), name='weights')
        self.bias = tf.Variable(tf.zeros([3]), name='bias')
        self.species = tf.saved_model.Asset(str(species))

    def logits(self, measurements: tf.Tensor) -> tf.Tensor:
        normal = (measurements - self.mean) / self.deviation
        return tf.linalg.matmul(normal, self.weights) + self.bias

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32, name='measurements')])
    def classify(self, measurements: tf.Tensor) -> dict[str, tf.Tensor]:
        """The default signature: one input, two outputs."""
        logits = self.logits(measurements)
        names = tf.strings.split(tf.io.read_file(self.species.asset_path), '\n')
        return {
            'probabilities': tf.nn.softmax(logits),
            'species': tf.gather(names, tf.argmax(logits, axis=1)),
        }

    @tf.function(
        input_signature=[
            tf.TensorSpec([None, 2], tf.float32, name='sepal'),
            tf.TensorSpec([None, 2], tf.float32, name='petal'),
        ]
    )
    def score(self, sepal: tf.Tensor, petal: tf.Tensor) -> dict[str, tf.Tensor]:
        """The second signature: two inputs, one output."""
        return {'probabilities': tf.nn.softmax(self.logits(tf.concat([sepal, petal], axis=1)))}


def train(model: Iris, measurements: np.ndarray, species: np.ndarray, steps: int) -> None:
    """Full-batch gradient descent from zero: no randomness at all."""
    inputs = tf.constant(measurements, tf.float32)
    labels = tf.one_hot(species, 3)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(
                tf.nn.softmax_cross_entropy_with_logits(labels, model.logits(inputs))
            )
        gradients = tape.gradient(loss, [model.weights, model.bias])
        model.weights.assign_sub(0.5 * gradients[0])
        model.bias.assign_sub(0.5 * gradients[1])


def export(model: Iris, directory: Path) -> None:
    """Saves without debug information, which would hold the paths of this machine."""
    shutil.rmtree(directory, ignore_errors=True)
    tf.saved_model.save(
        model,
        str(directory),
        signatures={'serving_default': model.classify, 'score': model.score},
        options=tf.saved_model.SaveOptions(save_debug_info=False),
    )


def interrupt(export_directory: Path, directory: Path) -> None:
    """What is on disk when an export stops before its last file."""
    shutil.rmtree(directory, ignore_errors=True)
    (directory / 'variables').mkdir(parents=True)
    shard = 'variables/variables.data-00000-of-00001'
    shutil.copyfile(export_directory / shard, directory / shard)


def answer(
    directory: Path, signature: str, instances: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What TensorFlow says for these instances, one object per instance."""
    function = tf.saved_model.load(str(directory)).signatures[signature]
    columns = {
        name: tf.constant([instance[name] for instance in instances], tf.float32)
        for name in instances[0]
    }
    outputs = {name: tensor.numpy().tolist() for name, tensor in function(**columns).items()}
    return [
        {
            name: values[row].decode() if isinstance(values[row], bytes) else values[row]
            for name, values in outputs.items()
        }
        for row in range(len(instances))
    ]


def write_proof(directory: Path, instances: list[Any], predictions: list[Any]) -> None:
    """Writes a request and the answer that is expected to it."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, rows in (('instances', instances), ('predictions', predictions)):
        text = json.dumps({name: rows}, indent=1, sort_keys=True) + '\n'
        (directory / f'{name}.json').write_bytes(text.encode())


def main(models: Path) -> None:
    iris = load_iris()
    base = models / 'tensorflow' / 'export'
    with tempfile.TemporaryDirectory() as scratch:
        species = Path(scratch) / 'species.txt'
        species.write_bytes('\n'.join(iris.target_names).encode())
        for timestamp, steps in ((OLDER, 40), (NEWER, 400)):
            model = Iris(iris.data.mean(axis=0), iris.data.std(axis=0), species)
            train(model, iris.data, iris.target, steps)
            export(model, base / timestamp)
    interrupt(base / NEWER, base / INTERRUPTED)

    rows = iris.data[[0, 57, 70, 133, 149]].tolist()
    named = [{'measurements': row} for row in rows]
    classes = answer(base / NEWER, 'serving_default', named)
    write_proof(models / 'proof' / 'tensorflow', rows, classes)
    halves = [{'sepal': row[:2], 'petal': row[2:]} for row in rows]
    scores = answer(base / NEWER, 'score', halves)
    write_proof(models / 'proof' / 'tensorflow-score', halves, scores)


if __name__ == '__main__':
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
