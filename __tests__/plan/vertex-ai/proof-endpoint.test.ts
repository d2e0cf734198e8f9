import { proofEndpoint } from '../../../src/plan/vertex-ai/proof-endpoint.ts';
import type { DeployRequest } from '../../../src/request/deploy-request.ts';

function idOf(parts: Partial<DeployRequest>, version = 'v1'): string {
  const request = {
    ...{ endpoint: 'fraud', model: 'fraud', labels: {} },
    run: { runId: '17000000001', runAttempt: '2' },
    ...parts,
  } as unknown as DeployRequest;
  return proofEndpoint(request, version, undefined)?.id ?? '';
}

describe('the id of the endpoint of a proof', () => {
  test.each([
    ['fraud', /^e-fraud-proof-17000000001-2-[0-9a-f]{6}$/],
    ['Fraud Endpoint!', /^e-fraud-endpoint-proof-17000000001-2-[0-9a-f]{6}$/],
    ['---', /^e--proof-17000000001-2-[0-9a-f]{6}$/],
    ['x'.repeat(128), /^e-x+-proof-17000000001-2-[0-9a-f]{6}$/],
    ['詐欺', /^e--proof-17000000001-2-[0-9a-f]{6}$/],
  ])('of %s is one that the service takes', (endpoint, form) => {
    const id = idOf({ endpoint });
    expect(id).toMatch(form);
    expect(id).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
  });

  test('is another one for each endpoint, model and version of a run, and always the same', () => {
    const ids = [
      idOf({}),
      idOf({ endpoint: 'Fraud' }),
      idOf({ model: 'other' }),
      idOf({}, 'v2'),
      idOf({ run: { runId: '17000000001', runAttempt: '3' } as DeployRequest['run'] }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(idOf({})).toBe(ids[0]);
  });
});
