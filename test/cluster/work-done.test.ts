/** What the reporter makes of what drivers say, look by look, asked without servers and processes. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const REPORTER = join(import.meta.dirname, '..', '..', 'cluster', 'progress-reporter.py');
const python = spawnSync('python3', ['--version']).status === 0;

const PROGRAM = `
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("reporter", sys.argv[1])
reporter = importlib.util.module_from_spec(spec)
sys.dont_write_bytecode = True
spec.loader.exec_module(reporter)
told, cluster = [], reporter.Cluster(["http://manager"])
for look in json.loads(sys.argv[2]):
    def get_json(url):
        if "/ws/v1/cluster/apps" in url:
            return {"apps": {"app": [dict(look["application"], id="a")]}}
        if url.endswith("/stages"):
            return look["stages"]
        attempts = [{"startTimeEpoch": look.get("began", 1)}]
        return [] if url.endswith("/executors") else [{"id": "a", "attempts": attempts}]
    reporter.get_json = get_json
    cluster.look()
    told.append(cluster.progress(float(sys.argv[3])))
print(json.dumps(told))
`;

interface LookAtDriver {
  readonly application: { readonly state: string; readonly finalStatus?: string };
  readonly stages: readonly object[];
  readonly began?: number;
}

/** Id and attempt, state, tasks, how many have ended, and the seconds that each of those took. */
type Stage = readonly [string, string, number, number, number];

const running = (...stages: readonly Stage[]): LookAtDriver => ({
  application: { state: 'RUNNING' },
  stages: stages.map(([name, status, numTasks, numCompleteTasks, seconds]) => {
    const [stageId, attemptId] = name.split('.').map(Number);
    const executorRunTime = numCompleteTasks * seconds * 1000;
    return { stageId, attemptId, status, numTasks, numCompleteTasks, executorRunTime };
  }),
});

function reported(expectedTaskSeconds: number, ...looks: readonly LookAtDriver[]) {
  const args = ['-c', PROGRAM, REPORTER, JSON.stringify(looks), String(expectedTaskSeconds)];
  const { stdout, stderr } = spawnSync('python3', args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Record<string, number>[];
}

describe.skipIf(!python)(`the work that is done${python ? '' : ' (skipped: there is no python3)'}`, () => {
  it('is measured in each stage by its own tasks: many short ones after few long ones alarm nobody', () => {
    const first: Stage = ['0.0', 'COMPLETE', 10, 10, 100];
    const looks = [
      running(first, ['1.0', 'ACTIVE', 200, 0, 0]),
      running(first, ['1.0', 'ACTIVE', 200, 20, 2]),
      running(first, ['1.0', 'ACTIVE', 200, 20, 20]),
    ];
    expect(reported(2000, ...looks).map(({ workDone }) => workDone)).toEqual([0.5, 0.52, 1400 / 5000]);
  });

  it('has the tasks that ended with their application', () => {
    const last = running(['0.0', 'ACTIVE', 20, 12, 10], ['1.0', 'PENDING', 9, 0, 0]);
    const ended = { ...last, application: { state: 'FINISHED', finalStatus: 'SUCCEEDED' } };
    const [before, after] = reported(400, last, ended);
    expect(before).toMatchObject({ tasksDone: 12, tasksOpen: 17, workDone: 0.3 });
    expect(after).toMatchObject({
      tasksDone: 20,
      tasksOpen: 0,
      taskSeconds: 200,
      stagesDone: 1,
      workDone: 0.5,
    });
  });

  it.each([{ state: 'KILLED' }, { state: 'FINISHED', finalStatus: 'FAILED' }])(
    'has no task that an application left undone: %o',
    (application) => {
      const last = running(['0.0', 'ACTIVE', 20, 12, 10]);
      expect(reported(400, last, { ...last, application })[1]).toMatchObject({
        tasksDone: 12,
        workDone: 0.3,
      });
    },
  );

  it('does not grow by what is done again', () => {
    const looks = [
      running(['0.0', 'COMPLETE', 20, 20, 10]),
      running(['0.0', 'COMPLETE', 20, 20, 10], ['0.1', 'ACTIVE', 10, 8, 10]),
    ];
    expect(reported(400, ...looks)).toMatchObject([
      { tasksDone: 20, tasksOpen: 0, workDone: 0.5 },
      { tasksDone: 28, tasksOpen: 2, workDone: 0.5 },
    ]);
  });
});
