/** A table of what is known, a row each; rows without a value are left out, and without any there is none. */
export function factsTable(rows: readonly (readonly [name: string, cell: string])[]): string {
  const filled = rows.filter(([, cell]) => cell !== '');
  if (filled.length === 0) return '';
  return ['| | |', '| --- | --- |', ...filled.map(([name, cell]) => `| ${name} | ${cell} |`)].join(
    '\n',
  );
}
