import type { Fault } from '../failure.ts';
import type { Environment } from '../world.ts';
import { destination } from './cloud-storage-uri.ts';
import type { DeployRequest, Destination, PlatformName, RunContext } from './deploy-request.ts';
import { LONGEST_WAIT_SECONDS } from './duration.ts';
import { variable } from './environment.ts';
import { inputNames, inputs } from './inputs.ts';
import type { Input, InputName, InputValues } from './inputs.ts';
import { mergeLabels, provenanceLabels } from './labels.ts';
import { attempt } from './problem.ts';
import { readProof } from './proof-request.ts';
import { findProject, noProject, projectId } from './project.ts';
import { readRunContext } from './run-context.ts';
import { warnOfUnknownRegion } from './region.ts';
import { warnOfLostZero } from './major-minor.ts';
import { warnOfUnknownInputs } from './unknown-inputs.ts';
import { readVersionConfig } from './version-config.ts';

/** What reading came to. With faults, the request holds the absent or default value of each faulty field. */
export interface ReadRequest {
  readonly request: DeployRequest;
  /** Everything that is wrong, in the order of `action.yml`. */
  readonly faults: readonly Fault[];
  /** Sentences that deserve a warning annotation. */
  readonly warnings: readonly string[];
}

/**
 * Reads the inputs and the job's context as GitHub's runner hands them over. Never throws for what a
 * user gave: all faults come back at once. The credentials are asked for a project only when neither
 * an input nor a variable names one.
 */
export async function readRequest(
  environment: Environment,
  projectFromCredentials: () => Promise<string | undefined>,
  workingDirectory: string = process.cwd(),
): Promise<ReadRequest> {
  const faults: Fault[] = [];
  const warnings = [...warnOfUnknownInputs(environment)];
  const run = readRunContext(environment, workingDirectory);
  const values = readInputs(environment, faults);
  const isGiven = (name: InputName): boolean => givenInput(environment, name) !== undefined;

  const project =
    givenInput(environment, 'project_id') === undefined
      ? await projectElsewhere(environment, projectFromCredentials, faults)
      : (values.project_id ?? '');
  const timeoutSeconds = Math.min(values.timeout, LONGEST_WAIT_SECONDS);
  if (timeoutSeconds < values.timeout) {
    warnings.push(
      'timeout is above six hours, as long as a job can last; waiting six hours at most.',
    );
  }
  warnings.push(
    ...(values.platform === 'vertex-ai' ? warnOfUnknownRegion(values.region) : []),
    ...warnOfLostZero('runtime_version', values.runtime_version),
    ...warnOfLostZero('python_version', values.python_version),
  );
  const versionConfig = attempt(
    faults,
    'version_config',
    values.version_config ?? '{}',
    (given) => readVersionConfig(given, run.workspace),
    {},
  );
  const provenance = provenanceLabels(run);
  const labels = attempt(
    faults,
    'labels',
    givenInput(environment, 'labels') ?? '',
    () => mergeLabels(provenance, values.labels ?? {}),
    provenance,
  );

  const request: DeployRequest = {
    model: values.model ?? '',
    source: values.source ?? '',
    // That it is missing would be a second fault of the same input.
    version:
      values.version ?? (isGiven('operation') ? givenInput(environment, 'version') : undefined),
    framework: values.framework,
    packageFiles: values.package_files ?? [],
    predictionClass: values.prediction_class,

    platform: values.platform,
    projectId: project,
    region: values.region,
    modelRegion: modelRegion(values, faults),
    destination: values.bucket ?? defaultDestination(project, isGiven('bucket') ? [] : faults),
    createBucket: values.create_bucket,
    endpoint: values.endpoint ?? values.model ?? '',

    runtimeVersion: values.runtime_version,
    pythonVersion: values.python_version,
    machineType: values.machine_type,
    accelerator: values.accelerator,
    nodes: values.nodes,
    minNodes: values.min_nodes,
    maxNodes: values.max_nodes,
    metricTargets: values.metric_targets ?? [],
    image: values.image,
    serviceAccount: values.service_account,
    logging: values.logging,
    description: values.description ?? describe(run),
    labels,
    versionConfig,

    ifVersionExists: values.if_version_exists,
    keepVersions: values.keep_versions,
    promote: values.promote,
    traffic: values.traffic,
    wait: values.wait,
    timeoutSeconds,
    operation: values.operation,
    dryRun: values.dry_run,
    proof: readProof(values, run, isGiven, faults),
    allowUnsafePickle: values.allow_unsafe_pickle,

    comment: values.comment,
    githubToken: values.github_token,
    summary: values.summary,

    run,
  };
  return { request, faults: inOrder(faults), warnings };
}

