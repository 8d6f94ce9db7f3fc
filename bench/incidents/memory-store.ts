import type { Incident } from '../../core/contracts/incident.ts';
import type { IncidentStore } from '../../core/incidents/incident-drafts.ts';

/**
 * Incidents in memory, written as a database would: each only if its version follows the one that is there, and its
 * keys only if they do not lead to another live incident.
 */
export class MemoryStore implements IncidentStore {
  private readonly incidents = new Map<string, Incident>();
  private readonly leads = new Map<string, string>();

  byId(id: string): Incident | undefined {
    return this.incidents.get(id);
  }

  byKey(key: string): Incident | undefined {
    const id = this.leads.get(key);
    return id === undefined ? undefined : this.incidents.get(id);
  }

  /** Writes all, or nothing when somebody else has written since what it rests on was read. */
  write(changed: readonly Incident[]): boolean {
    const after = new Map(changed.map((incident) => [incident.id, incident]));
    const stale = ({ id, version }: Incident) => (this.incidents.get(id)?.version ?? 0) !== version - 1;
    const taken = ({ id, keys }: Incident) =>
      keys.some((key) => {
        const lead = this.leads.get(key);
        if (lead === undefined || lead === id) return false;
        const other = after.get(lead) ?? this.incidents.get(lead);
        return other?.state === 'open' || other?.state === 'held';
      });
    if (changed.some((incident) => stale(incident) || taken(incident))) return false;
    for (const incident of changed) {
      this.incidents.set(incident.id, incident);
      for (const key of incident.keys) this.leads.set(key, incident.id);
    }
    return true;
  }

  live(): Incident[] {
    return this.all().filter(({ state }) => state === 'open' || state === 'held');
  }

  all(): Incident[] {
    return [...this.incidents.values()];
  }

  /** The incident that has a merged one's alarms. */
  survivor(id: string): string {
    const into = this.incidents.get(id)?.mergedInto ?? null;
    return into === null ? id : this.survivor(into);
  }
}
