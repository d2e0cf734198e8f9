import type { Artifact } from '../../artifact/artifact.ts';
import type { DeployRequest, Framework } from '../../request/deploy-request.ts';
import type { AskedFields } from '../asked.ts';
import { compareMinor, minorOf } from '../minor-version.ts';
import type { MinorVersion } from '../minor-version.ts';
import type { RuleFault } from '../refuse.ts';
import { frameworkTitles } from '../runtimes.ts';
import type { ModelServer } from './model-server.ts';
import { judge, tell, tellName } from './pickle-modules.ts';
import type { Judgement, ModuleAttribute } from './pickle-modules.ts';
import type { Rule } from './rule.ts';

const MOST_TOLD = 5;
/** The Python with which a protocol came (Python, pickle, "Data stream format"). */
const PROTOCOLS: readonly (readonly [protocol: number, python: MinorVersion])[] = [
  [5, [3, 8]],
  [4, [3, 4]],
  [3, [3, 0]],
  [2, [2, 3]],
];
/** The XGBoost with which a form of its models came (XGBoost, "Introduction to Model IO"). */
const FORMS: Readonly<Record<string, MinorVersion>> = { JSON: [1, 0], UBJSON: [1, 6] };

/**
 * Rules about what a model says of itself against what is to load it, the same on both platforms.
 * `serverOf` tells what that is: nothing where code of the user's own loads the model.
 */
export function modelRules<Seen extends AskedFields>(
  serverOf: (wanted: Seen) => ModelServer | undefined,
): readonly Rule<Seen>[] {
  return Object.freeze<Rule<Seen>[]>([
    {
      id: 'scikit-learn-version',
      source: 'scikit-learn, "Model persistence": loading with another version is not supported',
      checkArtifact: (artifact, wanted) => checkScikitLearn(artifact, serverOf(wanted)),
    },
    {
      id: 'pickle-protocol',
      source: 'Python, pickle, "Data stream format": which Python reads which protocol',
      checkArtifact: (artifact, wanted) => checkProtocol(artifact, serverOf(wanted)),
    },
    {
      id: 'pickle-modules',
      source: 'AI Platform, "Runtime version list" and "Custom prediction routines", packages',
      checkArtifact: (artifact, wanted, request) =>
        checkModules(artifact, serverOf(wanted), wanted, request),
    },
    {
      id: 'pickle-safety',
      source:
        'Python, pickle, warning: loading data can run any code; contract, allow_unsafe_pickle',
      checkArtifact: (artifact, _wanted, request) =>
        request.allowUnsafePickle ? undefined : checkSafety(artifact),
    },
    {
      id: 'xgboost-version',
      source: 'XGBoost, "Introduction to Model IO", backward compatibility',
      checkArtifact: (artifact, wanted) => checkXgboost(artifact, serverOf(wanted)),
    },
    {
      id: 'xgboost-form',
      source: 'XGBoost, "Introduction to Model IO": JSON since 1.0, UBJSON since 1.6',
      checkArtifact: (artifact, wanted) => checkForm(artifact, serverOf(wanted)),
    },
  ]);
}

/** What a pickle refers to that is judged so, in the order of their names. */
export function referencesOf(artifact: Artifact, judgement: Judgement): readonly ModuleAttribute[] {
  return (artifact.pickle?.globals ?? []).filter((each) => judge(each) === judgement);
}

/** References in one sentence, at most five of them. */
export function tellAll(references: readonly ModuleAttribute[]): string {
  const told = references.slice(0, MOST_TOLD).map(tell);
  const rest = references.length - told.length;
  if (rest > 0) return `${told.join(', ')} and ${rest} more`;
  const last = told.pop() ?? '';
  return told.length > 0 ? `${told.join(', ')} and ${last}` : last;
}

function checkScikitLearn(artifact: Artifact, server: ModelServer | undefined) {
  const made = artifact.framework === 'SCIKIT_LEARN' ? artifact.frameworkVersion : undefined;
  const held = server?.versions.SCIKIT_LEARN;
  if (server?.framework !== 'SCIKIT_LEARN' || made === undefined || held === undefined) return;
  if (newerBy(made, held) === 0) return;
  return [
    atFault(
      server,
      artifact,
      `${server.title} has scikit-learn ${held}, and the model was made with scikit-learn ${made}: only the same minor version reads it; ${cureOf(server, 'SCIKIT_LEARN', made)}`,
    ),
  ];
}

function checkProtocol(artifact: Artifact, server: ModelServer | undefined) {
  const { pickle } = artifact;
  const python = minorOf(server?.python ?? '');
  if (pickle === undefined || server === undefined || python === undefined) return;
  const [highest = 2] = PROTOCOLS.find(([, since]) => compareMinor(python, since) >= 0) ?? [];
  const needed = PROTOCOLS.find(([protocol]) => protocol <= pickle.protocol)?.[1];
  if (pickle.protocol <= highest || needed === undefined) return;
  const save =
    artifact.marker === 'model.joblib' && pickle.joblib
      ? `joblib.dump(model, "model.joblib", protocol=${highest})`
      : `pickle.dump(model, file, protocol=${highest})`;
  return [
    inSource(
      artifact,
      `is a pickle of protocol ${pickle.protocol}, which Python ${needed.join('.')} and newer read, and ${server.title} has Python ${server.python}; save it with \`${save}\``,
    ),
  ];
}

