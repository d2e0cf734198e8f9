import type { Json } from '../../world.ts';
import { valueAt } from '../json.ts';
import { refused } from './rule.ts';
import type { Rule } from './rule.ts';

/** Rules about packages and custom prediction routines. */
export const customCodeRules: readonly Rule[] = Object.freeze<Rule[]>([
  {
    id: 'custom-code-endpoint',
    source: 'ml v1, Version.predictionClass and packageUris: legacy (MLS1) machine types only',
    check: ({ predictionClass, packages, endpoint }, { request }) => {
      const asked = predictionClass ?? packages;
      return asked !== undefined && endpoint === 'regional'
        ? refused(
            asked,
            `custom code runs on the global endpoint only, and \`region\` is ${request.region}; give \`region: global\` with \`model_region: ${request.region}\` and an mls1-* machine type, or serve the code from a custom container (\`image\`)`,
          )
        : undefined;
    },
  },
  {
    id: 'prediction-class-packages',
    source: 'ml v1, Version.predictionClass: its module is in packageUris',
    check: ({ predictionClass, packages }) =>
      predictionClass !== undefined && packages === undefined
        ? refused(
            predictionClass,
            'give the source distribution (.tar.gz) that holds this class in `package_files`',
          )
        : undefined,
  },
  {
    id: 'prediction-class-framework',
    source: 'ml v1, Version.predictionClass: exactly one of it and framework',
    check: ({ predictionClass, framework }) =>
      predictionClass !== undefined && framework !== undefined
        ? refused(framework, 'a custom prediction routine has no framework; leave it out')
        : undefined,
  },
  {
    id: 'prediction-class-name',
    source: 'ml v1, Version.predictionClass: module_name.ClassName',
    check: ({ predictionClass }) =>
      predictionClass === undefined || /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/.test(predictionClass.value)
        ? undefined
        : refused(predictionClass, 'must be module.Class, such as predictor.FraudPredictor'),
  },
  {
    id: 'package-uris',
    source: 'ml v1, Version.packageUris: source distributions (.tar.gz) in Cloud Storage',
    check: (_wanted, { request }) => {
      const uris = valueAt(request.versionConfig, ['packageUris']);
      return (Array.isArray(uris) ? (uris as readonly Json[]) : [])
        .filter((uri) => typeof uri === 'string' && !/^gs:\/\/[^/]+\/.+\.tar\.gz$/.test(uri))
        .map((uri) => ({
          input: 'version_config',
          given: `packageUris: ${JSON.stringify(uri)}`,
          problem:
            'must be gs://BUCKET/NAME.tar.gz; local packages are uploaded by `package_files`',
        }));
    },
  },
]);
