import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventLogReader } from '../../../core/event-log/read-event-log.ts';
import { summariseEventLog } from '../../../core/event-log/summarise-event-log.ts';

const task = (index: number) => ({
  Event: 'SparkListenerTaskEnd',
  'Stage ID': 0,
  'Stage Attempt ID': 0,
  'Task End Reason': { Reason: 'Success' },
  'Task Info': {
    Index: index,
    'Executor ID': '1',
    'Launch Time': 1000 * index,
    'Finish Time': 1000 * index + 900,
  },
  'Task Metrics': { 'Executor Run Time': 900 },
});
const events = [
  { Event: 'SparkListenerLogStart', 'Spark Version': '3.5.4' },
  { Event: 'SparkListenerApplicationStart', 'App ID': 'application_1', Timestamp: 1 },
  ...Array.from({ length: 40 }, (_, i) => task(i + 1)),
  { Event: 'SparkListenerApplicationEnd', Timestamp: 50_000 },
];
const TEXT = `${events.map((event) => JSON.stringify(event)).join('\n')}\n`;
const PLAIN = Buffer.from(TEXT);
const WHOLE = summariseEventLog([TEXT]);

// what the commands zstd -1, and lz4 -BD -B4, make of TEXT
const ZSTD = Buffer.from(
  'KLUv/WSaI1UOABaWQyFAa/RerLJBuxdgV7In4eydUBDhdOcKiUzaQ3MWzVFjTA4/AD4ANwBvnwZWGhu5LLJ9APetAOJ4nsN0ZIWMXHieA0BjP0AF+L6djqRQNDiQrRCsSoKTgOKMlcrEAoKPsm/rjAzJMgLMjGBike2FnBoxsSFZpN82RMVELOOtgzARjaU0Mkyk7DLeTofCWHAoZnIsKFzq08RaDxwTYFUWWcVMFhQuHYyttZRS/+/uKaXu5ubmds611hhjay2l1P+7e0qpwexmVMB4SxkJ1UjA7KiccmARZu63sZHLoRAADWZmxc/P75xrrTHG1lpKqf9395RSd7OzszvnWmuMsbWWUur/3T2l1N2cOHFyzrXWWICIqCG8JyUlKUoqHbCTJO0GEmgwGBiEQQiW0QQKAULwMFr4RED8DiQpwPdIJiCFKDBbBaqorXCtSqzWVjSuVis8q5MrPFmtFK5qX5GyYl2VWU1c8aysVmmurLLiElz1bQVrVWK1tqJxtVrhWZ1c4Q9ZpeUKLQvnq9SmMi9VYlWEVVG0irAqYqoIs2bsZulKjXwnsy86bcyZtUg12sCvyKNrJYWthOZfzQb4qc2l3wha7OK0k4TKmloV1GWv5w==',
  'base64',
);
const LZ4_FRAMES = Buffer.from(
  'BCJNGGRAp0cDAADyEnsiRXZlbnQiOiJTcGFya0xpc3RlbmVyTG9nU3RhcnQiLBgA/wQgVmVyc2lvbiI6IjMuNS40In0KOgAEtEFwcGxpY2F0aW9uQgCmQXBwIElEIjoiYRwA/wJfMSIsIlRpbWVzdGFtcCI6MVEABnBUYXNrRW5kigBBdGFnZUoAFDANAHRBdHRlbXB0FQAALACQIEVuZCBSZWFzrgAkeyIKAKMiU3VjY2VzcyJ9JwBASW5mbyEA8gNJbmRleCI6MSwiRXhlY3V0b3KtAAChAHBMYXVuY2ggqADVIjoxMDAwLCJGaW5pcxMANDkwMFAAcE1ldHJpY3NTAAVJADNSdW4qAAApAA/jAG0fMuMADh4y4wAfMuMAmh8z4wAOHjPjAB8z4wCaHzTjAA4eNOMAHzTjAJofNeMADh414wAfNeMAmh824wAOHjbjAB824wCaHzfjAA4eN+MAHzfjAJofOOMADh444wAfOOMAmh854wAOHjnjAB854wCaLzEw/AcSDf0HHzDmAJsP4ggQD+MIAQ/kCJsfMeUIDx8x5ggAHzHnCJsfMegIDx8x6QgAHzHqCJsfMesIDx8x7AgAHzHtCJsfMe4IDx8x7wgAHzHwCJsfMfEIDx8x8ggAHzHzCJsfMfQIDx8x9QgAHzH2CJsfMfcIDx8x+AgAHzH5CJsfMfoIDy8xORMQAQ8UEJsfMBUQEg0WEA/8CJsfMvwIDx8y/AgAHzLgEZwP4REQD+IRAQ/8CJsfMvwIDx8y/AgAHzL8CJsfMvwIDx8y/AgAHzL8CJsfMvwIDx8y/AgAHzL8CJsfMvwIDx8y/AgAHzL8CJsfMvwIDx8y/AgAHzL8CJsfMvwIDx8y/AgAHzL8CJsfMvwIDy8yOSwYAQ8tGJsfMC4YEg0vGA/8CJsfM/wIDx8z/AgAHzP8CJsfM/wIDx8z/AgAHzPfGpwP4BoQD+EaAQ/8CJsfM/wIDx8z/AgAHzP8CJsfM/wIDx8z/AgAHzP8CJsfM/wIDx8z/AgAHzP8CJsfM/wIDx8z/AgAHzP8CJsfM/wIDx8z/AgAHzP8CJsfM/wIDy8zOUUgAQ9GIJsfMEcgEg1IIA/8CDQHJiQC7QAHCyRwNTAwMDB9CgAAAAC6StZA',
  'base64',
);
/** What lz4 -BI -B4 makes of TEXT, without the frame: one block. */
const LZ4_BLOCK = Buffer.from(
  '8hJ7IkV2ZW50IjoiU3BhcmtMaXN0ZW5lckxvZ1N0YXJ0IiwYAP8EIFZlcnNpb24iOiIzLjUuNCJ9CjoABLRBcHBsaWNhdGlvbkIApkFwcCBJRCI6ImEcAP8CXzEiLCJUaW1lc3RhbXAiOjFRAAZwVGFza0VuZIoAQXRhZ2VKABQwDQB0QXR0ZW1wdBUAACwAkCBFbmQgUmVhc64AJHsiCgCjIlN1Y2Nlc3MifScAQEluZm8hAPIDSW5kZXgiOjEsIkV4ZWN1dG9yrQAAoQBwTGF1bmNoIKgA1SI6MTAwMCwiRmluaXMTADQ5MDBQAHBNZXRyaWNzUwAFSQAzUnVuKgAAKQAP4wBtHzLjAA4eMuMAHzLjAJofM+MADh4z4wAfM+MAmh804wAOHjTjAB804wCaHzXjAA4eNeMAHzXjAJofNuMADh424wAfNuMAmh834wAOHjfjAB834wCaHzjjAA4eOOMAHzjjAJofOeMADh454wAfOeMAmi8xMPwHEg39Bx8w5gCbD+IIEA/jCAEP5AibHzHlCA8fMeYIAB8x5wibHzHoCA8fMekIAB8x6gibHzHrCA8fMewIAB8x7QibHzHuCA8fMe8IAB8x8AibHzHxCA8fMfIIAB8x8wibHzH0CA8fMfUIAB8x9gibHzH3CA8fMfgIAB8x+QibHzH6CA8vMTkTEAEPFBCbHzAVEBINFhAP/AibHzL8CA8fMvwIAB8y4BGcD+EREA/iEQEP/AibHzL8CA8fMvwIAB8y/AibHzL8CA8fMvwIAB8y/AibHzL8CA8fMvwIAB8y/AibHzL8CA8fMvwIAB8y/AibHzL8CA8fMvwIAB8y/AibHzL8CA8fMvwIAB8y/AibHzL8CA8vMjksGAEPLRibHzAuGBINLxgP/AibHzP8CA8fM/wIAB8z/AibHzP8CA8fM/wIAB8z3xqcD+AaEA/hGgEP/AibHzP8CA8fM/wIAB8z/AibHzP8CA8fM/wIAB8z/AibHzP8CA8fM/wIAB8z/AibHzP8CA8fM/wIAB8z/AibHzP8CA8fM/wIAB8z/AibHzP8CA8vMzlFIAEPRiCbHzBHIBINSCAP/Ag0ByYkAu0ABwskcDUwMDAwfQo=',
  'base64',
);

