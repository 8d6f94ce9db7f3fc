/** What the role of a cluster's nodes may do in the account that is deployed: code of jobs has it, too. */
import { expect, it } from 'vitest';
import { openAccountForTest } from './account.ts';

it('nodes write how far their cluster is to the ledger, and nothing else', async () => {
  const roles: string[] = [];
  const { scenario, ledger } = await openAccountForTest({
    prepare({ kernel: { access } }) {
      const addRole = access.addRole.bind(access);
      const noted: typeof addRole = (role) => {
        roles.push(role.arn);
        addRole(role);
      };
      Object.assign(access, { addRole: noted });
    },
  });
  const { kernel } = scenario;
  const id = roles.find((arn) => arn.includes('EmrRolesInstance')) ?? '';
  const node = { kind: 'role', id, assumedBy: 'ec2.amazonaws.com' } as const;
  const put = (pk: string) =>
    scenario.during(async () => {
      const Item = { pk: { S: pk }, sk: { S: 'NEWEST' } };
      await kernel.call('dynamodb', 'PutItem', { TableName: ledger.table, Item }, node);
    });
  await put('PROGRESS#j-1');
  for (const pk of ['CONTROL', 'SPEND#ACCOUNT', 'CLUSTER#PROGRESS#'])
    await expect(put(pk)).rejects.toThrow(/not authorized to perform: dynamodb:PutItem/);
}, 120_000);
