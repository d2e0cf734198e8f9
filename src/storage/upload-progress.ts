import type { Clock } from '../world.ts';
import type { UploadProgress } from './cloud-storage.ts';

const MILLISECONDS_BETWEEN = 250;

/** Adds up how far an upload is. */
export interface ProgressCount {
  /** Bytes handed to the network; negative when they have to be sent again. */
  readonly sent: (bytes: number) => void;
  readonly fileDone: () => void;
  /** Tells the last state, however short ago the one before was told. */
  readonly finish: () => void;
}

/** Counts, and tells at most four times a second. */
export function openProgress(
  totals: { readonly bytes: number; readonly files: number },
  clock: Clock,
  tell: (progress: UploadProgress) => void,
): ProgressCount {
  let sentBytes = 0;
  let sentFiles = 0;
  let told = clock.elapsed();
  const report = (): void => {
    told = clock.elapsed();
    tell({ sentBytes, totalBytes: totals.bytes, sentFiles, totalFiles: totals.files });
  };
  const reportSometimes = (): void => {
    if (clock.elapsed() - told >= MILLISECONDS_BETWEEN) report();
  };
  return {
    sent: (bytes) => {
      sentBytes += bytes;
      reportSometimes();
    },
    fileDone: () => {
      sentFiles += 1;
      reportSometimes();
    },
    finish: report,
  };
}
