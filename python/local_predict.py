"""Answers a prediction request with a trained model on this machine, as AI Platform would.

    python local_predict.py --model-directory DIR --framework FRAMEWORK [--signature-name NAME]
                            [--bare-outputs]

FRAMEWORK is tensorflow, scikit-learn or xgboost. DIR holds what `deploymentUri` would hold:
saved_model.pb; model.joblib or model.pkl; or, for XGBoost, also model.bst. The request is read
from stdin, {"instances": [...]}. The only output of a signature is in an object too, as
`gcloud ai-platform local predict` has it; with --bare-outputs it is the bare value, as Vertex AI
answers. One JSON document is written to stdout, and nothing else:

    {"predictions": [...]}                  exit status 0
    {"error": "..."}                        1: the model or the request is at fault
    {"error": "..."}                        2: the command line is
    {"missing": "...", "reason": "..."}     3: this Python cannot import the framework

Errors of the model have the form of the service's own, `STEM: DETAIL (Error code: N)`. Loading a
pickle runs the code in it. Needs Python 3.7 or newer and the framework, nothing else.
"""

from __future__ import annotations

import argparse
import base64
import importlib
import json
import math
import os
import pickle
import sys
import traceback
from typing import Any, Dict, List, NoReturn, Union

Json = Union[None, bool, int, float, str, List[Any], Dict[str, Any]]

MODULES = {'tensorflow': 'tensorflow', 'scikit-learn': 'sklearn', 'xgboost': 'xgboost'}

# Stems and numbers of AI Platform's prediction errors.
LOAD = ('Failed to load model', 0)
INPUTS = ('Invalid inputs', 1)
RUN = ('Failed to run the provided model', 2)
OUTPUTS = ('There was a problem processing the outputs', 3)


class PredictionError(Exception):
    """An error of the model or of the request, worded as the service words it."""

    def __init__(self, kind: tuple[str, int], detail: str) -> None:
        super().__init__(f'{kind[0]}: {detail} (Error code: {kind[1]})')


class UsageError(Exception):
    """The command line cannot be understood."""


class MissingError(Exception):
    """A package that the model needs cannot be imported; its name, then why."""


class Parser(argparse.ArgumentParser):
    """Raises where argparse would print its usage and exit."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def main() -> int:
    """Answers one request; returns the exit status."""
    # Frameworks print as they like, some from C: only what we write may reach the real stdout.
    with os.fdopen(os.dup(1), 'w', encoding='ascii', newline='\n') as answers:
        os.dup2(2, 1)
        status, answer = respond(sys.argv[1:])
        answers.write(json.dumps(answer, allow_nan=False, sort_keys=True) + '\n')
    return status


def respond(arguments: list[str]) -> tuple[int, dict[str, Json]]:
    """The exit status and the document for these arguments and the request on stdin."""
    try:
        options = parse(arguments)
        return 0, {'predictions': predict(options, read_instances(sys.stdin.buffer.read()))}
    except UsageError as error:
        return 2, {'error': str(error)}
    except MissingError as error:
        return 3, {'missing': error.args[0], 'reason': error.args[1]}
    except PredictionError as error:
        return 1, {'error': str(error)}
    except Exception as error:
        traceback.print_exc()
        return 1, {'error': str(PredictionError(RUN, f'{type(error).__name__}: {error}'))}


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options: model_directory, framework, signature_name, bare_outputs."""
    parser = Parser(description='Answer a prediction request with a model on this machine.')
    parser.add_argument('--model-directory', required=True)
    parser.add_argument('--framework', required=True, choices=sorted(MODULES))
    parser.add_argument('--signature-name', help='signature of a SavedModel')
    parser.add_argument('--bare-outputs', action='store_true', help='a sole output without its name')
    return parser.parse_args(arguments)


