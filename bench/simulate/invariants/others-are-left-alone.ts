import * as z from 'zod';
import { FOREIGN_HASH } from '../observe/observed.ts';
import type { Invariant } from './invariant.ts';

const Ending = z.object({ JobFlowIds: z.array(z.string()) });

export const othersAreLeftAlone: Invariant = {
  name: 'others-are-left-alone',
  promises:
    'A cluster of another deployment is never terminated by this one, nor told of as leaked, however alike their names.',
  watch({ observed }, broken) {
    const root = observed.account.kernel.root.id;
    return {
      onCall({ operation, input, by }) {
        if (operation !== 'TerminateJobFlows' || by === root) return;
        for (const clusterId of Ending.parse(input).JobFlowIds)
          if (observed.foreignClusters.has(clusterId)) broken(`${by} terminated ${clusterId}, another's.`);
      },
      onMessage({ subject, text }) {
        const isNamed = [...observed.foreignClusters].some((clusterId) => text.includes(clusterId));
        if (isNamed || text.includes(FOREIGN_HASH)) broken(`"${subject}" is about another's cluster.`);
      },
    };
  },
};
