import { nearestRuntimes } from '../../plan/runtimes.ts';
import { formatBytes } from '../format.ts';
import {
  command,
  deleteVersionCommand,
  describeVersionCommand,
  setDefaultCommand,
  shellWord,
} from '../gcloud.ts';
import { grantOnBucket } from './known.ts';
import type { Found, Rule } from './rule.ts';

const service = 'AI Platform';

/** The account that reads the artifact for AI Platform, found by the project's number. */
function serviceAgentGrant(found: Found): string {
  const { project, part } = found;
  const bucket = part('bucket') || found.bucket;
  if (part('agent') !== '') {
    return grantOnBucket(bucket, `serviceAccount:${part('agent')}`, 'roles/storage.objectViewer');
  }
  const number = `$(gcloud projects describe ${shellWord(project)} --format='value(projectNumber)')`;
  const member = `serviceAccount:service-${number}@cloud-ml.google.com.iam.gserviceaccount.com`;
  return `gcloud storage buckets add-iam-policy-binding gs://${shellWord(bucket)} --member="${member}" --role=roles/storage.objectViewer`;
}

/** Our inputs by the field that the API names, in either spelling. */
const inputs: readonly (readonly [RegExp, string])[] = [
  [/^version\.name$/, 'version'],
  [/^model\.name$/, 'model'],
  [/deployment_?uri$/i, 'source'],
  [/runtime_?version$/i, 'runtime_version'],
  [/python_?version$/i, 'python_version'],
  [/machine_?type$/i, 'machine_type'],
  [/framework$/i, 'framework'],
  [/prediction_?class$/i, 'prediction_class'],
  [/package_?uris/i, 'package_files'],
  [/accelerator/i, 'accelerator'],
  [/manual_?scaling/i, 'nodes'],
  [/auto_?scaling/i, 'min_nodes, max_nodes or metric_targets'],
  [/container/i, 'image'],
  [/service_?account/i, 'service_account'],
  [/labels/i, 'labels'],
  [/regions/i, 'region or model_region'],
];

function inputOf(field: string): string {
  return inputs.find(([pattern]) => pattern.test(field))?.[1] ?? 'version_config';
}

/** Which resource a 404 is about. */
function absence({ told, model, version, region, project }: Found): string {
  const wanted = /\/versions\/[^/]+$/.test(told.request)
    ? `Version "${version}" of model "${model}"`
    : `Model "${model}"`;
  return `${wanted} is not there, in region "${region}" of project "${project}".`;
}

