import type { WorkloadDescription } from '../../core/profile/description.ts';
import type { KnownWorkload } from '../../core/profile/kin-prior.ts';
import type { NearWorkload } from '../../core/profile/nearest-workloads.ts';
import type { WorkloadProfile } from '../../core/profile/profile-workload.ts';
import type { RuntimeModel } from '../../core/runtime-model/runtime-model.ts';
import { BYTES_PER_GIB, SECONDS_PER_HOUR } from '../../core/units.ts';
import { bytesText, durationText, percentText } from '../../core/units-text.ts';
import { wrapText } from '../../core/wrap-text.ts';
import { orDash } from '../format.ts';

const LABEL_COLUMNS = 18;
const gibText = (gib: number) => bytesText(gib * BYTES_PER_GIB);
const hoursText = (hours: number) => durationText(hours * SECONDS_PER_HOUR);

/** A profile for people, at most 80 columns wide. */
export function describeProfile(
  description: WorkloadDescription,
  model: RuntimeModel,
  kin: readonly NearWorkload<KnownWorkload>[],
  profile: WorkloadProfile,
): string[] {
  const { busyHours, vcpus, memoryGib, memoryGibPerCore } = profile;
  const coreHours = (hours: number) => `${hours < 10 ? hours.toFixed(1) : hours.toFixed(0)} core-hours`;
  return [
    `${description.job}: ${description.task}, ${orDash(description.inputGib, gibText)} to read`,
    '',
    row('short of', profile.computeType),
    row('vCPUs', orDash(vcpus, String)),
    row(
      'memory',
      `${memoryGibPerCore} GiB for each core${memoryGib === null ? '' : `, ${gibText(memoryGib)} in all`}`,
    ),
    row('shuffled', orDash(profile.shuffleGib, gibText)),
    row('local storage', orDash(profile.storageGib, gibText)),
    row('work', orDash(profile.busyCoreHours, coreHours)),
    row(
      'busy for',
      busyHours === null
        ? '-'
        : `${hoursText(busyHours.median)}, up to ${hoursText(busyHours.p95)} in 19 of 20 cases`,
    ),
    '',
    'Why',
    ...profile.reasons.flatMap((reason) => wrapText(reason, '  ')),
    ...wrapText(model.description, '  '),
    '',
    'Most like it',
    ...(kin.length === 0
      ? wrapText('No described job with runs is near: give --jobs and --data to look among more.', '  ')
      : kin.flatMap(kinLines)),
  ];
}

function kinLines({ known, similarity }: NearWorkload<KnownWorkload>): string[] {
  const { matched, differs } = similarity;
  const but = differs.length === 0 ? '' : `; but ${differs.join(', ')}`;
  return wrapText(
    `${known.description.job}, ${percentText(similarity.share)} alike: ${matched.join(', ')}${but}`,
    '  ',
  );
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(LABEL_COLUMNS)}${text}`;
}
