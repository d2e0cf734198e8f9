import { storageRefused, uploadRequest } from './case.ts';
import type { Case } from './case.ts';

/** Cloud Storage: texts as they were observed, or as the references give them. */
export const storageCases: readonly Case[] = [
  {
    rule: 'bucket-missing',
    error: storageRefused(uploadRequest, 404, 'notFound', 'The specified bucket does not exist.'),
    code: 'not-found',
    what: 'The bucket gs://acme-aiplatform does not exist.',
    next: 'Correct `bucket`, set `create_bucket: true`, or make it: `gcloud storage buckets create gs://acme-aiplatform --project=acme --location=us-central1 --uniform-bucket-level-access`.',
  },
  {
    rule: 'object-missing',
    error: storageRefused(
      'GET /storage/v1/b/acme/o/fraud%2Fmodel.joblib',
      404,
      'notFound',
      'No such object: acme/fraud/model.joblib',
    ),
    code: 'not-found',
    what: 'There is no object gs://acme/fraud/model.joblib.',
    next: 'Correct `source`, and look what is there: `gcloud storage ls gs://acme/fraud/`.',
  },
  {
    rule: 'bucket-name-taken',
    error: storageRefused(
      'POST /storage/v1/b',
      409,
      'conflict',
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    ),
    code: 'conflict',
    what: 'The bucket name "acme-aiplatform" is taken by somebody else.',
    next: 'Bucket names are shared by all of Google Cloud. Give another name in `bucket`.',
  },
  {
    rule: 'bucket-name-invalid',
    error: storageRefused('POST /storage/v1/b', 400, 'invalid', "Invalid bucket name: 'X'"),
    code: 'invalid-input',
    what: '"acme-aiplatform" cannot be the name of a bucket.',
    next: 'Give `bucket` a name of 3 to 63 lower-case letters, digits, `-` and `_` that begins and ends with a letter or digit.',
  },
  {
    rule: 'checksum-mismatch',
    error: storageRefused(
      uploadRequest,
      400,
      'invalid',
      `Provided CRC32C "X" doesn't match calculated CRC32C "Y".`,
    ),
    code: 'transient',
    what: 'A file arrived in gs://acme-aiplatform/ with other bytes than were sent.',
    next: 'Nothing of it was kept. Make sure that no other step writes to the source while it is uploaded, and run the job again.',
  },
  {
    rule: 'object-kept',
    error: storageRefused(
      uploadRequest,
      403,
      'retentionPolicyNotMet',
      "Object 'acme/x' is subject to bucket's retention policy or object retention and cannot be deleted or overwritten until 2027-01-01T00:00:00Z",
    ),
    code: 'conflict',
    what: 'An object of gs://acme-aiplatform/ may not be replaced or deleted yet.',
    next: 'Deploy under another `version`, or to a bucket without a retention policy or holds.',
  },
  {
    rule: 'object-changed',
    error: storageRefused(
      uploadRequest,
      412,
      'conditionNotMet',
      'At least one of the pre-conditions you specified did not hold.',
    ),
    code: 'conflict',
    what: 'Somebody else is writing to gs://acme-aiplatform/fraud/v3/ at the same time.',
    next: 'Give the workflow a `concurrency` group, so that two runs do not deploy one version at once, and run this job again.',
  },
  {
    rule: 'object-rate',
    error: storageRefused(
      uploadRequest,
      429,
      'rateLimitExceeded',
      'The object acme-aiplatform/fraud/v3/saved_model.pb exceeded the rate limit for object mutation operations (create, update, and delete). Please reduce your request rate. See https://cloud.google.com/storage/docs/gcs429.',
    ),
    code: 'quota',
    what: 'One object of gs://acme-aiplatform/ was written too often.',
    next: 'Cloud Storage takes one write a second for each name. Let only one run deploy this version at a time, and run this job again.',
  },
  {
    rule: 'bucket-rate',
    error: storageRefused(
      'POST /storage/v1/b',
      429,
      'rateLimitExceeded',
      'The project exceeded the rate limit for creating and deleting buckets.',
    ),
    code: 'quota',
    what: 'Creating the bucket gs://acme-aiplatform failed.',
    next: 'Project "acme" makes buckets too fast. Run the job again in a minute, or make the bucket beforehand and leave `create_bucket` out.',
  },
  {
    rule: 'object-too-large',
    error: storageRefused(uploadRequest, 413, 'uploadTooLarge', 'Request Entity Too Large'),
    code: 'too-large',
    what: 'Uploading to gs://acme-aiplatform/ failed.',
    next: 'An object holds at most 5 TiB. Leave out of `source` what the model does not need.',
  },
  {
    rule: 'requester-pays',
    error: storageRefused(
      uploadRequest,
      400,
      'required',
      'Bucket is a requester pays bucket but no user project provided.',
    ),
    code: 'permission',
    what: 'The bucket gs://acme-aiplatform wants its readers to pay.',
    next: 'Use a bucket without requester pays in `bucket` or `source`.',
  },
];
