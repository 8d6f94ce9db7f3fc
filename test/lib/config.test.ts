import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSettings, readSettings, SettingsError } from '../../lib/config.ts';
import { readJobsDirectory } from '../../lib/jobs.ts';

const contextOf = (context: Record<string, unknown>) => ({ tryGetContext: (key: string) => context[key] });

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'flarepath-settings-')), 'settings.yaml');
  writeFileSync(file, text);
  return file;
}

function complaintAbout(settings: unknown): string {
  try {
    parseSettings(settings, 'team.yaml');
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return 'none';
}

describe('settings of a deployment', () => {
  it('may all be left out', () => {
    expect(readSettings(contextOf({}))).toMatchObject({ name: 'flarepath', jobsDirectory: 'examples/jobs' });
  });

  it('come from the file that -c config names', () => {
    const file = fileWith('name: nightly\nmessages: { emails: [team@example.com] }\n');
    const settings = readSettings(contextOf({ config: file }));
    expect(settings.name).toBe('nightly');
    expect(settings.messages.emails).toEqual(['team@example.com']);
  });

  it('say what the team pays, and every fault in it', () => {
    const prices = { discountPercent: { onDemand: 7 }, savingsPlans: [{ discountPercent: 30 }] };
    expect(parseSettings({ prices }, 'team.yaml').prices).toMatchObject({ reserved: [], ...prices });
    expect(parseSettings({}, 'team.yaml').prices).toBeUndefined();
    expect(complaintAbout({ prices: { savingsPlans: [{ discountPercent: 130 }] } })).toMatch(
      /prices\.savingsPlans\.0\.discountPercent: found 130/,
    );
  });

  it('come from cdk.json where there is no file', () => {
    expect(readSettings(contextOf({ flarepath: { logRetentionDays: 7 } })).logRetentionDays).toBe(7);
  });

  it('of an empty file are the defaults', () => {
    expect(readSettings(contextOf({ config: fileWith('') })).name).toBe('flarepath');
  });

  it('that are wrong are all named at once, with what was found and what is allowed', () => {
    const complaint = complaintAbout({ kmsKeyArn: 'alias/mine', logRetentionDays: 8, colour: 'red' });
    expect(complaint).toContain('team.yaml');
    expect(complaint).toContain('kmsKeyArn: found "alias/mine"; an ARN such as arn:aws:kms');
    expect(complaint).toContain('logRetentionDays: found 8');
    expect(complaint).toContain('colour: no such setting');
    expect(complaint).toContain('docs/operations/deploying.md');
  });

  it.each([
    ['a region without an account', { region: 'us-east-1' }, 'account and region belong together'],
    ['an account as a number', { account: 123456789012, region: 'us-east-1' }, '12 digits, in quotes'],
    [
      'a subnet twice',
      { network: { vpcId: 'vpc-0a1b2c3d', subnets: [subnet('1a'), subnet('1b')] } },
      'each subnet once',
    ],
    ['a network without subnets', { network: { vpcId: 'vpc-0a1b2c3d', subnets: [] } }, 'network.subnets'],
    [
      'zones beside a network',
      { zones: ['us-east-1a'], network: { vpcId: 'vpc-0a1b2c3d', subnets: [subnet('1a')] } },
      'zones are for a network to create',
    ],
    ['no mail address', { messages: { emails: ['team'] } }, 'messages.emails.0: found "team"'],
  ])('are refused with %s', (_, settings, complaint) => {
    expect(complaintAbout(settings)).toContain(complaint);
  });

  it('cannot come from a file that does not exist or is not YAML', () => {
    expect(() => readSettings(contextOf({ config: 'nowhere.yaml' }))).toThrow('nowhere.yaml does not exist');
    expect(() => readSettings(contextOf({ config: fileWith('a: [') }))).toThrow('is not YAML');
  });
});

describe('the directory of jobs', () => {
  it('must exist and hold a job', () => {
    expect(() => readJobsDirectory('nowhere')).toThrow('jobsDirectory nowhere does not exist');
    expect(() => readJobsDirectory(mkdtempSync(join(tmpdir(), 'flarepath-jobs-')))).toThrow('holds no job');
  });
});

function subnet(zone: string) {
  return { id: 'subnet-0a1b2c3d', zone: `us-east-${zone}` };
}
