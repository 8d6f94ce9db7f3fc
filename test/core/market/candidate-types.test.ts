import { describe, expect, it } from 'vitest';
import { Job } from '../../../core/contracts/job.ts';
import { candidateTypes, suitsPrimary, typeRules } from '../../../core/market/candidate-types.ts';

const jobWith = (capacity: object) => ({
  capacity: Job.shape.capacity.parse(capacity),
  release: 'emr-7.9.0',
});

describe('the types that a job is priced on', () => {
  it('are those that its capacity section allows', () => {
    const types = candidateTypes(jobWith({ families: ['m5', 'r6g'], architectures: ['x86_64'] }));
    expect(new Set(types.map(({ family }) => family))).toEqual(new Set(['m5']));
  });

  it('have for a GPU job, besides those with GPUs, something for a primary node that pays for none', () => {
    const job = jobWith({ gpu: true, architectures: ['x86_64'] });
    const types = candidateTypes(job);
    const workers = types.filter((type) => typeRules(job).every((rule) => rule.holds(type)));
    expect(workers.length).toBeGreaterThan(0);
    expect(workers.every(({ gpus }) => gpus > 0)).toBe(true);
    const others = types.filter((type) => !workers.includes(type));
    expect(others.length).toBeGreaterThan(0);
    expect(others.every(suitsPrimary)).toBe(true);
  });
});
