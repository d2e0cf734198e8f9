import type { Rule } from './rule.ts';

const proxyHint =
  'If the runner reaches the internet through a proxy, set `HTTPS_PROXY` and `NO_PROXY`.';

/** The way to the services, and the runner itself. Most specific first. */
export const machineRules: readonly Rule[] = [
  {
    id: 'cancelled',
    code: 'cancelled',
    when: [{ code: ['AbortError', 'ABORT_ERR'] }],
    what: () => 'The deploy was cancelled.',
    why: () => 'The job was cancelled, or ran into its own time limit.',
    next: () => 'Run the job again when it is wanted; what is there already is used again.',
  },
  {
    id: 'certificate-refused',
    code: 'auth',
    when: [
      {
        code: [
          'CERT_HAS_EXPIRED',
          'DEPTH_ZERO_SELF_SIGNED_CERT',
          'SELF_SIGNED_CERT_IN_CHAIN',
          'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
          'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
          'ERR_TLS_CERT_ALTNAME_INVALID',
        ],
      },
      {
        text: /self[- ]signed certificate|unable to verify the first certificate|certificate has expired/,
      },
    ],
    what: ({ told }) => `The certificate of ${told.host || 'the host'} is not trusted.`,
    next: () =>
      'Somebody stands between the runner and Google: mostly a proxy of the company. Set `NODE_EXTRA_CA_CERTS` to a file with its certificate; and look whether the clock of the runner is right.',
  },
  {
    id: 'local-server-down',
    code: 'transient',
    when: [{ code: ['ECONNREFUSED'], host: /^(?:localhost|127\.[\d.]+|\[?::1\]?)$/ }],
    what: ({ told }) =>
      `Nothing listens on ${told.host}, where ${told.service ?? 'the service'} was expected.`,
    next: () =>
      'Start the emulator (`npm run emulator`), or unset `STORAGE_EMULATOR_HOST`, `CLOUDSDK_API_ENDPOINT_OVERRIDES_ML` and `CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM`.',
  },
  {
    id: 'host-not-found',
    code: 'transient',
    when: [{ code: ['ENOTFOUND', 'EAI_AGAIN'] }],
    what: ({ told }) => `The name ${told.host || 'of the host'} cannot be resolved.`,
    next: () => `Check \`region\`, and that the runner can resolve names. ${proxyHint}`,
  },
  {
    id: 'answer-garbled',
    code: 'transient',
    when: [{ code: ['GARBLED', 'INCOMPLETE'] }],
    what: ({ told }) =>
      `${told.service ?? 'A service'} answered with something that cannot be read.`,
    next: () =>
      `Run the job again. If it happens every time, something rewrites the answers. ${proxyHint}`,
  },
  {
    id: 'no-answer',
    code: 'transient',
    when: [
      {
        code: [
          ...['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'],
          ...['ENETUNREACH', 'ENETDOWN', 'TIMEOUT', 'TimeoutError', 'UND_ERR_SOCKET'],
          ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
        ],
      },
    ],
    what: ({ told }) =>
      `${told.service ?? 'A service'} could not be reached${told.host === '' ? '' : ` (${told.host})`}, in several tries.`,
    next: () =>
      `Run the job again. If it happens every time, a firewall is in the way. ${proxyHint}`,
  },
  {
    id: 'file-missing',
    code: 'artifact',
    when: [
      { code: ['ENOENT', 'ENOTDIR', 'EISDIR'], text: /'(?<path>[^']+)'/ },
      { code: ['ENOENT', 'ENOTDIR', 'EISDIR'] },
    ],
    what: ({ part }) =>
      `The file ${part('path') || 'that was to be read'} is not there, or is not a file.`,
    next: () =>
      'Make sure that the step which writes the model runs before this one, in the same job, and that no other step moves it meanwhile.',
  },
  {
    id: 'file-forbidden',
    code: 'artifact',
    when: [{ code: ['EACCES', 'EPERM'], text: /'(?<path>[^']+)'/ }, { code: ['EACCES', 'EPERM'] }],
    what: ({ part }) =>
      `The file ${part('path') || 'that was to be read'} may not be read by the user of the runner.`,
    next: () =>
      'Files that a container wrote belong to root: change the owner in a step before this one, with `sudo chown -R "$USER" PATH`.',
  },
  {
    id: 'file-unreadable',
    code: 'artifact',
    when: [{ code: ['EIO', 'ELOOP', 'ENAMETOOLONG', 'ESTALE'] }],
    what: () => 'A file of the model cannot be read.',
    next: () =>
      'Look at the file and the disk that the message names; links must lead to a file in the end.',
  },
  {
    id: 'too-many-open-files',
    code: 'internal',
    when: [{ code: ['EMFILE', 'ENFILE'] }],
    what: () => 'The runner does not allow so many open files.',
    next: () =>
      'Raise the limit on this runner (`ulimit -n 4096`), and run fewer jobs on it at once.',
  },
  {
    id: 'disk-full',
    code: 'internal',
    when: [{ code: ['ENOSPC', 'EDQUOT'] }],
    what: () => 'The disk of the runner is full.',
    next: () => 'Delete what earlier steps left (`df -h` shows where), or use a larger runner.',
  },
  {
    id: 'no-project',
    code: 'invalid-input',
    when: [{ text: /Unable to detect a Project Id in the current environment/ }],
    what: () => 'No project is known.',
    next: () => 'Give it in `project_id`.',
  },
];

