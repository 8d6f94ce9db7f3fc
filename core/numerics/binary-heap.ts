/** Items of which the least is taken first. */
export class BinaryHeap<Item> {
  private readonly items: Item[] = [];
  private readonly keyOf: (item: Item) => number;

  /** @param keyOf  what is compared; never NaN */
  constructor(keyOf: (item: Item) => number) {
    this.keyOf = keyOf;
  }

  get size(): number {
    return this.items.length;
  }

  /** The least item, left where it is. */
  get least(): Item | undefined {
    return this.items[0];
  }

  push(item: Item): void {
    let place = this.items.length;
    this.items.push(item);
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (this.keyAt(above) <= this.keyAt(place)) return;
      this.swap(place, above);
      place = above;
    }
  }

  /** Takes the least item. */
  pop(): Item | undefined {
    const [least] = this.items;
    const last = this.items.pop();
    if (last === undefined || this.items.length === 0) return least;
    this.items[0] = last;
    for (let place = 0; ;) {
      const left = 2 * place + 1;
      const right = left + 1;
      let smallest = place;
      if (this.keyAt(left) < this.keyAt(smallest)) smallest = left;
      if (this.keyAt(right) < this.keyAt(smallest)) smallest = right;
      if (smallest === place) return least;
      this.swap(place, smallest);
      place = smallest;
    }
  }

  private keyAt(place: number): number {
    const item = this.items[place];
    return item === undefined ? Number.POSITIVE_INFINITY : this.keyOf(item);
  }

  private swap(one: number, other: number): void {
    const [left, right] = [this.items[one], this.items[other]];
    if (left === undefined || right === undefined) return;
    this.items[one] = right;
    this.items[other] = left;
  }
}
