import * as z from 'zod';

const Percent = z.number().min(0).max(100);
const UsdPerHour = z.number().nonnegative();

/**
 * What a team pays in place of list prices: discounts of its contract, Savings Plans, reserved instances. Each part may
 * be left out.
 */
export const TeamPrices = z.strictObject({
  /** percent off the list price, by what is bought */
  discountPercent: z
    .strictObject({
      onDemand: Percent.default(0),
      spot: Percent.default(0),
      emrFee: Percent.default(0),
      storage: Percent.default(0),
    })
    .prefault({}),
  savingsPlans: z
    .array(
      z.strictObject({
        /** of an EC2 Instance Savings Plan, e.g. `m5`; absent: a Compute Savings Plan, which covers every family */
        family: z.string().min(1).optional(),
        /** percent off the on-demand list price */
        discountPercent: Percent,
        /** what other machines leave free of its commitment while the jobs run; absent: enough for any fleet */
        freeUsdPerHour: UsdPerHour.optional(),
      }),
    )
    .default([]),
  reserved: z
    .array(
      z.strictObject({
        instanceType: z.string().min(1),
        /** absent: of the region, used in any zone */
        zone: z.string().min(1).optional(),
        /** instances that nothing else uses while the jobs run */
        count: z.number().int().min(1),
        /** what an hour of one costs, upfront payment spread over the term */
        usdPerHour: UsdPerHour,
      }),
    )
    .default([]),
});
export type TeamPrices = z.infer<typeof TeamPrices>;
