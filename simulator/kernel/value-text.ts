import { createHash } from 'node:crypto';

/**
 * JSON of anything an SDK client sends or gets; bytes as their length and hash, big integers as text.
 *
 * @param most  characters after which nobody reads on; what is cut off there costs nothing
 */
export function textOf(value: unknown, most = Infinity): string {
  const writer = { text: '', most };
  return write(writer, value) ? cut(writer.text, most) : 'undefined';
}

interface Writer {
  text: string;
  readonly most: number;
}

function cut(text: string, most: number): string {
  return text.length > most ? text.slice(0, most) : text;
}

/** @returns false for what JSON leaves out */
function write(writer: Writer, value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      writer.text += quoted(value, writer.most);
      return true;
    case 'number':
      writer.text += Number.isFinite(value) ? String(value) : 'null';
      return true;
    case 'boolean':
      writer.text += String(value);
      return true;
    case 'bigint':
      writer.text += `"${value}"`;
      return true;
    case 'object':
      if (value === null) writer.text += 'null';
      else writeObject(writer, value);
      return true;
    default:
      return false;
  }
}

function writeObject(writer: Writer, value: object): void {
  if (value instanceof Uint8Array) {
    const sha256 = createHash('sha256').update(value).digest('hex').slice(0, 16);
    writer.text += `"${value.byteLength} bytes, sha256 ${sha256}"`;
  } else if (Array.isArray(value)) writeList(writer, value);
  else if (value instanceof Date) writer.text += JSON.stringify(value);
  else writeMembers(writer, value);
}

function writeList(writer: Writer, list: readonly unknown[]): void {
  writer.text += '[';
  for (let i = 0; i < list.length && writer.text.length <= writer.most; i += 1) {
    if (i > 0) writer.text += ',';
    if (!write(writer, list[i])) writer.text += 'null';
  }
  writer.text += ']';
}

function writeMembers(writer: Writer, members: object): void {
  writer.text += '{';
  let first = true;
  for (const [name, value] of Object.entries(members)) {
    if (writer.text.length > writer.most) break;
    if (value === undefined || typeof value === 'function' || typeof value === 'symbol') continue;
    writer.text += first ? quoted(name, writer.most) : `,${quoted(name, writer.most)}`;
    first = false;
    writer.text += ':';
    write(writer, value);
  }
  writer.text += '}';
}

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function quoted(text: string, most: number): string {
  const read = text.length > most ? text.slice(0, most + 1) : text;
  return PLAIN.test(read) ? `"${read}"` : JSON.stringify(read);
}
