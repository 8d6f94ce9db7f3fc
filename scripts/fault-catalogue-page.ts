import * as prettier from 'prettier';
import * as z from 'zod';
import { FAULT_GROUPS } from '../simulator/faults/catalogue.ts';
import type { FaultRow } from '../simulator/faults/row.ts';

const INTRODUCTION = `# Fault catalogue

What the simulated AWS can be told to do wrong. A scenario is a seed and a list of faults; this page is written
from \`simulator/faults/*-rows.ts\` by \`npm run fault-catalogue\`.

\`\`\`ts
createScenario({
  seed: 7,
  faults: [{ kind: 'lost-response', match: { service: 'emr', operation: 'RunJobFlow' }, times: 1 }],
});
\`\`\`

| member | means |
| --- | --- |
| \`kind\` | one of those below |
| \`match\` | all must match; \`*\` stands for any text; left out: every occasion |
| \`probability\` | on each occasion, 0 to 1; each fault draws from a stream of its own, so that one never moves another |
| \`times\` | at most so often |
| \`from\`, \`until\` | only then, ISO 8601 |
| \`with\` | options of the kind |

A fault that could never strike (an unknown kind, match key or option, an empty time) is refused when the scenario
is created. Each strike is counted in \`kernel.faultsInjected\` and traced as \`fault\`.

Daylight saving and leap days are no faults: a world's \`startDate\` and a job's time zone bring them. S3 lists what
was written at once, so a late listing of S3 is none either.
`;

const Option = z.looseObject({
  description: z.string(),
  default: z.unknown(),
  enum: z.array(z.string()).optional(),
});

/** The text of docs/fault-catalogue.md, formatted as the repository is. */
export async function faultCataloguePage(): Promise<string> {
  const groups = FAULT_GROUPS.map(
    ({ title, rows }) => `## ${title}\n\n${Object.entries(rows).map(section).join('\n')}`,
  );
  const config = await prettier.resolveConfig('docs/fault-catalogue.md');
  return prettier.format(`${INTRODUCTION}\n${groups.join('\n')}`, { ...config, parser: 'markdown' });
}

function section([kind, row]: [string, FaultRow]): string {
  const keys = row.match.map((key) => keyText(key, row.unlessNamed[key])).join(', ');
  const options = optionLines(row);
  return `### \`${kind}\`\n\n${row.does}\n\n- shows as: ${row.shows}\n- match: ${keys}\n${options}`;
}

function keyText(key: string, unlessNamed: string | undefined): string {
  return unlessNamed === undefined ? `\`${key}\`` : `\`${key}\` (\`${unlessNamed}\` unless named)`;
}

function optionLines(row: FaultRow): string {
  const schema = z.toJSONSchema(row.with, { io: 'input' });
  return Object.entries(schema.properties ?? {})
    .map(([name, property]) => {
      const option = Option.parse(property);
      const values =
        option.enum === undefined ? '' : ` (${option.enum.map((text) => `\`${text}\``).join(', ')})`;
      return `- with \`${name}\`: ${option.description}${values}; \`${String(option.default)}\` unless told\n`;
    })
    .join('');
}
