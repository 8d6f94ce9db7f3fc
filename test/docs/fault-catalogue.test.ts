import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { faultCataloguePage } from '../../scripts/fault-catalogue-page.ts';

it('the fault catalogue in docs is the one that the simulator has (npm run fault-catalogue)', async () => {
  expect(readFileSync('docs/fault-catalogue.md', 'utf8')).toBe(await faultCataloguePage());
});
