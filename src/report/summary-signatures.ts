import type { Signature, Tensor } from '../artifact/artifact.ts';
import type { DeployRecord } from '../record.ts';
import { forCodeBlock, forMarkdown, forMarkdownCode } from './foreign-text.ts';
import { formatCount } from './format.ts';
import { isCallable } from './outcome.ts';
import { requestBody, requestCommand, requestInPython, shapeOf } from './request-example.ts';

const mostSignatures = 4;
const mostTensors = 20;

/** The model's signatures, and, once it can be called, a request that can be pasted: for a shell, Python, or the body alone. */
export function signatureSections(record: DeployRecord): readonly string[] {
  const signatures = record.artifact?.savedModel?.signatures ?? [];
  const first = signatures.find(({ name }) => name === 'serving_default') ?? signatures[0];
  if (first === undefined) return [];
  const shown = [first, ...signatures.filter((signature) => signature !== first)];
  const left = shown.length - mostSignatures;
  return [
    '#### Signatures',
    signatureTable(first),
    example(first, record),
    ...shown.slice(1, mostSignatures).map(signatureTable),
    left > 0 ? `_and ${formatCount(left, 'more signature')}_` : '',
  ];
}

function example(signature: Signature, record: DeployRecord): string {
  if (!isCallable(record) || record.predictUrl === undefined) return '';
  // Vertex AI asks this one whatever the request says.
  if (record.plan?.vertexAi !== undefined && signature.name !== 'serving_default') return '';
  const { predictUrl } = record;
  const body = requestBody(signature);
  return [
    `To call it:\n\n${forCodeBlock('sh', requestCommand(predictUrl, body))}`,
    folded('The same in Python', forCodeBlock('python', requestInPython(predictUrl, body))),
    folded('The body alone, as JSON', forCodeBlock('json', body)),
  ].join('\n\n');
}

function folded(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}

function signatureTable({ name, inputs, outputs }: Signature): string {
  return [
    `Signature ${forMarkdownCode(name, 100)}:`,
    '',
    '| | Name | Type | Shape |',
    '| --- | --- | --- | --- |',
    ...tensorRows('input', inputs),
    ...tensorRows('output', outputs),
  ].join('\n');
}

function tensorRows(direction: 'input' | 'output', tensors: readonly Tensor[]): readonly string[] {
  const rows = tensors
    .slice(0, mostTensors)
    .map(
      (tensor) =>
        `| ${direction} | ${forMarkdownCode(tensor.key, 80)} | ${forMarkdown(tensor.dtype, 40)} | ${forMarkdown(shapeOf(tensor), 80)} |`,
    );
  const left = tensors.length - mostTensors;
  return left > 0 ? [...rows, `| ${direction} | _and ${left} more_ | | |`] : rows;
}