/** What is left: only the status tells. */
export const statusRules: readonly Rule[] = [
  {
    id: 'too-many-requests',
    code: 'quota',
    when: [{ http: [429] }, { status: 'RESOURCE_EXHAUSTED' }],
    next: () => 'Run fewer deploys at once, and run this job again later.',
  },
  {
    id: 'service-fault',
    code: 'transient',
    when: [
      { http: [408, 500, 502, 503, 504] },
      { status: 'INTERNAL' },
      { status: 'UNAVAILABLE' },
      { status: 'DEADLINE_EXCEEDED' },
      { status: 'UNKNOWN' },
    ],
    next: ({ told }) =>
      `The fault is on the side of the service${told.http === undefined ? '' : ', and lasted through several tries'}. Run the job again later; https://status.cloud.google.com says whether it is known.`,
  },
  {
    id: 'operation-cancelled',
    code: 'cancelled',
    when: [{ status: 'CANCELLED' }],
    what: ({ version }) => `The creation of version "${version}" was cancelled by somebody else.`,
    next: () => 'Run the job again if the version is wanted.',
  },
  {
    id: 'too-large',
    code: 'too-large',
    when: [{ http: [413] }],
    next: () => 'Send less: the message says what is too large.',
  },
  {
    id: 'proxy-login',
    code: 'auth',
    when: [{ http: [407] }],
    what: () => 'The proxy wants a login.',
    next: () => 'Put user and password into `HTTPS_PROXY`, from a secret.',
  },
  {
    id: 'not-found',
    code: 'not-found',
    when: [{ http: [404, 410] }, { status: 'NOT_FOUND' }],
    next: () => 'Check `project_id`, `region`, `model` and `bucket`.',
  },
  {
    id: 'conflict',
    code: 'conflict',
    when: [{ http: [409, 412] }, { status: 'ALREADY_EXISTS' }],
    next: () => 'Somebody else changes the same thing. Run one job at a time, and this one again.',
  },
  {
    id: 'refused',
    code: 'invalid-input',
    when: [
      { http: [400, 411, 422] },
      { status: 'INVALID_ARGUMENT' },
      { status: 'FAILED_PRECONDITION' },
      { status: 'OUT_OF_RANGE' },
    ],
    next: () => 'Correct the inputs as the message says.',
  },
];
