import { createHash } from 'node:crypto';
import type { Principal } from '../contracts.ts';

/** Which access key id stands for whom: how a request's signature tells the caller. */
export interface AccessKeys {
  /** the access key id of a principal; the same principal always has the same */
  keyOf(principal: Principal): string;
  /** whose key that is, or undefined when nobody was handed it */
  principalOf(accessKeyId: string): Principal | undefined;
}

/** The access key id of the person at the keyboard, for tests and the command line. */
export const ROOT_ACCESS_KEY_ID = 'AKIAROOT000000000000';

/** An empty set of keys; only root's exists from the start. */
export function createAccessKeys(root: Principal): AccessKeys {
  const principals = new Map<string, Principal>([[ROOT_ACCESS_KEY_ID, root]]);
  return {
    keyOf(principal) {
      if (principal.kind === 'root') return ROOT_ACCESS_KEY_ID;
      const digest = createHash('sha256')
        .update(JSON.stringify([principal.kind, principal.id, principal.sourceArn, principal.assumedBy]))
        .digest('hex');
      const accessKeyId = `ASIA${digest.slice(0, 16).toUpperCase()}`;
      principals.set(accessKeyId, principal);
      return accessKeyId;
    },
    principalOf: (accessKeyId) => principals.get(accessKeyId),
  };
}
