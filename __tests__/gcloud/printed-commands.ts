/** Commands of the `sh` blocks of a page that begin with `gcloud`, in order, each on one line. */
export function commandsInBlocks(page: string): readonly string[] {
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block);
  return blocks
    .flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
    .filter((line) => line.startsWith('gcloud '));
}

/** Commands in a running text, between backquotes, that begin with `gcloud`. */
export function commandsInSentences(text: string): readonly string[] {
  const sentences = text.replaceAll(/^```.*?^```/gms, '');
  return [...sentences.matchAll(/`(gcloud \w[^`]*)`/g)].map(([, command = '']) => command);
}

/**
 * The text with values in place of its words in capitals, which whoever pastes it replaces.
 *
 * @throws Error for a word without a value.
 */
export function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\b[A-Z][A-Z_]*\b/g, (word) => {
    const value = values[word];
    if (value === undefined) throw new Error(`Nothing is known of ${word} in: ${text}`);
    return value;
  });
}
