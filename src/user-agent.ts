/** Version of this action; the same as in `package.json` (a test compares them). */
export const VERSION = '0.1.0';

/** Sent with every request, so that Google's logs and its users' audits can tell who called. */
export const USER_AGENT = `deploy-ai-platform/${VERSION}`;