/** The runner's name for an input: upper case, spaces as underscores. */
function givenInput(environment: Environment, name: InputName): string | undefined {
  return variable(environment, `INPUT_${name.toUpperCase()}`);
}

function readInputs(environment: Environment, faults: Fault[]): InputValues {
  const platform = readPlatform(environment);
  const resumes = givenInput(environment, 'operation') !== undefined;
  const values = inputNames.map((name) => {
    const input: Input<unknown> = inputs[name];
    const given = givenInput(environment, name);
    const parse = (text: string): unknown => input.parse(text, platform, resumes);
    if (given !== undefined) return [name, attempt(faults, name, given, parse, input.absent)];
    if (input.required && !(name === 'source' && resumes))
      faults.push({ input: name, given: '', problem: 'is required and missing.' });
    return [name, input.absent];
  });
  return Object.fromEntries(values) as InputValues;
}

/** The platform, by whose rules the other inputs are read; what is wrong with it is told with them. */
function readPlatform(environment: Environment): PlatformName {
  const { parse, absent } = inputs.platform;
  const given = givenInput(environment, 'platform') ?? absent;
  // The rules of the other platform would find faults in what is right.
  const meant = /vertex/i.test(given) ? 'vertex-ai' : absent;
  return attempt([], 'platform', given, (text) => parse(text, absent), meant);
}

async function projectElsewhere(
  environment: Environment,
  projectFromCredentials: () => Promise<string | undefined>,
  faults: Fault[],
): Promise<string> {
  const found = await findProject(environment, projectFromCredentials);
  if (found === undefined) {
    faults.push({ input: 'project_id', given: '', problem: noProject });
    return '';
  }
  return attempt(faults, 'project_id', found.given, (given) => projectId(given, found.place), '');
}

/** With a regional endpoint the model lives in its region; an input that says otherwise is refused. */
function modelRegion(values: InputValues, faults: Fault[]): string {
  const { region, model_region: given, platform } = values;
  if (region === 'global') return given;
  // The runner hands over the default of action.yml too, so that one says nothing.
  if (given !== inputs.model_region.default && given !== region) {
    faults.push({
      input: 'model_region',
      given,
      problem:
        platform === 'vertex-ai'
          ? 'applies to AI Platform only; leave it out, and say in region where Vertex AI serves from.'
          : `applies only with region: global; the endpoint of ${region} keeps its models in ${region}.`,
    });
  }
  return region;
}

function defaultDestination(project: string, faults: Fault[]): Destination {
  const nowhere = { bucket: '', prefix: '' };
  if (project === '') return nowhere;
  return attempt(faults, 'bucket', `${project}-aiplatform`, destination, nowhere);
}

/** The description of a version that was given none: what was committed, and the run that deployed it. */
function describe(run: RunContext): string {
  const subject = Array.from(run.commitSubject ?? '')
    .slice(0, 200)
    .join('');
  if (run.runUrl === undefined) return subject;
  return subject === '' ? run.runUrl : `${subject} (${run.runUrl})`;
}

function inOrder(faults: readonly Fault[]): readonly Fault[] {
  const place = (fault: Fault): number => inputNames.findIndex((name) => name === fault.input);
  return [...faults].sort((one, other) => place(one) - place(other));
}