/** As lz4-java frames blocks for Spark: the first half raw, the second packed, and the empty block at the end. */
function asSparkLz4(): Buffer {
  const header = (method: number, packed: number, plain: number) => {
    const bytes = Buffer.alloc(21);
    bytes.write('LZ4Block', 'latin1');
    bytes.writeUInt8(method, 8);
    bytes.writeUInt32LE(packed, 9);
    bytes.writeUInt32LE(plain, 13);
    return bytes;
  };
  const raw = Buffer.from('{"Event":"SparkListenerUnpersistRDD"}\n');
  return Buffer.concat([
    header(0x15, raw.length, raw.length),
    raw,
    header(0x25, LZ4_BLOCK.length, PLAIN.length),
    LZ4_BLOCK,
    header(0x15, 0, 0),
  ]);
}

function read(files: readonly Uint8Array[], pieceBytes = 65_536, names: readonly string[] = ['log']) {
  const reader = new EventLogReader(names);
  for (const file of files) {
    const part = reader.part();
    for (let from = 0; from < file.length; from += pieceBytes) part.push(file.slice(from, from + pieceBytes));
    part.end();
  }
  return reader.summary();
}

const encodings: [string, Buffer][] = [
  ['plain', PLAIN],
  ['zstd', ZSTD],
  ['lz4 as Spark writes it', asSparkLz4()],
  ['LZ4 frames', LZ4_FRAMES],
  ['gzip', gzipSync(PLAIN)],
  ['gzip in two members', Buffer.concat([gzipSync(PLAIN.subarray(0, 700)), gzipSync(PLAIN.subarray(700))])],
  ['two LZ4 streams', Buffer.concat([asSparkLz4().subarray(0, 21 + 38), asSparkLz4()])],
];

