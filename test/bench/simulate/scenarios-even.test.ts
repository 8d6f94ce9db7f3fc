import { everyInvariantHolds, SEEDS } from './every-invariant-holds.ts';

everyInvariantHolds(SEEDS.filter((seed) => seed % 2 === 0));
