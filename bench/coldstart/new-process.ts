import { fork } from 'node:child_process';

/**
 * Gives a message to a new process, and waits for its one answer.
 *
 * @param file  plain JavaScript, so that no loader's time and memory is counted
 * @throws Error  when the process ends without an answer: its output says why
 */
export async function inNewProcess(file: string, order: object): Promise<unknown> {
  const child = fork(file, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let complaint = '';
  child.stderr?.on('data', (text) => (complaint += String(text)));
  return new Promise((resolve, reject) => {
    let answer: unknown;
    child.on('message', (message) => (answer = message));
    child.on('error', reject);
    child.on('close', (code) => {
      if (answer === undefined) reject(new Error(`${file} ended with ${code}, and no answer: ${complaint}`));
      else resolve(answer);
    });
    child.send(order);
  });
}
