/** One thing wrong with a job file, and where. */
export interface JobFault {
  file: string;
  /** 1-based */
  line: number;
  column: number;
  /** path of the field, such as `steps[0].script`; empty for the file as a whole */
  field: string;
  found: string;
  allowed: string;
}

/** A fault before its place in the file is looked up. */
export interface LocatedByPath {
  path: readonly PropertyKey[];
  found: string;
  allowed: string;
}