function checkModules(
  artifact: Artifact,
  server: ModelServer | undefined,
  { packages, predictionClass, image }: AskedFields,
  request: DeployRequest,
) {
  const { pickle } = artifact;
  if (server === undefined || pickle === undefined) return;
  const faults: RuleFault[] = [];
  const newer = pickle.globals.filter(({ module }) => /^numpy\._core(?:\.|$)/.test(module));
  if (server.numpyMajor === 1 && newer.length > 0) {
    faults.push(
      inSource(
        artifact,
        `refers to ${tellAll(newer)}, which NumPy 2 has, and ${server.title} has NumPy 1; train and save it with \`pip install "numpy<1.22"\`, on Python ${server.python}`,
      ),
    );
  }
  const unknown = referencesOf(artifact, 'unknown');
  const brought = packages ?? predictionClass ?? image;
  if (unknown.length === 0 || brought !== undefined || request.allowUnsafePickle) return faults;
  const modules = [...new Set(unknown.map(({ module }) => module.split('.')[0] ?? module))];
  const names = modules.slice(0, MOST_TOLD).map(tellName);
  const isScript = modules.includes('__main__');
  const script =
    ', and what was defined in the training script itself (`__main__`) has to move to a module of that package before the model is trained and saved again';
  faults.push(
    inSource(
      artifact,
      `refers to ${tellAll(unknown)}, and ${server.title} lacks the ${names.length > 1 ? 'modules' : 'module'} ${names.join(' and ')}; ${server.bringCode(names.length > 1)}${isScript ? script : ''}`,
    ),
  );
  return faults;
}

function checkSafety(artifact: Artifact) {
  const dangerous = referencesOf(artifact, 'dangerous');
  return dangerous.length === 0
    ? undefined
    : [
        inSource(
          artifact,
          `refers to ${tellAll(dangerous)}, with which it can run any code or command as soon as it is loaded, and which no model needs; find out who made the file and how, and only if you trust it give \`allow_unsafe_pickle: true\``,
        ),
      ];
}

/**
 * XGBoost promises to read what older versions saved, and nothing of newer ones: over a major version its
 * forms have changed. What is pickled is a snapshot of its memory, for the version that made it.
 */
function checkXgboost(artifact: Artifact, server: ModelServer | undefined) {
  const held = server?.versions.XGBOOST;
  if (server === undefined || held === undefined) return;
  const pickled = artifact.pickle?.xgboostVersion;
  const saved = artifact.booster?.version;
  if (pickled !== undefined && newerBy(pickled, held) > 0) {
    return [
      atFault(
        server,
        artifact,
        `${server.title} has XGBoost ${held}, and the model was pickled by XGBoost ${pickled}: a pickle is only read by the version that wrote it and newer ones; ${cureOf(server, 'XGBOOST', pickled)}`,
      ),
    ];
  }
  const majors = [minorOf(saved ?? '')?.[0], minorOf(held)?.[0]];
  if (saved === undefined || (majors[0] ?? 0) <= (majors[1] ?? 0)) return;
  return [
    atFault(
      server,
      artifact,
      `${server.title} has XGBoost ${held}, and the model was saved by XGBoost ${saved}: XGBoost reads what older versions saved, not what a newer major version did; ${cureOf(server, 'XGBOOST', saved)}`,
    ),
  ];
}

function checkForm({ booster, ...artifact }: Artifact, server: ModelServer | undefined) {
  const held = server?.versions.XGBOOST;
  const since = FORMS[booster?.format ?? ''];
  if (server?.framework !== 'XGBOOST' || booster === undefined) return;
  if (held === undefined || since === undefined) return;
  if (compareMinor(minorOf(held), since) >= 0) return;
  const version = since.join('.');
  return [
    atFault(
      server,
      artifact,
      `${server.title} has XGBoost ${held}, which does not read the ${booster.format} form: it came with XGBoost ${version}; ${server.fit('XGBOOST', booster.version ?? version) ?? `save the model in the binary form with XGBoost ${held}`}`,
    ),
  ];
}

/** Positive when the model's version has a newer minor than the server's; zero when they share it. */
export function newerBy(made: string, held: string): number {
  const server = minorOf(held);
  return server === undefined ? 0 : compareMinor(minorOf(made) ?? server, server);
}

/** What fits instead, or how to make a model that does. */
export function cureOf(server: ModelServer, framework: Framework, made: string): string {
  const title = frameworkTitles[framework];
  const held = server.versions[framework] ?? '';
  const minor = minorOf(held)?.join('.') ?? held;
  const package_ = framework === 'SCIKIT_LEARN' ? 'scikit-learn' : framework.toLowerCase();
  return (
    server.fit(framework, made) ??
    `no ${server.kind} has ${title} ${minorOf(made)?.join('.') ?? made}: train and save it again with \`pip install "${package_}~=${minor}.0"\`, or serve it from a container of your own (\`image\`)`
  );
}

/** A fault of the input that chose the server, where one did; else of the model. */
function atFault(
  server: ModelServer,
  artifact: Pick<Artifact, 'chosen'>,
  problem: string,
): RuleFault {
  return server.asked === undefined
    ? inSource(artifact, problem)
    : { input: server.asked.input, given: server.asked.given, problem };
}

function inSource({ chosen }: Pick<Artifact, 'chosen'>, problem: string): RuleFault {
  return { code: 'artifact', input: 'source', given: chosen, problem };
}
