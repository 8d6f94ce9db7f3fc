import type { ServiceScenario } from './read-petshop.ts';
import {
  adtributorOnServices,
  gated,
  oddest,
  traversal,
  ungated,
  type ServiceMethod,
} from './service-methods.ts';
import { issueQuestion, normalQuestions, type Question } from './service-windows.ts';

/** How a method did on services. */
export interface ServiceFigures {
  /** share of the issues whose cause is the first named, or among the first three, 0..1 */
  readonly top1: number;
  readonly top3: number;
  /** share of the windows in which nothing is wrong and nothing is named, 0..1 */
  readonly specificity: number;
  /** processor time, reading not counted */
  readonly secondsPerCase: number;
}

export interface ServiceSummary {
  readonly cases: number;
  readonly normalWindows: number;
  readonly methods: Readonly<
    Record<'own' | 'ungated' | 'traversal' | 'adtributor' | 'naive', ServiceFigures>
  >;
}

/** Runs every method on every issue, and on normal windows. */
export function serviceSummary(scenarios: readonly ServiceScenario[]): ServiceSummary {
  const issues = scenarios.flatMap((scenario) =>
    scenario.issues.map((issue) => ({ question: issueQuestion(scenario, issue), cause: issue.causeNode })),
  );
  const points = issues.map(({ question }) => question.windowPoints).sort((a, b) => a - b);
  const usual = points[Math.floor(points.length / 2)] ?? 1;
  const normal = scenarios.flatMap((scenario) => normalQuestions(scenario, usual));
  const figures = (method: ServiceMethod) => figuresOf(method, issues, normal);
  return {
    cases: issues.length,
    normalWindows: normal.length,
    methods: {
      own: figures(gated()),
      ungated: figures(ungated()),
      traversal: figures(traversal),
      adtributor: figures(adtributorOnServices),
      naive: figures(oddest),
    },
  };
}

function figuresOf(
  method: ServiceMethod,
  issues: readonly { readonly question: Question; readonly cause: string }[],
  normal: readonly Question[],
): ServiceFigures {
  const before = process.cpuUsage();
  const named = issues.map(({ question }) => method(question));
  const { user, system } = process.cpuUsage(before);
  const within = (first: number) =>
    issues.filter(({ cause }, i) => named[i]?.slice(0, first).includes(cause) === true).length /
    issues.length;
  const quiet = normal.filter((question) => method(question).length === 0).length;
  return {
    top1: within(1),
    top3: within(3),
    specificity: normal.length === 0 ? 1 : quiet / normal.length,
    secondsPerCase: (user + system) / 1e6 / issues.length,
  };
}
