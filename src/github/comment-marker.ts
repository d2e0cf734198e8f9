import { forUrlPart } from '../report/foreign-text.ts';
import type { DeployRequest } from '../request/deploy-request.ts';

/**
 * First line of our comment, which nobody sees: there is one comment per model, platform and region. The
 * values are percent-encoded and hold no two hyphens in a row, so that they cannot end the HTML comment.
 */
export function commentMarker({
  model,
  platform,
  region,
}: Pick<DeployRequest, 'model' | 'platform' | 'region'>): string {
  const named = Object.entries({ model, platform, region }).map(
    ([name, value]) => `${name}=${forUrlPart(value).replace(/-(?=-)/g, '%2D')}`,
  );
  return `<!-- deploy-ai-platform ${named.join(' ')} -->`;
}

/** Whether a comment begins with the marker; one that only quotes it somewhere is another comment. */
export function isMarked(body: string, marker: string): boolean {
  return body.split(/\r?\n/, 1)[0] === marker;
}
