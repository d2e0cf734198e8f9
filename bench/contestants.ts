import type { Command } from './measure.ts';
import type { Profile } from './profiles.ts';
import { BUCKET } from './objects.ts';
import type { Workload } from './workloads.ts';

/** Who uploads. The two `raw` are one uploader with two settings: the better of them is the limit. */
export type ContestantId =
  'raw-16' | 'raw-32' | 'ours' | 'library' | 'manager' | 'gcloud' | 'ceiling';

/** Where clients are bundled, and how gcloud is pointed at the emulator. */
export interface Clients {
  /** Bundle of a file in `bench/clients`. */
  readonly bundle: (client: 'ours' | 'raw' | 'library') => string;
  /** Absent where gcloud is not installed. */
  readonly gcloud: ((origin: string) => Readonly<Record<string, string | undefined>>) | undefined;
}

/** One upload to run. */
export interface UploadTask {
  readonly origin: string;
  /** Of the objects, with its trailing slash. */
  readonly prefix: string;
  readonly directory: string;
}

/** One way to upload a directory. */
export interface Contestant {
  readonly id: ContestantId;
  readonly title: string;
  /** Whether what arrives is the files: not with the blind one. */
  readonly isTrue: boolean;
  readonly takesPart: (workload: Workload, profile: Profile) => boolean;
  readonly command: (task: UploadTask, clients: Clients) => Command;
  /** Object name below the prefix that a file gets. */
  readonly objectName: (file: string, workload: Workload) => string;
}

type Client = 'ours' | 'raw' | 'library';

function client(name: Client, ...settings: string[]): Contestant['command'] {
  return ({ origin, prefix, directory }, { bundle }) => ({
    kind: 'node',
    line: [bundle(name), origin, BUCKET, prefix, directory, ...settings],
  });
}

const always = (): boolean => true;
const sameName = (file: string): string => file;

/** All of them, in the order of the tables. */
export const contestants: readonly Contestant[] = [
  {
    id: 'raw-16',
    title: 'leanest Node uploader (16 streams, 64 connections)',
    isTrue: true,
    takesPart: always,
    command: client('raw', '16', '64'),
    objectName: sameName,
  },
  {
    id: 'raw-32',
    title: 'the same, 32 streams, 256 connections',
    isTrue: true,
    takesPart: always,
    command: client('raw', '32', '256'),
    objectName: sameName,
  },
  {
    id: 'ours',
    title: '**deploy-ai-platform**',
    isTrue: true,
    takesPart: always,
    command: client('ours'),
    objectName: sameName,
  },
  {
    id: 'gcloud',
    title: '`gcloud storage cp -r`',
    isTrue: true,
    takesPart: always,
    command: ({ origin, prefix, directory }, { gcloud }) => ({
      kind: 'program',
      line: ['gcloud', 'storage', 'cp', '-r', directory, `gs://${BUCKET}/${prefix}`],
      environment: gcloud?.(origin) ?? {},
    }),
    objectName: (file, { id }) => `${id}/${file}`,
  },
  {
    id: 'library',
    title: '`@google-cloud/storage`, `bucket.upload` in parallel',
    isTrue: true,
    // One stream: where a connection is capped at 40 MB/s, 2 GiB take a minute and tell nothing new.
    takesPart: (workload, profile) => !(workload.id === 'W3' && profile.id === 'P2'),
    command: client('library', 'plain'),
    objectName: sameName,
  },
  {
    id: 'manager',
    title: 'the same, TransferManager `uploadManyFiles`',
    isTrue: true,
    takesPart: ({ files }) => files.length > 1,
    command: client('library', 'manager'),
    objectName: sameName,
  },
  {
    id: 'ceiling',
    title: "the server's ceiling: as many bytes, neither read nor hashed",
    isTrue: false,
    takesPart: always,
    command: client('raw', '16', '64', 'blind'),
    objectName: sameName,
  },
];
