import type { ModelPin, ModelVerdict } from '../../contracts/model-version.ts';
import { minuteText } from '../../units-text.ts';

/** Who put which version in charge, until when and why. */
export function pinText({ job, version, by, at, until, reason }: ModelPin): string {
  const end = until === null ? 'until it is released' : `until ${minuteText(until)} UTC`;
  return `Plans use the runtime model ${version}, which ${by} pinned at ${minuteText(at)} UTC ${end}: ${reason} (flarepath models rollback ${job} --release ends that)`;
}

/** What people should hear of a new version: that it did not take charge, or that plans do not use it; else null. */
export function modelNote(verdict: ModelVerdict | null, pin: ModelPin | undefined): string | null {
  const notes = [
    ...(pin === undefined ? [] : [pinText(pin)]),
    ...(verdict === null || (verdict.promoted && pin === undefined) ? [] : [verdict.reason]),
  ];
  return notes.length === 0 ? null : notes.join('. ');
}
