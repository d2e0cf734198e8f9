import { command } from '../gcloud.ts';
import type { Rule } from './rule.ts';

const service = 'Cloud Storage';

/** What Cloud Storage refuses besides rights (JSON API, status codes). Most specific first. */
export const storageRules: readonly Rule[] = [
  {
    id: 'bucket-missing',
    code: 'not-found',
    when: [{ service, http: [404], text: /The specified bucket does not exist/ }],
    what: ({ bucket }) => `The bucket gs://${bucket} does not exist.`,
    next: ({ bucket, project, request }) =>
      `Correct \`bucket\`, set \`create_bucket: true\`, or make it: \`${command([
        ...['gcloud', 'storage', 'buckets', 'create', `gs://${bucket}`, `--project=${project}`],
        ...[`--location=${request?.modelRegion ?? 'us-central1'}`],
        '--uniform-bucket-level-access',
      ])}\`.`,
  },
  {
    id: 'object-missing',
    code: 'not-found',
    when: [{ service, http: [404], text: /^No such object: (?<object>.+)$/ }],
    what: ({ part }) => `There is no object gs://${part('object')}.`,
    next: ({ part }) =>
      `Correct \`source\`, and look what is there: \`${command(['gcloud', 'storage', 'ls', `gs://${part('object').replace(/[^/]*$/, '')}`])}\`.`,
  },
  {
    id: 'bucket-name-taken',
    code: 'conflict',
    when: [{ service, http: [409], text: /requested bucket name is not available/ }],
    what: ({ bucket }) => `The bucket name "${bucket}" is taken by somebody else.`,
    next: () => 'Bucket names are shared by all of Google Cloud. Give another name in `bucket`.',
  },
  {
    id: 'bucket-name-invalid',
    code: 'invalid-input',
    when: [{ service, http: [400], text: /Invalid bucket name/ }],
    what: ({ bucket }) => `"${bucket}" cannot be the name of a bucket.`,
    next: () =>
      'Give `bucket` a name of 3 to 63 lower-case letters, digits, `-` and `_` that begins and ends with a letter or digit.',
  },
  {
    id: 'checksum-mismatch',
    code: 'transient',
    when: [{ service, text: /doesn't match calculated (?:MD5|CRC32C)/ }],
    what: ({ bucket }) => `A file arrived in gs://${bucket}/ with other bytes than were sent.`,
    next: () =>
      'Nothing of it was kept. Make sure that no other step writes to the source while it is uploaded, and run the job again.',
  },
  {
    id: 'object-kept',
    code: 'conflict',
    when: [
      { service, reason: 'retentionPolicyNotMet' },
      { service, reason: 'objectUnderActiveHold' },
    ],
    what: ({ bucket }) => `An object of gs://${bucket}/ may not be replaced or deleted yet.`,
    next: () =>
      'Deploy under another `version`, or to a bucket without a retention policy or holds.',
  },
  {
    id: 'object-changed',
    code: 'conflict',
    when: [
      { service, reason: 'conditionNotMet' },
      { service, http: [412], text: /pre-?condition/i },
    ],
    what: ({ directory }) => `Somebody else is writing to ${directory} at the same time.`,
    next: () =>
      'Give the workflow a `concurrency` group, so that two runs do not deploy one version at once, and run this job again.',
  },
  {
    id: 'object-rate',
    code: 'quota',
    when: [{ service, http: [429], text: /rate limit for object mutation/ }],
    what: ({ bucket }) => `One object of gs://${bucket}/ was written too often.`,
    next: () =>
      'Cloud Storage takes one write a second for each name. Let only one run deploy this version at a time, and run this job again.',
  },
  {
    id: 'bucket-rate',
    code: 'quota',
    when: [{ service, http: [429], text: /rate limit for creating and deleting buckets/ }],
    next: ({ project }) =>
      `Project "${project}" makes buckets too fast. Run the job again in a minute, or make the bucket beforehand and leave \`create_bucket\` out.`,
  },
  {
    id: 'object-too-large',
    code: 'too-large',
    when: [
      { service, http: [413] },
      { service, reason: 'uploadTooLarge' },
    ],
    next: () =>
      'An object holds at most 5 TiB. Leave out of `source` what the model does not need.',
  },
  {
    id: 'requester-pays',
    code: 'permission',
    when: [
      { service, reason: 'userProjectMissing' },
      { service, text: /requester pays/i },
    ],
    what: ({ bucket }) => `The bucket gs://${bucket} wants its readers to pay.`,
    next: () => 'Use a bucket without requester pays in `bucket` or `source`.',
  },
];
