/** What the world needs of S3. Addresses are `s3://bucket/key`. */
export interface Storage {
  /** bytes of all objects whose address begins so */
  sizeOf(uriPrefix: string): number;
  /** an object of a size whose bytes nobody reads */
  putSparse(uri: string, sizeBytes: number): void;
  putText(uri: string, text: string): void;
  /** whether any object's address begins so */
  exists(uriPrefix: string): boolean;
  remove(uri: string): void;
}

/** The part of the simulated S3 that this stands on: buckets and keys. */
interface ObjectStore {
  putObject(bucket: string, key: string, body: string): void;
  putSparse(bucket: string, key: string, sizeBytes: number): void;
  list(bucket: string, prefix?: string): { readonly key: string; readonly sizeBytes: number }[];
  deleteObject(bucket: string, key: string): void;
}

/**
 * Storage on the simulated S3. A bucket that does not exist is S3's failure, except when asked what lies there.
 *
 * @param hasBucket  whether a bucket exists
 */
export function storageOn(objects: ObjectStore, hasBucket: (bucket: string) => boolean): Storage {
  const list = (uri: string) => {
    const { bucket, key } = addressOf(uri);
    return hasBucket(bucket) ? objects.list(bucket, key) : [];
  };
  const onKey = (uri: string, act: (bucket: string, key: string) => void) => {
    const { bucket, key } = addressOf(uri);
    act(bucket, key);
  };
  return {
    sizeOf: (uri) => list(uri).reduce((sum, object) => sum + object.sizeBytes, 0),
    exists: (uri) => list(uri).length > 0,
    putSparse(uri, sizeBytes) {
      onKey(uri, (bucket, key) => objects.putSparse(bucket, key, sizeBytes));
    },
    putText(uri, text) {
      onKey(uri, (bucket, key) => objects.putObject(bucket, key, text));
    },
    remove(uri) {
      onKey(uri, (bucket, key) => objects.deleteObject(bucket, key));
    },
  };
}

function addressOf(uri: string): { bucket: string; key: string } {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri);
  if (match === null) throw new RangeError(`${uri} is not an S3 address`);
  return { bucket: match[1] ?? '', key: match[2] ?? '' };
}
