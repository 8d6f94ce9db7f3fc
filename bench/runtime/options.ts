/** As they stand on the command line. */
export interface RuntimeOptions {
  readonly data: string;
  readonly jobs?: string;
  readonly splits: string;
  readonly writeDocs?: boolean;
  readonly json?: boolean;
}
