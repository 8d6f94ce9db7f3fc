import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SuperAlarm } from '../../../core/contracts/super-alarm.ts';
import { composeSuperAlarm } from '../../../core/report/super-alarm.ts';
import {
  slackAnswerOf,
  slackMessageOf,
  slackReplyOf,
  slackWhyOf,
  toldInSlack,
} from '../../../core/report/super-alarm-slack.ts';
import { superAlarmOf } from '../../../core/report/super-alarm-of.ts';
import { anyIncident, anyKnown, knownOfReclaimed, reclaimed } from './incident-fixtures.ts';

interface Notification {
  version: string;
  source: string;
  content: { textType: string; title: string; description: string };
  metadata: { threadId: string };
}

const LARGEST_SNS_BYTES = 262_144;
const message = composeSuperAlarm(reclaimed, knownOfReclaimed);
const flat = message.text.replace(/\s+/g, ' ');
const notification = (text: string) => JSON.parse(text) as Notification;

describe('the message about an incident', () => {
  it('says what is wrong, what it may cost, why, and what was done', () => {
    expect(message.subject).toBe('CRITICAL: us-east-1a took back m5.xlarge');
    expect(flat).toContain('EC2 took back 4 of 6 m5.xlarge in us-east-1a (4 times, came back once)');
    expect(flat).toContain('orders: 62 % likely to miss its deadline');
    expect(flat).toContain('12.40 USD above plan');
    expect(flat).toContain('Wait for the output: billing, stock');
    expect(flat).toContain('us-east-1a took back m5.xlarge (87 %) - for: 4 of 6 instances there are gone');
    expect(flat).toContain('Done: Leave out the pool');
    expect(flat).toContain('37 notices of 4 alarms');
  });

  it('lists the cause before its symptom, and what is over last', () => {
    const order = ['EC2 took back', 'orders will be', 'Two nodes of orders are gone (over)'];
    const places = order.map((says) => flat.indexOf(says));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('names the worst alarm while no cause is likely', () => {
    expect(composeSuperAlarm(reclaimed).subject).toBe(
      'WARNING: EC2 took back 4 of 6 m5.xlarge in us-east-1a',
    );
  });

  it('says that it is over', () => {
    const closed = { ...reclaimed, state: 'closed' as const, closedAt: '2026-01-05T02:20:00.000Z' };
    const { subject, text } = composeSuperAlarm(closed, knownOfReclaimed);
    expect(subject).toBe('Over: us-east-1a took back m5.xlarge');
    expect(text).toContain('open from 2026-01-05 02:00 UTC to 2026-01-05 02:20 UTC');
  });

  it('keeps an incident in one thread of a chat', () => {
    const { version, source, content, metadata } = notification(message.forms!.notification);
    expect({ version, source, textType: content.textType }).toEqual({
      version: '1.0',
      source: 'custom',
      textType: 'client-markdown',
    });
    expect(metadata.threadId).toBe(reclaimed.id);
    expect(
      notification(composeSuperAlarm({ ...reclaimed, version: 5 }).forms!.notification).metadata.threadId,
    ).toBe(reclaimed.id);
  });
});

describe('whatever the incident', () => {
  it('people, queues and chats get what they can take', () => {
    fc.assert(
      fc.property(anyIncident, anyKnown, (incident, known) => {
        const { subject, text, forms } = composeSuperAlarm(incident, known);
        expect(subject).toMatch(/^[A-Za-z0-9][\x20-\x7e]{0,99}$/);
        for (const line of text.split('\n'))
          if (/\S \S/.test(line.trim().replace(/^- /, ''))) expect(line.length).toBeLessThanOrEqual(80);
        expect(text).not.toMatch(/[^\n\P{Cc}]|[\u202a-\u202e]|\p{Cs}/u);
        expect(SuperAlarm.parse(JSON.parse(forms!.json))).toEqual(superAlarmOf(incident, known));
        const sent = JSON.stringify({ default: text, https: forms!.notification, sqs: forms!.json });
        expect(Buffer.byteLength(sent)).toBeLessThan(LARGEST_SNS_BYTES);
      }),
    );
  });

  it.each(['電', '"', '\\', 'a '])('the longest one fits into a message of SNS, written in %s', (letter) => {
    const long = letter.repeat(600);
    const name = long.slice(0, 200);
    const one = reclaimed.threads[1]!;
    const place = {
      job: name,
      runKey: name,
      step: name,
      clusterId: name,
      fleet: name,
      zone: name,
      dataset: name,
    };
    const alarm = { ...one.alarm, rule: name, source: name, place, says: long.slice(0, 300) };
    const threads = Array.from({ length: 400 }, () => ({ ...one, alarm, joinedBecause: long }));
    const evidence = Array.from({ length: 9 }, () => long);
    const cause = {
      ...knownOfReclaimed.hypotheses![0]!,
      cause: long,
      evidenceFor: evidence,
      evidenceAgainst: evidence,
    };
    const jobs = Array.from({ length: 90 }, () => name);
    const impact = {
      ...knownOfReclaimed.impact!,
      jobs,
      downstreamJobs: jobs,
      deadlinesAtRisk: jobs.map((job) => ({ job, lateProbability: 1 / 3 })),
    };
    const { text, forms } = composeSuperAlarm(
      { ...reclaimed, threads },
      {
        impact,
        hypotheses: Array.from({ length: 9 }, () => cause),
        actions: Array.from({ length: 9 }, () => ({ ...knownOfReclaimed.actions![0]!, because: long })),
        suppressed: Array.from({ length: 40 }, () => ({
          ...knownOfReclaimed.suppressed![0]!,
          fingerprint: one.fingerprint,
          because: long,
        })),
      },
    );
    const sent = JSON.stringify({ default: text, https: forms!.notification, sqs: forms!.json });
    expect(Buffer.byteLength(sent)).toBeLessThan(LARGEST_SNS_BYTES - 1000);
  });

  it('nothing of it is markup in a chat', () => {
    fc.assert(
      fc.property(anyIncident, anyKnown, (incident, known) => {
        const { title, description } = notification(
          composeSuperAlarm(incident, known).forms!.notification,
        ).content;
        expect(title).not.toMatch(/[*~`<>[\]|@#\\]|:\w+:/);
        expect(description.startsWith('```\n') && description.endsWith('\n```')).toBe(true);
        expect(description.slice(4, -4)).not.toMatch(/[`<>]|&(?!(amp|lt|gt);)/);
        expect(description.length).toBeLessThanOrEqual(3010);
      }),
    );
  });
});

describe('in Slack', () => {
  interface Text {
    type: string;
    text: string;
    emoji?: boolean;
  }
  /** every text in a block, of buttons and their questions, too */
  const textsOf = (part: unknown): Text[] => {
    if (typeof part !== 'object' || part === null) return [];
    const isText = 'text' in part && typeof part.text === 'string';
    return isText ? [part as Text] : Object.values(part).flatMap(textsOf);
  };

  it('whatever the incident, it keeps to the limits, and only the chart is a link', () => {
    fc.assert(
      fc.property(anyIncident, anyKnown, (incident, known) => {
        const inHand = { by: `${incident.id} <@U1> *x*`, at: incident.openedAt };
        const told = superAlarmOf(incident, known);
        const reply = slackReplyOf(told, {
          ...toldInSlack(told),
          cause: 'another',
          gravity: 'low',
          actions: 0,
        });
        for (const { text, blocks } of [
          slackMessageOf(told, { buttons: true, inHand }),
          slackAnswerOf(slackWhyOf(told)),
          ...(reply === null ? [] : [reply]),
        ]) {
          expect(text).not.toMatch(/[*~`<>&@#:]/);
          expect(JSON.stringify(blocks).length + text.length).toBeLessThanOrEqual(12_000);
          expect(blocks.length).toBeLessThanOrEqual(50);
          for (const block of blocks) {
            for (const part of textsOf(block)) {
              expect(part.text.length).toBeGreaterThan(0);
              expect(part.text.length).toBeLessThanOrEqual(
                { header: 150, actions: 300 }[block.type as string] ?? 3000,
              );
              expect(part.text).not.toMatch(/&(?!(amp|lt|gt);)/);
              if (part.type === 'mrkdwn')
                expect(part.text).toMatch(/^<https:[^<>|]*\|Chart of the worst series>$/);
              else {
                expect(part.text).not.toMatch(/[<>]/);
                expect(part.emoji).toBe(false);
              }
            }
          }
        }
      }),
    );
  });

  it('shows every part of an incident of ordinary length whole', () => {
    const text = JSON.stringify(
      slackMessageOf(superAlarmOf(reclaimed, knownOfReclaimed), { buttons: true, inHand: null }).blocks,
    );
    for (const says of [
      'orders: 62 % likely',
      'for: 4 of 6 instances',
      'Done: Leave out',
      'spot-reclaim is told',
    ]) {
      expect(text).toContain(says);
    }
    expect(text).not.toContain('…');
  });

  it('says in the thread that an incident came back', () => {
    const told = superAlarmOf(reclaimed, knownOfReclaimed);
    const reply = slackReplyOf(told, { ...toldInSlack(told), state: 'closed' });
    expect(JSON.stringify(reply)).toContain('It is back. Open since 2026-01-05 02:00 UTC');
    expect(slackReplyOf(told, toldInSlack(told))).toBeNull();
  });
});
