import type { Command } from 'commander';
import { AlarmMatch } from '../../core/contracts/silence.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { composeSuperAlarm } from '../../core/report/super-alarm.ts';
import { minuteText } from '../../core/units-text.ts';
import type { CommandContext } from '../command-context.ts';
import { give, onDeployment, type ControlOptions } from '../control/answer.ts';
import { readDeployment } from '../control/deployment.ts';
import { futureInstant, reasonText } from '../control/option-values.ts';
import { EXIT } from '../exit-codes.ts';

interface SilenceOptions extends ControlOptions {
  readonly until: string;
  readonly reason: string;
}
interface AckOptions extends ControlOptions {
  readonly reason: string;
}

const LISTED = 50;
const LONGEST_SILENCE_DAYS = 31;
const FIELDS = Object.keys(AlarmMatch.shape).join(', ');
const ALARMS_HELP = `
The alarms of incidents that are open or easing, with how often each came.

Exit codes: 0 listed; 1 AWS failed; 2 bad input.`;
const INCIDENTS_HELP = `
Without a name: the newest ${LISTED}. With one: what is wrong, what it may
cost, why, and what was done about it.

Examples:
  flarepath incidents
  flarepath incidents inc-20260105T0146-dbf0d484c090340d

Exit codes: 0 shown; 1 AWS failed; 2 there is no such incident.`;
const SILENCE_HELP = `
All that is named must fit; a trailing * stands for the rest. Fields:
${FIELDS}.
Alarms are kept and listed all the same, and nothing critical is ever silent.

Example:
  flarepath silence zone=us-east-1c rule=spot-reclaim \\
      --until 2026-01-06T06:00Z --reason "known, being moved"

Exit codes: 0 silent; 1 AWS failed; 2 bad input: nothing was done.`;
const ACK_HELP = `
Somebody has it in hand: nobody else is woken by it, even if it gets worse.
That it is over is told.

Example:
  flarepath ack inc-20260105T0146-dbf0d484c090340d --reason "I am at it"

Exit codes: 0 noted; 1 AWS failed; 2 there is no such incident.`;

export function addIncidents(
  program: Command,
  context: CommandContext,
  finish: (code: number) => void,
): void {
  onDeployment(program.command('alarms'))
    .summary('what is wrong now')
    .description('Lists the alarms of open incidents.')
    .addHelpText('after', ALARMS_HELP)
    .action(async (options: ControlOptions) => finish(await alarms(options, context)));
  onDeployment(program.command('incidents'))
    .summary('the newest incidents, or one of them')
    .description('Lists incidents, or shows one.')
    .argument('[id]', 'name of the incident')
    .addHelpText('after', INCIDENTS_HELP)
    .action(async (id: string | undefined, options: ControlOptions) =>
      finish(id === undefined ? await list(options, context) : await show(id, options, context)),
    );
  onDeployment(program.command('silence'))
    .summary('do not be woken by some alarms until then')
    .description('Keeps alarms from waking anybody, until an instant.')
    .argument('<field=value...>', 'which alarms')
    .requiredOption('--until <instant>', 'end of the silence, ISO 8601 with its zone')
    .requiredOption('--reason <text>', 'why; kept and shown')
    .addHelpText('after', SILENCE_HELP)
    .action(async (fields: string[], options: SilenceOptions) =>
      finish(await silence(fields, options, context)),
    );
  onDeployment(program.command('ack'))
    .summary('say that an incident is in hand')
    .description('Says that somebody has an incident in hand.')
    .argument('<id>', 'name of the incident')
    .requiredOption('--reason <text>', 'what is done about it; kept and shown')
    .addHelpText('after', ACK_HELP)
    .action(async (id: string, options: AckOptions) => finish(await ack(id, options, context)));
}

async function alarms(options: ControlOptions, context: CommandContext): Promise<number> {
  const { ledger } = readDeployment(options.deployment, context);
  const { incidentOf } = await import('../../lambdas/aws/ledger-incidents.ts');
  const { liveIncidentIds } = await import('../../lambdas/aws/ledger-open-runs.ts');
  const found = [];
  for (const id of await liveIncidentIds(ledger)) {
    const incident = await incidentOf(ledger, id);
    for (const thread of incident?.threads ?? []) found.push({ incidentId: id, ...thread });
  }
  const lines = found.map(
    ({ alarm: { at, level, state, says }, notices, incidentId }) =>
      `${minuteText(at)}  ${level.padEnd(8)}  ${state.padEnd(8)}  ${notices} ×  ${says}  (${incidentId})`,
  );
  give(context, options, {
    lines: lines.length === 0 ? ['No incident is open.'] : lines,
    json: { alarms: found },
  });
  return EXIT.ok;
}

