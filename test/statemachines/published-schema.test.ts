import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';

// CommonJS, without types
const validate = createRequire(import.meta.url)('asl-validator');

it.each(readdirSync('statemachines'))('%s is a state machine by the published schema', (file) => {
  const text = readFileSync(`statemachines/${file}`, 'utf8').replace(
    /"\$\{approvalTimeoutSeconds\}"/g,
    '3600',
  );
  const { isValid, errorsText } = validate(JSON.parse(text), { checkPaths: false, checkArn: false });
  expect(isValid, errorsText?.()).toBe(true);
});
