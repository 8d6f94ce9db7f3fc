import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pinFault, pinnedArtefacts } from '../../../core/job/pinned-artefacts.ts';

const digest = (text: string) => createHash('sha256').update(text);
const artefact = { s3: 's3://builds/jars/job.jar', sha256: digest('job').digest('hex') };
const whole = (text: string) => ({ sha256Base64: digest(text).digest('base64'), type: 'FULL_OBJECT' });

describe('an artefact in S3', () => {
  it('runs when it is what the job file pins', () => {
    expect(pinFault(artefact, whole('job'))).toBeNull();
    expect(pinFault(artefact, { ...whole('job'), type: null })).toBeNull();
  });

  it('that was replaced does not run, and both hashes are told', () => {
    const fault = pinFault(artefact, whole('another'));
    expect(fault).toContain(artefact.sha256);
    expect(fault).toContain(digest('another').digest('hex'));
  });

  it.each([
    ['is not there', null],
    ['has no SHA-256 checksum', { sha256Base64: null, type: null }],
    ['was uploaded in parts', { sha256Base64: `${whole('job').sha256Base64}-2`, type: 'COMPOSITE' }],
    ['was uploaded in parts, as its type says', { ...whole('job'), type: 'COMPOSITE' }],
  ])('that %s does not run, and how to upload it is told', (_, found) => {
    expect(pinFault(artefact, found)).toMatch(
      /aws s3 cp FILE s3:\/\/builds\/jars\/job\.jar --checksum-algorithm SHA256.*--bucket builds --key jars\/job\.jar/,
    );
  });

  it('is looked at once, however many steps run it', () => {
    const shipped = { assetKey: 'a.py', sha256: artefact.sha256 };
    const step = { name: 's', arguments: [], spark: {} };
    const bootstrap = [{ name: 'b', script: { ...artefact, s3: 's3://builds/setup.sh' }, arguments: [] }];
    const steps = [
      { ...step, jar: artefact },
      { ...step, jar: artefact },
      { ...step, script: shipped },
    ];
    expect(pinnedArtefacts({ steps, bootstrap }).map(({ s3 }) => s3)).toEqual([
      artefact.s3,
      's3://builds/setup.sh',
    ]);
  });
});