async function list(options: ControlOptions, context: CommandContext): Promise<number> {
  const { ledger } = readDeployment(options.deployment, context);
  const { newestIncidents } = await import('../../lambdas/aws/ledger-incidents.ts');
  const incidents = await newestIncidents(ledger, LISTED);
  const lines = incidents.map(
    ({ id, state, level, openedAt, alarms: count, says }) =>
      `${id}  ${state.padEnd(6)}  ${level.padEnd(8)}  ${minuteText(openedAt)}  ${count} alarms  ${says}`,
  );
  give(context, options, {
    lines: lines.length === 0 ? ['There was no incident yet.'] : lines,
    json: { incidents },
  });
  return EXIT.ok;
}

async function show(id: string, options: ControlOptions, context: CommandContext): Promise<number> {
  const { ledger } = readDeployment(options.deployment, context);
  const { incidentOf } = await import('../../lambdas/aws/ledger-incidents.ts');
  const { acknowledgementOf, assessmentOf, namesOf } =
    await import('../../lambdas/aws/ledger-incident-notes.ts');
  const incident = (await incidentOf(ledger, id)) ?? unknown(id);
  const assessment = await assessmentOf(ledger, id);
  const acknowledgement = await acknowledgementOf(ledger, namesOf(incident));
  const { text } = composeSuperAlarm(incident, {
    ...(assessment === undefined ? {} : { impact: assessment, hypotheses: assessment.hypotheses }),
  });
  const after = [
    ...(assessment?.actions ?? []).map(
      ({ runbookId, mode, because }) => `Runbook ${runbookId}: ${mode} (${because})`,
    ),
    ...(assessment?.quiet ?? []).map((because) => `Kept quiet: ${because}`),
    ...(acknowledgement === undefined
      ? []
      : [`In hand: ${acknowledgement.by}, ${minuteText(acknowledgement.at)}: ${acknowledgement.reason}`]),
  ];
  give(context, options, {
    lines: [text, ...after],
    json: { incident, assessment: assessment ?? null, acknowledgement: acknowledgement ?? null },
  });
  return EXIT.ok;
}

async function silence(
  fields: readonly string[],
  options: SilenceOptions,
  context: CommandContext,
): Promise<number> {
  const now = context.now();
  const match = matchOf(fields);
  const until = futureInstant('--until', options.until, now, LONGEST_SILENCE_DAYS);
  const reason = reasonText(options.reason);
  const { ledger } = readDeployment(options.deployment, context);
  const { whoAsks } = await import('../control/who.ts');
  const { by } = await whoAsks(ledger.clients, context);
  const set = { id: `silence-${now.toISOString()}`, match, until, by, reason };
  const { putSilence } = await import('../../lambdas/aws/ledger-incident-notes.ts');
  await putSilence(ledger, set);
  give(context, options, {
    lines: [
      `Silent until ${minuteText(until)} UTC: ${fields.join(' ')}. What is critical is told all the same.`,
    ],
    json: { silence: set },
  });
  return EXIT.ok;
}

function matchOf(fields: readonly string[]): AlarmMatch {
  const pairs = fields.map((field): [string, string] => {
    const at = field.indexOf('=');
    return [field.slice(0, Math.max(at, 0)), field.slice(at + 1)];
  });
  const parsed = AlarmMatch.safeParse(Object.fromEntries(pairs));
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(
    `Found ${fields.join(' ')}, allowed: field=value of ${FIELDS}, such as zone=us-east-1c.`,
  );
}

async function ack(id: string, options: AckOptions, context: CommandContext): Promise<number> {
  const reason = reasonText(options.reason);
  const { ledger } = readDeployment(options.deployment, context);
  const { survivorOf } = await import('../../lambdas/aws/ledger-incidents.ts');
  const incident = (await survivorOf(ledger, id)) ?? unknown(id);
  const { whoAsks } = await import('../control/who.ts');
  const { by } = await whoAsks(ledger.clients, context);
  const acknowledgement = { by, at: context.now().toISOString(), reason };
  const { acknowledge } = await import('../../lambdas/aws/ledger-incident-notes.ts');
  await acknowledge(ledger, incident.id, acknowledgement);
  give(context, options, {
    lines: [`${incident.id} is in hand: nobody else is woken by it.`],
    json: { acknowledged: incident.id, ...acknowledgement },
  });
  return EXIT.ok;
}

function unknown(id: string): never {
  throw new InvalidInputError(`Found no incident ${id}; flarepath incidents lists them.`);
}
