/**
 * Items of a list: one a line or separated by commas, blanks around them dropped, empty ones passed
 * over; `\,` is a comma within an item (the grammar of Google's own actions).
 */
export function splitList(given: string): readonly string[] {
  return given
    .split(/\r?\n|\r|(?<!\\),/)
    .map((item) => item.replaceAll('\\,', ',').trim())
    .filter((item) => item !== '');
}

/** A parser of lists whose every item goes through another parser. */
export function listOf<Item>(parse: (given: string) => Item): (given: string) => readonly Item[] {
  return (given) => splitList(given).map(parse);
}
