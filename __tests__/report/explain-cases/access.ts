import {
  modelsPath,
  refused,
  storageRefused,
  uploadRequest,
  versionRefused,
  vertexRefused,
} from './case.ts';
import type { Case } from './case.ts';

/** Permissions: texts as they were observed, or as the references give them. */
export const accessCases: readonly Case[] = [
  {
    rule: 'vertex-api-disabled',
    error: vertexRefused(
      403,
      'PERMISSION_DENIED',
      'Vertex AI API has not been used in project 42 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/aiplatform.googleapis.com/overview?project=42 then retry.',
      [{ reason: 'SERVICE_DISABLED', metadata: { service: 'aiplatform.googleapis.com' } }],
    ),
    code: 'permission',
    what: 'The Vertex AI API is not enabled in project "acme".',
    next: 'Enable it and run again some minutes later: `gcloud services enable aiplatform.googleapis.com --project=acme`.',
  },
  {
    rule: 'storage-api-disabled',
    error: storageRefused(
      'POST /storage/v1/b',
      403,
      'accessNotConfigured',
      'Access Not Configured. Cloud Storage JSON API has not been used in project 42 before or it is disabled.',
    ),
    code: 'permission',
    what: 'The Cloud Storage API is not enabled in project "acme".',
    next: 'Enable it and run again some minutes later: `gcloud services enable storage.googleapis.com --project=acme`.',
  },
  {
    rule: 'billing-disabled',
    error: storageRefused(
      uploadRequest,
      403,
      'accountDisabled',
      'The billing account for the owning project is disabled in state closed',
    ),
    code: 'permission',
    what: 'Billing is not active for project "acme".',
    next: 'Link an open billing account: `gcloud billing projects link acme --billing-account=ACCOUNT_ID`.',
  },
  {
    rule: 'billing-disabled',
    error: vertexRefused(
      403,
      'PERMISSION_DENIED',
      'This API method requires billing to be enabled. Please enable billing on project #42 by visiting https://console.developers.google.com/billing/enable?project=42 then retry.',
    ),
    code: 'permission',
    what: 'Billing is not active for project "acme".',
    next: 'Link an open billing account: `gcloud billing projects link acme --billing-account=ACCOUNT_ID`.',
  },
  {
    rule: 'service-perimeter',
    error: storageRefused(
      uploadRequest,
      403,
      'vpcServiceControls',
      "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: abc",
    ),
    code: 'permission',
    what: 'Uploading to gs://acme-aiplatform/ failed.',
    next: "The organisation's service perimeter keeps this runner out. Ask its administrators for an ingress rule for this identity, or use a runner inside the perimeter; they find the case by the identifier in the message.",
  },
  {
    rule: 'organisation-policy',
    error: storageRefused(
      'POST /storage/v1/b',
      412,
      'orgPolicyConstraintFailed',
      "'us-central1' violates constraint 'constraints/gcp.resourceLocations'",
    ),
    code: 'permission',
    what: 'Creating the bucket gs://acme-aiplatform failed.',
    next: 'A policy of the organisation forbids this. Change what is asked for (often the region or the bucket), or ask for an exception to the constraint that the message names.',
  },
  {
    rule: 'quota-project-denied',
    error: vertexRefused(
      403,
      'PERMISSION_DENIED',
      'Caller does not have required permission to use project acme. Grant the caller the roles/serviceusage.serviceUsageConsumer role, or a custom role with the serviceusage.services.use permission.',
      [{ reason: 'USER_PROJECT_DENIED' }],
    ),
    code: 'permission',
    what: 'The caller may not use the services of project "acme".',
    next: 'Grant it: `gcloud projects add-iam-policy-binding acme --member=serviceAccount:DEPLOYER --role=roles/serviceusage.serviceUsageConsumer`.',
  },
  {
    rule: 'act-as-denied',
    error: vertexRefused(
      403,
      'PERMISSION_DENIED',
      'You do not have permission to act as service account: runtime@acme.iam.gserviceaccount.com. (or it may not exist).',
    ),
    code: 'permission',
    what: 'The caller may not deploy as service account "runtime@acme.iam.gserviceaccount.com" (input service_account).',
    next: 'Grant it: `gcloud iam service-accounts add-iam-policy-binding runtime@acme.iam.gserviceaccount.com --member=serviceAccount:DEPLOYER --role=roles/iam.serviceAccountUser --project=acme`.',
  },
  {
    rule: 'storage-permission-denied',
    error: storageRefused(
      uploadRequest,
      403,
      'forbidden',
      `deployer@acme.iam.gserviceaccount.com does not have storage.objects.create access to the Google Cloud Storage object. Permission 'storage.objects.create' denied on resource (or it may not exist).`,
    ),
    code: 'permission',
    what: 'The caller lacks storage.objects.create on gs://acme-aiplatform, or the bucket does not exist.',
    next: 'Grant it: `gcloud storage buckets add-iam-policy-binding gs://acme-aiplatform --member=serviceAccount:deployer@acme.iam.gserviceaccount.com --role=roles/storage.objectUser`.',
  },
  {
    rule: 'storage-permission-denied',
    error: storageRefused(
      'POST /storage/v1/b',
      403,
      'forbidden',
      `deployer@acme.iam.gserviceaccount.com does not have storage.buckets.create access to the Google Cloud project. Permission 'storage.buckets.create' denied on resource (or it may not exist).`,
    ),
    code: 'permission',
    what: 'The caller may not create the bucket gs://acme-aiplatform.',
    next: 'Grant it: `gcloud projects add-iam-policy-binding acme --member=serviceAccount:deployer@acme.iam.gserviceaccount.com --role=roles/storage.admin`.',
  },
  {
    rule: 'storage-forbidden',
    error: storageRefused(uploadRequest, 403, 'forbidden', 'Forbidden'),
    code: 'permission',
    what: 'Uploading to gs://acme-aiplatform/ failed.',
    next: 'If a right is missing, grant it: `gcloud storage buckets add-iam-policy-binding gs://acme-aiplatform --member=serviceAccount:DEPLOYER --role=roles/storage.objectUser`.',
  },
  {
    rule: 'permission-named',
    error: vertexRefused(
      403,
      'PERMISSION_DENIED',
      "Permission 'aiplatform.models.upload' denied on resource '//aiplatform.googleapis.com/projects/acme/locations/us-central1' (or it may not exist).",
      [{ reason: 'IAM_PERMISSION_DENIED', metadata: { permission: 'aiplatform.models.upload' } }],
    ),
    code: 'permission',
    what: 'The caller lacks aiplatform.models.upload in project "acme" (Vertex AI).',
    next: 'Grant it: `gcloud projects add-iam-policy-binding acme --member=serviceAccount:DEPLOYER --role=roles/aiplatform.user`.',
  },
  {
    rule: 'version-permission-denied',
    error: versionRefused(403, 'PERMISSION_DENIED', 'Access to model denied.'),
    code: 'permission',
    what: 'The caller lacks ml.versions.create on model "fraud".',
    next: 'roles/ml.developer does not hold it; whoever created the model has it, others need `gcloud ai-platform models add-iam-policy-binding fraud --member=serviceAccount:DEPLOYER --role=roles/ml.modelOwner --region=us-central1 --project=acme`.',
  },
  {
    rule: 'permission-denied',
    error: refused(
      `POST ${modelsPath}`,
      403,
      'PERMISSION_DENIED',
      'The caller does not have permission',
    ),
    code: 'permission',
    what: 'Creating model "fraud" failed.',
    next: 'The request needs ml.models.create. Grant it: `gcloud projects add-iam-policy-binding acme --member=serviceAccount:DEPLOYER --role=roles/ml.developer`.',
  },
];
