import { oldVersion, oldVertexVersion, versionsToRetire } from '../../src/plan/retire.ts';
import type { JsonObject } from '../../src/world.ts';

const today = new Date('2026-11-23T12:00:00Z');
const ours = { 'managed-by': 'deploy-ai-platform' };

const version = (id: string, hours: number, more: JsonObject = {}): JsonObject => ({
  name: `projects/p/models/m/versions/${id}`,
  createTime: new Date(today.getTime() - hours * 3_600_000).toISOString(),
  labels: ours,
  ...more,
});

const retired = (versions: readonly JsonObject[], keep: number): readonly string[] =>
  versionsToRetire(versions.map(oldVersion), keep, today);

describe('CON-08 what is retired on AI Platform', () => {
  const five = ['a', 'b', 'c', 'd', 'e'].map((id, index) => version(id, 10 - index));

  test('the new version counts among those to keep, and the oldest go first', () => {
    expect(retired(five, 3)).toEqual(['a', 'b', 'c']);
    expect(retired(five, 6)).toEqual([]);
    expect(retired(five, 1)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('what serves stays, and so does what others made', () => {
    const versions = [
      version('default', 9, { isDefault: true }),
      version('byhand', 8, { labels: {} }),
      version('foreign', 7, { labels: { 'managed-by': 'terraform' } }),
      version('old', 6),
    ];
    expect(retired(versions, 1)).toEqual(['old']);
  });

  test('what is younger than an hour, or of no known age, stays', () => {
    expect(retired([version('young', 0.9), version('old', 1.1)], 1)).toEqual(['old']);
    expect(retired([version('ageless', 0, { createTime: 'yesterday' })], 1)).toEqual([]);
  });
});

describe('CON-08 what is retired on Vertex AI', () => {
  const numbered = (id: string, more: JsonObject): JsonObject => ({
    versionId: id,
    versionCreateTime: '2026-11-01T00:00:00Z',
    labels: { ...ours, 'version-alias': 'v1' },
    ...more,
  });
  const retiredThere = (...versions: readonly JsonObject[]): readonly string[] =>
    versionsToRetire(versions.map(oldVertexVersion), 1, today);

  test('the alias that the action gave is no sign that anybody needs it', () => {
    expect(retiredThere(numbered('1', { versionAliases: ['v1'] }))).toEqual(['1']);
    expect(retiredThere(numbered('1', {}))).toEqual(['1']);
  });

  test.each<[string, JsonObject]>([
    ['the default one', { versionAliases: ['v1', 'default'] }],
    ['one that somebody pointed at', { versionAliases: ['v1', 'golden'] }],
    [
      'one that is deployed anywhere',
      { deployedModels: [{ endpoint: 'e', deployedModelId: '1' }] },
    ],
    ['one that others made', { labels: { 'version-alias': 'v1' } }],
  ])('%s stays', (_, more) => {
    expect(retiredThere(numbered('1', more))).toEqual([]);
  });
});
