import type { Fault } from '../failure.ts';
import type { ProofRequest, RunContext } from './deploy-request.ts';
import type { InputName, InputValues } from './inputs.ts';
import { readInstances } from './instances.ts';
import { attempt } from './problem.ts';

/** What the new version has to answer, from the inputs under Proof; what is wrong with them joins the faults. */
export function readProof(
  values: InputValues,
  run: RunContext,
  isGiven: (name: InputName) => boolean,
  faults: Fault[],
): ProofRequest | undefined {
  const read = (
    input: 'test_instances' | 'expected_predictions',
    key: 'instances' | 'predictions',
  ): ProofRequest['expected'] => {
    const given = values[input];
    const parse = (text: string): ProofRequest['expected'] =>
      readInstances(text, key, run.workspace);
    return given === undefined ? undefined : attempt(faults, input, given, parse, undefined);
  };
  const instances = read('test_instances', 'instances');
  const expected = read('expected_predictions', 'predictions');
  if (!isGiven('test_instances')) {
    const idle = [
      ...(isGiven('expected_predictions') ? (['expected_predictions'] as const) : []),
      ...(values.local_predict ? (['local_predict'] as const) : []),
      ...(isGiven('signature_name') ? (['signature_name'] as const) : []),
    ];
    const problem = 'says how test_instances are tried, and test_instances is empty; give both.';
    faults.push(...idle.map((input) => ({ input, given: String(values[input]), problem })));
  }
  if (instances === undefined) return undefined;
  if (expected !== undefined && expected.length !== instances.length) {
    faults.push({
      input: 'expected_predictions',
      given: '',
      problem: `must have one prediction for each of the test_instances, which are ${instances.length}, and has ${expected.length}.`,
    });
  }
  return {
    instances,
    expected,
    tolerance: values.tolerance,
    signatureName: values.signature_name,
    local: values.local_predict,
  };
}
