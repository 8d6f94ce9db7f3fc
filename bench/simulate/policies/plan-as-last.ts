import { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import { planFleet } from '../../../core/sizing/plan-fleet.ts';
import { getDocument } from '../../../lambdas/aws/documents.ts';
import { newestRecords } from '../../../lambdas/aws/ledger-records.ts';
import { planHandler } from './plan-handler.ts';

const RECORDS = 10;

/** The fleet that the job flew last; of a job that never flew, a plan as the product makes it. */
export const planAsLast = planHandler(async ({ request, job, ledger, documents }) => {
  const records = await newestRecords(ledger, job.name, RECORDS);
  const ref = records.find(({ record }) => record.plan !== null)?.record.plan;
  if (ref === undefined || ref === null) return planFleet(request);
  const { runKey, deadlineAt, now: plannedAt } = request;
  const last = await getDocument(documents, ref, FleetPlan);
  return { ...last, runKey, deadlineAt, plannedAt, reasons: ['The plan of the run before.'] };
});
