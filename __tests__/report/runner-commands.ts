/**
 * The commands that GitHub's runner would take from text on standard output: a port of both parsers of
 * actions/runner (`ActionCommand.TryParseV2`, `TryParse`). Stricter in one way: any name is a command.
 */
export function commandsIn(output: string): readonly string[] {
  return output.split(/\r\n|\r|\n/).flatMap((line) => {
    const name = newForm(line) ?? oldForm(line);
    return name === undefined ? [] : [name];
  });
}

/** `::name key=value::message`, after any white space of Unicode (.NET's `TrimStart`). */
function newForm(line: string): string | undefined {
  const text = line.replace(/^[\s\u0085\u180e\u200b\ufeff]+/, '');
  if (!text.startsWith('::')) return undefined;
  const end = text.indexOf('::', 2);
  return end < 0 ? undefined : (text.slice(2, end).split(' ')[0] ?? '');
}

/** `##[name key=value;]message`, anywhere in the line. */
function oldForm(line: string): string | undefined {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  return end < 0 ? undefined : (line.slice(start + 3, end).split(' ')[0] ?? '');
}
