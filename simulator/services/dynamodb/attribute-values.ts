/**
 * dynalite speaks the JSON protocol, in which binary values are base64 text; a client has bytes.
 * Within an attribute value, bytes stand in `B` and `BS` and nowhere else.
 */
export function bytesToBase64(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(bytesToBase64);
  return isObject(value) ? membersToBase64(value) : value;
}

export function membersToBase64(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const converted: Record<string, unknown> = {};
  for (const key of Object.keys(value)) converted[key] = bytesToBase64(value[key]);
  return converted;
}

/** @param attribute  one attribute value, such as `{S: 'a'}` or `{M: {…}}` */
function attributeWithBytes(attribute: unknown): unknown {
  if (!isObject(attribute)) return attribute;
  const { B, BS, M, L } = attribute;
  if (typeof B === 'string') return { B: bytes(B) };
  if (Array.isArray(BS)) return { BS: BS.map((text) => bytes(String(text))) };
  if (isObject(M)) return { M: itemWithBytes(M) };
  if (Array.isArray(L)) return { L: L.map(attributeWithBytes) };
  return attribute;
}

export function itemWithBytes(item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const converted: Record<string, unknown> = {};
  for (const name of Object.keys(item)) converted[name] = attributeWithBytes(item[name]);
  return converted;
}

function bytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
