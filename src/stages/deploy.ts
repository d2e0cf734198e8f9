import type { Ledger, Platform } from '../platform/platform.ts';
import type { DeployRecord } from '../record.ts';
import type { Teller } from '../report/tell.ts';
import type { DeployRequest } from '../request/deploy-request.ts';
import type { Memory } from '../saved-state.ts';
import type { Stopwatch } from '../stopwatch.ts';
import type { CloudStorage } from '../storage/cloud-storage.ts';
import type { World } from '../world.ts';

/** What the stages of one deploy share. Whatever becomes known is written to the record at once. */
export interface Deploy {
  readonly request: DeployRequest;
  readonly record: DeployRecord;
  readonly platform: Platform;
  readonly storage: CloudStorage;
  readonly ledger: Ledger;
  readonly memory: Memory;
  readonly teller: Teller;
  readonly world: World;
  /** Measures a stage while it runs. */
  readonly during: Stopwatch;
  /** Ends what is being uploaded, because nobody will need it. */
  readonly giveUpUpload: (reason: unknown) => void;
}
