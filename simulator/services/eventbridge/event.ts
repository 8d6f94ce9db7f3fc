/** An event as the AWS service that reports it hands it to the default bus. */
export interface ServiceEvent {
  /** e.g. `aws.s3` */
  readonly source: string;
  /** e.g. `Object Created` */
  readonly detailType: string;
  /** ARNs the event is about */
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}
