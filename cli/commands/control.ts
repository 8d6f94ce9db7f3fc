import type { Command } from 'commander';
import type { Control, Pause } from '../../core/contracts/control.ts';
import { limitsOfAccount } from '../../core/control/limits.ts';
import { usdOf } from '../../core/control/micro-usd.ts';
import { minuteText, usdText } from '../../core/units-text.ts';
import type { CommandContext } from '../command-context.ts';
import { give, onDeployment, type ControlOptions } from '../control/answer.ts';
import { readDeployment } from '../control/deployment.ts';
import { EXIT } from '../exit-codes.ts';

const HELP = `
Exit codes: 0 done; 1 AWS failed; 2 bad input.`;

export function addControl(program: Command, context: CommandContext, finish: (code: number) => void): void {
  onDeployment(program.command('control'))
    .summary('what is set, and spend against limits')
    .description('Shows pauses, overrides and the kill switch, and what is spent and reserved.')
    .addHelpText('after', HELP)
    .action(async (options: ControlOptions) => finish(await show(options, context)));
}

const MONTH = 'yyyy-mm'.length;
const HOUR = 'yyyy-mm-ddThh'.length;

async function show(options: ControlOptions, context: CommandContext): Promise<number> {
  const now = context.now().toISOString();
  const { ledger, limits: deployment } = readDeployment(options.deployment, context);
  const { readControl } = await import('../../lambdas/aws/ledger-control.ts');
  const { inFlight, monthSpend } = await import('../../lambdas/aws/ledger-spend-sums.ts');
  const { leaseEndOf, leaseOf } = await import('../../lambdas/aws/ledger-leases.ts');
  const { openReservations, reservationOf } = await import('../../lambdas/aws/ledger-spend.ts');
  const control = current(await readControl(ledger), now);
  const limits = limitsOfAccount(deployment, control, now);
  const month = now.slice(0, MONTH);
  const spend = await monthSpend(ledger, null, month);
  const flights = await inFlight(ledger, now.slice(0, HOUR));
  const reservations = [];
  for (const name of await openReservations(ledger)) {
    const reservation = await reservationOf(ledger, name);
    const lease = await leaseOf(ledger, name);
    if (reservation !== undefined)
      reservations.push({ ...reservation, endsAt: lease === undefined ? null : leaseEndOf(lease) });
  }
  const spent = {
    month,
    spentUsd: usdOf(spend.spentMicroUsd),
    reservedUsd: usdOf(spend.committedMicroUsd - spend.spentMicroUsd),
  };
  give(context, options, {
    lines: [
      ...setLines(control),
      '',
      `Account, ${month}: ${usdText(spent.spentUsd)} spent, ${usdText(spent.reservedUsd)} reserved; limit ${limits.accountMonthUsd === null ? 'none' : usdText(limits.accountMonthUsd)}`,
      `Launches this hour: ${flights.launches} of ${limits.launchesPerHour}`,
      `vCPUs in flight: ${flights.onDemandVcpus} on demand, ${flights.spotVcpus} spot`,
      ...reservations.map(
        ({ runKey, attempt, reservedMicroUsd, endsAt }) =>
          `  ${runKey}, attempt ${attempt}: ${usdText(usdOf(reservedMicroUsd))} reserved${endsAt === null ? '' : `\n    its cluster ends by ${minuteText(endsAt)} UTC at the latest`}`,
      ),
    ],
    json: { ...control, account: { ...spent, ...limits, ...flights }, reservations },
  });
  return EXIT.ok;
}

/** What has run out is not shown. */
function current({ killSwitch, pauses, overrides }: Control, now: string): Control {
  return {
    killSwitch,
    pauses: pauses.filter(({ until }) => until > now),
    overrides: overrides.filter(({ until }) => until > now),
  };
}

function setLines({ killSwitch, pauses, overrides }: Control): string[] {
  const who = ({ by, byArn, at, reason }: Pick<Pause, 'by' | 'byArn' | 'at' | 'reason'>) =>
    `  by ${by}, ${minuteText(at)} UTC: ${reason}${byArn ? `\n  as ${byArn}` : ''}`;
  const lines = [
    ...(killSwitch?.on === true
      ? [`Kill switch: on${killSwitch.release ? ', what flies is brought down' : ''}`, who(killSwitch)]
      : ['Kill switch: off']),
    ...pauses.flatMap((each) => [
      `Paused: ${each.job ?? 'every job'} until ${minuteText(each.until)} UTC`,
      who(each),
    ]),
    ...overrides.flatMap((each) => [
      `Override: ${each.job ?? 'account'} until ${minuteText(each.until)} UTC${limitText('a run', each.runLimitUsd)}${limitText('a month', each.monthLimitUsd)}${each.launchesPerHour === null ? '' : `, ${each.launchesPerHour} launches an hour`}`,
      who(each),
    ]),
  ];
  return pauses.length + overrides.length === 0 ? [...lines, 'No pauses, no overrides.'] : lines;
}

function limitText(of: string, usd: number | null): string {
  return usd === null ? '' : `, ${usdText(usd)} ${of}`;
}
