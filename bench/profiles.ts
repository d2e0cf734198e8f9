import type { NetworkShape } from '../emulator/exchange.ts';

/** How far away the service seems (performance.md). */
export type ProfileId = 'P0' | 'P1' | 'P2';

/** A network to upload through. */
export interface Profile {
  readonly id: ProfileId;
  readonly title: string;
  readonly network: NetworkShape;
}

/** From nothing but this machine to a distant, capped network. */
export const profiles: readonly Profile[] = [
  { id: 'P0', title: 'loopback', network: {} },
  { id: 'P1', title: '40 ms before each answer', network: { latencyMilliseconds: 40 } },
  {
    id: 'P2',
    title: '40 ms, at most 40 MB/s a connection',
    network: { latencyMilliseconds: 40, bytesPerSecondPerConnection: 40e6 },
  },
];
