/** Scalars of the API models as text, and back. */
import type { Shape } from './api-model.ts';

type TimestampFormat = 'unixTimestamp' | 'iso8601' | 'rfc822';

/** The value a shape's text stands for; text that is none stays text, for the model check to refuse. */
export function valueOfText(shape: Shape, text: string, defaultFormat: TimestampFormat): unknown {
  switch (shape.type) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
    case 'timestamp':
      return (shape.timestampFormat ?? defaultFormat) === 'unixTimestamp'
        ? new Date(Number(text) * 1000)
        : new Date(text);
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'));
    default:
      return text;
  }
}

/** The text that stands for a value of that shape. */
export function textOfValue(shape: Shape, value: unknown, defaultFormat: TimestampFormat): string {
  if (shape.type === 'timestamp') return String(timestampOf(shape, value, defaultFormat));
  if (shape.type === 'blob') return base64Of(value);
  return typeof value === 'string' ? value : String(value);
}

/** A Date as the number or text its format asks for. */
export function timestampOf(shape: Shape, value: unknown, defaultFormat: TimestampFormat): string | number {
  if (!(value instanceof Date)) throw new TypeError(`A timestamp must be a Date, not ${typeof value}`);
  switch (shape.timestampFormat ?? defaultFormat) {
    case 'iso8601':
      return value.toISOString();
    case 'rfc822':
      return value.toUTCString();
    default:
      return value.getTime() / 1000;
  }
}

export function base64Of(value: unknown): string {
  return typeof value === 'string'
    ? Buffer.from(value, 'utf8').toString('base64')
    : value instanceof Uint8Array
      ? Buffer.from(value).toString('base64')
      : '';
}
