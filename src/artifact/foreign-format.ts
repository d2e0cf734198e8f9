/** A file that is recognised but that the service does not load, and what to do instead. */
export interface ForeignFormat {
  /** With its article: `a Keras archive`. */
  readonly name: string;
  /** A whole sentence. */
  readonly next: string;
  /** Whether it could still be a model of a known framework whose bytes cannot be looked into. */
  readonly compressed?: true;
}

const EXPORT_KERAS =
  'Load it with Keras and export what is served: `model.export("export/1700000000")` (Keras 3) or `tf.saved_model.save(model, "export/1700000000")`; then give that directory.';
const EXPORT_TENSORFLOW =
  'Give the SavedModel that it was converted from: `tf.saved_model.save(model, "export/1700000000")`.';
const OWN_CODE =
  'serve it from a container of your own (input image) or load it in a custom prediction routine (input prediction_class).';
const USE_CONTAINER =
  'Serve it from a container of your own (input image) or load it in a custom prediction routine (input prediction_class).';
const CONVERT_TORCH = `Convert it to a SavedModel in a step before this one (\`torch.onnx.export\`, then onnx2tf). Or leave it as it is, and ${OWN_CODE}`;
const CONVERT_ONNX = `Convert it to a SavedModel in a step before this one: \`onnx2tf -i model.onnx -o export/1700000000\`. Or leave it as it is, and ${OWN_CODE}`;
const UNPACK = 'Unpack it in a step before this one, and give the directory as source.';
const NAME_FRAMEWORK =
  'Say which framework made it (input framework), or compress it with zlib or gzip: `joblib.dump(model, path, compress=3)`.';

/** How files begin, by format; `at` is the offset of the text, 0 if not said. */
const BEGINNINGS: readonly (ForeignFormat & { readonly bytes: string; readonly at?: number })[] = [
  { bytes: '\x89HDF\r\n\x1a\n', name: 'an HDF5 file, as Keras saves models', next: EXPORT_KERAS },
  { bytes: 'TFL3', at: 4, name: 'a TensorFlow Lite model', next: EXPORT_TENSORFLOW },
  {
    bytes: '\x93NUMPY',
    name: 'a NumPy array',
    next: 'Give the model itself: `joblib.dump(model, "model.joblib")`.',
  },
  {
    // PyTorch's form before its zip archives: a pickle of this number comes first.
    bytes: '\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.',
    name: 'a PyTorch model',
    next: CONVERT_TORCH,
  },
  { bytes: 'tree\nversion=v', name: 'a LightGBM model', next: USE_CONTAINER },
  { bytes: 'CBM1', name: 'a CatBoost model', next: USE_CONTAINER },
  { bytes: 'ustar', at: 257, name: 'a tar archive', next: UNPACK },
  { bytes: '7z\xbc\xaf\x27\x1c', name: 'a 7-Zip archive', next: UNPACK },
  { bytes: 'Rar!\x1a\x07', name: 'a RAR archive', next: UNPACK },
  { bytes: 'BZh', name: 'compressed with bzip2', next: NAME_FRAMEWORK, compressed: true },
  { bytes: '\xfd7zXZ\0', name: 'compressed with xz', next: NAME_FRAMEWORK, compressed: true },
  { bytes: ']\0\0', name: 'compressed with LZMA', next: NAME_FRAMEWORK, compressed: true },
  {
    bytes: '\x04\x22\x4d\x18',
    name: 'compressed with LZ4',
    next: NAME_FRAMEWORK,
    compressed: true,
  },
  {
    bytes: '\x28\xb5\x2f\xfd',
    name: 'compressed with Zstandard',
    next: NAME_FRAMEWORK,
    compressed: true,
  },
  {
    bytes: 'ZF',
    name: 'compressed by a joblib older than 0.10',
    next: NAME_FRAMEWORK,
    compressed: true,
  },
];

/**
 * Recognises formats that no prebuilt server loads, by the first bytes of a file (at least 512 where
 * it has so many) and its last. `undefined` for all others.
 */
export function recogniseForeign(head: Buffer, tail: Buffer): ForeignFormat | undefined {
  const text = head.toString('latin1');
  for (const { bytes, at = 0, ...format } of BEGINNINGS) {
    if (text.startsWith(bytes, at)) return format;
  }
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06')) return zip(head, tail);
  return isOnnx(head) ? { name: 'an ONNX model', next: CONVERT_ONNX } : undefined;
}

/** What a zip file holds is told by the names in it, which stand at both of its ends. */
function zip(head: Buffer, tail: Buffer): ForeignFormat {
  const text = head.toString('latin1') + tail.toString('latin1');
  if (text.includes('model.weights.h5')) return { name: 'a Keras archive', next: EXPORT_KERAS };
  if (text.includes('/constants.pkl') && text.includes('/code/')) {
    return { name: 'a TorchScript model', next: CONVERT_TORCH };
  }
  if (text.includes('/data.pkl')) return { name: 'a PyTorch model', next: CONVERT_TORCH };
  if (text.includes('saved_model.pb')) {
    return { name: 'a zip archive of a SavedModel', next: UNPACK };
  }
  if (text.includes('.npy')) {
    return {
      name: 'a NumPy archive',
      next: 'Give the model itself: `joblib.dump(model, "model.joblib")`.',
    };
  }
  return { name: 'a zip archive', next: UNPACK };
}

/** ModelProto (onnx.proto): 1 ir_version, at least 3, then 2 producer_name, a short printable text. */
function isOnnx(head: Buffer): boolean {
  const [tag, version = 0, next, length = 0] = head;
  if (tag !== 0x08 || version < 3 || version > 31 || next !== 0x12) return false;
  return length > 0 && length < 64 && /^[\x20-\x7e]+$/.test(head.toString('latin1', 4, 4 + length));
}
