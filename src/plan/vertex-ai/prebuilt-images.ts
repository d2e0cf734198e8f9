import type { Framework } from '../../request/deploy-request.ts';
import { compareMinor, minorOf } from '../minor-version.ts';
import type { MinorVersion } from '../minor-version.ts';
import { frameworkTitles } from '../runtimes.ts';

/** A prebuilt container for predictions; dates as `2027-01-14`, the last day. */
interface PrebuiltImage {
  /** Major and minor version of the framework that it holds. */
  readonly version: string;
  readonly supportedUntil: string;
  readonly availableUntil: string;
}

const DAYS_OF_WARNING = 90;
const NEAREST_TOLD = 3;
/** When the tables below were read. What had ended by then never comes back, whatever the day. */
const READ_ON = '2026-08-22';

/**
 * Prebuilt containers by framework, newest first.
 * Source: Vertex AI, "Prebuilt containers for inference and explanation" and "Framework support policy"
 * of 22 August 2026. Everything of AI Platform's time ended on one day.
 */
const images: Readonly<Record<Framework, readonly PrebuiltImage[]>> = {
  TENSORFLOW: [
    image('2.15', '2026-07-14', '2027-01-14'),
    image('2.14', '2026-01-14', '2027-01-14'),
    image('2.13', '2024-11-28', '2025-11-28'),
    image('2.12', '2024-06-30', '2025-06-30'),
    ...[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((minor) => old(`2.${minor}`)),
    old('1.15'),
  ],
  SCIKIT_LEARN: [
    image('1.6', '2026-10-14', '2027-10-14'),
    image('1.5', '2026-07-14', '2027-01-14'),
    image('1.4', '2026-01-14', '2027-01-14'),
    image('1.3', '2024-11-28', '2025-11-28'),
    image('1.2', '2024-06-30', '2025-06-30'),
    ...['1.0', '0.24', '0.23', '0.22', '0.20'].map(old),
  ],
  XGBOOST: [
    image('2.1', '2026-07-14', '2027-01-14'),
    image('2.0', '2026-01-14', '2027-01-14'),
    image('1.7', '2024-06-30', '2025-12-30'),
    ...['1.6', '1.5', '1.4', '1.3', '1.2', '1.1', '0.90', '0.82'].map(old),
  ],
};

/** Registry hosts by the first part of a region: the nearest; every host works in every region. */
const hosts: Readonly<Record<string, string>> = {
  us: 'us',
  northamerica: 'us',
  southamerica: 'us',
  europe: 'europe',
  africa: 'europe',
  me: 'europe',
  asia: 'asia',
  australia: 'asia',
};

const imageNames: Readonly<Record<Framework, string>> = {
  TENSORFLOW: 'tf2',
  SCIKIT_LEARN: 'sklearn',
  XGBOOST: 'xgboost',
};

/** What a container is chosen by. */
export interface ImageNeeds {
  readonly framework: Framework;
  /** Of the model, such as `1.0.2`; `undefined` when nobody tells. */
  readonly frameworkVersion: string | undefined;
  /** Whether it runs with a GPU; only TensorFlow has containers for that. */
  readonly accelerator: boolean;
  readonly region: string;
  readonly today: Date;
}

/** The container that fits, and what is doubtful about it; or why there is none. */
export type ImageChoice =
  | {
      readonly uri: string;
      /** Major and minor version of the framework in it. */
      readonly version: string;
      /** Sentences for warning annotations. */
      readonly warnings: readonly string[];
    }
  /** A phrase that can stand after the name of the model. */
  | { readonly problem: string };

/**
 * The prebuilt container for a model: for scikit-learn, whose pickles no other version reads, exactly its
 * minor version; for TensorFlow and XGBoost the oldest that is not older than the model and still
 * available, else the oldest that is not older.
 */
export function chooseImage(needs: ImageNeeds): ImageChoice {
  const { framework, frameworkVersion, today } = needs;
  const all = images[framework];
  const wanted = minorOf(frameworkVersion ?? '');
  const day = dayOf(today);
  if (wanted === undefined) {
    const [newest] = all;
    return newest === undefined
      ? { problem: `has no prebuilt container` }
      : chosen(newest, needs, [
          `The model does not tell its version of ${frameworkTitles[framework]}, so the newest container, with ${newest.version}, is used. Set \`runtime_version\` to choose another.`,
        ]);
  }
  const order = (held: PrebuiltImage): number => compareMinor(minorOf(held.version), wanted);
  const fitting =
    framework === 'SCIKIT_LEARN'
      ? all.filter((held) => order(held) === 0)
      : all.filter((held) => order(held) >= 0).reverse();
  const fit = fitting.find(({ availableUntil }) => day <= availableUntil) ?? fitting[0];
  return fit === undefined
    ? { problem: noFit(framework, wanted, day) }
    : chosen(fit, needs, acrossMajors(framework, frameworkVersion ?? '', wanted, fit));
}

function chosen(
  held: PrebuiltImage,
  { framework, accelerator, region, today }: ImageNeeds,
  warnings: readonly string[],
): ImageChoice {
  const title = `${frameworkTitles[framework]} ${held.version}`;
  const name =
    held.version.startsWith('1.') && framework === 'TENSORFLOW' ? 'tf' : imageNames[framework];
  const processor = accelerator && framework === 'TENSORFLOW' ? 'gpu' : 'cpu';
  const host = hosts[region.replace(/-.*$/s, '')] ?? 'us';
  const tag = held.version.replace('.', '-');
  return {
    uri: `${host}-docker.pkg.dev/vertex-ai/prediction/${name}-${processor}.${tag}:latest`,
    version: held.version,
    warnings: [...warnings, ...endWarnings(framework, title, held, today)],
  };
}

/** What is said when support or availability is over, or is soon. */
function endWarnings(
  framework: Framework,
  title: string,
  { supportedUntil, availableUntil }: PrebuiltImage,
  today: Date,
): readonly string[] {
  const day = dayOf(today);
  if (day > availableUntil) {
    const still = images[framework]
      .filter((other) => day <= other.availableUntil)
      .map(({ version }) => version);
    const cure =
      still.length === 0
        ? 'Serve the model from a container of your own (`image`).'
        : `Train and save the model again with ${frameworkTitles[framework]} ${still.join(' or ')}, or serve it from a container of your own (\`image\`).`;
    return [
      `The availability of the container with ${title} ended on ${availableUntil}, and the service may refuse it. ${cure}`,
    ];
  }
  if (day > supportedUntil) {
    return [
      `Support of the container with ${title} ended on ${supportedUntil}: it gets no more fixes, and is available until ${availableUntil}.`,
    ];
  }
  const soon = new Date(today.getTime() + DAYS_OF_WARNING * 86_400_000);
  return dayOf(soon) < supportedUntil
    ? []
    : [
        `Support of the container with ${title} ends on ${supportedUntil}; it is available until ${availableUntil}.`,
      ];
}

function acrossMajors(
  framework: Framework,
  given: string,
  [major]: MinorVersion,
  { version }: PrebuiltImage,
): readonly string[] {
  if (minorOf(version)?.[0] === major) return [];
  const title = frameworkTitles[framework];
  return [
    `The model was made with ${title} ${given}, and the nearest container that is available holds ${title} ${version}. That it loads over a major version is not promised: test it before it serves.`,
  ];
}

/** Offers the nearest of the containers that are still available, the newest first. */
function noFit(framework: Framework, wanted: MinorVersion, day: string): string {
  const place = ([major, minor]: MinorVersion): number => major * 1000 + minor;
  const distance = ({ version }: PrebuiltImage): number =>
    Math.abs(place(minorOf(version) ?? [0, 0]) - place(wanted));
  const still = images[framework].filter(
    ({ availableUntil }) => (day > READ_ON ? day : READ_ON) <= availableUntil,
  );
  const nearest = still
    .toSorted((one, two) => distance(one) - distance(two))
    .slice(0, NEAREST_TOLD)
    .toSorted((one, two) => compareMinor(minorOf(two.version), minorOf(one.version) ?? [0, 0]))
    .map(({ version, availableUntil }) => `${version} (until ${availableUntil})`)
    .join(', ');
  const title = frameworkTitles[framework];
  const reason = `needs ${title} ${wanted.join('.')}, which no prebuilt container of Vertex AI can load`;
  return nearest === ''
    ? `${reason}, and none of ${title} is available any longer; serve it from a container of your own (\`image\`)`
    : `${reason}: those that are available hold ${nearest}; train and save the model with one of these, or serve it from a container of your own (\`image\`)`;
}

/** The frameworks of prebuilt containers by the names of their images. */
const frameworksByName: Readonly<Record<string, Framework>> = {
  tf: 'TENSORFLOW',
  tf2: 'TENSORFLOW',
  sklearn: 'SCIKIT_LEARN',
  xgboost: 'XGBOOST',
};

/** The framework of one of Google's prebuilt containers, where an image is one of these. */
export function prebuiltFramework(imageUri: string): Framework | undefined {
  const name =
    /^[a-z]+-docker\.pkg\.dev\/vertex-ai\/prediction\/([a-z0-9]+)-[a-z]+\./.exec(imageUri)?.[1] ??
    '';
  return Object.hasOwn(frameworksByName, name) ? frameworksByName[name] : undefined;
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function image(version: string, supportedUntil: string, availableUntil: string): PrebuiltImage {
  return { version, supportedUntil, availableUntil };
}

function old(version: string): PrebuiltImage {
  return image(version, '2023-11-15', '2024-11-15');
}
