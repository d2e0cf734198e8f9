const { appendFileSync } = require('node:fs');

const wanted = {
  project_id: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
  workload_identity_provider:
    /^projects\/\d+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+\/providers\/[a-z0-9-]+$/,
  service_account: /^[a-z0-9-]+@[a-z0-9-]+\.iam\.gserviceaccount\.com$/,
};
for (const [name, form] of Object.entries(wanted)) {
  const given = process.env[`INPUT_${name.toUpperCase()}`] ?? '';
  if (!form.test(given)) {
    console.log(`::error::google-github-actions/auth does not take ${name}: ${given}`);
    process.exitCode = 1;
  }
}
const project = process.env.INPUT_PROJECT_ID ?? '';
for (const name of ['CLOUDSDK_CORE_PROJECT', 'GCLOUD_PROJECT', 'GOOGLE_CLOUD_PROJECT']) {
  appendFileSync(process.env.GITHUB_ENV, `${name}=${project}\n`);
}
