import { minuteText } from '../../core/units-text.ts';
import { liftQuarantine, poolBreakers } from './ledger-breakers.ts';
import { endPause, readControl, setControl } from './ledger-control.ts';
import type { IncidentNames } from './ledger-incident-notes.ts';
import type { Ledger } from './ledger-table.ts';
import { isCountedFor, isLeftOut, isSetFor } from './own-responses.ts';

/** Who wants something taken back, when and why. */
interface UndoneBy {
  readonly by: string;
  /** null: AWS does not know them */
  readonly byArn: string | null;
  readonly at: string;
  readonly reason: string;
}

/**
 * Takes back what was done first about an incident, as far as it still holds: pauses end, pools that were left out are
 * asked again, the kill switch is off. What people set stays. Asked again, it finds nothing.
 *
 * @param incidentIds  of the incident, and of those that were merged into it
 * @returns a sentence for each thing that was taken back
 */
export async function undoResponse(
  ledger: Ledger,
  incidentIds: IncidentNames,
  undone: UndoneBy,
): Promise<string[]> {
  const { pauses, killSwitch } = await readControl(ledger);
  const said: string[] = [];
  for (const pause of pauses) {
    const holds = isSetFor(incidentIds, pause) && pause.until > undone.at;
    if (holds && (await endPause(ledger, pause.job, undone, pause)))
      said.push(`${pause.job ?? 'All jobs'}: the pause until ${minuteText(pause.until)} UTC has ended.`);
  }
  if (killSwitch?.on === true && isSetFor(incidentIds, killSwitch)) {
    const off = { kind: 'kill-switch' as const, set: { on: false, release: false, ...undone } };
    if (await setControl(ledger, off, killSwitch)) said.push('The kill switch is off.');
  }
  const left = (await poolBreakers(ledger)).filter(
    (breaker) => isCountedFor(incidentIds, breaker) && isLeftOut(breaker, undone.at),
  );
  for (const breaker of left) {
    if (await liftQuarantine(ledger, breaker, undone))
      said.push(`${breaker.instanceType} in ${breaker.zone} (${breaker.purchase}) is asked again.`);
  }
  return said;
}