/** What AI Platform refuses about models and versions. Most specific first. */
export const versionRules: readonly Rule[] = [
  {
    id: 'model-exists',
    code: 'conflict',
    when: [{ text: /A model with the same name already exists/ }],
    what: ({ model, project }) => `Project "${project}" already has a model "${model}".`,
    next: () =>
      'Run the job again: it takes a model that is there, and only makes one that is not.',
  },
  {
    id: 'version-exists',
    code: 'conflict',
    when: [
      { text: /A version with the same name already exists/ },
      { service, http: [409], request: /^POST .*\/versions$/, status: 'ALREADY_EXISTS' },
    ],
    what: ({ model, version }) => `Model "${model}" already has a version "${version}".`,
    next: ({ place, model, version }) =>
      `Give another name in \`version\`, or delete the one that is there: \`${deleteVersionCommand(place, model, version)}\`.`,
  },
  {
    id: 'runtime-not-supported',
    code: 'invalid-input',
    when: [
      {
        text: /runtime version '(?<runtime>[^']*)' with the Python version '(?<python>[^']*)' is not supported/,
      },
    ],
    what: ({ part }) =>
      part('python') === ''
        ? `AI Platform has no runtime "${part('runtime')}".`
        : `AI Platform has no runtime "${part('runtime')}" with Python "${part('python')}".`,
    next: ({ part }) =>
      `Leave \`runtime_version\` and \`python_version\` out to take them from the model, or choose ${nearestRuntimes(part('runtime')).join(', ')}.`,
  },
  {
    id: 'framework-and-prediction-class',
    code: 'invalid-input',
    when: [{ text: /Exactly one of "prediction_class" and "framework" may be provided/ }],
    what: () => 'framework and prediction_class were given together.',
    next: () => 'Leave `framework` out: a prediction class loads the model itself.',
  },
  {
    id: 'model-too-large',
    code: 'too-large',
    when: [
      {
        text: /total size of files in (?<uri>gs:\S+) is (?<bytes>\d+) bytes, which exceeds the allowed maximum of (?<limit>\d+) bytes/,
      },
    ],
    what: ({ part }) =>
      `The model in ${part('uri')} has ${formatBytes(Number(part('bytes')))}, and this machine type takes ${formatBytes(Number(part('limit')))}.`,
    next: ({ plan }) =>
      plan?.machineType.startsWith('n1-') === true
        ? 'Make the model smaller: leave out checkpoints, training data and optimizer state.'
        : 'Use a machine of Compute Engine (`machine_type: n1-standard-2`, with a `region` that is not global), which takes 10 GB; or make the model smaller.',
  },
  {
    id: 'too-many-files',
    code: 'too-large',
    when: [{ service, text: /number of files .*exceeds|too many files/i }],
    what: ({ directory }) => `There are too many files in ${directory}.`,
    next: () =>
      'A version takes at most 1,000 files. Leave out of `source` what the model does not need.',
  },
  {
    id: 'model-file-missing',
    code: 'artifact',
    when: [
      { text: /director(?:y|ies) (?<uri>gs:\S+) (?:is|are) expected to contain exactly one of/ },
    ],
    what: ({ part }) => `${part('uri')} holds no model, or more than one.`,
    next: ({ part }) =>
      `Put exactly one of the files that the message names directly into that directory, under exactly that name. Look what is there: \`${command(['gcloud', 'storage', 'ls', part('uri')])}\`.`,
  },
  {
    id: 'artifact-not-readable',
    code: 'permission',
    when: [
      {
        text: /Service account `?\[?(?<agent>[^\]`\s]+@[^\]`\s]+)\]?`? does not have `?\[?storage\.objects(?:.*?"gs:\/\/(?<bucket>[^/"]+))?/,
      },
      {
        service,
        text: /deployment_?uri Error:.*(?:permission|denied|not? (?:have )?access|cannot (?:be )?(?:read|access))/i,
      },
    ],
    what: ({ told, part, bucket }) =>
      `${told.service ?? 'The service'} may not read gs://${part('bucket') || bucket}.`,
    next: (found) => `Let its service agent read the bucket: \`${serviceAgentGrant(found)}\`.`,
  },
  {
    id: 'artifact-refused',
    code: 'artifact',
    when: [{ service, text: /^Field: (?:version\.)?deployment_?uri Error: /i }],
    what: ({ directory }) => `AI Platform did not accept ${directory} as a model.`,
    next: (found) =>
      `Look what is there: \`${command(['gcloud', 'storage', 'ls', '--recursive', found.directory])}\`. If the bucket is in another project, let the service agent read it: \`${serviceAgentGrant(found)}\`.`,
  },
  {
    id: 'default-version-in-use',
    code: 'conflict',
    when: [{ text: /default version of a model can ?not be deleted/i }],
    what: ({ model, version }) =>
      `Version "${version}" serves model "${model}", and cannot be deleted.`,
    next: ({ place, model }) =>
      `Let another version serve first: \`${setDefaultCommand(place, model, 'OTHER_VERSION')}\`.`,
  },
  {
    id: 'model-not-empty',
    code: 'conflict',
    when: [{ text: /model with versions cannot be deleted/i }],
    what: ({ model }) => `Model "${model}" still has versions.`,
    next: ({ place, model }) =>
      `Delete them first, the one that serves last: \`${deleteVersionCommand(place, model, 'VERSION')}\`.`,
  },
  {
    id: 'endpoint-busy',
    code: 'conflict',
    when: [{ service: 'Vertex AI', status: 'ABORTED' }],
    what: () => 'Somebody else changes the same resource of Vertex AI at the same time.',
    next: () =>
      'Let one job at a time deploy to this endpoint (a concurrency group does that), and run the job again.',
  },
  {
    id: 'version-busy',
    code: 'conflict',
    when: [
      { status: 'ABORTED' },
      {
        status: 'FAILED_PRECONDITION',
        text: /\b(?:CREATING|UPDATING|DELETING)\b|is (?:being|currently) (?:created|updated|deleted)|in progress/,
      },
    ],
    what: ({ model, version }) =>
      `Version "${version}" of model "${model}" is being changed by somebody else.`,
    next: ({ place, model, version }) =>
      `Wait until \`${describeVersionCommand(place, model, version)}\` shows READY or FAILED, and run the job again.`,
  },
  {
    id: 'unknown-field',
    code: 'invalid-input',
    when: [{ text: /Unknown name "(?<field>[^"]*)"(?: at '(?<path>[^']*)')?: Cannot find field/ }],
    what: ({ told, part }) =>
      `${told.service ?? 'The service'} does not know the field "${part('field')}"${part('path') === '' ? '' : ` of ${part('path')}`}.`,
    next: () => 'Correct its spelling in `version_config`; the names are those of the API.',
  },
  {
    id: 'resource-not-found',
    code: 'not-found',
    when: [
      { service, http: [404], text: /resource: "(?<name>[^"]*)" was not found/ },
      { service, http: [404] },
    ],
    what: absence,
    next: ({ project, model }) =>
      `A model is seen only through the endpoint that it was made on. Compare \`project_id\` and \`region\` with where model "${model}" is: \`${command(['gcloud', 'ai-platform', 'models', 'list', '--region=global', `--project=${project}`])}\` (the global endpoint), or with another region in its place.`,
  },
  {
    id: 'field-refused',
    code: 'invalid-input',
    when: [{ http: [400], text: /^Field: (?<field>[\w.[\]]+) Error: / }],
    what: ({ told, part }) =>
      `${told.service ?? 'The service'} does not accept what was asked for in ${part('field')} (input ${inputOf(part('field'))}).`,
    next: ({ part }) => `Correct \`${inputOf(part('field'))}\` as the message says.`,
  },
];