describe('an event log, however it is encoded', () => {
  it.each(encodings)('says the same: %s', (_, bytes) => {
    for (const pieceBytes of [1, 7, 100, 65_536]) expect(read([bytes], pieceBytes)).toEqual(WHOLE);
    expect(WHOLE).toMatchObject({ partial: false, remarks: [], applicationId: 'application_1' });
    expect(WHOLE.stages[0]?.taskCount).toBe(40);
  });

  it.each(encodings.slice(0, 6))('is partial and says so when it is cut: %s', (_, bytes) => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 0.95, noNaN: true }), (share) => {
        const cut = read([bytes.subarray(0, Math.floor(bytes.length * share))], 500);
        expect(cut.partial).toBe(true);
        expect(cut.remarks?.length).toBeGreaterThan(0);
        expect(cut.taskBusySeconds).toBeLessThanOrEqual(WHOLE.taskBusySeconds);
      }),
      { numRuns: 25 },
    );
  });

  it.each(encodings.slice(1, 6))('never throws, nor invents, when bytes are damaged: %s', (_, bytes) => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const damaged = Buffer.from(bytes);
        damaged[place] = damaged[place]! ^ change;
        expect(read([damaged]).stages.every(({ taskCount }) => taskCount <= 41)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('what is not a whole event log', () => {
  const remarksOf = (...files: Uint8Array[]) => read(files).remarks?.join(' ');

  it('is named: empty, another file, rubbish', () => {
    expect(remarksOf(new Uint8Array())).toBe('The log is empty.');
    expect(remarksOf(Buffer.from('{"name": "x"}\n{"Event": "elsewhere"}\n'))).toContain(
      'this is no event log',
    );
    const rubbish = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919 + (i >> 3)) % 251));
    expect(remarksOf(rubbish)).toContain('this is no event log');
    expect(read([rubbish])).toMatchObject({ partial: true, stages: [], utilisation: null });
  });

  it('refuses what it cannot decompress, and says what it can', () => {
    const snappy = Buffer.concat([Buffer.from([0x82]), Buffer.from('SNAPPY\0'), Buffer.alloc(20)]);
    expect(remarksOf(snappy)).toContain('compressed with snappy; readable are plain, zstd, lz4 and gzip');
    expect(read([snappy]).partial).toBe(true);
  });

  it('says when another Spark wrote it, or its beginning is missing', () => {
    expect(remarksOf(Buffer.from(TEXT.replace('3.5.4', '2.4.8')))).toContain('Spark 2.4.8 wrote it');
    expect(remarksOf(Buffer.from(TEXT.slice(TEXT.indexOf('\n') + 1)))).toContain('which Spark wrote it');
  });

  it('counts what is left when a part in the middle is missing, and says which', () => {
    const lines = TEXT.split('\n');
    const parts = [lines.slice(0, 10), lines.slice(20)].map((some) => Buffer.from(`${some.join('\n')}\n`));
    const names = ['events_1_application_1', 'events_3_application_1'];
    const { partial, remarks, stages } = read(parts, 100, names);
    expect(partial).toBe(true);
    expect(remarks).toEqual(['Part 2 of the log is missing.']);
    expect(stages[0]?.taskCount).toBe(30);
  });

  it('passes over a line without end instead of keeping it', () => {
    const reader = new EventLogReader(['log']);
    const part = reader.part();
    const piece = new Uint8Array(1024 ** 2).fill(120);
    for (let i = 0; i < 140; i += 1) part.push(piece);
    part.push(Buffer.from(`\n${TEXT}`));
    part.end();
    expect(reader.summary()).toMatchObject({
      unreadableLines: 1,
      partial: true,
      inputBytes: WHOLE.inputBytes,
    });
    expect(reader.summary().stages).toEqual(WHOLE.stages);
  });
});

describe('a rolling log that Spark compacted', () => {
  it('is a partial one: what was left away is not counted as not done', () => {
    const reader = new EventLogReader(['events_2_application_1.compact', 'events_3_application_1']);
    const part = reader.part();
    part.push(PLAIN);
    part.end();
    const { partial, remarks = [] } = reader.summary();
    expect(partial).toBe(true);
    expect(remarks.join(' ')).toMatch(/compacted/);
  });
});
