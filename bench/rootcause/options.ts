export const SETS = ['rs', 'riskloc-l', 'petshop'] as const;

export interface RootCauseOptions {
  readonly set: (typeof SETS)[number];
  readonly data: string;
  readonly writeDocs?: boolean;
  readonly json?: boolean;
}
