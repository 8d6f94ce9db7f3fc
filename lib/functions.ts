import type { Construct } from 'constructs';
import { FunctionTable } from './function-table.ts';
import { addBeginning, addPlanning, addQuestions, addWatch } from './functions-before-launch.ts';
import { addEnding, addFlight, addNets } from './functions-from-launch.ts';
import { addIncidents } from './functions-of-incidents.ts';
import type { Ground } from './ground.ts';

/**
 * Defines every function, with what it is told and what it may do. An entry is the whole truth about a
 * function's rights; the header of its handler says why it needs them.
 */
export function defineFunctions(scope: Construct, id: string, ground: Ground): FunctionTable {
  const table = new FunctionTable(scope, id, ground);
  addBeginning(table);
  addWatch(table);
  addPlanning(table);
  addQuestions(table);
  addFlight(table);
  addEnding(table);
  addNets(table);
  addIncidents(table);
  return table;
}
