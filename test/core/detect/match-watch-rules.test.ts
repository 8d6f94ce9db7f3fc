import { describe, expect, it } from 'vitest';
import { matchWatchRules, type Sightings } from '../../../core/detect/match-watch-rules.ts';

function idsOf(seen: Partial<Sightings>): string[] {
  return matchWatchRules({ metrics: {}, events: [], figures: {}, ...seen }).map(({ rule }) => rule.id);
}

describe('what experts watch while a run is on its way', () => {
  it('says nothing of a healthy run, nor of one of which nothing is known', () => {
    expect(idsOf({})).toEqual([]);
    expect(
      idsOf({
        metrics: {
          MRUnhealthyNodes: [0, 0, 0],
          MRLostNodes: [0],
          HDFSUtilization: [12],
          MissingBlocks: [0],
          CorruptBlocks: [0],
          AppsPending: [0, 1, 0],
          AppsCompleted: [2, 2, 2],
          ContainerPendingRatio: [3, 3, 0],
          YARNMemoryAvailablePercentage: [4, 4, 4],
          IsIdle: [0, 1, 1],
          '5xxErrors': [0, 5, 0],
        },
        events: [{ detailType: 'EMR Cluster State Change' }],
        figures: {
          skewRatio: 1.8,
          gcShare: 0.03,
          loadTailProbability: 0.4,
          inputLateSeconds: 0,
          resizingSeconds: 900,
          unitsMissing: 0,
        },
      }),
    ).toEqual([]);
  });

  it.each<[string, Partial<Sightings>]>([
    ['spot-interruption-warning', { events: [{ detailType: 'EC2 Spot Instance Interruption Warning' }] }],
    ['rebalance-recommendation', { events: [{ detailType: 'EC2 Instance Rebalance Recommendation' }] }],
    [
      'capacity-refused',
      {
        events: [
          {
            detailType: 'EMR Instance Fleet Provisioning',
            code: 'EC2 provisioning - Insufficient Instance Capacity',
          },
        ],
      },
    ],
    ['resize-stuck', { events: [{ detailType: 'EMR Instance Fleet Resize' }] }],
    ['resize-stuck', { figures: { resizingSeconds: 800, unitsMissing: 4 } }],
    ['idle-cluster', { metrics: { IsIdle: [0, 1, 1, 1] } }],
    ['nodes-unhealthy', { metrics: { MRUnhealthyNodes: [0, 1] } }],
    ['nodes-lost', { metrics: { MRLostNodes: [2] } }],
    ['hdfs-filling', { metrics: { HDFSUtilization: [60, 93] } }],
    ['hdfs-missing-blocks', { metrics: { CorruptBlocks: [1] } }],
    ['apps-starve', { metrics: { AppsPending: [1, 2, 2], AppsCompleted: [4, 4, 4] } }],
    [
      'apps-starve',
      { metrics: { ContainerPendingRatio: [1, 1, 2], YARNMemoryAvailablePercentage: [9, 3, 0] } },
    ],
    ['s3-slow-down', { metrics: { '5xxErrors': [3, 8, 2] } }],
    ['load-far-off', { figures: { loadTailProbability: 0.001 } }],
    ['input-late', { figures: { inputLateSeconds: 600 } }],
  ])('warns by %s', (id, seen) => {
    expect(idsOf(seen)).toEqual([id]);
  });

  it('waits until starvation lasts, and does not call it that while applications complete', () => {
    expect(idsOf({ metrics: { AppsPending: [1, 1], AppsCompleted: [4, 4] } })).toEqual([]);
    expect(idsOf({ metrics: { AppsPending: [1, 1, 1], AppsCompleted: [4, 5, 6] } })).toEqual([]);
  });

  it('says skew and garbage once each, as severe as they are, the most severe first', () => {
    expect(idsOf({ figures: { skewRatio: 9, gcShare: 0.2 } })).toEqual(['garbage-critical', 'skew-warning']);
  });

  it('tells what was seen and what people can do', () => {
    const [match] = matchWatchRules({ metrics: { HDFSUtilization: [91.256] }, events: [], figures: {} });
    expect(match).toMatchObject({
      evidence: ['CloudWatch HDFSUtilization: 91.26'],
      advice: expect.stringContaining('capacity.diskGibPerNode'),
    });
  });
});
