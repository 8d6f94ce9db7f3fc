import { AwsFailure, NotSimulatedError } from '../contracts.ts';
import { apiModel, type ApiModel, type ApiOperation } from '../protocols/api-model.ts';
import { checkShape } from '../protocols/check-shape.ts';

/** How a service names an input that breaks its model, where that is not ValidationException. */
const INVALID_INPUT_CODES: Readonly<Record<string, string>> = {
  ec2: 'InvalidParameterValue',
  cloudwatch: 'InvalidParameterValue',
  s3: 'InvalidArgument',
  sns: 'InvalidParameter',
  sqs: 'InvalidParameterValue',
  lambda: 'InvalidParameterValueException',
  pricing: 'InvalidParameterException',
  'secrets-manager': 'InvalidParameterException',
  'service-quotas': 'IllegalArgumentException',
};

/**
 * Holds an input to the published model: required members, types, enums, lengths.
 *
 * @throws AwsFailure in the service's words when a known member has a wrong value
 * @throws NotSimulatedError when the model has no such operation or member
 */
export function checkInput(service: string, operationName: string, input: unknown): void {
  const { model, operation } = modelled(service, operationName);
  if (operation.input === undefined) return;
  const faults = checkShape(model, operation.input, input);
  const unknown = faults.filter((fault) => fault.unknown);
  if (unknown.length > 0) {
    const members = unknown.map(({ path, problem }) => `${path}: ${problem}`).join('; ');
    throw new NotSimulatedError(`Input of ${service}:${operationName}: ${members}`);
  }
  if (faults.length === 0) return;
  const count = `${faults.length} validation error${faults.length === 1 ? '' : 's'} detected`;
  throw new AwsFailure(
    INVALID_INPUT_CODES[service] ?? 'ValidationException',
    `${count}: ${faults.map(({ problem }) => problem).join('; ')}`,
  );
}

/** What an answer has that the model does not allow, as one text; undefined when all fits. */
export function outputFault(service: string, operationName: string, output: unknown): string | undefined {
  const { model, operation } = modelled(service, operationName);
  if (operation.output === undefined) return undefined;
  const faults = checkShape(model, operation.output, output ?? {});
  if (faults.length === 0) return undefined;
  const shown = faults.slice(0, 5).map(({ path, problem }) => `${path}: ${problem}`);
  return `Output of ${service}:${operationName}: ${shown.join('; ')}`;
}

function modelled(service: string, operationName: string): { model: ApiModel; operation: ApiOperation } {
  const model = apiModel(service);
  const operation = model?.operations[operationName];
  if (model === undefined || operation === undefined) {
    throw new NotSimulatedError(`There is no API model of ${service}:${operationName}`);
  }
  return { model, operation };
}
