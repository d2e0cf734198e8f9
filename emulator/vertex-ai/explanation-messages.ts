import type { Messages } from '../google-api/messages.ts';

const strings = { listOf: 'string' } as const;
const anything = { listOf: 'any' } as const;

/** Request messages of Vertex AI v1 that have to do with explanations (its discovery schema). */
export const explanationMessages = {
  ExplanationSpec: {
    metadata: { message: 'ExplanationMetadata' },
    parameters: { message: 'ExplanationParameters' },
  },
  ExplanationParameters: {
    examples: { message: 'Examples' },
    integratedGradientsAttribution: { message: 'IntegratedGradientsAttribution' },
    outputIndices: 'any',
    sampledShapleyAttribution: { message: 'SampledShapleyAttribution' },
    topK: 'int32',
    xraiAttribution: { message: 'XraiAttribution' },
  },
  Examples: {
    exampleGcsSource: { message: 'ExampleGcsSource' },
    nearestNeighborSearchConfig: 'any',
    neighborCount: 'int32',
    presets: { message: 'Presets' },
  },
  ExampleGcsSource: {
    dataFormat: {
      enumeration: 'Examples.ExampleGcsSource.DataFormat',
      values: ['DATA_FORMAT_UNSPECIFIED', 'JSONL'],
    },
    gcsSource: { message: 'GcsSource' },
  },
  GcsSource: { uris: strings },
  Presets: {
    modality: {
      enumeration: 'Presets.Modality',
      values: ['MODALITY_UNSPECIFIED', 'IMAGE', 'TEXT', 'TABULAR'],
    },
    query: { enumeration: 'Presets.Query', values: ['PRECISE', 'FAST'] },
  },
  IntegratedGradientsAttribution: {
    blurBaselineConfig: { message: 'BlurBaselineConfig' },
    smoothGradConfig: { message: 'SmoothGradConfig' },
    stepCount: 'int32',
  },
  SampledShapleyAttribution: { pathCount: 'int32' },
  XraiAttribution: {
    blurBaselineConfig: { message: 'BlurBaselineConfig' },
    smoothGradConfig: { message: 'SmoothGradConfig' },
    stepCount: 'int32',
  },
  BlurBaselineConfig: { maxBlurSigma: 'float' },
  SmoothGradConfig: {
    featureNoiseSigma: { message: 'FeatureNoiseSigma' },
    noiseSigma: 'float',
    noisySampleCount: 'int32',
  },
  FeatureNoiseSigma: { noiseSigma: { listOf: { message: 'NoiseSigmaForFeature' } } },
  NoiseSigmaForFeature: { name: 'string', sigma: 'float' },
  ExplanationMetadata: {
    featureAttributionsSchemaUri: 'string',
    inputs: { mapOf: { message: 'InputMetadata' } },
    latentSpaceSource: 'string',
    outputs: { mapOf: { message: 'OutputMetadata' } },
  },
  InputMetadata: {
    denseShapeTensorName: 'string',
    encodedBaselines: anything,
    encodedTensorName: 'string',
    encoding: {
      enumeration: 'ExplanationMetadata.InputMetadata.Encoding',
      values: [
        'ENCODING_UNSPECIFIED',
        'IDENTITY',
        'BAG_OF_FEATURES',
        'BAG_OF_FEATURES_SPARSE',
        'INDICATOR',
        'COMBINED_EMBEDDING',
        'CONCAT_EMBEDDING',
      ],
    },
    featureValueDomain: { message: 'FeatureValueDomain' },
    groupName: 'string',
    indexFeatureMapping: strings,
    indicesTensorName: 'string',
    inputBaselines: anything,
    inputTensorName: 'string',
    modality: 'string',
    visualization: 'any',
  },
  FeatureValueDomain: {
    maxValue: 'float',
    minValue: 'float',
    originalMean: 'float',
    originalStddev: 'float',
  },
  OutputMetadata: {
    displayNameMappingKey: 'string',
    indexDisplayNameMapping: 'any',
    outputTensorName: 'string',
  },
  ExplainRequest: {
    deployedModelId: 'string',
    explanationSpecOverride: 'any',
    instances: anything,
    parameters: 'any',
  },
} as const satisfies Messages;