def read_instances(request: bytes) -> list[Json]:
    """The instances of a request body."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(f'{constant} is not JSON')

    try:
        body = json.loads(request, parse_constant=refuse)
    except ValueError as error:
        raise PredictionError(INPUTS, f'The request is not JSON: {error}') from error
    instances = body.get('instances') if isinstance(body, dict) else None
    if not isinstance(instances, list) or not instances:
        raise PredictionError(
            INPUTS, 'The request must be an object whose "instances" is a list that is not empty'
        )
    return instances


def predict(options: argparse.Namespace, instances: list[Json]) -> Json:
    """The predictions for these instances, ready for JSON."""
    load(MODULES[options.framework], options.framework)
    directory = options.model_directory
    if options.framework == 'tensorflow':
        predictions = predict_tensorflow(
            directory, options.signature_name, instances, options.bare_outputs
        )
    elif options.framework == 'scikit-learn':
        predictions = predict_scikit_learn(directory, instances)
    else:
        predictions = predict_xgboost(directory, instances)
    return plain(predictions, 'predictions')


def load(module: str, package: str) -> Any:
    """The module; a broken installation raises more than ImportError, and is as good as none."""
    try:
        return importlib.import_module(module)
    except Exception as error:
        raise MissingError(package, f'{type(error).__name__}: {error}') from error


# TensorFlow


def predict_tensorflow(
    directory: str, signature_name: str | None, instances: list[Json], bare: bool
) -> list[Any]:
    """Runs a signature of the SavedModel; an object per instance, or bare values of a sole output."""
    import tensorflow.compat.v1 as tensorflow

    if not tensorflow.saved_model.contains_saved_model(directory):
        raise PredictionError(
            LOAD,
            'Cloud ML only supports TF 1.0 or above and models saved in SavedModel format.'
            f' There is no saved_model.pb in {directory}.',
        )
    with tensorflow.Session(graph=tensorflow.Graph()) as session:
        try:
            model = tensorflow.saved_model.loader.load(session, ['serve'], directory)
        except Exception as error:
            raise PredictionError(
                LOAD,
                f"Failed to load the model due to bad model data. tags: ['serve']\n{error}",
            ) from error
        signature = choose_signature(model.signature_def, signature_name)
        text = tensorflow.string.as_datatype_enum
        decode = any(tensor.dtype == text for tensor in signature.inputs.values())
        columns = to_columns(instances, list(signature.inputs), decode)
        outputs = {alias: tensor.name for alias, tensor in signature.outputs.items()}
        feeds = {signature.inputs[alias].name: values for alias, values in columns.items()}
        try:
            results = session.run(outputs, feeds)
        except Exception as error:
            raise PredictionError(RUN, f'Exception during running the graph: {error}') from error
    return to_rows(results, bare)


def choose_signature(signatures: Any, name: str | None) -> Any:
    """The signature of that name; else the only one; else serving_default."""
    named = {key: value for key, value in signatures.items() if key != '__saved_model_init_op'}
    if not named:
        raise PredictionError(LOAD, 'MetaGraph must have at least one signature_def.')
    if not name and len(named) == 1:
        return next(iter(named.values()))
    key = name or 'serving_default'
    if key not in named:
        known = ', '.join(sorted(named))
        raise PredictionError(
            INPUTS, f'No signature found for signature key {key}. The model has {known}.'
        )
    return named[key]


def to_columns(instances: list[Json], aliases: list[str], decode: bool) -> dict[str, list[Any]]:
    """The values of each input, one per instance. A bare value belongs to the only input."""
    rows: list[Any] = [decode_base64(instance) for instance in instances] if decode else instances
    if len(aliases) == 1:
        rows = [row if isinstance(row, dict) else {aliases[0]: row} for row in rows]
    expected = ', '.join(sorted(aliases))
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise PredictionError(
                INPUTS, f'instances[{index}] must be an object with the inputs {expected}'
            )
        for alias in row:
            if alias not in aliases:
                raise PredictionError(
                    INPUTS, f'Unexpected tensor name: {alias}. Expected tensor name: {expected}.'
                )
        for alias in aliases:
            if alias not in row:
                raise PredictionError(
                    INPUTS,
                    f'Input {alias} was missing in at least one input instance:'
                    f' instances[{index}].',
                )
    return {alias: [row[alias] for row in rows] for alias in aliases}


def decode_base64(value: Json) -> Any:
    """The value with every {"b64": "..."} in it turned into bytes."""
    if isinstance(value, list):
        return [decode_base64(item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) != {'b64'}:
        return {key: decode_base64(item) for key, item in value.items()}
    try:
        return base64.b64decode(value['b64'], validate=True)
    except (TypeError, ValueError) as error:
        raise PredictionError(INPUTS, f'Unable to base64 decode: {error}') from error


def to_rows(outputs: dict[str, Any], bare: bool = False) -> list[Any]:
    """Splits outputs along their first dimension, one entry per instance."""
    columns = {alias: encode_strings(to_list(value), alias) for alias, value in outputs.items()}
    sizes = {alias: len(values) for alias, values in columns.items()}
    if len(set(sizes.values())) != 1:
        raise PredictionError(
            OUTPUTS,
            'Bad output from running tensorflow session: outputs had differing sizes in the batch'
            f' (outer) dimension. See the outputs and their size: {sizes}.',
        )
    if bare and len(columns) == 1:
        return next(iter(columns.values()))
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def to_list(output: Any) -> list[Any]:
    """An output along its first dimension; one without dimensions counts as a batch of one."""
    # session.run gives a scalar string as bytes, all else as arrays and scalars of numpy.
    values = output.tolist() if hasattr(output, 'tolist') else output
    return values if isinstance(values, list) else [values]


def encode_strings(value: Any, alias: str) -> Any:
    """The value with bytes as text, or as base64 where the alias ends in _bytes."""
    if isinstance(value, list):
        return [encode_strings(item, alias) for item in value]
    if not isinstance(value, bytes):
        return value
    if alias.endswith('_bytes'):
        return {'b64': base64.b64encode(value).decode()}
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise PredictionError(
            OUTPUTS, f'Output {alias} is not text, and its name does not end in _bytes: {error}'
        ) from error


# scikit-learn and XGBoost


def predict_scikit_learn(directory: str, instances: list[Json]) -> Any:
    """Calls `predict` of the estimator with the instances as they came, as the service does."""
    model = load_pickled(directory)
    if model is None:
        raise PredictionError(
            LOAD, f'Could not find either model.joblib or model.pkl in {directory}'
        )
    check_type(model, 'sklearn', 'sklearn model or pipeline')
    try:
        return model.predict(instances)
    except Exception as error:
        raise PredictionError(RUN, f'Exception during sklearn prediction: {error}') from error


def predict_xgboost(directory: str, instances: list[Json]) -> Any:
    """Calls `predict` of the booster, or of an estimator of XGBoost's scikit-learn interface."""
    import numpy
    import xgboost

    model = load_pickled(directory)
    if model is None:
        model = load_booster(directory)
    check_type(model, 'xgboost', 'xgboost model')
    try:
        inputs = numpy.array(instances)
        if isinstance(model, xgboost.Booster):
            inputs = xgboost.DMatrix(inputs)
    except Exception as error:
        detail = f'Could not initialize DMatrix from inputs: {brief(error)}'
        raise PredictionError(RUN, detail) from error
    try:
        return model.predict(inputs)
    except Exception as error:
        detail = f'Exception during xgboost prediction: {brief(error)}'
        raise PredictionError(RUN, detail) from error


