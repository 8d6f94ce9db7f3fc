import { bullet, labelled, paragraph, subjectLine, type Message } from './message.ts';

/** An execution of a net that failed. */
interface FailedNet {
  /** the state machine's name, e.g. `flarepath-reap` */
  readonly machine: string;
  /** e.g. `FAILED` */
  readonly status: string;
  readonly executionArn: string;
  readonly error: string | null;
  readonly cause: string | null;
}

/** The message about a net that failed: a cluster may go on running, and nobody else looks. */
export function composeFailedNetMessage({ machine, status, executionArn, error, cause }: FailedNet): Message {
  const lines = [
    paragraph(`${machine} ended ${status}. Until it succeeds, a cluster that no run owns may cost money.`),
    '',
    labelled('Error', error ?? 'none given'),
    labelled('Cause', cause ?? 'none given'),
    labelled('Execution', executionArn),
    '',
    'What to do:',
    bullet('See which clusters run: aws emr list-clusters --active.'),
    bullet(
      'One that is named above and RUNNING or WAITING: aws emr terminate-clusters --cluster-ids ID. If it is ' +
        'protected, first: aws emr modify-cluster-attributes --cluster-id ID --no-termination-protected.',
    ),
    bullet('One that has been TERMINATING for an hour: ask AWS Support.'),
    bullet('Then run flarepath reap: it says whether a cluster is left.'),
    '',
    paragraph('While this goes on you are told once an hour.'),
  ];
  return { subject: subjectLine(`Flarepath: ${machine} ${status}`), text: `${lines.join('\n')}\n` };
}
