import * as z from 'zod';
import { operation, type Kernel, type Principal, type SimulatedService } from '../contracts.ts';
import { known } from './known.ts';

/** STS: who asks. It needs no permission. */
export function createStsService(kernel: Kernel): SimulatedService {
  return {
    name: 'sts',
    operations: {
      GetCallerIdentity: operation(known('sts GetCallerIdentity', z.strictObject({})), {
        permissions: () => [],
        run: (_input, { principal }) => ({
          UserId: principal.kind === 'root' ? kernel.accountId : `AROAEXAMPLE:${nameOf(principal)}`,
          Account: kernel.accountId,
          Arn: arnOf(principal),
        }),
      }),
    },
  };
}

/** A role is seen as the session that took it on. */
function arnOf(principal: Principal): string {
  const { kind, id } = principal;
  return kind === 'role'
    ? `${id.replace(':iam:', ':sts:').replace(/:role\/.*$/, '')}:assumed-role/${nameOf(principal)}/session`
    : id;
}

function nameOf({ id }: Principal): string {
  return id.split('/').at(-1) ?? id;
}
