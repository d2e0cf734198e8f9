import type { Signature, Tensor } from '../artifact/artifact.ts';
import { shellWord } from './gcloud.ts';

/** More numbers than this make an example that nobody reads. */
const mostValues = 64;

/**
 * The body of an online prediction with one instance, as JSON, with zeros of the right type and shape
 * (AI Platform, Online prediction: an object of inputs by name; the batch dimension is the list of instances).
 */
export function requestBody(signature: Signature): string {
  const inputs = signature.inputs.map(
    (tensor) => `${JSON.stringify(tensor.key)}: ${sample(tensor)}`,
  );
  const name =
    signature.name === 'serving_default'
      ? ''
      : `, "signature_name": ${JSON.stringify(signature.name)}`;
  return `{"instances": [{${inputs.join(', ')}}]${name}}`;
}

/** A command line for a POSIX shell that sends such a body. */
export function requestCommand(predictUrl: string, body: string): string {
  return [
    `curl -X POST ${shellWord(predictUrl)}`,
    '  -H "Authorization: Bearer $(gcloud auth print-access-token)"',
    '  -H "Content-Type: application/json"',
    `  -d ${shellWord(body)}`,
  ].join(' \\\n');
}

/** The same for Python with google-auth. JSON's string literals are Python's too. */
export function requestInPython(predictUrl: string, body: string): string {
  return [
    'import google.auth',
    'from google.auth.transport.requests import AuthorizedSession',
    '',
    'credentials, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])',
    'answer = AuthorizedSession(credentials).post(',
    `    ${JSON.stringify(predictUrl)},`,
    `    data=${JSON.stringify(body)}.encode(),`,
    '    headers={"Content-Type": "application/json"},',
    ')',
    'print(answer.json())',
  ].join('\n');
}

/** A shape without its batch dimension, for people: `4`, `224 × 224 × 3`, `scalar`, `?`. */
export function shapeOf({ shape }: Tensor): string {
  if (shape === undefined) return '?';
  return shape.length === 0
    ? 'scalar'
    : shape.map((size) => (size === -1 ? '?' : size.toString())).join(' × ');
}

function sample(tensor: Tensor): string {
  const sizes = (tensor.shape ?? []).slice(1).map((size) => (size < 0 ? 1 : size));
  const values = sizes.reduce((product, size) => product * size, 1);
  if (values > mostValues) {
    return JSON.stringify(`${tensor.dtype} values of shape ${sizes.join(' × ')}`);
  }
  return sizes.reduceRight(
    (inner, size) => `[${Array.from({ length: size }, () => inner).join(', ')}]`,
    leaf(tensor),
  );
}

function leaf({ key, dtype }: Tensor): string {
  if (/^(?:float|double|half|bfloat)/.test(dtype)) return '0.0';
  if (dtype === 'bool') return 'false';
  if (dtype === 'string') return key.endsWith('_bytes') ? '{"b64": "AAAA"}' : '"text"';
  return '0';
}
