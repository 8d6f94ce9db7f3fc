import { closeSync, openSync, readSync } from 'node:fs';
import { decoderOf } from '../../core/event-log/encodings/decoder-of.ts';
import { EventLogReader } from '../../core/event-log/read-event-log.ts';
import { MIB_PER_GIB } from '../../core/units.ts';

/** A process that reads one log, by lines alone or summed up, and prints what that took. */

const PIECE_BYTES = 64 * 1024;
const KIB_PER_MIB = MIB_PER_GIB;
const HEAD_BYTES = 16;

function eachPiece(file: string, take: (bytes: Uint8Array) => void): void {
  const handle = openSync(file, 'r');
  for (;;) {
    const piece = new Uint8Array(PIECE_BYTES);
    const count = readSync(handle, piece, 0, PIECE_BYTES, null);
    if (count === 0) break;
    take(piece.subarray(0, count));
  }
  closeSync(handle);
}

/** Decoded, cut into lines, counted. */
function linesAlone(file: string): { bytes: number; tasks: number } {
  const text = new TextDecoder();
  let bytes = 0;
  let tasks = 0;
  let rest = '';
  const take = (decoded: Uint8Array) => {
    bytes += decoded.length;
    const lines = (rest + text.decode(decoded, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    tasks += lines.filter((line) => line.startsWith('{"Event":"SparkListenerTaskEnd"')).length;
  };
  let decoder: ReturnType<typeof decoderOf> | null = null;
  eachPiece(file, (piece) => {
    decoder ??= decoderOf(piece.subarray(0, HEAD_BYTES));
    if (typeof decoder === 'string') throw new Error(`compressed with ${decoder}`);
    decoder.push(piece, take);
  });
  return { bytes, tasks };
}

function summedUp(file: string): { bytes: number; tasks: number } {
  const reader = new EventLogReader([file]);
  const part = reader.part();
  eachPiece(file, (piece) => part.push(piece));
  part.end();
  const { stages, remarks } = reader.summary();
  if (stages.length === 0) throw new Error((remarks ?? []).join(' '));
  return { bytes: 0, tasks: stages.reduce((sum, { taskCount }) => sum + taskCount, 0) };
}

const [method, file = ''] = process.argv.slice(2);
const from = process.hrtime.bigint();
const { bytes, tasks } = method === 'lines' ? linesAlone(file) : summedUp(file);
const seconds = Number(process.hrtime.bigint() - from) / 1e9;
const peakRssMib = process.resourceUsage().maxRSS / KIB_PER_MIB;
process.stdout.write(JSON.stringify({ seconds, peakRssMib, bytes, tasks }));
