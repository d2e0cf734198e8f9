import type { FieldType, Fields, Message } from '../config-fields.ts';

const strings = { listOf: 'string' } as const;
const anything = { listOf: 'any' } as const;
const blurBaselineConfig: Message = { fields: { maxBlurSigma: 'number' } };
const smoothGradConfig: Message = {
  fields: {
    noiseSigma: 'number',
    noisySampleCount: 'int32',
    featureNoiseSigma: {
      fields: { noiseSigma: { listOf: { fields: { name: 'string', sigma: 'number' } } } },
    },
  },
};
const steps: FieldType = {
  fields: { stepCount: 'int32', smoothGradConfig, blurBaselineConfig },
};

const parameters: Fields = {
  sampledShapleyAttribution: { fields: { pathCount: 'int32' } },
  integratedGradientsAttribution: steps,
  xraiAttribution: steps,
  examples: {
    fields: {
      exampleGcsSource: {
        fields: { dataFormat: { oneOf: ['JSONL'] }, gcsSource: { fields: { uris: strings } } },
      },
      neighborCount: 'int32',
      nearestNeighborSearchConfig: 'any',
      presets: {
        fields: {
          query: { oneOf: ['PRECISE', 'FAST'] },
          modality: { oneOf: ['IMAGE', 'TEXT', 'TABULAR'] },
        },
      },
    },
  },
  topK: 'int32',
  outputIndices: anything,
};

const input: Message = {
  fields: {
    inputTensorName: 'string',
    inputBaselines: anything,
    modality: 'string',
    encoding: {
      oneOf: [
        'IDENTITY',
        'BAG_OF_FEATURES',
        'BAG_OF_FEATURES_SPARSE',
        'INDICATOR',
        'COMBINED_EMBEDDING',
        'CONCAT_EMBEDDING',
      ],
    },
    encodedTensorName: 'string',
    encodedBaselines: anything,
    indexFeatureMapping: strings,
    indicesTensorName: 'string',
    denseShapeTensorName: 'string',
    featureValueDomain: {
      fields: {
        minValue: 'number',
        maxValue: 'number',
        originalMean: 'number',
        originalStddev: 'number',
      },
    },
    groupName: 'string',
    visualization: 'any',
  },
};

/** `ExplanationSpec` of Vertex AI and what is nested in it (aiplatform v1). */
export const explanationSpec: Message = {
  fields: {
    parameters: { fields: parameters },
    metadata: {
      fields: {
        inputs: { mapOf: input },
        outputs: {
          mapOf: {
            fields: {
              outputTensorName: 'string',
              displayNameMappingKey: 'string',
              indexDisplayNameMapping: 'any',
            },
          },
        },
        featureAttributionsSchemaUri: 'string',
        latentSpaceSource: 'string',
      },
    },
  },
};
