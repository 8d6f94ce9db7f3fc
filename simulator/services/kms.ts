import type { Kernel } from '../contracts.ts';

/**
 * The ARN of a key of the account's own, which callers need a right to use; undefined for AWS's own keys and
 * for aliases, whose permissions are not modelled.
 *
 * @param key  id, ARN or alias, as templates name it
 */
export function accountKeyArn(kernel: Kernel, key: string | undefined): string | undefined {
  if (key === undefined || /(^|:)alias\//.test(key)) return undefined;
  return key.startsWith('arn:') ? key : `arn:aws:kms:${kernel.region}:${kernel.accountId}:key/${key}`;
}