def load_pickled(directory: str) -> Any:
    """What model.joblib or else model.pkl holds; None when there is neither."""
    joblib_file = os.path.join(directory, 'model.joblib')
    pickle_file = os.path.join(directory, 'model.pkl')
    if os.path.exists(joblib_file):
        joblib = load('joblib', 'joblib')
        return guard(joblib_file, lambda: joblib.load(joblib_file))
    if os.path.exists(pickle_file):
        with open(pickle_file, 'rb') as file:
            return guard(pickle_file, lambda: pickle.load(file))
    return None


def load_booster(directory: str) -> Any:
    """The booster in model.bst."""
    import xgboost

    file = os.path.join(directory, 'model.bst')
    if not os.path.exists(file):
        raise PredictionError(
            LOAD, f'Could not find model.joblib, model.pkl, or model.bst in {directory}'
        )
    return guard(file, lambda: xgboost.Booster(model_file=file))


def guard(file: str, read: Any) -> Any:
    """What `read` returns; whatever it raises becomes the service's error for this file."""
    try:
        return read()
    except Exception as error:
        hint = ''
        if 'unsupported pickle protocol' in str(error):
            hint = (
                ' Please make sure the model was exported using python'
                f' {sys.version_info[0]}.{sys.version_info[1]}. Otherwise, please specify the'
                " correct 'python_version' parameter when deploying the model."
            )
        detail = f'Could not load the model: {file}. {brief(error)}.{hint}'
        raise PredictionError(LOAD, detail) from error


def brief(error: Exception) -> str:
    """The error's text without the C++ stack trace that XGBoost adds."""
    return str(error).split('\nStack trace:')[0].strip()


def check_type(model: Any, package: str, wanted: str) -> None:
    """Refuses an object that is not of this package."""
    kind = type(model)
    if package not in kind.__module__:
        raise PredictionError(
            LOAD,
            f'Invalid model type detected: {kind.__module__}.{kind.__name__}. Please make sure the'
            f' model file is an exported {wanted}.',
        )


def plain(value: Any, path: str) -> Json:
    """The value in Python's own types; `path` names it in the error when JSON cannot hold it."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if math.isfinite(value):
            return float(value)
        name = 'NaN' if math.isnan(value) else 'Infinity' if value > 0 else '-Infinity'
        raise PredictionError(OUTPUTS, f'{path} is {name}, which JSON cannot hold')
    if isinstance(value, (list, tuple)):
        return [plain(item, f'{path}[{index}]') for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {str(key): plain(item, f'{path}.{key}') for key, item in value.items()}
    # Arrays and scalars of numpy.
    if hasattr(value, 'tolist'):
        return plain(value.tolist(), path)
    kind = type(value).__name__
    raise PredictionError(OUTPUTS, f'{path} is of type {kind}, which JSON cannot hold')


if __name__ == '__main__':
    sys.exit(main())
