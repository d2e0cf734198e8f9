import type { Framework } from '../../request/deploy-request.ts';
import type { Asked } from '../asked.ts';

/** What is to load a model: a runtime of AI Platform, or a prebuilt container of Vertex AI. */
export interface ModelServer {
  readonly kind: 'runtime' | 'prebuilt container';
  /** As a sentence names it: `runtime 2.11`. */
  readonly title: string;
  /** With which it loads the model. */
  readonly framework: Framework;
  /** The versions of frameworks that it is known to have. */
  readonly versions: Readonly<Partial<Record<Framework, string>>>;
  /** `major.minor`. */
  readonly python: string;
  /** Major version of its NumPy, where it is known. */
  readonly numpyMajor: number | undefined;
  /** What chose it, where it was chosen by hand. */
  readonly asked: Asked<string> | undefined;
  /** What to do so that something with this version of a framework is chosen; `undefined` when there is none. */
  readonly fit: (framework: Framework, version: string) => string | undefined;
  /** What to do about code of one's own, as a phrase behind the names of what it is. */
  readonly bringCode: (several: boolean) => string;
  /** Packages that other servers have, and that may not be there. */
  readonly doubtful: readonly string[];
}
