import type { World } from '../../world/world.ts';
import type { Purchase } from '../../world/market/market.ts';
import type { Fleet, FleetType } from './model.ts';

/** How many pools a strategy spreads a request over. */
const SPREAD: Readonly<Record<string, number>> = {
  'price-capacity-optimized': 3,
  'capacity-optimized': 2,
  'capacity-optimized-prioritized': 1,
  'lowest-price': 1,
  prioritized: 1,
  diversified: Infinity,
};

interface Allocation {
  /** machines to request, by type */
  readonly chosen: Map<FleetType, number>;
  readonly missingUnits: number;
}

/**
 * Chooses instance types for a number of units as an allocation strategy would, from what the zone's pools
 * can give. The last machine may overshoot by its weight less one unit.
 *
 * @param free  how many machines of a type the pool gives now
 */
export function allocate(
  world: World,
  fleet: Fleet,
  purchase: Purchase,
  units: number,
  place: { readonly zone: string; readonly nowMs: number },
  free: (type: FleetType) => number,
): Allocation {
  const strategy = strategyOf(fleet, purchase);
  const ranked = rank(world, fleet.types, purchase, strategy, place);
  const left = new Map(ranked.map((type) => [type, Math.max(0, free(type))]));
  const chosen = new Map<FleetType, number>();
  let missingUnits = units;
  while (missingUnits > 0) {
    const open = ranked.filter((type) => (left.get(type) ?? 0) > 0).slice(0, SPREAD[strategy] ?? 1);
    if (open.length === 0) break;
    for (const type of open) {
      if (missingUnits <= 0) break;
      chosen.set(type, (chosen.get(type) ?? 0) + 1);
      left.set(type, (left.get(type) ?? 0) - 1);
      missingUnits -= type.weight;
    }
  }
  return { chosen, missingUnits: Math.max(0, missingUnits) };
}

function strategyOf(fleet: Fleet, purchase: Purchase): string {
  const { LaunchSpecifications: launch } = fleet.config;
  const resize = fleet.resizeSpecifications;
  const set =
    purchase === 'spot'
      ? (resize.SpotResizeSpecification?.AllocationStrategy ?? launch.SpotSpecification?.AllocationStrategy)
      : (resize.OnDemandResizeSpecification?.AllocationStrategy ??
        launch.OnDemandSpecification?.AllocationStrategy);
  return set ?? 'lowest-price';
}

function rank(
  world: World,
  types: readonly FleetType[],
  purchase: Purchase,
  strategy: string,
  place: { readonly zone: string; readonly nowMs: number },
): FleetType[] {
  const tightness = (type: FleetType) => world.market.tightness(type.type.name, place.zone, place.nowMs);
  const usdPerUnit = (type: FleetType) =>
    (purchase === 'spot'
      ? world.market.spotUsdPerHour(type.type.name, place.zone, place.nowMs)
      : type.type.onDemandUsdPerHour) / type.weight;
  const scores: Readonly<Record<string, (type: FleetType) => number>> = {
    'lowest-price': usdPerUnit,
    prioritized: (type) => type.priority,
    'capacity-optimized-prioritized': (type) => type.priority + tightness(type),
    'capacity-optimized': tightness,
    'price-capacity-optimized': (type) => usdPerUnit(type) * (1 + 2 * tightness(type) ** 2),
    diversified: usdPerUnit,
  };
  const score = scores[strategy] ?? usdPerUnit;
  return types
    .map((type) => ({ type, score: score(type) }))
    .sort((a, b) => a.score - b.score || a.type.type.name.localeCompare(b.type.type.name))
    .map((scored) => scored.type);
}
