/** The signature that is called where none is named (TensorFlow Serving, RESTful API, Predict). */
export const DEFAULT_SIGNATURE = 'serving_default';

/** The signature of a SavedModel that a request calls: the one named, else the only one, else the default one. */
export function calledSignature<Signature extends { readonly name: string }>(
  signatures: readonly Signature[],
  named: string | undefined,
): Signature | undefined {
  const [only, another] = signatures;
  return named === undefined && another === undefined
    ? only
    : signatures.find(({ name }) => name === (named ?? DEFAULT_SIGNATURE));
}
