import type { Incident } from '../contracts/incident.ts';
import { addKey, draftOf, incidentOf, isLive, type IncidentDraft } from './incident-draft.ts';

/** Where incidents are kept. */
export interface IncidentStore {
  /** the incident that a key led to last, also a closed one; undefined when none did, or it was forgotten */
  byKey(key: string): Incident | undefined;
  byId(id: string): Incident | undefined;
}

/** The incidents that a batch reads and changes, over those that are stored. */
export class IncidentDrafts {
  private readonly byId = new Map<string, IncidentDraft>();
  private readonly byKey = new Map<string, IncidentDraft>();
  private readonly changedDrafts = new Set<IncidentDraft>();

  private readonly store: IncidentStore;

  constructor(store: IncidentStore) {
    this.store = store;
  }

  /** The incidents that keys lead to, each once, merged ones as what they were merged into. */
  at(keys: readonly string[]): IncidentDraft[] {
    const found = new Set<IncidentDraft>();
    for (const key of keys) {
      const draft = this.byKey.get(key) ?? this.stored(this.store.byKey(key));
      if (draft !== undefined) found.add(this.survivor(draft));
    }
    return [...found];
  }

  byName(id: string): IncidentDraft | undefined {
    return this.byId.get(id) ?? this.stored(this.store.byId(id));
  }

  /** What a draft was merged into, and that into; itself when it was not. */
  survivor(draft: IncidentDraft): IncidentDraft {
    let current = draft;
    while (current.mergedInto !== null) {
      const next = this.byName(current.mergedInto);
      if (next === undefined) return current;
      current = next;
    }
    return current;
  }

  /** Says that a draft will be changed. */
  touched(draft: IncidentDraft): IncidentDraft {
    this.changedDrafts.add(draft);
    return draft;
  }

  opened(draft: IncidentDraft): IncidentDraft {
    this.byId.set(draft.id, draft);
    return this.touched(draft);
  }

  /** From now on a key leads to a draft, unless it leads to another one that an alarm of that time may still join, or finds no room. */
  lead(key: string, draft: IncidentDraft, at: string): void {
    const [other] = this.at([key]);
    if (other !== undefined && other !== draft && isLive(other, at)) return;
    if (addKey(draft, key)) this.byKey.set(key, draft);
  }

  changed(): Incident[] {
    return [...this.changedDrafts].map(incidentOf);
  }

  private stored(incident: Incident | undefined): IncidentDraft | undefined {
    if (incident === undefined) return undefined;
    const known = this.byId.get(incident.id);
    if (known !== undefined) return known;
    const draft = draftOf(incident);
    this.byId.set(draft.id, draft);
    return draft;
  }
}
