/**
 * Runs dependency-cruiser over the house and fails when a wall is broken, or when it looked at nothing:
 * with a compiler it cannot use it passes silently over zero modules.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as z from 'zod';

const Report = z.object({
  summary: z.object({
    totalCruised: z.number(),
    error: z.number(),
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});
const FEWEST_MODULES = 100;

const folders = [
  'bin',
  'core',
  'lambdas',
  'lib',
  'cli',
  'simulator',
  'dashboard',
  'bench',
  'scripts',
  'test',
].filter((folder) => existsSync(folder));
const output = cruise();
const { summary } = Report.parse(JSON.parse(output));
for (const { from, to, rule } of summary.violations) console.log(`${rule.name}: ${from} → ${to}`);
console.log(`${summary.totalCruised} modules cruised, ${summary.error} walls broken`);
if (summary.totalCruised < FEWEST_MODULES) {
  console.log(`Fewer than ${FEWEST_MODULES} modules: the check saw nothing and proves nothing.`);
  process.exitCode = 1;
}
if (summary.error > 0) process.exitCode = 1;

function cruise(): string {
  const command = ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
  try {
    return execFileSync('npx', ['--no-install', ...command], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  } catch (error) {
    // A broken wall is exit code 1 with the report on standard output.
    const report = z.object({ stdout: z.string().min(1) }).safeParse(error);
    if (report.success) return report.data.stdout;
    throw error;
  }
}
