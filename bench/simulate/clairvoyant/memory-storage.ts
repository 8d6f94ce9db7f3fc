import type { Storage } from '../../../simulator/world/storage.ts';

/** Objects by size alone, in memory. */
export function memoryStorage(): Storage {
  const sizes = new Map<string, number>();
  const below = (prefix: string) => [...sizes].filter(([uri]) => uri.startsWith(prefix));
  return {
    sizeOf: (prefix) => below(prefix).reduce((sum, [, sizeBytes]) => sum + sizeBytes, 0),
    exists: (prefix) => below(prefix).length > 0,
    putSparse: (uri, sizeBytes) => void sizes.set(uri, sizeBytes),
    putText: (uri, text) => void sizes.set(uri, text.length),
    remove: (uri) => void sizes.delete(uri),
  };
}
