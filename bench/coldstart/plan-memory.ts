/** One new process: loads plan-fleet's bundle, plans a drawn instance with it beside, and tells the peak of its memory. */
import * as z from 'zod';
import { Market } from '../../core/contracts/market.ts';
import { planFleet } from '../../core/sizing/plan-fleet.ts';
import { afterSeconds } from '../../core/units.ts';
import { highsSolver } from '../../lambdas/runtime/highs.ts';
import { generateInstance } from '../sizing/generate-instance.ts';
import { offeredTypes } from '../sizing/instance-types.ts';

const Order = z.object({
  file: z.string(),
  seed: z.number(),
  data: z.string().optional(),
  environment: z.record(z.string(), z.string()),
});
const KIB_PER_MIB = 1024;

process.once('message', (message) => void plan(message));

async function plan(message: unknown): Promise<void> {
  const { file, seed, data, environment } = Order.parse(message);
  Object.assign(process.env, environment);
  await import(file);
  const { job, secondsLeft, inputBytes, model, market } = generateInstance(seed, offeredTypes(data));
  const now = market.surveyedAt;
  const { costUsd } = planFleet(
    {
      job,
      runKey: `${job.name} ${now}`,
      deadlineAt: afterSeconds(now, secondsLeft),
      now,
      forecast: {
        job: job.name,
        forScheduledAt: now,
        inputBytes,
        method: 'declared',
        historyPoints: 0,
        backtestMapePercent: null,
        reason: 'drawn',
      },
      model,
      market: Market.parse(JSON.parse(JSON.stringify(market))),
      seed: String(seed),
      effort: 'full',
      whenLate: 'least-late',
    },
    await highsSolver(),
  ).forecast;
  process.send?.({
    peakMib: process.resourceUsage().maxRSS / KIB_PER_MIB,
    costUsd,
    pools: market.pools.length,
  });
  process.disconnect();
}
